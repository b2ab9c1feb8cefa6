package account

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/internal/grouped"
)

// Language is what a report is written in.
type Language string

// The languages.
const (
	Danish  Language = "da"
	English Language = "en"
)

// pick returns the words of the language.
func (l Language) pick(da, en string) string {
	if l == English {
		return en
	}
	return da
}

// words of a value that is stored in English.
func (l Language) words(key string) string {
	if w, ok := dictionary[key]; ok {
		return l.pick(w[0], w[1])
	}
	return key
}

var dictionary = map[string][2]string{
	"completions":      {"Gennemførte forløb", "Courses completed"},
	"effects":          {"Forløb med effekt", "Courses with effect"},
	"minutes_per_week": {"Sparede minutter om ugen", "Minutes a week saved"},
	"kroner":           {"Sparede kroner", "Kroner saved"},
	"cashable":         {"kontant", "cashable"},
	"capacity":         {"frigjort kapacitet", "capacity freed"},
	"quality":          {"kvalitet", "quality"},

	"immature":    {"ikke moden", "immature"},
	"unended":     {"forløb uden afslutning", "courses not ended"},
	"not_told":    {"ikke oplyst", "not told"},
	"judged":      {"moden", "mature"},
	"no_forecast": {"uden prognose", "no forecast"},

	"reached":       {"nået", "reached"},
	"missed":        {"ikke nået", "missed"},
	"not_yet_known": {"vides ikke endnu", "not yet known"},
	"waiting":       {"afventer", "waiting"},
	"withdrawn":     {"trukket tilbage", "withdrawn"},
	"changed":       {"andelen har flyttet sig", "the share has moved"},

	"milestone":   {"milepæl", "milestone"},
	"realisation": {"realisering", "realisation"},
	"guard-rail":  {"værn", "guard-rail"},

	"completion_rate":   {"andel gennemført af forløb", "share completed of courses"},
	"effect_rate":       {"andel med effekt af gennemførte", "share with effect of completed"},
	"benefit_rate":      {"andel gennemført med effekt af forløb", "share completed with effect of courses"},
	"share_of_forecast": {"andel af fuld virkning", "share of full effect"},
	"reported":          {"indberettet tal", "reported number"},
	"done":              {"udført", "done"},
}

// Name returns such as "Sparede kroner (frigjort kapacitet)".
func (l Language) Name(k Kind) string {
	s := l.words(string(k.Quantity))
	if k.Gain != "" {
		s += " (" + l.words(string(k.Gain)) + ")"
	}
	return s
}

// Number writes x with so many decimals, thousands grouped: 1.960.000,5 in Danish, 1,960,000.5 in English.
func (l Language) Number(x float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	text := grouped.Digits(s, l != English)
	if x < 0 && strings.Trim(s, "0.") != "" {
		return "−" + text
	}
	return text
}

// Signed writes a difference: +12 or −3.
func (l Language) Signed(x float64, decimals int) string {
	s := l.Number(x, decimals)
	if x > 0 && strings.Trim(s, "0.,") != "" {
		s = "+" + s
	}
	return s
}

// Percent writes a share: 67,3 %.
func (l Language) Percent(x float64, decimals int) string { return l.Number(100*x, decimals) + " %" }

// Day writes a date, or a dash.
func (l Language) Day(d rettidig.Day) string {
	if !d.Valid() {
		return "–"
	}
	return d.String()
}

// decimals of a kind: an expected count is not whole.
func (k Kind) decimals() int {
	if k.Gain == "" {
		return 1
	}
	return 0
}

// between writes the interval. The ends of a count are whole.
func (l Language) between(r *Range) string {
	if r == nil {
		return "–"
	}
	return l.Number(r.Lower, 0) + l.pick(" til ", " to ") + l.Number(r.Upper, 0)
}

// Says tells in a sentence how the intervals fared.
func (c *Coverage) Says(l Language) string {
	of := fmt.Sprintf(l.pick("%d af %d modne kvartaler faldt i 90 %%-intervallet", "%d of %d mature quarters fell in the 90 %% interval"), c.Inside, c.Of)
	exact := fmt.Sprintf(l.pick(" (%s; eksakt 95 %%-interval %s til %s). ", " (%s; exact 95 %% interval %s to %s). "), l.Percent(c.Share, 0), l.Percent(c.Lower, 0), l.Percent(c.Upper, 0))
	var s string
	switch c.Verdict {
	case NothingYet:
		s = l.pick("Ingen kvartaler kan bedømmes endnu.", "No quarter can be judged yet.")
	case TooFew:
		s = of + exact + l.pick("Det er for få til at sige, om intervallerne holder.", "These are too few to tell whether the intervals hold.")
	case TooNarrow:
		s = of + exact + l.pick("Intervallerne var for smalle: prognosen lover mere sikkerhed, end der er.", "The intervals were too narrow: the forecast promises more certainty than there is.")
	case TooWide:
		s = of + exact + l.pick("Intervallerne var bredere end nødvendigt.", "The intervals were wider than needed.")
	default:
		s = of + exact + l.pick("Det passer med de lovede 90 %.", "That agrees with the promised 90 %.")
	}
	if c.Late > 0 {
		s += fmt.Sprintf(l.pick(" %d tæller ikke med: prognosen kom, da kvartalet var begyndt.", " %d not counted: the forecast came when the quarter had begun."), c.Late)
	}
	return s
}

