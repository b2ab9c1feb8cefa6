package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// borgers are BorgerIDs of nobody.
func borgers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("99%010d", 1000+i*7)
	}
	return out
}

// tables makes a file of each kind with made-up rows, as a municipality's would look.
func tables() map[Kind][][]string {
	rng := rand.New(rand.NewPCG(3, 3))
	date := func(from rettidig.Day, days int) string {
		return (from + rettidig.Day(rng.IntN(days))).Time().Format("02-01-2006")
	}
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	out := map[Kind][][]string{
		A1: {{"Personnummer", "Kategori ISO nummer", "Leveret dato", "Returneret dato"}},
		A2: {{"BorgerID", "HJAELPEMIDDELHMINUMMER", "HJAELPEMIDDEL HMINAVN", "HJAELPEMIDDELISOKLASSE", "HJAELPEMIDDELSERIENUMMER", "LOV PARAGRAF NAVN", "UDLEVERINGS DATO", "INDLEVERINGS DATO", "PRIS"}},
		A4: {{"", "BorgerID", "Gender", "Birth Year"}},
		H1: {{"Personnummer", "År uge", "Ugenummer", "Ydelse navn", "Leveret tid (minutter)", "Antal ydelser"}},
		H2: {{"BorgerID", "Køn", "Født", "År", "Kalender Uge Nr", "Ydelse", "Leveret Tid (min)", "Antal leverede ydelser"}},
		D1: {{"PatientID", "BorgerID", "Gender", "Birth Year", "Screeningsdate", "behovforhjælpscore", "behovforhjælpreason", "fysiskformåenscore", "fysiskformåenreason", "ExerciseContentID1-9"}},
		D2: {{"PatientID", "BorgerID", "Gender", "Birth Year", "ChangeDate", "Status", "Ratingcomment"}},
		D3: {{"", "PatientID", "BorgerID", "Gender", "Birthyear", "RatingDate", "Ratingscore", "Ratingcomment"}},
	}
	people, ids := numbers(60), borgers(60)
	for i := range 240 {
		who, id, no := people[i%60], ids[i%60], fmt.Sprint(20000+i%60)
		gender, born := []string{"Kvinde", "Mand"}[i%2], fmt.Sprint(24+i%60%20)
		lent := day(2015, 1, 1) + rettidig.Day(rng.IntN(2000))
		back := ""
		if i%3 > 0 {
			back = (lent + rettidig.Day(rng.IntN(500))).Time().Format("02-01-2006")
		}
		week := 1 + i/60*10 + rng.IntN(9)
		service := pick("Rengøring", "Personlig hygiejne (FSIII)", "Indkøb", "Hundeluftning")
		comment := fmt.Sprintf("Borgeren fortalte om dag nr. %d, at knæet gjorde ondt på trappen", i)
		add := func(k Kind, row ...string) { out[k] = append(out[k], row) }
		add(A1, who, pick("12060609", "09330701", "18121030"), lent.Time().Format("02-01-2006"), back)
		add(A2, id, "21970", pick("Rollator 45 x 45 cm", "Badetaburet", "Seng m/2 motorer & hjul"), pick("12060609", "9330701", "18121030"), fmt.Sprintf("021970-%06d", i),
			pick("112", "113", "APV", ""), lent.Time().Format("02/01/2006"), strings.ReplaceAll(back, "-", "/"), pick("4.69", "738", "1250"))
		add(A4, fmt.Sprint(i), id, gender, born)
		add(H1, who, fmt.Sprintf("2020-%02d", week), fmt.Sprint(week), service, fmt.Sprint(30+5*rng.IntN(40)), fmt.Sprint(1+rng.IntN(6)))
		add(H2, id, gender, born, "2020", fmt.Sprint(week), service, fmt.Sprint(60+5*rng.IntN(40)), fmt.Sprint(1+rng.IntN(6)))
		add(D1, no, id, gender, born, date(day(2020, 1, 1), 700), fmt.Sprint(1+rng.IntN(9)), pick("", "Sygdom", "Andet"), fmt.Sprintf("%.4f", float64(20+rng.IntN(80))/24), "", "100001 100002")
		add(D2, no, id, gender, born, date(day(2020, 1, 1), 700), pick("Active", "Pause", "SignificantProgress", "Terminated"), comment)
		add(D3, fmt.Sprint(i), no, id, gender, born, date(day(2020, 1, 1), 700), fmt.Sprint(2+rng.IntN(5)), comment)
	}
	return out
}

