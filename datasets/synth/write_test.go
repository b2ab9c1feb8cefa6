package synth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// small is a municipality that is quick to write but has every kind of row.
func small() Config {
	cfg := Default()
	cfg.Citizens = 1500
	return cfg
}

// written writes a municipality and returns its folder and its truth file.
func written(t *testing.T, cfg Config) (dir string, truth []byte, sum Summary) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "extracts")
	var b bytes.Buffer
	sum, err := Write(context.Background(), dir, cfg, &b, nil)
	require.NoError(t, err)
	return dir, b.Bytes(), sum
}

func hashFiles(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	out := map[string][32]byte{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		out[e.Name()] = sha256.Sum256(b)
	}
	return out
}

func TestSameSeedGivesSameBytesForAnyNumberOfWorkers(t *testing.T) {
	cfg := small()
	cfg.Workers = 1
	dir, truth, sum := written(t, cfg)
	want := hashFiles(t, dir)
	require.Len(t, want, 10)
	for _, workers := range []int{2, 4, 7} {
		cfg.Workers = workers
		dir2, truth2, sum2 := written(t, cfg)
		assert.Equal(t, want, hashFiles(t, dir2), "%d workers", workers)
		assert.Equal(t, sha256.Sum256(truth), sha256.Sum256(truth2), "truth with %d workers", workers)
		assert.Equal(t, sum, sum2)
	}
	cfg.Seed++
	dir3, _, _ := written(t, cfg)
	other := hashFiles(t, dir3)
	for name := range want {
		if name == "isoall.txt" {
			continue // the same classes everywhere
		}
		assert.NotEqual(t, want[name], other[name], "another seed gives another %s", name)
	}
}

// The same in the formats that pack and split files, with every fault.
func TestEveryFormatHasTheSameBytesForAnyNumberOfWorkers(t *testing.T) {
	for _, c := range []struct {
		format, containers string
		k1                 bool
	}{{FormatA1H1, Mixed, true}, {FormatA2H2, Mixed, false}, {FormatA2H2, Plain, false}} {
		cfg := small()
		cfg.Citizens, cfg.Format, cfg.Containers, cfg.K1, cfg.Dirt = 500, c.format, c.containers, c.k1, AllDirt()
		if c.format == FormatA2H2 {
			cfg.Dirt.Overlap = 0
		}
		cfg.Workers = 1
		dir, truth, sum := written(t, cfg)
		cfg.Workers = 5
		dir2, truth2, sum2 := written(t, cfg)
		assert.Equal(t, hashFiles(t, dir), hashFiles(t, dir2), "%+v", c)
		assert.Equal(t, string(truth), string(truth2))
		assert.Equal(t, sum, sum2)
	}
}

// A sheet holds a million rows: what is more goes to a second workbook.
func TestAFullSheetGoesOnInTheNextWorkbook(t *testing.T) {
	dir := t.TempDir()
	tb := &table{on: true, file: "x.xlsx", member: "Sheet1", pack: inSheet, form: form{sheet: true}, head: []byte(sheetHead), tail: []byte(sheetTail)}
	s, err := newSink(dir, tb)
	require.NoError(t, err)
	var k packer
	row := tb.form.line(nil, []string{"a"})
	block := bytes.Repeat(row, 1000)
	packed := k.pack(block)
	for range sheetRows/1000 + 1 {
		require.NoError(t, s.add(1000, block, packed))
	}
	require.NoError(t, s.endPart())
	require.NoError(t, assemble(dir, []*sink{s}))
	assert.Len(t, sheet(t, filepath.Join(dir, "x-2.xlsx")), 1000)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 2, "no parts are left")
}

var (
	elevenCharacters = regexp.MustCompile(`\b\d{6}-\d{4}\b`)
	tenDigits        = regexp.MustCompile(`\b\d{9,10}\b`)
)

