package proposal

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bus is an invented proposal in which every kind of field is used.
const bus = `rettidig-proposal: 1
id: bus
title: Fælles bus til dagcentrene
type: investment
price-level: 2026
years: 2026-2029
parameters:
  - id: passengers
    label: Borgere der køres
    value: 120
    unit: citizens
    uncertain: {triangular: [90, 120, 140], why: talt en uge}
  - id: taxi
    label: Pris pr. taxatur
    value: 85
    unit: kr/trip
    source: {where: regnskab 2025}
  - id: trips
    label: Ture pr. borger om ugen
    value: 2
    unit: trips/citizen/week
  - id: ramp
    label: Indkøring
    by-year: {2027: 50 %, 2028: 1}
    unit: share
quantities:
  - id: trips_a_year
    label: Ture om året
    formula: passengers * trips * weeks_per_year
    unit: trips/year
    round: {to: 100}
    printed: 12_500
rows:
  - id: fewer_taxis
    label: Færre taxature
    kind: saving
    appropriation: Ældre
    formula: -trips_a_year * taxi * ramp
    from: 2027
    round: {to: 10}
  - id: driver
    label: Chauffør
    kind: running cost
    amounts: {2027: 300, 2028: 300, 2029: 300}
    why: tilbud fra vognmanden
  - id: the_bus
    label: Bussen
    kind: one-off
    area: anlæg
    amounts: {2026: 900}
    why: tilbud
printed:
  tables:
    - id: one
      kind: overall
      rows:
        - {row: fewer_taxis, values: [null, -530, '-1.060', -1060]}
      totals: {overall: [900, -230, -760, -760]}
      payback: {service: "3"}
statements:
  - {about: start, says: januar 2027, source: {lines: "12"}}
  - {about: start, says: februar 2027, source: {lines: 13-14}}
follow-up:
  - id: fewer
    goal: Færre taxature
    kind: realisation
    due: 2028Q4
    at-least: 12_000
    unit: trips/year
    equals: trips_a_year
risk: {level: low, reasons: [{text: bussen kommer for sent}]}
hearings:
  - {body: Ældrerådet, answer: "yes", date: 3. marts}
time-plan:
  - {when: 2026H2, text: udbud}
see-also:
  - {case: su1, how: overlaps}
`

func read(t *testing.T, text string) *Proposal {
	t.Helper()
	p, err := Read(strings.NewReader(text), "bus.yaml")
	require.NoError(t, err)
	return p
}

func compiled(t *testing.T, text string) *Model {
	t.Helper()
	m, err := read(t, text).Compile()
	require.NoError(t, err)
	return m
}

// lineOfText counts lines the way an editor does.
func lineOfText(text, part string) int {
	return strings.Count(text[:strings.Index(text, part)], "\n") + 1
}

func TestAProposalIsReadWhole(t *testing.T) {
	p := read(t, bus)
	assert.Equal(t, "Fælles bus til dagcentrene", p.Title)
	assert.Equal(t, 0.5, p.Parameters[3].ByYear[2027].Value)
	assert.Equal(t, lineOfText(bus, "formula: passengers"), p.Line("quantities[0].formula"))
	assert.Equal(t, lineOfText(bus, "- id: driver"), p.Line("rows[1].note"), "the nearest path around it")
}

