package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cp1252 has the characters of the bytes 0x80 to 0x9F; a zero is a byte that Windows-1252 does not use and
// that stands for the control character of the same number.
var cp1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

var cp1252Byte = func() map[rune]byte {
	m := map[rune]byte{}
	for i, r := range cp1252 {
		if r != 0 {
			m[r] = byte(0x80 + i)
		}
	}
	return m
}()

// decode returns a cell as text. A cell that is valid UTF-8 is UTF-8; any other is Windows-1252, whose
// Danish letters have the same bytes in ISO 8859-1, -10 and -15. The choice is made cell by cell, since a
// stream cannot be read twice and files with both exist. A Windows-1252 cell that happens to be valid
// UTF-8 is one that mojibake repair would give the same letters.
func decode(b []byte) (s string, wasUTF8 bool) {
	if utf8.Valid(b) {
		return string(b), true
	}
	var sb strings.Builder
	sb.Grow(len(b) + 8)
	for _, c := range b {
		if c >= 0x80 && c < 0xA0 && cp1252[c-0x80] != 0 {
			sb.WriteRune(cp1252[c-0x80])
		} else {
			sb.WriteRune(rune(c))
		}
	}
	return sb.String(), false
}

// repairMojibake undoes UTF-8 that was read as Windows-1252 or ISO 8859-1, up to twice: "Ã¸" becomes "ø". It
// works sequence by sequence, so a text in which only some letters are damaged is mended too, and leaves
// whatever is not a whole sequence.
func repairMojibake(s string) (string, bool) {
	repaired := false
	for range 2 {
		t, ok := repairOnce(s)
		if !ok {
			break
		}
		s, repaired = t, true
	}
	return s, repaired
}

func repairOnce(s string) (string, bool) {
	if !strings.ContainsAny(s, "ÃÂâ") {
		return s, false
	}
	in := []rune(s)
	out := make([]rune, 0, len(in))
	changed := false
	for i := 0; i < len(in); i++ {
		n := 0
		switch in[i] {
		case 'Ã', 'Â':
			n = 2
		case 'â': // the dashes and quotes of Word
			n = 3
		}
		if r, ok := sequence(in, i, n); ok {
			out = append(out, r)
			i += n - 1
			changed = true
			continue
		}
		out = append(out, in[i])
	}
	return string(out), changed
}

// sequence reads n characters from i as the bytes of one UTF-8 character.
func sequence(in []rune, i, n int) (rune, bool) {
	if n == 0 || i+n > len(in) {
		return 0, false
	}
	var b [3]byte
	for j := range n {
		c, ok := byteOf(in[i+j])
		if !ok {
			return 0, false
		}
		b[j] = c
	}
	r, size := utf8.DecodeRune(b[:n])
	return r, r != utf8.RuneError && size == n
}

func byteOf(r rune) (byte, bool) {
	if b, ok := cp1252Byte[r]; ok {
		return b, true
	}
	return byte(r), r <= 0xFF
}

// fold reduces a column name, a status or a sex to what comparing it needs: lower-case letters and digits,
// with æ, ø and å written out.
func fold(s string) string {
	s, _ = repairMojibake(s)
	var sb strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r == 'æ':
			sb.WriteString("ae")
		case r == 'ø':
			sb.WriteString("oe")
		case r == 'å':
			sb.WriteString("aa")
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			sb.WriteRune(r)
		}
	}
	return sb.String()
}

// trim drops blanks, control characters and no-break spaces at both ends.
func trim(b []byte) []byte {
	for len(b) > 0 {
		switch {
		case b[0] <= ' ' || b[0] == 0xA0:
			b = b[1:]
			continue
		case len(b) > 1 && b[0] == 0xC2 && b[1] == 0xA0:
			b = b[2:]
			continue
		}
		break
	}
	for len(b) > 0 {
		last := b[len(b)-1]
		switch {
		case last <= ' ':
			b = b[:len(b)-1]
			continue
		case last == 0xA0 && len(b) > 1 && b[len(b)-2] == 0xC2:
			b = b[:len(b)-2]
			continue
		case last == 0xA0 && (len(b) == 1 || b[len(b)-2] < 0x80):
			b = b[:len(b)-1] // alone it is Windows-1252; after a high byte it is the end of a letter such as "à"
			continue
		}
		break
	}
	return b
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var bom = []byte{0xEF, 0xBB, 0xBF}
