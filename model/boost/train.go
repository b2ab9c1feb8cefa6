package boost

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/rettidig/rettidig/model/tree"
)

// Log is what is to be known about a training besides its result.
type Log struct {
	Trees    int       // in the ensemble
	Leaves   int       // the most that a tree could have: Options.Leaves or MoreLeaves
	Held     []float64 // mean loss, nats, of the rows held out, after 0, 1, 2, ... trees; nil: none were
	Warnings []error
}

// Train learns an ensemble. Rows of one group are never parted. The result depends on the table, the
// options and nothing else; without sampling, held-out rows and more than 65,536 rows not on their order
// either.
func Train(ctx context.Context, t Table, opt Options) (*tree.Ensemble, *Log, error) {
	if err := t.check(); err != nil {
		return nil, nil, err
	}
	if err := opt.check(len(t.X), t); err != nil {
		return nil, nil, err
	}
	if opt.Workers == 0 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	c := newCrew(opt.Workers)
	defer c.end()
	if opt.Folds > 0 {
		return crossValidated(ctx, t, opt, c)
	}
	if opt.Held == 0 {
		return grownOnAll(ctx, t, opt, c, nil)
	}
	hands, err := deal(t, opt.Seed, []float64{1 - opt.Held, opt.Held})
	if err != nil {
		return nil, nil, err
	}
	tr, err := newTrainer(t, hands[0], hands[1], opt, c)
	if err != nil {
		return nil, nil, err
	}
	stop, err := tr.untilWorse(ctx)
	if err != nil {
		return nil, nil, err
	}
	opt.Trees = stop.best
	return grownOnAll(ctx, t, opt, c, stop.loss)
}

// grownOnAll learns from all rows, after the number of trees was chosen by the losses held.
func grownOnAll(ctx context.Context, t Table, opt Options, c *crew, held []float64) (*tree.Ensemble, *Log, error) {
	tr, err := newTrainer(t, rowsOf(t), nil, opt, c)
	if err != nil {
		return nil, nil, err
	}
	e, log, err := tr.train(ctx)
	if err == nil {
		log.Held = held
	}
	return e, log, err
}

// trainer is one training.
type trainer struct {
	t    Table
	opt  Options
	crew *crew
	bins *bins
	// Rows 0 .. learn-1 of the bins are learned from; those after them are held out.
	learn            int
	y, w, offset     []float64 // of the rows of bins
	group            []int32
	base             float64
	score            []float64 // log odds of the rows of bins
	g, h             []float32 // derivatives of the rows learned from
	leaf             []uint16  // leaf of the last tree
	values           []float64 // of its leaves
	in, out          []int32   // rows drawn for the tree, and the others
	heaviest         float64   // weight
	packing          packing
	minHessian       int64
	root             stage
	order            []int32 // rows of the nodes, numbers in their stage
	spare, spareLeft []int32
	slabs            []*slab
	drawn            []bool // columns of this tree
	active           []int  // blocks with such columns
	panels           []int  // where each panel's begin among these, and where the last one's end
	free             [][]cell
	buffers          []*histogram // all zero between two uses
	benches          []bench      // of each worker
	found            []split
	ones             func() []cell
}

