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
	if same(printed, want) || same(printed, rounded/x.scale) {
		return
	}
	out := Finding{Class: Arithmetic, Severity: Error, Lines: linesOf(s.Source), Printed: plain(s.Says), Computed: x.show(exact, s.Unit)}
	for _, name := range f.Names() {
		if v.row(name) >= 0 {
			out.Class, out.Rows = TextTable, append(out.Rows, name)
		}
	}
	out.Title = say("%s: teksten siger %s, beregnet %s", "%s: the text says %s, computed %s", plain(s.About), plain(s.Says), out.Computed)
	out.Explain = say("Teksten siger %s; %s giver %s, forskel %s.", "The text says %s; %s gives %s, difference %s.",
		plain(s.Says), plain(f.Text(v.label)), out.Computed, x.show(x.base-exact, s.Unit))
	power, thousand := thousandfold(printed, want)
	r, roundable := roundedTo(printed, want)
	switch {
	case s.Round != nil && same(s.Round.Apply(want), printed):
		out.Class, out.Severity = Rounded, Note
		out.Explain = say("%s er %s.", "%s is %s.", out.Computed, roundingText(*s.Round))
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

// contradictions finds sentences about the same thing that differ.
var contradictions = rule{"text-against-text", Text{"Tekst mod tekst", "Text against text"}, (*view).contradictions}

func (v *view) contradictions() {
	done := map[string]bool{}
	for i := range v.p.Statements {
		s := &v.p.Statements[i]
		if done[s.About] {
			continue
		}
		done[s.About] = true
		v.contradiction(i)
	}
}

func (v *view) contradiction(first int) {
	s := &v.p.Statements[first]
	f := Finding{Class: TextText, Severity: Warning}
	var distinct []string
	var list []Text
	light, numbers := true, true
	for i := range v.p.Statements {
		q := &v.p.Statements[i]
		if q.About != s.About {
			continue
		}
		if q.Class != "" && f.Class == TextText {
			f.Class = q.Class
		}
		f.Lines = append(f.Lines, linesOf(q.Source)...)
		if !slices.ContainsFunc(distinct, func(o string) bool { return sameWords(o, q.Says, s.Unit, q.Unit) }) {
			a, isA := readSaid(s.Says, s.Unit)
			b, isB := readSaid(q.Says, q.Unit)
			numbers = numbers && isA && isB
			light = light && isA && isB && s.Unit != "" && (agrees(a.base, b.base) || agrees(b.base, a.base))
			distinct = append(distinct, q.Says)
			list = append(list, plain("»"+q.Says+"«"+where(q.Source)))
		}
	}
	if len(distinct) < 2 {
		return
	}
	f.Printed = plain(strings.Join(distinct, " / "))
	f.Title = say("%s: oplyst forskelligt", "%s: stated differently", plain(s.About))
	f.Explain = say("Teksten siger %s.", "The text says %s.", listed(list))
	switch {
	case light && numbers:
		f.Class, f.Severity = Rounded, Note
		f.Explain = f.Explain.then(say("En afrunding forklarer det.", "A rounding explains it."))
	case f.Class == Wording || f.Class == Typographic || f.Class == "layout":
		f.Severity = Note
	}
	v.find(s.About, fmt.Sprintf("statements[%d]", first), f)
}

func where(s *proposal.Source) string {
	if s == nil || s.Lines == "" {
		return ""
	}
	return " (" + s.Lines + ")"
}

// sameWords tells whether two sentences say the same: the same figure, or the same words but for case and marks.
func sameWords(a, b, unitA, unitB string) bool {
	x, isX := readSaid(a, unitA)
	y, isY := readSaid(b, unitB)
	if isX && isY {
		return same(x.base, y.base)
	}
	return !isX && !isY && bare(a) == bare(b)
}

// bare is a text without case, marks and doubled blanks.
func bare(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(".,;:!?\"'»«“”()", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
	return strings.Join(strings.Fields(s), " ")
}
