package glm

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
)

// Options of a fit. The zero value of a field takes the default in brackets.
type Options struct {
	Alpha     float64   // [0.5] share of the absolute penalty, up to 1
	Ridge     bool      // no absolute penalty at all: Alpha is 0, not its default
	Lambdas   int       // [40] penalties tried
	Ratio     float64   // [0.001, or 0.01 with fewer rows than columns] smallest penalty over the largest
	Folds     int       // [5] 2 or more
	Seed      uint64    // decides the folds
	Whole     bool      // follow every path to its end, even where nothing more is to be gained
	Risen     bool      // of Train, without Whole: end the folds' paths only where their mean held-out loss has clearly risen, all together
	Minimum   bool      // choose the penalty with the smallest loss; otherwise the largest within one standard error of it
	Tol       float64   // [1e-9] how far the final fit may break the conditions for a minimum
	Penalties []float64 // [Lambdas of them, from the smallest that leaves no coefficient, down to Ratio times it] falling
	Clustered bool      // of Unpenalised: standard errors by group
	Workers   int       // [all processors] threads; the result is the same for any number

	Progress func(done, total int) // of Train, penalties over the folds and the whole; from any goroutine; nil: not
}

// Tried is one penalty of the path.
type Tried struct {
	Lambda float64 `json:"lambda"`
	Loss   float64 `json:"loss"` // mean over the folds of the held-out log loss
	SE     float64 `json:"se"`   // standard error of that mean
}

// Fit is a fitted model with the means of fitting it again.
//
// A penalty draws the log odds together, the more the fewer rows there are. Intercept and Slope are the
// line that takes this back, fitted to the held-out log odds of the cross-validation; 0 and 1 if there was
// none. Without it, whoever calibrates a learner of all rows on the predictions of learners of fewer rows
// makes it too sure.
type Fit struct {
	Model            *Model
	Intercept, Slope float64
	Path             []Tried
	Left             int // penalties beyond Path that were not tried, as the held-out loss had clearly risen (Options.Risen)
	Warnings         []error

	lambda float64
	end    *solver // at the fit, with its curvature
}

func (o Options) filled(rows, cols int) Options {
	if o.Ridge {
		o.Alpha = 0
	} else if o.Alpha == 0 {
		o.Alpha = 0.5
	}
	if o.Lambdas == 0 {
		o.Lambdas = 40
	}
	if o.Ratio == 0 {
		o.Ratio = 0.001
		if rows < cols {
			o.Ratio = 0.01
		}
	}
	if o.Folds == 0 {
		o.Folds = 5
	}
	if o.Tol == 0 {
		o.Tol = 1e-9
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o
}

// check returns every option that cannot be; they are filled in.
func (o Options) check() error {
	var errs []error
	check := func(ok bool, field string, got any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("glm: %s is %v, want %s", field, got, want))
		}
	}
	check(o.Alpha >= 0 && o.Alpha <= 1, "alpha", o.Alpha, "0 to 1")
	check(o.Lambdas >= 1, "lambdas", o.Lambdas, "1 or more")
	check(o.Ratio > 0 && o.Ratio < 1, "ratio", o.Ratio, "a share above 0 and below 1")
	check(o.Folds >= 2, "folds", o.Folds, "2 or more")
	check(o.Tol > 0 && o.Tol < 1, "tolerance", o.Tol, "a number above 0 and below 1")
	check(o.Penalties == nil || len(o.Penalties) > 0, "penalties", "empty", "nil, or one or more")
	check(o.Workers >= 1, "workers", o.Workers, "0 or more")
	return errors.Join(errs...)
}

// start checks the table and stands at the solution without any column.
func start(t *Table, opt Options) (*solver, Options, error) {
	if err := t.check(); err != nil {
		return nil, opt, err
	}
	opt = opt.filled(len(t.Rows), t.columns())
	if err := opt.check(); err != nil {
		return nil, opt, err
	}
	y, v := t.rows(t.Rows)
	d, err := newDesign(t, t.Rows, v, nil)
	if err != nil {
		return nil, opt, err
	}
	return newSolver(d, y, v, t.offsets(t.Rows), opt.Alpha, opt.Workers), opt, nil
}