// pick returns the values of the rows; nil stays nil. Where rows are all rows in their order it returns v itself: a
// million rows' labels need not lie twice.
func pick[T any](v []T, rows []int32) []T {
	if v == nil || len(rows) == len(v) && inOrder(rows) {
		return v
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}

func inOrder(rows []int32) bool {
	for i, r := range rows {
		if int(r) != i {
			return false
		}
	}
	return true
}

func newTrainer(t Table, learn, held []int32, opt Options, c *crew) (*trainer, error) {
	rows := append(learn[:len(learn):len(learn)], held...)
	tr := &trainer{t: t, opt: opt, crew: c, learn: len(learn), y: pick(t.Y, rows), w: pick(t.W, rows), offset: pick(t.Offset, rows), group: pick(t.Group, rows)}
	var pos float64
	for _, y := range tr.y[:tr.learn] {
		pos += y
	}
	if pos == 0 || pos == float64(tr.learn) {
		return nil, fmt.Errorf("boost: the %d rows left to learn from have one class only", tr.learn)
	}
	var err error
	if tr.bins, err = newBins(t, rows, tr.learn, opt, c); err != nil {
		return nil, err
	}
	first := func(v []float64) []float64 {
		if v == nil {
			return nil
		}
		return v[:tr.learn]
	}
	tr.base = base(first(tr.y), first(tr.w), first(tr.offset))
	tr.score = make([]float64, len(rows))
	for i := range tr.score {
		tr.score[i] = tr.base
		if tr.offset != nil {
			tr.score[i] += tr.offset[i]
		}
	}
	n := tr.learn
	tr.heaviest = 1
	if tr.w != nil {
		tr.heaviest = slices.Max(tr.w[:n])
	}
	tr.g, tr.h, tr.leaf = make([]float32, n), make([]float32, n), make([]uint16, n)
	tr.packing = newPacking(n)
	tr.root = stage{rows: n, cells: make([]cell, n), panels: tr.bins.panels}
	tr.order, tr.spare, tr.spareLeft = make([]int32, n), make([]int32, n), make([]int32, n)
	tr.found = make([]split, 2*len(tr.bins.members))
	tr.benches = make([]bench, c.size)
	tr.ones = sync.OnceValue(func() []cell {
		out := make([]cell, n)
		for i := range out {
			out[i] = 1
		}
		return out
	})
	return tr, nil
}

// train grows the trees.
func (tr *trainer) train(ctx context.Context) (*tree.Ensemble, *Log, error) {
	e := &tree.Ensemble{Base: tr.base, Columns: make([]tree.Column, len(tr.t.X))}
	for j := range e.Columns {
		e.Columns[j].ID = fmt.Sprintf("x%d", j)
		if tr.t.IDs != nil {
			e.Columns[j].ID = tr.t.IDs[j]
		}
		if tr.t.categorical(j) {
			e.Columns[j].Levels = tr.t.Levels[j]
		}
	}
	log := &Log{Leaves: tr.opt.Leaves}
	for k := range tr.opt.Trees {
		g, err := tr.step(ctx, k)
		if err != nil {
			return nil, nil, err
		}
		if g == nil {
			break
		}
		e.Trees = append(e.Trees, tr.ship(g))
		if tr.opt.Progress != nil {
			tr.opt.Progress(k+1, tr.opt.Trees)
		}
	}
	log.Trees = len(e.Trees)
	if log.Trees == 0 {
		log.Warnings = append(log.Warnings, fmt.Errorf("boost: no tree was worth keeping, so all rows get the same probability; %d rows may be too few for leaves of at least %d", tr.learn, tr.opt.MinRows))
	}
	return e, log, nil
}

// step grows tree number k. It returns nil if nothing is left to gain: all further trees would be the same.
func (tr *trainer) step(ctx context.Context, k int) (*grown, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("boost: stopped after %d trees: %w", k, err)
	}
	tr.derive()
	var rows []int32
	if tr.opt.RowShare < 1 {
		if tr.drawRows(k); len(tr.in) > 0 {
			rows = tr.in
		}
	}
	g := tr.grow(k, rows)
	if len(g.leaves) == 1 && rows == nil && tr.opt.ColumnShare == 1 {
		return nil, nil
	}
	tr.settle(g)
	if rows != nil {
		tr.route(g, tr.out)
	}
	tr.values = tr.values[:0]
	for _, n := range g.leaves {
		tr.values = append(tr.values, g.nodes[n.at].value)
	}
	return g, nil
}

// chunk is the rows of a piece of work whose results are added as floating-point numbers, in order: the
// same for any number of threads.
const chunk = 1 << 12

// derive adds the values of the last tree's leaves to the log odds, takes the derivatives and packs them.
func (tr *trainer) derive() {
	values := tr.values
	n := tr.learn
	parts := (n + chunk - 1) / chunk
	type sums struct{ g, h, most float64 }
	each := make([]sums, parts)
	tr.crew.run(parts, func(_, p int) {
		lo, hi := p*chunk, min((p+1)*chunk, n)
		var s sums
		for i := lo; i < hi; i++ {
			if len(values) > 0 {
				tr.score[i] += values[tr.leaf[i]]
			}
			prob := sigmoid(tr.score[i])
			w := weight(tr.w, i)
			g, h := float32(w*(prob-tr.y[i])), float32(w*prob*(1-prob))
			tr.g[i], tr.h[i] = g, h
			s.g += math.Abs(float64(g))
			s.h += float64(h)
			s.most = max(s.most, float64(h))
		}
		each[p] = s
	})
	tr.values = values[:0] // added once: where no tree comes after, the log odds stay as they are
	var all sums
	for _, s := range each {
		all.g += s.g
		all.h += s.h
		all.most = max(all.most, s.most)
	}
	p := &tr.packing
	// Rounding can add half a unit a row.
	p.gradient = unit(all.g, float64(int64(1)<<(63-p.hessianBits-p.countBits))-float64(n))
	p.hessian = unit(all.h, float64(int64(1)<<p.hessianBits)-float64(n))
	up, hp := 1/p.gradient, 1/p.hessian
	p.most = int64(math.RoundToEven(all.most * hp))
	tr.crew.run(parts, func(_, k int) {
		lo, hi := k*chunk, min((k+1)*chunk, n)
		g, h, cells := tr.g[lo:hi], tr.h[lo:hi], tr.root.cells[lo:hi]
		for i := range cells {
			cells[i] = p.pack(int64(math.RoundToEven(float64(g[i])*up)), int64(math.RoundToEven(float64(h[i])*hp)))
		}
	})
	tr.minHessian = max(1, int64(math.Ceil(tr.opt.MinChild*hp)))
}

