package businesscase

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func su7Params(t require.TestingT) Params {
	p, err := ParamsOf(cases.MustLoad("su7"))
	require.NoError(t, err)
	return p
}

// chain is a model with SU7's own rates, measured on 200 selected.
func chain() Measured {
	return Measured{Completion: RateOf(140, 200, "test year"), Effect: RateOf(112, 140, "test year"), Benefit: RateOf(112, 200, "test year")}
}

func project(t require.TestingT, m Measured, draws int) Projection {
	out, err := FromPrecision(su7Params(t), m, MCOptions{Draws: draws, Seed: 1})
	require.NoError(t, err)
	return out
}

func TestSU7sOwnRatesGiveSU7sSaving(t *testing.T) {
	out := project(t, chain(), 0)
	require.Len(t, out.Comparisons, 2)
	for _, c := range out.Comparisons {
		assert.InDelta(t, 490, c.Citizens.Estimate, 1e-9)
		assert.InDelta(t, 218.75, c.BaselineCitizens.Estimate, 1e-9)
		assert.InDelta(t, 271.25, c.ExtraCitizens.Estimate, 1e-9)
		assert.InDelta(t, 10_850_000, c.Saving.Estimate, 1e-3)
		assert.InDelta(t, 10_150_000, c.NetOfRunning.Estimate, 1e-3)
		assert.Equal(t, Saves, c.Verdict)
		assert.False(t, c.IncludesZero)
	}
	assert.Equal(t, []string{ByBenefit, ByProduct}, []string{out.Comparisons[0].Way, out.Comparisons[1].Way})
	assert.InDelta(t, 10_150_000, out.Net.Estimate, 1e-3)
	assert.Equal(t, DefaultDraws, out.Draws)
	assert.Equal(t, "Målingen peger på en besparelse på 10,9 mio. kr. om året (90 %-interval fra 8,8 til 12,8 mio. kr. om året).", out.Comparisons[0].VerdictDA)
}

// scipy 1.15.3, see testdata/beta.py.
func TestSimulatedIntervalsEqualExactOnes(t *testing.T) {
	for _, c := range scipy(t).Products {
		m := Measured{Completion: RateOf(float64(c.Completion[0]), c.Completion[1], ""), Effect: RateOf(float64(c.Effect[0]), c.Effect[1], "")}
		rate := project(t, m, 20_000).Comparisons[0].Rate
		width := c.Q95 - c.Q05
		assert.InDelta(t, c.Q05, rate.Lower, 0.01*width, "%v", c)
		assert.InDelta(t, c.Q95, rate.Upper, 0.01*width, "%v", c)
	}
	for _, c := range scipy(t).Betas {
		if c.Events == 0 || c.Events == float64(c.N) {
			continue // there the interval is stretched to hold its estimate
		}
		rate := project(t, Measured{Benefit: RateOf(c.Events, c.N, "")}, 20_000).Comparisons[0].Rate
		assert.InDelta(t, c.Q[1], rate.Lower, 0.001*(c.Q[3]-c.Q[1]), "%v of %d", c.Events, c.N)
		assert.InDelta(t, c.Q[3], rate.Upper, 0.001*(c.Q[3]-c.Q[1]), "%v of %d", c.Events, c.N)
	}
}

func TestSameSeedGivesSameBytesAndAnotherSeedAlmostTheSame(t *testing.T) {
	m := everything()
	a, err := json.Marshal(project(t, m, 2000))
	require.NoError(t, err)
	b, err := json.Marshal(project(t, m, 2000))
	require.NoError(t, err)
	assert.Equal(t, string(a), string(b))

	other, err := FromPrecision(su7Params(t), m, MCOptions{Draws: 20_000, Seed: 99})
	require.NoError(t, err)
	one := project(t, m, 20_000)
	assert.NotEqual(t, one.Net, other.Net)
	assert.InEpsilon(t, one.Net.Lower, other.Net.Lower, 0.02)
}

