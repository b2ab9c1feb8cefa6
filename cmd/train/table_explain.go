package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/datasets/plain"
	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/model/explain"
	"github.com/rettidig/rettidig/model/gam"
	"github.com/rettidig/rettidig/model/learner"
	"github.com/rettidig/rettidig/model/metric"
)

func tableExplainCommand() *cobra.Command {
	var e explaining
	var csvFile, modelFile, htmlFile string
	var missing []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain --csv FILE --model MODEL.json",
		Short: "Say what a model rests on and how its answer moves with each column",
		Long: `explain looks at a model from outside, on the rows of a table, so that any learner is explained in the same way.

Importance is by how much the log loss rises when a column is dealt out anew among the rows; it needs the label in the
table, and rows that the model has not learned from make it fairer. Columns that know the same look less important each;
--concept deals them out together. Dependence is the mean log odds when every row has one value of the column (partial
dependence), and how single rows move (ICE). Where columns go together it shows rows such as none could be. Of a gam,
also the shapes that it adds up, with the standard error of each bin, and their pairs.`,
		Example: `  train table explain --csv falls.csv --model gam.json
  train table explain --csv falls.csv --model gam.json --column age,home --html gam.html
  train table explain --csv falls.csv --model falls.json --concept body=age,strength --json`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if htmlFile != "" {
				if err := checkOut(htmlFile, csvFile, modelFile); err != nil {
					return fmt.Errorf("--html: %w", err)
				}
			}
			f, err := readTableModel(modelFile)
			if err != nil {
				return err
			}
			p, err := readFor(csvFile, f, missing, nil)
			if err != nil {
				return err
			}
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			x, err := e.explain(cmd.Context(), f, p, func(done, total int) { bar.Update("explain", done, total) })
			if err != nil {
				return err
			}
			bar.Done()
			for _, n := range x.Notes {
				fmt.Fprintf(cmd.ErrOrStderr(), "note: %s\n", n)
			}
			if htmlFile != "" {
				if err := writeFile(htmlFile, func(w io.Writer) error { return writeExplanationHTML(w, x) }); err != nil {
					return err
				}
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), x)
			}
			printExplanation(cmd.OutOrStdout(), x)
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&csvFile, "csv", "", "the table, a CSV `FILE` with a header")
	fl.StringVar(&modelFile, "model", "", "the model, a JSON `FILE` that fit wrote")
	fl.StringSliceVar(&e.columns, "column", nil, "`COLUMNS` whose dependence is shown; without it the six most important, or the first")
	fl.StringArrayVar(&e.concepts, "concept", nil, "columns that are dealt out together, `NAME=COLUMN,COLUMN`; may be given again")
	fl.IntVar(&e.rows, "rows", 5000, "a sample of at most so many rows; 0: all")
	fl.IntVar(&e.repeats, "repeats", 5, "how often each column is dealt out")
	fl.StringVar(&htmlFile, "html", "", "also draw it, as one page that needs nothing else, to this `FILE`")
	fl.StringSliceVar(&missing, "missing", nil, "`VALUES` that are missing, beside those that the model remembers")
	fl.Uint64Var(&e.seed, "seed", 1, "same seed, same bytes")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object")
	for _, name := range []string{"csv", "model"} {
		must(cmd.MarkFlagRequired(name))
	}
	return cmd
}

// explaining is what is asked for.
type explaining struct {
	columns, concepts []string
	rows, repeats     int
	seed              uint64
}

// explanation is what is printed as JSON.
type explanation struct {
	Learner    string              `json:"learner"`
	Label      string              `json:"label"`
	Positive   string              `json:"positive"`
	Rows       int                 `json:"n"`
	Hits       *int                `json:"n_positive,omitempty"` // nil: the table has no label
	Logloss    metric.Value        `json:"logloss"`
	AUROC      metric.Value        `json:"auroc"`
	Importance []tableImportance   `json:"importance,omitempty"` // by falling importance
	Columns    []columnExplanation `json:"columns"`
	Pairs      []pairExplanation   `json:"pairs,omitempty"` // of a gam
	Notes      []string            `json:"notes"`
}

type tableImportance struct {
	Concept string       `json:"concept"`
	Columns []string     `json:"columns"`
	Worse   metric.Value `json:"worse"` // rise of the log loss
	SE      metric.Value `json:"se"`
}

type columnExplanation struct {
	Column     string         `json:"column"`
	Dependence []dependsPoint `json:"dependence"`
	Missing    metric.Value   `json:"missing"` // mean log odds with the column missing; null if it never is
	Curves     [][]float64    `json:"ice"`     // log odds of single rows at the points of dependence
	Shape      []shapeBin     `json:"shape,omitempty"`
}

