package glm

import (
	"math"
)

// solver holds one fit while the penalty falls. Index 0 of the work set is the intercept.
type solver struct {
	d     *design
	y, v  []float64 // v adds up to 1
	alpha float64

	b0   float64
	beta []float64
	eta  []float64 // of every row
	res  []float64 // v*(y-p)
	prob []float64
	loss float64   // weighted mean negative log likelihood
	grad []float64 // -dloss/dbeta by column, as of the last look

	set   []int32 // columns in the work set
	inSet []bool
	curv  []float64   // v*p*(1-p) when the curvature was taken
	gram  [][]float64 // (len(set)+1) square: the curvature; row and column 0 are the intercept's
	fresh bool        // the curvature belongs to the present eta
}

func newSolver(d *design, y, v []float64, alpha float64) *solver {
	n := len(y)
	s := &solver{d: d, y: y, v: v, alpha: alpha, beta: make([]float64, len(d.cols)), eta: make([]float64, n),
		res: make([]float64, n), prob: make([]float64, n), grad: make([]float64, len(d.cols)),
		inSet: make([]bool, len(d.cols)), curv: make([]float64, n)}
	var mean, total float64
	for i := range y {
		mean += v[i] * y[i]
		total += v[i]
	}
	mean /= total
	s.b0 = math.Log(mean / (1 - mean))
	for i := range s.eta {
		s.eta[i] = s.b0
	}
	s.look()
	s.bend()
	return s
}

// look brings probabilities, residuals and loss up to date with eta.
func (s *solver) look() {
	var loss float64
	for i, eta := range s.eta {
		e := math.Exp(-math.Abs(eta))
		p := 1 / (1 + e)
		if eta < 0 {
			p = e / (1 + e)
		}
		s.prob[i] = p
		s.res[i] = s.v[i] * (s.y[i] - p)
		loss += s.v[i] * (max(eta, 0) - s.y[i]*eta + math.Log1p(e))
	}
	s.loss = loss
}

// bend takes the curvature at the present eta. The floor keeps a separated class from having none.
func (s *solver) bend() {
	for i, p := range s.prob {
		s.curv[i] = s.v[i] * max(p*(1-p), 1e-5)
	}
	s.gram = gramOf(s.d.cols, s.set, s.curv)
	s.fresh = true
}

// admit adds columns to the work set and their rows to the curvature.
func (s *solver) admit(cols []int32) {
	if len(cols) == 0 {
		return
	}
	for _, j := range cols {
		s.inSet[j] = true
	}
	old := len(s.set)
	s.set = append(s.set, cols...)
	s.gram = growGram(s.gram, s.d.cols, s.set, old, s.curv)
}

// excess is by how much column j breaks the condition for a minimum (Karush, Kuhn and Tucker).
func (s *solver) excess(j int32, lambda float64) float64 {
	b, g := s.beta[j], s.grad[j]
	l1, l2 := lambda*s.alpha, lambda*(1-s.alpha)
	switch {
	case b > 0:
		return math.Abs(g - l2*b - l1)
	case b < 0:
		return math.Abs(g - l2*b + l1)
	}
	return max(0, math.Abs(g)-l1)
}

// solve moves to the minimum at lambda, until no condition is broken by more than tol. It tells whether
// it got there.
func (s *solver) solve(lambda, tol float64) bool {
	last, stalled := math.Inf(1), 0
	for range 200 {
		worst := math.Abs(sum(s.res))
		for _, j := range s.set {
			s.grad[j] = dot(s.d.cols[j], s.res)
			worst = max(worst, s.excess(j, lambda))
		}
		if worst <= tol {
			missed := s.missed(lambda, tol)
			if len(missed) == 0 {
				return true
			}
			s.admit(missed)
			last = math.Inf(1)
			continue
		}
		// Where rounding is all that is left to win, a step moves nothing and costs as much as any other.
		if stalled++; worst < 0.7*last {
			stalled = 0
		}
		if stalled > 10 {
			return worst < 1e-6
		}
		if worst > 0.4*last && !s.fresh {
			s.bend()
		}
		last = worst
		if !s.move(lambda, tol) {
			if s.fresh {
				return worst < 1e-6
			}
			s.bend()
		}
	}
	return false
}

