package businesscase

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestHeatIsTheSavingAtEachPairOfRates(t *testing.T) {
	h := project(t, chain(), 1000).Sensitivity.Heat
	at := func(c, e float64) float64 {
		return h.Saving[slices.Index(h.Completion, c)][slices.Index(h.Effect, e)]
	}
	assert.Equal(t, 0.0, at(0.5, 0.5), "today")
	assert.Equal(t, 10_850_000.0, at(0.7, 0.8), "SU7's goal")
	assert.Equal(t, -5_600_000.0, at(0.3, 0.3)) // 875 x (0.09 - 0.25) x 40,000
	require.Len(t, h.Saving, len(h.Completion))
	for i := range h.Saving {
		require.Len(t, h.Saving[i], len(h.Effect))
		for j := range h.Saving[i] {
			assert.Equal(t, h.Saving[i][j], h.Saving[j][i], "completion and effect enter alike")
		}
	}
}

// The twin of each bar is a whole projection with that one thing changed.
func TestEveryTornadoBarEqualsAProjectionWithThatOneThingChanged(t *testing.T) {
	for _, way := range []string{ByBenefit, ByProduct} {
		m := everything()
		m.BaseIncludesSelected = false
		if way == ByProduct {
			m.Benefit = Rate{}
		}
		p := su7Params(t)
		out := project(t, m, 500)
		net := func(p Params, m Measured) float64 {
			o, err := FromPrecision(p, m, MCOptions{Draws: 200})
			require.NoError(t, err)
			return o.Net.Estimate
		}
		for _, b := range out.Sensitivity.Tornado {
			for _, end := range []struct{ v, want float64 }{{b.Low, b.NetLow}, {b.High, b.NetHigh}} {
				p, m := p, m
				big := 1_000_000 // counts so large that any share of them is nearly whole
				exact := RateOf(end.v*float64(big), big, "")
				switch b.ID {
				case "benefit":
					m.Benefit = exact
				case "completion":
					m.Completion = exact
				case "effect":
					m.Effect = exact
				case "decline":
					m.Decline = exact
				case "baseline_completion":
					p.BaselineCompletion = end.v
				case "baseline_effect":
					p.BaselineEffect = end.v
				case "value_per_citizen":
					p.ValuePerCitizen = end.v
				case "courses_per_year":
					p.CoursesPerYear = int(end.v)
				case "running_per_year":
					p.RunningPerYear = end.v
				case "alg2_postponed":
					p.DeclinePostponed = end.v
				case "alg2_overlap":
					p.DeclineOverlap = end.v
				default:
					t.Fatalf("no twin for bar %s", b.ID)
				}
				assert.InDelta(t, net(p, m), end.want, 1, "%s %s at %v", way, b.ID, end.v)
			}
			measured := slices.Contains([]string{"benefit", "completion", "effect", "decline"}, b.ID)
			assert.Equal(t, measured, b.Basis == MeasuredSpan, b.ID)
			assert.NotEmpty(t, b.UnitDA, b.ID)
		}
	}
}

func TestTornadoIsWidestFirst(t *testing.T) {
	bars := project(t, everything(), 500).Sensitivity.Tornado
	require.Len(t, bars, 9)
	for i := 1; i < len(bars); i++ {
		assert.GreaterOrEqual(t, math.Abs(bars[i-1].NetHigh-bars[i-1].NetLow), math.Abs(bars[i].NetHigh-bars[i].NetLow))
	}
}

func breakEvenOf(t require.TestingT, out Projection, id string) BreakEven {
	for _, b := range out.Sensitivity.BreakEven {
		if b.ID == id {
			return b
		}
	}
	require.FailNow(t, "no break-even "+id)
	return BreakEven{}
}

func TestBreakEvensByHand(t *testing.T) {
	out := project(t, chain(), 1000)
	assert.InDelta(t, 0.25, *breakEvenOf(t, out, "benefit_zero").Rate, 1e-12)
	assert.InDelta(t, 0.27, *breakEvenOf(t, out, "benefit_running").Rate, 1e-12) // 0.25 + 0.7 m / (875 x 40,000)
	assert.InDelta(t, 0.3125, *breakEvenOf(t, out, "completion_zero").Rate, 1e-12)
	assert.InDelta(t, 0.27/0.7, *breakEvenOf(t, out, "effect_running").Rate, 1e-12)
	assert.Equal(t, Cleared, breakEvenOf(t, out, "benefit_running").Verdict)

	assert.Equal(t, Undecided, breakEvenOf(t, project(t, Measured{Benefit: RateOf(27, 100, "")}, 1000), "benefit_zero").Verdict)
	assert.Equal(t, Missed, breakEvenOf(t, project(t, Measured{Benefit: RateOf(27, 300, "")}, 1000), "benefit_zero").Verdict)

	none := breakEvenOf(t, project(t, Measured{Completion: RateOf(20, 100, ""), Effect: RateOf(10, 20, "")}, 1000), "effect_zero")
	assert.Nil(t, none.Rate, "a fifth complete: even if all of them benefit it is below 25 %")
	assert.Equal(t, Unreachable, none.Verdict)
}

func TestTheSavingIsZeroAtItsBreakEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := su7Params(t)
		p.BaselineCompletion = rapid.Float64Range(0.05, 0.95).Draw(t, "completion")
		p.BaselineEffect = rapid.Float64Range(0.05, 0.95).Draw(t, "effect")
		p.CoursesPerYear = rapid.IntRange(100, 5000).Draw(t, "courses")
		m := Measured{Benefit: RateOf(40, 100, "")}
		at := func(id string) (Projection, bool) {
			out, err := FromPrecision(p, m, MCOptions{Draws: 200})
			require.NoError(t, err)
			b := breakEvenOf(t, out, id)
			if b.Rate == nil {
				return out, false
			}
			out, err = FromPrecision(p, Measured{Benefit: RateOf(*b.Rate*1e6, 1_000_000, "")}, MCOptions{Draws: 200})
			require.NoError(t, err)
			return out, true
		}
		if out, ok := at("benefit_zero"); ok && math.Abs(out.Comparisons[0].Saving.Estimate) > 1 {
			t.Fatalf("saving at its break-even is %v", out.Comparisons[0].Saving.Estimate)
		}
		if out, ok := at("benefit_running"); ok && math.Abs(out.Net.Estimate) > 1 {
			t.Fatalf("net at its break-even is %v", out.Net.Estimate)
		}
	})
}
