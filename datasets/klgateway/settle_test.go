package klgateway_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/klgateway"
)

var annaNumber = func() cpr.Number {
	n, err := cpr.Parse(anna)
	if err != nil {
		panic(err)
	}
	return n
}()

// history writes reports, reads them again, settles the records and returns the facts in one line each.
func history(t require.TestingT, covered func(rettidig.Day) bool, reports ...klgateway.Report) []string {
	var file bytes.Buffer
	require.NoError(t, klgateway.Write(&file, slices.Values(reports), klgateway.WriteOptions{}))
	var records []klgateway.Record
	_, err := klgateway.Read(&file, klgateway.Options{}, func(r klgateway.Record) error {
		records = append(records, r)
		return nil
	})
	require.NoError(t, err)
	return factsOf(records, covered)
}

func factsOf(records []klgateway.Record, covered func(rettidig.Day) bool) []string {
	var h rettidig.History
	klgateway.AddFacts(&h, records, klgateway.Settle(records), covered)
	h.Sort()
	var out []string
	add := func(known rettidig.Day, retracted rettidig.Retraction, format string, args ...any) {
		s := fmt.Sprintf(format, args...) + " known " + known.String()
		if !retracted.Stands() {
			s += " retracted " + retracted.Day().String()
		}
		out = append(out, s)
	}
	for _, c := range h.Conditions {
		add(c.Known, c.Retracted, "%s %s=%d", c.Date, c.Code, c.Level)
	}
	for _, s := range h.Services {
		add(s.Known, s.Retracted, "week %s %s x%d %v min", s.Week, s.Code, s.Count, s.Minutes)
	}
	for _, s := range h.Statuses {
		add(s.Known, s.Retracted, "%s %s", s.Date, s.Status)
	}
	return out
}

func report(d string, changes ...klgateway.Change) klgateway.Report {
	return klgateway.Report{Citizen: annaNumber, Day: day(d), Changes: changes}
}

func walking(id, recorded string, level int8) klgateway.Change {
	return klgateway.Change{Kind: klgateway.Ability, ID: id, Code: "J3.8", Level: level, Date: day(recorded)}
}

func visit(id, code, d string) klgateway.Change {
	return klgateway.Change{Kind: klgateway.Delivered, ID: id, Code: code, Date: day(d)}
}

func void(c klgateway.Change) klgateway.Change { c.Void = true; return c }

