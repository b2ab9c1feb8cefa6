package calibrate

import (
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig/model/metric"
)

// The kinds of calibrator.
const (
	KindPlatt    = "platt"
	KindBeta     = "beta"
	KindIsotonic = "isotonic"
)

// Calibrator maps a learner's log odds to calibrated log odds; it never falls.
//
// Platt: intercept + slope*x. Beta: intercept - a*log(1+exp(-z)) + b*log(1+exp(z)) with z = shift + scale*x, that is
// intercept + a*log(s) - b*log(1-s) for s the probability with the log odds z. Isotonic: straight lines between the knots (X[i], Y[i]), level outside.
type Calibrator struct {
	Kind      string    `json:"kind"`
	Intercept float64   `json:"intercept,omitempty"`
	Slope     float64   `json:"slope,omitempty"`
	A         float64   `json:"a,omitempty"`
	B         float64   `json:"b,omitempty"`
	Shift     float64   `json:"shift,omitempty"`
	Scale     float64   `json:"scale,omitempty"`
	X         []float64 `json:"x,omitempty"` // log odds given, rising
	Y         []float64 `json:"y,omitempty"` // log odds observed, rising or equal
	N         int       `json:"n"`           // predictions it was fitted on
	Positive  int       `json:"n_positive"`
}

// At returns the calibrated log odds of x.
func (c *Calibrator) At(x float64) float64 {
	switch c.Kind {
	case KindPlatt:
		return c.Intercept + c.Slope*x
	case KindBeta:
		z := c.Shift + float64(c.Scale*x)
		return c.Intercept - float64(c.A*softplus(-z)) + float64(c.B*softplus(z))
	}
	return interpolate(c.X, c.Y, x)
}

func interpolate(xs, ys []float64, x float64) float64 {
	lo, hi := 0, len(xs)-1
	if x <= xs[lo] {
		return ys[lo]
	}
	if x >= xs[hi] {
		return ys[hi]
	}
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		if xs[mid] <= x {
			lo = mid
		} else {
			hi = mid
		}
	}
	share := (x - xs[lo]) / (xs[hi] - xs[lo])
	return ys[lo] + share*(ys[hi]-ys[lo])
}

// After returns the calibrator of x that c is of intercept + slope*x. It panics if slope is not above 0.
func (c *Calibrator) After(intercept, slope float64) *Calibrator {
	if !(slope > 0) {
		panic("calibrate: After of a slope that is not above 0")
	}
	out := *c
	switch c.Kind {
	case KindPlatt:
		out.Intercept, out.Slope = c.Intercept+c.Slope*intercept, c.Slope*slope
		return &out
	case KindBeta:
		out.Shift, out.Scale = c.Shift+c.Scale*intercept, c.Scale*slope
		return &out
	}
	out.X = slices.Clone(c.X)
	for i := range out.X {
		out.X[i] = (out.X[i] - intercept) / slope
	}
	return &out
}

// Check returns what is wrong with a calibrator that was read.
func (c *Calibrator) Check() error {
	if c.Positive < 0 || c.N < c.Positive {
		return fmt.Errorf("calibrator: %d positive of %d rows", c.Positive, c.N)
	}
	switch c.Kind {
	case KindPlatt:
		if !finite(c.Intercept) || !finite(c.Slope) || c.Slope < 0 {
			return fmt.Errorf("calibrator: intercept %v and slope %v, want numbers and a slope of 0 or more", c.Intercept, c.Slope)
		}
	case KindBeta:
		if !finite(c.Intercept) || !finite(c.A) || !finite(c.B) || c.A < 0 || c.B < 0 {
			return fmt.Errorf("calibrator: intercept %v, a %v and b %v, want numbers and a and b of 0 or more", c.Intercept, c.A, c.B)
		}
		if !finite(c.Shift) || !finite(c.Scale) || !(c.Scale > 0) {
			return fmt.Errorf("calibrator: shift %v and scale %v, want numbers and a scale above 0", c.Shift, c.Scale)
		}
	case KindIsotonic:
		if len(c.X) == 0 || len(c.X) != len(c.Y) {
			return fmt.Errorf("calibrator: %d x and %d y, want as many, and at least one", len(c.X), len(c.Y))
		}
		for i := range c.X {
			if !finite(c.X[i]) || !finite(c.Y[i]) {
				return fmt.Errorf("calibrator.x[%d]: not a finite number", i)
			}
			if i > 0 && (c.X[i] <= c.X[i-1] || c.Y[i] < c.Y[i-1]) {
				return fmt.Errorf("calibrator.x[%d]: knots are not in rising order", i)
			}
		}
	default:
		return fmt.Errorf("calibrator.kind is %q, want %s, %s or %s", c.Kind, KindPlatt, KindBeta, KindIsotonic)
	}
	return nil
}

