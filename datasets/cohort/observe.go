package cohort

import (
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// week is what one citizen got in one week, over all services.
type week struct {
	monday   rettidig.Day
	minutes  float64 // of the services that count as home care
	served   bool    // any service but the excluded ones
	personal bool    // personal care
}

func (w week) sunday() rettidig.Day { return w.monday + 6 }

// person is a history as it was known at the end of a day, and cut off at death.
type person struct {
	born       rettidig.Day
	until      rettidig.Day // facts known later are not here
	died       rettidig.Day // NoDay: no such status
	afterDeath bool         // there were sessions or screenings after the day of death
	aids       []rettidig.Aid
	weeks      []week // by monday
	screenings []rettidig.Screening
	sessions   []rettidig.Session
	statuses   []rettidig.StatusChange
	conditions []rettidig.Condition
	signs      []rettidig.Day // days with a sign of life, sorted
}

// observer sees histories through a protocol. It remembers what each service code counts as.
type observer struct {
	p      Protocol
	kind   map[string]serviceKind
	recent []recentKind // of the last few codes
	next   int          // the one of them that is overwritten next
	room   person       // of glance
	sorted bool         // services come sorted: whoever asks many times sees to it once
}

// sortedServices returns h, or a copy whose services are sorted.
func sortedServices(h *rettidig.History) *rettidig.History {
	if slices.IsSortedFunc(h.Services, rettidig.CompareServices) {
		return h
	}
	c := *h
	c.Services = slices.Clone(h.Services)
	slices.SortFunc(c.Services, rettidig.CompareServices)
	return &c
}

type serviceKind struct{ minutes, served, personal bool }

func newObserver(p Protocol) *observer { return &observer{p: p, kind: map[string]serviceKind{}} }

func (o *observer) kindOf(code string) serviceKind {
	// A citizen has a few services, the same ones every week, and equal codes are mostly one string.
	for i := range o.recent {
		if r := &o.recent[i]; r.code == code {
			return r.kind
		}
	}
	k, ok := o.kind[code]
	if !ok {
		s, _ := codes.ServiceOf(code)
		counts := !slices.Contains(o.p.Decline.ExcludedServices, code)
		k = serviceKind{
			minutes:  counts && slices.Contains(o.p.Decline.MinutesConcepts, s.Concept),
			served:   counts,
			personal: counts && s.Concept == codes.PersonalCare,
		}
		o.kind[code] = k
	}
	if len(o.recent) < 6 {
		o.recent = append(o.recent, recentKind{code, k})
	} else {
		o.recent[o.next] = recentKind{code, k}
		o.next = (o.next + 1) % len(o.recent)
	}
	return k
}

type recentKind struct {
	code string
	kind serviceKind
}

// observe returns h as known at the end of day until: what was written down by then and not retracted by then. Facts
// that happened after death are dropped. h may be in any order; it is not changed.
func (o *observer) observe(h *rettidig.History, until rettidig.Day) *person {
	return o.observeBy(h, until, until)
}

// observeBy returns what happened until the end of one day, as it was known at the end of another one, by, which is not
// after it.
func (o *observer) observeBy(h *rettidig.History, until, by rettidig.Day) *person {
	return o.observeInto(new(person), h, until, by)
}

// glance is observe for an answer that is over before the next glance: it uses the same room again.
func (o *observer) glance(h *rettidig.History, until rettidig.Day) *person {
	return o.observeInto(&o.room, h, until, until)
}

func (o *observer) observeInto(x *person, h *rettidig.History, until, by rettidig.Day) *person {
	*x = person{
		born: h.Citizen.Birth, until: until, died: rettidig.NoDay,
		aids: x.aids[:0], weeks: x.weeks[:0], screenings: x.screenings[:0], sessions: x.sessions[:0], statuses: x.statuses[:0],
		conditions: x.conditions[:0], signs: x.signs[:0],
	}
	for _, s := range h.Statuses {
		if s.Status == rettidig.HasDied && s.Known <= by && !s.Retracted.Before(by+1) && s.Date <= until && (!x.died.Valid() || s.Date < x.died) {
			x.died = s.Date
		}
	}
	end := until
	if x.died.Valid() {
		end = x.died
	}
	seen := func(happened, known rettidig.Day, r rettidig.Retraction) bool {
		return happened.Valid() && happened <= end && known <= by && !r.Before(by+1)
	}
	for _, a := range h.Aids {
		if !seen(a.Lent, a.KnownLent, a.Retracted) {
			continue
		}
		if a.Returned.Valid() && (a.Returned > until || a.KnownReturned > by) {
			a.Returned, a.KnownReturned = rettidig.NoDay, rettidig.NoDay
		}
		x.aids = append(x.aids, a)
	}
	for _, s := range h.Screenings {
		if seen(s.Date, s.Known, s.Retracted) {
			x.screenings = append(x.screenings, s)
		}
		x.afterDeath = x.afterDeath || s.Known <= by && !s.Retracted.Before(by+1) && s.Date > end
	}
	for _, s := range h.Sessions {
		if seen(s.Date, s.Known, s.Retracted) {
			x.sessions = append(x.sessions, s)
		}
		x.afterDeath = x.afterDeath || s.Known <= by && !s.Retracted.Before(by+1) && s.Date > end
	}
	for _, s := range h.Statuses {
		if seen(s.Date, s.Known, s.Retracted) {
			x.statuses = append(x.statuses, s)
		}
	}
	for _, c := range h.Conditions {
		if seen(c.Date, c.Known, c.Retracted) {
			x.conditions = append(x.conditions, c)
		}
	}
	sortUnlessSorted(x.aids, rettidig.CompareAids)
	sortUnlessSorted(x.screenings, rettidig.CompareScreenings)
	sortUnlessSorted(x.sessions, rettidig.CompareSessions)
	sortUnlessSorted(x.statuses, rettidig.CompareStatuses)
	sortUnlessSorted(x.conditions, rettidig.CompareConditions)
	o.observeWeeks(x, h.Services, end, by)
	x.observeSigns()
	return x
}

func sortUnlessSorted[T any](s []T, compare func(a, b T) int) {
	if !slices.IsSortedFunc(s, compare) {
		slices.SortFunc(s, compare)
	}
}

func (o *observer) observeWeeks(x *person, services []rettidig.ServiceWeek, end, by rettidig.Day) {
	if !o.sorted && !slices.IsSortedFunc(services, rettidig.CompareServices) {
		services = slices.Clone(services)
		slices.SortFunc(services, rettidig.CompareServices)
	}
	for _, s := range services {
		if !s.Week.Valid() || s.Week > end || s.Known > by || s.Retracted.Before(by+1) {
			continue
		}
		monday := s.Week.Monday()
		if n := len(x.weeks); n == 0 || x.weeks[n-1].monday != monday {
			x.weeks = append(x.weeks, week{monday: monday})
		}
		w, k := &x.weeks[len(x.weeks)-1], o.kindOf(s.Code)
		if k.minutes && s.Minutes > 0 {
			w.minutes += float64(s.Minutes)
		}
		w.served = w.served || k.served
		w.personal = w.personal || k.personal
	}
}

// observeSigns collects the days on which somebody must have been there: a week with a service (its Sunday), a
// session done or cancelled, a screening, a loan, an ability assessed, and the citizen's own no. The other statuses are written by
// a system and returns by relatives, so neither is a sign of life.
func (x *person) observeSigns() {
	for _, w := range x.weeks {
		x.signs = append(x.signs, min(w.sunday(), x.until))
	}
	for _, a := range x.aids {
		x.signs = append(x.signs, a.Lent)
	}
	for _, s := range x.screenings {
		x.signs = append(x.signs, s.Date)
	}
	for _, s := range x.sessions {
		x.signs = append(x.signs, s.Date)
	}
	for _, c := range x.conditions {
		x.signs = append(x.signs, c.Date)
	}
	for _, s := range x.statuses {
		if s.Status == rettidig.OptedOut {
			x.signs = append(x.signs, s.Date)
		}
	}
	slices.Sort(x.signs)
	x.signs = slices.Compact(x.signs)
}

// lastSign returns the last sign of life on or before d, NoDay if there is none.
func (x *person) lastSign(d rettidig.Day) rettidig.Day {
	i, _ := slices.BinarySearch(x.signs, d+1)
	if i == 0 {
		return rettidig.NoDay
	}
	return x.signs[i-1]
}

// nextSign returns the first sign of life after d, NoDay if there is none.
func (x *person) nextSign(d rettidig.Day) rettidig.Day {
	i, _ := slices.BinarySearch(x.signs, d+1)
	if i == len(x.signs) {
		return rettidig.NoDay
	}
	return x.signs[i]
}

// servedBetween tells whether a week with a service (not the training) has its Sunday in [from, to].
func (x *person) servedBetween(from, to rettidig.Day) bool {
	i, _ := slices.BinarySearchFunc(x.weeks, from, func(w week, d rettidig.Day) int { return int(w.sunday() - d) })
	for ; i < len(x.weeks) && x.weeks[i].sunday() <= to; i++ {
		if x.weeks[i].served {
			return true
		}
	}
	return false
}

// onLoan tells whether an aid was out at the end of day d.
func (x *person) onLoan(d rettidig.Day) bool {
	for _, a := range x.aids {
		if a.Lent <= d && (!a.Returned.Valid() || a.Returned > d) {
			return true
		}
	}
	return false
}

// batchReturn returns the last day in [from, to] on which at least n aids came back and after which none was
// out, NoDay if there is none.
func (x *person) batchReturn(n int, from, to rettidig.Day) rettidig.Day {
	count := map[rettidig.Day]int{}
	for _, a := range x.aids {
		if a.Returned.Valid() && a.Returned >= from && a.Returned <= to {
			count[a.Returned]++
		}
	}
	best := rettidig.NoDay
	for d, k := range count {
		if k >= n && d > best && !x.onLoan(d) {
			best = d
		}
	}
	return best
}

// dependencyAid returns the day of the first loan ever of a dependency aid, NoDay if there is none.
func (x *person) dependencyAid(prefixes []string) rettidig.Day {
	for _, a := range x.aids { // by day of loan
		iso := codes.Canonical(a.ISO)
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(iso, p) }) {
			return a.Lent
		}
	}
	return rettidig.NoDay
}
