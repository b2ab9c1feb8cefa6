package features

import (
	"math"
	"math/rand/v2"

	"github.com/rettidig/rettidig"
)

// A ComputeFunc fills dst with what it takes to be known about h on the morning of asOf.
type ComputeFunc func(dst []float64, h *rettidig.History, asOf rettidig.Day)

// auditRounds is how many altered histories one audit tries. The first ones are always the same kind, so
// that a leak that looks at any later fact at all is met; the rest mix.
const auditRounds = 12

// Audit changes what became known on or after asOf and returns, in rising order, the columns of compute
// (of which there are n) whose value changes: they look into the future. Facts are removed, altered and
// added, among them facts that happened before asOf and were registered late. No column that obeys the
// rule is ever named; a leak is found if it reads any kind of fact within a year or so on either side of
// asOf, or what turned out to be wrong later. h is not changed.
func Audit(h *rettidig.History, asOf rettidig.Day, compute ComputeFunc, n int, rng *rand.Rand) []int {
	base, got := make([]float64, n), make([]float64, n)
	compute(base, h, asOf)
	leaks := make([]bool, n)
	for round := range auditRounds {
		other := alter(h, asOf, round, rng)
		compute(got, &other, asOf)
		for j := range got {
			if !same(base[j], got[j]) {
				leaks[j] = true
			}
		}
	}
	var out []int
	for j, leak := range leaks {
		if leak {
			out = append(out, j)
		}
	}
	return out
}

// same is equality by bytes, but for NaN, of which there are many.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
}

