package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets a test start this very binary as the command, to be killed.
func TestMain(m *testing.M) {
	if os.Getenv("RETTIDIG_TEST_AS_COMMAND") != "" {
		main()
		return
	}
	code := m.Run()
	if shared != "" {
		os.RemoveAll(shared)
	}
	os.Exit(code)
}

// command runs the program in dir and returns what it prints. The test fails if the command does.
func command(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, diag, err := try(dir, "", args...)
	require.NoErrorf(t, err, "train %s\n%s", strings.Join(args, " "), diag)
	return out
}

func try(dir, in string, args ...string) (out, diag string, err error) {
	for i, a := range args { // paths of the examples are relative to the folder of the test
		if i > 0 && isPath(args[i-1], a) {
			args[i] = filepath.Join(dir, a)
		}
	}
	var o, d bytes.Buffer
	err = run(context.Background(), args, strings.NewReader(in), &o, &d)
	return o.String(), d.String(), err
}

// isPath tells whether an argument is a path that is relative to the test's folder. --citizens is a number for synth
// and a file for predict.
func isPath(flag, value string) bool {
	switch flag {
	case "--out", "--in", "--work", "--previous", "--registry", "--truth", "--key", "--html", "--protocol", "--explain", "--propose", "--mapping", "--csv", "--model":
		return !filepath.IsAbs(value)
	case "--citizens":
		return strings.HasSuffix(value, ".csv") && !filepath.IsAbs(value)
	}
	return false
}

// shared holds the municipality that tests read; it is made once, and nobody writes to it.
var (
	shared   string
	makeOnce sync.Once
)

// town gives a test a folder of its own, in which work is a small municipality's event store.
func town(t *testing.T) string {
	t.Helper()
	makeOnce.Do(func() {
		var err error
		shared, err = os.MkdirTemp("", "town")
		require.NoError(t, err)
		command(t, shared, "synth", "--out", "extracts", "--citizens", "3000", "--seed", "3", "--truth", "truth.csv")
		command(t, shared, "ingest", "--in", "extracts", "--work", "work")
	})
	dir := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(shared, "work"), filepath.Join(dir, "work")))
	return dir
}

