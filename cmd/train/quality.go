package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/datasets/quality"
	"github.com/rettidig/rettidig/pipeline"
)

func qualityCommand() *cobra.Command {
	var work, page string
	var asJSON, verbose bool
	cmd := &cobra.Command{
		Use:   "quality --work DIR",
		Short: "Show the quality report of the last delivery again",
		Long: `quality prints what train ingest found out about the delivery that the event store was made from: whether it can be
used, what to ask the vendor for, what is in which months, and what changed since the delivery before.`,
		Example: `  train quality --work work
  train quality --work work --html quality.html
  train quality --work work --json > quality.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := isWork(work); err != nil {
				return err
			}
			q, err := pipeline.Quality(work)
			if err != nil {
				return err
			}
			if page != "" {
				if err := writeFile(page, q.WriteHTML); err != nil {
					return err
				}
			}
			switch {
			case asJSON:
				return q.WriteJSON(cmd.OutOrStdout())
			case page != "":
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "quality report in %s\n", page)
				return err
			}
			return printQuality(cmd.OutOrStdout(), q, verbose)
		},
	}
	workFlag(cmd, &work)
	cmd.Flags().StringVar(&page, "html", "", "write it as a page to this `FILE`, to be forwarded to the vendor")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as one JSON object")
	cmd.Flags().BoolVar(&verbose, "verbose", false, verboseHelp)
	return cmd
}

const verboseHelp = "also print every cause in every file, with example lines (the JSON and the page always have them)"

// printQuality leaves the details of each file to those who ask for them: the verdict must not be far up the screen.
func printQuality(w io.Writer, q *quality.Quality, verbose bool) error {
	write := q.Extract.WriteSummary
	if verbose {
		write = q.Extract.WriteText
	}
	if err := write(w); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return q.WriteText(w)
}
