package features

import (
	"math"
	"slices"

	"github.com/rettidig/rettidig"
)

const shortLoanDays = 30

// aidView is what is seen of the loans. Day counts run backwards from as-of: a loan of yesterday is 1 day
// old, and "within 90 days" means an age of 1 to 90.
type aidView struct {
	asOf                                  rettidig.Day
	ever, out                             int
	new30, new90, new365                  int
	returned90, returned365               int
	last180, before180, beforeHalf, short int // before180: the 180 days before the last 180; beforeHalf: all days before
	first, latest                         rettidig.Day
	daysLent                              int // sum over loans of the days on loan so far
	outBy, new365By, everBy, returnedBy   [numConcepts]int
	firstBy, latestBy                     [numConcepts]rettidig.Day
	everOf, everIn                        [maxNamed]int          // loans of a named class, and of its group
	firstOf                               [maxNamed]rettidig.Day // of a named class
	priceOut, price365                    float64                // NaN: no such loan has a price
	toldOut, told365                      int                    // loans whose paragraph is told
	lawOut, law365                        [numLaws]int
	kinds                                 []aidKind      // different classes, as they came
	relent                                int            // how many of them
	lent                                  []rettidig.Day // the day of every loan
	returnedDays                          []rettidig.Day // of the returns of the last year
}

// aidKind is one class that was lent. Loans of one day have no order: what is returned of them counts for later days.
type aidKind struct {
	key      uint64
	day      rettidig.Day // of its latest loan so far
	back     rettidig.Day // the first return of a loan from before that day, NoDay: none
	backThat rettidig.Day // the first return of a loan from that day
	again    bool         // lent once more after a return
}

// look reads the loans; sequence tells whether what depends on their order is asked for.
func (a *aidView) look(loans []rettidig.Aid, t rettidig.Day, sequence bool) {
	*a = aidView{
		asOf: t, kinds: a.kinds[:0], lent: a.lent[:0], returnedDays: a.returnedDays[:0],
		first: rettidig.NoDay, latest: rettidig.NoDay, priceOut: math.NaN(), price365: math.NaN(),
	}
	for i := range a.firstBy {
		a.firstBy[i], a.latestBy[i] = rettidig.NoDay, rettidig.NoDay
	}
	for i := range a.firstOf {
		a.firstOf[i] = rettidig.NoDay
	}
	for i := range loans {
		l := &loans[i]
		if l.Lent >= t {
			break
		}
		if seen(l.Lent, l.KnownLent, l.Retracted, t) {
			a.add(l, t, sequence)
		}
	}
}

func (a *aidView) add(l *rettidig.Aid, t rettidig.Day, sequence bool) {
	c := classOf(l.ISO)
	a.ever++
	a.everBy[c.concept]++
	if a.first == rettidig.NoDay {
		a.first = l.Lent
	}
	if a.firstBy[c.concept] == rettidig.NoDay {
		a.firstBy[c.concept] = l.Lent
	}
	a.latest, a.latestBy[c.concept] = l.Lent, l.Lent
	if c.named > 0 {
		a.everOf[c.named]++
		if a.firstOf[c.named] == rettidig.NoDay {
			a.firstOf[c.named] = l.Lent
		}
	}
	a.everIn[c.group]++ // group 0 is every class that is in no named class's group
	old := t - l.Lent
	switch {
	case old <= 180:
		a.last180++
	case old <= 360:
		a.before180++
		a.beforeHalf++
	default:
		a.beforeHalf++
	}
	law := lawOf(l.Paragraph)
	if old <= 30 {
		a.new30++
	}
	if old <= 90 {
		a.new90++
	}
	if old <= 365 {
		a.new365++
		a.new365By[c.concept]++
		a.told365 += told(law)
		a.law365[law]++
		a.price365 = addPrice(a.price365, l.Price)
	}
	end := a.addUse(l, int(c.concept), t)
	if end == rettidig.NoDay {
		a.toldOut += told(law)
		a.lawOut[law]++
		a.priceOut = addPrice(a.priceOut, l.Price)
	}
	if sequence {
		a.addToSequence(l, c.key, end)
	}
}

// addUse counts how long the loan has lasted, and returns the day of its return, NoDay while none is known.
func (a *aidView) addUse(l *rettidig.Aid, concept int, t rettidig.Day) rettidig.Day {
	if !seen(l.Returned, l.KnownReturned, 0, t) {
		a.out++
		a.outBy[concept]++
		a.daysLent += int(t - l.Lent)
		return rettidig.NoDay
	}
	days := max(0, int(l.Returned-l.Lent)) // a return before the loan is a slip of the pen, not negative use
	a.daysLent += days
	a.returnedBy[concept]++
	if days <= shortLoanDays {
		a.short++
	}
	if t-l.Returned <= 90 {
		a.returned90++
	}
	if t-l.Returned <= 365 {
		a.returned365++
	}
	return l.Returned
}

// addToSequence keeps what depends on the order of the loans.
func (a *aidView) addToSequence(l *rettidig.Aid, key uint64, end rettidig.Day) {
	a.lent = append(a.lent, l.Lent)
	at := slices.IndexFunc(a.kinds, func(k aidKind) bool { return k.key == key })
	if at < 0 {
		at = len(a.kinds)
		a.kinds = append(a.kinds, aidKind{key: key, day: l.Lent, back: rettidig.NoDay, backThat: rettidig.NoDay})
	}
	k := &a.kinds[at]
	if l.Lent > k.day {
		k.day, k.back, k.backThat = l.Lent, earlier(k.back, k.backThat), rettidig.NoDay
	}
	if k.back != rettidig.NoDay && k.back <= l.Lent && !k.again {
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
	first := a.firstBy[concept]
	if first == rettidig.NoDay {
		return math.NaN()
	}
	n := 1
	for _, d := range a.firstBy {
		if d != rettidig.NoDay && d < first {
			n++
		}
	}
	return float64(n)
}
