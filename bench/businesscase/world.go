package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/pipeline"
)

// result is what a seed gave; one line of seeds.jsonl. It holds the rows and not only the counts, so that another way of
// reckoning an interval can be held against the same municipalities.
type result struct {
	Seed     uint64   `json:"seed"`
	Settings settings `json:"settings"`
	Lost     int      `json:"lost"` // courses of the next year that the files' dirt has taken apart: they are in neither
	Gain     world    `json:"gain"`
	NoGain   world    `json:"no_gain"`
}

// world is one model: what was measured of it before the cut-off, and what came of its choices after.
type world struct {
	Learner    string           `json:"learner"`
	AtCapacity model.AtCapacity `json:"at_capacity"`
	PerYear    float64          `json:"per_year"` // candidates a year in the measured period
	Measured   []measuredRow    `json:"measured"`
	Learned    []int            `json:"learned"`    // rows that each window's model learned from
	LearnedAll int              `json:"learned_of"` // rows that the model learned from which is used after the cut-off
	Year       []yearRow        `json:"year"`       // candidates of the next year
	// LongRun and LongRunAll are the true shares with benefit among those whom the model would select of the reference
	// municipalities' next year, and among all of it.
	LongRun    float64 `json:"long_run"`
	LongRunAll float64 `json:"long_run_all"`
}

// measuredRow is a course in a test window.
type measuredRow struct {
	Citizen   int  `json:"c"`
	Window    int  `json:"w"`
	Index     int  `json:"d"`
	Selected  bool `json:"s,omitempty"`
	Completed bool `json:"k,omitempty"`
	Benefit   bool `json:"b,omitempty"`
	Half      bool `json:"h,omitempty"` // selected by a learner of half of the window's citizens
	// Expected is what the generator expects of the course (see truth.expected); -1 where the files' dirt hides which it is.
	Expected float64 `json:"p"`
}

// yearRow is a course begun in the year after the cut-off.
type yearRow struct {
	Citizen   int     `json:"c"`
	Selected  bool    `json:"s,omitempty"`
	Expected  float64 `json:"p"`           // see truth.expected
	Completed bool    `json:"k,omitempty"` // by the truth
	Benefit   bool    `json:"b,omitempty"` // by the truth
	Seen      bool    `json:"y,omitempty"` // benefit by the files
}

// courses is how many the municipality can offer a year: the capacity's share of the candidates of a year so far.
func (w *world) courses(capacity float64) int { return int(math.Round(capacity * w.PerYear)) }

// live measures a model on what was known before the cut-off, and lets it choose in the year after. With shuffle, each
// row is given another's columns first, before and after the cut-off: there is then nothing to be learned.
func (m *municipality) live(ctx context.Context, s settings, seed uint64, shuffle bool, ref *reference) (world, error) {
	rng := rand.New(rand.NewPCG(seed, 0x636f766572)) // "cover"
	all := m.training
	before := pick(all, func(i int) bool { return all.Table.Matured[i] < int32(s.Cut) })
	after := pick(all, func(i int) bool {
		r := all.Rows[i]
		_, ok := m.of(r)
		return ok && r.Landmark == cohort.Start && r.Index >= s.Cut && r.Index < s.Cut+nextYear
	})
	refX := ref.x
	if shuffle {
		before.Table.X, after.Table.X, refX = shuffled(before.Table.X, rng), shuffled(after.Table.X, rng), shuffled(ref.x, rng)
	}
	learner := s.Learner
	if shuffle {
		learner = useCard
	}
	got, err := roll(ctx, learner, before.Table, seed)
	if err != nil {
		return world{}, err
	}
	fitted := &pipeline.Fitted{Training: before, Report: &model.Report{Predictions: got.Predictions}}
	w := world{Learner: learner, AtCapacity: fitted.Measure(s.Capacity, m.completed), LearnedAll: len(before.Rows), LongRunAll: mean(ref.expected)}
	if err := w.measured(fitted, m, s.Capacity); err != nil {
		return w, err
	}
	for _, win := range got.Plan.Windows {
		w.Learned = append(w.Learned, len(win.Train))
	}
	if !shuffle {
		if err := w.halved(ctx, before.Table, got, s, seed); err != nil {
			return w, err
		}
	}
	chosen := best(got.used.score(after.Table.X), w.courses(s.Capacity))
	for i, r := range after.Rows {
		t, _ := m.of(r)
		w.Year = append(w.Year, yearRow{
			Citizen: r.Citizen, Selected: chosen[i], Expected: t.expected(), Completed: t.completed && !t.left, Benefit: t.benefited && !t.left,
			Seen: after.Table.Y[i] == 1,
		})
	}
	var sum float64
	take := int(math.Round(s.Capacity * float64(len(ref.expected))))
	for i, yes := range best(got.used.score(refX), take) {
		if yes {
			sum += ref.expected[i]
		}
	}
	w.LongRun = sum / float64(take)
	return w, nil
}

