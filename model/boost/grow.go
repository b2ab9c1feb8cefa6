package boost

import (
	"math"
	"slices"
)

// node is a leaf while its tree grows.
type node struct {
	at           int32 // its number in the tree
	depth        int
	stage        *stage
	listed       bool // its rows are order[lo:hi] of the stage; otherwise they are all of the stage
	lo, hi       int
	total        cell
	cells        []cell // histogram of all columns; nil: it will not be split
	best         split
	lower, upper float64
	path         []int  // columns asked on the way here, if there are interaction constraints
	may          []bool // columns that may be asked; nil: those of the tree
}

func (n *node) rows() int { return n.hi - n.lo }

// grown is a tree over bins.
type grown struct {
	nodes  []grownNode
	leaves []*node
}

type grownNode struct {
	left, right  int32 // 0: a leaf
	split        split
	goes         [4]uint64 // codes that go left
	lane         int
	leaf         int // number of the leaf
	lower, upper float64
	value, cover float64
}

// grow grows a tree on the listed rows, or on all if nil.
func (tr *trainer) grow(k int, rows []int32) *grown {
	tr.drawn = tr.drawColumns(k)
	tr.active = tr.active[:0]
	for b, members := range tr.bins.members {
		if slices.ContainsFunc(members, func(l lane) bool { return slices.ContainsFunc(l.columns, func(j int) bool { return tr.drawn[j] }) }) {
			tr.active = append(tr.active, b)
		}
	}
	tr.panels = tr.panels[:0]
	for a, b := range tr.active {
		if a == 0 || b/panelBlocks != tr.active[a-1]/panelBlocks {
			tr.panels = append(tr.panels, a)
		}
	}
	tr.panels = append(tr.panels, len(tr.active))
	for _, s := range tr.slabs {
		s.used = 0
	}
	g := &grown{nodes: make([]grownNode, 1, 2*tr.opt.Leaves)}
	root := &node{stage: &tr.root, hi: tr.learn, lower: math.Inf(-1), upper: math.Inf(1)}
	if rows != nil {
		root.listed, root.hi = true, len(rows)
		copy(tr.order, rows)
		for _, r := range rows {
			root.total += tr.root.cells[r]
		}
	} else {
		for _, c := range tr.root.cells {
			root.total += c
		}
	}
	if tr.opt.Interactions != nil {
		tr.limit(root)
	}
	tr.look(nil, root, nil)
	open := []*node{root}
	for len(open) < tr.opt.Leaves {
		i := tr.next(open)
		if i < 0 {
			break
		}
		l, r := tr.divide(g, open[i], len(open)+1 < tr.opt.Leaves)
		open[i] = l
		open = append(open, r)
	}
	for i, n := range open {
		tr.release(n.cells)
		g.nodes[n.at].leaf, g.nodes[n.at].lower, g.nodes[n.at].upper = i, n.lower, n.upper
	}
	g.leaves = open
	return g
}

// next returns the leaf to split, -1 if none is worth it: leaf-wise the one with the largest gain,
// depth-wise the shallowest; of equal ones the older.
func (tr *trainer) next(open []*node) int {
	at := -1
	for i, n := range open {
		if n.best.gain <= 0 {
			continue
		}
		if at < 0 {
			at = i
			continue
		}
		b := open[at]
		if tr.opt.Growth == DepthWise {
			if n.depth < b.depth || n.depth == b.depth && n.at < b.at {
				at = i
			}
		} else if n.best.gain > b.best.gain || n.best.gain == b.best.gain && n.at < b.at {
			at = i
		}
	}
	return at
}

// divide splits a leaf and, if there will be more splits, looks for the best of each side.
func (tr *trainer) divide(g *grown, n *node, more bool) (left, right *node) {
	s, col := &n.best, &tr.bins.columns[n.best.column]
	gn := &g.nodes[n.at]
	gn.split, gn.lane = *s, col.lane
	for code := range tr.bins.members[col.lane/lanes][col.lane%lanes].codes {
		if s.goesLeft(col, col.bin(code)) {
			gn.goes[code>>6] |= 1 << (code & 63)
		}
	}
	tr.gather(n)
	nl := tr.part(n, &gn.goes, col)

	side := func(lo, hi int, total cell) *node {
		g.nodes = append(g.nodes, grownNode{})
		return &node{at: int32(len(g.nodes) - 1), depth: n.depth + 1, stage: n.stage, listed: true, lo: lo, hi: hi,
			total: total, lower: n.lower, upper: n.upper, may: n.may}
	}
	left, right = side(n.lo, n.lo+nl, s.left), side(n.lo+nl, n.hi, n.total-s.left)
	g.nodes[n.at].left, g.nodes[n.at].right = left.at, right.at
	if col.monotone != 0 && s.bin < col.values-1 {
		mid := (tr.leafValue(n, left.total) + tr.leafValue(n, right.total)) / 2
		if col.monotone > 0 {
			left.upper, right.lower = mid, mid
		} else {
			left.lower, right.upper = mid, mid
		}
	}
	if tr.opt.Interactions != nil {
		left.path = append(slices.Clone(n.path), n.best.column)
		tr.limit(left)
		right.path, right.may = left.path, left.may
	}
	small, large := left, right
	if right.rows() < left.rows() {
		small, large = right, left
	}
	if !more {
		tr.release(n.cells)
		return left, right
	}
	tr.look(small, large, n.cells)
	return left, right
}

