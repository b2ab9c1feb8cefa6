package tree

import "fmt"

// Background is a table of rows that others are compared with.
type Background struct {
	s       *Scorer
	rows    int
	bias    float64
	right   [][]bool    // of each tree, row after row: which way each question goes
	weights [][]float64 // [a][b] is a! b! / (a+b+1)!
}

// Against takes the rows that others are to be compared with; x[j][i] is column j of row i. It keeps what
// it needs of them. It panics if there is no row or the columns do not fit.
func (s *Scorer) Against(x [][]float64) *Background {
	s.mustFit(len(x), "columns of values")
	if len(x) == 0 || len(x[0]) == 0 {
		panic("tree: a background without rows")
	}
	r := s.reasons()
	b := &Background{s: s, rows: len(x[0]), right: make([][]bool, len(r.trees))}
	one := make([]float64, len(x))
	for t := range r.trees {
		b.right[t] = make([]bool, b.rows*len(r.trees[t].asked))
	}
	for i := range b.rows {
		for j := range x {
			if len(x[j]) != b.rows {
				panic(fmt.Sprintf("tree: %d rows in column %d, %d in the first", len(x[j]), j, b.rows))
			}
			one[j] = x[j][i]
		}
		w := s.enter(one)
		for t := range r.trees {
			q := len(r.trees[t].asked)
			r.answer(b.right[t][i*q:], r.trees[t].asked, w.keys)
		}
		rooms.Put(w)
		b.bias += s.LogOdds(one)
	}
	b.bias /= float64(b.rows)
	b.weights = make([][]float64, r.deep+1)
	for a := range b.weights {
		b.weights[a] = make([]float64, r.deep+1-a)
		for c := range b.weights[a] {
			if a == 0 {
				b.weights[0][c] = 1 / float64(c+1)
			} else {
				b.weights[a][c] = b.weights[a-1][c+1] * float64(a) / float64(c+1)
			}
		}
	}
	return b
}

// Contributions puts into dst what each column adds to the log odds of the row x compared with the
// background, and last the background's mean: the sum of all is LogOdds. They are exact Shapley values of
// the interventional kind: an unknown column has the value of a background row, each row in turn (Lundberg
// et al. 2020). Work grows with rows times leaves. It panics as Scorer.Contributions does.
func (b *Background) Contributions(dst, x []float64) {
	s := b.s
	s.mustFit(len(x), "values")
	s.mustFit(len(dst)-1, "places for contributions")
	r := s.reasons()
	w := s.enter(x)
	defer rooms.Put(w)
	clear(dst)
	w.growReasons(r, len(x))
	for t := range r.trees {
		tr := &r.trees[t]
		q := len(tr.asked)
		r.answer(w.right, tr.asked, w.keys)
		d := duel{phi: dst, nodes: tr.duel, x: w.right[:q], owner: w.owner, weights: b.weights}
		for i := range b.rows {
			d.b = b.right[t][i*q : i*q+q]
			d.from(0, 0, 0)
		}
	}
	for j := range x {
		dst[j] /= float64(b.rows)
	}
	dst[len(x)] = b.bias
}

// duelNode is a node for comparing two rows.
type duelNode struct {
	column, question, left, right int32
	value                         float64
}

// duel compares the row x with a background row b in one tree: every mixture of the two ends in some leaf,
// and a leaf is reached by those that take the columns of one set from x and of another from b.
type duel struct {
	phi     []float64
	nodes   []duelNode
	x, b    []bool
	owner   []uint8 // of each column on the way here on which the two part: 1 if it must come from x, 2 from b
	weights [][]float64
}

// from adds what the two rows' columns add by the leaves below node i, reached by taking nx columns from x
// and nb from b, and returns what those leaves give to each column taken from x, and to each taken from b.
func (d *duel) from(i int32, nx, nb int) (toX, toB float64) {
	n := &d.nodes[i]
	for n.column >= 0 {
		way := d.x[n.question]
		if other := d.b[n.question]; way != other {
			if d.owner[n.column] == 0 {
				break
			}
			if d.owner[n.column] == 2 {
				way = other
			}
		}
		if way {
			n = &d.nodes[n.right]
		} else {
			n = &d.nodes[n.left]
		}
	}
	if n.column < 0 {
		if nx > 0 {
			toX = float64(n.value * d.weights[nx-1][nb])
		}
		if nb > 0 {
			toB = float64(-n.value * d.weights[nx][nb-1])
		}
		return toX, toB
	}
	wayX, wayB := n.left, n.right
	if d.x[n.question] {
		wayX, wayB = n.right, n.left
	}
	d.owner[n.column] = 1
	x1, b1 := d.from(wayX, nx+1, nb)
	d.owner[n.column] = 2
	x2, b2 := d.from(wayB, nx, nb+1)
	d.owner[n.column] = 0
	d.phi[n.column] += x1 + b2
	return x1 + x2, b1 + b2
}
