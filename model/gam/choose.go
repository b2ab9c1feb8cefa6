package gam

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/rettidig/rettidig/internal/parallel"
)

// fitting is a training under way.
type fitting struct {
	d           *data
	bags        []*bag
	group       []int32
	grow        grow
	stop        stopping
	opt         *Options
	done, total int // cycles that are behind or were not needed, and at most
}

// fit is what boosting came to.
type fit struct {
	shapes [][][]float64 // of each bag and term
	pairs  []pair        // of the terms after those of the columns
	cycles int
	loss   float64 // sum over the rows of the bags, each when held out
}

// boost runs cycles until the rows held out say that it is enough.
func (f *fitting) boost(ctx context.Context) (fit, error) {
	shapes, cycles, loss, err := boost(ctx, f.bags, f.opt.Workers, f.stop, &f.grow, func(done int) { f.opt.Progress(f.done+done, f.total) })
	f.done += f.opt.Cycles
	return fit{shapes: shapes, cycles: cycles, loss: loss}, err
}

// resume puts all bags back to the columns and adds to each its pairs.
func (f *fitting) resume(columns fit, pairs func(k int) []pair) {
	parallel.For(len(f.bags), f.opt.Workers, func(k int) { f.bags[k].resume(columns.shapes[k], pairs(k)) })
}

// addPairs chooses pairs by what the columns leave unexplained and boosts them, or returns the columns if no pair is worth it.
func (f *fitting) addPairs(ctx context.Context, columns fit) (fit, error) {
	f.resume(columns, func(int) []pair { return nil })
	left := f.d.unexplained(f.bags)
	all := f.most(f.d.rank(left, f.d.places(f.bags), f.opt.Workers))
	if len(f.d.y) < large {
		return f.tryPairs(ctx, columns, left, all)
	}
	if f.opt.Pairs == 0 {
		left.deal(f.opt.Seed)
		all = all[:discoveries(all, f.d.rank(left, f.d.places(f.bags), f.opt.Workers))]
	}
	if len(all) == 0 {
		return columns, nil
	}
	f.resume(columns, func(int) []pair { return all })
	got, err := f.boost(ctx)
	if got.pairs = all; got.cycles == 0 {
		got.pairs = nil
	}
	return got, err
}

// most returns the first pairs of a ranking, as many as there may be.
func (f *fitting) most(ranked []pair) []pair {
	n := f.opt.Pairs
	if n == 0 {
		n = 3 * len(f.d.cols)
	}
	return ranked[:min(n, len(ranked))]
}

// unexplained is what the columns leave undone: of each row the gradient and the curvature of its loss, scored by the bags that held
// it out.
type unexplained struct {
	residual, curvature []float32
	total               float64 // of the weights
}

func (d *data) unexplained(bags []*bag) unexplained {
	n := len(d.y)
	score, times := make([]float64, n), make([]float64, n)
	for _, b := range bags {
		for i, held := range b.held {
			if held {
				score[i] += float64(b.score[i])
				times[i]++
			}
		}
	}
	u := unexplained{residual: make([]float32, n), curvature: make([]float32, n)}
	for i := range score {
		if times[i] == 0 {
			continue
		}
		p := 1 / (1 + math.Exp(-score[i]/times[i]))
		w := float64(d.weight(i)) * d.unit
		u.residual[i], u.curvature[i] = float32(w*(float64(d.y[i])-p)), float32(w*p*(1-p))
		u.total += w
	}
	return u
}

// without returns the same with nothing to explain in some rows.
func (u unexplained) without(some []bool) unexplained {
	out := unexplained{make([]float32, len(some)), make([]float32, len(some)), u.total}
	for i, s := range some {
		if !s {
			out.residual[i], out.curvature[i] = u.residual[i], u.curvature[i]
		}
	}
	return out
}

// deal deals it out to the rows anew.
func (u unexplained) deal(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, shuffled))
	rng.Shuffle(len(u.residual), func(i, k int) {
		u.residual[i], u.residual[k] = u.residual[k], u.residual[i]
		u.curvature[i], u.curvature[k] = u.curvature[k], u.curvature[i]
	})
}

// places returns where levels stand: in the order of their values in all bags together.
func (d *data) places(bags []*bag) [][]uint8 {
	places := make([][]uint8, len(d.cols))
	for j := range places {
		shape, count := make([]float64, d.cols[j].bins), make([]float64, d.cols[j].bins)
		for _, b := range bags {
			for k := range shape {
				shape[k] += b.shape[j][k]
				count[k] += b.count[j][k]
			}
		}
		places[j] = d.cols[j].places(shape, count)
	}
	return places
}

// discoveries returns how many of the pairs to keep, the highest first: the most of which those that chance would put as high are
// at most the share falsePairs, chance being told by the same pairs' scores where what is unexplained was dealt out to the rows anew
// (Storey and Tibshirani 2003).
func discoveries(ranked, chance []pair) int {
	keep, by := 0, 0
	for k, p := range ranked {
		for by < len(chance) && chance[by].score >= p.score {
			by++
		}
		if float64(by) <= falsePairs*float64(k+1) {
			keep = k + 1
		}
	}
	return keep
}

// falsePairs is the share of pairs taken up that may be there by chance, where rows are many: one that is shrinks to little then, and
// many weak ones that are not are worth more.
const falsePairs = 0.2

// shuffled tells the random numbers of dealing out from others made of the same seed.
const shuffled = 0x7061697273
