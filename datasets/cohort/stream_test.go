package cohort

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// Citizens that come in blocks, to any number of workers, give the cohort that they give at once.
func TestBlocksAndWorkersGiveTheCohortOfBuild(t *testing.T) {
	var hs []rettidig.History
	for seed := range uint64(150) {
		hs = append(hs, written(randomHistory(seed), seed))
	}
	rapid.Check(t, func(t *rapid.T) {
		target := rapid.SampledFrom(rettidig.Targets()).Draw(t, "target")
		some := hs[:rapid.IntRange(0, len(hs)).Draw(t, "citizens")]
		blocks := func(give func([]rettidig.History, int)) {
			for rest := some; len(rest) > 0; {
				n := rapid.IntRange(1, len(rest)).Draw(t, "block")
				give(rest[:n], rapid.IntRange(0, 5).Draw(t, "workers"))
				rest = rest[n:]
			}
		}
		cal := NewCalendar(day0 + extract1000)
		blocks(cal.Add)
		b, err := NewBuilder(target, Default(), cal)
		require.NoError(t, err)
		var rows []Row
		blocks(func(hs []rettidig.History, workers int) { rows = append(rows, b.Add(hs, workers)...) })
		got := b.Finish()
		want, err := Build(some, target, Default(), day0+extract1000)
		require.NoError(t, err)
		require.Equal(t, keys(want.Rows), keys(rows))
		require.Equal(t, want.Summary(), got.Summary())
	})
}

// written makes up when each fact of h was written down, some late, and adds versions that were wrong and retracted.
func written(h rettidig.History, seed uint64) rettidig.History {
	rng := rand.New(rand.NewPCG(seed, 99))
	late := func(d *rettidig.Day) {
		if d.Valid() && rng.IntN(12) == 0 {
			*d += rettidig.Day(1 + rng.IntN(250))
		}
	}
	for i := range h.Aids {
		late(&h.Aids[i].KnownLent)
		late(&h.Aids[i].KnownReturned)
	}
	for i := range h.Services {
		late(&h.Services[i].Known)
	}
	for i := range h.Screenings {
		late(&h.Screenings[i].Known)
	}
	for i := range h.Sessions {
		late(&h.Sessions[i].Known)
	}
	for i := range h.Statuses {
		late(&h.Statuses[i].Known)
	}
	retract := func(known rettidig.Day) rettidig.Retraction {
		return rettidig.RetractedOn(known + rettidig.Day(rng.IntN(200)))
	}
	for _, s := range h.Screenings {
		if rng.IntN(6) == 0 {
			s.Need, s.Retracted = float64(rng.IntN(12)), retract(s.Known)
			h.Screenings = append(h.Screenings, s)
		}
	}
	for _, s := range h.Sessions {
		if rng.IntN(10) == 0 {
			s.Date -= rettidig.Day(rng.IntN(60))
			s.Retracted = retract(s.Known)
			h.Sessions = append(h.Sessions, s)
		}
	}
	for _, s := range h.Services {
		if rng.IntN(20) == 0 {
			s.Minutes, s.Retracted = s.Minutes*10, retract(s.Known)
			h.Services = append(h.Services, s)
		}
	}
	if rng.IntN(10) == 0 {
		d := day0 + rettidig.Day(rng.IntN(1000))
		h.Statuses = append(h.Statuses, rettidig.StatusChange{Date: d, Known: d, Status: rettidig.HasDied, Retracted: retract(d)})
	}
	h.Sort()
	return h
}

// asWritten returns h as it stood at the end of day d: nothing that was written down later, and what was retracted later
// still standing.
func asWritten(h rettidig.History, d rettidig.Day) rettidig.History {
	out := rettidig.History{Citizen: h.Citizen}
	stands := func(r rettidig.Retraction) rettidig.Retraction {
		if r.Before(d + 1) {
			return r
		}
		return 0
	}
	for _, a := range h.Aids {
		if a.KnownLent > d {
			continue
		}
		if a.KnownReturned > d {
			a.Returned, a.KnownReturned = rettidig.NoDay, rettidig.NoDay
		}
		a.Retracted = stands(a.Retracted)
		out.Aids = append(out.Aids, a)
	}
	for _, s := range h.Services {
		if s.Known <= d {
			s.Retracted = stands(s.Retracted)
			out.Services = append(out.Services, s)
		}
	}
	for _, s := range h.Screenings {
		if s.Known <= d {
			s.Retracted = stands(s.Retracted)
			out.Screenings = append(out.Screenings, s)
		}
	}
	for _, s := range h.Sessions {
		if s.Known <= d {
			s.Retracted = stands(s.Retracted)
			out.Sessions = append(out.Sessions, s)
		}
	}
	for _, s := range h.Statuses {
		if s.Known <= d {
			s.Retracted = stands(s.Retracted)
			out.Statuses = append(out.Statuses, s)
		}
	}
	return out
}

