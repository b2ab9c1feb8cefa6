package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// cellsOf are good and bad cells for each column of each kind.
var cellsOf = map[Kind]struct {
	head  string
	cells [][]string
}{
	A1: {a1Top, [][]string{ids, isos, dates, append([]string{""}, dates...)}},
	H1: {h1Top, [][]string{ids, {"2020-07", "2020-08", "2021-53", "2020", "x", ""}, {"7", "8", "53", "54", "0", ""},
		{"Rengøring", "Rengøring (FSIII)", mangled("Tøjvask"), "Madservice", "Havearbejde", ""}, numerals, {"1", "2", "0", "x", ""}}},
	D1: {d1Head, [][]string{{"1"}, ids, genders, years, dates, numerals, reasonCells, numerals, reasonCells, {""}}},
	D2: {d2Head, [][]string{{"1"}, ids, genders, years, dates, {"Active", "Re-activated", "Has died", "Nonsense", ""}, {"text"}}},
	D3: {d3Head, [][]string{{""}, {"1"}, ids, genders, years, dates, {"1", "2", "3", "6", "7", "x", ""}, {"text"}}},
}

var (
	ids = []string{jens, anna, strings.ReplaceAll(anna, "-", ""), "10130-0003", "100000000017", "100000000025", "0303381AB9", "", " ", "0", "681", "#VALUE!",
		"0303A8-1239", "310238-1239", "12", "1.23457E+11"}
	isos        = []string{"12060609", "120606", "9330701", "93307", "99060609", "12", "", "x"}
	dates       = []string{"14-02-2019", "15/02/2019", "2019-02-16", "17.2.2019", "43028", "31-02-2019", "14-02-2091", "x", "", " "}
	numerals    = []string{"27", "30", "12,5", "1.200", "0", "-1", "10081", "x", ""}
	genders     = []string{"Kvinde", "Mand", "x", ""}
	years       = []string{"38", "1929", "24", "x", ""}
	reasonCells = []string{"Sygdom", "Gerelt ustabil", "Nyt", ""}
)

func drawFile(t *rapid.T) string {
	kind := rapid.SampledFrom([]Kind{A1, H1, D1, D2, D3}).Draw(t, "kind")
	of := cellsOf[kind]
	sep := rapid.SampledFrom([]string{";", "\t"}).Draw(t, "separator") // commas stand in cells
	var sb strings.Builder
	sb.WriteString(strings.ReplaceAll(of.head, ",", sep))
	for range rapid.IntRange(0, 30).Draw(t, "rows") {
		if rapid.IntRange(0, 20).Draw(t, "odd") == 0 {
			sb.WriteString(rapid.SampledFrom([]string{"\n", strings.Repeat(sep, 3) + "\n", jens + sep + "x\n", `"a"b` + strings.Repeat(sep, 5) + "\n"}).Draw(t, "odd row"))
			continue
		}
		row := make([]string, len(of.cells))
		for i, cells := range of.cells {
			row[i] = rapid.SampledFrom(cells).Draw(t, "cell")
		}
		sb.WriteString(strings.Join(row, sep) + "\n")
	}
	if rapid.Bool().Draw(t, "latin1") {
		return latin1(sb.String())
	}
	return sb.String()
}

// settleAll reads files from memory under given names, any number of rows quarantined.
func settleAll(t testing.TB, names []string, texts []string) (*rettidig.Facts, *Report) {
	t.Helper()
	return settleWith(t, Options{Key: key}, names, texts)
}

func settleWith(t testing.TB, opt Options, names []string, texts []string) (*rettidig.Facts, *Report) {
	t.Helper()
	d := readTexts(t, opt.filled(), names, texts)
	defer func() { require.NoError(t, d.Close()) }()
	for _, p := range d.parts {
		p.bad = true // refused it would be, but not here
	}
	facts, err := d.collect(context.Background())
	require.NoError(t, err)
	return facts, d.report
}

func readTexts(t testing.TB, opt Options, names []string, texts []string) *Delivery {
	t.Helper()
	in := newIntake(opt)
	var parts []*part
	require.NoError(t, in.run(func() {
		for i, text := range texts {
			o := openingOf(in)
			o.read(strings.NewReader(text), names[i], "", 0)
			require.NoError(t, errors.Join(o.errs...))
			parts = append(parts, o.parts...)
		}
	}))
	d := &Delivery{opt: opt, report: &Report{}}
	d.take(in, parts)
	return d
}

