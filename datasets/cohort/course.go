package cohort

import (
	"cmp"
	"slices"

	"github.com/rettidig/rettidig"
)

// Course is one course of training of one citizen, as far as it was known on the extract date.
type Course struct {
	Baseline     rettidig.Day // the baseline screening's day, or that of Active if there is none
	HasScreening bool         // Baseline is the day of a screening
	End          rettidig.Day // the last day that belongs to the course; the extract date if it is open
	EndedBy      EndedBy
	EndKnown     rettidig.Day // facts up to the end of this day show that it ended; NoDay if it is open

	// What happened while the course was open, in order. What happened between a closing and the Re-activated
	// that undid it is not here.
	Screenings []rettidig.Screening
	Sessions   []rettidig.Session // done and cancelled
	Statuses   []rettidig.StatusChange
}

// EndedBy says how a course ended.
type EndedBy string

// The ends.
const (
	Open          EndedBy = ""
	ByTermination EndedBy = "terminated"
	ByOptingOut   EndedBy = "opted out"
	ByDeath       EndedBy = "died"
	BySilence     EndedBy = "silence" // End is the last session or screening
	ByPause       EndedBy = "pause"   // a pause longer than pause_days; End is its first day
)

// Done counts sessions done (not cancelled) from the baseline to a day, both included.
func (c *Course) Done(to rettidig.Day) int {
	n := 0
	for _, s := range c.Sessions {
		if done(s) && s.Date >= c.Baseline && s.Date <= to {
			n++
		}
	}
	return n
}

func done(s rettidig.Session) bool { return !s.Cancelled && s.Rating >= 2 }

// Courses cuts a history into courses, in order, by what was known at the end of the extract date.
//
// A course begins at a screening, or at Active or Re-activated, with no session done in the quiet_days before.
// Only sessions done and screenings keep it open; cancelled ones do not, nor do statuses. A pause stops the clock
// until the next session, screening, Active or Re-activated. On one day, screenings come first, then sessions,
// then openings, then closings: a final screening on the day of Terminated belongs to the course.
func Courses(h *rettidig.History, p Protocol, extract rettidig.Day) []Course {
	cs, _ := newObserver(p).courses(newObserver(p).observe(h, extract))
	return cs
}

// courses also returns the number of sessions and screenings that belong to no course.
func (o *observer) courses(x *person) ([]Course, int) {
	m := courseMachine{rules: o.p.Course, last: rettidig.NoDay, paused: rettidig.NoDay, lastDone: rettidig.NoDay}
	for _, e := range x.courseEvents() {
		m.advance(e.day)
		m.handle(e)
	}
	m.advance(x.until + 1)
	if m.cur != nil {
		m.cur.End, m.cur.EndKnown = x.until, rettidig.NoDay
		m.out = append(m.out, *m.cur)
	}
	return m.out, m.stray
}

type courseEvent struct {
	day   rettidig.Day
	order int // within a day
	scr   *rettidig.Screening
	ses   *rettidig.Session
	st    *rettidig.StatusChange
}

func (x *person) courseEvents() []courseEvent {
	var es []courseEvent
	for i := range x.screenings {
		es = append(es, courseEvent{day: x.screenings[i].Date, order: 0, scr: &x.screenings[i]})
	}
	for i := range x.sessions {
		es = append(es, courseEvent{day: x.sessions[i].Date, order: 1, ses: &x.sessions[i]})
	}
	for i := range x.statuses {
		es = append(es, courseEvent{day: x.statuses[i].Date, order: statusOrder(x.statuses[i].Status), st: &x.statuses[i]})
	}
	slices.SortStableFunc(es, func(a, b courseEvent) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.order, b.order)) })
	return es
}

func statusOrder(s rettidig.Status) int {
	switch s {
	case rettidig.Active, rettidig.Reactivated:
		return 2
	case rettidig.Pause:
		return 4
	case rettidig.Terminated, rettidig.OptedOut:
		return 5
	case rettidig.HasDied:
		return 6
	}
	return 3
}

// courseMachine reads events day by day and never looks ahead, so what it says about a day depends on nothing
// later.
type courseMachine struct {
	rules    CourseRules
	cur      *Course
	opened   rettidig.Day // when cur began; its baseline may be a few days later
	last     rettidig.Day // last session done, screening or opening of cur
	credit   int          // days since last on which the clock stood still
	paused   rettidig.Day // first day of the running pause, NoDay if none
	closed   *Course      // the last course, if a status closed it and nothing has begun since
	lastDone rettidig.Day // last session done, in or outside a course
	out      []Course
	stray    int
}

