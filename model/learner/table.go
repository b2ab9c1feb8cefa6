package learner

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Column names one input. Levels are the names of a categorical column's levels, whose numbers are the
// values; nil is a numeric column.
type Column struct {
	ID     string   `json:"id"`
	Levels []string `json:"levels,omitempty"`
}

// Table is what is learned from: X[j][i] is column j of row i, NaN is missing; a categorical column holds
// the number of the level. Y is 0 or 1. W is above 0, nil is one each. Offset are log odds that the model
// is added to, nil is none. Rows of one Group (a citizen) are never parted by folds; nil is a group a row.
type Table struct {
	Columns      []Column
	X            [][]float64
	Y, W, Offset []float64
	Group        []int32
}

// Check returns the first thing that makes the table unusable. Slices of unequal length are the caller's
// bug and panic.
func (t *Table) Check() error {
	n := len(t.Y)
	if len(t.X) != len(t.Columns) {
		panic(fmt.Sprintf("learner: %d columns of values for %d columns", len(t.X), len(t.Columns)))
	}
	for _, s := range [][]float64{t.W, t.Offset} {
		if s != nil && len(s) != n {
			panic(fmt.Sprintf("learner: %d weights or offsets for %d rows", len(s), n))
		}
	}
	if t.Group != nil && len(t.Group) != n {
		panic(fmt.Sprintf("learner: %d groups for %d rows", len(t.Group), n))
	}
	if len(t.Columns) == 0 {
		return errors.New("the table has no columns to learn from")
	}
	if err := checkColumns(t.Columns); err != nil {
		return err
	}
	for j, c := range t.Columns {
		if len(t.X[j]) != n {
			panic(fmt.Sprintf("learner: column %s has %d rows, the labels %d", c.ID, len(t.X[j]), n))
		}
		for i, v := range t.X[j] {
			if math.IsInf(v, 0) {
				return fmt.Errorf("row %d, column %s: infinite; a value that is missing is NaN", i+1, c.ID)
			}
			if c.Levels != nil && v == v && (v < 0 || v >= float64(len(c.Levels)) || v != math.Trunc(v)) {
				return fmt.Errorf("row %d, column %s: %v is not the number of one of its %d levels", i+1, c.ID, v, len(c.Levels))
			}
		}
	}
	var classes [2]int
	for i, y := range t.Y {
		if y != 0 && y != 1 {
			return fmt.Errorf("row %d: the label is %v, want 0 or 1", i+1, y)
		}
		classes[int(y)]++
		if t.W != nil && !(t.W[i] > 0 && t.W[i] <= math.MaxFloat64) {
			return fmt.Errorf("row %d: the weight is %v, want a number above 0", i+1, t.W[i])
		}
		if t.Offset != nil && !finite(t.Offset[i]) {
			return fmt.Errorf("row %d: the offset is %v, want a number", i+1, t.Offset[i])
		}
	}
	if classes[0] == 0 || classes[1] == 0 {
		return fmt.Errorf("%d rows with the outcome and %d without: one class only, nothing can be learned", classes[1], classes[0])
	}
	return nil
}

func checkColumns(columns []Column) error {
	seen := make(map[string]bool, len(columns))
	for j, c := range columns {
		if c.ID == "" || seen[c.ID] {
			return fmt.Errorf("column %d: the name %q is empty or used twice", j+1, c.ID)
		}
		seen[c.ID] = true
		if c.Levels != nil && len(c.Levels) == 0 {
			return fmt.Errorf("column %s: categorical, but without a level", c.ID)
		}
		levels := make(map[string]bool, len(c.Levels))
		for _, l := range c.Levels {
			if l == "" || levels[l] {
				return fmt.Errorf("column %s: the level %q is empty or there twice", c.ID, l)
			}
			levels[l] = true
		}
	}
	return nil
}

// Rows returns the table of the given rows, in their order. Columns are shared.
func (t *Table) Rows(rows []int32) *Table {
	out := &Table{Columns: t.Columns, X: make([][]float64, len(t.X)), Y: pick(t.Y, rows), W: pick(t.W, rows), Offset: pick(t.Offset, rows), Group: pick(t.Group, rows)}
	for j := range t.X {
		out.X[j] = pick(t.X[j], rows)
	}
	return out
}

func pick[T any](s []T, rows []int32) []T {
	if s == nil {
		return nil
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = s[r]
	}
	return out
}

// groups returns the groups, one a row if there are none.
func (t *Table) groups() []int32 {
	if t.Group != nil {
		return t.Group
	}
	g := make([]int32, len(t.Y))
	for i := range g {
		g[i] = int32(i)
	}
	return g
}

// all returns the numbers of all rows.
func all(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// named parts names from levels.
func named(columns []Column) (ids []string, levels [][]string) {
	for _, c := range columns {
		ids, levels = append(ids, c.ID), append(levels, c.Levels)
	}
	return ids, levels
}

// match tells where the columns of a model that was read are not those of its table.
func match(columns []Column, n int, of func(j int) (id string, levels []string)) error {
	if n != len(columns) {
		return fmt.Errorf("%d columns, the table has %d", n, len(columns))
	}
	for j, c := range columns {
		if id, levels := of(j); id != c.ID || !slices.Equal(levels, c.Levels) {
			return fmt.Errorf("column %d is %s with %d levels, in the table it is %s with %d", j+1, id, len(levels), c.ID, len(c.Levels))
		}
	}
	return nil
}
