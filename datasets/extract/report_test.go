package extract

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

func warnings(r *Report) map[string]int64 {
	out := map[string]int64{}
	for _, w := range r.Warnings {
		out[w.Code] += w.N
	}
	return out
}

func care(monday rettidig.Day, minutes float32, count int32) rettidig.ServiceWeek {
	return rettidig.ServiceWeek{Week: monday, Known: monday + 6, Minutes: minutes, Count: count}
}

// sumsOf is what is gathered over citizens with this care, by two goroutines.
func sumsOf(citizens ...[]rettidig.ServiceWeek) *sums {
	both := [2]sums{newSums(), newSums()}
	for i, weeks := range citizens {
		id := rettidig.CitizenID(fmt.Sprintf("p%04d", i))
		both[i%2].see(&rettidig.History{Services: weeks}, &person{id: id}, Total)
	}
	both[0].add(&both[1])
	return &both[0]
}

// By hand: citizen 0 gets 60+40 and 50 minutes in two weeks, a mean of 75; citizen 1 gets 1,200 in one
// week; citizen 2 is only counted. Read the other way: (120+40+150)/2 = 155, and 2,400. Were they hours, sixty times as much.
func TestCareCheckIsTheMeanOverWeeksWithCare(t *testing.T) {
	w := day(2020, 2, 10)
	wrong := care(w, 5000, 1)
	wrong.Retracted = 1
	all := sumsOf([]rettidig.ServiceWeek{care(w, 60, 2), care(w, 40, 1), wrong, care(w+7, 50, 3), care(w+14, 0, 5)},
		[]rettidig.ServiceWeek{care(w, 1200, 2)}, []rettidig.ServiceWeek{care(w, 0, 7)})
	assert.Equal(t, &CareCheck{Total, 2, CareLevel{637.5, 0.5, 0.5}, []OtherCare{{PerVisit, CareLevel{1277.5, 0, 0.5}}, {Hours, CareLevel{38250, 0, 1}}}}, all.careCheck(Total))
	assert.Equal(t, FactCounts{Services: 7}, all.facts)
	assert.Nil(t, sumsOf().careCheck(Total))
	assert.Equal(t, int64(1), sumsOf([]rettidig.ServiceWeek{care(w, 1, 1)}, []rettidig.ServiceWeek{care(w+14, 1, 1)}).silentWeeks())
	assert.Equal(t, int64(0), sumsOf().silentWeeks())
}

func TestTheWrongMeaningOfMinutesIsSuspected(t *testing.T) {
	var sb strings.Builder
	sb.WriteString(h1Head)
	for _, who := range numbers(60) {
		fmt.Fprintf(&sb, "%s,2020-07,7,Rengøring,15,7\n", who)
	}
	_, r := fixture{"a": sb.String()}.read(t)
	assert.Contains(t, warnings(r), "care-implausible", "15 minutes a week is too little for the median")
	assert.Contains(t, textOf(t, r), "check the setting minutes_are")
	_, r = fixture{"a": sb.String()}.readWith(t, Options{MinutesAre: PerVisit})
	assert.NotContains(t, warnings(r), "care-implausible")
}

func TestAStrayDateDoesNotBecomeTheExtractDate(t *testing.T) {
	text := a1Head
	for i := range 200 {
		text += jens + ",12060609," + (day(2021, 1, 1) + rettidig.Day(i)).Time().Format("02-01-2006") + ",\n"
	}
	_, r := fixture{"a": text}.read(t)
	assert.Equal(t, day(2021, 7, 19), r.ExtractDate)
	facts, r := fixture{"a": text + jens + ",12060609,01-01-2091,\n"}.read(t)
	assert.Equal(t, day(2021, 7, 19), r.ExtractDate)
	assert.Equal(t, FromFacts, r.ExtractDateFrom)
	assert.Equal(t, int64(1), warnings(r)["stray-dates"])
	assert.Len(t, facts.Aids, 201, "it is kept")
	_, r = fixture{"a": text + strings.Repeat(jens+",12060609,01-01-2022,\n", 1) + jens + ",12060609,02-01-2022,\n"}.read(t)
	assert.Equal(t, day(2022, 1, 2), r.ExtractDate, "two facts in 200 are not strays")
}

func TestTheLatestPreambleIsTheExtractDate(t *testing.T) {
	_, r := fixture{"a": a1Top + jens + ",12060609,14-02-2019,\n", "b": strings.Replace(h1Top, "03-08-2022", "05-10-2022", 1) + anna + ",2020-07,7,Rengøring,27,1\n"}.read(t)
	assert.Equal(t, day(2022, 10, 5), r.ExtractDate)
	assert.Equal(t, int64(63), warnings(r)["made-apart"])
	assert.NotContains(t, warnings(r), "extract-date-guessed")
}

