package extract

import (
	"strings"
	"unicode"

	"github.com/rettidig/rettidig/datasets/codes"
)

// classRows reads A3. A row is no fact; what no list has is noted, and kept.
type classRows struct {
	p    *part
	aids *aidRows
}

func newClassRows(p *part) *classRows {
	p.listed = map[string]bool{}
	return &classRows{p, &aidRows{p: p, names: interner{p, map[string]int32{}}, classes: map[string]isoClass{}}}
}

func (c *classRows) row(fields [][]byte) {
	p := c.p
	cell := p.cell(fields, classCode)
	if iso := classDigits(cell); allDigits(iso) && len(iso) <= 4 { // a heading: class 12, subclass 12 06
		p.drop("class_heading", -1)
		return
	}
	class := c.aids.class(cell)
	if class.refused != "" {
		p.quarantine(class.refused, classCode)
		return
	}
	if class.padded {
		p.repair("iso_leading_zero")
	}
	if len(p.listed) < mostNames {
		p.listed[class.iso] = true
	}
	p.report.Merged.add("class_listed", 1)
}

const fewClasses = 3 // fewer lines are no list

// isClassList tells whether lines without a header look like A3: most have a class, a whole number and a text.
func isClassList(rows [][]string) bool {
	lines, fit := 0, 0
	for _, r := range rows {
		if strings.Join(r, "") == "" {
			continue
		}
		lines++
		if len(r) < 3 {
			continue
		}
		code := classDigits(trim([]byte(r[0])))
		_, _, number := parseWhole(trim([]byte(r[1])))
		top := string(code)
		if len(code)%2 == 1 {
			top = "0" + top
		}
		if allDigits(code) && len(code) <= 8 && len(top) >= 2 && codes.ValidTop(top[:2]) && number && strings.ContainsFunc(r[2], unicode.IsLetter) {
			fit++
		}
	}
	return lines >= fewClasses && fit*5 >= lines*4
}

// classList is the header that a list of classes does not have.
func classList(line int) header {
	l := layoutOf(A3)
	h := header{kind: A3, line: line, width: mostColumns, at: []int{0, 1, 2}, how: make([]string, len(l.columns))}
	for _, c := range l.columns {
		h.titles = append(h.titles, c.title)
	}
	return h
}
