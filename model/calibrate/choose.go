package calibrate

import (
	"math"
	"math/rand/v2"

	"github.com/rettidig/rettidig/internal/groups"
	"github.com/rettidig/rettidig/model/metric"
)

// Enough is how many rows of either class isotonic calibration needs to be considered at all. With fewer,
// its levels follow the noise (Niculescu-Mizil and Caruana 2005 put the crossing near 1,000 rows).
const Enough = 1000

// Fit chooses and fits a calibrator by a written rule: Platt, unless there are at least Enough rows of
// both classes and isotonic calibration has the smaller log loss in five folds of citizens by more than
// one standard error of the difference. group may be nil, then each row is a citizen of its own.
func Fit(x, y, w []float64, group []int32, seed uint64) *Calibrator {
	if group == nil {
		group = make([]int32, len(x))
		for i := range group {
			group[i] = int32(i)
		}
	}
	if len(group) != len(x) {
		panic("calibrate: Fit with a group missing for some rows")
	}
	c := Platt(x, y, w)
	if c.Positive < Enough || c.N-c.Positive < Enough {
		return c
	}
	if gain, se := isotonicGain(x, y, w, group, seed); gain > se {
		return Isotonic(x, y, w)
	}
	return c
}

// isotonicGain returns by how much isotonic calibration lowers the held-out log loss, and the standard
// error of that over the folds.
func isotonicGain(x, y, w []float64, group []int32, seed uint64) (gain, se float64) {
	const k = 5
	of := groups.Deal(group, k, rand.New(rand.NewPCG(seed, 0x63616c))) // "cal"
	var gains [k]float64
	for f := range k {
		var tx, ty, tw []float64
		for i := range x {
			if of[i] != f {
				tx, ty, tw = append(tx, x[i]), append(ty, y[i]), append(tw, weight(w, i))
			}
		}
		platt, iso := Platt(tx, ty, tw), Isotonic(tx, ty, tw)
		var sum, total float64
		for i := range x {
			if of[i] == f {
				sum += weight(w, i) * (loss(platt.At(x[i]), y[i]) - loss(iso.At(x[i]), y[i]))
				total += weight(w, i)
			}
		}
		gains[f] = sum / total
		gain += gains[f] / k
	}
	for _, g := range gains {
		se += (g - gain) * (g - gain)
	}
	return gain, math.Sqrt(se / (k - 1) / k)
}

func loss(eta, y float64) float64 {
	return metric.Logloss([]float64{metric.Sigmoid(eta)}, []float64{y}, nil)
}