// Each worked by hand from the rules of the package comment.
func TestVersionsBecomeFacts(t *testing.T) {
	for _, c := range []struct {
		name    string
		reports []klgateway.Report
		want    []string
	}{
		{"one assessment", []klgateway.Report{report("2024-01-10", walking("a", "2024-01-09", 1))},
			[]string{"2024-01-09 J3.8=1 known 2024-01-10"}},
		{"repeated because others refer to it", []klgateway.Report{report("2024-01-10", walking("a", "2024-01-09", 1)), report("2024-02-10", walking("a", "2024-01-09", 1))},
			[]string{"2024-01-09 J3.8=1 known 2024-01-10"}},
		{"assessed anew under the old day: true from the day it was written", []klgateway.Report{report("2024-01-10", walking("a", "2024-01-09", 1)), report("2024-02-10", walking("a", "2024-01-09", 3)), report("2024-03-10", walking("a", "2024-01-09", 3))},
			[]string{"2024-01-09 J3.8=1 known 2024-01-10", "2024-02-10 J3.8=3 known 2024-02-10"}},
		{"assessed anew with a day of its own", []klgateway.Report{report("2024-01-10", walking("a", "2024-01-09", 1)), report("2024-02-10", walking("a", "2024-02-08", 3))},
			[]string{"2024-01-09 J3.8=1 known 2024-01-10", "2024-02-08 J3.8=3 known 2024-02-10"}},
		{"up and down again", []klgateway.Report{report("2024-01-10", walking("a", "2024-01-09", 1)), report("2024-02-10", walking("a", "2024-01-09", 3)), report("2024-03-10", walking("a", "2024-01-09", 1))},
			[]string{"2024-01-09 J3.8=1 known 2024-01-10", "2024-02-10 J3.8=3 known 2024-02-10", "2024-03-10 J3.8=1 known 2024-03-10"}},
		{"another day, the same level: a correction", []klgateway.Report{report("2024-01-10", walking("a", "2024-01-09", 1)), report("2024-02-10", walking("a", "2024-01-08", 1))},
			[]string{"2024-01-08 J3.8=1 known 2024-02-10", "2024-01-09 J3.8=1 known 2024-01-10 retracted 2024-02-10"}},
		{"dated back with another level: a correction", []klgateway.Report{report("2024-01-10", walking("a", "2024-01-09", 1)), report("2024-02-10", walking("a", "2024-01-01", 2))},
			[]string{"2024-01-01 J3.8=2 known 2024-02-10", "2024-01-09 J3.8=1 known 2024-01-10 retracted 2024-02-10"}},
		{"entered in error", []klgateway.Report{report("2024-01-10", walking("a", "2024-01-09", 1)), report("2024-02-10", walking("a", "2024-01-09", 3)), report("2024-03-10", void(walking("a", "2024-01-09", 3)))},
			[]string{"2024-01-09 J3.8=1 known 2024-01-10 retracted 2024-03-10", "2024-02-10 J3.8=3 known 2024-02-10 retracted 2024-03-10"}},
		{"entered in error and never told", []klgateway.Report{report("2024-03-10", void(walking("a", "2024-01-09", 3)))}, nil},
		{"other resources are other facts", []klgateway.Report{report("2024-01-10", walking("a", "2024-01-09", 1)), report("2024-02-10", walking("b", "2024-02-09", 3)), report("2024-03-10", void(walking("b", "2024-02-09", 3)))},
			[]string{"2024-01-09 J3.8=1 known 2024-01-10", "2024-02-09 J3.8=3 known 2024-02-10 retracted 2024-03-10"}},
		{"visits are counted by week and known on its Sunday", []klgateway.Report{report("2024-01-09", visit("v", "H1.1", "2024-01-09")), report("2024-01-10", visit("w", "H1.1", "2024-01-10")), report("2024-01-16", visit("x", "H1.1", "2024-01-16"))},
			[]string{"week 2024-01-08 H1.1 x2 0 min known 2024-01-14", "week 2024-01-15 H1.1 x1 0 min known 2024-01-21"}},
		{"a visit told late makes a new count", []klgateway.Report{report("2024-01-09", visit("v", "H1.1", "2024-01-09")), report("2024-02-10", visit("w", "H1.1", "2024-01-10"))},
			[]string{"week 2024-01-08 H1.1 x1 0 min known 2024-01-14 retracted 2024-02-10", "week 2024-01-08 H1.1 x2 0 min known 2024-02-10"}},
		{"a visit that was never made", []klgateway.Report{report("2024-01-09", visit("v", "H1.1", "2024-01-09")), report("2024-02-10", void(visit("v", "H1.1", "2024-01-09")))},
			[]string{"week 2024-01-08 H1.1 x1 0 min known 2024-01-14 retracted 2024-02-10"}},
		{"and that was taken back before its Sunday", []klgateway.Report{report("2024-01-09", visit("v", "H1.1", "2024-01-09")), report("2024-01-11", void(visit("v", "H1.1", "2024-01-09")))}, nil},
		{"dead is dead, once", []klgateway.Report{{Citizen: annaNumber, Day: day("2024-01-10"), Dead: true}, {Citizen: annaNumber, Day: day("2024-01-12"), Dead: true}},
			[]string{"2024-01-10 hasdied known 2024-01-10"}},
		{"and was not", []klgateway.Report{{Citizen: annaNumber, Day: day("2024-01-10"), Dead: true}, report("2024-01-12")},
			[]string{"2024-01-10 hasdied known 2024-01-10 retracted 2024-01-12"}},
		{"what was granted is no fact", []klgateway.Report{report("2024-01-10", klgateway.Change{Kind: klgateway.Planned, ID: "p", Code: "H1.1", Date: day("2024-01-12"), End: day("2024-02-12")})}, nil},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, history(t, nil, c.reports...)) })
	}
}

