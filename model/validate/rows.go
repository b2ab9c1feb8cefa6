package validate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Rows are the labelled rows of a training table, without their columns.
type Rows struct {
	Y, W    []float64 // label 0 or 1; weight while learning, above 0
	Group   []int32   // citizen
	Time    []int32   // index day
	Matured []int32   // day on which the label is known whatever it turns out to be
	Test    []bool    // counts in the figures, with weight 1
}

// Len returns the number of rows.
func (r *Rows) Len() int { return len(r.Y) }

// Check returns an error that names the first row that cannot be used. It panics on unequal lengths.
func (r *Rows) Check() error {
	n := len(r.Y)
	if len(r.W) != n || len(r.Group) != n || len(r.Time) != n || len(r.Matured) != n || len(r.Test) != n {
		panic(fmt.Sprintf("validate: %d labels, %d weights, %d groups, %d times, %d maturity days, %d test marks",
			n, len(r.W), len(r.Group), len(r.Time), len(r.Matured), len(r.Test)))
	}
	for i := range n {
		switch {
		case r.Y[i] != 0 && r.Y[i] != 1:
			return fmt.Errorf("row %d: label is %v, want 0 or 1; leave censored rows out", i, r.Y[i])
		case !(r.W[i] > 0) || math.IsInf(r.W[i], 0):
			return fmt.Errorf("row %d: weight is %v, want above 0", i, r.W[i])
		case r.Matured[i] < r.Time[i]:
			return fmt.Errorf("row %d: the label is known on day %d, before the index day %d", i, r.Matured[i], r.Time[i])
		}
	}
	return nil
}

// Window is one test: learn from Train, predict Test.
type Window struct {
	From, To    int32 // index days of Test: From <= day < To
	Cut         int32 // labels of Train are known before this day: From minus the gap
	Train, Test []int32
}

// Check returns the first citizen or unripe label that crosses from test to training.
func (w Window) Check(r *Rows) error { return crossing(r, w.Train, w.Test, w.Cut, w.From, w.To) }

func crossing(r *Rows, train, test []int32, cut, from, to int32) error {
	inTest := make(map[int32]bool, len(test))
	for _, i := range test {
		inTest[r.Group[i]] = true
		if r.Time[i] < from || r.Time[i] >= to {
			return fmt.Errorf("test row %d of day %d is outside its window %d to %d", i, r.Time[i], from, to)
		}
	}
	for _, i := range train {
		if inTest[r.Group[i]] {
			return fmt.Errorf("citizen %d is in training (row %d) and in the test window from day %d", r.Group[i], i, from)
		}
		if r.Matured[i] >= cut {
			return fmt.Errorf("training row %d: label known on day %d, not before day %d", i, r.Matured[i], cut)
		}
	}
	return nil
}

// Plan are the windows of a rolling origin.
type Plan struct {
	Windows []Window
	Rotated bool // each window tests its own share of the citizens, see Rolling
	Notes   []string
}

// Rolling cuts the last 1-first of the test rows' index days into n windows with about as many test rows
// each, and gives each window the training rows whose label was known more than gap days before the
// window begins.
//
// A citizen is never on both sides. With few rows per citizen, the earlier rows of a window's citizens are
// left out of its training. Where that would take more than a quarter of the training rows (a cohort that
// looks at the same citizens every half year), it would also leave the wrong ones: those who have died or
// moved away. Then the citizens are dealt at random into as many hands as there are windows, each window
// tests one hand and learns from the others (Plan.Rotated).
//
// Windows whose training has fewer than least rows of either class, or whose test rows have one class
// only, are left out with a note.
func Rolling(r *Rows, n int, first float64, gap int32, least int, deal func(group int32, hands int) int) Plan {
	edges := origins(r, n, first)
	var p Plan
	for k := range len(edges) - 1 {
		p.Windows = append(p.Windows, window(r, edges[k], edges[k+1], gap, nil))
	}
	if lost(r, p.Windows) > 0.25 {
		p.Rotated = true
		hands := len(p.Windows)
		for k := range p.Windows {
			mine := func(g int32) bool { return deal(g, hands) == k }
			p.Windows[k] = window(r, edges[k], edges[k+1], gap, mine)
		}
		p.Notes = append(p.Notes, fmt.Sprintf("the same citizens come back in most windows; each window tests its own 1/%d of them", hands))
	}
	kept := p.Windows[:0]
	for _, w := range p.Windows {
		pos, neg := classes(r, w.Train)
		tp, tn := classes(r, w.Test)
		if min(pos, neg) < least || min(tp, tn) < 1 {
			p.Notes = append(p.Notes, fmt.Sprintf("window from day %d left out: %d events and %d others to learn from (want %d), %d and %d to test", w.From, pos, neg, least, tp, tn))
			continue
		}
		kept = append(kept, w)
	}
	p.Windows = kept
	return p
}

