package quality

import (
	"math"
	"slices"
	"time"

	"github.com/rettidig/rettidig"
)

// median is the median of values, which it sorts; 0 of none.
func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// medianRows is the median of counts.
func medianRows(counts []MonthCount) float64 {
	v := make([]float64, len(counts))
	for i, c := range counts {
		v[i] = float64(c.Rows)
	}
	return median(v)
}

// until leaves the months before end.
func (c *Coverage) until(end Month) []MonthCount {
	if c == nil {
		return nil
	}
	n := 0
	for n < len(c.Months) && c.Months[n].Month < end {
		n++
	}
	return c.Months[:n]
}

// steady leaves the months before end with counts that can be held against each other: weeks of home care count in the
// month of their Monday, of which a month has four or five, so they are made those of a month of average length.
func (c *Coverage) steady(end Month) []MonthCount {
	counts := slices.Clone(c.until(end))
	if c != nil && c.Kind == kindKeys[careKind] {
		for i := range counts {
			counts[i].Rows = averaged(counts[i].Month, counts[i].Rows)
		}
	}
	return counts
}

// averaged are the rows that a month with so many rows in its weeks would have if it had 365.25/12/7 of them.
func averaged(m Month, rows int64) int64 {
	first := rettidig.DayOf(m.Year(), time.Month(m.Number()), 1)
	next := m + 1
	end := rettidig.DayOf(next.Year(), time.Month(next.Number()), 1)
	mondays := ((end + 6).Monday() - (first + 6).Monday()) / 7 // from the first Monday of the month to that of the next
	return int64(math.Round(float64(rows) * 365.25 / 84 / float64(mondays)))
}

// interval is a run of months.
type interval struct{ from, to Month }

const (
	neighbours  = 6    // months on each side that a month is held against
	fewRows     = 20   // a median of fewer rows a month says nothing about a month without
	missingFrom = 0.35 // a month with a smaller share of what its neighbours have is a hole
)

// missing finds the runs of months between others that have next to nothing although the months on both sides have
// much. Holidays halve a month; a month of home care that was not delivered keeps at most the days of weeks that begin in
// the month before.
func missing(counts []MonthCount) (out []interval) {
	low := make([]bool, len(counts))
	for i := range counts {
		low[i] = counts[i].Rows == 0
	}
	flank := func(i, step int) float64 {
		v := []float64(nil)
		for j := i + step; j >= 0 && j < len(counts) && len(v) < neighbours; j += step {
			if !low[j] {
				v = append(v, float64(counts[j].Rows))
			}
		}
		if len(v) < neighbours/2 {
			return 0
		}
		return median(v)
	}
	for i := range counts {
		level := min(flank(i, -1), flank(i, 1))
		if level < fewRows || float64(counts[i].Rows) >= missingFrom*level || yearly(counts, i, missingFrom*level) {
			continue
		}
		out = extended(out, counts[i].Month)
	}
	return out
}

// yearly tells whether the same month of the years around is as low: then it is a custom and not a hole.
func yearly(counts []MonthCount, i int, low float64) bool {
	around, asLow := 0, 0
	for years := -3; years <= 3; years++ {
		if j := i + 12*years; years != 0 && j >= 0 && j < len(counts) {
			around++
			if float64(counts[j].Rows) < low {
				asLow++
			}
		}
	}
	return around >= 2 && 2*asLow > around
}

// shift is a sudden change of level: from the month on, there are ratio times as many rows.
type shift struct {
	at    Month
	ratio float64
}

const (
	shiftRatio = 1.5 // smaller changes are not told
	shiftNoise = 5   // and a change must be so many standard errors of the difference of two medians of six months
	shiftRows  = 100 // a month, on the larger side
	mostShifts = 5
)

// shifts finds sudden and lasting changes of level, the largest first: the medians of the six months on each side differ
// by a factor of shiftRatio and by shiftNoise standard errors, and those of the three months nearest differ by most of it,
// which rules out a steady rise.
func shifts(counts []MonthCount) (out []shift) {
	logs := make([]float64, len(counts))
	steps := []float64(nil)
	for i := range counts {
		logs[i] = math.Log(float64(counts[i].Rows) + 1)
		if i > 0 {
			steps = append(steps, math.Abs(logs[i]-logs[i-1]))
		}
	}
	// A step is the difference of two months, so it varies sqrt(2) times as much as one; a median of six varies 1.25/sqrt(6)
	// as much as one, and the difference of two such again sqrt(2) times that.
	noise := 1.4826 * median(steps) * 1.25 / math.Sqrt(neighbours)
	size := make([]float64, len(counts))
	for i := neighbours; i+neighbours <= len(counts); i++ {
		before, after := median(slices.Clone(logs[i-neighbours:i])), median(slices.Clone(logs[i:i+neighbours]))
		near := median(slices.Clone(logs[i:i+3])) - median(slices.Clone(logs[i-3:i]))
		d := after - before
		if math.Abs(d) >= max(math.Log(shiftRatio), shiftNoise*noise) && near*d > 0 && math.Abs(near) >= 0.6*math.Abs(d) &&
			max(before, after) >= math.Log(shiftRows) {
			size[i] = d
		}
	}
	for len(out) < mostShifts {
		best := 0
		for i := range size {
			if math.Abs(size[i]) > math.Abs(size[best]) {
				best = i
			}
		}
		if best == 0 {
			break
		}
		// Of the months around, all of which see the same change, the one with the largest step is the one.
		at := best
		for i := max(1, best-2); i <= min(best+2, len(logs)-1); i++ {
			if (logs[i]-logs[i-1])*size[best] > (logs[at]-logs[at-1])*size[best] {
				at = i
			}
		}
		out = append(out, shift{counts[at].Month, math.Exp(size[best])})
		for i := max(0, best-11); i <= min(best+11, len(size)-1); i++ {
			size[i] = 0
		}
	}
	return out
}
