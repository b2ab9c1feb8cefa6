package quality

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
)

func TestNothingIsFoundWhereNothingIsWrong(t *testing.T) {
	q := judge(t, town(), townReport(), nil)
	assert.Empty(t, q.Findings)
	assert.Empty(t, q.Ask)
	assert.Equal(t, Usable, q.Verdict.Code)
	assert.Equal(t, Overlap{AidsCare: 60, All: 60}, q.Overlap)
}

func TestAMonthWithoutHomeCareIsFoundAndNamed(t *testing.T) {
	hs := town()
	for i := range hs {
		hs[i].Services = keep(hs[i].Services, func(s rettidig.ServiceWeek) bool { return monthOfDay(s.Week) != MonthOf(2023, 5) })
	}
	q := judge(t, hs, townReport(), nil)
	f := found(t, q, "months-missing")
	assert.Equal(t, []any{MonthOf(2023, 5), MonthOf(2023, 5), int64(1), Doubt}, []any{f.From, f.To, f.N, f.Level})
	assert.Contains(t, f.Text, "home care")
	assert.Contains(t, f.Text, "2023-05")
	assert.Equal(t, Doubts, q.Verdict.Code)
	assert.Len(t, q.Findings, 1, "a hole is not a change of level too")
	require.Len(t, q.Ask, 1)
	assert.Contains(t, q.Ask[0].SendDA, "2023-05")
}

func TestManyMonthsWithoutHomeCareStop(t *testing.T) {
	hs := town()
	for i := range hs {
		hs[i].Services = keep(hs[i].Services, func(s rettidig.ServiceWeek) bool {
			m := monthOfDay(s.Week)
			return m < MonthOf(2023, 2) || m > MonthOf(2023, 4)
		})
	}
	q := judge(t, hs, townReport(), nil)
	f := found(t, q, "months-missing")
	assert.Equal(t, []any{MonthOf(2023, 2), MonthOf(2023, 4), int64(3), Stop}, []any{f.From, f.To, f.N, f.Level})
	assert.Equal(t, DoNotUse, q.Verdict.Code)
}

// lentBy gives one citizen so many loans in each month from a month on.
func lentBy(from Month, rows ...int64) []rettidig.History {
	h := rettidig.History{Citizen: rettidig.Citizen{ID: person(1)}}
	for i, n := range rows {
		m := from + Month(i)
		for j := range n {
			d := rettidig.DayOf(m.Year(), time.Month(m.Number()), 1+int(j)%28)
			h.Aids = append(h.Aids, loan("12060601", d, d+30))
		}
	}
	return []rettidig.History{h}
}

// about are the findings of single months.
func about(q *Quality) (out []Finding) {
	for _, f := range q.Findings {
		if strings.HasPrefix(f.Code, "months-") {
			out = append(out, f)
		}
	}
	return out
}

// asked tells whether a month is asked for.
func asked(q *Quality, m Month) bool {
	return slices.ContainsFunc(q.Ask, func(a Ask) bool {
		return strings.Contains(a.Wrong+a.Send+a.WrongDA+a.SendDA, m.String())
	})
}

