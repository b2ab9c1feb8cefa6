package learner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig/model/boost"
	"github.com/rettidig/rettidig/model/tree"
)

// Boost is gradient boosting of trees on histograms. A parameter that is auto takes what boost.Defaults gives for
// so many rows, which stop early by cross-validation or on groups held out.
type Boost struct{}

func (Boost) Name() string { return "boost" }
func (Boost) About() string {
	return "gradient boosting of trees; the number of trees by cross-validation or rows held out"
}

func (Boost) Params() []Param {
	inf := math.Inf(1)
	auto := []string{"auto"}
	param := func(name string, kind Kind, low, high float64, help string) Param {
		return Param{Name: name, Default: "auto", Kind: kind, Low: low, High: high, Words: auto, Help: help}
	}
	above := func(p Param) Param { p.Above = true; return p }
	return []Param{
		param("trees", Whole, 1, 1e6, "at most, if it stops early; exactly, with folds=0 and held=0"),
		above(param("rate", Number, 0, 1, "what each tree's values are multiplied by")),
		param("leaves", Whole, 2, 65535, "of a tree"),
		param("depth", Whole, 0, 1000, "most questions on a path; 0 is as many as the leaves allow"),
		{Name: "growth", Default: "auto", Kind: Word, Words: []string{"auto", "leaf", "depth"}, Help: "the leaf with the largest gain next, or the shallowest"},
		param("bins", Whole, 2, 255, "of a column, besides the missing one"),
		param("lambda", Number, 0, inf, "squared penalty on the values of leaves"),
		param("alpha", Number, 0, inf, "absolute penalty on the values of leaves"),
		param("min_child", Number, 0, inf, "least sum of weight times p(1-p) in a leaf"),
		param("min_rows", Whole, 1, 1e9, "fewest rows in a leaf"),
		param("min_gain", Number, 0, inf, "a split must lower the loss by more than this"),
		above(param("row_share", Number, 0, 1, "of the groups, drawn for each tree")),
		above(param("column_share", Number, 0, 1, "of the columns, drawn for each tree")),
		param("held", Number, 0, 0.9, "share of the groups held out to tell how many trees to learn from all rows; 0 is none"),
		param("folds", Whole, 0, 100, "of the cross-validation that chooses the number of trees, all rows being learned from; 0 is none"),
		param("patience", Whole, 1, 1e6, "trees without a lower held-out loss before it ends"),
		monotoneParam,
		{Name: "interactions", Kind: Lists, Help: "only columns of one list may meet on a path of a tree, and a column in no list meets none; without a list all may meet"},
	}
}

func (l Boost) options(t *Table, opt Options) (boost.Options, error) {
	o := boost.Defaults(len(t.Y))
	v, err := ReadParams(l, opt.Params)
	if err != nil {
		return o, err
	}
	for name, to := range map[string]*int{"trees": &o.Trees, "leaves": &o.Leaves, "depth": &o.Depth, "bins": &o.Bins, "min_rows": &o.MinRows, "folds": &o.Folds, "patience": &o.Patience} {
		if !v.Is(name, "auto") {
			*to = v.Whole(name)
		}
	}
	for name, to := range map[string]*float64{"rate": &o.Rate, "lambda": &o.Lambda, "alpha": &o.Alpha, "min_child": &o.MinChild, "min_gain": &o.MinGain,
		"row_share": &o.RowShare, "column_share": &o.ColumnShare, "held": &o.Held} {
		if !v.Is(name, "auto") {
			*to = v.Num(name)
		}
	}
	if !v.Is("leaves", "auto") {
		o.MoreLeaves = 0
	}
	// Rows are held out in one way; what is asked for takes the place of the default.
	switch {
	case !v.Is("held", "auto") && v.Is("folds", "auto") && o.Held > 0:
		o.Folds = 0
	case !v.Is("folds", "auto") && v.Is("held", "auto") && o.Folds > 0:
		o.Held = 0
	}
	switch {
	case v.Is("growth", "leaf"):
		o.Growth = boost.LeafWise
	case v.Is("growth", "depth"):
		o.Growth = boost.DepthWise
	}
	if o.Monotone, err = v.Signs("monotone", t.Columns); err != nil {
		return o, err
	}
	o.Interactions, err = v.Lists("interactions", t.Columns)
	o.Seed, o.Workers, o.Progress = opt.Seed, opt.Workers, opt.Progress
	return o, err
}

func (l Boost) Fit(ctx context.Context, t *Table, opt Options) (Model, error) {
	o, err := l.options(t, opt)
	if err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	ids, levels := named(t.Columns)
	e, log, err := boost.Train(ctx, boost.Table{IDs: ids, X: t.X, Levels: levels, Y: t.Y, W: t.W, Offset: t.Offset, Group: t.Group}, o)
	if err != nil {
		return nil, err
	}
	note := fmt.Sprintf("%d trees of up to %d leaves", log.Trees, log.Leaves)
	if log.Held != nil {
		note += fmt.Sprintf("; held-out log loss %.4f", slices.Min(log.Held))
	}
	m := &boostModel{e, e.Compile(), []string{note}}
	for _, w := range log.Warnings {
		m.notes = append(m.notes, w.Error())
	}
	return m, nil
}

type boostModel struct {
	ensemble *tree.Ensemble
	scorer   *tree.Scorer
	notes    []string
}

func (m *boostModel) Notes() []string { return m.notes }

func (m *boostModel) LogOdds(dst []float64, x [][]float64) { m.scorer.Batch(dst, x, 1) }

func (m *boostModel) Contributions(dst []float64, x []float64) bool {
	m.scorer.Contributions(dst, x)
	return true
}

func (m *boostModel) Marshal() (json.RawMessage, error) {
	var b bytes.Buffer
	err := m.ensemble.Write(&b)
	return b.Bytes(), err
}

func (Boost) Read(raw json.RawMessage, columns []Column) (Model, error) {
	e, err := tree.Read(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	err = match(columns, len(e.Columns), func(j int) (string, []string) {
		c := &e.Columns[j]
		if _, ok := c.Coded(); ok && columns[j].Levels == nil {
			return c.ID, nil // the table holds the codes, as numbers
		}
		return c.ID, c.Levels
	})
	if err != nil {
		return nil, err
	}
	return &boostModel{e, e.Compile(), nil}, nil
}
