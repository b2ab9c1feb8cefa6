package boost

import (
	"context"
	"fmt"
	"testing"
)

// BenchmarkTrain is the training of the speed comparison: 60 columns, half of them sparse counts, 100
// trees, 31 leaves, 255 bins. Beside LightGBM on one table: bench/engine/boost_speed.py.
func BenchmarkTrain(b *testing.B) {
	for _, n := range []int{800, 10_000, 100_000} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("rows=%d/threads=%d", n, workers), func(b *testing.B) {
				table := benchTable(n, 60, 1)
				opt := Options{Trees: 100, Rate: 0.1, Leaves: 31, Bins: 255, MinChild: 1e-3, MinRows: 20, RowShare: 1, ColumnShare: 1, Workers: workers}
				for b.Loop() {
					if _, _, err := Train(context.Background(), table, opt); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkHistogram is one block of 16 columns: rows that lie together, and one row of four of those.
func BenchmarkHistogram(b *testing.B) {
	const rows = 1 << 16
	bins, cells, every := make([]uint8, rows*lanes), make([]cell, rows), []int32{}
	for i := range bins {
		bins[i] = uint8(mix(1, 2, uint64(i)))
	}
	for i := range rows / 4 {
		every = append(every, int32(4*i))
	}
	h, w := new(histogram), new(bench)
	b.Run("together", func(b *testing.B) {
		for b.Loop() {
			h.add(bins, lanes, cells)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows/lanes, "ns/value")
	})
	b.Run("listed", func(b *testing.B) {
		for b.Loop() {
			w.add([]*histogram{h}, []int{0}, bins, lanes, cells, every, 0, 0)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(every))/lanes, "ns/value")
	})
}
