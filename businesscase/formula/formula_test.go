package formula

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// years and series of the hand-worked cases: a and b are plain numbers over three years.
var (
	threeYears = []int{2023, 2024, 2025}
	series     = map[string][]float64{
		"a": {1, 2, 3}, "b": {10, 0, -4}, "c": {2.5, -2.5, 0.5}, "citizens": {875, 875, 875},
		"completion": {0.7, 0.7, 0.7}, "effect": {0.8, 0.8, 0.8}, "value": {40000, 40000, 40000},
	}
)

func evalWith(t *testing.T, src string, years []int, series map[string][]float64) []float64 {
	t.Helper()
	f, err := Parse(src)
	require.NoError(t, err, src)
	var values [][]float64
	p := f.Compile(func(name string) int {
		require.Contains(t, series, name, src)
		values = append(values, series[name])
		return len(values) - 1
	})
	out := make([]float64, len(years))
	p.Eval(years, values, out)
	return out
}

func TestWorkedByHand(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		src  string
		want [3]float64
	}{
		{"1_000 + .5", [3]float64{1000.5, 1000.5, 1000.5}},
		{"a + b * 2", [3]float64{21, 2, -5}},
		{"a - b - 1", [3]float64{-10, 1, 6}},
		{"a / b", [3]float64{0.1, nan, -0.75}}, // never a figure, nor an infinity that 1/x makes one of
		{"1 / (a / b) + 1", [3]float64{11, nan, 1 - 4.0/3}},
		{"min(b^-1, 0)", [3]float64{0, nan, -0.25}},
		{"b / b", [3]float64{1, nan, 1}},
		{"-a^2", [3]float64{-1, -4, -9}}, // the power first
		{"(-a)**3", [3]float64{-1, -8, -27}},
		{"a^-2 * 36", [3]float64{36, 9, 4}},
		{"a × b − 1", [3]float64{9, -1, -13}},
		{"a ≥ 2 ? a : 0", [3]float64{0, 2, 3}},
		{"b != 0 ? a / b : 0", [3]float64{0.1, 0, -0.75}},
		{"b / b > 0 ? 1 : 2", [3]float64{1, nan, 1}}, // what cannot be computed chooses nothing
		{"a > 1 and b < 0 ? 1 : 0", [3]float64{0, 0, 1}},
		{"a < 2 or b < 0 ? 1 : 0", [3]float64{1, 0, 1}},
		{"min(a, 2, b)", [3]float64{1, 0, -4}},
		{"max(a, b, 2)", [3]float64{10, 2, 3}},
		{"abs(b)", [3]float64{10, 0, 4}},
		{"round(c)", [3]float64{3, -3, 1}}, // ties away from zero
		{"round(c * 100, 100)", [3]float64{300, -300, 100}},
		{"round(c + 0.26, 0.1)", [3]float64{2.8, -2.2, 0.8}},
		{"round_down(c)", [3]float64{2, -2, 0}}, // toward zero
		{"round_down(a * 7, 5)", [3]float64{5, 10, 20}},
		{"round_down(0.29 * 100 * a)", [3]float64{29, 58, 87}}, // 0.29 x 100 is 28.999999999999996
		{"round(a, b - b)", [3]float64{nan, nan, nan}},
		{"lag(a)", [3]float64{0, 1, 2}},
		{"lag(a, 2)", [3]float64{0, 0, 1}},
		{"lag(a + 1, 0)", [3]float64{2, 3, 4}},
		{"cumulative(b)", [3]float64{10, 10, 6}},
		{"total(b)", [3]float64{6, 6, 6}},
		{"at(b, 2025)", [3]float64{-4, -4, -4}},
		{"at(b, 2031)", [3]float64{nan, nan, nan}},
		{"year >= 2024 ? a : 0", [3]float64{0, 2, 3}},
		{"year - 2023 < a - 1 ? 1 : 0", [3]float64{0, 0, 0}},
		{"weeks_per_year + months_per_year + days_per_year", [3]float64{429, 429, 429}},
		{"3 - 3 * a", [3]float64{0, -3, -6}},
		// SU7: 875 x 70 % x 80 % are 490 citizens, 19.6 mio. kr
		{"round(citizens * completion * effect) * value", [3]float64{19.6e6, 19.6e6, 19.6e6}},
	} {
		got := evalWith(t, c.src, threeYears, series)
		for i := range got {
			if math.IsNaN(c.want[i]) {
				assert.True(t, math.IsNaN(got[i]), "%s in %d: %v", c.src, threeYears[i], got[i])
				continue
			}
			assert.InDelta(t, c.want[i], got[i], 1e-12, "%s in %d", c.src, threeYears[i])
		}
	}
}

