package features

import (
	"math"

	"github.com/rettidig/rettidig"
)

const shortLoanDays = 30

// aidView is what is seen of the loans. Day counts run backwards from as-of: a loan of yesterday is 1 day
// old, and "within 90 days" means an age of 1 to 90.
type aidView struct {
	asOf rettidig.Day
	aidTotals
	by    [numConcepts]conceptLoans // readConcepts
	named [maxNamed]namedLoans      // readNamed
	aidGrounds
	classes []uint64 // keys of the different classes, as they came: readClasses or readSequence
	aidSequence
}

// aidTotals are counted whatever is asked of the loans.
type aidTotals struct {
	ever, out                             int
	new30, new90, new365                  int
	returned90, returned365               int
	last180, before180, beforeHalf, short int // before180: the 180 days before the last 180; beforeHalf: all days before
	first, latest                         rettidig.Day
	daysLent                              int // sum over loans of the days on loan so far
}

// conceptLoans are the loans of one concept.
type conceptLoans struct {
	out, new365, returned int32
	first, latest         rettidig.Day
}

// namedLoans are the loans of a named class, and of its group.
type namedLoans struct {
	ever, group int32
	first       rettidig.Day // of the class
}

// What there is before the first loan.
var (
	noConcepts = func() (none [numConcepts]conceptLoans) {
		for i := range none {
			none[i].first, none[i].latest = rettidig.NoDay, rettidig.NoDay
		}
		return none
	}()
	noNamed = func() (none [maxNamed]namedLoans) {
		for i := range none {
			none[i].first = rettidig.NoDay
		}
		return none
	}()
)

// aidGrounds are why loans were made and what they cost: readGrounds.
type aidGrounds struct {
	priceOut, price365 float64 // NaN: no such loan has a price
	toldOut, told365   int     // loans whose paragraph is told
	lawOut, law365     [numLaws]int
}

// aidSequence is what depends on the order of the loans: readSequence.
type aidSequence struct {
	kinds        []aidKind      // by place in classes
	relent       int            // how many of them
	lent         []rettidig.Day // the day of every loan
	returnedDays []rettidig.Day // of the returns of the last year
}

// aidKind is one class that was lent. Loans of one day have no order: what is returned of them counts for later days.
type aidKind struct {
	day      rettidig.Day // of its latest loan so far
	back     rettidig.Day // the first return of a loan from before that day, NoDay: none
	backThat rettidig.Day // the first return of a loan from that day
	again    bool         // lent once more after a return
}

// look reads the loans for what is asked of them, and neither clears nor counts the rest.
func (a *aidView) look(loans []rettidig.Aid, t rettidig.Day, reads reading) {
	a.reset(t, reads)
	for i := range loans {
		l := &loans[i]
		if l.Lent >= t {
			break
		}
		if seen(l.Lent, l.KnownLent, l.Retracted, t) {
			a.add(l, t, reads)
		}
	}
}

func (a *aidView) reset(t rettidig.Day, reads reading) {
	a.asOf, a.aidTotals, a.classes = t, aidTotals{first: rettidig.NoDay, latest: rettidig.NoDay}, a.classes[:0]
	if reads&readConcepts != 0 {
		a.by = noConcepts
	}
	if reads&readNamed != 0 {
		a.named = noNamed
	}
	if reads&readGrounds != 0 {
		a.aidGrounds = aidGrounds{priceOut: math.NaN(), price365: math.NaN()}
	}
	if reads&readSequence != 0 {
		a.kinds, a.relent, a.lent, a.returnedDays = a.kinds[:0], 0, a.lent[:0], a.returnedDays[:0]
	}
}

func (a *aidView) add(l *rettidig.Aid, t rettidig.Day, reads reading) {
	old := t - l.Lent
	end := rettidig.NoDay // while no return is known
	if seen(l.Returned, l.KnownReturned, 0, t) {
		end = l.Returned
	}
	a.count(l.Lent, end, t)
	if reads&readGrounds != 0 {
		a.addGround(l, old <= 365, end == rettidig.NoDay)
	}
	if reads&(readConcepts|readNamed|readClasses|readSequence) == 0 {
		return
	}
	c := classOf(l.ISO)
	if reads&readConcepts != 0 {
		a.by[c.concept].add(l.Lent, old <= 365, end == rettidig.NoDay)
	}
	if reads&readNamed != 0 {
		a.addNamed(c, l.Lent)
	}
	if reads&(readClasses|readSequence) != 0 {
		at := a.place(c.key)
		if reads&readSequence != 0 {
			a.addToSequence(l.Lent, at, end)
		}
	}
}

