package extract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// Two vintages of a delivery. What both tell makes them comparable.
const (
	madeOld = "03-08-2019"
	madeNew = "03-02-2020"
)

var oldDay, newDay = day(2019, 8, 3), day(2020, 2, 3)

func aidsMade(on string, rows ...string) string {
	text := "Udtræk hjælpemidler,,,\nKørt den " + on + ",,,\n" + a1Head
	for i := range 20 {
		text += fmt.Sprintf("%s,09330701,%02d-01-2019,\n%s,09330701,%02d-07-2019,\n", jens, i+1, anna, i+1)
	}
	return text + strings.Join(rows, "")
}

func careMade(on string, rows ...string) string {
	text := "Udtræk hjemmehjælp,,,,,\nKørt den " + on + ",,,,,\n" + h1Head
	for w := 1; w <= 30; w++ {
		text += fmt.Sprintf("%s,2019-%02d,%d,Tøjvask,20,1\n", anna, w, w)
	}
	return text + strings.Join(rows, "")
}

// told gives the loans of rollators, the others are the same in both.
func rollators(f *rettidig.Facts) (out []rettidig.Aid) {
	for _, a := range f.Aids {
		if a.Fact.ISO == "12060609" {
			out = append(out, a.Fact)
		}
	}
	return out
}

func TestWhatTwoVintagesTellOfALoan(t *testing.T) {
	loan := func(who, lent, returned string) string { return who + ",12060609," + lent + "," + returned + "\n" }
	lent := day(2019, 3, 1)
	none := rettidig.NoDay
	stands := func(returned, known, knownReturned rettidig.Day) rettidig.Aid {
		return rettidig.Aid{ISO: "12060609", Lent: lent, Returned: returned, KnownLent: known, KnownReturned: knownReturned}
	}
	retracted := func(a rettidig.Aid) rettidig.Aid { a.Retracted = rettidig.RetractedOn(newDay); return a }
	for _, c := range []struct {
		name, old, new string
		want           []rettidig.Aid
		merged, noted  Causes // beyond those of the loans that both tell
	}{
		{"the same", loan(jens, "01-03-2019", "01-05-2019"), loan(jens, "01-03-2019", "01-05-2019"),
			[]rettidig.Aid{stands(day(2019, 5, 1), lent, day(2019, 5, 1))}, Causes{"duplicate": 1}, Causes{}},
		{"returned since", loan(jens, "01-03-2019", ""), loan(jens, "01-03-2019", "01-12-2019"),
			[]rettidig.Aid{stands(day(2019, 12, 1), lent, day(2019, 12, 1))}, Causes{"superseded": 1}, Causes{}},
		{"a return before the older was made, and unknown then", loan(jens, "01-03-2019", ""), loan(jens, "01-03-2019", "01-05-2019"),
			[]rettidig.Aid{stands(day(2019, 5, 1), lent, newDay)}, Causes{"superseded": 1}, Causes{}},
		{"another return", loan(jens, "01-03-2019", "01-05-2019"), loan(jens, "01-03-2019", "02-05-2019"),
			[]rettidig.Aid{retracted(stands(day(2019, 5, 1), lent, day(2019, 5, 1))), stands(day(2019, 5, 2), newDay, newDay)}, Causes{}, Causes{"corrected": 1}},
		{"a return that was none", loan(jens, "01-03-2019", "01-05-2019"), loan(jens, "01-03-2019", ""),
			[]rettidig.Aid{stands(none, newDay, none), retracted(stands(day(2019, 5, 1), lent, day(2019, 5, 1)))}, Causes{}, Causes{"corrected": 1}},
		{"only the newer", "", loan(jens, "01-03-2019", ""), []rettidig.Aid{stands(none, newDay, none)}, Causes{}, Causes{"known_late": 1}},
		{"only the newer, of somebody new", "", loan(bent, "01-03-2019", ""), []rettidig.Aid{stands(none, lent, none)}, Causes{}, Causes{}},
		{"only the older", loan(jens, "01-03-2019", ""), "", []rettidig.Aid{stands(none, lent, none)}, Causes{}, Causes{}},
		{"one of two", loan(jens, "01-03-2019", ""), loan(jens, "01-03-2019", "") + loan(jens, "01-03-2019", "01-05-2019"),
			[]rettidig.Aid{stands(none, lent, none), stands(day(2019, 5, 1), newDay, newDay)}, Causes{"duplicate": 1}, Causes{"known_late": 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, names := range [][2]string{{"a", "b"}, {"b", "a"}} {
				facts, r := fixture{names[0]: aidsMade(madeOld, c.old), names[1]: aidsMade(madeNew, c.new)}.read(t)
				assert.Equal(t, c.want, rollators(facts))
				merged, noted := Causes{}, Causes{}
				for _, f := range r.Files {
					merged.join(f.Merged)
					noted.join(f.Notes)
				}
				merged["duplicate"] -= 40
				maps.DeleteFunc(merged, func(_ string, n int64) bool { return n == 0 })
				assert.Equal(t, c.merged, merged)
				assert.Equal(t, c.noted, noted)
				gone := int64(0)
				if c.new == "" {
					gone = 1
				}
				assert.Equal(t, gone, warnings(r)["gone-in-newer"])
				assert.NotContains(t, warnings(r), "vintages-differ")
			}
		})
	}
}

