package main

import (
	"context"
	"runtime"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/store"
	"github.com/rettidig/rettidig/features"
)

// compute streams the citizens through the columns, one block of the store after the other with all processors, and
// writes the results while the next blocks are decoded and computed. It returns the number of citizens.
func compute(ctx context.Context, s *store.Store, c *features.Computer, asOf []rettidig.Day, w *result) (int, error) {
	workers, citizens := runtime.GOMAXPROCS(0), 0
	var who []int
	var when []rettidig.Day
	err := s.EachPart(ctx, workers, c.Part(asOf...), func(first int, hs []rettidig.History) error {
		who, when = who[:0], when[:0]
		for i := range hs {
			for _, t := range asOf {
				who, when = append(who, i), append(when, t)
			}
		}
		g, x := w.room(len(who))
		for i, t := range when {
			g.citizen, g.asOf = append(g.citizen, int32(first+who[i])), append(g.asOf, int32(t))
		}
		c.Fill(x, hs, who, when, workers)
		citizens += len(hs)
		return w.full()
	})
	return citizens, err
}
