package calibrate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/model/metric"
)

// calibrators.json is written by testdata/calibrators.py.
type reference struct {
	X, Y, W, Q, Lower, Upper, P, Cross, Platt, Beta []float64
	PlattLabels                                     []float64 `json:"platt_labels"`
	BetaMap                                         []float64 `json:"beta_map"`
}

func references(t *testing.T) []reference {
	b, err := os.ReadFile("testdata/calibrators.json")
	require.NoError(t, err)
	var ref struct{ Cases []reference }
	require.NoError(t, json.Unmarshal(b, &ref))
	require.Len(t, ref.Cases, 8)
	return ref.Cases
}

func TestVennAbersIsThatOfItsPackage(t *testing.T) {
	crossed := 0
	for k, c := range references(t) {
		v := FitVennAbers(c.X, c.Y, nil)
		fold := make([]int, len(c.X))
		for i := range fold {
			fold[i] = i % 3
		}
		cross := FitCrossVennAbers(c.X, c.Y, nil, fold, 3)
		for j, q := range c.Q {
			lower, upper := v.Interval(q)
			assert.InDelta(t, c.Lower[j], lower, 1e-12, "case %d at %v", k, q)
			assert.InDelta(t, c.Upper[j], upper, 1e-12, "case %d at %v", k, q)
			assert.InDelta(t, c.P[j], v.Probability(q), 1e-12, "case %d at %v", k, q)
			if c.Cross != nil {
				crossed++
				p, lower, upper := cross.Probability([]float64{q, q, q})
				assert.InDelta(t, c.Cross[j], p, 1e-12, "case %d at %v", k, q)
				assert.LessOrEqual(t, lower, p)
				assert.GreaterOrEqual(t, upper, p)
			}
		}
	}
	assert.Equal(t, 5*21, crossed)
}

func TestLinesAreThoseOfOtherPrograms(t *testing.T) {
	n := 0
	for k, c := range references(t) {
		if c.Platt == nil {
			continue
		}
		n++
		for name, want := range map[string][]float64{"none": c.Platt, "labels": c.PlattLabels} {
			got := PlattWith(c.X, c.Y, c.W, Prior{Labels: name == "labels"})
			if want[1] < 0 { // the order must not turn around
				assert.Zero(t, got.Slope)
				continue
			}
			assert.InDelta(t, want[0], got.Intercept, 1e-8, "case %d, prior %s", k, name)
			assert.InDelta(t, want[1], got.Slope, 1e-8, "case %d, prior %s", k, name)
		}
		beta := Beta(c.X, c.Y, c.W)
		require.NoError(t, beta.Check())
		if c.BetaMap[0] < 0 || c.BetaMap[1] < 0 { // betacal looks once only; so does not its curve
			assert.Zero(t, beta.A+beta.B, "case %d", k)
			var pos, total float64
			for i := range c.Y {
				pos += c.W[i] * c.Y[i]
				total += c.W[i]
			}
			assert.InDelta(t, pos/total, metric.Sigmoid(beta.At(1.7)), 1e-9)
			continue
		}
		assert.InDelta(t, c.BetaMap[0], beta.A, 1e-8, "case %d", k)
		assert.InDelta(t, c.BetaMap[1], beta.B, 1e-8, "case %d", k)
		for j, q := range c.Q {
			assert.InDelta(t, c.Beta[j], metric.Sigmoid(beta.At(q)), 1e-8, "case %d at %v", k, q)
		}
	}
	assert.Equal(t, 5, n)
}

// refit is the slow twin: the citizen is added with either label and isotonic calibration is fitted anew.
func refit(x, y, w []float64, q float64) (lower, upper float64) {
	at := func(label float64) float64 {
		ax, ay, aw := append([]float64{q}, x...), append([]float64{label}, y...), []float64{1}
		for i := range x {
			aw = append(aw, weight(w, i))
		}
		return levelOf(pool(ax, ay, aw), ax, ay, aw, q)
	}
	return at(0), at(1)
}

