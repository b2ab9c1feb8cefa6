package learner

import (
	"fmt"
	"math"
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

// put writes what the value v of column j becomes, set being told the column that comes out. It leaves zeros alone.
func (c *coding) put(j int, v float64, set func(column int, v float64)) {
	d := c.columns[j]
	at := d.Absent
	switch {
	case d.To == nil:
		set(d.first, v)
		return
	case v >= 0 && v < float64(len(d.To)): // false for NaN
		at = d.To[int(v)]
	case at == unforeseen:
		for k := range d.wide {
			set(d.first+k, math.NaN())
		}
		return
	}
	if at >= 0 {
		set(d.first+at, 1)
	}
}

// expand returns the columns that x becomes; numeric ones are shared.
func (c *coding) expand(x [][]float64) [][]float64 {
	if len(x) != len(c.columns) {
		panic(fmt.Sprintf("learner: %d columns for a model of %d", len(x), len(c.columns)))
	}
	out := make([][]float64, c.wide)
	for j, d := range c.columns {
		if d.To == nil {
			out[d.first] = x[j]
			continue
		}
		for k := range d.wide {
			out[d.first+k] = make([]float64, len(x[j]))
		}
		for i, v := range x[j] {
			c.put(j, v, func(column int, v float64) { out[column][i] = v })
		}
	}
	return out
}

// row is expand for one row.
func (c *coding) row(x []float64) []float64 {
	if len(x) != len(c.columns) {
		panic(fmt.Sprintf("learner: %d values for a model of %d columns", len(x), len(c.columns)))
	}
	out := make([]float64, c.wide)
	for j, v := range x {
		c.put(j, v, func(column int, v float64) { out[column] = v })
	}
	return out
}

// gather adds up what the columns that came out add, by the column they came from.
func (c *coding) gather(dst, terms []float64) {
	for j, d := range c.columns {
		dst[j] = 0
		for _, t := range terms[d.first : d.first+d.wide] {
			dst[j] += t
		}
	}
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

// factors returns by how much the penalty of each column that came out, given in x, is multiplied for what a level
// adds to the log odds to cost the same however rare the level is. Scaling a column of 0 and 1 divides the cost of
// the squared coefficient by its variance; the factor is that of a column that is 1 in half of the rows over its
// own. Without it a level that few rows have is hardly drawn in, and what it did among them is believed.
func (c *coding) factors(x [][]float64, w []float64) []float64 {
	out := make([]float64, c.wide)
	for j := range out {
		out[j] = 1
	}
	for _, d := range c.columns {
		if d.To == nil {
			continue
		}
		for k := d.first; k < d.first+d.wide; k++ {
			var ones, all float64
			for i, v := range x[k] {
				u := 1.0
				if w != nil {
					u = w[i]
				}
				ones += u * v // no level was missing that has no column
				all += u
			}
			if share := ones / all; share > 0 && share < 1 {
				out[k] = 0.25 / (share * (1 - share))
			}
		}
	}
	return out
}
