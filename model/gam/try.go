package gam

import (
	"context"
	"math"

	"github.com/rettidig/rettidig/internal/groups"
	"github.com/rettidig/rettidig/internal/parallel"
)

// tryPairs finds out, where rows are few, how far down the ranking pairs are worth a term. Were a pair chosen on everybody's labels, one
// of noise that slipped in would seem to fit the rows held out too. So each bag ranks the pairs for itself, by the rows it learns from,
// boosts those above a bar, and how they do is told by the rows that had no say (but for what the columns of other bags learned from
// them). Bars are tried from high to low; each must be better than the best so far by what sureness says, and once one was, the first that
// is not ends it. Then all bags take the pairs that everybody's ranking puts above the best bar, for as many cycles as were best in the trial. The
// loss is that of the trial.
func (f *fitting) tryPairs(ctx context.Context, columns fit, left unexplained, all []pair) (fit, error) {
	own := make([][]pair, len(f.bags))
	parallel.For(len(f.bags), f.opt.Workers, func(k int) {
		b := f.bags[k]
		own[k] = f.most(f.d.rank(left.without(b.held), b.places, 1))
	})
	of, parties := f.dealt()
	use, tried := make([][]pair, len(f.bags)), 0
	best, lost, pairs := columns, f.lost(), []pair(nil)
	for _, bar := range f.bars() {
		n := 0
		for k := range use {
			use[k] = above(own[k], bar)
			n += len(use[k])
		}
		if n == tried {
			continue
		}
		tried = n
		f.resume(columns, func(k int) []pair { return use[k] })
		got, err := f.boost(ctx)
		if err != nil {
			return fit{}, err
		}
		if got.cycles == 0 && best.cycles == 0 {
			continue
		}
		for k, b := range f.bags {
			b.put(got.shapes[k])
		}
		now := f.lost()
		fall, se := less(lost, now, of, parties)
		if fall > f.sureness(bar, best.cycles > 0)*se {
			best, lost, pairs = got, now, above(all, bar)
		} else if best.cycles > 0 {
			break
		}
	}
	if len(pairs) == 0 {
		return columns, nil
	}
	f.resume(columns, func(int) []pair { return pairs })
	parallel.For(len(f.bags), f.opt.Workers, func(k int) {
		b := f.bags[k]
		for range best.cycles {
			if ctx.Err() != nil {
				return
			}
			b.turn(&f.grow)
			b.settle()
		}
		best.shapes[k] = b.shapes()
	})
	best.pairs = pairs
	return best, ctx.Err()
}

// bars are what is tried of pairs' scores, before what the number of pairs adds (see above): every pair passes the last. If the number
// of pairs was given there is nothing to find out but for how long to boost them.
func (f *fitting) bars() []float64 {
	every := math.Inf(-1)
	switch {
	case len(f.d.y) >= large || f.opt.Pairs < 0:
		return nil
	case f.opt.Pairs > 0:
		return []float64{every}
	}
	return []float64{evident, 6, 2, every}
}

// sureness is how many standard errors the loss must fall by for the pairs above a bar to be taken up: two, or one if there are pairs
// already. What passes the highest bar has shown so much by that, and pairs that were asked for need not be sure, so long as the loss falls.
func (f *fitting) sureness(bar float64, some bool) float64 {
	switch {
	case f.opt.Pairs > 0 || bar >= evident:
		return 0
	case some:
		return 1
	}
	return 2
}

// evident is a bar that few pairs of noise pass.
const evident = 12

// above returns the pairs whose score is at least bar plus twice the logarithm of their number. The best of some hundred pairs of noise
// scores about 20.
func above(ranked []pair, bar float64) []pair {
	least := bar + 2*math.Log(max(1, float64(len(ranked))))
	k := 0
	for k < len(ranked) && ranked[k].score >= least {
		k++
	}
	return ranked[:k]
}

// dealt returns the group of each row, in 0..n-1: what was dealt out to the bags whole.
func (f *fitting) dealt() (of []int32, n int) {
	if f.group != nil {
		return groups.Dense(f.group)
	}
	of = make([]int32, len(f.d.y))
	for i := range of {
		of[i] = int32(i)
	}
	return of, len(of)
}

// lost returns the loss of each row, scored by the bags that held it out.
func (f *fitting) lost() []float64 {
	out := make([]float64, len(f.d.y))
	for _, b := range f.bags {
		for i, held := range b.held {
			if held {
				out[i] += b.lossOf(i)
			}
		}
	}
	return out
}

// less returns by how much less is lost now than before, in sum, and the standard error of that over the groups.
func less(before, now []float64, of []int32, n int) (fall, se float64) {
	by := make([]float64, n)
	for i, g := range of {
		by[g] += before[i] - now[i]
	}
	var square float64
	for _, v := range by {
		fall += v
		square += float64(v * v)
	}
	return fall, math.Sqrt(max(0, square-float64(fall*fall)/float64(n)))
}
