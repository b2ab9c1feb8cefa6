package risk

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

func torn(t *testing.T, m *proposal.Model, o Options, convention bool) map[string]Bar {
	t.Helper()
	out, err := Tornado(m, o, convention)
	require.NoError(t, err)
	by := map[string]Bar{}
	for i, b := range out.Bars {
		by[b.ID] = b
		if i > 0 {
			assert.GreaterOrEqual(t, out.Bars[i-1].Swing(), b.Swing(), "widest first")
		}
	}
	return by
}

// 5 to 95 % of a uniform on [6, 12] is 5.4 wide, so 540 thousand kr; of the triangle (0, 3, 9): sqrt(0.05 x 27) to
// 9 - sqrt(0.05 x 54), times 7; of a standard normal cut off at nothing 2 x 1.6449, times 2. Variances 30,000, 49 x 3.5
// and 4.
func TestTheTornadoOfALinearProposalIsExact(t *testing.T) {
	by := torn(t, compiled(t, linear), Options{Seed: 2}, true)
	require.Len(t, by, 3, "every parameter has a distribution: nothing by convention")
	assert.InDelta(t, 540e3, by["a"].Swing(), 1e-6)
	assert.InDelta(t, 540e3, by["a"].GainHigh-by["a"].GainLow, 1e-6, "more of a is better")
	assert.InDelta(t, -7e3*(9-math.Sqrt(0.05*54)-math.Sqrt(0.05*27)), by["b"].GainHigh-by["b"].GainLow, 1e-6)
	assert.InDelta(t, 2e3*2*1.6448536269514722, by["c"].Swing(), 1e-6)
	whole := 30000 + 49*3.5 + 4.0
	for id, part := range map[string]float64{"a": 30000, "b": 49 * 3.5, "c": 4} {
		assert.InDelta(t, part/whole, *by[id].First, 0.002, id)
		assert.InDelta(t, part/whole, *by[id].Total, 0.002, id)
	}
}

// Of a product of two independent factors with means m and variances v the first-order shares are v1 m2^2 and v2 m1^2
// over v1 v2 + v1 m2^2 + v2 m1^2; the rest belongs to both. Uniform on [0, 1] and [1, 3]: means 1/2 and 2, variances
// 1/12 and 1/3: 1/3, 1/12 and 1/36 of 16/36.
func TestVarianceSharesOfAProductAreThoseOnPaper(t *testing.T) {
	m := compiled(t, `rettidig-proposal: 1
id: product
title: Product
type: investment
price-level: 2026
years: 2026-2026
parameters:
  - {id: a, label: A, value: 50 %, unit: share, uncertain: {uniform: [0, 1]}}
  - {id: b, label: B, value: 2, unit: "1000 kr", uncertain: {uniform: [1, 3]}}
  - {id: d, label: D, value: 4, unit: "1000 kr"}
rows:
  - {id: less, label: Mindre, kind: saving, formula: -a * b}
  - {id: more, label: Mere, kind: running cost, formula: d}
`)
	by := torn(t, m, Options{Seed: 3}, true)
	assert.InDelta(t, 12.0/16, *by["a"].First, 0.02)
	assert.InDelta(t, 3.0/16, *by["b"].First, 0.02)
	assert.InDelta(t, 13.0/16, *by["a"].Total, 0.04)
	assert.InDelta(t, 4.0/16, *by["b"].Total, 0.04)
	assert.Equal(t, ByConvention, by["d"].Basis)
	assert.Nil(t, by["d"].First)
	assert.InDelta(t, 800, by["d"].Swing(), 1e-9, "10 % of 4,000 kr up and down")
}

func evens(t *testing.T, m *proposal.Model, o Options) (map[string]Even, []Even) {
	t.Helper()
	out, err := BreakEven(m, o)
	require.NoError(t, err)
	by := map[string]Even{}
	for _, v := range out.Evens {
		by[v.ID] = v
	}
	return by, out.Evens
}

