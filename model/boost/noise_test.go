package boost

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// both returns the gains of the split of a column of two bins by the search that can do everything and by the quick one.
func both(p packing, left, right cell, least float64) (slow, quick float64) {
	s := search{packing: p, minGain: least, minHessian: 1, minRows: 1, opt: &Options{}, total: left + right, rows: 1 << 13,
		lower: math.Inf(-1), upper: math.Inf(1)}
	if p.countBits > 0 {
		s.minRows, s.rows = 0, p.countOf(left+right)
	}
	other, c := s, &column{values: 2}
	s.numeric(c, []cell{left, right, 0})
	other.numericPlain(c, []cell{left, right, 0})
	return s.best.gain, other.best.gain
}

// TestRowsThatAreAlikeAreNotParted: where both sides have the same gradient for their hessian there is nothing to
// gain. Rounding says there is, now and then; it must not be taken for a gain.
func TestRowsThatAreAlikeAreNotParted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPacking(counted + 1)
		p.gradient, p.hessian = 1.0/256, 1.0/1024
		g, h := rapid.Int64Range(-9999, 9999).Draw(t, "g"), rapid.Int64Range(1, 9999).Draw(t, "h")
		for a := int64(1); a < 60; a++ {
			b := rapid.Int64Range(1, 9999).Draw(t, "times")
			slow, quick := both(p, p.pack(a*g, a*h), p.pack(b*g, b*h), 0)
			require.Zero(t, slow, "%d and %d times %d/%d", a, b, g, h)
			require.Zero(t, quick, "%d and %d times %d/%d", a, b, g, h)
		}
	})
}

// TestASmallShareOfTheFallIsAGain: one millionth of what the node as a whole lowers the loss by is more than rounding.
// Sides with gradients 1+d and 1-d for the same hessian gain the share d² of the fall.
func TestASmallShareOfTheFallIsAGain(t *testing.T) {
	p := newPacking(counted + 1)
	p.gradient, p.hessian = 1.0/256, 1.0/1024
	left, right := p.pack(100_100, 50_000), p.pack(99_900, 50_000)
	fall := math.Pow(200_000*p.gradient, 2) / (100_000 * p.hessian) / 2
	slow, quick := both(p, left, right, 0)
	require.InEpsilon(t, 1e-6*fall, slow, 1e-6)
	require.InEpsilon(t, 1e-6*fall, quick, 1e-6)
	slow, quick = both(p, left, right, 2e-6*fall)
	require.Zero(t, slow, "the least gain asked for is more")
	require.Zero(t, quick)
}

// TestHazardsOfNobodyAndOfEverybodyAreFinite: where no row is an event, or all are, there is nothing to learn.
func TestHazardsOfNobodyAndOfEverybodyAreFinite(t *testing.T) {
	period := []int32{0, 0, 1}
	require.Equal(t, []float64{-700, -700}, BaseHazard(period, []float64{0, 0, 0}, nil, 2))
	require.Equal(t, []float64{700, 700}, BaseHazard(period, []float64{1, 1, 1}, []float64{1, 2, 0.5}, 2))
	require.Panics(t, func() { BaseHazard(period, []float64{0, 1}, nil, 2) })
	require.Panics(t, func() { BaseHazard(period, []float64{0, 1, 0}, []float64{1}, 2) })
}
