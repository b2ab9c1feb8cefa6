package features

import (
	"math"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

const shortLoanDays = 30

// aidView is what is seen of the loans. Day counts run backwards from as-of: a loan of yesterday is 1 day
// old, and "within 90 days" means an age of 1 to 90.
type aidView struct {
	asOf                           rettidig.Day
	ever, out                      int
	new90, new365, returned365     int
	last180, before180, short      int
	first, latest, rollator, alarm rettidig.Day
	latestMobility                 rettidig.Day
	newMobility365                 int
	days                           int // sum over loans of the days on loan so far
	outBy                          [numConcepts]int
	classes                        []uint64
}

func (a *aidView) look(loans []rettidig.Aid, t rettidig.Day) {
	*a = aidView{
		asOf: t, classes: a.classes[:0],
		first: rettidig.NoDay, latest: rettidig.NoDay, rollator: rettidig.NoDay, alarm: rettidig.NoDay, latestMobility: rettidig.NoDay,
	}
	for i := range loans {
		l := &loans[i]
		if l.Lent >= t {
			break
		}
		if seen(l.Lent, l.KnownLent, t) {
			a.add(l, t)
		}
	}
}

func (a *aidView) add(l *rettidig.Aid, t rettidig.Day) {
	c := classOf(l.ISO)
	a.ever++
	a.classes = addDistinct(a.classes, c.key)
	if a.first == rettidig.NoDay {
		a.first = l.Lent
	}
	a.latest = l.Lent
	if c.key == rollatorKey && a.rollator == rettidig.NoDay {
		a.rollator = l.Lent
	}
	if c.key == alarmKey && a.alarm == rettidig.NoDay {
		a.alarm = l.Lent
	}
	mobility := c.concept == conceptAtMobility
	if mobility {
		a.latestMobility = l.Lent
	}
	switch old := t - l.Lent; {
	case old <= 180:
		a.last180++
	case old <= 360:
		a.before180++
	}
	if t-l.Lent <= 90 {
		a.new90++
	}
	if t-l.Lent <= 365 {
		a.new365++
		if mobility {
			a.newMobility365++
		}
	}
	if !seen(l.Returned, l.KnownReturned, t) {
		a.out++
		a.outBy[c.concept]++
		a.days += int(t - l.Lent)
		return
	}
	days := max(0, int(l.Returned-l.Lent)) // a return before the loan is a slip of the pen, not negative use
	a.days += days
	if days <= shortLoanDays {
		a.short++
	}
	if t-l.Returned <= 365 {
		a.returned365++
	}
}

var conceptAtMobility = conceptAt(codes.MobilityAids)

func aidColumns() []Feature {
	overall := []Feature{
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
			value: func(v *view) float64 { return float64(v.aids.out) },
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
			value: func(v *view) float64 { return since(v.aids.latest, v.asOf) },
		},
		{
			ID: "aids_new_90", Unit: UnitCount, Window: "90d", Family: "new",
			DA: Text{
				Label:    "Nye lån de seneste 90 dage",
				Sentence: Forms{Any: "{n} nye hjælpemidler de seneste 90 dage", One: "Ét nyt hjælpemiddel de seneste 90 dage", Zero: "Ingen nye hjælpemidler de seneste 90 dage"},
				Clause:   Forms{Any: "{n} nye de seneste 90 dage", One: "ét nyt de seneste 90 dage", Zero: "ingen nye de seneste 90 dage"},
			},
			EN: Text{
				Label:    "New loans in the last 90 days",
				Sentence: Forms{Any: "{n} new aids in the last 90 days", One: "One new aid in the last 90 days", Zero: "No new aids in the last 90 days"},
				Clause:   Forms{Any: "{n} new in the last 90 days", One: "one new in the last 90 days", Zero: "none new in the last 90 days"},
			},
			value: func(v *view) float64 { return float64(v.aids.new90) },
		},
		{
			ID: "aids_new_365", Unit: UnitCount, Window: "365d", Family: "new",
			DA: Text{
				Label:    "Nye lån det seneste år",
				Sentence: Forms{Any: "{n} nye hjælpemidler det seneste år", One: "Ét nyt hjælpemiddel det seneste år", Zero: "Ingen nye hjælpemidler det seneste år"},
				Clause:   Forms{Any: "{n} nye det seneste år", One: "ét nyt det seneste år", Zero: "ingen nye det seneste år"},
			},
			EN: Text{
				Label:    "New loans in the last year",
				Sentence: Forms{Any: "{n} new aids in the last year", One: "One new aid in the last year", Zero: "No new aids in the last year"},
				Clause:   Forms{Any: "{n} new in the last year", One: "one new in the last year", Zero: "none new in the last year"},
			},
			value: func(v *view) float64 { return float64(v.aids.new365) },
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
			value: func(v *view) float64 { return float64(v.aids.ever) },
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
			value: func(v *view) float64 { return since(v.aids.first, v.asOf) },
		},
		{
			ID: "aids_returned_365", Unit: UnitCount, Window: "365d", Family: "returned",
			DA: Text{
				Label:    "Afleverede hjælpemidler det seneste år",
				Sentence: Forms{Any: "{n} hjælpemidler afleveret det seneste år", One: "Ét hjælpemiddel afleveret det seneste år", Zero: "Ingen hjælpemidler afleveret det seneste år"},
				Clause:   Forms{Any: "{n} afleveret det seneste år", One: "ét afleveret det seneste år", Zero: "ingen afleveret det seneste år"},
			},
			EN: Text{
				Label:    "Aids returned in the last year",
				Sentence: Forms{Any: "{n} aids returned in the last year", One: "One aid returned in the last year", Zero: "No aids returned in the last year"},
				Clause:   Forms{Any: "{n} returned in the last year", One: "one returned in the last year", Zero: "none returned in the last year"},
			},
			value: func(v *view) float64 { return float64(v.aids.returned365) },
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
			value: func(v *view) float64 {
				if v.aids.ever == 0 {
					return math.NaN()
				}
				return float64(v.aids.days) / float64(v.aids.ever)
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
			value: func(v *view) float64 { return float64(v.aids.last180 - v.aids.before180) },
		},
		{
			ID: "aids_classes", Unit: UnitCount, Window: "ever", Family: "level",
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
			value: func(v *view) float64 { return float64(len(v.aids.classes)) },
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
			value: func(v *view) float64 { return float64(v.aids.short) },
		},
	}
	for i := range overall {
		overall[i].Concept, overall[i].Source = codes.AidsOverall, "A1"
	}
	return append(append(overall, onLoanColumns()...), mobilityColumns()...)
}