func csvOf(rows [][]string, sep string) string {
	var sb strings.Builder
	for _, r := range rows {
		sb.WriteString(strings.Join(r, sep) + "\n")
	}
	return sb.String()
}

// renamed gives every column that has a name another one.
func renamed(rows [][]string, name func(i int) string) [][]string {
	out := append([][]string{nil}, rows[1:]...)
	for i, title := range rows[0] {
		if title != "" {
			title = name(i)
		}
		out[0] = append(out[0], title)
	}
	return out
}

func explained(t testing.TB, name, text string, m *Mapping) (*Explanation, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	e, err := Explain(context.Background(), file, Options{Key: key, Mapping: m})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, e.WriteText(&b))
	js, err := json.Marshal(e)
	require.NoError(t, err)
	all := b.String() + string(js)
	assert.NotRegexp(t, looksLikeCPR, all)
	assert.NotContains(t, all, "990000001", "no BorgerID")
	assert.NotContains(t, all, "ondt på trappen", "free text is never shown")
	return e, all
}

// The columns of every kind get names that nobody could know. What is proposed from the values alone, saved as it
// stands, reads the same facts.
func TestTheProposedMappingReadsAFileOfUnknownColumns(t *testing.T) {
	for k, rows := range tables() {
		t.Run(string(k), func(t *testing.T) {
			plain := fixture{"a": csvOf(rows, ";")}
			if k == A4 { // a citizen without a fact is none
				plain["b"] = a2Head + borgers(60)[3] + ",1,x,12060609,,112,14-01-2002,,1\n"
			}
			want, wantReport := plain.read(t)
			local := csvOf(renamed(rows, func(i int) string { return fmt.Sprintf("Felt %c", 'A'+i) }), ";")
			e, _ := explained(t, "lokal.csv", local, nil)
			require.Len(t, e.Tables, 1)
			assert.False(t, e.Tables[0].Readable)
			assert.Equal(t, k, e.Tables[0].Kind)
			assert.Equal(t, 1, e.Tables[0].Header)
			assert.Equal(t, "semicolon", e.Tables[0].Separator)
			for _, c := range e.Tables[0].Columns {
				if c.Required {
					assert.Equal(t, "proposed", c.State, "%+v", c)
				}
			}
			m, err := ParseMapping([]byte(e.Mapping))
			require.NoError(t, err, e.Mapping)
			plain["a"] = local
			got, report := plain.readWith(t, Options{Mapping: m})
			assert.True(t, withoutOptional(want) == withoutOptional(got), "the facts differ: %s", e.Mapping)
			assert.Equal(t, wantReport.Rows.Read, report.Rows.Read)
			assert.Equal(t, wantReport.Rows.Quarantined+wantReport.Rows.Dropped, report.Rows.Quarantined+report.Rows.Dropped)
			e, _ = explained(t, "lokal.csv", local, m)
			assert.True(t, e.Tables[0].Readable)
		})
	}
}

// withoutOptional drops what only optional columns tell: those are asked for if they are not told by their values.
func withoutOptional(f *rettidig.Facts) string {
	for i := range f.Aids {
		f.Aids[i].Fact.Price = 0
	}
	js, _ := json.Marshal(struct{ A, S, T, U any }{f.Aids, f.Services, f.Sessions, f.Statuses})
	return string(js) + fmt.Sprint(f.Screenings, len(f.Citizens))
}

