package synth

import (
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
)

// form is how the cells of a table are written: as text between separators, or as the XML of a sheet. Every method
// appends one cell.
type form struct {
	sheet   bool
	sep     byte
	enc     encoding
	daySep  byte // dd-mm-yyyy or dd/mm/yyyy; a sheet holds the day's number and shows dd/mm/yyyy
	decimal byte
}

// open begins a row.
func (f *form) open(b []byte) []byte {
	if f.sheet {
		return append(b, "<row>"...)
	}
	return b
}

// end ends a row: in text, the last cell's separator becomes a line feed.
func (f *form) end(b []byte) []byte {
	if f.sheet {
		return append(b, "</row>\n"...)
	}
	b[len(b)-1] = '\n'
	return b
}

func (f *form) blank(b []byte) []byte {
	if f.sheet {
		return append(b, "<c/>"...)
	}
	return append(b, f.sep)
}

func (f *form) text(b []byte, s string) []byte {
	if !f.sheet {
		return append(f.quoted(b, s), f.sep)
	}
	if s != strings.TrimSpace(s) {
		b = append(b, `<c t="inlineStr"><is><t xml:space="preserve">`...)
	} else {
		b = append(b, `<c t="inlineStr"><is><t>`...)
	}
	for i := range len(s) {
		switch c := s[i]; c {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		default:
			b = append(b, c)
		}
	}
	return append(b, "</t></is></c>"...)
}

func (f *form) quoted(b []byte, s string) []byte {
	quote, plain := false, true
	for i := range len(s) {
		c := s[i]
		quote = quote || c == f.sep || c == '"' || c == '\n'
		plain = plain && c < 0x80
	}
	if quote {
		s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	if plain {
		return append(b, s...)
	}
	return append(b, f.enc.encode(s)...)
}

// number writes digits, perhaps with a decimal point, as the number that they are.
func (f *form) number(b []byte, digits string) []byte {
	if f.sheet {
		return append(append(append(b, "<c><v>"...), digits...), "</v></c>"...)
	}
	if f.decimal == ',' && strings.Contains(digits, ".") {
		return f.text(b, strings.Replace(digits, ".", ",", 1))
	}
	return append(append(b, digits...), f.sep)
}

func (f *form) int(b []byte, v int) []byte {
	if f.sheet {
		return append(strconv.AppendInt(append(b, "<c><v>"...), int64(v), 10), "</v></c>"...)
	}
	return append(strconv.AppendInt(b, int64(v), 10), f.sep)
}

func (f *form) float(b []byte, v float64) []byte {
	return f.number(b, strconv.FormatFloat(v, 'f', -1, 64))
}

// day writes a date; style 1 of the workbooks shows it as dd/mm/yyyy.
func (f *form) day(b []byte, d rettidig.Day) []byte {
	if f.sheet {
		return append(strconv.AppendInt(append(b, `<c s="1"><v>`...), int64(serial(d)), 10), "</v></c>"...)
	}
	return append(appendDay(b, d, f.daySep), f.sep)
}

// line writes a row of texts, as titles are.
func (f *form) line(b []byte, cells []string) []byte {
	b = f.open(b)
	for _, c := range cells {
		if c == "" {
			b = f.blank(b)
		} else {
			b = f.text(b, c)
		}
	}
	return f.end(b)
}

// serial is the day in Excel's 1900 system.
func serial(d rettidig.Day) int { return int(d) + 25569 }

// appendDay writes dd-mm-yyyy with a separator of the vendor's.
func appendDay(b []byte, d rettidig.Day, sep byte) []byte {
	y, m, day := d.Time().Date()
	b = append(b, byte('0'+day/10), byte('0'+day%10), sep, byte('0'+int(m)/10), byte('0'+int(m)%10), sep)
	return strconv.AppendInt(b, int64(y), 10)
}