func TestZeroHasNoSign(t *testing.T) {
	for _, src := range []string{"-b * 0", "round(-0.2)", "round_down(-0.2)", "-lag(a, 3)"} {
		for _, v := range evalWith(t, src, threeYears, series) {
			assert.False(t, math.Signbit(v) && v == 0, src)
		}
	}
}

// units of the names the unit tests use.
var named = map[string]string{
	"hours_per_week": "hours/citizen/week", "hours_per_year": "hours/citizen/year", "citizens": "citizens/year", "price": "kr/hour",
	"fee": "kr", "frame": "mio. kr", "yearly": "1000 kr/year", "share": "share of citizens", "pct": "percent", "weeks": "weeks",
	"break_time": "minutes/day", "staff": "FTE", "start": "1", "started": "year", "years": "years",
}

func unitOf(name string) (Unit, bool) {
	u, err := ParseUnit(named[name])
	return u, err == nil
}

func TestUnitsOfFormulas(t *testing.T) {
	for src, want := range map[string]string{
		"hours_per_week * weeks":                           "hours/citizen",
		"hours_per_week * weeks_per_year":                  "hours/citizen/year",
		"hours_per_week * weeks_per_year + hours_per_year": "hours/citizen/year",
		"hours_per_year * price * citizens":                "kr/year^2",
		"fee + frame":                                      "kr",
		"fee * share + max(0, frame)":                      "kr",
		"break_time * days_per_year * price":               "kr/year",
		"1 - pct":                                          "1",
		"fee^2 / fee":                                      "kr",
		"fee^-1":                                           "1/kr",
		"fee > 0 ? fee : 0":                                "kr",
		"year >= start ? fee : 0":                          "kr",
		"round(fee, 1000)":                                 "kr",
		"round(fee, frame)":                                "kr",
		"at(cumulative(fee), 2024) + lag(total(frame))":    "kr",
		"0":       "1",
		"0 + fee": "kr",
		"minutes_per_hour * hours_per_week / minutes_per_hour": "hours/citizen/week",
	} {
		f, err := Parse(src)
		require.NoError(t, err, src)
		u, err := f.Check(unitOf)
		require.NoError(t, err, src)
		assert.Equal(t, want, u.String(), src)
	}
}