// dependsPoint is the mean log odds at one value.
type dependsPoint struct {
	Value   *float64 `json:"value,omitempty"`
	Level   string   `json:"level,omitempty"`
	LogOdds float64  `json:"log_odds"`
}

// shapeBin is what a gam adds for values above From and up to To, for levels, or for a missing value.
type shapeBin struct {
	Bin     int      `json:"bin"`
	From    *float64 `json:"above,omitempty"` // nil: no limit
	To      *float64 `json:"at_most,omitempty"`
	Levels  []string `json:"levels,omitempty"`
	Missing bool     `json:"missing,omitempty"`
	LogOdds float64  `json:"log_odds"`
	SE      float64  `json:"se"`
	Weight  float64  `json:"weight"` // of the rows learned from
}

type pairExplanation struct {
	Columns []string `json:"columns"`
	Low     float64  `json:"low"` // log odds: the least and the most that it adds
	High    float64  `json:"high"`
}

// curves is how many rows are followed one by one: more cannot be told apart.
const curves = 30

func (e *explaining) explain(ctx context.Context, f *learner.File, p *plain.Table, report func(done, total int)) (*explanation, error) {
	if e.rows < 0 || e.repeats < 1 {
		return nil, fmt.Errorf("--rows is %d and --repeats %d, want 0 or more and at least 1", e.rows, e.repeats)
	}
	ids := make([]string, len(f.Columns))
	for j, c := range f.Columns {
		ids[j] = c.ID
	}
	for _, c := range e.columns {
		if !slices.Contains(ids, c) {
			return nil, fmt.Errorf("--column: the model has no column %q%s; it has %s", c, learner.DidYouMean(c, ids), someOf(ids))
		}
	}
	of, err := e.conceptOf(ids)
	if err != nil {
		return nil, err
	}
	x, notes := arrange(p, f, nil)
	out := &explanation{Learner: f.Learner, Label: f.Label, Positive: f.Positive, Logloss: metric.Value(nan), AUROC: metric.Value(nan), Notes: append([]string{}, notes...)}
	if i := f.Imported; i != nil {
		out.Notes = append(out.Notes, fmt.Sprintf("another library learned this model: %d trees of %s, from the file with the SHA-256 %s", i.Trees, i.Format, i.SHA256))
	}
	y, rows := labelsFor(p, f)
	if y == nil {
		out.Notes = append(out.Notes, fmt.Sprintf("there is no column %s with the label: importance cannot be measured", f.Label))
	} else if len(rows) == 0 {
		return nil, fmt.Errorf("no row has a value of the label %s", f.Label)
	}
	rows = e.sample(rows)
	table := explain.Table{X: pickColumns(x, rows), Levels: make([]int, len(x))}
	for j, c := range f.Columns {
		table.Levels[j] = len(c.Levels)
		if f.Imported != nil {
			table.Levels[j] += f.Imported.Codes[c.ID] // of a column without names
		}
	}
	out.Rows = len(rows)
	total := len(ids)
	if y != nil {
		y = pickRows(y, rows)
		if err := out.importance(ctx, f, table, y, of, e, func(k, of int) { report(k, of+total) }); err != nil {
			return nil, err
		}
	}
	var shapes *gam.Model
	if f.Learner == (learner.GAM{}).Name() {
		if shapes, err = gamOf(f); err != nil {
			return nil, err
		}
		out.pairs(shapes, ids)
	}
	shown := e.shown(out.Importance, ids)
	for k, name := range shown {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		j := slices.Index(ids, name)
		c, err := dependence(f, table, j, e.seed)
		if err != nil {
			out.Notes = append(out.Notes, fmt.Sprintf("column %s is missing in all rows", name))
			continue
		}
		if shapes != nil {
			c.Shape = shapeOf(shapes, j)
		}
		out.Columns = append(out.Columns, *c)
		report(total+k+1, total+len(shown))
	}
	return out, nil
}

// conceptOf names the concept of each column: itself, unless --concept says otherwise.
func (e *explaining) conceptOf(ids []string) ([]string, error) {
	of := slices.Clone(ids)
	for _, c := range e.concepts {
		name, list, ok := strings.Cut(c, "=")
		if !ok || name == "" || list == "" {
			return nil, fmt.Errorf("--concept %q: want NAME=COLUMN,COLUMN", c)
		}
		if slices.Contains(ids, name) {
			return nil, fmt.Errorf("--concept %s: a column is called so; give the concept another name", name)
		}
		for id := range strings.SplitSeq(list, ",") {
			j := slices.Index(ids, id)
			if j < 0 {
				return nil, fmt.Errorf("--concept %s: the model has no column %q%s; it has %s", name, id, learner.DidYouMean(id, ids), someOf(ids))
			}
			if of[j] != ids[j] {
				return nil, fmt.Errorf("--concept %s: column %s is already in %s", name, id, of[j])
			}
			of[j] = name
		}
	}
	return of, nil
}

