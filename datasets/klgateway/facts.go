package klgateway

import (
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
)

// AddFacts adds what one citizen's settled records tell to a history. covered says for the Monday of a week whether
// another source tells what was delivered in it; nil: none does. The history is left unsorted.
func AddFacts(h *rettidig.History, records []Record, fates []Fate, covered func(rettidig.Day) bool) {
	type service struct {
		week rettidig.Day
		code string
	}
	visits := map[service][]*Record{}
	for i := range records {
		r := &records[i]
		if fates[i] != Kept {
			continue
		}
		switch r.Kind {
		case Ability:
			h.Conditions = append(h.Conditions, rettidig.Condition{Code: r.Code, Level: r.Level, Date: r.Date, Known: r.Known, Retracted: r.Retracted})
		case Death:
			h.Statuses = append(h.Statuses, rettidig.StatusChange{Date: r.Date, Known: r.Known, Status: rettidig.HasDied, Retracted: r.Retracted})
		case Delivered:
			if week := r.Date.Monday(); covered == nil || !covered(week) {
				visits[service{week, r.Code}] = append(visits[service{week, r.Code}], r)
			}
		}
	}
	weeks := make([]service, 0, len(visits))
	for s := range visits {
		weeks = append(weeks, s)
	}
	slices.SortFunc(weeks, func(a, b service) int {
		if a.week != b.week {
			return int(a.week - b.week)
		}
		return strings.Compare(a.code, b.code)
	})
	for _, s := range weeks {
		h.Services = append(h.Services, versionsOfWeek(s.week, s.code, visits[s])...)
	}
}

// versionsOfWeek counts the visits of a week as they were known on each day on which that changed, not before the week's
// Sunday. A count that was replaced is retracted on the day of the next.
func versionsOfWeek(week rettidig.Day, code string, visits []*Record) []rettidig.ServiceWeek {
	sunday := week + 6
	days := []rettidig.Day{}
	for _, v := range visits {
		days = append(days, max(sunday, v.Known))
		if !v.Retracted.Stands() {
			days = append(days, max(sunday, v.Retracted.Day()))
		}
	}
	slices.Sort(days)
	var out []rettidig.ServiceWeek
	last := int32(0)
	for _, day := range slices.Compact(days) {
		n := int32(0)
		for _, v := range visits {
			if v.Known <= day && (v.Retracted.Stands() || v.Retracted.Day() > day) {
				n++
			}
		}
		if n == last {
			continue
		}
		if last > 0 {
			out[len(out)-1].Retracted = rettidig.RetractedOn(day)
		}
		if n > 0 {
			out = append(out, rettidig.ServiceWeek{Code: code, Week: week, Known: day, Count: n})
		}
		last = n
	}
	return out
}
