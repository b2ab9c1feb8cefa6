package features

import (
	"fmt"
	"math"
	"slices"
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
// further one that says something else (another family, not missing, not against the first) as a clause. The
// caller puts fs in falling order of importance, values beside it; catalogue order also reads well. Columns of
// other concepts are passed over. The sentence does not begin with the concept's name, which a reader has
// just read before it. It panics if fs and values differ in length.
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
		if f.Family == fs[lead].Family || math.IsNaN(values[i]) || (values[i] == 0 && nothing(fs[lead], values[lead])) || clash(fs[lead], values[lead], f, values[i]) {
			continue
		}
		return withoutName(join(fs[lead], values[lead], f, values[i], lang), concept, lang)
	}
	if lead < 0 {
		return concept.Label(lang)
	}
	return withoutName(Sentence(fs[lead], values[lead], lang), concept, lang)
}

// nothing tells whether a column says that there is none of something. That is said once.
func nothing(f Feature, v float64) bool {
	return v == 0 || math.IsNaN(v) && (f.NotApplicable || f.needs != "")
}

// withoutName takes what the concept is called, and the colon or the "is" after it, from the beginning of a
// sentence.
func withoutName(s string, concept codes.Concept, lang string) string {
	names := []string{concept.Label(lang)}
	for _, t := range helpThings {
		if t.concept == concept {
			names = append(names, t.wording(lang)["name"])
		}
	}
	for _, n := range names {
		for _, after := range []string{": ", " er ", " is "} {
			if rest, ok := strings.CutPrefix(s, n+after); ok {
				return upperFirst(rest)
			}
		}
	}
	return s
}

// clash tells whether two columns, each true of its own window, read like a contradiction in one sentence:
// "no personal care in the last 12 weeks, 6 minutes a week in the last 26 weeks".
func clash(f Feature, value float64, g Feature, more float64) bool {
	if f.Source == "A1" { // "no aids on loan, two new in the last year"
		return f.Family == "level" && value == 0 && g.Family == "new" && more != 0
	}
	if !amount(f) || value != 0 && !math.IsNaN(value) {
		return amount(f) && g.Family == "share" && more == 0
	}
	return amount(g) || g.Source == "H1" && slices.Contains([]string{"trend", "medicine", "year", "winter", "variety_new", "shift_time"}, g.Family)
}

// amount tells whether a column says how much help there is, in minutes or in another measure.
func amount(f Feature) bool {
	return f.Source == "H1" && slices.Contains([]string{"level", "share", "visits", "variety"}, f.Family)
}

// join says one column in full and another after it. A clause leans on the first half to say what it is
// about, so the second half is a sentence of its own after "has never ..." and after the help with
// medicine, which is a part of nursing: the minutes that follow are of all of it.
func join(f Feature, value float64, g Feature, more float64, lang string) string {
	clause := g.text(lang).Clause
	if math.IsNaN(value) || clause.Any == "" || f.Family == "medicine" {
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
		"{m}", minutes(amount, lang),
		"{t}", minutes(amount*windowSteps, lang),
		"{p}", percent(amount, lang),
		"{y}", digits(math.Floor(amount), lang),
		"{d}", duration(amount, lang),
		"{w}", weeks(amount, lang),
		"{o}", ordinal(amount, lang),
		"{l}", level(amount, lang),
	).Replace(form)
}

// pick chooses the form by the number as it is shown, so that 0.98 minutes is "1 minut". A form with Less
// is about a change, and a change too small to show is none; elsewhere only 0 itself is Zero.
func (f Forms) pick(v float64) (form string, amount float64) {
	r, change := f.shown(v), f.Less != ""
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

// windowSteps is how many times a slope is climbed from the first to the last week of the window.
const windowSteps = windowWeeks - 1

// shown is the number that the form tells. Some help that is less than a minute is "under 1 minut", one;
// a change that is less than a minute is none.
func (f Forms) shown(v float64) float64 {
	switch {
	case strings.Contains(f.Any, "{t}"):
		v *= windowSteps
	case strings.Contains(f.Any, "{p}"):
		v = math.Round(100 * v) // one per cent has no form of its own
		if math.Abs(v) == 1 {
			v *= 2
		}
		return v
	case !strings.Contains(f.Any, "{m}"):
		return shown(v)
	}
	switch {
	case f.Less != "" && math.Abs(v) < 1:
		return 0
	case f.Less == "" && v > 0:
		return max(1, math.Round(v))
	}
	return math.Round(v)
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
