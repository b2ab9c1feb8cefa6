package rettidig

import (
	"cmp"
	"slices"
	"strings"
)

// CitizenID is a citizen's pseudonym: the keyed HMAC made at import. It is never a CPR number.
type CitizenID string

// WellFormed tells whether an id has the shape of a pseudonym: p, the key's short id, an underscore, and letters and
// digits. A CPR number does not.
func (id CitizenID) WellFormed() bool {
	key, rest, ok := strings.Cut(string(id), "_")
	if !ok || len(key) < 2 || key[0] != 'p' || len(rest) < 8 {
		return false
	}
	for _, part := range []string{key[1:], rest} {
		for _, c := range part {
			if (c < '0' || c > '9') && (c < 'a' || c > 'z') {
				return false
			}
		}
	}
	return true
}

// Sex as the registers have it: derived from the CPR number, or written in an extract.
type Sex uint8

const (
	SexUnknown Sex = iota // replacement CPR numbers carry no sex
	Female
	Male
)

// String returns "female", "male" or "unknown".
func (s Sex) String() string {
	switch s {
	case Female:
		return "female"
	case Male:
		return "male"
	}
	return "unknown"
}

// Citizen is what does not change.
type Citizen struct {
	ID        CitizenID
	Sex       Sex
	Birth     Day  // NoDay if unknown; 1 July of the year when only the year is known
	BirthYear bool // only the year of birth is known
}

// Retraction says when a version of a fact was found to be wrong: the number of the Day on which a correction or a
// deletion became known. 0, the zero value, means that the fact stands. A corrected fact is two facts: the old version
// with its Retraction, and the new version, known from that same day on.
type Retraction int32

// RetractedOn returns the Retraction of a day. It panics on a missing day and on 1970-01-01, which it cannot express.
func RetractedOn(d Day) Retraction {
	if !d.Valid() || d == 0 {
		panic("rettidig: RetractedOn a day that cannot be expressed")
	}
	return Retraction(d)
}

// Stands tells whether the fact was never retracted.
func (r Retraction) Stands() bool { return r == 0 }

// Before tells whether it was known in the morning of t that the fact is wrong: retracted on a day before t, by the
// same rule by which a fact counts if it became known before t.
func (r Retraction) Before(t Day) bool { return r != 0 && Day(r) < t }

// Day returns the day of the retraction, NoDay if the fact stands.
func (r Retraction) Day() Day {
	if r == 0 {
		return NoDay
	}
	return Day(r)
}

// Aid is one loan of one assistive aid (hjælpemiddel).
type Aid struct {
	ISO           string // ISO 9999 class with Danish level 4, 8 digits, or 6 when level 4 is unknown
	Paragraph     string // canonical law paragraph of the loan, see datasets/codes; empty if none was given
	Lent          Day    // happened
	Returned      Day    // NoDay: still out, or never booked back; the registers cannot tell which
	KnownLent     Day
	KnownReturned Day     // NoDay if and only if Returned is
	Price         float32 // DKK; 0 if none was given
	Retracted     Retraction
}

// ISO6 returns the international part of the class, the first six digits.
func (a Aid) ISO6() string { return a.ISO[:min(6, len(a.ISO))] }

// ServiceWeek is what was delivered of one service (ydelse) to one citizen in one ISO week.
type ServiceWeek struct {
	Code    string  // canonical service code, see datasets/codes; "X:" plus the local name if not recognised
	Week    Day     // the Monday
	Known   Day     // the Sunday: the week is not known before it is over
	Minutes float32 // minutes in the week, > 0 or 0 for services counted only
	Count   int32   // visits

	Retracted Retraction
}

// Screening is one DigiRehab screening. Missing scores are NaN.
type Screening struct {
	Date, Known   Day
	Need          float64 // need-of-help score (behov for hjælp); lower is better
	Ability       float64 // physical ability score (fysisk formåen); higher is better; scale per delivery
	NeedReason    string  // canonical reason, see datasets/codes; empty if none was given
	AbilityReason string
	Retracted     Retraction
}

// Session is one training session, done or cancelled.
type Session struct {
	Date, Known Day
	Rating      int8 // 2..6 for a session that was done, 1 for a cancelled one
	Cancelled   bool
	Retracted   Retraction
}

// StatusChange is one row that DigiRehab's system wrote about the course. A status contains the outcome:
// it serves labels and course boundaries, never features dated after the index date.
type StatusChange struct {
	Date, Known Day
	Status      Status
	Retracted   Retraction
}

// Condition is one assessment of a functional ability (FSIII funktionsevnetilstand).
type Condition struct {
	Code        string // canonical concept of the ability, see datasets/codes, such as "J3.8" (walking)
	Level       int8   // 0 (none) to 4 (total); NotRelevant if it was assessed as not relevant
	Date, Known Day
	Retracted   Retraction
}

// NotRelevant is the Level of a condition that was assessed as not relevant. It is missing, not a number.
const NotRelevant int8 = -1

// Status is a DigiRehab status in canonical spelling.
type Status string

// The DigiRehab statuses.
const (
	Active              Status = "active"
	Pause               Status = "pause"
	Reactivated         Status = "reactivated"
	SignificantProgress Status = "significantprogress"
	Monitor             Status = "monitor"
	Maintenance         Status = "maintenance"
	Terminated          Status = "terminated"
	HasDied             Status = "hasdied"
	OptedOut            Status = "optedout"
	ShouldBeScreened    Status = "shouldbescreened"
)