func TestBadFormulas(t *testing.T) {
	for _, c := range []struct {
		src    string
		column int
		msg    string
		hint   string
	}{
		{"", 1, "empty", "write 0"},
		{"a +", 4, "a value is missing", "must follow"},
		{"a b", 3, "did not expect b", "* or +"},
		{"a * (b + c", 5, "not closed", "add )"},
		{"a) * b", 2, "closes nothing", "open one"},
		{"0,9 * a", 2, "did not expect ,", "decimals are written with a point"},
		{"a * , b", 5, "did not expect ,", "decimals"},
		{"a = 3", 3, "no meaning", "write =="},
		{"50% * a", 3, "no meaning", "percent"},
		{"a * 'x'", 5, "no meaning", "no text"},
		{"a[1]", 2, "no meaning", "( and )"},
		{"a.b", 2, "a number is not readable", "write 1234.5"},
		{"1.2.3", 1, "a number is not readable", "write"},
		{"12abc", 1, "a number is not readable", "begins with a letter"},
		{"0x1F", 1, "a number is not readable", "write"},
		{"1e999", 1, "too large", ""},
		{"1_00", 1, "a number is not readable", "1_234.5"},
		{"a // b", 3, "comment", "one / divides"},
		{"a /* x */ b", 3, "comment", "beside"},
		{"a ?? b", 3, "not an operator", "c"},
		{"let x = 1; x", 1, "let cannot", "step"},
		{"if a > 1 {2} else {3}", 1, "if cannot", "a : b"},
		{"if(a > 1, 2, 3)", 1, "if is not a function", "a : b"},
		{"not (a > 1) ? 1 : 2", 1, "not is not a function", "functions are"},
		{"a | abs", 3, "no meaning", "write or"},
		{"sum(a)", 1, "sum is not a function", "total(x)"},
		{"rounds(a)", 1, "rounds is not a function", "round(x)"},
		{"a(b)", 1, "a is not a function", "* to multiply"},
		{"min + 1", 1, "min is a function", "min(a, b)"},
		{"min(a)", 1, "1 arguments", "min(a, b)"},
		{"lag(a, b)", 8, "whole number", "lag(x, 2)"},
		{"lag(a, -1)", 8, "whole number", "lag"},
		{"at(a, 25)", 7, "not a calendar year", "at(x, 2025)"},
		{"round(a, 0)", 10, "must be positive", "round(x"},
		{"a ^ b", 5, "written out", "x^2"},
		{"a ^ 0.5", 5, "written out", "x^2"},
		{"a ^ 100", 5, "-99 to 99", "x^2"},
		{"Citizens * 2", 1, "Citizens is not a name", "citizens"},
		{"_a * 2", 1, "_a is not a name", "small letter"},
		{"a < b < c ? 1 : 0", 7, "two sides", "a < b and b < c"},
		{"a > b", 3, "not a value", "a > b ? 1 : 0"},
		{"(a > b) * 2", 4, "not a value", "? 1 : 0"},
		{"a ? b : c", 1, "a is not a comparison", "a > 0"},
		{"a + year", 5, "year can only be compared", "year >= 2025"},
		{"a > 1 ? b", 10, "ends where", "a : b"},
		{"a ?: b", 1, "a is not a comparison", "a > 0"},
		{"a > 1 ?: b", 3, "not a value", "? 1 : 0"},
		{"\xff", 1, "not UTF-8", "UTF-8"},
		{"a + b × × c", 9, "did not expect ×", "missing before"},
		{"a ≤ b × × c", 9, "did not expect ×", "missing before"},
		{strings.Repeat("(", 51) + "a" + strings.Repeat(")", 51), 51, "more than 50", "steps"},
		{strings.Repeat("-", 500) + "a", 1, "too many parts", "steps"},
		{strings.Repeat("a+", 1000) + "a", 1, "2001 bytes", "steps"},
	} {
		_, err := Parse(c.src)
		var e *Error
		if !assert.ErrorAs(t, err, &e, c.src) {
			continue
		}
		assert.Equal(t, c.column, e.Column, "%s: %s", c.src, e)
		assert.Contains(t, e.Msg, c.msg, c.src)
		assert.Contains(t, e.Hint, c.hint, c.src)
	}
}

func TestUnitsThatDoNotFit(t *testing.T) {
	for _, c := range []struct {
		src       string
		column    int
		msg, hint string
	}{
		{"fee + hours_per_week", 5, "fee is in kr and hours_per_week is in hours/citizen/week: they cannot be added",
			"multiply hours_per_week by a price in kr/hour and by citizens*weeks"},
		{"hours_per_year - hours_per_week * 2", 16, "hours_per_week * 2 is in hours/citizen/week: they cannot be subtracted",
			"multiply hours_per_week * 2 by weeks_per_year"},
		{"price * hours_per_year > hours_per_year ? 1 : 0", 24, "cannot be compared", "multiply hours_per_year by a price in kr/hour"},
		{"fee + yearly", 5, "yearly is in kr/year", "yearly is per year and fee is not"},
		{"citizens - 1", 10, "1 is in plain numbers", "make 1 a parameter in citizens/year"},
		{"max(fee, staff)", 1, "fee is in kr and staff is in FTE", "multiply staff by a price in kr/FTE"},
		{"start > 0 ? fee : staff", 19, "the two outcomes of one condition", "kr/FTE"},
		{"fee > share ? 1 : 0", 5, "share is in plain numbers", "multiply share by an amount in kr"},
		{"weeks + citizens", 7, "cannot be added", "multiply weeks by something in citizens/week/year, or mend a unit"},
		{"hours_per_week + break_time", 16, "cannot be added", "mend a unit"},
		{"weeks - years", 7, "cannot be subtracted", "multiply years by weeks_per_year"},
		{strings.Repeat("fee + ", 100) + "staff", 599, "fee + fee + fee + fee + fee + fee  … ", "multiply staff by a price in kr/FTE"},
		{"year > started ? 1 : 0", 6, "cannot be compared", "the unit 1"},
		{"fee + unknown", 7, "unknown is not known", "parameter"},
		{"round(fee, weeks)", 1, "cannot be rounded", ""},
		{"fee^99 * fee", 8, "power beyond ±99", ""},
	} {
		f, err := Parse(c.src)
		require.NoError(t, err, c.src)
		_, err = f.Check(unitOf)
		var e *Error
		if !assert.ErrorAs(t, err, &e, c.src) {
			continue
		}
		assert.Equal(t, c.column, e.Column, "%s: %s", c.src, e)
		assert.Contains(t, e.Msg, c.msg, c.src)
		assert.Contains(t, e.Hint, c.hint, c.src)
	}
}

