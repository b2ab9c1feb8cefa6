package gam

// smooth draws neighbouring bins of a number together (Whittaker 1923, first differences): it returns the s that minimises
// sum w (s - value)^2 + lambda * sum (next s - s)^2, lambda being strength times the mean weight of a bin. The weighted mean stays,
// and what rose or fell throughout still does, as the system is an M-matrix in three diagonals.
func smooth(value, w []float64, strength float64) {
	n := len(value)
	if n < 2 {
		return
	}
	var total float64
	for _, v := range w {
		total += v
	}
	lambda := strength * total / float64(n)
	if lambda <= 0 {
		return
	}
	// Gaussian elimination from the left, then back.
	diag, right := make([]float64, n), make([]float64, n)
	for k := range value {
		diag[k], right[k] = w[k]+2*lambda, w[k]*value[k]
		if k == 0 || k == n-1 {
			diag[k] -= lambda
		}
		if k > 0 {
			f := lambda / diag[k-1]
			diag[k] -= f * lambda
			right[k] += f * right[k-1]
		}
	}
	for k := n - 1; k >= 0; k-- {
		if k < n-1 {
			right[k] += lambda * value[k+1]
		}
		value[k] = right[k] / diag[k]
	}
}
