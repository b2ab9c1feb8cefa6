package risk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// compiled reads a proposal, with pairs of old and new text exchanged.
func compiled(t testing.TB, text string, exchange ...string) *proposal.Model {
	t.Helper()
	for i := 0; i < len(exchange); i += 2 {
		require.Contains(t, text, exchange[i])
		text = strings.Replace(text, exchange[i], exchange[i+1], 1)
	}
	p, err := proposal.Read(strings.NewReader(text), "test.yaml")
	require.NoError(t, err)
	m, err := p.Compile()
	require.NoError(t, err)
	return m
}

func chainText(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/chain.yaml")
	require.NoError(t, err)
	return string(b)
}

func chain(t testing.TB, exchange ...string) *proposal.Model {
	return compiled(t, chainText(t), exchange...)
}

func simulated(t testing.TB, m *proposal.Model, o Options) *Simulation {
	t.Helper()
	s, err := Simulate(m, o)
	require.NoError(t, err)
	return s
}

// quantiles.json is written by testdata/quantiles.py.
func TestQuantilesEqualScipys(t *testing.T) {
	b, err := os.ReadFile("testdata/quantiles.json")
	require.NoError(t, err)
	var cases []struct {
		Kind    string
		Numbers []float64
		Share   bool
		U, Q    []float64
	}
	require.NoError(t, json.Unmarshal(b, &cases))
	require.Len(t, cases, 22)
	for _, c := range cases {
		n := func(i int) proposal.Number { return proposal.Num(c.Numbers[i]) }
		two := func() *[2]proposal.Number { return &[2]proposal.Number{n(0), n(1)} }
		d := &proposal.Uncertain{}
		switch c.Kind {
		case "uniform":
			d.Uniform = two()
		case "triangular":
			d.Triangular = &[3]proposal.Number{n(0), n(1), n(2)}
		case "pert":
			d.Pert = &[3]proposal.Number{n(0), n(1), n(2)}
		case "normal":
			d.Normal = two()
		case "lognormal":
			d.Lognormal = two()
		case "counted":
			d.Counted = two()
		}
		high := inf
		if c.Share {
			high = 1
		}
		at := quantileOf(d, 0, high)
		for i, u := range c.U {
			scale := math.Max(math.Abs(c.Q[i]), 1e-6)
			assert.InDelta(t, c.Q[i], at(u), 1e-8*scale, "%s %v at %v", c.Kind, c.Numbers, u)
		}
	}
}

func TestQuantilesRiseAndStayWhereTheyMay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := rapid.SliceOfNDistinct(rapid.Float64Range(0.01, 0.99), 3, 3, rapid.ID).Draw(rt, "x")
		slices.Sort(x)
		n := func(i int) proposal.Number { return proposal.Num(x[i]) }
		for _, d := range []*proposal.Uncertain{
			{Uniform: &[2]proposal.Number{n(0), n(2)}}, {Triangular: &[3]proposal.Number{n(0), n(1), n(2)}}, {Pert: &[3]proposal.Number{n(0), n(1), n(2)}},
			{Normal: &[2]proposal.Number{n(0), n(1)}}, {Lognormal: &[2]proposal.Number{n(0), proposal.Num(1 + x[1])}}, {Counted: &[2]proposal.Number{proposal.Num(3), proposal.Num(7)}},
		} {
			low, high := d.Range()
			low, high = math.Max(low, 0), math.Min(high, 1)
			at := quantileOf(d, 0, 1)
			before := math.Inf(-1)
			for _, u := range []float64{0, 1e-12, 0.001, 0.3, 0.30001, 0.5, 0.9, 1 - 1e-12, 1} {
				q := at(u)
				if math.IsNaN(q) || q < before-1e-12 || q < low-1e-12 || q > high+1e-12 {
					rt.Fatalf("%s at %v gives %v after %v", describe(d), u, q, before)
				}
				before = q
			}
		}
	})
}

func spearman(a, b []float64) float64 {
	rank := func(x []float64) []float64 {
		place := make([]int, len(x))
		for i := range place {
			place[i] = i
		}
		slices.SortFunc(place, func(i, j int) int {
			if x[i] < x[j] {
				return -1
			}
			return 1
		})
		out := make([]float64, len(x))
		for r, i := range place {
			out[i] = float64(r) - float64(len(x)-1)/2
		}
		return out
	}
	p, q := rank(a), rank(b)
	return dot(p, q) / math.Sqrt(dot(p, p)*dot(q, q))
}

