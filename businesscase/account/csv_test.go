package account

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

func TestTheTemplatesAreRead(t *testing.T) {
	q, err := ReadRealised(strings.NewReader(CSVTemplate), "quarters.csv")
	require.NoError(t, err)
	assert.Equal(t, []RealisedQuarter{{Quarter: Quarter{2026, 1}, DataAsOf: rettidig.DayOf(2026, 8, 15), Started: 210, Ended: 210, Completed: 142, Effect: 101,
		Values: []Value{{Kind{Minutes, Capacity}, 8450}, {Kind{Kroner, Capacity}, 1_960_000}}}}, q)
	l, err := ReadLooks(strings.NewReader(LooksTemplate), "looks.csv")
	require.NoError(t, err)
	assert.Equal(t, []Look{{rettidig.DayOf(2026, 6, 1), 64, 43, 30}, {rettidig.DayOf(2026, 6, 8), 80, 55, 38}}, l)
}

// A Danish spreadsheet's file: semicolons, decimal commas, a byte order mark, columns in another order.
func TestADanishFileIsTheSame(t *testing.T) {
	text := "\ufeffData_as_of;Quarter;Started;Ended;Effect;Completed;kroner_cashable\r\n2026-08-15;2026Q2;210;210;101;142;-1960,5\r\n2026-08-15;2026Q1;1;1;1;1;\r\n"
	q, err := ReadRealised(strings.NewReader(text), "x")
	require.NoError(t, err)
	require.Len(t, q, 2)
	assert.Equal(t, Quarter{2026, 1}, q[0].Quarter, "in order")
	assert.Empty(t, q[0].Values, "an empty cell is not known")
	assert.Equal(t, []Value{{Kind{Kroner, Cashable}, -1960.5}}, q[1].Values)
}

