package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

func TestFixtureNumbersWereNeverIssued(t *testing.T) {
	for _, s := range append(numbers(50), jens, anna, bent) {
		n, err := cpr.Parse(s)
		require.NoError(t, err)
		assert.True(t, n.NeverIssued())
	}
}

func TestAidsAreReadWithTheVendorsDirt(t *testing.T) {
	facts, r := fixture{"x.csv": a1Top +
		jens + ",12060609,14-02-2019,\n" +
		jens + ",09330701,14-02-2019,01-11-2020\n" +
		jens + ",9330701,15-02-2019,rubbish\n" + // leading zero lost; unreadable return date
		"0303381239,12060609,1/3/2019,2019-04-01\n" + // no hyphen; other spellings of dates
		jens + ",120606,2.3.2019,2.3.2019\n" +
		jens + ",93307,3.3.2019,\n" + // level 4 unknown and leading zero lost
		jens + ",12060609,14-02-2019,\n" + // the same again
		jens + ",12060609,14-02-2021,13-02-2021\n" + // returned before it was lent
		jens + ",12060609,31-02-2019,\n" +
		jens + ",99060609,14-02-2019,\n" +
		jens + ",12060609,04-08-2022,\n" + // the day after the extract was made
		jens + ",12060609,03-08-2022,05-08-2022\n" + // a planned return
		jens + ",12060609,02-03-1938,\n" + // before he was born, and before any register
		" ,12060609,01-01-2020,\n" +
		"#VALUE!,22271803,01-01-2020,\n" +
		"0,22271803,01-01-2020,\n0000000000,22271803,01-01-2020,\n681,22271803,01-01-2020,\n" +
		"0303A8-1239,12060609,01-01-2020,\n" +
		"310238-1239,12060609,01-01-2020,\n" +
		",,,\n"}.read(t)

	require.Len(t, facts.Citizens, 1)
	assert.Equal(t, rettidig.Citizen{ID: idOf(t, jens), Sex: rettidig.Male, Birth: day(1938, 3, 3)}, facts.Citizens[0])
	loan := func(iso string, lent, returned rettidig.Day) rettidig.Row[rettidig.Aid] {
		return rettidig.Row[rettidig.Aid]{Fact: rettidig.Aid{ISO: iso, Lent: lent, Returned: returned, KnownLent: lent, KnownReturned: returned}}
	}
	assert.Equal(t, []rettidig.Row[rettidig.Aid]{
		loan("09330701", day(2019, 2, 14), day(2020, 11, 1)),
		loan("12060609", day(2019, 2, 14), rettidig.NoDay),
		loan("09330701", day(2019, 2, 15), rettidig.NoDay),
		loan("12060609", day(2019, 3, 1), day(2019, 4, 1)),
		loan("120606", day(2019, 3, 2), day(2019, 3, 2)),
		loan("093307", day(2019, 3, 3), rettidig.NoDay),
		loan("12060609", day(2022, 8, 3), rettidig.NoDay),
	}, facts.Aids)

	f := r.Files[0]
	assert.Equal(t, A1, f.Kind)
	assert.Equal(t, "comma", f.Separator)
	assert.Equal(t, "UTF-8", f.Encoding)
	assert.Equal(t, 3, f.HeaderLine)
	assert.Equal(t, Rows{Read: 21, Kept: 4, Repaired: 3, Merged: 1, Dropped: 2, Quarantined: 11}, f.Rows)
	assert.Equal(t, Causes{"returned_before_lent": 1, "row_blank": 1}, f.Dropped)
	assert.Equal(t, Causes{"date_unreadable": 2, "iso_no_such_class": 1, "after_extract_date": 1, "id_missing": 1, "id_bogus": 4,
		"cpr_letters": 1, "cpr_date": 1}, f.Quarantined)
	assert.Equal(t, Causes{"iso_leading_zero": 2, "return_date_unreadable": 1, "return_after_extract": 1}, f.Repairs)
	assert.Equal(t, []Example{{Line: 12, Column: "Leveret dato", Citizen: idOf(t, jens)}, {Line: 16, Column: "Leveret dato", Citizen: idOf(t, jens)}},
		f.Examples["date_unreadable"])
	assert.Equal(t, []Example{{Line: 23, Column: "Personnummer"}}, f.Examples["cpr_date"], "no citizen and no number")
	assert.Equal(t, day(2022, 8, 3), r.ExtractDate)
	assert.Equal(t, FromPreamble, r.ExtractDateFrom)
	assert.True(t, r.Synthetic())
}