// origins returns rising days that begin the windows, and the day after the last.
func origins(r *Rows, n int, first float64) []int32 {
	var days []int32
	for i, t := range r.Time {
		if r.Test[i] {
			days = append(days, t)
		}
	}
	if len(days) == 0 {
		return nil
	}
	slices.Sort(days)
	var out []int32
	for k := range n {
		q := first + (1-first)*float64(k)/float64(n)
		out = append(out, days[min(len(days)-1, int(q*float64(len(days))))])
	}
	return slices.Compact(append(out, days[len(days)-1]+1))
}

// window collects the rows. mine, if not nil, tells which citizens the window may test; all others may
// be learned from, and none of mine.
func window(r *Rows, from, to, gap int32, mine func(int32) bool) Window {
	w := Window{From: from, To: to, Cut: from - gap}
	tested := map[int32]bool{}
	for i := range r.Y {
		if r.Test[i] && r.Time[i] >= from && r.Time[i] < to && (mine == nil || mine(r.Group[i])) {
			w.Test = append(w.Test, int32(i))
			tested[r.Group[i]] = true
		}
	}
	for i := range r.Y {
		g := r.Group[i]
		if r.Matured[i] < w.Cut && !tested[g] && (mine == nil || !mine(g)) {
			w.Train = append(w.Train, int32(i))
		}
	}
	return w
}

// lost is the share of otherwise usable training rows that the windows' own citizens take away.
func lost(r *Rows, ws []Window) float64 {
	var usable, kept int
	for _, w := range ws {
		kept += len(w.Train)
		for i := range r.Y {
			if r.Matured[i] < w.Cut {
				usable++
			}
		}
	}
	if usable == 0 {
		return 0
	}
	return 1 - float64(kept)/float64(usable)
}

func classes(r *Rows, rows []int32) (pos, neg int) {
	for _, i := range rows {
		if r.Y[i] == 1 {
			pos++
		} else {
			neg++
		}
	}
	return
}

// EarlyLabels returns a warning if labels ripen earlier for one class than for the other. The days just
// before an origin would then hold one class only, and the learner would learn the calendar. Matured must
// be the day on which the label is known whatever it turns out to be.
func EarlyLabels(r *Rows) error {
	var wait, n [2]float64
	for i, y := range r.Y {
		wait[int(y)] += float64(r.Matured[i] - r.Time[i])
		n[int(y)]++
	}
	if n[0] == 0 || n[1] == 0 {
		return nil
	}
	if a, b := wait[0]/n[0], wait[1]/n[1]; math.Abs(a-b) > 3 {
		return fmt.Errorf("labels ripen after %.0f days for those without the event and %.0f for those with it: rows near an origin then hold one class; give every row the day on which its horizon ends", a, b)
	}
	return nil
}

func byTime(r *Rows) func(a, b int32) int {
	return func(a, b int32) int { return cmp.Or(cmp.Compare(r.Time[a], r.Time[b]), cmp.Compare(a, b)) }
}