func TestADayOfRegistrationIsBelievedBeforeTheDayOfTheVintage(t *testing.T) {
	registered := func(file string) string { // a column that only the loan of a rollator fills in
		file = strings.Replace(file, a1Head, strings.Replace(a1Head, "\n", ",Registreringsdato\n", 1), 1)
		return strings.ReplaceAll(file, "-2019,\n", "-2019,,\n")
	}
	newer := registered(aidsMade(madeNew, jens+",12060609,01-03-2019,,10-04-2019\n", jens+",12060609,02-03-2019,,\n"))
	facts, r := fixture{"a": aidsMade(madeOld), "b": newer}.read(t)
	require.NotContains(t, warnings(r), "vintages-differ", "40 of 42")
	assert.Equal(t, []rettidig.Aid{
		{ISO: "12060609", Lent: day(2019, 3, 1), Returned: rettidig.NoDay, KnownLent: day(2019, 4, 10), KnownReturned: rettidig.NoDay},
		{ISO: "12060609", Lent: day(2019, 3, 2), Returned: rettidig.NoDay, KnownLent: newDay, KnownReturned: rettidig.NoDay},
	}, rollators(facts), "only the second does not say when it was registered")
}

// A mistyped date in the older file, after it was made, does not make it tell of the months until then.
func TestAVintageTellsOfNoDayAfterItWasMade(t *testing.T) {
	mistyped := anna + ",09330701,01-01-2020,\n"
	for lent, known := range map[rettidig.Day]rettidig.Day{
		oldDay - 1: newDay,
		oldDay:     newDay,
		oldDay + 1: oldDay + 1,
		oldDay + 9: oldDay + 9,
	} {
		row := jens + ",12060609," + lent.Time().Format("02-01-2006") + ",\n"
		facts, r := fixture{"a": aidsMade(madeOld, mistyped), "b": aidsMade(madeNew, row)}.read(t)
		require.Equal(t, int64(1), r.Rows.Quarantined+r.Rows.Dropped, "the mistyped row is set aside")
		got := rollators(facts)
		require.Len(t, got, 1)
		assert.Equal(t, known, got[0].KnownLent, "lent %s", lent)
	}
}

