package quality

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
)

// changed is the change of a code; the test fails if there is none.
func changed(t testing.TB, q *Quality, code string) Change {
	t.Helper()
	require.NotNil(t, q.Comparison)
	for _, c := range q.Comparison.Changes {
		if c.Code == code {
			return c
		}
	}
	require.Failf(t, "change missing", "no %s among %+v", code, q.Comparison.Changes)
	return Change{}
}

// codesOf lists the codes of the changes.
func codesOf(q *Quality) []string {
	out := []string{}
	for _, c := range q.Comparison.Changes {
		out = append(out, c.Code)
	}
	return out
}

// again reads a quality as the next run will.
func again(t testing.TB, q *Quality) *Quality {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, q.WriteJSON(&b))
	out, err := Read(&b)
	require.NoError(t, err)
	return out
}

func TestADeliveryComparedWithItselfShowsNothing(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	q := judge(t, town(), townReport(), again(t, first))
	assert.Empty(t, q.Comparison.Changes)
	assert.Equal(t, []Month{MonthOf(2021, 1), MonthOf(2024, 11)}, []Month{q.Comparison.From, q.Comparison.To})
	var b bytes.Buffer
	require.NoError(t, q.WriteText(&b))
	assert.Contains(t, b.String(), "Nothing unexpected.")
}

func TestAnyDeliveryComparedWithItselfShowsNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hs := anyTown(rt)
		r := townReport()
		o := NewObserver()
		for i := range hs {
			o.See(&hs[i])
		}
		q := o.Finish(r, again(t, o.Finish(r, nil)))
		if len(q.Comparison.Changes) > 0 {
			rt.Fatalf("a delivery compared with itself: %+v", q.Comparison.Changes)
		}
	})
}

// anyTown draws a few citizens with any facts.
func anyTown(rt *rapid.T) []rettidig.History {
	day := rapid.Custom(func(rt *rapid.T) rettidig.Day {
		return rettidig.DayOf(2020, 1, 6) + rettidig.Day(rapid.IntRange(0, 1800).Draw(rt, "day"))
	})
	hs := make([]rettidig.History, rapid.IntRange(1, 8).Draw(rt, "citizens"))
	for i := range hs {
		h := &hs[i]
		h.Citizen.ID = person(i)
		for range rapid.IntRange(0, 30).Draw(rt, "aids") {
			a := loan(rapid.SampledFrom([]string{"12060601", "21510301", "22271801", "18030303", "99999999"}).Draw(rt, "class"), day.Draw(rt, "lent"), rettidig.NoDay)
			a.Paragraph = rapid.SampledFrom([]string{"", "112"}).Draw(rt, "paragraph")
			if rapid.Bool().Draw(rt, "returned") {
				a.Returned = a.Lent + rettidig.Day(rapid.IntRange(0, 400).Draw(rt, "for"))
				a.KnownReturned = a.Returned
			}
			h.Aids = append(h.Aids, a)
		}
		for range rapid.IntRange(0, 60).Draw(rt, "weeks") {
			h.Services = append(h.Services, week(day.Draw(rt, "week").Monday(), rapid.SampledFrom([]string{"H1.1", "H1.8", "X:Klippekort"}).Draw(rt, "service"),
				float32(rapid.IntRange(0, 900).Draw(rt, "minutes")), int32(rapid.IntRange(0, 9).Draw(rt, "visits"))))
		}
		for range rapid.IntRange(0, 5).Draw(rt, "statuses") {
			h.Statuses = append(h.Statuses, rettidig.StatusChange{Date: day.Draw(rt, "date"), Status: rettidig.Terminated})
			h.Sessions = append(h.Sessions, rettidig.Session{Date: day.Draw(rt, "session"), Rating: 3})
			h.Conditions = append(h.Conditions, rettidig.Condition{Code: "J3.8", Date: day.Draw(rt, "assessed")})
		}
		h.Sort()
	}
	return hs
}