func TestHomeCareIsReadWithTheVendorsDirt(t *testing.T) {
	facts, r := fixture{"care": h1Top +
		anna + ",2020-07,7,Personlig hygiejne (FSIII),130,7\n" +
		anna + ",2020-07,7,Rengøring,27,1\n" +
		anna + ",2020-07,7,Rengøring,27,1\n" + // the same row twice
		anna + ",2020-07,7,Rengøring,30,1\n" + // another supplier's, added up
		anna + ",2020-07,7," + mangled("Tøjvask (FSIII)") + ",18,1\n" +
		anna + ",2020-07,7," + mangled(mangled("TØJVASK")) + ",2,1\n" +
		anna + ",2020-07,7,Madservice,0,5\n" + // delivered, and only counted
		anna + ",2020-07,7,Indkøb,0,5\n" +
		anna + ",2020-07,7,Indkøb,-5,1\n" +
		anna + ",2020-07,7,Havearbejde,20,1\n" + // unknown, kept
		anna + ",2020-07,7,Personlig hygiejne,10081,7\n" +
		anna + ",2021-53,53,Rengøring,40,1\n" + // the first days of January 2021 are in 2020's week 53
		anna + ",2019-53,53,Rengøring,40,1\n" + // neither 2019 nor 2018 has a week 53
		anna + ",2020-08,9,Rengøring,\"1.200\",1\n" + // Ugenummer is believed
		anna + ",2020-10,10,Rengøring,,1\n" +
		anna + ",2020-10,10,010130-0003,10,1\n" + // a number that strayed into a text
		anna + ",2020-10,10,Rengøring,ti,1\n" +
		anna + ",2020-10,10,Rengøring,10\n" +
		anna + ",2020-10,10,Rengøring,10,1,2\n"}.read(t)

	week := func(code string, monday rettidig.Day, minutes float32, count int32) rettidig.Row[rettidig.ServiceWeek] {
		return rettidig.Row[rettidig.ServiceWeek]{Fact: rettidig.ServiceWeek{Code: code, Week: monday, Known: monday + 6, Minutes: minutes, Count: count}}
	}
	assert.Equal(t, []rettidig.Row[rettidig.ServiceWeek]{
		week("H1.1", day(2020, 2, 10), 130, 7),
		week("H1.11", day(2020, 2, 10), 0, 5),
		week("H1.8", day(2020, 2, 10), 57, 2),
		week("H1.9", day(2020, 2, 10), 20, 2),
		week("X:Havearbejde", day(2020, 2, 10), 20, 1),
		week("H1.8", day(2020, 2, 24), 1200, 1),
		week("H1.8", day(2020, 12, 28), 40, 1),
	}, facts.Services)
	f := r.Files[0]
	assert.Equal(t, Rows{Read: 19, Kept: 4, Repaired: 3, Merged: 3, Dropped: 2, Quarantined: 7}, f.Rows)
	assert.Equal(t, Causes{"duplicate": 1, "added_up": 2}, f.Merged)
	assert.Equal(t, Causes{"minutes_zero": 1, "minutes_negative": 1}, f.Dropped)
	assert.Equal(t, Causes{"minutes_over_a_week": 1, "week_no_such": 1, "minutes_missing": 1, "service_unreadable": 1,
		"minutes_unreadable": 1, "row_short": 1, "row_long": 1}, f.Quarantined)
	assert.Equal(t, Causes{"mojibake": 2, "week_53_of_calendar_year": 1, "thousands_dot": 1}, f.Repairs)
	assert.Equal(t, Causes{"service_unknown": 1, "week_told_twice_differs": 1}, f.Notes)
}

