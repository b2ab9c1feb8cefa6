package glm

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// point is the solution at one penalty.
type point struct {
	lambda, b0, loss float64
	beta             []float64
}

// begin lets the columns in that are not penalised and returns the smallest penalty at which every other
// coefficient is zero.
func (s *solver) begin() float64 {
	var free []int32
	for j, f := range s.d.factor {
		if f == 0 {
			free = append(free, int32(j))
		}
	}
	if len(free) > 0 {
		s.admit(free)
		s.gradients(free)
		s.solve(math.MaxFloat64, 1e-8)
	}
	s.missed(math.MaxFloat64, 0)
	var top float64
	for j, g := range s.grad {
		if f := s.d.factor[j]; f > 0 {
			top = max(top, math.Abs(g)/f)
		}
	}
	return top / max(s.alpha, 1e-3)
}

// least is as exact as a path need be: what breaks the conditions by so much costs the objective some 1e-9,
// a hundredth of what glmnet lets a coefficient cost by default.
const least = 2e-5

// penalties are those to try; the solver stands at the first.
func (s *solver) penalties(opt Options) ([]float64, error) {
	top := s.begin()
	if opt.Penalties == nil {
		return lambdas(top, opt.Ratio, opt.Lambdas), nil
	}
	for i, l := range opt.Penalties {
		if !(l >= 0) || math.IsInf(l, 1) || i > 0 && l > opt.Penalties[i-1] {
			return nil, fmt.Errorf("glm: penalty %d is %v, want 0 or more and falling", i, l)
		}
	}
	return opt.Penalties, nil
}

// lambdas returns n penalties falling evenly on the log scale from top to ratio*top.
func lambdas(top, ratio float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = top * math.Pow(ratio, float64(i)/float64(max(1, n-1)))
	}
	return out
}

// path solves at each penalty, warm from the one before, and calls each with the solution until it says
// no. It ends early, too, when the loss is explained away: beyond lies a separated class.
func (s *solver) path(ctx context.Context, penalties []float64, each func(k int, p point) bool) error {
	null := s.loss
	before := penalties[0]
	for k, lambda := range penalties {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.admit(s.strong(lambda, before))
		s.solve(lambda, max(least, s.loose(lambda, 0.001)))
		if !each(k, point{lambda, s.b0, s.loss, slices.Clone(s.beta)}) || s.loss < 1e-3*null {
			return nil
		}
		before = lambda
	}
	return nil
}

// loose is a tolerance that no choice of a penalty depends on: a thousandth of the penalty, or this share
// of a gradient's own standard error, which is about 1/sqrt(rows), if that is more.
func (s *solver) loose(lambda, share float64) float64 {
	return max(1e-3*lambda*max(s.alpha, 1e-3), share/math.Sqrt(float64(s.d.rows)))
}

// strong returns the columns outside the work set that may get a coefficient at lambda, given the
// gradient at the penalty before. The rule may err; solve looks again at all columns.
func (s *solver) strong(lambda, before float64) []int32 {
	var out []int32
	for j, g := range s.grad {
		if !s.inSet[j] && math.Abs(g) >= s.d.factor[j]*s.alpha*(2*lambda-before) {
			out = append(out, int32(j))
		}
	}
	return out
}