func TestFromExtractsToScores(t *testing.T) {
	dir := town(t)

	var cohort struct {
		Rows    int
		Events  int
		Courses int
		Counts  []struct {
			Outcome, Cause string
			N              int
		}
	}
	require.NoError(t, json.Unmarshal([]byte(command(t, dir, "cohort", "--work", "work", "--target", "completion", "--json")), &cohort))
	sum := 0
	for _, c := range cohort.Counts {
		sum += c.N
	}
	assert.Equal(t, cohort.Rows, sum, "every index date has one outcome and one cause")
	assert.Greater(t, cohort.Events, 50)

	_, _, err := try(dir, "", "fit", "--work", "work", "--target", "completion", "--registry", "models")
	require.ErrorContains(t, err, "800 are needed", "a small municipality is told so, and nothing is trained")
	assert.NoDirExists(t, filepath.Join(dir, "models"))

	fit := []string{"fit", "--work", "work", "--target", "completion", "--registry", "models", "--allow-few", "--json"}
	var report struct {
		ID                    string
		SHA256                string
		Learner               string
		N                     int
		NPositive             int `json:"n_positive"`
		AUROC, Logloss, Brier float64
		ECE                   float64
		Slope, Intercept      *float64
		ByFold                []any `json:"by_fold"`
		Seconds               float64
		Leaks                 []struct{ Caught bool }
	}
	first := command(t, dir, fit...)
	require.NoError(t, json.Unmarshal([]byte(first), &report))
	assert.Equal(t, "completion-1", report.ID)
	assert.Len(t, report.Leaks, 4)
	for _, l := range report.Leaks {
		assert.True(t, l.Caught)
	}
	assert.NotEmpty(t, report.ByFold)
	again := command(t, dir, fit...)
	seconds := regexp.MustCompile(`"seconds": [0-9.e-]+`)
	assert.Equal(t, seconds.ReplaceAllString(first, ""), seconds.ReplaceAllString(again, ""), "the same input gives the same model, which is not stored twice")

	assert.Contains(t, command(t, dir, "models", "--registry", "models", "list"), "completion-1")
	assert.Contains(t, command(t, dir, "models", "--registry", "models", "verify"), "checked 1")

	assert.Contains(t, command(t, dir, "predict", "--work", "work", "--registry", "models", "--target", "completion", "--as-of", "2026-06-01", "--out", "all.csv"), "scored")
	_, _, err = try(dir, "", "predict", "--work", "work", "--registry", "models", "--target", "completion", "--as-of", "2011-06-01", "--out", "none.csv")
	require.ErrorContains(t, err, "nobody could be asked about on 2011-06-01", "a file without scores does not look like an answer")
	assert.NoFileExists(t, filepath.Join(dir, "none.csv"))
	rows := readCSV(t, filepath.Join(dir, "all.csv"))
	assert.Equal(t, []string{"citizen", "target", "as_of", "status", "probability", "lower", "upper", "model", "reason"}, rows[0])
	require.Greater(t, len(rows), 100)

	// A list keeps its order, its repeats and its own dates; an unknown citizen is withheld, not scored.
	a, b := rows[1][0], rows[2][0]
	list := "as_of,citizen,note\n2025-03-01," + b + ",x\n," + a + ",y\n2025-03-01," + b + ",z\n,p0000_nobodyatall,\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "wanted.csv"), []byte(list), 0o600))
	command(t, dir, "predict", "--work", "work", "--registry", "models", "--target", "completion", "--as-of", "2026-06-01", "--citizens", "wanted.csv", "--out", "some.csv")
	got := readCSV(t, filepath.Join(dir, "some.csv"))
	require.Len(t, got, 5)
	assert.Equal(t, []string{b, a, b, "p0000_nobodyatall"}, []string{got[1][0], got[2][0], got[3][0], got[4][0]})
	assert.Equal(t, []string{"2025-03-01", "2026-06-01"}, []string{got[1][2], got[2][2]})
	assert.Equal(t, got[1], got[3])
	assert.Equal(t, rows[1], got[2], "a citizen gets the same answer alone and among all")
	assert.Equal(t, []string{"withheld", "", "", "", "completion-1", "unknown-citizen"}, got[4][3:])
}

func readCSV(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows
}

func TestFeaturesComeAsCSVAndParquet(t *testing.T) {
	dir := town(t)
	command(t, dir, "features", "--work", "work", "--target", "effect", "--out", "effect.csv")
	command(t, dir, "features", "--work", "work", "--target", "effect", "--out", "effect.parquet")
	rows := readCSV(t, filepath.Join(dir, "effect.csv"))
	assert.Equal(t, tableHead, rows[0][:len(tableHead)])
	assert.Greater(t, len(rows[0]), 60)
	b, err := os.ReadFile(filepath.Join(dir, "effect.parquet"))
	require.NoError(t, err)
	assert.Equal(t, "PAR1", string(b[:4]))
	assert.Equal(t, "PAR1", string(b[len(b)-4:]))
}

func TestValidateWritesAPageThatNeedsNothingElse(t *testing.T) {
	dir := town(t)
	command(t, dir, "validate", "--work", "work", "--target", "decline", "--learner", "card", "--html", "decline.html")
	b, err := os.ReadFile(filepath.Join(dir, "decline.html"))
	require.NoError(t, err)
	page := string(b)
	assert.Contains(t, page, "Synthetic data")
	assert.Contains(t, page, "Planted leaks")
	for _, bad := range []string{"<script", "http://", "https://", "NaN", "ZgotmplZ", "%!"} {
		assert.NotContains(t, page, bad)
	}
}

