package cohort

import (
	"github.com/rettidig/rettidig"
)

// landmarks returns the protocol's calendar days in [from, to], in order.
func (r DeclineRules) landmarks(from, to rettidig.Day) []rettidig.Day {
	var out []rettidig.Day
	for d := from; d <= to; d++ {
		_, month, day := d.Time().Date()
		for _, m := range r.Landmarks {
			if lm, ld, _ := monthDay(m); lm == month && ld == day {
				out = append(out, d)
				break
			}
		}
	}
	return out
}

// atRisk says whether x, of whom only facts known before asOf are in x, is one of those whom decline is asked
// about: old enough, with a service in the last full weeks or an aid on loan, and neither dead nor left.
func (o *observer) atRisk(x *person, asOf rettidig.Day) (bool, string) {
	r := o.p.Decline
	if x.died.Valid() && x.died < asOf {
		return false, "died"
	}
	if !x.born.Valid() {
		return false, "birth unknown"
	}
	switch age := rettidig.AgeAt(x.born, asOf); {
	case age < r.MinAge:
		return false, "too young"
	case age > r.MaxAge:
		return false, "too old to be true"
	}
	lastSunday := asOf.Monday() - 1 // of the last full week known in the morning of asOf
	served := x.servedBetween(lastSunday-rettidig.Day(7*(r.AtRiskWeeks-1)), lastSunday)
	if !served && !x.onLoan(asOf-1) {
		return false, "no service and no aid"
	}
	if o.hasLeft(x, asOf) {
		return false, "left"
	}
	return true, ""
}

// hasLeft tells whether x fell silent long enough before asOf to count as left.
func (o *observer) hasLeft(x *person, asOf rettidig.Day) bool {
	silent := rettidig.Day(o.p.Leaving.SilentDays)
	day, client, ok := o.suspect(x, rettidig.NoDay+1, asOf-1)
	return ok && asOf-day >= silent && (!client || o.gaveBack(x, day, asOf-1))
}

// decline says what came first in the horizon_days from the index date on: decline, death, leaving, or nothing.
// x holds facts up to the extract date; covered is the last day that the services cover.
func (o *observer) decline(x *person, index rettidig.Day, cal calendar, covered rettidig.Day) verdictOf {
	end := index + rettidig.Day(o.p.Decline.HorizonDays) - 1
	if end > x.until || cal.any() && end > covered+13 {
		return verdictOf{Censored, CauseFollowUp, x.until}
	}
	if cause, _, ok := o.firstDecline(x, index, end, cal); ok {
		return verdictOf{Event, cause, end} // later than the event: all rows of an index date are due together
	}
	if x.died.Valid() && x.died <= end {
		return verdictOf{Competing, CauseDied, end}
	}
	p := o.presence(x, index, end, covered)
	switch p.verdict {
	case left:
		return verdictOf{Competing, CauseLeft, p.decided}
	case unclear:
		return verdictOf{Censored, CauseMayHaveLeft, p.decided}
	}
	return verdictOf{None, CauseNoDecline, p.decided}
}

// firstDecline returns the arm that fired first in [index, end] and its day; on one day, minutes come before a
// dependency aid, that before personal care, and that before abilities.
func (o *observer) firstDecline(x *person, index, end rettidig.Day, cal calendar) (cause string, day rettidig.Day, ok bool) {
	w := o.weeksAround(x, index, end, cal)
	day = rettidig.NoDay
	for _, arm := range []struct {
		cause string
		day   rettidig.Day
	}{
		{CauseMinutes, o.minutesRise(w)},
		{CauseDependencyAid, within(x.dependencyAid(o.p.Decline.DependencyAids), index, end)},
		{CausePersonalCare, o.newPersonalCare(w)},
		{CauseAbilities, o.abilitiesFall(x, index, end)},
	} {
		if arm.day.Valid() && (!day.Valid() || arm.day < day) {
			cause, day = arm.cause, arm.day
		}
	}
	return cause, day, day.Valid()
}

func within(d, from, to rettidig.Day) rettidig.Day {
	if d.Valid() && d >= from && d <= to {
		return d
	}
	return rettidig.NoDay
}

// window is the weeks before and after an index date. The week that holds the index date is in neither, unless
// the index date is its Monday: it is not known that morning, and part of it lies before.
type window struct {
	before, after []observedWeek
	firstAfter    rettidig.Day // Monday of after[0]
}

