package metric

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFiguresAreThoseOfScikitLearn(t *testing.T) {
	b, err := os.ReadFile("testdata/sklearn.json") // by bench/reference/metric_reference.py
	require.NoError(t, err)
	var ref struct {
		Cases []struct {
			P, X, Y, W                              []float64
			AUROC, Logloss, Brier, Intercept, Slope float64
		}
	}
	require.NoError(t, json.Unmarshal(b, &ref))
	require.Len(t, ref.Cases, 8)
	for k, c := range ref.Cases {
		assert.InDelta(t, c.AUROC, AUROC(c.P, c.Y, c.W), 1e-12, "case %d", k)
		assert.InDelta(t, c.Logloss, Logloss(c.P, c.Y, c.W), 1e-12, "case %d", k)
		assert.InDelta(t, c.Brier, Brier(c.P, c.Y, c.W), 1e-12, "case %d", k)
		a, s, ok := Line(c.X, c.Y, c.W)
		assert.True(t, ok)
		assert.InDelta(t, c.Intercept, a, 1e-6, "case %d", k)
		assert.InDelta(t, c.Slope, s, 1e-6, "case %d", k)
	}
}

// drawRows draws a few rows with three levels of score, so that there are ties everywhere, and whole weights.
func drawRows(rt *rapid.T, most int) (p, y, w []float64) {
	n := rapid.IntRange(2, most).Draw(rt, "rows")
	for range n {
		p = append(p, rapid.SampledFrom([]float64{0.2, 0.5, 0.7}).Draw(rt, "p"))
		y = append(y, float64(rapid.IntRange(0, 1).Draw(rt, "y")))
		w = append(w, float64(rapid.IntRange(1, 3).Draw(rt, "w")))
	}
	y[0], y[1] = 0, 1
	return
}

func TestAUROCIsTheShareOfPairsInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, y, w := drawRows(rt, 12)
		var won, pairs float64
		for i := range p {
			for k := range p {
				if y[i] == 1 && y[k] == 0 {
					v := w[i] * w[k]
					pairs += v
					switch {
					case p[i] > p[k]:
						won += v
					case p[i] == p[k]:
						won += v / 2
					}
				}
			}
		}
		assert.InDelta(rt, won/pairs, AUROC(p, y, w), 1e-12)
	})
}

func TestOneClassHasNoAUROC(t *testing.T) {
	assert.True(t, math.IsNaN(AUROC([]float64{1, 2}, []float64{1, 1}, nil)))
	b, err := json.Marshal(map[string]Value{"auroc": Value(AUROC([]float64{1, 2}, []float64{0, 0}, nil))})
	require.NoError(t, err)
	assert.JSONEq(t, `{"auroc":null}`, string(b))
	var back map[string]Value
	require.NoError(t, json.Unmarshal(b, &back))
	assert.False(t, back["auroc"].Defined())
}

func TestWeightIsTheSameAsRepeatingTheRow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, y, w := drawRows(rt, 10)
		var rp, ry, rx []float64
		for i := range p {
			for range int(w[i]) {
				rp, ry, rx = append(rp, p[i]), append(ry, y[i]), append(rx, Logit(p[i]))
			}
		}
		x := make([]float64, len(p))
		for i := range p {
			x[i] = Logit(p[i])
		}
		assert.InDelta(rt, AUROC(rp, ry, nil), AUROC(p, y, w), 1e-12)
		assert.InDelta(rt, Logloss(rp, ry, nil), Logloss(p, y, w), 1e-12)
		assert.InDelta(rt, Brier(rp, ry, nil), Brier(p, y, w), 1e-12)
		assert.InDelta(rt, ECE(rp, ry, nil), ECE(p, y, w), 1e-12)
		assert.InDelta(rt, NetBenefit(rp, ry, nil, 0.5), NetBenefit(p, y, w, 0.5), 1e-12)
		assert.InDelta(rt, InTheLarge(rx, ry, nil), InTheLarge(x, y, w), 1e-9)
		a, b := AtCapacity(rp, ry, nil, 0.4), AtCapacity(p, y, w, 0.4)
		assert.InDelta(rt, float64(a.PrecisionLow), float64(b.PrecisionLow), 1e-12)
		assert.InDelta(rt, float64(a.PrecisionHigh), float64(b.PrecisionHigh), 1e-12)
	})
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, y, w := drawRows(rt, 12)
		rows := make([]int, len(p))
		for i := range rows {
			rows[i] = i
		}
		var rp, ry, rw []float64
		for _, i := range rapid.Permutation(rows).Draw(rt, "order") {
			rp, ry, rw = append(rp, p[i]), append(ry, y[i]), append(rw, w[i])
		}
		assert.InDelta(rt, AUROC(p, y, w), AUROC(rp, ry, rw), 1e-12)
		assert.InDelta(rt, ECE(p, y, w), ECE(rp, ry, rw), 1e-12)
		assert.InDelta(rt, float64(AtCapacity(p, y, w, 0.3).Precision), float64(AtCapacity(rp, ry, rw, 0.3).Precision), 1e-12)
	})
}

