package features

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// merge returns what a has known before t together with what b has not: two histories that agree on
// everything known before t and on nothing else. The loans of a that are returned later get their returns
// from the draw, and so do the retractions of what stands on the morning of t; a fact that was retracted before t may
// be gone altogether.
func merge(rt *rapid.T, a, b *rettidig.History, t rettidig.Day) rettidig.History {
	h := rettidig.History{Citizen: a.Citizen}
	for _, l := range a.Aids {
		if l.KnownLent >= t {
			continue
		}
		if l.Returned == rettidig.NoDay || l.KnownReturned >= t {
			l.Returned, l.KnownReturned = rettidig.NoDay, rettidig.NoDay
			if rapid.Bool().Draw(rt, "later return") {
				l.Returned = l.Lent + rettidig.Day(rapid.IntRange(0, 900).Draw(rt, "days"))
				l.KnownReturned = t + rettidig.Day(rapid.IntRange(0, 300).Draw(rt, "delay"))
			}
		}
		if !retractLater(rt, &l.Retracted, t) {
			h.Aids = append(h.Aids, l)
		}
	}
	for _, l := range b.Aids {
		if l.KnownLent >= t {
			h.Aids = append(h.Aids, l)
		}
	}
	h.Services = mix(rt, a.Services, b.Services, t, func(s *rettidig.ServiceWeek) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	h.Screenings = mix(rt, a.Screenings, b.Screenings, t, func(s *rettidig.Screening) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	h.Sessions = mix(rt, a.Sessions, b.Sessions, t, func(s *rettidig.Session) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	h.Statuses = mix(rt, a.Statuses, b.Statuses, t, func(s *rettidig.StatusChange) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	h.Conditions = mix(rt, a.Conditions, b.Conditions, t, func(s *rettidig.Condition) (rettidig.Day, *rettidig.Retraction) { return s.Known, &s.Retracted })
	h.Sort()
	return h
}

func mix[T any](rt *rapid.T, a, b []T, t rettidig.Day, of func(*T) (rettidig.Day, *rettidig.Retraction)) []T {
	var out []T
	for _, v := range a {
		if known, r := of(&v); known < t && !retractLater(rt, r, t) {
			out = append(out, v)
		}
	}
	for _, v := range b {
		if known, _ := of(&v); known >= t {
			out = append(out, v)
		}
	}
	return out
}

// retractLater draws when a fact turns out to be wrong, from t on or never, unless that is known by then; such a fact
// may be left out.
func retractLater(rt *rapid.T, r *rettidig.Retraction, t rettidig.Day) (leaveOut bool) {
	if r.Before(t) {
		return rapid.Bool().Draw(rt, "gone")
	}
	*r = 0
	if rapid.Bool().Draw(rt, "retracted later") {
		*r = rettidig.RetractedOn(t + rettidig.Day(rapid.IntRange(0, 300).Draw(rt, "retracted after")))
	}
	return false
}

func TestNoFactKnownLaterChangesAByte(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, other := drawHistory(rt), drawHistory(rt)
		asOf := drawDay(rt, "as of")
		changed := merge(rt, &h, &other, asOf)
		nothing := merge(rt, &h, &rettidig.History{}, asOf)
		want := computed(&h, asOf)
		for _, g := range []rettidig.History{changed, nothing} {
			for j, got := range computed(&g, asOf) {
				if math.Float64bits(got) != math.Float64bits(want[j]) {
					rt.Fatalf("as of %s, %s is %v, and %v when facts known later are others", asOf, catalogue[j].ID, want[j], got)
				}
			}
		}
	})
}

// A fact is looked at as soon as it is known, not merely never too early: each column moves for some
// history on some day.
func TestEveryColumnMoves(t *testing.T) {
	values := make([]map[uint64]bool, Count())
	for j := range values {
		values[j] = map[uint64]bool{}
	}
	histories := rapid.Custom(func(rt *rapid.T) rettidig.History { return drawHistory(rt) })
	for seed := range 200 { // the same histories in every run, also in a short one
		h := histories.Example(seed)
		for d := rettidig.Day(50); d <= 850; d += 50 {
			for j, v := range computed(&h, day0+d) {
				values[j][math.Float64bits(v)] = true
			}
		}
	}
	for j, f := range Catalogue() {
		assert.GreaterOrEqual(t, len(values[j]), 2, f.ID)
	}
}

func TestOnlyDeclaredColumnsAreMissingAndUnitsHold(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, asOf := drawHistory(rt), drawDay(rt, "as of")
		for j, v := range computed(&h, asOf) {
			f := catalogue[j]
			switch {
			case math.IsInf(v, 0):
				rt.Fatalf("%s is infinite", f.ID)
			case math.IsNaN(v):
				if !f.CanMiss() {
					rt.Fatalf("%s is NaN, but its declaration does not say what that means", f.ID)
				}
			case f.Unit == UnitFlag && v != 0 && v != 1, f.Unit == UnitShare && (v < -1 || v > 1), f.DA.Sentence.Less == "" && v < 0,
				f.Unit == UnitDays && f.ID != "aids_mean_days" && v < 1, f.Unit == UnitCount && v != math.Trunc(v):
				rt.Fatalf("%s (%s) is %v", f.ID, f.Unit, v)
			}
		}
	})
}

func TestTheOrderInWhichFactsArriveDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, asOf := drawHistory(rt), drawDay(rt, "as of")
		g := rettidig.History{
			Citizen: h.Citizen, Aids: rapid.Permutation(h.Aids).Draw(rt, "aids"), Services: rapid.Permutation(h.Services).Draw(rt, "services"),
			Screenings: rapid.Permutation(h.Screenings).Draw(rt, "screenings"), Sessions: rapid.Permutation(h.Sessions).Draw(rt, "sessions"), Statuses: rapid.Permutation(h.Statuses).Draw(rt, "statuses"),
			Conditions: rapid.Permutation(h.Conditions).Draw(rt, "conditions"),
		}
		g.Sort()
		want, got := computed(&h, asOf), computed(&g, asOf)
		for j := range want {
			if math.Float64bits(want[j]) != math.Float64bits(got[j]) {
				rt.Fatalf("%s is %v, and %v in another order", catalogue[j].ID, want[j], got[j])
			}
		}
	})
}

func TestComputeRefusesTheCallersBugs(t *testing.T) {
	var h rettidig.History
	assert.PanicsWithValue(t, "features: Compute into 3 numbers, want "+words(float64(Count()), "en"), func() { Compute(make([]float64, 3), &h, day0) })
	assert.Panics(t, func() { Compute(make([]float64, Count()), &h, rettidig.NoDay) })
}
