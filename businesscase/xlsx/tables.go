package xlsx

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/render"
)

// Columns of the tables: label, area or appropriation, years, and whether the figures are still as computed.
const tableFrom = 3

// tables writes Tables 1 to 3 as they are printed, with cells that point to the calculation and sums over the cells
// above them.
func (b *book) tables() {
	for i, t := range render.Tables(b.r, render.Options{Language: b.o.Language, Disbursed: b.p.DisbursedIn}) {
		sheet := b.tableSheet(i)
		b.text(sheet, 1, 1, t.Caption, "title")
		b.heads(sheet, 3, t.Unit, t.Second)
		b.text(sheet, tableFrom+len(b.years), 3, b.say("Kontrol", "Control"), "head")
		s := setter{b: b, sheet: sheet, table: t}
		for n, line := range t.Lines {
			s.line(n, line)
		}
		row := 4 + len(t.Lines) + 1
		for _, note := range t.Notes {
			b.text(sheet, 1, row, note, "")
			row++
		}
		b.widths(sheet, 58, 18)
		b.page(sheet, 3, 1)
	}
}

// setter sets one table.
type setter struct {
	b      *book
	sheet  string
	table  render.Table
	items  []int // rows of the lines since the last heading or sum, which the next sum adds up
	totals []int // rows of the sums, which a sum of sums adds up
	above  int   // row of the last sum of sums
}

func (s *setter) line(n int, l render.Line) {
	b, row := s.b, 4+n
	style := map[render.Style]string{render.Total: "total", render.Grand: "grand"}[l.Style]
	name := "label"
	if style == "" {
		style = "item"
	} else {
		name = style + "0"
	}
	label := l.Label
	if l.Style == render.Head {
		name = "bold"
	}
	if l.Style == render.Part {
		label = "    " + label
	}
	b.text(s.sheet, 1, row, label, name)
	b.text(s.sheet, 2, row, l.Second, "label")
	style += strconv.Itoa(min(s.table.Places, 1))
	switch l.Style {
	case render.Head:
		s.items = nil
		return
	case render.Word:
		s.answer(n, row)
		return
	}
	for k, x := range l.Cells {
		b.style(s.sheet, tableFrom+k, row, style)
		if x != nil {
			b.formula(s.sheet, tableFrom+k, row, s.cell(l, k, row), style)
		}
	}
	switch l.Style {
	case render.Item:
		s.items = append(s.items, row)
	case render.Total:
		s.items, s.totals = nil, append(s.totals, row)
	case render.Grand:
		s.above = row
	}
	b.shown = append(b.shown, shown{s.sheet, l.Label, row, l})
}

// cell is the formula of one cell.
func (s *setter) cell(l render.Line, k, row int) string {
	switch l.Style {
	case render.Total:
		return s.add(s.items, k)
	case render.Grand:
		return s.add(s.totals, k)
	case render.Sofar:
		return fmt.Sprintf("SUM(%s:%s)", at(tableFrom, s.above), at(tableFrom+k, s.above))
	}
	return s.b.rounded[l.ID][k]
}

// add sums the cells of rows, as a range where they follow each other.
func (s *setter) add(rows []int, k int) string {
	if n := len(rows); n > 1 && rows[n-1]-rows[0] == n-1 {
		return fmt.Sprintf("SUM(%s:%s)", at(tableFrom+k, rows[0]), at(tableFrom+k, rows[n-1]))
	}
	cells := make([]string, len(rows))
	for i, r := range rows {
		cells[i] = at(tableFrom+k, r)
	}
	return sum(cells)
}

// answer writes a payback and, beside it, the plain one. The first answer is the service areas'.
func (s *setter) answer(n, row int) {
	name := "total"
	if n+1 < len(s.table.Lines) && s.table.Lines[n+1].Style == render.Word {
		name = "service"
	}
	s.b.formula(s.sheet, tableFrom, row, s.b.paid[name], "answer")
	s.b.text(s.sheet, tableFrom+1, row, s.b.say("simpel:", "plain:"), "grey")
	s.b.formula(s.sheet, tableFrom+2, row, s.b.paid["plain "+name], "answer")
}

