package check

import (
	"fmt"
	"math"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// phaseIns holds the printed years of a row against its last year: the ratio is the stated share of full effect, and
// no later year is smaller than an earlier one.
var phaseIns = rule{"phase-in", Text{"Indfasning", "Phase-in"}, (*view).phaseIns}

func (v *view) phaseIns() {
	for _, s := range v.sheets {
		for at, printed := range s.Rows {
			if i := v.row(printed.Row); i >= 0 && v.p.Rows[i].Kind == proposal.Saving {
				v.shares(s, at, i)
				v.falling(s, at, i)
			}
		}
	}
}

// full is the year of full effect: the first whose share is the largest.
func full(row *proposal.Row, years []int) int {
	best, year := 0.0, 0
	for _, t := range years {
		if x := shareIn(row, t); x > best {
			best, year = x, t
		}
	}
	return year
}

func (v *view) shares(s *sheet, at, i int) {
	row, printed := &v.p.Rows[i], s.Rows[at]
	if len(row.PhaseIn) == 0 {
		return
	}
	last := full(row, v.years)
	whole, ok := s.value(printed.Values, last)
	k := last - v.years[0]
	if !ok || whole == 0 || k < 0 || v.r.Rows[i].Values[k].Exact == 0 {
		return
	}
	f := Finding{Class: PhaseIn, Severity: Error, Tables: []string{s.ID}, Rows: []string{row.ID}, Lines: []string{s.rowLines(at)}}
	for n, t := range v.years {
		x, ok := s.value(printed.Values, t)
		share := shareIn(row, t) / shareIn(row, last)
		exact := v.r.Rows[i].Values[n]
		if !ok || t >= last || exact.Blank || same(x, exact.Rounded) || same(x, share*whole) {
			continue
		}
		_, own := roundedTo(x, exact.Exact)
		_, theirs := roundedTo(x, share*whole)
		// What the formula gives in this year may itself not be in the ratio of the shares: it is if nothing else moves.
		moves := !same(v.r.Rows[i].Values[n].Exact/v.r.Rows[i].Values[k].Exact, share)
		if own || theirs || moves || math.Abs(x-share*whole) <= 1 {
			continue
		}
		f.Years = append(f.Years, t)
		f.Printed = slash(f.Printed, say("%s af %s = %s", "%s of %s = %s", amount(x), amount(whole), percent(x/whole)))
		f.Computed = slash(f.Computed, say("%s = %s", "%s = %s", percent(share), amount(share*whole)))
		f.Explain = f.Explain.then(say("%s: %s er %s af %s; %s ville være %s.", "%s: %s is %s of %s; %s would be %s.", t, amount(x), percent(x/whole), amount(whole), percent(share), amount(share*whole)))
	}
	if len(f.Years) == 0 {
		return
	}
	f.Title = say("%s: indfasningen i %s er ikke den oplyste", "%s: the phase-in in %s is not the stated one", row.Label, s.ID)
	v.find(s.ID+"/"+row.ID, fmt.Sprintf("%s.rows[%d]", s.path, at), f)
}

// falling finds a saving that gets smaller in a later year without a share that says so.
func (v *view) falling(s *sheet, at, i int) {
	row, printed := &v.p.Rows[i], s.Rows[at]
	f := Finding{Class: PhaseIn, Severity: Warning, Tables: []string{s.ID}, Rows: []string{row.ID}, Lines: []string{s.rowLines(at)}}
	before, had := 0.0, false
	for n, t := range v.years {
		x, ok := s.value(printed.Values, t)
		if had && ok && math.Abs(x) < math.Abs(before)-1e-9 && shareIn(row, t) >= shareIn(row, v.years[n-1]) {
			f.Years = append(f.Years, t)
			f.Printed = slash(f.Printed, say("%s", "%s", amount(x)))
			f.Explain = f.Explain.then(say("%s: %s efter %s året før.", "%s: %s after %s the year before.", t, amount(x), amount(before)))
		}
		if ok {
			before, had = x, true
		}
	}
	if len(f.Years) == 0 {
		return
	}
	f.Title = say("%s: besparelsen falder i et senere år", "%s: the saving falls in a later year", row.Label)
	f.Explain = f.Explain.then(say("Ingen oplyst andel af fuld effekt siger det.", "No stated share of full effect says so."))
	v.find(s.ID+"/"+row.ID+"/falling", fmt.Sprintf("%s.rows[%d]", s.path, at), f)
}