// A level that is written anew on the day it was written is a slip, and no change in a citizen.
func TestALevelWrittenAnewOnTheSameDayIsACorrection(t *testing.T) {
	at := func(level int8, hour int64) klgateway.Record {
		d := day("2024-01-10")
		return klgateway.Record{Citizen: annaNumber, Kind: klgateway.Ability, Code: "J3.8", Level: level, Date: d, End: rettidig.NoDay, Known: d,
			Updated: d.Time().Unix() + 3600*hour, Resource: 1}
	}
	assert.Equal(t, []string{"2024-01-10 J3.8=1 known 2024-01-10 retracted 2024-01-10", "2024-01-10 J3.8=3 known 2024-01-10"},
		factsOf([]klgateway.Record{at(1, 9), at(3, 10)}, nil))
}

func TestVisitsSpeakOnlyForWeeksThatNobodyElseCovers(t *testing.T) {
	covered := func(week rettidig.Day) bool { return week == day("2024-01-08") }
	assert.Equal(t, []string{"week 2024-01-15 H1.1 x1 0 min known 2024-01-21"},
		history(t, covered, report("2024-01-09", visit("v", "H1.1", "2024-01-09")), report("2024-01-16", visit("x", "H1.1", "2024-01-16"))))
}

// Files come in any order and may overlap: what they say together does not change.
func TestTheOrderOfFilesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var reports []klgateway.Report
		for i := range rapid.IntRange(1, 8).Draw(t, "reports") {
			d := day("2024-01-01") + rettidig.Day(3*i)
			r := klgateway.Report{Citizen: annaNumber, Day: d, Dead: rapid.IntRange(0, 9).Draw(t, "dead") == 0}
			for j := range rapid.IntRange(0, 3).Draw(t, "changes") {
				r.Changes = append(r.Changes, klgateway.Change{
					Kind: rapid.SampledFrom([]klgateway.Kind{klgateway.Ability, klgateway.Delivered}).Draw(t, "kind"), ID: fmt.Sprint(j),
					Code: "J3.8", Level: int8(rapid.IntRange(0, 2).Draw(t, "level")), Date: d - rettidig.Day(rapid.IntRange(0, 2).Draw(t, "before")),
					Void: rapid.IntRange(0, 5).Draw(t, "void") == 0,
				})
				if c := &r.Changes[j]; c.Kind == klgateway.Delivered {
					c.Code = "H1.1"
				}
			}
			reports = append(reports, r)
		}
		want := history(t, nil, reports...)
		var records []klgateway.Record
		shuffled := rapid.Permutation(append(reports, reports...)).Draw(t, "order")
		for i := range shuffled {
			var file bytes.Buffer
			require.NoError(t, klgateway.Write(&file, slices.Values(shuffled[i:i+1]), klgateway.WriteOptions{}))
			_, err := klgateway.Read(&file, klgateway.Options{}, func(r klgateway.Record) error { records = append(records, r); return nil })
			require.NoError(t, err)
		}
		got := factsOf(records, nil)
		isDeath := func(s string) bool { return strings.Contains(s, "hasdied") }
		assert.Equal(t, slices.DeleteFunc(want, isDeath), slices.DeleteFunc(got, isDeath), "a resurrection is seen within a file only")
	})
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, o := range []klgateway.WriteOptions{{}, {Form: klgateway.Array}, {UUIDFrom: day("2025-07-01")}, {UUIDFrom: day("2020-01-01"), Form: klgateway.Array}} {
		var reports []klgateway.Report
		var want []string
		for i := range 50 {
			d := day("2025-06-20") + rettidig.Day(i)
			r := klgateway.Report{Citizen: cpr.Generate(rng, day("1931-05-06"), rettidig.Female), Day: d, Changes: []klgateway.Change{
				{Kind: klgateway.Ability, ID: fmt.Sprint("a", i), Code: "J1.1", Level: 2, Date: d - 1},
				{Kind: klgateway.Ability, ID: fmt.Sprint("b", i), Code: "J1.PP", Level: rettidig.NotRelevant, Date: d - 1},
				{Kind: klgateway.Planned, ID: fmt.Sprint("c", i), Code: "E.PP", Date: d + 5, End: d + 9},
				{Kind: klgateway.Delivered, ID: fmt.Sprint("d", i), Code: "H1.8", Date: d},
			}}
			reports = append(reports, r)
			want = append(want, fmt.Sprintf("ability J1.1 known=%s date=%s level=2", d, d-1), fmt.Sprintf("ability J1.PP known=%s date=%s level=-1", d, d-1),
				fmt.Sprintf("planned E.PP known=%s date=%s end=%s", d, d+5, d+9), fmt.Sprintf("delivered H1.8 known=%s date=%s", d, d))
		}
		var file bytes.Buffer
		require.NoError(t, klgateway.Write(&file, slices.Values(reports), o))
		records, stats := read(t, file.String(), klgateway.Options{})
		assert.Equal(t, want, shown(records))
		assert.Equal(t, map[string]int64{"citizen_alive": 50}, stats.Dropped)
		assert.Empty(t, stats.Quarantined)
		assert.Empty(t, stats.Notes)
		for i, r := range records {
			assert.Equal(t, reports[i/4].Citizen, r.Citizen)
		}
	}
}

