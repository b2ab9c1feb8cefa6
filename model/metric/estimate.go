package metric

import (
	"math"

	"github.com/rettidig/rettidig/internal/groups"
)

// Estimate is a figure with its standard error and a normal interval around it, cut to where the figure can be.
// Standard error and interval are NaN where they are not defined, the figure itself need not be.
type Estimate struct {
	Value Value `json:"value"`
	SE    Value `json:"se"`
	Lower Value `json:"lower"`
	Upper Value `json:"upper"`
}

// estimate lays the normal interval of this level around v and cuts it to [least, most].
func estimate(v, variance, level, least, most float64) Estimate {
	se := math.Sqrt(variance) // NaN if negative
	half := normalQuantile(level) * se
	return Estimate{Value(v), Value(se), Value(max(least, v-half)), Value(min(most, v+half))}
}

// normalQuantile is the z for which a standard normal lies within -z and z with this probability. It panics if level
// is outside (0, 1).
func normalQuantile(level float64) float64 {
	if !(level > 0 && level < 1) {
		panic("metric: a level outside (0, 1)")
	}
	return math.Sqrt2 * math.Erfinv(level)
}

// Mean returns the weighted mean of a with a standard error that keeps the rows of a citizen together: that of a
// ratio of two sums over citizens (Cochran 1977, chapter 6, linearised), times citizens/(citizens-1). group may be
// nil, then each row stands for itself. Weights say how much a row counts, not how often it was seen: twice the weight
// is not twice the evidence. Citizens without weight do not count; with fewer than two there is no standard error.
func Mean(a, w []float64, group []int32, level float64) Estimate {
	return mean("Mean", a, w, group, level, math.Inf(-1), math.Inf(1))
}

func mean(name string, a, w []float64, group []int32, level, least, most float64) Estimate {
	check(name, len(a), w)
	g, n := clusters(name, len(a), group)
	return meanOf(a, w, g, n, level, least, most)
}

// meanOf is mean with the citizens numbered.
func meanOf(a, w []float64, g []int32, n int, level, least, most float64) Estimate {
	var sum, total float64
	for i := range a {
		sum += float64(weight(w, i) * a[i])
		total += weight(w, i)
	}
	m := sum / total
	of, there := make([]float64, n), make([]bool, n)
	for i := range a {
		if v := weight(w, i); v > 0 {
			of[g[i]] += float64(v * (a[i] - m))
			there[g[i]] = true
		}
	}
	return estimate(m, spread(of, of, there)/(total*total), level, least, most)
}

// LoglossInterval is Logloss with the interval of a Mean.
func LoglossInterval(p, y, w []float64, group []int32, level float64) Estimate {
	check("LoglossInterval", len(p), y, w)
	a := make([]float64, len(p))
	for i := range p {
		a[i] = rowLogloss(p[i], y[i])
	}
	return mean("LoglossInterval", a, w, group, level, 0, math.Inf(1))
}

// BrierInterval is Brier with the interval of a Mean.
func BrierInterval(p, y, w []float64, group []int32, level float64) Estimate {
	check("BrierInterval", len(p), y, w)
	a := make([]float64, len(p))
	for i := range p {
		a[i] = (p[i] - y[i]) * (p[i] - y[i])
	}
	return mean("BrierInterval", a, w, group, level, 0, 1)
}

// clusters gives every row the number of its citizen, 0 to n-1; without groups a row is a citizen of its own.
func clusters(name string, rows int, group []int32) ([]int32, int) {
	if group == nil {
		g := make([]int32, rows)
		for i := range g {
			g[i] = int32(i)
		}
		return g, rows
	}
	if len(group) != rows {
		panic("metric: " + name + " with a group missing for some rows")
	}
	return groups.Dense(group)
}

// spread is the sum of products of what the citizens that are there add to two sums of mean 0, times n/(n-1). It is
// NaN for fewer than two.
func spread(a, b []float64, there []bool) float64 {
	var sum, n float64
	for g := range a {
		if there[g] {
			sum += float64(a[g] * b[g])
			n++
		}
	}
	if n < 2 {
		return math.NaN()
	}
	return sum * (n / (n - 1))
}
