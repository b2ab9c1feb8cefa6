package synth

import (
	"math"

	"github.com/rettidig/rettidig"
)

// exits are the chances of leaving within a half-year, each given that nothing else happens.
type exits struct{ death, home, move float64 }

func (e exits) total() float64 { return 1 - (1-e.death)*(1-e.home)*(1-e.move) }

// deathRisk is how much likelier somebody in this state dies than an independent citizen of the same age and sex.
func (l *life) deathRisk(s *state) float64 {
	hc := l.cfg.Assume.HomeCareDeath
	r := 1.0
	switch {
	case s.personal >= 480:
		r = 2.1 * hc
	case s.personal >= 120:
		r = 1.6 * hc
	case s.personal > 0:
		r = hc
	case s.practical > 0:
		r = 1 + 0.25*(hc-1)
	case s.out > 0:
		r = 1 + 0.2*(hc-1)
	}
	if s.outOf[dependency] > 0 {
		r *= 1 + 0.5*(hc-1)
	}
	return r
}

// meanRisks are the mean of deathRisk over everybody at home, times what nursing homes add, at the ages of deathKnots:
// fitted so that the whole population dies at the published rates when HomeCareDeath is 2.
var meanRisks = [2][]float64{
	{1, 1.10, 1.12, 1.39, 1.60, 1.63, 1.85, 2.2, 2.2}, // men
	{1, 1.00, 1.15, 1.45, 2.05, 2.00, 2.75, 2.4, 2.4}, // women
}

// meanDeathRisk interpolates meanRisks at an age.
func meanDeathRisk(age float64, female bool, hc float64) float64 {
	r := meanRisks[0]
	if female {
		r = meanRisks[1]
	}
	x := clamp((age-deathKnots[0].age)/5, 0, float64(len(r)-1)-1e-9)
	i := int(x)
	m := r[i] + (x-float64(i))*(r[i+1]-r[i])
	return 1 + (hc-1)*(m-1)
}

func (l *life) exitChances(s state, mark rettidig.Day) exits {
	hc := l.cfg.Assume.HomeCareDeath
	q := deathRate(s.age+0.25, s.female) * l.deathRisk(&s) / meanDeathRisk(s.age, s.female, hc)
	e := exits{death: 1 - math.Exp(-q/2)}
	switch {
	case s.personal >= 480:
		e.home = 0.105
	case s.personal >= 120:
		e.home = 0.085
	case s.personal > 0:
		e.home = 0.035
	case s.atRisk:
		e.home = 0.006
	default:
		e.home = 0.0004
	}
	if s.outOf[dependency] > 0 {
		e.home *= 1.3
	}
	if !s.female {
		e.home *= 1.15
	}
	e.home = min(0.5, 1.35*e.home*math.Exp(0.045*(s.age-82)))
	e.move = 0.006 * math.Exp(-0.03*(s.age-70))
	return e
}

// leave ends the record on a day; which exit it is follows the chances.
func (l *life) leave(e exits, day rettidig.Day) {
	l.exit = day
	switch u := l.rng.Float64() * (e.death + e.home + e.move); {
	case u < e.death:
		l.how, l.died, l.resident = dies, day, day
	case u < e.death+e.home:
		l.how = nursingHome
	default:
		l.how, l.resident = movesAway, day
	}
}

// liveInNursingHome knows only death: a third leave or die within a year of moving in.
func (l *life) liveInNursingHome(s state, mark rettidig.Day, spared bool) {
	q := 0.33 * math.Exp(0.025*(s.age-84))
	if mark < l.exit+300 { // the first year is the worst
		q *= 1.6
	}
	if !s.female {
		q *= 1.25
	}
	if u := l.rng.Float64(); u < 1-math.Exp(-q/2) && !spared {
		day := mark + 1 + rettidig.Day(l.rng.IntN(180))
		if day > l.exit {
			l.died, l.resident = day, day
		}
	}
}
