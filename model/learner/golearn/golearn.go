package golearn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig/model/learner"
)

// Learners returns the reference learners.
func Learners() learner.Set {
	return learner.Set{
		reference{"golearn-forest", "golearn's trees on cut columns, bagged as its random forest does; yes or no only", forestParams, fitForest},
		reference{"golearn-knn", "golearn's nearest neighbours, columns on one scale; yes or no only; needs cgo", knnParams, fitKNN},
		reference{"golearn-bayes", "golearn's Bernoulli naive Bayes on cut columns; yes or no only", nil, fitBayes},
		reference{"golearn-logistic", "golearn's logistic regression by liblinear; yes or no only; needs cgo", logisticParams, fitLogistic},
	}
}

// errNeedsCgo is what asking for a classifier in C gives in a program that was built without it.
func errNeedsCgo(name, part string) error {
	return fmt.Errorf("%s is missing: this program was built with CGO_ENABLED=0, and golearn's %s is written in C; build it with CGO_ENABLED=1 and a C and C++ compiler (Debian package g++)", name, part)
}

// classify says yes or no of each row of columns coded as the learner wants them.
type classify func(x [][]float64) ([]bool, error)

type reference struct {
	name, about string
	params      []learner.Param
	fit         func(ctx context.Context, name string, v learner.Values, t *learner.Table, seed uint64) (classify, error)
}

func (r reference) Name() string            { return r.name }
func (r reference) About() string           { return r.about }
func (r reference) Params() []learner.Param { return r.params }

// Unwritten says why no model is written.
func (r reference) Unwritten() string {
	return "golearn's models have no form that could be checked, and one of them is the rows that it learned from; it is a reference to measure, with train table cv"
}

func (r reference) Read(json.RawMessage, []learner.Column) (learner.Model, error) {
	return nil, errors.New(r.name + ": " + r.Unwritten())
}

// Fit learns. Weights and offsets are refused: golearn has neither.
func (r reference) Fit(ctx context.Context, t *learner.Table, opt learner.Options) (m learner.Model, err error) {
	v, err := learner.ReadParams(r, opt.Params)
	if err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	if t.W != nil || t.Offset != nil {
		return nil, errors.New(r.name + ": golearn knows no weights and no offset")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// golearn knows no context: if it ends, what golearn is at is left to itself.
	type answer struct {
		c   classify
		err error
	}
	learned := make(chan answer, 1)
	go func() {
		var a answer
		a.err = guarded(r.name, func() (err error) {
			a.c, err = r.fit(ctx, r.name, v, t, opt.Seed)
			return err
		})
		learned <- a
	}()
	select {
	case a := <-learned:
		if a.err != nil {
			return nil, a.err
		}
		if opt.Progress != nil {
			opt.Progress(1, 1)
		}
		return &model{r, a.c}, ctx.Err()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// guarded turns golearn's panics into errors.
func guarded(name string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: golearn panicked: %v", name, p)
		}
	}()
	return f()
}

type model struct {
	reference
	classify classify
}

func (m *model) LabelsOnly() bool { return true }

// Notes warns of what golearn's trees do.
func (m *model) Notes() []string {
	if m.name == "golearn-forest" {
		return []string{"golearn's trees break ties by the order of a Go map: the same seed gives not quite the same answer"}
	}
	return nil
}

// LogOdds gives +1 for yes and -1 for no, and NaN for all rows if golearn fails, which is no score.
func (m *model) LogOdds(dst []float64, x [][]float64) {
	err := guarded(m.name, func() error {
		yes, err := m.classify(x)
		for i := range yes {
			dst[i] = -1
			if yes[i] {
				dst[i] = 1
			}
		}
		return err
	})
	if err != nil {
		for i := range dst {
			dst[i] = math.NaN()
		}
	}
}

func (m *model) Contributions([]float64, []float64) bool { return false }

func (m *model) Marshal() (json.RawMessage, error) {
	return nil, errors.New(m.name + ": " + m.Unwritten())
}

// cuts turn a column into bins: those of a numeric column are at its quarters, bin 0 is of missing values and
// of levels that are not known; a categorical column keeps its levels.
type cuts struct {
	levels int // 0: numeric
	at     []float64
}

func cutsOf(t *learner.Table) []cuts {
	out := make([]cuts, len(t.Columns))
	for j, c := range t.Columns {
		if c.Levels != nil {
			out[j].levels = len(c.Levels)
			continue
		}
		var there []float64
		for _, v := range t.X[j] {
			if v == v {
				there = append(there, v)
			}
		}
		slices.Sort(there)
		for q := 1; q <= 3 && len(there) > 0; q++ {
			if at := there[q*(len(there)-1)/4]; at < there[len(there)-1] {
				out[j].at = append(out[j].at, at)
			}
		}
		out[j].at = slices.Compact(out[j].at)
	}
	return out
}

// bins returns how many there are.
func (c cuts) bins() int { return max(c.levels, len(c.at)+1) + 1 }

func (c cuts) bin(v float64) int {
	switch {
	case v != v:
		return 0
	case c.levels > 0:
		if v < 0 || v >= float64(c.levels) {
			return 0
		}
		return 1 + int(v)
	}
	b := 1
	for _, at := range c.at {
		if v > at {
			b++
		}
	}
	return b
}

// indicators are the bins of all columns as columns of 0 and 1.
func indicators(c []cuts, x [][]float64) [][]float64 {
	var out [][]float64
	for j := range c {
		first := len(out)
		for range c[j].bins() {
			out = append(out, make([]float64, len(x[j])))
		}
		for i, v := range x[j] {
			out[first+c[j].bin(v)][i] = 1
		}
	}
	return out
}

// scaled are numbers from 0 to 1: a numeric column by its least and largest value, a missing one in the middle; a
// categorical one as a column of 0 and 1 for each level. golearn's liblinear drops what is not above 0 when it
// predicts, and distances want one scale.
type scaled struct {
	cuts []cuts
	low  []float64
	span []float64
	mid  []float64
}

func scaleOf(t *learner.Table) *scaled {
	s := &scaled{cuts: cutsOf(t), low: make([]float64, len(t.X)), span: make([]float64, len(t.X)), mid: make([]float64, len(t.X))}
	for j, x := range t.X {
		low, high, sum, n := math.Inf(1), math.Inf(-1), 0.0, 0.0
		for _, v := range x {
			if v == v {
				low, high, sum, n = min(low, v), max(high, v), sum+v, n+1
			}
		}
		if n > 0 && high > low {
			s.low[j], s.span[j] = low, high-low
			s.mid[j] = (sum/n - low) / s.span[j]
		}
	}
	return s
}

func (s *scaled) columns(x [][]float64) [][]float64 {
	var out [][]float64
	for j, c := range s.cuts {
		if c.levels > 0 {
			out = append(out, indicators(s.cuts[j:j+1], x[j:j+1])[1:]...)
			continue
		}
		if s.span[j] == 0 {
			continue
		}
		col := make([]float64, len(x[j]))
		for i, v := range x[j] {
			col[i] = s.mid[j]
			if v == v {
				col[i] = min(max((v-s.low[j])/s.span[j], 0), 1)
			}
		}
		out = append(out, col)
	}
	return out
}