func TestMinutesPerVisitAreMultiplied(t *testing.T) {
	in := fixture{"care.csv": h1Head + anna + ",2020-07,7,Rengøring,20,3\n" + anna + ",2020-07,7,Madservice,0,5\n"}
	facts, r := in.readWith(t, Options{MinutesAre: PerVisit})
	assert.Equal(t, float32(0), facts.Services[0].Fact.Minutes)
	assert.Equal(t, float32(60), facts.Services[1].Fact.Minutes)
	assert.Equal(t, CareCheck{PerVisit, 1, CareLevel{60, 1, 0}, []OtherCare{{Total, CareLevel{20, 1, 0}}, {Hours, CareLevel{1200, 0, 1}}}}, *r.Care)
}

func TestDigiRehabIsReadFromCSVInAnA1H1Delivery(t *testing.T) {
	facts, r := fixture{
		"1": d1Head + "10001," + jens + ",Mand,38,14-01-2022,7,,\"1,541666667\",,\"100001,100002\"\n" +
			"10001,0303381239,Mand,38,11/02/2022,4,Gerelt ustabil,2.8333,Sygdom,\n" +
			"10001,0303381239,Mand,38,11/03/2022,,Noget andet,,,\n",
		"2": d2Head + "10001," + jens + ",Mand,38,14-01-2022,Active,\n10001," + jens + ",Mand,38,11-02-2022,Significant progress,\n" +
			"10001," + jens + ",Mand,38,12-02-2022,SignificantProgress,\n10001," + jens + ",Mand,38,12-02-2022,Re-activated,\n" +
			"10001," + jens + ",Mand,38,13-02-2022,Something else,\n",
		"3": d3Head + ",10001," + jens + ",Mand,38,17-01-2022,4,fell on the stairs\n,10001," + jens + ",Mand,38,20-01-2022,7,\n",
		"4": d4Head + "10001," + jens + ",Mand,38,44583,1,cancelled by the citizen\n",
	}.read(t)
	require.Len(t, facts.Citizens, 1)
	require.Len(t, facts.Screenings, 3)
	assert.Equal(t, rettidig.Screening{Date: day(2022, 1, 14), Known: day(2022, 1, 14), Need: 7, Ability: 1.541666667}, facts.Screenings[0].Fact)
	assert.Equal(t, rettidig.Screening{Date: day(2022, 2, 11), Known: day(2022, 2, 11), Need: 4, Ability: 2.8333, NeedReason: "unstable", AbilityReason: "illness"}, facts.Screenings[1].Fact)
	assert.Equal(t, "other", facts.Screenings[2].Fact.NeedReason)
	assert.NotEqual(t, facts.Screenings[2].Fact.Need, facts.Screenings[2].Fact.Need, "missing is NaN")
	var statuses []rettidig.Status
	for _, s := range facts.Statuses {
		statuses = append(statuses, s.Fact.Status)
	}
	assert.Equal(t, []rettidig.Status{rettidig.Active, rettidig.SignificantProgress, rettidig.Reactivated, rettidig.SignificantProgress}, statuses)
	assert.Equal(t, []rettidig.Row[rettidig.Session]{
		{Fact: rettidig.Session{Date: day(2022, 1, 17), Known: day(2022, 1, 17), Rating: 4}},
		{Fact: rettidig.Session{Date: day(2022, 1, 22), Known: day(2022, 1, 22), Rating: 1, Cancelled: true}},
	}, facts.Sessions)
	kinds := []Kind{}
	for _, f := range r.Files {
		kinds = append(kinds, f.Kind)
	}
	assert.Equal(t, []Kind{D1, D2, D3, D4}, kinds)
	assert.Equal(t, Causes{"status_unknown": 1}, r.Files[1].Quarantined)
	assert.Equal(t, Causes{"rating_unreadable": 1}, r.Files[2].Quarantined)
	assert.Equal(t, Causes{"date_excel_number": 1}, r.Files[3].Repairs)
	assert.NotContains(t, textOf(t, r), "stairs", "free text is never loaded")
}

