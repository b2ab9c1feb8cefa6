package api

import (
	"context"
	"math"
	"slices"
	"strconv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

const (
	weeksShown = 104     // of help
	loanYears  = 5 * 365 // days back in which a loan or a training event is shown
)

// Timeline returns the history that was known on the as-of date.
func (s *Service) Timeline(ctx context.Context, who Person, id string) (Timeline, error) {
	if err := s.allow(ctx, who, "timeline", SeeCitizens); err != nil {
		return Timeline{}, err
	}
	c, err := s.byID(ctx, who, "timeline", id)
	if err != nil {
		return Timeline{}, err
	}
	e := who.event("timeline", "")
	e.Citizen = id
	if err := s.note(ctx, e); err != nil {
		return Timeline{}, err
	}
	return timeline(c.history, s.asOf), nil
}

// timeline uses a fact only if it was known before asOf. It begins two years back, or with the oldest loan
// or training event of the last five years.
func timeline(h *rettidig.History, asOf rettidig.Day) Timeline {
	weeks := helpWeeks(h.Services, asOf)
	t := Timeline{AsOf: asOf, From: weeks[0].Week, Weeks: weeks, Aids: loans(h.Aids, asOf), Train: marks(h, asOf)}
	for _, a := range h.Aids {
		if a.KnownLent < asOf {
			t.AidsEver++
		}
	}
	oldest := asOf - loanYears
	for _, a := range t.Aids {
		t.From = min(t.From, max(a.Lent, oldest))
	}
	for _, m := range t.Train {
		t.From = min(t.From, m.Date)
	}
	return t
}

func loans(aids []rettidig.Aid, asOf rettidig.Day) []TimelineAid {
	out := []TimelineAid{}
	for _, a := range aids {
		back := returned(a, asOf)
		if a.KnownLent >= asOf || (back.Valid() && back < asOf-loanYears) {
			continue
		}
		c, _ := codes.ClassOf(a.ISO)
		out = append(out, TimelineAid{ISO: a.ISO, NameDA: c.DA, Name: c.EN, Concept: string(c.Concept), Lent: a.Lent, Returned: back})
	}
	return out
}

// helpWeeks returns every week of the two years up to the last known one, also those without help.
func helpWeeks(services []rettidig.ServiceWeek, asOf rettidig.Day) []TimelineWeek {
	first := lastMonday(asOf) - 7*(weeksShown-1)
	weeks := make([]TimelineWeek, weeksShown)
	for i := range weeks {
		weeks[i].Week = first + rettidig.Day(7*i)
	}
	for _, w := range services {
		i := int(w.Week-first) / 7
		if w.Known >= asOf || w.Week < first || i >= weeksShown {
			continue
		}
		s, _ := codes.ServiceOf(w.Code)
		minutes := float64(w.Minutes)
		switch s.Concept {
		case codes.PersonalCare:
			weeks[i].Personal += minutes
		case codes.PracticalHelp:
			weeks[i].Practical += minutes
		case codes.Nursing:
			weeks[i].Nursing += minutes
		default:
			weeks[i].Other += minutes
		}
	}
	return weeks
}

func marks(h *rettidig.History, asOf rettidig.Day) []TimelineMark {
	out := []TimelineMark{}
	shown := func(date, known rettidig.Day) bool { return known < asOf && date >= asOf-loanYears }
	for _, s := range h.Screenings {
		if shown(s.Date, s.Known) {
			out = append(out, TimelineMark{Date: s.Date, Kind: "screening", Text: s.NeedReason, Need: number(s.Need), Abil: number(s.Ability)})
		}
	}
	for _, s := range h.Sessions {
		if !shown(s.Date, s.Known) {
			continue
		}
		m := TimelineMark{Date: s.Date, Kind: "session", Text: strconv.Itoa(int(s.Rating))}
		if s.Cancelled {
			m.Kind, m.Text = "cancelled", ""
		}
		out = append(out, m)
	}
	for _, s := range h.Statuses {
		if shown(s.Date, s.Known) {
			out = append(out, TimelineMark{Date: s.Date, Kind: "status", Text: string(s.Status)})
		}
	}
	slices.SortStableFunc(out, func(a, b TimelineMark) int { return int(a.Date - b.Date) })
	return out
}

// number is nil for a value that is missing.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
