package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/model/gam"
	"github.com/rettidig/rettidig/model/learner"
)

func tableEditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "edit",
		Short: "Correct the shapes of a gam by hand: list, apply, undo",
		Long: `edit corrects what a gam adds to the log odds for some values of a column. The model keeps every correction, with its
author, its reason and what it did to the fit on a table. A model is never written over: what was there before stays.`,
	}
	cmd.AddCommand(editListCommand(), editApplyCommand(), editUndoCommand())
	cmd.Args, cmd.Run, cmd.DisableFlagsInUseLine = onlyItsCommands, func(*cobra.Command, []string) {}, true
	return cmd
}

// listedEdit is an edit in words.
type listedEdit struct {
	gam.Edit
	Column string   `json:"column"` // or the two of a pair
	Values []string `json:"values"` // which values each bin is of
}

func listEdits(m *gam.Model) []listedEdit {
	out := []listedEdit{}
	for _, e := range m.Edits {
		out = append(out, inWords(m, e))
	}
	return out
}

func inWords(m *gam.Model, e gam.Edit) listedEdit {
	l := listedEdit{Edit: e}
	columns := m.Terms[e.Term].Columns
	if len(columns) == 2 {
		l.Column = m.Columns[columns[0]].ID + " and " + m.Columns[columns[1]].ID
	} else {
		l.Column = m.Columns[columns[0]].ID
	}
	for _, b := range e.Bins {
		name := fmt.Sprintf("bin %d", b)
		if len(columns) == 1 {
			for _, s := range shapeOf(m, columns[0]) {
				if s.Bin == b {
					name = s.Name()
				}
			}
		}
		l.Values = append(l.Values, name)
	}
	return l
}

func (l *listedEdit) print(w io.Writer) {
	fmt.Fprintf(w, "%s, by %s, %s: %s\n", l.Column, l.Author, l.When, l.Reason)
	for k, v := range l.Values {
		fmt.Fprintf(w, "  %8.3f -> %.3f  %s\n", l.Before[k], l.Value[k], v)
	}
	e := l.Effect
	fmt.Fprintf(w, "  on %d rows log loss %.4f -> %.4f, auroc %.4f -> %.4f\n", e.Rows, e.LoglossBefore, e.LoglossAfter, e.AUROCBefore, e.AUROCAfter)
}

// readShapes reads a model that has shapes.
func readShapes(file string) (*learner.File, *gam.Model, error) {
	f, err := readTableModel(file)
	if err != nil {
		return nil, nil, err
	}
	m, err := gamOf(f)
	if err != nil {
		return nil, nil, fmt.Errorf("--model %s: %w", file, err)
	}
	return f, m, nil
}

// writeShapes writes the file with other shapes.
func writeShapes(out string, f *learner.File, m *gam.Model) error {
	raw := &strings.Builder{}
	if err := m.Write(raw); err != nil {
		return err
	}
	model, err := learner.GAM{}.Read([]byte(raw.String()), f.Columns)
	if err != nil {
		return err
	}
	changed := *f
	changed.Model = model
	return writeFile(out, changed.Write)
}

func editListCommand() *cobra.Command {
	var model string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list --model MODEL.json",
		Short:   "List the corrections in a model, the first one first",
		Example: `  train table edit list --model edited.json`,
		Args:    flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, m, err := readShapes(model)
			if err != nil {
				return err
			}
			edits := listEdits(m)
			if asJSON {
				return printJSON(cmd.OutOrStdout(), map[string]any{"edits": edits})
			}
			if len(edits) == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "the model has not been corrected")
			}
			for i := range edits {
				edits[i].print(cmd.OutOrStdout())
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&model, "model", "", "a gam, a JSON `FILE` that fit wrote")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	must(cmd.MarkFlagRequired("model"))
	return cmd
}