func TestVennAbersIsIsotonicFittedTwice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 25).Draw(rt, "rows")
		var x, y, w []float64
		for range n {
			x = append(x, float64(rapid.IntRange(-4, 4).Draw(rt, "x")))
			y = append(y, float64(rapid.IntRange(0, 1).Draw(rt, "y")))
			w = append(w, rapid.SampledFrom([]float64{0, 0.3, 1, 1, 2.5}).Draw(rt, "w"))
		}
		v := FitVennAbers(x, y, w)
		require.NoError(rt, v.Check())
		last := 0.0
		for q := -5.0; q <= 5; q += 0.5 {
			lower, upper := v.Interval(q)
			wantLower, wantUpper := refit(x, y, w, q)
			assert.InDelta(rt, wantLower, lower, 1e-12, "lower at %v", q)
			assert.InDelta(rt, wantUpper, upper, 1e-12, "upper at %v", q)
			p := v.Probability(q)
			assert.True(rt, lower <= p && p <= upper && p > 0 && p < 1, "%v in %v to %v", p, lower, upper)
			assert.GreaterOrEqual(rt, p, last-1e-15, "never falls")
			last = p
		}
	})
}

func TestVennAbersIsCalibratedForOneOfItsEnds(t *testing.T) {
	// Twenty rows and a learner that knows little: over many draws, the end that belongs to the new citizen's label has
	// the mean of the labels. The probability in between need not.
	var label, chosen float64
	const runs = 20000
	for k := range runs {
		rng := rand.New(rand.NewPCG(uint64(k), 4))
		draw := func() (x, y float64) {
			x = math.Round(rng.NormFloat64()*2) / 2
			if rng.Float64() < metric.Sigmoid(2*x-1) {
				y = 1
			}
			return
		}
		var x, y []float64
		for range 20 {
			a, b := draw()
			x, y = append(x, a), append(y, b)
		}
		q, truth := draw()
		lower, upper := FitVennAbers(x, y, nil).Interval(q)
		label += truth / runs
		if truth > 0.5 {
			chosen += upper / runs
		} else {
			chosen += lower / runs
		}
	}
	assert.InDelta(t, label, chosen, 0.01)
}

func TestOddRowsGiveHonestAnswers(t *testing.T) {
	wide := func(v *VennAbers, x float64) float64 { lower, upper := v.Interval(x); return upper - lower }
	none := FitVennAbers(nil, nil, nil)
	assert.Equal(t, 1.0, wide(none, 0.3), "nothing is known")
	assert.Equal(t, 1.0, wide(FitVennAbers([]float64{1, 2}, []float64{0, 1}, []float64{0, 0}), 1))
	assert.NoError(t, none.Check())
	one := FitVennAbers([]float64{0.5}, []float64{1}, nil)
	lower, upper := one.Interval(0.5)
	assert.Equal(t, []float64{0.5, 1}, []float64{lower, upper}, "the row, with a 0 and with a 1")
	lower, upper = one.Interval(0.4)
	assert.Equal(t, []float64{0, 1}, []float64{lower, upper}, "below the only row nothing is known")
	// One class: nine rows without an event leave at most one in ten.
	x, zero, one9 := make([]float64, 9), make([]float64, 9), make([]float64, 9)
	for i := range x {
		one9[i] = 1
	}
	lower, upper = FitVennAbers(x, zero, nil).Interval(0)
	assert.InDeltaSlice(t, []float64{0, 0.1}, []float64{lower, upper}, 1e-15)
	lower, upper = FitVennAbers(x, one9, nil).Interval(0)
	assert.InDeltaSlice(t, []float64{0.9, 1}, []float64{lower, upper}, 1e-15)
	lower, upper = one.Interval(math.NaN())
	assert.True(t, math.IsNaN(lower) && math.IsNaN(upper) && math.IsNaN(one.Probability(math.NaN())))

	for name, c := range map[string]struct{ x, y, w []float64 }{
		"one row":      {[]float64{0.7}, []float64{1}, nil},
		"one class":    {[]float64{-1, 0, 1, 2}, []float64{0, 0, 0, 0}, nil},
		"one score":    {[]float64{2, 2, 2, 2}, []float64{0, 1, 0, 0}, nil},
		"two scores":   {[]float64{2, 1, 2, 1}, []float64{0, 1, 1, 0}, nil},
		"parted":       {[]float64{-2, -1, 1, 2}, []float64{0, 0, 1, 1}, nil},
		"one weight":   {[]float64{-2, -1, 1, 2}, []float64{0, 1, 0, 1}, []float64{0, 1, 0, 0}},
		"turned round": {[]float64{-2, -1, 0, 1, 2, 3}, []float64{1, 1, 1, 0, 0, 0}, nil},
	} {
		for _, fit := range []func(x, y, w []float64) *Calibrator{Platt, Beta, Isotonic,
			func(x, y, w []float64) *Calibrator { return PlattWith(x, y, w, Prior{}) }} {
			got := fit(c.x, c.y, c.w)
			require.NoError(t, got.Check(), "%s, %s", name, got.Kind)
			last := 0.0
			for _, q := range []float64{-9, -1, 0, 1, 2, 9} {
				p := metric.Sigmoid(got.At(q))
				assert.True(t, p > 0 && p < 1, "%s, %s: %v at %v", name, got.Kind, p, q)
				assert.GreaterOrEqual(t, p, last, "%s, %s never falls", name, got.Kind)
				last = p
			}
			assert.True(t, math.IsNaN(got.At(math.NaN())), "%s, %s", name, got.Kind)
		}
	}
	assert.PanicsWithValue(t, "calibrate: Isotonic of no rows with weight", func() { Isotonic([]float64{1}, []float64{1}, []float64{0}) })
	assert.Equal(t, 0.5, metric.Sigmoid(Platt(nil, nil, nil).At(3)), "one more row of each class is all there is")
}

