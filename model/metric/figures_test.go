package metric

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// figures.json is written by testdata/figures.py.
type figuresCase struct {
	P, Second, Y, W []float64
	Group           []int32
	AUROC           float64   `json:"auroc"`
	AUROCSE         float64   `json:"auroc_se"`
	AUROCSecond     float64   `json:"auroc_second"`
	DifferenceSE    float64   `json:"auroc_difference_se"`
	AUROCP          float64   `json:"auroc_p"`
	AP              float64   `json:"average_precision"`
	Parts           []float64 `json:"parts"`
	ECE             float64   `json:"ece"`
	ECEDebiased     float64   `json:"ece_debiased"`
	Logloss, Brier  []float64
	Line            []float64
	Thresholds      []float64 `json:"thresholds"`
	NetBenefit      []float64 `json:"net_benefit"`
	NetBenefitAll   []float64 `json:"net_benefit_all"`
	SmoothECE       float64   `json:"smooth_ece"`
	SmoothAsItIs    float64   `json:"smooth_ece_as_it_is"`
}

func figuresCases(t *testing.T) []figuresCase {
	b, err := os.ReadFile("testdata/figures.json")
	require.NoError(t, err)
	var ref struct{ Cases []figuresCase }
	require.NoError(t, json.Unmarshal(b, &ref))
	require.Len(t, ref.Cases, 6)
	return ref.Cases
}

func (c *figuresCase) logit() []float64 {
	x := make([]float64, len(c.P))
	for i := range x {
		x[i] = Logit(c.P[i])
	}
	return x
}

func TestAUROCIntervalIsThatOfThePapers(t *testing.T) {
	for k, c := range figuresCases(t) {
		e := AUROCInterval(c.P, c.Y, c.W, c.Group, 0.95)
		assert.InDelta(t, c.AUROC, float64(e.Value), 1e-12, "case %d", k)
		assert.InDelta(t, c.AUROCSE, float64(e.SE), 1e-12, "case %d", k)
		assert.InDelta(t, c.AUROC-1.959963984540054*c.AUROCSE, float64(e.Lower), 1e-9, "case %d", k)
		assert.InDelta(t, min(1, c.AUROC+1.959963984540054*c.AUROCSE), float64(e.Upper), 1e-9, "case %d", k)
		d := CompareAUROC(c.P, c.Second, c.Y, c.W, c.Group, 0.95)
		assert.InDelta(t, c.AUROCSecond, float64(d.B), 1e-12, "case %d", k)
		assert.InDelta(t, c.AUROC-c.AUROCSecond, float64(d.Difference.Value), 1e-12, "case %d", k)
		assert.InDelta(t, c.DifferenceSE, float64(d.Difference.SE), 1e-12, "case %d", k)
		assert.InDelta(t, c.AUROCP, float64(d.P), 1e-10, "case %d", k)
	}
}

// everyPair is the slow twin of AUROCInterval's variance: Obuchowski's sums over all pairs, written as they are in the
// paper but for the weights.
func everyPair(p, y, w []float64, group []int32) (auroc, variance float64) {
	n := len(p)
	placement := func(i int) float64 { // of row i among the other class
		var won, all float64
		for k := range n {
			if y[k] == y[i] {
				continue
			}
			all += w[k]
			switch d := (p[i] - p[k]) * (y[i] - y[k]); {
			case d > 0:
				won += w[k]
			case d == 0:
				won += w[k] / 2
			}
		}
		return won / all
	}
	var total [2]float64
	for i := range n {
		total[int(y[i])] += w[i]
	}
	for i := range n {
		if y[i] == 1 {
			auroc += w[i] * placement(i) / total[1]
		}
	}
	sums, has := map[int32]*[2]float64{}, map[int32]*[2]bool{}
	var citizens [2]float64
	for i := range n {
		if sums[group[i]] == nil {
			sums[group[i]], has[group[i]] = &[2]float64{}, &[2]bool{}
		}
		c := int(y[i])
		sums[group[i]][c] += w[i] * (placement(i) - auroc)
		if !has[group[i]][c] {
			has[group[i]][c] = true
			citizens[c]++
		}
	}
	var square [2]float64
	var cross float64
	for _, s := range sums {
		square[0] += s[0] * s[0]
		square[1] += s[1] * s[1]
		cross += s[0] * s[1]
	}
	all := float64(len(sums))
	for c := range 2 {
		variance += citizens[c] / (citizens[c] - 1) * square[c] / (total[c] * total[c])
	}
	return auroc, variance + 2*all/(all-1)*cross/(total[0]*total[1])
}

