package cohort

import (
	"github.com/rettidig/rettidig"
)

// awaitLateFacts makes a row mature later if its outcome rests on facts that were written down, or found to be wrong,
// after the day on which it would have been due. What was seen on that day is compared with what is known in the end:
// only where they differ, the row waits for the last of these facts. rows are all of h's.
func (b *builder) awaitLateFacts(h *rettidig.History, rows []Row) {
	var seen map[rettidig.Day][]Row // by the day on which they are seen
	for i := range rows {
		r := &rows[i]
		last := lastLate(h, r.Matured, b.extract)
		if !last.Valid() {
			continue
		}
		if seen == nil {
			seen = map[rettidig.Day][]Row{}
		}
		then, ok := seen[r.Matured]
		if !ok {
			then = b.seenOn(h, r.Matured)
			seen[r.Matured] = then
		}
		if !hasRow(then, *r) {
			r.Matured = last
		}
	}
}

// seenOn makes h's rows from what was known at the end of a day, in a history that goes on to the extract.
func (b *builder) seenOn(h *rettidig.History, by rettidig.Day) []Row {
	twin := builder{o: b.o, target: b.target, extract: b.extract, cal: b.cal, covered: b.covered, landmarks: b.landmarks}
	x := b.o.observeBy(h, b.extract, by)
	courses, _ := b.o.courses(x)
	for k := range courses {
		twin.course(0, k, x, &courses[k])
	}
	if b.target == rettidig.Decline {
		twin.decline(0, h, x)
	}
	return twin.rows
}

func hasRow(rows []Row, want Row) bool {
	for _, r := range rows {
		if r.Landmark == want.Landmark && r.Index == want.Index && r.Outcome == want.Outcome && r.Cause == want.Cause {
			return true
		}
	}
	return false
}

// lastLate returns the last day, up to the extract, on which a fact that happened until the end of day due became known or
// was retracted later than that; NoDay if all was known and right.
func lastLate(h *rettidig.History, due, extract rettidig.Day) rettidig.Day {
	last := rettidig.NoDay
	late := func(happened, known rettidig.Day, r rettidig.Retraction) {
		if !happened.Valid() || happened > due {
			return
		}
		for _, d := range [2]rettidig.Day{known, r.Day()} {
			if d > due && d <= extract {
				last = max(last, d)
			}
		}
	}
	for i := range h.Aids {
		late(h.Aids[i].Lent, h.Aids[i].KnownLent, h.Aids[i].Retracted)
		late(h.Aids[i].Returned, h.Aids[i].KnownReturned, 0)
	}
	for i := range h.Services {
		s := &h.Services[i]
		if s.Week+6 <= due || s.Known <= due { // a week is known when it is over, which is not late
			late(s.Week, s.Known, s.Retracted)
		}
	}
	for i := range h.Screenings {
		late(h.Screenings[i].Date, h.Screenings[i].Known, h.Screenings[i].Retracted)
	}
	for i := range h.Sessions {
		late(h.Sessions[i].Date, h.Sessions[i].Known, h.Sessions[i].Retracted)
	}
	for i := range h.Statuses {
		late(h.Statuses[i].Date, h.Statuses[i].Known, h.Statuses[i].Retracted)
	}
	for i := range h.Conditions {
		late(h.Conditions[i].Date, h.Conditions[i].Known, h.Conditions[i].Retracted)
	}
	return last
}
