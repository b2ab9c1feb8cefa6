package validate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"

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

	inner []inner // by window
}

// inner predicts rows of a window's own training, once however often it is asked.
type inner func() (said, error)

// said is what a learner said about rows it had not seen.
type said struct {
	rows []int32
	raw  []float64
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
		res.inner = append(res.inner, sync.OnceValues(func() (said, error) { return later(ctx, r, learn, w, opt) }))
		cal, on, err := res.calibrator(r, k, opt.Seed)
		if err != nil {
			return nil, fmt.Errorf("validate: calibrator of window %d: %w", k+1, err)
		}
		raw := make([]float64, len(w.Test))
		score.Score(w.Test, raw)
		for i, row := range w.Test {
			res.Predictions = append(res.Predictions, Prediction{row, k, raw[i], cal.At(raw[i])})
		}
		res.Scorers = append(res.Scorers, score)
		res.Calibrators, res.CalRows, res.CalRaw = append(res.Calibrators, cal), append(res.CalRows, on.rows), append(res.CalRaw, on.raw)
		if opt.Progress != nil {
			opt.Progress(k+1, len(plan.Windows))
		}
	}
	return res, nil
}

// calibrator fits the calibrator of window k with the labels of r, and returns what it was fitted on.
func (res *Result) calibrator(r *Rows, k int, seed uint64) (*calibrate.Calibrator, said, error) {
	on, err := res.known(r, k)
	if err != nil {
		return nil, on, err
	}
	return FitCalibrator(r, on.rows, on.raw, seed), on, nil
}

// CheckCalibrators turns round the labels of each window's test rows and fits the window's calibrator once
// more on the way on which Run did. It returns an error for the first window whose calibrator is not the
// same to the last bit, or whose predictions came from another one. A calibrator that was fitted on what it
// is tested on makes every probability look right, and no leak that a learner could have shows it.
func (res *Result) CheckCalibrators(r *Rows, opt Options) error {
	for k, w := range res.Plan.Windows {
		turned := *r
		turned.Y = slices.Clone(r.Y)
		for _, i := range w.Test {
			turned.Y[i] = 1 - r.Y[i]
		}
		cal, _, err := res.calibrator(&turned, k, opt.Seed)
		if err != nil {
			return fmt.Errorf("validate: calibrator of window %d: %w", k+1, err)
		}
		if !reflect.DeepEqual(cal, res.Calibrators[k]) {
			return fmt.Errorf("validate: the calibrator of window %d changes with the labels of the rows it is tested on", k+1)
		}
		for _, p := range res.Predictions {
			if p.Fold == k && p.LogOdds != cal.At(p.Raw) {
				return fmt.Errorf("validate: row %d of window %d was not calibrated by the window's calibrator", p.Row, k+1)
			}
		}
	}
	return nil
}

// known returns the rows on which the calibrator of window k is fitted, and what was predicted for them.
func (res *Result) known(r *Rows, k int) (said, error) {
	w := res.Plan.Windows[k]
	tested := map[int32]bool{}
	for _, i := range w.Test {
		tested[r.Group[i]] = true
	}
	var on said
	for _, p := range res.Predictions {
		if p.Fold < k && r.Matured[p.Row] < w.Cut && !tested[r.Group[p.Row]] {
			on.rows, on.raw = append(on.rows, p.Row), append(on.raw, p.Raw)
		}
	}
	if pos, neg := classes(r, on.rows); min(pos, neg) < steady {
		more, err := res.inner[k]()
		if err != nil {
			return on, err
		}
		there := make(map[int32]bool, len(on.rows))
		for _, i := range on.rows {
			there[i] = true
		}
		for j, i := range more.rows {
			if !there[i] { // a prediction by a whole window's learner is the better one
				on.rows, on.raw = append(on.rows, i), append(on.raw, more.raw[j])
			}
		}
	}
	return on, crossing(r, on.rows, w.Test, w.Cut, w.From, w.To)
}

// later predicts the last three tenths of a window's training rows with a learner of the earlier ones,
// under the same rules as a window: the gap, and no citizen on both sides.
func later(ctx context.Context, r *Rows, learn Learner, w Window, opt Options) (said, error) {
	var test []int32
	for _, i := range w.Train {
		if r.Test[i] {
			test = append(test, i)
		}
	}
	if len(test) == 0 {
		return said{}, fmt.Errorf("no row that counts before day %d", w.From)
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
		return said{}, err
	}
	raw := make([]float64, len(held))
	score.Score(held, raw)
	return said{held, raw}, nil
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
