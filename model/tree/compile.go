package tree

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// Scorer is an ensemble laid out for scoring. It does not change and may be used by many goroutines.
type Scorer struct {
	columns int
	base    float64
	slots   []slot
	nodes   []node     // of the small trees, one after the other, then narrow more so that a window never ends early
	brief   []brief    // the same where only numbers are asked about
	wide    []wideNode // of the others
	trees   []flat
	order   []int32         // trees that one row walks together with others, those of few steps first
	places  []places        // for many rows: the bytes they have,
	bytes   int32           // how many,
	sliced  []sliced        // the questions of the trees that are sliced,
	values  []float64       // and their leaves' values; then narrow more
	walked  []bool          // slots whose keys are needed by trees that are not sliced
	reasons func() *reasons // made once, when first asked for
}

// flat is one tree: a part of nodes, or of wide.
type flat struct {
	at, size int32
	steps    int32 // of the longest way to a leaf
	wide     bool
	brief    bool // in Scorer.brief too

	sliced, questions, values int32 // in Scorer.sliced and .values; sliced is -1 if the tree is walked
	noted                     int32 // questions before those that lead to leaves only
}

// narrow is how many nodes and slots fit the one-byte numbers of node.
const narrow = 256

// node is a question or a leaf, half a cache line. The two ways lead to neighbours, left and left+1. A leaf
// leads to itself, so that rows may go on stepping until all have arrived.
type node struct {
	thr, mask  uint64
	value      float64
	left, slot uint8
}

// wideNode is the same for trees of more than narrow nodes or models of more than narrow slots.
type wideNode struct {
	thr, mask  uint64
	value      float64
	left, slot int32
}

// Compile lays the ensemble out for scoring. It panics if Check finds a fault. The ensemble must not be
// changed afterwards: reasons are laid out when first asked for.
func (e *Ensemble) Compile() *Scorer {
	if err := e.Check(); err != nil {
		panic(err.Error())
	}
	s := &Scorer{columns: len(e.Columns), base: e.Base}
	at := s.layKeys(e)
	for t := range e.Trees {
		nodes, steps := e.flatten(e.Trees[t].Nodes, at)
		f := flat{size: int32(len(nodes)), steps: steps, wide: len(nodes) > narrow || len(s.slots) > narrow}
		if f.wide {
			f.at = int32(len(s.wide))
			s.wide = append(s.wide, nodes...)
		} else {
			f.at, f.brief = int32(len(s.nodes)), len(s.slots) < narrow
			for _, n := range nodes {
				s.nodes = append(s.nodes, node{n.thr, n.mask, n.value, uint8(n.left), uint8(n.slot)})
				b := brief{n.thr, uint16(n.left) - uint16(len(s.nodes)-1-int(f.at)), uint8(n.slot)}
				if n.thr == allBits {
					b.thr, b.slot = math.Float64bits(n.value), uint8(len(s.slots))
				}
				s.brief = append(s.brief, b)
				f.brief = f.brief && n.mask == allBits
			}
		}
		s.trees = append(s.trees, f)
	}
	s.nodes, s.brief = append(s.nodes, make([]node, narrow)...), append(s.brief, make([]brief, narrow)...)
	for t := range s.trees {
		if s.trees[t].brief {
			s.order = append(s.order, int32(t))
		}
	}
	slices.SortStableFunc(s.order, func(a, b int32) int { return int(s.trees[a].steps - s.trees[b].steps) })
	s.layQuestions()
	s.walked = make([]bool, len(s.slots))
	for _, f := range s.trees {
		if f.sliced < 0 && f.wide {
			for _, n := range s.wide[f.at : f.at+f.size] {
				s.walked[n.slot] = true
			}
		} else if f.sliced < 0 {
			for _, n := range s.nodes[f.at : f.at+f.size] {
				s.walked[n.slot] = true
			}
		}
	}
	s.reasons = sync.OnceValue(func() *reasons { return s.makeReasons(e, at) })
	return s
}

// slotsOf says where the keys of a column are: for missing right, for missing left (numeric), or the first
// of several (categorical); -1 if no question needs it.
type slotsOf [2]int32

