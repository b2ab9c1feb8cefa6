package learner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/rettidig/rettidig/model/gam"
)

// GAM is the explainable boosting machine: a shape for each column and for a few pairs.
type GAM struct{}

func (GAM) Name() string { return "gam" }
func (GAM) About() string {
	return "explainable boosting: a shape for each column, and for the pairs that are worth it"
}

func (GAM) Params() []Param {
	inf := math.Inf(1)
	return []Param{
		{Name: "bags", Default: "8", Kind: Whole, Low: 2, High: 1000, Help: "fits that are averaged, each holding out a part of the groups to tell when to stop"},
		{Name: "bins", Default: "256", Kind: Whole, Low: 3, High: 256, Help: "of a column, with the missing one"},
		{Name: "leaves", Default: "auto", Kind: Whole, Low: 2, High: 256, Words: []string{"auto"}, Help: "of a tree on one column; auto is 3, from 10,000 rows on 6"},
		{Name: "min_leaf", Default: "5", Kind: Number, Low: 0, Above: true, High: inf, Help: "rows in a leaf"},
		{Name: "lambda", Default: "1", Kind: Number, Low: 0, Above: true, High: inf, Help: "added to the curvature of a leaf"},
		{Name: "rate", Default: "0.2", Kind: Number, Low: 0, Above: true, High: 1, Help: "share of a step that is taken"},
		{Name: "cycles", Default: "1000", Kind: Whole, Low: 1, High: 1e6, Help: "over the columns, at most"},
		{Name: "patience", Default: "10", Kind: Whole, Low: 1, High: 1e6, Help: "cycles without a lower held-out loss before it ends"},
		{Name: "pairs", Default: "auto", Kind: Whole, Low: 0, High: 1e4, Words: []string{"auto"}, Help: "terms on two columns at most; auto takes those that are worth it"},
		{Name: "smooth", Default: "0", Kind: Number, Low: 0, High: inf, Help: "how strongly the shapes of numbers are smoothed"},
		monotoneParam,
	}
}

var monotoneParam = Param{Name: "monotone", Kind: Signed, Help: "columns with which the probability may only rise (+) or fall (-)"}

func (l GAM) Fit(ctx context.Context, t *Table, opt Options) (Model, error) {
	v, err := ReadParams(l, opt.Params)
	if err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	monotone, err := v.Signs("monotone", t.Columns)
	if err != nil {
		return nil, err
	}
	o := gam.Options{Seed: opt.Seed, Workers: opt.Workers, Bags: v.Whole("bags"), Bins: v.Whole("bins"),
		MinLeaf: v.Num("min_leaf"), Lambda: v.Num("lambda"), Rate: v.Num("rate"), Cycles: v.Whole("cycles"),
		Patience: v.Whole("patience"), Smooth: v.Num("smooth"), Monotone: monotone, Progress: opt.Progress}
	if !v.Is("leaves", "auto") {
		o.Leaves = v.Whole("leaves")
	}
	if !v.Is("pairs", "auto") {
		if o.Pairs = v.Whole("pairs"); o.Pairs == 0 {
			o.Pairs = -1 // 0 is auto there
		}
	}
	ids, levels := named(t.Columns)
	m, err := gam.Train(ctx, gam.Table{IDs: ids, Levels: levels, X: t.X, Y: t.Y, W: t.W, Offset: t.Offset, Group: t.Group}, o)
	if err != nil {
		return nil, err
	}
	pairs := 0
	for _, term := range m.Terms {
		pairs += len(term.Columns) - 1
	}
	note := fmt.Sprintf("%d cycles over the columns and %d over %d pairs; held-out log loss %.4f", m.Training.Cycles, m.Training.PairCycles, pairs, m.Training.Logloss)
	return &gamModel{m, m.Compile(), []string{note}}, nil
}

type gamModel struct {
	model  *gam.Model
	scorer *gam.Scorer
	notes  []string
}

func (m *gamModel) Notes() []string { return m.notes }

func (m *gamModel) LogOdds(dst []float64, x [][]float64) { m.scorer.Batch(dst, x, 1) }

func (m *gamModel) Contributions(dst []float64, x []float64) bool {
	m.scorer.Contributions(dst[:len(x)], x)
	dst[len(x)] = m.scorer.Intercept()
	return true
}

func (m *gamModel) Marshal() (json.RawMessage, error) {
	var b bytes.Buffer
	err := m.model.Write(&b)
	return b.Bytes(), err
}

func (GAM) Read(raw json.RawMessage, columns []Column) (Model, error) {
	m, err := gam.Read(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	if err := match(columns, len(m.Columns), func(j int) (string, []string) { return m.Columns[j].ID, m.Columns[j].Levels }); err != nil {
		return nil, err
	}
	return &gamModel{m, m.Compile(), nil}, nil
}