// everySelection tries every set of k rows that a team could pick by falling score.
func everySelection(p, y []float64, k int) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for set := range 1 << len(p) {
		n, hits, fair := 0, 0.0, true
		least, most := math.Inf(1), math.Inf(-1)
		for i := range p {
			if set>>i&1 == 1 {
				n++
				hits += y[i]
				least = min(least, p[i])
			} else {
				most = max(most, p[i])
			}
		}
		fair = n == k && least >= most
		if fair {
			lo, hi = min(lo, hits/float64(k)), max(hi, hits/float64(k))
		}
	}
	return
}

func TestCapacityIsTheRangeOverEveryWayOfPickingAmongTies(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, y, _ := drawRows(rt, 10)
		k := rapid.IntRange(1, len(p)).Draw(rt, "k")
		c := AtCapacity(p, y, nil, float64(k)/float64(len(p)))
		lo, hi := everySelection(p, y, k)
		assert.InDelta(rt, lo, float64(c.PrecisionLow), 1e-9)
		assert.InDelta(rt, hi, float64(c.PrecisionHigh), 1e-9)
		assert.LessOrEqual(rt, float64(c.PrecisionLow), float64(c.Precision)+1e-12)
		assert.LessOrEqual(rt, float64(c.Precision), float64(c.PrecisionHigh)+1e-12)
	})
}

func TestCapacityByHand(t *testing.T) {
	// Ten citizens, three hits (base rate 0.3); the team takes four: one at 0.9 that hits, then three of the
	// four tied at 0.5, of whom one hits. Expected hits 1 + 3/4.
	p := []float64{0.9, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1}
	y := []float64{1, 1, 0, 0, 0, 1, 0, 0, 0, 0}
	c := AtCapacity(p, y, nil, 0.4)
	assert.InDelta(t, 1.0/4, float64(c.PrecisionLow), 1e-12)
	assert.InDelta(t, 2.0/4, float64(c.PrecisionHigh), 1e-12)
	assert.InDelta(t, 1.75/4, float64(c.Precision), 1e-12)
	assert.InDelta(t, 1.75/4/0.3, float64(c.Lift), 1e-12)
}

func TestNetBenefitByHand(t *testing.T) {
	// At 0.2 a false alarm costs a quarter of a hit: of five, two hits and one false alarm act.
	assert.InDelta(t, (2-0.25)/5, NetBenefit([]float64{0.9, 0.3, 0.2, 0.1, 0.1}, []float64{1, 1, 0, 0, 1}, nil, 0.2), 1e-12)
}

func TestECEByHand(t *testing.T) {
	// Ten rows, ten bins of one: the mean of |p - y|.
	p := []float64{0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95}
	y := []float64{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}
	assert.InDelta(t, 0.25, ECE(p, y, nil), 1e-12)
	// All tied: one bin, so only the mean counts.
	assert.InDelta(t, 0.1, ECE([]float64{0.4, 0.4, 0.4, 0.4}, []float64{1, 0, 1, 0}, nil), 1e-12)
}

func TestTiedRowsGoWhereTheirMiddleIs(t *testing.T) {
	// Two bins of four rows. The three at 0.5 begin in the lower half, but their middle, at 1 + 1.5 of 4, is
	// in the upper.
	c := Curve([]float64{0.2, 0.5, 0.5, 0.5}, []float64{0, 1, 0, 1}, nil, nil, 2)
	require.Len(t, c, 2)
	assert.Equal(t, 1, c[0].N)
	assert.Equal(t, 3, c[1].N)
}

