package tree

import (
	"cmp"
	"math/bits"
	"slices"
)

// What a leaf pays to each column depends on the model and on nothing of the row but which of the questions
// on its way the row answers as the way does. So a few neighbouring leaves together have a table: by the
// answers to all questions on their ways, what each column adds (Yang 2021, Fast TreeSHAP, version 2, has one
// for each leaf). A row's answers to a tree's questions are the bits of one word, and a table's index is cut
// out of it.

// table is what some leaves of a tree pay.
type table struct {
	tree    int32
	columns int32 // in reasons.columns
	width   int32 // how many columns
	stride  int32 // from one index to the next
	at      int32 // in reasons.paid: a value for each column, for each index
	cut     cut
}

// cut takes chosen bits out of a word, run by run.
type cut struct {
	down [runs]uint8
	mask [runs]uint16
}

const (
	runs       = 6       // of neighbouring bits that an index may consist of
	wordBits   = 64      // questions of a tree with tables
	mostBits   = 10      // of an index
	mostPaid   = 2 << 20 // values in the tables of one ensemble: 16 MB
	costTable  = 4       // what finding an entry costs, counted in values added
	dearMemory = 1e-3    // what a value's memory costs, counted so
)

func (c *cut) index(word uint64) uint64 {
	return word>>(c.down[0]&63)&uint64(c.mask[0]) | word>>(c.down[1]&63)&uint64(c.mask[1]) |
		word>>(c.down[2]&63)&uint64(c.mask[2]) | word>>(c.down[3]&63)&uint64(c.mask[3]) |
		word>>(c.down[4]&63)&uint64(c.mask[4]) | word>>(c.down[5]&63)&uint64(c.mask[5])
}

// word returns the word of which the index is cut, the other bits 0.
func (c *cut) word(index uint64) (w uint64) {
	for k, m := range c.mask {
		w |= index & uint64(m) << c.down[k]
	}
	return w
}

// newCut says how to take the given bits; false: there are too many runs.
func newCut(of uint64) (c cut, ok bool) {
	to := 0
	for k := 0; of != 0; k++ {
		if k == runs {
			return c, false
		}
		at := bits.TrailingZeros64(of)
		long := bits.TrailingZeros64(^(of >> at))
		c.down[k], c.mask[k] = uint8(at-to), (1<<long-1)<<to
		of &^= (1<<long - 1) << at
		to += long
	}
	return c, true
}

// leafWay is the way to a leaf.
type leafWay struct {
	node    int32
	asked   uint64 // the bits in the tree's word of the questions on it
	columns uint64 // the numbers, in the tree, of the columns asked about
	value   float64
	sides   []leafSide // of each column, in rising order
}

// leafSide is a column on a way: the questions about it, and those of them at which the way goes right.
type leafSide struct {
	column       int32
	asked, right uint64
	z            float64 // the share of the training rows that go all the ways
}

// wordTest is a test of a question of a tree's word, that of the highest bit first: next is 1 for the first
// test of a question, 0 for others; it is right if any says so.
type wordTest struct {
	thr, mask uint64
	slot      int32
	next      uint8
}

// cluster is some leaves of a tree that are to have one table.
type cluster struct {
	leaves         []int
	asked, columns uint64
}

func (c *cluster) size() int { return stride(bits.OnesCount64(c.columns)) << bits.OnesCount64(c.asked) }

// stride returns how far an index of the given number of values is from the next: within a cache line if there
// is a way.
func stride(width int) int {
	if width > 4 && width < 8 {
		return 8
	}
	return width
}