func TestSevenLoansInADecemberAreNotMissing(t *testing.T) {
	december := MonthOf(2009, 12)
	for _, c := range []struct {
		name    string
		extract rettidig.Day
		rows    []int64 // from June 2009 to June 2010
		care    rettidig.Day
		code    string // of the finding; "": none
		level   Level
		asked   bool
	}{
		{"among 15 to 20", rettidig.DayOf(2012, 5, 20), []int64{15, 20, 17, 18, 16, 19, 7, 20, 15, 18, 17, 16, 19}, rettidig.NoDay, "", "", false},
		{"among 21 to 25", rettidig.DayOf(2012, 5, 20), []int64{21, 25, 22, 23, 24, 21, 7, 22, 25, 21, 23, 24, 22}, rettidig.NoDay, "months-few", Doubt, true},
		{"ten years before the extract", rettidig.DayOf(2019, 12, 20), []int64{21, 25, 22, 23, 24, 21, 7, 22, 25, 21, 23, 24, 22}, rettidig.NoDay, "months-few", Doubt, true},
		{"longer ago", rettidig.DayOf(2020, 1, 20), []int64{21, 25, 22, 23, 24, 21, 7, 22, 25, 21, 23, 24, 22}, rettidig.NoDay, "months-few", Know, false},
		{"none, longer ago", rettidig.DayOf(2020, 1, 20), []int64{21, 25, 22, 23, 24, 21, 0, 22, 25, 21, 23, 24, 22}, rettidig.NoDay, "months-few", Know, false},
		{"none", rettidig.DayOf(2012, 5, 20), []int64{21, 25, 22, 23, 24, 21, 0, 22, 25, 21, 23, 24, 22}, rettidig.NoDay, "months-missing", Stop, true},
		{"none, the first month of home care", rettidig.DayOf(2012, 5, 20), []int64{21, 25, 22, 23, 24, 21, 0, 22, 25, 21, 23, 24, 22}, rettidig.DayOf(2009, 12, 28), "months-missing", Stop, true},
		{"none, before home care", rettidig.DayOf(2012, 5, 20), []int64{21, 25, 22, 23, 24, 21, 0, 22, 25, 21, 23, 24, 22}, rettidig.DayOf(2010, 1, 4), "months-few", Know, false},
	} {
		hs := lentBy(MonthOf(2009, 6), c.rows...)
		if c.care.Valid() {
			hs[0].Services = append(hs[0].Services, week(c.care, "H1.8", 30, 1))
		}
		r := townReport()
		r.ExtractDate = c.extract
		q := judge(t, hs, r, nil)
		assert.Equal(t, c.asked, asked(q, december), c.name)
		got := about(q)
		if c.code == "" {
			assert.Empty(t, got, c.name)
			continue
		}
		if assert.Len(t, got, 1, c.name) {
			assert.Equal(t, []any{c.code, c.level, december, december, int64(1)}, []any{got[0].Code, got[0].Level, got[0].From, got[0].To, got[0].N}, c.name)
			assert.Equal(t, c.code == "months-missing", strings.Contains(got[0].TextDA, "mangler"), c.name)
			assert.Contains(t, got[0].TextDA, "2009-12", c.name)
		}
	}
}

func TestARunOfMonthsIsMissingOnlyWhereThereIsNothing(t *testing.T) {
	r := townReport()
	r.ExtractDate = rettidig.DayOf(2012, 5, 20)
	got := about(judge(t, lentBy(MonthOf(2010, 1), 40, 40, 40, 40, 40, 40, 3, 0, 0, 40, 40, 40, 40, 40, 40), r, nil))
	require.Len(t, got, 2)
	assert.Equal(t, []any{"months-missing", MonthOf(2010, 8), MonthOf(2010, 9), int64(2)}, []any{got[0].Code, got[0].From, got[0].To, got[0].N})
	assert.Equal(t, []any{"months-few", MonthOf(2010, 7), MonthOf(2010, 7), int64(1), Doubt}, []any{got[1].Code, got[1].From, got[1].To, got[1].N, got[1].Level})
}

func TestAMonthThatIsLowEveryYearIsNoHole(t *testing.T) {
	hs := town()
	for i := range hs {
		hs[i].Sessions = keep(hs[i].Sessions, func(s rettidig.Session) bool { return monthOfDay(s.Date).Number() != 7 })
	}
	assert.Empty(t, judge(t, hs, townReport(), nil).Findings, "nobody trains in July")
}

func TestMinutesThatAreHoursAreFound(t *testing.T) {
	hs := town()
	for i := range hs {
		for j := range hs[i].Services {
			hs[i].Services[j].Minutes /= 60
		}
	}
	q := judge(t, hs, townReport(), nil)
	f := found(t, q, "care-implausible")
	assert.Equal(t, Stop, f.Level)
	assert.Contains(t, f.Text, "read as hours of the week it would")
	require.Len(t, q.Minutes.Ways, 3)
	assert.InDelta(t, 1.5, q.Minutes.Ways[0].Median, 0.51, "in hours, 1.5 a week, in a bin of one minute")
	assert.InDelta(t, 90, q.Minutes.Ways[2].Median, 0.51)
}

