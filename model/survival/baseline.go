package survival

import (
	"fmt"
	"math"
	"slices"
)

// Baseline gives a learner the period as columns: Basis[k] are the values for period k.
type Baseline struct {
	Basis [][]float64 `json:"basis"`
}

// Columns is how many columns there are; a nil baseline has none.
func (b *Baseline) Columns() int {
	if b == nil || len(b.Basis) == 0 {
		return 0
	}
	return len(b.Basis[0])
}

// Middle is one column, the middle of the period: for learners that bend by themselves.
func Middle(edges []float64) *Baseline {
	b := &Baseline{Basis: make([][]float64, len(edges)-1)}
	for k := range b.Basis {
		b.Basis[k] = []float64{middle(edges, k)}
	}
	return b
}

// Indicators is one column of 0 and 1 for each period but the first: a level of its own for each.
func Indicators(edges []float64) *Baseline {
	b := &Baseline{Basis: make([][]float64, len(edges)-1)}
	for k := range b.Basis {
		b.Basis[k] = make([]float64, len(edges)-2)
		if k > 0 {
			b.Basis[k][k-1] = 1
		}
	}
	return b
}

// Spline is a natural cubic spline of the middle of the period, in the truncated power basis (Hastie,
// Tibshirani and Friedman 2009, 5.2.1): len(knots)-1 columns, straight beyond the outer knots, the first
// column the middle itself as a share of the way from the first knot to the last. It panics with fewer
// than two knots or if they do not rise.
func Spline(edges, knots []float64) *Baseline {
	n := len(knots)
	if n < 2 {
		panic("survival: a spline of fewer than two knots")
	}
	for i := 1; i < n; i++ {
		if !(knots[i] > knots[i-1]) {
			panic(fmt.Sprintf("survival: knot %v after %v", knots[i], knots[i-1]))
		}
	}
	wide := knots[n-1] - knots[0]
	cube := func(x, knot float64) float64 {
		v := max(0, (x-knot)/wide)
		return v * v * v
	}
	part := func(x float64, i int) float64 {
		return (cube(x, knots[i]) - cube(x, knots[n-1])) * wide / (knots[n-1] - knots[i])
	}
	b := &Baseline{Basis: make([][]float64, len(edges)-1)}
	for k := range b.Basis {
		x := middle(edges, k)
		row := []float64{(x - knots[0]) / wide}
		for i := range n - 2 {
			row = append(row, part(x, i)-part(x, n-2))
		}
		b.Basis[k] = row
	}
	return b
}

// Knots returns n knots for Spline at equal steps of rank among the middles of the periods with an event,
// from the first to the last; fewer if fewer periods have one, and nil if fewer than two do.
func (p *Periods) Knots(n int) []float64 {
	var at []float64
	for i, c := range p.Cause {
		if c != 0 {
			at = append(at, middle(p.Edges, int(p.Period[i])))
		}
	}
	slices.Sort(at)
	var out []float64
	for i := range n {
		out = append(out, at[int(math.Round(float64(i)/float64(max(1, n-1))*float64(len(at)-1)))])
	}
	if out = slices.Compact(out); len(out) < 2 {
		return nil
	}
	return out
}

func middle(edges []float64, k int) float64 { return (edges[k] + edges[k+1]) / 2 }