// control writes what Rettidig computed, and how far the live figures are from it.
func (b *book) control() {
	sheet := b.controlSheet()
	n := len(b.years)
	b.text(sheet, 1, 1, b.say("Kontrol", "Control"), "title")
	b.text(sheet, 1, 2, b.say("Tallene som Rettidig har beregnet dem, og forskellen til arkenes egne. Ændres en forudsætning, er forskellen virkningen af ændringen.",
		"The figures as Rettidig computed them, and the difference to the sheets' own. When a parameter is changed, the difference is what the change does."), "")
	b.heads(sheet, 4, b.say("Ark", "Sheet"), b.say("Linje", "Line"))
	b.text(sheet, tableFrom+n, 4, b.say("Største forskel", "Largest difference"), "year")
	row := 5
	for _, l := range b.shown {
		b.text(sheet, 1, row, l.sheet, "grey")
		b.text(sheet, 2, row, l.label, "label")
		var far []string
		for k, x := range l.line.Cells {
			if x != nil {
				b.number(sheet, tableFrom+k, row, *x, "value")
				far = append(far, fmt.Sprintf("ABS(%s-%s)", in(l.sheet, tableFrom+k, l.row), at(tableFrom+k, row)))
			}
		}
		difference := "0"
		if len(far) > 0 {
			difference = "MAX(" + strings.Join(far, ",") + ")"
		}
		b.formula(sheet, tableFrom+n, row, difference, "value")
		b.formula(l.sheet, tableFrom+n, l.row, fmt.Sprintf(`IF(%s<0.0005,"%s","%s")`, in(sheet, tableFrom+n, row), b.say("som beregnet", "as computed"), b.say("ændret", "changed")), "")
		row++
	}
	b.crossSums(sheet, row+1)
	b.widths(sheet, 12, 58)
	b.page(sheet, 4, 2)
}

// crossSums holds the sums of Table 1 against those of Tables 2 and 3, which add other cells up.
func (b *book) crossSums(sheet string, row int) {
	last := func(sheet string, styles ...render.Style) *shown {
		var found *shown
		for i := range b.shown {
			for _, s := range styles {
				if b.shown[i].sheet == sheet && b.shown[i].line.Style == s {
					found = &b.shown[i]
				}
			}
		}
		return found
	}
	first := func(sheet string) *shown {
		for i := range b.shown {
			if b.shown[i].sheet == sheet && b.shown[i].line.Style == render.Total {
				return &b.shown[i]
			}
		}
		return nil
	}
	for _, pair := range []struct {
		label string
		a, b  *shown
	}{
		{b.say("Tabel 1 og 2 giver samme investering", "Tables 1 and 2 give the same investment"), last(b.tableSheet(0), render.Total), last(b.tableSheet(1), render.Total, render.Grand)},
		{b.say("Tabel 1 og 3 giver samme varige ændring", "Tables 1 and 3 give the same permanent change"), first(b.tableSheet(0)), last(b.tableSheet(2), render.Total, render.Grand)},
	} {
		if pair.a == nil || pair.b == nil {
			continue
		}
		b.text(sheet, 2, row, pair.label, "label")
		var far []string
		for k := range b.years {
			far = append(far, fmt.Sprintf("ABS(N(%s)-N(%s))", in(pair.a.sheet, tableFrom+k, pair.a.row), in(pair.b.sheet, tableFrom+k, pair.b.row)))
		}
		b.formula(sheet, tableFrom+len(b.years), row, fmt.Sprintf(`IF(MAX(%s)<0.0005,"%s","%s")`, strings.Join(far, ","), b.say("stemmer", "agree"), b.say("stemmer ikke", "differ")), "")
		row++
	}
}
