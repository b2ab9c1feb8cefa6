package quality

import (
	"math"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// The kinds of facts that are counted by month.
const (
	aidsKind = iota
	returnsKind
	careKind
	screeningsKind
	sessionsKind
	statusesKind
	abilitiesKind
	nKinds
)

var kindKeys = [nKinds]string{"aids", "returns", "care", "screenings", "sessions", "statuses", "abilities"}

var kindNames = map[string][2]string{
	"aids":       {"Aids lent", "Udlån af hjælpemidler"},
	"returns":    {"Aids returned", "Returnerede hjælpemidler"},
	"care":       {"Home care", "Hjemmehjælp"},
	"screenings": {"Screenings", "Screeninger"},
	"sessions":   {"Training sessions", "Træninger"},
	"statuses":   {"Status changes", "Statusskift"},
	"abilities":  {"Functional abilities", "Funktionsevnetilstande"},
}

// Observer counts what Finish needs. It is not safe for concurrent use: give each goroutine its own, and merge them.
type Observer struct {
	citizens int64 // seen; also the stamp of the one being seen
	kinds    [nKinds]*kindCount
	care     map[codes.Concept]*[months]int64 // thousandths of a minute
	services map[string]*codeCount
	classes  map[string]*classCount
	withLaw  [months]int64 // loans with a paragraph
	lent     []int64       // by day
	returned []int64

	weekly   [nReadings][weekMinutes + 2]int64 // citizens by their mean week in whole minutes, rounded down
	sources  [16]int64                         // citizens, by the bits below
	samples  [3]smallest
	exits    int64 // citizens all of whose loans, at least exitLoans of them on the last day, are returned
	closings int64 // closing statuses after a session or screening
	late     int64 // of them, more than lateDays later
	replaced int64 // versions of facts that were corrected later

	lastService string // the previous service and its count: rows of one citizen repeat few codes
	lastCount   *codeCount
	scratch     []int16
}

// Bits of a citizen's sources.
const (
	inAids = 1 << iota
	inCare
	inTraining
	inAbilities
)

// The factors that turn minutes of the week as they were read into what they would be had the column another meaning.
const (
	asRead           = iota
	timesVisits      // read as total, meant per visit
	timesSixty       // read as total, meant hours
	byVisits         // read per visit, meant total
	byVisitsSixty    // read per visit, meant hours
	bySixty          // read as hours, meant total
	bySixtyTimesEach // read as hours, meant per visit
	nReadings
)

const (
	weekMinutes = 7 * 24 * 60
	exitLoans   = 4
	lateDays    = 28
)

type kindCount struct {
	rows, citizens [months]int64
	people         int64
}

type codeCount struct {
	rows, citizens int64
	first, last    rettidig.Day
	stamp          int64
	minutes        *[months]int64 // of the code's concept
}

type classCount struct {
	codeCount
	loans, open [years]int64
}

// NewObserver returns an observer that has seen nobody.
func NewObserver() *Observer {
	o := &Observer{care: map[codes.Concept]*[months]int64{}, services: map[string]*codeCount{}, classes: map[string]*classCount{},
		lent: make([]int64, days), returned: make([]int64, days)}
	for i := range o.kinds {
		o.kinds[i] = &kindCount{}
	}
	return o
}

// See counts a citizen's facts that stand. Each citizen must be seen once, by one observer, with slices in the order of
// rettidig.History.Sort. The history is not kept.
func (o *Observer) See(h *rettidig.History) {
	o.citizens++
	all := len(h.Aids) + len(h.Services) + len(h.Screenings) + len(h.Sessions) + len(h.Statuses) + len(h.Conditions)
	h = h.Standing()
	o.replaced += int64(all - len(h.Aids) - len(h.Services) - len(h.Screenings) - len(h.Sessions) - len(h.Statuses) - len(h.Conditions))

	o.seeAids(h.Aids)
	o.seeCare(h.Services)
	seeMonths(o.kinds[screeningsKind], h.Screenings, func(f *rettidig.Screening) rettidig.Day { return f.Date })
	seeMonths(o.kinds[sessionsKind], h.Sessions, func(f *rettidig.Session) rettidig.Day { return f.Date })
	seeMonths(o.kinds[statusesKind], h.Statuses, func(f *rettidig.StatusChange) rettidig.Day { return f.Date })
	seeMonths(o.kinds[abilitiesKind], h.Conditions, func(f *rettidig.Condition) rettidig.Day { return f.Date })
	o.seeClosings(h)
	o.seeSources(h)
}

// seeMonths counts facts that are sorted by day.
func seeMonths[F any](k *kindCount, facts []F, day func(*F) rettidig.Day) {
	last, table := int16(-1), places()
	for i := range facts {
		at := int(day(&facts[i]) - day0)
		if at < 0 || at >= len(table) {
			continue
		}
		m := table[at]
		k.rows[m]++
		if m != last {
			k.citizens[m]++
			last = m
		}
	}
	if len(facts) > 0 {
		k.people++
	}
}

func (o *Observer) seeAids(aids []rettidig.Aid) {
	seeMonths(o.kinds[aidsKind], aids, func(a *rettidig.Aid) rettidig.Day { return a.Lent })
	table := places()
	o.scratch = o.scratch[:0]
	lastReturn, onLast, open := rettidig.NoDay, 0, 0
	for i := range aids {
		a := &aids[i]
		at := int(a.Lent - day0)
		if at < 0 || at >= len(table) {
			continue
		}
		m := table[at]
		o.lent[at]++
		if a.Paragraph != "" {
			o.withLaw[m]++
		}
		c := o.class(a.ISO6())
		o.count(&c.codeCount, a.Lent)
		c.loans[m/12]++
		back := int(a.Returned - day0)
		if !a.Returned.Valid() || back < 0 || back >= len(table) {
			c.open[m/12]++
			open++
			continue
		}
		o.returned[back]++
		o.scratch = append(o.scratch, table[back])
		switch {
		case a.Returned > lastReturn:
			lastReturn, onLast = a.Returned, 1
		case a.Returned == lastReturn:
			onLast++
		}
	}
	if open == 0 && onLast >= exitLoans {
		o.exits++
	}
	slices.Sort(o.scratch)
	k, last := o.kinds[returnsKind], int16(-1)
	for _, m := range o.scratch {
		k.rows[m]++
		if m != last {
			k.citizens[m]++
			last = m
		}
	}
	if len(o.scratch) > 0 {
		k.people++
	}
}

func (o *Observer) class(iso string) *classCount {
	c := o.classes[iso]
	if c == nil {
		c = &classCount{codeCount: codeCount{first: rettidig.NoDay, last: rettidig.NoDay}}
		o.classes[iso] = c
	}
	return c
}

// count counts a fact of a code.
func (o *Observer) count(c *codeCount, d rettidig.Day) {
	c.rows++
	if c.stamp != o.citizens {
		c.stamp = o.citizens
		c.citizens++
	}
	if !c.first.Valid() || d < c.first {
		c.first = d
	}
	c.last = max(c.last, d)
}

func (o *Observer) service(code string) *codeCount {
	if code == o.lastService && o.lastCount != nil {
		return o.lastCount
	}
	c := o.services[code]
	if c == nil {
		s, _ := codes.ServiceOf(code)
		if o.care[s.Concept] == nil {
			o.care[s.Concept] = new([months]int64)
		}
		c = &codeCount{first: rettidig.NoDay, last: rettidig.NoDay, minutes: o.care[s.Concept]}
		o.services[code] = c
	}
	o.lastService, o.lastCount = code, c
	return c
}

func (o *Observer) seeCare(weeks []rettidig.ServiceWeek) {
	seeMonths(o.kinds[careKind], weeks, func(s *rettidig.ServiceWeek) rettidig.Day { return s.Week })
	table := places()
	var sum [nReadings]float64
	n, last := 0, rettidig.NoDay
	for i := range weeks {
		s := &weeks[i]
		c := o.service(s.Code)
		o.count(c, s.Week)
		if s.Minutes == 0 {
			continue // counted only
		}
		if at := int(s.Week - day0); at >= 0 && at < len(table) {
			c.minutes[table[at]] += int64(math.Round(1000 * float64(s.Minutes)))
		}
		if s.Week != last {
			n++
			last = s.Week
		}
		minutes, visits := float64(s.Minutes), float64(max(1, s.Count))
		sum[asRead] += minutes
		sum[timesVisits] += minutes * visits
		sum[byVisits] += minutes / visits
		sum[timesSixty] += minutes * 60
		sum[byVisitsSixty] += minutes / visits * 60
		sum[bySixty] += minutes / 60
		sum[bySixtyTimesEach] += minutes / 60 * visits
	}
	if n == 0 {
		return
	}
	for way, s := range sum {
		o.weekly[way][min(int(s/float64(n)), weekMinutes+1)]++
	}
}

// seeClosings counts the courses that the system closed long after the last thing that happened in them.
func (o *Observer) seeClosings(h *rettidig.History) {
	for i := range h.Statuses {
		s := &h.Statuses[i]
		if s.Status != rettidig.Terminated && s.Status != rettidig.OptedOut {
			continue
		}
		last := rettidig.NoDay
		for j := range h.Sessions {
			if d := h.Sessions[j].Date; d <= s.Date {
				last = max(last, d)
			}
		}
		for j := range h.Screenings {
			if d := h.Screenings[j].Date; d <= s.Date {
				last = max(last, d)
			}
		}
		if !last.Valid() {
			continue
		}
		o.closings++
		if s.Date-last > lateDays {
			o.late++
		}
	}
}

func (o *Observer) seeSources(h *rettidig.History) {
	bits := 0
	if len(h.Aids) > 0 {
		bits |= inAids
	}
	if len(h.Services) > 0 {
		bits |= inCare
	}
	if len(h.Screenings)+len(h.Sessions)+len(h.Statuses) > 0 {
		bits |= inTraining
	}
	if len(h.Conditions) > 0 {
		bits |= inAbilities
	}
	o.sources[bits]++
	if bits == 0 {
		return
	}
	hash := hashOf(h.Citizen.ID)
	for i := range o.samples {
		if bits&(1<<i) != 0 {
			o.samples[i].add(hash)
		}
	}
}

// Merge adds what another observer saw of other citizens. The other one must not be used afterwards.
func (o *Observer) Merge(other *Observer) {
	o.citizens += other.citizens
	for i, k := range other.kinds {
		o.kinds[i].people += k.people
		addTo(o.kinds[i].rows[:], k.rows[:])
		addTo(o.kinds[i].citizens[:], k.citizens[:])
	}
	for concept, from := range other.care {
		if o.care[concept] == nil {
			o.care[concept] = new([months]int64)
		}
		addTo(o.care[concept][:], from[:])
	}
	for code, from := range other.services {
		o.service(code).add(from)
	}
	for iso, from := range other.classes {
		c := o.class(iso)
		c.add(&from.codeCount)
		addTo(c.loans[:], from.loans[:])
		addTo(c.open[:], from.open[:])
	}
	addTo(o.withLaw[:], other.withLaw[:])
	addTo(o.lent, other.lent)
	addTo(o.returned, other.returned)
	for way := range o.weekly {
		addTo(o.weekly[way][:], other.weekly[way][:])
	}
	addTo(o.sources[:], other.sources[:])
	for i := range o.samples {
		for _, h := range other.samples[i].list {
			o.samples[i].add(h)
		}
	}
	o.exits += other.exits
	o.closings += other.closings
	o.late += other.late
	o.replaced += other.replaced
}

func (c *codeCount) add(from *codeCount) {
	c.rows += from.rows
	c.citizens += from.citizens
	if from.first.Valid() && (!c.first.Valid() || from.first < c.first) {
		c.first = from.first
	}
	c.last = max(c.last, from.last)
}

func addTo(to, from []int64) {
	for i, n := range from {
		to[i] += n
	}
}

// SeeFacts shows an observer every citizen of a municipality that is held in memory.
func (o *Observer) SeeFacts(f *rettidig.Facts) {
	var at struct{ aids, services, screenings, sessions, statuses, conditions int }
	for i := range f.Citizens {
		o.See(&rettidig.History{Citizen: f.Citizens[i],
			Aids:       take(f.Aids, &at.aids, i),
			Services:   take(f.Services, &at.services, i),
			Screenings: take(f.Screenings, &at.screenings, i),
			Sessions:   take(f.Sessions, &at.sessions, i),
			Statuses:   take(f.Statuses, &at.statuses, i),
			Conditions: take(f.Conditions, &at.conditions, i)})
	}
}

// take returns the next rows of a table, those of one citizen.
func take[F any](rows []rettidig.Row[F], at *int, citizen int) (facts []F) {
	for ; *at < len(rows) && int(rows[*at].Citizen) == citizen; *at++ {
		facts = append(facts, rows[*at].Fact)
	}
	return facts
}
