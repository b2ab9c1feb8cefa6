package glm

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/rettidig/rettidig/internal/groups"
)

// Table is what is learned from. Its columns are those of X, then those of Sparse. Y is 0 or 1. Rows of one
// Group (a citizen) are never parted by cross-validation. Only Rows are looked at.
type Table struct {
	X      [][]float64 // X[j][i] is column j of row i; NaN is missing
	Sparse []Sparse    // columns that are mostly 0; nil: none
	Y      []float64
	W      []float64 // weights, 0 or more, 0: as if the row were not there; nil: one each
	Offset []float64 // log odds that are given and not fitted; nil: none
	Group  []int32   // nil: each row its own
	Rows   []int32   // none is an error; rising if there are sparse columns

	// Factor multiplies the penalty of each column: 0 or more, 0 for a column that is not penalised; nil: all 1. An indicator of being missing takes its column's. Unlike glmnet we do not rescale them.
	Factor []float64
	Names  []string // of the columns, for warnings and errors; nil: they are numbered from 0
}

// Sparse is a column that is 0 in every row but some: Value[k] is that of row Index[k], NaN for missing.
// Index rises.
type Sparse struct {
	Index []int32
	Value []float64
}

// columns is how many there are of both kinds.
func (t *Table) columns() int { return len(t.X) + len(t.Sparse) }

// column returns column j as it is, spread out into buf if it is sparse.
func (t *Table) column(j int, buf *[]float64) []float64 {
	if j < len(t.X) {
		return t.X[j]
	}
	if *buf == nil {
		*buf = make([]float64, len(t.Y))
	}
	clear(*buf)
	s := t.Sparse[j-len(t.X)]
	for k, i := range s.Index {
		(*buf)[i] = s.Value[k]
	}
	return *buf
}

func (t *Table) name(j int) string {
	if t.Names != nil {
		return fmt.Sprintf("column %d (%s)", j, t.Names[j])
	}
	return fmt.Sprintf("column %d", j)
}

func (t *Table) factor(j int) float64 {
	if t.Factor == nil {
		return 1
	}
	return t.Factor[j]
}

func (t *Table) check() error {
	if len(t.Rows) == 0 {
		return errors.New("glm: no rows to learn from")
	}
	length := func(got, want int, what string) {
		if got != want {
			panic(fmt.Sprintf("glm: %s has %d elements, want %d", what, got, want))
		}
	}
	for j, c := range t.X {
		length(len(c), len(t.Y), fmt.Sprintf("column %d", j))
	}
	for k, s := range t.Sparse {
		length(len(s.Value), len(s.Index), fmt.Sprintf("sparse column %d", k))
		for i, r := range s.Index {
			if r < 0 || int(r) >= len(t.Y) || i > 0 && s.Index[i-1] >= r {
				panic(fmt.Sprintf("glm: sparse column %d: index %d is %d, want rising in [0, %d)", k, i, r, len(t.Y)))
			}
		}
	}
	for i, r := range t.Rows {
		if r < 0 || int(r) >= len(t.Y) {
			panic(fmt.Sprintf("glm: row %d, want one of [0, %d)", r, len(t.Y)))
		}
		if len(t.Sparse) > 0 && i > 0 && r <= t.Rows[i-1] {
			panic(fmt.Sprintf("glm: row %d after row %d, want rising beside sparse columns", r, t.Rows[i-1]))
		}
	}
	if t.W != nil {
		length(len(t.W), len(t.Y), "weights")
	}
	if t.Offset != nil {
		length(len(t.Offset), len(t.Y), "offset")
	}
	if t.Group != nil {
		length(len(t.Group), len(t.Y), "group")
	}
	if t.Names != nil {
		length(len(t.Names), t.columns(), "names")
	}
	if t.Factor != nil {
		length(len(t.Factor), t.columns(), "penalty factors")
		for j, f := range t.Factor {
			if !(f >= 0) || math.IsInf(f, 1) {
				return fmt.Errorf("glm: the penalty factor of %s is %v, want 0 or more", t.name(j), f)
			}
		}
	}
	var pos, neg bool
	for _, r := range t.Rows {
		switch {
		case t.Y[r] != 0 && t.Y[r] != 1:
			return fmt.Errorf("glm: the label of row %d is %v, want 0 or 1", r, t.Y[r])
		case t.W != nil && (!(t.W[r] >= 0) || math.IsInf(t.W[r], 1)):
			return fmt.Errorf("glm: the weight of row %d is %v, want a number of 0 or more", r, t.W[r])
		case t.Offset != nil && !finite(t.Offset[r]):
			return fmt.Errorf("glm: the offset of row %d is %v, want a number", r, t.Offset[r])
		case t.W == nil || t.W[r] > 0:
			pos, neg = pos || t.Y[r] == 1, neg || t.Y[r] == 0
		}
	}
	if !pos || !neg {
		return errors.New("glm: the rows to learn from have one class only")
	}
	return nil
}

// rows returns label and normalised weight of the given rows.
func (t *Table) rows(rows []int32) (y, v []float64) {
	y, v = make([]float64, len(rows)), make([]float64, len(rows))
	var total float64
	for i, r := range rows {
		y[i], v[i] = t.Y[r], 1
		if t.W != nil {
			v[i] = t.W[r]
		}
		total += v[i]
	}
	for i := range v {
		v[i] /= total
	}
	return y, v
}

// offsets of the given rows; nil if there are none.
func (t *Table) offsets(rows []int32) []float64 {
	if t.Offset == nil {
		return nil
	}
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = t.Offset[r]
	}
	return out
}

// fold is one split of the rows.
type fold struct{ train, held []int32 }

// folds shuffles the groups and deals them out like cards.
func (t *Table) folds(k int, seed uint64) ([]fold, error) {
	group := make([]int32, len(t.Rows))
	for i, r := range t.Rows {
		group[i] = r
		if t.Group != nil {
			group[i] = t.Group[r]
		}
	}
	if n := len(groups.Of(group)); n < k {
		return nil, fmt.Errorf("glm: %d groups cannot be dealt into %d folds", n, k)
	}
	of := groups.Deal(group, k, rand.New(rand.NewPCG(seed, 0x676c6d))) // "glm"
	out := make([]fold, k)
	for i, r := range t.Rows {
		mine := of[i]
		for f := range out {
			if f == mine {
				out[f].held = append(out[f].held, r)
			} else {
				out[f].train = append(out[f].train, r)
			}
		}
	}
	for f := range out {
		if t.W == nil {
			continue
		}
		var pos, neg float64
		for _, r := range out[f].train {
			pos += t.W[r] * t.Y[r]
			neg += t.W[r] * (1 - t.Y[r])
		}
		if pos <= 0 || neg <= 0 {
			return nil, fmt.Errorf("glm: fold %d of %d would learn from one class only", f+1, k)
		}
	}
	return out, nil
}
