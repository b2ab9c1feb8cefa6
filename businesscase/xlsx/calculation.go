package xlsx

import (
	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/render"
)

// calculation writes the sheet of steps: each quantity and row by year, before and after rounding. The lines are laid
// out first, since a formula may use a step that stands below it.
func (b *book) calculation() {
	sheet := b.calculationSheet()
	b.text(sheet, 1, 1, b.say("Beregning", "Calculation"), "title")
	b.text(sheet, 1, 2, b.say("Formlerne regner på arket med parametre. Gule felter (indfasning, angivne beløb) kan ændres.",
		"The formulas use the sheet of parameters. Yellow cells (phase-in, given amounts) may be changed."), "")
	b.heads(sheet, 4, b.say("Navn", "Name"), b.say("Trin", "Step"), b.say("Formel i ord", "Formula in words"), b.say("Enhed", "Unit"), "", "", "")
	places := b.layOut(sheet, 5)
	words := map[string]render.Calculation{}
	for _, c := range render.Calculations(b.m, b.r, render.Options{Language: b.o.Language}) {
		words[c.ID] = c
	}
	for i := range b.p.Quantities {
		q := &b.p.Quantities[i]
		b.quantity(sheet, places[q.ID], q, words[q.ID])
	}
	for i := range b.p.Rows {
		q := &b.p.Rows[i]
		b.row(sheet, places[q.ID], q, b.r.Rows[i], words[q.ID])
	}
	b.widths(sheet, 26, 44, 60, 22, 2, 2, 2)
	b.page(sheet, 4, 2)
}

// place is where the lines of a step stand; 0: there is none.
type place struct{ phase, exact, converted, rounded int }

func (b *book) layOut(sheet string, row int) map[string]place {
	places := map[string]place{}
	next := func() int { row++; return row - 1 }
	for i := range b.p.Quantities {
		q := &b.p.Quantities[i]
		p := place{exact: next()}
		p.rounded = p.exact
		if q.Round != nil {
			p.rounded = next()
		}
		used := p.exact
		if q.Carry {
			used = p.rounded
		}
		unit, _ := b.m.Unit(q.ID)
		places[q.ID], b.cells[q.ID] = p, b.references(sheet, used, unit.Scale())
	}
	row++
	for i := range b.p.Rows {
		q := &b.p.Rows[i]
		var p place
		if q.Formula != "" && len(q.PhaseIn) > 0 {
			p.phase = next()
		}
		p.exact = next()
		p.converted = p.exact
		if _, from := b.level(q); from != b.r.PriceLevel {
			p.converted = next()
		}
		p.rounded = p.converted
		if q.Round != nil || len(q.RoundIn) > 0 {
			p.rounded = next()
		}
		places[q.ID], b.cells[q.ID], b.rounded[q.ID] = p, b.references(sheet, p.exact, 1000), b.references(sheet, p.rounded, 1)
	}
	return places
}

func (b *book) references(sheet string, row int, scale float64) []string {
	refs := make([]string, len(b.years))
	for k := range refs {
		refs[k] = scaled(in(sheet, firstYear+k, row), scale)
	}
	return refs
}

// excel is a formula in the year at place k, in base units.
func (b *book) excel(f *formula.Formula, k int) string {
	s, err := f.Excel(func(name string, t int) string { return b.cells[name][t] }, b.years, k)
	b.check(err)
	return s
}

func (b *book) label(sheet string, row int, id, label, words, unit string) {
	b.text(sheet, 1, row, id, "grey")
	b.text(sheet, 2, row, label, "label")
	b.text(sheet, 3, row, words, "grey")
	b.text(sheet, 4, row, unit, "grey")
}

func (b *book) quantity(sheet string, p place, q *proposal.Quantity, c render.Calculation) {
	unit, _ := b.m.Unit(q.ID)
	name := render.Unit(q.Unit, b.o.Language)
	b.label(sheet, p.exact, q.ID, q.Label, c.Words[0], name)
	f := b.m.Formula(q.ID, 0)
	for k := range b.years {
		b.formula(sheet, firstYear+k, p.exact, unscaled(b.excel(f, k), unit.Scale()), "value")
	}
	if p.rounded == p.exact {
		return
	}
	b.label(sheet, p.rounded, "", b.say("afrundet", "rounded"), "", name)
	for k := range b.years {
		b.formula(sheet, firstYear+k, p.rounded, roundTo(q.Round, at(firstYear+k, p.exact)), "value")
	}
}

func (b *book) row(sheet string, p place, q *proposal.Row, res proposal.RowResult, c render.Calculation) {
	unit := b.say("1.000 kr.", "1,000 kr")
	if p.phase > 0 {
		b.label(sheet, p.phase, "", b.say("indfasning", "phase-in"), "", "")
		for k, x := range b.m.Phase(q.ID) {
			if !res.Values[k].Blank {
				b.number(sheet, firstYear+k, p.phase, x, shareInput)
			}
		}
	}
	b.label(sheet, p.exact, q.ID, q.Label, c.Words[0], unit)
	for k, t := range b.years {
		switch amount := q.Amounts[t]; {
		case res.Values[k].Blank:
			b.number(sheet, firstYear+k, p.exact, 0, "value") // formulas count a blank cell as 0
		case amount != nil:
			b.number(sheet, firstYear+k, p.exact, amount.Value, "input")
		default:
			f := unscaled(b.excel(b.m.Formula(q.ID, t), k), 1000)
			if p.phase > 0 {
				f += "*" + at(firstYear+k, p.phase)
			}
			b.formula(sheet, firstYear+k, p.exact, f, "value")
		}
	}
	if p.converted != p.exact {
		kind, from := b.level(q)
		b.label(sheet, p.converted, "", b.say("omregnet p/l", "converted prices"), "", unit)
		for k := range b.years {
			b.formula(sheet, firstYear+k, p.converted, at(firstYear+k, p.exact)+"*"+b.factors[factorKey(kind, from, b.r.PriceLevel)], "value")
		}
	}
	if p.rounded == p.converted {
		return
	}
	b.label(sheet, p.rounded, "", b.say("afrundet", "rounded"), "", unit)
	for k, t := range b.years {
		round := q.Round
		if special, ok := q.RoundIn[t]; ok {
			round = special
		}
		b.formula(sheet, firstYear+k, p.rounded, roundTo(round, at(firstYear+k, p.converted)), "value")
	}
}