func TestAUROCIntervalCountsEveryPair(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, y, w := drawRows(rt, 16)
		var g []int32
		for i := range p {
			g = append(g, int32(rapid.IntRange(0, 6).Draw(rt, "citizen")))
			if i < 4 { // two citizens of either class at least
				g[i], y[i%len(y)] = int32(10+i), float64(i%2)
			}
		}
		if len(p) < 4 {
			return
		}
		a, variance := everyPair(p, y, w, g)
		e := AUROCInterval(p, y, w, g, 0.95)
		assert.InDelta(rt, a, float64(e.Value), 1e-12)
		if a > 1e-9 && a < 1-1e-9 && variance > 1e-12 {
			assert.InDelta(rt, variance, float64(e.SE*e.SE), 1e-12)
		}
	})
}

func TestOtherFiguresAreThoseOfOtherPrograms(t *testing.T) {
	smooth, curves := 0, 0
	for k, c := range figuresCases(t) {
		assert.InDelta(t, c.AP, AveragePrecision(c.P, c.Y, c.W), 1e-12, "case %d", k)
		assert.InDelta(t, c.ECE, ECE(c.P, c.Y, c.W), 1e-12, "case %d", k)
		assert.InDelta(t, c.ECEDebiased, ECEDebiased(c.P, c.Y, c.W), 1e-12, "case %d", k)
		d := DecomposeBrier(c.P, c.Y, c.W, 10)
		for j, v := range []Value{d.Reliability, d.Resolution, d.Uncertainty, d.WithinVariance, d.WithinCovariance} {
			assert.InDelta(t, c.Parts[j], float64(v), 1e-12, "case %d, part %d", k, j)
		}
		for name, e := range map[string]struct {
			want []float64
			got  Estimate
		}{
			"logloss": {c.Logloss, LoglossInterval(c.P, c.Y, c.W, c.Group, 0.95)},
			"brier":   {c.Brier, BrierInterval(c.P, c.Y, c.W, c.Group, 0.95)},
		} {
			assert.InDelta(t, e.want[0], float64(e.got.Value), 1e-12, "case %d, %s", k, name)
			assert.InDelta(t, e.want[1], float64(e.got.SE), 1e-12, "case %d, %s", k, name)
		}
		a, b, ok := LineInterval(c.logit(), c.Y, c.W, c.Group, 0.95)
		require.True(t, ok)
		for j, v := range []Value{a.Value, b.Value, a.SE, b.SE} {
			assert.InDelta(t, c.Line[j], float64(v), 1e-8, "case %d, line %d", k, j)
		}
		if c.SmoothECE > 0 {
			smooth++
			assert.InDelta(t, c.SmoothECE, SmoothECE(c.P, c.Y, c.W), 1e-10, "case %d", k)
			assert.InDelta(t, c.SmoothAsItIs, SmoothECE(c.P, c.Y, c.W), 1e-6, "case %d: what relplot adds to the density", k)
		}
		for j, d := range DecisionCurve(c.P, c.Y, c.W, c.Group, c.Thresholds, 0.95) {
			curves++
			assert.InDelta(t, c.NetBenefit[j], float64(d.Model.Value), 1e-12, "case %d at %v", k, d.Threshold)
			assert.InDelta(t, c.NetBenefitAll[j], float64(d.All.Value), 1e-12, "case %d at %v", k, d.Threshold)
			assert.InDelta(t, c.NetBenefit[j], NetBenefit(c.P, c.Y, c.W, d.Threshold), 1e-12)
			assert.InDelta(t, c.NetBenefit[j]-c.NetBenefitAll[j], float64(d.OverAll.Value), 1e-12)
			assert.InDelta(t, c.NetBenefitAll[j]+float64(d.OverAll.Value), float64(d.Model.Value), 1e-12)
		}
	}
	assert.Equal(t, 3, smooth)
	assert.Equal(t, 8, curves)
}

func TestPartsOfBrierAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, y, w := drawRows(rt, 30)
		for i := range p {
			p[i] = min(1, p[i]+float64(rapid.IntRange(0, 2).Draw(rt, "near"))/10)
		}
		d := DecomposeBrier(p, y, w, rapid.IntRange(1, 6).Draw(rt, "bins"))
		assert.InDelta(rt, Brier(p, y, w), float64(d.Reliability-d.Resolution+d.Uncertainty+d.WithinVariance-d.WithinCovariance), 1e-12)
		assert.GreaterOrEqual(rt, float64(d.Reliability), 0.0)
		assert.LessOrEqual(rt, float64(d.Resolution), float64(d.Uncertainty)+1e-12, "no forecast resolves more than there is")
	})
}

func TestAveragePrecisionByHand(t *testing.T) {
	// Down the scores: hit (precision 1), then two tied of whom one hits (2 of 3), then a miss. Half of the
	// recall at 1 and half at 2/3.
	assert.InDelta(t, (1+2.0/3)/2, AveragePrecision([]float64{0.9, 0.5, 0.5, 0.1}, []float64{1, 0, 1, 0}, nil), 1e-15)
	assert.InDelta(t, 0.25, AveragePrecision([]float64{1, 1, 1, 1}, []float64{0, 0, 1, 0}, nil), 1e-15, "knows nothing: the base rate")
}

func TestDecisionCurveByHand(t *testing.T) {
	// At 0.2 a false alarm costs a quarter of a hit. The model acts on three of five: two hits, one false alarm.
	// Acting on all: three hits, two false alarms.
	d := DecisionCurve([]float64{0.9, 0.3, 0.2, 0.1, 0.1}, []float64{1, 1, 0, 0, 1}, nil, nil, []float64{0.2}, 0.95)[0]
	assert.InDelta(t, (2-0.25)/5, float64(d.Model.Value), 1e-12)
	assert.InDelta(t, (3-0.5)/5, float64(d.All.Value), 1e-12)
	assert.InDelta(t, 3.0/5, float64(d.Acted), 1e-12)
	assert.False(t, d.Useful)
	// What rows add: 1, 1, -1/4, 0, 0 with mean 0.35; the variance of the mean is the sample's over 5.
	ss := 2*0.65*0.65 + 0.6*0.6 + 2*0.35*0.35
	assert.InDelta(t, math.Sqrt(ss/4/5), float64(d.Model.SE), 1e-12)
}

func TestRowsOfACitizenAreNotMoreCitizens(t *testing.T) {
	// Each citizen's row four times over is the same evidence, and with citizens kept together it gives the same
	// standard errors.
	rng := rand.New(rand.NewPCG(3, 3))
	var p, x, y, p4, x4, y4 []float64
	var g4 []int32
	for g := range 60 {
		q, hit := math.Round(rng.Float64()*8+1)/10, 0.0
		if rng.Float64() < q {
			hit = 1
		}
		p, x, y = append(p, q), append(x, Logit(q)), append(y, hit)
		for range 4 {
			p4, x4, y4, g4 = append(p4, q), append(x4, Logit(q)), append(y4, hit), append(g4, int32(g))
		}
	}
	same := func(name string, want, got Estimate) {
		assert.InDelta(t, float64(want.Value), float64(got.Value), 1e-9, name)
		assert.InDelta(t, float64(want.SE), float64(got.SE), 1e-9, name)
	}
	same("auroc", AUROCInterval(p, y, nil, nil, 0.95), AUROCInterval(p4, y4, nil, g4, 0.95))
	same("brier", BrierInterval(p, y, nil, nil, 0.95), BrierInterval(p4, y4, nil, g4, 0.95))
	a, b, _ := LineInterval(x, y, nil, nil, 0.95)
	a4, b4, _ := LineInterval(x4, y4, nil, g4, 0.95)
	same("intercept", a, a4)
	same("slope", b, b4)
	want := DecisionCurve(p, y, nil, nil, []float64{0.3}, 0.95)[0]
	got := DecisionCurve(p4, y4, nil, g4, []float64{0.3}, 0.95)[0]
	same("net benefit", want.Model, got.Model)
	same("over all", want.OverAll, got.OverAll)
}

