package account

import (
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig"
)

// Value is a number of minutes or kroner that was realised.
type Value struct {
	Kind
	Amount float64 `json:"amount"`
}

// RealisedQuarter is what had become of the courses that began in a quarter, as known on a day. A later one about the
// same quarter corrects it; both are kept.
type RealisedQuarter struct {
	Quarter   Quarter      `json:"quarter"`
	DataAsOf  rettidig.Day `json:"data_as_of"`
	Started   int          `json:"started"` // courses of citizens whom the model selected
	Ended     int          `json:"ended"`   // of those started, one way or another
	Completed int          `json:"completed"`
	Effect    int          `json:"effect"` // of those completed
	Values    []Value      `json:"values,omitempty"`
}

// Realised is one delivery of realised figures.
type Realised struct {
	By         string            `json:"by"`
	Source     string            `json:"source,omitempty"`
	PriceLevel string            `json:"price_level,omitempty"` // required where there are kroner
	Quarters   []RealisedQuarter `json:"quarters"`
}

// Validate reports every fault of r in one error.
func (r *Realised) Validate() error {
	var e faults
	e.text("by", r.By, true)
	e.text("source", r.Source, false)
	e.check(len(r.Quarters) >= 1 && len(r.Quarters) <= mostQuarters, "quarters", len(r.Quarters), fmt.Sprintf("1 to %d", mostQuarters))
	kroner := false
	for i := range r.Quarters {
		q := &r.Quarters[i]
		e.check(i == 0 || q.Quarter.Compare(r.Quarters[i-1].Quarter) > 0, "quarters", q.Quarter, "each quarter once, in order")
		q.validate(&e)
		kroner = kroner || slices.ContainsFunc(q.Values, func(v Value) bool { return v.Quantity == Kroner })
	}
	checkPriceLevel(&e, r.PriceLevel, kroner)
	return e.err("realised")
}

func (q *RealisedQuarter) validate(e *faults) {
	at := q.Quarter.String() + ": "
	e.check(q.DataAsOf.Valid() && q.DataAsOf >= q.Quarter.Start(), at+"data_as_of", q.DataAsOf, "a day in or after the quarter")
	e.check(q.Started >= 0 && q.Started <= mostCourses, at+"started", q.Started, "0 to 1,000,000")
	for _, c := range []struct {
		name, whole string
		n, of       int
	}{{"ended", "started", q.Ended, q.Started}, {"completed", "ended", q.Completed, q.Ended}, {"effect", "completed", q.Effect, q.Completed}} {
		e.check(c.n >= 0 && c.n <= c.of, at+c.name, c.n, fmt.Sprintf("0 to the %d %s", c.of, c.whole))
	}
	last := -1
	for _, v := range q.Values {
		p := v.place()
		e.check(p > last && v.Gain != "", at+"values", v.Kind, "minutes_per_week or kroner with its gain, each once and in order")
		e.check(math.Abs(v.Amount) <= mostValue, at+v.Kind.String(), v.Amount, "a number up to 1e12")
		last = p
	}
}

// count returns what was realised of a kind, and whether it was told.
func (q *RealisedQuarter) count(k Kind) (float64, bool) {
	switch k.Quantity {
	case Completions:
		return float64(q.Completed), true
	case Effects:
		return float64(q.Effect), true
	}
	for _, v := range q.Values {
		if v.Kind == k {
			return v.Amount, true
		}
	}
	return 0, false
}

func (q *RealisedQuarter) same(r *RealisedQuarter) bool {
	return q.Quarter == r.Quarter && q.DataAsOf == r.DataAsOf && q.Started == r.Started && q.Ended == r.Ended &&
		q.Completed == r.Completed && q.Effect == r.Effect && slices.Equal(q.Values, r.Values)
}

// Look is how many courses had come to their day 112 by a day, whether they had ended before or not, and what became of
// them. Courses enter on that day and not when they end: those who stop do so early, and would be too many among the first.
type Look struct {
	AsOf      rettidig.Day `json:"as_of"`
	Courses   int          `json:"courses"` // all so far, not those since the last look
	Completed int          `json:"completed"`
	Effect    int          `json:"effect"`
}

// Looks is one delivery of them.
type Looks struct {
	By    string `json:"by"`
	Looks []Look `json:"looks"`
}

// mostLooks is a hundred years of weeks.
const mostLooks = 5200

// Validate reports every fault of l in one error.
func (l *Looks) Validate() error {
	var e faults
	e.text("by", l.By, true)
	e.check(len(l.Looks) >= 1 && len(l.Looks) <= mostLooks, "looks", len(l.Looks), fmt.Sprintf("1 to %d", mostLooks))
	for i, k := range l.Looks {
		at := k.AsOf.String() + ": "
		e.check(k.AsOf.Valid(), "as_of", "not given", "a date such as 2026-11-20")
		e.check(k.Courses >= 0 && k.Courses <= mostCourses, at+"courses", k.Courses, "0 to 1,000,000")
		e.check(k.Completed >= 0 && k.Completed <= k.Courses, at+"completed", k.Completed, fmt.Sprintf("0 to the %d courses", k.Courses))
		e.check(k.Effect >= 0 && k.Effect <= k.Completed, at+"effect", k.Effect, fmt.Sprintf("0 to the %d completed", k.Completed))
		if i > 0 {
			e.check(k.AsOf > l.Looks[i-1].AsOf, "as_of", k.AsOf, "each day once, in order")
			grows(&e, l.Looks[i-1], k)
		}
	}
	return e.err("looks")
}

// grows checks that b, later than a, counts at least what a did.
func grows(e *faults, a, b Look) {
	at := b.AsOf.String() + ": "
	e.check(b.Courses >= a.Courses, at+"courses", b.Courses, fmt.Sprintf("at least the %d of %s: all so far", a.Courses, a.AsOf))
	e.check(b.Completed >= a.Completed && b.Completed-a.Completed <= b.Courses-a.Courses, at+"completed", b.Completed, fmt.Sprintf("%d and one at most for each further course", a.Completed))
	e.check(b.Effect >= a.Effect && b.Effect-a.Effect <= b.Completed-a.Completed, at+"effect", b.Effect, fmt.Sprintf("%d and one at most for each further completed one", a.Effect))
}