// A mistyped year would have everybody followed until then.
func TestAnExtractDateLongAfterEverythingIsWarnedOf(t *testing.T) {
	made := func(d, last rettidig.Day) map[string]int64 {
		text := strings.Replace(a1Top, "03-08-2022", d.Time().Format("02-01-2006"), 1) + jens + ",12060609," + last.Time().Format("02-01-2006") + ",\n"
		_, r := fixture{"a": text}.read(t)
		require.Equal(t, d, r.ExtractDate)
		return warnings(r)
	}
	assert.NotContains(t, made(day(2022, 8, 3), day(2022, 5, 3)), "made-long-after")
	assert.Equal(t, int64(93), made(day(2022, 8, 3), day(2022, 5, 2))["made-long-after"])
	assert.Contains(t, made(day(2092, 8, 3), day(2022, 7, 2)), "made-long-after")
}

// An older vintage is meant to be older: a newer file tells all that it tells.
func TestAnOlderVintageIsNotMadeApart(t *testing.T) {
	older := a1Top + jens + ",12060609,14-02-2019,\n"
	newer := strings.Replace(older, "03-08-2022", "05-10-2022", 1)
	_, r := fixture{"a": older, "b": newer}.read(t)
	assert.NotContains(t, warnings(r), "made-apart")
	_, r = fixture{"a": older, "b": newer, "c": h1Top + anna + ",2020-07,7,Rengøring,27,1\n"}.read(t)
	assert.Equal(t, int64(63), warnings(r)["made-apart"], "home care ends when aids go on")
}

func TestTheCPRNumberWinsOverWhatAFilePrints(t *testing.T) {
	row := func(id, gender, year string) string {
		return "1," + id + "," + gender + "," + year + ",14-01-2022,Active,\n"
	}
	facts, r := fixture{"a": d2Head + row(jens, "Kvinde", "39") + row(anna, "Kvinde", "1929")}.read(t)
	for _, c := range facts.Citizens {
		if c.ID == idOf(t, jens) {
			assert.Equal(t, rettidig.Citizen{ID: c.ID, Sex: rettidig.Male, Birth: day(1938, 3, 3)}, c)
		}
	}
	assert.Equal(t, int64(1), warnings(r)["sex-differs"])
	assert.Equal(t, int64(1), warnings(r)["birth-differs"])
}

func TestMostRowsDecideWhenNoCPRNumberDoes(t *testing.T) {
	row := func(id, gender, year string, d int) string {
		return fmt.Sprintf("1,%s,%s,%s,%02d-01-2022,Active,\n", id, gender, year, d)
	}
	facts, r := fixture{"a": d2Head + row("100000000017", "Mand", "30", 1) + row("100000000017", "Kvinde", "31", 2) + row("100000000017", "Kvinde", "31", 3) +
		row("100000000025", "Mand", "30", 1) + row("100000000025", "Kvinde", "11", 2) + row("100000000025", "", "11", 2)}.read(t)
	require.Len(t, facts.Citizens, 2)
	for _, c := range facts.Citizens {
		if c.ID == key.OfBorgerID("100000000017") {
			assert.Equal(t, rettidig.Female, c.Sex)
			assert.Equal(t, day(1931, 7, 1), c.Birth)
			assert.True(t, c.BirthYear)
		} else {
			assert.Equal(t, rettidig.SexUnknown, c.Sex, "a tie")
			assert.Equal(t, rettidig.NoDay, c.Birth, "nobody is 111 or 11 here")
		}
	}
	w := warnings(r)
	assert.Equal(t, []int64{2, 2, 1}, []int64{w["sex-unsure"], w["birth-unsure"], w["birth-impossible"]})
}

func TestDoubtfulDeliveriesAreWarnedAbout(t *testing.T) {
	_, r := fixture{
		"a": a1Top + jens + ",12060609,14-02-2019,\n0303381AB9,12060609,14-02-2019,\n",
		"b": a1Top + jens + ",12060609,14-02-2019,\n0303381AB9,12060609,14-02-2019,\n",
		"c": d2Head + "1,100000000017,Kvinde,24,14-01-2022,Active,\n",
		"d": d4Head + "1," + jens + ",Mand,38,14-01-2022,1,\n1," + jens + ",Mand,38,15-01-2022,4,\n1," + jens + ",Mand,38,16-01-2022,1,\n",
		"e": d1Head,
		"f": h1Head + latin1(anna+",2020-07,7,Rengøring,27,1\n") + anna + ",2020-09,9,Rengøring,27,1\n",
	}.read(t)
	w := warnings(r)
	for code, n := range map[string]int64{"same-file-twice": 1, "replacement-numbers": 1, "ids-do-not-join": 1, "done-and-cancelled": 1, "no-rows": 1,
		"mixed-encoding": 1, "weeks-without-care": 1, "kind-missing": 1} {
		assert.Equal(t, n, w[code], code)
	}
}

