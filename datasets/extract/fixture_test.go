package extract

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/pseudonym"
)

// Two citizens of the fixtures. Every number in these tests was never issued: born before 1960 and failing
// modulus 11 (TestFixtureNumbersWereNeverIssued), or is malformed on purpose.
const (
	jens = "030338-1239" // man, born 3 March 1938
	anna = "290829-0128" // woman, born 29 August 1929
	bent = "010130-0003" // man, born 1 January 1930; his number loses its leading zero in spreadsheets
)

var key = pseudonym.DemoKey()

func idOf(t testing.TB, number string) rettidig.CitizenID {
	t.Helper()
	n, err := cpr.Parse(number)
	require.NoError(t, err)
	return key.OfCPR(n)
}

// people of a made-up town, in a fixed order.
func numbers(n int) []string {
	rng := rand.New(rand.NewPCG(7, 7))
	out := make([]string, 0, n)
	seen := map[string]bool{}
	for len(out) < n {
		birth := rettidig.DayOf(1915, 1, 1) + rettidig.Day(rng.IntN(44*365))
		s := cpr.Generate(rng, birth, rettidig.Female+rettidig.Sex(rng.IntN(2))).Reveal()
		if !seen[s] {
			seen[s] = true
			out = append(out, s[:6]+"-"+s[6:])
		}
	}
	return out
}

// delivery writes files to a folder.
type fixture map[string]string

func (f fixture) write(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range f {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func (f fixture) read(t testing.TB) (*rettidig.Facts, *Report) {
	t.Helper()
	return f.readWith(t, Options{})
}

func (f fixture) readWith(t testing.TB, o Options) (*rettidig.Facts, *Report) {
	t.Helper()
	o.Key = key
	facts, report, err := ReadDir(context.Background(), f.write(t), o)
	require.NoError(t, err)
	checkIdentity(t, report)
	return facts, report
}

// fails reads a delivery that must be refused.
func (f fixture) fails(t testing.TB, o Options) error {
	t.Helper()
	o.Key = key
	facts, _, err := ReadDir(context.Background(), f.write(t), o)
	require.Error(t, err)
	require.Nil(t, facts)
	return err
}

func checkIdentity(t testing.TB, r *Report) {
	t.Helper()
	var sum Rows
	for _, f := range r.Files {
		n := f.Rows
		require.Equal(t, n.Read, n.Kept+n.Repaired+n.Merged+n.Dropped+n.Quarantined, "%s: %+v", f.Name, n)
		require.Equal(t, n.Merged, f.Merged.sum())
		require.Equal(t, n.Dropped, f.Dropped.sum())
		require.Equal(t, n.Quarantined, f.Quarantined.sum())
		sum.add(n)
		for _, causes := range []Causes{f.Merged, f.Dropped, f.Quarantined, f.Repairs, f.Notes} {
			for cause := range causes {
				require.NotEmpty(t, Meaning(cause), "%s has no meaning", cause)
			}
		}
	}
	require.Equal(t, sum, r.Rows)
	facts := int64(r.Facts.Aids + r.Facts.Services + r.Facts.Screenings + r.Facts.Sessions + r.Facts.Statuses + r.Facts.Conditions)
	require.Equal(t, facts, sum.Kept+sum.Repaired, "one fact per kept row")
}

const (
	a1Head = "Personnummer,Kategori ISO nummer,Leveret dato,Returneret dato\n"
	a1Top  = "Udtræk hjælpemidler,,,\nKørt den 03-08-2022,,,\n" + a1Head
	h1Head = "Personnummer,År uge,Ugenummer,Ydelse navn,Leveret tid (minutter),Antal ydelser\n"
	h1Top  = "Udtræk hjemmehjælp,,,,,\nKørt den 03-08-2022,,,,,\n" + h1Head
	d1Head = "PatientID,BorgerID,Gender,Birth Year,Screeningsdate,behovforhjælpscore,behovforhjælpreason,fysiskformåenscore,fysiskformåenreason,ExerciseContentID1-9\n"
	d2Head = "PatientID,BorgerID,Gender,Birth Year,ChangeDate,Status,Ratingcomment\n"
	d3Head = ",PatientID,BorgerID,Gender,Birthyear,RatingDate,Ratingscore,Ratingcomment\n"
	d4Head = "PatientID,BorgerID,Gender,Birth Year,RatingDate,RatingScore,Ratingcomment\n"
)

// latin1 writes a text in ISO 8859-1, whose Danish letters are those of Windows-1252 too.
func latin1(s string) string {
	var sb strings.Builder
	for _, r := range s {
		if r > 0xFF {
			panic(fmt.Sprintf("%q is not in ISO 8859-1", r))
		}
		sb.WriteByte(byte(r))
	}
	return sb.String()
}

// mangled is UTF-8 read as ISO 8859-1 and written as UTF-8 again.
func mangled(s string) string {
	var sb strings.Builder
	for i := range len(s) {
		sb.WriteRune(rune(s[i]))
	}
	return sb.String()
}

func day(y, m, d int) rettidig.Day { return rettidig.DayOf(y, time.Month(m), d) }

// xlsx writes rows to a workbook with excelize: another program's idea of the format. Cells that are
// time.Time become Excel day numbers with a date format, ints and floats numbers.
func xlsx(t testing.TB, rows [][]any) string {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		ref, err := excelize.CoordinatesToCellName(1, i+1)
		require.NoError(t, err)
		require.NoError(t, f.SetSheetRow("Sheet1", ref, &row))
	}
	buf, err := f.WriteToBuffer()
	require.NoError(t, err)
	return buf.String()
}