func TestAKeyIsNeededForNumbersThatMayBelongToSomebody(t *testing.T) {
	dir := t.TempDir()
	// Put together from parts: no such number stands in the tree. Born 1938, passes modulus 11.
	issuable := "030338-123" + "6"
	_, _, err := try(dir, issuable+"\n", "pseudonym")
	require.ErrorContains(t, err, "line 1")
	assert.NotContains(t, err.Error(), issuable)

	command(t, dir, "keygen", "--out", "a.key")
	_, _, err = try(dir, "", "keygen", "--out", "a.key")
	require.Error(t, err, "a key is never overwritten")

	one, _, err := try(dir, "030338-1239\n0303381239\n", "pseudonym", "--key", "a.key")
	require.NoError(t, err)
	lines := strings.Fields(one)
	require.Len(t, lines, 2)
	assert.Equal(t, lines[0], lines[1], "with or without hyphen, the same citizen")

	_, _, err = try(dir, "030338-1239\nnonsense\n", "pseudonym", "--key", "a.key")
	assert.ErrorContains(t, err, "line 2")

	extract := "Udtræk hjælpemidler,,,\nKørt den 03-08-2022,,,\nPersonnummer,Kategori ISO nummer,Leveret dato,Returneret dato\n" + issuable + ",12060609,14-02-2019,\n"
	require.NoError(t, os.Mkdir(filepath.Join(dir, "in"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "in", "aids.csv"), []byte(extract), 0o600))
	_, _, err = try(dir, "", "ingest", "--in", "in", "--work", "work")
	require.ErrorContains(t, err, "train keygen")
	assert.NoFileExists(t, filepath.Join(dir, "work", "store", "CURRENT"), "nothing was stored under the key that everybody has")
	command(t, dir, "ingest", "--in", "in", "--work", "work", "--key", "a.key")
}

func TestADeliveryThatWouldLoseWhatIsThereIsRefused(t *testing.T) {
	dir := t.TempDir()
	command(t, dir, "synth", "--out", "full", "--citizens", "600", "--seed", "1")
	command(t, dir, "ingest", "--in", "full", "--work", "work")
	state := func() string { return command(t, dir, "cohort", "--work", "work", "--target", "decline", "--json") }
	before := state()

	delivery := func(name, file, content string) {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, name), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name, file), []byte(content), 0o600))
	}
	const head = "Udtræk,,,\nKørt den 30-06-2026,,,\nPersonnummer,Kategori ISO nummer,Leveret dato,Returneret dato\n"
	delivery("empty", "aids.csv", head)
	delivery("aids", "aids.csv", head+"030338-1239,12060609,14-02-2019,\n")
	command(t, dir, "keygen", "--out", "other.key")
	for _, c := range []struct{ in, key, says string }{
		{"empty", "", "no fact"},
		{"aids", "", "this delivery lacks "},
		{"full", "other.key", "another pseudonym"},
	} {
		args := []string{"ingest", "--in", c.in, "--work", "work"}
		if c.key != "" {
			args = append(args, "--key", c.key)
		}
		_, _, err := try(dir, "", args...)
		assert.ErrorContains(t, err, c.says, c.in)
		assert.Equal(t, before, state(), "the store is as it was")
	}
	_, _, err := try(dir, "", "ingest", "--in", "empty", "--work", "work", "--replace")
	assert.ErrorContains(t, err, "no fact", "nothing is never a delivery")
	command(t, dir, "ingest", "--in", "aids", "--work", "work", "--replace")
	assert.NotEqual(t, before, state())

	command(t, dir, "synth", "--out", "tenth", "--citizens", "60", "--seed", "1")
	command(t, dir, "ingest", "--in", "full", "--work", "work")
	_, _, err = try(dir, "", "ingest", "--in", "tenth", "--work", "work")
	assert.ErrorContains(t, err, "fewer rows of")
	assert.ErrorContains(t, err, "quality-refused.html")
}