// Every row twice is the same curve with the same band if the pairs are one citizen's, and a narrower band if nobody says so.
func TestTwoRowsOfACitizenDoNotNarrowTheBand(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, y, w := drawRows(rt, 30)
		n := len(p)
		group := make([]int32, 2*n)
		for i := range group {
			group[i] = int32(i % n)
		}
		once := Curve(p, y, w, nil, 4)
		together := Curve(append(p, p...), append(y, y...), append(w, w...), group, 4)
		apart := Curve(append(p, p...), append(y, y...), append(w, w...), nil, 4)
		require.Len(rt, together, len(once))
		for b := range once {
			assert.InDelta(rt, once[b].Lower, together[b].Lower, 1e-9)
			assert.InDelta(rt, once[b].Upper, together[b].Upper, 1e-9)
			assert.Less(rt, apart[b].Upper-apart[b].Lower, once[b].Upper-once[b].Lower)
		}
	})
}

func TestCurveHoldsEveryRowOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, y, w := drawRows(rt, 30)
		n, pos, want := 0, 0.0, 0.0
		last := -1.0
		for _, pt := range Curve(p, y, w, nil, 5) {
			n += pt.N
			pos += pt.Weight * pt.Observed
			assert.Greater(rt, pt.Mean, last, "bins by rising probability")
			assert.LessOrEqual(rt, pt.Lower, pt.Observed+1e-12)
			assert.GreaterOrEqual(rt, pt.Upper, pt.Observed-1e-12)
			last = pt.Mean
		}
		for i := range y {
			want += w[i] * y[i]
		}
		assert.Equal(rt, len(p), n)
		assert.InDelta(rt, want, pos, 1e-9)
	})
}

func TestWilsonByHand(t *testing.T) {
	// 8 of 10 at z = 1.96, worked from the formula: (0.8+0.19208 -+ 1.96*sqrt(0.016+0.009604))/1.38416.
	lo, hi := Wilson(0.8, 10, 1.96)
	assert.InDelta(t, 0.4902, lo, 5e-4)
	assert.InDelta(t, 0.9433, hi, 5e-4)
	lo, hi = Wilson(0, 10, 1.96)
	assert.Zero(t, lo)
	assert.Greater(t, hi, 0.2)
}

func TestLineRecoversWhatBentTheProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	n := 200000
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64() * 1.5
		if rng.Float64() < Sigmoid(0.3+0.6*x[i]) {
			y[i] = 1
		}
	}
	a, b, ok := Line(x, y, nil)
	require.True(t, ok)
	assert.InDelta(t, 0.3, a, 0.03)
	assert.InDelta(t, 0.6, b, 0.03)
	// The likelihood's slope is zero at the answer: residuals do not depend on x.
	var r0, r1 float64
	for i := range x {
		r := y[i] - Sigmoid(a+b*x[i])
		r0 += r / float64(n)
		r1 += r * x[i] / float64(n)
	}
	assert.InDelta(t, 0, r0, 1e-9)
	assert.InDelta(t, 0, r1, 1e-9)
}

func TestLineSaysWhenThereIsNone(t *testing.T) {
	for name, c := range map[string]struct{ x, y []float64 }{
		"constant x":     {[]float64{1, 1, 1}, []float64{0, 1, 1}},
		"one class":      {[]float64{1, 2, 3}, []float64{1, 1, 1}},
		"parted classes": {[]float64{1, 2, 3, 4}, []float64{0, 0, 1, 1}},
		"no rows":        {nil, nil},
	} {
		_, _, ok := Line(c.x, c.y, nil)
		assert.False(t, ok, name)
	}
}

func TestInTheLargeMakesTheMeanRight(t *testing.T) {
	x, y := []float64{-1, 0, 2, 0.5}, []float64{1, 0, 1, 1}
	a := InTheLarge(x, y, nil)
	var sum float64
	for _, v := range x {
		sum += Sigmoid(a + v)
	}
	assert.InDelta(t, 3, sum, 1e-9)
}

