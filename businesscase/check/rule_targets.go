package check

import (
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/businesscase/formula"
)

// targets holds a follow-up target against what the case assumes.
var targets = rule{"target-against-formula", Text{"Opfølgningsmål mod forudsætning", "Target against assumption"}, (*view).targets}

func (v *view) targets() {
	for i := range v.p.FollowUp {
		t := &v.p.FollowUp[i]
		path := fmt.Sprintf("follow-up[%d]", i)
		f := v.m.Formula(path+".equals", 0)
		goal := t.AtLeast
		if goal == nil {
			goal = t.AtMost
		}
		if f == nil || goal == nil {
			continue
		}
		u, err := formula.ParseUnit(t.Unit)
		if err != nil {
			continue
		}
		exact, constant := lastOf(v.eval(f, v.exact))
		want, printed := exact/u.Scale(), goal.Value
		if same(want, printed) {
			continue
		}
		out := Finding{Class: TextText, Severity: Error, Lines: []string{t.Lines}, Printed: written(*goal), Computed: alike(want, *goal)}
		out.Title = say("Målet »%s« er ikke det, der regnes med", "The target “%s” is not what the case counts on", plain(short(t.Goal)))
		out.Explain = say("Målet er %s, beregningen giver %s (%s).", "The target is %s, the calculation gives %s (%s).", written(*goal), alike(want, *goal), v.written(f))
		r, ok := roundedTo(printed, want)
		switch {
		case t.Round != nil && same(t.Round.Apply(want), printed):
			out.Class, out.Severity = Rounded, Note
			out.Explain = say("%s er %s.", "%s is %s.", alike(want, *goal), roundingText(*t.Round))
		case ok && r.Mode == "nearest" && r.To <= 0.05*want:
			out.Class, out.Severity = Rounded, Note
			out.Explain = say("%s er %s.", "%s is %s.", alike(want, *goal), roundingText(r))
		default:
			if !v.oneParameter(f) {
				out.Class = Arithmetic
			}
			if want != 0 && goal == t.AtLeast {
				out.Explain = out.Explain.then(say("Målet er nået ved %s af det, der regnes med.", "The target is met at %s of what is counted on.", percent(printed/want)))
			}
			s := suspect{printed: printed, exact: want, names: v.parametersOf(once(append(slices.Clone(f.Names()), v.allBehind(f.Names())...))), year: v.years[len(v.years)-1]}
			s.value = func(values [][]float64) float64 { y, _ := lastOf(v.eval(f, values)); return y / u.Scale() }
			if !constant {
				for _, y := range v.eval(f, v.exact) {
					s.byYear = append(s.byYear, y/u.Scale())
				}
			}
			out.Explain = out.Explain.then(v.fits(s))
		}
		v.find(t.ID, path, out)
	}
}

// oneParameter tells that a formula is a parameter and nothing more.
func (v *view) oneParameter(f *formula.Formula) bool {
	names := f.Names()
	return len(names) == 1 && v.param(names[0]) >= 0
}

func (v *view) allBehind(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, v.behind(n)...)
	}
	return out
}
