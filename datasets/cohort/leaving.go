package cohort

import "github.com/rettidig/rettidig"

// presence is the verdict on whether a citizen was still there at the end of a window.
type presence struct {
	verdict verdict
	day     rettidig.Day // the first day away; NoDay if present
	decided rettidig.Day // facts up to the end of this day decide; not before the window's end
}

type verdict uint8

const (
	present verdict = iota
	left            // died unrecorded, moved, or nursing home
	unclear         // silent, but the data end before the silence is long enough
)

// presence decides whether x left during [from, to], from facts up to to + silent_days or the end of the data,
// whichever is first. end is the last day that the data cover.
//
// A citizen left if the last sign of life lies before to, nothing follows for silent_days and until the decision, and
// either services (not the training) were running in the four weeks up to it and at least returned_share of the
// aids that were out have come back since, or all aids, at least batch_aids_min, came back on one day at or after
// it. Silence without either is no evidence: many citizens have nothing but an aid, and services also stop
// because somebody recovers, who then keeps the aids. A citizen who fell silent before from and was still at risk on
// that day counts as left on from.
func (o *observer) presence(x *person, from, to, end rettidig.Day) presence {
	r := o.p.Leaving
	decide := min(to+rettidig.Day(r.SilentDays), end)
	last := x.lastSign(decide)
	if last > to {
		p := presence{verdict: present, day: rettidig.NoDay, decided: to}
		if _, _, suspect := o.suspect(x, from, to); suspect {
			p.decided = x.nextSign(to) // until then, silence could have begun
		}
		return p
	}
	day, client, suspect := o.suspect(x, from, min(to, end))
	if !suspect {
		return presence{verdict: present, day: rettidig.NoDay, decided: to}
	}
	decided := max(to, decide)
	switch silent := int(decide - day + 1); {
	case silent >= r.SilentDays && client && !o.gaveBack(x, day, decide):
		return presence{verdict: present, day: rettidig.NoDay, decided: decided}
	case silent >= r.SilentDays:
		return presence{verdict: left, day: max(day, from), decided: decided}
	case client && silent < r.PresumedDays:
		return presence{verdict: present, day: rettidig.NoDay, decided: decided}
	}
	return presence{verdict: unclear, day: max(day, from), decided: decided}
}

// suspect tells whether x, if nothing follows day to, may have left by then, and on which day. client: because
// services stopped; otherwise because all aids came back.
func (o *observer) suspect(x *person, from, to rettidig.Day) (day rettidig.Day, client, ok bool) {
	last := x.lastSign(to)
	if last.Valid() && last < to && x.servedBetween(last-27, last) {
		return last + 1, true, true
	}
	if last.Valid() {
		from = max(from, last)
	}
	if d := x.batchReturn(o.p.Leaving.BatchAidsMin, from, to); d.Valid() {
		return d, false, true
	}
	return rettidig.NoDay, false, false
}

// gaveBack tells whether at least returned_share of the aids that were out in the last week with a service had come
// back by the end of day to; day is the day after that week. It is true if none was out.
func (o *observer) gaveBack(x *person, day, to rettidig.Day) bool {
	out, back := 0, 0
	for _, a := range x.aids {
		if a.Lent >= day || a.Returned.Valid() && a.Returned < day-7 {
			continue
		}
		out++
		if a.Returned.Valid() && a.Returned <= to {
			back++
		}
	}
	return float64(back) >= o.p.Leaving.ReturnedShare*float64(out)
}
