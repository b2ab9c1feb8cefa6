package cohort

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// randomHistory makes up three years of a citizen: courses with every status, care that comes, rises and goes, aids.
func randomHistory(seed uint64) rettidig.History {
	rng := rand.New(rand.NewPCG(seed, 7))
	h := rettidig.History{Citizen: rettidig.Citizen{ID: rettidig.CitizenID(fmt.Sprintf("pdemo_%05d", seed)), Birth: rettidig.DayOf(1930+rng.IntN(32), 7, 1)}}
	screening := func(d rettidig.Day) {
		h.Screenings = append(h.Screenings, rettidig.Screening{Date: d, Known: d, Need: float64(3 + rng.IntN(8)), Ability: float64(1+rng.IntN(60)) / 24})
	}
	status := func(d rettidig.Day, s rettidig.Status) {
		h.Statuses = append(h.Statuses, rettidig.StatusChange{Date: d, Known: d, Status: s})
	}
	for d := day0 + rettidig.Day(rng.IntN(200)); d < day0+1000 && rng.IntN(4) > 0; d += rettidig.Day(100 + rng.IntN(400)) {
		if rng.IntN(3) == 0 {
			status(d-rettidig.Day(rng.IntN(10)), rettidig.Active)
		}
		weeks := rng.IntN(18)
		for w := range weeks {
			for range rng.IntN(4) {
				s := rettidig.Session{Date: d + rettidig.Day(7*w+rng.IntN(7)), Rating: int8(2 + rng.IntN(5))}
				if rng.IntN(5) == 0 {
					s.Rating, s.Cancelled = 1, true
				}
				s.Known = s.Date
				h.Sessions = append(h.Sessions, s)
			}
			if w%4 == 0 && rng.IntN(5) > 0 {
				screening(d + rettidig.Day(7*w+rng.IntN(3)))
			}
			if rng.IntN(12) == 0 {
				status(d+rettidig.Day(7*w), []rettidig.Status{rettidig.Pause, rettidig.Reactivated, rettidig.Monitor, rettidig.SignificantProgress, rettidig.Terminated, rettidig.OptedOut}[rng.IntN(6)])
			}
		}
		if rng.IntN(2) == 0 {
			status(d+rettidig.Day(7*weeks+rng.IntN(20)), rettidig.Terminated)
		}
	}
	if rng.IntN(8) == 0 {
		status(day0+rettidig.Day(rng.IntN(1000)), rettidig.HasDied)
	}
	gone := rettidig.Day(2000)
	if rng.IntN(5) == 0 {
		gone = rettidig.Day(rng.IntN(1000))
	}
	for _, code := range []string{"H1.1", "H1.8", "G1.20", "L.TVH"} {
		if rng.IntN(2) == 0 {
			continue
		}
		minutes := 20 * (1 + rng.IntN(10))
		from := rettidig.Day(-150 + rng.IntN(300))
		for w := day0.Monday() + 7*(from/7); w < day0+1000 && w < day0+gone; w += 7 {
			if rng.IntN(40) == 0 {
				minutes = 20 * (1 + rng.IntN(20))
			}
			if rng.IntN(25) == 0 {
				w += rettidig.Day(7 * rng.IntN(12)) // admission
			}
			h.Services = append(h.Services, rettidig.ServiceWeek{Code: code, Week: w, Known: w + 6, Minutes: float32(minutes), Count: 2})
		}
	}
	for range rng.IntN(6) {
		d := day0 + rettidig.Day(-300+rng.IntN(1200))
		a := rettidig.Aid{ISO: []string{"12060601", "09330701", "18121001", "123603", "043306"}[rng.IntN(5)], Lent: d, KnownLent: d, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay}
		if gone < 2000 && d < day0+gone {
			a.Returned = day0 + gone + 3
		} else if rng.IntN(3) == 0 {
			a.Returned = d + rettidig.Day(rng.IntN(300))
		}
		a.KnownReturned = a.Returned
		h.Aids = append(h.Aids, a)
	}
	h.Sort()
	return h
}

func shuffled(h rettidig.History, rng *rand.Rand) rettidig.History {
	mix := func(n int, swap func(i, j int)) { rng.Shuffle(n, swap) }
	h.Aids, h.Services, h.Screenings = slices.Clone(h.Aids), slices.Clone(h.Services), slices.Clone(h.Screenings)
	h.Sessions, h.Statuses = slices.Clone(h.Sessions), slices.Clone(h.Statuses)
	mix(len(h.Aids), func(i, j int) { h.Aids[i], h.Aids[j] = h.Aids[j], h.Aids[i] })
	mix(len(h.Services), func(i, j int) { h.Services[i], h.Services[j] = h.Services[j], h.Services[i] })
	mix(len(h.Screenings), func(i, j int) { h.Screenings[i], h.Screenings[j] = h.Screenings[j], h.Screenings[i] })
	mix(len(h.Sessions), func(i, j int) { h.Sessions[i], h.Sessions[j] = h.Sessions[j], h.Sessions[i] })
	mix(len(h.Statuses), func(i, j int) { h.Statuses[i], h.Statuses[j] = h.Statuses[j], h.Statuses[i] })
	return h
}

