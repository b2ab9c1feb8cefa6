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

// The ways in which a service is named.
const (
	asListed   = iota
	withSuffix // "Rengøring (FSIII)"
	locally    // as only this municipality says
	numSpellings
)

// serviceCells are the services' names, ready to be written: [service][way][garbled].
type serviceCells [numNames][numSpellings][2][]byte

func newServiceCells(f *form) *serviceCells {
	out := new(serviceCells)
	for i, s := range services {
		names := [numSpellings]string{s.name, s.name, s.name}
		if strings.ContainsAny(s.code[:1], "GH") {
			names[withSuffix] += " (FSIII)"
		}
		if s.local != "" {
			names[locally] = s.local
		}
		for k, name := range names {
			out[i][k] = [2][]byte{f.text(nil, name), f.text(nil, garble(name))}
		}
	}
	return out
}
