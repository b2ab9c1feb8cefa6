package synth

import (
	"math"

	"github.com/rettidig/rettidig"
)

// state is what the record shows about a citizen before a day: the very things a feature can see. All
// probabilities are functions of it and of what the registers cannot see.
type state struct {
	age    float64 // years
	female bool

	out        int // aids on loan
	ever       int // loans so far
	recent     int // lent in the last 182 days
	walkingNew bool
	has        [dependency + 1]bool // ever lent
	outOf      [dependency + 1]int8 // on loan now

	personal, practical, nursing float64 // minutes a week now
	trend                        float64 // log of personal care now over 26 weeks ago, both plus 30 minutes
	admitted                     bool    // an admission in the last 26 weeks

	coursesEnded int
	lastComplete bool
	lastEffect   bool

	atRisk bool // any service, or an aid on loan
}

func (s *state) total() float64 { return s.personal + s.practical + s.nursing }

// heaviness is 0 without personal care, 0.5 when it begins, and grows in step with its minutes up to 1.5.
func (s *state) heaviness() float64 {
	if s.personal == 0 {
		return 0
	}
	return 0.5 + min(s.personal, 600)/600
}

// stateAt looks at everything before day t.
func (l *life) stateAt(t rettidig.Day) state {
	s := state{age: float64(t-l.birth) / year, female: l.female}
	for _, a := range l.loans {
		if a.lent >= t {
			continue
		}
		g := aidClasses[a.class].group
		s.ever++
		s.has[g] = true
		if a.lent >= t-182 {
			s.recent++
			if g == rollator || g == walking {
				s.walkingNew = true
			}
		}
		if a.returned == rettidig.NoDay || a.returned >= t {
			s.out++
			s.outOf[g]++
		}
	}
	s.personal, s.practical = level(l.personal, t), level(l.practical, t)
	for _, sp := range l.spells {
		if sp.from < t && sp.to >= t {
			s.nursing += sp.minutes
		}
	}
	s.trend = math.Log((s.personal + 30) / (level(l.personal, t-182) + 30))
	for _, g := range l.gaps {
		if g.from < t && g.from >= t-182 {
			s.admitted = true
		}
	}
	for _, c := range l.courses {
		if c.start+120 < t {
			s.coursesEnded++
			s.lastComplete, s.lastEffect = c.completes, c.completes && c.effect
		}
	}
	s.atRisk = s.out > 0 || s.total() > 0
	return s
}

// level is the value of the steps in the week before t.
func level(steps []step, t rettidig.Day) float64 {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].from < t {
			return steps[i].minutes
		}
	}
	return 0
}

// chance is a probability on the log-odds scale, in two parts.
type chance struct {
	seen   float64 // what the record shows
	hidden float64 // what it does not
}

func (c chance) p() float64 { return sigmoid(c.seen + c.hidden) }

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
