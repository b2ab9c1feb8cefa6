package survival

import (
	"fmt"
	"math"
	"sort"
)

// Curve is the probability of still being free, a step function that is 1 before the first step and
// changes at each Time to the value there. Nothing is known after End unless the curve has reached 0.
type Curve struct {
	Time     []float64 // where anybody leaves, rising
	AtRisk   []float64 // weight at risk at Time
	Events   []float64 // weight of what the curve counts at Time
	Survival []float64 // just after Time
	Variance []float64 // of Survival, Greenwood; 0 once Survival is 0
	End      float64   // the last end of follow-up
	Warnings []error   // what makes the curve doubtful
}

// KaplanMeier estimates the probability of being free of events of any cause (Kaplan and Meier 1958), with
// Greenwood's variance. It returns an error that names the first row that cannot be, and panics if the
// slices differ in length. A risk set that is empty for a while, as late entry can give, leaves a warning.
func KaplanMeier(d Data) (*Curve, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	return product(d.moments(), false), nil
}

// Censoring estimates the probability of not being censored, as the weights of Brier, AUROC and Uno want
// it: events come before censorings at the same time and are not at risk of those.
func Censoring(d Data) (*Curve, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	return product(d.moments(), true), nil
}

func product(moments []moment, censoring bool) *Curve {
	c := &Curve{End: moments[len(moments)-1].t}
	s, green := 1.0, 0.0
	for i, m := range moments {
		left, events := m.events[0]+m.rest, m.all
		if censoring {
			left, events = m.rest, m.events[0]
		}
		risk := left + events
		switch {
		case events == 0: // no step
		case !(left > 0):
			s, green = 0, 0
			if i < len(moments)-1 {
				c.Warnings = append(c.Warnings, emptied(m.t, c.End))
			}
		default:
			s *= left / risk
			green += events / (risk * left)
		}
		c.Time, c.AtRisk, c.Events = append(c.Time, m.t), append(c.AtRisk, risk), append(c.Events, events)
		c.Survival, c.Variance = append(c.Survival, s), append(c.Variance, float64(s*s)*green)
		if s == 0 {
			break
		}
	}
	return c
}

func emptied(t, end float64) error {
	return fmt.Errorf("survival: nobody is at risk just after %v, before the last end of follow-up %v: start later, when enough have entered", t, end)
}

// At returns the probability of being free just after t: NaN after End, unless the curve is at 0.
func (c *Curve) At(t float64) float64 {
	return c.step(t, sort.Search(len(c.Time), func(i int) bool { return c.Time[i] > t }))
}

// Before returns the probability of being free just before t.
func (c *Curve) Before(t float64) float64 {
	return c.step(t, sort.SearchFloat64s(c.Time, t))
}

func (c *Curve) step(t float64, n int) float64 {
	switch {
	case n > 0 && c.Survival[n-1] == 0:
		return 0
	case !(t <= c.End):
		return math.NaN()
	case n == 0:
		return 1
	}
	return c.Survival[n-1]
}

// Interval returns the range of At(t) that holds level (for instance 0.95), symmetric on the scale of
// log(-log(.)) (Kalbfleisch and Prentice 1980), so that it stays within 0 and 1. It is NaN where At is, and
// where At is 1 or 0: there the data say nothing of the spread.
func (c *Curve) Interval(t, level float64) (lower, upper float64) {
	n := sort.Search(len(c.Time), func(i int) bool { return c.Time[i] > t })
	s := c.step(t, n)
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	return logLog(s, c.Variance[n-1], level)
}

// logLog is p to the power exp(-+z*se/(p*log p)).
func logLog(p, variance, level float64) (lower, upper float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("survival: an interval of level %v, want above 0 and below 1", level))
	}
	if !(p > 0 && p < 1) {
		return math.NaN(), math.NaN()
	}
	z := math.Sqrt2 * math.Erfinv(level)
	by := z * math.Sqrt(variance) / (p * math.Log(p)) // below 0
	return math.Pow(p, math.Exp(-by)), math.Pow(p, math.Exp(by))
}

// Quantile returns the first time at which no more than 1-q are free (q 0.5: the median), and NaN if
// follow-up ends before. It panics if q is not above 0 and below 1.
func (c *Curve) Quantile(q float64) float64 {
	if !(q > 0 && q < 1) {
		panic(fmt.Sprintf("survival: quantile %v, want above 0 and below 1", q))
	}
	for i, s := range c.Survival {
		if s <= 1-q+1e-12 { // 1 - 1/2 of two rows is the median, also after rounding
			return c.Time[i]
		}
	}
	return math.NaN()
}
