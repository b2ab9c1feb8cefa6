package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/store"
	"github.com/rettidig/rettidig/features"
)

// columns are the places of the wanted columns in the catalogue.
type columns []int

func newColumns(ids []string) (c columns, err error) {
	for _, id := range ids {
		i := features.Index(id)
		if i < 0 {
			return nil, fmt.Errorf("the catalogue has no column %s: has it another name now?", id)
		}
		c = append(c, i)
	}
	return c, nil
}

// block is the result of some neighbouring citizens: by column, and in it by citizen, then by date.
type block struct {
	citizen []int32
	asOf    []int32 // days since 1970
	value   [][]float64
}

// compute streams the citizens through all columns, a part of each block of the store for every processor, and writes
// the results in order while the next blocks are decoded. It returns the number of citizens.
func compute(ctx context.Context, s *store.Store, c columns, asOf []rettidig.Day, w *result) (int, error) {
	workers := runtime.GOMAXPROCS(0)
	citizens := 0
	err := s.Each(ctx, workers, func(first int, hs []rettidig.History) error {
		parts := make([]*block, workers)
		var wg sync.WaitGroup
		for k := range workers {
			lo, hi := k*len(hs)/workers, (k+1)*len(hs)/workers
			wg.Go(func() { parts[k] = c.block(hs[lo:hi], first+lo, asOf) })
		}
		wg.Wait()
		citizens += len(hs)
		return w.write(parts)
	})
	return citizens, err
}

func (c columns) block(hs []rettidig.History, first int, asOf []rettidig.Day) *block {
	row := make([]float64, features.Count())
	n := len(hs) * len(asOf)
	b := &block{citizen: make([]int32, 0, n), asOf: make([]int32, 0, n), value: make([][]float64, len(c))}
	for k := range c {
		b.value[k] = make([]float64, 0, n)
	}
	for i := range hs {
		for _, t := range asOf {
			features.Compute(row, &hs[i], t)
			b.citizen, b.asOf = append(b.citizen, int32(first+i)), append(b.asOf, int32(t))
			for k, at := range c {
				b.value[k] = append(b.value[k], row[at])
			}
		}
	}
	return b
}