// leafValue is the value a part of the node would have.
func (tr *trainer) leafValue(n *node, total cell) float64 {
	s := tr.searchOf(n)
	return s.value(float64(s.gradientOf(total))*s.gradient, float64(s.hessianOf(total))*s.hessian, s.lambda)
}

// limit says which columns a node may ask: those that share a list with all asked on its path, and these.
// A column in no list stands alone.
func (tr *trainer) limit(n *node) {
	n.may = make([]bool, len(tr.bins.columns))
	listed := make([]bool, len(n.may))
	for _, list := range tr.opt.Interactions {
		all := true
		for _, j := range n.path {
			all = all && slices.Contains(list, j)
		}
		for _, j := range list {
			listed[j] = true
			n.may[j] = n.may[j] || all
		}
	}
	for j := range n.may {
		if len(n.path) == 0 && !listed[j] {
			n.may[j] = true
		}
	}
	for _, j := range n.path {
		n.may[j] = true
	}
}

func (tr *trainer) searchOf(n *node) search {
	return search{packing: tr.packing, lambda: tr.opt.Lambda, alpha: tr.opt.Alpha, minGain: tr.opt.MinGain, opt: &tr.opt,
		minHessian: tr.minHessian, minRows: int64(tr.opt.MinRows), total: n.total, rows: int64(n.rows()), lower: n.lower, upper: n.upper}
}

// open tells whether a node can be split at all.
func (tr *trainer) open(n *node) bool {
	return len(tr.active) > 0 && n.rows() >= 2*tr.opt.MinRows && tr.packing.hessianOf(n.total) >= 2*tr.minHessian && (tr.opt.Depth == 0 || n.depth < tr.opt.Depth)
}

// look finds the best splits of two siblings, of which the histogram of the parent becomes that of the
// larger. The root has no sibling and no parent.
func (tr *trainer) look(small, large *node, parent []cell) {
	wantSmall, wantLarge := small != nil && tr.open(small), tr.open(large)
	if !wantLarge {
		tr.release(parent)
		parent = nil
	}
	if !wantSmall && !wantLarge {
		return
	}
	build := small // whose rows are counted
	if small == nil {
		build = large
	}
	var cells []cell // of the rows counted, if they are needed by themselves
	if small == nil || wantSmall {
		cells = tr.acquire()
		build.cells = cells
	}
	if parent != nil {
		large.cells = parent
	}
	parts := 0 // into which the rows are divided; 0: the blocks are counted each for itself
	if build.rows() >= panelRows {
		// More parts than workers when there are many rows: one that has lost its processor holds up less.
		most := min(4*tr.crew.size, max(tr.crew.size, build.rows()/partRowsLeast))
		if parts = 1; tr.crew.size > 1 {
			parts = (most + len(tr.panels) - 2) / (len(tr.panels) - 1)
		}
	}
	for len(tr.buffers) < max(tr.crew.size, max(2, parts)*len(tr.active)) {
		tr.buffers = append(tr.buffers, new(histogram))
	}
	if parts > 0 {
		tr.crew.run(parts*(len(tr.panels)-1), func(worker, task int) {
			a, end, part := tr.panels[task/parts], tr.panels[task/parts+1], task%parts
			tr.accumulate(worker, tr.buffers[part*len(tr.active)+a:], tr.active[a:end], build, build.stage.cells, part, parts)
		})
	}
	siblings := [2]*node{small, large}
	wanted := [2]bool{wantSmall, wantLarge}
	search := func(worker, task int, h *histogram) {
		if wanted[task%2] {
			tr.found[task] = tr.best(worker, siblings[task%2], tr.active[task/2], h)
		}
	}
	// A few blocks that do not divide among the workers are searched as a piece of work of its own, for each
	// sibling: with three blocks one of two workers would wait for the other. Otherwise they are searched while
	// their cells are near.
	apart := len(tr.active) < 4*tr.crew.size && len(tr.active)%tr.crew.size != 0
	tr.crew.run(len(tr.active), func(worker, a int) {
		b, h := tr.active[a], tr.buffers[worker]
		if parts > 0 {
			h = tr.buffers[a]
			for part := 1; part < parts; part++ {
				tr.merge(h, tr.buffers[part*len(tr.active)+a], b)
			}
		} else {
			tr.accumulate(worker, tr.buffers[worker:], tr.active[a:a+1], build, build.stage.cells, 0, 1)
		}
		for at := range tr.bins.members[b] {
			l := &tr.bins.members[b][at]
			l.spread(&h[at], tr.bins.columns, cells[min(l.offset, len(cells)):], parent[min(l.offset, len(parent)):])
		}
		tr.clearRest(h, b)
		if !apart {
			search(worker, 2*a, h)
			search(worker, 2*a+1, h)
		}
	})
	if apart {
		tr.crew.run(2*len(tr.active), func(worker, task int) { search(worker, task, tr.buffers[task]) })
	}
	for k, n := range siblings {
		if !wanted[k] {
			continue
		}
		for a := range tr.active {
			if s := &tr.found[2*a+k]; s.better(&n.best) {
				n.best = *s
			}
		}
	}
}