func TestNothingIsScoredAfterTheDataOrByAnotherProtocol(t *testing.T) {
	dir := town(t)
	command(t, dir, "fit", "--work", "work", "--target", "decline", "--registry", "models", "--learner", "card")
	predict := func(args ...string) error {
		_, _, err := try(dir, "", append([]string{"predict", "--work", "work", "--registry", "models", "--target", "decline", "--out", "o.csv"}, args...)...)
		return err
	}
	require.NoError(t, predict("--as-of", "2026-07-01"), "the day after the extract: everything delivered is known")
	require.ErrorContains(t, predict("--as-of", "2026-07-02"), "2026-07-01")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "late.csv"), []byte("citizen,as_of\np1234abcd_aaaaaaaa,2030-01-01\n"), 0o600))
	require.ErrorContains(t, predict("--as-of", "2026-07-01", "--citizens", "late.csv"), "row 1")

	other := strings.NewReplacer("version: ", "version: x", "min_age: 65", "min_age: 70").Replace(command(t, dir, "cohort", "--print-protocol"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "other.yaml"), []byte(other), 0o600))
	require.ErrorContains(t, predict("--as-of", "2026-06-30", "--protocol", "other.yaml"), "another protocol")
}

func TestMistakesAreToldWithWhatToDo(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"cohort", "--work", "work", "--target", "recovery"}, "completion, effect, benefit, decline"},
		{[]string{"cohort", "--work", "work", "--target", "decline"}, "train ingest"},
		{[]string{"predict", "--work", "work", "--registry", "m", "--target", "effect", "--as-of", "31-02-2026", "--out", "o.csv"}, "--as-of"},
		{[]string{"fit", "--work", "work", "--target", "effect", "--registry", "m", "--learner", "oracle"}, ""},
		{[]string{"synth", "--out", "x", "--from", "2026-01-01", "--to", "2026-06-01"}, "year"},
		{[]string{"synth", "--out", "x", "--format", "a9"}, "a1h1"},
		{[]string{"features", "--work", "work", "--target", "effect", "--out", "x.txt"}, ".parquet"},
		{[]string{"ingest", "--in", "nowhere", "--work", "work"}, "nowhere"},
		{[]string{"models", "--registry", "m", "show", "effect-1"}, "train fit"},
		{[]string{"frobnicate"}, "frobnicate"},
		{[]string{"quality", "--work", "wrok"}, "wrok: no such file or directory; train ingest --in DIR --work"},
		{[]string{"fit", "--work", "wrok", "--target", "effect", "--registry", "m"}, "wrok: no such file or directory"},
		{[]string{"fit", "--wrok", "work"}, "unknown flag: --wrok (did you mean --work?)"},
		{[]string{"table", "fit", "--lable", "x"}, "unknown flag: --lable (did you mean --label?)"},
	} {
		_, _, err := try(dir, "", c.args...)
		if assert.Errorf(t, err, "train %s", strings.Join(c.args, " ")) {
			assert.Containsf(t, err.Error(), c.says, "train %s", strings.Join(c.args, " "))
		}
	}
}

func TestEveryCommandShowsAnExample(t *testing.T) {
	for _, name := range []string{"synth", "keygen", "pseudonym", "ingest", "cohort", "features", "fit", "validate", "predict", "models"} {
		out := command(t, t.TempDir(), name, "--help")
		assert.Containsf(t, out, "Examples:\n  train "+name, "train %s --help", name)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestALostResultIsAFailure(t *testing.T) {
	dir := town(t)
	for _, args := range [][]string{
		{"cohort", "--work", filepath.Join(dir, "work"), "--target", "decline"},
		{"models", "--registry", dir, "list"},
	} {
		err := run(context.Background(), args, strings.NewReader(""), full{}, io.Discard)
		assert.ErrorContains(t, err, "no space left", args[0])
	}
}