func TestAMeasuredBaselineBringsItsOwnUncertainty(t *testing.T) {
	m := chain()
	m.BaseCompletion, m.BaseEffect = RateOf(100, 200, ""), RateOf(50, 100, "")
	out := project(t, m, 0)
	require.Len(t, out.Comparisons, 4)
	su7, own := out.Comparisons[0], out.Comparisons[1]
	assert.Equal(t, []string{SU7Baseline, OwnBaseline}, []string{su7.Baseline, own.Baseline})
	assert.InDelta(t, su7.Saving.Estimate, own.Saving.Estimate, 1e-3, "the same today, once known and once measured")
	assert.Greater(t, width(own.Saving), 1.2*width(su7.Saving))
	assert.Equal(t, su7.BaselineRate.Lower, su7.BaselineRate.Upper)
}

func TestSelectedThatArePartOfTheBaseMoveWithIt(t *testing.T) {
	m := Measured{Benefit: RateOf(112, 200, ""), BaseBenefit: RateOf(280, 400, "")}
	apart := project(t, m, 0).Comparisons[1]
	m.BaseIncludesSelected = true
	together := project(t, m, 0).Comparisons[1]
	assert.InDelta(t, apart.Saving.Estimate, together.Saving.Estimate, 1e-6)
	assert.Less(t, width(together.Saving), 0.9*width(apart.Saving))

	// By hand: saving is proportional to (1-w)(selected - rest), whose standard deviation is known.
	sd := func(events, n float64) float64 { // of Beta(events + 1/2, n - events + 1/2)
		a, b := events+0.5, n-events+0.5
		return math.Sqrt(a * b / (a + b) / (a + b) / (a + b + 1))
	}
	want := 2 * 1.645 * 875 * 40000 * 0.5 * math.Hypot(sd(112, 200), sd(168, 200))
	assert.InEpsilon(t, want, width(together.Saving), 0.01)

	m.BaseBenefit = m.Benefit // everybody is selected: nothing to choose among
	all := project(t, m, 0).Comparisons[1]
	assert.Equal(t, Interval{}, all.Saving)
	assert.Equal(t, Unclear, all.Verdict)
}

func width(i Interval) float64 { return i.Upper - i.Lower }

func TestOwnCoursesScaleTheSaving(t *testing.T) {
	m := chain()
	assert.Empty(t, project(t, m, 1000).Local)
	m.CoursesPerYear = 175 // a fifth of 875
	out := project(t, m, 1000)
	require.Len(t, out.Local, 2)
	for i, l := range out.Local {
		assert.Equal(t, 175, l.Courses)
		assert.InEpsilon(t, out.Comparisons[i].Saving.Lower/5, l.Saving.Lower, 1e-12)
		assert.InEpsilon(t, out.Comparisons[i].Saving.Upper/5, l.Saving.Upper, 1e-12)
	}
	m.SelectedShare = 0.3
	assert.Equal(t, 2917, project(t, m, 1000).CandidatesNeeded) // 875 / 0.3 = 2,916.7
}

func TestDeclineUsesTheMeasuredShareAndKeepsTheRestAsAssumed(t *testing.T) {
	m := chain()
	assert.Nil(t, project(t, m, 1000).Decline)
	m.Decline = RateOf(100, 400, "") // SU7's assumed 25 %
	out := project(t, m, 0)
	d := out.Decline
	require.NotNil(t, d)
	assert.InDelta(t, 775, d.IdentifiedCitizens.Estimate, 1e-9)
	assert.InDelta(t, 155, d.Citizens.Estimate, 1e-9)
	assert.InDelta(t, 6_200_000, d.Saving.Estimate, 1e-3)
	assert.InDelta(t, 6_200_000, d.AssumedSaving, 1e-3)
	assert.Less(t, d.Saving.Lower, 6_200_000.0)
	assert.InDelta(t, 10_850_000+6_200_000-700_000, out.Net.Estimate, 1e-3)
	// The two are independent and nearly normal: their widths add up as the sides of a right angle do.
	assert.InEpsilon(t, math.Hypot(width(out.Comparisons[0].Saving), width(d.Saving)), width(out.Net), 0.02)
	assert.Equal(t, "alg2_postponed", d.NotMeasured[0].ID)
	assert.Contains(t, d.NotMeasured[0].DA, "Ikke målt")

	assert.Contains(t, ids(out.Warnings), "decline_share_unknown")
	m.DeclineSelectedShare = 0.25
	assert.Contains(t, ids(project(t, m, 1000).Warnings), "decline_not_better_than_random")
	m.DeclineSelectedShare = 0.1
	for _, w := range ids(project(t, m, 1000).Warnings) {
		assert.NotContains(t, w, "decline")
	}
}