// finite leaves room for the sums and products that are made of what was read.
func finite(x float64) bool { return math.Abs(x) <= 1e100 }

// trust is the standard deviation of what is believed of a learner's slope before its predictions are
// compared with what happened. Without it, fifty predictions give slopes anywhere from 0.3 to 2, and the
// probabilities of the next citizens swing with them.
const trust = 0.5

// Prior is what is believed before the rows are seen.
type Prior struct {
	Labels bool    // labels drawn in from 0 and 1 by what one more row of each class would do (Platt 1999)
	Slope  float64 // standard deviation of the slope around 1; 0: nothing is believed of it
}

// Platt fits intercept and slope (Platt 1999). The labels are drawn in from 0 and 1 as Platt did, so that parted
// classes still give a finite slope; the slope is drawn towards 1, which tells only when rows are few. A slope below 0
// would turn the learner's order around on noise; it is held at 0, and everybody then gets the base rate.
func Platt(x, y, w []float64) *Calibrator {
	return PlattWith(x, y, w, Prior{Labels: true, Slope: trust})
}

// PlattWith is Platt with another prior, or with none: maximum likelihood then. Where that has no finite answer (parted
// classes, one class, one x) the labels are drawn in and the slope is drawn towards 1 as in Platt.
func PlattWith(x, y, w []float64, prior Prior) *Calibrator {
	c := count(KindPlatt, x, y, w)
	var pos, neg float64
	for i := range y {
		pos += weight(w, i) * y[i]
		neg += weight(w, i) * (1 - y[i])
	}
	labels := y
	if prior.Labels {
		labels = drawnIn(y, pos, neg)
	}
	var a, b float64
	var ok bool
	if prior.Slope > 0 {
		a, b, ok = metric.LineToward(x, labels, w, prior.Slope)
	} else {
		a, b, ok = metric.Line(x, labels, w)
	}
	if !ok {
		a, b, ok = metric.LineToward(x, drawnIn(y, pos, neg), w, trust)
	}
	if !ok || b < 0 {
		a, b = metric.Logit((pos+1)/(pos+neg+2)), 0
	}
	c.Intercept, c.Slope = a, b
	return c
}

// drawnIn are labels that are not certain: what one more row of each class would make of the classes' own shares.
func drawnIn(y []float64, pos, neg float64) []float64 {
	top, bottom := (pos+1)/(pos+2), 1/(neg+2)
	soft := make([]float64, len(y))
	for i := range y {
		soft[i] = bottom
		if y[i] > 0.5 {
			soft[i] = top
		}
	}
	return soft
}

// count counts the rows with weight, and panics at one that cannot be: fitted to log odds that are no number, a curve
// would give everybody one half.
func count(kind string, x, y, w []float64) *Calibrator {
	if len(x) != len(y) || w != nil && len(w) != len(y) {
		panic(fmt.Sprintf("calibrate: %d log odds, %d labels and %d weights", len(x), len(y), len(w)))
	}
	c := &Calibrator{Kind: kind}
	for i, v := range y {
		switch {
		case !finite(x[i]):
			panic(fmt.Sprintf("calibrate: log odds of %v in row %d, want a finite number", x[i], i))
		case v != 0 && v != 1:
			panic(fmt.Sprintf("calibrate: label of %v in row %d, want 0 or 1", v, i))
		case !(weight(w, i) >= 0) || math.IsInf(weight(w, i), 1):
			panic(fmt.Sprintf("calibrate: weight of %v in row %d, want a number of 0 or more", weight(w, i), i))
		}
		if weight(w, i) <= 0 {
			continue
		}
		c.N++
		if v > 0.5 {
			c.Positive++
		}
	}
	return c
}

func weight(w []float64, i int) float64 {
	if w == nil {
		return 1
	}
	return w[i]
}