// The workbook is written by excelize, whose dates are Excel day numbers.
func TestDigiRehabIsReadFromWorkbooksWithDayNumbers(t *testing.T) {
	at := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	facts, r := fixture{
		"screens.xlsx": xlsx(t, [][]any{
			{"PatientID", "BorgerID", "Gender", "Birth Year", "Screeningsdate", "behovforhjælpscore", "behovforhjælpreason", "fysiskformåenscore", "fysiskformåenreason"},
			{10001, 100000000017, "Kvinde", 24, at(2017, 10, 20), 7, nil, 1.541666667, "Fald/uheld"},
			{10001, 100000000017, "Kvinde", 24, 43028 + 28, 4, nil, 2.8333, nil},
		}),
		"done.xlsx": xlsx(t, [][]any{
			{nil, "PatientID", "BorgerID", "Gender", "Birthyear", "RatingDate", "Ratingscore", "Ratingcomment"},
			{nil, 10001, 100000000017, "Kvinde", 24, at(2017, 10, 23), 5, nil},
			{nil, 10001, "100000000017", "Kvinde", 24, "25-10-2017", 3, nil},
		}),
	}.read(t)
	require.Len(t, facts.Citizens, 1)
	assert.Equal(t, rettidig.Citizen{ID: key.OfBorgerID("100000000017"), Sex: rettidig.Female, Birth: day(1924, 7, 1), BirthYear: true}, facts.Citizens[0])
	require.Len(t, facts.Screenings, 2)
	assert.Equal(t, day(2017, 10, 20), facts.Screenings[0].Fact.Date)
	assert.Equal(t, "fall", facts.Screenings[0].Fact.AbilityReason)
	assert.Equal(t, 1.541666667, facts.Screenings[0].Fact.Ability)
	assert.Equal(t, day(2017, 11, 17), facts.Screenings[1].Fact.Date)
	require.Len(t, facts.Sessions, 2)
	assert.Equal(t, day(2017, 10, 23), facts.Sessions[0].Fact.Date)
	assert.Equal(t, "XLSX", r.Files[0].Container)
	assert.Equal(t, FromFacts, r.ExtractDateFrom)
	assert.Equal(t, day(2017, 11, 17), r.ExtractDate)
	assert.False(t, r.Synthetic(), "a BorgerID may be anybody's")
}

// bare gives the facts as JSON, for comparing.
func bare(t testing.TB, f *rettidig.Facts) string {
	t.Helper()
	for i := range f.Screenings { // JSON has no NaN; a screening of these tests is known by its date
		s := &f.Screenings[i].Fact
		if s.Need != s.Need {
			s.Need = -1
		}
		if s.Ability != s.Ability {
			s.Ability = -1
		}
	}
	b, err := json.Marshal(f)
	require.NoError(t, err)
	return string(b)
}

func textOf(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.WriteText(&b))
	js, err := json.Marshal(r)
	require.NoError(t, err)
	return b.String() + string(js)
}

func TestEveryEncodingGivesTheSameFacts(t *testing.T) {
	text := strings.ReplaceAll(h1Top, "Kørt", "Kørt") + anna + ",2020-07,7,Rengøring,27,1\n" + anna + ",2020-07,7,Ærgerlig Økse på Å,27,1\n"
	want, _ := fixture{"a": text}.read(t)
	require.Equal(t, "X:Ærgerlig Økse på Å", want.Services[1].Fact.Code)
	for name, c := range map[string]struct{ text, encoding string }{
		"Windows-1252":           {latin1(text), "Windows-1252"},
		"UTF-8 with BOM":         {"\xEF\xBB\xBF" + text, "UTF-8"},
		"mojibake":               {mangled(text), "UTF-8"},
		"mojibake twice":         {mangled(mangled(text)), "UTF-8"},
		"line ends of Windows":   {strings.ReplaceAll(text, "\n", "\r\n"), "UTF-8"},
		"semicolons":             {strings.ReplaceAll(text, ",", ";"), "UTF-8"},
		"tabs":                   {strings.ReplaceAll(text, ",", "\t"), "UTF-8"},
		"no line break at end":   {strings.TrimSuffix(text, "\n"), "UTF-8"},
		"everything quoted":      {quoteCSV(text), "UTF-8"},
		"blank lines in between": {strings.ReplaceAll(text, "\n", "\n\n"), "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			got, r := fixture{"b": c.text}.read(t)
			assert.Equal(t, want, got)
			assert.Equal(t, c.encoding, r.Files[0].Encoding)
			assert.Equal(t, day(2022, 8, 3), r.ExtractDate)
		})
	}
}

