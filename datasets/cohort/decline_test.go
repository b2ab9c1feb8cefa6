package cohort

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// companion is somebody else who gets cleaning throughout, so that the municipality's services neither begin nor
// end with the citizen of the test.
const companion = "-301 service H1.8 30 for 140"

// declineOn returns the row of the index date day0, Monday 1 January 2024. The horizon's 182 days are days 0 to
// 181: the weeks of Monday 0 to Monday 175.
func declineOn(t *testing.T, text string, extract int) (Row, bool) {
	t.Helper()
	hs := []rettidig.History{history(t, text), history(t, companion)}
	c, err := Build(hs, rettidig.Decline, Default(), day0+rettidig.Day(extract))
	require.NoError(t, err)
	for _, r := range c.Rows {
		if r.Citizen == 0 && r.Index == day0 {
			return r, true
		}
	}
	return Row{}, false
}

const (
	rollator = "-300 aid 12060601\n" // keeps the citizen at risk
	present8 = "182 session\n"       // a sign of life after the horizon
)

func TestDeclineFollowsTheProtocol(t *testing.T) {
	care := func(before, after int) string {
		return fmt.Sprintf("-84 service H1.8 %d for 12\n0 service H1.8 %d for 30", before, after)
	}
	for _, c := range []struct{ claim, text, want string }{
		// Minutes: up by at least 60 and by at least half.
		{"100 to 160: up 60 and 60 %", care(100, 160), "event/minutes"},
		{"100 to 159: up 59", care(100, 159), "none/no decline"},
		{"120 to 180: up 60 and exactly half", care(120, 180), "event/minutes"},
		{"122 to 182: up 60 but 49 %", care(122, 182), "none/no decline"},
		{"122 to 183: exactly half", care(122, 183), "event/minutes"},
		{"from nothing to 60 a week", rollator + "0 service H1.8 60 for 30", "event/minutes"},
		{"from nothing to 59 a week", rollator + "0 service H1.8 59 for 30", "none/no decline"},
		{"the mean is over four weeks: 240 in one is 60", rollator + "0 service H1.8 240\n" + present8, "event/minutes"},
		{"239 in one is not", rollator + "0 service H1.8 239\n" + present8, "none/no decline"},
		{"every second week, 120: weeks without are zeros", rollator + "0 service H1.8 120\n14 service H1.8 120\n" + present8, "event/minutes"},
		{"nursing counts", rollator + "0 service G1.20 60 for 30", "event/minutes"},
		{"several services add up", rollator + "0 service G1.20 30 for 30\n0 service H1.8 30 for 30", "event/minutes"},
		{"the training does not count", rollator + "0 service L.TVH 400 for 30", "none/no decline"},
		{"nor does rehabilitation", rollator + "0 service H2.1 400 for 30", "none/no decline"},
		{"the last four weeks of the horizon count", rollator + "154 service H1.8 60 for 12", "event/minutes"},
		{"a week later is too late: three weeks of 60 are 45", rollator + "161 service H1.8 60 for 12", "none/no decline"},

		// The level before is the highest four-week mean of the twelve weeks before.
		{"an admission before the index date fakes no rise", rollator + "-84 service H1.8 200 for 8\n0 service H1.8 200 for 30", "none/no decline"},
		{"care that began two weeks ago and goes on is no rise", "-14 service H1.8 200 for 2\n0 service H1.8 200 for 30", "none/no decline"},
		{"care that began two weeks ago and grows is", "-14 service H1.8 200 for 2\n0 service H1.8 300 for 30", "event/minutes"},
		{"a peak eleven weeks ago raises the bar", "-84 service H1.8 200 for 4\n-56 service H1.8 100 for 8\n0 service H1.8 200 for 30", "none/no decline"},
		{"one thirteen weeks ago does not", "-112 service H1.8 200 for 4\n-84 service H1.8 100 for 12\n0 service H1.8 200 for 30", "event/minutes"},

		// First dependency aid.
		{"a hoist on the index date", rollator + "0 aid 12360301\n" + present8, "event/dependency aid"},
		{"on the last day of the horizon", rollator + "181 aid 12360301", "event/dependency aid"},
		{"a day later", rollator + "182 aid 12360301", "none/no decline"},
		{"a day before the index date it was not the future", rollator + "-1 aid 12360301\n" + present8, "none/no decline"},
		{"a second one is not a first", rollator + "-400 aid 18121001 until -350\n20 aid 12360301\n" + present8, "none/no decline"},
		{"a pressure mattress by its number before 2007", rollator + "20 aid 03330601\n" + present8, "event/dependency aid"},
		{"a turning aid by its old number", rollator + "20 aid 12300301\n" + present8, "event/dependency aid"},
		{"a comfort wheelchair", rollator + "20 aid 12221801\n" + present8, "event/dependency aid"},
		{"a handrim wheelchair is not one", rollator + "20 aid 12220301\n" + present8, "none/no decline"},
		{"a pressure cushion is not one", rollator + "20 aid 04330301\n" + present8, "none/no decline"},

		// New personal care: two weeks of four, after twelve without.
		{"personal care in weeks 1 and 4", rollator + "0 service H1.1 10\n21 service H1.1 10\n" + present8, "event/personal care"},
		{"in weeks 1 and 5", rollator + "0 service H1.1 10\n28 service H1.1 10\n" + present8, "none/no decline"},
		{"in one week only", rollator + "0 service H1.1 10\n" + present8, "none/no decline"},
		{"not new: some twelve weeks before", "-84 service H1.1 10\n" + rollator + "0 service H1.1 10 for 4\n" + present8, "none/no decline"},
		{"new again after thirteen weeks", "-91 service H1.1 10\n-30 aid 12060601\n0 service H1.1 10 for 4\n" + present8, "event/personal care"},

		// Abilities: up by one level in two areas (J1 to J5), or by two in one ability.
		{"washing and walking one worse", rollator + "-100 ability J1.1 1\n-100 ability J3.8 1\n30 ability J1.1 2\n60 ability J3.8 2\n" + present8, "event/abilities"},
		{"two abilities of one area one worse", rollator + "-100 ability J1.1 1\n-100 ability J1.3 1\n30 ability J1.1 2\n60 ability J1.3 2\n" + present8, "none/no decline"},
		{"one ability one worse", rollator + "-100 ability J1.1 1\n30 ability J1.1 2\n" + present8, "none/no decline"},
		{"one ability two worse", rollator + "-100 ability J1.1 1\n30 ability J1.1 3\n" + present8, "event/abilities"},
		{"one worse, and one worse again", rollator + "-100 ability J1.1 1\n30 ability J1.1 2\n60 ability J1.1 3\n" + present8, "event/abilities"},
		{"on the index date", rollator + "-100 ability J1.1 1\n0 ability J1.1 3\n" + present8, "event/abilities"},
		{"on the last day of the horizon", rollator + "-100 ability J1.1 1\n181 ability J1.1 3\n" + present8, "event/abilities"},
		{"a day later", rollator + "-100 ability J1.1 1\n182 ability J1.1 3\n" + present8, "none/no decline"},
		{"worse before the index date is no future", rollator + "-100 ability J1.1 1\n-1 ability J1.1 3\n" + present8, "none/no decline"},
		{"first assessed in the horizon", rollator + "30 ability J1.1 4\n30 ability J3.8 4\n" + present8, "none/no decline"},
		{"worse in one area, better again before the other got worse", rollator + "-100 ability J1.1 1\n-100 ability J3.8 1\n30 ability J1.1 2\n50 ability J1.1 1\n60 ability J3.8 2\n" + present8, "none/no decline"},
		{"better", rollator + "-100 ability J1.1 3\n-100 ability J3.8 3\n30 ability J1.1 1\n30 ability J3.8 1\n" + present8, "none/no decline"},
		{"from not relevant", rollator + "-100 ability J1.1 -\n30 ability J1.1 4\n" + present8, "none/no decline"},
		{"not relevant in between", rollator + "-100 ability J1.1 1\n-50 ability J1.1 -\n30 ability J1.1 3\n" + present8, "event/abilities"},
		{"to not relevant", rollator + "-100 ability J1.1 1\n30 ability J1.1 -\n" + present8, "none/no decline"},
		// The simplification: personal care is compared with the worst of washing, body care, dressing and toilet.
		{"old codes 1 and 2, the broad one 2", rollator + "-100 ability J1.1 1\n-100 ability J1.3 2\n30 ability J1.PP 2\n" + present8, "none/no decline"},
		{"old codes 1 and 2, the broad one 4", rollator + "-100 ability J1.1 1\n-100 ability J1.3 2\n30 ability J1.PP 4\n" + present8, "event/abilities"},
		{"old codes 0, 0, 0 and 3, the broad one 3", rollator + "-100 ability J1.1 0\n-100 ability J1.2 0\n-100 ability J1.8 0\n-100 ability J1.3 3\n30 ability J1.PP 3\n" + present8, "none/no decline"},
		{"an ability that no table knows has no area", rollator + "-100 ability X:y 1\n-100 ability J3.8 1\n30 ability X:y 2\n30 ability J3.8 2\n" + present8, "none/no decline"},
		{"it was a mistake", rollator + "-100 ability J1.1 1\n30 ability J1.1 3 retracted 60\n" + present8, "none/no decline"},
		{"an assessment is a sign of life", "-84 service H1.8 100 for 20\n-100 ability J1.1 1\n120 ability J1.1 1\n160 ability J1.1 1\n200 ability J1.1 1", "none/no decline"},
		{"minutes are named first on one day", rollator + "-100 ability J1.1 1\n27 ability J1.1 3\n0 service H1.8 60 for 30", "event/minutes"},
		{"abilities the day before", rollator + "-100 ability J1.1 1\n26 ability J1.1 3\n0 service H1.8 60 for 30", "event/abilities"},

		// What came first.
		{"an aid before the four weeks are over", rollator + "26 aid 12360301\n0 service H1.8 60 for 30", "event/dependency aid"},
		{"on the same day minutes are named", rollator + "27 aid 12360301\n0 service H1.8 60 for 30", "event/minutes"},
		{"death", rollator + "50 hasdied", "competing/died"},
		{"death on the last day", "-84 service H1.8 100 for 60\n181 hasdied", "competing/died"},
		{"death a day after the horizon", "-84 service H1.8 100 for 60\n182 hasdied", "none/no decline"},
		{"decline, then death", rollator + "0 service H1.8 60 for 30\n100 hasdied", "event/minutes"},
		{"death, before the second week of personal care", rollator + "0 service H1.1 10\n13 hasdied", "competing/died"},
		{"services stop for good", "-84 service H1.8 100 for 20", "competing/left"},
		{"services stop, but the rollator stays: recovered", rollator + "-84 service H1.8 100 for 20", "none/no decline"},
		{"services stop, and one of two aids comes back", rollator + "-84 service H1.8 100 for 20\n-90 aid 09330701 until 60", "competing/left"},
		{"an aid that came back in the last week with a service counts", rollator + "-84 service H1.8 100 for 20\n-90 aid 09330701 until 49", "competing/left"},
		{"one that came back before does not", rollator + "-84 service H1.8 100 for 20\n-90 aid 09330701 until 48", "none/no decline"},
		{"services stop, and one of three aids comes back", rollator + "-80 aid 09330701\n-84 service H1.8 100 for 20\n-90 aid 09330701 until 60", "none/no decline"},
		{"decline, then services stop", "-84 service H1.8 100 for 12\n0 service H1.8 200 for 8", "event/minutes"},
		{"services stop and come back", "-84 service H1.8 100 for 20\n200 service H1.8 100", "none/no decline"},
		{"two aids back on one day", rollator + "-90 aid 09330701 until 40\n-80 aid 12060601 until 40\n", "none/no decline"}, // the rollator stays
		{"all aids back on one day", "-90 aid 09330701 until 40\n-80 aid 12060601 until 40\n", "competing/left"},
		{"all back on the last day of the horizon", "-90 aid 09330701 until 181\n-80 aid 12060601 until 181\n", "competing/left"},
		{"a day later", "-90 aid 09330701 until 182\n-80 aid 12060601 until 182\n", "none/no decline"},
		{"nothing but an old rollator", rollator, "none/no decline"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			r, ok := declineOn(t, c.text, 400)
			require.True(t, ok, "at risk")
			got, _ := verdictText(r)
			assert.Equal(t, c.want, got)
			assert.Equal(t, -1, r.Course)
			assert.Equal(t, 1.0, r.Weight)
		})
	}
}

