package account

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/businesscase"
)

// betaBinomial is P(K <= k) of n courses by the closed form, the slow twin of the mixture.
func betaBinomial(n, k int, c counts) float64 {
	a, b, sum := c.events+0.5, c.n-c.events+0.5, 0.0
	for i := range k + 1 {
		x, m := float64(i), float64(n)
		choose := mathext.Lbeta(x+1, m-x+1) + math.Log(m+1)
		sum += math.Exp(mathext.Lbeta(a+x, b+m-x) - mathext.Lbeta(a, b) - choose)
	}
	return sum
}

func TestAQuarterIsBetaBinomial(t *testing.T) {
	for _, c := range []counts{{160, 240}, {3, 4}, {0, 10}, {10, 10}, {500, 800}, {12.5, 40}} {
		for _, n := range []int{1, 7, 219, 875} {
			d := c.nodes().of(n)
			worst := 0.0
			for i, have := range d.cdf {
				worst = max(worst, math.Abs(have-betaBinomial(n, d.first+i, c)))
			}
			assert.Less(t, worst, 1.2e-3, "%+v, %d courses", c, n)
			assert.InDelta(t, 1, d.cdf[len(d.cdf)-1], 1e-12)
		}
	}
}

// The product of two rates has no closed form: 200,000 draws, each of two posteriors and a binomial, tell. The standard error of a share
// of them is at most 0.0011.
func TestAProductIsTheMixtureOverBothRates(t *testing.T) {
	completion, effect, n := counts{160, 240}, counts{100, 160}, 219
	src := rand.NewPCG(3, 4)
	ca := distuv.Beta{Alpha: 160.5, Beta: 80.5, Src: src}
	ea := distuv.Beta{Alpha: 100.5, Beta: 60.5, Src: src}
	const draws = 200_000
	at := make([]float64, n+1)
	for range draws {
		k := int(distuv.Binomial{N: float64(n), P: ca.Rand() * ea.Rand(), Src: src}.Rand())
		at[k] += 1.0 / draws
	}
	d := product(completion, effect).of(n)
	sum, worst := 0.0, 0.0
	for k, share := range at {
		sum += share
		have := 0.0
		if i := k - d.first; i >= 0 {
			have = d.cdf[min(i, len(d.cdf)-1)]
		}
		worst = max(worst, math.Abs(have-sum))
	}
	assert.Less(t, worst, 0.004)
}

// A municipality with true rates: forecasts from one validation, quarters realised afterwards. Every quarter's interval holds its figure nine times in
// ten and a little more (counts are whole), and so does that of the sum; the interval of the sum is narrower than the sum of the intervals and wider
// than if quarters erred independently.
func TestIntervalsHoldWhatIsRealisedNineTimesInTen(t *testing.T) {
	const towns, quarters, each = 200, 4, 219
	rng := rand.New(rand.NewPCG(9, 9))
	count := func(n int, p float64) (k int) {
		for range n {
			if rng.Float64() < p {
				k++
			}
		}
		return k
	}
	inside, sums := map[Quantity]float64{}, map[Quantity]float64{}
	for range towns {
		completed := count(240, 0.66)
		p := projection(t, completed, count(completed, 0.62), 240)
		f, err := FromProjection(p, Plan{Made: rettidig.DayOf(2024, 12, 1), By: "x", First: Quarter{2025, 1}, Courses: evenly(quarters, each), PriceLevel: "2023"})
		require.NoError(t, err)
		totals := map[Quantity]float64{}
		for q := range quarters {
			c := count(each, 0.66)
			e := float64(count(c, 0.62))
			for _, s := range f.Series {
				x := map[Quantity]float64{Completions: float64(c), Effects: e, Kroner: 40_000 * (e - 0.25*each)}[s.Quantity]
				totals[s.Quantity] += x
				if s.Quarters[q].Includes(x) {
					inside[s.Quantity] += 1.0 / (towns * quarters)
				}
			}
		}
		for _, s := range f.Series {
			if s.Sum[quarters-1].Includes(totals[s.Quantity]) {
				sums[s.Quantity] += 1.0 / towns
			}
			one, all := s.Quarters[0].Range, s.Sum[quarters-1]
			assert.Less(t, all.Upper-all.Lower, 4*(one.Upper-one.Lower))
			assert.Greater(t, all.Upper-all.Lower, 2*(one.Upper-one.Lower), "independent quarters would give twice")
		}
	}
	for q, share := range inside {
		t.Logf("%-12s quarter %.3f, sum %.3f", q, share, sums[q])
		assert.InDelta(t, 0.915, share, 0.045, "%s", q)
		assert.InDelta(t, 0.90, sums[q], 0.06, "%s, sum", q)
	}
	require.Len(t, inside, 3)
}

