package check

import (
	"fmt"
)

// atOnce finds a saving at full effect from its first year where another of the same proposal grows into its own.
var atOnce = rule{"full-effect-at-once", Text{"Fuld effekt fra første år", "Full effect from the first year"}, (*view).atOnce}

func (v *view) atOnce() {
	var whole, growing []int
	for _, i := range v.savings() {
		var xs []float64
		for _, a := range v.r.Rows[i].Values {
			if !a.Blank && a.Exact != 0 {
				xs = append(xs, a.Exact)
			}
		}
		switch {
		case len(xs) < 2:
		case same(xs[0], xs[len(xs)-1]):
			whole = append(whole, i)
		default:
			growing = append(growing, i)
		}
	}
	if len(growing) == 0 {
		return
	}
	for _, i := range whole {
		other := v.p.Rows[growing[0]]
		f := Finding{Class: Logic, Severity: Note, Rows: []string{v.p.Rows[i].ID, other.ID}, Lines: append(linesOf(v.p.Rows[i].Source, other.Source), v.printedAt(v.p.Rows[i].ID)...)}
		f.Title = say("%s: fuld effekt fra første år", "%s: full effect from the first year", plain(v.p.Rows[i].Label))
		f.Explain = say("»%s« vokser over årene; denne besparelse står fuldt ud fra det første.", "“%s” grows over the years; this saving is in full from the first.", plain(other.Label))
		v.find(v.p.Rows[i].ID, fmt.Sprintf("rows[%d]", i), f)
	}
}