func TestRepeatedRowsAreWeightsAndZeroIsAbsence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(3, 25).Draw(rt, "rows")
		var x, y, w, rx, ry []float64
		for range n {
			x = append(x, float64(rapid.IntRange(-3, 3).Draw(rt, "x")))
			y = append(y, float64(rapid.IntRange(0, 1).Draw(rt, "y")))
			w = append(w, float64(rapid.IntRange(0, 3).Draw(rt, "w")))
			for range int(w[len(w)-1]) {
				rx, ry = append(rx, x[len(x)-1]), append(ry, y[len(y)-1])
			}
		}
		if len(rx) == 0 {
			return
		}
		for _, fit := range []func(x, y, w []float64) *Calibrator{Platt, Beta, Isotonic} {
			a, b := fit(x, y, w), fit(rx, ry, nil)
			for q := -4.0; q < 4; q += 0.7 {
				assert.InDelta(rt, metric.Sigmoid(b.At(q)), metric.Sigmoid(a.At(q)), 1e-6, a.Kind)
			}
		}
		a, b := FitVennAbers(x, y, w), FitVennAbers(rx, ry, nil)
		there := 0
		for _, v := range w {
			if v > 0 {
				there++
			}
		}
		assert.Equal(rt, there, a.N)
		assert.Equal(rt, b.LowerX, a.LowerX)
		assert.InDeltaSlice(rt, b.UpperP, a.UpperP, 1e-12)
	})
}

func TestBetaIsWhereTheLikelihoodIsFlat(t *testing.T) {
	// Nearly parted classes far out: a full Newton step from the base rate goes over the top.
	flat := 0
	for k := range 200 {
		rng := rand.New(rand.NewPCG(uint64(k), 6))
		var x, y []float64
		for range 60 {
			v := rng.NormFloat64() * 6
			hit := 0.0
			if v > 0 != (rng.Float64() < 0.03) {
				hit = 1
			}
			x, y = append(x, v), append(y, hit)
		}
		c := Beta(x, y, nil)
		if c.A == 0 || c.B == 0 || c.A == c.B {
			continue
		}
		flat++
		var g [3]float64
		for i := range x {
			r := y[i] - metric.Sigmoid(c.At(x[i]))
			for j, z := range []float64{1, -softplus(-x[i]), softplus(x[i])} {
				g[j] += r * z
			}
		}
		assert.InDeltaSlice(t, []float64{0, 0, 0}, g[:], 1e-6, "seed %d", k)
	}
	assert.Greater(t, flat, 50)
}

