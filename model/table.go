package model

import (
	"errors"
	"fmt"
	"math"

	"github.com/rettidig/rettidig/model/validate"
)

// Column names one input: its id, and the care concept that it is told under.
type Column struct {
	ID      string `json:"id"`
	Concept string `json:"concept"`
}

// Table is what is learned from, one row per citizen and index day. Only labelled rows are in it: a
// censored course is not a row.
type Table struct {
	Columns []Column
	X       [][]float64 // X[j][i] is column j of row i; NaN is missing
	Y, W    []float64   // label 0 or 1; weight while learning, above 0
	Group   []int32     // citizen
	Time    []int32     // index day
	Matured []int32     // day on which the label is known, whatever it turns out to be
	Test    []bool      // rows that count in the figures
}

// Rows returns the table without its columns.
func (t *Table) Rows() *validate.Rows {
	return &validate.Rows{Y: t.Y, W: t.W, Group: t.Group, Time: t.Time, Matured: t.Matured, Test: t.Test}
}

// Check returns the first thing that makes the table unusable. Slices of unequal length are the caller's
// bug and panic.
func (t *Table) Check() error {
	if len(t.X) != len(t.Columns) {
		panic(fmt.Sprintf("model: %d columns of values for %d columns", len(t.X), len(t.Columns)))
	}
	if len(t.Columns) == 0 {
		return fmt.Errorf("model: the table has no columns")
	}
	seen := map[string]bool{}
	for j, c := range t.Columns {
		if len(t.X[j]) != len(t.Y) {
			panic(fmt.Sprintf("model: column %s has %d rows, the labels %d", c.ID, len(t.X[j]), len(t.Y)))
		}
		if c.ID == "" || seen[c.ID] {
			return fmt.Errorf("model: column %d: id %q is empty or used twice", j, c.ID)
		}
		seen[c.ID] = true
		for i, v := range t.X[j] {
			if math.IsInf(v, 0) {
				return fmt.Errorf("model: row %d, column %s: infinite; a value that is missing is NaN", i, c.ID)
			}
		}
	}
	if err := t.Rows().Check(); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	return nil
}

// Fewest is the number of rows of either class below which Train refuses.
const Fewest = 50

// ErrTooFew is wrapped by the error for a table that has fewer than Fewest rows of either class, or so few
// in its test windows that a planted leak could not be told from chance.
var ErrTooFew = errors.New("model: too few rows")

// enough refuses a table that nothing can be learned from.
func (t *Table) enough() error {
	var n [2]int
	for i, y := range t.Y {
		if t.Test[i] {
			n[int(y)]++
		}
	}
	if n[0] < Fewest || n[1] < Fewest {
		return fmt.Errorf("%w: %d rows with the event and %d without; at least %d of both are needed to learn anything", ErrTooFew, n[1], n[0], Fewest)
	}
	return nil
}
