package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/pipeline"
)

func cohortCommand() *cobra.Command {
	var work, target, protocolFile, outFile string
	var asJSON, printProtocol bool
	cmd := &cobra.Command{
		Use:   "cohort --work DIR --target T",
		Short: "Show index dates, labels and censoring, counted by cause",
		Long: `cohort reads courses, labels and landmarks off the event store, as the label protocol says. Death and leaving are
competing events with counts of their own, never "no decline"; a course that is not over is censored, not negative.`,
		Example: `  train cohort --work work --target completion
  train cohort --work work --target decline --out decline.csv
  train cohort --print-protocol > protocol.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if printProtocol {
				_, err := io.WriteString(cmd.OutOrStdout(), cohort.DefaultYAML())
				return err
			}
			if work == "" || target == "" {
				return fmt.Errorf("cohort needs --work and --target")
			}
			t, err := parseTarget(target)
			if err != nil {
				return err
			}
			p, err := readProtocol(protocolFile)
			if err != nil {
				return err
			}
			d, err := pipeline.Load(cmd.Context(), work)
			if err != nil {
				return err
			}
			c, err := cohort.Build(d.Histories, t, p, d.DataAsOf())
			if err != nil {
				return err
			}
			if outFile != "" {
				if err := writeFile(outFile, func(w io.Writer) error { return c.WriteCSV(w, d.Histories) }); err != nil {
					return err
				}
			}
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
	return cmd
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
