package main

import (
	"context"
	"sync"

	"github.com/rettidig/rettidig/datasets/cohort"
)

// referenceSeed is where the seeds of the reference municipalities begin; no seed that is measured comes near.
const referenceSeed = 1_000_000

// reference is the candidates of the year after the cut-off in municipalities of the same kind that no model has seen.
// What a model's choices among them may be expected to give is its long-run saving: what many years would show.
type reference struct {
	x        [][]float64
	expected []float64
}

func newReference(ctx context.Context, s settings, workers int, told func(done int)) (*reference, error) {
	parts := make([]*reference, s.Reference)
	err := inTurn(ctx, s.Reference, workers, func(i int) error {
		m, err := invent(ctx, s, referenceSeed+uint64(i))
		if err != nil {
			return err
		}
		parts[i] = m.candidates(s)
		return nil
	}, told)
	if err != nil {
		return nil, err
	}
	all := &reference{x: make([][]float64, len(parts[0].x))}
	for _, p := range parts {
		all.expected = append(all.expected, p.expected...)
		for j := range all.x {
			all.x[j] = append(all.x[j], p.x[j]...)
		}
	}
	return all, nil
}

func (m *municipality) candidates(s settings) *reference {
	var out reference
	t := pick(m.training, func(i int) bool {
		r := m.training.Rows[i]
		truth, ok := m.of(r)
		if ok = ok && r.Landmark == cohort.Start && r.Index >= s.Cut && r.Index < s.Cut+nextYear; ok {
			out.expected = append(out.expected, truth.expected())
		}
		return ok
	})
	out.x = t.Table.X
	return &out
}

// inTurn does n jobs, so many at a time, and stops at the first that fails. told hears of each that is done.
func inTurn(ctx context.Context, n, workers int, job func(i int) error, told func(done int)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	go func() {
		defer close(next)
		for i := range n {
			select {
			case next <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range max(1, workers) {
		wg.Go(func() {
			for i := range next {
				if err := job(i); err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				done++
				told(done)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
