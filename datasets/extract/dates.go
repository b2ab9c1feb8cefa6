package extract

import (
	"cmp"
	"slices"

	"github.com/rettidig/rettidig"
)

// spans finds the first and last day of each file's facts.
func (d *delivery) spans() {
	for _, p := range d.parts {
		each(p, p.report.saw)
	}
}

// each visits the days on which something in a file happened; of a week of care, its last day.
func each(p *part, visit func(rettidig.Day)) {
	p.aids.each(func(r *aidRec) {
		visit(r.lent)
		if r.returned.Valid() {
			visit(r.returned)
		}
	})
	p.care.each(func(r *careRec) { visit(r.week + 6) })
	p.screens.each(func(r *screenRec) { visit(r.fact.Date) })
	p.sessions.each(func(r *sessionRec) { visit(r.fact.Date) })
	p.statuses.each(func(r *statusRec) { visit(r.fact.Date) })
}

// A day that lies more than strayGap after the one before it, with less than strayShare of all facts on or
// after it, is a slip of the pen, and the extract was not made then.
const (
	strayGap   = 92
	strayShare = 0.001
)

// findExtractDate takes the latest date that a preamble gives, else the latest day on which something
// happened, strays left out. Believing one stray date of 2091 would make every course look finished.
func (d *delivery) findExtractDate() {
	r := d.report
	r.ExtractDate, r.ExtractDateFrom = rettidig.NoDay, FromFacts
	for _, p := range d.parts {
		r.ExtractDate = max(r.ExtractDate, p.preamble)
	}
	if r.ExtractDate.Valid() {
		r.ExtractDateFrom = FromPreamble
		d.extract, d.certain = r.ExtractDate, true
		return
	}
	onDay := make([]int64, lastDay-firstDay+8)
	total := int64(0)
	for _, p := range d.parts {
		each(p, func(day rettidig.Day) { onDay[day-firstDay]++; total++ })
	}
	few := strayShare * float64(total)
	if total >= 100 {
		few = max(few, 1.5) // a single slip counts as few as soon as there is something to compare it with
	}
	later, previous := int64(0), rettidig.NoDay
	for i := len(onDay) - 1; i >= 0 && float64(later) < few || !r.ExtractDate.Valid() && i >= 0; i-- {
		if onDay[i] == 0 {
			continue
		}
		day := firstDay + rettidig.Day(i)
		if !previous.Valid() || previous-day > strayGap {
			r.ExtractDate, d.strays = day, later
		}
		previous = day
		later += onDay[i]
	}
	d.extract = r.ExtractDate
}

// rankFiles orders the files, newest first.
func (d *delivery) rankFiles() {
	newest := func(p *part) rettidig.Day {
		if p.preamble.Valid() {
			return p.preamble
		}
		return p.report.Last
	}
	order := make([]int, len(d.parts))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		pa, pb := d.parts[a], d.parts[b]
		return cmp.Or(cmp.Compare(newest(pb), newest(pa)), cmp.Compare(pb.report.Last, pa.report.Last), cmp.Compare(a, b))
	})
	d.rank = make([]int, len(order))
	for r, i := range order {
		d.rank[i] = r
	}
}

// forgetTheFuture sets aside what is dated after the extract was made, if a preamble says when that was. A
// return date in the future is a plan: the loan stays, and is still out.
func (d *delivery) forgetTheFuture() {
	if !d.certain {
		return
	}
	for _, p := range d.parts {
		p.aids.each(func(r *aidRec) {
			p.testFuture(r.lent, d.extract, &r.origin, aidLent)
			if r.returned.Valid() && r.returned > d.extract && !r.gone {
				r.returned, r.repaired = rettidig.NoDay, true
				p.report.Repairs.add("return_after_extract", 1)
			}
		})
		p.care.each(func(r *careRec) { p.testFuture(r.week, d.extract, &r.origin, careWeek) })
		p.screens.each(func(r *screenRec) { p.testFuture(r.fact.Date, d.extract, &r.origin, screenDate) })
		p.sessions.each(func(r *sessionRec) { p.testFuture(r.fact.Date, d.extract, &r.origin, sessionDate) })
		p.statuses.each(func(r *statusRec) { p.testFuture(r.fact.Date, d.extract, &r.origin, statusDate) })
	}
}

func (p *part) testFuture(day, extract rettidig.Day, o *origin, col int) {
	if day > extract {
		p.line, p.who = int(o.line), o.who
		p.quarantine("after_extract_date", col)
		o.gone = true
	}
}