func TestBootstrapCoversTheTruthAndKeepsCitizensTogether(t *testing.T) {
	// 300 citizens with four identical rows each know no more than 300 rows do: drawing rows would give an
	// interval half as wide.
	rng := rand.New(rand.NewPCG(2, 2))
	var p, y []float64
	var group, alone []int32
	for g := range 300 {
		q := rng.Float64()
		hit := 0.0
		if rng.Float64() < q {
			hit = 1
		}
		for range 4 {
			p, y, group, alone = append(p, q), append(y, hit), append(group, int32(g)), append(alone, int32(len(alone)))
		}
	}
	by := Bootstrap(p, y, nil, group, 0.3, 300, 1, 0.95)
	rows := Bootstrap(p, y, nil, alone, 0.3, 300, 1, 0.95)
	wide := func(i Interval) float64 { return float64(i.Upper - i.Lower) }
	assert.InDelta(t, 2, wide(by.AUROC)/wide(rows.AUROC), 0.5)
	assert.InDelta(t, 2, wide(by.Slope)/wide(rows.Slope), 0.5)
	for name, i := range map[string]struct {
		Interval
		figure float64
	}{
		"auroc": {by.AUROC, AUROC(p, y, nil)}, "logloss": {by.Logloss, Logloss(p, y, nil)}, "brier": {by.Brier, Brier(p, y, nil)},
		"precision": {by.Precision, float64(AtCapacity(p, y, nil, 0.3).Precision)}, "slope": {by.Slope, 1}, "intercept": {by.Intercept, 0},
	} {
		assert.LessOrEqual(t, float64(i.Lower), i.figure, name)
		assert.GreaterOrEqual(t, float64(i.Upper), i.figure, name)
	}
}

func TestBootstrapGivesTheSameForAnyNumberOfThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	p, y, group := []float64{0.1, 0.4, 0.35, 0.8, 0.7, 0.2}, []float64{0, 0, 1, 1, 0, 1}, []int32{5, 5, 1, 2, 3, 9}
	var want Intervals
	for _, threads := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(threads)
		got := Bootstrap(p, y, nil, group, 0.5, 50, 7, 0.9)
		if threads == 1 {
			want = got
		}
		assert.Equal(t, want, got)
	}
	assert.NotEqual(t, want, Bootstrap(p, y, nil, group, 0.5, 50, 8, 0.9), "the seed decides")
}

func TestUnequalLengthsPanic(t *testing.T) {
	assert.PanicsWithValue(t, "metric: AUROC of slices of 2 and 1 rows", func() { AUROC([]float64{1, 2}, []float64{1}, nil) })
	assert.Panics(t, func() { AtCapacity([]float64{1}, []float64{1}, nil, 0) })
	assert.Panics(t, func() { NetBenefit([]float64{1}, []float64{1}, nil, 1) })
}

func BenchmarkBootstrap20k(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	n := 20000
	p, y, g := make([]float64, n), make([]float64, n), make([]int32, n)
	for i := range p {
		p[i], g[i] = rng.Float64(), int32(i/2)
		if rng.Float64() < p[i] {
			y[i] = 1
		}
	}
	for b.Loop() {
		Bootstrap(p, y, nil, g, 0.3, 400, 1, 0.95)
	}
}

func TestLoglossOfLogOddsIsThatOfTheProbability(t *testing.T) {
	for _, x := range []float64{-20, -3, 0, 0.7, 12} {
		p := 1 / (1 + math.Exp(-x))
		assert.InDelta(t, Logloss([]float64{p}, []float64{1}, nil), LoglossOf(x, 1), 1e-9)
		assert.InDelta(t, Logloss([]float64{p}, []float64{0}, nil), LoglossOf(x, 0), 1e-7)
	}
	assert.Equal(t, 800.0, LoglossOf(-800, 1), "no overflow, and nothing is cut")
	assert.Equal(t, 800.0, LoglossOf(800, 0))
	assert.Zero(t, LoglossOf(800, 1))
}

func TestQuantileByHand(t *testing.T) {
	for _, c := range []struct {
		sorted  []float64
		q, want float64
	}{
		{[]float64{7}, 0, 7}, {[]float64{7}, 0.3, 7}, {[]float64{7}, 1, 7},
		{[]float64{1, 3}, 0, 1}, {[]float64{1, 3}, 0.25, 1.5}, {[]float64{1, 3}, 1, 3},
		{[]float64{1, 3, 11}, 0.5, 3}, {[]float64{1, 3, 11}, 0.75, 7}, {[]float64{1, 3, 11}, 1, 11},
	} {
		assert.Equal(t, c.want, Quantile(c.sorted, c.q), "%v at %v", c.sorted, c.q)
	}
}
