package check

import (
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// cells holds every printed figure of a row against the computed one.
var cells = rule{"row-against-formula", Text{"Trykt tal mod beregnet", "Printed figure against computed"}, (*view).cells}

// cell is one printed figure that is not the computed one.
type cell struct {
	sheet          *sheet
	at             int // of the row in the table
	year           int
	printed, exact float64
	computed       float64 // rounded as the row says
	blank, extra   bool    // printed blank, or computed blank
	rounding       Text
}

// alike tells that two cells are the same slip: in another year or table.
func (c cell) alike(d cell) bool {
	return c.printed == d.printed && c.computed == d.computed && c.blank == d.blank && c.extra == d.extra
}

func (v *view) cells() {
	for i := range v.p.Rows {
		grave, light := v.differing(i)
		v.cellFinding(i, grave, false)
		v.cellFinding(i, light, true)
	}
}

// differing finds the printed figures of a row that differ, those that a rounding explains apart from the others.
func (v *view) differing(i int) (grave, light []cell) {
	row := &v.p.Rows[i]
	for _, s := range v.sheets {
		for at, printed := range s.Rows {
			if printed.Row != row.ID {
				continue
			}
			for k, t := range v.years {
				a := v.r.Rows[i].Values[k]
				x, ok := s.value(printed.Values, t)
				c := cell{sheet: s, at: at, year: t, printed: x, exact: a.Exact, computed: a.Rounded, blank: !ok, extra: a.Blank}
				switch {
				case s.at(t) < 0 || same(x, a.Rounded):
					continue
				case !ok || a.Blank:
					grave = append(grave, c)
					continue
				}
				if r, ok := roundedTo(x, a.Exact); ok {
					c.rounding = roundingText(r)
				} else if d := x - a.Rounded; d >= -1-1e-9 && d <= 1+1e-9 && (x >= 20 || x <= -20) {
					c.rounding = say("én ved siden af", "off by one")
				}
				if c.rounding.empty() {
					grave = append(grave, c)
				} else {
					light = append(light, c)
				}
			}
		}
	}
	return grave, light
}

func (v *view) cellFinding(i int, list []cell, rounding bool) {
	if len(list) == 0 {
		return
	}
	row := &v.p.Rows[i]
	f := Finding{Class: Arithmetic, Severity: Error, Rows: []string{row.ID}}
	f.Title = say("%s: trykt tal er ikke det beregnede", "%s: the printed figure is not the computed one", row.Label)
	kind := ""
	if rounding {
		f.Class, f.Severity, kind = Rounded, Note, "/rounding"
		f.Title = say("%s: trykt tal er afrundet anderledes", "%s: the printed figure is rounded otherwise", row.Label)
	}
	for n, c := range list {
		f.Tables, f.Years = append(f.Tables, c.sheet.ID), append(f.Years, c.year)
		f.Lines = append(f.Lines, c.sheet.rowLines(c.at))
		if slices.ContainsFunc(list[:n], c.alike) {
			continue
		}
		var in []int
		var tables []Text
		for _, d := range list[n:] {
			if c.alike(d) {
				in = append(in, d.year)
				if t := plain(d.sheet.ID); !slices.Contains(tables, t) {
					tables = append(tables, t)
				}
			}
		}
		slices.Sort(in)
		f.Printed = slash(f.Printed, cellText(c.printed, c.blank))
		f.Computed = slash(f.Computed, cellText(c.computed, c.extra))
		f.Explain = f.Explain.then(v.cellText(i, c, years(slices.Compact(in)), listed(tables)))
	}
	if row.Source != nil {
		f.Lines = append(f.Lines, row.Source.Lines)
	}
	first := list[0]
	v.find(row.ID+kind, fmt.Sprintf("%s.rows[%d]", first.sheet.path, first.at), f)
}

func cellText(x float64, blank bool) Text {
	if blank {
		return say("blank", "blank")
	}
	return say("%s", "%s", amount(x))
}

func slash(a, b Text) Text {
	if a.empty() {
		return b
	}
	return Text{a.DA + " / " + b.DA, a.EN + " / " + b.EN}
}

// cellText says what one figure is and what would make it fit.
func (v *view) cellText(i int, c cell, t, tables Text) Text {
	switch {
	case c.blank:
		return say("%s: %s er blank, beregnet %s.", "%s: %s is blank, computed %s.", t, tables, amount(c.computed))
	case c.extra:
		return say("%s: %s har %s, hvor rækken intet har.", "%s: %s has %s where the row has nothing.", t, tables, amount(c.printed))
	case !c.rounding.empty():
		return say("%s: trykt %s, beregnet %s: %s.", "%s: printed %s, computed %s: %s.", t, amount(c.printed), amount(c.exact), c.rounding)
	}
	out := say("%s: %s i %s, beregnet %s, forskel %s.", "%s: %s in %s, computed %s, difference %s.", t, amount(c.printed), tables, amount(c.computed), amount(c.printed-c.computed))
	if e, ok := thousandfold(c.printed, c.exact); ok {
		return out.then(powerText(e))
	}
	at := v.slot[v.p.Rows[i].ID]
	s := suspect{printed: c.printed, exact: c.exact, year: c.year, names: v.behind(v.p.Rows[i].ID)}
	k := c.year - v.years[0]
	s.value = func(values [][]float64) float64 { return values[at][k] / 1000 }
	for _, a := range v.r.Rows[i].Values {
		s.byYear = append(s.byYear, a.Exact)
	}
	return out.then(v.fits(s)).then(v.fullEffect(i, c))
}

// fullEffect says which full effect the printed figure would be the stated share of.
func (v *view) fullEffect(i int, c cell) Text {
	row := &v.p.Rows[i]
	share := shareIn(row, c.year)
	if share <= 0 || share >= 1 {
		return Text{}
	}
	full := c.printed / share
	if r := (proposal.Rounding{To: 10}); !same(r.Apply(full), full) {
		return Text{}
	}
	return say("%s er %s af %s.", "%s is %s of %s.", amount(c.printed), percent(share), amount(full))
}

// shareIn is the share of full effect that the row states for a year: 0 before the first, 1 where none is stated.
func shareIn(row *proposal.Row, year int) float64 {
	if len(row.PhaseIn) == 0 {
		return 1
	}
	share, last := 0.0, 0
	for t, x := range row.PhaseIn {
		if t <= year && t > last {
			share, last = x.Value, t
		}
	}
	return share
}

func powerText(e int) Text {
	factor := 1.0
	for range max(e, -e) {
		factor *= 10
	}
	if e > 0 {
		return say("Tallet er %s gange for stort: en forkert enhed.", "The figure is %s times too large: a wrong unit.", amount(factor))
	}
	return say("Tallet er %s gange for lille: en forkert enhed.", "The figure is %s times too small: a wrong unit.", amount(factor))
}
