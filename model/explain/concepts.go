package explain

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Explainable is a learner whose log odds are a sum over columns and a base.
type Explainable interface {
	// Contributions puts what each column of x adds to the log odds into dst and the base after them;
	// dst has one place more than x. It returns false if the learner has no such sum.
	Contributions(dst, x []float64) bool
}

// Concepts says which columns belong together.
type Concepts struct {
	IDs []string // the order in which concepts are listed and added
	Of  []int32  // Of[j]: the concept of column j
}

// Group makes Concepts of the concept's id for each column, numbered by their first column.
func Group(of []string) Concepts {
	c := Concepts{Of: make([]int32, len(of))}
	seen := map[string]int32{}
	for j, id := range of {
		k, ok := seen[id]
		if !ok {
			k = int32(len(c.IDs))
			seen[id], c.IDs = k, append(c.IDs, id)
		}
		c.Of[j] = k
	}
	return c
}

// ErrNone is returned for a learner that does not say what its columns add.
var ErrNone = errors.New("explain: the learner does not say what each column adds")

// Explanation is one answer taken apart. Added in this order, from the left, Base, Terms[0], Terms[1] and
// so on, and Rest make LogOdds to the last bit.
type Explanation struct {
	LogOdds float64
	Base    float64   // the answer for nobody in particular
	Terms   []float64 // by concept, the sum of its columns from the first on
	Rest    float64   // what rounding left: the learner may add in another order
}

// Explain takes apart the answer of m for x, being log odds of logOdds, by concept. It returns ErrNone if m
// has no parts, and an error if the parts do not add up to the answer but for rounding. It panics if x has
// another number of columns than c.
//
// LogOdds is logOdds bit for bit, but for answers nearer to 0 than the rounding of the parts: those may
// differ by the rounding of that rounding.
func Explain(m Explainable, c Concepts, x []float64, logOdds float64) (*Explanation, error) {
	if len(x) != len(c.Of) {
		panic(fmt.Sprintf("explain: %d values for %d columns", len(x), len(c.Of)))
	}
	parts := make([]float64, len(x)+1)
	if !m.Contributions(parts, x) {
		return nil, ErrNone
	}
	e := &Explanation{Base: parts[len(x)], Terms: make([]float64, len(c.IDs))}
	size := 1 + math.Abs(e.Base)
	for j, k := range c.Of {
		e.Terms[k] += parts[j]
		size += math.Abs(parts[j])
	}
	sum := e.Base
	for _, t := range e.Terms {
		sum += t
	}
	e.Rest = logOdds - sum
	e.LogOdds = sum + e.Rest
	if !(math.Abs(e.Rest) <= 1e-9*size) {
		return nil, fmt.Errorf("explain: the columns add up to log odds of %v, but the answer was %v: the parts are not of this answer", sum, logOdds)
	}
	return e, nil
}

// Line is what one concept adds.
type Line struct {
	Concept int // index in Concepts
	LogOdds float64
}

// Top returns the k concepts that add or take most, by falling size, of equal sizes the one listed first,
// and the sum of the other terms, added in their order. Concepts that add nothing are no lines.
func (e *Explanation) Top(k int) (lines []Line, others float64) {
	for c, t := range e.Terms {
		if t != 0 {
			lines = append(lines, Line{c, t})
		}
	}
	slices.SortFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(math.Abs(b.LogOdds), math.Abs(a.LogOdds)), cmp.Compare(a.Concept, b.Concept))
	})
	lines = lines[:min(max(k, 0), len(lines))]
	shown := make([]bool, len(e.Terms))
	for _, l := range lines {
		shown[l.Concept] = true
	}
	for c, t := range e.Terms {
		if !shown[c] {
			others += t
		}
	}
	return lines, others
}
