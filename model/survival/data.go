package survival

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Data is the follow-up of rows, all in one unit of time from one origin (a landmark, an index date).
type Data struct {
	Entry []float64 // under observation from just after; nil: from 0 for all
	Time  []float64 // end of follow-up, above Entry
	Cause []int32   // what ended it: 0 censored, 1 to k an event of that cause
	W     []float64 // 0 or more, 0: as if the row were not there; nil: one each
}

// check panics if the slices differ in length and returns what is wrong with a row.
func (d Data) check() error {
	n := len(d.Time)
	if len(d.Cause) != n || d.Entry != nil && len(d.Entry) != n || d.W != nil && len(d.W) != n {
		panic(fmt.Sprintf("survival: %d times, %d causes, %d entries and %d weights", n, len(d.Cause), len(d.Entry), len(d.W)))
	}
	total := 0.0
	for i, t := range d.Time {
		switch e, w := d.entry(i), weight(d.W, i); {
		case !(e >= 0) || !(t > e) || math.IsInf(t, 1):
			return fmt.Errorf("survival: row %d is followed from %v to %v, want 0 <= from < to", i, e, t)
		case d.Cause[i] < 0:
			return fmt.Errorf("survival: row %d has cause %d, want 0 (censored) or more", i, d.Cause[i])
		case !(w >= 0) || math.IsInf(w, 1):
			return fmt.Errorf("survival: row %d has weight %v, want 0 or more", i, w)
		default:
			total += w
		}
	}
	if !(total > 0) {
		return fmt.Errorf("survival: no rows with any weight among %d", n)
	}
	return nil
}

func (d Data) entry(i int) float64 {
	if d.Entry == nil {
		return 0
	}
	return d.Entry[i]
}

// causes is the highest cause.
func (d Data) causes() int {
	if len(d.Cause) == 0 {
		return 0
	}
	return int(slices.Max(d.Cause))
}

func weight(w []float64, i int) float64 {
	if w == nil {
		return 1
	}
	return w[i]
}

// moment is what happens at one time.
type moment struct {
	t      float64
	events []float64 // weight by cause, [0] is censored
	all    float64   // weight of events of any cause
	rest   float64   // weight at risk that does not leave at t; exactly 0 if there is nobody
}

// moments lists the distinct ends of follow-up by rising time. Weights are added from the last time to the
// first and by rising row within a time, so that those at risk are never a small rest of large sums.
func (d Data) moments() []moment {
	order := make([]int, 0, len(d.Time))
	for i := range d.Time {
		if weight(d.W, i) > 0 {
			order = append(order, i)
		}
	}
	var late []int // nobody is if all come at 0
	if d.Entry != nil {
		late = slices.Clone(order)
		slices.SortFunc(late, func(a, b int) int { return cmp.Or(cmp.Compare(d.Entry[a], d.Entry[b]), cmp.Compare(a, b)) })
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(d.Time[a], d.Time[b]), cmp.Compare(a, b)) })

	k := d.causes()
	var out []moment
	var rows []int // that leave at the moment
	for from := 0; from < len(order); {
		m, to := moment{t: d.Time[order[from]], events: make([]float64, k+1)}, from
		for ; to < len(order) && d.Time[order[to]] == m.t; to++ {
			m.events[d.Cause[order[to]]] += weight(d.W, order[to])
		}
		for _, e := range m.events[1:] {
			m.all += e
		}
		out, rows = append(out, m), append(rows, to-from)
		from = to
	}
	stay, come, next := 0.0, 0.0, len(late)-1 // weight that leaves after t, and that enters at t or later
	staying := 0                              // the same in rows, so that nobody is nobody
	for i := len(out) - 1; i >= 0; i-- {
		m := &out[i]
		for ; next >= 0 && d.entry(late[next]) >= m.t; next-- {
			come += weight(d.W, late[next])
			staying--
		}
		if staying > 0 {
			m.rest = stay - come
		}
		staying += rows[i]
		stay += m.events[0] + m.all
	}
	return out
}
