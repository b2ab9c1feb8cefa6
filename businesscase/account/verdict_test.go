package account

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

func rateTarget(id string, m Measure, atLeast float64) *Target {
	return &Target{ID: id, Goal: "g", Owner: "o", Due: rettidig.DayOf(2026, 12, 31), Kind: Realisation, Measure: m, AtLeast: atLeast, Alpha: 0.05, TunedFor: 400}
}

// weekly makes a look every week in which courses come and share of them are completed, all of those with effect.
func weekly(weeks, courses int, share func(week int) float64) *Looks {
	l := &Looks{By: "x"}
	n, good := 0, 0.0
	for w := range weeks {
		n += courses
		good += share(w) * float64(courses)
		l.Looks = append(l.Looks, Look{rettidig.DayOf(2025, 1, 6) + rettidig.Day(7*w), n, int(good), int(good)})
	}
	return l
}

func TestTheFirstLookThatTellsDecides(t *testing.T) {
	for _, c := range []struct {
		name  string
		share func(int) float64
		want  string
	}{
		{"better", func(int) float64 { return 0.8 }, Reached},
		{"worse", func(int) float64 { return 0.6 }, Missed},
		{"equal", func(int) float64 { return 0.7 }, NotYetKnown},
		{"first worse, later much better", func(w int) float64 {
			if w < 20 {
				return 0.5
			}
			return 0.95
		}, Changed},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a")
			put(t, path, day(2024, 12, 1), rateTarget("completion", CompletionRate, 0.7))
			looks := weekly(90, 17, c.share)
			put(t, path, day(2026, 11, 1), looks)
			got := reportOf(t, path, Options{}).Targets[0]
			assert.Equal(t, c.want, got.Verdict)
			assert.Equal(t, 90, got.Looks)
			// By hand: try every look until the sequence leaves 0.7 out.
			want := rettidig.NoDay
			for _, l := range looks.Looks {
				if (Sequence{0.05, 400}).Rejects(float64(l.Completed), float64(l.Courses), 0.7) {
					want = l.AsOf
					break
				}
			}
			if c.want == Changed {
				assert.Greater(t, got.Since, want, "the day on which the opposite was certain")
			} else {
				assert.Equal(t, want, got.Since)
			}
			assert.Equal(t, c.want == NotYetKnown, got.More == nil && want == rettidig.NoDay, "at the goal itself no number of courses tells")
		})
	}
}

// Without looks the mature quarters count, at each delivery of figures. A quarter that is still running does not count with what has ended early.
func TestQuartersCountWhenAllTheirCoursesAreOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	put(t, path, day(2024, 12, 1), rateTarget("completion", CompletionRate, 0.7))
	put(t, path, day(2024, 12, 1), rateTarget("effect", EffectRate, 0.5))
	put(t, path, day(2024, 12, 1), rateTarget("benefit", BenefitRate, 0.5))
	got := reportOf(t, path, Options{}).Targets[0]
	assert.Equal(t, NotYetKnown, got.Verdict)
	assert.Contains(t, got.Says(English), "no courses are mature")
	q1, q2 := Quarter{2025, 1}, Quarter{2025, 2}
	put(t, path, day(2025, 8, 1), &Realised{By: "x", Quarters: []RealisedQuarter{
		{Quarter: q1, DataAsOf: rettidig.DayOf(2025, 7, 31), Started: 200, Ended: 200, Completed: 150, Effect: 90},
		{Quarter: q2, DataAsOf: rettidig.DayOf(2025, 7, 31), Started: 200, Ended: 60, Completed: 10, Effect: 5},
	}})
	put(t, path, day(2025, 12, 1), &Realised{By: "x", Quarters: []RealisedQuarter{
		{Quarter: q2, DataAsOf: rettidig.DayOf(2025, 11, 30), Started: 200, Ended: 200, Completed: 140, Effect: 80},
	}})
	r := reportOf(t, path, Options{})
	for i, want := range [][2]int{{290, 400}, {170, 290}, {170, 400}} {
		assert.Equal(t, want, [2]int{*r.Targets[i].Good, *r.Targets[i].N})
		assert.Equal(t, 2, r.Targets[i].Looks)
	}
	lower, upper := Sequence{0.05, 400}.Interval(290, 400)
	assert.Equal(t, []float64{lower, upper}, []float64{*r.Targets[0].Lower, *r.Targets[0].Upper})
	require.NotNil(t, r.Targets[0].More)
	assert.Contains(t, r.Targets[1].Says(Danish), "gennemførte forløb mere")
}

