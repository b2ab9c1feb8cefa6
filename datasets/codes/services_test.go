package codes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

func TestServiceNamesAreRecognisedHoweverSpelled(t *testing.T) {
	for name, want := range map[string]string{
		"Personlig hygiejne (FSIII)":         "H1.1",
		"  personlig   hygiejne ":            "H1.1",
		"H1.8":                               "H1.8",
		"RENGØRING (FSIII)":                  "H1.8",
		"Træning ved hjælper i eget hjem":    codes.TrainingByHelper,
		"Tilberede/anrette mad":              "H1.10",
		"Hjælp til medicinindtagelse(FSIII)": "G1.20",
	} {
		code, ok := codes.ServiceByName(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, code, name)
	}
	code, ok := codes.ServiceByName("Hundeluftning  (FSIII)")
	assert.False(t, ok)
	assert.Equal(t, "X:Hundeluftning", code)
	s, ok := codes.ServiceOf(code)
	assert.False(t, ok)
	assert.Equal(t, "Hundeluftning", s.DA)
}

func TestServicesAreUniqueAndNamedInBothLanguages(t *testing.T) {
	taken := map[string]string{}
	for _, s := range codes.Services() {
		for _, name := range []string{s.Code, s.DA, s.EN, s.ID} {
			assert.Truef(t, name == "" && name == s.ID || taken[name] == "", "%s and %s are both called %q", s.Code, taken[name], name)
			taken[name] = s.Code
		}
		assert.Contains(t, codes.Concepts(), s.Concept, s.Code)
		assert.Contains(t, codes.AllSeries(), s.Series, s.Code)
		for _, name := range []string{s.Code, s.DA, s.ID, strings.ToUpper(s.DA) + " (FSIII)"} {
			if name == "" {
				continue
			}
			got, ok := codes.ServiceByName(name)
			assert.True(t, ok, name)
			assert.Equal(t, s.Code, got, name)
		}
	}
	for _, s := range codes.AllSeries() {
		assert.NotEqual(t, s.Label("da"), s.Label("en"), s)
	}
}

func TestFSIIIIsComplete(t *testing.T) {
	for area, n := range map[string]int{"H1.": 12, "H2.": 11, "H3.": 3, "H4.": 1, "H5.": 1, "H6.": 1, "H7.": 2, "G2.": 4} {
		count := 0
		for _, s := range codes.Services() {
			if strings.HasPrefix(s.Code, area) {
				count++
			}
		}
		assert.Equal(t, n, count, area)
	}
	for _, code := range strings.Fields("G1.20 G1.21 G1.19 G1.39 G1.41 G1.5 G1.16 G1.12 G1.14 G1.26 G1.27 G1.28 G1.36 G1.42 G1.46") {
		s, ok := codes.ServiceOf(code)
		assert.True(t, ok, code)
		assert.Equal(t, codes.Nursing, s.Concept)
	}
}

func TestAnOldServiceAndItsSuccessorAreOneSeriesAndOneConcept(t *testing.T) {
	succeeded := map[string]bool{}
	for _, s := range codes.Services() {
		if s.Successor == "" {
			continue
		}
		to, ok := codes.ServiceOf(s.Successor)
		assert.True(t, ok, s.Code)
		assert.Equal(t, to.Series, s.Series, s.Code)
		assert.Equal(t, to.Concept, s.Concept, s.Code)
		assert.Equal(t, to.Administrative, s.Administrative, s.Code)
		assert.Equal(t, codes.ElderlyAct, to.Regime())
		assert.Empty(t, to.Successor, "%s: the chain has one link", s.Code)
		succeeded[to.Code] = true
	}
	for _, s := range codes.Services() {
		if s.Regime() == codes.ElderlyAct {
			assert.True(t, succeeded[s.Code], "%s took over from nothing", s.Code)
		}
	}
}

// Worked by hand: eleven months of hygiene and excretion as two codes, then the broad one. Counted by series it is one
// unbroken row, and no break of practical help.
func TestPersonalCareIsOneSeriesOverTheElderlyAct(t *testing.T) {
	before, after := codes.RegimeOf("H1.1"), codes.RegimeOf("E.PP")
	assert.Equal(t, "2025-07-01", before.Until.String())
	assert.Equal(t, before.Until, after.From)
	var series []codes.Series
	for _, name := range []string{"Personlig hygiejne (FSIII)", "Udskillelser (FSIII)", "Personlig hjælp og pleje"} {
		code, ok := codes.ServiceByName(name)
		assert.True(t, ok, name)
		s, _ := codes.ServiceOf(code)
		series = append(series, s.Series)
	}
	assert.Equal(t, []codes.Series{codes.PersonalCareSeries, codes.PersonalCareSeries, codes.PersonalCareSeries}, series)
	cleaning, _ := codes.ServiceOf("H1.8")
	assert.Equal(t, codes.PracticalHelpSeries, cleaning.Series)
	assert.Equal(t, codes.NoRegime, codes.RegimeOf("X:Hundeluftning"))
	assert.Equal(t, codes.LocalCatalogue, codes.RegimeOf(codes.TrainingByHelper))
	assert.False(t, codes.RegimeOf("G1.20").Until.Valid(), "the health law's services go on")
}

