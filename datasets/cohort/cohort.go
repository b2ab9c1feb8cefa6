package cohort

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig"
)

// Outcome is what a row turned out to be.
type Outcome string

// The outcomes. Censored: not known (yet); Competing: something else came first that made it impossible.
const (
	Event     Outcome = "event"
	None      Outcome = "none"
	Competing Outcome = "competing"
	Censored  Outcome = "censored"
)

// Landmark says where the index date of a row lies.
type Landmark string

// The landmarks. Features see facts known before the index date.
const (
	Start Landmark = "start" // the day after the baseline: the baseline screening is known. Decline rows are Start, too
	Offer Landmark = "offer" // the day of the baseline: it is not known yet
)

// Row is one citizen at one index date.
type Row struct {
	Citizen  int // index into the histories given to Build
	Course   int // the citizen's how-manyeth course, from 0; -1 for decline
	Landmark Landmark
	Index    rettidig.Day
	Outcome  Outcome
	Label    float64 // 1 event, 0 none, NaN competing and censored
	Cause    string
	// Matured is the day by whose end the label is known. Rows of one index date are due together, after 112 days
	// (completion), 126 (effect, benefit) or 182 (decline), also when one of them was decided earlier:
	// completers are known before dropouts, and a training set cut by date must not hold more of them. It is
	// later only where it took longer to see that a citizen had not, or had, left, and where a fact that the outcome
	// rests on was written down or corrected later. It is never later than the extract.
	Matured rettidig.Day
	Weight  float64
}

// Count is a number of Start rows.
type Count struct {
	Outcome Outcome `json:"outcome"`
	Cause   string  `json:"cause"`
	N       int     `json:"n"`
}

// Cohort is what is known about the rows of one target. The Start rows are the cohort proper; Offer rows show the same
// courses one day earlier and are for training only.
type Cohort struct {
	Target       rettidig.Target
	Protocol     Protocol
	Extract      rettidig.Day
	Rows         []Row   // by citizen, index date; nil if a Builder gave them out block by block
	Counts       []Count // of Start rows, by outcome and cause
	Citizens     int     // with a Start row
	Courses      int     // courses that began, whatever the target
	EndedCourses int     // of these, completed or interrupted: neither censored nor cut short by death
	Warnings     []error
}

// Build makes the cohort of a target from what was known at the end of the extract date. The order of the
// histories decides only the order of the rows; facts later than the extract date are not looked at.
func Build(hs []rettidig.History, target rettidig.Target, p Protocol, extract rettidig.Day) (*Cohort, error) {
	cal := NewCalendar(extract)
	cal.Add(hs, 0)
	b, err := NewBuilder(target, p, cal)
	if err != nil {
		return nil, err
	}
	rows := b.Add(hs, 0)
	c := b.Finish()
	c.Rows = rows
	return c, nil
}

// Builder makes a cohort of citizens that come block by block. It is for one goroutine.
type Builder struct {
	c         *Cohort
	cal       calendar
	covered   rettidig.Day
	landmarks []rettidig.Day
	counts    map[Count]int // N is 0
	citizens  int           // added so far
	each      perCitizen
}

// NewBuilder begins a cohort. cal must have seen all citizens; the extract date is the calendar's.
func NewBuilder(target rettidig.Target, p Protocol, cal *Calendar) (*Builder, error) {
	if _, err := rettidig.ParseTarget(string(target)); err != nil {
		return nil, fmt.Errorf("cohort: %w", err)
	}
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("cohort: protocol %s: %w", p.Name(), err)
	}
	if !cal.extract.Valid() {
		return nil, fmt.Errorf("cohort: the extract date is missing")
	}
	b := &Builder{c: &Cohort{Target: target, Protocol: p, Extract: cal.extract}, cal: cal.sealed(), counts: map[Count]int{}}
	b.covered = b.cal.covered(cal.extract)
	b.chooseLandmarks()
	return b, nil
}