// Plain draws of 5,000 would be off by 0.014 (one standard error) where the wanted is 0.
func TestDrawsHaveTheRankCorrelationThatWasAsked(t *testing.T) {
	ids := []string{"a", "b", "c", "d"}
	asked := []proposal.Corr{{Of: [2]string{"a", "b"}, Rank: 0.6}, {Of: [2]string{"c", "b"}, Rank: -0.3}, {Of: [2]string{"a", "c"}, Rank: 0.1}}
	bs, err := blocks(ids, asked)
	require.NoError(t, err)
	require.Len(t, bs, 1)
	mean := make([]float64, len(asked))
	for seed := range uint64(10) {
		u := uniforms(seed, ids, bs, 5000)
		for k, c := range asked {
			got := spearman(u[slices.Index(ids, c.Of[0])], u[slices.Index(ids, c.Of[1])])
			assert.InDelta(t, c.Rank, got, 0.02, "seed %d, %v", seed, c.Of)
			mean[k] += got / 10
		}
		for k := range ids {
			s := slices.Clone(u[k])
			slices.Sort(s)
			for i, x := range s {
				require.Equal(t, i, int(x*5000), "one draw in each stratum")
			}
		}
	}
	for k, c := range asked {
		assert.InDelta(t, c.Rank, mean[k], 0.006, "mean of 10 seeds, %v", c.Of)
	}
}

func TestFullCorrelationGivesTheSameOrder(t *testing.T) {
	for _, r := range []float64{1, -1} {
		bs, err := blocks([]string{"a", "b"}, []proposal.Corr{{Of: [2]string{"a", "b"}, Rank: r}})
		require.NoError(t, err)
		u := uniforms(1, []string{"a", "b"}, bs, 1000)
		assert.InDelta(t, r, spearman(u[0], u[1]), 1e-12)
	}
}

func TestAnotherParameterDoesNotMoveTheDraws(t *testing.T) {
	with := []proposal.Corr{{Of: [2]string{"a", "b"}, Rank: 0.5}}
	few, err := blocks([]string{"a", "b"}, with)
	require.NoError(t, err)
	more, err := blocks([]string{"new", "a", "x", "b"}, with)
	require.NoError(t, err)
	u, v := uniforms(3, []string{"a", "b"}, few, 500), uniforms(3, []string{"new", "a", "x", "b"}, more, 500)
	assert.Equal(t, u[0], v[1])
	assert.Equal(t, u[1], v[3])
}

func TestImpossibleCorrelationsAreRefusedWithTheNearestThatCanHold(t *testing.T) {
	ids := []string{"a", "b", "c"}
	_, err := blocks(ids, []proposal.Corr{{Of: [2]string{"a", "b"}, Rank: 0.9}, {Of: [2]string{"b", "c"}, Rank: 0.9}, {Of: [2]string{"a", "c"}, Rank: -0.9}})
	require.ErrorContains(t, err, "not positive semi-definite")
	require.ErrorContains(t, err, "a and b 0.")
	var r [3]float64
	for i, pair := range []string{"a and b ", "a and c ", "b and c "} {
		_, after, ok := strings.Cut(err.Error(), pair)
		require.True(t, ok, err.Error())
		_, scanErr := fmt.Sscan(strings.Fields(after)[0], &r[i])
		require.NoError(t, scanErr)
	}
	_, err = blocks(ids, []proposal.Corr{{Of: [2]string{"a", "b"}, Rank: r[0]}, {Of: [2]string{"a", "c"}, Rank: r[1]}, {Of: [2]string{"b", "c"}, Rank: r[2]}})
	assert.NoError(t, err, "what is proposed holds: %v", r)
}

// Higham (2002), section 4: the nearest to this matrix, printed there with four decimals.
func TestNearestIsHighams(t *testing.T) {
	got := nearest([][]float64{{1, 1, 0}, {1, 1, 1}, {0, 1, 1}})
	for i, row := range [][]float64{{1, 0.7607, 0.1573}, {0.7607, 1, 0.7607}, {0.1573, 0.7607, 1}} {
		for j, want := range row {
			assert.InDelta(t, want, got[i][j], 5e-5)
		}
	}
}

