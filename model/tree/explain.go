package tree

import "slices"

// reasons is what explaining needs beyond scoring; it is made when first asked for.
type reasons struct {
	bias  float64 // what is expected of a row of which nothing is known
	rules []rule  // by number of points
	tests []test
	trees []treeReasons

	tables  []table // those of few columns first
	columns []int32
	paid    []float64

	most int // questions in one tree
	deep int // different columns on one way
}

type treeReasons struct {
	asked []asked    // in the order of the tree's nodes
	word  []wordTest // nil: the tree has no tables
	rest  *piece     // what is in no table; nil: nothing
	whole *piece
	duel  []duelNode
}

func (s *Scorer) makeReasons(e *Ensemble, at []slotsOf) *reasons {
	r := &reasons{bias: e.Base}
	for t := range e.Trees {
		nodes := e.Trees[t].Nodes
		tr := treeReasons{whole: newPiece(nodes, nil)}
		for i := range nodes {
			n := &nodes[i]
			tr.duel = append(tr.duel, duelNode{column: n.Column, question: int32(len(tr.asked)), left: n.Left, right: n.Right, value: n.Value})
			if n.Column < 0 {
				continue
			}
			a := asked{first: int32(len(r.tests))}
			levels := int32(len(e.Columns[n.Column].Levels))
			if levels == 0 {
				r.tests = append(r.tests, test{thr: ordered(n.Threshold + 0), mask: allBits, slot: at[n.Column][side(n.MissingLeft)]})
			}
			for l, k := int32(0), at[n.Column][0]; l < levels; l, k = l+levelsPerKey, k+1 {
				r.tests = append(r.tests, test{mask: n.rightOf(l, levels), slot: k})
			}
			a.count = int32(len(r.tests)) - a.first
			tr.asked = append(tr.asked, a)
		}
		r.bias += tr.whole.mean()
		r.deep = max(r.deep, tr.whole.deep)
		r.most = max(r.most, len(tr.asked))
		r.trees = append(r.trees, tr)
	}
	for n := range (r.deep+1)/2 + 1 {
		r.rules = append(r.rules, gauss(n))
	}
	terms := mostTerms
	for t := range r.trees {
		tr, nodes := &r.trees[t], e.Trees[t].Nodes
		tr.rest = tr.whole
		if len(tr.asked) <= wordBits {
			questions, leaves := ways(nodes)
			rest, some := r.layTables(t, len(nodes), leaves, (mostPaid-len(r.paid))/(len(r.trees)-t))
			for _, i := range slices.Backward(questions) {
				a := tr.asked[tr.duel[i].question]
				for k, test := range r.tests[a.first : a.first+a.count] {
					next := uint8(0)
					if k == 0 {
						next = 1
					}
					tr.word = append(tr.word, wordTest{test.thr, test.mask, test.slot, next})
				}
			}
			if tr.rest = nil; some {
				tr.rest = newPiece(nodes, rest)
			}
		}
		if tr.rest != nil {
			r.prepare(tr.rest, &terms)
		}
	}
	slices.SortStableFunc(r.tables, func(a, b table) int { return int(a.width - b.width) })
	return r
}

// mostTerms is how many terms are kept ready for one ensemble: 64 MB of them. A model of ours has a tenth.
const mostTerms = 1 << 19

// prepare gives the piece its rule, and its terms if there is room.
func (r *reasons) prepare(p *piece, room *int) {
	p.rule = r.rules[(p.deep+1)/2]
	if *room -= len(p.rule) * len(p.ways); *room < 0 {
		return
	}
	p.terms = make([][]wayTerms, len(p.rule))
	for c := range p.rule {
		p.terms[c] = make([]wayTerms, len(p.ways))
		p.lay(&p.rule[c], p.terms[c])
	}
}

// answer notes for each question of a tree whether the row in lane 0 goes right.
func (r *reasons) answer(right []bool, asked []asked, keys [][lanes]uint64) {
	for q, a := range asked {
		t := &r.tests[a.first]
		right[q] = keys[t.slot][0]&t.mask > t.thr
		for i := int32(1); i < a.count; i++ {
			t := &r.tests[a.first+i]
			right[q] = right[q] || keys[t.slot][0]&t.mask > t.thr
		}
	}
}

