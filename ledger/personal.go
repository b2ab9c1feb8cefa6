package ledger

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrPersonal is returned for text that looks as if it holds a CPR number.
var ErrPersonal = errors.New("ledger: text holds something that looks like a CPR number")

// cprShape is a CPR number or a replacement number (DDMMYY, a digit, two letters, a digit), with or
// without something between the date and the rest. What may stand on either side is for the callers.
var cprShape = regexp.MustCompile(`(?i)[0-3]\d(?:0[1-9]|1[0-2])\d\d[- .]?(?:\d{4}|\d[a-z]{2}\d)`)

// LooksLikeCPR tells whether text holds something of the shape of a CPR number that is not part of a
// longer run of digits. It would rather be wrong about a telephone number than miss one.
func LooksLikeCPR(text string) bool {
	for range cprIn(text, isDigit) {
		return true
	}
	return false
}

// MaskCPR replaces what has the shape of a CPR number by "[cpr]". Unlike LooksLikeCPR it lets a run of
// digits inside a longer word be: a log is full of hexadecimal ids.
func MaskCPR(text string) string {
	var out strings.Builder
	from := 0
	for start, end := range cprIn(text, isWord) {
		out.WriteString(text[from:start])
		out.WriteString("[cpr]")
		from = end
	}
	if from == 0 {
		return text
	}
	out.WriteString(text[from:])
	return out.String()
}

// cprIn yields the places of what has the shape, unless a neighbouring byte belongs to the same run.
func cprIn(text string, same func(byte) bool) func(yield func(start, end int) bool) {
	return func(yield func(start, end int) bool) {
		for at := 0; at < len(text); {
			m := cprShape.FindStringIndex(text[at:])
			if m == nil {
				return
			}
			start, end := at+m[0], at+m[1]
			if (start > 0 && same(text[start-1])) || (end < len(text) && same(text[end])) {
				at = start + 1 // one byte on: a shorter run may begin inside this match
				continue
			}
			if !yield(start, end) {
				return
			}
			at = end
		}
	}
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isWord(b byte) bool { return isDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'z' }

func impersonal(fields ...string) error {
	for i, f := range fields {
		if LooksLikeCPR(f) {
			return fmt.Errorf("%w (text %d)", ErrPersonal, i+1)
		}
	}
	return nil
}
