package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// clip is the distance from 0 and 1 at which Logloss cuts probabilities, the machine epsilon: the same
// as scikit-learn's.
const clip = 0x1p-52

// Logloss returns the weighted mean of -log(probability given to what happened). Probabilities are cut
// to [2^-52, 1-2^-52], so that one wrong certainty costs 36 and not infinity.
func Logloss(p, y, w []float64) float64 {
	check("Logloss", len(p), y, w)
	var sum, total float64
	for i := range p {
		v := weight(w, i)
		sum += v * rowLogloss(p[i], y[i])
		total += v
	}
	return sum / total
}

func rowLogloss(p, y float64) float64 {
	p = min(max(p, clip), 1-clip)
	if y > 0.5 {
		return -math.Log(p)
	}
	return -math.Log1p(-p)
}

// Brier returns the weighted mean squared distance between probability and outcome.
func Brier(p, y, w []float64) float64 {
	check("Brier", len(p), y, w)
	var sum, total float64
	for i := range p {
		v, d := weight(w, i), p[i]-y[i]
		sum += v * d * d
		total += v
	}
	return sum / total
}

// Point is one bin of a calibration curve.
type Point struct {
	N        int     `json:"n"`
	Weight   float64 `json:"weight"`
	Mean     float64 `json:"predicted"` // weighted mean probability
	Observed float64 `json:"observed"`  // weighted share of positives
	Lower    float64 `json:"lower"`     // Wilson, 95 %
	Upper    float64 `json:"upper"`
}

// Curve groups rows into bins of equal weight by probability. A row's bin is
// floor(bins * (weight with a smaller p + half the weight with this very p) / total): rows with one and
// the same probability are never parted, whatever their order, and a bin may therefore be empty and left
// out. The Wilson interval takes Kish's effective number of rows, in which the rows of one group (a citizen) within a bin
// count as one of their added weight: two rows of a course tell hardly more than one. With group nil every row is its own.
func Curve(p, y, w []float64, group []int32, bins int) []Point {
	check("Curve", len(p), y, w)
	if group != nil && len(group) != len(p) {
		panic(fmt.Sprintf("metric: Curve of %d rows with %d groups", len(p), len(group)))
	}
	bin := equalBins(p, w, bins)
	pts := make([]Point, bins)
	square := squares(bin, w, group, bins)
	for i, b := range bin {
		v := weight(w, i)
		pts[b].N++
		pts[b].Weight += v
		pts[b].Mean += v * p[i]
		pts[b].Observed += v * y[i]
	}
	out := pts[:0]
	for b, pt := range pts {
		if pt.Weight <= 0 {
			continue
		}
		pt.Mean /= pt.Weight
		pt.Observed = min(1, pt.Observed/pt.Weight)
		pt.Lower, pt.Upper = Wilson(pt.Observed, pt.Weight*pt.Weight/square[b], 1.959963984540054)
		out = append(out, pt)
	}
	return out
}

// squares returns by bin the sum over groups of the squared weight that the group has in the bin.
func squares(bin []int, w []float64, group []int32, bins int) []float64 {
	order := make([]int, len(bin))
	for i := range order {
		order[i] = i
	}
	of := func(i int) int32 {
		if group == nil {
			return int32(i)
		}
		return group[i]
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(bin[a], bin[b]), cmp.Compare(of(a), of(b)), cmp.Compare(a, b))
	})
	out := make([]float64, bins)
	var together float64
	for k, i := range order {
		together += weight(w, i)
		if k+1 == len(order) || bin[order[k+1]] != bin[i] || of(order[k+1]) != of(i) {
			out[bin[i]] += together * together
			together = 0
		}
	}
	return out
}

func equalBins(p, w []float64, bins int) []int {
	order := falling(p)
	var total float64
	for i := range p {
		total += weight(w, i)
	}
	bin := make([]int, len(p))
	var above float64
	ties(p, order, func(from, to int) {
		var tied float64
		for _, i := range order[from:to] {
			tied += weight(w, int(i))
		}
		below := total - above - tied
		b := min(bins-1, max(0, int(math.Floor(float64(bins)*(below+tied/2)/total))))
		for _, i := range order[from:to] {
			bin[i] = b
		}
		above += tied
	})
	return bin
}

