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

// newDesign standardises the given rows of t with the weights v, which add up to 1. If like is not nil its
// scales are taken instead of measured. Rows rise if t has sparse columns.
func newDesign(t *Table, rows []int32, v []float64, like *design) (*design, error) {
	d := &design{rows: len(rows), blocks: (len(rows) + block - 1) / block, scales: make([]scale, t.columns())}
	in := newInput(t, rows)
	dense := make([][]float64, 0, len(t.X))
	for j := range d.scales {
		in.take(j, v)
		if like != nil {
			d.scales[j] = like.scales[j]
		} else {
			d.scales[j] = in.measure(v)
		}
		s := d.scales[j]
		if !finite(s.mean) || !finite(s.sd) {
			return nil, fmt.Errorf("glm: %s holds infinity or numbers whose squares do; make such values missing, or cap them", t.name(j))
		}
		if s.sd > 0 {
			inv := 1 / s.sd
			standard := func(f float64) float64 {
				if f == f { // NaN stays at the mean, which is 0
					return (f - s.mean) * inv
				}
				return 0
			}
			c := column{slab: -1}
			if in.thin {
				d.keep(&c, in, standard)
			} else {
				c.slab = len(dense)
				z := make([]float64, len(rows))
				for i := range z {
					z[i] = standard(in.col[rows[i]])
				}
				dense = append(dense, z)
			}
			d.add(c, j, false, t.factor(j))
		}
		if sd := missingSD(s.missing); sd > 0 {
			c := column{slab: -1}
			d.keep(&c, in, func(f float64) float64 {
				if f == f {
					return -s.missing / sd
				}
				return (1 - s.missing) / sd
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

// keep makes c what as gives for the values of in, and keeps of it what differs from the value of most rows.
func (d *design) keep(c *column, in *input, as func(f float64) float64) {
	c.base, c.start = as(in.usual), make([]int32, d.blocks+1)
	c.at, c.value = make([]uint8, 0, len(in.at)), make([]float64, 0, len(in.at))
	for k, i := range in.at {
		if z := as(in.value[k]); z != c.base {
			c.at, c.value = append(c.at, uint8(i%block)), append(c.value, z-c.base)
			c.start[i/block+1]++
		}
	}
	for b := range d.blocks {
		c.start[b+1] += c.start[b]
	}
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
