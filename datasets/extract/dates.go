package extract

import (
	"cmp"
	"slices"

	"github.com/rettidig/rettidig"
)

// A day that lies more than strayGap after the one before it, with less than strayShare of all facts on or
// after it, is a slip of the pen, and the extract was not made then.
const (
	strayGap   = 92
	strayShare = 0.001
)

// findExtractDate takes the latest date that a preamble gives, else the latest day on which something
// happened, strays left out. Believing one stray date of 2091 would make every course look finished.
func (d *Delivery) findExtractDate() {
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
	onDay := make([]int64, lastDay-firstDay+2*dayRoom)
	total := int64(0)
	for _, h := range d.in.hands {
		for i, n := range h.onDay {
			onDay[i] += n
			total += n
		}
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
		day := firstDay - dayRoom + rettidig.Day(i)
		if !previous.Valid() || previous-day > strayGap {
			r.ExtractDate, d.strays = day, later
		}
		previous = day
		later += onDay[i]
	}
	d.extract = r.ExtractDate
}

// rankFiles orders the files, newest first.
func (d *Delivery) rankFiles() {
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
	for r, i := range order {
		d.files[d.parts[i].file].rank = r
	}
}