func TestDeclineNearTheExtractIsCensoredRatherThanGuessed(t *testing.T) {
	// Cleaning until the week of Monday 161, Sunday 167: the first day away would be day 168.
	stops := "-84 service H1.8 100 for 36"
	goesOn := "-84 service H1.8 100 for 60"
	for _, c := range []struct {
		claim, text string
		extract     int
		want        string
		due         int
	}{
		{"the horizon ends after the extract", goesOn, 180, "censored/follow-up not over", 180},
		{"an event does not make it known early", rollator + "20 aid 12360301", 180, "censored/follow-up not over", 180},
		{"the horizon ends on the extract", goesOn, 181, "none/no decline", 181},
		// Silence is counted to the end of the municipality's last week: Sunday 181 is 14 days, 188 is 21.
		{"silent for 14 days: the next cleaning may be due", stops, 187, "none/no decline", 181},
		{"silent for 21 days", stops, 188, "censored/may have left", 188},
		{"silent for 49", stops, 222, "censored/may have left", 216},
		{"silent for 56", stops, 223, "competing/left", 223},
		{"silent for 49, aids still out: they may yet come back", rollator + stops, 222, "censored/may have left", 216},
		{"silent for 56, aids still out: recovered", rollator + stops, 223, "none/no decline", 223},
		{"decided 56 days after the horizon", stops, 400, "competing/left", 237},
		// Back in the week of Monday 196, Sunday 202: that is when it is known that nobody had left.
		{"back in between", stops + "\n196 service H1.8 100", 400, "none/no decline", 202},
		{"services every week: known when the horizon ends", goesOn, 400, "none/no decline", 181},
		{"aids back on day 170, extract on day 200", "-90 aid 09330701 until 170\n-80 aid 12060601 until 170", 200, "censored/may have left", 195},
	} {
		t.Run(c.claim, func(t *testing.T) {
			r, ok := declineOn(t, c.text, c.extract)
			require.True(t, ok, "at risk")
			got, due := verdictText(r)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.due, due)
		})
	}
}

