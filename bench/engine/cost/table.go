package main

import (
	"math"
	"math/rand/v2"
)

// table is columns and a label of 0 or 1.
type table struct {
	x [][]float64
	y []float64
}

// newTable invents rows x columns: the odd columns are counts, nine of ten 0, the others 1 + Poisson(1); the
// even ones are standard normal, of every third of them 5 % missing. The label is drawn from a logit that adds
// up a shape of each column and one product of two; its spread does not depend on the number of columns.
func newTable(rows, columns int) table {
	t := table{x: make([][]float64, columns), y: make([]float64, rows)}
	eta := make([]float64, rows)
	scale := 0.3 * math.Sqrt(60/float64(columns))
	for j := range t.x {
		rng := rand.New(rand.NewPCG(uint64(j), 1))
		x := make([]float64, rows)
		effect := rng.NormFloat64() * scale
		for i := range x {
			if j%2 == 1 {
				if rng.Float64() < 0.1 {
					x[i] = 1 + poisson(rng)
				}
				eta[i] += effect * math.Log1p(x[i])
				continue
			}
			x[i] = rng.NormFloat64()
			eta[i] += effect * math.Tanh(x[i])
			if j%6 == 0 && rng.Float64() < 0.05 {
				x[i] = math.NaN()
			}
		}
		t.x[j] = x
	}
	rng := rand.New(rand.NewPCG(0, 2))
	for i := range t.y {
		v := eta[i] - 0.8
		if columns > 4 {
			v += 0.5 * min(max(t.x[2][i]*t.x[4][i], -4), 4) // neither is ever missing
		}
		if rng.Float64() < 1/(1+math.Exp(-v)) {
			t.y[i] = 1
		}
	}
	return t
}

// poisson draws from the distribution with mean 1.
func poisson(rng *rand.Rand) float64 {
	k := 0.0
	for p := rng.Float64(); p > 1/math.E; p *= rng.Float64() {
		k++
	}
	return k
}
