package check

import (
	"fmt"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// twoValues finds a parameter for which the document states another value too, and says what the other would do.
var twoValues = rule{"two-values", Text{"Én forudsætning, to værdier", "One assumption, two values"}, (*view).twoValues}

func (v *view) twoValues() {
	for i := range v.p.Parameters {
		q := &v.p.Parameters[i]
		if q.Value == nil {
			continue
		}
		for n, o := range q.Also {
			if same(o.Value.Value, q.Value.Value) {
				continue
			}
			f := Finding{Class: Parameters, Severity: Warning, Lines: append(linesOf(q.Source), linesOf(o.Source)...)}
			f.Printed = slash(written(*q.Value), written(o.Value))
			f.Title = say("%s har to værdier: %s og %s", "%s has two values: %s and %s", both(q.Label, q.LabelEN), written(*q.Value), written(o.Value))
			f.Explain = v.whatIf(i, q, o.Value.Value)
			v.find(fmt.Sprintf("%s/%d", q.ID, n+1), fmt.Sprintf("parameters[%d].also[%d]", i, n), f)
		}
	}
}

// whatIf tells what another value would do to the overall effect of the last year.
func (v *view) whatIf(i int, q *proposal.Param, other float64) Text {
	k := len(v.years) - 1
	for ; k > 0 && v.r.Totals.Overall[k].Blank; k-- {
	}
	sum := func(values [][]float64) float64 {
		s := 0.0
		for _, r := range v.p.Rows {
			if r.Parent == "" {
				s += values[v.slot[r.ID]][k] / 1000
			}
		}
		return s
	}
	now, then := sum(v.exact), sum(v.values(map[int]float64{i: other}))
	out := say("Der regnes med %s.", "%s is what counts.", written(*q.Value))
	if same(now, then) {
		return out.then(say("Den anden ændrer ikke den samlede effekt i %s.", "The other does not change the overall effect of %s.", v.years[k]))
	}
	return out.then(say("Den anden giver %s i %s i stedet for %s.", "The other gives %s in %s instead of %s.", amount(then), v.years[k], amount(now)))
}