// On the day on which a label is said to be known, it was: what is written down or corrected later changes nothing.
func TestALabelIsKnownOnTheDayItMatures(t *testing.T) {
	waited := 0
	for seed := range uint64(80) {
		h := written(randomHistory(seed), seed)
		for _, target := range rettidig.Targets() {
			for _, r := range build1(t, h, target, day0+extract1000) {
				if r.Cause == CauseNotOver || r.Cause == CauseFollowUp {
					continue
				}
				then := build1(t, asWritten(h, r.Matured), target, day0+extract1000)
				require.True(t, hasRow(then, r), "seed %d %s: %s was not known on %s, when it said %s", seed, target, key(r), r.Matured, keys(then))
				if l := lastLate(&h, r.Matured-1, day0+extract1000); l == r.Matured {
					waited++
				}
			}
		}
	}
	assert.Greater(t, waited, 20, "some labels wait for a late fact")
}

// In the end a retracted fact counts as little as one that was never written down.
func TestLabelsAreThoseOfTheStandingFacts(t *testing.T) {
	for seed := range uint64(60) {
		h := written(randomHistory(seed), seed)
		end := day0 + extract1000
		known := asWritten(h, end) // a retraction after the extract is not known yet
		standing := known.Standing()
		if standing.Sessions == nil && standing.Services == nil {
			continue
		}
		for _, target := range []rettidig.Target{rettidig.Completion, rettidig.Effect, rettidig.Benefit} { // who is at risk was asked before
			outcomes := func(rows []Row) (out []string) {
				for _, r := range rows {
					out = append(out, fmt.Sprint(r.Course, r.Landmark, r.Index, r.Outcome, r.Cause))
				}
				return out
			}
			assert.Equal(t, outcomes(build1(t, *standing, target, end)), outcomes(build1(t, h, target, end)), "seed %d %s", seed, target)
		}
	}
}

func TestLateAndCorrectedFacts(t *testing.T) {
	const sixteen = "0 screening 7 2\n3 session 16 every 4\n"
	for _, c := range []struct {
		claim, history string
		target         rettidig.Target
		want           string
		matured        int
	}{
		{"a final screening in time", sixteen + "84 screening 5 2", rettidig.Completion, "event/final screening", 112},
		{"a final screening written down late counts, from then on", sixteen + "84 screening 5 2 known 150", rettidig.Completion, "event/final screening", 150},
		{"one written down late, but before the label is due", sixteen + "84 screening 5 2 known 100", rettidig.Completion, "event/final screening", 112},
		{"a late fact that changes nothing", sixteen + "84 screening 5 2\n50 cancelled 1 every 1 known 200", rettidig.Completion, "event/final screening", 112},
		{"a final screening that was an error", sixteen + "84 screening 5 2 retracted 130", rettidig.Completion, "none/not completed in time", 130},
		{"an error that was found before the label was due", sixteen + "84 screening 5 2 retracted 90", rettidig.Completion, "none/not completed in time", 112},
		{"a score that was corrected", sixteen + "84 screening 7 2 retracted 200\n84 screening 5 2 known 200", rettidig.Effect, "event/need", 200},
		{"a death that was an error", sixteen + "84 screening 5 2\n20 hasdied retracted 300", rettidig.Completion, "event/final screening", 300},
	} {
		t.Run(c.claim, func(t *testing.T) {
			rows := only(t, history(t, c.history), c.target, Default(), 400)
			require.Len(t, rows, 1)
			text, matured := verdictText(rows[0])
			assert.Equal(t, c.want, text)
			assert.Equal(t, c.matured, matured)
		})
	}
}

func TestOnlyWhatWasWrittenDownMakesSomebodyEligible(t *testing.T) {
	for _, c := range []struct {
		claim, history string
		target         rettidig.Target
		asOf           int
		want           string
	}{
		{"help that was written down the week after", "-84 service H1.1 120 for 12", rettidig.Completion, 0, ""},
		{"help that was written down later", "-84 service H1.1 120 for 12 known 20", rettidig.Completion, 20, "no home care"},
		{"in the morning after it was written down", "-84 service H1.1 120 for 12 known 20", rettidig.Completion, 21, ""},
		{"help that was found to be somebody else's", "-84 service H1.1 120 for 12 retracted 5", rettidig.Completion, 6, "no home care"},
		{"on the day when that is found out it is not known", "-84 service H1.1 120 for 12 retracted 5", rettidig.Completion, 5, ""},
		{"a death that was an error, before that was known", "-84 service H1.1 120 for 14\n2 hasdied retracted 10", rettidig.Completion, 10, "died"},
		{"and after", "-84 service H1.1 120 for 14\n2 hasdied retracted 10", rettidig.Completion, 11, ""},
		{"at risk with an aid", "-100 aid 12060601", rettidig.Decline, 0, ""},
		{"an aid written down later", "-100 aid 12060601 known 30", rettidig.Decline, 30, "no service and no aid"},
		{"an aid that came back, written down later", "-100 aid 12060601 until -50 known 30", rettidig.Decline, 31, "no service and no aid"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			h := history(t, c.history)
			ok, why := Eligible(&h, Default(), c.target, day0+rettidig.Day(c.asOf))
			assert.Equal(t, c.want, why)
			assert.Equal(t, c.want == "", ok)
		})
	}
}