// ways numbers a tree's questions, so that neighbours on a way mostly have neighbouring bits, and returns
// the nodes of the questions by their bits, and the ways to the leaves from left to right. There are at most
// wordBits questions.
func ways(nodes []Node) (questions []int32, leaves []leafWay) {
	below := make([]int, len(nodes)) // leaves
	for i := len(nodes) - 1; i >= 0; i-- {
		if below[i] = 1; nodes[i].Column >= 0 {
			below[i] = below[nodes[i].Left] + below[nodes[i].Right]
		}
	}
	bit := make([]uint8, len(nodes))
	var number func(i int32)
	number = func(i int32) {
		n := &nodes[i]
		if n.Column < 0 {
			return
		}
		bit[i] = uint8(len(questions))
		questions = append(questions, i)
		a, b := n.Left, n.Right
		if below[b] > below[a] {
			a, b = b, a
		}
		number(a)
		number(b)
	}
	number(0)
	numbers := map[int32]int{} // of the tree's columns
	for i := range nodes {
		if j := nodes[i].Column; j >= 0 {
			if _, ok := numbers[j]; !ok {
				numbers[j] = len(numbers)
			}
		}
	}
	var walk func(i int32, w leafWay)
	walk = func(i int32, w leafWay) {
		n := &nodes[i]
		if n.Column < 0 {
			w.node, w.value = i, n.Value
			leaves = append(leaves, w)
			return
		}
		for _, right := range [2]uint64{0, 1} {
			c := n.Left
			if right == 1 {
				c = n.Right
			}
			to := w
			to.asked |= 1 << bit[i]
			to.columns |= 1 << numbers[n.Column]
			to.sides = slices.Clone(w.sides)
			k, found := slices.BinarySearchFunc(to.sides, n.Column, func(s leafSide, j int32) int { return cmp.Compare(s.column, j) })
			if !found {
				to.sides = slices.Insert(to.sides, k, leafSide{column: n.Column, z: 1})
			}
			s := &to.sides[k]
			s.asked |= 1 << bit[i]
			s.right |= right << bit[i]
			s.z *= nodes[c].Cover / n.Cover
			walk(c, to)
		}
	}
	walk(0, leafWay{})
	return questions, leaves
}

// gather puts leaves with ways of at most most questions together as long as that saves more than the
// memory it costs, and returns the clusters and how many values are in their tables.
func gather(leaves []leafWay, most int) (all []cluster, size int) {
	for l := range leaves {
		w := &leaves[l]
		if _, ok := newCut(w.asked); ok && bits.OnesCount64(w.asked) <= most {
			all = append(all, cluster{[]int{l}, w.asked, w.columns})
		}
	}
	n := len(all)
	gains := make([]float64, n*n) // of clusters i and j < i; 0: none
	gain := func(i, j int) {
		a, b := &all[max(i, j)], &all[min(i, j)]
		g := &gains[max(i, j)*n+min(i, j)]
		*g = 0
		both := cluster{asked: a.asked | b.asked, columns: a.columns | b.columns}
		if a.leaves == nil || b.leaves == nil || bits.OnesCount64(both.asked) > most {
			return
		}
		if _, ok := newCut(both.asked); ok {
			saved := float64(costTable + bits.OnesCount64(a.columns&b.columns))
			*g = max(0, saved-float64(dearMemory*float64(both.size()-a.size()-b.size())))
		}
	}
	for i := range n {
		for j := range i {
			gain(i, j)
		}
	}
	for {
		best := 0
		for k, g := range gains {
			if g > gains[best] {
				best = k
			}
		}
		if n == 0 || gains[best] == 0 {
			break
		}
		i, j := best/n, best%n
		a, b := &all[i], &all[j]
		*b = cluster{append(b.leaves, a.leaves...), a.asked | b.asked, a.columns | b.columns}
		*a = cluster{}
		for k := range n {
			if k != i {
				gain(i, k)
			}
			if k != j {
				gain(j, k)
			}
		}
	}
	all = slices.DeleteFunc(all, func(c cluster) bool { return c.leaves == nil })
	for i := range all {
		size += all[i].size()
	}
	return all, size
}