// alter returns a copy of h that agrees with it on everything known before t. Round 0 removes all else,
// round 1 keeps it and adds, later rounds do both by chance.
func alter(h *rettidig.History, t rettidig.Day, round int, rng *rand.Rand) rettidig.History {
	drop := func() bool { return round == 0 || round > 1 && rng.IntN(2) == 0 }
	out := rettidig.History{Citizen: h.Citizen}
	for _, a := range h.Aids {
		switch {
		case late(a.KnownLent, t):
			if drop() {
				continue
			}
		case a.Returned.Valid() && late(a.KnownReturned, t) && drop():
			a.Returned, a.KnownReturned = rettidig.NoDay, rettidig.NoDay
		case !a.Returned.Valid() && round > 0 && rng.IntN(2) == 0:
			a.Returned, a.KnownReturned = t-rettidig.Day(1+rng.IntN(400)), t+rettidig.Day(rng.IntN(200))
		}
		retract(&a.Retracted, t, round, rng)
		out.Aids = append(out.Aids, a)
	}
	out.Services = alterKind(h.Services, t, round, rng, drop, func(s *rettidig.ServiceWeek) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	out.Screenings = alterKind(h.Screenings, t, round, rng, drop, func(s *rettidig.Screening) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	out.Sessions = alterKind(h.Sessions, t, round, rng, drop, func(s *rettidig.Session) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	out.Statuses = alterKind(h.Statuses, t, round, rng, drop, func(s *rettidig.StatusChange) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	out.Conditions = alterKind(h.Conditions, t, round, rng, drop, func(s *rettidig.Condition) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	if round > 0 {
		for range 4 {
			addLater(&out, t, rng)
		}
	}
	out.Sort()
	return out
}

func late(known, t rettidig.Day) bool { return known >= t || known == rettidig.NoDay }

// alterKind drops facts of one kind that became known late, and changes when the others turn out to be wrong.
func alterKind[T any](in []T, t rettidig.Day, round int, rng *rand.Rand, drop func() bool, of func(*T) (rettidig.Day, *rettidig.Retraction)) []T {
	var out []T
	for _, v := range in {
		known, retracted := of(&v)
		if late(known, t) && drop() {
			continue
		}
		retract(retracted, t, round, rng)
		out = append(out, v)
	}
	return out
}

// retract lets a fact that stands on the morning of t turn out to be wrong later, or never: round 0 never.
func retract(r *rettidig.Retraction, t rettidig.Day, round int, rng *rand.Rand) {
	switch {
	case r.Before(t):
	case round == 0:
		*r = 0
	case rng.IntN(2) == 0:
		*r = rettidig.RetractedOn(t + rettidig.Day(rng.IntN(200)))
	}
}

// addLater adds one fact of every kind that happened before t and was registered late, and one that
// happens from t on.
func addLater(h *rettidig.History, t rettidig.Day, rng *rand.Rand) {
	for _, past := range []bool{true, false} {
		day := t + rettidig.Day(rng.IntN(180))
		if past {
			// Half of them close to t: most columns look at the last weeks.
			day = t - rettidig.Day(1+rng.IntN([]int{60, 400}[rng.IntN(2)]))
		}
		known := max(t, day) + rettidig.Day(rng.IntN(100))
		week := day.Monday()
		h.Aids = append(h.Aids, rettidig.Aid{ISO: pickOne(rng, "12060609", "22271803", "12360303", "18121003", "09120303"), Lent: day, KnownLent: known, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay})
		h.Services = append(h.Services, rettidig.ServiceWeek{Code: pickOne(rng, "H1.1", "H1.8", "G1.20", "H2.4", "X:Andet"), Week: week, Known: max(known, week+6), Minutes: float32(5 + rng.IntN(600)), Count: int32(1 + rng.IntN(20))})
		h.Screenings = append(h.Screenings, rettidig.Screening{Date: day, Known: known, Need: float64(rng.IntN(100)) - 50, Ability: float64(rng.IntN(100)), NeedReason: pickOne(rng, "illness", "fall", "motivation", "")})
		h.Sessions = append(h.Sessions, rettidig.Session{Date: day, Known: known, Rating: 4}, rettidig.Session{Date: day, Known: known, Rating: 1, Cancelled: true})
		h.Conditions = append(h.Conditions, rettidig.Condition{Code: pickOne(rng, "J1.1", "J2.1", "J3.8", "J3.MB", "J4.2"), Level: int8(rng.IntN(5)), Date: day, Known: known})
		h.Statuses = append(h.Statuses, rettidig.StatusChange{Date: day, Known: known, Status: pickOne(rng, rettidig.Terminated, rettidig.OptedOut, rettidig.SignificantProgress, rettidig.HasDied)})
	}
}

func pickOne[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

// The planted leaks, in the order in which PlantedLeaks appends them to the catalogue.
const (
	LeakFuture = "leak_future_minutes_26w" // minutes a week of help in the 26 weeks from asOf on
	LeakLate   = "leak_late_loans_90"      // loans of the last 90 days by the day lent, however late they were written down
)

// PlantedLeaks returns the ids of the catalogue's columns followed by two that break the rule in the two
// ways there are, and a function that computes all of them. Whoever validates plants them and must find
// exactly these two.
func PlantedLeaks() (ids []string, compute ComputeFunc) {
	for _, f := range catalogue {
		ids = append(ids, f.ID)
	}
	n := len(ids)
	return append(ids, LeakFuture, LeakLate), func(dst []float64, h *rettidig.History, asOf rettidig.Day) {
		Compute(dst[:n], h, asOf)
		dst[n], dst[n+1] = futureMinutes(h, asOf), lateLoans(h, asOf)
	}
}

func futureMinutes(h *rettidig.History, t rettidig.Day) float64 {
	var sum float64
	for _, s := range h.Services {
		if s.Week >= t && s.Week < t+7*windowWeeks && begins(&s) {
			sum += float64(s.Minutes)
		}
	}
	return sum / windowWeeks
}

func lateLoans(h *rettidig.History, t rettidig.Day) float64 {
	n := 0
	for _, a := range h.Aids {
		if a.Lent < t && t-a.Lent <= 90 {
			n++
		}
	}
	return float64(n)
}
