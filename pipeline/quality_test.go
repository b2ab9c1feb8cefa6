package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/datasets/quality"
)

// aidsFile is a delivery of one loan a month by a woman whose number was never issued.
func aidsFile(t *testing.T, made string, months ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("Udtræk hjælpemidler,,,\nKørt den " + made + ",,,\nPersonnummer,Kategori ISO nummer,Leveret dato,Returneret dato\n")
	for _, m := range months {
		b.WriteString("290829-0128,12060609,01-" + m + ",\n")
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "aids.csv"), []byte(b.String()), 0o600))
	return dir
}

func ingest(t *testing.T, in, work string) *quality.Quality {
	t.Helper()
	q, _, err := Ingest(context.Background(), IngestOptions{In: in, Work: work, Extract: extract.Options{Key: pseudonym.DemoKey()}})
	require.NoError(t, err)
	return q
}

func contents(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(b)
}

func TestIngestKeepsTheQualityOfThisAndThePreviousDelivery(t *testing.T) {
	work := filepath.Join(t.TempDir(), "work")
	first := aidsFile(t, "03-08-2022", "05-2022", "06-2022")
	second := aidsFile(t, "03-09-2022", "05-2022", "06-2022", "08-2022")

	q := ingest(t, first, work)
	assert.Nil(t, q.Comparison, "there is nothing to compare with")
	assert.NoFileExists(t, filepath.Join(work, "quality-previous.json"))
	of1 := contents(t, work, "quality.json")
	assert.Contains(t, contents(t, work, "quality.html"), "2022-08-03")

	q = ingest(t, second, work)
	require.NotNil(t, q.Comparison)
	assert.Equal(t, rettidig.DayOf(2022, 8, 3), q.Comparison.PreviousExtractDate)
	assert.Equal(t, of1, contents(t, work, "quality-previous.json"))
	of2 := contents(t, work, "quality.json")

	// The same files again are not their own predecessor, and give the same bytes.
	q = ingest(t, second, work)
	assert.Equal(t, rettidig.DayOf(2022, 8, 3), q.Comparison.PreviousExtractDate)
	assert.Equal(t, of2, contents(t, work, "quality.json"))
	assert.Equal(t, of1, contents(t, work, "quality-previous.json"))
	left, err := filepath.Glob(filepath.Join(work, "*.unfinished"))
	require.NoError(t, err)
	assert.Empty(t, left)
	info, err := os.Stat(filepath.Join(work, "quality.json"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it holds pseudonyms")
}

func TestARefusedDeliveryLeavesTheQualityAsItWas(t *testing.T) {
	work := filepath.Join(t.TempDir(), "work")
	ingest(t, aidsFile(t, "03-08-2022", "01-2022", "02-2022", "03-2022", "04-2022", "05-2022"), work)
	was := contents(t, work, "quality.json")
	q, _, err := Ingest(context.Background(), IngestOptions{In: aidsFile(t, "03-09-2022", "05-2022"), Work: work, Extract: extract.Options{Key: pseudonym.DemoKey()}})
	require.ErrorContains(t, err, "--replace")
	require.NotNil(t, q, "it is what the letter to the vendor is made from")
	assert.Equal(t, was, contents(t, work, "quality.json"))
}

// careFile writes weeks of home care of one woman, forty rows a week, into a folder.
func careFile(t *testing.T, dir, made string, weeks ...string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("Udtræk hjemmehjælp,,,,,\nKørt den " + made + ",,,,,\nPersonnummer,År uge,Ugenummer,Ydelse navn,Leveret tid (minutter),Antal ydelser\n")
	for _, w := range weeks {
		year, week, _ := strings.Cut(w, "-")
		for i := range 40 {
			fmt.Fprintf(&b, "290829-0128,%s,%s,Lokal ydelse %d,30,1\n", year, week, i)
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "care.csv"), []byte(b.String()), 0o600))
}

func TestADeliveryWithoutMonthsThatTheStoreHasIsRefused(t *testing.T) {
	work := filepath.Join(t.TempDir(), "work")
	months := []string{"01-2022", "02-2022", "03-2022", "04-2022", "05-2022"}
	whole := aidsFile(t, "03-08-2022", months...)
	careFile(t, whole, "03-08-2022", "2022-1", "2022-2", "2022-6", "2022-7", "2022-10", "2022-11", "2022-14", "2022-15", "2022-18", "2022-19")
	half := aidsFile(t, "03-09-2022", append(months, "08-2022")...)
	careFile(t, half, "03-09-2022", "2022-1", "2022-2", "2022-10", "2022-11", "2022-14", "2022-15", "2022-18", "2022-19")
	ingest(t, whole, work)
	was := contents(t, work, "quality.json")
	opt := IngestOptions{In: half, Work: work, Extract: extract.Options{Key: pseudonym.DemoKey()}}
	_, _, err := Ingest(context.Background(), opt)
	require.ErrorContains(t, err, "this delivery lacks home care for 2022-02, which the store has (80 rows). The store is as it was; the report is in "+
		filepath.Join(work, "quality-refused.html")+". Give --replace if this is meant")
	var e *rettidig.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []any{rettidig.Conflict, "would-lose"}, []any{e.Kind, e.Code})
	assert.Equal(t, was, contents(t, work, "quality.json"))
	kept, err := Quality(work)
	require.NoError(t, err, "the store is still that of the whole delivery")
	assert.Equal(t, rettidig.DayOf(2022, 8, 3), kept.Extract.ExtractDate)
	assert.Contains(t, contents(t, work, "quality-refused.html"), "2022-09-03")
	refused, err := ReadQuality(filepath.Join(work, "quality-refused.json"))
	require.NoError(t, err)
	assert.Equal(t, rettidig.DayOf(2022, 9, 3), refused.Extract.ExtractDate)

	opt.Replace = true
	_, _, err = Ingest(context.Background(), opt)
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(work, "quality-refused.html"), "it is not of the last delivery any more")
	ingest(t, half, work) // what was meant is not refused the next time
}