func TestACorrectedWeekOfCareIsTwoFacts(t *testing.T) {
	row := func(week, minutes int) string {
		return fmt.Sprintf("%s,2019-%02d,%d,Rengøring,%d,1\n", anna, week, week, minutes)
	}
	facts, r := fixture{"a": careMade(madeOld, row(10, 27), row(11, 27)), "b": careMade(madeNew, row(10, 30), row(11, 27), row(12, 27), row(40, 27))}.read(t)
	monday := func(week int) rettidig.Day { d, _ := rettidig.MondayOf(2019, week); return d }
	want := []rettidig.ServiceWeek{
		{Code: "H1.8", Week: monday(10), Known: monday(10) + 6, Minutes: 27, Count: 1, Retracted: rettidig.RetractedOn(newDay)},
		{Code: "H1.8", Week: monday(10), Known: newDay, Minutes: 30, Count: 1},
		{Code: "H1.8", Week: monday(11), Known: monday(11) + 6, Minutes: 27, Count: 1},
		{Code: "H1.8", Week: monday(12), Known: newDay, Minutes: 27, Count: 1},
		{Code: "H1.8", Week: monday(40), Known: monday(40) + 6, Minutes: 27, Count: 1}, // after the older was made
	}
	var got []rettidig.ServiceWeek
	for _, s := range facts.Services {
		if s.Fact.Code == "H1.8" {
			got = append(got, s.Fact)
		}
	}
	assert.Equal(t, want, got)
	assert.Equal(t, int64(35), r.Rows.Kept, "both versions are kept")
}

func TestThreeVintagesAreAChain(t *testing.T) {
	row := func(minutes int) string { return fmt.Sprintf("%s,2019-10,10,Rengøring,%d,1\n", anna, minutes) }
	facts, _ := fixture{"a": careMade(madeOld, row(27)), "b": careMade(madeNew, row(30)), "c": careMade("03-08-2020", row(27))}.read(t)
	var got []string
	for _, s := range facts.Services {
		if f := s.Fact; f.Code == "H1.8" {
			got = append(got, fmt.Sprint(f.Minutes, " ", f.Known, " ", f.Retracted.Day()))
		}
	}
	assert.Equal(t, []string{"27 2019-03-10 2020-02-03", "27 2020-08-03 ", "30 2020-02-03 2020-08-03"}, got)
}

func TestFilesThatWereMadeWithinAWeekAreOneVintage(t *testing.T) {
	row := func(minutes int) string { return fmt.Sprintf("%s,2019-10,10,Rengøring,%d,1\n", anna, minutes) }
	facts, r := fixture{"a": careMade(madeOld, row(27)), "b": careMade("10-08-2019", row(30))}.read(t)
	assert.Len(t, facts.Services, 31)
	assert.Equal(t, int64(1), warnings(r)["superseded"])
	facts, _ = fixture{"a": careMade(madeOld, row(27)), "b": careMade("11-08-2019", row(30))}.read(t)
	assert.Len(t, facts.Services, 32)
}

func TestNothingIsConcludedFromVintagesThatDiffer(t *testing.T) {
	var other []string
	for w := 1; w <= 10; w++ {
		other = append(other, fmt.Sprintf("%s,2019-%02d,%d,Rengøring,27,1\n", anna, w, w))
	}
	corrected := anna + ",2019-20,20,Personlig hygiejne,30,1\n"
	facts, r := fixture{"a": careMade(madeOld, strings.Replace(corrected, "30,1", "27,1", 1)), "b": careMade(madeNew, append(other, corrected)...)}.read(t)
	assert.Equal(t, int64(10), warnings(r)["vintages-differ"])
	assert.Contains(t, textOf(t, r), "only 76 % is in both", "31 of 41")
	assert.Len(t, facts.Services, 41)
	for _, s := range facts.Services {
		assert.Equal(t, s.Fact.Week+6, s.Fact.Known)
		assert.True(t, s.Fact.Retracted.Stands())
	}
	_, r = fixture{"a": careMade(madeOld), "b": careMade(madeNew, other[:3]...)}.read(t)
	assert.NotContains(t, warnings(r), "vintages-differ", "30 of 33")
	assert.Equal(t, int64(3), r.Files[0].Notes["known_late"]+r.Files[1].Notes["known_late"])
}

