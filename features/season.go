package features

import "github.com/rettidig/rettidig/datasets/codes"

var seasons = []thing{
	{id: "winter", at: 0, da: wording{"name": "vinter", "out": "uden for vinteren", "when": "om vinteren (december til februar)"}, en: wording{"name": "winter", "out": "outside winter", "when": "in winter (December to February)"}},
	{id: "spring", at: 1, da: wording{"name": "forår", "out": "uden for foråret", "when": "om foråret (marts til maj)"}, en: wording{"name": "spring", "out": "outside spring", "when": "in spring (March to May)"}},
	{id: "summer", at: 2, da: wording{"name": "sommer", "out": "uden for sommeren", "when": "om sommeren (juni til august)"}, en: wording{"name": "summer", "out": "outside summer", "when": "in summer (June to August)"}},
	{id: "autumn", at: 3, da: wording{"name": "efterår", "out": "uden for efteråret", "when": "om efteråret (september til november)"}, en: wording{"name": "autumn", "out": "outside autumn", "when": "in autumn (September to November)"}},
}

// seasonColumns say which season it is: help and falls go with it.
func seasonColumns() []declaration {
	return []declaration{{
		ID: "season_[id]", Unit: UnitFlag, Window: "now", Concept: codes.Season, Family: "season", Source: "calendar", Over: seasons,
		DA:    Text{Label: "Årstid: [name]", Sentence: Forms{Any: "Vurderet [when]", Zero: "Vurderet [out]"}, Clause: Forms{Any: "[when]", Zero: "[out]"}},
		EN:    Text{Label: "Season: [name]", Sentence: Forms{Any: "Assessed [when]", Zero: "Assessed [out]"}, Clause: Forms{Any: "[when]", Zero: "[out]"}},
		value: func(v *view, c cell) float64 { return flag(int(v.asOf.Time().Month())%12/3 == c.at) },
	}}
}
