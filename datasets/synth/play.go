package synth

import (
	"math/rand/v2"

	"github.com/rettidig/rettidig"
)

// shape is the plan of a course's rows, in days after the baseline screening.
type shape struct {
	weeks   int   // sessions are planned in weeks 0 to weeks-1
	done    int   // how many of them are done
	screens []int // days of the screenings after baseline
	over    int   // day of the last row

	pauseFrom, pauseTo int // days without sessions, at most 17; both 0 without a pause
}

// drawShape draws rows that meet the completion rule if the course completes and miss it otherwise: most dropouts stop
// within nine weeks, some are screened at the end but came too seldom, some came but were not screened.
func (c *course) drawShape(rng *rand.Rand) shape {
	sh := c.drawWeeks(rng)
	if sh.weeks == 12 && rng.Float64() < 0.1 { // at most six of the 24 sessions fall into a pause, so 16 can still be done
		sh.pauseFrom = 32 + rng.IntN(6)
		sh.pauseTo = sh.pauseFrom + 8 + rng.IntN(8)
		sh.done = min(sh.done, 17)
	}
	return sh
}

func (c *course) drawWeeks(rng *rand.Rand) shape {
	near := func(d int) int { return d - 3 + rng.IntN(7) }
	if c.completes {
		sh := shape{weeks: 12, done: enoughSessions, screens: []int{near(28), 52 - 2*rng.IntN(3), 80 + rng.IntN(15)}}
		for range plannedSessions - enoughSessions {
			if rng.Float64() < 0.62 {
				sh.done++
			}
		}
		sh.over = sh.screens[2] + 1 + rng.IntN(10)
		return sh
	}
	switch u := rng.Float64(); {
	case u < 0.65:
		sh := shape{weeks: 1 + rng.IntN(9)}
		sh.done = min(int(float64(2*sh.weeks)*(0.5+0.45*rng.Float64())), enoughSessions-1)
		last := 7 * sh.weeks
		for _, d := range []int{near(28), near(52)} {
			if d <= last {
				sh.screens = append(sh.screens, d)
			}
		}
		sh.over = last + 3 + rng.IntN(28)
		return sh
	case u < 0.87:
		sh := shape{weeks: 12, done: 6 + rng.IntN(enoughSessions-6), screens: []int{near(28), near(56), 80 + rng.IntN(15)}}
		sh.over = sh.screens[2] + 1 + rng.IntN(10)
		return sh
	default:
		sh := shape{weeks: 10 + rng.IntN(2), done: enoughSessions + rng.IntN(4), screens: []int{near(28), near(54)}}
		sh.over = 7*sh.weeks + 5 + rng.IntN(20)
		return sh
	}
}

// play writes the rows of the course up to the day the citizen left or the extracts were run, and its truth.
func (c *course) play(l *life) {
	rng := l.rng
	sh := c.drawShape(rng)
	c.playScreenings(rng, sh)
	c.playSessions(rng, sh)
	c.playStatuses(rng, sh)

	ended := sh.over
	if c.completes {
		ended = sh.screens[2]
	}
	left := l.exit.Valid() && l.exit <= c.start+rettidig.Day(ended)
	c.tell(l, left)
	if l.exit.Valid() && l.exit <= c.start+rettidig.Day(sh.over) {
		c.cut(l.exit)
		last := rettidig.Terminated
		if l.how == dies {
			last = rettidig.HasDied
		}
		c.statuses = append(c.statuses, statusRow{l.exit + rettidig.Day(rng.IntN(6)), last})
	} else if l.exit.Valid() {
		c.cut(l.exit)
	}
	c.cut(l.cfg.To + 1)
}

// tell writes the truth of the course as of the day after the baseline screening.
func (c *course) tell(l *life, left bool) {
	yesNo := func(b bool) outcome {
		if b {
			return yes
		}
		return no
	}
	complete := yesNo(c.completes)
	effect, benefit := unknown, no
	if c.completes {
		effect, benefit = yesNo(c.effect), yesNo(c.effect)
	}
	if left {
		complete, effect, benefit = competing, competing, competing
	}
	if c.start+finalTo > l.cfg.To {
		complete = unknown
	}
	if c.start+effectTo > l.cfg.To {
		effect, benefit = unknown, unknown
	}
	asOf := c.start + 1
	l.truths = append(l.truths,
		truthRow{rettidig.Completion, asOf, c.complete, c.complete.p(), complete},
		truthRow{rettidig.Effect, asOf, c.gain, c.gain.p(), effect},
		truthRow{rettidig.Benefit, asOf, chance{}, c.complete.p() * c.gain.p(), benefit})
}

// cut drops the rows on and after a day.
func (c *course) cut(day rettidig.Day) {
	c.screenings = keepBefore(c.screenings, func(r screening) bool { return r.day < day })
	c.sessions = keepBefore(c.sessions, func(r session) bool { return r.day < day })
	c.statuses = keepBefore(c.statuses, func(r statusRow) bool { return r.day < day })
}

