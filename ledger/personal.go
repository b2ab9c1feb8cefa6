package ledger

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ErrPersonal is returned for text that looks as if it holds a CPR number.
var ErrPersonal = errors.New("ledger: text holds something that looks like a CPR number")

// maxBetween is how many signs may stand between two digits of one number: a dash with a space on either
// side. With more, lists of short numbers would run together.
const maxBetween = 3

// LooksLikeCPR tells whether text holds something of the shape of a CPR number or a replacement number
// (DDMMYY, a digit, two letters, a digit), however it is spelled: in any script's digits, with a year of two
// or four digits, with up to three signs between any two digits, with one digit too many at either end. It
// would rather be wrong about a telephone number than miss one, but eight digits are never one, and what
// reads as a date with a time of day is let through.
func LooksLikeCPR(text string) bool {
	f := fold(text)
	_, _, found := f.next(0, false)
	return found
}

// MaskCPR replaces what LooksLikeCPR would find by "[cpr]", but lets ten digits inside a longer hexadecimal
// word be: a log is full of such ids.
func MaskCPR(text string) string {
	for {
		once := maskOnce(text)
		if once == text {
			return text
		}
		text = once // what is left may read as one now that its neighbour is gone
	}
}

func maskOnce(text string) string {
	f := fold(text)
	var out strings.Builder
	from := 0
	for at := 0; ; {
		start, end, found := f.next(at, true)
		if !found {
			break
		}
		out.WriteString(text[from:f.start[start]])
		out.WriteString("[cpr]")
		at, from = end, f.end[end-1]
	}
	if from == 0 {
		return text
	}
	out.WriteString(text[from:])
	return out.String()
}

// folded is a text with one byte for each sign that counts: 0 to 9, a to z, ' ', '-', '.', '/' and ':' for
// themselves and what looks like them, 'X' for what else can be part of a word, '?' for the rest.
type folded struct {
	codes      []byte
	start, end []int    // where each code stands in the text
	dates      [][3]int // start, end, and 0 if a number with a four-digit year may begin here, else 1
}

// aDate is a date with a four-digit year, or any date with a time of day: followed by a number, these would
// read as CPR numbers. Group 1 takes part if the date may begin a number (27-09-1942-...), group 2 if a time
// follows, so that it does not.
var aDate = func() *regexp.Regexp {
	const day, month, year = `(?:0?[1-9]|[12]\d|3[01])`, `(?:0?[1-9]|1[0-2])`, `(?:19|20)\d\d`
	var long, short []string
	for _, sep := range []string{`\.`, `/`, `-`} {
		long = append(long, day+sep+month+sep+year)
		short = append(short, day+sep+month+sep+`\d\d`)
	}
	return regexp.MustCompile(`\b(?:(?:(` + strings.Join(long, "|") + `)|` + year + `-` + month + `-` + day +
		`)( {1,3}(?:[01]?\d|2[0-3])[:.][0-5]\d(?::[0-5]\d)?)?|(?:` + strings.Join(short, "|") + `) {1,3}(?:[01]\d|2[0-3]):[0-5]\d)\b`)
}()

func fold(text string) *folded {
	f := &folded{}
	digits := 0
	for at, r := range text {
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[at:]) // one byte, if it is not UTF-8
		}
		if r < utf8.RuneSelf {
			digits += f.add(r, at, at+size)
			continue
		}
		// Rune by rune, so that every code has a place in the text; what would be composed is dropped anyway.
		for _, c := range norm.NFKC.String(string(r)) {
			digits += f.add(c, at, at+size)
		}
	}
	if digits < 7 { // a replacement number has eight; without digits there is no date to look for
		f.codes = nil
		return f
	}
	for _, m := range aDate.FindAllSubmatchIndex(f.codes, -1) {
		date := [3]int{m[0], m[1], 1}
		if m[2] >= 0 && m[4] < 0 {
			date[2] = 0
		}
		f.dates = append(f.dates, date)
	}
	return f
}

// add appends the code of one rune and tells how many digits that was.
func (f *folded) add(r rune, start, end int) (digits int) {
	code := byte('?')
	switch {
	case unicode.In(r, unicode.Cf, unicode.M):
		return 0 // is not seen, or belongs to the sign before it
	case unicode.Is(unicode.Nd, r):
		code, digits = '0'+digitValue(r), 1
	case 'a' <= r|0x20 && r|0x20 <= 'z':
		code = byte(r | 0x20)
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		code = 'X'
	case unicode.IsSpace(r):
		code = ' '
	case unicode.Is(unicode.Pd, r) || r == '\u2212':
		code = '-'
	case strings.ContainsRune("./:", r):
		code = byte(r)
	}
	f.codes = append(f.codes, code)
	f.start, f.end = append(f.start, start), append(f.end, end)
	return digits
}

