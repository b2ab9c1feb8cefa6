package tree

// forest is the questions and leaves of some trees.
type forest struct {
	roots  int
	splits []split   // questions of which a way leads to a question, or that ask again, by levels; the roots first
	ends   []end     // all others
	leaves []float64 // below splits
	again  []again   // in the order of the splits
	first  int       // the place of the first question's answer, the splits' before the ends'
}

// split is a question. Entry 0 of a pair is for a row that goes left.
type split struct {
	share  [2]float64 // of the training rows that go the other way
	to     [2]uint32  // the place of the child on the other way, counted in bytes of vecs
	column uint32     // its place
	again  uint32     // the place of its term, 0 if the column is asked about for the first time
}

// end is a question of which both ways lead to leaves, about a column asked about for the first time.
type end struct {
	pays   [2]pays
	column uint32
	_      uint32
}

// pays is what the leaf on the row's own way pays, and the share of the other way times what it pays more than the other.
type pays struct{ own, less float64 }

// again is a question about a column that was asked about by question prev, from which the way here goes right or left.
type again struct {
	number, prev int
	right        uint8
	before       float64 // the share of the training rows that go all ways of the column until here
}

// group is forests that need the same rule.
type group struct {
	rule    []block
	forests []forest
	terms   [][][]term // of each forest, of each block; nil if they are not kept
}

// block is some points of a rule.
type block struct {
	t, u  vec
	share vec // the weight / u
}

// forestQuestions is how many questions are worked out together: enough on each level, and what they need stays in the
// nearest cache.
const forestQuestions = 192

// mostKept is how many terms a scorer keeps (32 MB). A hundred trees of 31 leaves have hundreds; a file of 20 MB
// with ways of 512 columns might ask for a gigabyte. Terms that are not kept are worked out anew for each row.
// A variable only for a test, which keeps none.
var mostKept = 1 << 18

// layForests lays out all trees, those that need few points first. A rule of n points is exact for ways of up to 2n
// columns.
func (r *reasons) layForests(e *Ensemble) {
	var tests []placed
	for blocks := 1; blocks <= (r.deep+2*points-1)/(2*points); blocks++ {
		g := group{rule: blocksOf(gauss(blocks * points))}
		var trees []int
		questions := 0
		plant := func() {
			if len(trees) > 0 {
				r.add(&g, r.plant(e, trees, &tests))
				r.questions += questions
			}
			trees, questions = nil, 0
		}
		for t := range r.trees {
			tr := &r.trees[t]
			if (tr.ways.deep+2*points-1)/(2*points) != blocks {
				continue
			}
			if questions+len(tr.asked) > forestQuestions {
				plant()
			}
			trees = append(trees, t)
			questions += len(tr.asked)
		}
		plant()
		if len(g.forests) > 0 {
			r.groups = append(r.groups, g)
		}
	}
	r.inquiry = newInquiry(tests)
}

func blocksOf(r rule) []block {
	all := make([]block, (len(r)*fours+points-1)/points)
	for i, four := range r {
		for k := range four.t {
			b, p := &all[(i*fours+k)/points], (i*fours+k)%points
			b.t[p], b.u[p], b.share[p] = four.t[k], 1-four.t[k], four.w[k]/(1-four.t[k])
		}
	}
	return all
}

func (r *reasons) add(g *group, f forest) {
	var terms [][]term
	if n := len(g.rule) * (1 + len(f.again)); r.kept+n <= mostKept {
		r.kept += n
		for i := range g.rule {
			of := make([]term, 1+len(f.again))
			f.fill(of, &g.rule[i])
			terms = append(terms, of)
		}
	} else {
		r.fresh = max(r.fresh, 1+len(f.again))
	}
	g.forests, g.terms = append(g.forests, f), append(g.terms, terms)
}

// fill works out the terms at some points.
func (f *forest) fill(terms []term, b *block) {
	terms[0] = term{chance: vec{1, 1, 1, 1, 1, 1, 1, 1}}
	for i, a := range f.again {
		of := &terms[i+1]
		for k, u := range b.u {
			yu := float64(a.before * u)
			of.chance[k], of.known[k] = yu/(b.t[k]+yu), 1/(b.t[k]+yu)
		}
	}
}

// planted is a question while its forest is laid out.
type planted struct {
	tree, node int
	number     int // among the forest's questions, the splits before the ends
	end        bool
}

// plant lays out some trees, each with a question, and adds their tests.
func (r *reasons) plant(e *Ensemble, trees []int, tests *[]placed) forest {
	f := forest{roots: len(trees), first: r.questions}
	var all []planted
	for _, t := range trees {
		all = append(all, planted{tree: t})
	}
	place := map[[2]int]int{}       // in all, by tree and number of the question there
	for i := 0; i < len(all); i++ { // level by level
		p := &all[i]
		tree, tr := p.tree, &r.trees[p.tree]
		n := &e.Trees[tree].Nodes[p.node]
		q := int(tr.duel[p.node].question)
		place[[2]int{tree, q}] = i
		p.end = p.node > 0 && tr.ways.before(q) == 0
		for _, c := range [2]int32{n.Left, n.Right} {
			if tr.duel[c].column >= 0 {
				all[i].end = false
				all = append(all, planted{tree: tree, node: int(c)})
			}
		}
	}
	order := make([]int, 0, len(all))
	for _, end := range [2]bool{false, true} {
		for i := range all {
			if all[i].end == end {
				all[i].number = len(order)
				order = append(order, i)
			}
		}
	}
	for _, i := range order {
		p := &all[i]
		nodes, tr := e.Trees[p.tree].Nodes, &r.trees[p.tree]
		n := &nodes[p.node]
		left, right := &nodes[n.Left], &nodes[n.Right]
		share := [2]float64{n.share(nodes, true), n.share(nodes, false)}
		column := uint32(n.Column) * vecBytes
		q := int(tr.duel[p.node].question)
		for _, t := range r.tests[tr.asked[q].first:][:tr.asked[q].count] {
			*tests = append(*tests, placed{t, uint32(f.first + p.number)})
		}
		if p.end {
			f.ends = append(f.ends, end{
				pays: [2]pays{
					{left.Value, share[0] * (left.Value - right.Value)},
					{right.Value, share[1] * (right.Value - left.Value)},
				},
				column: column,
			})
			continue
		}
		s := split{share: share, column: column}
		for k, c := range [2]int32{n.Right, n.Left} {
			if d := &tr.duel[c]; d.column >= 0 {
				s.to[k] = uint32(all[place[[2]int{p.tree, int(d.question)}]].number) * vecBytes
			} else {
				s.to[k] = uint32(len(all)+len(f.leaves)) * vecBytes
				f.leaves = append(f.leaves, d.value)
			}
		}
		if a := tr.ways.before(q); a > 0 {
			w := &tr.ways.ways[a]
			goes := uint8(0)
			if w.right {
				goes = 1
			}
			f.again = append(f.again, again{p.number, all[place[[2]int{p.tree, int(w.question)}]].number, goes, w.z})
			s.again = uint32(len(f.again)) * 2 * vecBytes
		}
		f.splits = append(f.splits, s)
	}
	return f
}