// 490 - 219 = 271 citizens at 40,000 kr are 10.84 m kr, in every draw.
func TestWithoutUncertaintyTheSimulationIsTheCalculation(t *testing.T) {
	m := chain(t)
	s := simulated(t, m, Options{Draws: 500})
	r, err := m.Compute(proposal.Options{})
	require.NoError(t, err)
	assert.InDelta(t, 10.84, s.Quantities[2].Value, 1e-12)
	assert.Equal(t, s.Quantities[2].Value, s.Quantities[2].Lower)
	assert.InDelta(t, 1e6*(10.84-0.7), s.Gain.Value, 1e-6)
	assert.Zero(t, s.Gain.SD)
	for k := range r.Years {
		assert.InDelta(t, r.Totals.Overall[k].Exact, s.Overall[k].Mean, 1e-9)
		assert.InDelta(t, r.Payback.Accumulated[k], s.Accumulated[k].Upper, 1e-9)
	}
	assert.Equal(t, r.Payback.Total, s.Payback.Value)
	assert.Equal(t, r.Payback.Service, s.OnService.Value)
	assert.Equal(t, 1.0, s.Payback.Repaid)
	assert.Contains(t, s.WordsDA, "Ingen parametre er usikre")
}

// linear is a x 100 - b x 7 - c x 2, in 1,000 kr: mean and variance follow on paper.
const linear = `rettidig-proposal: 1
id: linear
title: Linear
type: investment
price-level: 2026
years: 2026-2027
parameters:
  - {id: a, label: A, value: 10, unit: "1000 kr", uncertain: {uniform: [6, 12]}}
  - {id: b, label: B, value: 3, unit: "1000 kr", uncertain: {triangular: [0, 3, 9]}}
  - {id: c, label: C, value: 100, unit: "1000 kr", uncertain: {normal: [100, 1]}}
rows:
  - {id: less, label: Mindre, kind: saving, formula: -100 * a}
  - {id: more, label: Mere, kind: running cost, formula: 7 * b + 2 * c}
`

// The mean of a uniform on [6, 12] is 9 and its variance 3; of the triangle (0, 3, 9) 4 and 63/18 = 3.5 (9 less than its
// sum of squares, Johnson 1997); of the sum 100 x 9 - 7 x 4 - 0 and 10,000 x 3 + 49 x 3.5 + 4 x 1.
func TestALinearProposalHasTheMeanAndVarianceWorkedByHand(t *testing.T) {
	m := compiled(t, linear)
	s := simulated(t, m, Options{Draws: 20_000, Seed: 5})
	assert.InDelta(t, 1000*(900-28-200), s.Gain.Mean, 1000*0.01)
	assert.InEpsilon(t, 1e6*(30000+49*3.5+4), s.Gain.SD*s.Gain.SD, 0.003)
	assert.InDelta(t, -(900 - 28 - 200), s.Permanent.Mean, 0.01)
	assert.InDelta(t, 2*s.Permanent.Mean, s.Accumulated[1].Mean, 1e-9)
}

func TestCorrelationEntersTheVariance(t *testing.T) {
	text := strings.Replace(linear, "7 * b + 2 * c", "100 * b", 1)
	text = strings.Replace(text, "triangular: [0, 3, 9]", "uniform: [0, 6]", 1)
	m := compiled(t, text, "rows:", "correlations:\n  - {of: [a, b], rank: 1}\nrows:")
	s := simulated(t, m, Options{Draws: 2000})
	assert.InDelta(t, 0, s.Gain.SD, 150, "both are uniform over 6: what the one gives the other takes, but for the place within a stratum")
}

func TestSameSeedSameBytesWhateverTheThreads(t *testing.T) {
	m := chain(t, "value: 40_000, unit: kr/citizen", "value: 40_000, unit: kr/citizen, uncertain: {pert: [20_000, 40_000, 45_000]}",
		"value: 80 %, unit: share", "value: 80 %, unit: share, uncertain: {counted: [80, 100]}")
	bytes := func(seed uint64, threads int) string {
		b, err := json.Marshal(simulated(t, m, Options{Draws: 1000, Seed: seed, Threads: threads}))
		require.NoError(t, err)
		return string(b)
	}
	one := bytes(4, 1)
	for _, threads := range []int{2, 3, 7} {
		assert.Equal(t, one, bytes(4, threads), "%d threads", threads)
	}
	assert.NotEqual(t, one, bytes(5, 1))
}