func TestBetaTakesOutWhatALineCannot(t *testing.T) {
	// Low log odds are to be halved, high ones doubled.
	bend := func(v float64) float64 { return 2*softplus(v) - 0.5*softplus(-v) - 0.5 }
	x, y, _ := bent(40000, 2, bend)
	c := Beta(x, y, nil)
	assert.InDelta(t, 0.5, c.A, 0.08)
	assert.InDelta(t, 2, c.B, 0.15)
	for v := -3.0; v < 3; v += 0.5 {
		assert.InDelta(t, metric.Sigmoid(bend(v)), metric.Sigmoid(c.At(v)), 0.02)
	}
	after := c.After(-0.3, 1.7)
	require.NoError(t, after.Check())
	for v := -4.0; v < 4; v += 0.3 {
		assert.InDelta(t, c.At(-0.3+1.7*v), after.At(v), 1e-9)
		assert.InDelta(t, c.At(-0.3+1.7*(0.2+0.5*v)), after.After(0.2, 0.5).At(v), 1e-9)
	}
}

func TestWhatIsWrittenIsReadBackAndNothingElse(t *testing.T) {
	x, y, _ := bent(200, 5, func(v float64) float64 { return v })
	fold := make([]int, len(x))
	for i := range fold {
		fold[i] = i % 4
	}
	for _, c := range []struct{ full, empty Form }{
		{Platt(x, y, nil), &Calibrator{}}, {Beta(x, y, nil), &Calibrator{}}, {Isotonic(x, y, nil), &Calibrator{}},
		{FitVennAbers(x, y, nil), &VennAbers{}}, {FitVennAbers(nil, nil, nil), &VennAbers{}}, {FitCrossVennAbers(x, y, nil, fold, 4), &CrossVennAbers{}},
	} {
		var b bytes.Buffer
		require.NoError(t, Write(&b, c.full))
		require.NoError(t, Read(bytes.NewReader(b.Bytes()), c.empty))
		assert.Equal(t, c.full, c.empty)
		assert.ErrorContains(t, Read(bytes.NewReader(append(b.Bytes(), '1')), c.empty), "something follows")
	}
	assert.Error(t, Write(&bytes.Buffer{}, &VennAbers{}))
	for name, text := range map[string]string{
		"an unknown field":  `{"kind":"venn-abers","lower":1}`,
		"unequal":           `{"kind":"venn-abers","lower_x":[1],"lower_p":[],"upper_x":[],"upper_p":[]}`,
		"not rising":        `{"kind":"venn-abers","lower_x":[1,2],"lower_p":[0.3,0.3],"upper_x":[],"upper_p":[]}`,
		"certain":           `{"kind":"venn-abers","lower_x":[1],"lower_p":[1],"upper_x":[],"upper_p":[]}`,
		"ends turned round": `{"kind":"venn-abers","lower_x":[1],"lower_p":[0.6],"upper_x":[2],"upper_p":[0.4]}`,
		"counts":            `{"kind":"venn-abers","n":1,"n_positive":2}`,
		"another kind":      `{"kind":"platt"}`,
		"nothing":           ``,
	} {
		assert.Error(t, Read(bytes.NewReader([]byte(text)), &VennAbers{}), name)
	}
	for _, text := range []string{`{"folds":[]}`, `{"folds":[null]}`, `{"folds":[{"kind":"platt"}]}`} {
		assert.Error(t, Read(bytes.NewReader([]byte(text)), &CrossVennAbers{}), text)
	}
	for _, c := range []Calibrator{{Kind: KindBeta, Scale: 0}, {Kind: KindBeta, Scale: 1, A: -1}, {Kind: KindBeta, Scale: 1, B: math.NaN()}, {Kind: KindBeta, Scale: math.Inf(1)}} {
		assert.Error(t, c.Check())
	}
}

