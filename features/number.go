package features

import (
	"math"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/internal/grouped"
)

var wordsDA = []string{"", "", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti"}
var wordsEN = []string{"", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}

// shown rounds a number to what a person is told: whole from 10 up, one decimal below, halves away from 0.
func shown(v float64) float64 {
	if math.Abs(v) >= 10 {
		return math.Round(v)
	}
	return math.Round(v*10) / 10
}

// digits writes a number as shown, with decimal comma and thousands dot in Danish. A number too small to
// show is "under 0,1", so that something never looks like nothing.
func digits(v float64, lang string) string {
	r := shown(v)
	if r == 0 && v != 0 {
		if lang == "da" {
			return "under 0,1"
		}
		return "less than 0.1"
	}
	text := grouped.Digits(strconv.FormatFloat(math.Abs(r), 'f', -1, 64), lang == "da")
	if r < 0 {
		return "−" + text
	}
	return text
}

// minutes writes whole minutes. Some that are less than half a minute are "under 1".
func minutes(v float64, lang string) string {
	if r := math.Round(v); r != 0 || v == 0 {
		return digits(r, lang)
	}
	if lang == "da" {
		return "under 1"
	}
	return "less than 1"
}

// words writes a number as digits does, but two to ten as words. One is left to the sentence: in Danish
// its word depends on what is counted.
func words(v float64, lang string) string {
	r := shown(v)
	if r < 2 || r > 10 || r != math.Trunc(r) {
		return digits(v, lang)
	}
	if lang == "da" {
		return wordsDA[int(r)]
	}
	return wordsEN[int(r)]
}

var (
	ordinalsDA = []string{"", "første", "anden", "tredje", "fjerde", "femte", "sjette", "syvende", "ottende", "niende", "tiende", "ellevte"}
	ordinalsEN = []string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"}
)

// ordinal writes a place in an order as a word. There are no more kinds of aids than words here; anything else is a
// number with what makes it an ordinal.
func ordinal(v float64, lang string) string {
	list, end := ordinalsEN, "th"
	if lang == "da" {
		list, end = ordinalsDA, "."
	}
	if v >= 1 && v < float64(len(list)) && v == math.Trunc(v) {
		return list[int(v)]
	}
	return digits(v, lang) + end
}

// level says what a whole level of functional ability is called, in the middle of a sentence.
func level(v float64, lang string) string {
	if v == math.Trunc(v) && v >= 0 && v <= 4 {
		return strings.ReplaceAll(lowerFirst(codes.LevelLabel(int8(v), lang)), "/", " eller ")
	}
	if lang == "da" {
		return "begrænsninger på niveau " + digits(v, lang)
	}
	return "limitations of level " + digits(v, lang)
}

// percent writes a share as whole per cent. Only nothing is 0 and only everything is 100.
func percent(share float64, lang string) string {
	unit, under, over := " per cent", "less than 1", "more than 99"
	if lang == "da" {
		unit, under, over = " pct.", "under 1", "over 99"
	}
	switch p := math.Round(share * 100); {
	case p == 0 && share > 0:
		return under + unit
	case p == 100 && share < 1:
		return over + unit
	default:
		return digits(p, lang) + unit
	}
}

// span is a unit of time in both languages, with its word for one.
type span struct{ oneDA, manyDA, oneEN, manyEN string }

var (
	spanDays   = span{"én dag", "dage", "one day", "days"}
	spanWeeks  = span{"én uge", "uger", "one week", "weeks"}
	spanMonths = span{"én måned", "måneder", "one month", "months"}
	spanYears  = span{"ét år", "år", "one year", "years"}
)

// duration says a number of days as people do: days up to two weeks, weeks up to two months, months up to
// two years, then years, with halves below five.
func duration(days float64, lang string) string {
	d := math.Round(days)
	switch {
	case d < 1 && lang == "da":
		return "under én dag"
	case d < 1:
		return "less than one day"
	case d < 14:
		return spanDays.of(d, lang)
	case d < 61:
		return spanWeeks.of(math.Round(d/7), lang)
	case d < 730:
		return spanMonths.of(math.Round(d/30.4375), lang)
	case d < 5*365:
		return spanYears.of(math.Round(2*d/365.25)/2, lang)
	}
	return spanYears.of(math.Round(d/365.25), lang)
}

// weeks says a number of weeks: as weeks up to two months, then as duration does.
func weeks(n float64, lang string) string {
	if w := math.Round(n); w >= 1 && w < 9 {
		return spanWeeks.of(w, lang)
	}
	return duration(7*n, lang)
}

func (s span) of(n float64, lang string) string {
	one, many := s.oneEN, s.manyEN
	if lang == "da" {
		one, many = s.oneDA, s.manyDA
	}
	if n == 1 {
		return one
	}
	return words(n, lang) + " " + many
}
