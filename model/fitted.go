package model

import (
	"context"
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/model/boost"
	"github.com/rettidig/rettidig/model/calibrate"
	"github.com/rettidig/rettidig/model/card"
	"github.com/rettidig/rettidig/model/gam"
	"github.com/rettidig/rettidig/model/glm"
	"github.com/rettidig/rettidig/model/tree"
)

// fitted is one learner, fitted; one of card, fit, shapes and trees is set.
type fitted struct {
	x      [][]float64
	card   *card.Card
	fit    *glm.Fit
	shapes *shapes
	bags   []gam.Bag // of shapes
	trees  *trees
	notes  []error
}

// raw is the learner without what glm's own cross-validation puts on top.
func (f *fitted) raw() learned {
	switch {
	case f.card != nil:
		return f.card
	case f.fit != nil:
		return f.fit.Model
	case f.shapes != nil:
		return f.shapes
	}
	return f.trees
}

// Score puts the log odds of rows into out.
func (f *fitted) Score(rows []int32, out []float64) {
	f.raw().Rows(f.x, rows, out)
	if f.fit != nil {
		for i := range rows {
			out[i] = f.fit.Intercept + f.fit.Slope*out[i]
		}
	}
}

// into puts the learner into m, with a calibrator of what Score gives.
func (f *fitted) into(m *Model, cal *calibrate.Calibrator) {
	m.Calibrator = cal
	switch {
	case f.card != nil:
		m.Card = f.card
	case f.fit != nil:
		m.GLM, m.Calibrator = f.fit.Model, cal.After(f.fit.Intercept, f.fit.Slope)
	case f.shapes != nil:
		m.GAM = f.shapes.model
	default:
		m.Boost = f.trees.ensemble
	}
}

// used tells which columns the learner looks at.
func (f *fitted) used(columns int) []bool {
	out := make([]bool, columns)
	switch {
	case f.card != nil:
		for _, l := range f.card.Lines {
			out[l.Column] = true
		}
	case f.fit != nil:
		for j, t := range f.fit.Model.Terms {
			out[j] = t.Coef != 0 || t.MissingCoef != 0
		}
	case f.shapes != nil:
		return f.shapes.used(columns)
	default:
		return f.trees.used(columns)
	}
	return out
}

