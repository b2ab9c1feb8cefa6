package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/pipeline"
)

func cohortCommand() *cobra.Command {
	var work, target, protocolFile, outFile string
	var asJSON, printProtocol bool
	var pop populationFlags
	cmd := &cobra.Command{
		Use:   "cohort --work DIR (--target T | --population)",
		Short: "Show index dates, labels and censoring, counted by cause",
		Long: `cohort reads courses, labels and landmarks off the event store, as the label protocol says. Death and leaving are
competing events with counts of their own, never "no decline"; a course that is not over is censored, not negative.

With --population it lists instead, on the first of each month, everybody who could have been offered training and was
not in a course, referred or not, and counts those who could not by reason. The file has the columns citizen, date,
offered (a course began within 91 days; empty if that is not known) and at_risk (decline is asked about them).`,
		Example: `  train cohort --work work --target completion
  train cohort --work work --target decline --out decline.csv
  train cohort --work work --population --from 2024-01-01 --every quarter --out population.csv
  train cohort --print-protocol > protocol.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if printProtocol {
				_, err := io.WriteString(cmd.OutOrStdout(), cohort.DefaultYAML())
				return err
			}
			if work == "" || (target == "") == !pop.on {
				return fmt.Errorf("cohort needs --work, and either --target or --population")
			}
			p, err := readProtocol(protocolFile)
			if err != nil {
				return err
			}
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			if pop.on {
				return printPopulation(cmd, bar, work, p, pop, outFile, asJSON)
			}
			if pop.given() {
				return errors.New("--from, --to and --every go with --population")
			}
			t, err := parseTarget(target)
			if err != nil {
				return err
			}
			bar.Update("check event store", 0, 0)
			d, _, err := openStore(cmd, work)
			if err != nil {
				return err
			}
			defer d.Close()
			c, err := writeCohort(cmd, bar, d, t, p, outFile)
			if err != nil {
				return err
			}
			bar.Done()
			if asJSON {
				return printJSON(cmd.OutOrStdout(), c.Summary())
			}
			printCohort(cmd.OutOrStdout(), c.Summary())
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&work, "work", "", "work folder with the event store")
	f.StringVar(&target, "target", "", "completion, effect, benefit or decline")
	protocolFlag(cmd, &protocolFile)
	f.StringVar(&outFile, "out", "", "also write one line per index date (CSV)")
	f.BoolVar(&asJSON, "json", false, "print the counts as one JSON object")
	f.BoolVar(&printProtocol, "print-protocol", false, "print the built-in label protocol and stop")
	pop.add(cmd)
	return cmd
}

// writeCohort goes through the store and writes the rows to a file if there is one.
func writeCohort(cmd *cobra.Command, bar *progress.Bar, d *pipeline.Stream, t rettidig.Target, p cohort.Protocol, outFile string) (c *cohort.Cohort, err error) {
	each := func(write func(citizen rettidig.CitizenID, r cohort.Row) error) error {
		c, err = pipeline.EachCohort(cmd.Context(), d, t, p, bar.Update, func(first int, hs []rettidig.History, rows []cohort.Row) error {
			for _, r := range rows {
				if err := write(hs[r.Citizen-first].Citizen.ID, r); err != nil {
					return err
				}
			}
			return nil
		})
		return err
	}
	if outFile == "" {
		return c, each(func(rettidig.CitizenID, cohort.Row) error { return nil })
	}
	return c, writeFile(outFile, func(w io.Writer) error {
		out, err := cohort.NewCSV(w)
		if err != nil {
			return err
		}
		return errors.Join(each(out.Write), out.Close())
	})
}

func printCohort(w io.Writer, s cohort.Summary) {
	fmt.Fprintf(w, "%s by protocol %s (%.12s), extract date %s\n", s.Target, s.Protocol, s.ProtocolSHA256, s.Extract)
	fmt.Fprintf(w, "%d index dates of %d citizens; %d courses began, %d ended\n\n", s.Rows, s.Citizens, s.Courses, s.EndedCourses)
	fmt.Fprintf(w, "%-10s  %-26s %8s %7s\n", "outcome", "cause", "n", "share")
	for _, c := range s.Counts {
		fmt.Fprintf(w, "%-10s  %-26s %8d %6.1f%%\n", c.Outcome, c.Cause, c.N, 100*float64(c.N)/float64(max(1, s.Rows)))
	}
	for _, text := range s.Warnings {
		fmt.Fprintf(w, "\nwarning: %s\n", text)
	}
}
