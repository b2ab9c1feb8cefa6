package features

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rettidig/rettidig/datasets/codes"
)

// Sentence says one column's value in Danish ("da") or English (anything else). It states what is
// recorded, not what follows from it. NaN and infinities give the sentence for a missing value.
func Sentence(f Feature, value float64, lang string) string {
	t := f.text(lang)
	if math.IsNaN(value) || math.IsInf(value, 0) {
		if t.Missing != "" {
			return t.Missing
		}
		if lang == "da" {
			return t.Label + ": ikke oplyst"
		}
		return t.Label + ": not recorded"
	}
	return upperFirst(t.Sentence.say(value, lang))
}

func (f Feature) text(lang string) Text {
	if lang == "da" {
		return f.DA
	}
	return f.EN
}

// ConceptSentence sums up a concept's columns in one sentence: the first of fs in full, and the first
// further one that says something else (another family, not missing) as a clause. The caller puts fs in
// falling order of importance, values beside it; catalogue order also reads well. Columns of other concepts
// are passed over. It panics if fs and values differ in length.
func ConceptSentence(concept codes.Concept, fs []Feature, values []float64, lang string) string {
	if len(fs) != len(values) {
		panic(fmt.Sprintf("features: ConceptSentence of %d columns and %d values", len(fs), len(values)))
	}
	lead := -1
	for i, f := range fs {
		if f.Concept != concept {
			continue
		}
		if lead < 0 {
			lead = i
			continue
		}
		if f.Family == fs[lead].Family || math.IsNaN(values[i]) || (values[i] == 0 && values[lead] == 0) {
			continue
		}
		return join(fs[lead], values[lead], f, values[i], lang)
	}
	if lead < 0 {
		return concept.Label(lang)
	}
	return Sentence(fs[lead], values[lead], lang)
}

// join says one column in full and another after it. A clause leans on the first half to say what it is
// about, so after "has never ..." the second half is a sentence of its own.
func join(f Feature, value float64, g Feature, more float64, lang string) string {
	clause := g.text(lang).Clause
	if math.IsNaN(value) || clause.Any == "" {
		return Sentence(f, value, lang) + "; " + lowerFirst(Sentence(g, more, lang))
	}
	return Sentence(f, value, lang) + ", " + clause.say(more, lang)
}

// say fills in the form that fits v.
func (f Forms) say(v float64, lang string) string {
	form, amount := f.pick(v)
	if !strings.Contains(form, "{") {
		return form
	}
	return strings.NewReplacer(
		"{n}", words(amount, lang),
		"{v}", digits(amount, lang),
		"{p}", percent(amount, lang),
		"{y}", digits(math.Floor(amount), lang),
		"{d}", duration(amount, lang),
		"{w}", weeks(amount, lang),
	).Replace(form)
}

// pick chooses the form by the number as it is shown, so that 0.98 minutes is "1 minut". A form with Less
// is about a change, and a change too small to show is none; elsewhere only 0 itself is Zero.
func (f Forms) pick(v float64) (form string, amount float64) {
	r, change := shown(v), f.Less != ""
	switch {
	case f.Zero != "" && (v == 0 || change && r == 0):
		return f.Zero, v
	case change && r == -1 && f.LessOne != "":
		return f.LessOne, -v
	case change && v < 0:
		return f.Less, -v
	case r == 1 && f.One != "":
		return f.One, v
	}
	return f.Any, v
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
