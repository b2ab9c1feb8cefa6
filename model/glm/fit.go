package glm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"github.com/rettidig/rettidig/model/metric"
)

// Table is what is learned from: X[j][i] is column j of row i, NaN is missing. W may be nil for equal
// weights. Rows of one Group (a citizen) are never parted by cross-validation. Only Rows are looked at.
type Table struct {
	X     [][]float64
	Y, W  []float64
	Group []int32
	Rows  []int32
}

// Options of a fit. The zero value of a field takes the default in brackets.
type Options struct {
	Alpha   float64 // [0.5] share of the absolute penalty
	Lambdas int     // [40] penalties tried
	Ratio   float64 // [0.001, or 0.01 with fewer rows than columns] smallest penalty over the largest
	Folds   int     // [5]
	Seed    uint64  // decides the folds
	Minimum bool    // choose the penalty with the smallest loss; otherwise the largest within one standard error of it
	Tol     float64 // [1e-9] how far the final fit may break the conditions for a minimum
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
	Warnings         []error

	start point
	d     *design
	y, v  []float64
	curv  *solver
}

func (o Options) filled(rows, cols int) Options {
	if o.Alpha == 0 {
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
	return o
}

// Train chooses the penalty by cross-validation over groups and fits at it on all rows. The result is the
// same for any number of threads.
func Train(ctx context.Context, t Table, opt Options) (*Fit, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	opt = opt.filled(len(t.Rows), len(t.X))
	y, v := t.rows(t.Rows)
	s := newSolver(newDesign(t.X, t.Rows, v), y, v, opt.Alpha)
	penalties := lambdas(s.steepest(), opt.Ratio, opt.Lambdas)
	folds, err := t.folds(opt.Folds, opt.Seed)
	if err != nil {
		return nil, err
	}

	held, said := make([][]float64, len(folds)), make([][][]float64, len(folds))
	var jobs []func() error
	for k, f := range folds {
		jobs = append(jobs, func() (err error) {
			held[k], said[k], err = t.holdOut(ctx, f, penalties, opt.Alpha)
			return err
		})
	}
	if err := run(jobs); err != nil {
		return nil, err
	}
	path := summarise(penalties, held)
	best := choose(path, opt.Minimum)
	var last point
	if err := s.path(ctx, penalties[:best+1], func(_ int, p point) bool { last = p; return true }); err != nil {
		return nil, err
	}
	last.lambda = penalties[best]
	f, err := finish(s, last, path, opt)
	if err != nil {
		return nil, err
	}
	f.Intercept, f.Slope = t.line(folds, said, best)
	return f, nil
}

// line fits what the held-out log odds at the chosen penalty lack.
func (t Table) line(folds []fold, said [][][]float64, best int) (intercept, slope float64) {
	var x, y, w []float64
	for k, f := range folds {
		x = append(x, said[k][best]...)
		for _, r := range f.held {
			y = append(y, t.Y[r])
			if t.W != nil {
				w = append(w, t.W[r])
			}
		}
	}
	a, b, ok := metric.LineToward(x, y, w, 0.5)
	if !ok || b <= 0 {
		return 0, 1 // nothing was learned; there is nothing to take back
	}
	return a, b
}

// TrainAt fits at one given penalty.
func TrainAt(ctx context.Context, t Table, lambda float64, opt Options) (*Fit, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if !(lambda >= 0) {
		return nil, fmt.Errorf("glm: lambda is %v, want 0 or more", lambda)
	}
	opt = opt.filled(len(t.Rows), len(t.X))
	y, v := t.rows(t.Rows)
	s := newSolver(newDesign(t.X, t.Rows, v), y, v, opt.Alpha)
	warm := []float64{lambda}
	if top := s.steepest(); lambda < top {
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
	f := &Fit{Slope: 1, Path: path, d: s.d, y: s.y, v: s.v}
	if !s.solve(p.lambda, opt.Tol) {
		f.Warnings = append(f.Warnings, fmt.Errorf("glm: the fit at lambda %.3g did not settle to %g; the classes may be parted by the columns", p.lambda, opt.Tol))
	}
	f.start = point{p.lambda, s.b0, s.loss, slices.Clone(s.beta)}
	f.Model = s.d.model(f.start, opt.Alpha)
	if !s.fresh {
		s.bend()
	}
	f.curv = s
	return f, nil
}

// restart puts the solver at a solution found before; the work set stays.
func (s *solver) restart(p point) {
	s.b0 = p.b0
	copy(s.beta, p.beta)
	for i := range s.eta {
		s.eta[i] = s.b0
	}
	var add []int32
	for j, b := range s.beta {
		if b != 0 {
			axpy(b, s.d.cols[j], s.eta)
			if !s.inSet[j] {
				add = append(add, int32(j))
			}
		}
	}
	s.look()
	s.admit(add)
	s.bend()
}

// Refit fits again at the same penalty and on the same scale, row i of Table.Rows counting times[i] times
// as much. It starts from the fit and its curvature, so it is much cheaper than the fit was. It may be
// called from several goroutines at once. It is exact to a fiftieth of what resampling itself changes. It returns an error if a class is left without weight.
func (f *Fit) Refit(times []float64) (*Model, error) {
	if len(times) != len(f.v) {
		panic(fmt.Sprintf("glm: %d weights for %d rows", len(times), len(f.v)))
	}
	v := make([]float64, len(f.v))
	var total, pos float64
	for i := range v {
		v[i] = f.v[i] * times[i]
		total += v[i]
		pos += v[i] * f.y[i]
	}
	if !(pos > 0 && pos < total) {
		return nil, errors.New("glm: a resample has one class only")
	}
	for i := range v {
		v[i] /= total
	}
	n := len(v)
	s := &solver{d: f.d, y: f.y, v: v, alpha: f.Model.Alpha, b0: f.start.b0, beta: slices.Clone(f.start.beta),
		eta: slices.Clone(f.curv.eta), res: make([]float64, n), prob: make([]float64, n), grad: make([]float64, len(f.d.cols)),
		inSet: slices.Clone(f.curv.inSet), set: slices.Clone(f.curv.set), curv: slices.Clone(f.curv.curv), gram: f.curv.gram}
	s.look()
	s.solve(f.start.lambda, s.loose(f.start.lambda, 0.02))
	return f.d.model(point{f.start.lambda, s.b0, s.loss, s.beta}, s.alpha), nil
}

func (t Table) check() error {
	if len(t.Rows) == 0 {
		return errors.New("glm: no rows to learn from")
	}
	for j, c := range t.X {
		if len(c) != len(t.Y) {
			panic(fmt.Sprintf("glm: column %d has %d rows, y %d", j, len(c), len(t.Y)))
		}
	}
	var pos, neg bool
	for _, r := range t.Rows {
		pos, neg = pos || t.Y[r] == 1, neg || t.Y[r] == 0
	}
	if !pos || !neg {
		return errors.New("glm: the rows to learn from have one class only")
	}
	return nil
}

// rows returns label and normalised weight of the given rows.
func (t Table) rows(rows []int32) (y, v []float64) {
	y, v = make([]float64, len(rows)), make([]float64, len(rows))
	var total float64
	for i, r := range rows {
		y[i], v[i] = t.Y[r], 1
		if t.W != nil {
			v[i] = t.W[r]
		}
		total += v[i]
	}
	for i := range v {
		v[i] /= total
	}
	return y, v
}

// fold is one split of the rows.
type fold struct{ train, held []int32 }

// folds shuffles the groups and deals them out like cards.
func (t Table) folds(k int, seed uint64) ([]fold, error) {
	groups := make([]int32, 0, len(t.Rows))
	for _, r := range t.Rows {
		groups = append(groups, t.Group[r])
	}
	slices.Sort(groups)
	groups = slices.Compact(groups)
	if len(groups) < k {
		return nil, fmt.Errorf("glm: %d groups cannot be dealt into %d folds", len(groups), k)
	}
	rng := rand.New(rand.NewPCG(seed, 0x676c6d)) // "glm"
	rng.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	of := make(map[int32]int, len(groups))
	for i, g := range groups {
		of[g] = i % k
	}
	out := make([]fold, k)
	for _, r := range t.Rows {
		mine := of[t.Group[r]]
		for f := range out {
			if f == mine {
				out[f].held = append(out[f].held, r)
			} else {
				out[f].train = append(out[f].train, r)
			}
		}
	}
	for f := range out {
		if t.W == nil {
			continue
		}
		var pos, neg float64
		for _, r := range out[f].train {
			pos += t.W[r] * t.Y[r]
			neg += t.W[r] * (1 - t.Y[r])
		}
		if pos <= 0 || neg <= 0 {
			return nil, fmt.Errorf("glm: fold %d of %d would learn from one class only", f+1, k)
		}
	}
	return out, nil
}

// holdOut returns the mean loss on the held-out rows, and their log odds, at each penalty of the path. It ends early once two
// penalties in a row gain less than one part in ten thousand of the null loss: what lies beyond is within
// the standard error that the choice allows anyway, and costs the most.
func (t Table) holdOut(ctx context.Context, f fold, penalties []float64, alpha float64) (loss []float64, said [][]float64, err error) {
	if err := (Table{X: t.X, Y: t.Y, W: t.W, Rows: f.train}).check(); err != nil {
		return nil, nil, err
	}
	y, v := t.rows(f.train)
	s := newSolver(newDesign(t.X, f.train, v), y, v, alpha)
	s.steepest()
	null := s.loss
	hy, hv := t.rows(f.held)
	idle := 0
	err = s.path(ctx, penalties, func(k int, p point) bool {
		eta := make([]float64, len(f.held))
		s.d.model(p, alpha).Rows(t.X, f.held, eta)
		var sum float64
		for i, e := range eta {
			sum += hv[i] * (max(e, 0) - hy[i]*e + math.Log1p(math.Exp(-math.Abs(e))))
		}
		idle++
		if k < 5 || loss[k-1]-sum > 1e-4*null {
			idle = 0
		}
		loss, said = append(loss, sum), append(said, eta)
		return idle < 2
	})
	return loss, said, err
}

// summarise averages the folds over the penalties that every path reached.
func summarise(penalties []float64, held [][]float64) []Tried {
	n := len(penalties)
	for _, h := range held {
		n = min(n, len(h))
	}
	out := make([]Tried, n)
	k := float64(len(held))
	for i := range out {
		t := Tried{Lambda: penalties[i]}
		for _, h := range held {
			t.Loss += h[i] / k
		}
		for _, h := range held {
			t.SE += (h[i] - t.Loss) * (h[i] - t.Loss)
		}
		t.SE = math.Sqrt(t.SE / (k - 1) / k)
		out[i] = t
	}
	return out
}

// choose returns the index of the penalty to use; of equal losses the larger penalty.
func choose(path []Tried, minimum bool) int {
	best := 0
	for i, t := range path {
		if t.Loss < path[best].Loss {
			best = i
		}
	}
	if minimum {
		return best
	}
	for i, t := range path {
		if t.Loss <= path[best].Loss+path[best].SE {
			return i
		}
	}
	return best
}

// run does the jobs on as many goroutines as there are processors and returns the first error in order.
func run(jobs []func() error) error {
	errs := make([]error, len(jobs))
	next := make(chan int, len(jobs))
	for i := range jobs {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range min(len(jobs), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				errs[i] = jobs[i]()
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