func TestTheReadersWarningIsNotToldTwice(t *testing.T) {
	hs := town()
	for i := range hs {
		for j := range hs[i].Services {
			hs[i].Services[j].Minutes /= 60
		}
	}
	r := townReport()
	r.Warnings = []extract.Warning{{Code: "care-implausible", Text: "home care does not look like it", N: 120}}
	q := judge(t, hs, r, nil)
	require.Len(t, q.Findings, 1)
	assert.Equal(t, "home care does not look like it", q.Findings[0].Text)
}

func TestAnUnknownWarningIsADoubt(t *testing.T) {
	r := townReport()
	r.Warnings = []extract.Warning{{Code: "something-new", Text: "what nobody has seen", N: 3}}
	f := found(t, judge(t, town(), r, nil), "something-new")
	assert.Equal(t, Doubt, f.Level)
}

func TestIdsThatDoNotJoinStop(t *testing.T) {
	hs := town()
	for i := range hs {
		if len(hs[i].Screenings) > 0 { // the same person under another id
			apart := rettidig.History{Citizen: rettidig.Citizen{ID: person(1000 + i)}, Screenings: hs[i].Screenings, Sessions: hs[i].Sessions}
			hs[i].Screenings, hs[i].Sessions = nil, nil
			hs = append(hs, apart)
		}
	}
	q := judge(t, hs, townReport(), nil)
	f := found(t, q, "sources-do-not-join")
	assert.Equal(t, []any{Stop, int64(60)}, []any{f.Level, f.N})
	assert.Equal(t, Overlap{AidsCare: 120, Training: 60}, q.Overlap)
}

func TestYearsOfBulkRegistrationAreFound(t *testing.T) {
	h := rettidig.History{Citizen: rettidig.Citizen{ID: person(1)}}
	for d := rettidig.DayOf(2008, 1, 1); d < rettidig.DayOf(2020, 1, 1); d++ {
		n := 1
		if y := d.Time().Year(); y == 2014 || y == 2015 {
			n = 2
		}
		for range n {
			a := loan("12060601", d, d+30)
			if n == 1 {
				a.Paragraph = "112"
			}
			h.Aids = append(h.Aids, a)
		}
	}
	r := townReport()
	r.ExtractDate = rettidig.DayOf(2020, 3, 1)
	q := judge(t, []rettidig.History{h}, r, nil)
	f := found(t, q, "bulk-registration")
	// 2 * (365 + 365) loans, twice those of the years around, and none of them with a paragraph
	assert.Equal(t, []any{MonthOf(2014, 1), MonthOf(2015, 12), int64(1460), Doubt}, []any{f.From, f.To, f.N, f.Level})
	assert.Contains(t, f.Text, "2.0 times as many loans a year in 2014 to 2015")
	for _, f := range q.Findings {
		assert.NotEqual(t, "level-change", f.Code, "the same thing is not told twice")
	}
}

func TestASystemThatBeginsOnADayIsFound(t *testing.T) {
	hs := []rettidig.History{}
	day := rettidig.DayOf(2017, 11, 6)
	for i := range 300 {
		h := rettidig.History{Citizen: rettidig.Citizen{ID: person(i)}}
		h.Aids = append(h.Aids, loan("12060601", day, rettidig.NoDay))
		for d := day + rettidig.Day(1+i%30); d < townTo; d += 200 {
			h.Aids = append(h.Aids, loan("09330701", d, d+100))
		}
		h.Sort()
		hs = append(hs, h)
	}
	f := found(t, judge(t, hs, townReport(), nil), "system-change")
	assert.Equal(t, []any{MonthOf(2017, 11), int64(300)}, []any{f.From, f.N})
	assert.Contains(t, f.Text, "2017-11-06")
}

func TestADayOfBulkRegistrationIsFoundInALongHistory(t *testing.T) {
	hs := town()
	day := rettidig.DayOf(2023, 3, 15)
	for i := range hs {
		hs[i].Aids = append(hs[i].Aids, loan("09330701", day, day+30))
		hs[i].Sort()
	}
	f := found(t, judge(t, hs, townReport(), nil), "bulk-registration")
	assert.Contains(t, f.Text, "2023-03-15")
	assert.GreaterOrEqual(t, f.N, int64(120))
}