// count adds to the totals a loan that was returned on the day end, NoDay while it is out.
func (a *aidView) count(lent, end, t rettidig.Day) {
	if a.ever == 0 {
		a.first = lent
	}
	a.ever++
	a.latest = lent
	old := t - lent
	switch {
	case old <= 180:
		a.last180++
	case old <= 360:
		a.before180++
		a.beforeHalf++
	default:
		a.beforeHalf++
	}
	if old <= 365 {
		a.new365++
		if old <= 90 {
			a.new90++
		}
		if old <= 30 {
			a.new30++
		}
	}
	if end == rettidig.NoDay {
		a.out++
		a.daysLent += int(old)
		return
	}
	days := max(0, int(end-lent)) // a return before the loan is a slip of the pen, not negative use
	a.daysLent += days
	if days <= shortLoanDays {
		a.short++
	}
	if t-end <= 90 {
		a.returned90++
	}
	if t-end <= 365 {
		a.returned365++
	}
}

func (c *conceptLoans) add(lent rettidig.Day, isNew, isOut bool) {
	if c.first == rettidig.NoDay {
		c.first = lent
	}
	c.latest = lent
	if isNew {
		c.new365++
	}
	if isOut {
		c.out++
	} else {
		c.returned++
	}
}

func (a *aidView) addNamed(c class, lent rettidig.Day) {
	a.named[c.group].group++ // group 0 is every class that is in no named class's group
	if c.named == 0 {
		return
	}
	n := &a.named[c.named]
	n.ever++
	if n.first == rettidig.NoDay {
		n.first = lent
	}
}

func (a *aidView) addGround(l *rettidig.Aid, isNew, isOut bool) {
	law := lawOf(l.Paragraph)
	if isNew {
		a.told365 += told(law)
		a.law365[law]++
		a.price365 = addPrice(a.price365, l.Price)
	}
	if isOut {
		a.toldOut += told(law)
		a.lawOut[law]++
		a.priceOut = addPrice(a.priceOut, l.Price)
	}
}

// place returns the place of a class among the different ones.
func (a *aidView) place(key uint64) int {
	for i, k := range a.classes {
		if k == key {
			return i
		}
	}
	a.classes = append(a.classes, key)
	return len(a.classes) - 1
}

// addToSequence keeps what depends on the order of the loans.
func (a *aidView) addToSequence(lent rettidig.Day, at int, end rettidig.Day) {
	a.lent = append(a.lent, lent)
	if at == len(a.kinds) {
		a.kinds = append(a.kinds, aidKind{day: lent, back: rettidig.NoDay, backThat: rettidig.NoDay})
	}
	k := &a.kinds[at]
	if lent > k.day {
		k.day, k.back, k.backThat = lent, earlier(k.back, k.backThat), rettidig.NoDay
	}
	if k.back != rettidig.NoDay && k.back <= lent && !k.again {
		k.again = true
		a.relent++
	}
	if end == rettidig.NoDay {
		return
	}
	k.backThat = earlier(k.backThat, end)
	if a.asOf-end <= 365 {
		a.returnedDays = append(a.returnedDays, end)
	}
}

// earlier returns the earlier of two days that may be missing.
func earlier(a, b rettidig.Day) rettidig.Day {
	if a == rettidig.NoDay || b == rettidig.NoDay {
		return max(a, b)
	}
	return min(a, b)
}

func addPrice(sum float64, price float32) float64 {
	switch {
	case !(price > 0):
		return sum
	case math.IsNaN(sum):
		return float64(price)
	}
	return sum + float64(price)
}

// position returns the place of a concept in the order in which the citizen first borrowed something of each: 1 for the
// first. Concepts that begin on the same day share a place. NaN if nothing of it was ever lent.
func (a *aidView) position(concept int) float64 {
	first := a.by[concept].first
	if first == rettidig.NoDay {
		return math.NaN()
	}
	n := 1
	for i := range a.by {
		if d := a.by[i].first; d != rettidig.NoDay && d < first {
			n++
		}
	}
	return float64(n)
}
