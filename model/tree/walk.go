package tree

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
)

// LogOdds returns the log odds of one row: the base, then the leaves' values added in the order of the
// trees. It panics if x has another number of values than the ensemble has columns.
func (s *Scorer) LogOdds(x []float64) float64 {
	s.mustFit(len(x), "values")
	w := s.enter(x)
	defer rooms.Put(w)
	leaf := w.leaf[:len(s.trees)]
	if len(s.order) < together {
		for _, t := range s.order {
			leaf[t] = s.walkOne(&s.trees[t], w.keys, 0)
		}
	} else {
		keys := (*[narrow]uint64)(w.row)
		keys[len(s.slots)&(narrow-1)] = 0
		for k := 0; k < len(s.order); k += together {
			order := s.order[min(k, len(s.order)-together):][:together] // the last walk some again
			var at [together]int
			for k, t := range order {
				at[k] = int(s.trees[t].at)
			}
			walkTogether(s.brief, &at, keys, s.trees[order[together-1]].steps)
			for k, i := range at {
				leaf[order[k]] = math.Float64frombits(s.brief[i].thr)
			}
		}
	}
	sum := s.base
	for t := range s.trees {
		if f := &s.trees[t]; !f.brief {
			leaf[t] = s.walkOne(f, w.keys, 0)
		}
		sum += leaf[t]
	}
	return sum
}

// enter returns a room with the keys of the row x in lane 0.
func (s *Scorer) enter(x []float64) *room {
	w := rooms.Get().(*room)
	w.grow(len(s.slots), 0)
	if len(w.leaf) < len(s.trees) {
		w.leaf = make([]float64, len(s.trees))
	}
	for i := range s.slots {
		sl := &s.slots[i]
		v := x[sl.column]
		k := ordered(v)
		if sl.levels > 0 || v != v {
			k = sl.key(v)
		}
		w.keys[i][0], w.row[i] = k, k
	}
	return w
}

func (s *Scorer) window(f *flat) *[narrow]node { return (*[narrow]node)(s.nodes[f.at:]) }

// together is how many trees one row walks at a time: ways that do not wait for one another.
//
// All ways of a group go on until the longest has ended. Leaving out those that have ended after 5 to 8 steps, and
// walking the others on by eights, was tried: with trees drawn at random it saves a tenth (1.8 us for 2.0), with learned
// ones, in which most rows go deep, it costs a tenth to a third (2.4-3.0 us for 2.2).
const together = 8

// brief is a question about a number: four are in a cache line. A leaf asks a key that is always 0, is led
// to itself, and has its value's bits for a threshold.
type brief struct {
	thr  uint64
	left uint16 // how far away
	slot uint8
}

// walkTogether walks one row through some trees, from the nodes at.
func walkTogether(nodes []brief, at *[together]int, keys *[narrow]uint64, steps int32) {
	a, b, c, d, e, f, g, h := at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7]
	for ; steps > 0; steps-- {
		a += nodes[a].step(keys)
		b += nodes[b].step(keys)
		c += nodes[c].step(keys)
		d += nodes[d].step(keys)
		e += nodes[e].step(keys)
		f += nodes[f].step(keys)
		g += nodes[g].step(keys)
		h += nodes[h].step(keys)
	}
	*at = [together]int{a, b, c, d, e, f, g, h}
}

func (n *brief) step(keys *[narrow]uint64) int {
	var right int
	if keys[n.slot] > n.thr {
		right = 1
	}
	return int(n.left) + right
}

// step returns where the row in the given lane goes from node i. Both arrays are as long as a byte counts,
// so nothing is checked, and the question compiles to a comparison and an addition.
func step(nodes *[narrow]node, keys *[narrow][lanes]uint64, i uint8, lane int) uint8 {
	n := &nodes[i]
	var right uint8
	if keys[n.slot][lane]&n.mask > n.thr {
		right = 1
	}
	return n.left + right
}

// walkEight walks the eight rows in the lanes through one tree and adds the leaves' values.
func walkEight(nodes *[narrow]node, keys *[narrow][lanes]uint64, steps int32, sum *[lanes]float64) {
	var a, b, c, d, e, f, g, h uint8
	for ; steps > 0; steps-- {
		a = step(nodes, keys, a, 0)
		b = step(nodes, keys, b, 1)
		c = step(nodes, keys, c, 2)
		d = step(nodes, keys, d, 3)
		e = step(nodes, keys, e, 4)
		f = step(nodes, keys, f, 5)
		g = step(nodes, keys, g, 6)
		h = step(nodes, keys, h, 7)
	}
	sum[0] += nodes[a].value
	sum[1] += nodes[b].value
	sum[2] += nodes[c].value
	sum[3] += nodes[d].value
	sum[4] += nodes[e].value
	sum[5] += nodes[f].value
	sum[6] += nodes[g].value
	sum[7] += nodes[h].value
}

// walkOne walks the row in the given lane through any tree.
func (s *Scorer) walkOne(f *flat, keys [][lanes]uint64, lane int) float64 {
	if !f.wide {
		nodes, first := s.window(f), (*[narrow][lanes]uint64)(keys)
		var i uint8
		for range f.steps {
			i = step(nodes, first, i, lane)
		}
		return nodes[i].value
	}
	nodes := s.wide[f.at : f.at+f.size]
	i := int32(0)
	for nodes[i].left != i {
		n := &nodes[i]
		i = n.left
		if keys[n.slot][lane]&n.mask > n.thr {
			i++
		}
	}
	return nodes[i].value
}