// Contributions puts into dst what each column adds to the log odds of the row x, and last what is
// expected without knowing any: the sum of all is LogOdds. They are exact Shapley values of the
// path-dependent kind (Lundberg, Erion and Lee 2018): an unknown column goes either way at a question, in
// the shares in which the training rows that came there did. It panics if x has another number of values
// than the ensemble has columns, or dst not one more.
func (s *Scorer) Contributions(dst, x []float64) {
	s.mustFit(len(x), "values")
	s.mustFit(len(dst)-1, "places for contributions")
	r := s.reasons()
	w := s.enter(x)
	defer rooms.Put(w)
	clear(dst)
	w.growReasons(r, len(x))
	for t := range r.trees {
		tr := &r.trees[t]
		w.words[t] = answers(tr.word, w.row)
		if tr.rest != nil {
			r.answer(w.right, tr.asked, w.keys)
			tr.rest.follow(&w.track, w.right)
			tr.rest.add(dst, &w.track)
		}
	}
	r.addTables(dst, w.words)
	dst[len(x)] = r.bias
}

// Interactions puts into dst, a square of one more than the columns, row by row, what pairs of columns add
// together: half of it in each of their two places, on the diagonal what is left of the column's
// contribution, and last what is expected without knowing any. Everything adds up to LogOdds, and a row to
// the column's contribution. It panics as Contributions does.
func (s *Scorer) Interactions(dst, x []float64) {
	s.mustFit(len(x), "values")
	n := len(x) + 1
	if len(dst) != n*n {
		panic("tree: the square of interactions has another size")
	}
	r := s.reasons()
	clear(dst)
	s.Contributions(dst[n*n-n:], x)
	for j := range x {
		dst[j*n+j], dst[n*n-n+j] = dst[n*n-n+j], 0
	}
	w := s.enter(x)
	defer rooms.Put(w)
	w.growReasons(r, len(x))
	for t := range r.trees {
		tr := &r.trees[t]
		r.answer(w.right, tr.asked, w.keys)
		tr.whole.follow(&w.track, w.right)
		tr.whole.pairs(dst, n, w, r.rules)
	}
}

// pairs adds what the piece's leaves pay to two columns together, and takes it from what each adds alone.
// At every point of the rule a column's part of a leaf's payment is the payment times (o-z)/(o t + z (1-t)),
// which is bounded however small z is.
func (p *piece) pairs(dst []float64, n int, w *room, rules []rule) {
	t := &w.track
	for l := range p.ways {
		leaf := &p.ways[l]
		if !leaf.leaf {
			continue
		}
		last := w.last[:0] // the last way of each column
		for a := int32(l); a > 0; a = p.ways[a].parent {
			if j := p.ways[a].column; w.owner[j] == 0 {
				w.owner[j] = 1
				last = append(last, a)
			}
		}
		for _, a := range last {
			w.owner[p.ways[a].column] = 0
		}
		w.last = last
		part := t.sum[:len(last)]
		for _, four := range rules[len(last)/2] {
			pay := four.w
			for i, at := range last {
				z := p.ways[at].z
				for k, t1 := range four.t {
					u := 1 - t1
					f, take := float64(z*u), -1/u
					if t.does[at] == on {
						f += t1
						take = (1 - z) / f
					}
					pay[k] *= f
					part[i][k] = take
				}
			}
			for i := range part {
				a := int(p.ways[last[i]].column)
				for j := range i {
					b := int(p.ways[last[j]].column)
					sum := 0.0
					for k, v := range pay {
						sum += float64(v * part[i][k] * part[j][k])
					}
					sum *= leaf.value / 2
					dst[a*n+b] += sum
					dst[b*n+a] += sum
					dst[a*n+a] -= sum
					dst[b*n+b] -= sum
				}
			}
		}
	}
}