// unit returns the smallest power of two of which no more than most make up the sum.
func unit(sum, most float64) float64 {
	if sum == 0 {
		return 1
	}
	_, e := math.Frexp(sum / most) // sum/most < 2^e
	return math.Ldexp(1, max(e, -900))
}

// settle gives the leaves their values and covers, and the rows their leaf.
func (tr *trainer) settle(g *grown) {
	// No sum of weights can overflow, hence none of the derivatives, which are smaller.
	u := unit(float64(tr.learn)*tr.heaviest, 1<<61)
	per := 1 / u
	cover := make([]int64, len(g.nodes))
	tr.crew.run(len(g.leaves), func(_, k int) {
		n := g.leaves[k]
		var sg, sh, sw int64
		add := func(i int32) {
			tr.leaf[i] = uint16(k)
			sg += int64(float64(tr.g[i]) * per)
			sh += int64(float64(tr.h[i]) * per)
			if tr.w != nil {
				sw += int64(tr.w[i] * per)
			}
		}
		rows := tr.order[n.lo:n.hi]
		switch id := n.stage.id; {
		case !n.listed && id == nil:
			for i := range n.rows() {
				add(int32(i))
			}
		case !n.listed:
			for _, r := range id {
				add(r)
			}
		case id == nil:
			for _, r := range rows {
				add(r)
			}
		default:
			for _, r := range rows {
				add(id[r])
			}
		}
		if tr.w == nil {
			sw = int64(n.rows())
		}
		cover[n.at] = sw
		s := tr.searchOf(n)
		g.nodes[n.at].value = tr.opt.Rate * s.value(float64(sg)*u, float64(sh)*u, s.lambda)
	})
	if tr.w == nil {
		u = 1
	}
	for i := len(g.nodes) - 1; i >= 0; i-- {
		if n := &g.nodes[i]; n.left != 0 {
			cover[i] = cover[n.left] + cover[n.right]
		}
		g.nodes[i].cover = float64(cover[i]) * u
	}
}

// leafOf returns the leaf of a row of the bins.
func (tr *trainer) leafOf(g *grown, row int) *grownNode {
	n := &g.nodes[0]
	for n.left != 0 {
		b := tr.bins.codes[n.lane][row]
		if n.goes[b>>6]>>(b&63)&1 == 1 {
			n = &g.nodes[n.left]
		} else {
			n = &g.nodes[n.right]
		}
	}
	return n
}

// route finds the leaf of rows the tree was not grown on.
func (tr *trainer) route(g *grown, rows []int32) {
	parts := (len(rows) + chunk - 1) / chunk
	tr.crew.run(parts, func(_, p int) {
		for _, r := range rows[p*chunk : min((p+1)*chunk, len(rows))] {
			tr.leaf[r] = uint16(tr.leafOf(g, int(r)).leaf)
		}
	})
}

// ship turns a tree over bins into one over values.
func (tr *trainer) ship(g *grown) tree.Tree {
	out := tree.Tree{Nodes: make([]tree.Node, len(g.nodes))}
	for i := range g.nodes {
		n, to := &g.nodes[i], &out.Nodes[i]
		to.Cover = n.cover
		if n.left == 0 {
			to.Column, to.Value = -1, n.value
			continue
		}
		col := &tr.bins.columns[n.split.column]
		to.Column, to.Left, to.Right, to.MissingLeft = int32(n.split.column), n.left, n.right, n.split.missingLeft
		switch {
		case col.categorical():
			to.Set = make([]uint64, (len(col.levels)+63)/64)
			for l, b := range col.levels {
				if n.split.goesLeft(col, int(b)) {
					to.Set[l>>6] |= 1 << (l & 63)
				}
			}
		case n.split.bin == col.values-1:
			to.Threshold = math.MaxFloat64 // all values go left, what is missing right
		default:
			to.Threshold = col.cuts[n.split.bin]
		}
	}
	return out
}
