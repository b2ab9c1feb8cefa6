package gam

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestBinsAreFoundAsCountingDoes(t *testing.T) {
	odd := []float64{math.Inf(-1), -math.MaxFloat64, -1, math.Copysign(0, -1), 0, math.SmallestNonzeroFloat64, 1, math.MaxFloat64, math.Inf(1)}
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]float64{1e-310, 1e-3, 1, 1e306}).Draw(t, "scale")
		even := rapid.Bool().Draw(t, "even") // cuts at equal distances
		cuts := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) float64 {
			if even {
				return scale * float64(rapid.IntRange(-127, 126).Draw(t, "cut"))
			}
			return scale * rapid.Float64Range(-150, 150).Draw(t, "cut")
		}), 0, maxBins-2, func(x float64) float64 { return x + 0 }).Draw(t, "cuts")
		slices.Sort(cuts)
		s := newSearch(&Column{Cuts: cuts})
		for _, x := range slices.Concat(odd, cuts, []float64{scale * rapid.Float64Range(-200, 200).Draw(t, "x")}) {
			for _, x := range []float64{x, math.Nextafter(x, math.Inf(-1)), math.Nextafter(x, math.Inf(1))} {
				below := 0
				for _, c := range cuts {
					if c < x {
						below++
					}
				}
				assert.Equal(t, uint8(below+1), s.bin(x), "%v among %d cuts", x, len(cuts))
			}
		}
	})
}