func openingOf(in *intake) *opening {
	return &opening{ctx: context.Background(), in: in, opt: in.opt, progress: func(int64) {}}
}

func readIn(t testing.TB, in *intake, name string, r io.Reader) *opening {
	t.Helper()
	o := openingOf(in)
	require.NoError(t, in.run(func() { o.read(r, name, "", 0) }))
	return o
}

func readText(t testing.TB, text, name string, opt Options) *opening {
	t.Helper()
	return readIn(t, newIntake(opt), name, strings.NewReader(text))
}

var looksLikeCPR = regexp.MustCompile(`(^|[^0-9a-z])\d{6}-?\d{4}($|[^0-9a-z])`)

func TestEveryRowHasOneFateAndNothingDependsOnNamesOrOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(rt, "files")
		var texts, names []string
		lines := int64(0)
		for i := range n {
			texts = append(texts, drawFile(rt))
			names = append(names, fmt.Sprint("f", i))
			for _, l := range strings.Split(texts[i], "\n") {
				if strings.TrimSpace(l) != "" {
					lines++
				}
			}
		}
		facts, r := settleAll(t, names, texts)
		checkIdentity(t, r)
		for _, f := range r.Files {
			lines -= int64(f.HeaderLine)
		}
		assert.LessOrEqual(rt, r.Rows.Read, lines)
		assert.GreaterOrEqual(rt, r.Rows.Read, lines-20*int64(n), "only rows of blanks may be no row")
		assert.NotRegexp(rt, looksLikeCPR, textOf(t, r))
		checkSorted(t, facts)

		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 1)).Perm(n)
		var moved []string
		for _, i := range order {
			moved = append(moved, texts[i])
		}
		again, r2 := settleAll(t, names, moved)
		assert.Equal(rt, bare(t, facts), bare(t, again))
		nameless(r)
		nameless(r2)
		assert.Equal(rt, textOf(t, r), textOf(t, r2))

		// Every file delivered once more adds nothing but merged rows.
		twice, r3 := settleAll(t, append(names, names...), append(texts, texts...))
		assert.Equal(rt, bare(t, facts), bare(t, twice))
		assert.Equal(rt, 2*r.Rows.Read, r3.Rows.Read)
		assert.Equal(rt, 2*r.Rows.Quarantined, r3.Rows.Quarantined)
	})
}

func nameless(r *Report) {
	for i := range r.Files {
		r.Files[i].Name = ""
	}
	r.Warnings = nil
}

func checkSorted(t testing.TB, f *rettidig.Facts) {
	t.Helper()
	for i := 1; i < len(f.Citizens); i++ {
		require.Less(t, f.Citizens[i-1].ID, f.Citizens[i].ID)
	}
	sorted(t, f, f.Aids, rettidig.CompareAids)
	sorted(t, f, f.Services, rettidig.CompareServices)
	sorted(t, f, f.Screenings, rettidig.CompareScreenings)
	sorted(t, f, f.Sessions, rettidig.CompareSessions)
	sorted(t, f, f.Statuses, rettidig.CompareStatuses)
	sorted(t, f, f.Conditions, rettidig.CompareConditions)
}

func sorted[F any](t testing.TB, f *rettidig.Facts, rows []rettidig.Row[F], compare func(a, b F) int) {
	t.Helper()
	for i, r := range rows {
		require.Less(t, int(r.Citizen), len(f.Citizens))
		require.GreaterOrEqual(t, r.Citizen, int32(0))
		if i > 0 && rows[i-1].Citizen == r.Citizen {
			require.LessOrEqual(t, compare(rows[i-1].Fact, r.Fact), 0)
		} else if i > 0 {
			require.Less(t, rows[i-1].Citizen, r.Citizen)
		}
	}
}

// careRowsOf makes home care of many citizens, one string per row.
func careRowsOf(citizens, weeks int) (rows []string) {
	rng := rand.New(rand.NewPCG(3, 3))
	services := []string{"Rengøring", "Personlig hygiejne (FSIII)", "Tøjvask", "Medicinadministration", "Havearbejde"}
	for _, who := range numbers(citizens) {
		for w := range weeks {
			year, week := (day(2020, 1, 6) + rettidig.Day(7*w)).ISOWeek()
			for _, s := range services[:1+rng.IntN(len(services))] {
				rows = append(rows, fmt.Sprintf("%s,%d-%02d,%d,%s,%d,%d\n", who, year, week, week, s, 5+rng.IntN(200), 1+rng.IntN(7)))
			}
		}
	}
	return rows
}