func editUndoCommand() *cobra.Command {
	var model, outFile string
	cmd := &cobra.Command{
		Use:     "undo --model MODEL.json --out NEW.json",
		Short:   "Take the last correction back",
		Example: `  train table edit undo --model edited.json --out back.json`,
		Args:    flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkOut(outFile, model); err != nil {
				return err
			}
			f, m, err := readShapes(model)
			if err != nil {
				return err
			}
			if len(m.Edits) == 0 {
				return fmt.Errorf("--model %s has not been corrected: there is nothing to undo", model)
			}
			last := inWords(m, m.Edits[len(m.Edits)-1])
			if _, err := m.Undo(); err != nil {
				return err
			}
			if err := writeShapes(outFile, f, m); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "taken back in %s; %d corrections are left\n", outFile, len(m.Edits))
			last.print(cmd.OutOrStdout())
			return nil
		},
	}
	cmd.Flags().StringVar(&model, "model", "", "a corrected gam, a JSON `FILE`")
	cmd.Flags().StringVar(&outFile, "out", "", "the model without the correction, a JSON `FILE`")
	must(cmd.MarkFlagRequired("model"))
	must(cmd.MarkFlagRequired("out"))
	return cmd
}

// correction is what apply is asked for.
type correction struct {
	column             string
	above, atMost      float64
	levels             []string
	empty              bool
	to, by             float64
	author, reason, at string
}

func editApplyCommand() *cobra.Command {
	var c correction
	var csvFile, model, outFile string
	var missing []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "apply --model MODEL.json --csv FILE --column COLUMN --to LOGODDS --author NAME --reason TEXT --out NEW.json",
		Short: "Correct what a column adds for some of its values",
		Long: `apply sets, or moves, what a column adds to the log odds for the values above --above and up to --at-most, for --level, or
for --empty; without any of them for all that are there. train table explain shows the shapes and where their bins end: a
bin is corrected only if all of it is asked for. The table is what the effect on the fit is measured on, best one that
the model has not learned from.`,
		Example: `  train table edit apply --model gam.json --csv falls.csv --column age --above 85 --by -0.2 --author "A. Hansen" --reason "few rows above 85" --out edited.json
  train table edit apply --model edited.json --csv falls.csv --column home --level couple --to 0 --author "A. Hansen" --reason "written down late" --out twice.json`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to, by := cmd.Flags().Changed("to"), cmd.Flags().Changed("by"); to == by {
				return errors.New("--to LOGODDS and --by LOGODDS: give one of them")
			} else if to {
				c.by = math.NaN()
			} else {
				c.to = math.NaN()
			}
			if err := checkOut(outFile, csvFile, model); err != nil {
				return err
			}
			f, m, err := readShapes(model)
			if err != nil {
				return err
			}
			e, err := c.edit(m)
			if err != nil {
				return err
			}
			p, err := readFor(csvFile, f, missing, nil)
			if err != nil {
				return err
			}
			x, notes := arrange(p, f, nil)
			y, rows := labelsFor(p, f)
			if y == nil {
				return fmt.Errorf("%s: there is no column %s with the label, which the effect is measured by", csvFile, f.Label)
			}
			for _, n := range notes {
				fmt.Fprintf(cmd.ErrOrStderr(), "note: %s\n", n)
			}
			if err := m.Apply(e, gam.Table{X: pickColumns(x, rows), Y: pickRows(y, rows)}); err != nil {
				return err
			}
			if err := writeShapes(outFile, f, m); err != nil {
				return err
			}
			done := inWords(m, m.Edits[len(m.Edits)-1])
			if asJSON {
				return printJSON(cmd.OutOrStdout(), done)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "corrected in %s\n", outFile)
			done.print(cmd.OutOrStdout())
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&model, "model", "", "a gam, a JSON `FILE` that fit wrote")
	fl.StringVar(&csvFile, "csv", "", "the table that the effect is measured on, a CSV `FILE` with the label")
	fl.StringVar(&outFile, "out", "", "the corrected model, a JSON `FILE`")
	fl.StringVar(&c.column, "column", "", "`COLUMN` whose shape is corrected")
	fl.Float64Var(&c.above, "above", math.Inf(-1), "values above this `NUMBER`")
	fl.Float64Var(&c.atMost, "at-most", math.Inf(1), "values up to this `NUMBER`")
	fl.StringSliceVar(&c.levels, "level", nil, "these `LEVELS`")
	fl.BoolVar(&c.empty, "empty", false, "the missing value")
	fl.Float64Var(&c.to, "to", 0, "what is added from now on, `LOGODDS`")
	fl.Float64Var(&c.by, "by", 0, "what is added more than before, `LOGODDS`; may be negative")
	fl.StringVar(&c.author, "author", "", "who corrects, a `NAME`")
	fl.StringVar(&c.reason, "reason", "", "why, a `TEXT`")
	fl.StringVar(&c.at, "when", time.Now().UTC().Format(time.DateOnly), "`DATE` that is written down")
	fl.StringSliceVar(&missing, "missing", nil, "`VALUES` that are missing, beside those that the model remembers")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object")
	for _, name := range []string{"model", "csv", "column", "author", "reason", "out"} {
		must(cmd.MarkFlagRequired(name))
	}
	return cmd
}

