package plain

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// show writes a table as name=values, numbers with %v and levels in quotes.
func show(t *Table) string {
	var b strings.Builder
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "%s=", c.Name)
		for i := range t.Rows {
			switch {
			case c.Numbers != nil:
				fmt.Fprintf(&b, "%v ", c.Numbers[i])
			default:
				fmt.Fprintf(&b, "%q ", c.Text(i))
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func TestWhatAFileMeans(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"commas", "a,b\n1,x\n2.5,y\n", `a=1 2.5 b="x" "y"`},
		{"semicolons and decimal commas", "a;b\n1,5;x\n-2;y\n", `a=1.5 -2 b="x" "y"`},
		{"tabs", "a\tb\n1e3\tx\n", `a=1000 b="x"`},
		{"byte order mark", "\uFEFFa,b\n1,2\n", `a=1 b=2`},
		{"carriage returns", "a,b\r\n1,2\r\n", `a=1 b=2`},
		{"no last line end", "a,b\n1,2", `a=1 b=2`},
		{"quotes", "\"a,1\",b\n1,\"x,\"\"y\"\"\nz\"\n", `a,1=1 b="x,\"y\"\nz"`},
		{"semicolon in a quoted name", "\"a;;;\",b\n1,2\n", `a;;;=1 b=2`},
		{"empty is missing", "a,b\n,x\n1,\n", `a=NaN 1 b="x" ""`},
		{"white space", "a, b\n 1 , x \n", `a=1 b="x"`},
		{"NA is told", "a,b\nNA,x\n1,NA\n", `a=NaN 1 b="x" ""`},
		{"all missing", "a,b\n,1\n", `a=NaN b=1`},
		{"inf and hexadecimal are words", "b,c\ninf,0x10\n", `b="inf" c="0x10"`},
		{"usual words among numbers are missing", "a,b\n1,?\nN/A,2\nnan,NULL\n,-3\n\"-\",.5\n", `a=1 NaN NaN NaN NaN b=NaN 2 NaN -3 0.5`},
		{"and nothing else is", "a,b\nNA,x\nn/a,?\nnan,-\n", `a=NaN NaN NaN b="x" "?" "-"`},
		{"usual words among words are levels", "a,b\nx,NO\n?,NULL\n", `a="x" "?" b="NO" "NULL"`},
		{"none and unknown may mean something", "a,b\n1,1\nnone,unknown\n", `a="1" "none" b="1" "unknown"`},
		{"decimal commas in quotes", "a,b\n\"1,5\",2\n\"3\",2\n", `a=1.5 3 b=2 2`},
		{"a thousands sign is not guessed", "a;b\n1.200,5;1\n", `a="1.200,5" b=1`},
		{"a leading zero is a number", "a,b\n007,1\n", `a=7 b=1`},
		{"Windows-1252", "a,b\n\xe5,1\n", `a="å" b=1`},
		{"forced levels keep their text", "k,b\n01,1\n1.0,2\n", `k="01" "1.0" b=1 2`},
	} {
		got, err := Read([]byte(c.file), Options{Missing: []string{"NA"}, Levels: map[string]bool{}})
		if strings.HasPrefix(c.file, "k,") {
			got, err = Read([]byte(c.file), Options{Levels: map[string]bool{"k": true}})
		}
		require.NoError(t, err, c.name)
		assert.Equal(t, c.want, show(got), c.name)
	}
}

func TestWhatCannotBeReadIsSaidWithALine(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", "empty"},
		{"header only", "a,b\n", "no rows below the header"},
		{"short row", "a,b\n1,2\n3\n", "line 3 has 1 fields, the header has 2"},
		{"long row", "a,b\n1,2,3\n", "line 2 has 3 fields"},
		{"open quote", "a,b\n\"1,2\n", "quote"},
		{"name twice", "a,a\n1,2\n", `"a" twice`},
		{"no name", "a,\n1,2\n", "column 2 has no name"},
		{"UTF-16", "\xff\xfea\x00", "UTF-16"},
		{"zero bytes", "a,b\n1,\x00\n", "zero bytes"},
		{"Excel", "PK\x03\x04\x14\x00", "this is no CSV (it begins like an Excel file or another ZIP): save it as CSV"},
		{"old Excel", "\xd0\xcf\x11\xe0\xa1", "an old Excel file"},
		{"gzip", "\x1f\x8b\x08", "a gzip file"},
		{"Parquet", "PAR1\x15", "a Parquet file"},
		{"web page", "\n<!DOCTYPE html>\n<p>", "a web page or XML"},
		{"both signs", "a;b\n1,5;1\n2.5;1\n", `column a has numbers with a decimal comma and with a decimal point (line 3: "2.5")`},
		{"no number", "n,b\n1,1\nx,1\n", `line 3: "x" is no number, and column n must have numbers`},
		{"a line for Excel", "sep=;\na;b\n1;2\n", "says to Excel what the separator is"},
		{"no such column", "a,b\n1,1\n", `there is no column "n"`},
	} {
		opt := Options{}
		if strings.HasPrefix(c.want, "line 3: ") || strings.HasPrefix(c.want, "there is") {
			opt.Levels = map[string]bool{"n": false}
		}
		_, err := Read([]byte(c.file), opt)
		assert.ErrorContains(t, err, c.want, c.name)
	}
}

