package plain

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// threes counts, in a column of numbers, what speaks for and against a decimal sign that separates thousands.
type threes struct {
	values int    // with a sign before just three digits, and one to three digits before it, the first of them not 0
	others int    // with a sign elsewhere
	long   int    // without a sign, of more than three digits
	short  int    // without a sign, of fewer
	line   int    // of the first of values
	such   string // that one
}

func (k *threes) number(text string, line int) {
	if k.others > 0 || k.long > 0 {
		return // nothing to tell of, as of most columns
	}
	digits := strings.TrimLeft(text, "+-")
	switch at := strings.IndexAny(digits, ".,"); {
	case at >= 1 && at <= 3 && at == len(digits)-4 && digits[0] != '0' && !strings.ContainsAny(digits, "eE"):
		if k.values == 0 {
			k.line, k.such = line, strings.Clone(text)
		}
		k.values++
	case at >= 0:
		k.others++
	case len(digits) > 3:
		k.long++
	default:
		k.short++
	}
}

// doubt tells of a column of numbers in which 13.936 may well mean thirteen thousand: three digits follow every sign, and
// numbers without one are below a thousand. Rounding to three places gives every number a sign, so where all have one
// it is only told of a point in a file of semicolons, as programs write that use the comma for decimals.
func (k *threes) doubt(name string, sep rune) string {
	if k.values < 2 || k.others > 0 || k.long > 0 || k.short == 0 && (sep != ';' || !strings.Contains(k.such, ".")) {
		return ""
	}
	return fmt.Sprintf("column %s: three digits follow every decimal sign, as in %q (line %d), which is read as %s; if that sign separates thousands, write the numbers without it",
		name, k.such, k.line, strings.Replace(k.such, ",", ".", 1))
}

// thousands matches numbers with a sign between their thousands that cannot be a decimal sign.
var thousands = regexp.MustCompile(`^[+-]?[0-9]{1,3}(?:(?:\.[0-9]{3})+,[0-9]+|(?:,[0-9]{3})+\.[0-9]+|(?:\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,}|(?:[ '\x{a0}\x{202f}][0-9]{3})+(?:[.,][0-9]+)?)$`)

// looksLikeNumbers tells of levels that a person would read as numbers: all with the same word or sign behind them, or all
// numbers and some with a sign between the thousands.
func (c *column) looksLikeNumbers() string {
	var grouped []string
	plain, unit, such := 0, "", ""
	same := len(c.index) > 2
	for level := range c.index {
		_, _, ok := parse(level)
		switch {
		case ok:
			plain++
		case thousands.MatchString(level):
			grouped = append(grouped, level)
		}
		number := strings.TrimRight(level[:len(level)-len(strings.TrimLeft(level, "0123456789.,+-"))], ".,+-")
		behind := strings.TrimSpace(level[len(number):])
		_, _, ok = parse(number)
		first, _ := utf8.DecodeRuneInString(behind)
		same = same && ok && (unicode.IsLetter(first) || strings.ContainsRune("%‰°", first)) && (unit == "" || unit == behind)
		if unit = behind; such == "" || level < such {
			such = level
		}
	}
	switch {
	case len(grouped) > 0 && len(grouped)+plain == len(c.index):
		return fmt.Sprintf("column %s is taken as categorical: its values look like numbers with a sign between the thousands, such as %q; write them without it", c.name, slices.Min(grouped))
	case same:
		return fmt.Sprintf("column %s is taken as categorical: its values look like numbers with %q behind them, such as %q; write the numbers alone", c.name, unit, such)
	}
	return ""
}
