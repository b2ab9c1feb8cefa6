package model

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"github.com/rettidig/rettidig/internal/parallel"
	"github.com/rettidig/rettidig/model/boost"
	"github.com/rettidig/rettidig/model/gam"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/tree"
)

const jackknifeMethod = "citizen jackknife"

// parts is into how many parts the citizens are dealt for the jackknife.
const parts = 8

// jackknife says how far the log odds may be off, from what the refits say: t standard errors of a delete-a-group
// jackknife, t being Student's for as many refits less one (Kott 2001).
func jackknife(says []float64, level float64) float64 {
	n := float64(len(says))
	mean, dev := 0.0, 0.0
	for _, v := range says {
		mean += v / n
	}
	for _, v := range says {
		dev += float64((v - mean) * (v - mean))
	}
	return student(n-1, level) * math.Sqrt((n-1)/n*dev)
}

// student is how many standard errors hold the central level of Student's distribution.
func student(freedom, level float64) float64 {
	x := mathext.InvRegIncBeta(freedom/2, 0.5, 1-level)
	return math.Sqrt(freedom * (1 - x) / x)
}

// leaveOut fits again without each part of the citizens. Of a gam that is done already: each of its bags leaves out one
// part. A boost is fitted again with as many trees.
func (s *spread) leaveOut(ctx context.Context, level float64, seed uint64, tick func()) (Range, error) {
	out := Range{Method: jackknifeMethod, Level: level, Columns: []int{}, Refits: make([]Refit, parts)}
	part := s.dealt(seed)
	if s.shapes != nil {
		for k, b := range s.bags {
			out.Refits[k].Intercept, out.Refits[k].Shapes = b.Intercept, b.Values
		}
	} else if err := s.regrow(ctx, &out, part); err != nil {
		return out, err
	}
	for k := range out.Refits {
		times := make(map[int32]float64, len(part))
		for g, p := range part {
			if p != k {
				times[g] = 1
			}
		}
		out.Refits[k].CalIntercept, out.Refits[k].CalSlope = s.recalibrate(times)
		tick()
	}
	return out, ctx.Err()
}

// dealt returns the part of each citizen: that of the bag that held the citizen out, and at random where there is none.
func (s *spread) dealt(seed uint64) map[int32]int {
	part := map[int32]int{}
	for k, b := range s.bags {
		for i, held := range b.Held {
			if held {
				part[s.t.Group[s.train[i]]] = k
			}
		}
	}
	ids := s.citizens()
	rng := rand.New(rand.NewPCG(seed, 0x7061727473)) // "parts"
	rng.Shuffle(len(ids), func(a, b int) { ids[a], ids[b] = ids[b], ids[a] })
	next := 0
	for _, g := range ids {
		if _, ok := part[g]; !ok {
			part[g] = next % parts
			next++
		}
	}
	return part
}

// regrow fits the trees without each part, a part to a thread.
func (s *spread) regrow(ctx context.Context, out *Range, part map[int32]int) error {
	errs := make([]error, parts)
	parallel.For(parts, runtime.GOMAXPROCS(0), func(k int) {
		errs[k] = s.regrowWithout(ctx, &out.Refits[k], func(g int32) bool { return part[g] == k })
	})
	for k, err := range errs {
		if err != nil {
			return fmt.Errorf("model: the range needs %d refits, each without an eighth of the citizens, and refit %d failed: %w; "+
				"get more citizens with and without the outcome, or learn a card, glm or gam", parts, k+1, err)
		}
	}
	return nil
}

func (s *spread) regrowWithout(ctx context.Context, r *Refit, out func(citizen int32) bool) error {
	rest := make([]int32, 0, len(s.train))
	for _, row := range s.train {
		if !out(s.t.Group[row]) {
			rest = append(rest, row)
		}
	}
	group := of(s.t.Group, rest)
	grown := len(s.trees.ensemble.Trees)
	opt := treeOptions(of(s.t.Group, s.train))
	opt.Trees, opt.Folds, opt.Held, opt.Workers = max(grown, 1), 0, 0, 1
	if opt.MoreLeaves > 0 && s.trees.mostLeaves() > opt.Leaves { // they were taken
		opt.Leaves = opt.MoreLeaves
	}
	opt.MoreLeaves = 0
	e, _, err := boost.Train(ctx, boost.Table{X: gather(s.t.X, rest), Y: of(s.t.Y, rest), W: of(s.t.W, rest), Group: group}, opt)
	if err != nil {
		return err
	}
	r.Intercept, r.Trees = e.Base, e.Trees[:min(grown, len(e.Trees))] // fewer if nothing is left to gain
	return nil
}

// replicas readies the refits of a gam or a boost for scoring.
func (m *Model) replicas() []learned {
	var out []learned
	for i := range m.Range.Refits {
		r := &m.Range.Refits[i]
		switch {
		case m.GAM != nil:
			out = append(out, newShapes(r.gam(m.GAM)))
		case m.Boost != nil:
			out = append(out, newTrees(r.boost(m.Boost)))
		}
	}
	return out
}

// gam is m with the refit's values.
func (r *Refit) gam(m *gam.Model) *gam.Model {
	one := &gam.Model{Intercept: r.Intercept, Columns: m.Columns, Terms: slices.Clone(m.Terms)}
	for t := range one.Terms {
		one.Terms[t].Value = r.Shapes[t]
	}
	return one
}

// boost is m with the refit's trees.
func (r *Refit) boost(m *tree.Ensemble) *tree.Ensemble {
	return &tree.Ensemble{Columns: m.Columns, Base: r.Intercept, Trees: r.Trees}
}

// around returns the range around probability p from what the refits say.
func (g *Range) around(p float64, says []float64) (lower, upper float64) {
	off := jackknife(says, g.Level)
	eta := metric.Logit(p)
	return min(p, metric.Sigmoid(bound(eta-off))), max(p, metric.Sigmoid(bound(eta+off)))
}

// checkReplicas returns what is wrong with the refits of a gam or a boost.
func (m *Model) checkReplicas() error {
	if n := len(m.Range.Refits); n < 2 || n > mostRefits {
		return fmt.Errorf("range.refits: %d, want 2 to %d", n, mostRefits)
	}
	for i := range m.Range.Refits {
		r := &m.Range.Refits[i]
		if !r.summable() {
			return fmt.Errorf("range.refits[%d]: not a finite number", i)
		}
		if r.PerPoint != 0 || r.Coef != nil || r.Missing != nil || (m.GAM != nil) != (r.Shapes != nil) || (m.GAM != nil && r.Trees != nil) {
			return fmt.Errorf("range.refits[%d]: not of a %s", i, m.Learner)
		}
		if m.Boost != nil {
			if err := r.boost(m.Boost).Check(); err != nil {
				return fmt.Errorf("range.refits[%d]: %w", i, err)
			}
			continue
		}
		if len(r.Shapes) != len(m.GAM.Terms) {
			return fmt.Errorf("range.refits[%d]: %d shapes, want %d", i, len(r.Shapes), len(m.GAM.Terms))
		}
		if err := r.gam(m.GAM).Check(); err != nil {
			return fmt.Errorf("range.refits[%d]: %w", i, err)
		}
	}
	return nil
}