func TestAColumnThatIsNearlyNumbersIsTold(t *testing.T) {
	tens := func(n int) (b string) {
		for i := range n {
			b += fmt.Sprintf("%d,x\n", 10*i)
		}
		return b
	}
	for _, c := range []struct{ name, rows, want string }{
		{"a usual word", tens(20) + "NA,x\nNA,x\n?,x\n", `column a: "?", "NA" (3 rows) is taken as missing, the other values being numbers; --categorical a makes levels of all of them`},
		{"nothing but usual words", "NA,x\n", `column a: "NA" (1 rows) is taken as missing, there being no other value; --categorical a makes levels of all of them`},
		{"a word of the file's own", tens(20) + "ukendt,x\n", `column a is taken as categorical, though 20 of its 21 values are numbers: line 22 has "ukendt"; if that means missing, say so with --missing ukendt`},
		{"often", tens(12) + strings.Repeat("not asked,x\nNA,x\n", 30), `column a is taken as categorical, though 12 of its 72 values are numbers: line 14 has "not asked"; if that means missing, say so with --missing 'NA,not asked'`},
		{"many words", tens(90) + "q,x\nr,x\ns,x\nt,x\n", `column a is taken as categorical, though 90 of its 94 values are numbers: line 92 has "q"; if that means missing, say so with --missing VALUE`},
		{"codes", strings.Repeat("1,x\n2,x\nA,x\n", 30), ""},
	} {
		got, err := Read([]byte("a,b\n"+c.rows), Options{})
		require.NoError(t, err, c.name)
		assert.Equal(t, c.want, strings.Join(got.Notes, "\n"), c.name)
	}
}

// A sign between the thousands is not guessed, but told of: a decimal sign it may be as well, and then 845 is more than 13.936.
func TestSignsBetweenThousandsAndUnitsAreTold(t *testing.T) {
	told := `column a: three digits follow every decimal sign, as in "13.936" (line 2), which is read as 13.936; if that sign separates thousands, write the numbers without it`
	for _, c := range []struct{ name, sep, rows, want string }{
		{"beside numbers below a thousand", ",", "13.936|845|2.100", told},
		{"in a file of semicolons", ";", "13.936|23.527|2.100", told},
		{"commas", ";", "13,936|845|2,100", strings.Replace(told, `"13.936"`, `"13,936"`, 1)},
		{"negative ones", ",", "13.936|-845|-2.100|+7.000", told},
		{"rounded to three places", ",", "13.936|23.527|2.100", ""},
		{"decimal commas in a file of semicolons", ";", "13,936|23,527|2,100", ""},
		{"other places too", ";", "13.936|23.5|845", ""},
		{"a thousand written without", ",", "13.936|2.100|1845", ""},
		{"shares", ";", "0.936|0.527|0.100", ""},
		{"more than three before the sign", ";", "1345.936|2.100|7", ""},
		{"one alone", ";", "13.936|845|12", ""},
		{"both signs", ";", "13.936,5|845|2.100,25", `column a is taken as categorical: its values look like numbers with a sign between the thousands, such as "13.936,5"; write them without it`},
		{"English ones", ";", "13,936.5|845.25|1,000.0", `column a is taken as categorical: its values look like numbers with a sign between the thousands, such as "1,000.0"; write them without it`},
		{"millions", ";", "1.000.000|2.000.000", `column a is taken as categorical: its values look like numbers with a sign between the thousands, such as "1.000.000"; write them without it`},
		{"blanks", ";", "13 936|845|2\u00a0100", `column a is taken as categorical: its values look like numbers with a sign between the thousands, such as "13 936"; write them without it`},
		{"a share in percent", ";", "81,4 %|7 %|100 %", `column a is taken as categorical: its values look like numbers with "%" behind them, such as "100 %"; write the numbers alone`},
		{"years", ";", "81 år|7 år|79 år", `column a is taken as categorical: its values look like numbers with "år" behind them, such as "7 år"; write the numbers alone`},
		{"several units", ";", "81 år|7 uger|79 år", ""},
		{"two levels", ";", "1 gang|2 gang", ""},
		{"dates", ";", "2024-01-02|2024-02-01|2023-12-31", ""},
		{"ages in bands", ";", "65-69|70-74|75-79", ""},
		{"dates with dots", ";", "01.02.2024|02.02.2024|03.02.2024", ""},
		{"codes", ";", "12-x|13-x|7-x", ""},
		{"numbers of houses", ";", "12 A|12 B|7 A", ""},
	} {
		got, err := Read([]byte("a"+c.sep+"b\n"+strings.ReplaceAll(c.rows, "|", c.sep+"x\n")+c.sep+"x\n"), Options{})
		require.NoError(t, err, c.name)
		assert.Equal(t, c.want, strings.Join(got.Notes, "\n"), c.name)
	}
}

