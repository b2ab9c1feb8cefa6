package check

import (
	"fmt"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// followUps finds targets that nobody can be held to.
var followUps = rule{"follow-up", Text{"Opfølgning", "Follow-up"}, (*view).followUps}

func (v *view) followUps() {
	if len(v.p.FollowUp) == 0 {
		f := Finding{Class: Governance, Severity: Note}
		f.Title = say("Der er ingen opfølgningsmål", "There are no follow-up targets")
		v.find("none", "follow-up", f)
		return
	}
	lacks := []struct {
		id   string
		text Text
		is   func(t *proposal.Target) bool
	}{
		{"number", Text{"et tal", "a number"}, func(t *proposal.Target) bool { return t.AtLeast == nil && t.AtMost == nil && t.Kind != "milestone" }},
		{"owner", Text{"en ansvarlig", "an owner"}, func(t *proposal.Target) bool { return len(t.Responsible) == 0 }},
		{"date", Text{"en dato", "a date"}, func(t *proposal.Target) bool { return t.Due == "" && t.When == "" }},
	}
	for _, l := range lacks {
		f := Finding{Class: Governance, Severity: Note}
		var goals []Text
		path := ""
		for i := range v.p.FollowUp {
			t := &v.p.FollowUp[i]
			if l.is(t) {
				goals = append(goals, plain("»"+short(t.Goal)+"«"))
				f.Lines = append(f.Lines, t.Lines)
				if path == "" {
					path = fmt.Sprintf("follow-up[%d]", i)
				}
			}
		}
		if len(goals) == 0 {
			continue
		}
		f.Title = say("%s af %s opfølgningsmål mangler %s", "%s of %s follow-up targets lack %s", len(goals), len(v.p.FollowUp), l.text)
		f.Explain = say("%s.", "%s.", listed(goals))
		v.find(l.id, path, f)
	}
}