// TestNoNumberWasEverIssued looks at every text of every file: whatever looks like a CPR number was never issued.
func TestNoNumberWasEverIssued(t *testing.T) {
	dir, truth, _ := written(t, small())
	texts := map[string]string{"truth": string(truth)}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if filepath.Ext(path) == ".xlsx" {
			var b strings.Builder
			for _, row := range sheet(t, path) {
				b.WriteString(strings.Join(row, " ") + "\n")
			}
			texts[e.Name()] = b.String()
			continue
		}
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		texts[e.Name()] = string(b)
	}
	for name, text := range texts {
		found := map[string]bool{}
		for _, s := range elevenCharacters.FindAllString(text, -1) {
			found[s] = true
		}
		for _, s := range tenDigits.FindAllString(text, -1) {
			if s != "0000000000" {
				found[strings.Repeat("0", 10-len(s))+s] = true // a spreadsheet may have eaten the leading zero
			}
		}
		if name != NoticeFile && name != "isoall.txt" {
			assert.Greater(t, len(found), 50, "numbers in %s", name)
		}
		for s := range found {
			n, err := cpr.Parse(s)
			require.NoError(t, err, "in %s", name)
			assert.True(t, n.NeverIssued(), "a number in %s may belong to somebody", name)
		}
	}
}

func sheet(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	require.NoError(t, err)
	defer f.Close()
	rows, err := f.GetRows("Sheet1")
	require.NoError(t, err)
	return rows
}

// decoded reads a text file of the delivery as Windows-1252 if it is not UTF-8, as a reader would.
func decoded(t *testing.T, path string) (text string, isUTF8 bool) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	if utf8.Valid(b) {
		return string(b), true
	}
	b, err = charmap.Windows1252.NewDecoder().Bytes(b)
	require.NoError(t, err)
	return string(b), false
}

func records(t *testing.T, text string, sep rune) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = sep
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	require.NoError(t, err)
	return rows
}

func TestFilesLookLikeTheVendors(t *testing.T) {
	cfg := small()
	cfg.Dirt.Week53, cfg.Dirt.BlankCells = 0, 0
	dir, _, sum := written(t, cfg)
	assert.Equal(t, []string{"ATS_DATA.csv", "HC1.csv", "HC2.csv", "HC3.csv", "SYNTHETIC.txt", "index.csv", "isoall.txt", "sc.xlsx", "sv.xlsx", "td.csv"}, sum.Files)

	aids, isUTF8 := decoded(t, filepath.Join(dir, "ATS_DATA.csv"))
	assert.False(t, isUTF8, "the aid export is ISO-8859")
	rows := records(t, aids, ',')
	assert.Equal(t, []string{"Personnummer", "Kategori ISO nummer", "Leveret dato", "Returneret dato"}, rows[2], "the header follows two lines of preamble")
	assert.Contains(t, rows[1][0], "30-06-2026", "the preamble tells the run date")

	for i, wantUTF8 := range []bool{true, false, false} {
		text, isUTF8 := decoded(t, filepath.Join(dir, "HC"+strconv.Itoa(i+1)+".csv"))
		assert.Equal(t, wantUTF8, isUTF8, "HC%d.csv", i+1)
		rows := records(t, text, ',')
		assert.Equal(t, []string{"Personnummer", "År uge", "Ugenummer", "Ydelse navn", "Leveret tid (minutter)", "Antal ydelser", "Leverandør"}, rows[2])
		for _, r := range rows[3:] {
			require.Len(t, r, 7)
			y, w, ok := strings.Cut(r[1], "-")
			require.True(t, ok)
			year, err := strconv.Atoi(y)
			require.NoError(t, err)
			number, err := strconv.Atoi(r[2])
			require.NoError(t, err)
			require.Equal(t, number, atoi(t, w), "the week stands in both columns")
			monday, err := rettidig.MondayOf(year, number)
			require.NoError(t, err)
			require.True(t, monday >= small().From && monday+6 <= small().To, "%v is inside the period", monday)
		}
	}

	screenings := sheet(t, filepath.Join(dir, "sv.xlsx"))
	assert.Equal(t, screeningColumns, screenings[0])
	assert.Regexp(t, `^\d{5}$`, screenings[1][0], "DigiRehab's own id has five digits")
	assert.Regexp(t, `^\d{2}/\d{2}/20\d{2}$`, screenings[1][4], "dates are shown as dd/mm/yyyy")
	f, err := excelize.OpenFile(filepath.Join(dir, "sv.xlsx"))
	require.NoError(t, err)
	defer f.Close()
	serial, err := f.GetCellValue("Sheet1", "E2", excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	assert.Regexp(t, `^4\d{4}$`, serial, "and kept as Excel serials")

	done, _ := decoded(t, filepath.Join(dir, "td.csv"))
	rows = records(t, done, ';')
	assert.Equal(t, doneColumns, rows[0], "the first column is empty")
	for _, r := range rows[1:] {
		require.Empty(t, r[0])
		require.Contains(t, []string{"2", "3", "4", "5", "6"}, r[6])
	}
	off, _ := decoded(t, filepath.Join(dir, "index.csv"))
	for _, r := range records(t, off, ',')[1:] {
		require.Equal(t, "1", r[5], "cancelled sessions are rated 1")
		require.NotEmpty(t, r[6])
	}

	notice, err := os.ReadFile(filepath.Join(dir, NoticeFile))
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(notice, []byte("SYNTHETIC DATA")))
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	require.NoError(t, err)
	return n
}