func TestOnlyNumbersThatWereNeverIssuedAreSynthetic(t *testing.T) {
	loan := ",12060609,14-02-2019,\n"
	_, r := fixture{"a": a1Top + jens + loan}.read(t)
	assert.True(t, r.Synthetic())
	_, r = fixture{"a": a1Top + jens + loan + "0303381AB9" + loan}.read(t)
	assert.False(t, r.Synthetic(), "a replacement number may be somebody's")
	_, r = fixture{"a": a1Top + jens + loan, "b": d2Head + "1,100000000017,Kvinde,24,14-01-2022,Active,\n"}.read(t)
	assert.False(t, r.Synthetic(), "a BorgerID may be somebody's")
	_, r = fixture{"a": a1Top + jens + loan + "0303381ZB9" + loan, "b": d2Head + "1,990000000017,Kvinde,24,14-01-2022,Active,\n"}.read(t)
	assert.True(t, r.Synthetic(), "what the generator makes up is marked")
	_, r = fixture{"a": a1Top}.read(t)
	assert.False(t, r.Synthetic(), "nobody is no evidence")
}

// 303381239 is the number of one of the fixtures, which was never issued: (303381239*8+286)*3 = 7281150594.
func TestArithmeticPseudonymsAreUndone(t *testing.T) {
	n, ok := reversed([]byte("007281150594"))
	require.True(t, ok)
	assert.True(t, n.NeverIssued())
	assert.Equal(t, "0303381239", n.Reveal())
	for _, id := range []string{"007281150595", "007281150597", "000000000681", "991234567890", "12345678901x"} {
		_, ok := reversed([]byte(id))
		assert.False(t, ok, id)
	}
	rows := d2Head
	for v, i := 303381000, 0; i < 20; v++ {
		if n, err := cpr.Parse(fmt.Sprintf("%010d", v)); err == nil && n.NeverIssued() {
			rows += fmt.Sprintf("%d,%012d,Kvinde,24,14-01-2022,Active,\n", i, v*24+858)
			i++
		}
	}
	_, r := fixture{"b": rows}.read(t)
	assert.EqualValues(t, 20, warnings(r)["ids-reversible"])
}

func TestAnIDWithTheRowsOfManyIsShown(t *testing.T) {
	citizens := make([][]rettidig.ServiceWeek, 2000)
	for i := range citizens {
		citizens[i] = []rettidig.ServiceWeek{care(day(2020, 2, 10), 1, 1)}
	}
	assert.Empty(t, sumsOf(citizens...).crowded())
	for range 10 {
		citizens[7] = append(citizens[7], care(day(2020, 2, 10), 1, 1))
	}
	assert.Equal(t, []rettidig.CitizenID{"p0007"}, sumsOf(citizens...).crowded())
}

// Of a hundred people a third have their care in daily visits. Told by visit, all are under two hours; by week they are not.
func TestMinutesOfOneVisitAreSuspectedWhenNearlyEverybodyGetsLittle(t *testing.T) {
	total, perVisit := CareLevel{80, 0.6, 0.02}, CareLevel{50, 0.94, 0}
	assert.True(t, (&CareCheck{AsRead: perVisit, Others: []OtherCare{{PerVisit, total}}}).doubtful())
	assert.False(t, (&CareCheck{AsRead: total, Others: []OtherCare{{PerVisit, CareLevel{220, 0.36, 0.25}}}}).doubtful())
	assert.False(t, (&CareCheck{AsRead: perVisit, Others: []OtherCare{{PerVisit, perVisit}}}).doubtful(), "no other meaning is better")
	assert.True(t, (&CareCheck{AsRead: CareLevel{5, 1, 0}}).doubtful())
}

func TestScalesOfPhysicalAbilityThatMixAreShown(t *testing.T) {
	scores := func(n int, a float64) (out []rettidig.Screening) {
		for range n {
			out = append(out, rettidig.Screening{Ability: a})
		}
		return out
	}
	for _, c := range []struct {
		five, hundred int
		want          int64
	}{{100, 0, 0}, {0, 100, 0}, {100, 30, 30}, {30, 100, 30}, {100, 9, 0}, {10, 1000, 0}} {
		s := newSums()
		s.seeScales(append(scores(c.five, 2.5), scores(c.hundred, 60)...))
		assert.Equal(t, c.want, s.mixedScales(), "%+v", c)
	}
}

