package glm

import (
	"context"
	"math"
)

// Step is the solution at one penalty of a path.
type Step struct {
	Lambda        float64 `json:"lambda"`
	DevianceRatio float64 `json:"deviance_ratio"` // share of the deviance that the columns explain: 1 - deviance / that of intercept and offset alone
	DF            int     `json:"df"`             // coefficients that are not 0, the intercept not counted
	Objective     float64 `json:"objective"`      // what the package comment says is minimised
	Model         *Model  `json:"model"`
}

// Path fits along falling penalties, those of Options.Penalties or its own, each fit warm from the one before. Like glmnet it ends before the last of its own penalties where the deviance
// ratio is above 0.999 or rises by less than 1e-5 of itself, beyond the fifth; Options.Whole takes all.
// It always ends where the classes are parted: at a deviance ratio above 0.999.
//
// Every step meets the conditions for a minimum to max(lambda*alpha/1000, 2e-5) of the gradient, on
// standardised columns; TrainAt polishes one of them to Options.Tol.
func Path(ctx context.Context, t Table, opt Options) ([]Step, error) {
	s, opt, err := start(&t, opt)
	if err != nil {
		return nil, err
	}
	null := s.loss
	penalties, err := s.penalties(opt)
	if err != nil {
		return nil, err
	}
	var out []Step
	err = s.path(ctx, penalties, func(k int, p point) bool {
		step := Step{Lambda: p.lambda, DevianceRatio: 1 - p.loss/null, Objective: p.loss + s.penalty(p.lambda), Model: s.d.model(p, s.alpha)}
		for _, b := range p.beta {
			if b != 0 {
				step.DF++
			}
		}
		out = append(out, step)
		still := k < 5 || math.Abs(step.DevianceRatio-out[k-1].DevianceRatio) >= 1e-5*step.DevianceRatio
		return opt.Penalties != nil || opt.Whole || still
	})
	return out, err
}