func TestWhatIsWrongIsToldWithLineAndHint(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"a field's name", "    label: Borgere der køres", "    lable: Borgere der køres", "bus.yaml:9: parameters.passengers.lable: this field is not known (did you mean label?)"},
		{"a field twice", "    unit: citizens\n", "    unit: citizens\n    unit: persons\n", "bus.yaml:12: parameters.passengers.unit: given twice: first on line 11 (remove one)"},
		{"a Danish number", "value: 120", "value: 1.200", "1.200 could be 1200 or 1.2: write 1200 or 1.2"},
		{"a Danish number of a plain field", "round: {to: 100}", "round: {to: 1.000}", "bus.yaml:31: quantities.trips_a_year.round.to: 1.000 could be 1000 or 1: write 1000 or 1"},
		{"a year with a point", "price-level: 2026", "price-level: 2.026", "price-level: 2.026 could be 2026 or 2.0260"},
		{"Danish millions", "value: 120", "value: 2.900.000", "bus.yaml:10: parameters.passengers.value: 2.900.000 has points between thousands: write 2900000"},
		{"a decimal comma in braces", "{to: 10}", "{to: 0,5}", "rows.fewer_taxis.round.5: this field is not known (inside { } a comma begins the next field"},
		{"a text with a comma in braces", "{level: low, reasons: [{text: bussen kommer for sent}]}", "{level: low, reasons: [{text: bussen kommer, men sent}]}", "men sent: this field is not known (inside { } a comma begins the next field"},
		{"a decimal comma of a year", "{2027: 300, 2028: 300, 2029: 300}", "{2027: 300,5, 2028: 300, 2029: 300}", "rows.driver.amounts.5: there is no value here (inside { } a comma begins"},
		{"a year of two digits", "{2027: 300, 2028: 300, 2029: 300}", "{27: 300}", "a year is four digits"},
		{"text for a number", "value: 120", "value: mange", `bus.yaml:10: parameters.passengers.value: "mange" is not a number`},
		{"no label", "    label: Borgere der køres\n", "", "parameters.passengers.label: is missing"},
		{"a kind", "kind: running cost", "kind: runing cost", `bus.yaml:43: rows.driver.kind: is "runing cost" (did you mean running cost?)`},
		{"a kind that is none", "kind: running cost", "kind: gift", "want saving, running cost or one-off"},
		{"two names alike", "- id: trips\n", "- id: taxi\n", `"taxi" is already the name of parameters[1]`},
		{"a word of the language", "- id: trips\n", "- id: year\n", `"year" is a word of the formulas (choose another name)`},
		{"a year off the axis", "{2027: 300, 2028: 300, 2029: 300}", "{2027: 300, 2030: 300}", "2030 is not among the years 2026-2029"},
		{"years the wrong way round", "years: 2026-2029", "years: 2029-2026", "want 1 to 40 years"},
		{"no years", "years: 2026-2029\n", "", "years: is missing (such as 2026-2031)"},
		{"amounts from nowhere", "    why: tilbud fra vognmanden\n", "", "say in `why` where the amounts come from"},
		{"nothing to compute", "    formula: -trips_a_year * taxi * ramp\n", "", "has 0 of them"},
		{"too few figures", "[null, -530, '-1.060', -1060]", "[-530, '-1.060', -1060]", "3 figures for 4 years, 2026-2029 (null is a blank cell)"},
		{"a printed figure", "'-1.060'", "'-1.0600'", `"-1.0600" is no Danish number`},
		{"an unknown row", "{row: fewer_taxis,", "{row: fewer,", `there is no row "fewer"`},
		{"the distribution", "[90, 120, 140]", "[120, 90, 140]", "low, most likely, high in this order"},
		{"value outside", "[90, 120, 140]", "[125, 130, 140]", "the value 120 lies outside the distribution, 125 to 140"},
		{"two distributions", "{triangular: [90, 120, 140],", "{uniform: [1, 200], triangular: [90, 120, 140],", "has 2 distributions, want one"},
		{"a distribution's figures", "[90, 120, 140]", "[90, 140]", "2 values, want 3"},
		{"share above 1", "    from: 2027\n", "    phase-in: {2027: 120 %}\n", "is 120 % (a share of the full effect: 70 %)"},
		{"rounding to nothing", "round: {to: 10}", "round: {to: 0}", "is 0, want more than 0 (such as 100)"},
		{"version", "rettidig-proposal: 1", "rettidig-proposal: 2", "is 2: this program reads version 1"},
		{"not a proposal", "rettidig-proposal: 1\n", "", "bus.yaml:1: this is not a proposal, or its version is missing (the first line is `rettidig-proposal: 1`)"},
		{"an answer", `answer: "yes"`, `answer: maybe`, `is "maybe" (want yes, no or not relevant)`},
		{"a cost that is nowhere", "    round: {to: 100}\n    printed", "    costed-by: drivers\n    printed", `quantities.trips_a_year.costed-by: there is no other "drivers"`},
		{"a date", "when: 2026H2", "when: efteråret", `is "efteråret" (2026Q3, 2026H2, 2026 or a date)`},
		{"an alias", "title: Fælles bus til dagcentrene", "title: &a Fælles", "anchors and aliases (& and *) are not read"},
		{"a colon in text", "title: Fælles bus", "title: Bus: fælles", "text with a colon in it stands in quotes"},
		{"a tab", "    label: Borgere", "\tlabel: Borgere", "indent with spaces, not tabs"},
		{"text for a year", "price-level: 2026", "price-level: i år", "bus.yaml:5: `i år` stands where a whole number should"},
		{"a second document", "see-also:", "---\nsee-also:", "more than one document"},
		{"a mapping for a value", "title: Fælles bus til dagcentrene", "title: {da: bus}", "want a single value here"},
		{"a value for a list", "see-also:\n  - {case: su1, how: overlaps}", "see-also: su1", `"su1", want a list (write one - before each, or [su1])`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(bus, c.old, c.new, 1)
			require.NotEqual(t, bus, text)
			_, err := Read(strings.NewReader(text), "bus.yaml")
			require.Error(t, err)
			var problems *Problems
			require.True(t, errors.As(err, &problems), "%T", err)
			assert.Contains(t, err.Error(), c.want)
			for _, p := range problems.List {
				assert.Positive(t, p.Line, p)
			}
		})
	}
}

func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	text := strings.NewReplacer("kind: saving", "kind: savings", "to: 10}", "to: -1}", "level: low", "level: lav").Replace(bus)
	_, err := Read(strings.NewReader(text), "bus.yaml")
	var problems *Problems
	require.True(t, errors.As(err, &problems))
	require.Len(t, problems.List, 3)
	assert.Less(t, problems.List[0].Line, problems.List[1].Line)
	assert.Less(t, problems.List[1].Line, problems.List[2].Line)
}