func TestTheWriterRefusesWhatIsNotSynthetic(t *testing.T) {
	write := func(r klgateway.Report) func() {
		return func() {
			_ = klgateway.Write(&bytes.Buffer{}, slices.Values([]klgateway.Report{r}), klgateway.WriteOptions{})
		}
	}
	assert.Panics(t, write(klgateway.Report{Day: day("2024-01-01")}))
	assert.Panics(t, write(report("2024-01-01", klgateway.Change{Kind: klgateway.Ability, ID: "a", Code: "J9.9", Date: day("2024-01-01")})))
	assert.Panics(t, write(report("2024-01-01", klgateway.Change{Kind: klgateway.Ability, ID: "a", Code: "J3.8", Level: 7, Date: day("2024-01-01")})))
	assert.Panics(t, write(report("2024-01-01", klgateway.Change{Kind: klgateway.Delivered, ID: "a", Code: "X:y", Date: day("2024-01-01")})))
	assert.Panics(t, write(report("2024-01-01", klgateway.Change{Kind: klgateway.Death, ID: "a", Date: day("2024-01-01")})))
	assert.Panics(t, write(report("2024-01-01", klgateway.Change{Kind: klgateway.Ability, Code: "J3.8", Date: day("2024-01-01")})))
}

func BenchmarkRead(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	var reports []klgateway.Report
	for i := range 2000 {
		d := day("2024-01-01") + rettidig.Day(i%300)
		r := klgateway.Report{Citizen: cpr.Generate(rng, day("1931-05-06"), rettidig.Female), Day: d}
		for j := range 8 {
			r.Changes = append(r.Changes, klgateway.Change{Kind: klgateway.Delivered, ID: fmt.Sprint(i, j), Code: "H1.1", Date: d})
		}
		reports = append(reports, r)
	}
	var file bytes.Buffer
	require.NoError(b, klgateway.Write(&file, slices.Values(reports), klgateway.WriteOptions{}))
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		records := 0
		_, err := klgateway.Read(bytes.NewReader(file.Bytes()), klgateway.Options{}, func(klgateway.Record) error { records++; return nil })
		if err != nil || records != 16000 {
			b.Fatal(err, records)
		}
	}
	b.ReportMetric(float64(b.N)*18000/b.Elapsed().Seconds(), "entries/s")
}
