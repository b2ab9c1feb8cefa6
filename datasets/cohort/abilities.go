package cohort

import (
	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// abilitiesFall returns the first day in [index, end] on which the citizen's functional abilities (FSIII) stand worse than
// before the index date: a level up by ability_rise in at least ability_areas of the five areas, or by ability_rise_one in
// one ability; NoDay if there is none, or nothing was assessed before.
//
// A level holds until the ability is assessed again, and only rises that stand on one and the same day count together.
// What was assessed as not relevant is no level: it neither rises nor is risen from. A code is compared with itself. One
// that had no level before, because the catalogue was simplified in between, is compared with the highest level of the
// other codes of its series.
func (o *observer) abilitiesFall(x *person, index, end rettidig.Day) rettidig.Day {
	r := o.p.Decline
	if !r.Abilities {
		return rettidig.NoDay
	}
	before, rise := map[string]int8{}, map[string]int{}
	for i, c := range x.conditions { // by day
		switch {
		case c.Level == rettidig.NotRelevant || c.Date > end:
			continue
		case c.Date < index:
			before[c.Code] = c.Level
			continue
		}
		if was, ok := levelOf(before, c.Code); ok {
			rise[c.Code] = int(c.Level - was)
		}
		lastOfDay := i+1 == len(x.conditions) || x.conditions[i+1].Date != c.Date
		if lastOfDay && r.fallen(rise) {
			return c.Date
		}
	}
	return rettidig.NoDay
}

// fallen tells whether rises, by ability, are enough.
func (r DeclineRules) fallen(rise map[string]int) bool {
	areas := map[string]bool{}
	for code, n := range rise {
		if n >= r.AbilityRiseOne {
			return true
		}
		if a, _ := codes.AbilityOf(code); n >= r.AbilityRise && a.Area != "" {
			areas[a.Area] = true
		}
	}
	return len(areas) >= r.AbilityAreas
}

// levelOf returns the level to compare a code with.
func levelOf(before map[string]int8, code string) (level int8, ok bool) {
	if level, ok = before[code]; ok {
		return level, true
	}
	a, _ := codes.AbilityOf(code)
	for other, l := range before {
		if b, _ := codes.AbilityOf(other); b.Series == a.Series {
			level, ok = max(level, l), true
		}
	}
	return level, ok
}
