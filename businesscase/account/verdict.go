package account

import (
	"github.com/rettidig/rettidig"
)

// What is known of a target.
const (
	Reached     = "reached"
	Missed      = "missed"
	NotYetKnown = "not_yet_known" // the figures do not tell yet
	Waiting     = "waiting"       // its owner has not said anything yet, or a number before it is due
	Withdrawn   = "withdrawn"
	Changed     = "changed" // the courses told one thing and later the other: the share moved
)

// TargetReport is how a target stands.
type TargetReport struct {
	Target
	Verdict string       `json:"verdict"`
	Since   rettidig.Day `json:"since"`   // the first look that told, or when its owner said so
	Overdue bool         `json:"overdue"` // due, and neither reached nor withdrawn
	Status  *Status      `json:"status"`
	Value   *float64     `json:"value"` // the share, the reported number
	Hidden  bool         `json:"hidden"`

	// Of a rate: how many courses (completed ones for an effect) as of when, in how many looks.
	Good  *int         `json:"good"`
	N     *int         `json:"n"`
	AsOf  rettidig.Day `json:"as_of"`
	Looks int          `json:"looks"`
	// Lower and Upper hold the true share at this and all other looks with probability 1 - alpha. PlainLower and PlainUpper are the exact
	// interval for one look at a number of courses fixed beforehand; at weekly looks it errs far more often than it says, and no verdict rests on it.
	Lower      *float64 `json:"lower"`
	Upper      *float64 `json:"upper"`
	PlainLower *float64 `json:"plain_lower"`
	PlainUpper *float64 `json:"plain_upper"`
	More       *int     `json:"more_courses"` // until the verdict, should the share stay what it is; nil: not within 100,000
}

// targets judges every target.
func (r *reporter) targets() ([]TargetReport, error) {
	out := []TargetReport{}
	looks := r.looks()
	for _, t := range r.a.Targets() {
		o := TargetReport{Target: *t, Verdict: NotYetKnown, Since: rettidig.NoDay, AsOf: rettidig.NoDay, Status: r.a.status(t.ID)}
		switch {
		case o.Status != nil && o.Status.Withdrawn:
			o.Verdict, o.Since = Withdrawn, o.Status.On
		case t.Measure.Rate():
			o.rate(looks, !r.opt.Small, len(r.hidden) > 0)
		case t.Measure == ShareOfFull:
			if err := r.share(&o); err != nil {
				return nil, err
			}
		case o.Status == nil:
			o.Verdict = Waiting
		case t.Measure == Done:
			o.Verdict, o.Since = Reached, o.Status.On
		default:
			o.reported(r.opt.Today)
		}
		o.Overdue = r.opt.Today.Valid() && r.opt.Today > t.Due && o.Verdict != Reached && o.Verdict != Withdrawn
		out = append(out, o)
	}
	return out, nil
}

// reported judges a number that its owner reports when it is due: until then it may rise and fall.
func (o *TargetReport) reported(today rettidig.Day) {
	o.Value = o.Status.Value
	if o.Status.On < o.Due && !(today.Valid() && today > o.Due) {
		o.Verdict = Waiting
		return
	}
	o.Verdict, o.Since = Missed, max(o.Status.On, o.Due)
	if *o.Value >= o.AtLeast {
		o.Verdict, o.Since = Reached, o.Status.On
	}
}

// looks returns the looks that were told or, if there are none, what the mature quarters came to at each delivery of figures. A quarter counts
// when all its courses are over: while they run, those who stopped early would be too many among the ended ones.
func (r *reporter) looks() []Look {
	if told := r.a.Looks(); len(told) > 0 {
		return told
	}
	var out []Look
	now := map[Quarter]RealisedQuarter{}
	for i := range r.a.Records {
		delivered := r.a.Records[i].Realised
		if delivered == nil {
			continue
		}
		look := Look{AsOf: rettidig.NoDay}
		for _, q := range delivered.Quarters {
			now[q.Quarter] = q
		}
		for q, n := range now {
			if n.DataAsOf >= q.End()+mature && n.Ended == n.Started {
				look.AsOf = max(look.AsOf, n.DataAsOf)
				look.Courses += n.Started
				look.Completed += n.Completed
				look.Effect += n.Effect
			}
		}
		if look.Courses > 0 {
			out = append(out, look)
		}
	}
	return out
}

func (m Measure) of(l Look) (good, n int) {
	switch m {
	case CompletionRate:
		return l.Completed, l.Courses
	case EffectRate:
		return l.Effect, l.Completed
	}
	return l.Effect, l.Courses
}

// rate judges by the confidence sequence: the first look at which the goal is left out tells. A hidden quarter's counts would follow from the
// totals, so where there is one only the verdict is told.
func (o *TargetReport) rate(looks []Look, outside, hidden bool) {
	q := Sequence{o.Alpha, o.TunedFor}
	o.Looks = len(looks)
	for _, l := range looks {
		good, n := o.Measure.of(l)
		if n == 0 || !q.Rejects(float64(good), float64(n), o.AtLeast) {
			continue
		}
		verdict := Missed
		if float64(good) > o.AtLeast*float64(n) {
			verdict = Reached
		}
		switch o.Verdict {
		case NotYetKnown:
			o.Verdict, o.Since = verdict, l.AsOf
		case Reached, Missed:
			if verdict != o.Verdict {
				o.Verdict, o.Since = Changed, l.AsOf
			}
		}
	}
	if len(looks) == 0 {
		return
	}
	last := looks[len(looks)-1]
	good, n := o.Measure.of(last)
	o.AsOf = last.AsOf
	if n == 0 {
		return
	}
	if o.Hidden = outside && (hidden || good < smallest || n-good < smallest); o.Hidden {
		return
	}
	share := float64(good) / float64(n)
	lower, upper := q.Interval(good, n)
	plainLower, plainUpper := Exact(good, n, 1-o.Alpha)
	o.Good, o.N, o.Value = &good, &n, &share
	o.Lower, o.Upper, o.PlainLower, o.PlainUpper = &lower, &upper, &plainLower, &plainUpper
	if o.Verdict == NotYetKnown {
		if more, ok := q.More(good, n, o.AtLeast); ok {
			o.More = &more
		}
	}
}

// share judges a year's realised figures against the forecast at full phase-in, when all its quarters are judged by forecasts that were in time.
func (r *reporter) share(o *TargetReport) error {
	var realised, full float64
	for n := 1; n <= 4; n++ {
		q, err := r.quarter(*o.Of, Quarter{o.Year, n})
		if err != nil {
			return err
		}
		if q.State != Judged || q.Late {
			return nil
		}
		if q.Hidden {
			o.Hidden = true
			return nil
		}
		phase := q.PhaseIn
		if phase == 0 {
			phase = 1
		}
		realised += *q.Realised
		full += q.Expected.Estimate / phase
		o.AsOf = max(o.AsOf, q.DataAsOf)
	}
	if !(full > 0) {
		return nil
	}
	share := realised / full
	o.Value, o.Since, o.Verdict = &share, o.AsOf, Missed
	if share >= o.AtLeast {
		o.Verdict = Reached
	}
	return nil
}