func quoteCSV(s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i, l := range lines {
		lines[i] = `"` + strings.ReplaceAll(l, ",", `","`) + `"`
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestQuotedTextMayHoldLinesSeparatorsAndMarks(t *testing.T) {
	row := "1," + jens + ",Mand,38,14-01-2022,1,"
	facts, r := fixture{"a": d4Head +
		row + "\"Aflyst: \"\"nej tak\"\",\nsagde han, \"\"i dag\"\"\"\n" +
		strings.Replace(row, "14-01", "15-01", 1) + "en 12\" skærm\n" + // inches, no quotation
		strings.Replace(row, "14-01", "16-01", 1) + "\n"}.read(t)
	require.Len(t, facts.Sessions, 3)
	assert.Equal(t, Rows{Read: 3, Kept: 3}, r.Rows)
	_, r = fixture{"a": d4Head + row + "\"to\nlinjer\"\n" + strings.Replace(row, jens, "0", 1) + "\n" + row + "\n"}.read(t)
	assert.Equal(t, 4, r.Files[0].Examples["id_bogus"][0].Line, "lines inside quotation count")
}

func TestAFactBeforeItsCitizensBirthIsQuarantined(t *testing.T) {
	young := cpr.Generate(rand.New(rand.NewPCG(1, 1)), day(1955, 5, 5), rettidig.Male).Reveal()
	facts, r := fixture{"a": a1Head + young + ",12060609,04-05-1955,\n" + young + ",12060609,05-05-1955,\n"}.read(t)
	assert.Len(t, facts.Aids, 1)
	assert.Equal(t, Causes{"before_birth": 1}, r.Files[0].Quarantined)
}

func TestUTF8InAFileOfWindows1252IsMojibake(t *testing.T) {
	facts, r := fixture{"a": latin1(h1Top+anna+",2020-07,7,Rengøring,27,1\n") + anna + ",2020-07,7,Tøjvask,27,1\n"}.read(t)
	assert.Equal(t, "H1.9", facts.Services[1].Fact.Code)
	assert.Equal(t, Windows1252, r.Files[0].Encoding)
	assert.Equal(t, Causes{"mojibake": 1}, r.Files[0].Repairs)
}

func TestEachGivesTheHistoriesOfWhatReadDirReads(t *testing.T) {
	dir := fixture{
		"care": h1Top + anna + ",2020-07,7,Rengøring,27,1\n" + anna + ",2020-08,8,Rengøring,20,1\n" + jens + ",2020-08,8,Rengøring,20,1\n",
		"aids": a1Top + jens + ",12060609,14-02-2019,\n",
	}.write(t)
	facts, want, err := ReadDir(context.Background(), dir, Options{Key: key})
	require.NoError(t, err)
	d, err := Open(context.Background(), dir, Options{Key: key})
	require.NoError(t, err)
	var all []rettidig.History
	require.NoError(t, d.Each(context.Background(), func(hs []rettidig.History) error {
		all = append(all, hs...)
		return nil
	}))
	require.Len(t, all, 2)
	services := 0
	for i, h := range all {
		assert.Equal(t, facts.Citizens[i], h.Citizen)
		services += len(h.Services)
	}
	assert.Equal(t, 3, services)
	assert.Equal(t, textOf(t, want), textOf(t, d.Report()))
	require.NoError(t, d.Close())
}
