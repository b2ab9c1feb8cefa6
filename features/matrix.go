package features

import (
	"fmt"
	"sync"

	"github.com/rettidig/rettidig"
)

// Matrix computes one row for each i, citizen hs[who[i]] as of asOf[i], and returns it by column: X[j][i].
// Each number is computed on its own, so any number of workers gives the same bytes; less than one means
// one. It panics if who and asOf differ in length.
func Matrix(hs []rettidig.History, who []int, asOf []rettidig.Day, workers int) [][]float64 {
	if len(who) != len(asOf) {
		panic(fmt.Sprintf("features: Matrix of %d citizens and %d days", len(who), len(asOf)))
	}
	rows, columns := len(who), len(catalogue)
	all := make([]float64, rows*columns)
	x := make([][]float64, columns)
	for j := range x {
		x[j] = all[j*rows : (j+1)*rows : (j+1)*rows]
	}
	workers = max(1, min(workers, rows))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			row := make([]float64, columns)
			for i := w * rows / workers; i < (w+1)*rows/workers; i++ {
				Compute(row, &hs[who[i]], asOf[i])
				for j, v := range row {
					x[j][i] = v
				}
			}
		})
	}
	wg.Wait()
	return x
}