// edit finds the bins that are asked for and what they become.
func (c *correction) edit(m *gam.Model) (gam.Edit, error) {
	ids := make([]string, len(m.Columns))
	for j := range m.Columns {
		ids[j] = m.Columns[j].ID
	}
	j := slices.Index(ids, c.column)
	if j < 0 {
		return gam.Edit{}, fmt.Errorf("--column: the model has no column %q%s; it has %s", c.column, learner.DidYouMean(c.column, ids), someOf(ids))
	}
	k := termOf(m, j)
	if k < 0 {
		return gam.Edit{}, fmt.Errorf("--column %s: the model adds nothing for it alone", c.column)
	}
	bins, err := c.bins(m, j, k)
	if err != nil {
		return gam.Edit{}, fmt.Errorf("--column %s: %w", c.column, err)
	}
	e := gam.Edit{Term: k, Bins: bins, Author: c.author, Reason: c.reason, When: c.at}
	for _, b := range bins {
		v := c.to
		if v != v {
			v = m.Terms[k].Value[b] + c.by
		}
		e.Value = append(e.Value, v)
	}
	return e, nil
}

func (c *correction) bins(m *gam.Model, j, k int) ([]int, error) {
	col := &m.Columns[j]
	ranged := !math.IsInf(c.above, -1) || !math.IsInf(c.atMost, 1)
	var bins []int
	switch {
	case c.empty && (ranged || c.levels != nil):
		return nil, errors.New("--empty stands alone: a missing value is no other")
	case c.empty:
		return []int{0}, nil
	case ranged && col.Levels != nil:
		return nil, errors.New("it is categorical: say which --level")
	case c.levels != nil && col.Levels == nil:
		return nil, errors.New("it is a column of numbers: say --above and --at-most")
	case c.levels != nil:
		for _, l := range c.levels {
			at := slices.Index(col.Levels, l)
			if at < 0 || col.LevelBin[at] == 0 {
				return nil, fmt.Errorf("no row that was learned from had the level %q%s", l, learner.DidYouMean(l, col.Levels))
			}
			bins = append(bins, col.LevelBin[at])
		}
	case col.Levels != nil:
		for b := 1; b < len(m.Terms[k].Value); b++ {
			bins = append(bins, b)
		}
	default:
		var err error
		if bins, err = m.BinsBetween(k, c.above, c.atMost); err != nil {
			return nil, err
		}
		if len(bins) == 0 {
			var names []string
			for _, s := range shapeOf(m, j) {
				if (s.To == nil || *s.To > c.above) && (s.From == nil || *s.From < c.atMost) && !s.Missing {
					names = append(names, s.Name())
				}
			}
			return nil, fmt.Errorf("no bin lies within; nearest are %s", strings.Join(names[:min(4, len(names))], "; "))
		}
	}
	slices.Sort(bins)
	return slices.Compact(bins), nil
}