func TestASuddenChangeOfLevelIsFoundInItsMonth(t *testing.T) {
	hs := town()
	for i := range hs {
		if i%2 == 1 { // a supplier who comes in June 2022
			hs[i].Services = keep(hs[i].Services, func(s rettidig.ServiceWeek) bool { return monthOfDay(s.Week) >= MonthOf(2022, 6) })
		}
	}
	f := found(t, judge(t, hs, townReport(), nil), "level-change")
	assert.Equal(t, MonthOf(2022, 6), f.From)
	assert.Contains(t, f.Text, "2.0 times")
}

func TestClassesThatAreNeverBookedBackAreNamed(t *testing.T) {
	h := rettidig.History{Citizen: rettidig.Citizen{ID: person(1)}}
	for i := range 400 { // loans of 2005 to 2009, all more than ten years old
		d := rettidig.DayOf(2005, 1, 1) + rettidig.Day(4*i)
		back := d + 100
		if i%20 == 0 { // 5 %
			back = rettidig.NoDay
		}
		h.Aids = append(h.Aids, loan("12310301", d, back), loan("12060601", d, d+100))
	}
	h.Sort()
	q := judge(t, []rettidig.History{h}, townReport(), nil)
	f := found(t, q, "never-booked-back")
	assert.Equal(t, int64(20), f.N)
	assert.Contains(t, f.Text, "123103, 5.0 %")
	assert.NotContains(t, f.Text, "120606")
	require.Len(t, q.Returns.Classes, 2)
	assert.Equal(t, []any{"120606", int64(400), int64(0)}, []any{q.Returns.Classes[0].ISO, q.Returns.Classes[0].Old, q.Returns.Classes[0].OldOpen})
}

func TestOpenLoansOfLateYearsAreStillInUse(t *testing.T) {
	hs := town()
	for i := range hs {
		hs[i].Aids[len(hs[i].Aids)-1].Returned = rettidig.NoDay
	}
	assert.Empty(t, judge(t, hs, townReport(), nil).Findings)
}

func TestReturnsOfEverythingOnOneDayAreTold(t *testing.T) {
	hs := town()
	for i := range 20 {
		hs[i].Aids[len(hs[i].Aids)-1].Returned = townTo
		for range 3 {
			last := hs[i].Aids[len(hs[i].Aids)-1]
			hs[i].Aids = append(hs[i].Aids, last)
		}
	}
	f := found(t, judge(t, hs, townReport(), nil), "batch-returns")
	assert.Equal(t, []any{int64(20), Know}, []any{f.N, f.Level})
}

func TestCoursesClosedLateAreTold(t *testing.T) {
	hs := town()
	for i := range hs {
		if len(hs[i].Sessions) == 0 {
			continue
		}
		after := rettidig.Day(28) // not late yet
		if i%4 == 0 {
			after = 29
		}
		// The last session or screening before this day is a session on day 1 of the first course.
		hs[i].Sessions, hs[i].Screenings = hs[i].Sessions[:1], hs[i].Screenings[:1]
		d := hs[i].Sessions[0].Date + after
		hs[i].Statuses = append(hs[i].Statuses, rettidig.StatusChange{Date: d, Known: d, Status: rettidig.Terminated})
	}
	f := found(t, judge(t, hs, townReport(), nil), "closing-late")
	assert.Equal(t, []any{int64(30), Know}, []any{f.N, f.Level}, "every fourth of 120")
}

func TestTheSpringOfCovidIsRecognised(t *testing.T) {
	fell := func(code string) []rettidig.History {
		h := rettidig.History{Citizen: rettidig.Citizen{ID: person(1)}}
		for w := rettidig.DayOf(2019, 1, 7); w < rettidig.DayOf(2021, 1, 1); w += 7 {
			m := monthOfDay(w)
			for _, c := range []string{"H1.1", "H1.8"} {
				minutes := float32(1000)
				if c == code && m >= MonthOf(2020, 3) && m <= MonthOf(2020, 6) {
					minutes = 500
				}
				h.Services = append(h.Services, week(w, c, minutes, 1))
			}
		}
		return []rettidig.History{h}
	}
	f := found(t, judge(t, fell("H1.8"), townReport(), nil), "covid-spring")
	assert.Equal(t, []any{MonthOf(2020, 3), MonthOf(2020, 6), Know}, []any{f.From, f.To, f.Level})
	for _, f := range judge(t, fell("H1.1"), townReport(), nil).Findings {
		assert.NotEqual(t, "covid-spring", f.Code, "personal care fell, not practical help")
	}
}

