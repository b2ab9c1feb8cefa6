package check

import "fmt"

// quantities holds the printed figure of a step against the computed one.
var quantities = rule{"step-against-formula", Text{"Mellemregning mod beregnet", "Printed step against computed"}, (*view).quantities}

func (v *view) quantities() {
	for i := range v.p.Quantities {
		q := &v.p.Quantities[i]
		if q.Printed == nil {
			continue
		}
		series := v.r.Quantities[i]
		n := len(v.years) - 1
		exact, printed := series.Exact[n], q.Printed.Value
		if same(printed, exact) || asWritten(printed, exact) {
			continue
		}
		f := Finding{Class: Arithmetic, Severity: Error, Lines: linesOf(q.Source), Printed: say("%s %s", "%s %s", amount(printed), plain(q.Unit)), Computed: say("%s %s", "%s %s", amount(exact), plain(q.Unit))}
		f.Title = say("%s: trykt %s, beregnet %s", "%s: printed %s, computed %s", both(q.Label, q.LabelEN), amount(printed), amount(exact))
		f.Explain = say("%s giver %s, trykt %s, forskel %s.", "%s gives %s, printed %s, difference %s.", v.written(v.m.Formula(q.ID, v.years[n])), amount(exact), amount(printed), amount(printed-exact))
		r, ok := roundedTo(printed, exact)
		power, thousand := thousandfold(printed, exact)
		switch {
		case same(printed, series.Rounded[n]) && q.Round != nil:
			f.Class, f.Severity = Rounded, Note
			f.Explain = say("%s er %s.", "%s is %s.", amount(exact), roundingText(*q.Round))
		case ok:
			f.Class, f.Severity = Rounded, Note
			f.Explain = say("%s er %s.", "%s is %s.", amount(exact), roundingText(r))
		case thousand:
			f.Class = UnitError
			f.Explain = f.Explain.then(powerText(power))
		default:
			u, _ := v.m.Unit(q.ID)
			at := v.slot[q.ID]
			s := suspect{printed: printed, exact: exact, names: v.behind(q.ID), year: v.years[n]}
			s.value = func(values [][]float64) float64 { return values[at][n] / u.Scale() }
			if !series.Constant {
				s.byYear = series.Exact
			}
			f.Explain = f.Explain.then(v.fits(s))
		}
		v.find(q.ID, fmt.Sprintf("quantities[%d]", i), f)
	}
}