// TestExcelSerialsAreTheVendors uses the pair in the format description: 37270 is 14 January 2002.
func TestExcelSerialsAreTheVendors(t *testing.T) {
	assert.Equal(t, 37270, serial(rettidig.DayOf(2002, time.January, 14)))
	assert.Equal(t, 43028, serial(rettidig.DayOf(2017, time.October, 20)))
}

func TestDirtComesAtItsRateAndCanBeSwitchedOff(t *testing.T) {
	cfg := small()
	cfg.Citizens = 4000
	cfg.Dirt.BogusID, cfg.Dirt.Mojibake, cfg.Dirt.Duplicate, cfg.Dirt.LostZeroISO = 0.02, 0.05, 0.01, 0.2
	cfg.Dirt.BlankCells, cfg.Dirt.OldMattress = 0, 0
	type counts struct{ rows, bogus, garbled, twice, shortISO, zeroISO, oldAlarm, alarms float64 }
	count := func(cfg Config) (c counts) {
		dir, _, _ := written(t, cfg)
		for _, name := range []string{"HC1.csv", "HC2.csv", "HC3.csv"} {
			text, _ := decoded(t, filepath.Join(dir, name))
			before := ""
			for _, line := range strings.Split(strings.TrimSpace(text), "\n")[3:] {
				c.rows++
				id, rest, _ := strings.Cut(line, ",")
				if len(id) != 11 {
					c.bogus++
				}
				if strings.Contains(rest, "Ã") {
					c.garbled++
				}
				if line == before {
					c.twice++
				}
				before = line
			}
		}
		text, _ := decoded(t, filepath.Join(dir, "ATS_DATA.csv"))
		for _, r := range records(t, text, ',')[3:] {
			switch {
			case len(r[1]) == 7:
				c.shortISO++
			case r[1][0] == '0':
				c.zeroISO++
			case r[1][:6] == "215103":
				c.oldAlarm++
				c.alarms++
			case r[1][:6] == "222718":
				c.alarms++
			}
		}
		return c
	}
	dirty := count(cfg)
	near := func(rate, hits, n float64, what string) {
		assert.InDelta(t, rate, hits/n, 5*math.Sqrt(rate*(1-rate)/n)+0.001, what)
	}
	near(0.02, dirty.bogus, dirty.rows, "bogus ids")
	near(0.01, dirty.twice, dirty.rows, "duplicated rows")
	near(0.2, dirty.shortISO, dirty.shortISO+dirty.zeroISO, "lost zeros")
	near(0.3, dirty.oldAlarm, dirty.alarms, "old alarm numbers")
	assert.Greater(t, dirty.garbled, 0.005*dirty.rows, "names without Danish letters cannot be garbled, the others are")

	cfg.Dirt = Dirt{}
	clean := count(cfg)
	assert.Zero(t, clean.bogus+clean.garbled+clean.twice+clean.shortISO+clean.oldAlarm)
	assert.Positive(t, clean.alarms)
}