type observedWeek struct {
	ok       bool // the municipality delivered this week
	minutes  float64
	personal bool
}

func (o *observer) weeksAround(x *person, index, end rettidig.Day, cal calendar) window {
	firstAfter := (index + 6).Monday()
	firstBefore := index.Monday() - rettidig.Day(7*o.p.Decline.BeforeWeeks)
	var w window
	w.firstAfter = firstAfter
	at := 0
	for m := firstBefore; m+6 <= end; m += 7 {
		for at < len(x.weeks) && x.weeks[at].monday < m {
			at++
		}
		v := observedWeek{ok: cal.observed(m)}
		if at < len(x.weeks) && x.weeks[at].monday == m {
			v.minutes, v.personal = x.weeks[at].minutes, x.weeks[at].personal
		}
		switch {
		case m+6 < index:
			w.before = append(w.before, v)
		case m >= firstAfter:
			w.after = append(w.after, v)
		}
	}
	return w
}

// meanMinutes is the mean over the delivered weeks; ok is false if more than one in four of them is missing.
func meanMinutes(w []observedWeek) (mean float64, ok bool) {
	sum, n := 0.0, 0
	for _, v := range w {
		if v.ok {
			sum += v.minutes
			n++
		}
	}
	if n == 0 || 4*n < 3*len(w) {
		return 0, false
	}
	return sum / float64(n), true
}

// levelBefore is the mean weekly minutes to compare with: the highest mean over window_weeks weeks in a row among
// the before_weeks weeks before. The highest, because an admission to hospital leaves weeks without care just
// before, and the return to the old level must not look like a rise. Care that began within before_weeks counts
// from its first week: else two weeks of care and two before it would have half the level, and going on would
// look like a rise. Without care in before_weeks the level is 0.
func (o *observer) levelBefore(before []observedWeek) (level float64, ok bool) {
	first := len(before)
	for i, v := range before {
		if v.ok && v.minutes > 0 {
			first = i
			break
		}
	}
	if first == len(before) {
		_, ok := meanMinutes(before)
		return 0, ok
	}
	care := before[first:]
	n := min(o.p.Decline.WindowWeeks, len(care))
	for i := 0; i+n <= len(care); i++ {
		if m, seen := meanMinutes(care[i : i+n]); seen {
			level, ok = max(level, m), true
		}
	}
	return level, ok
}

// minutesRise returns the Sunday that ends the first window_weeks weeks in a row, all after the index date, whose
// mean is at least minutes_rise_share and at least minutes_rise minutes above the level before; NoDay if none is.
// The mean over window_weeks is what makes a rise sustained: one week of 240 minutes more is as much as four of 60.
func (o *observer) minutesRise(w window) rettidig.Day {
	r := o.p.Decline
	level, ok := o.levelBefore(w.before)
	if !ok {
		return rettidig.NoDay
	}
	for i := 0; i+r.WindowWeeks <= len(w.after); i++ {
		m, ok := meanMinutes(w.after[i : i+r.WindowWeeks])
		if ok && m-level >= r.MinutesRise-slack && m-level >= r.MinutesRiseShare*level-slack {
			return w.firstAfter + rettidig.Day(7*(i+r.WindowWeeks-1)+6)
		}
	}
	return rettidig.NoDay
}

// newPersonalCare returns the Sunday of the week that completes personal_care_weeks_min weeks with personal care within
// window_weeks weeks in a row after the index date, if no week in before_weeks before had any; NoDay otherwise.
func (o *observer) newPersonalCare(w window) rettidig.Day {
	r := o.p.Decline
	if _, ok := meanMinutes(w.before); !ok {
		return rettidig.NoDay
	}
	for _, v := range w.before {
		if v.personal {
			return rettidig.NoDay
		}
	}
	for i := range w.after {
		if !w.after[i].personal {
			continue
		}
		n := 0
		for j := max(0, i-r.WindowWeeks+1); j <= i; j++ {
			if w.after[j].personal {
				n++
			}
		}
		if n >= r.PersonalCareWeeksMin {
			return w.firstAfter + rettidig.Day(7*i+6)
		}
	}
	return rettidig.NoDay
}