func TestAtRiskOfDecline(t *testing.T) {
	for _, c := range []struct {
		claim, text string
		want        string // "" is eligible
	}{
		{"a service in the last full week", "-7 service H1.8 30", ""},
		{"in the fourth last", "-28 service H1.8 30", ""},
		{"in the fifth last", "-35 service H1.8 30", "no service and no aid"},
		{"in the week that is running: not known yet", "0 service H1.8 30", "no service and no aid"},
		{"the training is no service", "-7 service L.TVH 30", "no service and no aid"},
		{"an aid on loan", "-400 aid 12060601", ""},
		{"lent the day before", "-1 aid 12060601", ""},
		{"lent on the day: not known yet", "0 aid 12060601", "no service and no aid"},
		{"back the day before", "-400 aid 12060601 until -1", "no service and no aid"},
		{"back on the day: not known yet", "-400 aid 12060601 until 0", ""},
		{"nothing", "", "no service and no aid"},
		{"65 on the day", "-400 aid 12060601\n0 born -23741", ""}, // 1 January 1959
		{"64", "-400 aid 12060601\n0 born -23740", "too young"},
		{"111", "-400 aid 12060601\n0 born -40543", "too old to be true"},
		{"died the day before", "-400 aid 12060601\n-1 hasdied", "died"},
		{"died on the day: not known yet", "-400 aid 12060601\n0 hasdied", ""},
		// Sunday -57 is the last sign; day -56 to -1 are 56 silent days.
		{"services stopped 56 days ago, half the aids came back", "-400 aid 12060601\n-400 aid 09330701 until -40\n-200 service H1.8 30 for 21", "left"},
		{"none came back: recovered", "-400 aid 12060601\n-400 aid 09330701\n-200 service H1.8 30 for 21", ""},
		{"services stopped 49 days ago", "-400 aid 12060601\n-400 aid 09330701 until -40\n-200 service H1.8 30 for 22", ""},
		{"and have come back", "-400 aid 12060601\n-400 aid 09330701 until -40\n-200 service H1.8 30 for 10\n-7 service H1.8 30", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			h := history(t, c.text)
			ok, why := Eligible(&h, Default(), rettidig.Decline, day0)
			assert.Equal(t, c.want, why)
			assert.Equal(t, c.want == "", ok)
		})
	}
}

