package calibrate

import (
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig/model/metric"
)

// KindVennAbers is the kind of a VennAbers.
const KindVennAbers = "venn-abers"

// nearest is as near as an end that is not certain comes to 0 and 1; weights that add up to 10^15 get there.
const nearest = 0x1p-50

// VennAbers gives two probabilities for a new citizen: those that isotonic calibration gives when the citizen is added
// to the rows with label 0, and with label 1 (Vovk and Petej 2012). If rows and citizen are exchangeable, one of the
// two, the one of the label that the citizen turns out to have, is calibrated whatever the learner is worth; so the
// width of the interval tells what the calibration rows cannot tell, and with few rows it is wide. It is not an
// interval for the citizen's own probability. Exchangeable are citizens, not rows: give one row of each, or at least
// rows whose citizens are no more alike than the new one's.
//
// Both are steps. Lower is LowerP[i] for the last i with LowerX[i] <= x, and 0 before the first; Upper is UpperP[i] for
// the first i with UpperX[i] >= x, and 1 after the last. Without rows the interval is 0 to 1.
type VennAbers struct {
	Kind     string    `json:"kind"`
	LowerX   []float64 `json:"lower_x"` // log odds, rising
	LowerP   []float64 `json:"lower_p"` // rising, below 1
	UpperX   []float64 `json:"upper_x"` // log odds, rising
	UpperP   []float64 `json:"upper_p"` // rising, above 0
	N        int       `json:"n"`       // rows it was fitted on
	Positive int       `json:"n_positive"`
}

// FitVennAbers computes the steps in the time of one sort (Vovk, Petej and Fedorova 2015, algorithms 1 to 4, by way of
// the convex minorant of the cumulative sums); a query is a search among them. Weights are against the new citizen's,
// which is 1; rows of weight 0 are not there.
func FitVennAbers(x, y, w []float64) *VennAbers {
	c := count(KindVennAbers, x, y, w)
	v := &VennAbers{Kind: KindVennAbers, LowerX: []float64{}, LowerP: []float64{}, UpperX: []float64{}, UpperP: []float64{}, N: c.N, Positive: c.Positive}
	levels := tied(x, y, w)
	up := withOneMore(levels)
	for i, l := range levels {
		if i+1 < len(levels) && max(up[i+1], nearest) == max(up[i], nearest) {
			continue // the step goes on
		}
		v.UpperX, v.UpperP = append(v.UpperX, l.x), append(v.UpperP, max(up[i], nearest))
	}
	// A citizen with label 0 is one with label 1 where labels and order are turned round.
	turned := slices.Clone(levels)
	slices.Reverse(turned)
	for i := range turned {
		turned[i].y = 1 - turned[i].y
	}
	down := withOneMore(turned)
	slices.Reverse(down)
	last := 0.0
	for i, l := range levels {
		if p := min(1-down[i], 1-nearest); p > last {
			v.LowerX, v.LowerP, last = append(v.LowerX, l.x), append(v.LowerP, p), p
		}
	}
	return v
}

// withOneMore returns, for each level, the value that the best non-decreasing fit has there when one row more of label
// 1 and weight 1 is in that level.
//
// The fit is the slope of the greatest convex minorant of the cumulative sums (weight, weight*label). The row more
// moves the sums from its level on by (1, 1), or, which is the same, those before it by (-1, -1). From one level to the
// next the point between them joins those that are moved. The stack holds the minorant from the point where its piece
// over the level begins, rightward; since the values do not fall, what is to the left of that is never needed again.
func withOneMore(levels []level) []float64 {
	n := len(levels)
	sums := make([]point, n+1)
	for i, l := range levels {
		sums[i+1] = point{sums[i].x + l.weight, sums[i].y + float64(l.weight*l.y)}
	}
	stack := make([]point, 0, n+1)
	push := func(p point) {
		for len(stack) > 1 && !turnsUp(p, stack[len(stack)-1], stack[len(stack)-2]) {
			stack = stack[:len(stack)-1]
		}
		stack = append(stack, p)
	}
	for i := n; i > 0; i-- {
		push(sums[i])
	}
	push(point{-1, -1})
	out := make([]float64, n)
	for i := range out {
		from, to := stack[len(stack)-1], stack[len(stack)-2]
		out[i] = min(1, (to.y-from.y)/(to.x-from.x))
		if i > 0 {
			out[i] = max(out[i], out[i-1]) // rounding
		}
		if i == n-1 {
			break
		}
		moved := point{sums[i+1].x - 1, sums[i+1].y - 1}
		if below(moved, from, to) {
			stack = stack[:len(stack)-1]
			push(moved)
		}
	}
	return out
}

type point struct{ x, y float64 }

// turnsUp tells whether the way from a by b to c turns upward at b.
func turnsUp(a, b, c point) bool { return (b.x-a.x)*(c.y-b.y) > (b.y-a.y)*(c.x-b.x) }

// below tells whether p lies under the line from a to b, a being to the left.
func below(p, a, b point) bool { return (p.y-a.y)*(b.x-a.x) < (b.y-a.y)*(p.x-a.x) }

