package synth

import (
	"math"
	"math/rand/v2"
	"sort"

	"github.com/rettidig/rettidig"
)

// lend adds one loan of a group. Two of one class on one day are one registration.
func (l *life) lend(g aidGroup, day rettidig.Day) {
	t := &byGroup[g]
	i := 0
	if len(t.class) > 1 {
		i = min(sort.SearchFloat64s(t.cum, l.rng.Float64()*t.cum[len(t.cum)-1]), len(t.class)-1)
	}
	class := t.class[i]
	if lentOn(l.loans, class, day) {
		return
	}
	a := loan{class: class, lent: day, returned: rettidig.NoDay}
	if back := day + loanDays(l.rng, class); back <= l.cfg.To {
		a.returned = back
	}
	l.loans = append(l.loans, a)
	if g == dependency {
		l.hadDep = true
	}
}

// loanDays draws how long a loan was meant to last.
func loanDays(rng *rand.Rand, class uint8) rettidig.Day {
	c := &aidClasses[class]
	d := c.scale * math.Pow(rng.ExpFloat64(), 1/c.shape)
	return rettidig.Day(clamp(d, 1, 5000))
}

// lendOrdinary lends one aid that is no dependency aid. First aids come in the usual order: walking aid and bath
// stool, then toilet and alarm, then chairs and cushions; what one has is seldom lent again.
func (l *life) lendOrdinary(s *state, day rettidig.Day) {
	first := func(g aidGroup, never, again float64) float64 {
		if s.has[g] {
			return again
		}
		return never
	}
	frail := s.personal > 0 || s.outOf[dependency] > 0
	w := [...]float64{
		rollator:    first(rollator, 0.23, 0.05),
		walking:     0.045,
		showerStool: first(showerStool, 0.195, 0.01),
		toiletSeat:  first(toiletSeat, 0.09, 0.005),
		alarm:       first(alarm, 0.08, 0.015),
		wheelchair:  first(wheelchair, 0.042, 0.055),
		commode:     0.022,
		cushion:     0.036,
		mattress:    0.02,
		otherAid:    0.5,
	}
	if frail {
		w[alarm] *= 2
		w[commode] *= 3
		w[cushion] *= 2.5
		w[mattress] *= 2.5
		w[wheelchair] *= 1.3
	}
	sum := 0.0
	for _, x := range w {
		sum += x
	}
	u := l.rng.Float64() * sum
	for g, x := range w {
		if u < x {
			l.lend(aidGroup(g), day)
			s.has[g] = true
			return
		}
		u -= x
	}
}

// poisson draws a count by multiplying uniforms; the means here are small.
func poisson(rng *rand.Rand, mean float64) int {
	if mean <= 0 {
		return 0
	}
	limit, p, n := math.Exp(-mean), 1.0, 0
	for {
		p *= rng.Float64()
		if p <= limit || n >= 30 {
			return n
		}
		n++
	}
}
