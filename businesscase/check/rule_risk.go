package check

// risks finds a proposal that does not state its risk.
var risks = rule{"risk", Text{"Risikovurdering", "Risk"}, (*view).risks}

func (v *view) risks() {
	f := Finding{Class: Governance, Severity: Note}
	switch {
	case v.p.Risk == nil || v.p.Risk.Level == "not stated":
		f.Title = say("Risikoen er ikke oplyst som lav, mellem eller høj", "The risk is not stated as low, medium or high")
		if v.p.Risk != nil {
			f.Lines = linesOf(v.p.Risk.Source)
		}
	case v.p.Risk.Level != "low" && len(v.p.Risk.Reasons) == 0:
		f.Title = say("Risikoen er ikke begrundet", "The risk is not explained")
		f.Lines = linesOf(v.p.Risk.Source)
	default:
		return
	}
	v.find("level", "risk", f)
}
