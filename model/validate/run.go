package validate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/model/calibrate"
	"github.com/rettidig/rettidig/model/metric"
)

// Scorer is what a learner has learned.
type Scorer interface {
	Score(rows []int32, out []float64) // log odds
}

// Learner learns from the rows in train, with labels y instead of the table's own and the columns extra
// next to the table's, and returns what scores any row.
type Learner func(ctx context.Context, y []float64, extra [][]float64, train []int32) (Scorer, error)

// Options of a run.
type Options struct {
	Seed     uint64
	Windows  int     // test windows asked for
	First    float64 // share of the test rows before the first window
	Gap      int32   // days between the ripening of the last training label and the first test day
	Least    int     // rows of either class that a training set must have
	Progress func(done, total int)
}

// Prediction is one test row with what was said about it before anything about its citizen was known.
type Prediction struct {
	Row     int32
	Fold    int
	Raw     float64 // the learner's log odds
	LogOdds float64 // after calibration on earlier predictions
}

// Result of a run.
type Result struct {
	Plan        Plan
	Predictions []Prediction
	Scorers     []Scorer                // by window
	Calibrators []*calibrate.Calibrator // by window
	CalRows     [][]int32               // by window: what the calibrator was fitted on,
	CalRaw      [][]float64             // and the log odds that those rows were given
}

// Deal gives each citizen one of a number of hands at random, the same for the same seed.
func Deal(seed uint64) func(group int32, hands int) int {
	return func(group int32, hands int) int {
		return rand.New(rand.NewPCG(seed, uint64(uint32(group))|0x6465616c<<32)).IntN(hands)
	}
}

// steady is the number of rows of either class from which a calibrator needs no more.
const steady = 150

// ErrTooShort is wrapped by the error for a history in which no window can be tested.
var ErrTooShort = errors.New("validate: no window has enough rows")

// Run predicts every window of the rolling origin. The calibrator of a window is fitted on predictions
// for earlier windows whose labels had ripened by then and whose citizens the window does not test. Where
// those are not steady yet, the later part of the window's own training rows is added, predicted by a
// learner that saw only the earlier part.
func Run(ctx context.Context, r *Rows, learn Learner, opt Options) (*Result, error) {
	plan := Rolling(r, opt.Windows, opt.First, opt.Gap, opt.Least, Deal(opt.Seed))
	if len(plan.Windows) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrTooShort, strings.Join(plan.Notes, "; "))
	}
	res := &Result{Plan: plan}
	for k, w := range plan.Windows {
		if err := w.Check(r); err != nil {
			return nil, fmt.Errorf("validate: window %d: %w", k+1, err)
		}
		score, err := learn(ctx, r.Y, nil, w.Train)
		if err != nil {
			return nil, fmt.Errorf("validate: window %d: %w", k+1, err)
		}
		rows, said, err := res.known(ctx, r, learn, w, opt)
		if err != nil {
			return nil, fmt.Errorf("validate: calibrator of window %d: %w", k+1, err)
		}
		cal := FitCalibrator(r, rows, said, opt.Seed)
		raw := make([]float64, len(w.Test))
		score.Score(w.Test, raw)
		for i, row := range w.Test {
			res.Predictions = append(res.Predictions, Prediction{row, k, raw[i], cal.At(raw[i])})
		}
		res.Scorers = append(res.Scorers, score)
		res.Calibrators, res.CalRows, res.CalRaw = append(res.Calibrators, cal), append(res.CalRows, rows), append(res.CalRaw, said)
		if opt.Progress != nil {
			opt.Progress(k+1, len(plan.Windows))
		}
	}
	return res, nil
}

