package explain

import (
	"fmt"
	"sort"
)

// Effect is how the log odds change with a numeric column, accumulated from small changes of rows whose
// value is near (accumulated local effects, Apley and Zhu 2020).
type Effect struct {
	Edges  []float64 // of the intervals, rising; values that occur
	At     []float64 // log odds at each edge, from the weighted mean 0 over the rows
	Weight []float64 // share of the weight in each interval, one fewer than edges
}

// Effects cuts the column at equal steps of weighted rank into at most the given number of intervals. In
// each, rows with a value above its lower edge and up to its upper edge (the first also holds its lower
// edge) are moved to either edge, everything else staying as it is, and the weighted mean difference is the
// step between the edges. Steps are added up and moved so that the mean over the rows is 0, a row being
// worth the middle of its interval's edges. Rows in which the column is missing are left out. It returns an
// error for a column with levels, whose order would be arbitrary, and one with fewer than two values.
func Effects(f Batch, t Table, col, intervals int) (*Effect, error) {
	if t.levels(col) > 0 {
		return nil, fmt.Errorf("explain: column %d has levels, which have no order to accumulate along: use Partial", col)
	}
	if intervals < 1 {
		panic(fmt.Sprintf("explain: %d intervals", intervals))
	}
	var there []int32
	for i, v := range t.X[col] {
		if v == v {
			there = append(there, int32(i))
		}
	}
	if len(there) > 0 {
		t = t.only(there)
	}
	w := t.weights()
	edges := quantiles(t.X[col], w, steps(0, 1, intervals+1))
	if len(edges) < 2 {
		return nil, fmt.Errorf("explain: column %d has fewer than two values: nothing changes with it", col)
	}
	n := len(w)
	bin, low, high := make([]int, n), make([]float64, n), make([]float64, n)
	for i, v := range t.X[col] {
		bin[i] = min(max(0, sort.SearchFloat64s(edges, v)-1), len(edges)-2)
		low[i], high[i] = edges[bin[i]], edges[bin[i]+1]
	}
	from, to := make([]float64, n), make([]float64, n)
	t.with(f, from, []int{col}, [][]float64{low})
	t.with(f, to, []int{col}, [][]float64{high})

	e := &Effect{Edges: edges, At: make([]float64, len(edges)), Weight: make([]float64, len(edges)-1)}
	step := make([]float64, len(edges)-1)
	for i, b := range bin {
		step[b] += float64(w[i] * (to[i] - from[i]))
		e.Weight[b] += w[i]
	}
	for b, s := range step {
		e.At[b+1] = e.At[b]
		if e.Weight[b] > 0 {
			e.At[b+1] += s / e.Weight[b]
		}
	}
	middle := 0.0
	for b, v := range e.Weight {
		middle += float64(v * (e.At[b] + e.At[b+1]) / 2)
	}
	for k := range e.At {
		e.At[k] -= middle
	}
	return e, nil
}
