package synth

import (
	"math"

	"github.com/rettidig/rettidig"
)

// budget is how many more minutes a week a half-year without a decline may add, all additions together, so that the
// decline rule (at least 60 minutes and 50 %) does not see one where none was drawn. A fifth is kept as a margin for
// the ups and downs of single weeks.
type budget float64

func newBudget(s *state) budget { return budget(0.8 * max(60, 0.5*s.total())) }

// spend takes minutes if there are enough left.
func (b *budget) spend(minutes float64) bool {
	if minutes > float64(*b) {
		return false
	}
	*b -= budget(minutes)
	return true
}

// enter lets a citizen without services and aids get a first one; such a citizen is not at risk in the meaning of
// the decline target, so nothing bounds it.
func (l *life) enter(s state, mark rettidig.Day) {
	day := func() rettidig.Day { return mark + 3 + rettidig.Day(l.rng.IntN(150)) }
	x, sexed := s.age-80, sexFactor(s.female)
	if l.rng.Float64() < 0.020*math.Exp(0.10*x)*sexed {
		d := day()
		for range 1 + poisson(l.rng, 0.8*l.loanRate) {
			l.lendOrdinary(&s, d+rettidig.Day(l.rng.IntN(20)))
		}
	}
	switch u := l.rng.Float64(); {
	case u < 0.0076*math.Exp(0.18*x)*sexed:
		l.practical = append(l.practical, step{day().Monday(), l.practicalStart()})
	case u < 0.0168*math.Exp(0.18*x)*sexed:
		d := day().Monday()
		l.startPersonal(d)
		if l.rng.Float64() < 0.7*l.loanRate {
			l.lendOrdinary(&s, d+2)
		}
	}
}

// sexFactor makes women begin with help more often than men: they outlive their partners.
func sexFactor(female bool) float64 {
	if female {
		return 1.15
	}
	return 0.82
}

func (l *life) practicalStart() float64 { return clamp(24*math.Exp(0.35*l.rng.NormFloat64()), 10, 46) }

// startPersonal begins personal care, often with practical help.
func (l *life) startPersonal(monday rettidig.Day) {
	m := clamp(100*math.Exp(1.2*l.rng.NormFloat64()), 20, 1500)
	l.personal = append(l.personal, step{monday, m})
	if p := level(l.practical, monday+1); p == 0 {
		if l.rng.Float64() < 0.7+0.1*min(m/300, 2) { // those who need much seldom clean themselves
			l.practical = append(l.practical, step{monday, l.practicalStart() * clamp(m/60, 0.9, 4.5)})
		}
	} else if l.rng.Float64() < 0.7 {
		l.practical = append(l.practical, step{monday, min(p*clamp(m/60, 1, 4.5), 260)})
	}
}

// quietChanges is what happens in a half-year besides the drawn event: aids, practical help, nursing, admissions,
// slow change and recovery. Nothing happens on or after end, and no fall in personal care in a half-year with an onset.
func (l *life) quietChanges(s state, mark, next, end, onset rettidig.Day) {
	b := newBudget(&s)
	if l.training(mark) {
		b -= budget(services[svcTraining].minutes)
	}
	// Changes keep clear of the landmarks, so that the four weeks before one show the level that then holds.
	day := func() rettidig.Day { return mark + 8 + rettidig.Day(l.rng.IntN(136)) }
	monday := func() rettidig.Day { return (day() + 6).Monday() }

	l.changePersonal(&s, &b, monday(), end, onset)
	l.changePractical(&s, &b, monday(), end, onset)
	l.changeNursing(&s, &b, monday(), mark, end)
	l.maybeAdmit(&s, &b, mark, next, end, onset)

	rate := 0.40
	switch {
	case s.personal > 0:
		rate = 0.82
	case s.practical > 0:
		rate = 0.59
	}
	for range poisson(l.rng, rate*l.loanRate) {
		if d := day(); d < end {
			l.lendOrdinary(&s, d)
		}
	}
	if l.hadDep { // further dependency aids are no first ones
		for range poisson(l.rng, 0.5*l.loanRate) {
			if d := day(); d < end {
				l.lend(dependency, d)
			}
		}
	}
}