// measured lists the rows behind AtCapacity, and fails if they do not add up to it.
func (w *world) measured(f *pipeline.Fitted, m *municipality, capacity float64) error {
	windows := map[int][]int{}
	ps := f.Report.Predictions
	for i, p := range ps {
		windows[p.Fold] = append(windows[p.Fold], i)
	}
	first, last := math.MaxInt32, 0
	var n model.AtCapacity
	for k := range len(windows) {
		said := make([]float64, len(windows[k]))
		for i, at := range windows[k] {
			said[i] = ps[at].LogOdds
		}
		chosen := best(said, int(math.Round(capacity*float64(len(said)))))
		for i, at := range windows[k] {
			r := f.Training.Rows[ps[at].Row]
			row := measuredRow{Citizen: r.Citizen, Window: k, Index: int(r.Index), Selected: chosen[i],
				Completed: m.completed[pipeline.CourseKey{Citizen: r.Citizen, Course: r.Course}], Benefit: f.Training.Table.Y[ps[at].Row] == 1}
			row.Expected = -1
			if t, ok := m.of(r); ok {
				row.Expected = t.expected()
			}
			first, last = min(first, row.Index), max(last, row.Index)
			if row.Selected {
				n.Selected++
				if row.Benefit {
					n.Events++
				}
			}
			w.Measured = append(w.Measured, row)
		}
	}
	if a := w.AtCapacity; n.Selected != a.Selected || n.Events != a.Events {
		return fmt.Errorf("the rows give %d events of %d selected, and the product's count %d of %d", n.Events, n.Selected, a.Events, a.Selected)
	}
	w.PerYear = float64(len(w.Measured)) * 365.25 / float64(last-first+1)
	return nil
}

// pick returns the rows of a table for which keep says yes.
func pick(t *pipeline.Training, keep func(i int) bool) *pipeline.Training {
	out := &pipeline.Training{Cohort: t.Cohort, Table: &model.Table{Columns: t.Table.Columns, X: make([][]float64, len(t.Table.X))}}
	to, from := out.Table, t.Table
	for i, r := range t.Rows {
		if !keep(i) {
			continue
		}
		out.Rows = append(out.Rows, r)
		to.Y, to.W, to.Group, to.Time = append(to.Y, from.Y[i]), append(to.W, from.W[i]), append(to.Group, from.Group[i]), append(to.Time, from.Time[i])
		to.Matured, to.Test = append(to.Matured, from.Matured[i]), append(to.Test, from.Test[i])
		for j := range to.X {
			to.X[j] = append(to.X[j], from.X[j][i])
		}
	}
	return out
}

// shuffled gives each row all the columns of another.
func shuffled(x [][]float64, rng *rand.Rand) [][]float64 {
	if len(x) == 0 {
		return x
	}
	order := rng.Perm(len(x[0]))
	out := make([][]float64, len(x))
	for j := range x {
		out[j] = make([]float64, len(order))
		for i, from := range order {
			out[j][i] = x[j][from]
		}
	}
	return out
}

// best marks the n highest; of equal ones the earlier, as pipeline.Fitted.Measure does.
func best(score []float64, n int) []bool {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(-cmp.Compare(score[a], score[b]), cmp.Compare(a, b)) })
	out := make([]bool, len(score))
	for _, i := range order[:min(n, len(order))] {
		out[i] = true
	}
	return out
}

func mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
