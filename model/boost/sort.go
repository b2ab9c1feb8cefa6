package boost

import (
	"math"
	"slices"
)

// fewToSort is the number of values below which comparing them is quicker than counting their bytes.
const fewToSort = 256

// sortNumbers sorts numbers, none of them NaN, byte by byte from the lowest; room is as large. Whether -0
// comes before 0 or after is not said. The sample of a table's columns is sorted before anything else can be
// done: comparing took a tenth of the training at 100,000 rows.
func sortNumbers(v, room []float64) {
	if len(v) < fewToSort {
		slices.Sort(v)
		return
	}
	// In the order of these keys negative numbers come first, the larger their size the earlier.
	key := func(x float64) uint64 {
		b := math.Float64bits(x)
		return b ^ (uint64(int64(b)>>63) | 1<<63)
	}
	var count [8][256]int32
	for _, x := range v {
		k := key(x)
		for i := range count {
			count[i][uint8(k>>(8*i))]++
		}
	}
	from, to := v, room[:len(v)]
	for i := range count {
		at, shift := &count[i], uint(8*i)
		if int(at[uint8(key(v[0])>>shift)]) == len(v) {
			continue // all have this byte in common
		}
		var sum int32
		for b, n := range at {
			at[b] = sum
			sum += n
		}
		for _, x := range from {
			b := uint8(key(x) >> shift)
			to[at[b]] = x
			at[b]++
		}
		from, to = to, from
	}
	if &from[0] != &v[0] {
		copy(v, from)
	}
}
