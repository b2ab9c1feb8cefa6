package boost

import "math/bits"

// A cell is three sums over rows in one number: gradient, hessian and count, from the top. Gradient may be
// negative; the others cannot, so adding cells adds all three. No field can overflow, since the sum of
// its size over all rows of the table does not.
type cell = int64

// packing says how the fields of a cell lie and what a unit of them is worth.
type packing struct {
	hessianBits, countBits uint
	gradient, hessian      float64 // worth of one unit, powers of two
	most                   int64   // units of hessian of the row that has most
}

// counted is the most rows for which a cell has a count: with more the other fields would be too coarse.
const counted = 1 << 14

// newPacking divides 64 bits. The unit of the fields is set for each tree.
func newPacking(rows int) packing {
	p := packing{}
	if rows <= counted {
		p.countBits = uint(bits.Len(uint(rows)))
	}
	p.hessianBits = (64 - p.countBits) / 2
	return p
}

func (p *packing) gradientOf(c cell) int64 { return c >> (p.hessianBits + p.countBits) }
func (p *packing) hessianOf(c cell) int64  { return c >> p.countBits & (1<<p.hessianBits - 1) }
func (p *packing) countOf(c cell) int64    { return c & (1<<p.countBits - 1) }

func (p *packing) pack(g, h int64) cell {
	c := g<<(p.hessianBits+p.countBits) + h<<p.countBits
	if p.countBits > 0 {
		c++
	}
	return c
}

// histogram holds the cells of a block: lane and code.
type histogram [lanes][mostCodes]cell

// add adds the cells of rows lying one after the other.
func (h *histogram) add(bins []uint8, cells []cell) {
	for len(cells) > 0 {
		r, c := (*[lanes]uint8)(bins), cells[0]
		h[0][r[0]] += c
		h[1][r[1]] += c
		h[2][r[2]] += c
		h[3][r[3]] += c
		h[4][r[4]] += c
		h[5][r[5]] += c
		h[6][r[6]] += c
		h[7][r[7]] += c
		h[8][r[8]] += c
		h[9][r[9]] += c
		h[10][r[10]] += c
		h[11][r[11]] += c
		h[12][r[12]] += c
		h[13][r[13]] += c
		h[14][r[14]] += c
		h[15][r[15]] += c
		bins, cells = bins[lanes:], cells[1:]
	}
}

// batch is the rows that addListed brings together at a time.
const batch = 128

// addListed adds the cells of the listed rows. It first copies some of them to where they lie together:
// the copying waits for many rows from memory at the same time, the adding could wait for few.
func (h *histogram) addListed(bins []uint8, cells []cell, rows []int32) {
	var b [batch * lanes]uint8
	var c [batch]cell
	for len(rows) > 0 {
		n := min(batch, len(rows))
		for k, i := range rows[:n] {
			*(*[lanes]uint8)(b[k*lanes:]) = *(*[lanes]uint8)(bins[int(i)*lanes:])
			c[k] = cells[i]
		}
		h.add(b[:n*lanes], c[:n])
		rows = rows[n:]
	}
}

// spread writes, for each column of a lane, the sums of its bins, and clears the lane. The slowest column is
// taken off first: the codes that share its bin lie together.
func (l *lane) spread(sums *[mostCodes]cell, columns []column, to []cell) {
	n := l.codes
	for k := len(l.columns) - 1; k > 0; k-- {
		c := &columns[l.columns[k]]
		cells := to[c.offset-l.offset:]
		n = c.unit
		for b := range c.bins {
			var sum cell
			part := sums[b*n:][:n]
			for _, v := range part {
				sum += v
			}
			cells[b] = sum
			if b > 0 {
				first := sums[:n]
				for i, v := range part {
					first[i] += v
				}
			}
		}
		clear(cells[c.bins : c.values+1])
	}
	c := &columns[l.columns[0]]
	copy(to, sums[:n])
	clear(to[n : c.values+1])
	clear(sums[:l.codes])
}
