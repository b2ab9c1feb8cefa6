package boost

// stage is rows with their bins and cells lying together, in the order of the table.
type stage struct {
	rows   int
	panels [][]uint8
	cells  []cell
	id     []int32 // row of the table; nil: row i is row i
}

// A node of fewer rows than that share of its stage gets one of its own before it is split: histograms of
// rows far apart wait for memory. Small stages are in the cache whatever their order.
const (
	thin       = 4
	cacheStage = 1 << 13
)

// panelRows is the rows from which on a node's are counted by all blocks of a panel while they are near, each
// worker a part of the rows. Smaller nodes divide the work by blocks, which leaves nothing to be put together.
// Beyond as many parts as workers, each has partRowsLeast rows.
const (
	panelRows     = 1 << 10
	partRowsLeast = 1 << 14
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
	parts, panels := tr.parts(m, 1), tr.panels[:len(tr.panels)-1]
	tr.crew.run(parts*(len(panels)+1), func(_, task int) {
		k, lo, hi := task/parts, m*(task%parts)/parts, m*(task%parts+1)/parts
		if k == len(panels) {
			for i, r := range rows[lo:hi] {
				to.cells[lo+i] = from.cells[r]
				if from.id != nil {
					r = from.id[r]
				}
				to.id[lo+i] = r
			}
			return
		}
		p := tr.active[panels[k]] / panelBlocks
		width := tr.bins.width(p)
		move(to.panels[p][lo*width:], width, from.panels[p], width, lanes*tr.bins.blocks(p), rows[lo:hi])
	})
	n.stage, n.listed = to, false
}

// room returns a stage for m rows, good until the next tree.
func (tr *trainer) room(m int) *stage {
	for i := 0; ; i++ {
		if i == len(tr.slabs) {
			size := max(tr.learn/thin, m)
			s := &slab{stage: stage{rows: size, cells: make([]cell, size), id: make([]int32, size)}}
			for p := range tr.bins.panels {
				s.panels = append(s.panels, make([]uint8, size*tr.bins.width(p)))
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
		for p, rows := range s.panels {
			width := tr.bins.width(p)
			out.panels = append(out.panels, rows[lo*width:hi*width])
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
	m, codes, id := n.rows(), tr.bins.codes[c.lane], n.stage.id
	order, right := tr.order[n.lo:n.hi], tr.spare[n.lo:n.hi]
	parts := tr.parts(m, 1)
	if parts == 1 {
		k := partRows(&side, codes, id, n.listed, 0, order, order, right)
		copy(order[k:], right[:m-k])
		return k
	}
	lefts := tr.spareLeft[n.lo:n.hi]
	count := make([]int, parts)
	tr.crew.run(parts, func(_, p int) {
		lo, hi := m*p/parts, m*(p+1)/parts
		count[p] = partRows(&side, codes, id, n.listed, lo, order[lo:hi], lefts[lo:hi], right[lo:hi])
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
// order. The codes are those of the rows of the table: reading one byte of each row of a panel would read
// the whole panel.
func partRows(side *[mostCodes]uint8, codes []uint8, id []int32, listed bool, first int, order, left, right []int32) int {
	right = right[:len(order)]
	left = left[:len(order)]
	nl := 0
	for i, r := range order {
		if !listed {
			r = int32(first + i)
		}
		in := r
		if id != nil {
			in = id[r]
		}
		left[nl] = r
		right[i-nl] = r
		nl += int(side[codes[in]])
	}
	return nl
}