func TestOverlappingDeliveriesNeverCountCareTwice(t *testing.T) {
	rows := careRowsOf(20, 30)
	whole, _ := settleAll(t, []string{"a"}, []string{h1Head + strings.Join(rows, "")})
	older, newer := h1Head, h1Head
	for _, r := range rows {
		switch week := r[strings.Index(r, "2020-")+5:][:2]; {
		case week < "12":
			older += r
		case week < "18": // the older file had an early count of these weeks
			cells := strings.Split(r, ",")
			cells[4] = "1"
			older += strings.Join(cells, ",")
			newer += r
		default:
			newer += r
		}
	}
	for _, names := range [][]string{{"a", "b"}, {"b", "a"}} {
		got, r := settleAll(t, names, []string{older, newer})
		checkIdentity(t, r)
		assert.Equal(t, whole, got)
		assert.Positive(t, r.Files[0].Merged["superseded"]+r.Files[1].Merged["superseded"])
	}
}

func TestSuppliersInSeveralFilesAreAddedUp(t *testing.T) {
	head := strings.TrimSuffix(h1Head, "\n") + ",Leverandør\n"
	facts, r := fixture{
		"a": head + anna + ",2020-07,7,Rengøring,27,1,Kommunen\n" + anna + ",2020-07,7,Rengøring,27,1,Privat ApS\n",
		"b": head + anna + ",2020-07,7,Rengøring,27,1,Kommunen\n" + anna + ",2020-08,8,Rengøring,20,1,Kommunen\n",
	}.read(t)
	require.Len(t, facts.Services, 2)
	assert.Equal(t, float32(54), facts.Services[0].Fact.Minutes, "two suppliers, one told twice")
	assert.Equal(t, int64(2), r.Rows.Merged)
	assert.NotContains(t, textOf(t, r), "Privat ApS")
	facts, _ = fixture{
		"a": head + anna + ",2020-07,7,Rengøring,30,1,Privat ApS\n",
		"b": head + anna + ",2020-07,7,Rengøring,27,1,Kommunen\n" + anna + ",2020-08,8,Rengøring,20,1,Kommunen\n",
	}.read(t)
	assert.Equal(t, float32(57), facts.Services[0].Fact.Minutes, "one supplier per file")
}

func TestALoanThatANewerFileSaysWasReturnedIsOneLoan(t *testing.T) {
	facts, r := fixture{
		"new": a1Top + jens + ",12060609,14-02-2019,01-11-2020\n",
		"old": strings.Replace(a1Top, "2022", "2019", 1) + jens + ",12060609,14-02-2019,\n",
	}.read(t)
	require.Len(t, facts.Aids, 1)
	assert.Equal(t, day(2020, 11, 1), facts.Aids[0].Fact.Returned)
	assert.Equal(t, int64(1), r.Rows.Merged)
	facts, _ = fixture{"one": a1Top + jens + ",12060609,14-02-2019,01-11-2020\n" + jens + ",12060609,14-02-2019,\n"}.read(t)
	assert.Len(t, facts.Aids, 2, "in one file they are two aids")
}

func TestNothingDependsOnTheNumberOfWorkers(t *testing.T) {
	rows := careRowsOf(30, 40)
	f := fixture{"x.csv": a1Top + jens + ",12060609,14-02-2019,\n"}
	for i := range 8 {
		f[fmt.Sprint("care", i)] = h1Head + strings.Join(rows[i*len(rows)/8:(i+1)*len(rows)/8], "")
	}
	dir := f.write(t)
	var want *rettidig.Facts
	var report string
	for _, workers := range []int{1, 2, 8} {
		facts, r, err := ReadDir(context.Background(), dir, Options{Key: key, Workers: workers})
		require.NoError(t, err)
		if want == nil {
			want, report = facts, textOf(t, r)
		}
		assert.Equal(t, want, facts)
		assert.Equal(t, report, textOf(t, r))
	}
}

func TestProgressIsToldPerFile(t *testing.T) {
	dir := fixture{"a": a1Top + strings.Repeat(jens+",12060609,14-02-2019,\n", 1<<17), "b": a1Top}.write(t)
	last := map[string]int64{}
	_, _, err := ReadDir(context.Background(), dir, Options{Key: key, Progress: func(file string, rows int64) {
		assert.GreaterOrEqual(t, rows, last[file])
		last[file] = rows
	}})
	require.NoError(t, err)
	assert.Equal(t, map[string]int64{"a": 1 << 17, "b": 0}, last)
}

