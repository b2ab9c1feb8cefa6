package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/pipeline"
)

func featuresCommand() *cobra.Command {
	var work, target, protocolFile, outFile string
	var asJSON, catalogue bool
	var pop populationFlags
	cmd := &cobra.Command{
		Use:   "features --work DIR (--target T | --population) --out FILE",
		Short: "Write the training table, or the population, with all features",
		Long: `features writes what was known about each citizen on each index date, one column per feature of the catalogue.
An empty cell (CSV) or a null (Parquet) is missing. Rows whose label is not known are left out; the landmark "offer" is
the day of the baseline screening, "start" the day after (see docs/decisions).

With --population the rows are those of train cohort --population: everybody who could have been offered training, on the
first of each month, the label being whether they were. With --target decline only those at risk of decline are among
them, without a label.

The table goes to the disk row by row: memory does not grow with it.

With --catalogue it prints what each feature is, as Markdown, or as JSON with --json.`,
		Example: `  train features --work work --target completion --out completion.parquet
  train features --work work --target decline --out decline.csv
  train features --work work --population --from 2026-01-01 --out population.parquet
  train features --catalogue --out features.md`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if catalogue {
				return printCatalogue(cmd, asJSON, outFile)
			}
			if work == "" || outFile == "" || target == "" && !pop.on {
				return fmt.Errorf("features needs --work, --out and --target or --population")
			}
			if !pop.on && pop.given() {
				return errors.New("--from, --to and --every go with --population")
			}
			if !strings.HasSuffix(outFile, ".parquet") && !strings.HasSuffix(outFile, ".csv") {
				return fmt.Errorf("--out: %s ends in neither .csv nor .parquet", outFile)
			}
			p, err := readProtocol(protocolFile)
			if err != nil {
				return err
			}
			t := rettidig.Completion
			if target != "" {
				if t, err = parseTarget(target); err != nil {
					return err
				}
			}
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			bar.Update("check event store", 0, 0)
			d, _, err := openStore(cmd, work)
			if err != nil {
				return err
			}
			defer d.Close()
			table := &table{columns: pipeline.Columns(), labelled: !pop.on || t != rettidig.Decline}
			if err := writeFile(outFile, func(w io.Writer) error {
				newTable := newTableCSV
				if strings.HasSuffix(outFile, ".parquet") {
					newTable = newTableParquet
				}
				to, err := newTable(w, table)
				if err != nil {
					return err
				}
				if pop.on {
					err = populationTable(cmd, bar, d, t, p, pop, table, to)
				} else {
					err = trainingTable(cmd, bar, d, t, p, table, to)
				}
				return errors.Join(err, to.close())
			}); err != nil {
				return err
			}
			bar.Done()
			if asJSON {
				return printJSON(cmd.OutOrStdout(), map[string]any{"target": t, "population": pop.on, "rows": table.written, "features": len(table.columns), "out": outFile})
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d rows x %d features in %s\n", table.written, len(table.columns), outFile)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&work, "work", "", "work folder with the event store")
	f.StringVar(&target, "target", "", "completion, effect, benefit or decline")
	protocolFlag(cmd, &protocolFile)
	f.StringVar(&outFile, "out", "", "FILE.parquet or FILE.csv; with --catalogue any file")
	f.BoolVar(&asJSON, "json", false, "print the counts, or the catalogue, as JSON")
	f.BoolVar(&catalogue, "catalogue", false, "print the feature catalogue and stop")
	pop.add(cmd)
	return cmd
}

// printCatalogue prints it or writes it to a file.
func printCatalogue(cmd *cobra.Command, asJSON bool, outFile string) error {
	write := features.WriteCatalogueMarkdown
	if asJSON || strings.HasSuffix(outFile, ".json") {
		write = features.WriteCatalogueJSON
	}
	if outFile == "" {
		return write(cmd.OutOrStdout())
	}
	return writeFile(outFile, write)
}

func trainingTable(cmd *cobra.Command, bar *progress.Bar, d *pipeline.Stream, t rettidig.Target, p cohort.Protocol, table *table, to tableWriter) error {
	_, err := pipeline.EachPart(cmd.Context(), d, t, p, rettidig.NoDay, bar.Update, func(part *pipeline.Part) error {
		for lo := 0; lo < len(part.Rows); lo += rowsAtOnce {
			rows := part.Rows[lo:min(lo+rowsAtOnce, len(part.Rows))]
			of := func(i int) (*rettidig.History, rettidig.Day) { return part.Of(lo + i), rows[i].Index }
			some := rowsOf(len(rows), of)
			for i, r := range rows {
				some.landmark[i], some.label[i], some.weight[i] = string(r.Landmark), part.Y[lo+i], r.Weight
			}
			if err := table.write(to, some); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// population is what the column landmark says of rows of the population.
const population = "population"

func populationTable(cmd *cobra.Command, bar *progress.Bar, d *pipeline.Stream, t rettidig.Target, p cohort.Protocol, flags populationFlags, table *table, to tableWriter) error {
	opt, err := flags.options(p, bar)
	if err != nil {
		return err
	}
	_, err = pipeline.EachPopulation(cmd.Context(), d, opt, func(first int, hs []rettidig.History, all []cohort.PopulationRow) error {
		for len(all) > 0 {
			var rows []cohort.PopulationRow
			for len(all) > 0 && len(rows) < rowsAtOnce {
				if t != rettidig.Decline || all[0].AtRisk {
					rows = append(rows, all[0])
				}
				all = all[1:]
			}
			some := rowsOf(len(rows), func(i int) (*rettidig.History, rettidig.Day) { return &hs[rows[i].Citizen-first], rows[i].Index })
			for i, r := range rows {
				some.landmark[i], some.label[i], some.weight[i] = population, r.Offered, 1
			}
			if err := table.write(to, some); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// rowsAtOnce bounds the features that are in memory, whatever a block of citizens holds.
const rowsAtOnce = 1 << 14

// table is what goes to the file.
type table struct {
	columns  []model.Column
	labelled bool
	written  int
}

func (t *table) write(to tableWriter, rows *tableRows) error {
	if !t.labelled {
		for i := range rows.label {
			rows.label[i] = math.NaN()
		}
	}
	t.written += len(rows.citizen)
	return to.write(rows)
}

// tableRows are some rows of the table, by column.
type tableRows struct {
	citizen       []rettidig.CitizenID
	asOf          []rettidig.Day
	landmark      []string
	label, weight []float64
	x             [][]float64
}

func rowsOf(n int, of func(i int) (*rettidig.History, rettidig.Day)) *tableRows {
	r := &tableRows{landmark: make([]string, n), label: make([]float64, n), weight: make([]float64, n), x: pipeline.FeaturesOf(n, of)}
	for i := range n {
		h, day := of(i)
		r.citizen, r.asOf = append(r.citizen, h.Citizen.ID), append(r.asOf, day)
	}
	return r
}

// tableWriter writes rows in one format.
type tableWriter interface {
	write(rows *tableRows) error
	close() error
}

// tableHead are the columns before the features.
var tableHead = []string{"citizen", "as_of", "landmark", "label", "weight"}

type tableCSV struct {
	out *csv.Writer
	row []string
}

func newTableCSV(w io.Writer, t *table) (tableWriter, error) {
	c := &tableCSV{out: csv.NewWriter(w), row: append([]string{}, tableHead...)}
	for _, f := range t.columns {
		c.row = append(c.row, f.ID)
	}
	return c, c.out.Write(c.row)
}

func (c *tableCSV) write(rows *tableRows) error {
	for i := range rows.citizen {
		c.row = append(c.row[:0], string(rows.citizen[i]), rows.asOf[i].String(), rows.landmark[i], number(rows.label[i]), number(rows.weight[i]))
		for _, x := range rows.x {
			c.row = append(c.row, number(x[i]))
		}
		if err := c.out.Write(c.row); err != nil {
			return err
		}
	}
	return nil
}

func (c *tableCSV) close() error {
	c.out.Flush()
	return c.out.Error()
}

// number is empty for a missing value.
func number(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
