package calibrate

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/model/metric"
)

func TestPooledLevelsAreThoseOfScikitLearn(t *testing.T) {
	b, err := os.ReadFile("testdata/sklearn.json") // by bench/reference/metric_reference.py
	require.NoError(t, err)
	var ref struct {
		Cases []struct{ X, Y, W, Isotonic []float64 }
	}
	require.NoError(t, json.Unmarshal(b, &ref))
	require.Len(t, ref.Cases, 8)
	for k, c := range ref.Cases {
		levels := pool(c.X, c.Y, c.W)
		// scikit-learn gives the fitted value at each row. Summed over rows with their weights, by value,
		// these are our levels.
		weight, sum := map[int64]float64{}, map[int64]float64{}
		for i, v := range c.Isotonic {
			id := int64(math.Round(v * 1e9))
			weight[id] += c.W[i]
			sum[id] += c.W[i] * c.X[i]
		}
		require.Len(t, levels, len(weight), "case %d", k)
		for _, l := range levels {
			id := int64(math.Round(l.y * 1e9))
			assert.InDelta(t, weight[id], l.weight, 1e-9, "case %d, level %v", k, l.y)
			assert.InDelta(t, sum[id]/weight[id], l.x, 1e-9, "case %d, level %v", k, l.y)
		}
	}
}

// bestMonotone tries every way of cutting the distinct x into runs and keeps the best that does not fall.
func bestMonotone(x, y, w []float64) float64 {
	levels := map[float64]bool{}
	for _, v := range x {
		levels[v] = true
	}
	var xs []float64
	for v := range levels {
		xs = append(xs, v)
	}
	for i := range xs {
		for k := i + 1; k < len(xs); k++ {
			if xs[k] < xs[i] {
				xs[i], xs[k] = xs[k], xs[i]
			}
		}
	}
	best := math.Inf(1)
	for cuts := range 1 << (len(xs) - 1) {
		run := map[float64]int{}
		n := 0
		for i, v := range xs {
			if i > 0 && cuts>>(i-1)&1 == 1 {
				n++
			}
			run[v] = n
		}
		sum, weight := make([]float64, n+1), make([]float64, n+1)
		for i := range x {
			sum[run[x[i]]] += w[i] * y[i]
			weight[run[x[i]]] += w[i]
		}
		loss, falls := 0.0, false
		for i := range x {
			m := sum[run[x[i]]] / weight[run[x[i]]]
			loss += w[i] * (y[i] - m) * (y[i] - m)
		}
		for i := 1; i <= n; i++ {
			falls = falls || sum[i]/weight[i] < sum[i-1]/weight[i-1]
		}
		if !falls {
			best = min(best, loss)
		}
	}
	return best
}

func TestPoolingIsTheBestOfAllNonFallingFits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(rt, "rows")
		var x, y, w []float64
		for range n {
			x = append(x, float64(rapid.IntRange(0, 4).Draw(rt, "x")))
			y = append(y, float64(rapid.IntRange(0, 1).Draw(rt, "y")))
			w = append(w, float64(rapid.IntRange(1, 3).Draw(rt, "w")))
		}
		levels := pool(x, y, w)
		loss := 0.0
		for i := range x {
			loss += w[i] * math.Pow(y[i]-levelOf(levels, x, y, w, x[i]), 2)
		}
		assert.InDelta(rt, bestMonotone(x, y, w), loss, 1e-9)
		for i := 1; i < len(levels); i++ {
			assert.Greater(rt, levels[i].y, levels[i-1].y)
			assert.Greater(rt, levels[i].x, levels[i-1].x)
		}
	})
}

// levelOf finds the level that holds v by adding up weights from below.
func levelOf(levels []level, x, y, w []float64, v float64) float64 {
	below := 0.0
	for i := range x {
		if x[i] < v {
			below += w[i]
		}
	}
	for _, l := range levels {
		if below < l.weight-1e-9 {
			return l.y
		}
		below -= l.weight
	}
	panic("no level")
}

// bent returns n predictions whose log odds are bent by f before the outcome is drawn.
func bent(n int, seed uint64, f func(float64) float64) (x, y []float64, group []int32) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		v := rng.NormFloat64() * 1.5
		hit := 0.0
		if rng.Float64() < metric.Sigmoid(f(v)) {
			hit = 1
		}
		x, y, group = append(x, v), append(y, hit), append(group, int32(i/2))
	}
	return
}

func TestPlattTakesTheBendOut(t *testing.T) {
	x, y, _ := bent(20000, 1, func(v float64) float64 { return -0.4 + 0.5*v })
	c := Platt(x, y, nil)
	assert.InDelta(t, -0.4, c.Intercept, 0.05)
	assert.InDelta(t, 0.5, c.Slope, 0.05)
}

