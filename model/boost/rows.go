package boost

// stage is rows with their bins and cells lying together, in the order of the table.
type stage struct {
	rows   int
	blocks [][]uint8
	cells  []cell
	id     []int32 // row of the table; nil: row i is row i
}

// A node of fewer rows than that share of its stage gets one of its own before it is split: histograms of
// rows far apart wait for memory. Small stages are in the cache whatever their order.
const (
	thin       = 4
	cacheStage = 1 << 13
)

// slab is room for stages, kept from tree to tree.
type slab struct {
	stage
	used int
}

// gather moves the rows of a node together if they have become few among those they lie with.
func (tr *trainer) gather(n *node) {
	m := n.rows()
	if !n.listed || n.stage.rows <= cacheStage || m*thin > n.stage.rows {
		return
	}
	to, from, rows := tr.room(m), n.stage, tr.order[n.lo:n.hi]
	parts := tr.parts(m, 1)
	tr.crew.run(parts*(len(tr.active)+1), func(_, task int) {
		k, lo, hi := task/parts, m*(task%parts)/parts, m*(task%parts+1)/parts
		if k == len(tr.active) {
			for i, r := range rows[lo:hi] {
				to.cells[lo+i] = from.cells[r]
				if from.id != nil {
					r = from.id[r]
				}
				to.id[lo+i] = r
			}
			return
		}
		dst, src := to.blocks[tr.active[k]][lo*lanes:hi*lanes], from.blocks[tr.active[k]]
		for _, r := range rows[lo:hi] {
			*(*[lanes]uint8)(dst) = *(*[lanes]uint8)(src[int(r)*lanes:])
			dst = dst[lanes:]
		}
	})
	n.stage, n.listed = to, false
}

// room returns a stage for m rows, good until the next tree.
func (tr *trainer) room(m int) *stage {
	for i := 0; ; i++ {
		if i == len(tr.slabs) {
			size := max(tr.learn/thin, m)
			s := &slab{stage: stage{rows: size, cells: make([]cell, size), id: make([]int32, size)}}
			for range tr.bins.blocks {
				s.blocks = append(s.blocks, make([]uint8, size*lanes))
			}
			tr.slabs = append(tr.slabs, s)
		}
		s := tr.slabs[i]
		if s.used+m > s.rows {
			continue
		}
		lo, hi := s.used, s.used+m
		s.used = hi
		out := &stage{rows: m, cells: s.cells[lo:hi], id: s.id[lo:hi]}
		for _, b := range s.blocks {
			out.blocks = append(out.blocks, b[lo*lanes:hi*lanes])
		}
		return out
	}
}

// parts returns into how many parts of rows a piece of work is divided when there are already so many
// pieces that can be done at the same time.
func (tr *trainer) parts(rows, pieces int) int {
	const least = 1 << 12
	if tr.crew.size == 1 || pieces >= 4*tr.crew.size {
		return 1
	}
	return max(1, min(rows/least, (4*tr.crew.size+pieces-1)/pieces))
}

// part orders the rows of a node: those that go left first, and returns how many they are. Both sides keep
// their order.
func (tr *trainer) part(n *node, left *[4]uint64, c *column) int {
	var side [mostCodes]uint8
	for code := range side {
		side[code] = uint8(left[code>>6] >> (code & 63) & 1)
	}
	m, block := n.rows(), n.stage.blocks[c.block]
	order, right := tr.order[n.lo:n.hi], tr.spare[n.lo:n.hi]
	parts := tr.parts(m, 1)
	if parts == 1 {
		k := partRows(&side, block, c.lane, n.listed, 0, order, order, right)
		copy(order[k:], right[:m-k])
		return k
	}
	lefts := tr.spareLeft[n.lo:n.hi]
	count := make([]int, parts)
	tr.crew.run(parts, func(_, p int) {
		lo, hi := m*p/parts, m*(p+1)/parts
		count[p] = partRows(&side, block, c.lane, n.listed, lo, order[lo:hi], lefts[lo:hi], right[lo:hi])
	})
	all := 0
	for _, k := range count {
		all += k
	}
	tr.crew.run(parts, func(_, p int) {
		lo, hi := m*p/parts, m*(p+1)/parts
		before := 0
		for _, k := range count[:p] {
			before += k
		}
		copy(order[before:], lefts[lo:lo+count[p]])
		copy(order[all+lo-before:], right[lo:lo+hi-lo-count[p]])
	})
	return all
}

// partRows copies each row to the end of left or of right, without a branch, and returns how many went
// left. The rows are those listed in order or, if they are not listed, first, first+1, ...; left may be
// order.
func partRows(side *[mostCodes]uint8, block []uint8, lane int, listed bool, first int, order, left, right []int32) int {
	right = right[:len(order)]
	left = left[:len(order)]
	nl := 0
	if listed {
		for i, r := range order {
			s := int(side[block[int(r)*lanes+lane]])
			left[nl] = r
			right[i-nl] = r
			nl += s
		}
		return nl
	}
	at := first*lanes + lane
	for i := range order {
		s := int(side[block[at]])
		left[nl] = int32(first + i)
		right[i-nl] = int32(first + i)
		nl += s
		at += lanes
	}
	return nl
}