func TestRowsWithoutWeightAreNotThere(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, y, w := drawRows(rt, 12)
		var g []int32
		for range p {
			g = append(g, int32(rapid.IntRange(0, 5).Draw(rt, "citizen")))
		}
		more := func(v []float64, add ...float64) []float64 { return append(append([]float64{}, v...), add...) }
		mp, my, mw, mg := more(p, 0.1, 0.6, 0.9), more(y, 1, 0, 0), more(w, 0, 0, 0), append(append([]int32{}, g...), 0, 77, 78)
		same := func(a, b float64) {
			if math.IsNaN(a) {
				assert.True(rt, math.IsNaN(b))
				return
			}
			assert.InDelta(rt, a, b, 1e-12)
		}
		sameEstimate := func(a, b Estimate) {
			same(float64(a.Value), float64(b.Value))
			same(float64(a.SE), float64(b.SE))
		}
		sameEstimate(AUROCInterval(p, y, w, g, 0.9), AUROCInterval(mp, my, mw, mg, 0.9))
		sameEstimate(LoglossInterval(p, y, w, g, 0.9), LoglossInterval(mp, my, mw, mg, 0.9))
		sameEstimate(DecisionCurve(p, y, w, g, []float64{0.4}, 0.9)[0].OverAll, DecisionCurve(mp, my, mw, mg, []float64{0.4}, 0.9)[0].OverAll)
		same(AveragePrecision(p, y, w), AveragePrecision(mp, my, mw))
		same(ECEDebiased(p, y, w), ECEDebiased(mp, my, mw))
		same(float64(AtCapacity(p, y, w, 0.3).LiftHigh), float64(AtCapacity(mp, my, mw, 0.3).LiftHigh))
	})
}

func TestSmoothECEWeighs(t *testing.T) {
	p, y := []float64{0.1, 0.3, 0.8, 0.5}, []float64{0, 1, 1, 0}
	assert.InDelta(t, SmoothECE([]float64{0.1, 0.1, 0.3, 0.8}, []float64{0, 0, 1, 1}, nil), SmoothECE(p, y, []float64{2, 1, 1, 0}), 1e-12)
	assert.InDelta(t, SmoothECE(p, y, nil), SmoothECE(p, y, []float64{3, 3, 3, 3}), 1e-12)
}

func TestWhatIsNotDefinedIsNaN(t *testing.T) {
	p := []float64{0.2, 0.4, 0.6}
	nan := func(name string, v Value) { assert.True(t, math.IsNaN(float64(v)), "%s is %v", name, v) }
	for name, c := range map[string]struct{ p, y, w []float64 }{
		"one class":  {p, []float64{1, 1, 1}, nil},
		"no weight":  {p, []float64{0, 1, 1}, []float64{0, 0, 0}},
		"no rows":    {nil, nil, nil},
		"one row":    {p[:1], []float64{1}, nil},
		"other one":  {p[:1], []float64{0}, nil},
		"one weight": {p, []float64{0, 1, 1}, []float64{0, 1, 0}},
	} {
		e := AUROCInterval(c.p, c.y, c.w, nil, 0.95)
		for _, v := range []Value{e.Value, e.SE, e.Lower, e.Upper} {
			nan(name+": auroc", v)
		}
		nan(name+": compare", CompareAUROC(c.p, c.p, c.y, c.w, nil, 0.95).P)
		_, slope, ok := LineInterval(c.p, c.y, c.w, nil, 0.95)
		assert.False(t, ok, name)
		nan(name+": slope", slope.Value)
	}
	for name, w := range map[string][]float64{"no rows": {}, "no weight": {0, 0, 0}} {
		q, y := p[:len(w)], []float64{1, 0, 1}[:len(w)]
		nan(name, Value(AveragePrecision(q, y, w)))
		nan(name, Value(ECE(q, y, w)))
		nan(name, Value(ECEDebiased(q, y, w)))
		nan(name, Value(SmoothECE(q, y, w)))
		nan(name, DecomposeBrier(q, y, w, 3).Reliability)
		nan(name, DecomposeBrier(q, y, w, 3).Uncertainty)
		nan(name, BrierInterval(q, y, w, nil, 0.95).Value)
		nan(name, DecisionCurve(q, y, w, nil, []float64{0.5}, 0.95)[0].Model.Value)
		nan(name, AtCapacity(q, y, w, 0.5).Lift)
		nan(name, Resample(len(q), w, nil, 10, 1, func(w []float64) float64 { return Brier(q, y, w) }).Central(0.95).Lower)
	}
	nan("one row has no standard error", BrierInterval(p[:1], []float64{1}, nil, nil, 0.95).SE)
	nan("one citizen has no standard error", BrierInterval(p, []float64{1, 0, 0}, nil, []int32{7, 7, 7}, 0.95).SE)
	nan("no events: no lift", AtCapacity(p, []float64{0, 0, 0}, nil, 0.5).Lift)
}

