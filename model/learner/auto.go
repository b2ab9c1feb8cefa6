package learner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/internal/groups"
	"github.com/rettidig/rettidig/model/metric"
)

// Auto takes the simplest learner that is not clearly worse. All candidates are cross-validated on the same
// folds of the rows it is given (within another cross-validation these are the training rows, so that the
// choice is measured too). With d_i the log loss of a row by a simpler learner less that by the learner with the
// smallest mean, the simpler one is preferred if the mean of d is at most its standard error, rows of a group
// counted together. The order of simplicity is that of Among. On few rows the trees rarely pass: below some
// 5,000 rows of people's data boosting usually loses to a regression, and this rule finds it so by measuring. Of a table with an offset only those are candidates that take one.
type Auto struct{ Among Set }

func (Auto) Name() string { return "auto" }
func (Auto) About() string {
	return "the simplest learner that is not clearly worse, by cross-validation"
}

func (a Auto) Params() []Param {
	return []Param{{Name: "folds", Default: "5", Kind: Whole, Low: 2, High: 100, Help: "of the cross-validation that chooses"}}
}

// Chosen is a model with how it came to be the one.
type Chosen struct {
	Model
	Learner string
	Why     string
}

// Notes says why, and what the model itself notes.
func (c *Chosen) Notes() []string { return append([]string{c.Why}, Notes(c.Model)...) }

func (a Auto) Fit(ctx context.Context, t *Table, opt Options) (Model, error) {
	v, err := ReadParams(a, opt.Params)
	if err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	if t.Offset != nil {
		a.Among = slices.DeleteFunc(slices.Clone(a.Among), func(l Learner) bool { _, refuses := l.(OffsetRefused); return refuses })
	}
	fold, err := Folds(t.Y, t.Group, v.Whole("folds"), opt.Seed)
	if err != nil {
		return nil, err
	}
	steps := len(a.Among) + 1
	loss := make([][]float64, len(a.Among))
	mean := make([]float64, len(a.Among))
	for k, l := range a.Among {
		o := Options{Seed: opt.Seed, Workers: opt.Workers, Progress: within(opt, k, steps)}
		r, err := CrossValidate(ctx, l, t, fold, o)
		if err != nil {
			return nil, fmt.Errorf("auto: %s: %w", l.Name(), err)
		}
		loss[k] = rowLoss(r.LogOdds, t.Y)
		mean[k] = weighted(loss[k], t.W)
	}
	best := 0
	for k := range mean {
		if mean[k] < mean[best] {
			best = k
		}
	}
	take, why := best, ""
	for k := range best {
		d, se := paired(loss[k], loss[best], t.W, t.groups())
		if d <= se {
			take, why = k, fmt.Sprintf("; %s is better by %.4f, which is within its standard error of %.4f", a.Among[best].Name(), d, se)
			break
		}
	}
	l := a.Among[take]
	m, err := l.Fit(ctx, t, Options{Seed: opt.Seed, Workers: opt.Workers, Progress: within(opt, steps-1, steps)})
	if err != nil {
		return nil, err
	}
	tried := make([]string, len(mean))
	for k, x := range mean {
		tried[k] = fmt.Sprintf("%s %.4f", a.Among[k].Name(), x)
	}
	return &Chosen{m, l.Name(), fmt.Sprintf("auto took %s: held-out log loss %s%s", l.Name(), strings.Join(tried, ", "), why)}, nil
}

// Read refuses: a model is written under the name of the learner that was taken.
func (Auto) Read(json.RawMessage, []Column) (Model, error) {
	return nil, errors.New("auto is no learner of its own; the model names the learner that was taken")
}

// within reports progress of step k of steps.
func within(opt Options, k, steps int) func(done, total int) {
	return func(done, total int) { opt.report(k*1000+1000*done/max(total, 1), steps*1000) }
}

func rowLoss(eta, y []float64) []float64 {
	out := make([]float64, len(eta))
	for i, e := range eta {
		out[i] = metric.LoglossOf(e, y[i])
	}
	return out
}

func weighted(x, w []float64) float64 {
	var sum, total float64
	for i := range x {
		v := 1.0
		if w != nil {
			v = w[i]
		}
		sum += float64(v * x[i])
		total += v
	}
	return sum / total
}

// paired returns the weighted mean of a-b and its standard error, the rows of a group being one draw.
func paired(a, b, w []float64, group []int32) (mean, se float64) {
	d := make([]float64, len(a))
	for i := range d {
		d[i] = a[i] - b[i]
	}
	mean = weighted(d, w)
	of, n := groups.Dense(group)
	sums := make([]float64, n)
	var total float64
	for i := range d {
		v := 1.0
		if w != nil {
			v = w[i]
		}
		sums[of[i]] += float64(v * (d[i] - mean))
		total += v
	}
	var s float64
	for _, x := range sums {
		s += float64(x * x)
	}
	g := float64(n)
	return mean, math.Sqrt(s*g/max(g-1, 1)) / total
}
