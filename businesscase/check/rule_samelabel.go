package check

import (
	"fmt"
)

// sameLabels finds two parameters of the same name and unit with different values.
var sameLabels = rule{"same-label", Text{"Samme navn, to forudsætninger", "Same name, two assumptions"}, (*view).sameLabels}

func (v *view) sameLabels() {
	for i := range v.p.Parameters {
		for k := range i {
			a, b := &v.p.Parameters[k], &v.p.Parameters[i]
			if a.Value == nil || b.Value == nil || bare(a.Label) != bare(b.Label) || same(a.Value.Value, b.Value.Value) {
				continue
			}
			ua, _ := v.m.Unit(a.ID)
			if ub, _ := v.m.Unit(b.ID); !ua.SameButYear(ub) {
				continue
			}
			f := Finding{Class: Parameters, Severity: Warning, Lines: append(linesOf(a.Source), linesOf(b.Source)...), Printed: slash(written(*a.Value), written(*b.Value))}
			f.Title = say("To forudsætninger hedder »%s«", "Two assumptions are called “%s”", both(a.Label, a.LabelEN))
			f.Explain = say("%s er %s og %s er %s.", "%s is %s and %s is %s.", plain(a.ID), written(*a.Value), plain(b.ID), written(*b.Value))
			v.find(a.ID+"/"+b.ID, fmt.Sprintf("parameters[%d]", i), f)
		}
	}
}
