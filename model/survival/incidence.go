package survival

import (
	"fmt"
	"math"
	"sort"
)

// Incidence is the probability of having had each cause, a step function that is 0 before the first step.
// Nothing is known after End unless nobody is left free.
type Incidence struct {
	Time     []float64   // where anybody leaves, rising
	Free     []float64   // the probability of no event of any cause, just after Time
	Of       [][]float64 // Of[c-1]: the probability of cause c having come, just after Time
	Variance [][]float64 // of Of
	End      float64     // the last end of follow-up
	Warnings []error     // what makes the curve doubtful
}

// AalenJohansen estimates the cumulative incidence of each cause among competing ones (Aalen and Johansen
// 1978): the share free just before t times the share of those at risk whom the cause took at t, added up.
// At each time Free and the causes sum to 1 but for rounding. The variance is by the delta method (Dinse
// and Larson 1986; Gaynor et al. 1993); with one cause it is Greenwood's. causes is how many there are; the
// data may lack some. It returns an error that names the first row that cannot be.
func AalenJohansen(d Data, causes int) (*Incidence, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	if k := d.causes(); k > causes {
		return nil, fmt.Errorf("survival: cause %d among the rows, want at most %d", k, causes)
	}
	moments := d.moments()
	inc := &Incidence{End: moments[len(moments)-1].t, Of: make([][]float64, causes), Variance: make([][]float64, causes)}
	sums := make([]spread, causes)
	free := 1.0
	for i, m := range moments {
		before, left := free, m.events[0]+m.rest
		gone := m.all > 0 && !(left > 0)
		switch {
		case gone:
			free = 0
			if i < len(moments)-1 {
				inc.Warnings = append(inc.Warnings, emptied(m.t, inc.End))
			}
		case m.all > 0:
			free *= left / (left + m.all)
		}
		for c := range inc.Of {
			events := 0.0
			if c+1 < len(m.events) {
				events = m.events[c+1]
			}
			f := sums[c].add(before, left, m.all, events)
			inc.Of[c], inc.Variance[c] = append(inc.Of[c], f), append(inc.Variance[c], sums[c].variance())
		}
		inc.Time, inc.Free = append(inc.Time, m.t), append(inc.Free, free)
		if gone {
			break
		}
	}
	return inc, nil
}

// spread adds up, for one cause with incidence F,
//
//	sum (F(t)-F_j)^2 d_j/(n_j(n_j-d_j)) + S_j^2 d_cj(n_j-d_cj)/n_j^3 - 2(F(t)-F_j) S_j d_cj/n_j^2
//
// over times j up to t, S_j being just before j, with the square multiplied out so that a step costs the
// same however many came before.
type spread struct{ f, a, af, aff, b, c, cf float64 }

func (s *spread) add(free, left, all, events float64) float64 {
	risk := left + all
	h := events / risk
	s.f += float64(free * h)
	s.b += float64(float64(free*free)*h) * (1 - h) / risk
	if all == 0 || !(left > 0) {
		return s.f // after the last there is no later F that differs from this one
	}
	a, c := all/(risk*left), float64(free*h)/risk
	s.a += a
	s.af += float64(a * s.f)
	s.aff += float64(float64(a*s.f) * s.f)
	s.c += c
	s.cf += float64(c * s.f)
	return s.f
}

func (s *spread) variance() float64 {
	return max(0, float64(float64(s.f*s.f)*s.a)-float64(2*s.f*s.af)+s.aff+s.b-2*(float64(s.f*s.c)-s.cf))
}

// At returns the probability that cause has come by t: NaN after End, unless nobody is left free. It
// panics if there is no such cause.
func (inc *Incidence) At(cause int, t float64) float64 {
	f, _ := inc.at(cause, t)
	return f
}

// Interval returns the range of At(cause, t) that holds level, symmetric on the scale of log(-log(.)). It
// is NaN where At is, and where At is 0 or 1: there the data say nothing of the spread.
func (inc *Incidence) Interval(cause int, t, level float64) (lower, upper float64) {
	f, v := inc.at(cause, t)
	return logLog(f, v, level)
}

func (inc *Incidence) at(cause int, t float64) (f, variance float64) {
	n := sort.Search(len(inc.Time), func(i int) bool { return inc.Time[i] > t })
	switch {
	case n > 0 && inc.Free[n-1] == 0: // whatever comes after, the answer is known
	case !(t <= inc.End):
		return math.NaN(), math.NaN()
	case n == 0:
		return 0, 0
	}
	return inc.Of[cause-1][n-1], inc.Variance[cause-1][n-1]
}