func TestBadFiguresAreRefusedWithTheirLine(t *testing.T) {
	head := "quarter,data_as_of,started,ended,completed,effect,kroner_cashable\n"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "q.csv: no rows under a header; new-csv"},
		{"a header only", head, "q.csv: no rows under a header"},
		{"a column of citizens", "cpr," + head + "1,2026Q1,2026-08-15,1,1,1,1,1\n", `q.csv:1: unknown column "cpr", want some of quarter,`},
		{"a column twice", "ended," + head + "1,2026Q1,2026-08-15,1,1,1,1,1\n", "q.csv:1: column ended is there twice"},
		{"a column missing", "quarter,data_as_of\n2026Q1,2026-08-15\n", "q.csv:1: column started is missing"},
		{"no quarter", head + "2026Q1,2026-08-15,1,1,1,1,\n2026-2,2026-08-15,1,1,1,1,\n", `q.csv:3: quarter is "2026-2", want one such as 2026Q1`},
		{"no date", head + "2026Q1,15-08-2026,1,1,1,1,\n", `q.csv:2: data_as_of is "15-08-2026", want a date such as`},
		{"a share", head + "2026Q1,2026-08-15,1.5,1,1,1,\n", `q.csv:2: started is "1.5", want a whole number`},
		{"thousands", head + "2026Q1,2026-08-15,1 000,1,1,1,\n", "without thousands separators"},
		{"negative", head + "2026Q1,2026-08-15,-1,1,1,1,\n", `started is "-1"`},
		{"empty count", head + "2026Q1,2026-08-15,,1,1,1,\n", `started is ""`},
		{"kroner in words", head + "2026Q1,2026-08-15,1,1,1,1,mange\n", `kroner_cashable is "mange"`},
		{"kroner that are thousands or not", head + "2026Q1,2026-08-15,1,1,1,1,1.250\n", `q.csv:2: kroner_cashable is "1.250", want a number that cannot be read in two ways: 1250 if`},
		{"the same of a Danish file", strings.ReplaceAll(head, ",", ";") + "2026Q1;2026-08-15;1;1;1;1;-1,960\n", `kroner_cashable is "-1,960", want a number that cannot be read in two ways: -1960 if`},
		{"kroner NaN", head + "2026Q1,2026-08-15,1,1,1,1,NaN\n", `kroner_cashable is "NaN"`},
		{"kroner in hex", head + "2026Q1,2026-08-15,1,1,1,1,0x10p1\n", `kroner_cashable is "0x10p1"`},
		{"more effects than completed", head + "2026Q1,2026-08-15,9,9,3,4,\n", "q.csv:2: realised: 2026Q1: effect is 4, want 0 to the 3 completed"},
		{"before the quarter", head + "2026Q1,2025-08-15,9,9,3,3,\n", "q.csv:2: realised: 2026Q1: data_as_of is 2025-08-15"},
		{"a quarter twice", head + "2026Q1,2026-08-15,1,1,1,1,\n2026Q2,2026-08-15,1,1,1,1,\n2026Q1,2026-08-15,1,1,1,1,\n", "q.csv:4: quarter 2026Q1 is there twice, first in line 2"},
		{"too few cells", head + "2026Q1,2026-08-15\n", "q.csv:2: wrong number of fields"},
		{"a quote left open", head + "2026Q1,\"2026-08-15,1,1,1,1,\n", "q.csv:"},
		{"too large", head + strings.Repeat("x", 1<<20), "larger than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadRealised(strings.NewReader(c.text), "q.csv")
			require.ErrorContains(t, err, c.want)
		})
	}
	for _, c := range []struct{ name, text, want string }{
		{"fewer than before", "as_of,courses,completed,effect\n2026-06-01,64,43,30\n2026-06-08,63,43,30\n", "l.csv:3: looks: 2026-06-08: courses is 63, want at least the 64 of 2026-06-01: all so far"},
		{"more completed than came", "as_of,courses,completed,effect\n2026-06-01,64,43,30\n2026-06-08,65,45,30\n", "l.csv:3: looks: 2026-06-08: completed is 45"},
		{"a day twice", "as_of,courses,completed,effect\n2026-06-01,64,43,30\n2026-06-01,64,43,30\n", "each day once, in order"},
		{"more than all", "as_of,courses,completed,effect\n2026-06-01,4,5,3\n", "l.csv:2: looks: 2026-06-01: completed is 5, want 0 to the 4 courses"},
		{"no number", "as_of,courses,completed,effect\n2026-06-01,4,x,3\n", `l.csv:2: completed is "x"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadLooks(strings.NewReader(c.text), "l.csv")
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestTheExampleFilesAreRead(t *testing.T) {
	b, err := os.ReadFile("testdata/quarters.csv")
	require.NoError(t, err)
	q, err := ReadRealised(bytes.NewReader(b), "testdata/quarters.csv")
	require.NoError(t, err)
	assert.Len(t, q, 4)
	b, err = os.ReadFile("testdata/looks.csv")
	require.NoError(t, err)
	l, err := ReadLooks(bytes.NewReader(b), "testdata/looks.csv")
	require.NoError(t, err)
	assert.Len(t, l, 12)
}

func FuzzReadRealised(f *testing.F) {
	f.Add([]byte(CSVTemplate))
	f.Add([]byte(strings.ReplaceAll(CSVTemplate, ",", ";")))
	f.Add([]byte("quarter\n\"2026Q1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		q, err := ReadRealised(bytes.NewReader(b), "fuzz")
		if err != nil {
			return
		}
		for len(q) > mostQuarters {
			q = q[:mostQuarters]
		}
		if err := (&Realised{By: "x", PriceLevel: "2026", Quarters: q}).Validate(); err != nil {
			t.Fatalf("%q was read and is not valid: %v", b, err)
		}
	})
}

func FuzzReadLooks(f *testing.F) {
	f.Add([]byte(LooksTemplate))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := ReadLooks(bytes.NewReader(b), "fuzz"); err == nil {
			if err := (&Looks{By: "x", Looks: l[:min(len(l), mostLooks)]}).Validate(); err != nil {
				t.Fatalf("%q was read and is not valid: %v", b, err)
			}
		}
	})
}