func TestAnUnknownNameIsInTheError(t *testing.T) {
	f, err := Parse("fee * (shares + 1)")
	require.NoError(t, err)
	_, err = f.Check(unitOf)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "shares", e.Name)
	assert.Panics(t, func() { f.Compile(func(string) int { return -1 }) })
}

func TestText(t *testing.T) {
	for src, want := range map[string]string{
		"((a)) * (b*c)":                "a × b × c",
		"a - (b - c)":                  "a − (b − c)",
		"a / (b * c) * 2":              "a / (b × c) × 2",
		"(a + b) * -c":                 "(a + b) × −c",
		"(a+b)^2 - (-a)^3 + -a^2":      "(a + b)^2 − (−a)^3 + −a^2",
		"round(a, 1) + lag(b,1)":       "round(a) + lag(b)",
		"a >= b ? 1_000 : (b ? 0:1)":   "",
		"a >= b ? 1_000 : (a<b?0:1)":   "a ≥ b ? 1_000 : a < b ? 0 : 1",
		"at(a, 2025) * weeks_per_year": "at(a, 2025) × weeks_per_year",
	} {
		f, err := Parse(src)
		if want == "" {
			assert.Error(t, err)
			continue
		}
		require.NoError(t, err, src)
		assert.Equal(t, want, f.Text(func(n string) string { return n }))
	}
	f, err := Parse("citizens * share")
	require.NoError(t, err)
	assert.Equal(t, "875 × 70 %", f.Text(func(n string) string { return map[string]string{"citizens": "875", "share": "70 %"}[n] }))
	assert.Equal(t, []string{"citizens", "share"}, f.Names())
}

func TestNumbersAreWrittenTheReadersWay(t *testing.T) {
	f, err := Parse("a * 1_000.5 + round(b, 0.1)")
	require.NoError(t, err)
	assert.Equal(t, "A × 1000,5 + round(B; 0,1)", f.TextWith(Words{Name: strings.ToUpper, Number: func(x float64) string { return strings.Replace(writeNumber(x), ".", ",", 1) }}))
}

// 12.500 is 12,500 to a Dane and 12.5 to a program: a cost that is 1,000 times too small is no matter of a warning.
func TestANumberThatMayBeThousandsIsRefused(t *testing.T) {
	for src, want := range map[string]string{
		"a * 12.500":      "column 5: 12.500 may be thousands (write 12500 or 12.5)",
		"1.000 * a":       "column 1: 1.000 may be thousands (write 1000 or 1)",
		"a * 2.900.000":   "column 5: 2.900.000 may be thousands (write 2900000)",
		"a * (1 + 1.025)": "column 10: 1.025 may be thousands (write 1025 or 1.0250)",
	} {
		_, err := Parse(src)
		assert.EqualError(t, err, want, src)
	}
	for _, src := range []string{"a * 0.125", "a * 12.50", "a * 12.5000", "a * 1_000.125", "a * 1250.125", "a * 1.500e3"} {
		_, err := Parse(src)
		assert.NoError(t, err, src)
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		src    string
		column int // 0: none
		says   string
	}{
		{"fee / 1000", 7, "kr, 1000 kr and mio. kr convert themselves"},
		{"1e6 * (fee + frame)", 1, "convert themselves"},
		{"citizens * 1000", 0, ""},
		{"hours_per_week * 60", 18, "minutes and hours"},
		{"hours_per_week * 52", 18, "weeks_per_year"},
		{"break_time * 365", 14, "days_per_year"},
		{"share * 100", 9, "share and percent"},
		{"fee * 12.5", 0, ""},
		{"hours_per_week * minutes_per_hour", 18, "changes nothing"},
		{"fee + unknown * 1000", 0, ""},
		{"2 * 1000", 0, ""},
		{"2 * 100", 0, ""},
	} {
		f, err := Parse(c.src)
		require.NoError(t, err, c.src)
		ws := f.Warnings(unitOf)
		if c.column == 0 {
			assert.Empty(t, ws, c.src)
			continue
		}
		if assert.Len(t, ws, 1, c.src) {
			assert.Equal(t, c.column, ws[0].Column, c.src)
			assert.Contains(t, ws[0].String(), c.says, c.src)
		}
	}
}

