package check

import (
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// keptForFree finds a saving that goes on when every cost has ended.
var keptForFree = rule{"kept-for-free", Text{"Effekten holdes uden udgift", "The effect is kept without cost"}, (*view).keptForFree}

func (v *view) keptForFree() {
	n := len(v.years) - 1
	saved, cost, invested := 0.0, 0.0, 0.0
	var on []string
	for _, r := range v.r.Rows {
		switch x := r.Values[n].Rounded; {
		case r.Parent != "":
		case r.Kind == proposal.Saving:
			saved -= x
			if x != 0 {
				on = append(on, r.ID)
			}
		default:
			cost += x
			for _, a := range r.Values {
				invested += a.Rounded
			}
		}
	}
	if saved <= 0 || cost != 0 || invested == 0 {
		return
	}
	f := Finding{Class: Logic, Severity: Note, Rows: on, Years: []int{v.years[n]}, Computed: say("%s", "%s", amount(-saved))}
	f.Title = say("Ingen udgift holder effekten i %s", "No cost keeps the effect in %s", v.years[n])
	f.Explain = say("Besparelsen er %s i %s, og ingen udgift er tilbage. Hvad holder den ved lige?", "The saving is %s in %s, and no cost is left. What keeps it up?", amount(saved), v.years[n])
	v.find("last-year", "rows", f)
}