func measuredRates(completion, effect, benefit [2]int) *businesscase.Measured {
	of := func(c [2]int) businesscase.Rate {
		if c[1] == 0 {
			return businesscase.Rate{}
		}
		return businesscase.RateOf(float64(c[0]), c[1], "test")
	}
	return &businesscase.Measured{Completion: of(completion), Effect: of(effect), Benefit: of(benefit)}
}

func TestABetterMeasuredRateNeverLowersTheSaving(t *testing.T) {
	m := chain(t)
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(20, 400).Draw(rt, "n")
		c := rapid.IntRange(5, n-1).Draw(rt, "completed")
		e := rapid.IntRange(0, c-1).Draw(rt, "with effect")
		o := Options{Draws: 200, Seed: 9, Threads: 1, Measured: measuredRates([2]int{c, n}, [2]int{e, c}, [2]int{})}
		before, err := Simulate(m, o)
		require.NoError(rt, err)
		o.Measured = measuredRates([2]int{c + 1, n}, [2]int{e + 1, c}, [2]int{})
		after, err := Simulate(m, o)
		require.NoError(rt, err)
		for i := range shares {
			if after.Gain.Quantiles[i] < before.Gain.Quantiles[i]-1e-6 {
				rt.Fatalf("%d of %d, %d with effect: %v, and better rates give %v", c, n, e, before.Gain.Quantiles[i], after.Gain.Quantiles[i])
			}
		}
	})
}

// 150 of 240 completed, 90 of them with effect: 90 of 240 counted directly. The product of the two rates is the same
// estimate, and nearly the same distribution.
func TestABenefitMeasuredDirectlyTakesThePlaceOfTheProduct(t *testing.T) {
	m := chain(t, "    round: {to: 1}\n    carry-rounded: true\n  - id: saving_a_year", "  - id: saving_a_year",
		"quantities:\n", "quantities:\n  - {id: completing, label: Gennemfører, formula: courses * completion, unit: courses/year}\n")
	product := simulated(t, m, Options{Seed: 1, Measured: measuredRates([2]int{150, 240}, [2]int{90, 150}, [2]int{})})
	direct := simulated(t, m, Options{Seed: 1, Measured: measuredRates([2]int{150, 240}, [2]int{90, 150}, [2]int{90, 240})})
	assert.InDelta(t, product.Gain.Value, direct.Gain.Value, 1e-6)
	assert.InEpsilon(t, product.Gain.SD, direct.Gain.SD, 0.02)
	assert.InDelta(t, product.Gain.Lower, direct.Gain.Lower, 0.03*product.Gain.SD*10)
	assert.InDelta(t, 875*150.0/240, direct.Quantities[0].Value, 1e-9, "as many complete as were counted")
	assert.InEpsilon(t, product.Quantities[0].SD, direct.Quantities[0].SD, 0.02)
	require.Len(t, direct.Inputs, 2)
	assert.Equal(t, "benefit", direct.Inputs[0].ID)
	assert.Equal(t, "benefit_for_product", direct.Notes[0].ID)
	alone := simulated(t, m, Options{Seed: 1, Measured: measuredRates([2]int{}, [2]int{}, [2]int{90, 240})})
	assert.InDeltaSlice(t, direct.Gain.Quantiles, alone.Gain.Quantiles, 1e-6, "how many completed does not change who has effect")
	assert.Equal(t, "completion_not_measured", alone.Notes[1].ID)
}

func TestWhatAScenarioSetsIsKnown(t *testing.T) {
	m := chain(t, "value: 80 %, unit: share", "value: 80 %, unit: share, uncertain: {counted: [80, 100]}")
	s := simulated(t, m, Options{Scenario: proposal.NewScenario("fast", map[string]float64{"effect": 0.5})})
	assert.Empty(t, s.Inputs)
	assert.Equal(t, "fast", s.Scenario)
	assert.InDelta(t, 1e6*((306-219)*0.04-0.7), s.Gain.Value, 1e-6, "875 x 0.7 x 0.5 = 306")
	_, err := Simulate(m, Options{Scenario: proposal.NewScenario("fast", map[string]float64{"efect": 0.5})})
	assert.ErrorContains(t, err, "did you mean effect")
}