func TestFewRowsInOrderAreNoCertainty(t *testing.T) {
	e := AUROCInterval([]float64{1, 2, 3, 4}, []float64{0, 0, 1, 1}, nil, nil, 0.95)
	assert.EqualValues(t, 1, e.Value)
	assert.False(t, e.SE.Defined())
	assert.False(t, e.Lower.Defined())
	// A constant score has 0.5 whatever the rows are.
	e = AUROCInterval([]float64{1, 1, 1, 1}, []float64{0, 0, 1, 1}, nil, nil, 0.95)
	assert.EqualValues(t, 0.5, e.Lower)
	assert.EqualValues(t, 0.5, e.Upper)
}

func TestComparisonIsOfThePairAndHasASign(t *testing.T) {
	c := figuresCases(t)[1]
	ab := CompareAUROC(c.P, c.Second, c.Y, c.W, c.Group, 0.95)
	ba := CompareAUROC(c.Second, c.P, c.Y, c.W, c.Group, 0.95)
	assert.InDelta(t, float64(ab.Z), -float64(ba.Z), 1e-12)
	assert.InDelta(t, float64(ab.P), float64(ba.P), 1e-12)
	assert.InDelta(t, float64(ab.Difference.Lower), -float64(ba.Difference.Upper), 1e-12)
	assert.EqualValues(t, 1, CompareAUROC(c.P, c.logit(), c.Y, c.W, c.Group, 0.95).P, "the same order")
	apart := CompareAUROC([]float64{1, 2, 3, 4}, []float64{4, 3, 2, 1}, []float64{0, 0, 1, 1}, nil, nil, 0.95)
	assert.EqualValues(t, 1, apart.Difference.Value)
	assert.False(t, apart.P.Defined(), "four rows prove nothing")
}

func TestSmoothECESeesTheGapAndNotTheBins(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	n := 20000
	p, right, off := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range p {
		p[i] = 0.2 + 0.6*rng.Float64()
		u := rng.Float64()
		if u < p[i] {
			right[i] = 1
		}
		if u < p[i]-0.1 {
			off[i] = 1
		}
	}
	assert.Less(t, SmoothECE(p, right, nil), 0.015)
	assert.InDelta(t, 0.1, SmoothECE(p, off, nil), 0.01)
	assert.InDelta(t, 0.1, ECEDebiased(p, off, nil), 0.01)
	assert.Less(t, ECEDebiased(p, right, nil), ECE(p, right, nil))
	assert.Panics(t, func() { SmoothECE([]float64{1.2}, []float64{1}, nil) })
}

func TestDebiasingTakesAwayWhatChanceAdds(t *testing.T) {
	var plain, debiased float64
	const runs = 200
	for k := range runs {
		rng := rand.New(rand.NewPCG(uint64(k), 6))
		p, y := make([]float64, 300), make([]float64, 300)
		for i := range p {
			p[i] = rng.Float64()
			if rng.Float64() < p[i] {
				y[i] = 1
			}
		}
		plain += ECE(p, y, nil) / runs
		debiased += ECEDebiased(p, y, nil) / runs
	}
	// The truth is 0: thirty rows a bin show some 0.06 by chance alone.
	assert.Greater(t, plain, 0.04)
	assert.Less(t, debiased, plain*0.7)
}

