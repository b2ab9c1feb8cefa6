package tree

// reasons is what explaining needs beyond scoring; it is made when first asked for.
type reasons struct {
	bias   float64 // what is expected of a row of which nothing is known
	rules  []rule  // by number of points
	tests  []test
	trees  []treeReasons
	groups []group

	inquiry   *inquiry
	questions int // in all trees
	most      int // questions in one tree
	deep      int // different columns on one way

	vecs  int // most that a forest has
	kept  int // terms,
	fresh int // and most of a forest whose terms are not kept
}

type treeReasons struct {
	asked []asked // in the order of the tree's nodes
	ways  *wayTree
	duel  []duelNode
}

func (s *Scorer) makeReasons(e *Ensemble, at []slotsOf) *reasons {
	r := &reasons{bias: e.Base}
	for t := range e.Trees {
		nodes := e.Trees[t].Nodes
		tr := treeReasons{ways: newWayTree(nodes)}
		for i := range nodes {
			n := &nodes[i]
			tr.duel = append(tr.duel, duelNode{column: n.Column, question: int32(len(tr.asked)), left: n.Left, right: n.Right, value: n.Value})
			if n.Column < 0 {
				continue
			}
			a := asked{first: int32(len(r.tests))}
			r.tests = append(r.tests, e.testsOf(n, at)...)
			a.count = int32(len(r.tests)) - a.first
			tr.asked = append(tr.asked, a)
		}
		r.bias += tr.ways.mean()
		r.deep = max(r.deep, tr.ways.deep)
		r.most = max(r.most, len(tr.asked))
		r.trees = append(r.trees, tr)
	}
	for n := range (r.deep+1)/2 + 1 {
		r.rules = append(r.rules, gauss(n))
	}
	r.layForests(e)
	for _, g := range r.groups {
		for _, f := range g.forests {
			r.vecs = max(r.vecs, len(f.splits)+len(f.ends)+len(f.leaves))
		}
	}
	return r
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
	w.growReasons(r, len(x))
	r.inquiry.ask(w.says[:r.questions], w.row)
	phi := w.phi[:len(x)]
	clear(phi)
	for i := range r.groups {
		g := &r.groups[i]
		for k := range g.forests {
			f := &g.forests[k]
			f.forget(w.says[f.first:])
			for b := range g.rule {
				terms := w.terms
				if g.terms[k] != nil {
					terms = g.terms[k][b]
				} else {
					f.fill(terms, &g.rule[b])
				}
				f.add(w, terms, &g.rule[b])
			}
		}
	}
	for j := range phi {
		v := &phi[j]
		dst[j] = ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]))
	}
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
		tr.ways.follow(&w.track, w.right)
		tr.ways.pairs(dst, n, w, r.rules)
	}
}

// pairs adds what the tree's leaves pay to two columns together, and takes it from what each adds alone.
// At every point of the rule a column's part of a leaf's payment is the payment times (o-z)/(o t + z (1-t)),
// which is bounded however small z is.
func (p *wayTree) pairs(dst []float64, n int, w *room, rules []rule) {
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
					sum = float64(sum * (leaf.value / 2))
					dst[a*n+b] += sum
					dst[b*n+a] += sum
					dst[a*n+a] -= sum
					dst[b*n+b] -= sum
				}
			}
		}
	}
}