// Says tells in a sentence how all quarters together came out.
func (t *SumReport) Says(l Language, k Kind) string {
	s := fmt.Sprintf(l.pick("%s til %s: ventet %s, realiseret %s, forskel %s", "%s to %s: expected %s, realised %s, difference %s"),
		t.First, t.Last, l.Number(t.Expected, k.decimals()), l.Number(t.Realised, 0), l.Signed(t.Difference, k.decimals()))
	if t.Interval == nil {
		return s + "."
	}
	where := l.pick("udenfor", "outside")
	if *t.Inside {
		where = l.pick("indenfor", "inside")
	}
	return s + fmt.Sprintf(l.pick(" (90 %%-interval for summen %s: %s).", " (90 %% interval of the sum %s: %s)."), l.between(t.Interval), where)
}

// Says tells in a sentence what is known of the target and what would have to happen.
func (t *TargetReport) Says(l Language) string {
	goal := l.Percent(t.AtLeast, 1)
	if !t.Measure.Rate() && t.Measure != ShareOfFull {
		goal = strings.TrimSpace(l.Number(t.AtLeast, 2) + " " + t.Unit)
	}
	var s string
	switch t.Verdict {
	case Reached:
		s = fmt.Sprintf(l.pick("Nået %s.", "Reached on %s."), t.Since)
	case Missed:
		s = fmt.Sprintf(l.pick("Ikke nået: stod fast %s.", "Missed: certain on %s."), t.Since)
	case Changed:
		s = fmt.Sprintf(l.pick("Andelen har flyttet sig: det modsatte stod fast før %s.", "The share has moved: the opposite was certain before %s."), t.Since)
	case Withdrawn:
		s = fmt.Sprintf(l.pick("Trukket tilbage %s: %s", "Withdrawn on %s: %s"), t.Since, t.Status.Note)
	case Waiting:
		if t.Value != nil {
			s = fmt.Sprintf(l.pick("Foreløbig %s, målt %s; afgøres ved fristen %s.", "So far %s, measured on %s; decided when it is due, %s."),
				strings.TrimSpace(l.Number(*t.Value, 2)+" "+t.Unit), t.Status.On, t.Due)
			break
		}
		s = l.pick("Den ansvarlige har ikke meldt noget endnu.", "Its owner has not said anything yet.")
	default:
		s = t.unknown(l)
	}
	if t.Measure != Done && t.Verdict != Withdrawn {
		s += " " + fmt.Sprintf(l.pick("Målet er mindst %s.", "The goal is at least %s."), goal)
	}
	if t.Overdue {
		s += " " + fmt.Sprintf(l.pick("Fristen %s er overskredet.", "It was due on %s."), t.Due)
	}
	return s
}

func (t *TargetReport) unknown(l Language) string {
	switch {
	case t.Measure == ShareOfFull:
		return l.pick("Vides først, når alle årets kvartaler er modne og har en prognose, der kom i tide.", "Known when all quarters of the year are mature and were forecast in time.")
	case t.Hidden:
		return l.pick("Vides ikke endnu; tallene er for små til at vise.", "Not yet known; the counts are too small to show.")
	case t.N == nil:
		return l.pick("Vides ikke endnu: ingen forløb er modne.", "Not yet known: no courses are mature.")
	case t.More == nil:
		return l.pick("Vides ikke endnu, og vil ikke vides inden for 100.000 forløb, hvis andelen forbliver den samme.", "Not yet known, and will not be within 100,000 courses if the share stays the same.")
	}
	what := l.pick("forløb", "courses")
	if t.Measure == EffectRate {
		what = l.pick("gennemførte forløb", "completed courses")
	}
	return fmt.Sprintf(l.pick("Vides ikke endnu: det vil tage omkring %s %s mere, hvis andelen forbliver den samme.", "Not yet known: it will take about %s more %s if the share stays the same."), l.Number(float64(*t.More), 0), what)
}

// together is what must stand beside a coverage of several quarters; empty if there is none.
func (r *Report) together(l Language) string {
	for i := range r.Series {
		if r.Series[i].Coverage.Of > 1 {
			return l.pick("Kvartaler i samme prognose rammer eller rammer forbi sammen, fordi de deler usikkerheden om andelene: de siger mindre, end deres antal lader ane.",
				"Quarters of one forecast hit or miss together, because they share what is not known of the rates: they tell less than their number suggests.")
		}
	}
	return ""
}
