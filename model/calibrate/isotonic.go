package calibrate

import (
	"cmp"
	"slices"

	"github.com/rettidig/rettidig/model/metric"
)

// level is a run of rows that get one and the same value.
type level struct{ x, y, weight float64 } // means of log odds and label

// Pool returns, for rows in any order, the levels of the best non-decreasing fit of y to x by weighted
// least squares (pool adjacent violators, Ayer et al. 1955). Rows with the same x are one level from the
// start. The levels come by rising x, their y rises strictly.
func pool(x, y, w []float64) []level {
	var out []level
	for _, l := range tied(x, y, w) {
		for len(out) > 0 && out[len(out)-1].y >= l.y {
			l = merge(out[len(out)-1], l)
			out = out[:len(out)-1]
		}
		out = append(out, l)
	}
	return out
}

// tied pools the rows with the same x, by rising x; rows without weight are left out.
func tied(x, y, w []float64) []level {
	order := make([]int, 0, len(x))
	for i := range x {
		if weight(w, i) > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(x[a], x[b]), cmp.Compare(a, b)) })
	var out []level
	for _, i := range order {
		if n := len(out); n > 0 && out[n-1].x == x[i] {
			out[n-1].y += weight(w, i) * y[i]
			out[n-1].weight += weight(w, i)
		} else {
			out = append(out, level{x[i], weight(w, i) * y[i], weight(w, i)})
		}
	}
	for i := range out {
		out[i].y /= out[i].weight
	}
	return out
}

func merge(a, b level) level {
	w := a.weight + b.weight
	return level{(a.x*a.weight + b.x*b.weight) / w, (a.y*a.weight + b.y*b.weight) / w, w}
}

// Isotonic fits a curve that never falls: pooled levels, their observed shares drawn in by half a row
// towards one half so that no citizen is ever certain, and joined by straight lines on the log odds scale
// between the levels' mean log odds. The lines keep the learner's order inside a level, which steps would
// flatten. It panics if no row has weight.
func Isotonic(x, y, w []float64) *Calibrator {
	c := count(KindIsotonic, x, y, w)
	levels := pool(x, y, w)
	if len(levels) == 0 {
		panic("calibrate: Isotonic of no rows with weight")
	}
	for _, l := range levels {
		p := (l.y*l.weight + 0.5) / (l.weight + 1)
		v := metric.Logit(p)
		if k := len(c.Y); k > 0 {
			v = max(v, c.Y[k-1]) // drawing in by half a row may turn two small levels around
			if l.x <= c.X[k-1] {
				continue
			}
		}
		c.X, c.Y = append(c.X, l.x), append(c.Y, v)
	}
	return c
}
