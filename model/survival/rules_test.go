package survival

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/metric"
)

// TestNobodyIsNobodyWhateverIsRounded: at 2 the last one leaves and three come. Their weights added from the first to the last
// and from the last to the first differ in the last digit, which is nobody at risk.
func TestNobodyIsNobodyWhateverIsRounded(t *testing.T) {
	require.NotEqual(t, sum(0.1, 0.2, 0.3), sum(0.3, 0.2, 0.1))
	d := Data{Entry: []float64{0, 2, 2, 2}, Time: []float64{2, 5, 4, 3}, Cause: []int32{1, 1, 1, 1}, W: []float64{1, 0.1, 0.2, 0.3}}
	c, err := KaplanMeier(d)
	require.NoError(t, err)
	assert.Zero(t, c.At(2))
	assert.Len(t, c.Warnings, 1)
	inc, err := AalenJohansen(d, 1)
	require.NoError(t, err)
	assert.Equal(t, 1.0, inc.At(1, 2))
	assert.Len(t, inc.Warnings, 1)
}

func sum(x ...float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

// TestQuantilesAreReachedNotPassed: of ten who leave one after the other, 1 - k/10 are free just after k, but for rounding.
func TestQuantilesAreReachedNotPassed(t *testing.T) {
	d := Data{Time: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Cause: slices.Repeat([]int32{1}, 10)}
	c, err := KaplanMeier(d)
	require.NoError(t, err)
	for k := 1; k < 10; k++ {
		assert.Equal(t, float64(k), c.Quantile(float64(k)/10))
		assert.Equal(t, float64(k), c.Quantile(float64(k)/10-0.05))
	}
	assert.Panics(t, func() { c.Quantile(0) })
	assert.Panics(t, func() { c.Quantile(1) })
}

// TestWhenNobodyIsFreeTheAnswerIsKnownForGood, and it is no doubtful one.
func TestWhenNobodyIsFreeTheAnswerIsKnownForGood(t *testing.T) {
	inc, err := AalenJohansen(Data{Time: []float64{1, 2}, Cause: []int32{1, 2}}, 2)
	require.NoError(t, err)
	assert.Equal(t, []float64{0.5, 0.5}, []float64{inc.At(1, 50), inc.At(2, 50)})
	assert.Empty(t, inc.Warnings)
	c, err := KaplanMeier(Data{Time: []float64{1, 2}, Cause: []int32{1, 2}})
	require.NoError(t, err)
	assert.Empty(t, c.Warnings)
}

// TestWhoIsFreeAtTheHorizonCountsByCensoringUpToAndWithIt: one has the cause at 1, one is censored at the horizon 2, which one of
// the two still there outlives: G(2) is a half. So (1-.5)² + 2*.2², over three rows; and 2 controls.
func TestWhoIsFreeAtTheHorizonCountsByCensoringUpToAndWithIt(t *testing.T) {
	d := Data{Time: []float64{1, 2, 3}, Cause: []int32{1, 0, 0}}
	g, err := Censoring(d)
	require.NoError(t, err)
	b, err := Brier(d, g, []float64{0.5, 0.3, 0.2}, 1, 2)
	require.NoError(t, err)
	assert.InDelta(t, (0.25+0.08)/3, b, 1e-15)
	_, w, err := known(d, g, 1, 2)
	require.NoError(t, err)
	assert.Equal(t, []float64{1, 0, 2}, w)
}

// TestRowsWithoutWeightAskForNothing: not for a probability of not being censored that nobody knows, nor for a place in a bin.
func TestRowsWithoutWeightAskForNothing(t *testing.T) {
	g, err := Censoring(Data{Time: []float64{2.5, 2.5}, Cause: []int32{0, 0}})
	require.NoError(t, err)
	d := Data{Time: []float64{1, 2, 3}, Cause: []int32{1, 2, 1}, W: []float64{1, 2, 0}}
	p := []float64{0.5, 0.25, 0.9}
	b, err := Brier(d, g, p, 1, 3)
	require.NoError(t, err)
	assert.InDelta(t, (0.25+2*0.0625)/3, b, 1e-15)
	a, err := AUROC(d, g, p, 1, 3, NotCases)
	require.NoError(t, err)
	assert.Equal(t, 1.0, a)
	_, err = Uno(d, g, p, 1, 4)
	require.NoError(t, err)
	points, err := Calibration(d, p, 1, 3, 1)
	require.NoError(t, err)
	require.Len(t, points, 1)
	assert.Equal(t, 2, points[0].N)
	d.W = []float64{1, 2, 1}
	_, err = Uno(d, g, p, 1, 4)
	assert.ErrorContains(t, err, "row 2 with an event at 3 cannot be weighted")
}

func TestAScoreThatIsNoNumberGivesNone(t *testing.T) {
	d := Data{Time: []float64{1, 2, 3}, Cause: []int32{1, 1, 0}}
	g, err := Censoring(d)
	require.NoError(t, err)
	for at := range 3 {
		x := []float64{3, 2, 1}
		x[at] = math.NaN()
		a, err := AUROC(d, g, x, 1, 2, NotCases)
		require.NoError(t, err)
		h, err := Harrell(d, x, 1)
		require.NoError(t, err)
		u, err := Uno(d, g, x, 1, 3)
		require.NoError(t, err)
		assert.True(t, math.IsNaN(a) && math.IsNaN(h) && math.IsNaN(u), "row %d: %v, %v, %v", at, a, h, u)
	}
}

// TestRoundingPutsNoSumAboveOne where next to nobody stays free: added up, the causes' shares are then above 1 now and then.
func TestRoundingPutsNoSumAboveOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for range 5000 {
		m := Model{Edges: []float64{0, 1, 2, 3}}
		var hazards []Hazard
		for range 5 {
			odds := 3 + 40*rng.Float64()
			hazards = append(hazards, func([]float64) float64 { return odds })
		}
		got := m.Incidence(nil, hazards, []float64{0.5, 1, 2.5, 3})
		for h := range 4 {
			total := 0.0
			for c := range got {
				total += got[c][h]
			}
			require.True(t, total <= 1, "sum %v", total)
			require.InDelta(t, 1, total, 0.3)
		}
	}
}

