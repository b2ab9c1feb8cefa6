package formula

import "math"

// Round rounds x to the nearest multiple of to, a tie away from zero, so that a saving does not change size with
// the sign convention. A value a few last bits below a tie counts as a tie (3.175 is not exactly representable).
// to must be positive: else the result is NaN. It never returns minus zero.
func Round(x, to float64) float64 {
	return toMultiple(x, to, func(size float64) float64 {
		return math.Floor(size + math.Min(1e-12*size, 1e-6) + 0.5)
	})
}

// nearMultiple is how far below a multiple, in steps, a value still counts as that multiple when rounding down:
// 0.29 × 100 must not become 28. A spreadsheet does the same with ROUND(..., 6).
const nearMultiple = 5e-7

// RoundDown rounds x toward zero to a multiple of to; a value within half a millionth of a step below a multiple
// counts as it. to must be positive: else the result is NaN. It never returns minus zero.
func RoundDown(x, to float64) float64 {
	return toMultiple(x, to, func(size float64) float64 { return math.Floor(size + nearMultiple) })
}

func toMultiple(x, to float64, whole func(float64) float64) float64 {
	switch {
	case !(to > 0):
		return math.NaN()
	case math.IsInf(x, 0) || math.IsNaN(x) || math.IsInf(to, 0):
		return x
	}
	per := perUnit(to)
	scaled := x / to
	if per > 0 {
		scaled = x * per
	}
	n := whole(math.Abs(scaled))
	if n == 0 {
		return 0
	}
	n = math.Copysign(n, x)
	if per > 0 {
		return n / per
	}
	return n * to
}

// perUnit is the whole number of steps in 1 (20 for 0.05), or 0 when there is none. Dividing by the whole number
// 10 gives the double nearest 0.1 x; multiplying by 0.1 does not.
func perUnit(to float64) float64 {
	if p := math.Round(1 / to); to < 1 && math.Abs(1/to-p) < 1e-9*p {
		return p
	}
	return 0
}
