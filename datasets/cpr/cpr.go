// Package cpr reads the Danish personal identification number (CPR number) and keeps it out of sight.
//
// It decides what a well-formed number is, which sex and birth date it carries, and which numbers were
// never issued to anybody and so may stand in tests and synthetic files. It leaves to
// datasets/pseudonym how a number becomes a citizen's id, and to datasets/extract what happens to a row
// whose number is malformed. No error and no printed form of a Number ever contains the number: only
// Reveal does, so a search for Reveal finds every place where one can leave this package.
package cpr

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"

	"github.com/rettidig/rettidig"
)

// The ways in which a text is not a CPR number. None of them tells what the text was.
var (
	ErrLength = errors.New("not a CPR number: want 10 characters, DDMMYYSSSS, with or without a hyphen")
	ErrLetter = errors.New("not a CPR number: holds something other than digits and is no replacement number (X-eCPR, D-eCPR)")
	ErrDate   = errors.New("not a CPR number: the first six digits are no date, DDMMYY")
)

const redacted = "[cpr]"

// base is the alphabet of the packed form: digits and capital letters.
const base = 36

// mask hides the packed number from fmt, which prints the fields of a Number that sits in an unexported
// field of another struct without asking any method. It differs from process to process. The top bit is
// set, so the zero Number is told from every real one.
var mask = rand.Uint64() | 1<<63

// Number is a well-formed CPR number or replacement number. Numbers are comparable with ==; the zero
// Number is none.
type Number struct{ masked uint64 }

// Parse reads a number: blanks and hyphens are dropped and letters made upper case, then ten characters
// must remain whose first six are a date. There is no modulus-11 test, since numbers that fail it have
// been issued since 2007. Replacement numbers are DDMMYY, then 0, 1, 5, 6 or 7, two letters A-Z, and a
// digit (X-eCPR has 1 or 7, D-eCPR 0, 5 or 6).
func Parse(s string) (Number, error) { return parse(s) }

// ParseBytes is Parse for a reader that holds bytes; it does not allocate.
func ParseBytes(b []byte) (Number, error) { return parse(b) }

func parse[T ~string | ~[]byte](s T) (Number, error) {
	var c [10]byte
	n, strange := 0, false
	for i := range len(s) {
		b := s[i]
		switch {
		case b == '-' || b == ' ' || b == '\t' || b == '\r' || b == '\n':
			continue
		case 'a' <= b && b <= 'z':
			b -= 'a' - 'A'
		}
		if n < len(c) {
			c[n] = b
		}
		n++
		strange = strange || !digit(b) && !letter(b)
	}
	switch {
	case strange:
		return Number{}, ErrLetter
	case n != len(c):
		return Number{}, ErrLength
	}
	if err := check(c); err != nil {
		return Number{}, err
	}
	return pack(c), nil
}

func check(c [10]byte) error {
	for i, b := range c {
		if letterPlace := i == 7 || i == 8; !digit(b) && !(letterPlace && letter(b)) {
			return ErrLetter
		}
	}
	if digit(c[7]) != digit(c[8]) {
		return ErrLetter
	}
	if letter(c[7]) && c[6] != '0' && c[6] != '1' && c[6] != '5' && c[6] != '6' && c[6] != '7' {
		return ErrLetter
	}
	yy := two(c[4:])
	year := century(c[6], yy) + yy
	if letter(c[7]) {
		year = 2000 + yy // no century: 29 February stands when any century with these two digits may have it
	}
	if d, m := two(c[0:]), two(c[2:]); m < 1 || m > 12 || d < 1 || d > daysIn(year, m) {
		return ErrDate
	}
	return nil
}

func digit(b byte) bool  { return '0' <= b && b <= '9' }
func letter(b byte) bool { return 'A' <= b && b <= 'Z' }
func two(b []byte) int   { return int(b[0]-'0')*10 + int(b[1]-'0') }

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// century gives 1800, 1900 or 2000 from the seventh digit and the two digits of the year, by the CPR
// office's table.
func century(seventh byte, yy int) int {
	switch {
	case seventh <= '3':
		return 1900
	case seventh == '4' || seventh == '9':
		if yy <= 36 {
			return 2000
		}
		return 1900
	case yy <= 57: // 5, 6, 7, 8
		return 2000
	}
	return 1800
}

func pack(c [10]byte) Number {
	var v uint64
	for _, b := range c {
		d := uint64(b - '0')
		if letter(b) {
			d = uint64(b-'A') + 10
		}
		v = v*base + d
	}
	return Number{v ^ mask}
}

func (n Number) chars() (c [10]byte) {
	if n == (Number{}) {
		panic("cpr: use of a zero Number")
	}
	v := n.masked ^ mask
	for i := len(c) - 1; i >= 0; i-- {
		d := byte(v % base)
		v /= base
		if d < 10 {
			c[i] = '0' + d
		} else {
			c[i] = 'A' + d - 10
		}
	}
	return c
}

// Reveal returns the ten characters, without a hyphen. It is for the keyed hash and for writing synthetic
// files; nothing else should need it. It panics on the zero Number.
func (n Number) Reveal() string { c := n.chars(); return string(c[:]) }

// AppendTo appends the ten characters to b.
func (n Number) AppendTo(b []byte) []byte { c := n.chars(); return append(b, c[:]...) }

// Sex is female when the last digit is even, male when it is odd, unknown for a replacement number.
func (n Number) Sex() rettidig.Sex {
	c := n.chars()
	switch {
	case letter(c[7]):
		return rettidig.SexUnknown
	case c[9]%2 == 0: // '0' is 48
		return rettidig.Female
	}
	return rettidig.Male
}

// Birth returns the date of birth with the century that the seventh digit gives; false for a replacement
// number, whose seventh digit gives none.
func (n Number) Birth() (rettidig.Day, bool) {
	c := n.chars()
	if letter(c[7]) {
		return rettidig.NoDay, false
	}
	yy := two(c[4:])
	return civil(century(c[6], yy)+yy, two(c[2:]), two(c[0:])), true
}

// Modulus11 tells whether the weighted sum of the digits is divisible by 11. Every number issued before
// October 2007 is; a replacement number has no such sum and answers false.
func (n Number) Modulus11() bool {
	c := n.chars()
	sum := 0
	for i, w := range [10]int{4, 3, 2, 7, 6, 5, 4, 3, 2, 1} {
		if !digit(c[i]) {
			return false
		}
		sum += w * int(c[i]-'0')
	}
	return sum%11 == 0
}

// Replacement tells whether the number is a replacement number. Its holder may later get a real number and
// is then the same person under two ids.
func (n Number) Replacement() bool { return letter(n.chars()[7]) }

// NeverIssued tells whether the number, by the CPR office's list, cannot belong to anybody: born before
// 1960 and failing modulus 11. Only such numbers stand in tests and synthetic files.
func (n Number) NeverIssued() bool {
	birth, ok := n.Birth()
	return ok && birth < firstIssued && !n.Modulus11()
}

// String hides the number.
func (Number) String() string { return redacted }

// GoString hides the number.
func (Number) GoString() string { return redacted }

// Format hides the number under every verb, %d and %x too.
func (Number) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redacted)) }

// MarshalText hides the number, in JSON too.
func (Number) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue hides the number.
func (Number) LogValue() slog.Value { return slog.StringValue(redacted) }
