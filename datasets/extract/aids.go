package extract

import (
	"bytes"
	"math"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// aidRows reads A1 and A2.
type aidRows struct {
	p          *part
	onlyCPR    bool
	names      interner
	classes    map[string]isoClass  // by cell
	paragraphs map[string]paragraph // by cell
}

type isoClass struct {
	name    int32
	iso     string
	padded  bool
	unknown bool
	older   bool // has another number in today's edition
	series  int
	refused string
}

type paragraph struct {
	name    int32
	text    string // of an unknown one
	isISO   bool   // a class stands where the paragraph should
	unknown bool
	series  int
}

func newAidRows(p *part) *aidRows {
	return &aidRows{p: p, onlyCPR: p.onlyCPR(), names: interner{p, map[string]int32{}}, classes: map[string]isoClass{},
		paragraphs: map[string]paragraph{}}
}

func (a *aidRows) row(fields [][]byte) {
	p := a.p
	if !p.identify(fields, a.onlyCPR) {
		return
	}
	hmi := a.product(fields)
	if hmi == miscProduct {
		p.drop("hmi_misc", aidHMI)
		return
	}
	class := a.class(p.cell(fields, aidISO))
	if class.refused != "" {
		p.quarantine(class.refused, aidISO)
		return
	}
	lent, ok := p.required(fields, aidLent)
	if !ok {
		return
	}
	law := a.paragraph(p.cell(fields, aidParagraph))
	month := monthOf(lent)
	p.series.add(class.series, month)
	p.series.add(law.series, month)
	returned := rettidig.NoDay
	if cell := p.cell(fields, aidReturned); len(cell) > 0 {
		if returned, ok = p.date(cell); !ok {
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
		count(&p.unknown.classes, class.iso, 1)
	}
	if class.older {
		p.note("class_of_older_edition")
	}
	if law.isISO {
		p.repair("paragraph_is_iso")
	}
	if law.unknown {
		p.note("paragraph_unknown")
		count(&p.unknown.paragraphs, law.text, 1)
	}
	if returned == lent {
		p.note("returned_same_day")
	}
	count(&p.classes, class.iso, 1)
	price, device := a.price(p.cell(fields, aidPrice)), uint64(0)
	if cell := p.cell(fields, aidSerial); len(cell) > 0 {
		device = hashOf(cell)
	}
	p.aids.add(aidRec{origin: p.here(fields, lent, aidRegistered), iso: class.name, paragraph: law.name, lent: lent, returned: returned,
		price: price, device: device})
}

const miscProduct = 899999 // the HMI number of what is in no catalogue, or was deleted from it

// product reads the HMI number. Spreadsheets read 21.970 as 21.97, so the first six digits of the serial number
// are believed where there are any; else a fraction is a lost thousands dot. The number says only whether the
// row is a real loan, and is not stored.
func (a *aidRows) product(fields [][]byte) int {
	p := a.p
	cell, from := p.cell(fields, aidHMI), a.fromSerial(p.cell(fields, aidSerial))
	if len(cell) == 0 {
		return from
	}
	v, dotted, ok := parseWhole(cell)
	switch {
	case !ok || v < 0 || v >= 1e6:
		if from == 0 {
			p.note("hmi_unreadable")
		}
		return from
	case from > 0 && v != float64(from):
		p.repair("hmi_from_serial")
		return from
	case v != math.Trunc(v):
		p.repair("thousands_dot")
		return int(math.Round(v * 1000))
	case dotted:
		p.repair("thousands_dot")
	}
	return int(v)
}

// fromSerial reads 021970 of 021970-000015; 0 if it is not of that form.
func (a *aidRows) fromSerial(cell []byte) (hmi int) {
	if len(cell) != 13 || cell[6] != '-' || !allDigits(cell[:6]) || !allDigits(cell[7:]) {
		return 0
	}
	for _, c := range cell[:6] {
		hmi = hmi*10 + int(c-'0')
	}
	return hmi
}

// dearest is what no single loan costs more than, in DKK.
const dearest = 1e6

// price reads a price; 0 if none is told. In A2 whole kroner are written with a thousands dot that spreadsheets
// take for a decimal sign: 4.69 is 4690, and 738 is 738.
func (a *aidRows) price(cell []byte) float32 {
	if len(cell) == 0 {
		return 0
	}
	v, dotted, ok := parseWhole(cell)
	if ok && v != math.Trunc(v) && a.p.head.kind == A2 && v < 1000 && math.Abs(v*1000-math.Round(v*1000)) < 1e-6 {
		v, dotted = math.Round(v*1000), true
	}
	if !ok || v < 0 || v > dearest {
		a.p.note("price_unreadable")
		return 0
	}
	if dotted {
		a.p.repair("thousands_dot")
	}
	return float32(v)
}

// paragraph reads a law paragraph and remembers it by its cell.
func (a *aidRows) paragraph(cell []byte) paragraph {
	if f, ok := a.paragraphs[string(cell)]; ok {
		return f
	}
	f := a.readParagraph(cell)
	if len(a.paragraphs) < mostNames {
		a.paragraphs[string(cell)] = f
	}
	return f
}

func (a *aidRows) readParagraph(cell []byte) paragraph {
	p := a.p
	if p.head.at[aidParagraph] < 0 {
		return paragraph{series: noSeries}
	}
	text, _ := p.text(cell)
	if ours, ok := p.mapping.paragraph(text); ok {
		text = ours
	}
	code, known, isISO := codes.ParagraphByName(text)
	switch {
	case isISO:
		return paragraph{isISO: true, series: p.series.of("paragraph:iso")}
	case !known: // it may be anything, so it is shown once and not stored
		return paragraph{text: text, unknown: true, series: p.series.of("paragraph:unknown")}
	case code == "":
		return paragraph{series: p.series.of("paragraph:none")}
	}
	return paragraph{name: a.names.of(code), series: p.series.of("paragraph:" + code)}
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
	digits := classDigits(cell)
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
	c := isoClass{name: a.names.of(iso), iso: iso, padded: padded, unknown: !known, older: codes.Canonical(iso) != iso[:6], series: noSeries}
	if renumbered(iso[:6]) {
		c.series = a.p.series.of("class:" + iso[:6])
	}
	return c
}

// classDigits drops the signs between the digits of a class, and what a spreadsheet puts behind them.
func classDigits(cell []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '-' {
			return -1
		}
		return r
	}, bytes.TrimSuffix(cell, []byte(".0")))
}