func ids(ns []Note) []string {
	var s []string
	for _, n := range ns {
		s = append(s, n.ID)
	}
	return s
}

func TestASavingCanBeNegativeAndSaysSo(t *testing.T) {
	out := project(t, Measured{Benefit: RateOf(20, 200, "")}, 0)
	c := out.Comparisons[0]
	assert.InDelta(t, 875*(0.1-0.25)*40000, c.Saving.Estimate, 1e-6)
	assert.Less(t, c.Saving.Upper, 0.0)
	assert.Equal(t, Loses, c.Verdict)
	assert.Contains(t, c.VerdictDA, "et tab på 5,3 mio. kr.") // 5.25, half-up
}

func TestAnIntervalWithZeroInItIsNeverASavingInWords(t *testing.T) {
	c := project(t, Measured{Benefit: RateOf(30, 100, "")}, 0).Comparisons[0]
	assert.Greater(t, c.Saving.Estimate, 0.0)
	assert.True(t, c.IncludesZero)
	assert.Equal(t, Unclear, c.Verdict)
	assert.Contains(t, c.VerdictDA, "rummer 0")
	assert.NotContains(t, c.VerdictDA, "peger på")
	assert.Contains(t, c.VerdictEN, "cannot show")
}

func TestOneYearIsMoreUncertainThanTheLongRun(t *testing.T) {
	c := project(t, Measured{Benefit: RateOf(112_000, 200_000, "")}, 0).Comparisons[0]
	// The rate is as good as known, so a year is Binomial(875, 0.56): sd 14.68, times 1.645 and 40,000 kr.
	assert.InEpsilon(t, 2*1.645*math.Sqrt(875*0.56*0.44)*40000, width(c.SavingOneYear), 0.02)
	assert.Less(t, width(c.Saving), 0.1*width(c.SavingOneYear))
}

func TestCaveatsAndWarnings(t *testing.T) {
	m := chain()
	out := project(t, m, 1000)
	assert.Equal(t, []string{"capacity_not_cash", "selection_not_causal", "measured_on_less", "rate_not_accuracy", "assumed_value", "enough_candidates"}, ids(out.Caveats))
	assert.Contains(t, out.Caveats[0].DA, "Viborg")
	assert.Contains(t, ids(out.Warnings), "no_own_baseline")

	m.Synthetic = true
	m.Decline = RateOf(30, 60, "")
	m.BaseBenefit = RateOf(400, 1000, "")
	m.Effect = RateOf(16, 20, "")
	out = project(t, m, 1000)
	assert.Equal(t, "synthetic", out.Caveats[0].ID)
	assert.Contains(t, ids(out.Caveats), "decline_costs")
	assert.Contains(t, ids(out.Warnings), "few_cases_effect")
	assert.Contains(t, ids(out.Warnings), "baseline_differs")
	assert.NotContains(t, ids(out.Warnings), "no_own_baseline")

	m.Effect = RateOf(120, 150, "")
	assert.Contains(t, ids(project(t, m, 1000).Warnings), "effect_other_group")
	for _, n := range append(out.Caveats, out.Warnings...) {
		assert.NotEmpty(t, n.DA, n.ID)
		assert.NotEmpty(t, n.EN, n.ID)
	}
}

func everything() Measured {
	return Measured{
		Completion: RateOf(140, 200, "a"), Effect: RateOf(98, 140, "a"), Benefit: RateOf(98, 200, "a"), Decline: RateOf(60, 150, "b"),
		BaseCompletion: RateOf(330, 600, "a"), BaseEffect: RateOf(180, 330, "a"), BaseBenefit: RateOf(180, 600, "a"),
		BaseIncludesSelected: true, SelectedShare: 1.0 / 3, DeclineSelectedShare: 0.2, CoursesPerYear: 240, Synthetic: true,
	}
}