func TestAMonthThatIsGoneIsNamed(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range hs {
		hs[i].Services = keep(hs[i].Services, func(s rettidig.ServiceWeek) bool { return monthOfDay(s.Week) != MonthOf(2023, 5) })
	}
	q := judge(t, hs, townReport(), first)
	c := changed(t, q, "months-gone")
	// The five Mondays of May 2023, two services, 120 citizens.
	assert.Equal(t, []any{"care", MonthOf(2023, 5), MonthOf(2023, 5), 1200.0, 0.0}, []any{c.Kind, c.From, c.To, c.Was, c.Is})
	assert.Equal(t, []string{"months-gone"}, codesOf(q))
}

func TestASupplierWhoIsGoneIsFoundAndTheFileNamed(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range hs {
		if i%3 == 0 {
			hs[i].Services = nil
		}
	}
	r := townReport()
	r.Files = r.Files[:2]
	q := judge(t, hs, r, first)
	f := changed(t, q, "files-fewer")
	assert.Contains(t, f.Text, "care 2.csv")
	c := changed(t, q, "months-differ")
	assert.Equal(t, []any{"care", MonthOf(2021, 1), MonthOf(2024, 11), int64(47)}, []any{c.Kind, c.From, c.To, c.N}, "one run of months, not 47 changes")
	assert.Contains(t, c.Text, "33 % fewer rows")
	assert.Equal(t, "care", changed(t, q, "citizens-gone").Kind)
	assert.Contains(t, changed(t, q, "encoding-gone").Text, extract.Windows1252)
}

func TestHalvedMinutesAreFound(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range hs {
		for j := range hs[i].Services {
			hs[i].Services[j].Minutes /= 2
		}
	}
	q := judge(t, hs, townReport(), first)
	c := changed(t, q, "minutes-level")
	assert.InDelta(t, 90, c.Was, 0.51)
	assert.InDelta(t, 45, c.Is, 0.51)
	m := changed(t, q, "minutes-differ")
	assert.Contains(t, m.Text, "50 % fewer minutes in 2021-01 to 2024-11")
}

func TestARenamedServiceIsFoundUnderBothNames(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range hs {
		for j := range hs[i].Services {
			if hs[i].Services[j].Code == "H1.8" {
				hs[i].Services[j].Code = "X:Rengøring og opvask"
			}
		}
		hs[i].Sort()
	}
	q := judge(t, hs, townReport(), first)
	c := changed(t, q, "service-renamed")
	assert.Contains(t, c.Text, "H1.8")
	assert.Contains(t, c.Text, "Rengøring og opvask")
	assert.Equal(t, []string{"service-renamed"}, codesOf(q))
}

func TestAServiceThatIsRenamedOnTheWayIsFound(t *testing.T) {
	early := rettidig.DayOf(2024, 6, 30)
	hs, old := town(), town()
	for i := range hs {
		old[i] = until(old[i], early)
		for j := range hs[i].Services {
			if s := &hs[i].Services[j]; s.Code == "H1.8" && s.Week >= rettidig.DayOf(2024, 4, 1) {
				s.Code = "X:Rengøring og opvask"
			}
		}
		hs[i].Sort()
	}
	r := townReport()
	r.ExtractDate = early
	q := judge(t, hs, townReport(), judge(t, old, r, nil))
	c := changed(t, q, "service-renamed")
	assert.Equal(t, MonthOf(2024, 3), c.To)
}

// until leaves what had happened by a day.
func until(h rettidig.History, end rettidig.Day) rettidig.History {
	h.Services = keep(h.Services, func(s rettidig.ServiceWeek) bool { return s.Week+6 <= end })
	h.Aids = keep(h.Aids, func(a rettidig.Aid) bool { return a.Lent <= end })
	for i := range h.Aids {
		if h.Aids[i].Returned > end {
			h.Aids[i].Returned, h.Aids[i].KnownReturned = rettidig.NoDay, rettidig.NoDay
		}
	}
	h.Screenings = keep(h.Screenings, func(s rettidig.Screening) bool { return s.Date <= end })
	h.Sessions = keep(h.Sessions, func(s rettidig.Session) bool { return s.Date <= end })
	return h
}