// Add returns the rows of some more citizens, by citizen and index date; Row.Citizen counts all citizens that were
// added. So many workers (0: one per processor) share the citizens; the rows do not depend on them.
func (b *Builder) Add(hs []rettidig.History, workers int) []Row {
	rows := each(&b.each, hs, workers, func() *builder {
		o := newObserver(b.c.Protocol)
		o.sorted = true
		return &builder{o: o, target: b.c.Target, extract: b.c.Extract, cal: b.cal, covered: b.covered, landmarks: b.landmarks}
	}, func(w *builder, i int, into *[]Row) {
		w.rows = *into
		w.citizen(b.citizens+i, sortedServices(&hs[i]))
		*into, w.rows = w.rows, nil
	})
	last := -1
	for i := range rows {
		if rows[i].Landmark != Start {
			continue
		}
		b.counts[Count{Outcome: rows[i].Outcome, Cause: rows[i].Cause}]++
		if rows[i].Citizen != last {
			last = rows[i].Citizen
			b.c.Citizens++
		}
	}
	b.citizens += len(hs)
	return rows
}

// builder makes the rows of one citizen after the other. It is one worker of a Builder.
type builder struct {
	o         *observer
	target    rettidig.Target
	extract   rettidig.Day
	cal       calendar
	covered   rettidig.Day
	landmarks []rettidig.Day
	rows      []Row

	courses    int
	stray      int
	afterDeath int
	ends       []rettidig.Day // of ended courses, the day their completion was due
}

func (b *builder) citizen(i int, h *rettidig.History) {
	first := len(b.rows)
	x := b.o.observe(h, b.extract)
	if x.afterDeath {
		b.afterDeath++
	}
	courses, stray := b.o.courses(x)
	b.stray += stray
	b.courses += len(courses)
	for k := range courses {
		b.course(i, k, x, &courses[k])
	}
	if b.target == rettidig.Decline {
		b.decline(i, h, x)
	}
	b.awaitLateFacts(h, b.rows[first:])
}

func (b *builder) course(citizen, k int, x *person, c *Course) {
	completion := b.o.completion(x, c, b.covered)
	if completion.outcome == Event || completion.outcome == None {
		b.ends = append(b.ends, c.Baseline+rettidig.Day(b.o.p.Completion.FinalTo))
	}
	v := completion
	switch b.target {
	case rettidig.Decline:
		return
	case rettidig.Effect:
		if completion.outcome != Event {
			return
		}
		v = b.o.effect(x, c)
	case rettidig.Benefit:
		v = b.o.benefit(x, c, b.covered)
	}
	weight := b.o.p.LandmarkWeight
	b.add(Row{Citizen: citizen, Course: k, Landmark: Offer, Index: c.Baseline, Weight: weight}, v)
	b.add(Row{Citizen: citizen, Course: k, Landmark: Start, Index: c.Baseline + 1, Weight: weight}, v)
}

func (b *builder) decline(citizen int, h *rettidig.History, x *person) {
	for _, index := range b.landmarks {
		if ok, _ := b.o.atRisk(b.o.glance(h, index-1), index); !ok {
			continue
		}
		b.add(Row{Citizen: citizen, Course: -1, Landmark: Start, Index: index, Weight: 1}, b.o.decline(x, index, b.cal, b.covered))
	}
}

func (b *builder) add(r Row, v verdictOf) {
	r.Outcome, r.Cause, r.Matured, r.Label = v.outcome, v.cause, min(v.decided, b.extract), math.NaN()
	switch v.outcome {
	case Event:
		r.Label = 1
	case None:
		r.Label = 0
	}
	b.rows = append(b.rows, r)
}

// chooseLandmarks lists the index dates of decline: those with services delivered for before_weeks before. Without any
// services only loans can show decline, and every date since the first of them would do; then the five years before
// the extract are used.
func (b *Builder) chooseLandmarks() {
	if b.c.Target != rettidig.Decline {
		return
	}
	r := b.c.Protocol.Decline
	from := b.c.Extract - 5*365
	if b.cal.any() {
		from = b.cal.first + rettidig.Day(7*r.BeforeWeeks)
	} else {
		b.warn("there are no services: decline can be seen from dependency aids only")
	}
	b.landmarks = r.landmarks(from, b.c.Extract)
	if len(b.landmarks) == 0 {
		b.warn("no index date of decline (%v) lies between %s, when there are %d weeks of services before it, and the extract date %s", r.Landmarks, from, r.BeforeWeeks, b.c.Extract)
	}
}