func TestPaybackSharesAddUpAndFollowTheRule(t *testing.T) {
	m := chain(t, "value: 40_000, unit: kr/citizen", "value: 40_000, unit: kr/citizen, uncertain: {uniform: [1_000, 60_000]}")
	s := simulated(t, m, Options{Draws: 4000})
	sum := s.Payback.NotRepaid + s.Payback.None
	for _, y := range s.Payback.ByYear {
		sum += y.Share
	}
	assert.InDelta(t, 1, sum, 1e-12)
	// 271 citizens x value, half in 2024, against 3.2 m and 0.7 m a year. Repaid in 2024: 0.1355 v >= 3900, v >= 28,782;
	// by 2027: 3.5 x 0.271 v >= 3200 + 4 x 700, v >= 6,326. Uniform from 1,000 over 59,000.
	assert.InDelta(t, (60000-28782.3)/59000, s.Payback.ByYear[2].Share, 1e-3)
	assert.InDelta(t, (6325.8-1000)/59000, s.Payback.NotRepaid, 1e-3)
	assert.InDelta(t, (700/0.271-1000)/59000, s.Loses, 1e-3, "below 2,583 kr a citizen the running cost eats it")
	assert.InDelta(t, 1, s.Saves+s.Loses, 1e-9)
}

func TestKindsOfGainStayApart(t *testing.T) {
	m := chain(t)
	s := simulated(t, m, Options{Draws: 200})
	require.Len(t, s.Gains, 1)
	assert.Equal(t, proposal.Capacity, s.Gains[0].Gain)
	assert.InDelta(t, -10840, s.Gains[0].Value, 1e-9)
	assert.InDelta(t, 700, s.Cash.Value, 1e-9, "what a budget can fall by is nothing; the running cost stays")
	both := simulated(t, chain(t, "value: 80 %, unit: share", "value: 80 %, unit: share, uncertain: {counted: [80, 100]}"), Options{Draws: 200})
	ids := ""
	for _, n := range both.Notes {
		ids += n.ID + " "
	}
	assert.Contains(t, ids, "only_cash capacity_not_cash")
	assert.Contains(t, both.WordsDA, "Med 90 % sikkerhed mellem ")
	assert.Contains(t, both.WordsDA, "mio. kr. om året")
	assert.Contains(t, both.WordsDA, "0 % risiko for tab")
}

func TestBadOptionsAndDivisionsByNothingAreSaid(t *testing.T) {
	m := chain(t)
	_, err := Simulate(m, Options{Draws: 3})
	assert.ErrorContains(t, err, "draws is 3")
	_, err = Simulate(m, Options{Outcome: "nothing"})
	assert.ErrorContains(t, err, `no outcome "nothing"`)
	_, err = Simulate(m, Options{Measured: measuredRates([2]int{5, 4}, [2]int{1, 2}, [2]int{})})
	assert.ErrorContains(t, err, "no more events than citizens")
	bad := chain(t, "formula: (with_model - today) * value", "formula: (with_model - today) * value / round(completion)",
		"value: 70 %, unit: share", "value: 70 %, unit: share, uncertain: {uniform: [0, 1]}")
	_, err = Simulate(bad, Options{})
	assert.ErrorContains(t, err, "is no number in")
}

func BenchmarkSimulate(b *testing.B) {
	m := chain(b, "value: 40_000, unit: kr/citizen", "value: 40_000, unit: kr/citizen, uncertain: {pert: [20_000, 40_000, 45_000]}")
	measured := measuredRates([2]int{150, 240}, [2]int{90, 150}, [2]int{})
	for b.Loop() {
		simulated(b, m, Options{Measured: measured, Seed: rand.Uint64()})
	}
}

func TestOneIdleParameterIsOne(t *testing.T) {
	idle := Even{Outcome: NoBearing}
	for _, c := range []struct {
		evens  []Even
		da, en string
	}{
		{[]Even{idle}, "1 anden parameter betyder intet for dette resultat.", "1 other parameter has no bearing on this result."},
		{[]Even{idle, idle}, "2 andre parametre betyder intet for dette resultat.", "2 other parameters have no bearing on this result."},
	} {
		for lang, want := range map[string]string{"da": c.da, "en": c.en} {
			var b bytes.Buffer
			require.NoError(t, (&Evens{Evens: c.evens}).Text(&b, lang))
			assert.Contains(t, b.String(), want)
		}
	}
	var b bytes.Buffer
	require.NoError(t, (&Evens{}).Text(&b, "da"))
	assert.NotContains(t, b.String(), "betyder intet")
}