func TestEligibleForACourse(t *testing.T) {
	for _, c := range []struct {
		claim, text string
		asOf        int
		want        string
	}{
		{"nothing known", "", 0, "no home care"},
		{"helped last week", "-7 service H1.8 30 for 1", 0, ""},
		{"helped twelve full weeks ago", "-84 service H1.8 30 for 1\n-84 aid 120606", 0, ""},
		{"helped thirteen full weeks ago", "-91 service H1.8 30 for 1\n-91 aid 120606", 0, "no home care"},
		{"screened yesterday", "-28 service H1.8 30 for 4\n0 screening 7 2", 1, ""},
		{"training", "-28 service H1.8 30 for 4\n0 screening 7 2\n3 session", 4, "a course is running"},
		{"the first session is today: not known yet", "-28 service H1.8 30 for 4\n0 screening 7 2\n3 session", 3, ""},
		{"after the course", "-28 service H1.8 30 for 4\n0 screening 7 2\n3 session\n10 terminated", 11, ""},
		{"dead", "0 screening 7 2\n3 hasdied", 4, "died"},
		{"gone", "-84 service H1.8 30 for 12", 56, "left"},
		{"perhaps gone", "-84 service H1.8 30 for 12", 55, ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			h := history(t, c.text)
			for _, target := range []rettidig.Target{rettidig.Completion, rettidig.Effect, rettidig.Benefit} {
				ok, why := Eligible(&h, Default(), target, day0+rettidig.Day(c.asOf))
				assert.Equal(t, c.want, why)
				assert.Equal(t, c.want == "", ok)
			}
		})
	}
}

