package businesscase

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Stratified returns n numbers in [0, 1], one from each of n equal strata, in random order. Each name
// has its own stream, so adding an uncertain quantity does not change the draws of the others; and
// because every quantity is drawn through its quantile function, the same u with a better rate never
// gives a smaller value. Strata instead of plain draws: a quantile of one rate is then nearly exact.
func Stratified(seed uint64, name string, n int) []float64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	rng := rand.New(rand.NewPCG(seed, h.Sum64()))
	u := make([]float64, n)
	for i, k := range rng.Perm(n) {
		u[i] = (float64(k) + rng.Float64()) / float64(n)
	}
	return u
}

// Posterior returns the u-quantiles of the rate's Jeffreys posterior, Beta(events + 1/2, n - events +
// 1/2): Brown, Cai, DasGupta (2001), whose interval keeps its coverage at small n and rates near 0.
// Events and n are both divided by the rate's Clustering. u is overwritten and returned.
func (r Rate) Posterior(u []float64) []float64 {
	n, events := r.alone()
	a, b := events+0.5, math.Max(0, n-events)+0.5
	for i, x := range u {
		u[i] = mathext.InvRegIncBeta(a, b, x)
	}
	return u
}

// binomialQuantile returns the smallest k with P(K <= k) >= u for K ~ Binomial(n, p).
func binomialQuantile(n int, p, u float64) int {
	if p <= 0 || n == 0 {
		return 0
	}
	if p >= 1 {
		return n
	}
	atMost := func(k int) float64 {
		switch {
		case k < 0:
			return 0
		case k >= n:
			return 1
		}
		return mathext.RegIncBeta(float64(n-k), float64(k+1), 1-p)
	}
	// The normal approximation is a step or two away; the exact distribution decides.
	u = math.Min(math.Max(u, 1e-15), 1-1e-15)
	mean, sd := float64(n)*p, math.Sqrt(float64(n)*p*(1-p))
	k := int(math.Min(math.Max(mean+sd*math.Sqrt2*math.Erfinv(2*u-1), 0), float64(n)))
	for k < n && atMost(k) < u {
		k++
	}
	for k > 0 && atMost(k-1) >= u {
		k--
	}
	return k
}

// Interval is an estimate with its 90 % interval: 5 % of the simulated values lie below Lower, 5 % above
// Upper. It always holds its own estimate (with 0 events of n the posterior alone would not).
type Interval struct {
	Estimate float64 `json:"estimate"`
	Lower    float64 `json:"lower"`
	Upper    float64 `json:"upper"`
}

// Includes tells whether x lies in the interval, its ends included.
func (i Interval) Includes(x float64) bool { return i.Lower <= x && x <= i.Upper }

func interval(estimate float64, draws []float64) Interval {
	s := slices.Clone(draws)
	slices.Sort(s)
	return Interval{
		Estimate: estimate,
		Lower:    math.Min(estimate, Quantile(s, 0.05)),
		Upper:    math.Max(estimate, Quantile(s, 0.95)),
	}
}

// Quantile interpolates between the order statistics of s, which is sorted and not empty.
func Quantile(s []float64, p float64) float64 {
	h := p * float64(len(s)-1)
	i := int(h)
	if i+1 >= len(s) {
		return s[len(s)-1]
	}
	return s[i] + float64((h-float64(i))*(s[i+1]-s[i]))
}
