package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/synth"
	"github.com/rettidig/rettidig/internal/progress"
)

func synthCommand() *cobra.Command {
	cfg := synth.Default()
	var outDir, truthFile, from, to, dirt, figures string
	var vintages int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "synth --out DIR",
		Short: "Write a synthetic municipality as extract files",
		Long: `synth writes a synthetic municipality in the vendors' own formats, with the dirt that real extracts have.
Every CPR number in it is one that was never issued to anybody, and every BorgerID begins with 99. The same seed
gives the same bytes.

--dirt says which faults the files have: none, documented (the published rates, and small ones for faults that are
documented without a rate; the default), all, rates on top of those (bogus_id=0.01,duplicate=0), or a YAML file of
rates. --dirt help lists the faults.

--truth also writes the probabilities that each outcome was drawn from. Nothing else reads that file.`,
		Example: `  train synth --out extracts
  train synth --out extracts --citizens 60000 --seed 7 --truth truth.csv
  train synth --out extracts --from 2019-01-01 --to 2025-12-31
  train synth --out extracts --format a2h2 --containers mixed --dirt none,thousands_dot=0.3
  train synth --out extracts --vintages 2 --dirt dirt.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dirt == "help" {
				return printDirt(cmd.OutOrStdout())
			}
			if outDir == "" && figures == "" {
				return errors.New("--out DIR: say where the extract files go")
			}
			if err := parseDays(dayFlag{"--from", from, &cfg.From}, dayFlag{"--to", to, &cfg.To}); err != nil {
				return err
			}
			var err error
			if cfg.Dirt, err = readDirt(dirt); err != nil {
				return err
			}
			switch {
			case vintages != 1 && vintages != 2:
				return fmt.Errorf("--vintages is %d, want 1, or 2 for an older delivery beside the newest", vintages)
			case vintages == 2 && cfg.Dirt.Overlap == 0:
				cfg.Dirt.Overlap = synth.AllDirt().Overlap
			}
			if figures != "" {
				return writeFigures(cmd.Context(), cfg, figures)
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
	f.StringVar(&cfg.Format, "format", cfg.Format, "vendor format: a1h1 (by CPR number) or a2h2 (by BorgerID)")
	f.StringVar(&cfg.Containers, "containers", cfg.Containers, "plain, or mixed: zip, gzip, tab separated, several sheets, other headers")
	f.BoolVar(&cfg.K1, "k1", false, "also delivery reports to KL Gateway: abilities, deaths, delivered services")
	f.IntVar(&vintages, "vintages", 1, "2: also an older, overlapping delivery of aids and home care")
	f.StringVar(&dirt, "dirt", "documented", "none, documented, all, NAME=RATE,..., a YAML file, or help")
	f.StringVar(&truthFile, "truth", "", "also write the true probabilities here")
	f.StringVar(&figures, "figures", "", "instead of extracts, write a page here that compares the municipality with published figures")
	f.BoolVar(&asJSON, "json", false, "print the counts as one JSON object")
	return cmd
}

// writeFigures lives the municipality and writes the page, which is whole or not there.
func writeFigures(ctx context.Context, cfg synth.Config, file string) error {
	figures, err := synth.Calibration(ctx, cfg)
	if err != nil {
		return err
	}
	return writeFile(file, func(w io.Writer) error { return synth.WriteFigures(w, cfg, figures) })
}

// readDirt takes --dirt apart: a YAML file's name, or rates.
func readDirt(text string) (synth.Dirt, error) {
	if ext := filepath.Ext(text); ext != ".yaml" && ext != ".yml" {
		d, err := synth.ParseDirt(text)
		if err != nil {
			return d, fmt.Errorf("--dirt: %w", err)
		}
		return d, nil
	}
	f, err := os.Open(text)
	if err != nil {
		return synth.Dirt{}, fmt.Errorf("--dirt: %w", err)
	}
	defer f.Close()
	d, err := synth.ReadDirt(f)
	if err != nil {
		return d, fmt.Errorf("--dirt %s: %w", text, err)
	}
	return d, nil
}

// printDirt lists the faults with the rates of documented and all, as a YAML file may have them.
func printDirt(w io.Writer) error {
	documented, all := synth.DocumentedDirt().Rates(), synth.AllDirt().Rates()
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "fault\tdocumented\tall")
	for i, r := range documented {
		fmt.Fprintf(tw, "%s\t%v\t%v\n", r.Name, r.Rate, all[i].Rate)
	}
	return tw.Flush()
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
