package features

import (
	"strings"

	"github.com/rettidig/rettidig/datasets/codes"
)

// aidNoun is what the aids of a concept are called when they are counted.
type aidNoun struct {
	id             string
	concept        codes.Concept
	oneDA, oneEN   string // with its article: "ét ..."
	noneDA, noneEN string // after "ingen"
	manyDA, manyEN string // after a number
}

var aidNouns = []aidNoun{
	{"mobility", codes.MobilityAids, "ét ganghjælpemiddel", "one walking aid", "ganghjælpemidler", "walking aids", "ganghjælpemidler", "walking aids"},
	{"wheelchairs", codes.Wheelchairs, "én kørestol", "one wheelchair", "kørestole", "wheelchairs", "kørestole", "wheelchairs"},
	{"transfer", codes.TransferAids, "ét forflytningshjælpemiddel", "one transfer aid", "forflytningshjælpemidler", "transfer aids", "forflytningshjælpemidler", "transfer aids"},
	{"beds", codes.Beds, "én plejeseng eller ét stykke sengeudstyr", "one care bed or piece of bedding", "plejesenge eller sengeudstyr", "care beds or bedding", "plejesenge og stykker sengeudstyr", "care beds and pieces of bedding"},
	{"pressure", codes.PressureAids, "ét hjælpemiddel mod tryksår", "one aid against pressure ulcers", "hjælpemidler mod tryksår", "aids against pressure ulcers", "hjælpemidler mod tryksår", "aids against pressure ulcers"},
	{"toilet", codes.ToiletAids, "ét toilethjælpemiddel", "one toilet aid", "toilethjælpemidler", "toilet aids", "toilethjælpemidler", "toilet aids"},
	{"bath", codes.BathAids, "ét badehjælpemiddel", "one bathing aid", "badehjælpemidler", "bathing aids", "badehjælpemidler", "bathing aids"},
	{"alarms", codes.Alarms, "ét nødkald eller én anden alarm", "one emergency call or other alarm", "nødkald eller alarmer", "emergency calls or alarms", "nødkald og alarmer", "emergency calls and alarms"},
	{"home", codes.HomeAdaptation, "ét hjælpemiddel til boligen", "one aid for the home", "hjælpemidler til boligen", "aids for the home", "hjælpemidler til boligen", "aids for the home"},
	{"sensory", codes.SensoryAids, "ét hjælpemiddel til syn, hørelse eller kommunikation", "one aid for sight, hearing or communication", "hjælpemidler til syn, hørelse eller kommunikation", "aids for sight, hearing or communication", "hjælpemidler til syn, hørelse eller kommunikation", "aids for sight, hearing or communication"},
	{"other", codes.OtherAids, "ét andet hjælpemiddel", "one other aid", "andre hjælpemidler", "other aids", "andre hjælpemidler", "other aids"},
}

// onLoanColumns are the aids on loan now, one column for each concept.
func onLoanColumns() []Feature {
	var out []Feature
	for _, n := range aidNouns {
		at := conceptAt(n.concept)
		one, _, _ := strings.Cut(n.oneDA, " ") // "én" or "ét"
		out = append(out, Feature{
			ID: n.id + "_on_loan", Unit: UnitCount, Window: "now", Concept: n.concept, Family: "level", Source: "A1",
			DA: Text{
				Label:    n.concept.Label("da") + " til låns nu",
				Sentence: Forms{Any: "{n} " + n.manyDA + " til låns", One: n.oneDA + " til låns", Zero: "Ingen " + n.noneDA + " til låns"},
				Clause:   Forms{Any: "{n} til låns nu", One: one + " til låns nu", Zero: "ingen til låns nu"},
			},
			EN: Text{
				Label:    n.concept.Label("en") + " on loan now",
				Sentence: Forms{Any: "{n} " + n.manyEN + " on loan", One: n.oneEN + " on loan", Zero: "No " + n.noneEN + " on loan"},
				Clause:   Forms{Any: "{n} on loan now", One: "one on loan now", Zero: "none on loan now"},
			},
			value: func(v *view) float64 { return float64(v.aids.outBy[at]) },
		})
	}
	return out
}