func TestNamesOfTheLanguageAreReserved(t *testing.T) {
	for _, name := range []string{"min", "round_down", "year", "weeks_per_year", "and", "or", "not", "if", "Fee", "_a", "1a", "", "a-b"} {
		assert.False(t, ValidName(name), name)
	}
	for _, name := range []string{"fee", "kit_2022", "løn", "andre_år", "years"} {
		assert.True(t, ValidName(name), name)
		_, err := Parse(name + " * 2")
		assert.NoError(t, err)
	}
}

func TestExcel(t *testing.T) {
	cell := func(name string, t int) string { return strings.ToUpper(name) + string(rune('1'+t)) }
	for src, want := range map[string]string{
		"round(a * b) * c - lag(b)":                  "ROUND(A2*B2,0)*C2-B1",
		"lag(a - b, 1) / 2":                          "(A1-B1)/2",
		"lag(a, 2) + 1":                              "0+1",
		"cumulative(a) + total(b)":                   "SUM(A1,A2)+SUM(B1,B2,B3)",
		"round(a, 1000)":                             "ROUND(A2,-3)",
		"round(a, 0.1)":                              "ROUND(A2,1)",
		"round(a + b, 5)":                            "ROUND((A2+B2)/5,0)*5",
		"round(a, 0.05)":                             "ROUND(A2*20,0)/20",
		"year >= 2024 and a != b ? at(a, 2025) : -b": "IF(AND(2024>=2024,A2<>B2),A3,-B2)",
		"a * weeks_per_year * 1e-9":                  "A2*52*1E-09",
	} {
		f, err := Parse(src)
		require.NoError(t, err)
		got, err := f.Excel(cell, threeYears, 1)
		require.NoError(t, err, src)
		assert.Equal(t, want, got, src)
	}
	for src, says := range map[string]string{
		"at(a, 2031)": "at asks for 2031",
		strings.Repeat("cumulative(", 12) + "a" + strings.Repeat(")", 12): "",
		strings.Repeat("-", 70) + "a":                                     "too deep",
		strings.Repeat("total(", 20) + "a" + strings.Repeat(")", 20):      "too long",
	} {
		f, err := Parse(src)
		require.NoError(t, err)
		_, err = f.Excel(cell, threeYears, 1)
		if says != "" {
			assert.ErrorContains(t, err, says, src)
		}
	}
	f, err := Parse("at(a, 2031) + at(a, 2025) + at(b, 2025)")
	require.NoError(t, err)
	assert.Equal(t, []int{2025, 2031}, f.Years())
	assert.Panics(t, func() { _, _ = f.Excel(cell, threeYears, 3) })
}

func TestEvalAllocatesNothing(t *testing.T) {
	p, values, out := su7Chain(t)
	p.Eval(sixYears, values, out)
	assert.Zero(t, testing.AllocsPerRun(100, func() { p.Eval(sixYears, values, out) }))
	q := p.Clone()
	again := make([]float64, len(out))
	q.Eval(sixYears, values, again)
	assert.Equal(t, out, again)
	p.Eval(nil, values, nil)
}

var sixYears = []int{2022, 2023, 2024, 2025, 2026, 2027}

// su7Chain is the saving of the first algorithm, phased in: (490 - 219) citizens x 40,000 kr = 10.84 mio. kr
func su7Chain(t require.TestingT) (p *Program, values [][]float64, out []float64) {
	f, err := Parse("(round(courses * completion * effect) - round(courses * completion_today * effect_today)) * value * (year >= 2024 ? 1 : 0)")
	require.NoError(t, err)
	p = f.Compile(func(name string) int {
		v := map[string]float64{"courses": 875, "completion": 0.7, "effect": 0.8, "completion_today": 0.5, "effect_today": 0.5, "value": 40000}[name]
		values = append(values, []float64{v, v, v, v, v, v})
		return len(values) - 1
	})
	out = make([]float64, len(sixYears))
	p.Eval(sixYears, values, out)
	require.Equal(t, []float64{0, 0, 10.84e6, 10.84e6, 10.84e6, 10.84e6}, out)
	return p, values, out
}

func BenchmarkEvalSixYears(b *testing.B) {
	p, values, out := su7Chain(b)
	b.ReportAllocs()
	for b.Loop() {
		p.Eval(sixYears, values, out)
	}
}

func BenchmarkParseAndCheck(b *testing.B) {
	for b.Loop() {
		f, err := Parse("hours_per_week * weeks_per_year * citizens * price + fee")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Check(unitOf); err == nil {
			b.Fatal("units do not fit: want an error")
		}
	}
}
