package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/pipeline"
)

func featuresCommand() *cobra.Command {
	var work, target, protocolFile, outFile, catalogue string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "features --work DIR --target T --out FILE",
		Short: "Write the training table, one row per index date",
		Long: `features writes what was known about each citizen on each index date, one column per feature of the catalogue.
An empty cell (CSV) or a null (Parquet) is missing. Rows whose label is not known are left out; the landmark "offer" is
the day of the baseline screening, "start" the day after (see docs/decisions).`,
		Example: `  train features --work work --target completion --out completion.parquet
  train features --work work --target decline --out decline.csv
  train features --catalogue markdown`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch catalogue {
			case "":
			case "markdown":
				return features.WriteCatalogueMarkdown(cmd.OutOrStdout())
			case "json":
				return features.WriteCatalogueJSON(cmd.OutOrStdout())
			default:
				return fmt.Errorf("--catalogue: %q is not markdown or json", catalogue)
			}
			if work == "" || target == "" || outFile == "" {
				return fmt.Errorf("features needs --work, --target and --out")
			}
			write := writeTableCSV
			if strings.HasSuffix(outFile, ".parquet") {
				write = writeTableParquet
			} else if !strings.HasSuffix(outFile, ".csv") {
				return fmt.Errorf("--out: %s ends in neither .csv nor .parquet", outFile)
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
			tr, err := pipeline.Build(d, t, p, rettidig.NoDay)
			if err != nil {
				return err
			}
			if err := writeFile(outFile, func(w io.Writer) error { return write(w, d, tr) }); err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), map[string]any{"target": t, "rows": len(tr.Rows), "features": len(tr.Table.Columns), "out": outFile})
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d rows x %d features in %s\n", len(tr.Rows), len(tr.Table.Columns), outFile)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&work, "work", "", "work folder with the event store")
	f.StringVar(&target, "target", "", "completion, effect, benefit or decline")
	protocolFlag(cmd, &protocolFile)
	f.StringVar(&outFile, "out", "", "FILE.parquet or FILE.csv")
	f.BoolVar(&asJSON, "json", false, "print the counts as one JSON object")
	f.StringVar(&catalogue, "catalogue", "", "print the feature catalogue as markdown or json and stop")
	return cmd
}

// tableHead are the columns before the features.
var tableHead = []string{"citizen", "as_of", "landmark", "label", "weight"}

func writeTableCSV(w io.Writer, d *pipeline.Data, tr *pipeline.Training) error {
	out := csv.NewWriter(w)
	row := append([]string{}, tableHead...)
	for _, c := range tr.Table.Columns {
		row = append(row, c.ID)
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for i, r := range tr.Rows {
		row = append(row[:0], string(d.Histories[r.Citizen].Citizen.ID), r.Index.String(), string(r.Landmark), number(tr.Table.Y[i]), number(tr.Table.W[i]))
		for j := range tr.Table.Columns {
			row = append(row, number(tr.Table.X[j][i]))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// number is empty for a missing value.
func number(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
