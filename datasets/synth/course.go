package synth

import (
	"math"

	"github.com/rettidig/rettidig"
)

// course is one training course: 12 weeks with two sessions a week, screened before the start and every fourth week.
type course struct {
	start     rettidig.Day // the baseline screening
	newID     bool         // enrolled as a new patient
	complete  chance
	gain      chance // of an effect, given completion
	completes bool
	effect    bool // drawn for everybody; it shows only in a completed course
	need      int  // at baseline; lower is better
	ability   int  // at baseline, in 24ths; higher is better

	screenings []screening
	sessions   []session
	statuses   []statusRow
}

type screening struct {
	day                       rettidig.Day
	need, ability             int // ability in 24ths; noScore: not recorded
	needReason, abilityReason uint8
}

const noScore = -1

// mostAbility is the top of the scale, 5, in 24ths.
const mostAbility = 120

type session struct {
	day     rettidig.Day
	rating  int8 // 1 is cancelled
	comment uint8
}

type statusRow struct {
	day    rettidig.Day
	status rettidig.Status
}

// The completion rule that a course is made to meet or to miss, and the effect rule's window.
const (
	finalFrom, finalTo   = 70, 112
	effectFrom, effectTo = 56, 126
	plannedSessions      = 24
	enoughSessions       = 16
)

// offerTraining lets the assessors offer a course in the half-year. They choose among those who get help: more often
// people with the usual aids and moderate needs, seldom the frailest, and they see some of the motivation that no register has.
func (l *life) offerTraining(mark, next, end rettidig.Day) {
	u, at := l.rng.Float64(), mark+5+rettidig.Day(l.rng.IntN(172))
	if wd := (at.Monday() + 6) - at; wd < 2 {
		at -= 2 // not on a weekend
	}
	if at < l.cfg.From || at > l.cfg.To || at >= end || l.cfg.Assume.Courses == 0 {
		return
	}
	if n := len(l.courses); n > 0 && at < l.courses[n-1].start+220 {
		return
	}
	for _, g := range l.gaps { // nobody trains at home while admitted
		if g.to > at && g.from < at+100 {
			return
		}
	}
	s := l.stateAt(at)
	if s.personal+s.practical == 0 || s.age < 60 {
		return
	}
	x := -2.8 + math.Log(l.cfg.Assume.Courses)
	pick := func(yes bool, a, b float64) {
		if yes {
			x += a
		} else {
			x += b
		}
	}
	pick(s.has[rollator], 0.35, -0.6)
	pick(s.has[showerStool], 0.3, -0.3)
	pick(s.has[alarm], 0.25, 0)
	pick(s.personal > 0, 0.7, 0)
	pick(s.personal > 700, -0.9, 0)
	pick(s.outOf[dependency] > 0, -0.3, 0)
	pick(s.age > 93, -0.5, 0)
	pick(len(l.courses) > 0, -0.5, 0)
	x += 0.2 * l.cfg.Assume.Unobserved * l.motivation
	if u >= sigmoid(x) {
		return
	}
	l.beginCourse(s, at, next, end)
}

// beginCourse draws the baseline screening, then whether the citizen would complete and would have an effect.
func (l *life) beginCourse(s state, at, next, end rettidig.Day) {
	c := course{start: at}
	c.newID = len(l.courses) == 0 || l.rng.Float64() < l.cfg.Dirt.SecondPatientID
	need := 2.4 + 1.15*math.Log1p(s.personal/50) + 0.5*float64(min(int(s.outOf[dependency]), 2)) + 1.1*l.rng.NormFloat64()
	c.need = int(clamp(math.Round(need), 1, 10))
	ability := 2.5 - 0.045*(s.age-82) - 0.30*math.Log1p(s.personal/60) - 0.2*float64(min(int(s.outOf[wheelchair]), 1)) + 0.5*l.rng.NormFloat64()
	c.ability = int(clamp(math.Round(24*ability), 8, 100))

	c.complete = l.completionChance(s, &c)
	c.gain = l.effectChance(s, &c)
	c.completes = l.rng.Float64() < c.complete.p()
	c.effect = l.rng.Float64() < c.gain.p()
	if c.completes && c.effect {
		l.pending = relief{(at + 91).Monday(), 80 + 0.5*s.personal + 60*l.rng.Float64()}
		l.relieve(next, end)
	}
	l.courses = append(l.courses, c)
}

// relieve takes off the minutes that the course saves, if that falls in this half-year and personal care does not change
// later in it; otherwise it stays pending.
func (l *life) relieve(next, end rettidig.Day) {
	n := len(l.personal)
	day := l.pending.day
	if n == 0 || day > next-35 || day >= end || l.personal[n-1].from >= day-28 {
		return
	}
	if m := l.personal[n-1].minutes; m > 0 {
		l.personal = append(l.personal, step{day, max(m-l.pending.minutes, 0)})
	}
	l.pending.day = rettidig.NoDay
}

// completionChance is the probability that a course begun now is completed. It falls with age, long loans of
// aids for the dependent and heavy care, rises with a good baseline and an earlier completed course.
func (l *life) completionChance(s state, c *course) chance {
	x := 0.27
	x -= 0.24 * (s.age - 83) / 8
	if s.age > 90 {
		x -= 0.35
	}
	if !s.female {
		x -= 0.15
	}
	x -= 0.035 * float64(min(s.out, 14)-5)
	if s.outOf[dependency] > 0 {
		x -= 0.4
	}
	if s.walkingNew { // somebody who just got a walking aid uses it
		x += 0.35
	}
	x -= 0.5 * s.heaviness()
	x -= 0.42 * clamp(s.trend, -1, 1)
	if s.admitted {
		x -= 0.45
	}
	switch {
	case s.coursesEnded == 0:
	case s.lastComplete:
		x += 0.65
	default:
		x -= 0.6
	}
	x -= 0.13 * float64(c.need-4)
	x += 0.36 * (float64(c.ability)/24 - 2)
	return chance{x, l.cfg.Assume.Unobserved * (0.52*l.motivation + 0.3*l.rng.NormFloat64())}
}

// effectChance is the probability of an effect given completion. There must be room for improvement, and what was lost
// lately comes back more easily than what was lost long ago.
func (l *life) effectChance(s state, c *course) chance {
	x := 0.33
	x -= 0.62 * (s.age - 82) / 8
	x += 0.3 * float64(min(c.need, 7)-4)
	x -= 0.2 * (float64(c.ability)/24 - 2)
	x += 0.15 * clamp(s.trend, -1, 1)
	if s.admitted {
		x += 0.35
	}
	if s.outOf[rollator] > 0 {
		x += 0.4
	}
	if s.outOf[dependency] > 0 {
		x -= 0.75
	}
	x -= 0.95 * s.heaviness()
	x -= 0.05 * float64(min(s.out, 14)-5)
	if s.coursesEnded > 0 {
		if s.lastEffect {
			x += 0.45
		} else {
			x -= 0.3
		}
	}
	return chance{x, l.cfg.Assume.Unobserved * (0.35*l.motivation + 0.4*l.rng.NormFloat64())}
}
