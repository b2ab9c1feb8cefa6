package check

import (
	"fmt"
	"slices"
)

// missingTotals finds a table of all consequences that prints rows of a kind and no total of them.
var missingTotals = rule{"missing-total", Text{"Manglende totalrække", "Missing total row"}, (*view).missingTotals}

func (v *view) missingTotals() {
	for _, s := range v.sheets {
		for _, name := range totalNames {
			if len(s.Totals[name]) > 0 || (s.Kind != "overall" && s.Kind != name) {
				continue
			}
			rows := 0
			for _, r := range s.Rows {
				if k := v.row(r.Row); k >= 0 && name != "overall" && counts(name, v.p.Rows[k].Kind) {
					rows++
				}
			}
			whole := name == "overall" && s.Kind == "overall" && v.onlyKind() == ""
			if rows == 0 && !whole {
				continue
			}
			var sum []float64
			for _, a := range v.total(name) {
				sum = append(sum, a.Rounded)
			}
			f := Finding{Class: Structure, Severity: Note, Tables: []string{s.ID}, Rows: []string{"total:" + name}, Lines: []string{s.Lines}}
			f.Title = say("%s har ingen række for %s", "%s has no row for %s", s.name(), Text{"»" + totalLabels[name].DA + "«", totalLabels[name].EN})
			f.Computed = slashed(sum)
			f.Explain = say("Rækken ville være %s.", "The row would be %s.", f.Computed)
			if i := slices.IndexFunc(v.sheets, func(o *sheet) bool { return o != s && len(o.Totals[name]) > 0 }); i >= 0 {
				f.Explain = f.Explain.then(say("Den står i %s.", "It stands in %s.", v.sheets[i].ID))
			}
			v.find(s.ID+"/"+name, fmt.Sprintf("%s.totals", s.path), f)
		}
	}
}
