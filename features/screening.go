package features

import (
	"math"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// freshDays is how old the latest screening may be and still say something about now.
const freshDays = 120

// screeningView is what is seen of the screenings. Everything but lastYear is NaN unless the latest one is at
// most freshDays old; a change is against the latest earlier day that has that score, however long ago.
type screeningView struct {
	need, ability             float64
	days                      float64
	needChange, abilityChange float64
	reasons                   [5]float64 // by reasonThings
	lastYear                  int        // screenings in the last 365 days, whatever they measured
}

func (p *screeningView) look(screenings []rettidig.Screening, t rettidig.Day) {
	nan := math.NaN()
	*p = screeningView{need: nan, ability: nan, days: nan, needChange: nan, abilityChange: nan, reasons: [5]float64{nan, nan, nan, nan, nan}}
	last := -1
	for i := len(screenings) - 1; i >= 0; i-- {
		s := &screenings[i]
		if last >= 0 && t-s.Date > 365 {
			break
		}
		if !seen(s.Date, s.Known, s.Retracted, t) {
			continue
		}
		last = max(last, i)
		if t-s.Date <= 365 {
			p.lastYear++
		}
	}
	if last < 0 || t-screenings[last].Date > freshDays {
		return
	}
	s := &screenings[last]
	p.need, p.ability, p.days = s.Need, s.Ability, float64(t-s.Date)
	need, ability := before(screenings[:last], s.Date, t)
	p.needChange, p.abilityChange = s.Need-need, s.Ability-ability
	for i := range reasonThings {
		p.reasons[i] = flag(explains(s, reasonThings[i].id))
	}
}

// before returns the latest need and the latest ability score from before day d, NaN where there is none.
func before(screenings []rettidig.Screening, d, t rettidig.Day) (need, ability float64) {
	need, ability = math.NaN(), math.NaN()
	for i := len(screenings) - 1; i >= 0; i-- {
		s := &screenings[i]
		if s.Date >= d || !seen(s.Date, s.Known, s.Retracted, t) {
			continue
		}
		if math.IsNaN(need) {
			need = s.Need
		}
		if math.IsNaN(ability) {
			ability = s.Ability
		}
		if !math.IsNaN(need) && !math.IsNaN(ability) {
			break
		}
	}
	return need, ability
}

func explains(s *rettidig.Screening, reason string) bool {
	return s.NeedReason == reason || s.AbilityReason == reason
}

// reasonThings are the reasons for a worse score that say something about the citizen.
var reasonThings = []thing{
	{id: "illness", at: 0, da: wording{"name": "sygdom"}, en: wording{"name": "illness"}},
	{id: "fall", at: 1, da: wording{"name": "fald eller uheld"}, en: wording{"name": "a fall or accident"}},
	{id: "motivation", at: 2, da: wording{"name": "manglende motivation"}, en: wording{"name": "lack of motivation"}},
	{id: "unstable", at: 3, da: wording{"name": "en generelt ustabil tilstand"}, en: wording{"name": "a generally unstable condition"}},
	{id: "medication", at: 4, da: wording{"name": "medicin"}, en: wording{"name": "medication"}},
}

func screeningColumns() []declaration {
	const noneDA, noneEN = "Ingen screening inden for de seneste 120 dage", "No screening within the last 120 days"
	const noPairDA, noPairEN = "Ingen tidligere screening at sammenligne med", "No earlier screening to compare with"
	out := []declaration{
		{
			ID: "screening_need", Window: "120d", Unit: UnitPoints, Family: "need",
			DA: Text{
				Label: "Behov for hjælp ved seneste screening", Missing: "Behov for hjælp er ikke målt inden for de seneste 120 dage",
				Sentence: Forms{Any: "Behov for hjælp: {v} point ved seneste screening"},
				Clause:   Forms{Any: "behov for hjælp {v} point"},
			},
			EN: Text{
				Label: "Need of help at the latest screening", Missing: "Need of help was not measured within the last 120 days",
				Sentence: Forms{Any: "Need of help: {v} points at the latest screening", One: "Need of help: {v} point at the latest screening"},
				Clause:   Forms{Any: "need of help {v} points", One: "need of help {v} point"},
			},
			value: func(v *view, _ cell) float64 { return v.screening.need },
		},
		{
			ID: "screening_ability", Window: "120d", Unit: UnitPoints, Family: "ability",
			DA: Text{
				Label: "Fysisk formåen ved seneste screening", Missing: "Fysisk formåen er ikke målt inden for de seneste 120 dage",
				Sentence: Forms{Any: "Fysisk formåen: {v} point ved seneste screening"},
				Clause:   Forms{Any: "fysisk formåen {v} point"},
			},
			EN: Text{
				Label: "Physical ability at the latest screening", Missing: "Physical ability was not measured within the last 120 days",
				Sentence: Forms{Any: "Physical ability: {v} points at the latest screening", One: "Physical ability: {v} point at the latest screening"},
				Clause:   Forms{Any: "physical ability {v} points", One: "physical ability {v} point"},
			},
			value: func(v *view, _ cell) float64 { return v.screening.ability },
		},
		{
			ID: "screening_days_since", Window: "120d", Unit: UnitDays, Family: "recency", NotApplicable: true,
			DA: Text{
				Label: "Dage siden seneste screening", Missing: noneDA,
				Sentence: Forms{Any: "Seneste screening er {d} gammel"},
				Clause:   Forms{Any: "screenet for {d} siden"},
			},
			EN: Text{
				Label: "Days since the latest screening", Missing: noneEN,
				Sentence: Forms{Any: "The latest screening was {d} ago"},
				Clause:   Forms{Any: "screened {d} ago"},
			},
			value: func(v *view, _ cell) float64 { return v.screening.days },
		},
		{
			ID: "screening_need_change", Window: "120d", Unit: UnitPoints, Family: "need_change", NotApplicable: true,
			DA: Text{
				Label: "Ændring i behov for hjælp siden forrige screening", Missing: noPairDA,
				Sentence: Forms{
					Any: "Behovet for hjælp er steget {n} point siden forrige screening", One: "Behovet for hjælp er steget ét point siden forrige screening", Zero: "Behovet for hjælp er uændret siden forrige screening",
					Less: "Behovet for hjælp er faldet {n} point siden forrige screening", LessOne: "Behovet for hjælp er faldet ét point siden forrige screening",
				},
				Clause: Forms{Any: "behovet for hjælp er steget {n} point", One: "behovet for hjælp er steget ét point", Zero: "behovet for hjælp er uændret", Less: "behovet for hjælp er faldet {n} point", LessOne: "behovet for hjælp er faldet ét point"},
			},
			EN: Text{
				Label: "Change in need of help since the previous screening", Missing: noPairEN,
				Sentence: Forms{
					Any: "Need of help has risen by {n} points since the previous screening", One: "Need of help has risen by one point since the previous screening",
					Zero: "Need of help is unchanged since the previous screening",
					Less: "Need of help has fallen by {n} points since the previous screening", LessOne: "Need of help has fallen by one point since the previous screening",
				},
				Clause: Forms{Any: "need of help has risen by {n} points", One: "need of help has risen by one point", Zero: "need of help is unchanged", Less: "need of help has fallen by {n} points", LessOne: "need of help has fallen by one point"},
			},
			value: func(v *view, _ cell) float64 { return v.screening.needChange },
		},
		{
			ID: "screening_ability_change", Window: "120d", Unit: UnitPoints, Family: "ability_change", NotApplicable: true,
			DA: Text{
				Label: "Ændring i fysisk formåen siden forrige screening", Missing: noPairDA,
				Sentence: Forms{
					Any: "Fysisk formåen er steget {n} point siden forrige screening", One: "Fysisk formåen er steget ét point siden forrige screening", Zero: "Fysisk formåen er uændret siden forrige screening",
					Less: "Fysisk formåen er faldet {n} point siden forrige screening", LessOne: "Fysisk formåen er faldet ét point siden forrige screening",
				},
				Clause: Forms{Any: "fysisk formåen er steget {n} point", One: "fysisk formåen er steget ét point", Zero: "fysisk formåen er uændret", Less: "fysisk formåen er faldet {n} point", LessOne: "fysisk formåen er faldet ét point"},
			},
			EN: Text{
				Label: "Change in physical ability since the previous screening", Missing: noPairEN,
				Sentence: Forms{
					Any: "Physical ability has risen by {n} points since the previous screening", One: "Physical ability has risen by one point since the previous screening",
					Zero: "Physical ability is unchanged since the previous screening",
					Less: "Physical ability has fallen by {n} points since the previous screening", LessOne: "Physical ability has fallen by one point since the previous screening",
				},
				Clause: Forms{Any: "physical ability has risen by {n} points", One: "physical ability has risen by one point", Zero: "physical ability is unchanged", Less: "physical ability has fallen by {n} points", LessOne: "physical ability has fallen by one point"},
			},
			value: func(v *view, _ cell) float64 { return v.screening.abilityChange },
		},
		{
			ID: "screening_reason_[id]", Window: "120d", Unit: UnitFlag, Family: "reason_[id]", NotApplicable: true, Over: reasonThings,
			DA: Text{
				Label: "Seneste screening nævner [name]", Missing: noneDA,
				Sentence: Forms{Any: "Seneste screening nævner [name] som årsag", Zero: "Seneste screening nævner ikke [name] som årsag"},
				Clause:   Forms{Any: "[name] nævnt som årsag", Zero: "[name] ikke nævnt som årsag"},
			},
			EN: Text{
				Label: "The latest screening mentions [name]", Missing: noneEN,
				Sentence: Forms{Any: "The latest screening mentions [name] as a reason", Zero: "The latest screening does not mention [name] as a reason"},
				Clause:   Forms{Any: "[name] mentioned as a reason", Zero: "[name] not mentioned as a reason"},
			},
			value: func(v *view, c cell) float64 { return v.screening.reasons[c.at] },
		},
		{
			ID: "screenings_365", Window: "365d", Unit: UnitCount, Family: "screenings",
			DA: Text{
				Label:    "Screeninger det seneste år",
				Sentence: Forms{Any: "{n} screeninger det seneste år", One: "Én screening det seneste år", Zero: "Ingen screeninger det seneste år"},
				Clause:   Forms{Any: "{n} screeninger det seneste år", One: "én screening det seneste år", Zero: "ingen screeninger det seneste år"},
			},
			EN: Text{
				Label:    "Screenings in the last year",
				Sentence: Forms{Any: "{n} screenings in the last year", One: "One screening in the last year", Zero: "No screenings in the last year"},
				Clause:   Forms{Any: "{n} screenings in the last year", One: "one screening in the last year", Zero: "no screenings in the last year"},
			},
			value: func(v *view, _ cell) float64 { return float64(v.screening.lastYear) },
		},
	}
	for i := range out {
		out[i].Concept, out[i].Source, out[i].Reads = codes.Screening, "D1", readScreenings
	}
	return out
}
