package boost

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig/model/tree"
)

// deal divides the n groups into as many hands as there are shares and returns the rows of each hand: groups
// i >= sum·n, counted from 0, are of a later hand than those whose shares add up to sum. The order of the groups is by
// hash, so that it does not matter in which order they come. It returns an error if a hand is empty.
func deal(t Table, seed uint64, shares []float64) ([][]int32, error) {
	groups := make([]uint32, len(t.Y))
	for i := range groups {
		groups[i] = t.who(i)
	}
	slices.Sort(groups)
	groups = slices.Compact(groups)
	slices.SortFunc(groups, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(mix(seed, 0x6465616c, uint64(a)), mix(seed, 0x6465616c, uint64(b))), cmp.Compare(a, b)) // "deal"
	})
	hand := make(map[uint32]int, len(groups))
	k, until := 0, shares[0]
	for i, g := range groups {
		for k < len(shares)-1 && float64(i) >= until*float64(len(groups))*(1-1e-12) { // three fifths add up to more than 3/5
			k++
			until += shares[k]
		}
		hand[g] = k
	}
	hands := make([][]int32, len(shares))
	for i := range t.Y {
		k := hand[t.who(i)]
		hands[k] = append(hands[k], int32(i))
	}
	for _, h := range hands {
		if len(h) == 0 {
			return nil, fmt.Errorf("boost: %d groups cannot be divided into %d parts to learn from and to test on", len(groups), len(shares))
		}
	}
	return hands, nil
}

// who returns whose row it is.
func (t Table) who(i int) uint32 {
	if t.Group == nil {
		return uint32(i)
	}
	return uint32(t.Group[i])
}

// stopper follows the loss of the rows held out.
type stopper struct {
	loss []float64 // after 0, 1, 2, ... trees
	best int       // trees with the smallest; of equal ones the fewest
}

// untilWorse grows trees, to be thrown away, until they do not help the rows held out.
func (tr *trainer) untilWorse(ctx context.Context) (*stopper, error) {
	s := &stopper{loss: []float64{tr.heldLoss(nil)}}
	for k := range tr.opt.Trees {
		g, err := tr.step(ctx, k)
		if err != nil {
			return nil, err
		}
		if g == nil || s.worse(tr.heldLoss(g), tr.opt.Patience) {
			break
		}
		if tr.opt.Progress != nil {
			tr.opt.Progress(k+1, 2*tr.opt.Trees)
		}
	}
	return s, nil
}

// worse takes in the loss after one more tree and tells whether there were enough without gain.
func (s *stopper) worse(loss float64, patience int) bool {
	s.loss = append(s.loss, loss)
	now := len(s.loss) - 1
	if loss < s.loss[s.best] {
		s.best = now
	}
	return now-s.best >= patience
}

// heldLoss adds a tree, if there is one, to the log odds of the rows held out and returns their mean loss.
func (tr *trainer) heldLoss(g *grown) float64 {
	n := len(tr.y) - tr.learn
	parts := (n + chunk - 1) / chunk
	each := make([][2]float64, parts)
	tr.crew.run(parts, func(_, p int) {
		for i := tr.learn + p*chunk; i < tr.learn+min((p+1)*chunk, n); i++ {
			if g != nil {
				tr.score[i] += tr.leafOf(g, i).value
			}
			w := weight(tr.w, i)
			each[p][0] += float64(w * logLoss(tr.y[i], tr.score[i]))
			each[p][1] += w
		}
	})
	var sum, total float64
	for _, e := range each {
		sum += e[0]
		total += e[1]
	}
	return sum / total
}

// crossValidated chooses the number of trees, and of their leaves, by the loss of each group under the trees of the
// others and learns from all rows with as many.
func crossValidated(ctx context.Context, t Table, opt Options, c *crew) (*tree.Ensemble, *Log, error) {
	shares := make([]float64, opt.Folds)
	for k := range shares {
		shares[k] = 1 / float64(opt.Folds)
	}
	folds, err := deal(t, opt.Seed, shares)
	if err != nil {
		return nil, nil, err
	}
	take, err := tried(ctx, t, opt, c, folds)
	if err != nil {
		return nil, nil, err
	}
	if opt.MoreLeaves > 0 {
		more := opt
		more.Leaves = opt.MoreLeaves
		large, err := tried(ctx, t, more, c, folds)
		if err != nil {
			return nil, nil, err
		}
		if large.clearlyBetter(take) {
			opt, take = more, large
		}
	}
	opt.Trees = take.mean.best
	return grownOnAll(ctx, t, opt, c, take.mean.loss)
}

// trial is what a cross-validation found.
type trial struct {
	share []float64   // of the weight, by fold
	fold  [][]float64 // loss by fold, after 0, 1, 2, ... trees
	mean  stopper
}

// tried grows trees on all folds but one, for each, side by side, since none may stop before their mean says so.
func tried(ctx context.Context, t Table, opt Options, c *crew, folds [][]int32) (*trial, error) {
	r := &trial{share: make([]float64, len(folds)), fold: make([][]float64, len(folds))}
	trainers, total := make([]*trainer, len(folds)), 0.0
	for k, held := range folds {
		learn := make([]int32, 0, len(t.Y)-len(held))
		for j, f := range folds {
			if j != k {
				learn = append(learn, f...)
			}
		}
		slices.Sort(learn)
		var err error
		if trainers[k], err = newTrainer(t, learn, held, opt, c); err != nil {
			return nil, fmt.Errorf("fold %d of %d: %w", k+1, len(folds), err)
		}
		for _, row := range held {
			r.share[k] += weight(t.W, int(row))
		}
		total += r.share[k]
	}
	for k := range r.share {
		r.share[k] /= total
	}
	for done := 0; ; done++ {
		var mean float64
		for k, tr := range trainers {
			var g *grown
			if done > 0 {
				var err error
				if g, err = tr.step(ctx, done-1); err != nil {
					return nil, err
				}
			}
			r.fold[k] = append(r.fold[k], tr.heldLoss(g))
			mean += float64(r.share[k] * r.fold[k][done])
		}
		if r.mean.worse(mean, opt.Patience) || done == opt.Trees {
			return r, nil
		}
	}
}

// clearlyBetter tells whether the loss is lower than the other's by more than the standard error of the difference,
// taken over the folds.
func (r *trial) clearlyBetter(other *trial) bool {
	gain := other.mean.loss[other.mean.best] - r.mean.loss[r.mean.best]
	var spread float64
	for k := range r.fold {
		d := other.fold[k][other.mean.best] - r.fold[k][r.mean.best] - gain
		spread += float64(d * d)
	}
	n := float64(len(r.fold))
	return gain > math.Sqrt(spread/(n-1)/n)
}

// rowsOf returns the numbers of all rows.
func rowsOf(t Table) []int32 {
	out := make([]int32, len(t.Y))
	for i := range out {
		out[i] = int32(i)
	}
	return out
}