// gapAt draws citizens of two rows whose probabilities are off by shift on the log odds scale, and returns the truth of
// the binned gap on these probabilities, the figure and its interval.
func gapAt(seed uint64, citizens int, shift float64) (truth float64, figure float64, i Interval) {
	rng := rand.New(rand.NewPCG(seed, 9))
	var p, y, q []float64
	var g []int32
	for c := range citizens {
		base := rng.NormFloat64() - 0.5
		for range 2 {
			p, q, g = append(p, Sigmoid(base)), append(q, Sigmoid(base+shift)), append(g, int32(c))
			hit := 0.0
			if rng.Float64() < Sigmoid(base+shift) {
				hit = 1
			}
			y = append(y, hit)
		}
	}
	return ECE(p, q, nil), ECE(p, y, nil), Bootstrap(p, y, nil, g, 0, 200, seed, 0.95).ECE
}

func TestDistanceByHand(t *testing.T) {
	// Squares: the figure 0.25, the draws 0.25, 0.36 and 0.49 with the mean 0.3667, 0.1167 above the figure. Half of the
	// draws lie between 0.55 and 0.65, squared 0.3025 and 0.4225: 0.0642 below and 0.0558 above the mean.
	d := Draws{0.5, []float64{0.7, 0.5, math.NaN(), 0.6}}
	i := d.Distance(0.5)
	assert.InDelta(t, math.Sqrt(0.25-0.35/3-(1.1/3-0.3025)), float64(i.Lower), 1e-12)
	assert.InDelta(t, math.Sqrt(0.25+0.4225-1.1/3), float64(i.Upper), 1e-12)
	c := d.Central(0.5)
	assert.InDeltaSlice(t, []float64{0.55, 0.65}, []float64{float64(c.Lower), float64(c.Upper)}, 1e-12)
	assert.Zero(t, float64(Draws{0.1, []float64{0.1, 0.2}}.Distance(0.9).Lower), "nothing but chance")
	assert.False(t, Draws{math.NaN(), []float64{0.1, 0.2}}.Distance(0.9).Lower.Defined())
}

func TestIntervalOfECEHoldsTheFigureAndTheTruth(t *testing.T) {
	for _, shift := range []float64{0, 0.2, 0.8} {
		held := 0
		const runs = 150
		for k := range runs {
			truth, figure, i := gapAt(uint64(k), 150, shift)
			assert.LessOrEqual(t, float64(i.Lower), figure)
			assert.GreaterOrEqual(t, float64(i.Upper), figure)
			if float64(i.Lower) <= truth && truth <= float64(i.Upper) {
				held++
			}
		}
		t.Logf("shift %.1f: the truth is inside %d of %d", shift, held, runs)
		assert.GreaterOrEqual(t, held, runs*92/100, "shift %v", shift)
	}
}

func TestBootstrapAndFormulaAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	n := 1500
	p, y, g := make([]float64, n), make([]float64, n), make([]int32, n)
	citizen := make([]float64, n/3)
	for i := range citizen {
		citizen[i] = rng.NormFloat64()
	}
	for i := range p {
		g[i] = int32(i / 3)
		p[i] = Sigmoid(citizen[i/3] + 0.3*rng.NormFloat64())
		if rng.Float64() < Sigmoid(1.2*citizen[i/3]) {
			y[i] = 1
		}
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = Logit(p[i])
	}
	b := Bootstrap(p, y, nil, g, 0.3, 1000, 1, 0.95)
	_, slope, _ := LineInterval(x, y, nil, g, 0.95)
	for name, c := range map[string]struct {
		drawn Interval
		e     Estimate
	}{
		"auroc":   {b.AUROC, AUROCInterval(p, y, nil, g, 0.95)},
		"logloss": {b.Logloss, LoglossInterval(p, y, nil, g, 0.95)},
		"brier":   {b.Brier, BrierInterval(p, y, nil, g, 0.95)},
		"slope":   {b.Slope, slope},
	} {
		wide := float64(c.e.Upper - c.e.Lower)
		assert.InDelta(t, float64(c.e.Lower), float64(c.drawn.Lower), 0.12*wide, name)
		assert.InDelta(t, float64(c.e.Upper), float64(c.drawn.Upper), 0.12*wide, name)
	}
	again := Resample(n, nil, g, 1000, 1, func(w []float64) float64 { return AveragePrecision(p, y, w) })
	assert.InDelta(t, AveragePrecision(p, y, nil), again.Figure, 1e-12)
	assert.Equal(t, b.AveragePrecision, again.Central(0.95), "the same citizens for the same seed")
}

