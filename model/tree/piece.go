package tree

// piece is a tree, or the part of one that leads to some of its leaves, laid out for reasons. Entry 0 is
// the root; entry i > 0 is the way from its parent's question to one child.
type piece struct {
	ways  []way
	deep  int // most different columns on a way to a leaf
	rule  rule
	terms [][]wayTerms // of each four points of the rule, for each way; nil: worked out each time
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
	ends // how many there are
)

// wayTerms are the factors at four points for each of these: mul is what the product over the columns is
// multiplied by, add what turns the sum of the leaves below into what the column adds there.
type wayTerms [ends]struct{ mul, add [points]float64 }

// asked is a question in the order of the tree's nodes.
type asked struct {
	first, count int32 // of its tests: right if any says so
}

type test struct {
	thr, mask uint64
	slot      int32
}

// newPiece lays out the part of a tree that leads to the leaves for which keep is true (nil: all).
func newPiece(nodes []Node, keep []bool) *piece {
	p := &piece{ways: make([]way, 1)}
	wanted := make([]bool, len(nodes))
	question := make([]int32, len(nodes))
	q := int32(0)
	for i := range nodes {
		if question[i] = q; nodes[i].Column >= 0 {
			q++
		}
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		if n := &nodes[i]; n.Column < 0 {
			wanted[i] = keep == nil || keep[i]
		} else {
			wanted[i] = wanted[n.Left] || wanted[n.Right]
		}
	}
	entry := make([]int32, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		if !wanted[i] {
			continue
		}
		if n.Column < 0 {
			p.ways[entry[i]].leaf, p.ways[entry[i]].value = true, n.Value
			continue
		}
		for _, right := range [2]bool{false, true} {
			c := n.Left
			if right {
				c = n.Right
			}
			if !wanted[c] {
				continue
			}
			w := way{parent: entry[i], question: question[i], column: n.Column, right: right, share: nodes[c].Cover / n.Cover}
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
	}
	return p
}

// mean returns what the leaves pay if nothing is known.
func (p *piece) mean() float64 {
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

// lay works out the terms of all ways at four points.
func (p *piece) lay(four *ruleFour, terms []wayTerms) {
	for i := 1; i < len(p.ways); i++ {
		w, term := &p.ways[i], &terms[i]
		for k, t := range four.t {
			u := 1 - t
			before, paid := 1.0, 0.0 // the column's factor until here, and what it took
			if w.prev > 0 {
				z := p.ways[w.prev].z
				before = t + float64(z*u)
				paid = (1 - z) / before
			}
			goes := t + float64(w.z*u)
			weight := four.w[k]
			term[gone].mul[k] = w.share
			term[off].mul[k] = float64(w.z*u) / before
			term[off].add[k] = weight * (-1/u - paid)
			term[on].mul[k] = goes / before
			term[on].add[k] = weight * ((1-w.z)/goes - paid)
		}
	}
}

// track is what a piece is worked out in.
type track struct {
	does     []uint8 // of each way: gone, off or on
	mul, sum [][points]float64
	terms    []wayTerms // of a piece that keeps none
}

func (t *track) grow(n int) {
	if len(t.does) < n {
		t.does = make([]uint8, n)
		t.mul, t.sum = make([][points]float64, n), make([][points]float64, n)
	}
}

// follow notes which ways a row goes, given which way it answers each question.
func (p *piece) follow(t *track, right []bool) {
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

// add adds to phi what each column adds in this piece for the row that was followed.
func (p *piece) add(phi []float64, t *track) {
	n := len(p.ways)
	mul, sum, does, ways := t.mul[:n], t.sum[:n], t.does[:n], p.ways
	for c := range p.rule {
		terms := t.terms
		if p.terms != nil {
			terms = p.terms[c]
		} else {
			if len(terms) < n {
				t.terms = make([]wayTerms, n)
				terms = t.terms
			}
			p.lay(&p.rule[c], terms)
		}
		terms = terms[:n]
		mul[0] = [points]float64{1, 1, 1, 1}
		for i := 1; i < n; i++ {
			w := &ways[i]
			from, m := &mul[w.parent], &mul[i]
			by := &terms[i][does[i]].mul // does < ends, and what is read does not depend on a branch
			m[0], m[1], m[2], m[3] = from[0]*by[0], from[1]*by[1], from[2]*by[2], from[3]*by[3]
			v := w.value // 0 if no leaf
			pay := &sum[i]
			pay[0], pay[1], pay[2], pay[3] = m[0]*v, m[1]*v, m[2]*v, m[3]*v
		}
		for i := n - 1; i > 0; i-- {
			w, s := &ways[i], &sum[i]
			by := &terms[i][does[i]].add
			phi[w.column] += (float64(s[0]*by[0]) + float64(s[1]*by[1])) + (float64(s[2]*by[2]) + float64(s[3]*by[3]))
			up := &sum[w.parent]
			up[0] += s[0]
			up[1] += s[1]
			up[2] += s[2]
			up[3] += s[3]
		}
	}
}