func TestEachPeriodButTheFirstHasAnIndicator(t *testing.T) {
	assert.Equal(t, [][]float64{{0, 0}, {1, 0}, {0, 1}}, Indicators([]float64{0, 1, 2, 3}).Basis)
}

// TestTheSplinesFirstColumnGoesFromTheFirstKnotToTheLast: middles 1, 3, 5, 7, 9, 11 and knots at 3 and 9.
func TestTheSplinesFirstColumnGoesFromTheFirstKnotToTheLast(t *testing.T) {
	b := Spline([]float64{0, 2, 4, 6, 8, 10, 12}, []float64{3, 9})
	for k, want := range []float64{-1.0 / 3, 0, 1.0 / 3, 2.0 / 3, 1, 4.0 / 3} {
		assert.InDeltaSlice(t, []float64{want}, b.Basis[k], 1e-15)
	}
}

// TestDrawsAreOfCitizensTimesWeights, as many as there are, and the range is the middle of what came out, if half of the draws or
// more gave a number.
func TestDrawsAreOfCitizensTimesWeights(t *testing.T) {
	group, w := []int32{7, 3, 7}, []float64{0.5, 3, 2}
	half := false
	for b := 1; b <= 60; b++ {
		var mu sync.Mutex
		var all, some []float64
		got := Resample(group, w, b, 4, 0.8, func(drawn []float64) []float64 {
			mu.Lock()
			defer mu.Unlock()
			first, second := drawn[0]/w[0], drawn[1]/w[1]
			assert.Equal(t, first, drawn[2]/w[2], "rows of one citizen")
			assert.Equal(t, 2.0, first+second, "two citizens")
			assert.Equal(t, first, math.Trunc(first))
			all = append(all, drawn[1])
			if first == 1 {
				some = append(some, first)
				return []float64{drawn[1], first}
			}
			return []float64{drawn[1], math.NaN()}
		})
		require.Len(t, all, b)
		slices.Sort(all)
		assert.InDelta(t, metric.Quantile(all, 0.1), got[0].Lower, 1e-12, "%d draws", b)
		assert.InDelta(t, metric.Quantile(all, 0.9), got[0].Upper, 1e-12, "%d draws", b)
		assert.Equal(t, 2*len(some) < b, math.IsNaN(got[1].Lower), "%d numbers in %d draws", len(some), b)
		half = half || 2*len(some) == b
	}
	assert.True(t, half, "just half the draws with a number, or this test shows too little")
}

// TestCausesCountFromOne: 0 would measure who is censored first, and nothing would tell.
func TestCausesCountFromOne(t *testing.T) {
	d, x := Data{Time: []float64{1, 2, 3}, Cause: []int32{1, 0, 1}}, []float64{3, 2, 1}
	g, err := Censoring(d)
	require.NoError(t, err)
	p, err := Expand(d, []float64{0, 2, 4}, Share)
	require.NoError(t, err)
	for _, cause := range []int{0, -1} {
		for name, f := range map[string]func(){
			"Harrell":     func() { _, _ = Harrell(d, x, cause) },
			"Uno":         func() { _, _ = Uno(d, g, x, cause, 3) },
			"AUROC":       func() { _, _ = AUROC(d, g, x, cause, 2, NotCases) },
			"Brier":       func() { _, _ = Brier(d, g, x, cause, 2) },
			"Calibration": func() { _, _ = Calibration(d, x, cause, 2, 1) },
			"For":         func() { p.For(cause) },
		} {
			assert.PanicsWithValue(t, fmt.Sprintf("survival: cause %d, want 1 or more", cause), f, name)
		}
	}
	assert.PanicsWithValue(t, "survival: Calibration in 0 bins", func() { _, _ = Calibration(d, x, 1, 2, 0) })
	assert.PanicsWithValue(t, "survival: IntegratedBrier of predictions at 3 times, want at 2", func() { _, _ = IntegratedBrier(d, g, [][]float64{x, x, x}, 1, []float64{1, 2}) })
	d.Cause = []int32{1, -2, 1}
	_, err = Harrell(d, x, 1)
	assert.ErrorContains(t, err, "row 1 has cause -2")
}
