package check

import (
	"fmt"
	"math"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// roundings tells what the rounding of a row hides, so that nobody takes the printed figure for the computed one.
var roundings = rule{"rounding-of-row", Text{"Afrunding af rækker", "Rounding of rows"}, (*view).roundings}

// hidden is the least difference worth telling, in 1,000 kr.
const hidden = 2.0

func (v *view) roundings() {
	for i := range v.p.Rows {
		row := &v.p.Rows[i]
		if row.Round == nil && len(row.RoundIn) == 0 {
			continue
		}
		f := Finding{Class: Rounded, Severity: Note, Rows: []string{row.ID}, Lines: linesOf(row.Source)}
		largest, at := 0.0, 0
		for k, a := range v.r.Rows[i].Values {
			if d := math.Abs(a.Rounded - a.Exact); d > largest+1e-9 {
				largest, at = d, k
			}
		}
		if largest < hidden-1e-9 {
			continue
		}
		a := v.r.Rows[i].Values[at]
		f.Years = []int{v.years[at]}
		f.Printed, f.Computed = say("%s", "%s", amount(a.Rounded)), say("%s", "%s", amount(a.Exact))
		r := row.Round
		if special, ok := row.RoundIn[v.years[at]]; ok {
			r = special
		}
		f.Title = say("%s: afrundingen flytter %s i %s", "%s: rounding moves %s in %s", plain(row.Label), amount(a.Rounded-a.Exact), v.years[at])
		f.Explain = say("%s er %s til %s.", "%s is %s to %s.", amount(a.Exact), roundingText(*r), amount(a.Rounded))
		nearest := proposal.Rounding{To: r.To}
		if x := nearest.Apply(a.Exact); !same(x, a.Rounded) {
			f.Explain = f.Explain.then(say("Nærmeste ville være %s.", "The nearest would be %s.", amount(x)))
		}
		if row.Round != nil && len(row.RoundIn) > 0 {
			f.Explain = f.Explain.then(say("Rækken er ikke afrundet ens i alle år.", "The row is not rounded alike in all years."))
		}
		v.find(row.ID, fmt.Sprintf("rows[%d].round", i), f)
	}
}