// rewritten returns h with everything known after day d replaced by what another citizen has there.
func rewritten(h, other rettidig.History, d rettidig.Day) rettidig.History {
	out := rettidig.History{Citizen: h.Citizen}
	for _, a := range h.Aids {
		if a.KnownLent > d {
			continue
		}
		if a.Returned.Valid() && a.KnownReturned > d {
			a.Returned, a.KnownReturned = rettidig.NoDay, rettidig.NoDay
		}
		out.Aids = append(out.Aids, a)
	}
	for _, a := range other.Aids {
		if a.KnownLent > d {
			out.Aids = append(out.Aids, a)
		}
	}
	out.Services = later(h.Services, other.Services, func(s rettidig.ServiceWeek) bool { return s.Known > d })
	out.Screenings = later(h.Screenings, other.Screenings, func(s rettidig.Screening) bool { return s.Known > d })
	out.Sessions = later(h.Sessions, other.Sessions, func(s rettidig.Session) bool { return s.Known > d })
	out.Statuses = later(h.Statuses, other.Statuses, func(s rettidig.StatusChange) bool { return s.Known > d })
	out.Sort()
	return out
}

func later[T any](mine, theirs []T, after func(T) bool) []T {
	out := slices.DeleteFunc(slices.Clone(mine), after)
	for _, v := range theirs {
		if after(v) {
			out = append(out, v)
		}
	}
	return out
}

// key is a row without NaN, for comparing.
func key(r Row) string { return fmt.Sprintf("%+v", r) }

const extract1000 = 1000

// witness keeps the municipality's services going, so that the calendar is the same whatever one citizen gets.
func witness(t testing.TB) rettidig.History { return history(t, "-301 service H1.8 30 for 300") }

func build1(t testing.TB, h rettidig.History, target rettidig.Target, extract rettidig.Day) []Row {
	t.Helper()
	c, err := Build([]rettidig.History{h, witness(t)}, target, Default(), extract)
	require.NoError(t, err)
	return slices.DeleteFunc(c.Rows, func(r Row) bool { return r.Citizen != 0 })
}

func TestALabelDoesNotDependOnFactsAfterItMatured(t *testing.T) {
	checked := map[Outcome]int{}
	for seed := range uint64(100) {
		h, other := randomHistory(seed), randomHistory(seed+10_000)
		for _, target := range rettidig.Targets() {
			for _, r := range build1(t, h, target, day0+extract1000) {
				if r.Cause == CauseNotOver || r.Cause == CauseFollowUp {
					continue
				}
				again := build1(t, rewritten(h, other, r.Matured), target, day0+extract1000)
				found := slices.ContainsFunc(again, func(q Row) bool { return key(q) == key(r) })
				require.True(t, found, "seed %d %s %s: not in %v", seed, target, key(r), again)
				checked[r.Outcome]++
			}
		}
	}
	for _, o := range []Outcome{Event, None, Competing, Censored} {
		assert.Greater(t, checked[o], 5, "%s rows", o)
	}
}

func TestFactsAfterTheExtractAreIgnored(t *testing.T) {
	for seed := range uint64(100) {
		h, other := randomHistory(seed), randomHistory(seed+10_000)
		e := day0 + rettidig.Day(200+seed*6)
		for _, target := range rettidig.Targets() {
			assert.Equal(t, keys(build1(t, h, target, e)), keys(build1(t, rewritten(h, other, e), target, e)), "seed %d %s", seed, target)
		}
	}
}

func keys(rs []Row) []string {
	var out []string
	for _, r := range rs {
		out = append(out, key(r))
	}
	return out
}

func TestTheOrderOfTheInputChangesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var hs, mixed []rettidig.History
	for seed := range uint64(150) {
		hs = append(hs, randomHistory(seed))
	}
	at := rng.Perm(len(hs))
	for _, i := range at {
		mixed = append(mixed, shuffled(hs[i], rng))
	}
	for _, target := range rettidig.Targets() {
		a, err := Build(hs, target, Default(), day0+extract1000)
		require.NoError(t, err)
		b, err := Build(mixed, target, Default(), day0+extract1000)
		require.NoError(t, err)
		assert.Equal(t, a.Summary(), b.Summary())
		for i := range b.Rows {
			b.Rows[i].Citizen = at[b.Rows[i].Citizen]
		}
		assert.ElementsMatch(t, keys(a.Rows), keys(b.Rows))
	}
}

// At every extract date the Start rows are the courses that began, each with one outcome, and the counts add up.
func TestEveryCourseHasOneOutcome(t *testing.T) {
	var hs []rettidig.History
	for seed := range uint64(150) {
		hs = append(hs, randomHistory(seed))
	}
	for e := rettidig.Day(0); e <= 1200; e += 150 {
		comp, err := Build(hs, rettidig.Completion, Default(), day0+e)
		require.NoError(t, err)
		benefit, err := Build(hs, rettidig.Benefit, Default(), day0+e)
		require.NoError(t, err)
		effect, err := Build(hs, rettidig.Effect, Default(), day0+e)
		require.NoError(t, err)
		total, completed, ended := 0, 0, 0
		for _, n := range comp.Counts {
			total += n.N
			if n.Outcome == Event {
				completed += n.N
			}
			if n.Outcome == Event || n.Outcome == None {
				ended += n.N
			}
		}
		assert.Equal(t, comp.Courses, total)
		assert.Equal(t, comp.EndedCourses, ended)
		assert.Equal(t, comp.Summary().Rows, benefit.Summary().Rows)
		assert.Equal(t, completed, effect.Summary().Rows)
		assert.Equal(t, effect.Summary().Events, benefit.Summary().Events, "benefit is completed and effect")
		for _, r := range comp.Rows {
			assert.LessOrEqual(t, r.Matured, day0+e)
		}
	}
}