// missed returns the columns outside the work set that break their condition, and takes the gradient of
// all of them.
func (s *solver) missed(lambda, tol float64) []int32 {
	var out []int32
	for j := range s.d.cols {
		if s.inSet[j] {
			continue
		}
		s.grad[j] = dot(s.d.cols[j], s.res)
		if s.excess(int32(j), lambda) > tol {
			out = append(out, int32(j))
		}
	}
	return out
}

// move takes one Newton step, halved until the objective does not rise. It tells whether it moved.
func (s *solver) move(lambda, tol float64) bool {
	step := s.descend(lambda, tol)
	before := s.loss + s.penalty(lambda)
	rounding := 1e-15 * (1 + math.Abs(before))
	fresh := s.fresh
	s.fresh = false
	taken := 0.0
	for share := 1.0; share > 1e-8; share /= 2 {
		s.shift(step, share-taken)
		taken = share
		s.look()
		if s.loss+s.penalty(lambda) <= before+rounding {
			return true
		}
	}
	s.shift(step, -taken)
	s.look()
	s.fresh = fresh
	return false
}

// shift adds share times the step to the coefficients and to eta.
func (s *solver) shift(step []float64, share float64) {
	if b := share * step[0]; b != 0 {
		s.b0 += b
		for i := range s.eta {
			s.eta[i] += b
		}
	}
	for k, j := range s.set {
		if b := share * step[k+1]; b != 0 {
			s.beta[j] += b
			// A coefficient that the step sets to zero must be zero, not a rounding error.
			if math.Abs(s.beta[j]) < 1e-15 {
				s.beta[j] = 0
			}
			axpy(b, s.d.cols[j], s.eta)
		}
	}
}

func (s *solver) penalty(lambda float64) float64 {
	var l1, l2 float64
	for _, j := range s.set {
		l1 += math.Abs(s.beta[j])
		l2 += s.beta[j] * s.beta[j]
	}
	return lambda * (s.alpha*l1 + (1-s.alpha)/2*l2)
}

// descend minimises the quadratic model of the objective by coordinate descent and returns the step:
// first the intercept's, then that of each column of the work set.
func (s *solver) descend(lambda, tol float64) []float64 {
	k := len(s.set) + 1
	step, slope := make([]float64, k), make([]float64, k) // slope: gradient left after the step so far
	slope[0] = sum(s.res)
	for i, j := range s.set {
		slope[i+1] = s.grad[j]
	}
	change := func(i int, by float64) {
		step[i] += by
		row := s.gram[i]
		for m := range slope {
			slope[m] -= float64(row[m] * by)
		}
	}
	l1, l2 := lambda*s.alpha, lambda*(1-s.alpha)
	one := func(i int) float64 {
		h := s.gram[i][i]
		if i == 0 {
			by := slope[0] / h
			change(0, by)
			return math.Abs(by) * h
		}
		old := s.beta[s.set[i-1]] + step[i]
		u := slope[i] + h*old
		var now float64
		switch {
		case u > l1:
			now = (u - l1) / (h + l2)
		case u < -l1:
			now = (u + l1) / (h + l2)
		}
		if now == old {
			return 0
		}
		change(i, now-old)
		return math.Abs(now-old) * h
	}
	for range 1000 {
		worst := 0.0
		for i := range k {
			worst = max(worst, one(i))
		}
		if worst < 0.1*tol {
			break
		}
		for range 100 { // only those that are not zero, until they rest
			active := 0.0
			for i := range k {
				if i == 0 || s.beta[s.set[i-1]]+step[i] != 0 {
					active = max(active, one(i))
				}
			}
			if active < 0.1*tol {
				break
			}
		}
	}
	return step
}
