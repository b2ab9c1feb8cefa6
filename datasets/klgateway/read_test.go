package klgateway_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/klgateway"
)

// Every number in these files was never issued.
const anna = "0303381239"

func day(s string) rettidig.Day {
	d, err := rettidig.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// read reads a file and returns its records without what no test asks for: the resource and the moment.
func read(t *testing.T, file string, o klgateway.Options) ([]klgateway.Record, klgateway.Stats) {
	t.Helper()
	var records []klgateway.Record
	stats, err := klgateway.Read(strings.NewReader(file), o, func(r klgateway.Record) error {
		records = append(records, r)
		return nil
	})
	require.NoError(t, err)
	requireIdentity(t, stats)
	return records, stats
}

func requireIdentity(t *testing.T, s klgateway.Stats) {
	t.Helper()
	sum := s.Kept
	for _, m := range []map[string]int64{s.Dropped, s.Quarantined} {
		for cause, n := range m {
			require.NotEmptyf(t, klgateway.Meaning(cause), "%q has no meaning", cause)
			sum += n
		}
	}
	for note := range s.Notes {
		require.NotEmptyf(t, klgateway.Meaning(note), "%q has no meaning", note)
	}
	require.Equal(t, s.Entries, sum, "%+v", s)
}

func shown(records []klgateway.Record) []string {
	var out []string
	for _, r := range records {
		s := fmt.Sprintf("%s %s known=%s", r.Kind, r.Code, r.Known)
		if r.Void {
			s = fmt.Sprintf("%s void known=%s", r.Kind, r.Known)
		} else {
			s += " date=" + r.Date.String()
		}
		if r.Kind == klgateway.Ability && !r.Void {
			s += fmt.Sprintf(" level=%d", r.Level)
		}
		if r.End.Valid() {
			s += " end=" + r.End.String()
		}
		out = append(out, s)
	}
	return out
}

func TestNumbersInTheseFilesWereNeverIssued(t *testing.T) {
	n, err := cpr.Parse(anna)
	require.NoError(t, err)
	assert.True(t, n.NeverIssued())
}

// Worked by hand from testdata/report.json. The wound was seen to at half past eleven in the evening UTC, which is half
// past midnight in Denmark; what has no lastUpdated became known by the report of 14 February.
func TestAReportIsReadIntoRecords(t *testing.T) {
	file, err := os.ReadFile("testdata/report.json")
	require.NoError(t, err)
	var refused []string
	records, stats := read(t, string(file), klgateway.Options{Refused: func(fate klgateway.Fate, cause string, at klgateway.Position) {
		refused = append(refused, fmt.Sprintf("%d %s", at.Entry, cause))
	}})
	assert.Equal(t, []string{
		"delivered H1.1 known=2024-02-13 date=2024-02-13",
		"delivered H1.5 known=2024-02-13 date=2024-02-13",
		"ability J1.1 known=2024-02-13 date=2024-02-10 level=1",
		"ability J3.MB known=2024-02-13 date=2024-02-10 level=2",
		"planned H1.1 known=2024-02-14 date=2024-02-12",
		"planned H1.5 known=2024-02-14 date=2024-02-12 end=2024-03-12",
		"delivered G1.39 known=2024-02-14 date=2024-02-13",
	}, shown(records))
	assert.Equal(t, []string{"2 citizen_alive", "5 nursing_condition", "9 administrative", "10 follow_up", "11 encounter_not_delivery", "12 goal"}, refused)
	assert.Equal(t, int64(12), stats.Entries)
	assert.Equal(t, int64(6), stats.Kept, "the visit is one entry and two records")
	assert.Equal(t, map[string]int64{"delivered": 3, "ability": 2, "planned": 2}, stats.Records)
	assert.Equal(t, map[string]int64{"known_by_report": 3}, stats.Notes)
	assert.Equal(t, int64(3), stats.Types["Condition"])
	assert.Equal(t, "2024-02-13 2024-02-14", stats.First.String()+" "+stats.Last.String())
	n, _ := cpr.Parse(anna)
	for _, r := range records {
		assert.Equal(t, n, r.Citizen)
	}
	assert.Equal(t, klgateway.Position{Bundle: 1, Entry: 1, Line: 8}, records[0].At)
	assert.Equal(t, klgateway.Position{Bundle: 1, Entry: 3, Line: 21}, records[2].At)
}

const citizenEntry = `{"resource":{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:oid:1.2.208.176.1.2","value":"` + anna + `"}]}}`

// bundle wraps entries in a report of 1 May 2024 about one citizen.
func bundle(entries ...string) string {
	return `{"resourceType":"Bundle","timestamp":"2024-05-01T12:00:00Z","entry":[` + strings.Join(append([]string{citizenEntry}, entries...), ",") + `]}`
}

func condition(more string) string {
	return `{"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"}` + more + `}}`
}

func coded(what, code string) string {
	return `,"` + what + `":{"coding":[{"system":"urn:oid:1.2.208.176.2.21","code":"` + code + `"}]}`
}

func TestWhatSpeaksAgainstAnEntryIsItsCause(t *testing.T) {
	const recorded = `,"recordedDate":"2024-04-30"`
	procedure := func(more string) string {
		return `{"resource":{"resourceType":"Procedure","id":"d","status":"completed","subject":{"reference":"Patient/p"}` + more + `}}`
	}
	done := `,"performedDateTime":"2024-04-30"`
	for _, c := range []struct{ name, entry, cause string }{
		{"an ability without a level", condition(coded("code", "J3.8") + recorded), "level_missing"},
		{"a level that FSIII does not have", condition(coded("code", "J3.8") + coded("severity", "B7") + recorded), "level_unknown"},
		{"a nursing condition", condition(coded("code", "I2.1") + recorded), "nursing_condition"},
		{"a nursing condition with a level", condition(coded("code", "I2.1") + coded("severity", "B2") + recorded), "nursing_with_level"},
		{"an unknown condition without a level", condition(coded("code", "K1.1") + recorded), "condition_unknown"},
		{"no code", condition(recorded), "code_missing"},
		{"no date", condition(coded("code", "J3.8") + coded("severity", "B2")), "date_missing"},
		{"a month", condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2024-04"`), "date_partial"},
		{"no such date", condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2024-02-30"`), "date_unreadable"},
		{"another citizen", strings.Replace(condition(coded("code", "J3.8")+coded("severity", "B2")+recorded), "Patient/p", "Patient/q", 1), "citizen_missing"},
		{"no id", strings.Replace(condition(coded("code", "J3.8")+coded("severity", "B2")+recorded), `"id":"c",`, "", 1), "resource_id_missing"},
		{"a key twice", condition(coded("code", "J3.8") + coded("code", "J3.9") + coded("severity", "B2") + recorded), "key_twice"},
		{"a text too long", condition(coded("code", strings.Repeat("J", 5000)) + recorded), "resource_too_large"},
		{"a list too long", condition(`,"code":{"coding":[` + strings.Repeat("{},", 10_001) + `{}]}`), "resource_too_large"},
		{"an intervention that was not done", strings.Replace(procedure(coded("code", "H1.1")+done), "completed", "not-done", 1), "intervention_not_done"},
		{"administrative", procedure(coded("code", "H7.1") + done), "administrative"},
		{"an intervention without a code", procedure(done), "code_missing"},
		{"no moment of delivery", procedure(coded("code", "H1.1")), "date_missing"},
		{"a visit of an absent plan", `{"resource":{"resourceType":"Encounter","id":"e","status":"finished","subject":{"reference":"Patient/p"},"period":{"start":"2024-04-30"},"extension":[{"url":"basedOnIntervention","valueReference":{"reference":"CarePlan/none"}}]}}`, "careplan_missing"},
		{"another resource", `{"resource":{"resourceType":"Device","id":"x"}}`, "resource_not_used"},
		{"no type", `{"resource":{"id":"x"}}`, "resource_without_type"},
		{"no resource", `{"fullUrl":"x"}`, "resource_missing"},
		{"no object", `17`, "resource_missing"},
		{"another observation", `{"resource":{"resourceType":"Observation","id":"o"}}`, "resource_not_used"},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, stats := read(t, bundle(c.entry), klgateway.Options{})
			assert.Empty(t, records)
			assert.Equal(t, int64(1), stats.Dropped[c.cause]+stats.Quarantined[c.cause], "%+v", stats)
			assert.Equal(t, int64(2), stats.Entries)
		})
	}
}

func TestAVisitByTwoPlansOfOneServiceIsOneVisit(t *testing.T) {
	plan := func(id, code string) string {
		return `{"resource":{"resourceType":"CarePlan","id":"` + id + `","subject":{"reference":"Patient/p"},"period":{"start":"2024-04-01"},"activity":[{"detail":{"status":"in-progress"` + coded("code", code) + `}}]}}`
	}
	reference := func(id string) string {
		return `{"url":"basedOnIntervention","valueReference":{"reference":"CarePlan/` + id + `"}}`
	}
	visit := `{"resource":{"resourceType":"Encounter","id":"e","status":"finished","subject":{"reference":"Patient/p"},"period":{"start":"2024-04-30"},"extension":[` +
		reference("a") + `,` + reference("b") + `,` + reference("c") + `,` + reference("a") + `]}}`
	records, _ := read(t, bundle(plan("a", "H1.1"), plan("b", "H1.1.2"), plan("c", "H7.2"), visit), klgateway.Options{})
	assert.Equal(t, []string{
		"planned H1.1 known=2024-05-01 date=2024-04-01", "planned H1.1 known=2024-05-01 date=2024-04-01",
		"delivered H1.1 known=2024-05-01 date=2024-04-30",
	}, shown(records), "two kinds of one service, and the administrative plan gives nothing")
}

func TestACitizenWithoutANumberHasNoFacts(t *testing.T) {
	good := condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2024-04-30"`)
	for number, cause := range map[string]string{"03033812": "cpr_length", "3303381239": "cpr_date", "03033812x9": "cpr_letters"} {
		_, stats := read(t, strings.ReplaceAll(bundle(good), anna, number), klgateway.Options{})
		assert.Equal(t, int64(1), stats.Quarantined[cause], number)
	}
	_, stats := read(t, strings.ReplaceAll(bundle(good), "1.2.208.176.1.2", "1.2.3"), klgateway.Options{})
	assert.Equal(t, int64(1), stats.Quarantined["citizen_number_missing"])
	_, stats = read(t, strings.ReplaceAll(bundle(good), citizenEntry+",", ""), klgateway.Options{})
	assert.Equal(t, int64(1), stats.Quarantined["citizen_missing"])
}

func TestCodesThatNoTableKnowsAreKeptAndCounted(t *testing.T) {
	records, stats := read(t, bundle(
		condition(`,"code":{"coding":[{"code":"J9.9","display":"Svæve"}]}`+coded("severity", "B3")+`,"recordedDate":"2024-04-30"`),
		`{"resource":{"resourceType":"Procedure","id":"d","subject":{"reference":"Patient/p"},"code":{"coding":[{"display":"Hjælp til `+anna+`"}]},"performedDateTime":"2024-04-30"}}`,
		`{"resource":{"resourceType":"Procedure","id":"f","subject":{"reference":"Patient/p"},"code":{"coding":[{"code":"H1.2.7"}]},"performedDateTime":"2024-04-30"}}`,
	), klgateway.Options{})
	assert.Equal(t, []string{
		"ability X:Svæve known=2024-05-01 date=2024-04-30 level=2",
		"delivered X:? known=2024-05-01 date=2024-04-30",
		"delivered H1.2 known=2024-05-01 date=2024-04-30",
	}, shown(records))
	assert.Equal(t, map[string]int64{"X:Svæve": 1}, stats.Abilities)
	assert.Equal(t, map[string]int64{"X:?": 1}, stats.Services, "a name that could hold a CPR number is not shown")
}

func TestWhatEveryFormHoldsIsTheSame(t *testing.T) {
	one := bundle(condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2024-04-30"`))
	want, _ := read(t, one+one, klgateway.Options{})
	require.Len(t, want, 2)
	for name, file := range map[string]string{
		"lines": one + "\n" + one + "\n", "array": "[" + one + "," + one + "]", "with a byte order mark": "\ufeff" + one + one,
		"arrays": "[" + one + "] \r\n [" + one + "]", "an empty array": "[]" + one + "[" + one + "]",
	} {
		got, stats := read(t, file, klgateway.Options{})
		assert.Equal(t, shown(want), shown(got), name)
		assert.Equal(t, int64(2), stats.Bundles, name)
		assert.Equal(t, 2, got[1].At.Bundle, name)
	}
	records, stats := read(t, "", klgateway.Options{})
	assert.Empty(t, records)
	assert.Zero(t, stats.Bundles)
	assert.Equal(t, rettidig.NoDay, stats.First)
}

func TestWhatIsNoBundleIsQuarantinedAndTheRestRead(t *testing.T) {
	good := bundle(condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2024-04-30"`))
	records, stats := read(t, `{"resourceType":"Patient","id":"x"} 17 null {"entry":[{},{}]} `+good, klgateway.Options{})
	assert.Len(t, records, 1)
	assert.Equal(t, int64(6), stats.Quarantined["not_a_bundle"])
}

func TestASyntaxErrorSaysWhereAndHoldsNoData(t *testing.T) {
	good := bundle(condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2024-04-30"`))
	for name, file := range map[string]string{
		"cut off": good[:len(good)-9], "a comma too many": strings.Replace(good, "]}", ",]}", 1), "no comma": "[" + good + good + "]", "a control character": strings.Replace(good, "J3.8", "J\n", 1),
		"an escape": strings.Replace(good, "J3.8", `J\x`, 1), "too deep": bundle(strings.Repeat(`{"x":`, 100) + "1" + strings.Repeat("}", 100)),
		"no value": strings.Replace(good, `"2024-05-01T12:00:00Z"`, "nul", 1), "no key": `{"resourceType":"Bundle",17:1}`, "not JSON": "BorgerID;Dato\n1;2\n",
		"entry is no array": `{"resourceType":"Bundle","entry":{}}`, "entry twice": `{"resourceType":"Bundle","entry":[],"entry":[]}`, "a NUL": "[\x00]",
		"a long number": `[` + strings.Repeat("1", 100) + `]`,
	} {
		_, err := klgateway.Read(strings.NewReader(good+"\n"+file), klgateway.Options{}, func(klgateway.Record) error { return nil })
		var syntax *klgateway.SyntaxError
		require.ErrorAs(t, err, &syntax, name)
		assert.GreaterOrEqual(t, syntax.At.Line, 2, name)
		assert.Contains(t, err.Error(), "line ", name)
		assert.NotContains(t, err.Error(), anna, name)
	}
	_, err := klgateway.Read(strings.NewReader(bundle("{}", "{}", "{}")), klgateway.Options{MaxEntries: 3}, func(klgateway.Record) error { return nil })
	assert.ErrorContains(t, err, "more than 3 entries")
}

func TestErrorsOfTheCallerEndTheReading(t *testing.T) {
	stop := errors.New("stop")
	_, err := klgateway.Read(strings.NewReader(bundle(condition(coded("code", "J3.8")+coded("severity", "B2")+`,"recordedDate":"2024-04-30"`))), klgateway.Options{}, func(klgateway.Record) error { return stop })
	assert.ErrorIs(t, err, stop)
	_, err = klgateway.Read(io.MultiReader(strings.NewReader(`[{"entry"`), iotest.ErrReader(stop)), klgateway.Options{}, nil)
	assert.ErrorIs(t, err, stop)
}

func TestTheKnownDayIsTheFirstOfTheseThatIsThere(t *testing.T) {
	file := bundle(condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2024-04-30","meta":{"lastUpdated":"2024-04-30T22:30:00Z"}`))
	records, _ := read(t, file, klgateway.Options{})
	assert.Equal(t, "2024-05-01", records[0].Known.String(), "half past midnight in Denmark")
	file = strings.Replace(file, "2024-04-30T22:30:00Z", "never", 1)
	records, stats := read(t, file, klgateway.Options{})
	assert.Equal(t, "2024-05-01", records[0].Known.String())
	assert.Equal(t, int64(1), stats.Notes["known_by_report"])
	file = strings.Replace(file, "2024-05-01T12:00:00Z", "2024-13-01", 1)
	_, stats = read(t, file, klgateway.Options{})
	assert.Equal(t, int64(1), stats.Quarantined["known_unreadable"])
	records, stats = read(t, file, klgateway.Options{Made: day("2024-06-01")})
	assert.Equal(t, "2024-06-01", records[0].Known.String())
	assert.Equal(t, int64(1), stats.Notes["known_by_file"])
	file = strings.Replace(strings.Replace(file, "never", "", 1), "2024-13-01", "", 1)
	_, stats = read(t, file, klgateway.Options{})
	assert.Equal(t, int64(1), stats.Quarantined["known_missing"])
	file = bundle(condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2024-06-30"`))
	records, stats = read(t, file, klgateway.Options{})
	assert.Equal(t, "2024-06-30", records[0].Known.String(), "nothing is known before it happened")
	assert.Equal(t, int64(1), stats.Notes["known_before_it_happened"])
}

func TestADeathIsDatedByTheReportUnlessItIsTold(t *testing.T) {
	dead := strings.Replace(bundle(), `"id":"p"`, `"id":"p","deceasedBoolean":true`, 1)
	records, stats := read(t, dead, klgateway.Options{})
	assert.Equal(t, []string{"death  known=2024-05-01 date=2024-05-01"}, shown(records))
	assert.Equal(t, int64(1), stats.Notes["death_dated_by_report"])
	told := strings.Replace(bundle(), `"id":"p"`, `"id":"p","deceasedDateTime":"2024-04-17"`, 1)
	records, _ = read(t, told, klgateway.Options{})
	assert.Equal(t, []string{"death  known=2024-05-01 date=2024-04-17"}, shown(records))
	alive := strings.Replace(bundle(), `"id":"p"`, `"id":"p","deceasedBoolean":false`, 1)
	records, stats = read(t, alive+dead+alive, klgateway.Options{})
	assert.Equal(t, []string{"death  known=2024-05-01 date=2024-05-01", "death void known=2024-05-01"}, shown(records))
	assert.Equal(t, int64(1), stats.Dropped["citizen_alive"])
}

// The other program is Go's own table of time zones.
func TestTheDanishDayIsThatOfTheTimeZoneTable(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	for at := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2027; at = at.Add(23*time.Minute + 17*time.Second) {
		if h := at.Hour(); h < 21 {
			continue // only the last hours of the day can be another day in Denmark
		}
		file := bundle(condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2010-01-01","meta":{"lastUpdated":"` + at.Format(time.RFC3339) + `"}`))
		if at.Day()%5 == 0 || at.Month() == time.March || at.Month() == time.October {
			_, stats := read(t, file, klgateway.Options{})
			require.Equal(t, rettidig.DayOfTime(time.Date(at.In(zone).Year(), at.In(zone).Month(), at.In(zone).Day(), 0, 0, 0, 0, time.UTC)), stats.First, at)
		}
	}
}

func TestEveryCauseHasAMeaning(t *testing.T) {
	assert.True(t, slices.IsSorted(klgateway.Causes()))
	for _, c := range klgateway.Causes() {
		assert.Regexp(t, `^[a-z_]+$`, c)
	}
	assert.Empty(t, klgateway.Meaning("nothing"))
}

// A bundle is given away before the next is read, so a file of any length needs the memory of one bundle.
func TestOnlyOneBundleIsHeld(t *testing.T) {
	one := bundle(condition(coded("code", "J3.8")+coded("severity", "B2")+`,"recordedDate":"2024-04-30"`)) + strings.Repeat(" ", 1<<16)
	taken := 0
	reader := iotest.OneByteReader(io.MultiReader(strings.NewReader(one), readerFunc(func([]byte) (int, error) {
		assert.Equal(t, 1, taken, "the first bundle's record was given before the second was asked for")
		return 0, io.EOF
	})))
	_, err := klgateway.Read(reader, klgateway.Options{}, func(klgateway.Record) error { taken++; return nil })
	require.NoError(t, err)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// FuzzRead holds the scanner to encoding/json: what it accepts is JSON, and what it refuses is not, or is beyond a limit
// or no list of bundles. It must end, keep the identity, and be the same the second time.
func FuzzRead(f *testing.F) {
	file, err := os.ReadFile("testdata/report.json")
	require.NoError(f, err)
	f.Add(file)
	f.Add([]byte(bundle(condition(coded("code", "J3.8") + coded("severity", "B2") + `,"recordedDate":"2024-04-30"`))))
	f.Add([]byte(`[{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"\u00e5\ud83d","deceasedBoolean":true}}]}] {"a":-1.5e+3}`))
	f.Add([]byte("00 truefalse"))
	f.Add([]byte("{\"entry\":[\"\xff\\\\\"]}"))
	f.Fuzz(func(t *testing.T, file []byte) {
		var records []klgateway.Record
		stats, err := klgateway.Read(bytes.NewReader(file), klgateway.Options{MaxEntries: 50}, func(r klgateway.Record) error {
			records = append(records, r)
			return nil
		})
		valid := isJSON(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")))
		if err == nil {
			require.True(t, valid, "accepted, and encoding/json does not: %q", file)
			requireIdentity(t, stats)
		} else if valid {
			require.Regexp(t, `levels deep|entries|twice|is no array|64 digits`, err.Error())
		}
		for _, r := range records {
			require.True(t, r.Known.Valid())
			require.True(t, r.Void || r.Kind == klgateway.Planned || r.Date.Valid() && r.Date <= r.Known)
		}
		again := slices.Clone(records)
		slices.Reverse(again)
		fates, back := klgateway.Settle(records), klgateway.Settle(again)
		require.Len(t, fates, len(records))
		count := map[klgateway.Fate]int{}
		for i := range fates {
			count[fates[i]]++
			count[back[i]]--
		}
		for fate, n := range maps.All(count) {
			require.Zero(t, n, "the order of the records changed how many were %d", fate)
		}
		var h rettidig.History
		klgateway.AddFacts(&h, records, fates, nil)
		h.Sort()
	})
}

func isJSON(b []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(b))
	for {
		var v json.RawMessage
		if err := dec.Decode(&v); errors.Is(err, io.EOF) {
			return true
		} else if err != nil {
			return false
		}
		rest := b[dec.InputOffset():]
		if number := strings.ContainsAny(string(v[len(v)-1:]), "0123456789"); number && len(rest) > 0 && strings.ContainsAny(string(rest[:1]), "0123456789abcdefghijklmnopqrstuvwxyzE+-.") {
			return false // encoding/json reads 00 as two values; we want something between them
		}
	}
}
