package businesscase

import (
	"math"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/internal/grouped"
)

// The languages of texts.
const (
	Danish  = "da"
	English = "en"
)

// Number writes x with at most the given number of decimals and no trailing zeros, thousands grouped:
// 8.727,5 in Danish and 8,727.5 in English.
func Number(x float64, decimals int, lang string) string {
	s := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(s, ".")
	frac = strings.TrimRight(frac, "0")
	s = grouped.Digits(whole+"."+frac, lang == Danish)
	if x < 0 && (strings.Trim(whole, "0") != "" || frac != "") {
		return "−" + s
	}
	return s
}

// quantity writes a value the way its unit is read: shares as per cent.
func quantity(x float64, unit, lang string) string {
	if unit == "share" {
		return Number(100*x, 2, lang) + " %"
	}
	return Number(x, 3, lang)
}

// Mio writes kroner as millions with one decimal, also where it is 0.
func Mio(kr float64, lang string) string {
	x := HalfUp(kr/1e6, 0.1)
	s := Number(x, 1, lang)
	switch {
	case x != math.Trunc(x):
		return s
	case lang == Danish:
		return s + ",0"
	}
	return s + ".0"
}

// unitDA is the Danish form of the tornado's units.
var unitDA = map[string]string{
	"share":        "andel",
	"courses/year": "forløb/år",
	"kr/year":      "kr./år",
	"kr/citizen":   "kr./borger",
}