// ECE returns the expected calibration error over 10 bins of equal weight (see Curve): the weighted mean
// of |mean probability - observed share|.
func ECE(p, y, w []float64) float64 {
	var sum, total float64
	for _, pt := range Curve(p, y, w, nil, 10) {
		sum += pt.Weight * math.Abs(pt.Mean-pt.Observed)
		total += pt.Weight
	}
	return sum / total
}

// ECEDebiased is ECE without what chance adds to it: a bin of few rows shows a gap even where there is none. From each
// bin's |gap| it takes the mean of |gap + noise| less |gap|, noise being normal with the variance that the bin's
// observed share has (Kumar, Liang and Ma 2019 take this mean by simulation; it is that of a folded normal). It is
// never below 0. The noise takes rows as independent, with Kish's effective number under weights; where citizens come
// back, Bootstrap's interval sees more of it.
func ECEDebiased(p, y, w []float64) float64 {
	check("ECEDebiased", len(p), y, w)
	of := equalBins(p, w, 10)
	var weights, square, gap, hits [10]float64
	var total, sum float64
	for i, b := range of {
		v := weight(w, i)
		weights[b] += v
		square[b] += v * v
		gap[b] += v * (p[i] - y[i])
		hits[b] += v * y[i]
		total += v
	}
	for b, v := range weights {
		if v > 0 {
			share := hits[b] / v
			g := math.Abs(gap[b] / v)
			sum += v * (2*g - folded(g, math.Sqrt(share*(1-share)*square[b])/v))
		}
	}
	return max(0, sum/total)
}

// folded is the mean of |x| for normal x.
func folded(mean, sd float64) float64 {
	if sd <= 0 {
		return mean
	}
	z := mean / sd
	return sd*math.Sqrt(2/math.Pi)*math.Exp(-z*z/2) + mean*math.Erf(z/math.Sqrt2)
}

// Wilson returns the score interval (Wilson 1927) of a share observed in n rows; z is the normal quantile.
func Wilson(share, n, z float64) (lower, upper float64) {
	d := 1 + z*z/n
	mid := (share + z*z/(2*n)) / d
	half := z / d * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return max(0, mid-half), min(1, mid+half)
}

// LoglossOf returns what Logloss is of one row, from the log odds x: minus the log of the probability given to the
// outcome y. Nothing is cut and nothing overflows.
func LoglossOf(x, y float64) float64 {
	return max(x, 0) - float64(y*x) + math.Log1p(math.Exp(-math.Abs(x)))
}

// Logit returns log(p/(1-p)) with p cut as Logloss does.
func Logit(p float64) float64 {
	p = min(max(p, clip), 1-clip)
	return math.Log(p) - math.Log1p(-p)
}

// Sigmoid is the inverse of the logit.
func Sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// InTheLarge returns the calibration in the large: the a for which the mean of sigmoid(a + x), x being
// the log odds predicted, is the observed share. 0 is perfect, below 0 the model promises too much.
func InTheLarge(x, y, w []float64) float64 {
	check("InTheLarge", len(x), y, w)
	var total, pos float64
	for i := range x {
		total += weight(w, i)
		pos += weight(w, i) * y[i]
	}
	if !(pos > 0 && pos < total) {
		return math.NaN()
	}
	f := func(a float64) float64 {
		s := -pos
		for i := range x {
			s += weight(w, i) * Sigmoid(a+x[i])
		}
		return s
	}
	if math.IsNaN(f(0)) {
		return math.NaN()
	}
	lo, hi := -1.0, 1.0
	for f(lo) > 0 && lo > -1e3 {
		lo *= 2
	}
	for f(hi) < 0 && hi < 1e3 {
		hi *= 2
	}
	for range 60 { // f rises, so halving cannot fail
		mid := (lo + hi) / 2
		if f(mid) > 0 {
			hi = mid
		} else {
			lo = mid
		}
	}
	return (lo + hi) / 2
}
