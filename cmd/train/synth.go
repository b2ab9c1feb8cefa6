package main

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/synth"
	"github.com/rettidig/rettidig/internal/progress"
)

func synthCommand() *cobra.Command {
	cfg := synth.Default()
	var outDir, truthFile, from, to string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "synth --out DIR",
		Short: "Write a synthetic municipality as extract files",
		Long: `synth writes a synthetic municipality in the vendors' own formats, with the dirt that real extracts have.
Every CPR number in it is one that was never issued to anybody. The same seed gives the same bytes.

--truth also writes the probabilities that each outcome was drawn from. Nothing else reads that file.`,
		Example: `  train synth --out extracts
  train synth --out extracts --citizens 60000 --seed 7 --truth truth.csv
  train synth --out extracts --from 2019-01-01 --to 2025-12-31`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := parseDays(dayFlag{"--from", from, &cfg.From}, dayFlag{"--to", to, &cfg.To}); err != nil {
				return err
			}
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			sum, err := writeSynth(cmd.Context(), cfg, outDir, truthFile, bar)
			if err != nil {
				return err
			}
			bar.Done()
			if asJSON {
				return printJSON(cmd.OutOrStdout(), sum)
			}
			return printSynth(cmd.OutOrStdout(), outDir, sum)
		},
	}
	f := cmd.Flags()
	f.StringVar(&outDir, "out", "", "folder for the extract files; must not exist yet, or be empty")
	f.IntVar(&cfg.Citizens, "citizens", cfg.Citizens, "citizens of 65 and over")
	f.Uint64Var(&cfg.Seed, "seed", cfg.Seed, "same seed, same bytes")
	f.StringVar(&from, "from", cfg.From.String(), "first day of the histories")
	f.StringVar(&to, "to", cfg.To.String(), "day of the extract")
	f.StringVar(&cfg.Format, "format", cfg.Format, "vendor format: a1h1")
	f.StringVar(&truthFile, "truth", "", "also write the true probabilities here")
	f.BoolVar(&asJSON, "json", false, "print the counts as one JSON object")
	must(cmd.MarkFlagRequired("out"))
	return cmd
}

// writeSynth writes the municipality and, if asked for, the truth, which is whole or not there.
func writeSynth(ctx context.Context, cfg synth.Config, dir, truthFile string, bar *progress.Bar) (sum synth.Summary, err error) {
	if truthFile == "" {
		return synth.Write(ctx, dir, cfg, nil, bar.Update)
	}
	err = writeFile(truthFile, func(w io.Writer) error {
		b := bufio.NewWriterSize(w, 1<<20)
		if sum, err = synth.Write(ctx, dir, cfg, b, bar.Update); err != nil {
			return err
		}
		return b.Flush()
	})
	return sum, err
}

func printSynth(w io.Writer, dir string, s synth.Summary) error {
	_, err := fmt.Fprintf(w, `synthetic municipality in %s: nobody in it exists
  %d citizens, %d with home care, %d with aids
  %d loans, %d weekly service rows
  %d courses (%d citizens), %d screenings, %d sessions done, %d cancelled
  %d deaths, %d to a nursing home, %d moved away
`, dir, s.Citizens, s.WithHomeCare, s.WithAids, s.Loans, s.ServiceRows, s.Courses, s.Trained, s.Screenings, s.Sessions, s.Cancelled, s.Deaths, s.NursingHome, s.Moves)
	return err
}

type dayFlag struct {
	name, text string
	into       *rettidig.Day
}

func parseDays(flags ...dayFlag) error {
	for _, f := range flags {
		d, err := rettidig.ParseDay(f.text)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		*f.into = d
	}
	return nil
}

func must(err error) {
	if err != nil {
		panic("train: " + err.Error())
	}
}
