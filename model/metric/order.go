package metric

import (
	"cmp"
	"math"
	"slices"
)

// falling returns the row numbers by falling score, ties by row number, so that the order is the same
// on every machine.
func falling(score []float64) []int32 {
	order := make([]int32, len(score))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b))
	})
	return order
}

// unknown tells whether a score is no number; falling puts such last.
func unknown(score []float64, order []int32) bool {
	return len(order) > 0 && math.IsNaN(score[order[len(order)-1]])
}

// ties calls f once for every run order[from:to] of rows with one and the same score.
func ties(score []float64, order []int32, f func(from, to int)) {
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && score[order[to]] == score[order[from]] {
			to++
		}
		f(from, to)
		from = to
	}
}
