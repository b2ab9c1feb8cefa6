package survival

import (
	"fmt"
	"math"
)

// Hazard returns the log odds of a cause against no event in a period, from the citizen's columns and
// after them those of the baseline. A learner that was fitted to Periods.For gives it. It must not keep row.
type Hazard func(row []float64) float64

// Batch puts the log odds of rows given as columns x[j][i] into dst.
type Batch func(dst []float64, x [][]float64)

// Model turns hazards by period into the incidence of competing causes.
type Model struct {
	Edges    []float64 `json:"edges"`              // of the periods, rising from 0
	Baseline *Baseline `json:"baseline,omitempty"` // nil: hazards do not look at the period
}

// Check returns what is wrong with a model that was read.
func (m *Model) Check() error {
	if err := checkEdges(m.Edges); err != nil {
		return err
	}
	if m.Baseline == nil {
		return nil
	}
	if n := len(m.Baseline.Basis); n != len(m.Edges)-1 {
		return fmt.Errorf("survival.baseline: %d periods, want %d as there are edges", n, len(m.Edges)-1)
	}
	for k, row := range m.Baseline.Basis {
		if len(row) != m.Baseline.Columns() {
			return fmt.Errorf("survival.baseline.basis[%d]: %d columns, the first period has %d", k, len(row), m.Baseline.Columns())
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("survival.baseline.basis[%d][%d] is %v, want a number", k, j, v)
			}
		}
	}
	return nil
}

// Hazards turns log odds against no event into the probability of each cause in a period, and of none:
// exp(x_c) / (1 + sum of exp(x)), without overflow. They never exceed 1 in sum. dst may be logOdds.
func Hazards(dst, logOdds []float64) (none float64) {
	top := 0.0
	for _, x := range logOdds {
		top = max(top, x)
	}
	none = math.Exp(-top)
	sum := none
	for c, x := range logOdds {
		dst[c] = math.Exp(x - top)
		sum += dst[c]
	}
	for c := range logOdds {
		dst[c] /= sum
	}
	return none / sum
}

// Incidence returns, as out[c][h], the probability that cause c+1 has come by horizons[h], for a citizen
// with columns x and one hazard for each cause. Inside a period the share of those still free falls by the
// same factor a day, and the causes keep their shares of who leaves. The causes never exceed 1 in sum. It
// panics if horizons do not rise or lie outside the edges: no learner knows what was not in its table.
func (m *Model) Incidence(x []float64, hazards []Hazard, horizons []float64) [][]float64 {
	m.check(horizons)
	row := append(append([]float64(nil), x...), make([]float64, m.Baseline.Columns())...)
	walk := newWalk(len(hazards), m.Edges, horizons)
	odds := make([]float64, len(hazards))
	for k := range m.Edges[1:] {
		if m.Baseline != nil {
			copy(row[len(x):], m.Baseline.Basis[k])
		}
		for c, h := range hazards {
			odds[c] = h(row)
		}
		if walk.period(k, odds) {
			break
		}
	}
	return walk.out
}

// Many is Incidence for many citizens given as columns x[j][i], as out[c][h][i]. The learner sees all
// citizens of a period at once.
func (m *Model) Many(x [][]float64, hazards []Batch, horizons []float64) [][][]float64 {
	m.check(horizons)
	n := 0
	if len(x) > 0 {
		n = len(x[0])
	}
	cols := append([][]float64(nil), x...)
	for range m.Baseline.Columns() {
		cols = append(cols, make([]float64, n))
	}
	walks := make([]*walk, n)
	for i := range walks {
		walks[i] = newWalk(len(hazards), m.Edges, horizons)
	}
	said := make([][]float64, len(hazards))
	for c := range said {
		said[c] = make([]float64, n)
	}
	odds := make([]float64, len(hazards))
	for k := range m.Edges[1:] {
		if m.Edges[k] >= horizons[len(horizons)-1] {
			break
		}
		for j := range m.Baseline.Columns() {
			fill(cols[len(x)+j], m.Baseline.Basis[k][j])
		}
		for c, h := range hazards {
			h(said[c], cols)
		}
		for i, w := range walks {
			for c := range said {
				odds[c] = said[c][i]
			}
			w.period(k, odds)
		}
	}
	out := make([][][]float64, len(hazards))
	for c := range out {
		out[c] = make([][]float64, len(horizons))
		for h := range out[c] {
			out[c][h] = make([]float64, n)
			for i, w := range walks {
				out[c][h][i] = w.out[c][h]
			}
		}
	}
	return out
}

func fill(dst []float64, v float64) {
	for i := range dst {
		dst[i] = v
	}
}

func (m *Model) check(horizons []float64) {
	if err := m.Check(); err != nil {
		panic(err.Error())
	}
	if len(horizons) == 0 {
		panic("survival: no horizons")
	}
	last := 0.0
	for _, h := range horizons {
		if !(h > last) || h > m.Edges[len(m.Edges)-1] {
			panic(fmt.Sprintf("survival: horizon %v after %v, want it to rise and be at most the last edge %v", h, last, m.Edges[len(m.Edges)-1]))
		}
		last = h
	}
}

// walk follows one citizen through the periods.
type walk struct {
	edges, horizons []float64
	next            int // horizon
	free            float64
	f, hazard       []float64
	out             [][]float64
}

func newWalk(causes int, edges, horizons []float64) *walk {
	w := &walk{edges: edges, horizons: horizons, free: 1, f: make([]float64, causes), hazard: make([]float64, causes), out: make([][]float64, causes)}
	for c := range w.out {
		w.out[c] = make([]float64, len(horizons))
	}
	return w
}

// period takes the citizen through period k and tells whether the last horizon has been passed.
func (w *walk) period(k int, logOdds []float64) (done bool) {
	none := Hazards(w.hazard, logOdds)
	for ; w.next < len(w.horizons) && w.horizons[w.next] <= w.edges[k+1]; w.next++ {
		part := 1.0 // of those who leave in the period, how many have left by the horizon
		if h := w.horizons[w.next]; h < w.edges[k+1] && none < 1 {
			share := (h - w.edges[k]) / (w.edges[k+1] - w.edges[k])
			part = math.Expm1(share*math.Log(none)) / (none - 1)
		}
		for c := range w.f {
			w.out[c][w.next] = w.f[c] + float64(part*float64(w.free*w.hazard[c]))
		}
		w.bound()
	}
	for c := range w.f {
		w.f[c] += float64(w.free * w.hazard[c])
	}
	w.free *= none
	return w.next == len(w.horizons)
}

// bound takes from the largest what rounding has put above 1 in sum, added from the first cause on.
func (w *walk) bound() {
	for {
		sum, top := 0.0, 0
		for c := range w.out {
			sum += w.out[c][w.next]
			if w.out[c][w.next] > w.out[top][w.next] {
				top = c
			}
		}
		if !(sum > 1) {
			return
		}
		w.out[top][w.next] = min(math.Nextafter(w.out[top][w.next], 0), w.out[top][w.next]-(sum-1))
	}
}
