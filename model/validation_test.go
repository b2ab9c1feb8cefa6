package model

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/validate"
)

func TestARunWhoseCalibratorKnowsItsTestLabelsFails(t *testing.T) {
	tab, _ := municipality(1200, 6, 1, 6)
	v, err := check(context.Background(), tab, quick(LearnerCard))
	require.NoError(t, err)
	require.Contains(t, v.report.Leaks[1].Evidence, "no calibrator changed")
	u := v.runs[v.learner]
	w := u.Plan.Windows[1]
	raw := make([]float64, len(w.Test))
	u.Scorers[1].Score(w.Test, raw)
	u.Calibrators[1] = validate.FitCalibrator(v.rows, w.Test, raw, v.opt.Seed)
	v.report.Leaks = nil
	require.NoError(t, v.leaks(context.Background()))
	assert.ErrorContains(t, v.report.Uncaught(), "the calibrator of window 2 changes with the labels")
}

func TestStandardErrorOverCitizensByHand(t *testing.T) {
	// Three citizens with the sums 1, 2 and 6: total 9, squares 41, 41-81/3 = 14, times 3/2 is 21. How many
	// rows a citizen has must not count.
	sums := map[int32]float64{7: 1, 8: 2, 9: 6}
	assert.InDelta(t, math.Sqrt(21), clusterSE(sums, []int32{7, 8, 8, 9, 7}), 1e-12)
	assert.Zero(t, clusterSE(map[int32]float64{1: 2, 2: 2, 3: 2}, []int32{1, 2, 3}), "citizens who agree leave no doubt")
}

func TestRangeIsTheCentralPartOfWhatTheRefitsSay(t *testing.T) {
	m := small(LearnerCard)
	m.Calibrator.Intercept, m.Calibrator.Slope = 0, 1
	m.Range.Level = 0.5
	m.Range.Refits = nil
	for _, says := range []float64{4, -4, 2, -2, 0} {
		m.Range.Refits = append(m.Range.Refits, Refit{Intercept: says, CalSlope: 1})
	}
	m.prepare()
	odds := func(p float64) float64 { return math.Log(p / (1 - p)) }
	x := []float64{80, 0}
	// Five log odds from -4 to 4: a quarter lies at the second of them, three quarters at the fourth.
	lower, upper := m.between(x, 0.5)
	assert.InDelta(t, -2, odds(lower), 1e-9)
	assert.InDelta(t, 2, odds(upper), 1e-9)
	// At 0.9 the ends lie at ranks 0.2 and 3.8, a fifth of the way from the last to the one before.
	m.Range.Level = 0.9
	lower, upper = m.between(x, 0.5)
	assert.InDelta(t, -3.6, odds(lower), 1e-9)
	assert.InDelta(t, 3.6, odds(upper), 1e-9)
	// The range is widened to hold the probability itself.
	m.Range.Level = 0.5
	lower, upper = m.between(x, 0.01)
	assert.Equal(t, 0.01, lower)
	assert.InDelta(t, 2, odds(upper), 1e-9)
}

func TestASlopeThatIsOffIsSaidWithWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		lower, slope, upper, below, above metric.Value
		verdict, says                     string
	}{
		"one is inside":   {0.8, 0.9, 1.0, -0.1, 0.1, "", ""},
		"not defined":     {metric.Value(math.NaN()), metric.Value(math.NaN()), metric.Value(math.NaN()), -0.1, 0.1, "", ""},
		"too sure":        {0.5, 0.7, 0.9, -0.1, 0.1, "too sure", "A slope of 0.70 says that the model is too sure"},
		"too careful":     {1.1, 1.4, 1.9, -0.1, 0.1, "too careful", "A slope of 1.40 says that the model is too careful"},
		"too high only":   {0.8, 0.9, 1.0, -0.4, -0.1, "", "less happened than the model said"},
		"too low as well": {0.5, 0.7, 0.9, 0.1, 0.4, "too sure", "more happened than the model said"},
	} {
		f := Figures{SlopeLower: c.lower, Slope: c.slope, SlopeUpper: c.upper, InTheLargeLower: c.below, InTheLargeUpper: c.above}
		assert.Equal(t, c.verdict, f.SlopeVerdict(), name)
		if c.says == "" {
			assert.NoError(t, f.offCalibration(), name)
		} else {
			assert.ErrorContains(t, f.offCalibration(), c.says, name)
		}
	}
}
