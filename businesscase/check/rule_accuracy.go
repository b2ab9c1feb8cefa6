package check

import (
	"fmt"
	"slices"
)

// accuracies finds a share that is used as something else than it is: how often a prediction is right is not how many
// of the selected complete.
var accuracies = rule{"share-used-as-another", Text{"Andel brugt som en anden", "A share used as another"}, (*view).accuracies}

func (v *view) accuracies() {
	for i := range v.p.Parameters {
		q := &v.p.Parameters[i]
		if q.Means == "" || q.Uses == "" || bare(q.Means) == bare(q.Uses) {
			continue
		}
		f := Finding{Class: Logic, Severity: Warning, Lines: linesOf(q.Source), Rows: v.rowsUsing(q.ID), Printed: plain(q.Means), Computed: plain(q.Uses)}
		f.Title = say("%s er »%s« og bruges som »%s«", "%s is “%s” and is used as “%s”", both(q.Label, q.LabelEN), plain(q.Means), plain(q.Uses))
		f.Explain = say("Formlerne har brug for »%s«. Det er ikke det samme tal, og det skal måles for sig.", "The formulas need “%s”. That is another number, and has to be measured as such.", plain(q.Uses))
		v.find(q.ID, fmt.Sprintf("parameters[%d].used-as", i), f)
	}
}

// rowsUsing are the rows that a name goes into, near or far.
func (v *view) rowsUsing(name string) []string {
	var out []string
	for _, r := range v.p.Rows {
		if slices.Contains(v.behind(r.ID), name) {
			out = append(out, r.ID)
		}
	}
	return out
}