func TestEachBadFieldIsNamed(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		edit func(*Params, *Measured, *MCOptions)
		want string
	}{
		"estimate not a number":     {func(_ *Params, m *Measured, _ *MCOptions) { m.Benefit.Estimate = nan }, "benefit.estimate is NaN, want a share in [0, 1]"},
		"estimate above 1":          {func(_ *Params, m *Measured, _ *MCOptions) { m.Completion.Estimate = 70 }, "completion.estimate is 70"},
		"estimate is another":       {func(_ *Params, m *Measured, _ *MCOptions) { m.Completion.Estimate = 0.5 }, "completion.estimate is 0.5, want events / n (0.7)"},
		"n negative":                {func(_ *Params, m *Measured, _ *MCOptions) { m.Effect.N = -1 }, "effect.n is -1"},
		"n zero with an estimate":   {func(_ *Params, m *Measured, _ *MCOptions) { m.Effect.N = 0 }, "effect.n is 0"},
		"events above n":            {func(_ *Params, m *Measured, _ *MCOptions) { m.Decline.Events = 151 }, "decline.events is 151, want from 0 to n (150)"},
		"events not a number":       {func(_ *Params, m *Measured, _ *MCOptions) { m.BaseBenefit.Events = nan }, "base_benefit.events is NaN"},
		"events infinite":           {func(_ *Params, m *Measured, _ *MCOptions) { m.BaseBenefit.Events = math.Inf(1) }, "base_benefit.events is +Inf"},
		"clustering below 0":        {func(_ *Params, m *Measured, _ *MCOptions) { m.Benefit.Clustering = -1 }, "benefit.clustering is -1, want 0 (not told)"},
		"clustering not a number":   {func(_ *Params, m *Measured, _ *MCOptions) { m.Decline.Clustering = nan }, "decline.clustering is NaN"},
		"lower above upper":         {func(_ *Params, m *Measured, _ *MCOptions) { m.Benefit.Lower, m.Benefit.Upper = 0.6, 0.4 }, "benefit.lower is 0.6, want at most upper (0.4)"},
		"upper not a number":        {func(_ *Params, m *Measured, _ *MCOptions) { m.Benefit.Upper = nan }, "benefit.upper is NaN"},
		"nothing measured":          {func(_ *Params, m *Measured, _ *MCOptions) { *m = Measured{} }, "benefit is not given, want either benefit, or both completion and effect"},
		"half a chain":              {func(_ *Params, m *Measured, _ *MCOptions) { *m = Measured{Completion: RateOf(1, 2, "")} }, "benefit is not given"},
		"selected share":            {func(_ *Params, m *Measured, _ *MCOptions) { m.SelectedShare = 30 }, "selected_share is 30"},
		"decline share":             {func(_ *Params, m *Measured, _ *MCOptions) { m.DeclineSelectedShare = nan }, "decline_selected_share is NaN"},
		"own courses":               {func(_ *Params, m *Measured, _ *MCOptions) { m.CoursesPerYear = -875 }, "courses_per_year is -875"},
		"base smaller than part":    {func(_ *Params, m *Measured, _ *MCOptions) { m.BaseBenefit = RateOf(98, 199, "") }, "base_benefit.n is 199, want at least the 200 selected"},
		"base with fewer events":    {func(_ *Params, m *Measured, _ *MCOptions) { m.BaseBenefit = RateOf(90, 600, "") }, "base_benefit.events is 90"},
		"base with too many events": {func(_ *Params, m *Measured, _ *MCOptions) { m.BaseBenefit = RateOf(199, 210, "") }, "base_benefit.events is 199"},
		"params courses":            {func(p *Params, _ *Measured, _ *MCOptions) { p.CoursesPerYear = -1 }, "params.courses_per_year is -1"},
		"params share":              {func(p *Params, _ *Measured, _ *MCOptions) { p.DeclineOverlap = nan }, "params.decline_overlap is NaN"},
		"params value":              {func(p *Params, _ *Measured, _ *MCOptions) { p.ValuePerCitizen = math.Inf(1) }, "params.value_per_citizen is +Inf"},
		"few draws":                 {func(_ *Params, _ *Measured, o *MCOptions) { o.Draws = 10 }, "draws is 10"},
	} {
		t.Run(name, func(t *testing.T) {
			p, m, o := su7Params(t), everything(), MCOptions{Draws: 500}
			_, err := FromPrecision(p, m, o)
			require.NoError(t, err)
			c.edit(&p, &m, &o)
			_, err = FromPrecision(p, m, o)
			require.ErrorContains(t, err, c.want)
			assert.Equal(t, rettidig.Invalid, rettidig.KindOf(err))
		})
	}
}