// Interval returns the two probabilities of a citizen to whom the learner gives the log odds x; lower <= upper.
// Both are NaN if x is.
func (v *VennAbers) Interval(x float64) (lower, upper float64) {
	if math.IsNaN(x) {
		return x, x
	}
	i, there := slices.BinarySearch(v.LowerX, x)
	if there {
		i++
	}
	if i > 0 {
		lower = v.LowerP[i-1]
	}
	upper = 1
	if i, _ := slices.BinarySearch(v.UpperX, x); i < len(v.UpperP) {
		upper = v.UpperP[i]
	}
	return lower, upper
}

// Probability returns the one probability in the interval that loses least, in log loss and against whichever of the
// two would have been right: upper / (1 - lower + upper) (Vovk, Petej and Fedorova 2015, section 4). It rises with x
// and is never 0 or 1.
func (v *VennAbers) Probability(x float64) float64 {
	lower, upper := v.Interval(x)
	return upper / (1 - lower + upper)
}

// Check returns what is wrong with a calibrator that was read.
func (v *VennAbers) Check() error {
	if v.Kind != KindVennAbers {
		return fmt.Errorf("calibrator.kind is %q, want %s", v.Kind, KindVennAbers)
	}
	if v.Positive < 0 || v.N < v.Positive {
		return fmt.Errorf("calibrator: %d positive of %d rows", v.Positive, v.N)
	}
	for _, s := range []struct {
		name string
		x, p []float64
		ok   func(p float64) bool
		want string
	}{
		{"lower", v.LowerX, v.LowerP, func(p float64) bool { return p >= 0 && p <= 1-nearest }, "in [0, 1)"},
		{"upper", v.UpperX, v.UpperP, func(p float64) bool { return p >= nearest && p <= 1 }, "in (0, 1]"},
	} {
		if len(s.x) != len(s.p) {
			return fmt.Errorf("calibrator.%s: %d x and %d p, want as many", s.name, len(s.x), len(s.p))
		}
		for i := range s.x {
			if !finite(s.x[i]) || !s.ok(s.p[i]) {
				return fmt.Errorf("calibrator.%s: p[%d] is %v at %v, want %s at a finite number", s.name, i, s.p[i], s.x[i], s.want)
			}
			if i > 0 && (s.x[i] <= s.x[i-1] || s.p[i] <= s.p[i-1]) {
				return fmt.Errorf("calibrator.%s: steps are not in rising order at %d", s.name, i)
			}
		}
	}
	for i, x := range v.LowerX { // upper only rises until the next lower step
		if lower, upper := v.Interval(x); lower > upper {
			return fmt.Errorf("calibrator.lower: %v at %v, above upper, %v", v.LowerP[i], x, upper)
		}
	}
	return nil
}

// CrossVennAbers holds a VennAbers for each fold, fitted on what the fold's rows were given by a learner that had not
// seen them. It uses every row for both; its guarantee is empirical only.
type CrossVennAbers struct {
	Folds []*VennAbers `json:"folds"`
}

// FitCrossVennAbers fits one VennAbers for each fold 0 to folds-1; fold[i] is that of row i, and rows of one citizen
// must be in one. It panics if folds is below 1 or a fold is outside.
func FitCrossVennAbers(x, y, w []float64, fold []int, folds int) *CrossVennAbers {
	if folds < 1 || len(fold) != len(x) {
		panic("calibrate: FitCrossVennAbers of no folds, or of rows without one")
	}
	count(KindVennAbers, x, y, w)
	c := &CrossVennAbers{}
	for k := range folds {
		var fx, fy, fw []float64
		for i, f := range fold {
			if f < 0 || f >= folds {
				panic("calibrate: FitCrossVennAbers of a fold outside")
			}
			if f == k {
				fx, fy, fw = append(fx, x[i]), append(fy, y[i]), append(fw, weight(w, i))
			}
		}
		c.Folds = append(c.Folds, FitVennAbers(fx, fy, fw))
	}
	return c
}

// Probability returns the probability of a citizen to whom the learner that has not seen fold k gives the log odds
// x[k], and the interval that holds those of all folds. The probability is the geometric mean of the upper ends over
// that and the geometric mean of 1 - the lower ends (Vovk, Petej and Fedorova 2015, sections 3 and 4), which is the mean of the
// folds' log odds. It panics if there is not one x for each fold.
func (c *CrossVennAbers) Probability(x []float64) (p, lower, upper float64) {
	if len(x) != len(c.Folds) {
		panic(fmt.Sprintf("calibrate: Probability of %d log odds for %d folds", len(x), len(c.Folds)))
	}
	lower, odds := 1.0, 0.0
	for k, f := range c.Folds {
		lo, hi := f.Interval(x[k])
		lower, upper = min(lower, lo), max(upper, hi)
		odds += metric.Logit(hi/(1-lo+hi)) / float64(len(x))
	}
	return metric.Sigmoid(odds), lower, upper
}

// Check returns what is wrong with a calibrator that was read.
func (c *CrossVennAbers) Check() error {
	if len(c.Folds) == 0 {
		return fmt.Errorf("calibrator: no folds")
	}
	for k, f := range c.Folds {
		if f == nil {
			return fmt.Errorf("calibrator: fold %d is missing", k)
		}
		if err := f.Check(); err != nil {
			return fmt.Errorf("fold %d: %w", k, err)
		}
	}
	return nil
}