func FuzzRead(f *testing.F) {
	x, y, _ := bent(30, 5, func(v float64) float64 { return v })
	for _, c := range []Form{Platt(x, y, nil), Beta(x, y, nil), Isotonic(x, y, nil), FitVennAbers(x, y, nil), FitCrossVennAbers(x, y, nil, make([]int, 30), 1)} {
		var b bytes.Buffer
		require.NoError(f, Write(&b, c))
		f.Add(b.Bytes())
	}
	f.Add([]byte(`{"kind":"venn-abers","lower_x":[1],"lower_p":[0.6],"upper_x":[2],"upper_p":[0.7]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for q := -2.0; q <= 2; q++ {
			var c Calibrator
			if Read(bytes.NewReader(b), &c) == nil {
				assert.False(t, math.IsNaN(c.At(q)), "%s at %v", b, q)
			}
			var v VennAbers
			if Read(bytes.NewReader(b), &v) == nil {
				lower, upper := v.Interval(q)
				p := v.Probability(q)
				assert.True(t, lower <= p && p <= upper && p > 0 && p < 1, "%s at %v: %v in %v to %v", b, q, p, lower, upper)
			}
			var x CrossVennAbers
			if Read(bytes.NewReader(b), &x) == nil {
				p, _, _ := x.Probability(append(make([]float64, len(x.Folds)-1), q))
				assert.True(t, p > 0 && p < 1, "%s at %v: %v", b, q, p)
			}
		}
	})
}

func BenchmarkVennAbers100k(b *testing.B) {
	x, y, _ := bent(100000, 1, func(v float64) float64 { return v })
	b.Run("fit", func(b *testing.B) {
		for b.Loop() {
			FitVennAbers(x, y, nil)
		}
	})
	v := FitVennAbers(x, y, nil)
	b.Run("query", func(b *testing.B) {
		b.ReportMetric(float64(len(v.LowerX)+len(v.UpperX)), "steps")
		for i := 0; b.Loop(); i++ {
			v.Interval(x[i%len(x)])
		}
	})
}

// TestRowsThatCannotBeAreABug, also where they weigh nothing: of log odds that are no number Platt made one half for everybody.
func TestRowsThatCannotBeAreABug(t *testing.T) {
	fits := map[string]func(x, y, w []float64){
		"platt": func(x, y, w []float64) { Platt(x, y, w) }, "beta": func(x, y, w []float64) { Beta(x, y, w) },
		"isotonic": func(x, y, w []float64) { Isotonic(x, y, w) }, "venn-abers": func(x, y, w []float64) { FitVennAbers(x, y, w) },
		"chosen":           func(x, y, w []float64) { Fit(x, y, w, nil, 1) },
		"cross venn-abers": func(x, y, w []float64) { FitCrossVennAbers(x, y, w, make([]int, len(x)), 1) },
	}
	for name, fit := range fits {
		for says, spoil := range map[string]func(x, y, w []float64) ([]float64, []float64, []float64){
			"log odds of NaN in row 2":  func(x, y, w []float64) ([]float64, []float64, []float64) { x[2] = math.NaN(); return x, y, w },
			"log odds of +Inf in row 2": func(x, y, w []float64) ([]float64, []float64, []float64) { x[2] = math.Inf(1); return x, y, w },
			"label of 0.5 in row 1":     func(x, y, w []float64) ([]float64, []float64, []float64) { y[1] = 0.5; return x, y, w },
			"weight of -1 in row 3":     func(x, y, w []float64) ([]float64, []float64, []float64) { w[3] = -1; return x, y, w },
			"weight of NaN in row 3":    func(x, y, w []float64) ([]float64, []float64, []float64) { w[3] = math.NaN(); return x, y, w },
			"4 log odds, 3 labels":      func(x, y, w []float64) ([]float64, []float64, []float64) { return x, y[:3], w },
			"4 labels and 3 weights":    func(x, y, w []float64) ([]float64, []float64, []float64) { return x, y, w[:3] },
		} {
			func() {
				defer func() {
					said := fmt.Sprint(recover())
					assert.Contains(t, said, "calibrate: ", name)
					assert.Contains(t, said, says, name)
				}()
				fit(spoil([]float64{-1, 0, 1, 2}, []float64{0, 1, 0, 1}, []float64{1, 1, 0, 1}))
			}()
		}
	}
}

// TestWithoutGroupsEachRowIsACitizen, where there are rows enough for the choice to be made.
func TestWithoutGroupsEachRowIsACitizen(t *testing.T) {
	n := 2*Enough + 500
	x, y, group := make([]float64, n), make([]float64, n), make([]int32, n)
	for i := range x {
		x[i], y[i], group[i] = float64(i%97)/20-2.4, float64(i%2), int32(i)
	}
	assert.Equal(t, Fit(x, y, nil, group, 3), Fit(x, y, nil, nil, 3))
	assert.PanicsWithValue(t, "calibrate: Fit with a group missing for some rows", func() { Fit(x, y, nil, group[1:], 3) })
}
