package cohort

import (
	"math"

	"github.com/rettidig/rettidig"
)

// verdictOf is what one rule says about one row: an outcome, its cause, and the last day whose facts it rests on.
type verdictOf struct {
	outcome Outcome
	cause   string
	decided rettidig.Day
}

// Causes, besides the ends of a course.
const (
	CauseFinalScreening = "final screening" // completed: screening in the window and enough sessions
	CauseStatus         = "status"          // completed: by a status, without them
	CauseDied           = "died"
	CauseLeft           = "left"
	CauseMayHaveLeft    = "may have left"
	CauseNotOver        = "course not over"
	CauseFollowUp       = "follow-up not over"
	CauseNotInTime      = "not completed in time" // still open, or ended later, on the day when the label is due
	CauseNoBaseline     = "no baseline score"
	CauseNoFinal        = "no final score"
	CauseNotCompleted   = "not completed"
	CauseNoEffect       = "no effect"
	CauseNeed           = "need"             // effect: need of help lower
	CauseAbility        = "ability"          // effect: ability higher, need not higher
	CauseBoth           = "need and ability" // effect: both arms
	CauseMinutes        = "minutes"          // decline: more home care
	CauseDependencyAid  = "dependency aid"
	CausePersonalCare   = "personal care"
	CauseAbilities      = "abilities"
	CauseNoDecline      = "no decline"
)

// completion says whether course c was completed by the day when its label is due, baseline + final_screening_to_day.
func (o *observer) completion(x *person, c *Course, covered rettidig.Day) verdictOf {
	r := o.p.Completion
	due := c.Baseline + rettidig.Day(r.FinalTo)
	if due > x.until {
		return verdictOf{Censored, CauseNotOver, x.until}
	}
	if cause, ok := o.completed(c); ok {
		return verdictOf{Event, cause, due}
	}
	if c.EndedBy == ByDeath && c.End <= due {
		return verdictOf{Competing, CauseDied, due}
	}
	ended, closing := due, string(CauseNotInTime)
	if known := c.EndKnown; c.EndedBy != Open && known <= due {
		ended, closing = known, string(c.EndedBy)
	}
	p := o.presence(x, c.Baseline, ended, covered)
	decided := max(due, p.decided)
	switch p.verdict {
	case left:
		return verdictOf{Censored, CauseLeft, decided}
	case unclear:
		return verdictOf{Censored, CauseMayHaveLeft, decided}
	}
	return verdictOf{None, closing, decided}
}

// completed applies the rule: a screening in the window and enough sessions done by its end; else a status.
func (o *observer) completed(c *Course) (cause string, ok bool) {
	r := o.p.Completion
	from, to := c.Baseline+rettidig.Day(r.FinalFrom), c.Baseline+rettidig.Day(r.FinalTo)
	if c.Done(to) >= r.SessionsMin {
		for _, s := range c.Screenings {
			if s.Date >= from && s.Date <= to {
				return CauseFinalScreening, true
			}
		}
	}
	for _, s := range c.Statuses {
		if s.Date > c.Baseline+rettidig.Day(r.StatusAfter) && s.Date <= to {
			for _, t := range r.Statuses {
				if s.Status == t {
					return CauseStatus, true
				}
			}
		}
	}
	return "", false
}

// effect says whether a completed course had an effect. The label is due on baseline + screening_to_day: until
// then a later screening may become the last one.
func (o *observer) effect(x *person, c *Course) verdictOf {
	r := o.p.Effect
	due := c.Baseline + rettidig.Day(r.To)
	if due > x.until {
		return verdictOf{Censored, CauseNotOver, x.until}
	}
	var base, last *rettidig.Screening
	for i := range c.Screenings {
		s := &c.Screenings[i]
		if math.IsNaN(s.Need) && math.IsNaN(s.Ability) {
			continue
		}
		if s.Date == c.Baseline && c.HasScreening && base == nil {
			base = s
		}
		if s.Date >= c.Baseline+rettidig.Day(r.From) && s.Date <= due {
			last = s
		}
	}
	switch {
	case base == nil:
		return verdictOf{Censored, CauseNoBaseline, due}
	case last == nil:
		return verdictOf{Censored, CauseNoFinal, due}
	}
	outcome, cause := r.Compare(*base, *last)
	return verdictOf{outcome, cause, due}
}

// slack lets a decimal figure that lies on a boundary reach it: 2.0 to 2.2 is a rise of 10 %.
const slack = 1e-9

// Compare says whether the last screening is better than the first, and by which arm. An arm with a missing score is
// unknown; so is the whole when it hangs on an unknown arm: then the row is censored, not negative.
func (r EffectRules) Compare(first, last rettidig.Screening) (Outcome, string) {
	fall := first.Need - last.Need
	rise := last.Ability - first.Ability
	needKnown, abilityKnown := !math.IsNaN(fall), !math.IsNaN(rise)
	need := fall >= r.NeedFall-slack && fall >= r.NeedFallShare*math.Abs(first.Need)-slack
	notWorse := fall >= 0
	ability := rise > 0 && rise >= r.AbilityRiseShare*math.Abs(first.Ability)-slack && notWorse
	switch {
	case need && ability:
		return Event, CauseBoth
	case need:
		return Event, CauseNeed
	case ability:
		return Event, CauseAbility
	case !needKnown, notWorse && !abilityKnown:
		return Censored, CauseNoFinal
	}
	return None, CauseNoEffect
}

// benefit is completion and effect, over all courses that began.
func (o *observer) benefit(x *person, c *Course, covered rettidig.Day) verdictOf {
	due := c.Baseline + rettidig.Day(o.p.Effect.To)
	if due > x.until {
		return verdictOf{Censored, CauseNotOver, x.until}
	}
	v := o.completion(x, c, covered)
	switch v.outcome {
	case Event:
		return o.effect(x, c)
	case None:
		v.cause = CauseNotCompleted
	}
	v.decided = max(v.decided, due)
	return v
}
