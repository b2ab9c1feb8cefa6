package metric

import "math"

// placements returns the auroc and, for each row, the weighted share of the other class that the row is on the right
// side of, a tie counting half: the placement values of DeLong, DeLong and Clarke-Pearson 1988, all in one pass over
// the sorted rows (as Sun and Xu 2014 do with midranks). Their mean over either class is the auroc.
func placements(score, y, w []float64) (auroc float64, v []float64, pos, neg float64) {
	order := falling(score)
	for i := range score {
		if y[i] > 0.5 {
			pos += weight(w, i)
		} else {
			neg += weight(w, i)
		}
	}
	v = make([]float64, len(score))
	var above, aboveNeg, sum float64
	ties(score, order, func(from, to int) {
		var tp, tn float64
		for _, i := range order[from:to] {
			if y[i] > 0.5 {
				tp += weight(w, int(i))
			} else {
				tn += weight(w, int(i))
			}
		}
		over, under := (above+tp/2)/pos, (neg-aboveNeg-tn/2)/neg
		for _, i := range order[from:to] {
			v[i] = over
			if y[i] > 0.5 {
				v[i] = under
			}
		}
		sum += float64(tn * over)
		above, aboveNeg = above+tp, aboveNeg+tn
	})
	if unknown(score, order) {
		sum = math.NaN()
	}
	return sum / neg, v, pos, neg
}

// placed is the variance of a mean placement, v, around its mean m, citizens kept together (Obuchowski 1997): what a
// citizen's positive rows add, what the negative rows add, and how the two go together in one citizen. Where every
// citizen has one row this is DeLong's.
func placed(v []float64, m float64, y, w []float64, group []int32, citizens int, pos, neg float64) float64 {
	a, b := make([]float64, citizens), make([]float64, citizens)
	hasA, hasB, has := make([]bool, citizens), make([]bool, citizens), make([]bool, citizens)
	for i := range v {
		k := weight(w, i)
		if k <= 0 {
			continue
		}
		g := group[i]
		has[g] = true
		if y[i] > 0.5 {
			a[g] += float64(k * (v[i] - m))
			hasA[g] = true
		} else {
			b[g] += float64(k * (v[i] - m))
			hasB[g] = true
		}
	}
	return spread(a, a, hasA)/(pos*pos) + spread(b, b, hasB)/(neg*neg) + 2*spread(a, b, has)/(pos*neg)
}

// AUROCInterval returns AUROC with the standard error of DeLong et al. 1988 and the normal interval from it, cut to
// [0, 1]. With group, rows of one citizen are kept together (Obuchowski 1997); nil says that each row stands for
// itself. Weights say how much a row counts, not how often it was seen, and count rows of weight 0 not at all; with
// equal weights the answer is DeLong's. It takes n log n.
//
// There is no standard error with fewer than two citizens of either class, and none where every pair is in order or
// every pair is not: DeLong's would be 0 then, which no few rows can support.
func AUROCInterval(score, y, w []float64, group []int32, level float64) Estimate {
	check("AUROCInterval", len(score), y, w)
	g, n := clusters("AUROCInterval", len(score), group)
	a, v, pos, neg := placements(score, y, w)
	variance := placed(v, a, y, w, g, n, pos, neg)
	if !(pos > 0 && neg > 0) {
		a = math.NaN()
	}
	if a <= 0 || a >= 1 {
		variance = math.NaN()
	}
	return estimate(a, variance, level, 0, 1)
}

// Comparison is the difference of two figures on the same rows, the second from the first.
type Comparison struct {
	A          Value    `json:"a"`
	B          Value    `json:"b"`
	Difference Estimate `json:"difference"` // A - B
	Z          Value    `json:"z"`
	P          Value    `json:"p"` // two-sided
}

// CompareAUROC tests whether two scores of the same rows have the same auroc, by the standard error that the
// difference of correlated areas has (DeLong et al. 1988; citizens and weights as in AUROCInterval). Two scores with
// the same order have no difference and P 1. Z and P are NaN where there is no standard error.
func CompareAUROC(a, b, y, w []float64, group []int32, level float64) Comparison {
	check("CompareAUROC", len(a), b, y, w)
	g, n := clusters("CompareAUROC", len(a), group)
	one, v, pos, neg := placements(a, y, w)
	two, u, _, _ := placements(b, y, w)
	if !(pos > 0 && neg > 0) {
		one, two = math.NaN(), math.NaN()
	}
	for i := range v {
		v[i] -= u[i]
	}
	variance := placed(v, one-two, y, w, g, n, pos, neg)
	c := Comparison{A: Value(one), B: Value(two), Difference: estimate(one-two, variance, level, -1, 1)}
	if variance == 0 && one != two { // each a whole class apart: see AUROCInterval
		c.Difference = estimate(one-two, math.NaN(), level, -1, 1)
	}
	z := (one - two) / float64(c.Difference.SE)
	if one == two && variance == 0 {
		z = 0
	}
	c.Z, c.P = Value(z), Value(math.Erfc(math.Abs(z)/math.Sqrt2))
	return c
}
