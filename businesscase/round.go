package businesscase

import "math"

// HalfUp rounds x to the nearest multiple of unit (1, 0.1, 5, 100, ...), a tie away from zero: 218.5
// gives 219 and -218.5 gives -219, so that a saving does not change size with the sign convention. unit
// <= 0 leaves x as it is. A value within a billionth of a tie counts as a tie: 10.85 is not exactly
// representable and would else be rounded by its last bit.
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
	n := math.Floor(math.Abs(scaled)*(1+1e-9) + 0.5)
	if n == 0 {
		return 0 // never minus zero, which JSON would print
	}
	n = math.Copysign(n, x)
	if unit < 1 {
		return n / per
	}
	return n * unit
}
