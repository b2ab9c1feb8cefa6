package risk

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// unrounded is the chain without whole citizens: 875 (c e - 0.25) 40,000 - 700,000.
func unrounded(t testing.TB) *proposal.Model {
	return chain(t, "    round: {to: 1}\n    carry-rounded: true\n", "", "    round: {to: 1}\n    carry-rounded: true\n", "", "unit: courses/year}", "unit: courses/year, note: forløb}")
}

func measuredSelection() Selection {
	return Selection{
		Source: "benefit-1", Model: Counts{Share: 0.3, N: 240, Events: 90, Completed: 150},
		Card: &Counts{Share: 0.3, N: 240, Events: 80, Completed: 140}, All: Counts{N: 800, Events: 200, Completed: 400},
	}
}

func ways(t *testing.T, m *proposal.Model, o Options, s Selection) map[string]Way {
	t.Helper()
	c, err := FromSelection(m, o, s)
	require.NoError(t, err)
	by := map[string]Way{}
	for _, w := range c.Ways {
		by[w.ID] = w
	}
	return by
}

// 90 of 240 are 0.375, a quarter of all 800 is what the proposal has for today: 35 m (0.375 - 0.25) - 0.7 m. The best there
// could be takes the 200 of 800 into 240 places: 0.8333.
func TestFromMeasuredPrecisionToKronerByHand(t *testing.T) {
	by := ways(t, unrounded(t), Options{Seed: 1, Draws: 3000}, measuredSelection())
	require.Len(t, by, 5)
	for id, want := range map[string]float64{ByModel: 0.375, ByCard: 80.0 / 240, Today: 0.25, Random: 0.25, Perfect: 0.25 / 0.3} {
		assert.InDelta(t, want, by[id].Benefit.Value, 1e-12, id)
		assert.InDelta(t, 35e6*(want-0.25)-0.7e6, by[id].Gain.Value, 1e-3, id)
		assert.InDelta(t, 35e6*(want-0.25), by[id].OverToday.Value, 1e-3, id)
	}
	assert.Equal(t, by[Today].Gain, by[Random].Gain)
	assert.Zero(t, by[Random].OverToday.SD)
	assert.Zero(t, by[Today].Better)
	assert.Greater(t, by[ByModel].Better, 0.99)
	assert.InDelta(t, 150.0/240, by[ByModel].Completion.Value, 1e-12)

	// The selected are 0.3 of all, so the model less today is 0.7 (selected - rest), two Jeffreys posteriors.
	v := func(e, n float64) float64 { a, b := e+0.5, n-e+0.5; return a * b / ((a + b) * (a + b) * (a + b + 1)) }
	assert.InEpsilon(t, 35e6*0.7*math.Sqrt(v(90, 240)+v(110, 560)), by[ByModel].OverToday.SD, 0.02)

	assert.InEpsilon(t, 35e6*0.7*math.Sqrt(v(80, 240)+v(120, 560)), by[ByCard].OverToday.SD, 0.02)

	// The model's line is what Simulate gives with the selection's rates.
	s := measuredSelection()
	sim := simulated(t, unrounded(t), Options{Seed: 1, Draws: 3000, Measured: s.Measured()})
	assert.InDeltaSlice(t, sim.Gain.Quantiles, by[ByModel].Gain.Quantiles, 1e-3)
}

func TestAModelThatSelectsAtRandomIsNotShownToBeBetterThanToday(t *testing.T) {
	s := Selection{Model: Counts{Share: 0.3, N: 240, Events: 60, Completed: 120}, All: Counts{N: 800, Events: 200, Completed: 400}}
	w := ways(t, unrounded(t), Options{Seed: 1, Draws: 3000}, s)[ByModel]
	assert.Less(t, w.OverToday.Lower, 0.0)
	assert.Greater(t, w.OverToday.Upper, 0.0)
	assert.InDelta(t, 0.5, w.Better, 0.05)
}

func TestCitizensWithSeveralCoursesWidenTheInterval(t *testing.T) {
	s := measuredSelection()
	one := ways(t, unrounded(t), Options{Seed: 1, Draws: 3000}, s)[ByModel]
	s.Model.Clustering = 4
	quarter := ways(t, unrounded(t), Options{Seed: 1, Draws: 3000}, s)[ByModel]
	assert.InEpsilon(t, 2, quarter.Gain.SD/one.Gain.SD, 0.03, "a quarter of the citizens: twice the spread")
	assert.InDelta(t, one.Gain.Value, quarter.Gain.Value, 1e-3)
}

func TestSelectionsThatDoNotFitAreRefused(t *testing.T) {
	m := unrounded(t)
	for name, change := range map[string]func(*Selection){
		"nobody selected":       func(s *Selection) { s.Model.N = 0 },
		"more events than rows": func(s *Selection) { s.Model.Events = 300 },
		"no share":              func(s *Selection) { s.Model.Share = 0 },
		"more than all":         func(s *Selection) { s.All.N = 100 },
		"card":                  func(s *Selection) { s.Card.Events = 500 },
	} {
		s := measuredSelection()
		change(&s)
		_, err := FromSelection(m, Options{}, s)
		assert.ErrorContains(t, err, "do not fit together", name)
	}
	_, err := FromSelection(compiled(t, linear), Options{}, measuredSelection())
	assert.ErrorContains(t, err, "measured-by")
	_, err = Capacity(m, Options{}, measuredSelection(), CapacityOptions{})
	assert.ErrorContains(t, err, "one capacity only")
}

