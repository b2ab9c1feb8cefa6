package check

import (
	"fmt"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// unused finds a parameter that no formula uses and that is not told as context.
var unused = rule{"unused-parameter", Text{"Ubrugt forudsætning", "Unused assumption"}, (*view).unused}

func (v *view) unused() {
	used := map[string]bool{}
	see := func(names []string) {
		for _, n := range names {
			used[n] = true
		}
	}
	for _, name := range v.m.Names() {
		for _, f := range v.formulas(name) {
			see(f.Names())
		}
	}
	for i := range v.p.Statements {
		if f := v.m.Formula(fmt.Sprintf("statements[%d].equals", i), 0); f != nil {
			see(f.Names())
		}
	}
	for i := range v.p.FollowUp {
		if f := v.m.Formula(fmt.Sprintf("follow-up[%d].equals", i), 0); f != nil {
			see(f.Names())
		}
	}
	for i := range v.p.Parameters {
		q := &v.p.Parameters[i]
		if used[q.ID] || q.Status == proposal.Context || q.Status == proposal.Outcome {
			continue
		}
		f := Finding{Class: Structure, Severity: Note, Lines: linesOf(q.Source)}
		f.Title = say("%s bruges ikke i nogen formel", "%s is used in no formula", both(q.Label, q.LabelEN))
		f.Explain = say("Er det kun til oplysning, er dets status »context«.", "If it is told for the reader only, its status is “context”.")
		v.find(q.ID, fmt.Sprintf("parameters[%d]", i), f)
	}
}
