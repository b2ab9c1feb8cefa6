package formula

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParse: reading ends without a panic, an error says where and what; what was read can be checked, computed,
// written and read again.
func FuzzParse(f *testing.F) {
	for _, s := range append(chosen, "a < b < c ? 1 : 0", "0,9 * a", "a ?? b", "1 ≤ 2 ? a : −b", "a.b.c(d)[1:2]", "let x = 1; x", "((((", "fee + hours_per_week",
		"if a {b} else {c}", "not (a in [1])", "lag(lag(a, 0), 9)", "min(1, 2, 3, year > 2 ? 1 : 2)", "sum(map(a, #))", "`", "\xff", "1e308 * 1e308") {
		f.Add(s)
	}
	years := []int{2023, 2024, 2025}
	f.Fuzz(func(t *testing.T, src string) {
		formula, err := Parse(src)
		if err != nil {
			var e *Error
			require.True(t, errors.As(err, &e))
			require.GreaterOrEqual(t, e.Column, 1)
			require.LessOrEqual(t, e.Column, len([]rune(src))+1)
			require.NotEmpty(t, e.Msg)
			return
		}
		unit := func(string) (Unit, bool) { return Unit{}, true }
		_, _ = formula.Check(unit)
		_, _ = formula.Check(unitOf)
		formula.Warnings(unitOf)
		out := compute(formula, years)
		same := func(n string) string { return n }
		text := formula.Text(same)
		if len(text) <= maxBytes {
			again, err := Parse(text)
			require.NoError(t, err, "%s, written %s", src, text)
			require.Equal(t, text, again.Text(same))
		}
		_, _ = formula.Excel(func(n string, t int) string { return "A1" }, years, 1)
		require.Len(t, out, len(years))
	})
}

func compute(f *Formula, years []int) []float64 {
	var values [][]float64
	p := f.Compile(func(string) int {
		values = append(values, []float64{1.5, 0, math.NaN()})
		return len(values) - 1
	})
	out := make([]float64, len(years))
	p.Eval(years, values, out)
	return out
}

// FuzzParseUnit: a unit that was read is read the same from what is written of it.
func FuzzParseUnit(f *testing.F) {
	for _, s := range []string{"1000 kr/citizen/year", "mio. kr", "share of x", "%", "1.125 kr", "kr^-2*km", "a-b c's/d", "t kr", "number of t kr", "1e5", "2 e5", "boxes", "AAA s", "ss", "ÆØÅ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseUnit(s)
		if err != nil {
			return
		}
		require.True(t, u.Scale() > 0 && !math.IsInf(u.Scale(), 0))
		again, err := ParseUnit(u.String())
		if err != nil && len(u.String()) > 200 {
			return // a unit of nearly 200 bytes, written with its powers, may be longer
		}
		require.NoError(t, err, "%q, written %q", s, u.String())
		require.Equal(t, u, again, "%q, written %q", s, u.String())
	})
}