// Ten groups of 200, of which 100, 80, 60, 50, 40, 30, 20, 15, 10 and 4 benefit. An effect is worth 40,000 kr and a course
// costs 4,405: it pays as long as more than 11.01 % benefit, which the first six groups and no later ones do (20 of 200
// are 10 %). 875 courses are 30 % of the candidates: 2,916.7 of them, and 60 % are 1,750 courses.
func falling() Selection {
	s := Selection{Source: "benefit-1", All: Counts{N: 2000}}
	c := Counts{}
	for i, e := range []int{100, 80, 60, 50, 40, 30, 20, 15, 10, 4} {
		c = Counts{Share: float64(i+1) / 10, N: c.N + 200, Events: c.Events + e, Completed: c.Completed + e + 40}
		s.ByCapacity = append(s.ByCapacity, c)
		if i == 2 {
			s.Model = c
		}
	}
	s.All.Events, s.All.Completed = c.Events, c.Completed
	return s
}

func TestMoreCapacityIsWorthLessAndLessByHand(t *testing.T) {
	v, err := Capacity(unrounded(t), Options{Seed: 1, Draws: 1000}, falling(), CapacityOptions{Parameter: "courses", Price: 4405})
	require.NoError(t, err)
	assert.InDelta(t, 875/0.3, v.Candidates, 1e-9)
	assert.InDelta(t, 1750, v.Best, 1e-9)
	assert.LessOrEqual(t, v.BestLower, v.Best)
	assert.GreaterOrEqual(t, v.BestUpper, v.Best)
	assert.LessOrEqual(t, v.BestUpper, v.Candidates+1e-9)
	require.Len(t, v.Steps, 10)
	third := v.Steps[2]
	assert.InDelta(t, 875, third.Courses, 1e-9)
	assert.InDelta(t, 0.4, third.Rate.Value, 1e-12)
	assert.InDelta(t, 0.3, third.Last.Value, 1e-12)
	assert.InDelta(t, 35e6*(0.4-0.25)-0.7e6, third.Gain.Value, 1e-3, "the proposal's own result at today's courses")
	assert.InDelta(t, 35e6*0.4, third.Worth.Value, 1e-3)
	assert.InDelta(t, 35e6*0.4-875*4405, third.Net.Value, 1e-3)
	assert.InDelta(t, 0.3*40000-4405, third.OneMore.Value, 1e-6)
	for i, s := range v.Steps {
		assert.Equal(t, i < 6, s.OneMore.Value > 0, "step %d", i)
	}
	assert.Contains(t, v.WordsDA, "ud over 1.750 forløb om året")
	free, err := Capacity(unrounded(t), Options{Seed: 1, Draws: 200}, falling(), CapacityOptions{Parameter: "courses"})
	require.NoError(t, err)
	assert.InDelta(t, free.Candidates, free.Best, 1e-9, "where a course costs nothing, everybody is best")
}

func TestSU7ShowsTheChainAndTheCapacity(t *testing.T) {
	m, err := cases.MustLoad("su7").Compile()
	require.NoError(t, err)
	by := ways(t, m, Options{Outcome: "alg1_saving", Draws: 500}, falling())
	assert.InDelta(t, 40_000*(350-219), by[ByModel].Gain.Value, 1e-6, "875 x 0.4 against 219 citizens")
	v, err := Capacity(m, Options{Outcome: "alg1_saving", Draws: 300}, falling(), CapacityOptions{Price: 4405})
	require.NoError(t, err)
	assert.Equal(t, "courses_per_year", v.Parameter)
	assert.InDelta(t, 1750, v.Best, 1e-9)
	one, err := json.Marshal(v)
	require.NoError(t, err)
	v, err = Capacity(m, Options{Outcome: "alg1_saving", Draws: 300, Threads: 1}, falling(), CapacityOptions{Price: 4405})
	require.NoError(t, err)
	again, err := json.Marshal(v)
	require.NoError(t, err)
	assert.Equal(t, string(one), string(again), "the same bytes, however many threads")
}

// 3,100 x 25 % = 775 citizens identified; where one in six of those pointed out declines, 4,650 must be offered something,
// and at 4,405 kr that is 20.5 m kr a year, not 3.4 m.
func TestFalseAlarmsOfTheDeclineModelAreCounted(t *testing.T) {
	f, err := Flagged(775, businesscase.RateOf(50, 300, "decline-1"), 4405, 1, 2000)
	require.NoError(t, err)
	assert.InDelta(t, 4650, f.Flagged.Value, 1e-9)
	assert.InDelta(t, 4650-775, f.False.Value, 1e-9)
	assert.InDelta(t, 4650*4405, f.Cost.Value, 1e-6)
	assert.InDelta(t, 775*4405, f.CostTrue, 1e-9)
	assert.Less(t, f.Cost.Lower, f.Cost.Value)
	assert.Contains(t, f.WordsDA, "skal 4.650 udpeges")
	_, err = Flagged(775, businesscase.RateOf(0, 300, ""), 4405, 1, 2000)
	assert.ErrorContains(t, err, "with none right")
}
