package extract

import (
	"bytes"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// aidRows reads A1.
type aidRows struct {
	p       *part
	names   interner
	classes map[string]isoClass // by cell
}

type isoClass struct {
	name    int32
	padded  bool
	unknown bool
	refused string
}

func newAidRows(p *part) *aidRows {
	return &aidRows{p: p, names: interner{p, map[string]int32{}}, classes: map[string]isoClass{}}
}

func (a *aidRows) row(fields [][]byte) {
	p := a.p
	if !p.identify(fields, true) {
		return
	}
	class := a.class(p.cell(fields, aidISO))
	if class.refused != "" {
		p.quarantine(class.refused, aidISO)
		return
	}
	lentCell := p.cell(fields, aidLent)
	lent, ok := parseDate(lentCell)
	switch {
	case len(lentCell) == 0:
		p.quarantine("date_missing", aidLent)
		return
	case !ok:
		p.quarantine("date_unreadable", aidLent)
		return
	case !p.happened(lent, aidLent):
		return
	}
	returned := rettidig.NoDay
	if cell := p.cell(fields, aidReturned); len(cell) > 0 {
		if returned, ok = parseDate(cell); !ok {
			returned = rettidig.NoDay
			p.repair("return_date_unreadable")
		}
	}
	if returned.Valid() && returned < lent {
		p.drop("returned_before_lent", aidReturned)
		return
	}
	if class.padded {
		p.repair("iso_leading_zero")
	}
	if class.unknown {
		p.note("iso_class_unnamed")
	}
	if returned == lent {
		p.note("returned_same_day")
	}
	p.aids.add(aidRec{origin: p.here(), iso: class.name, lent: lent, returned: returned})
}

// class reads an ISO class and remembers it by its cell.
func (a *aidRows) class(cell []byte) isoClass {
	if c, ok := a.classes[string(cell)]; ok {
		return c
	}
	c := a.readClass(cell)
	if len(a.classes) < 1<<16 { // a file has hundreds; anything more is rubbish that need not be remembered
		a.classes[string(cell)] = c
	}
	return c
}

// readClass reads 8 digits, or 6 without the Danish level 4. Blanks and dots between the digits are dropped,
// and a leading zero that a spreadsheet ate is put back: classes 03 to 09 then have 7 or 5 digits.
func (a *aidRows) readClass(cell []byte) isoClass {
	if len(cell) == 0 {
		return isoClass{refused: "iso_missing"}
	}
	digits := bytes.TrimSuffix(cell, []byte(".0"))
	digits = bytes.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '-' {
			return -1
		}
		return r
	}, digits)
	if !allDigits(digits) {
		return isoClass{refused: "iso_unreadable"}
	}
	padded := len(digits) == 7 || len(digits) == 5
	if padded {
		digits = append([]byte{'0'}, digits...)
	}
	if len(digits) != 8 && len(digits) != 6 {
		return isoClass{refused: "iso_length"}
	}
	iso := string(digits)
	if !codes.ValidTop(iso[:2]) {
		return isoClass{refused: "iso_no_such_class"}
	}
	_, known := codes.ClassOf(iso)
	return isoClass{name: a.names.of(iso), padded: padded, unknown: !known}
}
