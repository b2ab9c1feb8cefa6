package check

import (
	"fmt"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// tableAgainstTable finds the same row or total printed with two figures for one year.
var tableAgainstTable = rule{"table-against-table", Text{"Tabel mod tabel", "Table against table"}, (*view).tableAgainstTable}

func (v *view) tableAgainstTable() {
	for i := range v.sheets {
		for k := i + 1; k < len(v.sheets); k++ {
			v.compareTables(v.sheets[i], v.sheets[k])
		}
	}
}

func (v *view) compareTables(a, b *sheet) {
	for i, r := range a.Rows {
		for k, q := range b.Rows {
			if r.Row != "" && r.Row == q.Row {
				j := v.row(r.Row)
				v.comparePrinted(a, b, r.Row, v.rowLabel(a, i), r.Values, q.Values, v.r.Rows[j].Values,
					fmt.Sprintf("%s.rows[%d]", b.path, k), []string{a.rowLines(i), b.rowLines(k)})
			}
		}
	}
	if a.Kind == "breakdown" || b.Kind == "breakdown" {
		return // its total is that of one row: see the rule on breakdowns
	}
	for _, name := range totalNames {
		if len(a.Totals[name]) > 0 && len(b.Totals[name]) > 0 {
			v.comparePrinted(a, b, "total:"+name, "", a.Totals[name], b.Totals[name], v.total(name), b.path+".totals."+name, []string{a.Lines, b.Lines})
		}
	}
}

func (v *view) comparePrinted(a, b *sheet, row, label string, x, y []*proposal.AsPrinted, computed []proposal.Amount, path string, lines []string) {
	f := Finding{Class: TableTable, Severity: Error, Tables: []string{a.ID, b.ID}, Rows: []string{row}, Lines: lines}
	name := plain(label)
	if label == "" {
		name = totalLabels[row[len("total:"):]]
	}
	for k, t := range v.years {
		if a.at(t) < 0 || b.at(t) < 0 {
			continue
		}
		p, _ := a.value(x, t)
		q, _ := b.value(y, t)
		if same(p, q) {
			continue
		}
		f.Years = append(f.Years, t)
		f.Printed = slash(f.Printed, say("%s mod %s", "%s against %s", amount(p), amount(q)))
		f.Computed = slash(f.Computed, say("%s", "%s", amount(computed[k].Rounded)))
		f.Explain = f.Explain.then(say("%s: %s i %s og %s i %s, forskel %s.", "%s: %s in %s and %s in %s, difference %s.", t, amount(p), a.ID, amount(q), b.ID, amount(q-p)))
		switch {
		case same(p, computed[k].Rounded):
			f.Explain = f.Explain.then(say("Det beregnede er som i %s.", "The computed figure is that of %s.", a.ID))
		case same(q, computed[k].Rounded):
			f.Explain = f.Explain.then(say("Det beregnede er som i %s.", "The computed figure is that of %s.", b.ID))
		}
	}
	if len(f.Years) == 0 {
		return
	}
	f.Title = say("%s har ét tal i %s og et andet i %s", "%s has one figure in %s and another in %s", name, a.ID, b.ID)
	v.find(fmt.Sprintf("%s/%s/%s", a.ID, b.ID, row), path, f)
}

// breakdowns adds a breakdown table and holds it against the row that it breaks down.
var breakdowns = rule{"breakdown-against-row", Text{"Underopdeling mod rækken", "Breakdown against its row"}, (*view).breakdowns}

func (v *view) breakdowns() {
	for _, s := range v.sheets {
		k := v.row(s.Of)
		if s.Kind != "breakdown" || k < 0 {
			continue
		}
		f := Finding{Class: TableTable, Severity: Error, Tables: []string{s.ID}, Rows: []string{s.Of}, Lines: []string{s.Lines}}
		var whole, parts []float64
		for _, t := range s.years {
			sum := 0.0
			for i, r := range s.Rows {
				if r.Row != s.Of {
					x, _ := s.value(s.Rows[i].Values, t)
					sum += x
				}
			}
			x, from, ok := v.elsewhere(s, t)
			if !ok || same(sum, x) {
				continue
			}
			f.Tables = append(f.Tables, from)
			f.Years, whole, parts = append(f.Years, t), append(whole, x), append(parts, sum)
			f.Explain = f.Explain.then(say("%s: delene giver %s, rækken er %s i %s, forskel %s.", "%s: the parts give %s, the row is %s in %s, difference %s.", t, amount(sum), amount(x), from, amount(x-sum)))
		}
		if len(f.Years) == 0 {
			continue
		}
		f.Printed, f.Computed = slashed(whole), slashed(parts)
		f.Title = say("Delene i %s giver ikke »%s«", "The parts in %s do not give “%s”", s.name(), v.p.Rows[k].Label)
		v.find(s.ID, s.path, f)
	}
}

// elsewhere is the row that a breakdown breaks down: as it is printed in another table, else in the breakdown itself,
// else as computed.
func (v *view) elsewhere(s *sheet, t int) (x float64, from string, ok bool) {
	for _, own := range []bool{false, true} {
		for _, o := range v.sheets {
			for _, r := range o.Rows {
				if (o == s) == own && r.Row == s.Of && o.at(t) >= 0 {
					x, _ := o.value(r.Values, t)
					return x, o.ID, true
				}
			}
		}
	}
	if k := t - v.years[0]; k >= 0 && k < len(v.years) {
		return v.r.Rows[v.row(s.Of)].Values[k].Rounded, "", true
	}
	return 0, "", false
}
