package explain

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Loss is what it costs to have said logOdds where y (0 or 1) came, such as metric.LoglossOf.
type Loss func(logOdds, y float64) float64

// Importance is by how much predictions get worse when a concept no longer belongs to its citizen.
type Importance struct {
	Concept int     // index in Concepts
	Worse   float64 // weighted mean rise of the loss; around 0: the predictions do not rest on it
	SE      float64 // standard error over citizens; NaN with one citizen only
}

// Permutation deals the columns of each concept out anew among the citizens, all columns of a concept
// together, and returns the mean rise of the loss over repeats dealings (Breiman 2001; Fisher, Rudin and
// Dominici 2019), one for each concept in order. Whole citizens are dealt: the k-th row of a citizen gets
// the values of the k-th row of another, starting over if that one has fewer, so that rows of one citizen
// still go together. A concept that f does not look at gets exactly 0. Concepts that go together share
// what they know: each alone may look unimportant.
//
// Each dealing depends on seed, concept and repeat only. It panics if shapes do not fit.
func Permutation(f Batch, t Table, y []float64, c Concepts, loss Loss, repeats int, seed uint64) []Importance {
	n := t.rows()
	if len(y) != n || len(c.Of) != len(t.X) || repeats < 1 {
		panic(fmt.Sprintf("explain: %d labels for %d rows, %d concepts' columns for %d columns, %d repeats", len(y), n, len(c.Of), len(t.X), repeats))
	}
	w, citizens := t.weights(), t.citizens()
	before, after := make([]float64, n), make([]float64, n)
	f(before, t.X)
	for i := range before {
		before[i] = loss(before[i], y[i])
	}
	out := make([]Importance, len(c.IDs))
	rise, from := make([]float64, n), make([]int32, n)
	for k := range c.IDs {
		var cols []int
		for j, of := range c.Of {
			if int(of) == k {
				cols = append(cols, j)
			}
		}
		clear(rise)
		by := make([][]float64, len(cols))
		for r := range repeats {
			deal(from, citizens, rand.New(rand.NewPCG(seed, uint64(k)<<32|uint64(r))))
			for a, j := range cols {
				by[a] = pick(t.X[j], from)
			}
			t.with(f, after, cols, by)
			for i := range rise {
				rise[i] += (loss(after[i], y[i]) - before[i]) / float64(repeats)
			}
		}
		out[k] = Importance{Concept: k, Worse: mean(w, rise)}
		out[k].SE = clustered(w, rise, out[k].Worse, citizens)
	}
	return out
}

// citizens returns the rows of each, in the order of their first row.
func (t Table) citizens() [][]int32 {
	var out [][]int32
	at := map[int32]int{}
	for i := range t.X[0] {
		if t.Group == nil {
			out = append(out, []int32{int32(i)})
			continue
		}
		k, ok := at[t.Group[i]]
		if !ok {
			k = len(out)
			at[t.Group[i]], out = k, append(out, nil)
		}
		out[k] = append(out[k], int32(i))
	}
	return out
}

// deal puts into from the row whose values each row gets.
func deal(from []int32, citizens [][]int32, rng *rand.Rand) {
	for g, other := range rng.Perm(len(citizens)) {
		rows := citizens[other]
		for k, i := range citizens[g] {
			from[i] = rows[k%len(rows)]
		}
	}
}

// clustered is the standard error of the weighted mean of x over citizens.
func clustered(w, x []float64, centre float64, citizens [][]int32) float64 {
	sum := 0.0
	for _, rows := range citizens {
		off := 0.0
		for _, i := range rows {
			off += float64(w[i] * (x[i] - centre))
		}
		sum += float64(off * off)
	}
	g := float64(len(citizens))
	return math.Sqrt(sum * g / (g - 1)) // 0/0 is NaN with one citizen
}

// Ranked returns the importances by falling Worse, of equal ones the concept listed first.
func Ranked(all []Importance) []Importance {
	out := slices.Clone(all)
	slices.SortFunc(out, func(a, b Importance) int {
		return cmp.Or(cmp.Compare(b.Worse, a.Worse), cmp.Compare(a.Concept, b.Concept))
	})
	return out
}
