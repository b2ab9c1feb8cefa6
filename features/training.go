package features

import (
	"math"

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
)

// trainingView is what is seen of earlier training.
type trainingView struct {
	done, cancelled int
	lastDone        rettidig.Day
	courses         int     // that are over
	completed       bool    // one of them had completeSessions sessions done within completeDays
	bestChange      float64 // lowest change in need of help over a course that is over; NaN: none measured
}

// run is one course while it is read.
type run struct {
	first, last rettidig.Day
	doneInTime  int
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
		if !seen(s.Date, s.Known, t) {
			continue
		}
		if s.Cancelled || s.Rating < 2 { // 1 is the rating of a cancelled session
			p.cancelled++
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
	p.completed = p.completed || c.doneInTime >= completeSessions
	if d := needChange(c, screenings, t); !math.IsNaN(d) && !(d >= p.bestChange) {
		p.bestChange = d
	}
}

// needChange returns need of help at a course's follow-up less that at its baseline. The baseline is the
// latest screening with a need score in the silenceDays before the first session or on its day; the
// follow-up the latest one from followFrom to followTo days after the baseline and at most followAfterEnd
// days after the last session. NaN if either is missing.
func needChange(c *run, screenings []rettidig.Screening, t rettidig.Day) float64 {
	base, follow := math.NaN(), math.NaN()
	var baseDay rettidig.Day
	for i := range screenings {
		s := &screenings[i]
		if !seen(s.Date, s.Known, t) || math.IsNaN(s.Need) {
			continue
		}
		if s.Date <= c.first {
			if c.first-s.Date <= silenceDays {
				base, baseDay = s.Need, s.Date
			}
			continue
		}
		if !math.IsNaN(base) && s.Date >= baseDay+followFrom && s.Date <= baseDay+followTo && s.Date <= c.last+followAfterEnd {
			follow = s.Need
		}
	}
	return follow - base
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
		if seen(s.Date, s.Known, c.asOf) && closes(s.Status) {
			return true
		}
	}
	return false
}

func closes(s rettidig.Status) bool {
	return s == rettidig.Terminated || s == rettidig.OptedOut || s == rettidig.HasDied
}

// shareCancelled returns cancelled sessions out of all registered ones, NaN if there are none.
func (p *trainingView) shareCancelled() float64 {
	if p.done+p.cancelled == 0 {
		return math.NaN()
	}
	return float64(p.cancelled) / float64(p.done+p.cancelled)
}
