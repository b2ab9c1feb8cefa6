package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase/formula"
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
			f.Title = say("%s har to værdier: %s og %s", "%s has two values: %s and %s", plain(q.Label), written(*q.Value), written(o.Value))
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
			f.Title = say("To forudsætninger hedder »%s«", "Two assumptions are called “%s”", plain(a.Label))
			f.Explain = say("%s er %s og %s er %s.", "%s is %s and %s is %s.", plain(a.ID), written(*a.Value), plain(b.ID), written(*b.Value))
			v.find(a.ID+"/"+b.ID, fmt.Sprintf("parameters[%d]", i), f)
		}
	}
}

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
		out.Explain = say("Målet er %s, beregningen giver %s (%s).", "The target is %s, the calculation gives %s (%s).", written(*goal), alike(want, *goal), plain(f.Text(v.label)))
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

// written is a number as a reader writes it: 25 % stays a percentage, 8_400 is 8.400.
func written(n proposal.Number) Text { return alike(n.Value, n) }

// alike writes x in the manner of n.
func alike(x float64, n proposal.Number) Text {
	if strings.ContainsAny(n.String(), "%") || strings.Contains(n.String(), "pct") {
		return say("%s", "%s", percent(x))
	}
	return say("%s", "%s", amount(x))
}

// short is the beginning of a long text.
func short(s string) string {
	if r := []rune(strings.Join(strings.Fields(s), " ")); len(r) > 70 {
		return string(r[:69]) + "…"
	}
	return strings.Join(strings.Fields(s), " ")
}
