package cohort

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/rettidig/rettidig"
)

// PopulationRules say on which dates the whole population is looked at, and what it means to be offered training then.
type PopulationRules struct {
	MonthDay    int `yaml:"month_day" json:"month_day"`
	EveryMonths int `yaml:"every_months" json:"every_months"`
	OfferedDays int `yaml:"offered_days" json:"offered_days"`
}

// Reasons why somebody on the register cannot be offered a course on a date, in the order in which they are asked.
const (
	WhyDied        = "died"
	WhyNoHomeCare  = "no home care"
	WhyLeft        = "left"
	WhyRunning     = "a course is running"
	WhyAboutTo     = "a course is about to start"
	WhyTrainedJust = "trained a short time ago"
)

// PopulationRow is one citizen who could have been offered training on one date, referred or not.
type PopulationRow struct {
	Citizen int // counts all citizens added
	Index   rettidig.Day
	Offered float64 // 1: a course began within offered_days from the date on; 0: none did; NaN: the data end before, or death or leaving came first
	AtRisk  bool    // decline is asked about them on that date
}

// Month counts one date of the population.
type Month struct {
	Index    rettidig.Day   `json:"date"`
	Known    int            `json:"known"` // citizens of whom something was known
	Eligible int            `json:"eligible"`
	Not      map[string]int `json:"not_eligible"` // by reason; known is eligible and these
	Followed int            `json:"followed"`     // eligible, and whether they were offered is known
	Offered  int            `json:"offered"`
	AtRisk   int            `json:"at_risk"` // eligible and at risk of decline
}

// Population lists, on the protocol's dates, everybody who could be offered training and was not in a course: the
// comparison that a cohort of those who were referred lacks.
//
// On the register of a date are citizens of whom any fact was known that morning. Of these, one can be offered training
// who is Eligible for completion (home care in the last helper_weeks, no sign of death or leaving) and has, by what was
// known that morning, no course open, whether it has begun training or only been screened or made active, and no session
// done in the quiet_days before: within those, a screening would begin no course. Whether a course began, Offered, is read
// off the standing facts: a baseline in the offered_days from the date on. Somebody who died or left in that time without
// one is neither, and so is everybody when the data end before.
type Population struct {
	p        Protocol
	extract  rettidig.Day
	covered  rettidig.Day
	dates    []rettidig.Day
	citizens int
	each     perCitizen
}

// NewPopulation begins at the first date on or after from and ends with the last one until to; NoDay: from the first date
// with helper_weeks of services before it, and to the day after the extract, which has no outcome yet. everyMonths 0
// is the protocol's.
func NewPopulation(p Protocol, cal *Calendar, from, to rettidig.Day, everyMonths int) (*Population, error) {
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("cohort: protocol %s: %w", p.Name(), err)
	}
	if everyMonths == 0 {
		everyMonths = p.Population.EveryMonths
	}
	if everyMonths < 1 || 12%everyMonths != 0 {
		return nil, fmt.Errorf("cohort: population every %d months, want a divisor of 12", everyMonths)
	}
	c := cal.sealed()
	if !c.any() {
		return nil, rettidig.E(rettidig.Invalid, "no-services", "the event store has no home care, so nobody can be said to be offered training: the population needs extract H1", nil)
	}
	if !from.Valid() {
		from = c.first + rettidig.Day(7*p.Course.HelperWeeks)
	}
	if last := cal.extract + 1; !to.Valid() || to > last {
		to = last
	}
	x := &Population{p: p, extract: cal.extract, covered: c.covered(cal.extract)}
	x.dates = p.Population.dates(from, to, everyMonths)
	if len(x.dates) == 0 {
		return nil, fmt.Errorf("no date of the population (day %d of every %d months) lies between %s and %s", p.Population.MonthDay, everyMonths, from, to)
	}
	return x, nil
}

// dates returns the landmarks in [from, to]: January has one, and every so many months after it.
func (r PopulationRules) dates(from, to rettidig.Day, everyMonths int) []rettidig.Day {
	var out []rettidig.Day
	year, month, _ := from.Time().Date()
	for m := int(month) - 1; ; m++ {
		if m%everyMonths != 0 {
			continue
		}
		d := rettidig.DayOf(year+m/12, time.Month(m%12+1), r.MonthDay)
		if d > to {
			return out
		}
		if d >= from {
			out = append(out, d)
		}
	}
}

// Dates are the landmarks.
func (x *Population) Dates() []rettidig.Day { return slices.Clone(x.dates) }

// Add returns the rows of some more citizens, by citizen and date. So many workers (0: one per processor) share the
// citizens; the rows do not depend on them.
func (x *Population) Add(hs []rettidig.History, workers int) []PopulationRow {
	rows := each(&x.each, hs, workers, func() *populationWorker {
		w := &populationWorker{Population: x, o: newObserver(x.p), months: make([]Month, len(x.dates))}
		w.o.sorted = true
		for i, d := range x.dates {
			w.months[i] = Month{Index: d, Not: map[string]int{}}
		}
		return w
	}, func(w *populationWorker, i int, into *[]PopulationRow) {
		w.citizen(x.citizens+i, sortedServices(&hs[i]), into)
	})
	x.citizens += len(hs)
	return rows
}

// Months are the counts of all citizens added, by date.
func (x *Population) Months() []Month {
	out := make([]Month, len(x.dates))
	for i, d := range x.dates {
		out[i] = Month{Index: d, Not: map[string]int{}}
		for _, w := range x.each.workers {
			m := &w.(*populationWorker).months[i]
			out[i].Known, out[i].Eligible = out[i].Known+m.Known, out[i].Eligible+m.Eligible
			out[i].Followed, out[i].Offered, out[i].AtRisk = out[i].Followed+m.Followed, out[i].Offered+m.Offered, out[i].AtRisk+m.AtRisk
			for why, n := range m.Not {
				out[i].Not[why] += n
			}
		}
	}
	return out
}