// layTables lays out the word of a tree, whose ways to its leaves are given, and tables of at most room values for
// as many of the leaves as that allows, none if there is no room. It returns which leaves, by their nodes, have none.
func (r *reasons) layTables(tree, nodes int, leaves []leafWay, room int) (rest []bool, some bool) {
	room = max(room, 0) // tables begin at a line of the cache, so that those before may have taken more than there was
	var all []cluster
	// A table of more bits than room has does not fit, and looking for it would take long where trees are many.
	for most, size := min(mostBits, bits.Len(uint(room))), room+1; size > room; most-- {
		all, size = gather(leaves, most)
	}
	rest, left := make([]bool, nodes), len(leaves)
	for l := range leaves {
		rest[leaves[l].node] = true
	}
	for _, c := range all {
		for _, l := range c.leaves {
			rest[leaves[l].node] = false
			left--
		}
	}
	for _, c := range all {
		var columns []int32
		for _, l := range c.leaves {
			for _, s := range leaves[l].sides {
				columns = append(columns, s.column)
			}
		}
		slices.Sort(columns)
		columns = slices.Compact(columns)
		t := table{tree: int32(tree), columns: int32(len(r.columns)), width: int32(len(columns)), stride: int32(stride(len(columns))), at: int32(len(r.paid)+7) &^ 7}
		t.cut, _ = newCut(c.asked)
		r.columns = append(r.columns, columns...)
		r.paid = append(r.paid, make([]float64, int(t.at)-len(r.paid)+c.size())...)
		for _, l := range c.leaves {
			r.pay(&t, c.asked, &leaves[l])
		}
		r.tables = append(r.tables, t)
	}
	return rest, left > 0
}

// pay adds what a leaf pays to its table.
func (r *reasons) pay(t *table, asked uint64, leaf *leafWay) {
	d := len(leaf.sides)
	alone := make([]float64, d<<d) // by the columns that allow the way
	rule := r.rules[(d+1)/2]
	for allowed := range 1 << d {
		paid := alone[allowed*d:][:d]
		for _, four := range rule {
			for k, t := range four.t {
				u, pay := 1-t, float64(four.w[k]*leaf.value)
				for i := range leaf.sides {
					f := float64(leaf.sides[i].z * u)
					if allowed>>i&1 == 1 {
						f += t
					}
					pay *= f
				}
				for i := range leaf.sides {
					if z := leaf.sides[i].z; allowed>>i&1 == 1 {
						paid[i] += float64(pay * (1 - z) / (t + float64(z*u)))
					} else {
						paid[i] -= pay / u
					}
				}
			}
		}
	}
	columns := r.columns[t.columns:][:t.width]
	place := make([]int, d)
	for i, s := range leaf.sides {
		place[i], _ = slices.BinarySearch(columns, s.column)
	}
	for index := range uint64(1) << bits.OnesCount64(asked) {
		word, allowed := t.cut.word(index), 0
		for i, s := range leaf.sides {
			if (word^s.right)&s.asked == 0 {
				allowed |= 1 << i
			}
		}
		to := r.paid[int(t.at)+int(index)*int(t.stride):]
		for i, v := range alone[allowed*d:][:d] {
			to[place[i]] += v
		}
	}
}

// addTables adds to phi what the tables say for a row's answers to each tree.
func (r *reasons) addTables(phi []float64, words []uint64) {
	for i := range r.tables {
		t := &r.tables[i]
		n := int(t.width)
		paid := r.paid[int(t.at)+int(t.stride)*int(t.cut.index(words[t.tree])):][:n]
		for k, j := range r.columns[t.columns:][:n] {
			phi[j] += paid[k]
		}
	}
}

// answers returns the answers of a row to the questions of a tree.
func answers(tests []wordTest, keys []uint64) uint64 {
	word := uint64(0)
	for i := range tests {
		t := &tests[i]
		right := uint64(0)
		if keys[t.slot]&t.mask > t.thr {
			right = 1
		}
		word = word<<(t.next&63) | right
	}
	return word
}
