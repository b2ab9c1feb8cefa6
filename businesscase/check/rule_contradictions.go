package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

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