// By hand: 250 screenings whose two scores are whole numbers of the same size cannot be told apart.
func TestWhatTheValuesDoNotTellIsAskedFor(t *testing.T) {
	rows := [][]string{{"Nr", "Hvornår", "Tal 1", "Tal 2"}}
	rng := rand.New(rand.NewPCG(1, 1))
	for i, id := range borgers(250) {
		rows = append(rows, []string{id, (day(2020, 1, 1) + rettidig.Day(i)).Time().Format("2006-01-02"), fmt.Sprint(rng.IntN(100)), fmt.Sprint(rng.IntN(100))})
	}
	e, _ := explained(t, "a.csv", csvOf(rows, "\t"), nil)
	assert.Equal(t, D1, e.Tables[0].Kind)
	assert.Contains(t, e.Mapping, "    # \"Tal 1\": \"behovforhjælpscore\"")
	assert.Contains(t, e.Mapping, "    # \"Tal 2\": \"behovforhjælpscore\"")
	assert.Contains(t, e.Mapping, "    \"Nr\": \"BorgerID\"")
	answered := strings.Replace(strings.Replace(e.Mapping, "# \"Tal 2\": \"behovforhjælpscore\"", "\"Tal 2\": \"behovforhjælpscore\"", 1),
		"# \"Tal 1\": \"fysiskformåenscore\"", "\"Tal 1\": \"fysiskformåenscore\"", 1)
	facts, _ := fixture{"a.csv": csvOf(rows, "\t")}.readWith(t, Options{Mapping: mapping(t, answered)})
	assert.Len(t, facts.Screenings, 250)
}

func TestAReadableFileIsExplained(t *testing.T) {
	rows := tables()[H1]
	rows[1][0] = "0"
	text := "Udtræk hjemmehjælp\nKørt den 03-08-2022\n" + csvOf(rows, ",")
	e, all := explained(t, "care.csv", latin1(text), nil)
	table := e.Tables[0]
	assert.True(t, table.Readable)
	assert.Equal(t, []any{H1, 1.0, 3, Windows1252, "comma", 240}, []any{table.Kind, table.Score, table.Header, table.Encoding, table.Separator, table.Rows})
	assert.Equal(t, ExplainedColumn{Column: "Ugenummer", Required: true, State: "found", Header: "Ugenummer", How: "name", Share: 1}, table.Columns[2])
	assert.Equal(t, "id_bogus", table.Preview[0].Fate)
	assert.Equal(t, "read", table.Preview[1].Fate)
	assert.Equal(t, string(idOf(t, rows[2][0])), table.Preview[1].Cells[0])
	require.Len(t, table.Services, 1)
	assert.Equal(t, "Hundeluftning", table.Services[0].Name)
	assert.Contains(t, all, `found as "År uge" (by name)`)
	assert.Contains(t, e.Mapping, `#   "Hundeluftning": "" # `)
	_, err := ParseMapping([]byte(e.Mapping))
	assert.NoError(t, err, "what is asked for does not hinder")
}

func TestOneMissingColumnIsProposedBesideTheKnownOnes(t *testing.T) {
	rows := tables()[A1]
	rows[0][2] = "Startdag"
	e, _ := explained(t, "a.csv", csvOf(rows, ","), nil)
	assert.Equal(t, A1, e.Tables[0].Kind)
	assert.Contains(t, e.Tables[0].Problem, "lacks the column")
	m := mapping(t, e.Mapping)
	facts, _ := fixture{"a.csv": csvOf(rows, ",")}.readWith(t, Options{Mapping: m})
	assert.NotEmpty(t, facts.Aids)
	assert.Equal(t, map[string]string{"startdag": "Leveret dato"}, m.columnsOf(A1))
}

func TestDatesWithTheMonthFirstAreSeen(t *testing.T) {
	rows := [][]string{{"Felt A", "Felt B", "Felt C", "Felt D"}}
	for i, who := range numbers(100) {
		at := day(2020, 1, 1) + rettidig.Day(3*i)
		rows = append(rows, []string{who, "12060609", at.Time().Format("01/02/2006"), (at + rettidig.Day(i%7)).Time().Format("01/02/2006")})
	}
	e, _ := explained(t, "a.csv", csvOf(rows, ";"), nil)
	m := mapping(t, e.Mapping)
	assert.Equal(t, monthFirst, m.order())
	facts, _ := fixture{"a.csv": csvOf(rows, ";")}.readWith(t, Options{Mapping: m})
	assert.Len(t, facts.Aids, 100)
}