func TestAllBadFieldsAreReportedAtOnce(t *testing.T) {
	m := everything()
	m.Benefit.Estimate, m.Decline.N = -1, -5
	_, err := FromPrecision(su7Params(t), m, MCOptions{Draws: 1})
	for _, want := range []string{"benefit.estimate is -1", "decline.n is -5", "draws is 1"} {
		assert.ErrorContains(t, err, want)
	}
}

// drawMeasured makes any valid measurement, extremes included.
func drawMeasured(t *rapid.T) Measured {
	rate := func(name string, n int) Rate {
		if n == 0 {
			return Rate{}
		}
		return RateOf(float64(rapid.IntRange(0, n).Draw(t, name)), n, "")
	}
	n := rapid.IntRange(1, 400).Draw(t, "n")
	m := Measured{Completion: rate("completion", n), Benefit: rate("benefit", n), Decline: rate("decline", rapid.IntRange(0, 50).Draw(t, "nd"))}
	m.Effect = rate("effect", int(m.Completion.Events))
	if rapid.Bool().Draw(t, "own") {
		m.BaseIncludesSelected = rapid.Bool().Draw(t, "part")
		rest := rapid.IntRange(0, 300).Draw(t, "rest")
		m.BaseBenefit = RateOf(m.Benefit.Events+float64(rapid.IntRange(0, rest).Draw(t, "rest events")), n+rest, "")
	}
	if rapid.Bool().Draw(t, "courses") {
		m.CoursesPerYear = rapid.IntRange(1, 5000).Draw(t, "own courses")
	}
	return m
}

func TestEveryProjectionIsOrderedAndJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := su7Params(t)
		if rapid.Bool().Draw(t, "worthless") {
			p.ValuePerCitizen, p.CoursesPerYear = 0, 0
		}
		out, err := FromPrecision(p, drawMeasured(t), MCOptions{Draws: 200, Seed: rapid.Uint64().Draw(t, "seed")})
		require.NoError(t, err)
		_, err = json.Marshal(out) // refuses NaN and infinity
		require.NoError(t, err)
		for _, c := range append(out.Comparisons, out.Local...) {
			for _, i := range []Interval{c.Rate, c.BaselineRate, c.Citizens, c.BaselineCitizens, c.ExtraCitizens, c.Saving, c.SavingOneYear, c.NetOfRunning, out.Net} {
				if !(i.Lower <= i.Estimate && i.Estimate <= i.Upper) {
					t.Fatalf("%s %s: %+v is not in order", c.Way, c.Baseline, i)
				}
			}
			if c.IncludesZero != (c.Verdict == Unclear) {
				t.Fatalf("verdict %s with includes_zero %v", c.Verdict, c.IncludesZero)
			}
		}
	})
}

func TestMorePrecisionNeverLowersTheSaving(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMeasured(t)
		better := m
		more := func(name string, r Rate) Rate {
			if r.N == 0 {
				return r
			}
			return RateOf(float64(rapid.IntRange(int(r.Events), r.N).Draw(t, "more "+name)), r.N, "")
		}
		better.Completion, better.Effect, better.Decline = more("completion", m.Completion), more("effect", m.Effect), more("decline", m.Decline)
		if !m.BaseBenefit.Given() {
			better.Benefit = more("benefit", m.Benefit)
		}
		p := su7Params(t)
		opt := MCOptions{Draws: 200, Seed: rapid.Uint64().Draw(t, "seed")}
		a, err := FromPrecision(p, m, opt)
		require.NoError(t, err)
		b, err := FromPrecision(p, better, opt)
		require.NoError(t, err)
		notLower := func(what string, x, y Interval) {
			slack := 1e-6 // kroner
			if y.Estimate < x.Estimate-slack || y.Lower < x.Lower-slack || y.Upper < x.Upper-slack {
				t.Fatalf("%s fell from %+v to %+v", what, x, y)
			}
		}
		for i := range a.Comparisons {
			notLower("saving", a.Comparisons[i].Saving, b.Comparisons[i].Saving)
			notLower("one year", a.Comparisons[i].SavingOneYear, b.Comparisons[i].SavingOneYear)
		}
		notLower("net", a.Net, b.Net)
	})
}

func BenchmarkFromPrecision10000Draws(b *testing.B) {
	p, m := su7Params(b), everything()
	for b.Loop() {
		if _, err := FromPrecision(p, m, MCOptions{Draws: 10_000, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
