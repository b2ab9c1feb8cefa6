package check

import "fmt"

// related names the cases that must be seen together with this one.
var related = rule{"see-also", Text{"Sammenhæng med andre sager", "Other cases"}, (*view).related}

func (v *view) related() {
	for i, s := range v.p.SeeAlso {
		if s.How == "builds on" {
			continue
		}
		f := Finding{Class: Overlap, Severity: Note}
		how := map[string]Text{
			"covers cost": {"dækker udgiften", "covers the cost"}, "overlaps": {"overlapper", "overlaps"},
			"same saving": {"har samme besparelse", "has the same saving"}, "shares resources": {"deler ressourcer", "shares resources"},
		}[s.How]
		if s.How == "same saving" || s.How == "overlaps" {
			f.Severity = Warning
		}
		f.Title = say("%s %s", "%s %s", plain(s.Case), how)
		f.Explain = say("Sagerne skal ses sammen, så en besparelse ikke tælles to gange.", "The cases are seen together, so that no saving is counted twice.")
		switch s.How {
		case "covers cost":
			f.Explain = say("Udgiften står ikke her: ophører den anden sag, mangler den.", "The cost is not here: if the other case ends, it is missing.")
		case "shares resources":
			f.Explain = say("Det samme personale eller udstyr kan kun bruges én gang.", "The same staff or equipment can be used once only.")
		}
		f.Explain = f.Explain.then(plain(s.Note))
		v.find(s.Case, fmt.Sprintf("see-also[%d]", i), f)
	}
}