// The slow twin of the four-week-mean rule: minutes in a map by Monday, and every window of Mondays tried.
func slowMinutesRise(h rettidig.History, index, end, until rettidig.Day, r DeclineRules, delivered func(rettidig.Day) bool) rettidig.Day {
	minutes := map[rettidig.Day]float64{}
	for _, s := range h.Services {
		service, _ := codes.ServiceOf(s.Code)
		if s.Known <= until && s.Code != "L.TVH" && strings.Contains("personal_care practical_help nursing", string(service.Concept)) {
			minutes[s.Week] += float64(s.Minutes)
		}
	}
	mean := func(monday rettidig.Day, weeks int) (float64, bool) {
		sum, n := 0.0, 0
		for k := range weeks {
			if m := monday + rettidig.Day(7*k); delivered(m) {
				sum, n = sum+minutes[m], n+1
			}
		}
		return sum / float64(n), 4*n >= 3*weeks && n > 0
	}
	// The latest week over before the index date, and the earliest of the twelve with care.
	last := index - 7
	for last.Monday() != last {
		last--
	}
	first := rettidig.NoDay
	for k := 11; k >= 0; k-- {
		if m := last - rettidig.Day(7*k); minutes[m] > 0 && delivered(m) && first == rettidig.NoDay {
			first = m
		}
	}
	level, known := 0.0, false
	if first == rettidig.NoDay {
		_, known = mean(last-77, 12)
	} else if weeks := int(last-first)/7 + 1; weeks < 4 {
		level, known = mean(first, weeks)
	} else {
		for m := first; m+21 <= last; m += 7 {
			if x, ok := mean(m, 4); ok && (!known || x > level) {
				level, known = x, true
			}
		}
	}
	if !known {
		return rettidig.NoDay
	}
	for m := index; m+27 <= end; m++ {
		if m.Monday() != m {
			continue
		}
		if x, ok := mean(m, 4); ok && x >= level+r.MinutesRise-1e-9 && x >= (1+r.MinutesRiseShare)*level-1e-9 {
			return m + 27
		}
	}
	return rettidig.NoDay
}

func TestMinutesRiseEqualsItsSlowTwin(t *testing.T) {
	o, fired := newObserver(Default()), 0
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 11))
		h := randomHistory(seed)
		h.Statuses = nil // nobody dies: the twin knows no death
		cal := newCalendar([]rettidig.History{h, history(t, "-301 service H1.8 30 for 300")}, day0+1000)
		for k := range cal.missing {
			cal.missing[k] = rng.IntN(12) == 0
		}
		x := o.observe(&h, day0+1000)
		for range 20 {
			index := day0 + rettidig.Day(rng.IntN(800))
			end := index + 181
			want := slowMinutesRise(h, index, end, day0+1000, Default().Decline, cal.observed)
			got := o.minutesRise(o.weeksAround(x, index, end, cal))
			require.Equal(t, want, got, "seed %d index %s", seed, index)
			if want.Valid() {
				fired++
			}
		}
	}
	assert.Greater(t, fired, 250, "the rule fires often enough for the comparison to mean something")
}