// seen is what an assessor saw in the morning of t.
func seen(f *rettidig.Facts, t rettidig.Day) []string {
	minutes := map[string]float32{}
	var out []string
	for _, r := range f.Aids {
		a := r.Fact
		if a.Lent >= t || a.KnownLent >= t || a.Retracted.Before(t) {
			continue
		}
		if !a.Returned.Valid() || a.KnownReturned >= t || a.Returned >= t {
			a.Returned = rettidig.NoDay
		}
		out = append(out, fmt.Sprint(f.Citizens[r.Citizen].ID, a.ISO, a.Lent, a.Returned))
	}
	for _, r := range f.Services {
		if s := r.Fact; s.Week+6 < t && s.Known < t && !s.Retracted.Before(t) {
			minutes[fmt.Sprint(f.Citizens[r.Citizen].ID, s.Code, s.Week)] += s.Minutes
		}
	}
	for week, m := range minutes {
		out = append(out, fmt.Sprint(week, m))
	}
	slices.Sort(out)
	return out
}

// Whatever a second vintage corrects, fills in, adds or leaves out: on every date before the first was made, what could
// be seen is what the first alone tells.
func TestReplayingTwoVintagesIsReadingTheFirst(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var first, second []string
		for range rapid.IntRange(0, 4).Draw(rt, "loans") {
			who := rapid.SampledFrom([]string{jens, anna}).Draw(rt, "who")
			lent := rapid.IntRange(1, 28).Draw(rt, "lent")
			returned := func(name string) string {
				return rapid.SampledFrom([]string{"", "", "15-06-2019", "20-07-2019", "03-08-2019", "01-11-2019"}).Draw(rt, name)
			}
			row := func(back string) string {
				return fmt.Sprintf("%s,1206%02d09,%02d-05-2019,%s\n", who, 3*rapid.IntRange(1, 2).Draw(rt, "class"), lent, back)
			}
			in := rapid.IntRange(0, 3).Draw(rt, "told by")
			if in != 1 {
				first = append(first, row(returned("first")))
			}
			if in != 2 {
				second = append(second, row(returned("second")))
			}
		}
		for range rapid.IntRange(0, 3).Draw(rt, "weeks") {
			week := rapid.IntRange(5, 9).Draw(rt, "week")
			row := func(name string) string {
				return fmt.Sprintf("%s,2019-%02d,%d,%s,%d,1\n", anna, week, week, "Rengøring", rapid.IntRange(1, 3).Draw(rt, name))
			}
			first, second = append(first, "care "+row("first minutes")), append(second, "care "+row("second minutes"))
		}
		text := func(on string, rows []string) (aids, care string) {
			for _, r := range rows {
				if c, ok := strings.CutPrefix(r, "care "); ok {
					care += c
				} else {
					aids += r
				}
			}
			return aidsMade(on, aids), careMade(on, care)
		}
		a1, c1 := text(madeOld, first)
		a2, c2 := text(madeNew, second)
		alone, _ := settleAll(t, []string{"a", "b"}, []string{a1, c1})
		both, r := settleAll(t, []string{"a", "b", "c", "d"}, []string{a1, c1, a2, c2})
		checkIdentity(t, r)
		checkSorted(t, both)
		require.NotContains(rt, warnings(r), "vintages-differ")
		for d := day(2019, 1, 1); d <= oldDay; d += 1 + rettidig.Day(rapid.IntRange(0, 20).Draw(rt, "days")) {
			assert.Equal(rt, seen(alone, d), seen(both, d), "%s", d)
		}
		assert.Equal(rt, seen(alone, oldDay), seen(both, oldDay))

		// What stands in the end is what the newer tells, and what only the older does.
		standing, _ := settleAll(t, []string{"c", "d"}, []string{a2, c2})
		have := map[string]bool{}
		for _, s := range seen(both, day(2030, 1, 1)) {
			have[s] = true
		}
		for _, s := range seen(standing, day(2030, 1, 1)) {
			assert.True(rt, have[s], s)
		}
	})
}