// advance lets the clocks run until the morning of day d.
func (m *courseMachine) advance(d rettidig.Day) {
	if m.cur == nil {
		return
	}
	if m.paused.Valid() {
		if over := m.paused + rettidig.Day(m.rules.PauseDays); d > over {
			m.end(ByPause, m.paused, over)
		}
		return
	}
	if over := m.last + rettidig.Day(m.rules.SilentDays+m.credit); d > over {
		m.end(BySilence, m.last, over)
	}
}

func (m *courseMachine) end(by EndedBy, day, known rettidig.Day) {
	m.cur.EndedBy, m.cur.End, m.cur.EndKnown = by, day, known
	m.out = append(m.out, *m.cur)
	m.closed = nil
	if by == ByTermination || by == ByOptingOut {
		m.closed = m.cur
	}
	m.cur, m.paused = nil, rettidig.NoDay
}

// quiet tells whether no session was done in the quiet_days before d.
func (m *courseMachine) quiet(d rettidig.Day) bool {
	return !m.lastDone.Valid() || d-m.lastDone > rettidig.Day(m.rules.QuietDays)
}

func (m *courseMachine) begin(d rettidig.Day, screening bool) {
	m.cur = &Course{Baseline: d, HasScreening: screening}
	m.opened, m.last, m.credit, m.paused, m.closed = d, d, 0, rettidig.NoDay, nil
}

// resume ends a pause.
func (m *courseMachine) resume(d rettidig.Day) {
	if m.paused.Valid() {
		m.credit += int(d - m.paused)
		m.paused = rettidig.NoDay
	}
}

func (m *courseMachine) handle(e courseEvent) {
	switch {
	case e.scr != nil:
		m.screening(e.day, *e.scr)
	case e.ses != nil:
		m.session(e.day, *e.ses)
	default:
		m.status(e.day, *e.st)
	}
}

func (m *courseMachine) screening(d rettidig.Day, s rettidig.Screening) {
	if m.cur == nil {
		if !m.quiet(d) {
			m.stray++
			return
		}
		m.begin(d, true)
	}
	c := m.cur
	m.resume(d)
	if !c.HasScreening && d <= m.opened+rettidig.Day(m.rules.BaselineDays) && !slices.ContainsFunc(c.Sessions, done) {
		c.Baseline, c.HasScreening = d, true
	}
	c.Screenings = append(c.Screenings, s)
	m.last, m.credit = d, 0
}

func (m *courseMachine) session(d rettidig.Day, s rettidig.Session) {
	if done(s) {
		m.lastDone = d
	}
	if m.cur == nil {
		if done(s) {
			m.stray++
		}
		return
	}
	m.cur.Sessions = append(m.cur.Sessions, s)
	if done(s) {
		m.resume(d)
		m.last, m.credit = d, 0
	}
}

func (m *courseMachine) status(d rettidig.Day, s rettidig.StatusChange) {
	opening := s.Status == rettidig.Active || s.Status == rettidig.Reactivated
	if m.cur == nil {
		switch {
		case s.Status == rettidig.Reactivated && m.closed != nil && d > m.closed.End && d-m.closed.End <= rettidig.Day(m.rules.ReopenDays):
			m.reopen(d)
		case opening && m.quiet(d):
			m.begin(d, false)
		default:
			return
		}
	}
	m.cur.Statuses = append(m.cur.Statuses, s)
	switch s.Status {
	case rettidig.Active, rettidig.Reactivated:
		m.resume(d)
	case rettidig.Pause:
		if !m.paused.Valid() {
			m.paused = d
		}
	case rettidig.Terminated:
		m.end(ByTermination, d, d)
	case rettidig.OptedOut:
		m.end(ByOptingOut, d, d)
	case rettidig.HasDied:
		m.end(ByDeath, d, d)
	}
}

// reopen undoes the last closing. The clock stood still while the course was closed.
func (m *courseMachine) reopen(d rettidig.Day) {
	m.cur, m.closed = m.closed, nil
	m.out = m.out[:len(m.out)-1]
	m.credit += int(d - m.cur.End)
	m.cur.EndedBy, m.cur.End, m.cur.EndKnown = Open, rettidig.NoDay, rettidig.NoDay
}
