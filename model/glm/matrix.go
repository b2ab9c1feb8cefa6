package glm

import "math"

// cholesky returns the lower triangle whose square is the symmetric k x k matrix h. It tells whether h is
// positive definite beyond rounding.
func cholesky(h []float64, k int) ([]float64, bool) {
	l := make([]float64, k*k)
	for a := range k {
		for b := range a + 1 {
			v := h[a*k+b]
			for c := range b {
				v -= float64(l[a*k+c] * l[b*k+c])
			}
			if a != b {
				l[a*k+b] = v / l[b*k+b]
				continue
			}
			if !(v > 1e-13*h[a*k+a]) {
				return nil, false
			}
			l[a*k+a] = math.Sqrt(v)
		}
	}
	return l, true
}

// solveFor returns x with h*x = g.
func solveFor(h, g []float64) ([]float64, bool) {
	k := len(g)
	l, ok := cholesky(h, k)
	if !ok {
		return nil, false
	}
	x := append([]float64(nil), g...)
	for a := range k {
		for c := range a {
			x[a] -= float64(l[a*k+c] * x[c])
		}
		x[a] /= l[a*k+a]
	}
	for a := k - 1; a >= 0; a-- {
		for c := a + 1; c < k; c++ {
			x[a] -= float64(l[c*k+a] * x[c])
		}
		x[a] /= l[a*k+a]
	}
	return x, true
}

// invert returns the inverse of a symmetric k x k matrix.
func invert(h []float64, k int) ([]float64, bool) {
	out := make([]float64, k*k)
	for c := range k {
		e := make([]float64, k)
		e[c] = 1
		x, ok := solveFor(h, e)
		if !ok {
			return nil, false
		}
		for a, v := range x {
			out[a*k+c] = v
		}
	}
	return out, true
}

// multiply returns the product of two k x k matrices.
func multiply(a, b []float64, k int) []float64 {
	out := make([]float64, k*k)
	for i := range k {
		for m := range k {
			f := a[i*k+m]
			for c := range k {
				out[i*k+c] += float64(f * b[m*k+c])
			}
		}
	}
	return out
}
