// Package benchtable makes the table that benchmarks of the linear learner are run on, so that the one beside the
// package and the one against another program time the same work. It decides what the numbers look like; what is
// learned from them is left to the benchmarks. The municipality that tests of the whole learn from is datasets/synth's.
package benchtable

import (
	"math"
	"math/rand/v2"
)

// Municipality returns n rows of p columns, a label and a citizen for each, two rows to a citizen, like a real table:
// columns 0, 2, 4 ... are counts, floor of max(0, 2z-1) for a standard normal z, five in six of them 0. The others are
// standard normal; of columns 7, 21, 35 ... one value in ten is missing (NaN). The label is drawn from the logit
// -0.5 + sum f_j x_j with f_j normal with standard deviation 0.2, a missing value adding nothing.
func Municipality(n, p int, seed uint64) (x [][]float64, y []float64, citizen []int32) {
	rng := rand.New(rand.NewPCG(seed, 1))
	x, y, citizen = make([][]float64, p), make([]float64, n), make([]int32, n)
	eta := make([]float64, n)
	for j := range x {
		x[j] = make([]float64, n)
		f := rng.NormFloat64() * 0.2
		for i := range n {
			v := rng.NormFloat64()
			switch {
			case j%2 == 0:
				v = math.Floor(max(0, 2*v-1))
			case j%7 == 0 && rng.Float64() < 0.1:
				v = math.NaN()
			}
			x[j][i] = v
			if v == v {
				eta[i] += f * v
			}
		}
	}
	for i := range n {
		citizen[i] = int32(i / 2)
		if rng.Float64() < 1/(1+math.Exp(-eta[i]+0.5)) {
			y[i] = 1
		}
	}
	return x, y, citizen
}
