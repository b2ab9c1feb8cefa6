package check

import (
	"fmt"
	"strconv"
)

// timePlans finds figures in years before the time plan's first step.
var timePlans = rule{"time-plan", Text{"Tidsplan mod tabeller", "Time plan against tables"}, (*view).timePlans}

func (v *view) timePlans() {
	if len(v.p.TimePlan) == 0 {
		return
	}
	first := 0
	for i, s := range v.p.TimePlan {
		if yearOf(s.When) < yearOf(v.p.TimePlan[first].When) {
			first = i
		}
	}
	begins := yearOf(v.p.TimePlan[first].When)
	f := Finding{Class: Timing, Severity: Warning, Lines: []string{v.p.TimePlan[first].Lines}}
	var what []Text
	for _, r := range v.r.Rows {
		for k, a := range r.Values {
			if a.Rounded != 0 && v.years[k] < begins && r.Parent == "" {
				f.Rows, f.Years = append(f.Rows, r.ID), append(f.Years, v.years[k])
				what = append(what, say("»%s« %s i %s", "“%s” %s in %s", plain(r.Label), amount(a.Rounded), v.years[k]))
			}
		}
	}
	if len(what) == 0 {
		return
	}
	f.Title = say("Tidsplanen begynder i %s, tabellerne før", "The time plan begins in %s, the tables before", begins)
	f.Explain = say("Før planens første trin: %s.", "Before the plan's first step: %s.", listed(what))
	v.find("first-step", fmt.Sprintf("time-plan[%d]", first), f)
}

// yearOf is the year of 2022Q3, 2022H2, 2022-12-31 or 2022.
func yearOf(period string) int {
	y, _ := strconv.Atoi(period[:min(4, len(period))])
	return y
}
