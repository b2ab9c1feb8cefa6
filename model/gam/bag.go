package gam

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/rettidig/rettidig/internal/groups"
	"github.com/rettidig/rettidig/internal/parallel"
	"github.com/rettidig/rettidig/model/metric"
)

// data is what all bags share.
type data struct {
	cols   []binned
	y      []float32
	w      []float32 // over the largest weight; nil if all are equal
	offset []float32 // nil if all are zero
	unit   float64   // the largest weight
	start  float64   // log odds before the first step
}

func (d *data) weight(i int) float32 {
	if d.w == nil {
		return 1
	}
	return d.w[i]
}

// bag is one fit, on the rows of all groups but those it holds out.
type bag struct {
	d     *data
	held  []bool
	score []float32
	rows
	shape    [][]float64 // of each term, a value for each bin or cell
	curv     [][]float64 // curvature of each bin of each term, refreshed now and then
	count    [][]float64 // weight of the rows in each bin of each term
	cycle    int
	tree     tree
	pairTree pairTable
	paired   bool // the columns are done with
	pairs    []pair
	places   [][]uint8     // of each column of levels, where its bins stand in pairs, by what this bag's rows say
	kept     [][][]float64 // shapes after each cycle of the last chunk
	loss     []float64     // sum over the held-out rows of the loss, after each cycle of the last chunk
}

// deal parts the groups into parts of about equal size and returns the part of each row. Groups are shuffled by seed.
func deal(group []int32, rows, parts int, rng *rand.Rand) []int {
	if group != nil {
		return groups.Deal(group, parts, rng)
	}
	of := make([]int, rows)
	for k, i := range rng.Perm(rows) {
		of[i] = k % parts
	}
	return of
}

func newBag(d *data, held []bool) *bag {
	n := len(d.y)
	b := &bag{d: d, held: held, score: make([]float32, n)}
	b.rows = rows{make([]float32, n), make([]float32, n), make([]float32, n)}
	b.rescore()
	return b
}

// look takes the quadratic of the loss at the rows' scores.
func (b *bag) look() {
	for i, s := range b.score {
		b.change[i] = 0
		if b.held[i] {
			continue
		}
		p := 1 / (1 + math.Exp(-float64(s)))
		w := float64(b.d.weight(i)) * whole
		b.residual[i] = float32(w * (float64(b.d.y[i]) - p))
		b.curvature[i] = float32(w * p * (1 - p))
	}
}

// settle adds the changes of a cycle to the scores and returns the loss of the rows held out.
func (b *bag) settle() float64 {
	var loss float64
	for i, c := range b.change {
		b.score[i] += c
		if b.held[i] {
			loss += b.lossOf(i)
		}
	}
	return loss
}

// lossOf returns the weighted loss of a row at its score.
func (b *bag) lossOf(i int) float64 {
	return float64(b.d.weight(i)) * metric.LoglossOf(float64(b.score[i]), float64(b.d.y[i]))
}

// countRows adds up the weight of the rows that are not held out.
func (b *bag) countRows(at func(i int) int, size int) []float64 {
	n := make([]float64, size)
	for i := range b.score {
		if !b.held[i] {
			n[at(i)] += float64(b.d.weight(i)) * b.d.unit
		}
	}
	return n
}

// stale says whether the curvature of the bins is taken again in this cycle: often at first, when scores move most.
func stale(cycle int) bool { return cycle&(cycle-1) == 0 || cycle%16 == 0 }

// turn takes one step on each column or, once they have been added, on each pair, in order. Each step but the first adds the step
// before it to the rows.
func (b *bag) turn(o *grow) {
	b.look()
	if b.paired {
		b.turnPairs(o)
	} else {
		b.turnColumns(o)
	}
	b.cycle++
}

func (b *bag) turnColumns(o *grow) {
	var g [maxBins]int64
	var step [maxBins]float32
	for j := range b.d.cols {
		c := &b.d.cols[j]
		if j == 0 {
			b.sum(c.fine, &g)
		} else {
			b.addSum(b.d.cols[j-1].fine, &step, c.fine, &g)
		}
		h, n := (*[maxBins]float64)(b.curv[j]), (*[maxBins]float64)(b.count[j])
		if stale(b.cycle) {
			b.curve(c.fine, o.unit, h)
		}
		o.step(&b.tree, c, b.shape[j], &g, h, n, &step)
		for k := range c.bins {
			b.shape[j][k] += float64(step[k])
		}
	}
	b.add(b.d.cols[len(b.d.cols)-1].fine, &step)
}