// What is asked for as levels is so with every word, and a column that must be numbers may hold the usual words only.
func TestUsualWordsInColumnsOfGivenKinds(t *testing.T) {
	got, err := Read([]byte("a,b\n1,NA\nNA,?\n"), Options{Levels: map[string]bool{"a": true, "b": false}})
	require.NoError(t, err)
	assert.Equal(t, `a="1" "NA" b=NaN NaN`, show(got))
}

// An identifier comes back as it was written, whatever a number would make of it.
func TestRawValuesAreAsWritten(t *testing.T) {
	got, err := Read([]byte("id,x\n007, 1\n12345678901234567890,NA\n"), Options{Raw: []string{"id", "x"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"007", "12345678901234567890"}, got.Column("id").Raw)
	assert.Equal(t, []string{"1", "NA"}, got.Column("x").Raw)
	assert.True(t, math.IsNaN(got.Column("x").Numbers[1]))
	_, err = Read([]byte("id,x\n1,1\n"), Options{Raw: []string{"nr"}})
	assert.ErrorContains(t, err, `there is no column "nr"`)
}

// What is written comes back, whatever the separator and the decimal sign.
func TestATableReadsBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sep := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(rt, "sep")
		comma := sep != "," && rapid.Bool().Draw(rt, "comma")
		rows := rapid.IntRange(1, 8).Draw(rt, "rows")
		var numbers []float64
		var words []string
		file := "n" + sep + "w\n"
		for range rows {
			x := math.Round(rapid.Float64Range(-1e6, 1e6).Draw(rt, "x")*100) / 100
			w := rapid.StringMatching(`[a-m][a-z]{0,2}([ ,;"][a-z]{1,3})?`).Draw(rt, "w") // neither "na" nor "nan", which would be missing
			text := fmt.Sprintf("%.2f", x)
			if comma {
				text = strings.Replace(text, ".", ",", 1)
			}
			file += text + sep + `"` + strings.ReplaceAll(w, `"`, `""`) + "\"\n"
			numbers, words = append(numbers, x), append(words, w)
		}
		got, err := Read([]byte(file), Options{})
		require.NoError(rt, err)
		require.Equal(rt, rows, got.Rows)
		for i := range rows {
			assert.InDelta(rt, numbers[i], got.Columns[0].Numbers[i], 1e-9)
			assert.Equal(rt, words[i], got.Columns[1].Text(i))
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a,b\n1,x\n,y\n"))
	f.Add([]byte("\uFEFFa;b\r\n1,5;\"x;\"\r\n"))
	f.Add([]byte("a\tb\n\xe5\t1.200,5\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Read(b, Options{Missing: []string{"NA"}})
		if err != nil {
			return
		}
		for _, c := range got.Columns {
			if len(c.Numbers) != got.Rows && len(c.Codes) != got.Rows {
				t.Fatalf("column %q has %d numbers and %d codes, the table %d rows", c.Name, len(c.Numbers), len(c.Codes), got.Rows)
			}
			for _, k := range c.Codes {
				if k < -1 || int(k) >= len(c.Levels) {
					t.Fatalf("column %q: code %d of %d levels", c.Name, k, len(c.Levels))
				}
			}
		}
	})
}

// TestTruthIsANumberWhereNumbersMustBe: and only there, and only if it is asked for.
func TestTruthIsANumberWhereNumbersMustBe(t *testing.T) {
	b := []byte("a,b,c\nTrue,True,1\nfalse,False,\n,True,2\n")
	got, err := Read(b, Options{Truth: true, Levels: map[string]bool{"a": false, "c": false}})
	require.NoError(t, err)
	assert.Equal(t, `a=1 0 NaN b="True" "False" "True" c=1 NaN 2`, show(got))
	assert.Equal(t, []string{"column a: True is taken as 1 and False as 0"}, got.Notes)
	_, err = Read(b, Options{Levels: map[string]bool{"a": false}})
	assert.ErrorContains(t, err, `line 2: "True" is no number, and column a must have numbers`)
}