func (b *Builder) warn(format string, args ...any) {
	b.c.Warnings = append(b.c.Warnings, fmt.Errorf(format, args...))
}

// Finish returns the cohort, without its rows.
func (b *Builder) Finish() *Cohort {
	c := b.c
	for k, n := range b.counts {
		k.N = n
		c.Counts = append(c.Counts, k)
	}
	slices.SortFunc(c.Counts, func(a, b Count) int { return cmp.Or(cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Cause, b.Cause)) })
	var sum builder
	for _, w := range b.each.workers {
		w := w.(*builder)
		sum.courses, sum.stray, sum.afterDeath, sum.ends = sum.courses+w.courses, sum.stray+w.stray, sum.afterDeath+w.afterDeath, append(sum.ends, w.ends...)
	}
	c.Courses, c.EndedCourses = sum.courses, len(sum.ends)
	c.Warnings = append(c.Warnings, b.cal.warnings()...)
	if gap := c.Extract - b.covered; gap > 13 {
		b.warn("services end on %s, %d days before the extract date: later index dates cannot be followed to their end", b.covered, gap)
	}
	if sum.stray > 0 {
		b.warn("%d sessions and screenings belong to no course: they follow a closing, or sessions that no screening or Active began", sum.stray)
	}
	if sum.afterDeath > 0 {
		b.warn("%d citizens have sessions or screenings after the day of death; these are ignored", sum.afterDeath)
	}
	b.warnOfTooFew(sum.ends)
	return c
}

// warnOfTooFew projects when there will be enough ended courses, at the pace of the year up to the extract date.
func (b *Builder) warnOfTooFew(ends []rettidig.Day) {
	need, have := b.c.Protocol.MinEndedCourses, len(ends)
	if have >= need || b.c.Target == rettidig.Decline {
		return
	}
	lastYear := 0
	for _, d := range ends {
		if d > b.c.Extract-365 {
			lastYear++
		}
	}
	if lastYear == 0 {
		b.warn("%d courses have ended, %d are needed to train own models, and none ended in the year before %s", have, need, b.c.Extract)
		return
	}
	days := int(math.Ceil(float64(need-have) * 365 / float64(lastYear)))
	if days > 100*365 {
		b.warn("%d courses have ended, %d are needed to train own models; at %d a year that takes more than a century", have, need, lastYear)
		return
	}
	b.warn("%d courses have ended, %d are needed to train own models; at the pace of the last year (%d) that will be on %s", have, need, lastYear, b.c.Extract+rettidig.Day(days))
}

// TrainingLabel is the label that a learner gets: 1 or 0, or NaN for a row that is not used. Under the estimand
// cumulative_incidence a row whose competing event came first is a 0: the event did not come first. That is not the
// same as "no decline", and figures that are shown to people use Label.
func TrainingLabel(r Row, p Protocol) float64 {
	if r.Outcome == Competing && p.Estimand == CumulativeIncidence {
		return 0
	}
	return r.Label
}

// Eligible says whether the question of a target makes sense for a citizen on a date, by facts known before it,
// and if not, why.
func Eligible(h *rettidig.History, p Protocol, t rettidig.Target, asOf rettidig.Day) (ok bool, why string) {
	o := newObserver(p)
	x := o.observe(h, asOf-1)
	if t == rettidig.Decline {
		return o.atRisk(x, asOf)
	}
	if x.died.Valid() && x.died < asOf {
		return false, WhyDied
	}
	if o.hasLeft(x, asOf) {
		return false, WhyLeft
	}
	// A course whose first screening was yesterday is the one that is being asked about.
	courses, _ := o.courses(x)
	if n := len(courses); n > 0 && courses[n-1].EndedBy == Open && courses[n-1].Done(asOf) > 0 {
		return false, WhyRunning
	}
	if !o.helped(x, asOf) {
		return false, WhyNoHomeCare
	}
	return true, ""
}

// helped tells whether x got home care in the last helper_weeks full weeks: it takes a helper to train with.
func (o *observer) helped(x *person, asOf rettidig.Day) bool {
	lastSunday := asOf.Monday() - 1 // of the last full week known in the morning of asOf
	return x.servedBetween(lastSunday-rettidig.Day(7*(o.p.Course.HelperWeeks-1)), lastSunday)
}
