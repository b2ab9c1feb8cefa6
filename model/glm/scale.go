package glm

import (
	"fmt"
	"math"
)

// scale says how one input column was standardised.
type scale struct {
	mean    float64 // of the values that are there
	sd      float64 // after missing values took the mean; 0: constant, left out
	missing float64 // weighted share missing; 0: no indicator
}

// block is how many rows of all columns are worked on together, so that they stay in the cache. Rows are
// filled up to a whole number of blocks; what is filled in weighs nothing.
const block = 128

// column is one standardised column. A dense one has its values in slab, a sparse one keeps what differs
// from base.
type column struct {
	slab  int       // place among the dense columns; -1: sparse
	base  float64   // the value of the rows that are not kept; 0 for a dense column
	at    []uint8   // row in the block of each value that is kept
	value []float64 // less base
	start []int32   // of each block, in at and value
}

// design is the standardised training table: a column for each coefficient.
type design struct {
	rows, blocks int
	scales       []scale
	cols         []column
	source       []int32   // input column of each
	isMiss       []bool    // the column is an indicator of missing values
	factor       []float64 // of the penalty
	dense        int
	slab         []float64 // values of the dense columns, by block, then column, then row: read from one end to the other
}

// sparsest is the share of values to keep up to which a column is sparse.
const sparsest = 0.45

// newDesign standardises the given rows of t with the weights v, which add up to 1. If like is not nil its
// scales are taken instead of measured.
func newDesign(t *Table, rows []int32, v []float64, like *design) (*design, error) {
	d := &design{rows: len(rows), blocks: (len(rows) + block - 1) / block, scales: make([]scale, t.columns())}
	var buf []float64
	dense := make([][]float64, 0, len(t.X))
	for j := range d.scales {
		col := t.column(j, &buf)
		zeros, holes := 0, 0
		if like != nil {
			d.scales[j] = like.scales[j]
			zeros, holes = count(col, rows)
		} else {
			d.scales[j], zeros, holes = measure(col, rows, v)
		}
		s := d.scales[j]
		if !finite(s.mean) || !finite(s.sd) {
			return nil, fmt.Errorf("glm: %s holds infinity or numbers whose squares do; make such values missing, or cap them", t.name(j))
		}
		if s.sd > 0 {
			inv := 1 / s.sd
			standard := func(i int) float64 {
				if f := col[rows[i]]; f == f { // NaN stays at the mean, which is 0
					return (f - s.mean) * inv
				}
				return 0
			}
			c := column{slab: -1}
			if usual := max(zeros, holes); float64(len(rows)-usual) <= sparsest*float64(len(rows)) {
				if zeros > holes {
					c.base = (0 - s.mean) * inv
				}
				d.thin(&c, len(rows)-usual, standard)
			} else {
				c.slab = len(dense)
				z := make([]float64, len(rows))
				for i := range z {
					z[i] = standard(i)
				}
				dense = append(dense, z)
			}
			d.add(c, j, false, t.factor(j))
		}
		if sd := missingSD(s.missing); sd > 0 {
			c := column{slab: -1, base: -s.missing / sd}
			d.thin(&c, holes, func(i int) float64 {
				if col[rows[i]] != col[rows[i]] {
					return (1 - s.missing) / sd
				}
				return c.base
			})
			d.add(c, j, true, t.factor(j))
		}
	}
	d.dense = len(dense)
	d.slab = make([]float64, d.blocks*d.dense*block)
	for k, z := range dense {
		for b := range d.blocks {
			copy(d.slab[(b*d.dense+k)*block:][:block], z[b*block:])
		}
	}
	return d, nil
}

func (d *design) add(c column, source int, isMiss bool, factor float64) {
	d.cols, d.source = append(d.cols, c), append(d.source, int32(source))
	d.isMiss, d.factor = append(d.isMiss, isMiss), append(d.factor, factor)
}

// thin keeps the values that differ from the column's base.
func (d *design) thin(c *column, room int, standard func(i int) float64) {
	c.at, c.value, c.start = make([]uint8, 0, room), make([]float64, 0, room), make([]int32, 0, d.blocks+1)
	for i := range d.rows {
		if i%block == 0 {
			c.start = append(c.start, int32(len(c.value)))
		}
		if z := standard(i); z != c.base {
			c.at, c.value = append(c.at, uint8(i%block)), append(c.value, z-c.base)
		}
	}
	c.start = append(c.start, int32(len(c.value)))
}

// of returns the values of a dense column in block b.
func (d *design) of(c *column, b int) *[block]float64 {
	return (*[block]float64)(d.slab[(b*d.dense+c.slab)*block:])
}

// missingSD is the standard deviation of an indicator that is 1 for a share of all weight.
func missingSD(share float64) float64 {
	if share <= 0 || share >= 1 {
		return 0
	}
	return math.Sqrt(share * (1 - share))
}

func count(col []float64, rows []int32) (zeros, holes int) {
	for _, r := range rows {
		if f := col[r]; f == 0 {
			zeros++
		} else if f != f {
			holes++
		}
	}
	return
}

// measure returns the scale of one column, and how many values are zero or missing. A spread below 1e-9 of
// the mean is rounding, not spread.
func measure(col []float64, rows []int32, v []float64) (s scale, zeros, holes int) {
	var there, sum, total float64
	for i, r := range rows {
		total += v[i]
		if f := col[r]; f == f {
			there += v[i]
			sum += float64(v[i] * f)
			if f == 0 {
				zeros++
			}
		} else {
			holes++
		}
	}
	if there > 0 {
		s.mean = sum / there
	}
	var square float64
	missing := false
	for i, r := range rows {
		if f := col[r]; f == f {
			square += float64(v[i] * (f - s.mean) * (f - s.mean))
		} else if v[i] > 0 {
			missing = true
		}
	}
	if sd := math.Sqrt(square / total); sd > 1e-9*math.Abs(s.mean) {
		s.sd = sd
	} else if sd != sd {
		s.sd = sd
	}
	if missing {
		s.missing = 1 - there/total
	}
	return s, zeros, holes
}