// labelsFor returns 1 where the label is the model's positive value, and the rows that have a label; no labels if the
// table has none, and then all rows.
func labelsFor(p *plain.Table, f *learner.File) (y []float64, rows []int32) {
	c := p.Column(f.Label)
	for i := range p.Rows {
		if c == nil {
			rows = append(rows, int32(i))
			continue
		}
		v := 0.0
		if c.Text(i) == f.Positive {
			v = 1
		}
		y = append(y, v)
		if c.Text(i) != "" {
			rows = append(rows, int32(i))
		}
	}
	return y, rows
}

func (e *explaining) sample(rows []int32) []int32 {
	if e.rows == 0 || len(rows) <= e.rows {
		return rows
	}
	rng := rand.New(rand.NewPCG(e.seed, 0x73616d706c65))
	rng.Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
	rows = rows[:e.rows]
	slices.Sort(rows)
	return rows
}

func pickRows(x []float64, rows []int32) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}

func pickColumns(x [][]float64, rows []int32) [][]float64 {
	out := make([][]float64, len(x))
	for j := range x {
		out[j] = pickRows(x[j], rows)
	}
	return out
}

// importance measures the model and then what each concept is worth, one at a time, so that it can be interrupted.
func (out *explanation) importance(ctx context.Context, f *learner.File, t explain.Table, y []float64, of []string, e *explaining, report func(done, total int)) error {
	hits := 0
	for _, v := range y {
		hits += int(v)
	}
	out.Hits = &hits
	eta, p := make([]float64, len(y)), make([]float64, len(y))
	f.Model.LogOdds(eta, t.X)
	for i, v := range eta {
		p[i] = metric.Sigmoid(v)
	}
	out.Logloss = metric.Value(metric.Logloss(p, y, nil))
	if hits > 0 && hits < len(y) {
		out.AUROC = metric.Value(metric.AUROC(eta, y, nil))
	} else {
		out.Notes = append(out.Notes, fmt.Sprintf("%d of %d rows have the label %s: with one class only the importances say little", hits, len(y), f.Positive))
	}
	asked := 0
	batch := func(dst []float64, x [][]float64) {
		if ctx.Err() == nil {
			f.Model.LogOdds(dst, x)
		}
		asked++
		report(min(asked/e.repeats, len(of)), len(of))
	}
	concepts := explain.Group(of)
	found := explain.Permutation(batch, t, y, concepts, metric.LoglossOf, e.repeats, e.seed)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, i := range explain.Ranked(found) {
		im := tableImportance{Concept: concepts.IDs[i.Concept], Worse: metric.Value(i.Worse), SE: metric.Value(i.SE)}
		for j, c := range concepts.Of {
			if int(c) == i.Concept {
				im.Columns = append(im.Columns, f.Columns[j].ID)
			}
		}
		out.Importance = append(out.Importance, im)
	}
	return nil
}

// shown are the columns asked for, or the six most important, or the first six.
func (e *explaining) shown(ranked []tableImportance, ids []string) []string {
	if len(e.columns) > 0 {
		return e.columns
	}
	var names []string
	for _, i := range ranked {
		names = append(names, i.Columns...)
	}
	if ranked == nil {
		names = ids
	}
	return names[:min(6, len(names))]
}

func dependence(f *learner.File, t explain.Table, j int, seed uint64) (*columnExplanation, error) {
	d, err := explain.Partial(f.Model.LogOdds, t, j, explain.DependenceOptions{})
	if err != nil {
		return nil, err
	}
	ice, err := explain.Partial(f.Model.LogOdds, t, j, explain.DependenceOptions{Grid: d.Grid, Rows: min(curves, len(t.X[0])), Seed: seed, Curves: true})
	if err != nil {
		return nil, err
	}
	c := &columnExplanation{Column: f.Columns[j].ID, Missing: metric.Value(d.Missing), Curves: ice.Curves}
	for g, v := range d.Grid {
		p := dependsPoint{LogOdds: d.Mean[g]}
		if levels := f.Columns[j].Levels; levels != nil {
			p.Level = levels[int(v)]
		} else if t.Levels[j] > 0 {
			p.Level = strconv.FormatFloat(v, 'f', -1, 64) // a code
		} else {
			p.Value = &d.Grid[g]
		}
		c.Dependence = append(c.Dependence, p)
	}
	return c, nil
}

