package proposal

import "math"

// Apply rounds x, in the unit of To. A nil Rounding changes nothing. Nearest takes halves away from zero. What lies
// within 1e-9 of a half or of a multiple, relative to the size of the figure but never more than a millionth of To,
// counts as on it: 0.7 x 1,250 is meant.
func (r *Rounding) Apply(x float64) float64 {
	if r == nil || x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	n := x / r.To
	slack := 1e-9 * math.Min(math.Max(1, math.Abs(n)), 1000)
	switch r.Mode {
	case "toward zero":
		n = math.Copysign(math.Floor(math.Abs(n)+slack), n)
	case "down":
		n = math.Floor(n + slack)
	case "up":
		n = math.Ceil(n - slack)
	default:
		n = math.Copysign(math.Floor(math.Abs(n)+0.5+slack), n)
	}
	if n == 0 {
		return 0 // and not -0
	}
	if inverse := math.Round(1 / r.To); r.To < 1 && math.Abs(inverse*r.To-1) < 1e-12 {
		return n / inverse // 108 tenths are 10.8, not 10.800000000000001
	}
	return n * r.To
}