// blockRows is how many rows are taken through all trees before the next: their keys stay in the cache
// while a tree's nodes, which fit the nearest cache, are used by all of them.
const blockRows = 128

// room is what one goroutine works in.
type room struct {
	keys [][lanes]uint64 // of each group of lanes rows, the slots; then narrow more so that a window never ends early
	sums [blockRows / lanes][lanes]float64

	leaf []float64 // one row: of each tree

	bytes [][bundle]uint64 // of each bundle of rows, the places; then narrow more
	note  [narrow][bundle]uint64

	row   []uint64 // reasons: the row's keys,
	right []bool   // which way each question of one tree goes,
	says  []uint8  // what the row says to each question of a forest
	at    []vec    // of its questions and leaves
	phi   []vec    // of each column, what it adds at each point
	terms []term   // of a forest whose terms are not kept
	track track
	owner []uint8 // of each column; all 0 between uses
	last  []int32
}

var rooms = sync.Pool{New: func() any { return new(room) }}

func (w *room) grow(keys, bytes int) {
	if n := bytes + narrow; len(w.bytes) < n {
		w.bytes = make([][bundle]uint64, n)
	}
	if n := keys + narrow; len(w.keys) < n {
		w.keys, w.row = make([][lanes]uint64, n), make([]uint64, n)
	}
}

func (w *room) growReasons(r *reasons, columns int) {
	if len(w.right) < r.most {
		w.right = make([]bool, r.most)
	}
	if len(w.says) < r.questions {
		w.says = make([]uint8, r.questions)
	}
	if len(w.at) < r.vecs {
		w.at = make([]vec, r.vecs)
	}
	if len(w.phi) < columns {
		w.phi = make([]vec, columns)
	}
	if len(w.terms) < r.fresh {
		w.terms = make([]term, r.fresh)
	}
	if len(w.owner) < columns {
		w.owner = make([]uint8, columns)
	}
}

// Batch puts the log odds of all rows into dst, exactly as LogOdds gives them, using up to the given number
// of goroutines (at least 1); how many changes nothing in the result. x[j][i] is column j of row i. It
// panics if the number of columns or a column's length does not fit.
func (s *Scorer) Batch(dst []float64, x [][]float64, workers int) {
	s.mustFit(len(x), "columns of values")
	for j := range x {
		if len(x[j]) != len(dst) {
			panic(fmt.Sprintf("tree: %d rows in column %d, %d wanted", len(x[j]), j, len(dst)))
		}
	}
	if workers < 1 {
		panic(fmt.Sprintf("tree: %d workers", workers))
	}
	blocks := (len(dst) + blockRows - 1) / blockRows
	var next atomic.Int64 // each worker takes the next block, so that one who is held up holds no one up
	work := func() {
		w := rooms.Get().(*room)
		defer rooms.Put(w)
		w.grow(len(s.slots)*blockRows/lanes, int(s.bytes)*blockRows/lanes/bundle)
		for b := int(next.Add(1)) - 1; b < blocks; b = int(next.Add(1)) - 1 {
			from := b * blockRows
			s.block(w, dst[from:min(from+blockRows, len(dst))], x, from)
		}
	}
	var wg sync.WaitGroup
	for range min(workers, blocks) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

// block scores the rows from row from on. Lanes beyond the last row hold keys of earlier rows: they are
// walked and forgotten.
func (s *Scorer) block(w *room, dst []float64, x [][]float64, from int) {
	groups := (len(dst) + lanes - 1) / lanes
	p, m := len(s.slots), int(s.bytes)
	for i := range s.slots {
		if s.walked[i] {
			col := x[s.slots[i].column][from : from+len(dst)]
			for g := range groups {
				s.slots[i].fill(&w.keys[g*p+i], col[g*lanes:])
			}
		}
	}
	for i := range s.places {
		p := &s.places[i]
		col := x[p.column][from : from+len(dst)]
		for g := range groups {
			p.fill(w.bytes[g/bundle*m:], g%bundle, col[g*lanes:])
		}
	}
	for g := range groups {
		for r := range lanes {
			w.sums[g][r] = s.base
		}
	}
	for t := range s.trees {
		f := &s.trees[t]
		switch {
		case f.sliced >= 0:
			questions := s.sliced[f.sliced : f.sliced+f.questions]
			values := (*[narrow]float64)(s.values[f.values:])
			for g := 0; g < groups; g += bundle { // words of a bundle beyond the last are old ones
				bytes := (*[narrow][bundle]uint64)(w.bytes[g/bundle*m:])
				for k, leaf := range slice(questions[:f.noted], questions[f.noted:], bytes, &w.note) {
					addLeaves(&w.sums[g+k], values, leaf)
				}
			}
		case f.wide:
			for i := range dst {
				w.sums[i/lanes][i%lanes] += s.walkOne(f, w.keys[i/lanes*p:], i%lanes)
			}
		default:
			nodes := s.window(f)
			for g := range groups {
				walkEight(nodes, (*[narrow][lanes]uint64)(w.keys[g*p:]), f.steps, &w.sums[g])
			}
		}
	}
	for i := range dst {
		dst[i] = w.sums[i/lanes][i%lanes]
	}
}
