package boost

import (
	"errors"
	"fmt"
	"math"
)

// Table is what is learned from: X[j][i] is column j of row i, NaN is missing. A column with Levels[j] is
// categorical and holds the number 0 .. len(Levels[j])-1 of its level; any other value is missing.
type Table struct {
	IDs    []string // names of the columns; nil: x0, x1, ...
	X      [][]float64
	Levels [][]string // nil: all columns are numeric
	Y      []float64  // 0 or 1
	W      []float64  // > 0; nil: one each
	Offset []float64  // log odds known beforehand, to which those of the trees are added; nil: none
	Group  []int32    // whose row it is: the rows of one are never parted by sampling or stopping; nil: each row its own
}

// check panics at what only a caller's bug can cause and returns an error for what data can.
func (t Table) check() error {
	n := len(t.Y)
	for _, s := range []struct {
		name string
		len  int
		ok   bool
	}{{"w", len(t.W), t.W == nil}, {"offset", len(t.Offset), t.Offset == nil}, {"group", len(t.Group), t.Group == nil}} {
		if s.len != n && !s.ok {
			panic(fmt.Sprintf("boost: %s has %d rows, y %d", s.name, s.len, n))
		}
	}
	if t.Levels != nil && len(t.Levels) != len(t.X) || t.IDs != nil && len(t.IDs) != len(t.X) {
		panic(fmt.Sprintf("boost: %d columns, %d lists of levels, %d names", len(t.X), len(t.Levels), len(t.IDs)))
	}
	for j, x := range t.X {
		if len(x) != n {
			panic(fmt.Sprintf("boost: column %d has %d rows, y %d", j, len(x), n))
		}
	}
	if n == 0 {
		return errors.New("boost: no rows to learn from")
	}
	if len(t.X) == 0 {
		return errors.New("boost: no columns to learn from")
	}
	if n > math.MaxInt32 {
		return fmt.Errorf("boost: %d rows, want at most %d", n, math.MaxInt32)
	}
	var pos, neg bool
	for i, y := range t.Y {
		if y != 0 && y != 1 {
			return fmt.Errorf("boost: row %d: y is %v, want 0 or 1", i, y)
		}
		pos, neg = pos || y == 1, neg || y == 0
	}
	if !pos || !neg {
		return errors.New("boost: the rows to learn from have one class only")
	}
	for i, w := range t.W {
		if !(w > 0 && w <= math.MaxFloat32) {
			return fmt.Errorf("boost: row %d: weight is %v, want a number above 0 and at most %.2g", i, w, math.MaxFloat32)
		}
	}
	for i, o := range t.Offset {
		if !(math.Abs(o) <= 700) {
			return fmt.Errorf("boost: row %d: offset is %v, want log odds between -700 and 700", i, o)
		}
	}
	return nil
}

func (t Table) categorical(j int) bool { return t.Levels != nil && t.Levels[j] != nil }
