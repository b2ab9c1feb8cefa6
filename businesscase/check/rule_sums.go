package check

import (
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// sums adds the printed rows of a table and holds them against its printed total, and permanent change and
// implementation against the overall effect.
var sums = rule{"rows-against-total", Text{"Rækker mod total", "Rows against total"}, (*view).sums}

func (v *view) sums() {
	for _, s := range v.sheets {
		for _, name := range totalNames {
			if len(s.Totals[name]) > 0 {
				v.rowsAgainstTotal(s, name)
			}
		}
		v.overallOfTotals(s)
	}
}

// addends are the rows of a table that its total adds up: no part of a row that the table prints too, and of rows that
// are none of the proposal's, those that the table's kind says.
func (v *view) addends(s *sheet, name string) []int {
	var out []int
	for i, r := range s.Rows {
		k := v.row(r.Row)
		if k < 0 {
			if s.Kind == name || s.Kind == "breakdown" || name == "overall" || (s.Kind == "overall" && name == v.onlyKind()) {
				out = append(out, i)
			}
			continue
		}
		parent := v.p.Rows[k].Parent
		if parent != "" && slices.ContainsFunc(s.Rows, func(o proposal.TableRow) bool { return o.Row == parent }) {
			continue
		}
		if s.Kind == "breakdown" || counts(name, v.p.Rows[k].Kind) {
			out = append(out, i)
		}
	}
	return out
}

// onlyKind is the total that all rows of the proposal go into, if there is one.
func (v *view) onlyKind() string {
	one := slices.ContainsFunc(v.p.Rows, func(r proposal.Row) bool { return r.Kind == proposal.OneOff })
	permanent := slices.ContainsFunc(v.p.Rows, func(r proposal.Row) bool { return r.Kind != proposal.OneOff })
	switch {
	case one && !permanent:
		return "implementation"
	case permanent && !one:
		return "permanent"
	}
	return ""
}

func (v *view) rowsAgainstTotal(s *sheet, name string) {
	list := v.addends(s, name)
	if len(list) == 0 {
		return
	}
	f := Finding{Class: Sums, Severity: Error, Tables: []string{s.ID}, Rows: []string{"total:" + name}, Lines: []string{s.Lines}}
	var sum, total []float64
	for _, t := range s.years {
		x, ok := s.value(s.Totals[name], t)
		y, any := 0.0, false
		for _, i := range list {
			if z, ok := s.value(s.Rows[i].Values, t); ok {
				y, any = y+z, true
			}
		}
		if same(x, y) || (!ok && !any) {
			continue
		}
		f.Years, sum, total = append(f.Years, t), append(sum, y), append(total, x)
		f.Explain = f.Explain.then(say("%s: rækkerne giver %s, totalen er %s, forskel %s.", "%s: the rows give %s, the total is %s, difference %s.", t, amount(y), amount(x), amount(x-y)))
	}
	if len(f.Years) == 0 {
		return
	}
	f.Title = say("Rækkerne i %s giver ikke totalen", "The rows of %s do not add up to the total", s.name())
	f.Printed, f.Computed = slashed(total), slashed(sum)
	f.Explain = f.Explain.then(v.mendsSum(s, list, f.Years, sum, total))
	v.find(s.ID+"/"+name, fmt.Sprintf("%s.totals.%s", s.path, name), f)
}

// mendsSum looks for one change of the rows that gives the total in every year that does not add up: a row left out,
// counted twice or counted inside another, or a row as it is printed in another table or as it is computed.
func (v *view) mendsSum(s *sheet, list []int, years []int, sum, total []float64) Text {
	all := func(change func(year int) (float64, bool)) bool {
		for n, t := range years {
			d, ok := change(t)
			if !ok || !same(sum[n]+d, total[n]) {
				return false
			}
		}
		return true
	}
	var found []Text
	for _, i := range list {
		r := s.Rows[i]
		here := func(t int) float64 { x, _ := s.value(r.Values, t); return x }
		label := plain(v.rowLabel(s, i))
		if all(func(t int) (float64, bool) { return -here(t), true }) {
			found = append(found, say("uden »%s«", "without “%s”", label))
		}
		if all(func(t int) (float64, bool) { return here(t), true }) {
			found = append(found, say("med »%s« to gange", "with “%s” twice", label))
		}
		if all(func(t int) (float64, bool) { return -2 * here(t), true }) {
			found = append(found, say("når det dobbelte af »%s« trækkes fra: beløbet er måske også talt med i en anden række, og med den dobbelte værdi", "when twice “%s” is subtracted: perhaps it is also inside another row, at twice the amount", label))
		}
		if r.Row == "" {
			continue
		}
		for _, o := range v.sheets {
			for _, q := range o.Rows {
				if o != s && q.Row == r.Row && all(func(t int) (float64, bool) { x, ok := o.value(q.Values, t); return x - here(t), ok }) {
					found = append(found, say("med »%s« som i %s", "with “%s” as in %s", label, o.ID))
				}
			}
		}
		if k := v.row(r.Row); all(func(t int) (float64, bool) { x, ok := v.computed(k, t); return x - here(t), ok }) {
			found = append(found, say("med »%s« som beregnet", "with “%s” as computed", label))
		}
	}
	for k, r := range v.p.Rows {
		if slices.ContainsFunc(s.Rows, func(q proposal.TableRow) bool { return q.Row == r.ID }) {
			continue
		}
		if all(func(t int) (float64, bool) { x, ok := v.computed(k, t); return -x, ok }) {
			found = append(found, say("når »%s«, som tabellen ikke har, trækkes fra: beløbet er måske talt med i en anden række", "when “%s”, which the table has not, is subtracted: perhaps it is inside another row", plain(r.Label)))
		}
		if all(func(t int) (float64, bool) { return v.computed(k, t) }) {
			found = append(found, say("med »%s«, som tabellen ikke har", "with “%s”, which the table has not", plain(r.Label)))
		}
	}
	if len(found) == 0 {
		return Text{}
	}
	found = found[:min(3, len(found))]
	out := found[0]
	for _, t := range found[1:] {
		out.DA, out.EN = out.DA+", eller "+t.DA, out.EN+", or "+t.EN
	}
	return say("Det går op %s.", "It adds up %s.", out)
}

// computed is a row's rounded figure of a year; ok is false outside the axis.
func (v *view) computed(row, year int) (x float64, ok bool) {
	k := year - v.years[0]
	if k < 0 || k >= len(v.years) {
		return 0, false
	}
	return v.r.Rows[row].Values[k].Rounded, true
}

// overallOfTotals adds the two totals of a table. A total that the table has not is taken from another table.
func (v *view) overallOfTotals(s *sheet) {
	if len(s.Totals["overall"]) == 0 {
		return
	}
	f := Finding{Class: Sums, Severity: Error, Tables: []string{s.ID}, Rows: []string{"total:overall"}, Lines: []string{s.Lines}}
	var sum, total []float64
	for _, t := range s.years {
		y, parts := 0.0, 0
		for _, name := range totalNames[:2] {
			if x, ok, known := v.printedTotal(s, name, t); known {
				parts++
				if ok {
					y += x
				}
			}
		}
		x, _ := s.value(s.Totals["overall"], t)
		if parts < 2 || same(x, y) {
			continue
		}
		f.Years, sum, total = append(f.Years, t), append(sum, y), append(total, x)
		f.Explain = f.Explain.then(say("%s: varigt og implementering giver %s, samlet er trykt %s, forskel %s.", "%s: permanent and implementation give %s, overall is printed %s, difference %s.", t, amount(y), amount(x), amount(x-y)))
	}
	if len(f.Years) == 0 {
		return
	}
	f.Title = say("Varige ændringer og implementering giver ikke den samlede effekt i %s", "Permanent change and implementation do not give the overall effect of %s", s.name())
	f.Printed, f.Computed = slashed(total), slashed(sum)
	v.find(s.ID+"/of-totals", s.path+".totals.overall", f)
}

// printedTotal is a total of the table, or of the first other that prints it; known is false when none does.
func (v *view) printedTotal(s *sheet, name string, t int) (x float64, ok, known bool) {
	for _, o := range append([]*sheet{s}, v.sheets...) {
		if cells := o.Totals[name]; len(cells) > 0 && o.at(t) >= 0 && o.Kind != "breakdown" {
			x, ok := o.value(cells, t)
			return x, ok, true
		}
	}
	return 0, false, false
}
