package gam

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// data is what all bags share.
type data struct {
	cols   []binned
	y      []float32
	w      []float32 // over the largest weight; nil if all are equal
	offset []float32 // nil if all are zero
	mean   float64   // mean of w
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
	shape [][]float64 // of each term, a value for each bin or cell
	curv  [][]float64 // curvature of each bin of each term, refreshed now and then
	count [][]float64 // rows in each bin of each term, in rows of average weight
	cycle int
	tree  tree
	kept  [][][]float64 // shapes after each cycle of the last chunk
	loss  []float64     // sum over the held-out rows of the loss, after each cycle of the last chunk
	gain  []float64     // of the last step of each term
}

// deal parts the groups into parts of about equal size and returns the part of each row. Groups are shuffled by seed.
func deal(group []int32, rows, parts int, rng *rand.Rand) []int {
	of := make([]int, rows)
	if group == nil {
		order := rng.Perm(rows)
		for k, i := range order {
			of[i] = k % parts
		}
		return of
	}
	ids := slices.Clone(group)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	part := make(map[int32]int, len(ids))
	for k, id := range ids {
		part[id] = k % parts
	}
	for i, id := range group {
		of[i] = part[id]
	}
	return of
}

func newBag(d *data, held []bool) *bag {
	n := len(d.y)
	b := &bag{d: d, held: held, score: make([]float32, n)}
	b.rows = rows{make([]float32, n), make([]float32, n), make([]float32, n)}
	for i := range b.score {
		b.score[i] = float32(d.start)
		if d.offset != nil {
			b.score[i] += d.offset[i]
		}
	}
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
		w := float64(b.d.weight(i)) * unit
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
			loss += float64(b.d.weight(i)) * rowLoss(float64(b.score[i]), b.d.y[i] > 0)
		}
	}
	return loss
}

// rowLoss is -log of the probability of what happened.
func rowLoss(logOdds float64, hit bool) float64 {
	if hit {
		logOdds = -logOdds
	}
	if logOdds > 0 {
		return logOdds + math.Log1p(math.Exp(-logOdds))
	}
	return math.Log1p(math.Exp(logOdds))
}

// countRows adds up the weight of the rows that are not held out.
func (b *bag) countRows(at func(i int) int, size int) []float64 {
	n := make([]float64, size)
	for i := range b.score {
		if !b.held[i] {
			n[at(i)] += float64(b.d.weight(i)) / b.d.mean
		}
	}
	return n
}

// stale says whether the curvature of the bins is taken again in this cycle: often at first, when scores move most.
func stale(cycle int) bool { return cycle&(cycle-1) == 0 || cycle%16 == 0 }

// cycleColumns takes one step on each column.
func (b *bag) cycleColumns(o *grow) {
	b.look()
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
			b.curve(c.fine, h)
		}
		b.gain[j] = o.step(&b.tree, c, &g, h, n, &step)
		for k := range c.bins {
			b.shape[j][k] += float64(step[k])
		}
	}
	if p := len(b.d.cols); p > 0 {
		b.add(b.d.cols[p-1].fine, &step)
	}
	b.cycle++
}

// cyclePairs takes one step on each pair.
func (b *bag) cyclePairs(o *grow, pairs []pair) {
	b.look()
	var g [cells]int64
	var step [cells]float32
	for q, p := range pairs {
		x, y := &b.d.cols[p.a], &b.d.cols[p.b]
		if q == 0 {
			b.sumPair(x.coarse, y.coarse, &g)
		} else {
			l := pairs[q-1]
			b.addSumPair(b.d.cols[l.a].coarse, b.d.cols[l.b].coarse, &step, x.coarse, y.coarse, &g)
		}
		h, n := (*[cells]float64)(b.curv[q]), (*[cells]float64)(b.count[q])
		if stale(b.cycle) {
			b.curvePair(x.coarse, y.coarse, h)
		}
		b.gain[q] = o.stepPair(x.pairBins, y.pairBins, &g, h, n, &step)
		for k, v := range step {
			b.shape[q][k] += float64(v)
		}
	}
	if q := len(pairs); q > 0 {
		b.addPair(b.d.cols[pairs[q-1].a].coarse, b.d.cols[pairs[q-1].b].coarse, &step)
	}
	b.cycle++
}

// begin readies a bag for terms of the given sizes.
func (b *bag) begin(terms, size int, count func(t int) []float64) {
	b.shape, b.curv, b.count = make([][]float64, terms), make([][]float64, terms), make([][]float64, terms)
	b.gain = make([]float64, terms)
	for t := range b.shape {
		b.shape[t], b.curv[t], b.count[t] = make([]float64, size), make([]float64, size), count(t)
	}
	b.cycle = 0
	clear(b.change)
}

// chunk runs some cycles and keeps the shapes after each.
func (b *bag) chunk(ctx context.Context, cycles int, cycle func(*bag)) {
	b.kept, b.loss = b.kept[:0], b.loss[:0]
	for range cycles {
		if ctx.Err() != nil {
			return
		}
		cycle(b)
		b.loss = append(b.loss, b.settle())
		shape := make([][]float64, len(b.shape))
		for t := range shape {
			shape[t] = slices.Clone(b.shape[t])
		}
		b.kept = append(b.kept, shape)
	}
}

// boost runs cycles in all bags until the loss over all rows, each when held out, has not fallen for a while. It returns the shapes
// of each bag at the cycle where that loss was smallest, the number of that cycle and the loss.
func boost(ctx context.Context, bags []*bag, workers int, s stopping, cycle func(*bag), tell func(cycle int)) (best [][][]float64, at int, loss float64, err error) {
	total := func(k int) (sum float64) {
		for _, b := range bags {
			sum += b.loss[k]
		}
		return sum
	}
	best = make([][][]float64, len(bags))
	for k, b := range bags {
		for _, l := range b.shape {
			best[k] = append(best[k], make([]float64, len(l)))
		}
		b.loss = []float64{b.settle()}
	}
	loss = total(0)
	mark := loss // what must be beaten by enough for patience to begin anew
	last := 0
	for done := 0; done < s.rounds && done-last < s.patience; {
		n := min(s.chunk, s.rounds-done)
		each(len(bags), workers, func(k int) { bags[k].chunk(ctx, n, cycle) })
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

// each calls f(0) to f(n-1) on some goroutines and returns when all are done.
func each(n, workers int, f func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(n, workers) {
		wg.Go(func() {
			for k := range next {
				f(k)
			}
		})
	}
	for k := range n {
		next <- k
	}
	close(next)
	wg.Wait()
}