func TestShareOfFullEffectIsOfTheForecastWithoutPhaseIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	put(t, path, day(2024, 12, 1), small(Quarter{2025, 1}, 4, rettidig.DayOf(2024, 12, 1), "2025"))
	of := Kind{Kroner, Cashable}
	for id, least := range map[string]float64{"half": 0.5, "more": 0.55} {
		put(t, path, day(2024, 12, 1), &Target{ID: id, Goal: "g", Owner: "o", Due: rettidig.DayOf(2026, 3, 31), Kind: Realisation, Measure: ShareOfFull, AtLeast: least, Of: &of, Year: 2025})
	}
	var all []RealisedQuarter
	for q := (Quarter{2025, 1}); q.Year == 2025; q = q.Next() {
		all = append(all, counted(q, rettidig.DayOf(2026, 6, 1), 100, 100, 70, 35, 1050))
	}
	put(t, path, day(2026, 6, 2), &Realised{By: "x", PriceLevel: "2025", Quarters: all})
	r := reportOf(t, path, Options{Today: rettidig.DayOf(2026, 6, 3)})
	for _, x := range r.Targets {
		assert.Equal(t, NotYetKnown, x.Verdict, "the last quarter's kroner are not mature")
		assert.True(t, x.Overdue)
	}
	for i := range all {
		all[i].DataAsOf = rettidig.DayOf(2026, 11, 1)
	}
	put(t, path, day(2026, 11, 2), &Realised{By: "x", PriceLevel: "2025", Quarters: all})
	for _, x := range reportOf(t, path, Options{}).Targets {
		// 4 x 1050 of 4 x 1000 at half phase-in, that is of 8000 at full.
		assert.InDelta(t, 0.525, *x.Value, 1e-12)
		assert.Equal(t, map[string]string{"half": Reached, "more": Missed}[x.ID], x.Verdict)
	}
}

func TestWhatOwnersSayDecidesTheRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	due := rettidig.DayOf(2026, 6, 30)
	put(t, path, day(2026, 1, 1), &Target{ID: "hired", Goal: "g", Owner: "o", Due: due, Kind: Milestone, Measure: Done})
	put(t, path, day(2026, 1, 1), &Target{ID: "survey", Goal: "g", Owner: "o", Due: due, Kind: GuardRail, Measure: Reported, AtLeast: 0.05})
	verdicts := func() [2]string {
		r := reportOf(t, path, Options{Today: due + 1})
		return [2]string{r.Targets[0].Verdict, r.Targets[1].Verdict}
	}
	assert.Equal(t, [2]string{Waiting, Waiting}, verdicts())
	say := func(id string, value *float64, withdrawn bool) {
		put(t, path, day(2026, 6, 1), &Status{Target: id, On: rettidig.DayOf(2026, 6, 1), By: "o", Value: value, Withdrawn: withdrawn, Note: "n"})
	}
	low, high := 0.04, 0.05
	say("hired", nil, false)
	say("survey", &low, false)
	assert.Equal(t, [2]string{Reached, Missed}, verdicts())
	say("survey", &high, false)
	assert.Equal(t, [2]string{Reached, Reached}, verdicts(), "the last word counts; at least means at least")
	say("hired", nil, true)
	r := reportOf(t, path, Options{Today: due + 1})
	assert.Equal(t, Withdrawn, r.Targets[0].Verdict)
	assert.False(t, r.Targets[0].Overdue)
}

// A plain number may still rise and fall until it is due.
func TestAReportedNumberIsDecidedWhenItIsDue(t *testing.T) {
	due := rettidig.DayOf(2028, 12, 31)
	for _, c := range []struct {
		name      string
		on, today rettidig.Day
		value     float64
		want      string
		since     rettidig.Day
	}{
		{"low, long before", rettidig.DayOf(2026, 6, 1), rettidig.DayOf(2026, 7, 1), 40, Waiting, rettidig.NoDay},
		{"high, long before", rettidig.DayOf(2026, 6, 1), rettidig.DayOf(2026, 7, 1), 60, Waiting, rettidig.NoDay},
		{"low, and the day is come", rettidig.DayOf(2026, 6, 1), due + 1, 40, Missed, due},
		{"high, and the day is come", rettidig.DayOf(2026, 6, 1), due + 1, 60, Reached, rettidig.DayOf(2026, 6, 1)},
		{"low on the day itself", due, due, 40, Missed, due},
		{"high after the day", due + 30, due + 31, 53.1, Reached, due + 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a")
			put(t, path, day(2026, 1, 1), &Target{ID: "calls", Goal: "g", Owner: "o", Due: due, Kind: Realisation, Measure: Reported, AtLeast: 53.1, Unit: "t"})
			put(t, path, day(2029, 3, 1), &Status{Target: "calls", On: c.on, By: "o", Value: &c.value})
			got := reportOf(t, path, Options{Today: c.today}).Targets[0]
			assert.Equal(t, c.want, got.Verdict)
			assert.Equal(t, c.since, got.Since)
			assert.Equal(t, c.value, *got.Value)
			if c.want == Waiting {
				assert.Contains(t, got.Says(Danish), "målt 2026-06-01; afgøres ved fristen 2028-12-31.")
				assert.NotContains(t, got.Says(Danish), "Ikke nået")
			}
		})
	}
}