func keepBefore[T any](rows []T, keep func(T) bool) []T {
	out := rows[:0]
	for _, r := range rows {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// playScreenings writes the scores. The last screening of a completed course realises the drawn effect; the others wander.
func (c *course) playScreenings(rng *rand.Rand, sh shape) {
	c.screenings = append(c.screenings, screening{day: c.start, need: c.need, ability: c.ability})
	for i, d := range sh.screens {
		r := screening{day: c.start + rettidig.Day(d)}
		if c.completes && i == len(sh.screens)-1 {
			r.need, r.ability = c.lastScores(rng)
		} else {
			r.need = max(0, c.need+rng.IntN(4)-2)
			r.ability = min(mostAbility, max(1, c.ability+rng.IntN(15)-6))
		}
		prev := c.screenings[len(c.screenings)-1]
		if r.need > prev.need && rng.Float64() < 0.7 {
			r.needReason = 1 + uint8(rng.IntN(7))
		}
		if r.ability < prev.ability && rng.Float64() < 0.7 {
			r.abilityReason = 1 + uint8(rng.IntN(7))
		}
		c.screenings = append(c.screenings, r)
	}
}

// lastScores draws the scores at the end of a completed course. With an effect the need of help falls by at least a
// point, or physical ability rises by at least a tenth with the need no worse; without one neither holds.
func (c *course) lastScores(rng *rand.Rand) (need, ability int) {
	changed := func(lo, hi float64) int {
		return min(mostAbility, max(1, c.ability+int(float64(c.ability)*(lo+(hi-lo)*rng.Float64()))))
	}
	u := rng.Float64()
	switch {
	case c.effect && u < 0.7:
		return c.need - 1 - rng.IntN(min(c.need, 3)), changed(-0.1, 0.5)
	case c.effect:
		return c.need, max(changed(0.13, 0.6), c.ability+(c.ability+9)/10)
	case u < 0.55:
		return c.need, changed(-0.2, 0.08)
	default:
		return c.need + 1 + rng.IntN(2), changed(-0.3, 0.2)
	}
}

// playSessions places the planned sessions, two a week, and picks which of them were done. Of the others half were
// cancelled and half are simply absent. Two neighbouring weeks without any row cannot come to eight weeks, which
// would split the course: the screenings lie at most five weeks apart.
func (c *course) playSessions(rng *rand.Rand, sh shape) {
	planned := 2 * sh.weeks
	day := make([]int, planned)
	for k := range day {
		day[k] = 3 + 7*(k/2) + 3*(k%2) + rng.IntN(2)
	}
	paused := func(k int) bool { return sh.pauseFrom <= day[k] && day[k] < sh.pauseTo }
	done, left := make([]bool, planned), sh.done
	for _, k := range rng.Perm(planned) {
		if left > 0 && !paused(k) {
			done[k] = true
			left--
		}
	}
	for k := range planned {
		day := c.start + rettidig.Day(day[k])
		switch {
		case paused(k):
		case done[k]:
			c.sessions = append(c.sessions, session{day: day, rating: ratings[rng.IntN(len(ratings))], comment: doneComment(rng)})
		case rng.Float64() < 0.5:
			c.sessions = append(c.sessions, session{day: day, rating: 1, comment: uint8(rng.IntN(len(cancelComments)))})
		}
	}
}

// ratings of a session that was done, in the proportion in which they are given.
var ratings = []int8{2, 3, 3, 4, 4, 4, 5, 5, 5, 6}

// playStatuses writes what DigiRehab's system writes by itself. A course that does not complete never gets one of the
// statuses that stand for completion after the eighth week.
func (c *course) playStatuses(rng *rand.Rand, sh shape) {
	add := func(d int, s rettidig.Status) {
		c.statuses = append(c.statuses, statusRow{c.start + rettidig.Day(d), s})
	}
	add(0, rettidig.Active)
	if sh.pauseTo > 0 {
		add(sh.pauseFrom, rettidig.Pause)
		add(sh.pauseTo, rettidig.Reactivated)
	}
	for i, d := range sh.screens {
		if rng.Float64() < 0.8 {
			add(max(d-1-rng.IntN(3), 1), rettidig.ShouldBeScreened)
		}
		if better := c.screenings[i+1].need < c.screenings[0].need; better && (d < 50 || c.completes && d > 56) {
			add(d, rettidig.SignificantProgress)
		}
	}
	last := sh.over
	switch {
	case c.completes:
		switch u := rng.Float64(); {
		case u < 0.5:
			add(last, rettidig.Monitor)
		case u < 0.75:
			add(last, rettidig.Maintenance)
		default:
			add(last, rettidig.Terminated)
		}
	case rng.Float64() < 0.3:
		add(last, rettidig.OptedOut)
	default:
		add(last, rettidig.Terminated)
	}
}

func doneComment(rng *rand.Rand) uint8 {
	if rng.Float64() < 0.9 {
		return 0
	}
	return 1 + uint8(rng.IntN(len(doneComments)-1))
}

// Invented, harmless comments. Index 0 of doneComments is no comment.
var (
	doneComments   = []string{"", "God træning i dag", "Øvelserne gik fint", "Var veloplagt"}
	healthComments = []string{"Ondt i hoften, har fået ny smertemedicin", "Svimmel efter lungebetændelse", "Ked af det siden indlæggelsen"}
	cancelComments = []string{"Aflyst af borger", "Se journal", "Borger ikke hjemme", "Aflyst: gæster på besøg", "Hjælper forhindret"}
	reasonNames    = []string{"", "Sygdom", "Fald/uheld", "Gerelt ustabil", "Manglende motivation", "Medicin", "Andet", "Ingen forklaring"}
)
