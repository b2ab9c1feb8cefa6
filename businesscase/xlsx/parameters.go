package xlsx

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/render"
)

// firstYear is the column of the first year on the sheets of parameters and calculation.
const firstYear = 8

// parameters writes the sheet of values that may be changed.
func (b *book) parameters() {
	sheet := b.parameterSheet()
	b.text(sheet, 1, 1, b.r.Title, "title")
	b.text(sheet, 1, 2, b.say("Gule felter kan ændres; alle andre ark regner selv om. Værdier står i deres egen enhed.",
		"Yellow cells may be changed; all other sheets follow. Values are in their own unit."), "")
	b.heads(sheet, 4, b.say("Navn", "Name"), b.say("Forudsætning", "Parameter"), b.say("Værdi", "Value"), b.say("Enhed", "Unit"),
		"Status", b.say("Kilde", "Source"), b.say("Note", "Note"))
	row := 5
	for i := range b.p.Parameters {
		b.parameter(sheet, row, &b.p.Parameters[i], b.r.Parameters[i])
		row++
	}
	b.priceFactors(sheet, row+1)
	b.widths(sheet, 28, 48, 14, 26, 14, 40, 40)
	b.page(sheet, 4, 2)
}

func (b *book) parameter(sheet string, row int, q *proposal.Param, s proposal.Series) {
	b.text(sheet, 1, row, q.ID, "grey")
	b.text(sheet, 2, row, q.Label, "label")
	b.text(sheet, 4, row, render.Unit(q.Unit, b.o.Language), "label")
	b.text(sheet, 5, row, render.Status(q, b.o.Language), "label")
	b.text(sheet, 6, row, render.SourceText(q.Source, b.o.Language), "grey")
	b.text(sheet, 7, row, q.Note, "grey")
	unit, _ := b.m.Unit(q.ID)
	style := "input"
	if render.IsShare(q.Unit) {
		style = shareInput
	}
	refs := make([]string, len(b.years))
	if q.Value != nil || s.Changed {
		b.number(sheet, 3, row, s.Exact[0], style)
	}
	for k := range b.years {
		if q.Value != nil || s.Changed {
			refs[k] = scaled(in(sheet, 3, row), unit.Scale())
			continue
		}
		b.number(sheet, firstYear+k, row, s.Exact[k], style)
		refs[k] = scaled(in(sheet, firstYear+k, row), unit.Scale())
	}
	b.cells[q.ID] = refs
}

// priceFactors writes a cell for each conversion between price levels that the rows need.
func (b *book) priceFactors(sheet string, row int) {
	b.factors = map[string]string{}
	for i := range b.p.Rows {
		kind, from := b.level(&b.p.Rows[i])
		key := factorKey(kind, from, b.r.PriceLevel)
		if from == b.r.PriceLevel || b.factors[key] != "" {
			continue
		}
		factor, err := b.o.Index.Factor(kind, from, b.r.PriceLevel)
		if err != nil {
			b.check(err)
			return
		}
		b.text(sheet, 1, row, b.say("prisindeks", "price index"), "grey")
		b.text(sheet, 2, row, fmt.Sprintf(b.say("Omregning fra %d p/l til %d p/l (%s)", "From %d prices to %d prices (%s)"), from, b.r.PriceLevel, kind), "label")
		b.number(sheet, 3, row, factor, "input")
		b.text(sheet, 6, row, b.o.Index.Source, "grey")
		b.factors[key] = in(sheet, 3, row)
		row++
	}
}

// level is the cost type and the price level of a row's amounts.
func (b *book) level(q *proposal.Row) (kind string, from int) {
	kind, from = q.CostType, q.PriceLevel
	if kind == "" {
		kind = proposal.General
	}
	if from == 0 {
		from = b.p.PriceLevel
	}
	return kind, from
}

func factorKey(kind string, from, to int) string {
	return strings.Join([]string{kind, strconv.Itoa(from), strconv.Itoa(to)}, "/")
}