// Dirt is drawn apart from the lives: the same citizens with and without it, and the same truth.
func TestDirtDoesNotChangeTheLives(t *testing.T) {
	cfg := small()
	cfg.Dirt.AeldrelovBreak = 0
	cfg.Dirt.LocalName = 0 // drawn per citizen and service: one citizen's name would be hundreds of rows
	dir, truth, sum := written(t, cfg)
	cfg.Dirt = Dirt{SecondPatientID: cfg.Dirt.SecondPatientID, FSIIISuffix: 1, MixedEncodings: 1}
	cleanDir, cleanTruth, cleanSum := written(t, cfg)
	sum.Planted, cleanSum.Planted = nil, nil
	assert.Equal(t, sum, cleanSum)
	assert.Equal(t, string(cleanTruth), string(truth))
	dirty, _ := decoded(t, filepath.Join(dir, "HC1.csv"))
	clean, _ := decoded(t, filepath.Join(cleanDir, "HC1.csv"))
	in := map[string]bool{}
	for _, line := range strings.Split(dirty, "\n") {
		in[line] = true
	}
	n, kept := 0, 0
	for _, line := range strings.Split(clean, "\n") {
		n++
		if in[line] {
			kept++
		}
	}
	assert.Greater(t, float64(kept), 0.98*float64(n), "%d of %d clean rows are in the dirty file", kept, n)
}

func TestTruthFileHoldsTheProbabilities(t *testing.T) {
	cfg := small()
	cfg.Citizens = 4000
	_, truth, sum := written(t, cfg)
	rows := records(t, string(truth), ',')
	assert.Equal(t, "cpr,target,as_of,probability,outcome", strings.Join(rows[0], ","))
	type key struct{ cpr, asOf string }
	byTarget := map[string]map[key]float64{}
	for _, target := range rettidig.Targets() {
		byTarget[string(target)] = map[key]float64{}
	}
	want, got, variance, landmarks := 0.0, 0.0, 0.0, 0
	for _, r := range rows[1:] {
		p, err := strconv.ParseFloat(r[3], 64)
		require.NoError(t, err)
		require.True(t, p > 0 && p < 1)
		_, err = rettidig.ParseDay(r[2])
		require.NoError(t, err)
		require.Contains(t, []string{"0", "1", "competing", ""}, r[4])
		k := key{r[0], r[2]}
		_, twice := byTarget[r[1]][k]
		require.False(t, twice, "one row per citizen, target and day")
		byTarget[r[1]][k] = p
		if r[1] != "decline" {
			continue
		}
		landmarks++
		require.Contains(t, []string{"01-01", "07-01"}, r[2][5:])
		if r[4] != "" {
			want += p
			variance += p * (1 - p)
			if r[4] == "1" {
				got++
			}
		}
	}
	assert.Equal(t, sum.Landmarks, landmarks)
	assert.InDelta(t, want, got, 4*math.Sqrt(variance), "declines happen as often as the file says")
	assert.Len(t, byTarget["completion"], sum.Courses)
	for k, p := range byTarget["benefit"] {
		assert.InDelta(t, byTarget["completion"][k]*byTarget["effect"][k], p, 2e-6)
	}
}

