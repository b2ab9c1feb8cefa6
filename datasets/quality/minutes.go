package quality

import "github.com/rettidig/rettidig/datasets/extract"

const (
	fewCitizens = 50 // fewer say nothing about a median

	// What a Danish municipality looks like, generously: the median is under 2 hours and about 2 % get 20 or more.
	leastMedian = 20
	mostMedian  = 180
	mostFrom20  = 0.1
)

// minutes reads the distribution of the citizens' mean weeks under each meaning that the column may have.
func (o *Observer) minutes(r *extract.Report) Minutes {
	m := Minutes{ReadAs: string(extract.Total), Ways: []Reading{}}
	if r.Care != nil && readings[r.Care.MinutesAre] != nil {
		m.ReadAs = string(r.Care.MinutesAre)
	}
	for _, n := range o.weekly[asRead] {
		m.Citizens += n
	}
	if m.Citizens == 0 {
		return m
	}
	for _, w := range readings[extract.MinutesAre(m.ReadAs)] {
		m.Ways = append(m.Ways, o.reading(string(w.meaning), w.way))
	}
	return m
}

// readings has the factor of each meaning, by the meaning that was taken, which comes first.
var readings = map[extract.MinutesAre][]struct {
	meaning extract.MinutesAre
	way     int
}{
	extract.Total:    {{extract.Total, asRead}, {extract.PerVisit, timesVisits}, {extract.Hours, timesSixty}},
	extract.PerVisit: {{extract.PerVisit, asRead}, {extract.Total, byVisits}, {extract.Hours, byVisitsSixty}},
	extract.Hours:    {{extract.Hours, asRead}, {extract.Total, bySixty}, {extract.PerVisit, bySixtyTimesEach}},
}

func (o *Observer) reading(meaning string, way int) Reading {
	h := &o.weekly[way]
	n, under2, from20 := int64(0), int64(0), int64(0)
	for minute, c := range h {
		n += c
		switch {
		case minute < 120:
			under2 += c
		case minute >= 1200:
			from20 += c
		}
	}
	r := Reading{Meaning: meaning, Median: medianOf(h[:], n), Under2: float64(under2) / float64(n), From20: float64(from20) / float64(n), Impossible: h[weekMinutes+1]}
	r.LooksDanish = r.Median >= leastMedian && r.Median < mostMedian && r.From20 <= mostFrom20 && r.Impossible == 0
	return r
}

// medianOf is the median of n values in bins of one minute, as if those of a bin lay evenly in it; to a tenth.
func medianOf(bins []int64, n int64) float64 {
	below := int64(0)
	for i, c := range bins {
		if 2*(below+c) >= n && c > 0 {
			tenths := (10*(n-2*below) + c) / (2 * c)
			return float64(10*int64(i)+tenths) / 10
		}
		below += c
	}
	return 0
}
