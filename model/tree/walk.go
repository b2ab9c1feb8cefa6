package tree

import (
	"fmt"
	"sync"
)

// LogOdds returns the log odds of one row: the base, then the leaves' values added in the order of the
// trees. It panics if x has another number of values than the ensemble has columns.
func (s *Scorer) LogOdds(x []float64) float64 {
	s.mustFit(len(x), "values")
	w := s.enter(x)
	defer rooms.Put(w)
	keys := w.keys
	sum := s.base
	first := (*[narrow][lanes]uint64)(keys)
	for t := 0; t < len(s.trees); {
		if t+4 <= len(s.trees) {
			a, b, c, d := &s.trees[t], &s.trees[t+1], &s.trees[t+2], &s.trees[t+3]
			if !a.wide && !b.wide && !c.wide && !d.wide {
				v := walkFour(s.window(a), s.window(b), s.window(c), s.window(d), first, max(a.steps, b.steps, c.steps, d.steps))
				sum = sum + v[0] + v[1] + v[2] + v[3]
				t += 4
				continue
			}
		}
		sum += s.walkOne(&s.trees[t], keys, 0)
		t++
	}
	return sum
}

// enter returns a room with the keys of the row x in lane 0.
func (s *Scorer) enter(x []float64) *room {
	w := rooms.Get().(*room)
	w.grow(len(s.slots))
	for i := range s.slots {
		w.keys[i][0] = s.slots[i].key(x[s.slots[i].column])
	}
	return w
}

func (s *Scorer) window(f *flat) *[narrow]node { return (*[narrow]node)(s.nodes[f.at:]) }

// walkFour walks one row, in lane 0, through four trees: four ways that do not wait for one another.
func walkFour(a, b, c, d *[narrow]node, keys *[narrow][lanes]uint64, steps int32) [4]float64 {
	var i, j, k, l uint8
	for ; steps > 0; steps-- {
		i = step(a, keys, i, 0)
		j = step(b, keys, j, 0)
		k = step(c, keys, k, 0)
		l = step(d, keys, l, 0)
	}
	return [4]float64{a[i].value, b[j].value, c[k].value, d[l].value}
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
const blockRows = 64

// room is what one goroutine works in.
type room struct {
	keys [][lanes]uint64 // of each group of lanes rows, the slots; then narrow more so that a window never ends early
	sums [blockRows / lanes][lanes]float64

	right []bool // reasons: which way each question of a tree goes
	track track
	owner []uint8 // of each column; all 0 between uses
	last  []int32
}

var rooms = sync.Pool{New: func() any { return new(room) }}

func (w *room) grow(keys int) {
	if n := keys + narrow; len(w.keys) < n {
		w.keys = make([][lanes]uint64, n)
	}
}

func (w *room) growReasons(questions, columns int) {
	if len(w.right) < questions {
		w.right = make([]bool, questions)
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
	workers = min(workers, blocks)
	part := func(k int) {
		w := rooms.Get().(*room)
		w.grow(len(s.slots) * blockRows / lanes)
		for b := blocks * k / workers; b < blocks*(k+1)/workers; b++ {
			from := b * blockRows
			s.block(w, dst[from:min(from+blockRows, len(dst))], x, from)
		}
		rooms.Put(w)
	}
	if workers <= 1 {
		if blocks > 0 {
			part(0)
		}
		return
	}
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() { part(k) })
	}
	wg.Wait()
}

// block scores the rows from row from on. Lanes beyond the last row hold keys of earlier rows: they are
// walked and forgotten.
func (s *Scorer) block(w *room, dst []float64, x [][]float64, from int) {
	groups := (len(dst) + lanes - 1) / lanes
	p := len(s.slots)
	for i := range s.slots {
		col := x[s.slots[i].column][from : from+len(dst)]
		for g := range groups {
			s.slots[i].fill(&w.keys[g*p+i], col[g*lanes:])
		}
	}
	for g := range groups {
		for r := range lanes {
			w.sums[g][r] = s.base
		}
	}
	for t := range s.trees {
		f := &s.trees[t]
		if f.wide {
			for i := range dst {
				w.sums[i/lanes][i%lanes] += s.walkOne(f, w.keys[i/lanes*p:], i%lanes)
			}
			continue
		}
		nodes := s.window(f)
		for g := range groups {
			walkEight(nodes, (*[narrow][lanes]uint64)(w.keys[g*p:]), f.steps, &w.sums[g])
		}
	}
	for i := range dst {
		dst[i] = w.sums[i/lanes][i%lanes]
	}
}