// In 2014-15 the depots registered many running loans again; loans a year nearly doubled without any demand behind it.
func TestBulkRegistrationOnlyInItsPeriod(t *testing.T) {
	perYear := func(rate float64) map[string]int {
		cfg := small()
		cfg.From, cfg.To = rettidig.DayOf(2012, time.July, 1), rettidig.DayOf(2018, time.June, 30)
		cfg.Dirt = Dirt{BulkReregister: rate}
		dir, _, _ := written(t, cfg)
		text, _ := decoded(t, filepath.Join(dir, "ATS_DATA.csv"))
		n := map[string]int{}
		for _, r := range records(t, text, ',')[3:] {
			n[r[2][6:]]++
		}
		return n
	}
	without, with := perYear(0), perYear(0.45)
	assert.Equal(t, without["2013"], with["2013"])
	assert.Equal(t, without["2016"], with["2016"])
	assert.Greater(t, with["2014"]+with["2015"], without["2014"]+without["2015"]+100)
}

func TestAfterDeathAidsComeBackOnOneDay(t *testing.T) {
	cfg := small()
	roll, err := makeRoll(context.Background(), cfg)
	require.NoError(t, err)
	var l life
	batches := 0
	for i, p := range roll {
		l.simulate(&cfg, i, p)
		if !l.exit.Valid() {
			continue
		}
		days := map[rettidig.Day]int{}
		for _, a := range l.loans {
			require.Less(t, a.lent, l.exit, "nothing is lent to somebody who has left")
			require.True(t, a.returned != rettidig.NoDay, "everything comes back")
			if a.returned > l.exit || a.returned == l.exit && l.how == movesAway {
				days[a.returned]++
			}
		}
		require.LessOrEqual(t, len(days), 1, "in one batch")
		for _, n := range days {
			if n >= 2 {
				batches++
			}
		}
		for _, s := range l.courses {
			for _, x := range s.sessions {
				require.Less(t, x.day, l.exit)
			}
		}
	}
	assert.Greater(t, batches, 20)
}

func TestWriteRefusesAFolderThatHoldsSomething(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept.txt")
	require.NoError(t, os.WriteFile(kept, []byte("mine"), 0o600))
	_, err := Write(context.Background(), dir, small(), nil, nil)
	require.ErrorContains(t, err, "not empty")
	b, err := os.ReadFile(kept)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(b))
}

func TestACancelledRunLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Write(ctx, filepath.Join(parent, "extracts"), small(), io.Discard, func(_ string, done, total int) {
		if done > total/3 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Empty(t, left)
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestATruthThatCannotBeWrittenLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	_, err := Write(context.Background(), filepath.Join(parent, "extracts"), small(), fullDisk{}, nil)
	require.ErrorIs(t, err, io.ErrShortWrite)
	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestProgressReachesTheTotal(t *testing.T) {
	last, whole := 0, 0
	_, err := Write(context.Background(), filepath.Join(t.TempDir(), "x"), small(), nil, func(stage string, done, total int) {
		assert.Equal(t, "citizens", stage)
		assert.Greater(t, done, last, "progress only grows")
		last, whole = done, total
	})
	require.NoError(t, err)
	assert.Equal(t, whole, last)
	assert.Greater(t, whole, 1500)
}

func TestNamesChangeWithTheLawOf2025(t *testing.T) {
	dir, _, _ := written(t, small())
	text, _ := decoded(t, filepath.Join(dir, "HC3.csv"))
	for _, r := range records(t, text, ',')[3:] {
		old := strings.HasSuffix(r[3], "(FSIII)")
		if r[1] >= "2025-28" {
			require.False(t, old, "%s in week %s", r[3], r[1])
		} else if r[3] == "Personlig hygiejne" {
			t.Fatalf("%s without suffix already in week %s", r[3], r[1])
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	cfg := Default()
	for b.Loop() {
		dir := filepath.Join(b.TempDir(), "extracts")
		sum, err := Write(context.Background(), dir, cfg, io.Discard, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(sum.ServiceRows), "rows")
		os.RemoveAll(dir)
	}
}