func BenchmarkAUROCInterval100k(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	n := 100000
	p, y := make([]float64, n), make([]float64, n)
	for i := range p {
		p[i] = rng.Float64()
		if rng.Float64() < p[i] {
			y[i] = 1
		}
	}
	b.Run("DeLong", func(b *testing.B) {
		for b.Loop() {
			AUROCInterval(p, y, nil, nil, 0.95)
		}
	})
	b.Run("SmoothECE", func(b *testing.B) {
		for b.Loop() {
			SmoothECE(p, y, nil)
		}
	})
}

// TestDrawsOfWeightedRowsAreThoseOfRowsRepeated: a row of weight k is k rows of its citizen, and citizens are drawn the same for the
// same seed. ECE's bins and the line may be those of either table, which are the same.
func TestDrawsOfWeightedRowsAreThoseOfRowsRepeated(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 8))
	var p, y, w, rp, ry []float64
	var g, rg []int32
	for i := range 120 {
		q, hit := (1+float64(rng.IntN(18)))/20, 0.0
		if rng.Float64() < q {
			hit = 1
		}
		k := 1 + rng.IntN(3)
		p, y, w, g = append(p, q), append(y, hit), append(w, float64(k)), append(g, int32(i/2))
		for range k {
			rp, ry, rg = append(rp, q), append(ry, hit), append(rg, int32(i/2))
		}
	}
	want, got := Bootstrap(rp, ry, nil, rg, 0.3, 60, 5, 0.9), Bootstrap(p, y, w, g, 0.3, 60, 5, 0.9)
	for name, c := range map[string][2]Interval{
		"auroc": {want.AUROC, got.AUROC}, "average precision": {want.AveragePrecision, got.AveragePrecision}, "logloss": {want.Logloss, got.Logloss},
		"brier": {want.Brier, got.Brier}, "ece": {want.ECE, got.ECE}, "slope": {want.Slope, got.Slope}, "intercept": {want.Intercept, got.Intercept},
		"in the large": {want.InTheLarge, got.InTheLarge}, "precision": {want.Precision, got.Precision}, "lift": {want.Lift, got.Lift},
	} {
		assert.InDelta(t, float64(c[0].Lower), float64(c[1].Lower), 1e-9, name)
		assert.InDelta(t, float64(c[0].Upper), float64(c[1].Upper), 1e-9, name)
	}
	// What has no place in Intervals is drawn by Resample, of the same citizens.
	for name, f := range map[string]struct {
		rows, repeated func(w []float64) float64
		same           Interval // what Bootstrap says of it; zero if nothing
	}{
		"precision at capacity": {func(w []float64) float64 { return float64(AtCapacity(p, y, w, 0.3).Precision) },
			func(w []float64) float64 { return float64(AtCapacity(rp, ry, w, 0.3).Precision) }, got.Precision},
		"lift at capacity": {func(w []float64) float64 { return float64(AtCapacity(p, y, w, 0.3).Lift) },
			func(w []float64) float64 { return float64(AtCapacity(rp, ry, w, 0.3).Lift) }, got.Lift},
		"smooth calibration": {func(w []float64) float64 { return SmoothECE(p, y, w) }, func(w []float64) float64 { return SmoothECE(rp, ry, w) }, Interval{}},
		"reliability": {func(w []float64) float64 { return float64(DecomposeBrier(p, y, w, 5).Reliability) },
			func(w []float64) float64 { return float64(DecomposeBrier(rp, ry, w, 5).Reliability) }, Interval{}},
	} {
		a := Resample(len(rp), nil, rg, 6, 5, f.repeated).Central(0.9)
		b := Resample(len(p), w, g, 6, 5, f.rows).Central(0.9)
		assert.InDelta(t, float64(a.Lower), float64(b.Lower), 1e-9, name)
		assert.InDelta(t, float64(a.Upper), float64(b.Upper), 1e-9, name)
		if f.same != (Interval{}) {
			all := Resample(len(p), w, g, 60, 5, f.rows).Central(0.9)
			assert.InDelta(t, float64(f.same.Lower), float64(all.Lower), 1e-9, name)
			assert.InDelta(t, float64(f.same.Upper), float64(all.Upper), 1e-9, name)
		}
	}
}
