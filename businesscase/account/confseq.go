package account

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Sequence is a confidence sequence for a share: an interval after every course such that the true share lies in all of
// them, for ever, with probability at least 1 - Alpha. It may be looked at daily, and an answer may be acted on the
// first time it comes: that is what an ordinary interval does not allow.
//
// It is the two-sided beta-binomial mixture of Howard, Ramdas, McAuliffe and Sekhon (2021), "Time-uniform,
// nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49(2), after Robbins (1970): p is left out as
// soon as a bet against p, its stake spread over the alternatives by Beta(c p, c (1 - p)), has multiplied its money by 1/Alpha.
// By Ville's inequality that happens to the true p at some time with probability at most Alpha. c makes the interval
// narrowest around TunedFor courses; any c is valid if it is chosen beforehand. The bet needs only how many courses there
// were and how many went well, so it may be looked at after each course or once a quarter.
//
// It presumes that courses come with the same share. When the share moves the sequence is about the shares on the way.
type Sequence struct {
	Alpha    float64 // in (0, 1)
	TunedFor float64 // courses, at least 1
}

// tuning returns c.
func (q Sequence) tuning() float64 {
	if !(q.Alpha > 0 && q.Alpha < 1 && q.TunedFor >= 1) {
		panic(fmt.Sprintf("account: confidence sequence of alpha %v tuned for %v courses", q.Alpha, q.TunedFor))
	}
	l := 2 * math.Log(1/q.Alpha)
	return max(q.TunedFor/(l+math.Log1p(l))-1, 1e-3)
}

// LogWealth returns the logarithm of what a stake of 1 against the share p in (0, 1) has become after n courses of which
// s went well. s and n need not be whole, so that what is to come can be thought ahead. It panics unless 0 <= s <= n.
func (q Sequence) LogWealth(s, n, p float64) float64 {
	if !(s >= 0 && s <= n && p > 0 && p < 1) {
		panic(fmt.Sprintf("account: %v of %v courses, share %v", s, n, p))
	}
	c := q.tuning()
	a, b := c*p, c*(1-p)
	return mathext.Lbeta(a+s, b+n-s) - mathext.Lbeta(a, b) - float64(s*math.Log(p)) - float64((n-s)*math.Log1p(-p))
}

// Rejects tells whether p is left out after s of n courses.
func (q Sequence) Rejects(s, n, p float64) bool { return q.LogWealth(s, n, p) >= math.Log(1/q.Alpha) }

// Interval returns the shares that are not left out after n courses of which s went well; 0 to 1 before the first.
func (q Sequence) Interval(s, n int) (lower, upper float64) {
	q.tuning()
	x, m := float64(s), float64(n)
	mean := 0.5
	if n > 0 {
		mean = x / m
	}
	// The wealth falls as p comes nearer to the mean from either side. Halving ends where no number is between.
	edge := func(out, in float64) float64 {
		for {
			mid := out + (in-out)/2
			if mid == out || mid == in {
				return in
			}
			if mid > 0 && mid < 1 && q.Rejects(x, m, mid) {
				out = mid
			} else {
				in = mid
			}
		}
	}
	lower, upper = 0, 1
	if s > 0 {
		lower = edge(0, mean)
	}
	if s < n {
		upper = edge(1, mean)
	}
	return lower, upper
}

// mostMore is where thinking ahead ends: a century of Copenhagen's courses.
const mostMore = 100_000

// More returns how many more courses at the share so far would leave p out, and false if mostMore do not.
func (q Sequence) More(s, n int, p float64) (int, bool) {
	if n == 0 {
		return 0, false
	}
	rate := float64(s) / float64(n)
	out := func(m int) bool {
		all := float64(n + m)
		return q.Rejects(min(float64(rate*all), all), all, p)
	}
	if out(0) {
		return 0, true
	}
	if !out(mostMore) {
		return 0, false
	}
	lo, hi := 0, mostMore // not at lo, at hi
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; out(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi, true
}

// Exact returns the exact interval of Clopper and Pearson (1934) for s of n at the given level, such as 0.95: right for
// one look at a number fixed beforehand, and for that only. 0 to 1 if n is 0.
func Exact(s, n int, level float64) (lower, upper float64) {
	if !(s >= 0 && s <= n && level > 0 && level < 1) {
		panic(fmt.Sprintf("account: %d of %d at level %v", s, n, level))
	}
	tail := (1 - level) / 2
	lower, upper = 0, 1
	if s > 0 {
		lower = mathext.InvRegIncBeta(float64(s), float64(n-s+1), tail)
	}
	if s < n {
		upper = mathext.InvRegIncBeta(float64(s+1), float64(n-s), 1-tail)
	}
	return lower, upper
}
