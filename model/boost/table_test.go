package boost

import (
	"math"
	"math/rand/v2"
)

// benchTable is the table of the speed comparison: half of the columns are sparse counts (nine values of
// ten are zero), half are normal, of every third of those 5 % are missing; y follows a known logit with a few
// strong, some weak and two crossed effects. bench/engine/boost_speed.py reads the same table.
func benchTable(n, columns int, seed uint64) Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	t := Table{X: make([][]float64, columns), Y: make([]float64, n)}
	eta := make([]float64, n)
	for j := range columns {
		x := make([]float64, n)
		effect := rng.NormFloat64() * 0.3
		if j%5 == 0 {
			effect *= 2
		}
		for i := range x {
			if j%2 == 0 {
				x[i] = rng.NormFloat64()
				eta[i] += effect * math.Tanh(x[i])
				if j%3 == 0 && rng.Float64() < 0.05 {
					x[i] = math.NaN()
				}
				continue
			}
			for rng.Float64() < 0.5-0.4*min(1, math.Abs(x[i]-0.5)*2)*boolTo(x[i] == 0) {
				x[i]++
			}
			eta[i] += effect * math.Log1p(x[i])
		}
		t.X[j] = x
	}
	for i := range t.Y {
		if columns > 4 {
			a, b := t.X[2][i], t.X[4][i]
			eta[i] += 0.5*a*b*boolTo(math.Abs(a) < 3 && math.Abs(b) < 3) - 0.8
		}
		t.Y[i] = boolTo(rng.Float64() < sigmoid(eta[i]))
	}
	return t
}

func boolTo(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
