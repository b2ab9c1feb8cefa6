package metric

import (
	"math"
	"math/rand/v2"
	"slices"
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

// TestAPredictionThatIsNoNumberGivesNone: taken as the lowest it would pass for a figure.
func TestAPredictionThatIsNoNumberGivesNone(t *testing.T) {
	y, nan := []float64{0, 0, 1, 1, 0, 1}, math.NaN()
	for at := range y {
		p := []float64{0.1, 0.4, 0.3, 0.8, 0.7, 0.2}
		whole := slices.Clone(p)
		p[at] = nan
		figures := map[string]float64{
			"auroc": AUROC(p, y, nil), "average precision": AveragePrecision(p, y, nil), "logloss": Logloss(p, y, nil), "brier": Brier(p, y, nil),
			"ece": ECE(p, y, nil), "ece debiased": ECEDebiased(p, y, nil), "in the large": InTheLarge(p, y, nil),
			"net benefit above": NetBenefit(p, y, nil, 0.9), "net benefit below": NetBenefit(p, y, nil, 0.05),
		}
		all := map[string][]Value{}
		of := func(name string, e Estimate) { all[name] = append(all[name], e.Value, e.SE, e.Lower, e.Upper) }
		of("auroc interval", AUROCInterval(p, y, nil, nil, 0.95))
		of("logloss interval", LoglossInterval(p, y, nil, nil, 0.95))
		of("brier interval", BrierInterval(p, y, nil, nil, 0.95))
		for _, c := range []Comparison{CompareAUROC(p, whole, y, nil, nil, 0.95), CompareAUROC(whole, p, y, nil, nil, 0.95)} {
			of("difference of aurocs", c.Difference)
			all["test of aurocs"] = append(all["test of aurocs"], c.Z, c.P)
		}
		for _, d := range DecisionCurve(p, y, nil, nil, []float64{0.05, 0.9}, 0.95) {
			of("decision", d.Model)
			of("decision over all", d.OverAll)
			all["acted"] = append(all["acted"], d.Acted)
			assert.False(t, d.Useful)
		}
		c := AtCapacity(p, y, nil, 0.3)
		all["capacity"] = []Value{c.Precision, c.PrecisionLow, c.PrecisionHigh, c.Lift, c.LiftLow, c.LiftHigh}
		b := DecomposeBrier(p, y, nil, 3)
		all["parts of brier"] = []Value{b.Reliability, b.Resolution, b.WithinVariance, b.WithinCovariance}
		i := Bootstrap(p, y, nil, nil, 0.3, 20, 1, 0.9)
		for _, v := range []Interval{i.AUROC, i.AveragePrecision, i.Logloss, i.Brier, i.ECE, i.Slope, i.Intercept, i.InTheLarge, i.Precision, i.Lift} {
			all["bootstrap"] = append(all["bootstrap"], v.Lower, v.Upper)
		}
		for name, values := range all {
			for k, v := range values {
				assert.False(t, v.Defined(), "row %d: %s %d is %v", at, name, k, v)
			}
		}
		for name, v := range figures {
			assert.True(t, math.IsNaN(v), "row %d: %s is %v", at, name, v)
		}
		_, _, ok := Line(p, y, nil)
		assert.False(t, ok)
		assert.Panics(t, func() { SmoothECE(p, y, nil) })
	}
}

// TestWithoutGroupsRowsAreDrawn, in Bootstrap as in Resample.
func TestWithoutGroupsRowsAreDrawn(t *testing.T) {
	p, y := []float64{0.1, 0.4, 0.35, 0.8, 0.7, 0.2}, []float64{0, 0, 1, 1, 0, 1}
	assert.Equal(t, Bootstrap(p, y, nil, []int32{0, 1, 2, 3, 4, 5}, 0.5, 50, 7, 0.9), Bootstrap(p, y, nil, nil, 0.5, 50, 7, 0.9))
	assert.PanicsWithValue(t, "metric: Bootstrap with a group missing for some rows", func() { Bootstrap(p, y, nil, []int32{0}, 0.5, 1, 7, 0.9) })
	for _, share := range []float64{-0.1, 1.1, math.NaN()} {
		assert.PanicsWithValue(t, "metric: Bootstrap of a share outside [0, 1]", func() { Bootstrap(p, y, nil, nil, share, 1, 7, 0.9) })
	}
}