// History is everything that is recorded about one citizen, each slice in the order that Sort gives.
type History struct {
	Citizen    Citizen
	Aids       []Aid
	Services   []ServiceWeek
	Screenings []Screening
	Sessions   []Session
	Statuses   []StatusChange
	Conditions []Condition
}

// Sort puts every slice in its canonical order: by the day it happened, then by each further field.
// The order does not depend on the order in which facts were added.
func (h *History) Sort() {
	slices.SortFunc(h.Aids, CompareAids)
	slices.SortFunc(h.Services, CompareServices)
	slices.SortFunc(h.Screenings, CompareScreenings)
	slices.SortFunc(h.Sessions, CompareSessions)
	slices.SortFunc(h.Statuses, CompareStatuses)
	slices.SortFunc(h.Conditions, CompareConditions)
}

// Standing returns the history as it is known in the end: without the facts that were retracted. It returns h itself if
// there are none, and otherwise shares what did not change.
func (h *History) Standing() *History {
	out := *h
	all := true
	for _, every := range []bool{
		standing(&out.Aids, func(f *Aid) Retraction { return f.Retracted }),
		standing(&out.Services, func(f *ServiceWeek) Retraction { return f.Retracted }),
		standing(&out.Screenings, func(f *Screening) Retraction { return f.Retracted }),
		standing(&out.Sessions, func(f *Session) Retraction { return f.Retracted }),
		standing(&out.Statuses, func(f *StatusChange) Retraction { return f.Retracted }),
		standing(&out.Conditions, func(f *Condition) Retraction { return f.Retracted }),
	} {
		all = all && every
	}
	if all {
		return h
	}
	return &out
}

// standing leaves the facts that stand, in a new slice if any does not.
func standing[F any](facts *[]F, of func(*F) Retraction) (all bool) {
	gone := 0
	for i := range *facts {
		if !of(&(*facts)[i]).Stands() {
			gone++
		}
	}
	if gone == 0 {
		return true
	}
	left := make([]F, 0, len(*facts)-gone)
	for i := range *facts {
		if of(&(*facts)[i]).Stands() {
			left = append(left, (*facts)[i])
		}
	}
	*facts = left
	return false
}

// CompareAids orders loans by lending day, class, return day, the days they became known, then what else is told.
func CompareAids(a, b Aid) int {
	return cmp.Or(cmp.Compare(a.Lent, b.Lent), strings.Compare(a.ISO, b.ISO), cmp.Compare(a.Returned, b.Returned),
		cmp.Compare(a.KnownLent, b.KnownLent), cmp.Compare(a.KnownReturned, b.KnownReturned),
		strings.Compare(a.Paragraph, b.Paragraph), cmp.Compare(a.Price, b.Price), cmp.Compare(a.Retracted, b.Retracted))
}

// CompareServices orders services by week, code, minutes, count, then the day they became known.
func CompareServices(a, b ServiceWeek) int {
	if a.Week != b.Week { // nearly always, and cmp.Or works out all of its arguments
		return cmp.Compare(a.Week, b.Week)
	}
	if c := strings.Compare(a.Code, b.Code); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Minutes, b.Minutes),
		cmp.Compare(a.Count, b.Count), cmp.Compare(a.Known, b.Known), cmp.Compare(a.Retracted, b.Retracted))
}

// CompareScreenings orders screenings by day, then scores (NaN first) and reasons.
func CompareScreenings(a, b Screening) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Known, b.Known), cmp.Compare(a.Need, b.Need),
		cmp.Compare(a.Ability, b.Ability), strings.Compare(a.NeedReason, b.NeedReason), strings.Compare(a.AbilityReason, b.AbilityReason),
		cmp.Compare(a.Retracted, b.Retracted))
}

// CompareSessions orders sessions by day, done before cancelled, then rating.
func CompareSessions(a, b Session) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), compareBool(a.Cancelled, b.Cancelled), cmp.Compare(a.Rating, b.Rating), cmp.Compare(a.Known, b.Known), cmp.Compare(a.Retracted, b.Retracted))
}

// CompareStatuses orders status changes by day, then status.
func CompareStatuses(a, b StatusChange) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), strings.Compare(string(a.Status), string(b.Status)), cmp.Compare(a.Known, b.Known), cmp.Compare(a.Retracted, b.Retracted))
}

// CompareConditions orders assessments by day, ability, level, then the day they became known.
func CompareConditions(a, b Condition) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), strings.Compare(a.Code, b.Code), cmp.Compare(a.Level, b.Level),
		cmp.Compare(a.Known, b.Known), cmp.Compare(a.Retracted, b.Retracted))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Row is a fact of the citizen at an index of Facts.Citizens.
type Row[T any] struct {
	Citizen int32
	Fact    T
}

// Facts is a whole municipality as flat tables: what extract reads and the store writes.
type Facts struct {
	Citizens   []Citizen
	Aids       []Row[Aid]
	Services   []Row[ServiceWeek]
	Screenings []Row[Screening]
	Sessions   []Row[Session]
	Statuses   []Row[StatusChange]
	Conditions []Row[Condition]
}