// learn fits the learner on the rows in train of the columns x.
func (v *validation) learn(ctx context.Context, name string, x [][]float64, y []float64, train []int32) (*fitted, error) {
	f := &fitted{x: x}
	var err error
	switch name {
	case LearnerCard:
		f.card, err = card.Learn(ctx, x, y, v.t.W, train)
	case LearnerGLM:
		f.fit, err = glm.Train(ctx, glm.Table{X: x, Y: y, W: v.t.W, Group: v.t.Group, Rows: train}, v.glmOptions(len(train)))
		if err == nil {
			f.notes = f.fit.Warnings
		}
	case LearnerGAM:
		err = v.learnShapes(ctx, f, y, train)
	case LearnerBoost:
		err = v.learnTrees(ctx, f, y, train)
	default:
		panic("model: no learner " + name)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (v *validation) learnShapes(ctx context.Context, f *fitted, y []float64, train []int32) error {
	group := of(v.t.Group, train)
	opt := gam.Options{Seed: v.opt.Seed, Bags: parts}
	if different(group) < smallTown {
		opt.Bins, opt.Leaves = fewBins, 3 // gam goes by rows, but many rows of a citizen say little more than one
	}
	m, bags, err := gam.TrainBags(ctx, gam.Table{IDs: v.ids(len(f.x)), X: gather(f.x, train), Y: of(y, train), W: of(v.t.W, train), Group: group}, opt)
	if err != nil {
		return err
	}
	f.shapes, f.bags = newShapes(m), bags
	return nil
}

// smallTown is the number of citizens below which shapes and trees are kept coarse. Below it, a column is cut at fewBins
// places at most: on tables of 1,000 to 2,500 rows with a known truth trees lost nothing by it (log loss 0.547 for 0.551,
// 0.627 for 0.627, 0.636 for 0.640), and are learned in two thirds of the time.
const (
	smallTown = 10000
	fewBins   = 64
)

// treeOptions goes by the number of citizens where boost's defaults go by rows: trees that are too many and too large
// cost most where few are learned from.
func treeOptions(group []int32) boost.Options {
	n := different(group)
	opt := boost.Defaults(n)
	if n < smallTown {
		opt.Bins = fewBins - 1 // what is missing has one more
	}
	return opt
}

// learnTrees never parts a citizen's rows: neither its folds nor the citizens that it holds out do.
func (v *validation) learnTrees(ctx context.Context, f *fitted, y []float64, train []int32) error {
	group := of(v.t.Group, train)
	opt := treeOptions(group)
	opt.Seed = v.opt.Seed
	if len(train) < alone {
		opt.Workers = 1
	}
	e, log, err := boost.Train(ctx, boost.Table{IDs: v.ids(len(f.x)), X: gather(f.x, train), Y: of(y, train), W: of(v.t.W, train), Group: group}, opt)
	if err != nil {
		return err
	}
	f.trees, f.notes = newTrees(e), log.Warnings
	return nil
}

// alone is the number of rows below which boost's threads wait for one another longer than they work.
const alone = 5000

// ids names the table's columns, and what a planted leak adds to them.
func (v *validation) ids(n int) []string {
	out := make([]string, n)
	for j := range out {
		if j < len(v.t.Columns) {
			out[j] = v.t.Columns[j].ID
		} else {
			out[j] = fmt.Sprintf("planted %d", j-len(v.t.Columns))
		}
	}
	return out
}

func of[T any](v []T, rows []int32) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}

func gather(x [][]float64, rows []int32) [][]float64 {
	out := make([][]float64, len(x))
	for j := range x {
		out[j] = of(x[j], rows)
	}
	return out
}

// shapes is a gam, ready to score.
type shapes struct {
	*gam.Scorer
	model *gam.Model
}

func newShapes(m *gam.Model) *shapes { return &shapes{m.Compile(), m} }

// LogOdds gives each column its own shape and half of each of its pairs; the terms may be nil.
func (s *shapes) LogOdds(x, terms []float64) float64 {
	if terms == nil {
		return s.Scorer.LogOdds(x)
	}
	return s.Contributions(terms, x)
}

// Rows puts the log odds of the given rows of the columns x into out.
func (s *shapes) Rows(x [][]float64, rows []int32, out []float64) {
	s.Batch(out, gather(x, rows), 1)
}

func (s *shapes) base() float64 { return s.Intercept() }

// used tells which columns matter to anybody.
func (s *shapes) used(columns int) []bool {
	out := make([]bool, columns)
	for _, t := range s.model.Terms {
		if slices.ContainsFunc(t.Value, func(v float64) bool { return v != 0 }) {
			for _, j := range t.Columns {
				out[j] = true
			}
		}
	}
	return out
}

// trees is a boosted ensemble, ready to score.
type trees struct {
	*tree.Scorer
	ensemble *tree.Ensemble
	expected float64
}

func newTrees(e *tree.Ensemble) *trees { return &trees{Scorer: e.Compile(), ensemble: e} }

// mostLeaves is of the largest tree.
func (t *trees) mostLeaves() int {
	most := 0
	for _, tr := range t.ensemble.Trees {
		most = max(most, (len(tr.Nodes)+1)/2) // each question has two answers
	}
	return most
}

// explained is ready to give reasons too.
func (t *trees) explained() *trees {
	parts := make([]float64, len(t.ensemble.Columns)+1)
	t.Contributions(parts, make([]float64, len(t.ensemble.Columns)))
	t.expected = parts[len(parts)-1] // of a citizen of whom nothing is known: the same for any
	return t
}

// LogOdds gives each column its Shapley value; the terms may be nil.
func (t *trees) LogOdds(x, terms []float64) float64 {
	if terms != nil {
		var room [256]float64
		parts := room[:]
		if len(x) >= len(room) {
			parts = make([]float64, len(x)+1)
		}
		t.Contributions(parts[:len(x)+1], x)
		copy(terms, parts)
	}
	return t.Scorer.LogOdds(x)
}

// Rows puts the log odds of the given rows of the columns x into out.
func (t *trees) Rows(x [][]float64, rows []int32, out []float64) {
	t.Batch(out, gather(x, rows), 1)
}

func (t *trees) base() float64 { return t.expected }

// used tells which columns any tree asks about.
func (t *trees) used(columns int) []bool {
	out := make([]bool, columns)
	for _, one := range t.ensemble.Trees {
		for _, n := range one.Nodes {
			if n.Column >= 0 {
				out[n.Column] = true
			}
		}
	}
	return out
}
