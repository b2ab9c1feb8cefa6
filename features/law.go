package features

import (
	"math"

	"github.com/rettidig/rettidig/datasets/codes"
)

// The grounds of a loan that columns tell apart.
const (
	lawUntold   = iota
	lawOther    // told, and none of the following
	lawHelper   // APV: for the sake of whoever helps
	lawHospital // § 140 of the Health Act: lent for a while after a stay in hospital
	numLaws
)

func lawOf(paragraph string) int {
	switch paragraph {
	case "":
		return lawUntold
	case "APV":
		return lawHelper
	case "140":
		return lawHospital
	}
	return lawOther
}

func told(law int) int {
	if law == lawUntold {
		return 0
	}
	return 1
}

var lawThings = []thing{
	{id: "helper", at: lawHelper, da: wording{"for": "af hensyn til hjælperens arbejdsmiljø (APV)"}, en: wording{"for": "for the sake of the helper's work environment (APV)"}},
	{id: "hospital", at: lawHospital, da: wording{"for": "til midlertidig brug efter sygehusophold (§ 140)"}, en: wording{"for": "for temporary use after a hospital stay (§ 140)"}},
}

// lawColumns say on what ground aids are lent and what they cost. Registers often leave both out, so where no loan in
// question tells, the column is missing. Only short windows are looked at: APV became usual in 2012, and one third of
// all loans carrying it afterwards says nothing about the citizen.
func lawColumns() []declaration {
	out := []declaration{
		{
			ID: "aids_for_[id]", Unit: UnitCount, Window: "now", Family: "law", Over: lawThings, Needs: "aids_on_loan",
			DA: Text{
				Label: "Hjælpemidler til låns [for]", Missing: "Lovgrundlaget for de lånte hjælpemidler er ikke oplyst",
				Sentence: Forms{Any: "{n} hjælpemidler til låns [for]", One: "Ét hjælpemiddel til låns [for]", Zero: "Ingen hjælpemidler til låns [for]"},
				Clause:   Forms{Any: "{n} [for]", One: "ét [for]", Zero: "ingen [for]"},
			},
			EN: Text{
				Label: "Aids on loan [for]", Missing: "The legal ground of the aids on loan is not recorded",
				Sentence: Forms{Any: "{n} aids on loan [for]", One: "One aid on loan [for]", Zero: "No aids on loan [for]"},
				Clause:   Forms{Any: "{n} [for]", One: "one [for]", Zero: "none [for]"},
			},
			value: func(v *view, c cell) float64 {
				if v.aids.toldOut == 0 {
					return math.NaN()
				}
				return float64(v.aids.lawOut[c.at])
			},
		},
		{
			ID: "aids_new_for_[id]_365", Unit: UnitCount, Window: "365d", Family: "law_new", Over: lawThings, Needs: "aids_new_365",
			DA: Text{
				Label: "Nye hjælpemidler det seneste år [for]", Missing: "Lovgrundlaget for det seneste års lån er ikke oplyst",
				Sentence: Forms{Any: "{n} nye hjælpemidler det seneste år [for]", One: "Ét nyt hjælpemiddel det seneste år [for]", Zero: "Ingen nye hjælpemidler det seneste år [for]"},
				Clause:   Forms{Any: "{n} nye [for] det seneste år", One: "ét nyt [for] det seneste år", Zero: "ingen nye [for] det seneste år"},
			},
			EN: Text{
				Label: "New aids in the last year [for]", Missing: "The legal ground of the last year's loans is not recorded",
				Sentence: Forms{Any: "{n} new aids in the last year [for]", One: "One new aid in the last year [for]", Zero: "No new aids in the last year [for]"},
				Clause:   Forms{Any: "{n} new [for] in the last year", One: "one new [for] in the last year", Zero: "none new [for] in the last year"},
			},
			value: func(v *view, c cell) float64 {
				if v.aids.told365 == 0 {
					return math.NaN()
				}
				return float64(v.aids.law365[c.at])
			},
		},
		{
			ID: "aids_price_on_loan", Unit: UnitKroner, Window: "now", Family: "price", Needs: "aids_on_loan",
			DA: Text{
				Label: "Samlet pris på hjælpemidler til låns", Missing: "Prisen på de lånte hjælpemidler er ikke oplyst",
				Sentence: Forms{Any: "Hjælpemidler for {v} kr. til låns"},
				Clause:   Forms{Any: "til en pris af {v} kr. i alt"},
			},
			EN: Text{
				Label: "Total price of the aids on loan", Missing: "The price of the aids on loan is not recorded",
				Sentence: Forms{Any: "Aids worth DKK {v} on loan"},
				Clause:   Forms{Any: "at a price of DKK {v} in all"},
			},
			value: func(v *view, _ cell) float64 { return v.aids.priceOut },
		},
		{
			ID: "aids_price_365", Unit: UnitKroner, Window: "365d", Family: "price_new", Needs: "aids_new_365",
			DA: Text{
				Label: "Samlet pris på det seneste års nye hjælpemidler", Missing: "Prisen på det seneste års hjælpemidler er ikke oplyst",
				Sentence: Forms{Any: "Nye hjælpemidler for {v} kr. det seneste år"},
				Clause:   Forms{Any: "nye for {v} kr. det seneste år"},
			},
			EN: Text{
				Label: "Total price of the last year's new aids", Missing: "The price of the last year's aids is not recorded",
				Sentence: Forms{Any: "New aids worth DKK {v} in the last year"},
				Clause:   Forms{Any: "new ones worth DKK {v} in the last year"},
			},
			value: func(v *view, _ cell) float64 { return v.aids.price365 },
		},
	}
	for i := range out {
		out[i].Concept, out[i].Source, out[i].Reads = codes.AidsOverall, "A2", readAids|readGrounds
	}
	return out
}
