package boost

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/model/tree"
)

// deal divides the groups into as many hands as there are shares, each of its share of the groups, and
// returns the rows of each hand. The order of the groups is by hash, so that it does not matter in which
// order they come. It returns an error if a hand is empty.
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
		for k < len(shares)-1 && float64(i) >= until*float64(len(groups)) {
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

// newStopper returns nil if no rows are held out.
func newStopper(tr *trainer) *stopper {
	if tr.learn == len(tr.y) {
		return nil
	}
	return &stopper{loss: []float64{tr.heldLoss(nil)}}
}

// after tells whether to stop after the given tree.
func (s *stopper) after(tr *trainer, g *grown) bool {
	if s == nil {
		return false
	}
	s.loss = append(s.loss, tr.heldLoss(g))
	if now := len(s.loss) - 1; s.loss[now] < s.loss[s.best] {
		s.best = now
	} else if now-s.best >= tr.opt.Patience {
		return true
	}
	return false
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

// crossValidated chooses the number of trees by the loss of each group under the trees of the others and
// learns from all rows with as many.
func crossValidated(ctx context.Context, t Table, opt Options, c *crew) (*tree.Ensemble, *Log, error) {
	shares := make([]float64, opt.Folds)
	for k := range shares {
		shares[k] = 1 / float64(opt.Folds)
	}
	folds, err := deal(t, opt.Seed, shares)
	if err != nil {
		return nil, nil, err
	}
	trainers, stops := make([]*trainer, len(folds)), make([]*stopper, len(folds))
	share, total := make([]float64, len(folds)), 0.0
	for k, held := range folds {
		learn := make([]int32, 0, len(t.Y)-len(held))
		for j, f := range folds {
			if j != k {
				learn = append(learn, f...)
			}
		}
		slices.Sort(learn)
		if trainers[k], err = newTrainer(t, learn, held, opt, c); err != nil {
			return nil, nil, fmt.Errorf("fold %d of %d: %w", k+1, len(folds), err)
		}
		stops[k] = newStopper(trainers[k])
		for _, r := range held {
			share[k] += weight(t.W, int(r))
		}
		total += share[k]
	}
	// All folds are grown side by side, since none may stop before their mean says so.
	var mean []float64
	best := 0
	for done := 0; ; done++ {
		var loss float64
		for k, s := range stops {
			if done > 0 {
				g, err := trainers[k].step(ctx, done-1)
				if err != nil {
					return nil, nil, err
				}
				s.loss = append(s.loss, trainers[k].heldLoss(g))
			}
			loss += float64(share[k] / total * s.loss[done])
		}
		mean = append(mean, loss)
		if loss < mean[best] {
			best = done
		}
		if done-best >= opt.Patience || done == opt.Trees {
			break
		}
	}
	opt.Trees = best
	tr, err := newTrainer(t, rowsOf(t), nil, opt, c)
	if err != nil {
		return nil, nil, err
	}
	e, log, err := tr.train(ctx)
	if err == nil {
		log.Held = mean
	}
	return e, log, err
}

// rowsOf returns the numbers of all rows.
func rowsOf(t Table) []int32 {
	out := make([]int32, len(t.Y))
	for i := range out {
		out[i] = int32(i)
	}
	return out
}