// known returns the rows on which a window's calibrator is fitted, and what was predicted for them.
func (res *Result) known(ctx context.Context, r *Rows, learn Learner, w Window, opt Options) ([]int32, []float64, error) {
	tested := map[int32]bool{}
	for _, i := range w.Test {
		tested[r.Group[i]] = true
	}
	var rows []int32
	var raw []float64
	for _, p := range res.Predictions {
		if r.Matured[p.Row] < w.Cut && !tested[r.Group[p.Row]] {
			rows, raw = append(rows, p.Row), append(raw, p.Raw)
		}
	}
	if pos, neg := classes(r, rows); min(pos, neg) < steady {
		more, said, err := later(ctx, r, learn, w, opt)
		if err != nil {
			return nil, nil, err
		}
		there := make(map[int32]bool, len(rows))
		for _, i := range rows {
			there[i] = true
		}
		for k, i := range more {
			if !there[i] { // a prediction by a whole window's learner is the better one
				rows, raw = append(rows, i), append(raw, said[k])
			}
		}
	}
	if err := crossing(r, rows, w.Test, w.Cut, w.From, w.To); err != nil {
		return nil, nil, err
	}
	return rows, raw, nil
}

// later predicts the last three tenths of a window's training rows with a learner of the earlier ones,
// under the same rules as a window: the gap, and no citizen on both sides.
func later(ctx context.Context, r *Rows, learn Learner, w Window, opt Options) ([]int32, []float64, error) {
	var test []int32
	for _, i := range w.Train {
		if r.Test[i] {
			test = append(test, i)
		}
	}
	if len(test) == 0 {
		return nil, nil, fmt.Errorf("no row that counts before day %d", w.From)
	}
	slices.SortFunc(test, byTime(r))
	from := r.Time[test[len(test)*7/10]]
	usable := 0
	build := func(mine func(int32) bool) (train, held []int32) {
		usable = 0
		tested := map[int32]bool{}
		for _, i := range test {
			if r.Time[i] >= from && (mine == nil || mine(r.Group[i])) {
				held = append(held, i)
				tested[r.Group[i]] = true
			}
		}
		for _, i := range w.Train {
			if r.Matured[i] >= from-opt.Gap {
				continue
			}
			usable++
			if !tested[r.Group[i]] {
				train = append(train, i)
			}
		}
		return train, held
	}
	train, held := build(nil)
	if len(train)*4 < usable*3 { // the same citizens come back, see Rolling
		hand := Deal(opt.Seed ^ 0x696e6e6572) // "inner": other hands than the windows'
		train, held = build(func(g int32) bool { return hand(g, 3) == 0 })
	}
	pos, neg := classes(r, train)
	if min(pos, neg) < min(20, opt.Least) {
		// Too little history for a later split: citizens at random, still none on both sides.
		hand := Deal(opt.Seed ^ 0x68616c66) // "half"
		train, held = nil, nil
		for _, i := range w.Train {
			if hand(r.Group[i], 2) == 0 {
				train = append(train, i)
			} else if r.Test[i] {
				held = append(held, i)
			}
		}
	}
	slices.Sort(held)
	score, err := learn(ctx, r.Y, nil, train)
	if err != nil {
		return nil, nil, err
	}
	raw := make([]float64, len(held))
	score.Score(held, raw)
	return held, raw, nil
}

// Pooled returns the rows of all windows with what the learner said, for the calibrator that is shipped.
func (res *Result) Pooled() (rows []int32, raw []float64) {
	for _, p := range res.Predictions {
		rows, raw = append(rows, p.Row), append(raw, p.Raw)
	}
	return
}

// FitCalibrator fits a calibrator on predictions for rows that the learner had not seen.
func FitCalibrator(r *Rows, rows []int32, raw []float64, seed uint64) *calibrate.Calibrator {
	y, g := make([]float64, len(rows)), make([]int32, len(rows))
	for i, row := range rows {
		y[i], g[i] = r.Y[row], r.Group[row]
	}
	return calibrate.Fit(raw, y, nil, g, seed)
}

// Slices returns probability, label, citizen and window of every prediction.
func (res *Result) Slices(r *Rows) (p, y []float64, group []int32, fold []int) {
	for _, x := range res.Predictions {
		p, y = append(p, metric.Sigmoid(x.LogOdds)), append(y, r.Y[x.Row])
		group, fold = append(group, r.Group[x.Row]), append(fold, x.Fold)
	}
	return
}
