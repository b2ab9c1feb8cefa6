package cohort

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// populationOf is the population of hs and the witness, without the witness's rows; the extract is on day 400.
func populationOf(t testing.TB, from, to rettidig.Day, every int, hs ...rettidig.History) ([]PopulationRow, []Month) {
	t.Helper()
	all := append(slices.Clone(hs), witness(t))
	cal := NewCalendar(day0 + 400)
	cal.Add(all, 1)
	x, err := NewPopulation(Default(), cal, from, to, every)
	require.NoError(t, err)
	rows := x.Add(hs, 2)
	return rows, x.Months()
}

// On day 0, Monday 1 January 2024, one citizen with help all the time unless said otherwise.
func TestWhoCouldBeOfferedTraining(t *testing.T) {
	const helped = "-280 service H1.8 30 for 100\n"
	for _, c := range []struct {
		claim, history string
		want           string // eligible and what came of it, or why not; "" nothing is known
	}{
		{"helped and never referred", helped, "not offered"},
		{"referred ten weeks later", helped + "70 screening 7 2", "offered"},
		{"made active on the date itself", helped + "0 active", "offered"},
		{"on the last of 91 days", helped + "90 screening 7 2", "offered"},
		{"the day after", helped + "91 screening 7 2", "not offered"},
		{"a referral that was an error", helped + "70 screening 7 2 retracted 80", "not offered"},
		{"died before anybody could", "-280 service H1.8 30 for 42\n20 hasdied", "not known"},
		{"left", "-280 service H1.8 30 for 44\n-280 aid 12060601 until 40", "not known"},
		{"no help", "-400 aid 12060601", "no home care"},
		{"help that is written down later", "-280 service H1.8 30 for 40 known 5\n-400 aid 12060601", "no home care"},
		{"help long ago", "-280 service H1.8 30 for 27", "no home care"},
		{"dead", helped + "-3 hasdied", "died"},
		{"dead and without help", "-280 service H1.8 30 for 20\n-3 hasdied", "died"},
		{"a death written down later", helped + "-3 hasdied known 5", "not known"},
		{"silent, and everything came back", "-280 service H1.8 30 for 31\n-280 aid 12060601 until -50", "left"},
		{"in training", helped + "-20 screening 7 2\n-17 session 5 every 3", "a course is running"},
		{"screened yesterday", helped + "-1 screening 7 2", "a course is about to start"},
		{"active yesterday", helped + "-1 active", "a course is about to start"},
		{"screened today is not known in the morning", helped + "0 screening 7 2", "offered"},
		{"trained until last week", helped + "-90 screening 7 2\n-87 session 21 every 4\n-5 terminated", "trained a short time ago"},
		{"trained until 57 days ago", helped + "-150 screening 7 2\n-147 session 10 every 10\n-55 terminated", "not offered"},
		{"everything comes later", "10 service H1.8 30 for 12", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			rows, months := populationOf(t, day0, day0, 1, history(t, c.history))
			require.Len(t, months, 1)
			got := ""
			for why, n := range months[0].Not {
				got += fmt.Sprint(strings.Repeat(why, n))
			}
			for _, r := range rows {
				got += map[string]string{"1": "offered", "0": "not offered", "NaN": "not known"}[fmt.Sprint(r.Offered)]
			}
			assert.Equal(t, c.want, got)
		})
	}
}

// On day 305, 1 November 2024, 91 days are not over on day 394, and are on day 395.
func TestNobodyIsFollowedBeyondTheData(t *testing.T) {
	h := history(t, "-280 service H1.8 30 for 100\n310 screening 7 2")
	for extract, want := range map[int]float64{394: math.NaN(), 395: 1} {
		cal := NewCalendar(day0 + rettidig.Day(extract))
		cal.Add([]rettidig.History{h}, 1)
		x, err := NewPopulation(Default(), cal, day0+305, day0+305, 1)
		require.NoError(t, err)
		rows := x.Add([]rettidig.History{h}, 1)
		require.Len(t, rows, 1)
		assert.Equal(t, fmt.Sprint(want), fmt.Sprint(rows[0].Offered), extract)
	}
}

func TestTheDatesOfThePopulation(t *testing.T) {
	dates := func(from, to string, every int) string {
		f, err := rettidig.ParseDay(from)
		require.NoError(t, err)
		e, err := rettidig.ParseDay(to)
		require.NoError(t, err)
		return fmt.Sprint(Default().Population.dates(f, e, every))
	}
	assert.Equal(t, "[2023-11-01 2023-12-01 2024-01-01 2024-02-01]", dates("2023-10-02", "2024-02-29", 1))
	assert.Equal(t, "[2023-10-01 2024-01-01]", dates("2023-10-01", "2024-03-31", 3), "quarters begin in January")
	assert.Equal(t, "[]", dates("2023-10-02", "2023-10-31", 1))
}

