package extract

import (
	"cmp"
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

// meanings of the minutes, each with its means in sums.
var meaningsOfMinutes = [3]MinutesAre{Total, PerVisit, Hours}

// careCheck compares what sums gathered.
func (s *sums) careCheck(are MinutesAre) *CareCheck {
	c := &CareCheck{MinutesAre: are, Citizens: len(s.care[0])}
	if c.Citizens == 0 {
		return nil
	}
	for k, m := range meaningsOfMinutes {
		if l := level(s.care[k]); m == are {
			c.AsRead = l
		} else {
			c.Others = append(c.Others, OtherCare{m, l})
		}
	}
	return c
}

// seeCare notes the weeks with care, and the citizen's mean minutes over the weeks with any.
func (s *sums) seeCare(services []rettidig.ServiceWeek, are MinutesAre) {
	weeks := 0.0
	var minutes [3]float64
	last := rettidig.NoDay
	for i := range services {
		f := &services[i]
		if !f.Retracted.Stands() {
			continue
		}
		s.weeks[(f.Week-firstDay+dayRoom)/7] = true
		if f.Minutes == 0 {
			continue // counted only
		}
		if f.Week != last {
			weeks++
			last = f.Week
		}
		as := are.factor(f.Count)
		for k, m := range meaningsOfMinutes {
			minutes[k] += float64(f.Minutes) * m.factor(f.Count) / as
		}
	}
	if weeks > 0 {
		for k := range minutes {
			s.care[k] = append(s.care[k], minutes[k]/weeks)
		}
	}
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

// mostUnder2 is more than the share of citizens under 2 hours a week in any municipality; it is two thirds in the country.
const mostUnder2 = 0.88

// doubtful tells whether the minutes as read are not those of a Danish municipality. Minutes of one visit can look
// plausible, since most citizens get practical help alone, in one visit: then nearly everybody is under 2 hours, and
// another meaning has its share over.
func (c *CareCheck) doubtful() bool {
	if !c.AsRead.plausible() {
		return true
	}
	return c.AsRead.Under2Hours > mostUnder2 && slices.ContainsFunc(c.Others, func(o OtherCare) bool {
		return o.plausible() && o.Under2Hours <= mostUnder2
	})
}

// silentWeeks counts the weeks without any home care at all between the first and the last: a municipality
// never has one, so a file is missing.
func (s *sums) silentWeeks() (n int64) {
	first := slices.Index(s.weeks, true)
	if first < 0 {
		return 0
	}
	silent := int64(0)
	for _, seen := range s.weeks[first:] {
		if silent++; seen {
			n += silent - 1
			silent = 0
		}
	}
	return n
}

// crowded finds ids with more than ten times the loans, or the weeks of care, of the 99.9th percentile: likely one id
// for many people. Loans are looked at by themselves: of the care of many people only one row a week and service is
// left under one id, so it grows much less.
func (s *sums) crowded() (ids []rettidig.CitizenID) {
	if len(s.load) < 1000 {
		return nil
	}
	for _, of := range []func(load) int32{func(l load) int32 { return l.loans }, func(l load) int32 { return l.care }} {
		sorted := slices.Clone(s.load)
		slices.SortFunc(sorted, func(a, b load) int { return cmp.Compare(of(a), of(b)) })
		limit := 10 * max(1, of(sorted[len(sorted)*999/1000]))
		for _, l := range sorted {
			if of(l) > limit {
				ids = append(ids, l.id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// load is how many loans and rows of care a citizen has.
type load struct {
	id          rettidig.CitizenID
	loans, care int32
}

// Physical ability is told on a scale up to 5, or on one up to 100. Scores that only the one or only the other can
// hold are counted; some of 100 are 5 or less too, so it takes a share of both.
const (
	topOfFive     = 5.0
	beyondFive    = 10.0
	shareOfScale  = 0.05
	fewScreenings = 10
)

// mixedScales tells how many screenings have the rarer of two scales; 0: all have the same.
func (s *sums) mixedScales() int64 {
	rarer := min(s.ofFive, s.ofHundred)
	if rarer < fewScreenings || float64(rarer) < shareOfScale*float64(s.ofFive+s.ofHundred) {
		return 0
	}
	return rarer
}

func (s *sums) seeScales(screenings []rettidig.Screening) {
	for i := range screenings {
		switch a := screenings[i].Ability; {
		case a > beyondFive:
			s.ofHundred++
		case a <= topOfFive:
			s.ofFive++
		}
	}
}

// sums is what is gathered over all histories for the report: a few numbers for each citizen.
type sums struct {
	facts    FactCounts
	citizens People
	doubts   doubts
	care     [3][]float64 // mean minutes of care a week, of each citizen with any, by what the minutes may mean
	weeks    []bool       // with care, since firstDay
	load     []load

	ofFive, ofHundred int64   // screenings by the scale that their physical score must have
	gone              []int64 // by family
}

func newSums() sums { return sums{weeks: make([]bool, (lastDay-firstDay+2*dayRoom)/7+1)} }

// see takes one history.
func (s *sums) see(h *rettidig.History, p *person, are MinutesAre) {
	f := &s.facts
	f.Aids += len(h.Aids)
	f.Services += len(h.Services)
	f.Screenings += len(h.Screenings)
	f.Sessions += len(h.Sessions)
	f.Statuses += len(h.Statuses)
	f.Conditions += len(h.Conditions)
	c := &s.citizens
	c.Total++
	if p.cpr {
		c.ByCPR++
	} else {
		c.ByBorgerID++
	}
	switch h.Citizen.Sex {
	case rettidig.Female:
		c.Female++
	case rettidig.Male:
		c.Male++
	default:
		c.SexUnknown++
	}
	switch {
	case !h.Citizen.Birth.Valid():
		c.BirthUnknown++
	case h.Citizen.BirthYear:
		c.BirthYearOnly++
	}
	s.load = append(s.load, load{p.id, int32(len(h.Aids)), int32(len(h.Services))})
	s.seeScales(h.Screenings)
	s.seeCare(h.Services, are)
}

// add takes another goroutine's sums.
func (s *sums) add(o *sums) {
	f, g := &s.facts, &o.facts
	f.Aids += g.Aids
	f.Services += g.Services
	f.Screenings += g.Screenings
	f.Sessions += g.Sessions
	f.Statuses += g.Statuses
	f.Conditions += g.Conditions
	c, e := &s.citizens, &o.citizens
	c.Total += e.Total
	c.ByCPR += e.ByCPR
	c.ByBorgerID += e.ByBorgerID
	c.Female += e.Female
	c.Male += e.Male
	c.SexUnknown += e.SexUnknown
	c.BirthUnknown += e.BirthUnknown
	c.BirthYearOnly += e.BirthYearOnly
	s.doubts.add(o.doubts)
	for k := range s.care {
		s.care[k] = append(s.care[k], o.care[k]...)
	}
	for w, seen := range o.weeks {
		s.weeks[w] = s.weeks[w] || seen
	}
	s.load = append(s.load, o.load...)
	s.ofFive += o.ofFive
	s.ofHundred += o.ofHundred
}