// Train chooses the penalty by cross-validation over groups and fits at it on all rows. The result is the
// same for any number of threads.
func Train(ctx context.Context, t Table, opt Options) (*Fit, error) {
	s, opt, err := start(&t, opt)
	if err != nil {
		return nil, err
	}
	penalties, err := s.penalties(opt)
	if err != nil {
		return nil, err
	}
	folds, err := t.folds(opt.Folds, opt.Seed)
	if err != nil {
		return nil, err
	}

	var done atomic.Int64
	tick := func() {
		if n := done.Add(1); opt.Progress != nil {
			opt.Progress(int(n), (len(folds)+1)*len(penalties))
		}
	}
	path, held, left, err := t.crossValidate(ctx, folds, penalties, opt, tick)
	if err != nil {
		return nil, err
	}
	best := choose(path, opt.Minimum)
	var last point
	if err := s.path(ctx, penalties[:best+1], func(_ int, p point) bool { last = p; tick(); return true }); err != nil {
		return nil, err
	}
	last.lambda = penalties[best]
	f, err := finish(s, last, path, opt)
	if err != nil {
		return nil, err
	}
	f.Left = left
	f.Intercept, f.Slope = t.line(folds, held, best)
	return f, nil
}

// TrainAt fits at one given penalty.
func TrainAt(ctx context.Context, t Table, lambda float64, opt Options) (*Fit, error) {
	if !(lambda >= 0) {
		return nil, fmt.Errorf("glm: lambda is %v, want 0 or more", lambda)
	}
	s, opt, err := start(&t, opt)
	if err != nil {
		return nil, err
	}
	warm := []float64{lambda}
	if top := s.begin(); lambda < top {
		warm = lambdas(top, max(lambda/top, 1e-6), 8)
		warm[len(warm)-1] = max(lambda, warm[len(warm)-1])
	}
	var last point
	if err := s.path(ctx, warm, func(_ int, p point) bool { last = p; return true }); err != nil {
		return nil, err
	}
	last.lambda = lambda
	return finish(s, last, nil, opt)
}

// finish polishes the solution until it is exact to the tolerance.
func finish(s *solver, p point, path []Tried, opt Options) (*Fit, error) {
	s.restart(p)
	f := &Fit{Slope: 1, Path: path}
	if !s.solve(p.lambda, opt.Tol) {
		f.Warnings = append(f.Warnings, fmt.Errorf("glm: the fit at lambda %.3g did not settle to %g; the classes may be parted by the columns", p.lambda, opt.Tol))
	}
	f.lambda = p.lambda
	f.Model = s.d.model(point{p.lambda, s.b0, s.loss, s.beta}, opt.Alpha)
	if !s.fresh {
		s.bend()
	}
	f.end = s
	return f, nil
}

// restart moves the solver to a solution found before; the work set stays.
func (s *solver) restart(p point) {
	var add []int32
	for j, b := range p.beta {
		if b != 0 && !s.inSet[j] {
			add = append(add, int32(j))
		}
	}
	s.admit(add)
	step := make([]float64, len(s.set)+1)
	step[0] = p.b0 - s.b0
	for k, j := range s.set {
		step[k+1] = p.beta[j] - s.beta[j]
	}
	s.move(step, 1)
	s.bend()
}

// Refit fits again at the same penalty and on the same scale, row i of Table.Rows counting times[i] times
// as much. It starts from the fit and its curvature, so it is much cheaper than the fit was. It may be
// called from several goroutines at once. It is exact to a fiftieth of what resampling itself changes. It
// returns an error if a class is left without weight.
func (f *Fit) Refit(times []float64) (*Model, error) {
	e := f.end
	if len(times) != e.d.rows {
		panic(fmt.Sprintf("glm: %d weights for %d rows", len(times), e.d.rows))
	}
	v := make([]float64, len(e.v))
	var total, pos float64
	for i, n := range times {
		v[i] = e.v[i] * n
		total += v[i]
		pos += v[i] * e.y[i]
	}
	if !(pos > 0 && pos < total) {
		return nil, errors.New("glm: a resample has one class only")
	}
	for i := range v {
		v[i] /= total
	}
	n := len(v)
	s := &solver{d: e.d, y: e.y, v: v, alpha: f.Model.Alpha, workers: 1, b0: e.b0, beta: slices.Clone(e.beta),
		eta: slices.Clone(e.eta), res: make([]float64, n), prob: make([]float64, n), grad: make([]float64, len(e.d.cols)),
		inSet: slices.Clone(e.inSet), set: slices.Clone(e.set), curv: slices.Clone(e.curv), gram: e.gram}
	s.weigh()
	s.move(make([]float64, len(s.set)+1), 0)
	s.solve(f.lambda, s.loose(f.lambda, 0.02))
	return s.d.model(point{f.lambda, s.b0, s.loss, s.beta}, s.alpha), nil
}