// layKeys gives every column that is asked about its keys, in the columns' order.
func (s *Scorer) layKeys(e *Ensemble) []slotsOf {
	at := make([]slotsOf, len(e.Columns))
	for t := range e.Trees {
		for i := range e.Trees[t].Nodes {
			if n := &e.Trees[t].Nodes[i]; n.Column >= 0 {
				at[n.Column][side(n.MissingLeft)] = 1
			}
		}
	}
	for j := range at {
		asked, levels := at[j], int32(len(e.Columns[j].Levels))
		at[j] = slotsOf{-1, -1}
		if levels > 0 {
			if asked != (slotsOf{}) {
				first := int32(len(s.slots))
				at[j] = slotsOf{first, first}
				for l := int32(0); l < levels; l += levelsPerKey {
					k := slot{column: int32(j), levels: levels, first: l, other: e.Columns[j].Other}
					if l == 0 {
						k.absent = missingBit
					}
					s.slots = append(s.slots, k)
				}
			}
			continue
		}
		for left, absent := range [2]uint64{allBits, 0} {
			if asked[left] != 0 {
				at[j][left] = int32(len(s.slots))
				s.slots = append(s.slots, slot{column: int32(j), absent: absent})
			}
		}
	}
	return at
}

func side(missingLeft bool) int {
	if missingLeft {
		return 1
	}
	return 0
}

// flatten lays a tree out, level by level, and returns the longest way. A question about many levels
// becomes a chain: each link asks one key, sends its levels that go right to a node that only points on,
// and the others to the next link.
func (e *Ensemble) flatten(nodes []Node, at []slotsOf) ([]wideNode, int32) {
	out := make([]wideNode, 1, len(nodes))
	place := make([]int32, len(nodes)) // where the node is in out
	pair := func() int32 {
		out = append(out, wideNode{}, wideNode{})
		return int32(len(out) - 2)
	}
	type pointer struct{ from, to int32 } // from in out, to in nodes
	var pointers []pointer
	for queue := []int32{0}; len(queue) > 0; queue = queue[1:] {
		n, p := &nodes[queue[0]], place[queue[0]]
		if n.Column < 0 {
			out[p] = wideNode{thr: allBits, mask: allBits, value: n.Value, left: p}
			continue
		}
		levels := int32(len(e.Columns[n.Column].Levels))
		if levels == 0 {
			c := pair()
			// adding 0 turns -0 into +0
			out[p] = wideNode{thr: ordered(n.Threshold + 0), mask: allBits, left: c, slot: at[n.Column][side(n.MissingLeft)]}
			place[n.Left], place[n.Right] = c, c+1
			queue = append(queue, n.Left, n.Right)
			continue
		}
		for first, key := int32(0), at[n.Column][0]; ; first, key = first+levelsPerKey, key+1 {
			c := pair()
			out[p] = wideNode{mask: n.rightOf(first, levels), left: c, slot: key}
			if first+levelsPerKey >= levels {
				place[n.Left], place[n.Right] = c, c+1
				break
			}
			pointers = append(pointers, pointer{c + 1, n.Right})
			p = c
		}
		queue = append(queue, n.Left, n.Right)
	}
	for _, q := range pointers {
		out[q.from] = wideNode{thr: allBits, mask: allBits, left: place[q.to]}
	}
	return out, longestWay(out)
}

// longestWay returns the most steps from the first node to a leaf. Every way leads to later nodes.
func longestWay(out []wideNode) int32 {
	way := make([]int32, len(out))
	for i := len(out) - 1; i >= 0; i-- {
		switch n := &out[i]; {
		case n.left == int32(i):
		case n.thr == allBits: // points on
			way[i] = 1 + way[n.left]
		default:
			way[i] = 1 + max(way[n.left], way[n.left+1])
		}
	}
	return way[0]
}

// rightOf returns the bits of the levels from first on that go right, and of missing in the first key.
func (n *Node) rightOf(first, levels int32) uint64 {
	var m uint64
	for b := int32(0); b < levelsPerKey && first+b < levels; b++ {
		if l := first + b; int(l/64) >= len(n.Set) || n.Set[l/64]>>(l%64)&1 == 0 {
			m |= 1 << b
		}
	}
	if first == 0 && !n.MissingLeft {
		m |= missingBit
	}
	return m
}

func (s *Scorer) mustFit(n int, what string) {
	if n != s.columns {
		panic(fmt.Sprintf("tree: %d %s for %d columns", n, what, s.columns))
	}
}