func TestAnIDWithTheLoansOfManyIsShownWhateverItsCare(t *testing.T) {
	s := newSums()
	for i := range 2000 {
		s.load = append(s.load, load{rettidig.CitizenID(fmt.Sprintf("p%04d", i)), 4, 3000})
	}
	s.load[9].loans = 41
	assert.Equal(t, []rettidig.CitizenID{"p0009"}, s.crowded())
}

func TestTheReportIsReadAsTextAndJSON(t *testing.T) {
	_, r := fixture{"ats.csv": a1Top + jens + ",12060609,14-02-2019,\n" + jens + ",9330701,14-02-2019,13-02-2019\n" + jens + ",9330701,14-02-2019,\n0,12060609,14-02-2019,\n"}.read(t)
	text := textOf(t, r)
	for _, line := range []string{
		"Extract date 2022-08-03 (preamble)",
		"A1              4           1         1         0         1           1  ats.csv",
		"CSV, UTF-8, comma separated, header on line 3",
		"1  returned before it was lent (returned_before_lent)",
		"line 5, Returneret dato, citizen " + string(idOf(t, jens)),
		"line 7, Personnummer",
		"1  leading zero of the ISO class restored (iso_leading_zero)",
		"Citizens 1: 0 women, 1 men, 0 of unknown sex",
		"Synthetic: every CPR number is one that was never issued, every BorgerID an invented one",
	} {
		assert.Contains(t, text, line)
	}
	js, err := json.Marshal(r)
	require.NoError(t, err)
	var back Report
	require.NoError(t, json.Unmarshal(js, &back))
	assert.Equal(t, *r, back)
}

// Causes are texts in the code; a misspelled one would have no meaning in the report.
func TestEveryCauseInTheCodeHasAMeaning(t *testing.T) {
	call := regexp.MustCompile(`(?:drop|quarantine|repair|note|merge|add)\((?:[^"()]*\([^()]*\)[^"()]*|[^"()]*)"([a-z_0-9]+)"|refused: "([a-z_0-9]+)"|return (?:nobody|nil), "", "([a-z_0-9]+)"`)
	used := map[string]bool{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range call.FindAllStringSubmatch(string(src), -1) {
			used[m[1]+m[2]+m[3]] = true
		}
	}
	assert.Greater(t, len(used), 40, "the pattern still finds them")
	for cause := range used {
		assert.NotEmpty(t, Meaning(cause), cause)
	}
}

// A number can lie in every name that comes with a delivery, in more spellings than are read as one.
func TestNoNameBringsANumberIntoFactsReportOrErrors(t *testing.T) {
	for _, number := range []string{"030338_1239", "030338 - 1239", "03.03.38.1239", "303381239", "030338–1239", "0303381AB9", "٠٣٠٣٣٨-1239"} {
		care := h1Head + anna + ",2020-10,10,Besøg " + number + ",10,1\n" + strings.Repeat(anna+",2020-10,10,Rengøring,10,1\n", 9)
		dir := fixture{number + ".csv": care, "b " + number + ".csv.gz": gzipped(t, care), number + ".zip": zipped(t, map[string]string{"x" + number + ".csv": care}),
			number + ".md": "", number + ".xlsx": book(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>Personnummer</t></is></c></row>`, ""), ".x" + number: ""}.write(t)
		facts, r, err := ReadDir(t.Context(), dir, Options{Key: key})
		require.Error(t, err, "the workbook")
		require.Nil(t, facts)
		require.NotNil(t, r)
		assert.NotContains(t, err.Error(), number)
		assert.NotContains(t, fmt.Sprintf("%+v", *r), number)
		require.NoError(t, os.Remove(filepath.Join(dir, number+".xlsx")))
		facts, r, err = ReadDir(t.Context(), dir, Options{Key: key})
		require.NoError(t, err)
		checkIdentity(t, r)
		assert.NotContains(t, fmt.Sprintf("%+v", *r), number)
		assert.NotContains(t, fmt.Sprintf("%+v", *facts), number, "a name of a service is stored")
		assert.Equal(t, int64(1), r.Files[0].Quarantined["service_unreadable"])
		e, err := Explain(t.Context(), filepath.Join(dir, number+".csv"), Options{Key: key})
		require.NoError(t, err)
		assert.NotContains(t, fmt.Sprintf("%+v", *e), number)

		_, err = ParseMapping([]byte("version: 1\nminutes_are: \"" + number + "\"\nservices:\n  a: \"b " + number + "\"\n\"" + number + "\": 1\n"))
		require.Error(t, err)
		assert.NotContains(t, err.Error(), number)
	}
}
