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

// add adds the cells of rows lying one after the other; those of the first have their bins in the first
// bytes, each other's follow width bytes on.
func (h *histogram) add(bins []uint8, width int, cells []cell) {
	at := 0
	for _, c := range cells {
		r := (*[lanes]uint8)(bins[at:])
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
		at += width
	}
}

// batch is the rows that are counted block by block before the next are: as many as stay in the second-level
// cache between two blocks, and enough for the change from one histogram to another not to show.
const batch = 1 << 11

// bench is where a worker brings listed rows together: copying waits for many rows from memory at the same
// time, adding could wait for few.
type bench struct {
	bins  [batch * panelBlocks * lanes]uint8
	cells [batch]cell
}

// add adds the cells of rows to the histograms of some blocks of a panel, those listed or, if they are not
// listed, from, from+1, ... to-1.
func (w *bench) add(sums []*histogram, blocks []int, panel []uint8, width int, cells []cell, rows []int32, from, to int) {
	first, last := blocks[0]%panelBlocks, blocks[len(blocks)-1]%panelBlocks
	panel = panel[first*lanes:]
	n := (last - first + 1) * lanes
	if rows != nil {
		from, to = 0, len(rows)
	}
	for ; from < to; from += batch {
		m := min(batch, to-from)
		bins, step, its := w.bins[:], n, w.cells[:m]
		if rows != nil {
			move(bins, n, panel, width, n, rows[from:from+m])
			for i, r := range rows[from : from+m] {
				its[i] = cells[r]
			}
		} else {
			bins, step, its = panel[from*width:], width, cells[from:from+m]
		}
		for i, b := range blocks {
			sums[i].add(bins[(b%panelBlocks-first)*lanes:], step, its)
		}
	}
}

// near is the rows whose bytes fit in the first-level cache, nearPanel the bytes that the second holds.
const (
	near      = 128
	nearPanel = 1 << 18
)

// move copies the first n bytes of the listed rows of a panel, 16, 32, 48 or 64, to where they lie step bytes
// apart. Sixteen bytes at a time go through a register; more would be a call for each row.
func move(to []uint8, step int, panel []uint8, width, n int, rows []int32) {
	for len(rows) > 0 {
		some := rows[:min(near, len(rows))]
		if len(panel) > nearPanel {
			touch(panel, width, some)
		}
		switch n {
		case lanes:
			for i, r := range some {
				to, from := (*[lanes]uint8)(to[i*step:]), (*[lanes]uint8)(panel[int(r)*width:])
				*(*[lanes]uint8)(to[:]) = *(*[lanes]uint8)(from[:])
			}
		case 2 * lanes:
			for i, r := range some {
				to, from := (*[2 * lanes]uint8)(to[i*step:]), (*[2 * lanes]uint8)(panel[int(r)*width:])
				*(*[lanes]uint8)(to[:lanes]) = *(*[lanes]uint8)(from[:lanes])
				*(*[lanes]uint8)(to[lanes:]) = *(*[lanes]uint8)(from[lanes:])
			}
		case 3 * lanes:
			for i, r := range some {
				to, from := (*[3 * lanes]uint8)(to[i*step:]), (*[3 * lanes]uint8)(panel[int(r)*width:])
				*(*[lanes]uint8)(to[:lanes]) = *(*[lanes]uint8)(from[:lanes])
				*(*[lanes]uint8)(to[lanes : 2*lanes]) = *(*[lanes]uint8)(from[lanes : 2*lanes])
				*(*[lanes]uint8)(to[2*lanes:]) = *(*[lanes]uint8)(from[2*lanes:])
			}
		case 4 * lanes:
			for i, r := range some {
				to, from := (*[4 * lanes]uint8)(to[i*step:]), (*[4 * lanes]uint8)(panel[int(r)*width:])
				*(*[lanes]uint8)(to[:lanes]) = *(*[lanes]uint8)(from[:lanes])
				*(*[lanes]uint8)(to[lanes : 2*lanes]) = *(*[lanes]uint8)(from[lanes : 2*lanes])
				*(*[lanes]uint8)(to[2*lanes : 3*lanes]) = *(*[lanes]uint8)(from[2*lanes : 3*lanes])
				*(*[lanes]uint8)(to[3*lanes:]) = *(*[lanes]uint8)(from[3*lanes:])
			}
		}
		if rows = rows[len(some):]; len(rows) > 0 {
			to = to[len(some)*step:]
		}
	}
}

// touch reads a byte of each row, all of whose bytes lie in one line of the cache, and does so little besides
// that the processor asks memory for many rows at the same time: copying them at once takes twice as long.
// What it returns is of no use, but must not be left out.
//
//go:noinline
func touch(panel []uint8, width int, rows []int32) uint8 {
	var all uint8
	for _, r := range rows {
		all |= panel[int(r)*width]
	}
	return all
}

// spread writes the sums of the bins of a lane's columns, one column's after the other's, and takes them off
// those of rest; either may be nil. It clears the lane.
func (l *lane) spread(sums *[mostCodes]cell, columns []column, to, rest []cell) {
	counted := sums[:columns[l.columns[0]].values+1]
	if len(l.columns) > 1 {
		var room [mostCodes]cell // columns that share a lane never have more cells
		counted = room[:l.divide(sums, columns, room[:])]
	}
	if to != nil {
		copy(to, counted)
	}
	if rest != nil {
		rest = rest[:len(counted)]
		for i, v := range counted {
			rest[i] -= v
		}
	}
	clear(sums[:l.codes])
}

// divide writes, for each column of a lane, the sums of its bins, and returns how many cells they have. The
// slowest column is taken off first: the codes that share its bin lie together.
func (l *lane) divide(sums *[mostCodes]cell, columns []column, to []cell) int {
	last := &columns[l.columns[len(l.columns)-1]]
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
	}
	copy(to, sums[:n])
	return last.offset - l.offset + last.values + 1
}
