package pipeline

import (
	"context"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/model"
)

// Training is a training table and where each of its rows comes from.
type Training struct {
	Table  *model.Table
	Cohort *cohort.Cohort // without its rows
	Rows   []cohort.Row   // Rows[i] gave the table's row i
}

// Part is the training rows of one block of citizens.
type Part struct {
	First     int                // citizens before the block
	Histories []rettidig.History // of the block
	Rows      []cohort.Row
	Y         []float64
	Matured   []rettidig.Day
}

// Of returns the history of a row.
func (p *Part) Of(row int) *rettidig.History { return &p.Histories[p.Rows[row].Citizen-p.First] }

// EachPart gives the training rows of a target block by block: every landmark whose label the protocol's estimand
// defines, in the cohort's order. Censored rows are left out, and so are those whose label was not known before until
// (rettidig.NoDay: no limit), so that a model can be trained as it would have been on that day.
func EachPart(ctx context.Context, src Source, target rettidig.Target, p cohort.Protocol, until rettidig.Day, progress Progress, f func(*Part) error) (*cohort.Cohort, error) {
	extract := src.DataAsOf()
	return EachCohort(ctx, src, target, p, progress, func(first int, hs []rettidig.History, rows []cohort.Row) error {
		part := &Part{First: first, Histories: hs}
		for _, r := range rows {
			y, matured := cohort.TrainingLabel(r, p), due(r, target, p, extract)
			if math.IsNaN(y) || (until.Valid() && matured >= until) {
				continue
			}
			part.Rows, part.Y, part.Matured = append(part.Rows, r), append(part.Y, y), append(part.Matured, matured)
		}
		return f(part)
	})
}

// Build makes the training table of a target; see EachPart for its rows. Its memory is that of the table.
func Build(ctx context.Context, src Source, target rettidig.Target, p cohort.Protocol, until rettidig.Day, progress Progress) (*Training, error) {
	return build(ctx, src, target, p, until, progress, features.Count(), features.Compute, nil)
}

// build computes n columns for every row, of which the first are the catalogue's. more sees each part, and the columns of
// its rows, before it is gone.
func build(ctx context.Context, src Source, target rettidig.Target, p cohort.Protocol, until rettidig.Day, progress Progress, n int, compute features.ComputeFunc, more func(part *Part, x [][]float64)) (*Training, error) {
	tr := &Training{Table: &model.Table{Columns: Columns()}}
	t := tr.Table
	t.X = make([][]float64, len(t.Columns))
	c, err := EachPart(ctx, src, target, p, until, progress, func(part *Part) error {
		x := columnsOf(len(part.Rows), n, func(i int) (*rettidig.History, rettidig.Day) { return part.Of(i), part.Rows[i].Index }, compute)
		for i, r := range part.Rows {
			t.W, t.Group, t.Time = append(t.W, r.Weight), append(t.Group, int32(r.Citizen)), append(t.Time, int32(r.Index))
			t.Matured, t.Test = append(t.Matured, int32(part.Matured[i])), append(t.Test, r.Landmark != cohort.Offer)
		}
		t.Y, tr.Rows = append(t.Y, part.Y...), append(tr.Rows, part.Rows...)
		for j := range t.X {
			t.X[j] = append(t.X[j], x[j]...)
		}
		if more != nil {
			more(part, x)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	tr.Cohort = c
	return tr, nil
}

// FeaturesOf computes the catalogue's columns for some rows, by column; several workers share the rows.
func FeaturesOf(rows int, of func(i int) (*rettidig.History, rettidig.Day)) [][]float64 {
	return columnsOf(rows, features.Count(), of, features.Compute)
}

func columnsOf(rows, n int, of func(i int) (*rettidig.History, rettidig.Day), compute features.ComputeFunc) [][]float64 {
	all := make([]float64, rows*n)
	x := make([][]float64, n)
	for j := range x {
		x[j] = all[j*rows : (j+1)*rows : (j+1)*rows]
	}
	scratch := sync.Pool{New: func() any { return new(make([]float64, n)) }}
	inParallel(rows, func(lo, hi int) {
		row := scratch.Get().(*[]float64)
		defer scratch.Put(row)
		for i := lo; i < hi; i++ {
			h, asOf := of(i)
			compute(*row, h, asOf)
			for j, v := range *row {
				x[j][i] = v
			}
		}
	})
	return x
}

// inParallel cuts 0 to n into short runs and lets one worker per processor take one after the other.
func inParallel(n int, f func(lo, hi int)) {
	const run = 64
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, min(runtime.GOMAXPROCS(0), (n+run-1)/run)) {
		wg.Go(func() {
			for {
				lo := int(next.Add(run)) - run
				if lo >= n {
					return
				}
				f(lo, min(n, lo+run))
			}
		})
	}
	wg.Wait()
}

// due is the day on which the labels of all rows of an index date are taken to be known. An event shows itself; that
// nothing happened is sure only when enough silence has been ruled out. If each row counted from its own day, the
// last weeks before a cut would hold events only, and a learner would learn the calendar.
func due(r cohort.Row, target rettidig.Target, p cohort.Protocol, extract rettidig.Day) rettidig.Day {
	horizon := map[rettidig.Target]int{
		rettidig.Completion: p.Completion.FinalTo, rettidig.Effect: p.Effect.To, rettidig.Benefit: p.Effect.To, rettidig.Decline: p.Decline.HorizonDays,
	}[target]
	return max(r.Matured, min(extract, r.Index+rettidig.Day(horizon+p.Leaving.SilentDays)))
}

// Columns lists the feature catalogue as table columns.
func Columns() []model.Column {
	fs := features.Catalogue()
	out := make([]model.Column, len(fs))
	for i, f := range fs {
		out[i] = model.Column{ID: f.ID, Concept: string(f.Concept)}
	}
	return out
}
