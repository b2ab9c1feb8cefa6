package survival

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Harrell returns the share of comparable pairs in which the citizen whom the cause took first has the
// higher score, a tie of scores being worth a half (Harrell et al. 1982). A pair is comparable if one had
// the cause at t and the other was followed beyond t or censored at t; two events at one time are not.
// Other causes count as censorings. NaN if no pair is comparable.
//
// It depends on how long people were followed: Uno does not.
func Harrell(d Data, score []float64, cause int) (float64, error) {
	lengths("Harrell", d, score)
	fromOne(cause)
	if err := d.check(); err != nil {
		return 0, err
	}
	c := slices.Clone(d.Cause)
	for i := range c {
		if int(c[i]) == cause {
			c[i] = 1
		} else {
			c[i] = 0
		}
	}
	d.Cause = c
	return concordance(d, nil, score, 1, math.Inf(1))
}

// Uno returns the same share for cases before tau, with pairs weighted so that censoring does not matter
// (Uno et al. 2011): the pair of a case at t and somebody later by 1/G(t-)^2, G(t-) being the probability
// of not being censored before t. Who had another cause at s, up to and with t, will never have this one
// and is compared too, by 1/(G(t-)G(s-)) (Wolbers et al. 2014). A tau of infinity takes all. It returns
// an error if a case cannot be weighted.
func Uno(d Data, g *Curve, score []float64, cause int, tau float64) (float64, error) {
	lengths("Uno", d, score)
	fromOne(cause)
	return concordance(d, g, score, cause, tau)
}

// concordance is Harrell's without g. Cases are met by rising time, those compared with them are kept in
// two sums over ranks of score: still there, and taken by another cause.
func concordance(d Data, g *Curve, score []float64, cause int, tau float64) (float64, error) {
	if err := d.check(); err != nil {
		return 0, err
	}
	if d.Entry != nil {
		return 0, errEntry
	}
	order := make([]int, 0, len(score))
	for i := range score {
		if score[i] != score[i] {
			return math.NaN(), nil
		}
		if weight(d.W, i) > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(d.Time[a], d.Time[b]), cmp.Compare(a, b)) })
	rank, ranks := rankOf(score)
	later, taken := make(tally, ranks+1), make(tally, ranks+1)
	// Weights enter "later" from the last time backwards, so that no difference of large sums is taken; the
	// other causes enter "taken" forwards.
	type pair struct{ won, all float64 }
	behind := make([]pair, len(order))
	inverse := func(i int) (float64, error) {
		if g == nil {
			return 1, nil
		}
		p := g.Before(d.Time[i])
		if !(p > 0) {
			return 0, fmt.Errorf("survival: row %d with an event at %v cannot be weighted: nobody was seen uncensored that long (to %v); take a smaller tau", i, d.Time[i], g.End)
		}
		return 1 / p, nil
	}
	for to := len(order); to > 0; {
		from := to - 1
		for from > 0 && d.Time[order[from-1]] == d.Time[order[to-1]] {
			from--
		}
		for _, i := range order[from:to] {
			if d.Cause[i] == 0 {
				later.add(rank[i], weight(d.W, i))
			}
		}
		for k := from; k < to; k++ {
			if i := order[k]; int(d.Cause[i]) == cause {
				behind[k].won, behind[k].all = later.below(rank[i])
			}
		}
		for _, i := range order[from:to] {
			if d.Cause[i] != 0 {
				later.add(rank[i], weight(d.W, i))
			}
		}
		to = from
	}
	var won, all float64
	for from := 0; from < len(order) && d.Time[order[from]] < tau; {
		to := from
		for ; to < len(order) && d.Time[order[to]] == d.Time[order[from]]; to++ {
			i := order[to]
			if c := int(d.Cause[i]); c != 0 && c != cause {
				v, err := inverse(i)
				if err != nil {
					return 0, err
				}
				taken.add(rank[i], float64(v*weight(d.W, i)))
			}
		}
		for k := from; k < to; k++ {
			i := order[k]
			if int(d.Cause[i]) != cause {
				continue
			}
			v, err := inverse(i)
			if err != nil {
				return 0, err
			}
			tw, ta := taken.below(rank[i])
			w := float64(weight(d.W, i) * v)
			won += float64(w * (float64(v*behind[k].won) + tw))
			all += float64(w * (float64(v*behind[k].all) + ta))
		}
		from = to
	}
	return won / all, nil
}

// rankOf numbers the distinct scores from 0 by rising score.
func rankOf(score []float64) (rank []int, n int) {
	rank = make([]int, len(score))
	order := byScore(score)
	for k, i := range order {
		if k > 0 && score[i] != score[order[k-1]] {
			n++
		}
		rank[i] = n
	}
	return rank, n + 1
}

// tally holds weights by rank in a binary indexed tree (Fenwick 1994); [0] is the sum of all.
type tally []float64

func (t tally) add(rank int, w float64) {
	t[0] += w
	for k := rank + 1; k < len(t); k += k & -k {
		t[k] += w
	}
}

// below returns the weight of lower ranks and half of that of the same, and the weight of all.
func (t tally) below(rank int) (won, all float64) {
	return (t.upTo(rank) + t.upTo(rank-1)) / 2, t[0]
}

func (t tally) upTo(rank int) float64 {
	sum := 0.0
	for k := rank + 1; k > 0; k -= k & -k {
		sum += t[k]
	}
	return sum
}