// accumulate adds cells of a part of the node's rows to the histograms of blocks of one panel.
func (tr *trainer) accumulate(worker int, sums []*histogram, blocks []int, n *node, cells []cell, part, parts int) {
	m := n.rows()
	lo, hi := m*part/parts, m*(part+1)/parts
	var rows []int32
	if n.listed {
		rows = tr.order[n.lo+lo : n.lo+hi]
	}
	p := blocks[0] / panelBlocks
	tr.benches[worker].add(sums, blocks, n.stage.panels[p], tr.bins.width(p), cells, rows, lo, hi)
}

// merge adds one histogram of a block to another and clears it.
func (tr *trainer) merge(h, more *histogram, block int) {
	for at, l := range tr.bins.members[block] {
		to, from := h[at][:l.codes], more[at][:l.codes]
		for i, v := range from {
			to[i] += v
		}
		clear(from)
	}
	tr.clearRest(more, block)
}

// clearRest clears what the lanes without a column, whose bins are all 0, have gathered.
func (tr *trainer) clearRest(h *histogram, block int) {
	for lane := len(tr.bins.members[block]); lane < lanes; lane++ {
		h[lane][0] = 0
	}
}

// best returns the node's best split on a column of the block; h is room to work in, and zero.
//
// Above 16,384 rows cells have no count. A split is then looked for as if any number of rows would do. If
// the hessians on a side do not prove that it has enough, the rows are counted and it is looked for again.
func (tr *trainer) best(worker int, n *node, block int, h *histogram) split {
	s := tr.searchOf(n)
	for _, l := range tr.bins.members[block] {
		for _, j := range l.columns {
			tr.try(&s, n, j)
		}
	}
	left := s.hessianOf(s.best.left)
	enough := s.minRows * s.most
	if s.best.gain <= 0 || s.countBits > 0 || s.minRows == 1 || left >= enough && s.hessianOf(s.total)-left >= enough {
		return s.best
	}
	s.best = split{}
	tr.accumulate(worker, []*histogram{h}, []int{block}, n, tr.ones(), 0, 1)
	var room [mostCodes + 1]cell // a lane's columns never have more cells
	for at := range tr.bins.members[block] {
		l := &tr.bins.members[block][at]
		l.spread(&h[at], tr.bins.columns, room[:], nil)
		for _, j := range l.columns {
			c := &tr.bins.columns[j]
			s.counts = room[c.offset-l.offset:][:c.values+1]
			tr.try(&s, n, j)
		}
	}
	tr.clearRest(h, block)
	return s.best
}

// try looks at a column if the node may ask it.
func (tr *trainer) try(s *search, n *node, j int) {
	if c := &tr.bins.columns[j]; tr.drawn[j] && (n.may == nil || n.may[j]) {
		s.try(j, c, n.cells[c.offset:c.offset+c.values+1])
	}
}

// acquire returns room for a histogram of all columns; what is in it is not cleared.
func (tr *trainer) acquire() []cell {
	if k := len(tr.free); k > 0 {
		c := tr.free[k-1]
		tr.free = tr.free[:k-1]
		return c
	}
	return make([]cell, tr.bins.cells)
}

func (tr *trainer) release(c []cell) {
	if c != nil {
		tr.free = append(tr.free, c)
	}
}
