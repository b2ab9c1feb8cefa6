package calibrate

import (
	"math"

	"github.com/rettidig/rettidig/model/metric"
)

// Beta fits beta calibration (Kull, Silva Filho and Flach 2017, the form with three parameters) by weighted maximum
// likelihood: a logistic regression of the label on log(s) and -log(1-s), s being the probability that the learner
// gave. It bends the two ends apart, which Platt cannot: a = b is Platt's line. A coefficient below 0 would turn the
// order around; it is held at 0 and the other fitted again, a first, as the authors' program does; if neither can be
// above 0 everybody gets the base rate. Where rows leave no finite answer (parted classes, one class, fewer than three
// different x) it is Platt's line with Platt's prior.
func Beta(x, y, w []float64) *Calibrator {
	c := count(KindBeta, x, y, w)
	c.Scale = 1
	f := newBetaFit(x, y, w)
	beta, ok := f.fit(true, true)
	switch {
	case !ok:
	case beta[1] < 0:
		beta, ok = f.one(2, 1)
	case beta[2] < 0:
		beta, ok = f.one(1, 2)
	}
	if !ok {
		p := Platt(x, y, w)
		beta = [3]float64{p.Intercept, p.Slope, p.Slope}
	}
	c.Intercept, c.A, c.B = beta[0], beta[1], beta[2]
	return c
}

// betaFit holds the design: 1, log(s), -log(1-s), for rows with weight.
type betaFit struct {
	z       [][3]float64
	y, w    []float64
	base    float64 // log odds of the base rate
	classes bool    // both have weight
}

func newBetaFit(x, y, w []float64) *betaFit {
	f := &betaFit{}
	var pos, total float64
	for i := range x {
		if v := weight(w, i); v > 0 {
			f.z = append(f.z, [3]float64{1, -softplus(-x[i]), softplus(x[i])})
			f.y, f.w = append(f.y, y[i]), append(f.w, v)
			pos += v * y[i]
			total += v
		}
	}
	f.classes = pos > 0 && pos < total
	f.base = metric.Logit(pos / total)
	return f
}

// one fits coefficient k alone, or the other if k is below 0 too, or none.
func (f *betaFit) one(k, other int) ([3]float64, bool) {
	for _, j := range []int{k, other} {
		beta, ok := f.fit(j == 1, j == 2)
		if !ok || beta[j] >= 0 {
			return beta, ok
		}
	}
	return [3]float64{f.base}, true
}

// fit is Newton's method on the intercept and the coefficients that are free, the step halved until the loss does not
// rise. ok is false if there is no finite answer.
func (f *betaFit) fit(a, b bool) (beta [3]float64, ok bool) {
	if !f.classes {
		return beta, false
	}
	free := []int{0}
	if a {
		free = append(free, 1)
	}
	if b {
		free = append(free, 2)
	}
	beta[0] = f.base
	loss, g, h := f.at(beta)
	for range 200 {
		step, solved := solve(h, g, free)
		if !solved {
			return beta, false
		}
		size, scale := 0.0, 1.0
		for j := range step {
			size += math.Abs(step[j])
			scale += math.Abs(beta[j])
		}
		if scale > 1e3 {
			return beta, false
		}
		if size < 1e-10*scale {
			for j := range beta {
				beta[j] += step[j]
			}
			return beta, true
		}
		for try := 0; ; try++ {
			next := beta
			for j := range next {
				next[j] += step[j]
				step[j] /= 2
			}
			l, ng, nh := f.at(next)
			if l <= loss*(1+1e-12) { // the sum itself is not exact
				beta, loss, g, h = next, l, ng, nh
				break
			}
			if try == 40 {
				return beta, false
			}
		}
	}
	return beta, false
}

// at returns the loss, what it falls by in each direction, and its curvature.
func (f *betaFit) at(beta [3]float64) (loss float64, g [3]float64, h [3][3]float64) {
	for i, z := range f.z {
		eta := beta[0] + float64(beta[1]*z[1]) + float64(beta[2]*z[2])
		p := metric.Sigmoid(eta)
		loss += float64(f.w[i] * (softplus(eta) - float64(f.y[i]*eta)))
		r, k := float64(f.w[i]*(f.y[i]-p)), float64(f.w[i]*p)*(1-p)
		for j := range z {
			g[j] += float64(r * z[j])
			for l := range z {
				h[j][l] += float64(k * z[j] * z[l])
			}
		}
	}
	return
}

// solve solves h*step = g for the free coordinates by elimination; it fails where a pivot is lost in rounding, as with
// fewer different x than coefficients.
func solve(h [3][3]float64, g [3]float64, free []int) (step [3]float64, ok bool) {
	size := h
	for n, j := range free {
		if !(h[j][j] > 1e-11*size[j][j]) {
			return step, false
		}
		for _, k := range free[n+1:] {
			m := h[k][j] / h[j][j]
			for _, l := range free {
				h[k][l] -= float64(m * h[j][l])
			}
			g[k] -= float64(m * g[j])
		}
	}
	for n := len(free) - 1; n >= 0; n-- {
		j := free[n]
		step[j] = g[j]
		for _, k := range free[n+1:] {
			step[j] -= float64(h[j][k] * step[k])
		}
		step[j] /= h[j][j]
	}
	return step, true
}

// softplus is log(1+exp(x)).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
