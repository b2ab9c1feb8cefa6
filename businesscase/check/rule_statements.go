package check

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// statements holds what the text says against what the formula of the statement gives.
var statements = rule{"text-against-formula", Text{"Tekst mod beregning", "Text against computation"}, (*view).statements}

func (v *view) statements() {
	for i := range v.p.Statements {
		path := fmt.Sprintf("statements[%d]", i)
		if f := v.m.Formula(path+".equals", 0); f != nil {
			v.statement(&v.p.Statements[i], path, f)
		}
	}
}

// places numbers the statements that share a name: their ids do not move when others are added elsewhere.
func (v *view) place(s *proposal.Says) string {
	n, at := 0, 0
	for i := range v.p.Statements {
		if v.p.Statements[i].About == s.About {
			n++
			if &v.p.Statements[i] == s {
				at = n
			}
		}
	}
	if n == 1 {
		return s.About
	}
	return s.About + "/" + strconv.Itoa(at)
}

func (v *view) statement(s *proposal.Says, path string, f *formula.Formula) {
	x, ok := readSaid(s.Says, s.Unit)
	if !ok {
		return
	}
	exact, series := lastOf(v.eval(f, v.exact))
	rounded, _ := lastOf(v.eval(f, v.round))
	if math.IsNaN(exact) || math.IsInf(exact, 0) {
		return
	}
	x = x.settle(exact)
	printed, want := x.base/x.scale, exact/x.scale
	if same(printed, want) || same(printed, rounded/x.scale) || asWritten(printed, want) || asStated(s, exact, x.base) {
		return // the file itself says how the text rounds
	}
	out := Finding{Class: Arithmetic, Severity: Error, Lines: linesOf(s.Source), Printed: plain(s.Says), Computed: x.show(exact, s.Unit)}
	for _, name := range f.Names() {
		if v.row(name) >= 0 {
			out.Class, out.Rows = TextTable, append(out.Rows, name)
		}
	}
	out.Title = say("%s: teksten siger %s, beregnet %s", "%s: the text says %s, computed %s", plain(s.About), plain(s.Says), out.Computed)
	out.Explain = say("Teksten siger %s; %s giver %s, forskel %s.", "The text says %s; %s gives %s, difference %s.",
		plain(s.Says), v.written(f), out.Computed, x.show(x.base-exact, s.Unit))
	power, thousand := thousandfold(printed, want)
	r, roundable := roundedTo(printed, want)
	switch {
	case thousand:
		out.Class = UnitError
		out.Explain = out.Explain.then(powerText(power))
	case roundable:
		out.Class, out.Severity = Rounded, Note
		out.Explain = say("%s er %s.", "%s is %s.", out.Computed, roundingText(r))
	default:
		if s.Class != "" {
			out.Class = s.Class
		}
		names := slices.Clone(f.Names())
		for _, n := range f.Names() {
			names = append(names, v.behind(n)...)
		}
		k := v.suspectYear(s, f)
		value := func(values [][]float64) float64 { y, _ := lastOf(v.eval(f, values)); return y / x.scale }
		sus := suspect{printed: printed, exact: want, value: value, names: v.parametersOf(once(names)), year: v.years[len(v.years)-1]}
		if !series {
			for _, y := range v.eval(f, v.exact) {
				sus.byYear = append(sus.byYear, y/x.scale)
			}
		}
		out.Explain = out.Explain.then(v.fits(sus)).then(k)
	}
	v.find(v.place(s), path, out)
}

// asStated tells that the text rounds as the file says it does, in the file's unit.
func asStated(s *proposal.Says, exact, base float64) bool {
	u, err := formula.ParseUnit(s.Unit)
	return s.Round != nil && err == nil && same(s.Round.Apply(exact/u.Scale()), base/u.Scale())
}

// lastOf is the value of a series in the last year, where everything is at full effect; constant tells that it is the
// same in all.
func lastOf(series []float64) (x float64, constant bool) {
	x = series[len(series)-1]
	for _, y := range series {
		if !same(x, y) {
			return x, false
		}
	}
	return x, true
}

// suspectYear tries the years of the axis in place of those that the formula names: the text may name the wrong one.
func (v *view) suspectYear(s *proposal.Says, f *formula.Formula) Text {
	x, _ := readSaid(s.Says, s.Unit)
	src := s.Equals
	for _, t := range v.years {
		if !strings.Contains(src, strconv.Itoa(t)) {
			continue
		}
		for _, u := range v.years {
			// One year of the formula at a time, at its first place only: at(x, 2025) / at(x, 2027).
			g, err := formula.Parse(strings.Replace(src, strconv.Itoa(t), strconv.Itoa(u), 1))
			if u == t || err != nil {
				continue
			}
			y, _ := lastOf(v.eval(g, v.exact))
			if r, _ := lastOf(v.eval(g, v.round)); agrees(x.base, y) || agrees(x.base, r) {
				return say("Teksten passer, hvis der menes %s og ikke %s.", "The text fits if %s is meant and not %s.", u, t)
			}
		}
	}
	return Text{}
}
