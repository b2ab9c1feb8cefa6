package survival

import (
	"errors"
	"fmt"
)

// The measures look at follow-up from time 0: for a landmark, reset the clock there. Rows censored before a
// horizon are unknown; those whose state is known stand for them by one over the probability of not having
// been censored so far (IPCW), g: just before an event, and at the horizon for those still free. g comes
// from Censoring, of the same rows or of those learned from, and holds for all whatever their columns.

var errEntry = errors.New("survival: measures need follow-up from time 0: reset the clock at the landmark and leave Entry out")

// state is what is known of a row at a horizon.
type state int8

const (
	unknown state = iota // censored before
	free
	hit   // the cause asked for
	other // another cause
)

// known returns the state of each row at the horizon, and its weight times the inverse probability.
func known(d Data, g *Curve, which int, horizon float64) ([]state, []float64, error) {
	if err := d.check(); err != nil {
		return nil, nil, err
	}
	if d.Entry != nil {
		return nil, nil, errEntry
	}
	fromOne(which)
	last := g.At(horizon)
	states, w := make([]state, len(d.Time)), make([]float64, len(d.Time))
	for i, t := range d.Time {
		p := last
		switch c := int(d.Cause[i]); {
		case weight(d.W, i) == 0:
			continue
		case t > horizon:
			states[i] = free
		case c == 0:
			continue
		default:
			states[i], p = other, g.Before(t)
			if c == which {
				states[i] = hit
			}
		}
		if !(p > 0) {
			return nil, nil, fmt.Errorf("survival: row %d with follow-up %v cannot be weighted at horizon %v: nobody was seen uncensored that long (to %v); take a shorter horizon", i, t, horizon, g.End)
		}
		w[i] = weight(d.W, i) / p
	}
	return states, w, nil
}

// fromOne panics if a cause is none: 0 is of who was censored, whose order is a figure too.
func fromOne(cause int) {
	if cause < 1 {
		panic(fmt.Sprintf("survival: cause %d, want 1 or more", cause))
	}
}

func lengths(name string, d Data, p []float64) {
	if len(p) != len(d.Time) {
		panic(fmt.Sprintf("survival: %s of %d predictions for %d rows", name, len(p), len(d.Time)))
	}
}