func TestOddFilesAreExplained(t *testing.T) {
	aids := tables()[A1]
	for _, c := range []struct{ name, text, says string }{
		{"bars between columns", csvOf(aids, "|"), `separated by "|"`},
		{"no header", csvOf(aids[1:], ";"), "put this line on top: Personnummer;Kategori ISO nummer;Leveret dato;Returneret dato"},
		{"a table of something else", "navn,pris\nrollator,738\nstol,5\n", "no table that is known"},
		{"a list of classes", "12060609,40,Rollatorer\n09330701,12,Badetaburetter\n18121030,3,Senge\n", "A3 (list of ISO classes)"},
		{"a sentence", "Kære alle, her kommer udtrækket.\n", "no table that is known"},
		{"own words of a status", "BorgerID,ChangeDate,Status\n" + borger1 + ",20-10-2017,Sat i bero\n", `#   "Sat i bero": ""`},
		{"a column without a name", csvOf(append([][]string{{"", "Klasse", "Start", "Slut"}}, aids[1:]...), ";"), "no name of its own"},
		{"a zip of two", zipped(t, map[string]string{"a.csv": csvOf(aids, ","), "b.csv": csvOf(tables()[D2], ",")}), "fits D2"},
		{"a workbook", careBook(t), "header on line 3"},
		{"comments", csvOf(tables()[D2], ","), "Ratingcomment              free text; not read: free text is never loaded"},
		{"a report to KL Gateway", `{"resourceType":"Bundle","entry":[]}`, "K1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, all := explained(t, "x", c.text, nil)
			assert.Contains(t, all, c.says)
		})
	}
	_, err := Explain(context.Background(), filepath.Join(t.TempDir(), "none"), Options{Key: key})
	assert.ErrorIs(t, err, os.ErrNotExist)
	file := filepath.Join(fixture{"x": "%PDF-1.7"}.write(t), "x")
	_, err = Explain(context.Background(), file, Options{Key: key})
	assert.Equal(t, "unknown-kind", refused(t, err).Code)
}

// FuzzExplain: any bytes are explained or refused, and what is proposed is a mapping.
func FuzzExplain(f *testing.F) {
	for _, rows := range tables() {
		f.Add([]byte(csvOf(rows[:5], ",")))
		f.Add([]byte(latin1(csvOf(renamed(rows[:20], func(i int) string { return fmt.Sprintf("Felt %c", 'A'+i) }), ";"))))
	}
	f.Add([]byte(careBook(f)))
	f.Add([]byte(gzipped(f, csvOf(tables()[A1][:9], "|"))))
	f.Add([]byte("12060609,40,Rollatorer\n09330701,12,Stole\n18121030,3,Senge\n"))
	opt := Options{Key: key, MaxLine: 1 << 12, MaxWorkbook: 1 << 20, MaxBytes: 1 << 20}.filled()
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := explain(context.Background(), bytes.NewReader(b), "a", opt)
		if err != nil {
			var refused *FileError
			require.ErrorAs(t, err, &refused)
			return
		}
		require.NoError(t, e.WriteText(io.Discard))
		_, err = json.Marshal(e)
		require.NoError(t, err)
		if e.Mapping != "" {
			_, err := ParseMapping([]byte(e.Mapping))
			require.NoError(t, err, e.Mapping)
		}
	})
}

// In a workbook dates are day numbers and ids are numbers.
func TestAWorkbookOfUnknownColumnsIsProposedToo(t *testing.T) {
	for _, k := range []Kind{A1, A2, H1, H2, D2, D3} {
		rows := tables()[k]
		local := xlsx(t, cells(renamed(rows, func(i int) string { return fmt.Sprintf("Felt %c", 'A'+i) })))
		want, _ := fixture{"a": xlsx(t, cells(rows))}.read(t)
		e, _ := explained(t, "lokal.xlsx", local, nil)
		got, _ := fixture{"a": local}.readWith(t, Options{Mapping: mapping(t, e.Mapping)})
		assert.True(t, withoutOptional(want) == withoutOptional(got), "%s: the facts differ: %s", k, e.Mapping)
	}
}