func TestAForecastSaysWhereItComesFrom(t *testing.T) {
	p := projection(t, 160, 100, 240)
	f, err := FromProjection(p, Plan{Made: rettidig.DayOf(2024, 12, 1), By: "x", Model: "benefit-1", First: Quarter{2025, 3}, Courses: []int{200, 201, 202},
		PhaseIn: []float64{0.5, 1, 1}, PriceLevel: "2023", MinutesPerEffect: 174})
	require.NoError(t, err)
	require.Len(t, f.Series, 4)
	assert.Equal(t, []Kind{{Completions, ""}, {Effects, ""}, {Minutes, Capacity}, {Kroner, Capacity}}, []Kind{f.Series[0].Kind, f.Series[1].Kind, f.Series[2].Kind, f.Series[3].Kind})
	assert.Equal(t, 0.25, f.BaselineRate)
	assert.Equal(t, uint64(1), f.Seed)
	effects := f.Series[1].Quarters
	assert.Equal(t, []int{100, 201, 202}, []int{effects[0].Courses, effects[1].Courses, effects[2].Courses}, "phase-in is a share of the courses")
	assert.Equal(t, Quarter{2026, 1}, effects[2].Quarter)
	// By hand: 100 of 240 had effect; 100 courses give 41.666667 and, less 25 of today's, 16.666667 more: 666,666.67 kr and 2,900 minutes.
	assert.Equal(t, 41.666667, effects[0].Estimate)
	assert.Equal(t, 666666.666667, f.Series[3].Quarters[0].Estimate)
	assert.Equal(t, 2900.0, f.Series[2].Quarters[0].Estimate)
	assert.Equal(t, DefaultKronerDays, f.Series[3].MatureDays)
	k := f.Series[3].Quarters[0]
	assert.Equal(t, 40_000*(effects[0].Lower-25), k.Lower, "kroner follow the count's limits")
	assert.Equal(t, 40_000*(effects[0].Upper-25), k.Upper)
	assert.Equal(t, f.ID(), (&f).ID())
	byProduct, err := FromProjection(p, Plan{Made: rettidig.DayOf(2024, 12, 1), By: "x", First: Quarter{2025, 3}, Courses: []int{200}, PriceLevel: "2023", Way: businesscase.ByProduct})
	require.NoError(t, err)
	assert.InDelta(t, 200*100.0/240, byProduct.Series[1].Quarters[0].Estimate, 1e-6, "160/240 x 100/160")
	assert.NotEqual(t, f.ID(), byProduct.ID())
	twin := product(counts{160, 240}, counts{100, 160}).of(200)
	assert.Equal(t, [2]float64{float64(twin.quantile(0.05)), float64(twin.quantile(0.95))}, [2]float64{byProduct.Series[1].Quarters[0].Lower, byProduct.Series[1].Quarters[0].Upper})
	for i, n := range []int{100, 301, 503} { // the sum is one draw of all courses so far, by the closed form
		c := counts{160, 240}
		s := f.Series[0].Sum[i]
		assert.InDelta(t, float64(n)*2/3, s.Estimate, 1e-6)
		assert.Less(t, betaBinomial(n, int(s.Lower)-1, c), 0.052)
		assert.Greater(t, betaBinomial(n, int(s.Lower), c), 0.048)
		assert.Less(t, betaBinomial(n, int(s.Upper)-1, c), 0.952)
		assert.Greater(t, betaBinomial(n, int(s.Upper), c), 0.948)
	}
}

func TestAPlanThatCannotBeIsRefused(t *testing.T) {
	good := func() (businesscase.Projection, Plan) {
		return projection(t, 160, 100, 240), Plan{Made: rettidig.DayOf(2024, 12, 1), By: "x", First: Quarter{2025, 1}, Courses: []int{200}, PriceLevel: "2023"}
	}
	for _, c := range []struct {
		name string
		edit func(*businesscase.Projection, *Plan)
		want string
	}{
		{"nothing compared", func(p *businesscase.Projection, _ *Plan) { p.Comparisons = nil }, "comparisons is empty"},
		{"no quarters", func(_ *businesscase.Projection, l *Plan) { l.Courses = nil }, "courses is 0, want a number for each"},
		{"negative courses", func(_ *businesscase.Projection, l *Plan) { l.Courses[0] = -1 }, "courses is -1"},
		{"phase-in of another length", func(_ *businesscase.Projection, l *Plan) { l.PhaseIn = []float64{1, 1} }, "phase_in is 2, want as many"},
		{"phase-in above 1", func(_ *businesscase.Projection, l *Plan) { l.PhaseIn = []float64{1.5} }, "phase_in is 1.5"},
		{"phase-in NaN", func(_ *businesscase.Projection, l *Plan) { l.PhaseIn = []float64{math.NaN()} }, "phase_in is NaN"},
		{"more events than cases", func(p *businesscase.Projection, _ *Plan) { p.Rates[0].Events = 1e6 }, "events of n"},
		{"unknown way", func(_ *businesscase.Projection, l *Plan) { l.Way = "guess" }, "no usable comparison guess against su7"},
		{"no own baseline", func(_ *businesscase.Projection, l *Plan) { l.Baseline = businesscase.OwnBaseline }, "no usable comparison benefit against own"},
		{"rates are gone", func(p *businesscase.Projection, _ *Plan) { p.Rates = nil }, "has not the rates"},
		{"no price level", func(_ *businesscase.Projection, l *Plan) { l.PriceLevel = "" }, "price_level is not given"},
		{"nobody", func(_ *businesscase.Projection, l *Plan) { l.By = " " }, `by is "", want some text`},
		{"a strange gain", func(_ *businesscase.Projection, l *Plan) { l.KronerGain = "paper" }, "kroner (paper)"},
		{"too early to be judged", func(_ *businesscase.Projection, l *Plan) { l.KronerDays = 30 }, "mature_days is 30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, plan := good()
			c.edit(&p, &plan)
			_, err := FromProjection(p, plan)
			require.ErrorContains(t, err, c.want)
			assert.Equal(t, rettidig.Invalid, rettidig.KindOf(err))
		})
	}
	p, plan := good()
	_, err := FromProjection(p, plan)
	require.NoError(t, err)
}

func BenchmarkFromProjection(b *testing.B) {
	p := projection(b, 160, 100, 240)
	plan := Plan{Made: rettidig.DayOf(2024, 12, 1), By: "x", First: Quarter{2025, 1}, Courses: evenly(16, 219), PriceLevel: "2023"}
	for b.Loop() {
		if _, err := FromProjection(p, plan); err != nil {
			b.Fatal(err)
		}
	}
}
