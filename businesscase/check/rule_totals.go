package check

import (
	"fmt"
	"slices"
)

// totals holds printed totals against computed ones.
var totals = rule{"total-against-computed", Text{"Trykt total mod beregnet", "Printed total against computed"}, (*view).totals}

func (v *view) totals() {
	for _, name := range totalNames {
		var list []cell
		for _, s := range v.sheets {
			if len(s.Totals[name]) == 0 || s.Kind == "breakdown" {
				continue
			}
			for k, t := range v.years {
				a := v.total(name)[k]
				if x, ok := s.value(s.Totals[name], t); s.at(t) >= 0 && !same(x, a.Rounded) {
					list = append(list, cell{sheet: s, year: t, printed: x, exact: a.Exact, computed: a.Rounded, blank: !ok, extra: a.Blank})
				}
			}
		}
		v.totalFinding(name, list)
	}
}

func (v *view) totalFinding(name string, list []cell) {
	if len(list) == 0 {
		return
	}
	f := Finding{Class: Arithmetic, Severity: Error, Rows: []string{"total:" + name}}
	carried, rounded := true, true
	for n, c := range list {
		f.Tables, f.Years, f.Lines = append(f.Tables, c.sheet.ID), append(f.Years, c.year), append(f.Lines, c.sheet.Lines)
		carried = carried && same(c.printed-c.computed, v.printedDifference(name, c.year-v.years[0]))
		rounded = rounded && agrees(c.printed, c.exact)
		if slices.ContainsFunc(list[:n], c.alike) {
			continue
		}
		f.Printed = slash(f.Printed, cellText(c.printed, c.blank))
		f.Computed = slash(f.Computed, cellText(c.computed, c.extra))
		f.Explain = f.Explain.then(say("%s: %s i %s, beregnet %s, forskel %s.", "%s: %s in %s, computed %s, difference %s.", c.year, amount(c.printed), c.sheet.ID, amount(c.computed), amount(c.printed-c.computed)))
	}
	switch {
	case carried:
		f.Severity = Note
		f.Explain = f.Explain.then(say("Forskellen er rækkernes egen: totalen følger de trykte rækker.", "The difference is that of the rows: the total follows the printed rows."))
	case rounded:
		f.Class, f.Severity = Rounded, Note
		f.Explain = f.Explain.then(say("En afrunding forklarer det.", "A rounding explains it."))
	}
	f.Title = say("%s: trykt total er ikke den beregnede", "%s: the printed total is not the computed one", totalLabels[name])
	v.find(name, fmt.Sprintf("%s.totals.%s", list[0].sheet.path, name), f)
}

// printedDifference is by how much the printed rows of a total differ from the computed ones, each row as it is printed
// in the first table that has it.
func (v *view) printedDifference(name string, k int) float64 {
	sum := 0.0
	for i, r := range v.p.Rows {
		if r.Parent != "" || !counts(name, r.Kind) {
			continue
		}
		if x, ok := v.firstPrinted(r.ID, v.years[k]); ok {
			sum += x - v.r.Rows[i].Values[k].Rounded
		}
	}
	return sum
}

// counts tells whether rows of a kind go into a total.
func counts(total, kind string) bool {
	return total == "overall" || (total == "implementation") == (kind == "one-off")
}

// firstPrinted is a row's figure of a year in the first table that prints it.
func (v *view) firstPrinted(row string, year int) (float64, bool) {
	for _, s := range v.sheets {
		for _, r := range s.Rows {
			if r.Row == row {
				if x, ok := s.value(r.Values, year); ok {
					return x, true
				}
			}
		}
	}
	return 0, false
}
