package main

import (
	"context"
	"fmt"
	"time"

	"github.com/rettidig/rettidig/bench/engine/usage"
	"github.com/rettidig/rettidig/model/boost"
	"github.com/rettidig/rettidig/model/gam"
	"github.com/rettidig/rettidig/model/glm"
)

// sample is one training.
type sample struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"` // seconds of processor, all threads
}

// trained is what a process that trains at one point has to say.
type trained struct {
	Samples []sample `json:"samples"`
	StartKB int64    `json:"start_kb"` // memory of the process with its table, before training
	PeakKB  int64    `json:"peak_kb"`  // the most since
	Work    work     `json:"work"`
}

// Short trainings are repeated in one process: a new process finds its memory not yet there.
const (
	enough = 500 * time.Millisecond
	most   = 5
)

// train trains at a point until enough time has gone by.
func train(p point) (trained, error) {
	t := newTable(p.Rows, p.Columns)
	var out trained
	var err error
	if out.StartKB, err = usage.BeginPeak(); err != nil {
		return out, err
	}
	for begin := time.Now(); len(out.Samples) == 0 || len(out.Samples) < most && time.Since(begin) < enough; {
		cpu, start := usage.CPU(), time.Now()
		count, err := p.fit(t)
		if err != nil {
			return out, err
		}
		out.Samples = append(out.Samples, sample{time.Since(start).Seconds(), usage.CPU() - cpu})
		if len(out.Samples) == 1 {
			out.Work = count()
		}
	}
	out.PeakKB, err = usage.PeakKB()
	return out, err
}

// fit trains once and returns how the work it took can be counted.
func (p point) fit(t table) (func() work, error) {
	ctx := context.Background()
	switch p.Learner {
	case "boost":
		opt := boost.Options{Trees: p.Trees, Rate: 0.1, Leaves: p.Leaves, Bins: p.Bins, MinChild: 1e-3, MinRows: 20, RowShare: 1, ColumnShare: 1,
			OneVsRest: 4, Smooth: 10, CatLambda: 10, Workers: p.Threads}
		e, _, err := boost.Train(ctx, boost.Table{X: t.x, Y: t.y}, opt)
		if err != nil {
			return nil, err
		}
		return func() work { return boostWork(e.Trees, p.Rows, p.Columns, opt.Leaves, opt.MinRows) }, nil
	case "gam":
		var columns, pairs int // cycles that were run, those after the best among them
		opt := gam.Options{Seed: 1, Bins: p.Bins + 1, Bags: 8, Cycles: 1000, Workers: p.Threads}
		opt.Progress = func(done, total int) {
			switch {
			case done == total:
			case done <= opt.Cycles && pairs == 0:
				columns = done
			default:
				pairs = done - opt.Cycles
			}
		}
		m, err := gam.Train(ctx, gam.Table{X: t.x, Y: t.y}, opt)
		if err != nil {
			return nil, err
		}
		return func() work { return gamWork(p.Rows, p.Columns, len(m.Terms)-p.Columns, opt.Bags, columns, pairs) }, nil
	case "glm":
		rows := make([]int32, p.Rows)
		for i := range rows {
			rows[i] = int32(i)
		}
		path, err := glm.Path(ctx, glm.Table{X: t.x, Y: t.y, Rows: rows}, glm.Options{Lambdas: 100, Ratio: 1e-4, Whole: true, Workers: p.Threads})
		if err != nil {
			return nil, err
		}
		return func() work { return glmWork(t, path) }, nil
	}
	return nil, fmt.Errorf("cost: no learner %q; there are boost, gam and glm", p.Learner)
}