func TestMonthsAddUp(t *testing.T) {
	var hs []rettidig.History
	for seed := range uint64(120) {
		hs = append(hs, written(randomHistory(seed), seed))
	}
	rows, months := populationOf(t, rettidig.NoDay, rettidig.NoDay, 0, hs...)
	eligible, offered, reasons := 0, 0, map[string]int{}
	for _, m := range months {
		not := 0
		for why, n := range m.Not {
			not += n
			reasons[why] += n
		}
		assert.Equal(t, m.Known, m.Eligible+not, m.Index)
		assert.LessOrEqual(t, m.Offered, m.Followed)
		assert.LessOrEqual(t, m.Followed, m.Eligible)
		eligible += m.Eligible
		offered += m.Offered
	}
	assert.Len(t, rows, eligible)
	assert.Greater(t, offered, 10)
	for _, why := range []string{WhyDied, WhyNoHomeCare, WhyLeft, WhyRunning, WhyAboutTo, WhyTrainedJust} {
		assert.Positive(t, reasons[why], why)
	}
}

// Whoever is in the population is eligible for a course, has none open and has not trained lately, asked without the short
// cuts; and nobody else is.
func TestThePopulationEqualsItsSlowTwin(t *testing.T) {
	p := Default()
	for seed := range uint64(60) {
		h := written(randomHistory(seed), seed)
		rows, months := populationOf(t, rettidig.NoDay, rettidig.NoDay, 0, h)
		got := map[rettidig.Day]PopulationRow{}
		for _, r := range rows {
			got[r.Index] = r
		}
		for _, m := range months {
			ok, _ := Eligible(&h, p, rettidig.Completion, m.Index)
			then := asWritten(h, m.Index-1)
			for _, c := range Courses(&then, p, m.Index-1) {
				ok = ok && c.EndedBy != Open
			}
			for _, s := range then.Standing().Sessions {
				ok = ok && !(done(s) && s.Date >= m.Index-56 && s.Date < m.Index)
			}
			r, in := got[m.Index]
			require.Equal(t, ok, in, "seed %d %s", seed, m.Index)
			if !in {
				continue
			}
			risk, _ := Eligible(&h, p, rettidig.Decline, m.Index)
			require.Equal(t, risk, r.AtRisk, "seed %d %s", seed, m.Index)
			began := false
			for _, c := range Courses(&h, p, day0+400) {
				began = began || c.Baseline >= m.Index && c.Baseline < m.Index+91
			}
			require.Equal(t, began && m.Index+90 <= day0+400, r.Offered == 1, "seed %d %s", seed, m.Index)
		}
	}
}

func TestThePopulationDoesNotDependOnBlocksOrWorkers(t *testing.T) {
	var hs []rettidig.History
	for seed := range uint64(130) {
		hs = append(hs, written(randomHistory(seed), seed))
	}
	want, months := populationOf(t, rettidig.NoDay, rettidig.NoDay, 3, hs...)
	text := func(rows []PopulationRow) (out []string) {
		for _, r := range rows {
			out = append(out, fmt.Sprint(r))
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		cal := NewCalendar(day0 + 400)
		cal.Add(hs, 1)
		x, err := NewPopulation(Default(), cal, months[0].Index, months[len(months)-1].Index, 3)
		require.NoError(t, err)
		var rows []PopulationRow
		for rest := hs; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "block")
			rows = append(rows, x.Add(rest[:n], rapid.IntRange(0, 4).Draw(t, "workers"))...)
			rest = rest[n:]
		}
		require.Equal(t, text(want), text(rows))
		require.Equal(t, months, x.Months())
	})
}

func TestAPopulationNeedsHomeCareAndADate(t *testing.T) {
	_, err := NewPopulation(Default(), NewCalendar(day0), rettidig.NoDay, rettidig.NoDay, 0)
	require.ErrorContains(t, err, "no home care")
	cal := NewCalendar(day0 + 400)
	cal.Add([]rettidig.History{witness(t)}, 1)
	_, err = NewPopulation(Default(), cal, day0+2, day0+20, 1)
	require.ErrorContains(t, err, "no date of the population")
	_, err = NewPopulation(Default(), cal, day0, day0+20, 5)
	require.ErrorContains(t, err, "every 5 months")
}

func TestPopulationCSV(t *testing.T) {
	var b strings.Builder
	c, err := NewPopulationCSV(&b)
	require.NoError(t, err)
	require.NoError(t, c.Write("pdemo_a", PopulationRow{Index: day0, Offered: 1, AtRisk: true}))
	require.NoError(t, c.Write("pdemo_b", PopulationRow{Index: day0, Offered: math.NaN()}))
	require.NoError(t, c.Close())
	assert.Equal(t, "citizen,date,offered,at_risk\npdemo_a,2024-01-01,1,1\npdemo_b,2024-01-01,,0\n", b.String())
}