func TestALandmarkNeedsTwelveWeeksOfServicesBeforeIt(t *testing.T) {
	for _, c := range []struct {
		from string
		want bool
	}{{"-84", true}, {"-77", false}} {
		h := history(t, rollator+c.from+" service H1.8 30 for 60")
		rows := only(t, h, rettidig.Decline, Default(), 300)
		found := len(rows) > 0 && rows[0].Index == day0
		assert.Equal(t, c.want, found, "services from day %s", c.from)
	}
}

// town is n citizens with cleaning every week from day -301 for 140 weeks, less the weeks that the file lost.
func town(t *testing.T, n int, lost ...int) []rettidig.History {
	hs := make([]rettidig.History, n)
	for i := range hs {
		hs[i] = history(t, "-301 service H1.8 100 for 140")
		hs[i].Citizen.ID = rettidig.CitizenID(fmt.Sprintf("pdemo_%03d", i))
		kept := hs[i].Services[:0]
		for _, s := range hs[i].Services {
			gone := false
			for _, l := range lost {
				gone = gone || s.Week == day0+rettidig.Day(l)
			}
			if !gone {
				kept = append(kept, s)
			}
		}
		hs[i].Services = kept
	}
	return hs
}

func TestAWeekThatTheWholeMunicipalityLacksIsAMissingFile(t *testing.T) {
	hs := town(t, 30, 28, 35, 42)
	cal := newCalendar(hs, day0+400)
	assert.Equal(t, []rettidig.Day{day0 + 28, day0 + 35, day0 + 42}, cal.lost)
	assert.True(t, cal.observed(day0+21))
	assert.False(t, cal.observed(day0+28))
	assert.True(t, cal.observed(day0+49))
	assert.Empty(t, newCalendar(town(t, 5, 28, 35, 42), day0+400).lost, "too few to tell")

	c, err := Build(hs, rettidig.Decline, Default(), day0+400)
	require.NoError(t, err)
	require.NotEmpty(t, c.Warnings)
	assert.Contains(t, c.Warnings[0].Error(), "3 weeks have hardly any service rows")
	for _, r := range c.Rows {
		if r.Index <= day0+182 {
			assert.Equal(t, Outcome(None), r.Outcome, "nobody left, nobody declined")
		}
	}
	// One of them gets 240 minutes once, in the week after the gap. Over the weeks 28 to 49 only one was delivered:
	// no mean. Over 49 to 70 it is (240 + 3 * 100) / 4 = 135 against 100: no rise either.
	hs[0].Services = append(hs[0].Services, rettidig.ServiceWeek{Code: "H1.8", Week: day0 + 49, Known: day0 + 55, Minutes: 140, Count: 1})
	hs[0].Sort()
	c, err = Build(hs, rettidig.Decline, Default(), day0+400)
	require.NoError(t, err)
	assert.Equal(t, Outcome(None), c.Rows[0].Outcome)
}

func TestServicesThatEndEarlyCensorWhatTheyCannotShow(t *testing.T) {
	hs := town(t, 30)
	for i := range hs { // nothing after the week of Monday 140, Sunday 146
		kept := hs[i].Services[:0]
		for _, s := range hs[i].Services {
			if s.Week <= day0+140 {
				kept = append(kept, s)
			}
		}
		hs[i].Services = kept
	}
	c, err := Build(hs, rettidig.Decline, Default(), day0+400)
	require.NoError(t, err)
	for _, r := range c.Rows {
		if r.Index == day0 {
			assert.Equal(t, "censored/follow-up not over", string(r.Outcome)+"/"+r.Cause, "a missing delivery is not leaving")
		}
	}
	assert.Contains(t, c.Summary().Warnings[0], "services end on 2024-05-26")
}

