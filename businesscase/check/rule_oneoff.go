package check

import (
	"fmt"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// longYears is in how many years a cost may stand before calling it one-off needs an explanation.
const longYears = 3

// longOneOffs finds a cost booked as one-off that stands in more than longYears years and up to the last but one.
var longOneOffs = rule{"long-one-off", Text{"Engangsudgift i mange år", "One-off cost in many years"}, (*view).longOneOffs}

func (v *view) longOneOffs() {
	n := len(v.years)
	for i, r := range v.r.Rows {
		if r.Kind != proposal.OneOff || r.Parent != "" || n < longYears+2 {
			continue
		}
		var in []int
		sum, all := 0.0, 0.0
		for k, a := range r.Values {
			if a.Rounded != 0 {
				in = append(in, v.years[k])
			}
			sum += a.Rounded
			all += v.r.Totals.Implementation[k].Rounded
		}
		if len(in) <= longYears || in[len(in)-1] < v.years[n-2] {
			continue
		}
		yearly, last := 0.0, v.r.Totals.Permanent[n-1].Rounded
		for _, a := range r.Values {
			yearly = max(yearly, a.Rounded)
		}
		f := Finding{Class: Logic, Severity: Warning, Rows: []string{r.ID}, Years: in, Lines: linesOf(v.p.Rows[i].Source)}
		f.Lines = append(f.Lines, v.printedAt(r.ID)...)
		f.Title = say("%s: engangsudgift i %s år", "%s: one-off cost in %s years", plain(r.Label), len(in))
		f.Printed, f.Computed = say("%s", "%s", amount(last)), say("%s", "%s", amount(last+yearly))
		f.Explain = say("%s af %s i implementering står i %s, %s af det hele. Fortsatte udgiften, ville den varige ændring i %s være %s og ikke %s.",
			"%s of %s of implementation stands in %s, %s of all. If the cost went on, the permanent change of %s would be %s and not %s.",
			amount(sum), amount(all), years(in), percent(sum/all), v.years[n-1], amount(last+yearly), amount(last))
		v.find(r.ID, fmt.Sprintf("rows[%d].kind", i), f)
	}
}

// printedAt are the document's lines of a row.
func (v *view) printedAt(row string) []string {
	var out []string
	for _, s := range v.sheets {
		for i, r := range s.Rows {
			if r.Row == row {
				out = append(out, s.rowLines(i))
			}
		}
	}
	return out
}
