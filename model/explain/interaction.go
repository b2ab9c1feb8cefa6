package explain

import "math"

// Interaction returns the H statistic of a pair of columns (Friedman and Popescu 2008, eq. 44): which share of
// the variance of their joint partial dependence is not the sum of those of each alone, 0 for a learner
// that adds them up. It is taken over a sample of the given number of rows (0: all), at the values of those
// rows: it costs their square. NaN if neither column does anything, the variance then being that of
// rounding.
func Interaction(f Batch, t Table, a, b, rows int, seed uint64) float64 {
	t, _ = t.sample(rows, seed)
	w := t.weights()
	n := len(w)
	both, one, two, said := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	size := 0.0
	for i := range n {
		t.with(f, said, []int{a, b}, [][]float64{constant(n, t.X[a][i]), constant(n, t.X[b][i])})
		both[i] = mean(w, said)
		t.at(f, said, a, t.X[a][i])
		one[i] = mean(w, said)
		t.at(f, said, b, t.X[b][i])
		two[i] = mean(w, said)
		size = max(size, math.Abs(both[i]))
	}
	for _, x := range [][]float64{both, one, two} {
		m := mean(w, x)
		for i := range x {
			x[i] -= m
		}
	}
	var apart, all float64
	for i := range n {
		d := both[i] - one[i] - two[i]
		apart += float64(w[i] * float64(d*d))
		all += float64(w[i] * float64(both[i]*both[i]))
	}
	if !(math.Sqrt(all) > 1e-12*(1+size)) {
		return math.NaN()
	}
	return apart / all
}