func TestReadingCanBeCancelled(t *testing.T) {
	dir := fixture{"a": a1Top + strings.Repeat(jens+",12060609,14-02-2019,\n", 1<<18)}.write(t)
	ctx, cancel := context.WithCancel(context.Background())
	_, _, err := ReadDir(ctx, dir, Options{Key: key, Progress: func(string, int64) { cancel() }})
	assert.ErrorIs(t, err, context.Canceled)
}

// FuzzRead: any bytes end in a part or a refusal that names no number, and never in a panic.
func FuzzRead(f *testing.F) {
	for _, of := range cellsOf {
		row := make([]string, len(of.cells))
		for i, cells := range of.cells {
			row[i] = cells[0]
		}
		f.Add([]byte(of.head + strings.Join(row, ",") + "\n"))
		f.Add([]byte(latin1(strings.ReplaceAll(of.head+strings.Join(row, ","), ",", ";"))))
		f.Add([]byte(quoteCSV(of.head + strings.Join(row, ","))))
	}
	f.Add([]byte(xlsx(f, [][]any{{"BorgerID", "ChangeDate", "Status"}, {100000000017, 43028, "Active"}})))
	f.Add([]byte(book(f, `<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>`, "<sst><si><t>BorgerID</t></si></sst>")))
	f.Add([]byte("\x00"))
	f.Add([]byte("\xEF\xBB\xBF"))
	opt := Options{Key: key, MaxLine: 1 << 12, MaxWorkbook: 1 << 20, MaxBytes: 1 << 20}.filled()
	f.Fuzz(func(t *testing.T, b []byte) {
		in := newIntake(opt)
		o := readIn(t, in, "a", bytes.NewReader(b))
		for _, err := range o.errs {
			var refused *FileError
			if !assert.ErrorAs(t, err, &refused) || refused.Do == "" || refused.File == "" {
				t.Fatalf("not a refusal that says where and what to do: %v", err)
			}
		}
		d := &Delivery{opt: opt, report: &Report{}}
		d.take(in, o.parts)
		for _, p := range d.parts {
			p.bad = true
		}
		facts, err := d.collect(context.Background())
		require.NoError(t, err)
		checkIdentity(t, d.report)
		checkSorted(t, facts)
		textOf(t, d.report)
	})
}

// measure reads and settles a delivery again and again. Beside the time it takes it reports the processor's time, which
// other programs on the machine disturb less.
func measure(b *testing.B, text string, rows int) {
	b.Helper()
	dir := b.TempDir()
	require.NoError(b, os.WriteFile(filepath.Join(dir, "extract.csv"), []byte(text), 0o600))
	cpu := func() int64 {
		var u syscall.Rusage
		require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
		return u.Utime.Nano() + u.Stime.Nano()
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	before := cpu()
	for b.Loop() {
		d, err := Open(context.Background(), dir, Options{Key: key})
		require.NoError(b, err)
		require.NoError(b, d.Each(context.Background(), func([]rettidig.History) error { return nil }))
		require.NoError(b, d.Close())
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(cpu()-before)/float64(rows)/float64(b.N), "cpu-ns/row")
}

func BenchmarkH1(b *testing.B) {
	rows := careRowsOf(2000, 400)
	measure(b, latin1(h1Head+strings.Join(rows, "")), len(rows))
}

// The same rows by week, as an export that is not sorted by citizen has them.
func BenchmarkH1ByWeek(b *testing.B) {
	rows := careRowsOf(2000, 400)
	slices.SortStableFunc(rows, func(x, y string) int { return strings.Compare(x[12:19], y[12:19]) })
	measure(b, latin1(h1Head+strings.Join(rows, "")), len(rows))
}

func BenchmarkA1(b *testing.B) {
	var sb strings.Builder
	sb.WriteString(a1Top)
	rng := rand.New(rand.NewPCG(5, 5))
	people := numbers(2000)
	const rows = 200000
	for i := range rows {
		lent := day(2010, 1, 1) + rettidig.Day(rng.IntN(4000))
		fmt.Fprintf(&sb, "%s,%s,%s,%s\n", people[i*len(people)/rows], isos[i%4], lent.Time().Format("02-01-2006"), (lent + 100).Time().Format("02-01-2006"))
	}
	measure(b, sb.String(), rows)
}
