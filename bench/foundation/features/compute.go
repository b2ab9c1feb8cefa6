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

// perBlock is how many citizens a worker takes at a time: a row group of the result holds a block.
const perBlock = 4096

// block is the result of some neighbouring citizens: by column, and in it by citizen, then by date.
type block struct {
	citizen []int32
	asOf    []int32 // days since 1970
	value   [][]float64
}

// compute hands the citizens out in blocks and writes the blocks in order. It returns the number of citizens.
func compute(ctx context.Context, s *store.Store, c columns, asOf []rettidig.Day, w *result) (int, error) {
	hs, err := s.Histories(ctx)
	if err != nil {
		return 0, err
	}
	workers := runtime.GOMAXPROCS(0)
	jobs := make(chan job)
	order := make(chan job, 2*workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			row := make([]float64, features.Count())
			for j := range jobs {
				j.done <- c.block(hs[j.first:min(j.first+perBlock, len(hs))], j.first, asOf, row)
			}
		})
	}
	go func() {
		defer close(order)
		defer close(jobs)
		for first := 0; first < len(hs); first += perBlock {
			j := job{first, make(chan *block, 1)}
			order <- j
			jobs <- j
		}
	}()
	for j := range order {
		if b := <-j.done; err == nil {
			err = w.write(b)
		}
	}
	wg.Wait()
	return len(hs), err
}

type job struct {
	first int
	done  chan *block
}

func (c columns) block(hs []rettidig.History, first int, asOf []rettidig.Day, row []float64) *block {
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
