package metric

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestBandIsWilsonsAt95: four of ten in one bin; 0.1682 and 0.6873 by Wilson's formula with the root 1.96.
func TestBandIsWilsonsAt95(t *testing.T) {
	p, y := make([]float64, 10), []float64{1, 1, 1, 1, 0, 0, 0, 0, 0, 0}
	for i := range p {
		p[i] = 0.3
	}
	c := Curve(p, y, nil, nil, 4)
	assert.Len(t, c, 1)
	assert.InDelta(t, 0.1682, c[0].Lower, 1e-4)
	assert.InDelta(t, 0.6873, c[0].Upper, 1e-4)
}

// TestInTheLargeGoesAsFarAsItMust: whoever says log odds of -20 (or 20) to everybody is off by 20 where half come.
func TestInTheLargeGoesAsFarAsItMust(t *testing.T) {
	for _, off := range []float64{-20, -3, -1, 0, 1, 5, 20, 300} {
		assert.InDelta(t, -off, InTheLarge([]float64{off, off, off, off}, []float64{0, 1, 0, 1}, nil), 1e-6, "%v", off)
	}
}

// TestOverAllIsTheModelAboveAll, at every threshold.
func TestOverAllIsTheModelAboveAll(t *testing.T) {
	p, y := []float64{0.9, 0.3, 0.2, 0.1, 0.1, 0.7}, []float64{1, 1, 0, 0, 1, 0}
	for _, d := range DecisionCurve(p, y, []float64{1, 2, 1, 3, 1, 1}, nil, []float64{0, 0.1, 0.2, 0.5, 0.95}, 0.95) {
		assert.InDelta(t, float64(d.Model.Value)-float64(d.All.Value), float64(d.OverAll.Value), 1e-12, "at %v", d.Threshold)
	}
}

// TestDrawsOfCalibrationInTheLargeSpreadAsTheFormulaSays, and without a capacity there is no figure at one.
func TestDrawsOfCalibrationInTheLargeSpreadAsTheFormulaSays(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	var p, y []float64
	var group []int32
	for i := range 600 {
		x := 2 * rng.NormFloat64()
		p, y, group = append(p, Sigmoid(x)), append(y, 0), append(group, int32(i))
		if rng.Float64() < Sigmoid(x+0.5) {
			y[i] = 1
		}
	}
	got := Bootstrap(p, y, nil, group, 0, 1000, 3, 0.95)
	x := make([]float64, len(p))
	for i := range p {
		x[i] = Logit(p[i])
	}
	at := InTheLarge(x, y, nil)
	var square, curve float64
	for i := range x {
		q := Sigmoid(at + x[i])
		square += (y[i] - q) * (y[i] - q)
		curve += q * (1 - q)
	}
	half := 1.96 * math.Sqrt(square) / curve
	assert.InDelta(t, at-half, float64(got.InTheLarge.Lower), 0.15*half)
	assert.InDelta(t, at+half, float64(got.InTheLarge.Upper), 0.15*half)
	assert.False(t, got.Precision.Lower.Defined() || got.Lift.Upper.Defined())
}