// digitValue is what a decimal digit of any script is worth: Unicode keeps each ten in a row, from 0 to 9.
func digitValue(r rune) byte {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	return 0
}

// next returns the first place at or after from that has the shape, in codes.
func (f *folded) next(from int, spareIDs bool) (start, end int, found bool) {
	for i := from; i < len(f.codes); i++ {
		if !f.digit(i) || f.digit(i-1) && f.digit(i-2) {
			continue // a number begins where a run of digits begins, or one digit into it
		}
		spare := 1
		if f.digit(i - 1) {
			spare = 0
		}
		for _, length := range []int{12, 10} {
			end, ok := f.number(i, length)
			if !ok {
				continue
			}
			if f.digit(end) && spare == 1 {
				end++
			}
			if f.digit(end) {
				continue
			}
			start := i
			if f.digit(i - 1) {
				start--
			}
			if spareIDs && f.inID(start, end) {
				continue
			}
			return start, end, true
		}
	}
	return 0, 0, false
}

// number tells whether a number of so many characters begins at code i, and where it ends.
func (f *folded) number(i, length int) (end int, ok bool) {
	var n [12]byte
	last := i - 1
	for k := range length {
		at := last + 1
		for k > 0 && at-last <= maxBetween && f.separator(at) {
			at++
		}
		// The letters of a replacement number stand close: "01.10.26: 2 af 3" has the same characters.
		letters := length == 10 && (k == 7 || k == 8) && at == last+1 && at < len(f.codes) && f.letter(at)
		if !f.digit(at) && !letters {
			return 0, false
		}
		if k == 9 && f.letter(last) && at != last+1 || k == 8 && f.letter(last) != f.letter(at) {
			return 0, false
		}
		n[k], last = f.codes[at], at
	}
	two := func(k int) int { return int(n[k]-'0')*10 + int(n[k+1]-'0') }
	if day, month := two(0), two(2); day < 1 || day > 31 || month < 1 || month > 12 {
		return 0, false
	}
	if length == 12 && !centuryFits(two(4), two(6), n[8]) {
		return 0, false
	}
	isDate := false
	for _, d := range f.dates { // in the order of the text
		if d[0] <= i && i < d[1] {
			if isDate = i == d[0] && d[2] == 0 && length == 12; !isDate {
				return 0, false
			}
		} else if isDate && d[0] <= last && i < d[0] {
			return 0, false // a date and another date
		}
	}
	return last + 1, true
}

// centuryFits tells whether the first of the last four digits goes with the year, by the rules of the CPR
// office. It tells a number with a four-digit year from a date and an amount.
func centuryFits(century, year int, seventh byte) bool {
	switch {
	case seventh <= '3':
		return century == 19
	case seventh == '4' || seventh == '9':
		return century == 20 && year <= 36 || century == 19 && year >= 37
	}
	return century == 20 && year <= 57 || century == 18 && year >= 58
}

// inID tells whether the codes stand inside a longer word of hexadecimal digits, without a separator.
func (f *folded) inID(start, end int) bool {
	hex := func(at int) bool {
		return f.digit(at) || 0 <= at && at < len(f.codes) && 'a' <= f.codes[at] && f.codes[at] <= 'f'
	}
	for at := start; at < end; at++ {
		if !hex(at) {
			return false
		}
	}
	from, to := start, end
	for hex(from - 1) {
		from--
	}
	for hex(to) {
		to++
	}
	return (from < start || to > end) && !f.letter(from-1) && !f.letter(to)
}

func (f *folded) digit(at int) bool {
	return 0 <= at && at < len(f.codes) && '0' <= f.codes[at] && f.codes[at] <= '9'
}

func (f *folded) letter(at int) bool {
	return 0 <= at && at < len(f.codes) && 'a' <= f.codes[at] && f.codes[at] <= 'z'
}

func (f *folded) separator(at int) bool {
	return at < len(f.codes) && !f.digit(at) && !f.letter(at) && f.codes[at] != 'X'
}

func impersonal(fields ...string) error {
	for i, f := range fields {
		if LooksLikeCPR(f) {
			return fmt.Errorf("%w (text %d)", ErrPersonal, i+1)
		}
	}
	return nil
}
