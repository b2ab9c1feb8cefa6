package extract

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/klgateway"
)

func cprOf(t testing.TB, number string) cpr.Number {
	t.Helper()
	n, err := cpr.Parse(number)
	require.NoError(t, err)
	return n
}

func dayOn(t testing.TB, s string) rettidig.Day {
	t.Helper()
	d, err := rettidig.ParseDay(s)
	require.NoError(t, err)
	return d
}

// reportsOf writes a file of reports to KL Gateway.
func reportsOf(t testing.TB, o klgateway.WriteOptions, reports ...klgateway.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, klgateway.Write(&b, slices.Values(reports), o))
	return b.String()
}

func levelOn(t testing.TB, id, code string, level int8, date string) klgateway.Change {
	return klgateway.Change{Kind: klgateway.Ability, ID: id, Code: code, Level: level, Date: dayOn(t, date)}
}

func visitOn(t testing.TB, id, code, date string) klgateway.Change {
	return klgateway.Change{Kind: klgateway.Delivered, ID: id, Code: code, Date: dayOn(t, date)}
}

// Worked by hand. January 2024 is covered by home care: its visits are not wanted. The level of 10 January is told again
// in a second file, and as another one on 5 February.
func TestReportsToKLGatewayAreReadBesideTheTables(t *testing.T) {
	wrong := levelOn(t, "wrong", "J2.1", 4, "2024-01-09")
	mistake := wrong
	mistake.Void = true
	first := reportsOf(t, klgateway.WriteOptions{},
		klgateway.Report{Citizen: cprOf(t, jens), Day: dayOn(t, "2024-01-10"), Changes: []klgateway.Change{
			levelOn(t, "walk", "J3.8", 1, "2024-01-09"), wrong, visitOn(t, "v1", "H1.1", "2024-01-10"),
			{Kind: klgateway.Planned, ID: "plan", Code: "H1.1", Date: dayOn(t, "2024-01-15")}}})
	second := reportsOf(t, klgateway.WriteOptions{Form: klgateway.Array, UUIDFrom: dayOn(t, "2024-02-01")},
		klgateway.Report{Citizen: cprOf(t, jens), Day: dayOn(t, "2024-01-20"), Changes: []klgateway.Change{levelOn(t, "walk", "J3.8", 1, "2024-01-09"), mistake}},
		klgateway.Report{Citizen: cprOf(t, jens), Day: dayOn(t, "2024-02-05"), Changes: []klgateway.Change{levelOn(t, "walk", "J3.8", 3, "2024-01-09"),
			visitOn(t, "v2", "H1.1", "2024-02-05"), visitOn(t, "v3", "H1.1", "2024-02-05"), visitOn(t, "v4", "H7.1", "2024-02-05")}},
		klgateway.Report{Citizen: cprOf(t, anna), Day: dayOn(t, "2024-02-06"), Dead: true})
	facts, report := fixture{
		"a.json": first, "b.ndjson": second,
		"hc.csv": "Personnummer,År uge,Ugenummer,Ydelse navn,Leveret tid (minutter),Antal ydelser\n" +
			jens + ",2024-01,1,Personlig hygiejne (FSIII),100,3\n" + jens + ",2024-04,4,Personlig hygiejne (FSIII),100,3\n",
	}.read(t)

	var got []string
	for _, r := range facts.Conditions {
		c := r.Fact
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s=%d known %s %s", c.Date, c.Code, c.Level, c.Known, c.Retracted.Day())))
	}
	assert.Equal(t, []string{
		"2024-01-09 J2.1=4 known 2024-01-10 2024-01-20",
		"2024-01-09 J3.8=1 known 2024-01-10",
		"2024-02-05 J3.8=3 known 2024-02-05",
	}, got)
	got = nil
	for _, r := range facts.Services {
		got = append(got, fmt.Sprintf("%s %s %v min x%d known %s", r.Fact.Week, r.Fact.Code, r.Fact.Minutes, r.Fact.Count, r.Fact.Known))
	}
	assert.Equal(t, []string{
		"2024-01-01 H1.1 100 min x3 known 2024-01-07", "2024-01-22 H1.1 100 min x3 known 2024-01-28",
		"2024-02-05 H1.1 0 min x2 known 2024-02-11",
	}, got)
	require.Len(t, facts.Statuses, 1)
	assert.Equal(t, rettidig.HasDied, facts.Statuses[0].Fact.Status)
	assert.Equal(t, idOf(t, anna), facts.Citizens[facts.Statuses[0].Citizen].ID)
	assert.True(t, report.Synthetic())

	var a, b File
	for _, f := range report.Files {
		switch f.Name {
		case "a.json":
			a = f
		case "b.ndjson":
			b = f
		}
	}
	for _, f := range []File{a, b} {
		assert.Equal(t, K1, f.Kind)
		assert.Equal(t, "JSON", f.Container)
		assert.Zero(t, f.HeaderLine)
	}
	assert.Equal(t, Rows{Read: 5, Kept: 2, Dropped: 3}, a.Rows)
	assert.Equal(t, Causes{"citizen_alive": 1, "planned_intervention": 1, "covered_by_home_care": 1}, a.Dropped)
	assert.Equal(t, Causes{"retracted": 1}, a.Notes)
	assert.Equal(t, Rows{Read: 9, Kept: 3, Merged: 2, Dropped: 4}, b.Rows)
	assert.Equal(t, Causes{"duplicate": 1, "added_up": 1}, b.Merged)
	assert.Equal(t, Causes{"citizen_alive": 2, "administrative": 1, "entered_in_error": 1}, b.Dropped)
	assert.Equal(t, map[string]int64{"2024-01": 4}, a.Series["source:k1"])
	for _, f := range report.Files {
		for _, causes := range []Causes{f.Merged, f.Dropped, f.Quarantined, f.Repairs, f.Notes} {
			for cause := range causes {
				assert.NotEmpty(t, Meaning(cause), cause)
			}
		}
	}
}

