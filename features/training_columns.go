package features

import (
	"math"

	"github.com/rettidig/rettidig/datasets/codes"
)

func trainingColumns() []declaration {
	const noCourseDA, noCourseEN = "Ingen tidligere træningsforløb", "No earlier training courses"
	// Less need of help is better, so the best change is the lowest: a rise is the best only if there is no fall.
	out := []declaration{
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
			value: func(v *view, _ cell) float64 { return float64(v.training.courses) },
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
			value: func(v *view, _ cell) float64 {
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
			value: func(v *view, _ cell) float64 { return float64(v.training.done) },
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
			value: func(v *view, _ cell) float64 { return v.training.shareCancelled() },
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
			value: func(v *view, _ cell) float64 { return since(v.training.lastDone, v.asOf) },
		},
		{
			ID: "training_best_need_change", Unit: UnitPoints, Window: "ever", Family: "effect", Source: "D1, D3", Needs: "training_courses",
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
			value: func(v *view, _ cell) float64 { return v.training.bestChange },
		},
		{
			ID: "training_last_sessions", Unit: UnitCount, Window: "ever", Family: "last", Source: "D3", NotApplicable: true,
			DA: Text{
				Label: "Gennemførte træninger i det seneste forløb", Missing: noCourseDA,
				Sentence: Forms{Any: "{n} gennemførte træninger i det seneste forløb", One: "Én gennemført træning i det seneste forløb"},
				Clause:   Forms{Any: "{n} træninger i det seneste", One: "én træning i det seneste"},
			},
			EN: Text{
				Label: "Sessions done in the latest course", Missing: noCourseEN,
				Sentence: Forms{Any: "{n} sessions done in the latest course", One: "One session done in the latest course"},
				Clause:   Forms{Any: "{n} sessions in the latest", One: "one session in the latest"},
			},
			value: ofLatest(func(r *result) float64 { return float64(r.done) }),
		},
		{
			ID: "training_last_days", Unit: UnitDays, Window: "ever", Family: "last", Source: "D3", NotApplicable: true,
			DA: Text{
				Label: "Det seneste forløbs længde", Missing: noCourseDA,
				Sentence: Forms{Any: "Det seneste forløb varede {d}"},
				Clause:   Forms{Any: "det seneste over {d}"},
			},
			EN: Text{
				Label: "Length of the latest course", Missing: noCourseEN,
				Sentence: Forms{Any: "The latest course lasted {d}"},
				Clause:   Forms{Any: "the latest over {d}"},
			},
			value: ofLatest(func(r *result) float64 { return float64(r.days() + 1) }),
		},
		{
			ID: "training_last_share_cancelled", Unit: UnitShare, Window: "ever", Family: "last_cancelled", Source: "D3, D4", NotApplicable: true,
			DA: Text{
				Label: "Andel aflyste træninger i det seneste forløb", Missing: noCourseDA,
				Sentence: Forms{Any: "{p} af træningerne i det seneste forløb er aflyst", Zero: "Ingen træninger i det seneste forløb er aflyst"},
				Clause:   Forms{Any: "{p} aflyst i det seneste", Zero: "ingen aflyst i det seneste"},
			},
			EN: Text{
				Label: "Share of sessions cancelled in the latest course", Missing: noCourseEN,
				Sentence: Forms{Any: "{p} of the sessions in the latest course were cancelled", Zero: "No sessions in the latest course were cancelled"},
				Clause:   Forms{Any: "{p} cancelled in the latest", Zero: "none cancelled in the latest"},
			},
			value: ofLatest(func(r *result) float64 { return float64(r.cancelled) / float64(r.cancelled+r.done) }),
		},
		{
			ID: "training_last_completed", Unit: UnitFlag, Window: "ever", Family: "last_completed", Source: "D1, D3", NotApplicable: true,
			DA: Text{
				Label: "Det seneste forløb blev gennemført", Missing: noCourseDA,
				Sentence: Forms{Any: "Det seneste forløb blev gennemført: mindst 16 træninger på 16 uger og en afsluttende screening", Zero: "Det seneste forløb blev ikke gennemført med 16 træninger på 16 uger og en afsluttende screening"},
				Clause:   Forms{Any: "det seneste gennemført", Zero: "det seneste ikke gennemført"},
			},
			EN: Text{
				Label: "The latest course was completed", Missing: noCourseEN,
				Sentence: Forms{Any: "The latest course was completed: at least 16 sessions in 16 weeks and a final screening", Zero: "The latest course was not completed with 16 sessions in 16 weeks and a final screening"},
				Clause:   Forms{Any: "the latest completed", Zero: "the latest not completed"},
			},
			value: ofLatest(func(r *result) float64 { return flag(r.completed) }),
		},
		{
			ID: "training_last_need_change", Unit: UnitPoints, Window: "ever", Family: "effect", Source: "D1, D3", Needs: "training_courses",
			DA: Text{
				Label: "Ændring i behov for hjælp i det seneste forløb", Missing: "Virkningen af det seneste forløb er ikke målt",
				Sentence: Forms{
					Any: "Behovet for hjælp steg {n} point i det seneste forløb", One: "Behovet for hjælp steg ét point i det seneste forløb", Zero: "Behovet for hjælp var uændret i det seneste forløb",
					Less: "Behovet for hjælp faldt {n} point i det seneste forløb", LessOne: "Behovet for hjælp faldt ét point i det seneste forløb",
				},
				Clause: Forms{Any: "behovet for hjælp steg {n} point i det seneste", One: "behovet for hjælp steg ét point i det seneste", Zero: "behovet for hjælp var uændret i det seneste", Less: "behovet for hjælp faldt {n} point i det seneste", LessOne: "behovet for hjælp faldt ét point i det seneste"},
			},
			EN: Text{
				Label: "Change in need of help in the latest course", Missing: "The effect of the latest course was not measured",
				Sentence: Forms{
					Any: "Need of help rose by {n} points in the latest course", One: "Need of help rose by one point in the latest course", Zero: "Need of help was unchanged in the latest course",
					Less: "Need of help fell by {n} points in the latest course", LessOne: "Need of help fell by one point in the latest course",
				},
				Clause: Forms{Any: "need of help rose by {n} points in the latest", One: "need of help rose by one point in the latest", Zero: "need of help was unchanged in the latest", Less: "need of help fell by {n} points in the latest", LessOne: "need of help fell by one point in the latest"},
			},
			value: ofLatest(func(r *result) float64 { return r.needChange }),
		},
		{
			ID: "training_last_ability_change", Unit: UnitPoints, Window: "ever", Family: "effect_ability", Source: "D1, D3", Needs: "training_courses",
			DA: Text{
				Label: "Ændring i fysisk formåen i det seneste forløb", Missing: "Fysisk formåen blev ikke målt før og efter det seneste forløb",
				Sentence: Forms{
					Any: "Fysisk formåen steg {n} point i det seneste forløb", One: "Fysisk formåen steg ét point i det seneste forløb", Zero: "Fysisk formåen var uændret i det seneste forløb",
					Less: "Fysisk formåen faldt {n} point i det seneste forløb", LessOne: "Fysisk formåen faldt ét point i det seneste forløb",
				},
			},
			EN: Text{
				Label: "Change in physical ability in the latest course", Missing: "Physical ability was not measured before and after the latest course",
				Sentence: Forms{
					Any: "Physical ability rose by {n} points in the latest course", One: "Physical ability rose by one point in the latest course", Zero: "Physical ability was unchanged in the latest course",
					Less: "Physical ability fell by {n} points in the latest course", LessOne: "Physical ability fell by one point in the latest course",
				},
			},
			value: ofLatest(func(r *result) float64 { return r.abilityChange }),
		},
		{
			ID: "training_days_since_course", Unit: UnitDays, Window: "ever", Family: "recency", Source: "D3", NotApplicable: true,
			DA: Text{
				Label: "Dage siden det seneste forløbs sidste træning", Missing: noCourseDA,
				Sentence: Forms{Any: "Det seneste forløb sluttede for {d} siden"},
				Clause:   Forms{Any: "det seneste sluttede for {d} siden"},
			},
			EN: Text{
				Label: "Days since the last session of the latest course", Missing: noCourseEN,
				Sentence: Forms{Any: "The latest course ended {d} ago"},
				Clause:   Forms{Any: "the latest ended {d} ago"},
			},
			value: func(v *view, _ cell) float64 {
				if v.training.courses == 0 {
					return math.NaN()
				}
				return since(v.training.latest.last, v.asOf)
			},
		},
	}
	for i := range out {
		out[i].Concept, out[i].Reads = codes.Training, readCourses
	}
	return out
}

// ofLatest is NaN unless a course is over.
func ofLatest(value func(*result) float64) func(*view, cell) float64 {
	return func(v *view, _ cell) float64 {
		if v.training.courses == 0 {
			return math.NaN()
		}
		return value(&v.training.latest)
	}
}
