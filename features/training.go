package features

import (
	"math"
	"sort"

	"github.com/rettidig/rettidig"
)

// How sessions make courses. A course is a run of sessions done, with at most silenceDays from one to the
// next and no closing status in between; it is over when more than silenceDays have passed since its last
// session or a closing status followed that session. Cancelled sessions count, but neither begin a course
// nor keep one open. At the landmark of a new course no session was done in the 8 weeks before, or the course
// before was closed; so exactly the earlier courses are counted, and the baseline screening of the new one
// makes no course before its first session. A pause of more than 8 weeks makes two courses of one.
const (
	silenceDays      = 56
	completeSessions = 16
	completeDays     = 112 // 16 weeks from the first session
	followFrom       = 56  // days from a course's own baseline screening to its follow-up
	followTo         = 126
	followAfterEnd   = 28 // a later screening belongs to something new
	finalFrom        = 70 // days from the baseline screening to a final one that completes a course
	finalTo          = 112
)

// trainingView is what is seen of earlier training.
type trainingView struct {
	done, cancelled int
	lastDone        rettidig.Day
	courses         int     // that are over
	completed       bool    // one of them had completeSessions sessions done within completeDays
	bestChange      float64 // lowest change in need of help over a course that is over; NaN: none measured
	latest          result  // of the latest course that is over
}

// result is what came of a course.
type result struct {
	run
	needChange, abilityChange float64 // at the follow-up against the baseline; NaN: not measured
	completed                 bool    // as a protocol counts: completeSessions within completeDays, and a final screening in time
}

// run is one course while it is read.
type run struct {
	first, last     rettidig.Day
	doneInTime      int // sessions within completeDays of the first
	done, cancelled int // a session cancelled at most silenceDays after one that was done belongs to its course
}

func (p *trainingView) look(h *rettidig.History, t rettidig.Day) {
	*p = trainingView{lastDone: rettidig.NoDay, bestChange: math.NaN()}
	closings := closings{statuses: h.Statuses, asOf: t}
	var c run
	open := false
	for i := range h.Sessions {
		s := &h.Sessions[i]
		if s.Date >= t {
			break
		}
		if !seen(s.Date, s.Known, s.Retracted, t) {
			continue
		}
		if s.Cancelled || s.Rating < 2 { // 1 is the rating of a cancelled session
			p.cancelled++
			if open && s.Date-c.last <= silenceDays {
				c.cancelled++
			}
			continue
		}
		if open && (s.Date-c.last > silenceDays || closings.between(c.last, s.Date)) {
			p.close(&c, h.Screenings, t)
			open = false
		}
		if !open {
			c, open = run{first: s.Date}, true
		}
		c.last, p.lastDone = s.Date, s.Date
		p.done++
		c.done++
		if s.Date-c.first <= completeDays {
			c.doneInTime++
		}
	}
	if open && (t-c.last > silenceDays || closings.between(c.last, t)) {
		p.close(&c, h.Screenings, t)
	}
}

func (p *trainingView) close(c *run, screenings []rettidig.Screening, t rettidig.Day) {
	p.courses++
	r := resultOf(c, screenings, t)
	p.completed = p.completed || c.doneInTime >= completeSessions
	if d := r.needChange; !math.IsNaN(d) && !(d >= p.bestChange) {
		p.bestChange = d
	}
	p.latest = r
}

// resultOf returns what came of a course. The baseline of a score is the latest screening that has it in the
// silenceDays before the first session or on its day; its follow-up the latest one from followFrom to followTo days
// after the baseline and at most followAfterEnd days after the last session. A change is the one less the other, NaN if
// either is missing. The final screening is any from finalFrom to finalTo days after the latest baseline.
func resultOf(c *run, screenings []rettidig.Screening, t rettidig.Day) result {
	var need, ability scored
	need.reset()
	ability.reset()
	base, final := rettidig.NoDay, false
	from := sort.Search(len(screenings), func(i int) bool { return screenings[i].Date >= c.first-silenceDays })
	for i := from; i < len(screenings); i++ {
		s := &screenings[i]
		if s.Date >= t || s.Date > max(c.last+followAfterEnd, c.first+finalTo) {
			break
		}
		if !seen(s.Date, s.Known, s.Retracted, t) {
			continue
		}
		if s.Date <= c.first {
			base = s.Date
		} else if base != rettidig.NoDay && s.Date-base >= finalFrom && s.Date-base <= finalTo {
			final = true
		}
		need.add(c, s.Date, s.Need)
		ability.add(c, s.Date, s.Ability)
	}
	return result{run: *c, needChange: need.follow - need.base, abilityChange: ability.follow - ability.base, completed: final && c.doneInTime >= completeSessions}
}

// scored is one score before and after a course.
type scored struct {
	base, follow float64
	baseDay      rettidig.Day
}

func (p *scored) reset() { p.base, p.follow = math.NaN(), math.NaN() }

func (p *scored) add(c *run, d rettidig.Day, score float64) {
	switch {
	case math.IsNaN(score):
	case d <= c.first:
		p.base, p.baseDay = score, d
	case !math.IsNaN(p.base) && d >= p.baseDay+followFrom && d <= p.baseDay+followTo && d <= c.last+followAfterEnd:
		p.follow = score
	}
}

// closings walks through the statuses that end a course, in step with the sessions.
type closings struct {
	statuses []rettidig.StatusChange
	asOf     rettidig.Day
}

// between tells whether a closing status is dated from a to before b. Calls come with a rising, so what
// lies before a is dropped for good.
func (c *closings) between(a, b rettidig.Day) bool {
	for len(c.statuses) > 0 && c.statuses[0].Date < a {
		c.statuses = c.statuses[1:]
	}
	for i := range c.statuses {
		s := &c.statuses[i]
		if s.Date >= b {
			return false
		}
		if seen(s.Date, s.Known, s.Retracted, c.asOf) && closes(s.Status) {
			return true
		}
	}
	return false
}

func closes(s rettidig.Status) bool {
	return s == rettidig.Terminated || s == rettidig.OptedOut || s == rettidig.HasDied
}

// days returns the days from the first session of the course to the last.
func (c *run) days() int { return int(c.last - c.first) }

// shareCancelled returns cancelled sessions out of all registered ones, NaN if there are none.
func (p *trainingView) shareCancelled() float64 {
	if p.done+p.cancelled == 0 {
		return math.NaN()
	}
	return float64(p.cancelled) / float64(p.done+p.cancelled)
}
