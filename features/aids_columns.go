package features

import (
	"math"

	"github.com/rettidig/rettidig/datasets/codes"
)

func aidColumns() []declaration {
	out := []declaration{
		{
			ID: "aids_on_loan", Unit: UnitCount, Window: "now", Family: "level",
			DA: Text{
				Label:    "Hjælpemidler til låns nu",
				Sentence: Forms{Any: "{n} hjælpemidler til låns", One: "Ét hjælpemiddel til låns", Zero: "Ingen hjælpemidler til låns"},
				Clause:   Forms{Any: "{n} til låns nu", One: "ét til låns nu", Zero: "ingen til låns nu"},
			},
			EN: Text{
				Label:    "Aids on loan now",
				Sentence: Forms{Any: "{n} aids on loan", One: "One aid on loan", Zero: "No aids on loan"},
				Clause:   Forms{Any: "{n} on loan now", One: "one on loan now", Zero: "none on loan now"},
			},
			value: func(v *view, _ cell) float64 { return float64(v.aids.out) },
		},
		{
			ID: "aids_days_since_latest", Unit: UnitDays, Window: "ever", Family: "recency", NotApplicable: true,
			DA: Text{
				Label: "Dage siden seneste lån af hjælpemiddel", Missing: "Ingen lån af hjælpemidler registreret",
				Sentence: Forms{Any: "Det seneste hjælpemiddel er lånt for {d} siden"},
				Clause:   Forms{Any: "det seneste lånt for {d} siden"},
			},
			EN: Text{
				Label: "Days since the latest loan of an aid", Missing: "No loans of aids on record",
				Sentence: Forms{Any: "The latest aid was borrowed {d} ago"},
				Clause:   Forms{Any: "the latest borrowed {d} ago"},
			},
			value: func(v *view, _ cell) float64 { return since(v.aids.latest, v.asOf) },
		},
		{
			ID: "aids_new_[n]", Unit: UnitCount, Family: "new", Windows: []window{days(30), days(90), days(365)},
			DA: Text{
				Label:    "Nye lån [last]",
				Sentence: Forms{Any: "{n} nye hjælpemidler [last]", One: "Ét nyt hjælpemiddel [last]", Zero: "Ingen nye hjælpemidler [last]"},
				Clause:   Forms{Any: "{n} nye [last]", One: "ét nyt [last]", Zero: "ingen nye [last]"},
			},
			EN: Text{
				Label:    "New loans [last]",
				Sentence: Forms{Any: "{n} new aids [last]", One: "One new aid [last]", Zero: "No new aids [last]"},
				Clause:   Forms{Any: "{n} new [last]", One: "one new [last]", Zero: "none new [last]"},
			},
			value: func(v *view, c cell) float64 {
				switch c.n {
				case 30:
					return float64(v.aids.new30)
				case 90:
					return float64(v.aids.new90)
				}
				return float64(v.aids.new365)
			},
		},
		{
			ID: "aids_ever", Unit: UnitCount, Window: "ever", Family: "level",
			DA: Text{
				Label:    "Lån af hjælpemidler i alt",
				Sentence: Forms{Any: "{n} lån af hjælpemidler i alt", One: "Ét lån af et hjælpemiddel i alt", Zero: "Ingen lån af hjælpemidler registreret"},
				Clause:   Forms{Any: "{n} lån i alt", One: "ét lån i alt", Zero: "ingen lån i alt"},
			},
			EN: Text{
				Label:    "Loans of aids ever",
				Sentence: Forms{Any: "{n} loans of aids in all", One: "One loan of an aid in all", Zero: "No loans of aids on record"},
				Clause:   Forms{Any: "{n} loans in all", One: "one loan in all", Zero: "no loans in all"},
			},
			value: func(v *view, _ cell) float64 { return float64(v.aids.ever) },
		},
		{
			ID: "aids_days_since_first", Unit: UnitDays, Window: "ever", Family: "first", NotApplicable: true,
			DA: Text{
				Label: "Dage siden første lån af hjælpemiddel", Missing: "Ingen lån af hjælpemidler registreret",
				Sentence: Forms{Any: "Det første hjælpemiddel er lånt for {d} siden"},
				Clause:   Forms{Any: "det første lånt for {d} siden"},
			},
			EN: Text{
				Label: "Days since the first loan of an aid", Missing: "No loans of aids on record",
				Sentence: Forms{Any: "The first aid was borrowed {d} ago"},
				Clause:   Forms{Any: "the first borrowed {d} ago"},
			},
			value: func(v *view, _ cell) float64 { return since(v.aids.first, v.asOf) },
		},
		{
			ID: "aids_returned_[n]", Unit: UnitCount, Family: "returned", Windows: []window{days(90), days(365)},
			DA: Text{
				Label:    "Afleverede hjælpemidler [last]",
				Sentence: Forms{Any: "{n} hjælpemidler afleveret [last]", One: "Ét hjælpemiddel afleveret [last]", Zero: "Ingen hjælpemidler afleveret [last]"},
				Clause:   Forms{Any: "{n} afleveret [last]", One: "ét afleveret [last]", Zero: "ingen afleveret [last]"},
			},
			EN: Text{
				Label:    "Aids returned [last]",
				Sentence: Forms{Any: "{n} aids returned [last]", One: "One aid returned [last]", Zero: "No aids returned [last]"},
				Clause:   Forms{Any: "{n} returned [last]", One: "one returned [last]", Zero: "none returned [last]"},
			},
			value: func(v *view, c cell) float64 {
				if c.n == 90 {
					return float64(v.aids.returned90)
				}
				return float64(v.aids.returned365)
			},
		},
		{
			ID: "aids_mean_days", Unit: UnitDays, Window: "ever", Family: "length", NotApplicable: true,
			DA: Text{
				Label: "Gennemsnitlig lånetid indtil nu", Missing: "Ingen lån af hjælpemidler registreret",
				Sentence: Forms{Any: "Hjælpemidler er i gennemsnit lånt i {d} indtil nu"},
				Clause:   Forms{Any: "lånt i gennemsnit i {d} indtil nu"},
			},
			EN: Text{
				Label: "Mean time on loan so far", Missing: "No loans of aids on record",
				Sentence: Forms{Any: "Aids have been on loan for {d} on average so far"},
				Clause:   Forms{Any: "on loan for {d} on average so far"},
			},
			value: func(v *view, _ cell) float64 {
				if v.aids.ever == 0 {
					return math.NaN()
				}
				return float64(v.aids.daysLent) / float64(v.aids.ever)
			},
		},
		{
			ID: "aids_acceleration", Unit: UnitCount, Window: "180d against the 180d before", Family: "new",
			DA: Text{
				Label: "Flere eller færre nye lån end halvåret før",
				Sentence: Forms{
					Any: "{n} flere nye hjælpemidler det seneste halve år end halvåret før", One: "Ét nyt hjælpemiddel mere det seneste halve år end halvåret før",
					Zero: "Lige mange nye hjælpemidler det seneste halve år og halvåret før",
					Less: "{n} færre nye hjælpemidler det seneste halve år end halvåret før", LessOne: "Ét nyt hjælpemiddel mindre det seneste halve år end halvåret før",
				},
				Clause: Forms{Any: "{n} flere nye end halvåret før", One: "ét nyt mere end halvåret før", Zero: "lige så mange nye som halvåret før", Less: "{n} færre nye end halvåret før", LessOne: "ét nyt mindre end halvåret før"},
			},
			EN: Text{
				Label: "More or fewer new loans than the half-year before",
				Sentence: Forms{
					Any: "{n} more new aids in the last half-year than in the one before", One: "One more new aid in the last half-year than in the one before",
					Zero: "As many new aids in the last half-year as in the one before",
					Less: "{n} fewer new aids in the last half-year than in the one before", LessOne: "One new aid fewer in the last half-year than in the one before",
				},
				Clause: Forms{Any: "{n} more new than in the half-year before", One: "one more new than in the half-year before", Zero: "as many new as in the half-year before", Less: "{n} fewer new than in the half-year before", LessOne: "one new fewer than in the half-year before"},
			},
			value: func(v *view, _ cell) float64 { return float64(v.aids.last180 - v.aids.before180) },
		},
		{
			ID: "aids_classes", Reads: readClasses, Unit: UnitCount, Window: "ever", Family: "level",
			DA: Text{
				Label:    "Forskellige slags hjælpemidler",
				Sentence: Forms{Any: "{n} forskellige slags hjælpemidler lånt i alt", One: "Én slags hjælpemiddel lånt i alt", Zero: "Ingen lån af hjælpemidler registreret"},
				Clause:   Forms{Any: "{n} forskellige slags", One: "én slags", Zero: "ingen slags"},
			},
			EN: Text{
				Label:    "Different kinds of aids",
				Sentence: Forms{Any: "{n} different kinds of aids borrowed in all", One: "One kind of aid borrowed in all", Zero: "No loans of aids on record"},
				Clause:   Forms{Any: "{n} different kinds", One: "one kind", Zero: "no kind"},
			},
			value: func(v *view, _ cell) float64 { return float64(len(v.aids.classes)) },
		},
		{
			ID: "aids_short_loans", Unit: UnitCount, Window: "ever", Family: "length",
			DA: Text{
				Label:    "Lån på højst 30 dage",
				Sentence: Forms{Any: "{n} hjælpemidler afleveret inden for 30 dage", One: "Ét hjælpemiddel afleveret inden for 30 dage", Zero: "Ingen hjælpemidler afleveret inden for 30 dage"},
				Clause:   Forms{Any: "{n} afleveret inden for 30 dage", One: "ét afleveret inden for 30 dage", Zero: "ingen afleveret inden for 30 dage"},
			},
			EN: Text{
				Label:    "Loans of at most 30 days",
				Sentence: Forms{Any: "{n} aids returned within 30 days", One: "One aid returned within 30 days", Zero: "No aids returned within 30 days"},
				Clause:   Forms{Any: "{n} returned within 30 days", One: "one returned within 30 days", Zero: "none returned within 30 days"},
			},
			value: func(v *view, _ cell) float64 { return float64(v.aids.short) },
		},
	}
	for i := range out {
		out[i].Concept, out[i].Source, out[i].Reads = codes.AidsOverall, "A1", out[i].Reads|readAids
	}
	return out
}