func TestWhoIsAtRiskIsDecidedByWhatWasKnownBeforeTheIndexDate(t *testing.T) {
	_, ok := declineOn(t, "-1 aid 12060601", 400)
	assert.True(t, ok, "lent the day before")
	_, ok = declineOn(t, "0 aid 12060601", 400)
	assert.False(t, ok, "lent on the index date")
}

// A fact that happened in time but was written down after the extract is not seen: neither by labels nor by the
// search for who left.
func TestFactsWrittenDownAfterTheExtractAreNotSeen(t *testing.T) {
	build := func(h rettidig.History) string {
		c, err := Build([]rettidig.History{h, history(t, companion)}, rettidig.Decline, Default(), day0+300)
		require.NoError(t, err)
		for _, r := range c.Rows {
			if r.Citizen == 0 && r.Index == day0 {
				got, _ := verdictText(r)
				return got
			}
		}
		return "not at risk"
	}
	text := "-90 aid 09330701 until 40\n-80 aid 12060601 until 40"
	h := history(t, text)
	assert.Equal(t, "competing/left", build(h))
	h.Aids[0].KnownReturned = day0 + 301
	assert.Equal(t, "none/no decline", build(h), "a return booked late")

	h = history(t, rollator+"0 service H1.8 60 for 4\n"+present8)
	assert.Equal(t, "event/minutes", build(h))
	for i := range h.Services {
		h.Services[i].Known = day0 + 301
	}
	assert.Equal(t, "none/no decline", build(h), "services registered late")

	h = history(t, rollator+"20 aid 12360301\n"+present8)
	assert.Equal(t, "event/dependency aid", build(h))
	h.Aids[1].KnownLent = day0 + 301
	assert.Equal(t, "none/no decline", build(h), "a loan booked late")
}

func TestALongGapIsMissingToItsEnd(t *testing.T) {
	var lost []int
	for m := 28; m < 28+7*20; m += 7 {
		lost = append(lost, m)
	}
	hs := town(t, 30, lost...)
	assert.Len(t, newCalendar(hs, day0+400).lost, 20)

	// A last week with a thirtieth of the rows is a delivery cut off, not the end of all care.
	hs = town(t, 30)
	for i := range hs[1:] {
		n := len(hs[i+1].Services)
		hs[i+1].Services = hs[i+1].Services[:n-2]
	}
	cal, last := newCalendar(hs, day0+1000), hs[0].Services[len(hs[0].Services)-1].Week
	assert.Equal(t, last-14, cal.last)
	assert.False(t, cal.observed(last))
}

// KL Gateway counts visits and knows no minutes. A year of such weeks before the home-care files begin must not look like
// a year of no help.
func TestWeeksThatKnowNoMinutesAreNotDelivered(t *testing.T) {
	files := history(t, "-301 service H1.8 0 for 43\n0 service H1.8 100 for 40")
	cal := newCalendar([]rettidig.History{files}, day0+400)
	assert.Equal(t, day0, cal.first)
	assert.False(t, cal.observed(day0-7), "visits only")
	rows := only(t, files, rettidig.Decline, Default(), 400)
	for _, r := range rows {
		assert.NotEqual(t, CauseMinutes, r.Cause, "%s", r.Index)
	}
}

func TestAMunicipalityMayLeaveAbilitiesOut(t *testing.T) {
	h := history(t, rollator+"-100 ability J1.1 1\n30 ability J1.1 3\n"+present8)
	p := Default()
	rows := only(t, h, rettidig.Decline, p, 400)
	assert.Equal(t, CauseAbilities, causeOn(rows, day0))
	p.Decline.Abilities = false
	rows = only(t, h, rettidig.Decline, p, 400)
	assert.Equal(t, CauseNoDecline, causeOn(rows, day0))
}

func causeOn(rows []Row, index rettidig.Day) string {
	for _, r := range rows {
		if r.Index == index {
			return r.Cause
		}
	}
	return "no row"
}

func TestALabelWaitsForALevelThatWasWrittenDownLate(t *testing.T) {
	r, ok := declineOn(t, rollator+"-100 ability J1.1 1\n30 ability J1.1 3 known 300\n"+present8, 400)
	require.True(t, ok)
	got, due := verdictText(r)
	assert.Equal(t, "event/abilities", got)
	assert.Equal(t, 300, due)
}
