package main

import (
	"context"
	"fmt"

	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/card"
	"github.com/rettidig/rettidig/model/glm"
	"github.com/rettidig/rettidig/model/validate"
)

// The learners that are quick enough for hundreds of municipalities. The one that knows nothing is the card: it is
// what the product's own choice falls on where there is nothing to learn.
const (
	useGLM  = model.LearnerGLM
	useCard = model.LearnerCard
)

// scorer gives rows of any table with the same columns a log odds that they are ordered by.
type scorer func(x [][]float64, rows []int32, out []float64)

// learn fits a learner with the options that model.Train gives it.
func learn(ctx context.Context, name string, t *model.Table, y []float64, train []int32, seed uint64) (scorer, error) {
	switch name {
	case useCard:
		c, err := card.Learn(ctx, t.X, y, t.W, train)
		if err != nil {
			return nil, err
		}
		return c.Rows, nil
	case useGLM:
		f, err := glm.Train(ctx, glm.Table{X: t.X, Y: y, W: t.W, Group: t.Group, Rows: train}, glm.Options{Seed: seed, Folds: 5, Minimum: true})
		if err != nil {
			return nil, err
		}
		return func(x [][]float64, rows []int32, out []float64) {
			f.Model.Rows(x, rows, out)
			for i := range out {
				out[i] = f.Intercept + float64(f.Slope*out[i])
			}
		}, nil
	}
	return nil, fmt.Errorf("learner %q is not one of %s, %s", name, useGLM, useCard)
}

// rolled is a learner that was validated on later citizens, as model.Train does it, without the report.
type rolled struct {
	*validate.Result
	used scorer // learned from every row
}

// options of the rolling origin: those of model.Train.
func options(seed uint64) validate.Options {
	return validate.Options{Seed: seed, Windows: 4, First: 0.5, Least: 25}
}

func roll(ctx context.Context, name string, t *model.Table, seed uint64) (*rolled, error) {
	rows := t.Rows()
	res, err := validate.Run(ctx, rows, func(ctx context.Context, y []float64, _ [][]float64, train []int32) (validate.Scorer, error) {
		s, err := learn(ctx, name, t, y, train, seed)
		return scored{s, t.X}, err
	}, options(seed))
	if err != nil {
		return nil, err
	}
	used, err := learn(ctx, name, t, t.Y, all(len(t.Y)), seed)
	return &rolled{res, used}, err
}

// scored is a scorer of one table.
type scored struct {
	by scorer
	x  [][]float64
}

func (s scored) Score(rows []int32, out []float64) { s.by(s.x, rows, out) }

func all(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

// score gives every row of a table its log odds.
func (s scorer) score(x [][]float64) []float64 {
	out := make([]float64, len(x[0]))
	s(x, all(len(out)), out)
	return out
}