func TestALaterDeliveryOfTheSameTownIsNothingUnexpected(t *testing.T) {
	early := rettidig.DayOf(2024, 6, 30)
	old := town()
	for i := range old {
		old[i] = until(old[i], early)
	}
	r := townReport()
	r.ExtractDate = early
	q := judge(t, town(), townReport(), judge(t, old, r, nil))
	assert.Empty(t, q.Comparison.Changes)
	assert.Equal(t, MonthOf(2024, 5), q.Comparison.To, "June was not over")
}

func TestANewMonthUnlikeTheOthersIsNamed(t *testing.T) {
	early := rettidig.DayOf(2024, 6, 30)
	hs, old := town(), town()
	for i := range hs {
		old[i] = until(old[i], early)
		if i%2 == 0 {
			hs[i].Services = keep(hs[i].Services, func(s rettidig.ServiceWeek) bool { return monthOfDay(s.Week) != MonthOf(2024, 9) })
		}
	}
	r := townReport()
	r.ExtractDate = early
	q := judge(t, hs, townReport(), judge(t, old, r, nil))
	c := changed(t, q, "new-month-unlike")
	assert.Equal(t, []any{"care", MonthOf(2024, 9), 600.0}, []any{c.Kind, c.From, c.Is}, "five Mondays, two services, 60 citizens")
	assert.Equal(t, []string{"new-month-unlike"}, codesOf(q))
}

func TestTheThresholdOfANewMonthIsTheWrittenOne(t *testing.T) {
	// Of aids, as the months are not made equal: twelve months of 100 rows have no spread, so the scale is newScale = 0.05, and z > 4 asks for a logarithm beyond 0.2:
	// exp(0.2) * 101 - 1 = 122.4. The factor newRatio = 1.2 asks for 1.2 * 101 - 1 = 120.2, so z decides.
	was := Coverage{Kind: "aids"}
	for m := MonthOf(2023, 1); m < MonthOf(2024, 1); m++ {
		was.Months = append(was.Months, MonthCount{Month: m, Rows: 100})
	}
	unlike := func(rows int64) int {
		is := was
		is.Months = append(append([]MonthCount{}, was.Months...), MonthCount{Month: MonthOf(2024, 1), Rows: rows})
		c := &Comparison{}
		c.newMonths("aids", &was, &is, MonthOf(2024, 1), MonthOf(2024, 2))
		return len(c.Changes)
	}
	assert.Equal(t, []int{0, 1, 0, 1}, []int{unlike(122), unlike(123), unlike(82), unlike(81)}, "below: 101/exp(0.2) - 1 = 81.7")
}

func TestCitizensWhoAreGoneAreCountedInTheSample(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range 30 {
		hs[i] = rettidig.History{Citizen: rettidig.Citizen{ID: person(5000 + i)}, Aids: hs[i].Aids, Services: hs[i].Services, Screenings: hs[i].Screenings, Sessions: hs[i].Sessions}
	}
	q := judge(t, hs, townReport(), first)
	for _, c := range q.Comparison.Changes {
		assert.Equal(t, "citizens-gone", c.Code, "the counts are the same")
	}
	c := changed(t, q, "citizens-gone")
	assert.Equal(t, []any{120.0, int64(30)}, []any{c.Was, c.N})
}

func TestUnderAnotherKeyNobodyIsGone(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range hs {
		hs[i].Citizen.ID = person(9000 + i)
	}
	r := townReport()
	r.KeyID = "other"
	assert.Equal(t, []string{"other-key"}, codesOf(judge(t, hs, r, first)))
}

