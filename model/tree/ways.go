package tree

// wayTree is a tree laid out by its ways. Entry 0 is the root; entry i > 0 is the way from its parent's question to
// one child.
type wayTree struct {
	ways []way
	deep int // most different columns on a way to a leaf
}

type way struct {
	parent, prev int32   // entries; prev is the last above on the same column, 0 if none
	question     int32   // of the tree, in the order of its nodes
	column       int32   // that is asked about
	columns      int32   // different ones until here
	right        bool    // the way is the question's right
	leaf         bool    // it leads to one
	share        float64 // of the parent's training rows
	z            float64 // product of the shares of this way and all before it on the same column
	value        float64 // of a leaf
}

// What a row does at a way: it left the ways of the way's column further up, it leaves them here, or it goes
// here and went all of them before.
const (
	gone = iota
	off
	on
)

// asked is a question in the order of the tree's nodes.
type asked struct {
	first, count int32 // of its tests: right if any says so
}

type test struct {
	thr, mask uint64
	slot      int32
}

func newWayTree(nodes []Node) *wayTree {
	p := &wayTree{ways: make([]way, 1)}
	q := int32(0)
	entry := make([]int32, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		if n.Column < 0 {
			p.ways[entry[i]].leaf, p.ways[entry[i]].value = true, n.Value
			continue
		}
		for _, right := range [2]bool{false, true} {
			c := n.child(right)
			w := way{parent: entry[i], question: q, column: n.Column, right: right, share: n.share(nodes, right)}
			w.z = w.share
			for a := entry[i]; a > 0 && w.prev == 0; a = p.ways[a].parent {
				if p.ways[a].column == n.Column {
					w.prev, w.z = a, w.share*p.ways[a].z
				}
			}
			if w.columns = p.ways[entry[i]].columns; w.prev == 0 {
				w.columns++
				p.deep = max(p.deep, int(w.columns))
			}
			entry[c] = int32(len(p.ways))
			p.ways = append(p.ways, w)
		}
		q++
	}
	return p
}

// before returns the last way above question q on the same column, 0 if there is none. The ways from question q are
// entries 2q+1 and 2q+2.
func (p *wayTree) before(q int) int32 { return p.ways[2*q+1].prev }

// mean returns what the leaves pay if nothing is known.
func (p *wayTree) mean() float64 {
	share := make([]float64, len(p.ways))
	share[0] = 1
	sum := 0.0
	for i := range p.ways {
		w := &p.ways[i]
		if i > 0 {
			share[i] = share[w.parent] * w.share
		}
		if w.leaf {
			sum += float64(share[i] * w.value)
		}
	}
	return sum
}

// track is what interactions are worked out in.
type track struct {
	does []uint8 // of each way: gone, off or on
	sum  [][fours]float64
}

func (t *track) grow(n int) {
	if len(t.does) < n {
		t.does = make([]uint8, n)
		t.sum = make([][fours]float64, n)
	}
}

// follow notes which ways a row goes, given which way it answers each question.
func (p *wayTree) follow(t *track, right []bool) {
	t.grow(len(p.ways))
	does := t.does[:len(p.ways)]
	does[0] = on
	for i := 1; i < len(does); i++ {
		w := &p.ways[i]
		d := uint8(off)
		if right[w.question] == w.right {
			d = on
		}
		if does[w.prev] != on {
			d = gone
		}
		does[i] = d
	}
}