// 875 (c e - 0.25) v = 0.7 m: at c = 0.7, v = 40,000 the effect is 0.27 / 0.7; at c e = 0.56 the value is
// 700,000 / (875 x 0.31); today's completion would have to be 0.54 / 0.5, above 1.
func TestBreakEvensOfTheChainAreThoseWorkedByHand(t *testing.T) {
	m := chain(t, "    round: {to: 1}\n    carry-rounded: true\n", "", "    round: {to: 1}\n    carry-rounded: true\n", "")
	by, list := evens(t, m, Options{})
	at := func(id string, want float64, follows string) {
		require.Equal(t, Found, by[id].Outcome, id)
		assert.InEpsilon(t, want, *by[id].At, 1e-12, id)
		assert.Equal(t, follows, by[id].Follows, id)
	}
	at("effect", 0.27/0.7, Rising)
	at("completion", 0.27/0.8, Rising)
	at("value", 700_000/(875*0.31), Rising)
	assert.Equal(t, NoValue, by["running"].Outcome, "10.85 m is more than ten times 0.7 m")
	assert.Equal(t, 7.0, by["running"].To)
	at("courses", 700_000/(0.31*40_000), Rising)
	assert.Equal(t, NoValue, by["effect_today"].Outcome)
	assert.Contains(t, by["effect_today"].WordsDA, "ingen værdi fra 0 % til 100 %")
	assert.Equal(t, NoBearing, by["development"].Outcome)
	assert.InDelta(t, 0.27/0.7-0.8, *by["effect"].Distance, 1e-12)
	assert.Contains(t, by["effect"].WordsDA, "resultatet er 0 ved 38,6 %; nu 80 %, 41,4 procentpoint lavere")
	assert.Contains(t, by["value"].WordsEN, "93.5 % lower")
	for i := 1; i < len(list); i++ {
		assert.LessOrEqual(t, list[i-1].rank(), list[i].rank(), "what can be reached comes first")
	}
	// Over the years: half in 2024, 3.5 years of 0.875 (0.56 - 0.25) 40 = 10.85 m against the development + 4 x 0.7.
	m = chain(t, "    round: {to: 1}\n    carry-rounded: true\n", "", "    round: {to: 1}\n    carry-rounded: true\n", "", "value: 3.2", "value: 8")
	by, _ = evens(t, m, Options{Outcome: Accumulated})
	at("development", 3.5*10.85-4*0.7, Falling)
}

func TestAMeasuredRateHasItsBreakEvenAndItsProbability(t *testing.T) {
	m := chain(t, "    round: {to: 1}\n    carry-rounded: true\n", "", "    round: {to: 1}\n    carry-rounded: true\n", "")
	by, _ := evens(t, m, Options{Measured: measuredRates([2]int{}, [2]int{}, [2]int{60, 240})})
	b := by["benefit"]
	require.Equal(t, Found, b.Outcome)
	assert.InDelta(t, 0.27, *b.At, 1e-12)
	assert.Equal(t, FromMeasured, b.Basis)
	s := simulated(t, m, Options{Draws: 10_000, Measured: measuredRates([2]int{}, [2]int{}, [2]int{60, 240})})
	assert.InDelta(t, s.Saves, *b.Probability, 1e-3, "the gain is negative now: beyond is where it saves")
	by, _ = evens(t, m, Options{Measured: measuredRates([2]int{}, [2]int{}, [2]int{80, 240})})
	s = simulated(t, m, Options{Draws: 10_000, Measured: measuredRates([2]int{}, [2]int{}, [2]int{80, 240})})
	assert.InDelta(t, s.Loses, *by["benefit"].Probability, 1e-3)
}

func TestAllZerosAreFoundAndUnsteadinessIsTold(t *testing.T) {
	m := compiled(t, `rettidig-proposal: 1
id: twice
title: Two zeros
type: investment
price-level: 2026
years: 2026-2026
parameters:
  - {id: a, label: A, value: 6, unit: "1000 kr"}
  - {id: middle, label: M, value: 5, unit: "1000 kr"}
  - {id: off, label: Off, value: 0, unit: "1000 kr"}
rows:
  - {id: less, label: Mindre, kind: saving, formula: off - abs(a - middle) + 0.4 * middle}
`)
	by, _ := evens(t, m, Options{})
	a := by["a"]
	assert.Equal(t, NotSteady, a.Follows)
	assert.InDelta(t, 7, *a.At, 1e-9, "the nearest to 6")
	require.Len(t, a.Others, 1)
	assert.InDelta(t, 3, a.Others[0], 1e-9)
	assert.Contains(t, a.WordsDA, "stiger og falder")
	assert.Equal(t, NoScale, by["off"].Outcome)
}

