package metric

import "math"

// Line fits logit(probability of y) = intercept + slope*x by weighted maximum likelihood (Cox 1958): x
// being the log odds that a model gave, slope 1 and intercept 0 are perfect calibration, and a slope
// below 1 says that the model is too sure. y may be a share in [0, 1]. ok is false if x is constant, a
// class is missing or the classes are parted by x, so that there is no finite answer; the numbers then
// mean nothing.
//
// Newton's method with the step halved until the likelihood does not fall.
func Line(x, y, w []float64) (intercept, slope float64, ok bool) {
	check("Line", len(x), y, w)
	return newton(x, y, w, 0)
}

// LineInterval is Line with intervals that keep the rows of a citizen together: the sandwich of the score sums by
// citizen between the inverse curvature (Liang and Zeger 1986), times citizens/(citizens-1). group may be nil, then
// each row stands for itself. Weights say how much a row counts, not how often it was seen.
func LineInterval(x, y, w []float64, group []int32, level float64) (intercept, slope Estimate, ok bool) {
	check("LineInterval", len(x), y, w)
	g, n := clusters("LineInterval", len(x), group)
	a, b, ok := newton(x, y, w, 0)
	if !ok {
		nan := estimate(math.NaN(), math.NaN(), level, math.Inf(-1), math.Inf(1))
		return nan, nan, false
	}
	var h lineSums
	h.add(x, y, w, a, b)
	det := h.h00*h.h11 - h.h01*h.h01
	by, there := make([]lineSums, n), make([]bool, n)
	for i := range x {
		if v := weight(w, i); v > 0 {
			by[g[i]].row(x[i], y[i], v, a, b)
			there[g[i]] = true
		}
	}
	// What each citizen moves the line by, to first order.
	da, db := make([]float64, n), make([]float64, n)
	for k := range by {
		da[k] = (h.h11*by[k].g0 - h.h01*by[k].g1) / det
		db[k] = (h.h00*by[k].g1 - h.h01*by[k].g0) / det
	}
	intercept = estimate(a, spread(da, da, there), level, math.Inf(-1), math.Inf(1))
	slope = estimate(b, spread(db, db, there), level, math.Inf(-1), math.Inf(1))
	return intercept, slope, true
}

// LineToward is Line with the slope drawn towards 1, as by a normal prior with this standard deviation.
// With few rows it is the better guess of the slope that later rows will show.
func LineToward(x, y, w []float64, sd float64) (intercept, slope float64, ok bool) {
	check("LineToward", len(x), y, w)
	return newton(x, y, w, 1/(sd*sd))
}

func newton(x, y, w []float64, prior float64) (intercept, slope float64, ok bool) {
	var s lineSums
	s.add(x, y, w, 0, 0)
	if s.weight <= 0 || s.pos <= 0 || s.pos >= s.weight {
		return 0, 0, false
	}
	a, b := Logit(s.pos/s.weight), 0.0
	s = lineSums{}
	s.add(x, y, w, a, b)
	s.draw(b, prior)
	for range 100 {
		da, db, solved := s.step()
		if !solved {
			return 0, 0, false
		}
		size := math.Abs(da) + math.Abs(db)
		if size < 1e-9*(1+math.Abs(a)+math.Abs(b)) { // Newton doubles the digits: the next step would be rounding
			return a + da, b + db, math.Abs(b) < 1e3
		}
		var next lineSums
		for try := 0; ; try++ {
			next = lineSums{}
			next.add(x, y, w, a+da, b+db)
			next.draw(b+db, prior)
			if next.loss <= s.loss*(1+1e-11) { // the sum itself is not exact
				break
			}
			if try == 40 {
				return a, b, s.small()
			}
			da, db = da/2, db/2
		}
		a, b, s = a+da, b+db, next
	}
	return a, b, s.small() && math.Abs(b) < 1e3
}

// lineSums are the loss of a line, its gradient and its curvature.
type lineSums struct {
	weight, pos, loss float64
	g0, g1            float64
	h00, h01, h11     float64
}

func (s *lineSums) add(x, y, w []float64, a, b float64) {
	for i := range x {
		if v := weight(w, i); v != 0 {
			s.row(x[i], y[i], v, a, b)
		}
	}
}

func (s *lineSums) row(x, y, v, a, b float64) {
	eta := a + b*x
	e := math.Exp(-math.Abs(eta))
	p := 1 / (1 + e)
	if eta < 0 {
		p = e / (1 + e)
	}
	r, h := v*(y-p), v*p*(1-p)
	s.weight += v
	s.pos += v * y
	s.loss += v * (max(eta, 0) - y*eta + math.Log(1+e))
	s.g0 += r
	s.g1 += r * x
	s.h00 += h
	s.h01 += h * x
	s.h11 += h * x * x
}

// draw adds the prior on the slope.
func (s *lineSums) draw(b, prior float64) {
	s.loss += prior / 2 * (b - 1) * (b - 1)
	s.g1 -= prior * (b - 1)
	s.h11 += prior
}

// step solves the two Newton equations; it fails when x has no spread under the current weights.
func (s *lineSums) step() (da, db float64, ok bool) {
	if s.h00 <= 0 {
		return 0, 0, false
	}
	spread := s.h11 - s.h01*s.h01/s.h00
	if !(spread > 1e-12*(s.h11+1e-300)) {
		return 0, 0, false
	}
	db = (s.g1 - s.g0*s.h01/s.h00) / spread
	return (s.g0 - s.h01*db) / s.h00, db, true
}

func (s *lineSums) small() bool { return math.Abs(s.g0)+math.Abs(s.g1) < 1e-6*s.weight }
