package glm

import "github.com/rettidig/rettidig/internal/parallel"

// gram is the curvature of the loss over a work set: the weighted cross products of the intercept (place 0)
// and the columns of the set.
type gram struct {
	k    int
	at   []float64 // k x k
	ones []float64 // the intercept's products with what the columns keep, before base is added; ones[0] is the total weight
}

func (g *gram) row(i int) []float64 { return g.at[i*g.k : (i+1)*g.k] }

// parts is into how many sums of their own the rows are parted; it does not depend on the threads.
const parts = 8

// grow returns the curvature over set. The products among the first old places of the intercept and set are
// those of g; all are new if old is 0.
func (g *gram) grow(d *design, set []int32, old int, curv []float64, workers int) *gram {
	k := len(set) + 1
	out := &gram{k: k, at: make([]float64, k*k), ones: make([]float64, k)}
	n := min(parts, (d.blocks+31)/32)
	sums := make([][]float64, n)
	parallel.For(n, workers, func(p int) {
		sums[p] = make([]float64, k*k)
		w := newWeigher(d, set, old)
		for b := p; b < d.blocks; b += n {
			w.add(sums[p], b, (*vector)(curv[b*block:]))
		}
	})
	raw := sums[0]
	for _, s := range sums[1:] {
		for i, v := range s {
			raw[i] += v
		}
	}
	base := func(i int) float64 {
		if i == 0 {
			return 0
		}
		return d.cols[set[i-1]].base
	}
	if old > 0 {
		copy(out.ones, g.ones)
	}
	for i := old; i < k; i++ {
		out.ones[i] = raw[i*k]
	}
	for i := range k {
		if i < old {
			copy(out.at[i*k:], g.row(i))
			continue
		}
		bi := base(i)
		for m := range i + 1 {
			bm := base(m)
			v := raw[i*k+m]
			if i == 0 || m == 0 {
				v = out.ones[i] + float64(bi*out.ones[0])
			} else {
				v += float64(bi*out.ones[m]) + float64(bm*out.ones[i]) + float64(bi*bm*out.ones[0])
			}
			out.at[i*k+m], out.at[m*k+i] = v, v
		}
	}
	if old == 0 {
		out.at[0] = out.ones[0]
	}
	return out
}

// weigher adds up the products of one block after the other.
type weigher struct {
	d              *design
	set            []int32
	old            int
	dense, sparse  []int // places in the set, from 1
	newest         int   // of dense, the first that is new
	weighted, more vector
	kept           [block]float64
	has            [block][]kept // of each row, what the sparse columns so far keep
}

// kept is a value that a sparse column keeps, by its column's place.
type kept struct {
	place int32
	value float64
}

func newWeigher(d *design, set []int32, old int) *weigher {
	w := &weigher{d: d, set: set, old: old}
	for i, j := range set {
		if d.cols[j].slab < 0 {
			w.sparse = append(w.sparse, i+1)
			continue
		}
		if w.dense = append(w.dense, i+1); i+1 < old {
			w.newest++
		}
	}
	return w
}

func (w *weigher) add(raw []float64, b int, h *vector) {
	k := len(w.set) + 1
	if w.old == 0 {
		var s float64
		for _, v := range h {
			s += v
		}
		raw[0] += s
	}
	col := func(place int) *vector { return w.d.of(&w.d.cols[w.set[place-1]], b) }

	for i := w.newest; i < len(w.dense); i += 2 {
		p := w.dense[i]
		x := col(p)
		for r, v := range x {
			w.weighted[r] = float64(v * h[r])
		}
		row := raw[p*k:]
		row[0] += total(&w.weighted)
		if i+1 == len(w.dense) {
			for m := 0; m <= i; m++ {
				row[w.dense[m]] += dot(&w.weighted, col(w.dense[m]))
			}
			break
		}
		q := w.dense[i+1]
		y := col(q)
		for r, v := range y {
			w.more[r] = float64(v * h[r])
		}
		next := raw[q*k:]
		next[0] += total(&w.more)
		m := 0
		for ; m+4 <= i+2; m += 4 {
			a, b, c, d := w.dense[m], w.dense[m+1], w.dense[m+2], w.dense[m+3]
			s00, s01, s02, s03, s10, s11, s12, s13 := dot24(&w.weighted, &w.more, col(a), col(b), col(c), col(d))
			row[a] += s00
			row[b] += s01
			row[c] += s02
			row[d] += s03
			next[a] += s10
			next[b] += s11
			next[c] += s12
			next[d] += s13
		}
		for ; m < i+2; m++ {
			z := col(w.dense[m])
			row[w.dense[m]] += dot(&w.weighted, z)
			next[w.dense[m]] += dot(&w.more, z)
		}
	}

	for r := range w.has {
		w.has[r] = w.has[r][:0]
	}
	for _, p := range w.sparse {
		c := &w.d.cols[w.set[p-1]]
		from, to := c.start[b], c.start[b+1]
		if from == to {
			continue
		}
		at, value := c.at[from:to], c.value[from:to]
		weighed := w.kept[:len(value)]
		var s float64
		for t, a := range at {
			weighed[t] = float64(value[t] * h[a%block])
			s += weighed[t]
			w.has[a%block] = append(w.has[a%block], kept{int32(p), value[t]})
		}
		// The lower triangle only: the later place is the row.
		isNew := p >= w.old
		for _, m := range w.dense {
			if isNew || m >= w.old {
				raw[max(p, m)*k+min(p, m)] += sparseDot(at, weighed, col(m))
			}
		}
		if !isNew {
			continue
		}
		// Only the columns that keep something of the same row have a product there: of many levels, few.
		row := raw[p*k:][:k]
		row[0] += s
		for t, a := range at {
			f := weighed[t]
			for _, e := range w.has[a%block] {
				row[e.place] += float64(f * e.value)
			}
		}
	}
}

func total(a *vector) float64 {
	var s0, s1, s2, s3 float64
	for i := 0; i < block; i += 4 {
		s0 += a[i]
		s1 += a[i+1]
		s2 += a[i+2]
		s3 += a[i+3]
	}
	return (s0 + s1) + (s2 + s3)
}
