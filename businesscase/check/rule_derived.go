package check

import (
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// underived finds rows that are given and follow from nothing.
var underived = rule{"follows-from-nothing", Text{"Rækker uden grundlag", "Rows that follow from nothing"}, (*view).underived}

func (v *view) underived() {
	for i := range v.p.Rows {
		row := &v.p.Rows[i]
		if len(row.Amounts) == 0 || row.Parent != "" {
			continue
		}
		f := Finding{Class: NotDerived, Severity: Note, Rows: []string{row.ID}, Lines: append(linesOf(row.Source), v.printedAt(row.ID)...)}
		if row.Kind == proposal.Saving {
			f.Severity = Warning
		}
		var xs []float64
		for _, a := range v.r.Rows[i].Values {
			if !a.Blank {
				xs = append(xs, a.Rounded)
			}
		}
		f.Printed = slashed(xs)
		f.Title = say("%s: beløbene følger ikke af nogen forudsætning", "%s: the amounts follow from no assumption", plain(row.Label))
		f.Explain = say("Om dem er oplyst: %s", "What is told of them: %s", plain(row.Why))
		v.find(row.ID, fmt.Sprintf("rows[%d].amounts", i), f)
	}
}

// calibrated finds rows whose figures come out because a parameter was chosen so that they do.
var calibrated = rule{"calibrated", Text{"Tilpassede forudsætninger", "Calibrated assumptions"}, (*view).calibrated}

func (v *view) calibrated() {
	for i := range v.p.Parameters {
		q := &v.p.Parameters[i]
		if q.Status != proposal.Calibrated {
			continue
		}
		var on []string
		var labels []Text
		for _, r := range v.p.Rows {
			if slices.Contains(v.behind(r.ID), q.ID) {
				on = append(on, r.ID)
				labels = append(labels, plain("»"+r.Label+"«"))
			}
		}
		if len(on) == 0 {
			continue
		}
		f := Finding{Class: NotDerived, Severity: Note, Rows: on, Lines: linesOf(q.Source)}
		if q.Value != nil {
			f.Computed = say("%s %s", "%s %s", amount(q.Value.Value), plain(q.Unit))
		}
		f.Title = say("%s er valgt, så tallet kommer ud", "%s is chosen so that the figure comes out", both(q.Label, q.LabelEN))
		f.Explain = say("Dokumentet oplyser det ikke; %s bygger på det.", "The document does not state it; %s builds on it.", listed(labels))
		v.find(q.ID, fmt.Sprintf("parameters[%d].status", i), f)
	}
}
