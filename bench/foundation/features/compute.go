package main

import (
	"context"
	"runtime"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/store"
	"github.com/rettidig/rettidig/features"
)

// block is the result of some neighbouring citizens, by citizen, then by date; the values by column.
type block struct {
	citizen []int32
	asOf    []int32 // days since 1970
	value   [][]float64
}

// compute streams the citizens through the columns, one block of the store after the other with all processors, and
// writes the results while the next blocks are decoded. It returns the number of citizens.
func compute(ctx context.Context, s *store.Store, c *features.Computer, asOf []rettidig.Day, w *result) (int, error) {
	workers, citizens := runtime.GOMAXPROCS(0), 0
	err := s.EachPart(ctx, workers, c.Part(asOf...), func(first int, hs []rettidig.History) error {
		n := len(hs) * len(asOf)
		who, when := make([]int, n), make([]rettidig.Day, n)
		b := block{citizen: make([]int32, n), asOf: make([]int32, n)}
		for i := range n {
			who[i], when[i] = i/len(asOf), asOf[i%len(asOf)]
			b.citizen[i], b.asOf[i] = int32(first+who[i]), int32(when[i])
		}
		b.value = c.Matrix(hs, who, when, workers)
		citizens += len(hs)
		return w.write(&b)
	})
	return citizens, err
}
