package tree

import "math"

// A Shapley value weighs a coalition of k among d-1 others by k!(d-1-k)!/d!, which is the integral of
// t^k (1-t)^(d-1-k) over [0, 1]. A leaf pays its value if every column on the way there allows it: a known
// column does or does not, an unknown one does in the share z of the training rows. So what one of d columns
// adds is an integral of a polynomial of degree d-1 in t,
//
//	value * (o_i - z_i) * integral of the product over the other columns j of  o_j t + z_j (1-t)
//
// with o_j 1 or 0 for what the row does, and Gauss's rule of half as many points gives it exactly. All
// factors are positive, so unlike the recurrences of Lundberg et al. (2018, algorithm 2) and of Linear
// TreeSHAP (Yu et al. 2022) nothing cancels.

// fours is how many points of a rule are kept together.
const fours = 4

// rule is Gauss and Legendre's rule on [0, 1], filled up to whole fours by points without weight.
type rule []ruleFour

type ruleFour struct{ t, w [fours]float64 }

// gauss returns the rule with n points, exact for polynomials of degree 2n-1.
func gauss(n int) rule {
	r := make(rule, (n+fours-1)/fours)
	for i := range r {
		r[i].t = [fours]float64{0.5, 0.5, 0.5, 0.5}
	}
	for i := range n {
		// Not every processor gives the same last bits of a cosine, and where one starts shows in the point's own last bit.
		x := float64(float32(math.Cos(math.Pi * (float64(i) + 0.75) / (float64(n) + 0.5))))
		var slope float64
		for range 100 {
			before, p := 1.0, x // Legendre's polynomials of degree k-1 and k
			for k := 2; k <= n; k++ {
				before, p = p, (float64(float64(2*k-1)*x*p)-float64(float64(k-1)*before))/float64(k)
			}
			slope = float64(n) * (float64(x*p) - before) / (float64(x*x) - 1)
			d := p / slope
			x -= d
			if math.Abs(d) < 1e-16 {
				break
			}
		}
		r[i/fours].t[i%fours] = (1 + x) / 2
		r[i/fours].w[i%fours] = 1 / ((1 - float64(x*x)) * slope * slope)
	}
	return r
}
