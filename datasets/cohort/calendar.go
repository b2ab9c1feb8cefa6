package cohort

import (
	"fmt"
	"maps"
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

// Calendar counts the service weeks of the whole municipality, as they were known at the end of the extract date. Whoever
// streams goes through all citizens once for it before the first cohort.
type Calendar struct {
	extract rettidig.Day
	each    perCitizen
}

// NewCalendar begins a calendar.
func NewCalendar(extract rettidig.Day) *Calendar {
	return &Calendar{extract: extract}
}

// Add counts the weeks of some more citizens, in any order. Only the services are looked at, and of these only rows with
// minutes: a source that counts visits and knows no minutes (KL Gateway) does not say that the minutes were delivered.
func (c *Calendar) Add(hs []rettidig.History, workers int) {
	each(&c.each, hs, workers, func() *weekCounts { return &weekCounts{rare: map[rettidig.Day]int{}} }, func(w *weekCounts, i int, _ *[]struct{}) {
		for _, s := range hs[i].Services {
			if s.Minutes > 0 && s.Week.Valid() && s.Week <= c.extract && s.Known <= c.extract && !s.Retracted.Before(c.extract+1) {
				w.add(s.Week.Monday())
			}
		}
	})
}

// weekCounts is what one worker counted: an array for the weeks that there are, and a map for whatever else is written.
type weekCounts struct {
	common [80 * 53]int // from 1970-01-05
	rare   map[rettidig.Day]int
}

const firstMonday rettidig.Day = 4 // 1970-01-05

func (w *weekCounts) add(monday rettidig.Day) {
	if i := (int(monday) - int(firstMonday)) / 7; monday >= firstMonday && i < len(w.common) {
		w.common[i]++
	} else {
		w.rare[monday]++
	}
}

// sealed works out which weeks are missing.
func (c *Calendar) sealed() calendar {
	rows := map[rettidig.Day]int{}
	for _, w := range c.each.workers {
		w := w.(*weekCounts)
		for i, n := range w.common {
			if n > 0 {
				rows[firstMonday+rettidig.Day(7*i)] += n
			}
		}
		for m, n := range w.rare {
			rows[m] += n
		}
	}
	return calendarOf(rows)
}

// calendarOf compares each week with those before it.
func calendarOf(count map[rettidig.Day]int) calendar {
	c := calendar{first: rettidig.NoDay, last: rettidig.NoDay}
	if len(count) == 0 {
		return c
	}
	mondays := slices.Sorted(maps.Keys(count))
	c.first = mondays[0]
	c.missing = make([]bool, (mondays[len(mondays)-1]-c.first)/7+1)
	var recent []int
	for i := range c.missing {
		monday := c.first + rettidig.Day(7*i)
		n := count[monday]
		if len(recent) == referenceWeeks {
			if m := median(recent); m >= fewRows && float64(n) < missingShare*m {
				c.missing[i] = true
				c.lost = append(c.lost, monday)
				continue
			}
			recent = recent[1:]
		}
		recent = append(recent, n)
		c.last = monday
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
