package check

import (
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// hopes finds savings that count on a target or on something nobody measured.
var hopes = rule{"counts-on-hope", Text{"Besparelse på mål eller antagelse", "Saving on a target or an assumption"}, (*view).hopes}

func (v *view) hopes() {
	for i := range v.p.Parameters {
		q := &v.p.Parameters[i]
		if q.Status != proposal.Goal && q.Status != proposal.Assumed {
			continue
		}
		var on []string
		var labels []Text
		for _, k := range v.savings() {
			if slices.Contains(v.behind(v.p.Rows[k].ID), q.ID) {
				on = append(on, v.p.Rows[k].ID)
				labels = append(labels, plain("»"+v.p.Rows[k].Label+"«"))
			}
		}
		if len(on) == 0 {
			continue
		}
		f := Finding{Class: Logic, Severity: Warning, Rows: on, Lines: linesOf(q.Source)}
		if q.Value != nil {
			f.Printed = plain(q.Value.String() + " " + q.Unit)
		}
		f.Title = say("Besparelsen regner med et mål: %s", "The saving counts on a target: %s", both(q.Label, q.LabelEN))
		if q.Status == proposal.Assumed {
			f.Severity = Note
			f.Title = say("Besparelsen hviler på en antagelse: %s", "The saving rests on an assumption: %s", both(q.Label, q.LabelEN))
		}
		f.Explain = say("%s afhænger af det.", "%s depends on it.", listed(labels))
		v.find(q.ID, fmt.Sprintf("parameters[%d].status", i), f)
	}
}
