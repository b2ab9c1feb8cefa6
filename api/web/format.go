package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the binary runs where there is no zone database

	"github.com/rettidig/rettidig"
)

// lang is a screen language.
type lang string

const (
	danish  lang = "da"
	english lang = "en"
)

func (l lang) other() lang {
	if l == danish {
		return english
	}
	return danish
}

// pick returns the Danish or the English text.
func (l lang) pick(da, en string) string {
	if l == danish && da != "" || en == "" {
		return da
	}
	return en
}

var copenhagen = mustZone("Europe/Copenhagen")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic("web: time zone " + name + " is not embedded: " + err.Error())
	}
	return z
}

var months = map[lang][12]string{
	danish:  {"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
	english: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// number writes v with dec decimals: 1.234,5 in Danish and 1,234.5 in English, with a real minus sign.
// What is not a number is a dash, never "NaN".
func number(l lang, v float64, dec int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', dec, 64)
	whole, frac, _ := strings.Cut(s, ".")
	point, group := ",", "."
	if l == english {
		point, group = ".", ","
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if frac != "" {
		whole += point + frac
	}
	if v < 0 && strings.ContainsAny(whole, "123456789") { // -0,0 is 0,0
		return "−" + whole
	}
	return whole
}

// signed is number with a plus sign on what is above zero.
func signed(l lang, v float64, dec int) string {
	s := number(l, v, dec)
	if v > 0 && strings.ContainsAny(s, "123456789") {
		return "+" + s
	}
	return s
}

// percent writes a share in [0, 1] as whole per cent, with one decimal below 1 and above 99 per cent. It
// stands on a page only beside the frequency it belongs to.
func percent(l lang, p float64) string {
	dec := 0
	if (p > 0 && p < 0.01) || (p > 0.99 && p < 1) {
		dec = 1
	}
	if l == english {
		return number(l, 100*p, dec) + "%"
	}
	return number(l, 100*p, dec) + " %"
}

// kroner writes an amount as a person says it: "10,8 mio. kr.", "640.000 kr.".
func kroner(l lang, v float64) string {
	if math.Abs(v) >= 999_500 {
		if l == english {
			return "DKK " + number(l, v/1e6, 1) + " million"
		}
		return number(l, v/1e6, 1) + " mio. kr."
	}
	if math.Abs(v) >= 10_000 {
		v = math.Round(v/1000) * 1000
	}
	if l == english {
		return "DKK " + number(l, v, 0)
	}
	return number(l, v, 0) + " kr."
}

// kronerRange writes a range of amounts in one unit: "mellem −0,2 og 4,1 mio. kr.".
func kronerRange(l lang, lower, upper float64) string {
	a, b := number(l, lower, 0), kroner(l, upper)
	switch {
	case math.Max(math.Abs(lower), math.Abs(upper)) >= 999_500:
		a, b = number(l, lower/1e6, 1), number(l, upper/1e6, 1)
		if l == danish {
			b += " mio. kr."
		} else {
			a, b = "DKK "+a, b+" million"
		}
	case math.Max(math.Abs(lower), math.Abs(upper)) >= 10_000:
		a = number(l, math.Round(lower/1000)*1000, 0)
		b = kroner(l, upper)
	}
	return l.pick("mellem ", "between ") + a + l.pick(" og ", " and ") + b
}

// outOf is the natural frequency: "4 ud af 10".
func outOf(l lang, count, of int) string {
	return number(l, float64(count), 0) + l.pick(" ud af ", " out of ") + number(l, float64(of), 0)
}

// of100 gives a share in [0, 1] on 100: "27 ud af 100".
func of100(l lang, p float64) string {
	if math.IsNaN(p) {
		return "–"
	}
	return outOf(l, int(math.Round(100*p)), 100)
}

// between is the range of a probability in words, on the same denominator as the answer. Where whole
// tens would hide the range (both ends equal) or claim certainty (0 or all of them), it counts on 100.
func between(l lang, lower, upper float64, of int) string {
	lo, hi := int(math.Round(lower*float64(of))), int(math.Round(upper*float64(of)))
	if of < 100 && (lo == hi || lo == 0 && lower > 0 || hi == of && upper < 1) {
		return between(l, lower, upper, 100)
	}
	a, b := number(l, float64(lo), 0), outOf(l, hi, of)
	if lo == hi {
		return l.pick("omkring ", "about ") + b
	}
	return l.pick("mellem ", "between ") + a + l.pick(" og ", " and ") + b
}

func day(l lang, d rettidig.Day) string {
	if !d.Valid() {
		return "–"
	}
	return date(l, d.Time(), months[l][d.Time().Month()-1])
}

// shortDay is day with the month cut to three letters: "20. nov. 2026".
func shortDay(l lang, d rettidig.Day) string {
	if !d.Valid() {
		return "–"
	}
	return date(l, d.Time(), shortMonth(l, d.Time().Month()))
}

func shortMonth(l lang, m time.Month) string {
	name := months[l][m-1]
	if len(name) <= 4 { // maj, juni, juli, May, June, July
		return name
	}
	return l.pick(name[:3]+".", name[:3])
}

func date(l lang, t time.Time, month string) string {
	return l.pick(strconv.Itoa(t.Day())+". ", strconv.Itoa(t.Day())+" ") + month + " " + strconv.Itoa(t.Year())
}

// clock is an instant in Danish time: "22. nov. 2026 kl. 14.05".
func clock(l lang, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(copenhagen)
	return date(l, t, shortMonth(l, t.Month())) + l.pick(t.Format(" kl. 15.04"), t.Format(" at 15:04"))
}

// hours writes minutes as the facts at the head of a citizen do: "58 min.", "4 t. 20 min."; one quantity in
// two units would look like two.
func hours(l lang, minutes float64) string {
	if math.IsNaN(minutes) || math.IsInf(minutes, 0) {
		return "–"
	}
	m := int(math.Round(max(minutes, 0)))
	if m < 60 {
		return itoa(m) + l.pick(" min.", " min")
	}
	return l.pick(fmt.Sprintf("%s t. %02d min.", number(l, float64(m/60), 0), m%60), fmt.Sprintf("%s h %02d min", number(l, float64(m/60), 0), m%60))
}

// factText drops the hours from a time of less than one: "58 min." and never "0 t. 58 min.".
func factText(s string) string {
	for _, none := range []string{"0 t. ", "0 h "} {
		if rest, ok := strings.CutPrefix(s, none); ok {
			return strings.TrimPrefix(rest, "0")
		}
	}
	return s
}