// mobilityColumns say more about walking aids and alarms, the first aids that most citizens borrow.
func mobilityColumns() []Feature {
	out := []Feature{
		{
			ID: "mobility_days_since_latest", Unit: UnitDays, Window: "ever", Concept: codes.MobilityAids, Family: "recency", NotApplicable: true,
			DA: Text{
				Label: "Dage siden seneste lån af ganghjælpemiddel", Missing: "Intet lån af ganghjælpemiddel registreret",
				Sentence: Forms{Any: "Det seneste ganghjælpemiddel er lånt for {d} siden"},
				Clause:   Forms{Any: "det seneste lånt for {d} siden"},
			},
			EN: Text{
				Label: "Days since the latest loan of a walking aid", Missing: "No loan of a walking aid on record",
				Sentence: Forms{Any: "The latest walking aid was borrowed {d} ago"},
				Clause:   Forms{Any: "the latest borrowed {d} ago"},
			},
			value: func(v *view) float64 { return since(v.aids.latestMobility, v.asOf) },
		},
		{
			ID: "mobility_new_365", Unit: UnitCount, Window: "365d", Concept: codes.MobilityAids, Family: "new",
			DA: Text{
				Label:    "Nye ganghjælpemidler det seneste år",
				Sentence: Forms{Any: "{n} nye ganghjælpemidler det seneste år", One: "Ét nyt ganghjælpemiddel det seneste år", Zero: "Ingen nye ganghjælpemidler det seneste år"},
				Clause:   Forms{Any: "{n} nye det seneste år", One: "ét nyt det seneste år", Zero: "ingen nye det seneste år"},
			},
			EN: Text{
				Label:    "New walking aids in the last year",
				Sentence: Forms{Any: "{n} new walking aids in the last year", One: "One new walking aid in the last year", Zero: "No new walking aids in the last year"},
				Clause:   Forms{Any: "{n} new in the last year", One: "one new in the last year", Zero: "none new in the last year"},
			},
			value: func(v *view) float64 { return float64(v.aids.newMobility365) },
		},
		{
			ID: "rollator_days_since_first", Unit: UnitDays, Window: "ever", Concept: codes.MobilityAids, Family: "first", NotApplicable: true,
			DA: Text{
				Label: "Dage siden første rollator", Missing: "Intet lån af rollator registreret",
				Sentence: Forms{Any: "Den første rollator er lånt for {d} siden"},
				Clause:   Forms{Any: "den første rollator lånt for {d} siden"},
			},
			EN: Text{
				Label: "Days since the first rollator", Missing: "No loan of a rollator on record",
				Sentence: Forms{Any: "The first rollator was borrowed {d} ago"},
				Clause:   Forms{Any: "the first rollator borrowed {d} ago"},
			},
			value: func(v *view) float64 { return since(v.aids.rollator, v.asOf) },
		},
		{
			ID: "alarm_days_since_first", Unit: UnitDays, Window: "ever", Concept: codes.Alarms, Family: "first", NotApplicable: true,
			DA: Text{
				Label: "Dage siden første nødkald", Missing: "Intet nødkald registreret",
				Sentence: Forms{Any: "Det første nødkald er lånt for {d} siden"},
				Clause:   Forms{Any: "det første nødkald lånt for {d} siden"},
			},
			EN: Text{
				Label: "Days since the first emergency call", Missing: "No emergency call on record",
				Sentence: Forms{Any: "The first emergency call was borrowed {d} ago"},
				Clause:   Forms{Any: "the first emergency call borrowed {d} ago"},
			},
			value: func(v *view) float64 { return since(v.aids.alarm, v.asOf) },
		},
	}
	for i := range out {
		out[i].Source = "A1"
	}
	return out
}
