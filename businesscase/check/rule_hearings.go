package check

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// hearings finds answers that contradict themselves, and that the employees' committee was not asked.
var hearings = rule{"hearings", Text{"Hvem er hørt", "Who was heard"}, (*view).hearings}

var employees = regexp.MustCompile(`(?i)\bMED\b|MED-|samarbejdsudvalg`)

func (v *view) hearings() {
	for i := range v.p.Hearings {
		h := &v.p.Hearings[i]
		f := Finding{Class: Governance, Severity: Note, Lines: []string{h.Lines}}
		switch {
		case h.Answer != "yes" && h.Date != "":
			word := Text{"nej", "no"}
			if h.Answer == "not relevant" {
				word = Text{"ikke relevant", "not relevant"}
			}
			f.Title = say("%s: »%s«, men med en dato", "%s: “%s”, but with a date", plain(h.Body), word)
			f.Printed = say("%s, %s", "%s, %s", word, plain(h.Date))
			f.Explain = say("Den, der ikke er hørt, har ingen dato. Er svaret ja?", "Who was not heard has no date. Is the answer yes?")
		default:
			continue
		}
		v.find(h.Body, fmt.Sprintf("hearings[%d]", i), f)
	}
	if missing := v.unheard(); len(v.p.Hearings) > 0 && len(missing) > 0 {
		f := Finding{Class: Governance, Severity: Note, Lines: []string{v.p.Hearings[0].Lines}}
		f.Title = say("%s er ikke nævnt blandt de hørte", "%s is not named among those heard", listed(missing))
		f.Explain = say("De fleste andre forslag har spurgt.", "Most other proposals asked.")
		v.find("others", "hearings", f)
	}
	if len(v.p.Hearings) > 0 && !slices.ContainsFunc(v.p.Hearings, func(h proposal.Hearing) bool { return employees.MatchString(h.Body) }) {
		f := Finding{Class: Governance, Severity: Note, Lines: []string{v.p.Hearings[0].Lines}}
		f.Title = say("Ingen MED-udvalg er nævnt blandt de hørte", "No employees' committee is named among those heard")
		f.Explain = say("De øvrige er %s.", "The others are %s.", bodies(v.p.Hearings))
		v.find("med", "hearings", f)
	}
}

// unheard are bodies that more than half of the other proposals asked and this one does not name.
func (v *view) unheard() []Text {
	asked := map[string]int{}
	var names []string
	for _, c := range v.others {
		for _, h := range c.Model.Proposal().Hearings {
			if asked[h.Body]++; asked[h.Body] == 1 {
				names = append(names, h.Body)
			}
		}
	}
	var out []Text
	for _, body := range names {
		here := func(h proposal.Hearing) bool { return bare(h.Body) == bare(body) }
		if 2*asked[body] > len(v.others) && !slices.ContainsFunc(v.p.Hearings, here) && !employees.MatchString(body) {
			out = append(out, plain(body))
		}
	}
	return out
}

func bodies(list []proposal.Hearing) Text {
	var out []Text
	for _, h := range list {
		out = append(out, plain(h.Body))
	}
	return listed(out)
}
