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
	var asJSON bool
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
			return printQuality(cmd.OutOrStdout(), q)
		},
	}
	workFlag(cmd, &work)
	cmd.Flags().StringVar(&page, "html", "", "write it as a page to this `FILE`, to be forwarded to the vendor")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as one JSON object")
	return cmd
}

// printQuality ends with what matters most: on a terminal, the end is what is seen.
func printQuality(w io.Writer, q *quality.Quality) error {
	if err := q.Extract.WriteText(w); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return q.WriteText(w)
}
