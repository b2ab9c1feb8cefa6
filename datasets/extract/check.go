package extract

import (
	"slices"

	"github.com/rettidig/rettidig"
)

// CareCheck compares home care with national figures under every meaning of its column of minutes. Statistics Denmark
// (2022): with the right one the median citizen with care gets under 2 hours a week and about 2 % get 20
// hours or more. Each citizen counts with the mean over the weeks in which they got any.
type CareCheck struct {
	MinutesAre MinutesAre  `json:"minutes_are"` // as read
	Citizens   int         `json:"citizens"`
	AsRead     CareLevel   `json:"as_read"`
	Others     []OtherCare `json:"others"` // had the minutes another meaning
}

// OtherCare is home care under a meaning that the minutes were not read by.
type OtherCare struct {
	MinutesAre MinutesAre `json:"minutes_are"`
	CareLevel
}

// CareLevel is how much care citizens get.
type CareLevel struct {
	MedianMinutes float64 `json:"median_minutes_per_week"`
	Under2Hours   float64 `json:"share_under_2_hours"` // share of citizens, in [0, 1]
	From20Hours   float64 `json:"share_20_hours_or_more"`
}

const fewCitizens = 50 // fewer say nothing about a median

func careCheck(rows []rettidig.Row[rettidig.ServiceWeek], are MinutesAre) *CareCheck {
	c := &CareCheck{MinutesAre: are}
	meanings := []MinutesAre{Total, PerVisit, Hours}
	means := make([][]float64, len(meanings))
	for i := 0; i < len(rows); {
		j, weeks := i, 0.0
		var sums [3]float64
		last := rettidig.NoDay
		for ; j < len(rows) && rows[j].Citizen == rows[i].Citizen; j++ {
			f := rows[j].Fact
			if f.Minutes == 0 {
				continue // counted only
			}
			if f.Week != last {
				weeks++
				last = f.Week
			}
			for k, m := range meanings {
				sums[k] += float64(f.Minutes) * m.factor(f.Count) / are.factor(f.Count)
			}
		}
		for k := range meanings {
			if weeks > 0 {
				means[k] = append(means[k], sums[k]/weeks)
			}
		}
		i = j
	}
	if len(means[0]) == 0 {
		return nil
	}
	c.Citizens = len(means[0])
	for k, m := range meanings {
		if l := level(means[k]); m == are {
			c.AsRead = l
		} else {
			c.Others = append(c.Others, OtherCare{m, l})
		}
	}
	return c
}

// factor is what a number in the column is multiplied by to become minutes in the week.
func (m MinutesAre) factor(visits int32) float64 {
	switch m {
	case PerVisit:
		return float64(max(1, visits))
	case Hours:
		return 60
	}
	return 1
}

func level(minutes []float64) CareLevel {
	slices.Sort(minutes)
	n := len(minutes)
	under2, _ := slices.BinarySearch(minutes, 120)
	under20, _ := slices.BinarySearch(minutes, 1200)
	return CareLevel{
		MedianMinutes: (minutes[(n-1)/2] + minutes[n/2]) / 2,
		Under2Hours:   float64(under2) / float64(n),
		From20Hours:   float64(n-under20) / float64(n),
	}
}

// plausible tells whether the figures are those of a Danish municipality, generously.
func (l CareLevel) plausible() bool {
	return l.MedianMinutes >= 20 && l.MedianMinutes < 180 && l.From20Hours <= 0.1
}

// silentWeeks counts the weeks without any home care at all between the first and the last: a municipality
// never has one, so a file is missing.
func silentWeeks(rows []rettidig.Row[rettidig.ServiceWeek]) (n int64) {
	seen := map[rettidig.Day]bool{}
	for i := range rows {
		seen[rows[i].Fact.Week] = true
	}
	if len(seen) == 0 {
		return 0
	}
	first, last := lastDay, firstDay-7
	for w := range seen {
		first, last = min(first, w), max(last, w)
	}
	return int64(last-first)/7 + 1 - int64(len(seen))
}

// crowded finds ids with more than ten times the rows of the 99.9th percentile: likely one id for many people.
func crowded(f *rettidig.Facts) (ids []rettidig.CitizenID) {
	rows := make([]int, len(f.Citizens))
	tally(rows, f.Aids)
	tally(rows, f.Services)
	if len(rows) < 1000 {
		return nil
	}
	sorted := slices.Clone(rows)
	slices.Sort(sorted)
	limit := 10 * max(1, sorted[len(sorted)*999/1000])
	for i, n := range rows {
		if n > limit {
			ids = append(ids, f.Citizens[i].ID)
		}
	}
	return ids
}

func tally[F any](n []int, rows []rettidig.Row[F]) {
	for i := range rows {
		n[rows[i].Citizen]++
	}
}