// gamOf returns a gam that may be changed without changing the file's.
func gamOf(f *learner.File) (*gam.Model, error) {
	if f.Learner != (learner.GAM{}).Name() {
		return nil, fmt.Errorf("the model is of %s; only a gam has shapes", f.Learner)
	}
	raw, err := f.Model.Marshal()
	if err != nil {
		return nil, err
	}
	return gam.Read(bytes.NewReader(raw))
}

// termOf returns the term of one column; -1 if it has none.
func termOf(m *gam.Model, j int) int {
	return slices.IndexFunc(m.Terms, func(t gam.Term) bool { return len(t.Columns) == 1 && t.Columns[0] == j })
}

// shapeOf returns the bins of the term on one column: those with values first, then the missing one if any row had none.
func shapeOf(m *gam.Model, j int) []shapeBin {
	k := termOf(m, j)
	if k < 0 {
		return nil
	}
	t, c := &m.Terms[k], &m.Columns[j]
	var out []shapeBin
	for b := 1; b < len(t.Value); b++ {
		s := shapeBin{Bin: b, LogOdds: t.Value[b], SE: t.SE[b], Weight: t.Weight[b]}
		if c.Levels == nil {
			if b > 1 {
				s.From = &c.Cuts[b-2]
			}
			if b <= len(c.Cuts) {
				s.To = &c.Cuts[b-1]
			}
		}
		for l, name := range c.Levels {
			if c.LevelBin[l] == b {
				s.Levels = append(s.Levels, name)
			}
		}
		out = append(out, s)
	}
	if t.Weight[0] > 0 || t.Value[0] != 0 {
		out = append(out, shapeBin{Missing: true, LogOdds: t.Value[0], SE: t.SE[0], Weight: t.Weight[0]})
	}
	return out
}

func (out *explanation) pairs(m *gam.Model, ids []string) {
	for _, t := range m.Terms {
		if len(t.Columns) == 2 {
			out.Pairs = append(out.Pairs, pairExplanation{[]string{ids[t.Columns[0]], ids[t.Columns[1]]}, slices.Min(t.Value), slices.Max(t.Value)})
		}
	}
	slices.SortStableFunc(out.Pairs, func(a, b pairExplanation) int {
		return cmp.Compare(b.High-b.Low, a.High-a.Low)
	})
}

func printExplanation(w io.Writer, x *explanation) {
	fmt.Fprintf(w, "%s, probability of %s = %s, on %d rows\n", x.Learner, x.Label, x.Positive, x.Rows)
	if x.Importance != nil {
		fmt.Fprintf(w, "\nlog loss %.4f; how much it rises when a column is dealt out anew (standard error)\n", x.Logloss)
		for _, i := range x.Importance {
			name := i.Concept
			if len(i.Columns) > 1 {
				name += " (" + strings.Join(i.Columns, ", ") + ")"
			}
			fmt.Fprintf(w, "  %8.4f (%.4f)  %s\n", i.Worse, i.SE, name)
		}
	}
	for _, c := range x.Columns {
		fmt.Fprintf(w, "\n%s: mean log odds if every row had the value\n", c.Column)
		for _, p := range c.Dependence {
			fmt.Fprintf(w, "  %8.3f  %s\n", p.LogOdds, p.Name())
		}
		if c.Missing.Defined() {
			fmt.Fprintf(w, "  %8.3f  missing\n", c.Missing)
		}
	}
	if x.Pairs != nil {
		fmt.Fprintf(w, "\npairs: the least and the most that they add to the log odds\n")
		for _, p := range x.Pairs {
			fmt.Fprintf(w, "  %8.3f %8.3f  %s\n", p.Low, p.High, strings.Join(p.Columns, " and "))
		}
	}
}

// Name is the value or the level.
func (p dependsPoint) Name() string {
	if p.Value != nil {
		return short(*p.Value)
	}
	return p.Level
}

// Name says which values a bin is of.
func (s shapeBin) Name() string {
	switch {
	case s.Missing:
		return "missing"
	case s.Levels != nil:
		return strings.Join(s.Levels, ", ")
	case s.From == nil && s.To == nil:
		return "any value"
	case s.From == nil:
		return "at most " + short(*s.To)
	case s.To == nil:
		return "above " + short(*s.From)
	}
	return "above " + short(*s.From) + " to " + short(*s.To)
}

func short(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