func TestPlattNeverTurnsTheOrderAround(t *testing.T) {
	var x, falling, parted []float64
	for i := range 40 {
		x, falling, parted = append(x, float64(i%4)), append(falling, float64(1-i%4/2)), append(parted, float64(i%4/2))
	}
	c := Platt(x, falling, nil)
	assert.Zero(t, c.Slope)
	assert.InDelta(t, 0, c.Intercept, 1e-12, "everybody has the base rate, one half")
	c = Platt(x, parted, nil)
	assert.Greater(t, c.Slope, 1.0)
	assert.NoError(t, c.Check(), "parted classes still give a finite slope")
}

func TestFewPredictionsBelieveTheLearner(t *testing.T) {
	c := Platt([]float64{2, 2, 2, 2}, []float64{0, 0, 0, 1}, nil)
	assert.InDelta(t, 1, c.Slope, 1e-9, "one x says nothing about the slope")
	// The labels drawn in are 2/3 for the one event and 1/5 for the three others.
	assert.InDelta(t, (2.0/3+3.0/5)/4, metric.Sigmoid(c.At(2)), 1e-9)
	x, y, _ := bent(60, 1, func(v float64) float64 { return v })
	_, drawn, _ := metric.LineToward(x, y, nil, trust)
	_, free, _ := metric.Line(x, y, nil)
	assert.Less(t, math.Abs(drawn-1), math.Abs(free-1))
	x, y, _ = bent(50000, 1, func(v float64) float64 { return 0.5 * v })
	assert.InDelta(t, 0.5, Platt(x, y, nil).Slope, 0.02, "with many it hardly tells")
}

func TestIsotonicNeverFallsAndNobodyIsCertain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(rt, "rows")
		var x, y []float64
		for range n {
			x = append(x, math.Round(rapid.Float64Range(-3, 3).Draw(rt, "x")*4)/4)
			y = append(y, float64(rapid.IntRange(0, 1).Draw(rt, "y")))
		}
		c := Isotonic(x, y, nil)
		require.NoError(rt, c.Check())
		last := math.Inf(-1)
		for v := -4.0; v <= 4; v += 0.1 {
			got := c.At(v)
			assert.GreaterOrEqual(rt, got, last-1e-12)
			last = got
			p := metric.Sigmoid(got)
			assert.True(rt, p > 0 && p < 1)
		}
	})
}

func TestAfterIsTheOneLineAndThenTheOther(t *testing.T) {
	x, y, _ := bent(500, 3, func(v float64) float64 { return v })
	for _, c := range []*Calibrator{Platt(x, y, nil), Isotonic(x, y, nil)} {
		after := c.After(-0.3, 1.7)
		require.NoError(t, after.Check())
		for v := -4.0; v < 4; v += 0.3 {
			assert.InDelta(t, c.At(-0.3+1.7*v), after.At(v), 1e-9, "%s at %v", c.Kind, v)
		}
	}
}

func TestRuleForChoosing(t *testing.T) {
	step := func(v float64) float64 {
		if v > 0 {
			return 2
		}
		return -2
	}
	x, y, g := bent(1500, 1, step)
	assert.Equal(t, KindPlatt, Fit(x, y, nil, g, 1).Kind, "fewer than 1000 of either class")
	x, y, g = bent(8000, 1, step)
	assert.Equal(t, KindIsotonic, Fit(x, y, nil, g, 1).Kind, "a step is no line")
	x, y, g = bent(8000, 1, func(v float64) float64 { return v })
	assert.Equal(t, KindPlatt, Fit(x, y, nil, g, 1).Kind, "a line needs no more")
}

func TestDamagedCalibratorsAreRefused(t *testing.T) {
	for name, c := range map[string]Calibrator{
		"no kind":        {},
		"falling slope":  {Kind: KindPlatt, Slope: -1},
		"not a number":   {Kind: KindPlatt, Intercept: math.NaN()},
		"no knots":       {Kind: KindIsotonic},
		"unequal":        {Kind: KindIsotonic, X: []float64{1, 2}, Y: []float64{1}},
		"x not rising":   {Kind: KindIsotonic, X: []float64{1, 1}, Y: []float64{1, 2}},
		"y falling":      {Kind: KindIsotonic, X: []float64{1, 2}, Y: []float64{2, 1}},
		"infinite knots": {Kind: KindIsotonic, X: []float64{1}, Y: []float64{math.Inf(1)}},
	} {
		assert.Error(t, c.Check(), name)
	}
}
