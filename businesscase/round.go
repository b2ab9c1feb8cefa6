package businesscase

import "math"

// HalfUp rounds x to the nearest multiple of unit (1, 0.1, 5, 100, ...), a tie away from zero: 218.5
// gives 219 and -218.5 gives -219, so that a saving does not change size with the sign convention. unit
// <= 0 leaves x as it is. A value a few last bits below a tie counts as a tie: 3.175 is not exactly
// representable and would else give 3.17.
func HalfUp(x, unit float64) float64 {
	if !(unit > 0) || math.IsInf(x, 0) || math.IsNaN(x) {
		return x
	}
	// Dividing by the whole number 10 gives the double nearest 0.1 x; multiplying by 0.1 does not.
	per := math.Round(1 / unit)
	scaled := x / unit
	if unit < 1 {
		scaled = x * per
	}
	size := math.Abs(scaled)
	n := math.Floor(size + math.Min(1e-12*size, 1e-6) + 0.5)
	if n == 0 {
		return 0 // never minus zero, which JSON would print
	}
	n = math.Copysign(n, x)
	if unit < 1 {
		return n / per
	}
	return n * unit
}
