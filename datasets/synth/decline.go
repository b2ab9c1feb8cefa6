package synth

import (
	"github.com/rettidig/rettidig"
)

// declineChance is the probability that a citizen who is at risk declines within the half-year, before leaving.
// Two thirds of its spread on the log-odds scale come from what the record shows.
func (l *life) declineChance(s state) chance {
	x := -3.03
	x += 0.38 * clamp((s.age-82)/8, -2, 2)
	if !s.female {
		x += 0.12
	}
	x += 0.27 * float64(min(s.recent, 5))
	x += 0.035 * float64(min(s.out, 12))
	if s.outOf[wheelchair] > 0 {
		x += 0.35
	}
	if s.outOf[alarm] > 0 {
		x += 0.25
	}
	x += 0.55 * s.heaviness()
	if s.personal > 600 { // there is less left to lose
		x -= 1.8
	}
	x += 0.65 * clamp(s.trend, -1, 1.2)
	if s.admitted {
		x += 0.5
	}
	if s.nursing > 0 {
		x += 0.2
	}
	if s.age > 85 && s.recent >= 2 {
		x += 0.3
	}
	if s.lastEffect {
		x -= 0.7
	}
	return chance{x, l.cfg.Assume.Unobserved * (0.45*l.frailty + 0.42*l.rng.NormFloat64())}
}

// decline makes the drawn event happen on its onset, a Monday, in one of the ways that the rule knows.
func (l *life) decline(s state, mark, onset rettidig.Day) {
	u := l.rng.Float64()
	switch {
	case !l.hadDep && u < 0.45: // (c) a first dependency aid, most often with more help
		n := 1 + poisson(l.rng, 1.5)
		for i := range n {
			l.lend(dependency, onset+rettidig.Day(min(i, 3)))
		}
		if s.personal > 0 && l.rng.Float64() < 0.35 {
			l.raise(&s, mark, onset)
		}
	case highest(l.personal, mark-84, mark) == 0: // (e) from little or no help to personal care
		l.startPersonal(onset)
	default: // (a) at least half as much again
		l.raise(&s, mark, onset)
		if l.hadDep && l.rng.Float64() < 0.4 {
			l.lend(dependency, onset+2)
		}
	}
	for range poisson(l.rng, 0.8*l.loanRate) {
		l.lendOrdinary(&s, onset+1+rettidig.Day(l.rng.IntN(20)))
	}
}

// raise lifts personal care so far that all care together grows by more than half and more than an hour a week,
// compared with the highest level of the twelve weeks before.
func (l *life) raise(s *state, mark, onset rettidig.Day) {
	before := highest(l.personal, mark-84, mark) + highest(l.practical, mark-84, mark) + s.nursing
	gain := max(0.66*before+10, 85) * (1 + 0.38*l.rng.ExpFloat64()*min(1, 400/(before+100)))
	now := s.practical + s.nursing
	l.personal = append(l.personal, step{onset, min(before+gain-now, 3000)})
}

// highest is the largest level between two days.
func highest(steps []step, from, to rettidig.Day) float64 {
	m := level(steps, from)
	for _, s := range steps {
		if s.from >= from && s.from < to {
			m = max(m, s.minutes)
		}
	}
	return m
}

// tellDecline writes the truth of one landmark, if the record of home care covers the four weeks before it.
func (l *life) tellDecline(s state, mark rettidig.Day, c chance, declines, leaves bool) {
	if mark < l.cfg.From+28 || rettidig.AgeAt(l.birth, mark) < 65 || l.cfg.To < mark {
		return
	}
	row := truthRow{target: rettidig.Decline, asOf: mark, chance: c, probability: c.p(), outcome: no}
	switch {
	case declines:
		row.outcome = yes
	case leaves:
		row.outcome = competing
	}
	if mark+182 > l.cfg.To {
		row.outcome = unknown
	}
	l.truths = append(l.truths, row)
}
