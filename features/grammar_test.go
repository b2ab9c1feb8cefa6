package features

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// sayings are all that can be said of a column in a language: its label, what missing means, and its sentence and clause
// for numbers of every form.
func sayings(f Feature, lang string) map[float64][]string {
	t := f.text(lang)
	out := map[float64][]string{}
	for _, v := range []float64{0, 0.01, 0.5, 0.98, 1, 2, 3.5, 10, 11, 60, 95, 1234567, -0.01, -0.5, -1, -2, -3.5, -1234} {
		if v < 0 && t.Sentence.Less == "" {
			continue
		}
		out[v] = append(out[v], Sentence(f, v, lang))
		if t.Clause.Any != "" {
			out[v] = append(out[v], t.Clause.say(v, lang))
		}
	}
	if t.Missing != "" {
		out[0] = append(out[0], t.Missing)
	}
	out[0] = append(out[0], f.Label(lang))
	return out
}

var (
	neuter = `(hjælpemiddel|ganghjælpemiddel|forflytningshjælpemiddel|toilethjælpemiddel|badehjælpemiddel|nødkald|lån|besøg|point|niveau|forløb|træningsforløb|stykke)`
	common = `(kørestol|plejeseng|alarm|ydelse|slags|uge|dag|måned|afbrydelse|screening|træning|funktion)`

	// Go's \b knows no Danish letters.
	start, end = `(?i)(?:^|[^\pL\d.,])`, `(?:$|[^\pL])`

	wrongDA = []*regexp.Regexp{
		regexp.MustCompile(start + `1 minutter`),
		regexp.MustCompile(start + `(én|en|den) (ny |anden |seneste |første )?` + neuter + end),
		regexp.MustCompile(start + `(ét|et|det) (nyt |andet |seneste |første )?` + common + end),
		regexp.MustCompile(start + `(én|ét) (dage|uger|måneder|afbrydelser|screeninger|funktioner|ydelser|hjælpemidler|kørestole|niveauer|træninger)` + end),
		regexp.MustCompile(start + `(to|tre|fire|2|10|11|60|95) (dag|uge|måned|minut|hjælpemiddel|kørestol|ydelse|afbrydelse|screening|funktion|træning)` + end),
		regexp.MustCompile(start + `(the|of|with|no|weeks|aids)` + end),
		regexp.MustCompile(`\d\.\d{1,2}($|\D)`),
	}
	wrongEN = []*regexp.Regexp{
		regexp.MustCompile(`(^|[^0-9.,])1 (minutes|points|loans)\b`),
		regexp.MustCompile(`(?i)\bone (days|weeks|months|aids|loans|visits|courses|sessions|services|screenings|abilities|levels|points|breaks|kinds)\b`),
		regexp.MustCompile(`(?i)\b(two|three|ten|11|60) (day|week|month|aid|loan|visit|course|session|service|screening|ability|level|point|break|minute)\b`),
		regexp.MustCompile(`(?i)\ba [aeio]\w+|\ban [^aeiou ]\w+`),
		regexp.MustCompile(`[æøåÆØÅ]`),
	}
	wrongBoth = []*regexp.Regexp{
		regexp.MustCompile(`[{}\[\]]|NaN|Inf|%!|  |^ | $|[.,;:]$|,,| ,`),
	}
)

// \w knows no Danish letters, so doubled words are looked for by hand.
func doubled(s string) bool {
	words := strings.Fields(strings.ToLower(s))
	for i := 1; i < len(words); i++ {
		if words[i] == words[i-1] {
			return true
		}
	}
	return false
}

func TestEveryFormOfEverySentenceIsGrammatical(t *testing.T) {
	for _, f := range Catalogue() {
		for lang, wrong := range map[string][]*regexp.Regexp{"da": wrongDA, "en": wrongEN} {
			for v, said := range sayings(f, lang) {
				for _, s := range said {
					for _, w := range append(wrong, wrongBoth...) {
						assert.False(t, w.MatchString(s), "%s %v: %q is wrong: %s", f.ID, v, s, w)
					}
					assert.False(t, doubled(s), "%s %v: %q says a word twice", f.ID, v, s)
					assert.Equal(t, strings.Count(s, "("), strings.Count(s, ")"), "%s: %q", f.ID, s)
				}
			}
		}
	}
}

// The test would notice: each slip is one that a declaration can make.
func TestTheGrammarTestFindsSlips(t *testing.T) {
	match := func(list []*regexp.Regexp, s string) bool {
		for _, w := range append(list, wrongBoth...) {
			if w.MatchString(s) {
				return true
			}
		}
		return doubled(s)
	}
	for _, s := range []string{"Personlig pleje: 1 minutter om ugen", "Én ganghjælpemiddel til låns", "Ét kørestol til låns", "Det seneste kørestol er lånt", "To kørestol til låns", "Lånt for én uger siden", "[many] til låns", "{n} til låns", "Ingen no uger", "til til låns", "2.5 år"} {
		assert.True(t, match(wrongDA, s), s)
	}
	for _, s := range []string{"One aids on loan", "Three visit a week", "1 minutes a week", "No loan of a elbow crutch", "No loan af kørestol"} {
		assert.True(t, match(wrongEN, s), s)
	}
}

// What is said of a change has the sign right: more for a rise, less for a fall, neither for none.
func TestRisesAndFallsAreNotMixedUp(t *testing.T) {
	up := regexp.MustCompile(`(?i)\b(mere|flere|steget|steg|højere|dårligere|kommet til)\b`)
	down := regexp.MustCompile(`(?i)\b(mindre|færre|faldet|faldt|lavere|bedre)\b`)
	for _, f := range Catalogue() {
		if f.DA.Sentence.Less == "" || f.ID == "training_best_need_change" { // whose rise is told as "did not fall; rose"
			continue
		}
		for _, v := range []float64{1, 40} {
			if f.Unit == UnitShare {
				v /= 100
			}
			rise, fall, none := Sentence(f, v, "da"), Sentence(f, -v, "da"), Sentence(f, 0, "da")
			assert.True(t, up.MatchString(rise) && !down.MatchString(rise), "%s: %q", f.ID, rise)
			assert.True(t, down.MatchString(fall) && !up.MatchString(fall), "%s: %q", f.ID, fall)
			assert.False(t, math.Signbit(v) || up.MatchString(none) || down.MatchString(none), "%s: %q", f.ID, none)
		}
	}
}