// What is divided by is no number at 0, where the search would begin: 1000 / m x 50 = 2000 at m = 25, and of a hyperbola
// with its pole inside the range, 10 / (p - 4) = 5 at p = 6, the pole itself is no answer. By-year values are told of.
func TestABreakEvenOfWhatIsDividedByIsWorkedByHand(t *testing.T) {
	m := compiled(t, `rettidig-proposal: 1
id: division
title: Division
type: investment
price-level: 2026
years: 2026-2026
parameters:
  - {id: hours, label: Timer, value: 1000, unit: hours}
  - {id: m, label: Minutter, value: 8, unit: hours}
  - {id: price, label: Pris, value: 50, unit: kr}
  - {id: cost, label: Udgift, by-year: {2026: 2000}, unit: kr}
rows:
  - {id: less, label: Mindre, kind: saving, formula: -hours / m * price}
  - {id: more, label: Mere, kind: running cost, formula: cost}
`)
	by, _ := evens(t, m, Options{})
	require.Equal(t, Found, by["m"].Outcome)
	assert.InDelta(t, 25, *by["m"].At, 1e-9)
	assert.Empty(t, by["m"].Others)
	assert.Equal(t, Falling, by["m"].Follows)
	out, err := BreakEven(m, Options{})
	require.NoError(t, err)
	assert.Equal(t, []Label{{"Udgift", "Udgift"}}, out.ByYear)
	var b strings.Builder
	require.NoError(t, out.Text(&b, danish))
	assert.Contains(t, b.String(), "Udeladt, fordi de har en værdi for hvert år: Udgift.")

	for _, c := range []struct {
		name     string
		gain     func(float64) float64
		from, to float64
		zeros    []float64
	}{
		{"at both ends", func(x float64) float64 { return 1/x - 1/(10-x) }, 0, 10, []float64{5}},
		{"pole inside, on no step", func(x float64) float64 { return 10/(x-4.0001) - 5 }, 0, 10, []float64{6.0001}},
		{"pole on a step", func(x float64) float64 { return 10/(x-4) - 5 }, 0, 10, []float64{6}},
		{"no number in the lower half", func(x float64) float64 { return math.Sqrt(x-5) - 1 }, 0, 10, []float64{6}},
		{"near the pole", func(x float64) float64 { return 1/x - 1000 }, 0, 10, []float64{0.001}},
		{"a jump", func(x float64) float64 { return math.Floor(x) - 2.5 }, 0, 10, []float64{3}},
	} {
		v := Even{From: c.from, To: c.to, Value: 5.5}
		v.search(0, 1, c.gain)
		require.Equal(t, Found, v.Outcome, c.name)
		assert.InDeltaSlice(t, c.zeros, append([]float64{*v.At}, v.Others...), 1e-9, c.name)
	}
}

func TestSU7CanBeWeighed(t *testing.T) {
	m, err := cases.MustLoad("su7").Compile()
	require.NoError(t, err)
	known, err := Simulate(m, Options{Draws: 200, Outcome: "alg1_saving"})
	require.NoError(t, err)
	assert.InDelta(t, 10.84e6, known.Gain.Value, 1e-6)
	by := torn(t, m, Options{Outcome: "alg1_saving"}, false)
	assert.NotZero(t, by["algorithm_effect"].Swing())
	assert.Zero(t, by["alg2_overlap"].Swing())
	assert.InDelta(t, 0, *by["alg2_overlap"].First, 0.02)
	// 219 citizens today: the sign changes where 874 x 0.7 x effect rounds to 219 and not 218 citizens.
	even, _ := evens(t, m, Options{Outcome: "alg1_saving"})
	assert.InDelta(t, 219/612.5, *even["algorithm_effect"].At, 0.5/612.5+1e-9)
}

func BenchmarkSimulateSU7(b *testing.B) {
	m, err := cases.MustLoad("su7").Compile()
	require.NoError(b, err)
	for b.Loop() {
		simulated(b, m, Options{})
	}
}