func TestFormulasAreCheckedWhenCompiled(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown name", "passengers * trips *", "passenger * trips *", "did you mean passengers?"},
		{"a unit that does not fit", "* weeks_per_year", "", "quantities.trips_a_year.formula: gives"},
		{"a row that is no money", "-trips_a_year * taxi * ramp", "-trips_a_year * ramp", "want kr or kr/year"},
		{"a unit's name", "unit: kr/trip", "unit: kr//trip", "parameters.taxi.unit"},
		{"syntax", "-trips_a_year * taxi * ramp", "-trips_a_year * taxi * * ramp", "rows.fewer_taxis.formula"},
		{"a Danish number", "weeks_per_year", "weeks_per_year * 12.500", "(write 12500 or 12.5)"},
		{"itself", "formula: passengers * trips * weeks_per_year", "formula: lag(trips_a_year) + passengers * trips * weeks_per_year", "uses itself"},
		{"a circle", "formula: passengers * trips * weeks_per_year", "formula: passengers * trips * weeks_per_year + 0 * fewer_taxis * (trips_a_week / driver)", "trips_a_week"},
		{"a target", "equals: trips_a_year", "equals: taxi", "follow-up.fewer.equals: gives"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(bus, c.old, c.new, 1)
			require.NotEqual(t, bus, text)
			_, err := read(t, text).Compile()
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.Regexp(t, `^bus\.yaml:\d+: `, err.Error())
		})
	}
}

func TestACircleIsNamed(t *testing.T) {
	text := strings.Replace(bus, "formula: passengers * trips * weeks_per_year", "formula: passengers * trips * weeks_per_year * (fewer_taxis / the_bus)", 1)
	_, err := read(t, text).Compile()
	require.Error(t, err)
	assert.Contains(t, err.Error(), "goes in a circle: trips_a_year needs fewer_taxis needs trips_a_year")
}

func TestAMissingFileAndAnEmptyOne(t *testing.T) {
	_, err := ReadFile(t.TempDir() + "/none.yaml")
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = Read(strings.NewReader("# nothing\n"), "x.yaml")
	assert.ErrorContains(t, err, "the file is empty")
	_, err = Read(strings.NewReader("- a\n- b\n"), "x.yaml")
	assert.ErrorContains(t, err, "this is not a proposal")
	_, err = Read(strings.NewReader(strings.Repeat("#", largestFile+1)), "x.yaml")
	assert.ErrorContains(t, err, "larger than 1 MB")
}

func TestAFileOfAnotherKind(t *testing.T) {
	const scenario, index = "rettidig-scenario: 1\nname: x\nset: {a: 1}\n", "rettidig-price-index: 1\nsource: x\ntypes: {general: {2022: 100}}\n"
	_, err := Read(strings.NewReader(scenario), "x.yaml")
	assert.EqualError(t, err, "x.yaml:1: this is a scenario, not a proposal (give it with --scenario)")
	_, err = Read(strings.NewReader(index), "x.yaml")
	assert.EqualError(t, err, "x.yaml:1: this is a price-index, not a proposal (give it with --index)")
	_, err = ReadScenario(strings.NewReader(bus), "x.yaml")
	assert.EqualError(t, err, "x.yaml:1: this is a proposal, not a scenario (give it with --proposal)")
	_, err = ReadScenario(strings.NewReader("rettidig-scenario: 1\nname: x\nset: {a: 0,5}\n"), "x.yaml")
	assert.ErrorContains(t, err, "x.yaml:3: set.5: there is no value here (inside { } a comma begins the next field")
	_, err = ReadIndex(strings.NewReader("rettidig-price-index: 1\nsource: x\ntypes: {general: {2022: 100, 2023: 103,1}}\n"), "x.yaml")
	assert.ErrorContains(t, err, "x.yaml:3: types.general.1: there is no value here (inside { }")
}

func TestAFileThatIsNoText(t *testing.T) {
	_, err := Read(strings.NewReader("PK\x03\x04\x14\x00"), "x.yaml")
	assert.ErrorContains(t, err, "this is an Excel or Word file, not YAML")
	cp1252 := strings.Replace(bus, "F\u00e6lles", "F\xe6lles", 1)
	require.NotEqual(t, bus, cp1252)
	_, err = Read(strings.NewReader(cp1252), "x.yaml")
	assert.EqualError(t, err, "x.yaml:3: the text is not UTF-8 (save the file as UTF-8)")
}

func FuzzRead(f *testing.F) {
	f.Add(bus)
	f.Add("rettidig-proposal: 1\nid: a\n")
	f.Add("rettidig-scenario: 1\nname: x\nset: {a: 1}\n")
	f.Add("rettidig-price-index: 1\nsource: x\ntypes: {general: {2022: 100}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := Read(strings.NewReader(text), "x.yaml"); err == nil {
			if m, err := p.Compile(); err == nil {
				r, err := m.Compute(Options{})
				if err == nil && len(r.Totals.Overall) != len(p.Years.List()) {
					t.Fatal("totals do not cover the years")
				}
			}
		}
		_, _ = ReadScenario(strings.NewReader(text), "x.yaml")
		_, _ = ReadIndex(strings.NewReader(text), "x.yaml")
	})
}