func TestUnknownCodesAreCountedAndShown(t *testing.T) {
	hs := town()
	for i := range hs {
		for j := range hs[i].Services {
			if j%20 == 0 {
				hs[i].Services[j].Code = "X:Klippekort"
			}
		}
	}
	q := judge(t, hs, townReport(), nil)
	f := found(t, q, "services-unknown")
	assert.Contains(t, f.Text, "Klippekort")
	assert.True(t, f.Vendor)
	lists := q.unknown()
	require.Len(t, lists, 1)
	assert.Equal(t, []extract.NameCount{{Name: "Klippekort", N: f.N}}, lists[0].Names)
}

func TestCorrectedFactsAreCountedAndLeftOut(t *testing.T) {
	hs := town()
	wrong := hs[0].Aids[0]
	wrong.Retracted = rettidig.RetractedOn(townTo - 10)
	hs[0].Aids = append(hs[0].Aids, wrong)
	q := judge(t, hs, townReport(), nil)
	assert.Equal(t, int64(1), found(t, q, "corrected").N)
	assert.Equal(t, judge(t, town(), townReport(), nil).Coverage, q.Coverage)
}

func TestFilesOfWhichMuchIsSetAsideAreNamed(t *testing.T) {
	r := townReport()
	r.Files[2].Rows = extract.Rows{Read: 20000, Kept: 19000, Quarantined: 1000}
	r.Files[2].Quarantined = extract.Causes{"id_rounded": 1000}
	r.Files[2].Examples = map[string][]extract.Example{"id_rounded": {{Line: 7, Column: "Personnummer"}, {Line: 9, Column: "Personnummer"}}}
	q := judge(t, town(), r, nil)
	assert.Contains(t, found(t, q, "rows-set-aside").Text, "care 2.csv 5.0 %")
	require.Len(t, q.Ask, 1)
	a := q.Ask[0]
	assert.Equal(t, "id_rounded", a.Code)
	assert.Equal(t, []Place{{File: "care 2.csv", Kind: "H1", Column: "Personnummer", Lines: []int{7, 9}, N: 1000, Share: 0.05}}, a.Where)
	assert.Contains(t, a.SendDA, "som tekst")
}

func TestOneCauseInTwoFilesIsOneThingToAsk(t *testing.T) {
	r := townReport()
	for i := range r.Files {
		r.Files[i].Quarantined = extract.Causes{"date_missing": 200}
	}
	q := judge(t, town(), r, nil)
	require.Len(t, q.Ask, 1)
	assert.Equal(t, int64(600), q.Ask[0].N)
	names := []string{}
	for _, p := range q.Ask[0].Where {
		names = append(names, p.File)
	}
	assert.Equal(t, []string{"aids.csv", "care 2.csv", "care 1.csv"}, names, "the largest share first: of 1000, 20000 and 30000 rows")
}

func TestHarmlessAndRareCausesAreNotAskedAbout(t *testing.T) {
	r := townReport()
	r.Files[1].Dropped = extract.Causes{"minutes_zero": 9000, "row_blank": 2}
	r.Files[1].Quarantined = extract.Causes{"id_missing": 20} // of 30000: less than one in a thousand
	r.Files[1].Repairs = extract.Causes{"mojibake": 1000}     // used, and only 3 %
	assert.Empty(t, judge(t, town(), r, nil).Ask)
}

func TestADeliveryWithoutFactsIsNotToUse(t *testing.T) {
	q := judge(t, nil, &extract.Report{ExtractDate: rettidig.NoDay}, nil)
	assert.Equal(t, DoNotUse, q.Verdict.Code)
}

func TestADeliveryWithoutDigiRehabSaysWhatItIsFor(t *testing.T) {
	hs := town()
	for i := range hs {
		hs[i].Screenings, hs[i].Sessions = nil, nil
	}
	q := judge(t, hs, townReport(), nil)
	assert.Equal(t, "Without D1-D3 there are no courses: completion, effect and benefit cannot be trained; only decline can.", q.Verdict.Why[0])
}
