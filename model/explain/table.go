package explain

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// Batch puts the log odds of rows given as columns x[j][i] into dst. It must keep neither.
type Batch func(dst []float64, x [][]float64)

// Rows makes a Batch of a function of one row.
func Rows(f func(row []float64) float64) Batch {
	return func(dst []float64, x [][]float64) {
		row := make([]float64, len(x))
		for i := range dst {
			for j := range x {
				row[j] = x[j][i]
			}
			dst[i] = f(row)
		}
	}
}

// Table is the rows an explanation is over: X[j][i] is column j of row i, NaN is missing. Levels is how
// many levels each column has (values 0 to levels-1), 0 for a numeric one; nil: all numeric. W weights rows
// (nil: one each), Group is their citizen (nil: each row its own).
type Table struct {
	X      [][]float64
	Levels []int
	W      []float64
	Group  []int32
}

// rows panics if the shapes do not fit and returns how many rows there are.
func (t Table) rows() int {
	if len(t.X) == 0 || len(t.X[0]) == 0 {
		panic("explain: a table without rows")
	}
	n := len(t.X[0])
	for j, c := range t.X {
		if len(c) != n {
			panic(fmt.Sprintf("explain: column %d has %d rows, column 0 has %d", j, len(c), n))
		}
	}
	if t.W != nil && len(t.W) != n || t.Group != nil && len(t.Group) != n || t.Levels != nil && len(t.Levels) != len(t.X) {
		panic("explain: weights, groups or levels do not fit the table")
	}
	return n
}

func (t Table) levels(col int) int {
	if t.Levels == nil {
		return 0
	}
	return t.Levels[col]
}

// weights returns the share of each row in the whole; they sum to 1 but for rounding.
func (t Table) weights() []float64 {
	n := t.rows()
	w := make([]float64, n)
	total := 0.0
	for i := range w {
		w[i] = 1
		if t.W != nil {
			w[i] = t.W[i]
		}
		total += w[i]
	}
	if !(total > 0) {
		panic("explain: rows without any weight")
	}
	for i := range w {
		w[i] /= total
	}
	return w
}

// sample returns the table with only n of its rows, drawn without replacement whatever their weights and
// kept in order, and their row numbers. n of 0 or no fewer than there are takes all.
func (t Table) sample(n int, seed uint64) (Table, []int32) {
	rows := make([]int32, t.rows())
	for i := range rows {
		rows[i] = int32(i)
	}
	if n <= 0 || n >= len(rows) {
		return t, rows
	}
	rng := rand.New(rand.NewPCG(seed, 0x65787061)) // "expa"
	rng.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
	rows = rows[:n]
	slices.Sort(rows)
	return t.only(rows), rows
}

// only returns the table with the given rows.
func (t Table) only(rows []int32) Table {
	out := Table{Levels: t.Levels, X: make([][]float64, len(t.X))}
	for j, c := range t.X {
		out.X[j] = pick(c, rows)
	}
	if t.W != nil {
		out.W = pick(t.W, rows)
	}
	if t.Group != nil {
		out.Group = pick(t.Group, rows)
	}
	return out
}

func pick[T any](x []T, rows []int32) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}

// at runs f on the table with one column at v for all rows.
func (t Table) at(f Batch, dst []float64, col int, v float64) {
	t.with(f, dst, []int{col}, [][]float64{constant(len(dst), v)})
}

// with runs f on the table with some columns exchanged.
func (t Table) with(f Batch, dst []float64, cols []int, by [][]float64) {
	x := slices.Clone(t.X)
	for k, j := range cols {
		x[j] = by[k]
	}
	f(dst, x)
}

func constant(n int, v float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func mean(w, x []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += float64(w[i] * x[i])
	}
	return sum
}

// quantiles returns, for each of the rising shares q, the smallest value such that at least that share of
// the weight of values that are there is at or below it: always a value that occurs. Equal ones are given
// once.
func quantiles(x, w, q []float64) []float64 {
	var order []int
	total := 0.0
	for i, v := range x {
		if v == v && w[i] > 0 {
			order = append(order, i)
			total += w[i]
		}
	}
	if len(order) == 0 {
		return nil
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(x[a], x[b]), cmp.Compare(a, b)) })
	var out []float64
	k, below := 0, w[order[0]]
	for _, share := range q {
		for k < len(order)-1 && below < share*total*(1-1e-12) {
			k++
			below += w[order[k]]
		}
		out = append(out, x[order[k]])
	}
	return slices.Compact(out)
}

func steps(from, to float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = from + float64((to-from)*float64(i)/float64(max(1, n-1)))
	}
	return out
}
