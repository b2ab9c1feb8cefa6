package learner

import (
	"fmt"

	"github.com/rettidig/rettidig/model/glm"
)

// coding turns a table with categorical columns into numbers, for learners that take nothing else. A numeric
// column stays as it is. Of a categorical column each level with enough rows becomes a column of 0 and 1; the
// levels with fewer share one, and so do the missing values if there were any while learning. A missing value
// where none was is missing in all columns of its own, so that the learner does what it does with missing.
type coding struct {
	columns []coded
	wide    int // columns that come out
}

// coded says where one column goes. Its exported fields are its JSON form; a numeric column has none of them.
type coded struct {
	To     []int `json:"to,omitempty"` // by level: its column among those that the column becomes; none is all zeros
	Absent int   `json:"absent"`       // the same for a missing value; unforeseen is missing in all of them

	first, wide int // of all columns that come out
}

const (
	none       = -1
	unforeseen = -2
)

// newCoding decides by how many rows of the table have a level: one with fewer than rare is pooled, and a pool
// with fewer is all zeros, like no level at all. With drop the first column of each is left out, as is needed
// for them not to add up to the intercept when nothing is penalised.
func newCoding(t *Table, rare int, drop bool) coding {
	columns := make([]coded, len(t.Columns))
	for j, col := range t.Columns {
		if col.Levels != nil {
			columns[j] = codedBy(t.X[j], len(col.Levels), rare, drop)
		}
	}
	return placed(columns)
}

func codedBy(x []float64, levels, rare int, drop bool) coded {
	count, missing, pooled := make([]int, levels), 0, 0
	for _, v := range x {
		if v == v {
			count[int(v)]++
		} else {
			missing++
		}
	}
	at := 0
	if drop {
		at = none
	}
	next := func() int { at++; return at - 1 }
	d := coded{To: make([]int, levels), Absent: unforeseen}
	for l, n := range count {
		if n >= rare {
			d.To[l] = next()
		} else {
			pooled += n
		}
	}
	pool := none
	if pooled >= max(rare, 1) {
		pool = next()
	}
	for l, n := range count {
		if n < rare {
			d.To[l] = pool
		}
	}
	if missing > 0 {
		d.Absent = next()
	}
	return d
}

// placed counts the columns that come out.
func placed(columns []coded) coding {
	c := coding{columns: columns}
	for j := range columns {
		d := &columns[j]
		d.first = c.wide
		d.wide = 1
		if d.To != nil {
			d.wide = d.Absent + 1
			for _, k := range d.To {
				d.wide = max(d.wide, k+1)
			}
			d.wide = max(d.wide, 0)
		}
		c.wide += d.wide
	}
	return c
}

// check returns what is wrong with a coding that was read.
func checkCoding(columns []coded, of []Column) error {
	if len(columns) != len(of) {
		return fmt.Errorf("coding: %d columns, the table has %d", len(columns), len(of))
	}
	for j, d := range columns {
		if len(d.To) != len(of[j].Levels) {
			return fmt.Errorf("coding[%d].to: %d levels, column %s has %d", j, len(d.To), of[j].ID, len(of[j].Levels))
		}
		most := len(d.To) + 2 // levels, pool and missing
		if d.Absent < unforeseen || d.Absent >= most {
			return fmt.Errorf("coding[%d].absent is %d, want %d to %d", j, d.Absent, unforeseen, most-1)
		}
		for l, k := range d.To {
			if k < none || k >= most {
				return fmt.Errorf("coding[%d].to[%d] is %d, want %d to %d", j, l, k, none, most-1)
			}
		}
	}
	return nil
}

// at returns in which of the columns that a categorical column becomes the value v is 1: none, or unforeseen if it is
// missing in all of them.
func (d *coded) at(v float64) int {
	if v >= 0 && v < float64(len(d.To)) { // false for NaN
		return d.To[int(v)]
	}
	return d.Absent
}

// part returns the columns that x becomes in two parts: the numeric ones, shared, and those of levels, of which only
// the rows that have the level are held. of[k] is what column the k-th is among all that come out, those of the first
// part counted first. No level is missing that has no column: x is what the coding was made of.
func (c *coding) part(x [][]float64) (dense [][]float64, levels []glm.Sparse, of []int) {
	for j, d := range c.columns {
		if d.To == nil {
			dense, of = append(dense, x[j]), append(of, d.first)
		}
	}
	var most int
	for j, d := range c.columns {
		if d.To == nil {
			continue
		}
		has := make([]glm.Sparse, d.wide)
		for i, v := range x[j] {
			if k := d.at(v); k >= 0 {
				has[k].Index = append(has[k].Index, int32(i))
			}
		}
		for k, s := range has {
			levels, of = append(levels, s), append(of, d.first+k)
			most = max(most, len(s.Index))
		}
	}
	ones := make([]float64, most)
	for i := range ones {
		ones[i] = 1
	}
	for k := range levels {
		levels[k].Value = ones[:len(levels[k].Index)]
	}
	return dense, levels, of
}

// names names the columns that come out.
func (c *coding) names(of []Column) []string {
	out := make([]string, c.wide)
	for j, d := range c.columns {
		if d.To == nil {
			out[d.first] = of[j].ID
			continue
		}
		for k := range d.wide {
			out[d.first+k] = of[j].ID + " = others"
		}
		if d.Absent >= 0 {
			out[d.first+d.Absent] = of[j].ID + " missing"
		}
		alone := map[int]int{}
		for _, k := range d.To {
			alone[k]++
		}
		for l, k := range d.To {
			if k >= 0 && alone[k] == 1 {
				out[d.first+k] = of[j].ID + " = " + of[j].Levels[l]
			}
		}
	}
	return out
}

// factor returns by how much the penalty of a column of 0 and 1, 1 in the given rows, is multiplied for what a level
// adds to the log odds to cost the same however rare the level is. Scaling such a column divides the cost of the squared
// coefficient by its variance; the factor is that of a column that is 1 in half of the rows over its own. Without it a
// level that few rows have is hardly drawn in, and what it did among them is believed. all is the weight of all rows.
func factor(rows []int32, w []float64, all float64) float64 {
	ones := float64(len(rows))
	if w != nil {
		ones = 0
		for _, i := range rows {
			ones += w[i]
		}
	}
	if share := ones / all; share > 0 && share < 1 {
		return 0.25 / (share * (1 - share))
	}
	return 1
}