// changePersonal lets personal care drift, fall after a good course, or end.
func (l *life) changePersonal(s *state, b *budget, monday, end, onset rettidig.Day) {
	u, z := l.rng.Float64(), l.rng.NormFloat64()
	if s.personal == 0 || onset.Valid() || monday >= end {
		return
	}
	set := func(m float64) {
		l.personal = append(l.personal, step{monday, m})
		if m == 0 && s.practical > 46 { // what was given because of the care goes with it
			l.practical = append(l.practical, step{monday, l.practicalStart()})
		}
	}
	if l.pending.day.Valid() {
		monday = max(l.pending.day, monday-98).Monday()
		set(max(s.personal-l.pending.minutes, 0))
		l.pending.day = rettidig.NoDay
		return
	}
	switch {
	case u < 0.03: // no longer needed
		set(0)
	case u < 0.13:
		m := s.personal * (0.45 + 0.35*l.rng.Float64())
		if m < 25 {
			m = 0
		}
		set(m)
	default:
		m := s.personal * math.Exp(0.005+0.06*z)
		if m > s.personal && !b.spend(m-s.personal) {
			return
		}
		set(m)
	}
}

// changePractical starts or ends practical help.
func (l *life) changePractical(s *state, b *budget, monday, end, onset rettidig.Day) {
	u := l.rng.Float64()
	start := l.practicalStart()
	if onset.Valid() || monday >= end {
		return
	}
	switch {
	case s.practical == 0 && u < min(0.5, 0.031*math.Exp(0.15*(s.age-82))*sexFactor(s.female)) && b.spend(start):
		l.practical = append(l.practical, step{monday, start})
	case s.practical > 0 && u < 0.02:
		l.practical = append(l.practical, step{monday, 0})
	case s.practical > 0 && s.practical < 150 && u < 0.15 && s.personal > 0 && b.spend(0.25*s.practical):
		l.practical = append(l.practical, step{monday, 1.25 * s.practical})
	}
}

// changeNursing starts home nursing or rehabilitation for a while.
func (l *life) changeNursing(s *state, b *budget, monday, mark, end rettidig.Day) {
	hc := s.personal > 0 || s.practical > 0
	for _, k := range [...]struct {
		service uint8
		chance  float64
		weeks   int // mean length; long ones run until they end
	}{
		{svcMedication, 0.05, 120}, {svcDispensing, 0.045, 140}, {svcCompression, 0.035, 80}, {svcWound, 0.06, 10},
		{svcMeasuring, 0.05, 12}, {svcRehabHygiene, 0.03, 9}, {svcRehabMobility, 0.03, 9}, {svcRetraining, 0.05, 10}, {svcMaintenance, 0.03, 30},
	} {
		p := k.chance
		if !hc {
			p *= 0.12
		}
		if s.personal > 0 {
			p *= 1.5
		}
		if l.rng.Float64() >= p || l.hasSpell(k.service, mark) {
			continue
		}
		length := 2 + poisson(l.rng, 3)
		if k.weeks > 20 {
			length = 4 + int(l.rng.ExpFloat64()*float64(k.weeks))
		} else {
			length = min(12, length+k.weeks/2)
		}
		minutes := services[k.service].minutes * (0.7 + 0.5*l.rng.Float64())
		if monday >= end || !b.spend(minutes) {
			continue
		}
		l.spells = append(l.spells, spell{k.service, minutes, monday, monday + rettidig.Day(7*length)})
	}
}

func (l *life) hasSpell(service uint8, mark rettidig.Day) bool {
	for _, sp := range l.spells {
		if sp.service == service && sp.to > mark {
			return true
		}
	}
	return false
}

// maybeAdmit makes a gap of one to four weeks followed by three weeks with more personal care. Without a decline the gap
// keeps clear of the four weeks before the next landmark: they are the "before" of the next decline.
func (l *life) maybeAdmit(s *state, b *budget, mark, next, end, onset rettidig.Day) {
	p := 0.03
	if s.personal > 0 {
		p = 0.11
	} else if s.practical > 0 {
		p = 0.06
	}
	u, weeks, at := l.rng.Float64(), 1+l.rng.IntN(4), l.rng.IntN(110)
	if onset.Valid() {
		if from := onset - rettidig.Day(7*weeks); u < 0.4 && from > mark+7 && !l.training(onset) {
			l.gaps = append(l.gaps, gap{from: from, to: onset, bumpEnd: onset})
		}
		return
	}
	from := (mark + 10 + rettidig.Day(at)).Monday()
	g := gap{from: from, to: from + rettidig.Day(7*weeks), bump: 1}
	g.bumpEnd = g.to + 21
	if u >= p || g.bumpEnd > next-35 || g.to >= end || l.training(g.to) {
		return
	}
	if s.personal > 0 && b.spend(0.25*s.personal) {
		g.bump = 1.25
	}
	l.gaps = append(l.gaps, g)
}

// training tells whether a course is going on.
func (l *life) training(t rettidig.Day) bool {
	for _, c := range l.courses {
		if c.start < t && t < c.start+100 {
			return true
		}
	}
	return false
}

func clamp(x, lo, hi float64) float64 { return min(max(x, lo), hi) }