func TestADamagedReportIsRefusedWithItsLine(t *testing.T) {
	good := reportsOf(t, klgateway.WriteOptions{}, klgateway.Report{Citizen: cprOf(t, jens), Day: dayOn(t, "2024-01-10"),
		Changes: []klgateway.Change{levelOn(t, "walk", "J3.8", 1, "2024-01-09")}})
	err := fixture{"a.json": good + good[:len(good)-20]}.fails(t, Options{})
	assert.ErrorContains(t, err, "a.json, line 2: the file ends in the middle of a value")
	assert.NotContains(t, err.Error(), strings.ReplaceAll(jens, "-", ""))
}

func TestOtherJSONIsNoExtract(t *testing.T) {
	good := reportsOf(t, klgateway.WriteOptions{}, klgateway.Report{Citizen: cprOf(t, jens), Day: dayOn(t, "2024-01-10"),
		Changes: []klgateway.Change{levelOn(t, "walk", "J3.8", 1, "2024-01-09")}})
	_, report := fixture{"a.csv": good, "package.json": `{"name": "something", "version": 1}`}.read(t)
	require.Len(t, report.Files, 1)
	assert.Equal(t, K1, report.Files[0].Kind, "known by its content, whatever its name")
	require.Len(t, report.Ignored, 1)
	assert.Equal(t, "package.json", report.Ignored[0].Name)
}

// A citizen before birth, one without a number, and what is dated after the delivery's own date.
func TestReportsAreCheckedLikeRows(t *testing.T) {
	good := klgateway.Report{Citizen: cprOf(t, jens), Day: dayOn(t, "2024-01-10"), Changes: []klgateway.Change{levelOn(t, "walk", "J3.8", 1, "2024-01-09")}}
	late := klgateway.Report{Citizen: cprOf(t, anna), Day: dayOn(t, "2024-06-10"), Changes: []klgateway.Change{levelOn(t, "walk", "J3.8", 1, "2024-06-09")}}
	file := reportsOf(t, klgateway.WriteOptions{}, good, late)
	file += strings.ReplaceAll(reportsOf(t, klgateway.WriteOptions{}, good), strings.ReplaceAll(jens, "-", ""), "0000000000")
	facts, report := fixture{"k1.json": file, "hc.csv": "Hjemmehjælp\nKørt den 01-03-2024\nPersonnummer,År uge,Ugenummer,Ydelse navn,Leveret tid (minutter),Antal ydelser\n" +
		jens + ",2024-01,1,Rengøring,100,3\n"}.read(t)
	require.Len(t, facts.Conditions, 1)
	f := report.Files[slices.IndexFunc(report.Files, func(f File) bool { return f.Kind == K1 })]
	assert.Equal(t, int64(1), f.Quarantined["after_extract_date"])
	assert.Equal(t, int64(2), f.Quarantined["cpr_date"])
	assert.Equal(t, []Example{{Line: 2, Citizen: idOf(t, anna)}}, f.Examples["after_extract_date"])
}

// The same whatever the number of workers, the names and how the reports are spread over files.
func TestReportsInAnyFilesGiveTheSameFacts(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var reports []klgateway.Report
	for i, n := range numbers(40) {
		for k := range 6 {
			d := dayOn(t, "2024-01-01") + rettidig.Day(30*k)
			reports = append(reports, klgateway.Report{Citizen: cprOf(t, n), Day: d, Changes: []klgateway.Change{
				{Kind: klgateway.Ability, ID: fmt.Sprint("a", i), Code: "J1.1", Level: int8(rng.IntN(5)), Date: d - 1},
				{Kind: klgateway.Delivered, ID: fmt.Sprint("v", i, k), Code: "H1.8", Date: d},
			}})
		}
	}
	want, report := fixture{"a.json": reportsOf(t, klgateway.WriteOptions{}, reports...)}.readWith(t, Options{Workers: 1})
	assert.Greater(t, len(want.Conditions), 150)
	assert.Equal(t, 240, len(want.Services))
	assert.Equal(t, int64(40*6*3), report.Rows.Read)
	files := fixture{}
	for i, r := range reports {
		name := fmt.Sprintf("%c.json", 'z'-i%7)
		files[name] += reportsOf(t, klgateway.WriteOptions{}, r)
	}
	got, again := files.readWith(t, Options{Workers: 3, partitions: 4, memory: 1})
	assert.Equal(t, want, got)
	assert.Equal(t, report.Rows, again.Rows)
}

// One goroutine reads a table, reports, and another table that begins with the citizen of the first.
func TestReportsBetweenTablesMixNobodyUp(t *testing.T) {
	const header = "Personnummer,År uge,Ugenummer,Ydelse navn,Leveret tid (minutter),Antal ydelser\n"
	facts, _ := fixture{
		"a.csv": header + jens + ",2024-01,1,Rengøring,100,3\n",
		"b.json": reportsOf(t, klgateway.WriteOptions{}, klgateway.Report{Citizen: cprOf(t, anna), Day: dayOn(t, "2024-01-10"),
			Changes: []klgateway.Change{levelOn(t, "walk", "J3.8", 1, "2024-01-09")}}),
		"c.csv": header + jens + ",2024-02,2,Rengøring,100,3\n",
	}.readWith(t, Options{Workers: 1})
	require.Len(t, facts.Services, 2)
	for _, s := range facts.Services {
		assert.Equal(t, idOf(t, jens), facts.Citizens[s.Citizen].ID)
	}
}