func TestZeroServicesAreAdministrative(t *testing.T) {
	var admin []string
	for _, s := range codes.Services() {
		if s.Administrative {
			admin = append(admin, s.Code)
			assert.Equal(t, codes.AdministrativeTime, s.Series)
		}
	}
	assert.Equal(t, []string{"H7.1", "H7.2", "E.DK", "G2.1", "G2.2", "G2.3", "G2.4"}, admin)
}

func TestNamesOfOlderCataloguesAreRead(t *testing.T) {
	for name, want := range map[string]string{
		"Bad og hårvask":                       "H1.1",
		"Sengeredning / forflytning / lejring": "H1.4",
		"Psykisk pleje og omsorg":              "H1.6",
		"Madservice med udbringning":           "H1.11",
		"Pleje af alvorligt syge og døende":    "L.DYING",
		"Hjælp og støtte til mad og måltider":  "L.MEALS",
		"Målrettede pædagogiske opgaver":       "L.PED",
		"RH Personlig hygiejne":                "H2.5",
		"RH - Mobilitet":                       "H2.4",
		"Afløsning i hjemmet":                  "E.AH",
		"17312894-B23F-43D9-9723-B725AC25D872": "H1.1",
		"Hjælp til medicinindtagelse":          "G1.20",
		"Praktisk hjælp i hjemmet":             "E.PH",
		"Midlertidig ophold":                   "H4.1",
	} {
		code, ok := codes.ServiceByName(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, code, name)
	}
}

func TestTheNearestNameIsSuggestedAndNothingElse(t *testing.T) {
	code, letters, ok := codes.SuggestService("Rengøringg")
	assert.True(t, ok)
	assert.Equal(t, "H1.8", code)
	assert.Equal(t, 1, letters)
	code, letters, ok = codes.SuggestService("Medicin administrasion (FSIII)") // a blank too many, s for t
	assert.True(t, ok)
	assert.Equal(t, [2]any{"G1.20", 2}, [2]any{code, letters})
	for _, far := range []string{"Hundeluftning", "", "Bad", "xyz", "Gåtur med ledsager"} {
		_, _, ok = codes.SuggestService(far)
		assert.False(t, ok, far)
	}
}

// The slow twin tries every way to turn one name into the other, letter by letter.
func TestTheSuggestionIsTheNearestOfAll(t *testing.T) {
	services := codes.Services()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(services).Draw(t, "service")
		name := []rune(s.DA)
		at := rapid.IntRange(0, len(name)-1).Draw(t, "at")
		name[at] = rapid.SampledFrom([]rune("aqzå7")).Draw(t, "letter")
		code, letters, ok := codes.SuggestService(string(name))
		if len(name) < 4 || !ok {
			return
		}
		assert.LessOrEqual(t, letters, 1)
		best := ""
		for _, other := range services {
			if slow(strings.ToLower(string(name)), strings.ToLower(other.DA)) {
				best = other.Code
				break
			}
		}
		if letters == 1 && best != "" {
			assert.Equal(t, best, code)
		}
	})
}

// slow tells whether two names of one length differ in exactly one letter.
func slow(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) {
		return false
	}
	n := 0
	for i := range x {
		if x[i] != y[i] {
			n++
		}
	}
	return n == 1
}

func TestBreaksAreDatedAndInOrder(t *testing.T) {
	breaks := codes.Breaks()
	assert.True(t, slices.IsSortedFunc(breaks, func(a, b codes.Break) int { return int(a.Date - b.Date) }))
	dates := map[string]string{}
	for _, b := range breaks {
		assert.NotEqual(t, b.DA, b.EN)
		dates[b.ID] = b.Date.String()
	}
	assert.Equal(t, "2007-01-01", dates["paragraph_97_112"])
	assert.Equal(t, "2012-01-01", dates["apv_2012"])
	assert.Equal(t, "2013-01-01", dates["alarms_2013"])
	assert.Equal(t, "2025-07-01", dates["elderly_act_2025"])
}

func TestAWindowHoldsABreakIfItHasDaysOnBothSides(t *testing.T) {
	day := func(s string) rettidig.Day { d, err := rettidig.ParseDay(s); assert.NoError(t, err); return d }
	for _, c := range []struct {
		concept     codes.Concept
		first, last string
		want        string
	}{
		{codes.PersonalCare, "2025-06-30", "2025-07-01", "elderly_act_2025"},
		{codes.PersonalCare, "2025-07-01", "2025-12-31", ""}, // begins with the new codes
		{codes.PersonalCare, "2025-01-01", "2025-06-30", ""},
		{codes.ServicesOverall, "2025-01-01", "2025-08-01", "elderly_act_2025"},
		{codes.Nursing, "2025-01-01", "2025-08-01", ""},
		{codes.Alarms, "2012-06-01", "2013-06-01", "alarms_2013"},
		{codes.AidsOverall, "2012-06-01", "2013-06-01", "alarms_2013"},
		{codes.Beds, "2000-01-01", "2026-01-01", ""},
	} {
		b, ok := codes.BreakWithin(c.concept, day(c.first), day(c.last))
		assert.Equal(t, c.want != "", ok, "%+v", c)
		assert.Equal(t, c.want, b.ID, "%+v", c)
	}
}