type populationWorker struct {
	*Population
	o      *observer
	months []Month
}

func (w *populationWorker) citizen(i int, h *rettidig.History, into *[]PopulationRow) {
	first := firstKnown(h)
	if !first.Valid() {
		return
	}
	var end *person // as it is known in the end
	var courses []Course
	for k, date := range w.dates {
		if first >= date {
			continue
		}
		m := &w.months[k]
		m.Known++
		why, x := w.why(h, date)
		if why != "" {
			m.Not[why]++
			continue
		}
		if end == nil {
			end = w.o.observe(h, w.extract)
			courses, _ = w.o.courses(end)
		}
		r := PopulationRow{Citizen: i, Index: date, Offered: w.offered(end, courses, date)}
		r.AtRisk, _ = w.o.atRisk(x, date)
		m.Eligible++
		if r.AtRisk {
			m.AtRisk++
		}
		if !math.IsNaN(r.Offered) {
			m.Followed++
			m.Offered += int(r.Offered)
		}
		*into = append(*into, r)
	}
}

// why says why h cannot be offered training on a date, by what was known that morning; if it can, x is what was known, until the next
// question.
func (w *populationWorker) why(h *rettidig.History, date rettidig.Day) (why string, x *person) {
	// Most citizens have neither died nor home care at the time: both can be told without looking at all else.
	if !w.maybeServed(h, date) {
		for _, s := range h.Statuses {
			if s.Status == rettidig.HasDied && s.Date < date && s.Known < date && !s.Retracted.Before(date) {
				return WhyDied, nil
			}
		}
		return WhyNoHomeCare, nil
	}
	x = w.o.glance(h, date-1)
	courses, _ := w.o.courses(x)
	running := len(courses) > 0 && courses[len(courses)-1].EndedBy == Open
	switch {
	case x.died.Valid():
		return WhyDied, nil
	case !w.o.helped(x, date):
		return WhyNoHomeCare, nil
	case w.o.hasLeft(x, date):
		return WhyLeft, nil
	case running && courses[len(courses)-1].Done(date) > 0:
		return WhyRunning, nil
	case running:
		return WhyAboutTo, nil
	case trainedSince(x, date-rettidig.Day(w.p.Course.QuietDays)):
		return WhyTrainedJust, nil
	}
	return "", x
}

// maybeServed tells whether h has any service at all, seen or not, in the weeks that helped looks at.
func (w *populationWorker) maybeServed(h *rettidig.History, date rettidig.Day) bool {
	from := date.Monday() - rettidig.Day(7*(w.p.Course.HelperWeeks+1))
	i, _ := slices.BinarySearchFunc(h.Services, from, func(s rettidig.ServiceWeek, d rettidig.Day) int { return cmp.Compare(s.Week, d) })
	return i < len(h.Services) && h.Services[i].Week < date
}

// trainedSince tells whether a session was done on a day or later.
func trainedSince(x *person, from rettidig.Day) bool {
	for i := len(x.sessions) - 1; i >= 0 && x.sessions[i].Date >= from; i-- {
		if done(x.sessions[i]) {
			return true
		}
	}
	return false
}

// offered says whether a course began in the offered_days from a date on.
func (w *populationWorker) offered(end *person, courses []Course, date rettidig.Day) float64 {
	last := date + rettidig.Day(w.p.Population.OfferedDays) - 1
	if last > w.extract {
		return math.NaN() // also for those who were offered already: else only they would be followed
	}
	for _, c := range courses {
		if c.Baseline >= date && c.Baseline <= last {
			return 1
		}
	}
	if end.died.Valid() && end.died <= last || w.o.presence(end, date, last, w.covered).verdict != present {
		return math.NaN()
	}
	return 0
}

// firstKnown is the first day on which any fact was known, NoDay if there is none.
func firstKnown(h *rettidig.History) rettidig.Day {
	first := rettidig.NoDay
	see := func(d rettidig.Day) {
		if d.Valid() && (!first.Valid() || d < first) {
			first = d
		}
	}
	for i := range h.Aids {
		see(h.Aids[i].KnownLent)
	}
	for i := range h.Services {
		see(h.Services[i].Known)
	}
	for i := range h.Screenings {
		see(h.Screenings[i].Known)
	}
	for i := range h.Sessions {
		see(h.Sessions[i].Known)
	}
	for i := range h.Statuses {
		see(h.Statuses[i].Known)
	}
	for i := range h.Conditions {
		see(h.Conditions[i].Known)
	}
	return first
}

// PopulationCSV writes population rows: pseudonym, date, offered (1, 0, or empty if it is not known) and whether decline is
// asked about (1 or 0).
type PopulationCSV struct {
	out  *csv.Writer
	line []string
}

// NewPopulationCSV writes the header.
func NewPopulationCSV(w io.Writer) (*PopulationCSV, error) {
	c := &PopulationCSV{out: csv.NewWriter(w)}
	return c, c.out.Write([]string{"citizen", "date", "offered", "at_risk"})
}

// Write writes one row.
func (c *PopulationCSV) Write(citizen rettidig.CitizenID, r PopulationRow) error {
	offered, atRisk := "", "0"
	if !math.IsNaN(r.Offered) {
		offered = strconv.Itoa(int(r.Offered))
	}
	if r.AtRisk {
		atRisk = "1"
	}
	c.line = append(c.line[:0], string(citizen), r.Index.String(), offered, atRisk)
	return c.out.Write(c.line)
}

// Close writes what is left; it does not close the file.
func (c *PopulationCSV) Close() error {
	c.out.Flush()
	return c.out.Error()
}
