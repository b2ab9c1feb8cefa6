package check

import "fmt"

// overruns finds parts that are more than the row they break down.
var overruns = rule{"parts-above-row", Text{"Dele der er mere end deres række", "Parts that are more than their row"}, (*view).overruns}

func (v *view) overruns() {
	for _, o := range v.r.Overruns() {
		k := v.row(o.Row)
		f := Finding{Class: Sums, Severity: Error, Rows: []string{o.Row}, Years: []int{o.Year}, Printed: say("%s", "%s", amount(o.Whole.Exact)), Computed: say("%s", "%s", amount(o.Parts))}
		f.Title = say("Delene af »%s« er mere end rækken", "The parts of “%s” are more than the row", plain(v.p.Rows[k].Label))
		f.Explain = say("%s: delene giver %s, rækken %s.", "%s: the parts give %s, the row %s.", o.Year, amount(o.Parts), amount(o.Whole.Exact))
		if o.Whole.Blank {
			f.Explain = say("%s: delene giver %s, rækken er tom.", "%s: the parts give %s, the row is blank.", o.Year, amount(o.Parts))
		}
		v.find(o.Row, fmt.Sprintf("rows[%d]", k), f)
	}
}
