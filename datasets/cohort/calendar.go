package cohort

import (
	"fmt"
	"slices"

	"github.com/rettidig/rettidig"
)

// calendar knows for which weeks the municipality delivered service data at all. A citizen's missing week is no
// care; everybody's missing week is a missing file.
type calendar struct {
	first   rettidig.Day // Monday of the first week with services; NoDay if there are none
	last    rettidig.Day // Monday of the last week that is not missing
	missing []bool       // by week from first
	lost    []rettidig.Day
}

const (
	referenceWeeks = 8    // a week is compared with the median of as many weeks before it that are not missing
	fewRows        = 20   // below this median a municipality is too small for the comparison
	missingShare   = 0.25 // fewer rows than this share of the median: missing
)

func newCalendar(hs []rettidig.History, extract rettidig.Day) calendar {
	c := calendar{first: rettidig.NoDay, last: rettidig.NoDay}
	first, last := rettidig.NoDay, rettidig.NoDay
	each := func(f func(monday rettidig.Day)) {
		for i := range hs {
			for _, s := range hs[i].Services {
				if s.Week.Valid() && s.Week <= extract && s.Known <= extract {
					f(s.Week.Monday())
				}
			}
		}
	}
	each(func(m rettidig.Day) {
		if !first.Valid() || m < first {
			first = m
		}
		last = max(last, m)
	})
	if !first.Valid() {
		return c
	}
	rows := make([]int, int(last-first)/7+1)
	each(func(m rettidig.Day) { rows[(m-first)/7]++ })
	c.first, c.missing = first, make([]bool, len(rows))
	var recent []int
	for i, n := range rows {
		if len(recent) == referenceWeeks {
			if m := median(recent); m >= fewRows && float64(n) < missingShare*m {
				c.missing[i] = true
				c.lost = append(c.lost, first+rettidig.Day(7*i))
				continue
			}
			recent = recent[1:]
		}
		recent = append(recent, n)
		c.last = first + rettidig.Day(7*i)
	}
	return c
}

func median(x []int) float64 {
	s := slices.Sorted(slices.Values(x))
	return float64(s[len(s)/2]+s[(len(s)-1)/2]) / 2
}

// any tells whether there are services at all.
func (c calendar) any() bool { return c.first.Valid() }

// covered returns the last day that the data cover: the extract date, or the end of the last week with services
// if that is earlier. Without services, silence means nothing and the extract date counts.
func (c calendar) covered(extract rettidig.Day) rettidig.Day {
	if !c.any() {
		return extract
	}
	return min(extract, c.last+6)
}

// observed tells whether the week of a Monday was delivered.
func (c calendar) observed(monday rettidig.Day) bool {
	return c.any() && monday >= c.first && monday <= c.last && !c.missing[(monday-c.first)/7]
}

func (c calendar) warnings() []error {
	if len(c.lost) == 0 {
		return nil
	}
	y, w := c.lost[0].ISOWeek()
	return []error{fmt.Errorf("%d weeks have hardly any service rows in the whole municipality (first: week %d of %d): a delivery seems to be missing; these weeks are left out of all means, ask for the file", len(c.lost), w, y)}
}