func TestTheSampleEstimatesWhoIsGone(t *testing.T) {
	var was, is smallest
	for i := range 20000 {
		h := hashOf(rettidig.CitizenID(fmt.Sprintf("pk_%08d", i)))
		was.add(h)
		if i%10 != 0 {
			is.add(h)
		}
	}
	for i := range 5000 { // newcomers push some of the sample out
		is.add(hashOf(rettidig.CitizenID(fmt.Sprintf("pn_%08d", i))))
	}
	judged, missing := gone(was.settle(), is.settle())
	assert.Greater(t, judged, 700)
	assert.InDelta(t, 0.1, float64(missing)/float64(judged), 0.04, "four standard errors of 800 are 0.042")
}

func TestACauseThatBecameMoreFrequentIsFound(t *testing.T) {
	r := townReport()
	r.Files[1].Quarantined = extract.Causes{"id_missing": 30}
	first := judge(t, town(), r, nil)
	r = townReport()
	r.Files[1].Quarantined = extract.Causes{"id_missing": 900}
	q := judge(t, town(), r, first)
	// 900 of the 50,000 rows of home care against 30.
	c := changed(t, q, "cause-rose:id_missing")
	assert.Equal(t, []any{"H1", 0.0006, 0.018}, []any{c.Kind, c.Was, c.Is})
	assert.NotContains(t, codesOf(judge(t, town(), townReport(), q)), "cause-rose:id_missing", "fewer is no complaint")
}

func TestColumnsAndFormsThatChangeAreNamed(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	r := townReport()
	for i := range r.Files {
		r.Files[i].Separator = "semicolon"
	}
	r.Files[1].Unread = []string{"Leverandør navn"}
	q := judge(t, town(), r, first)
	assert.Contains(t, changed(t, q, "column-gone").Text, "Bemærkning")
	assert.Contains(t, changed(t, q, "column-new").Text, "Leverandør navn")
	assert.Contains(t, changed(t, q, "container-new").Text, "CSV semicolon")
}

func TestAHistoryThatBeginsLaterIsOneChange(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range hs {
		hs[i].Services = keep(hs[i].Services, func(s rettidig.ServiceWeek) bool { return monthOfDay(s.Week) >= MonthOf(2023, 1) })
	}
	q := judge(t, hs, townReport(), first)
	c := changed(t, q, "begins-later")
	assert.Equal(t, MonthOf(2023, 1), c.To)
	assert.Equal(t, []string{"begins-later"}, codesOf(q))
}

func TestAKindThatIsGoneStops(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range hs {
		hs[i].Services = nil
	}
	q := judge(t, hs, townReport(), first)
	assert.Equal(t, Stop, changed(t, q, "kind-gone").Level)
	assert.Equal(t, DoNotUse, q.Verdict.Code)
}

func TestEveryChangeSaysWhatToDoInBothLanguages(t *testing.T) {
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range hs {
		hs[i].Services = hs[i].Services[:len(hs[i].Services)/2]
		hs[i].Aids = nil
	}
	r := townReport()
	r.Files = r.Files[:1]
	q := judge(t, hs, r, first)
	require.NotEmpty(t, q.Comparison.Changes)
	for _, c := range q.Comparison.Changes {
		assert.NotEmpty(t, c.Text)
		assert.NotEmpty(t, c.TextDA, c.Code)
		assert.NotEmpty(t, c.Do, c.Code)
		if c.Vendor {
			assert.NotEmpty(t, c.DoDA, c.Code)
		}
		assert.False(t, strings.Contains(c.Text+c.TextDA, "%!"), c.Text)
	}
}

func TestAMissingFileComesFirstAmongTheChanges(t *testing.T) {
	prev := judge(t, town(), townReport(), nil)
	r := townReport()
	r.Files = r.Files[:2]
	q := judge(t, careIn(func(Month) bool { return false }), r, prev)
	assert.Equal(t, "files-fewer", q.Comparison.Changes[0].Code)
}