func (b *bag) turnPairs(o *grow) {
	pairs := b.pairs
	if len(pairs) == 0 {
		return
	}
	var g, mg [cells]int64
	var step, out [cells]float32
	var mh, mn [cells]float64
	cols, first := b.d.cols, len(b.d.cols)
	for q, p := range pairs {
		x, y := &cols[p.a], &cols[p.b]
		if q == 0 {
			b.sumPair(x.coarse, y.coarse, &g)
		} else {
			l := pairs[q-1]
			b.addSumPair(cols[l.a].coarse, cols[l.b].coarse, &step, x.coarse, y.coarse, &g)
		}
		h, n := (*[cells]float64)(b.curv[first+q]), (*[cells]float64)(b.count[first+q])
		if stale(b.cycle) {
			b.curvePair(x.coarse, y.coarse, o.unit, h)
		}
		pa, pb := b.places[p.a], b.places[p.b]
		to := &step
		if pa != nil || pb != nil {
			to = &out
		}
		o.stepPair(&b.pairTree, x.pairBins, y.pairBins, moved(&g, pa, pb, &mg), moved(h, pa, pb, &mh), moved(n, pa, pb, &mn), to)
		if to == &out {
			for c := range step {
				step[c] = out[placed(c, pa, pb)]
			}
		}
		shape := b.shape[first+q]
		for k, v := range step {
			shape[k] += float64(v)
		}
	}
	l := pairs[len(pairs)-1]
	b.addPair(cols[l.a].coarse, cols[l.b].coarse, &step)
}

// begin readies a bag for cycles over the columns.
func (b *bag) begin() {
	for j := range b.d.cols {
		fine := b.d.cols[j].fine
		b.term(maxBins, func(i int) int { return int(fine[i]) })
	}
}

// resume puts a bag back to the shapes of the columns that were best, for cycles over pairs.
func (b *bag) resume(shape [][]float64, pairs []pair) {
	p := len(b.d.cols)
	b.shape, b.curv, b.count = b.shape[:p], b.curv[:p], b.count[:p]
	b.places = make([][]uint8, p)
	for j := range p {
		copy(b.shape[j], shape[j])
		b.places[j] = b.d.cols[j].places(b.shape[j], b.count[j])
	}
	b.paired, b.pairs = true, pairs
	for _, p := range pairs {
		x, y := b.d.cols[p.a].coarse, b.d.cols[p.b].coarse
		b.term(cells, func(i int) int { return cell(x[i], y[i]) })
	}
	b.cycle = 0
	b.rescore()
}

// term adds a term of zeros.
func (b *bag) term(size int, at func(i int) int) {
	b.shape = append(b.shape, make([]float64, size))
	b.curv = append(b.curv, make([]float64, size))
	b.count = append(b.count, b.countRows(at, size))
}

// put puts a bag to shapes of its columns and pairs.
func (b *bag) put(shape [][]float64) {
	for t := range shape {
		copy(b.shape[t], shape[t])
	}
	b.rescore()
}

// rescore puts the rows' scores to those of the shapes.
func (b *bag) rescore() {
	clear(b.change)
	for i := range b.score {
		b.score[i] = float32(b.d.start)
		if b.d.offset != nil {
			b.score[i] += b.d.offset[i]
		}
	}
	for j := range min(len(b.shape), len(b.d.cols)) {
		var v [maxBins]float32
		for k := range v {
			v[k] = float32(b.shape[j][k])
		}
		for i, k := range b.d.cols[j].fine {
			b.score[i] += v[k]
		}
	}
	for q, p := range b.pairs {
		shape, y := b.shape[len(b.d.cols)+q], b.d.cols[p.b].coarse
		for i, k := range b.d.cols[p.a].coarse {
			b.score[i] += float32(shape[cell(k, y[i])])
		}
	}
}

// shapes returns a copy of the shapes.
func (b *bag) shapes() [][]float64 {
	out := make([][]float64, len(b.shape))
	for t := range out {
		out[t] = slices.Clone(b.shape[t])
	}
	return out
}

// chunk runs some cycles and keeps the shapes after each.
func (b *bag) chunk(ctx context.Context, cycles int, o *grow) {
	b.kept, b.loss = b.kept[:0], b.loss[:0]
	for range cycles {
		if ctx.Err() != nil {
			return
		}
		b.turn(o)
		b.loss = append(b.loss, b.settle())
		b.kept = append(b.kept, b.shapes())
	}
}

// boost runs cycles in all bags until the loss over all rows, each when held out, has not fallen for a while. It returns the shapes
// of each bag at the cycle where that loss was smallest, the number of that cycle and the loss.
func boost(ctx context.Context, bags []*bag, workers int, s stopping, o *grow, tell func(cycle int)) (best [][][]float64, at int, loss float64, err error) {
	total := func(k int) (sum float64) {
		for _, b := range bags {
			sum += b.loss[k]
		}
		return sum
	}
	best = make([][][]float64, len(bags))
	for k, b := range bags {
		best[k] = b.shapes()
		b.loss = []float64{b.settle()}
	}
	loss = total(0)
	mark := loss // what must be beaten by enough for patience to begin anew
	last := 0
	for done := 0; done < s.rounds && done-last < s.patience; {
		n := min(s.chunk, s.rounds-done)
		parallel.For(len(bags), workers, func(k int) { bags[k].chunk(ctx, n, o) })
		if err := ctx.Err(); err != nil {
			return nil, 0, 0, err
		}
		for k := range n {
			done++
			if l := total(k); l < loss {
				loss, at = l, done
				for i, b := range bags {
					best[i] = b.kept[k]
				}
				if l < mark*(1-s.tolerance) {
					mark, last = l, done
				}
			}
		}
		tell(done)
	}
	return best, at, loss, nil
}

// stopping says when cycles end.
type stopping struct {
	rounds, patience, chunk int
	tolerance               float64 // a cycle counts as better if the loss falls by this share
}
