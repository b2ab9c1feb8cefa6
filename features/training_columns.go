package features

import (
	"math"

	"github.com/rettidig/rettidig/datasets/codes"
)

func trainingColumns() []Feature {
	// Less need of help is better, so the best change is the lowest: a rise is the best only if there is no fall.
	out := []Feature{
		{
			ID: "training_courses", Unit: UnitCount, Window: "ever", Family: "courses", Source: "D3",
			DA: Text{
				Label:    "Tidligere træningsforløb",
				Sentence: Forms{Any: "{n} tidligere træningsforløb", One: "Ét tidligere træningsforløb", Zero: "Ingen tidligere træningsforløb"},
				Clause:   Forms{Any: "{n} tidligere forløb", One: "ét tidligere forløb", Zero: "ingen tidligere forløb"},
			},
			EN: Text{
				Label:    "Earlier training courses",
				Sentence: Forms{Any: "{n} earlier training courses", One: "One earlier training course", Zero: "No earlier training courses"},
				Clause:   Forms{Any: "{n} earlier courses", One: "one earlier course", Zero: "no earlier courses"},
			},
			value: func(v *view) float64 { return float64(v.training.courses) },
		},
		{
			ID: "training_completed_before", Unit: UnitFlag, Window: "ever", Family: "completed", Source: "D3", NotApplicable: true,
			DA: Text{
				Label: "Et tidligere forløb blev fulgt til ende", Missing: "Ingen tidligere træningsforløb",
				Sentence: Forms{Any: "Har før trænet mindst 16 gange på 16 uger", Zero: "Intet tidligere forløb med mindst 16 træninger på 16 uger"},
				Clause:   Forms{Any: "mindst 16 træninger på 16 uger i et af dem", Zero: "færre end 16 træninger på 16 uger"},
			},
			EN: Text{
				Label: "An earlier course was followed through", Missing: "No earlier training courses",
				Sentence: Forms{Any: "Has trained at least 16 times in 16 weeks before", Zero: "No earlier course with at least 16 sessions in 16 weeks"},
				Clause:   Forms{Any: "at least 16 sessions in 16 weeks in one of them", Zero: "fewer than 16 sessions in 16 weeks"},
			},
			value: func(v *view) float64 {
				if v.training.courses == 0 {
					return math.NaN()
				}
				return flag(v.training.completed)
			},
		},
		{
			ID: "training_sessions_done", Unit: UnitCount, Window: "ever", Family: "sessions", Source: "D3",
			DA: Text{
				Label:    "Gennemførte træninger i alt",
				Sentence: Forms{Any: "{n} gennemførte træninger i alt", One: "Én gennemført træning i alt", Zero: "Ingen træning registreret"},
				Clause:   Forms{Any: "{n} gennemførte træninger i alt", One: "én gennemført træning i alt", Zero: "ingen gennemførte træninger"},
			},
			EN: Text{
				Label:    "Sessions done in all",
				Sentence: Forms{Any: "{n} training sessions done in all", One: "One training session done in all", Zero: "No training on record"},
				Clause:   Forms{Any: "{n} sessions done in all", One: "one session done in all", Zero: "no sessions done"},
			},
			value: func(v *view) float64 { return float64(v.training.done) },
		},
		{
			ID: "training_share_cancelled", Unit: UnitShare, Window: "ever", Family: "cancelled", Source: "D3, D4", NotApplicable: true,
			DA: Text{
				Label: "Andel aflyste træninger", Missing: "Ingen træninger registreret",
				Sentence: Forms{Any: "{p} af træningerne er aflyst", Zero: "Ingen træninger er aflyst"},
				Clause:   Forms{Any: "{p} aflyst", Zero: "ingen aflyst"},
			},
			EN: Text{
				Label: "Share of sessions cancelled", Missing: "No training sessions recorded",
				Sentence: Forms{Any: "{p} of the training sessions were cancelled", Zero: "No training sessions were cancelled"},
				Clause:   Forms{Any: "{p} cancelled", Zero: "none cancelled"},
			},
			value: func(v *view) float64 { return v.training.shareCancelled() },
		},
		{
			ID: "training_days_since_last", Unit: UnitDays, Window: "ever", Family: "recency", Source: "D3", NotApplicable: true,
			DA: Text{
				Label: "Dage siden seneste træning", Missing: "Ingen træning registreret",
				Sentence: Forms{Any: "Har senest trænet for {d} siden"},
				Clause:   Forms{Any: "senest for {d} siden"},
			},
			EN: Text{
				Label: "Days since the latest session", Missing: "No training on record",
				Sentence: Forms{Any: "Trained most recently {d} ago"},
				Clause:   Forms{Any: "most recently {d} ago"},
			},
			value: func(v *view) float64 { return since(v.training.lastDone, v.asOf) },
		},
		{
			ID: "training_best_need_change", Unit: UnitPoints, Window: "ever", Family: "effect", Source: "D1, D3", needs: "training_courses",
			DA: Text{
				Label: "Bedste ændring i behov for hjælp i et tidligere forløb", Missing: "Intet tidligere træningsforløb med målt virkning",
				Sentence: Forms{
					Any: "Behovet for hjælp faldt ikke i noget målt tidligere forløb; det steg mindst {n} point", One: "Behovet for hjælp faldt ikke i noget målt tidligere forløb; det steg mindst ét point",
					Zero: "Behovet for hjælp var uændret i det bedste tidligere forløb",
					Less: "Behovet for hjælp faldt {n} point i det bedste tidligere forløb", LessOne: "Behovet for hjælp faldt ét point i det bedste tidligere forløb",
				},
				Clause: Forms{Any: "behovet for hjælp steg mindst {n} point i hvert målt forløb", One: "behovet for hjælp steg mindst ét point i hvert målt forløb", Zero: "behovet for hjælp var uændret", Less: "behovet for hjælp faldt {n} point", LessOne: "behovet for hjælp faldt ét point"},
			},
			EN: Text{
				Label: "Best change in need of help in an earlier course", Missing: "No earlier training course with a measured effect",
				Sentence: Forms{
					Any: "Need of help fell in no measured earlier course; it rose by at least {n} points", One: "Need of help fell in no measured earlier course; it rose by at least one point",
					Zero: "Need of help was unchanged in the best earlier course",
					Less: "Need of help fell by {n} points in the best earlier course", LessOne: "Need of help fell by one point in the best earlier course",
				},
				Clause: Forms{
					Any: "need of help rose by at least {n} points in each measured course", One: "need of help rose by at least one point in each measured course", Zero: "need of help was unchanged",
					Less: "need of help fell by {n} points", LessOne: "need of help fell by one point",
				},
			},
			value: func(v *view) float64 { return v.training.bestChange },
		},
	}
	for i := range out {
		out[i].Concept = codes.Training
	}
	return out
}
