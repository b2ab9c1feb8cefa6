package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/model/learner"
)

var nan = math.NaN()

func compareNumbers(a, b string) int {
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func tableFitCommand() *cobra.Command {
	var o tableFlags
	var outFile string
	cmd := &cobra.Command{
		Use:   "fit --csv FILE --label COLUMN --learner L --out MODEL.json",
		Short: "Learn from a table and write the model",
		Long: `fit learns from all rows of a table that have a label and writes the model as JSON. What was there before stays until
the new model is whole.`,
		Example: `  train table fit --csv falls.csv --label fell --learner glm --out falls.json
  train table fit --csv falls.csv --label fell --learner gam --ignore id --out gam.json
  train table fit --csv falls.csv --label fell --learner card --param candidates=16 --ignore id --out card.json --json`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			begin := time.Now()
			l, params, err := o.find()
			if err != nil {
				return err
			}
			if u, ok := l.(learner.Unwritten); ok {
				return fmt.Errorf("--learner %s: no model can be written: %s; take one of %s", l.Name(), u.Unwritten(), strings.Join(learner.Builtin().Names(), ", "))
			}
			if err := checkOut(outFile, o.csv); err != nil {
				return err
			}
			t, err := o.read("")
			if err != nil {
				return err
			}
			t.said(cmd, o.label)
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			bar.Update("learn by "+l.Name(), 0, 1)
			opt := learner.Options{Params: params, Seed: o.seed, Workers: o.threads,
				Progress: func(done, total int) { bar.Update("learn by "+l.Name(), done, total) }}
			m, err := l.Fit(cmd.Context(), t.Table, opt)
			if err != nil {
				return err
			}
			bar.Done()
			f := learner.NewFile(l, m, t.Table, opt)
			f.Label, f.Positive, f.Missing = o.label, t.positive, o.missing
			if err := writeFile(outFile, f.Write); err != nil {
				return err
			}
			if o.asJSON {
				return printJSON(cmd.OutOrStdout(), struct {
					Learner string `json:"learner"`
					meaning
					Rows    int             `json:"n"`
					Hits    int             `json:"n_positive"`
					Chosen  *learner.Choice `json:"chosen,omitempty"`
					Notes   []string        `json:"notes"`
					Out     string          `json:"out"`
					Seconds float64         `json:"seconds"`
				}{f.Learner, t.meaning(o.label), f.Rows, f.Hits, f.Chosen, append(append([]string{}, t.notes...), learner.Notes(m)...), outFile, time.Since(begin).Seconds()})
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s from %d rows and %d columns in %s\n", f.Learner, f.Rows, len(f.Columns), outFile)
			printNotes(cmd.OutOrStdout(), learner.Notes(m))
			if p, ok := f.Model.(learner.Printed); ok {
				fmt.Fprintln(cmd.OutOrStdout())
				return p.WriteText(cmd.OutOrStdout())
			}
			return nil
		},
	}
	o.add(cmd)
	o.helpOf(cmd)
	cmd.Flags().StringVar(&outFile, "out", "", "the model, a JSON `FILE`")
	must(cmd.MarkFlagRequired("out"))
	return cmd
}

func printNotes(w io.Writer, notes []string) {
	for _, n := range notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
}
