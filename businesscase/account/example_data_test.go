package account

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/businesscase"
)

// invented parameters: SU7's, so that figures look like those of the document.
var inventedParams = businesscase.Params{
	CoursesPerYear: 875, BaselineCompletion: 0.5, BaselineEffect: 0.5, ValuePerCitizen: 40_000, RunningPerYear: 700_000,
	DeclinePopulation: 3100, DeclineIdentified: 0.25, DeclinePostponed: 0.25, DeclineOverlap: 0.2,
}

func projection(t testing.TB, completed, effect, n int) businesscase.Projection {
	t.Helper()
	p, err := businesscase.FromPrecision(inventedParams, businesscase.Measured{
		Completion: businesscase.RateOf(float64(completed), n, "invented"), Effect: businesscase.RateOf(float64(effect), completed, "invented"),
		Benefit: businesscase.RateOf(float64(effect), n, "invented"), Synthetic: true,
	}, businesscase.MCOptions{Draws: 200, Seed: 1})
	require.NoError(t, err)
	return p
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 9, 30, 0, 0, time.UTC) }

func evenly(n, each int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = each
	}
	return out
}

// forecast from 240 invented courses of which 160 were completed and 100 had effect.
func forecast(t testing.TB, made time.Time, first Quarter, quarters int) *Forecast {
	t.Helper()
	f, err := FromProjection(projection(t, 160, 100, 240), Plan{Made: rettidig.DayOfTime(made), By: "Afdeling for Data (opdigtet)", Model: "benefit-1",
		First: first, Courses: evenly(quarters, 219), PriceLevel: "2023", MinutesPerEffect: 174})
	require.NoError(t, err)
	return &f
}

// told is a quarter's figures with the given counts and paper kroner that follow from them.
func told(q Quarter, asOf rettidig.Day, started, ended, completed, effect int) RealisedQuarter {
	return RealisedQuarter{Quarter: q, DataAsOf: asOf, Started: started, Ended: ended, Completed: completed, Effect: effect, Values: []Value{
		{Kind{Minutes, Capacity}, 174 * (float64(effect) - 0.25*float64(started))},
		{Kind{Kroner, Capacity}, 40_000 * (float64(effect) - 0.25*float64(started))},
	}}
}

func put(t testing.TB, path string, at time.Time, content any) {
	t.Helper()
	_, err := Append(path, "su7", at, content)
	require.NoError(t, err)
}

// exampleAccount is two invented years: a forecast in time, one that came too late, figures told twice a year, a correction, and
// the targets of the document.
func exampleAccount(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "su7.account")
	put(t, path, day(2024, 12, 2), forecast(t, day(2024, 12, 1), Quarter{2025, 1}, 8))
	put(t, path, day(2024, 12, 2), &Target{ID: "completion", Goal: "70 % af de borgere, algoritmen finder, gennemfører Træning ved hjælper", Owner: "Afdeling for Data",
		Due: rettidig.DayOf(2026, 12, 31), Kind: Realisation, Measure: CompletionRate, AtLeast: 0.7, Alpha: 0.05, TunedFor: 400})
	put(t, path, day(2024, 12, 2), &Target{ID: "effect", Goal: "80 % af dem, der gennemfører, får effekt", Owner: "Afdeling for Velfærdsinnovation",
		Due: rettidig.DayOf(2026, 12, 31), Kind: Realisation, Measure: EffectRate, AtLeast: 0.8, Alpha: 0.05, TunedFor: 400})
	put(t, path, day(2024, 12, 2), &Target{ID: "tested", Goal: "Algoritmerne er udviklet og testet", Owner: "Afdeling for Data", Due: rettidig.DayOf(2025, 6, 30), Kind: Milestone, Measure: Done})
	rng := rand.New(rand.NewPCG(5, 5))
	quarters := []RealisedQuarter{}
	for q := (Quarter{2025, 1}); q.Compare(Quarter{2026, 3}) <= 0; q = q.Next() {
		started := 200 + rng.IntN(30)
		completed, effect := 0, 0
		for range started {
			if rng.Float64() < 0.71 {
				completed++
				if rng.Float64() < 0.6 {
					effect++
				}
			}
		}
		ended := started
		if q == (Quarter{2026, 3}) {
			ended, completed, effect = 120, 71, 40
		}
		quarters = append(quarters, told(q, rettidig.DayOf(2026, 11, 1), started, ended, completed, effect))
	}
	early := told(Quarter{2025, 1}, rettidig.DayOf(2025, 5, 1), 219, 150, 90, 50)
	put(t, path, day(2025, 5, 2), &Realised{By: "Center for Økonomi", PriceLevel: "2023", Quarters: []RealisedQuarter{early}})
	put(t, path, day(2025, 6, 20), &Status{Target: "tested", On: rettidig.DayOf(2025, 6, 18), By: "Afdeling for Data"})
	put(t, path, day(2026, 11, 5), forecast(t, day(2026, 11, 5), Quarter{2026, 4}, 4))
	put(t, path, day(2026, 11, 6), &Realised{By: "Center for Økonomi", PriceLevel: "2023", Quarters: quarters})
	return path
}