func TestTheQualityOfAnotherDeliveryIsNotShown(t *testing.T) {
	work := filepath.Join(t.TempDir(), "work")
	ingest(t, aidsFile(t, "03-08-2022", "05-2022"), work)
	kept := contents(t, work, "quality.json")
	q, err := Quality(work)
	require.NoError(t, err)
	assert.Equal(t, rettidig.DayOf(2022, 8, 3), q.Extract.ExtractDate)

	ingest(t, aidsFile(t, "03-09-2022", "05-2022", "06-2022"), work)
	require.NoError(t, os.WriteFile(filepath.Join(work, "quality.json"), []byte(kept), 0o600)) // as if killed before the renames
	_, err = Quality(work)
	assert.ErrorContains(t, err, "another delivery")

	require.NoError(t, os.Remove(filepath.Join(work, "quality.json")))
	_, err = Quality(work)
	assert.ErrorContains(t, err, "train ingest")
}

func TestADamagedPreviousQualityIsNamed(t *testing.T) {
	work := filepath.Join(t.TempDir(), "work")
	ingest(t, aidsFile(t, "03-08-2022", "05-2022"), work)
	require.NoError(t, os.WriteFile(filepath.Join(work, "quality.json"), []byte("{"), 0o600))
	_, _, err := Ingest(context.Background(), IngestOptions{In: aidsFile(t, "03-09-2022", "05-2022"), Work: work, Extract: extract.Options{Key: pseudonym.DemoKey()}})
	require.ErrorContains(t, err, "quality.json")
	assert.ErrorContains(t, err, "remove the file")
}

func TestTheStoreDoesNotDependOnTheNamesOfFiles(t *testing.T) {
	ids := map[string]bool{}
	for _, names := range [][]string{{"aids.csv", "copy.csv"}, {"zz 030338-1239.csv", "a.csv"}} {
		first := aidsFile(t, "03-08-2022", "05-2022", "06-2022")
		text := contents(t, first, "aids.csv")
		in, work := t.TempDir(), filepath.Join(t.TempDir(), "work")
		for _, name := range names { // the same file twice is warned about by name
			require.NoError(t, os.WriteFile(filepath.Join(in, name), []byte(text), 0o600))
		}
		_, m, err := Ingest(context.Background(), IngestOptions{In: in, Work: work, Extract: extract.Options{Key: pseudonym.DemoKey()}})
		require.NoError(t, err)
		assert.Contains(t, strings.Join(m.Warnings, "; "), "same-file-twice: 1")
		assert.NotContains(t, strings.Join(m.Warnings, "; "), ".csv")
		ids[contents(t, filepath.Join(work, "store"), "CURRENT")] = true
	}
	assert.Len(t, ids, 1)
}

func TestAQualityThatCannotBeWrittenLeavesNothing(t *testing.T) {
	work := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(work, "quality.html.unfinished"), 0o700)) // so that the page cannot be written
	require.NoError(t, os.WriteFile(filepath.Join(work, "quality.html.unfinished", "x"), nil, 0o600))
	_, _, err := Ingest(context.Background(), IngestOptions{In: aidsFile(t, "03-08-2022", "05-2022"), Work: work, Extract: extract.Options{Key: pseudonym.DemoKey()}})
	require.ErrorContains(t, err, "write the quality report")
	assert.NoFileExists(t, filepath.Join(work, "quality.json.unfinished"))
	assert.NoFileExists(t, filepath.Join(work, "store", "CURRENT"))
}

// classList puts a list of classes beside the extracts.
func classList(t *testing.T, dir string) {
	t.Helper()
	var b strings.Builder
	for _, c := range []string{"04330601", "09120301", "09330701", "12060609", "12220308", "18121030", "22271801"} {
		b.WriteString(c + ",100,Navn\n")
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "isoall.txt"), []byte(b.String()), 0o600))
}

func TestAListThatIsGoneIsNoLoss(t *testing.T) {
	work := filepath.Join(t.TempDir(), "work")
	with := aidsFile(t, "03-08-2022", "05-2022", "06-2022")
	classList(t, with)
	kinds := map[extract.Kind]bool{}
	for _, f := range ingest(t, with, work).Extract.Files {
		kinds[f.Kind] = true
	}
	require.True(t, kinds[extract.A3], "the list is read, so that there is something to be gone")
	ingest(t, aidsFile(t, "03-09-2022", "05-2022", "06-2022", "08-2022"), work)
}

func TestADeliveryNotToBeUsedDoesNotReplaceOneThatCould(t *testing.T) {
	work := filepath.Join(t.TempDir(), "work")
	in := aidsFile(t, "03-08-2022", "05-2022", "06-2022")
	q, m, err := Ingest(context.Background(), IngestOptions{In: in, Work: work, Extract: extract.Options{Key: pseudonym.DemoKey()}})
	require.NoError(t, err)
	require.NotEqual(t, quality.DoNotUse, q.Verdict.Code)
	require.NoError(t, wouldLose(work, m, q.Extract.Facts, q), "the same again loses nothing")
	q.Verdict = quality.Verdict{Code: quality.DoNotUse, Why: []string{"Nothing fits."}}
	err = wouldLose(work, m, q.Extract.Facts, q)
	require.ErrorContains(t, err, "Nothing fits")
	require.ErrorContains(t, err, "--replace")
}
