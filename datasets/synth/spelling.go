package synth

import (
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"

	"github.com/rettidig/rettidig"
)

// encoding of a text file. Danish letters have the same byte in ISO-8859-1, -10, -15 and Windows-1252.
type encoding uint8

const (
	utf8Text encoding = iota
	latin1Text
	numEncodings
)

// aeldreloven is the day from which service names are written without their old suffix.
var aeldreloven = rettidig.DayOf(2025, time.July, 1)

// encode writes text in an encoding. Every character used here exists in ISO-8859-1.
func (e encoding) encode(s string) []byte {
	if e == utf8Text {
		return []byte(s)
	}
	b, err := charmap.ISO8859_1.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic("synth: text outside ISO-8859-1: " + s)
	}
	return b
}

// garble reads UTF-8 as ISO-8859-1 once, as some service names in real files have been.
func garble(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

func quoteCSV(s string) string {
	if strings.ContainsAny(s, `,"`) {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// spelling is one service's name, ready to be written: [local][garbled].
type spelling [2][2][]byte

// serviceNames[encoding][after the law of 2025][service]
var serviceNames = func() (out [numEncodings][2][numServices]spelling) {
	for e := range numEncodings {
		for era := range 2 {
			for i, s := range services {
				suffix := " (FSIII)"
				if era == 1 || !strings.ContainsAny(s.code[:1], "GH") {
					suffix = ""
				}
				full, local := s.name+suffix, s.name+suffix
				if s.local != "" {
					local = s.local
				}
				for k, name := range []string{full, local} {
					out[e][era][i][k] = [2][]byte{e.encode(quoteCSV(name)), e.encode(quoteCSV(garble(name)))}
				}
			}
		}
	}
	return out
}()

var strangeNames = func() (out [numEncodings][][]byte) {
	for e := range numEncodings {
		for _, s := range strangeServices {
			out[e] = append(out[e], e.encode(quoteCSV(s)))
		}
	}
	return out
}()
