package survival

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/rettidig/rettidig/internal/groups"
	"github.com/rettidig/rettidig/internal/parallel"
	"github.com/rettidig/rettidig/model/metric"
)

// Range is the middle of a figure over resampled citizens.
type Range struct{ Lower, Upper float64 }

// Resample draws b times as many citizens as there are, with replacement and with all their rows, calls
// figures with the weights of each draw (w times how often the row's citizen was drawn; 0 for many) and
// returns for each figure the central range that holds level of the draws in which it is a number. Fewer
// than half the draws with a number give NaN. figures must take any number of goroutines at once, must
// not keep w, and gives the same figures in the same order each time; it is where curves, the weights
// for censoring and the measures are computed anew, so that their uncertainty counts too. Draw k depends
// on seed and k only.
func Resample(group []int32, w []float64, b int, seed uint64, level float64, figures func(w []float64) []float64) []Range {
	if w != nil && len(w) != len(group) {
		panic(fmt.Sprintf("survival: Resample of %d groups and %d weights", len(group), len(w)))
	}
	if b < 1 || !(level > 0 && level < 1) {
		panic(fmt.Sprintf("survival: Resample of %d draws at level %v, want at least 1, above 0 and below 1", b, level))
	}
	of, n := groups.Dense(group)
	draws := make([][]float64, b)
	parallel.For(b, runtime.GOMAXPROCS(0), func(k int) {
		rng := rand.New(rand.NewPCG(seed, uint64(k)+0x73757276)) // "surv"
		times := make([]float64, n)
		for range n {
			times[rng.IntN(n)]++
		}
		drawn := make([]float64, len(group))
		for i := range drawn {
			drawn[i] = weight(w, i) * times[of[i]]
		}
		draws[k] = figures(drawn)
	})
	out := make([]Range, len(draws[0]))
	for f := range out {
		var v []float64
		for _, d := range draws {
			if !math.IsNaN(d[f]) {
				v = append(v, d[f])
			}
		}
		out[f] = Range{math.NaN(), math.NaN()}
		if 2*len(v) >= b {
			slices.Sort(v)
			out[f] = Range{metric.Quantile(v, (1-level)/2), metric.Quantile(v, (1+level)/2)}
		}
	}
	return out
}
