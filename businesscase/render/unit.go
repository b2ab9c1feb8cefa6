package render

import (
	"math"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// unitWords are the Danish words of units: of several, and of one (after "pr.").
var unitWords = map[string][2]string{
	"kr": {"kr.", "kr."}, "1000 kr": {"t.kr.", "t.kr."}, "mio. kr": {"mio. kr.", "mio. kr."},
	"citizen": {"borgere", "borger"}, "citizens": {"borgere", "borger"}, "person": {"personer", "person"}, "persons": {"personer", "person"},
	"week": {"uger", "uge"}, "weeks": {"uger", "uge"}, "year": {"år", "år"}, "years": {"år", "år"}, "month": {"måneder", "måned"}, "months": {"måneder", "måned"},
	"day": {"dage", "dag"}, "days": {"dage", "dag"}, "hour": {"timer", "time"}, "hours": {"timer", "time"},
	"minute": {"minutter", "minut"}, "minutes": {"minutter", "minut"}, "quarter": {"kvartaler", "kvartal"},
	"FTE": {"årsværk", "årsværk"}, "fte": {"årsværk", "årsværk"}, "employee": {"medarbejdere", "medarbejder"}, "employees": {"medarbejdere", "medarbejder"},
	"course": {"forløb", "forløb"}, "courses": {"forløb", "forløb"}, "licence": {"licenser", "licens"}, "licences": {"licenser", "licens"},
	"bus": {"busser", "bus"}, "buses": {"busser", "bus"}, "trip": {"ture", "tur"}, "trips": {"ture", "tur"}, "visit": {"besøg", "besøg"}, "visits": {"besøg", "besøg"},
	"device": {"enheder", "enhed"}, "devices": {"enheder", "enhed"}, "unit": {"enheder", "enhed"}, "units": {"enheder", "enhed"},
	"centre": {"centre", "center"}, "centres": {"centre", "center"}, "percentage point": {"procentpoint", "procentpoint"},
	"1": {"", ""}, "number": {"", ""}, "ratio": {"", ""}, "factor": {"", ""}, "percent": {"%", "%"},
}

// Unit writes a unit for reading: kr/citizen/week is "kr. pr. borger pr. uge" in Danish. Words that it does not
// know stay as they are.
func Unit(unit, language string) string {
	if language == "" {
		language = Danish
	}
	if IsShare(unit) {
		return map[string]string{Danish: "andel", English: "share"}[language]
	}
	parts := strings.Split(unit, "/")
	for i, p := range parts {
		p = strings.TrimSpace(p)
		if w, ok := unitWords[p]; ok && language == Danish {
			p = w[min(i, 1)]
		} else if p == "1" {
			p = ""
		}
		parts[i] = p
	}
	per := map[string]string{Danish: " pr. ", English: " per "}[language]
	return strings.TrimSpace(strings.Join(parts, per))
}

// IsShare tells whether values of a unit are shares of 1, which are shown as percentages.
func IsShare(unit string) bool {
	return unit == "share" || unit == "andel" || strings.HasPrefix(unit, "share ") || strings.HasPrefix(unit, "andel ")
}

// inUnit writes a value with its unit; a share as a percentage.
func inUnit(x float64, unit, language string) string {
	if IsShare(unit) {
		return shortest(100*x, 2, language) + " %"
	}
	most := 4
	if math.Abs(x) >= 100 {
		most = 2
	}
	return strings.TrimSpace(shortest(x, most, language) + " " + Unit(unit, language))
}

// value writes a parameter's or quantity's value in the year at place k: as later formulas see it.
func value(s proposal.Series, k int, language string) string {
	return inUnit(s.Exact[k], s.Unit, language)
}
