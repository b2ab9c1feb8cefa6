package gam

import (
	"cmp"
	"math"
	"slices"
)

const (
	maxBins     = 256 // with the missing bin, so that a bin is a byte
	maxPairBins = 32  // with the missing bin; two of them make a cell of ten bits
	cells       = maxPairBins * maxPairBins
)

// binned is a column in bins, shared by all bags.
type binned struct {
	Column
	fine, coarse []uint8 // bin of each row, on its own and in pairs
	bins         int     // fine bins, with the missing bin
	pairBins     int
	monotone     int8
}

// binNumeric cuts a numeric column so that the bins weigh about the same; equal values are never parted. A cut lies halfway between
// the two values it parts.
func binNumeric(x, w []float64, bins, pairBins int) binned {
	order := make([]int32, 0, len(x))
	for i, v := range x {
		if v == v {
			order = append(order, int32(i))
		}
	}
	sorted := make([]float64, len(order))
	for k, i := range order {
		sorted[k] = x[i]
	}
	var value, weight []float64
	if w == nil {
		slices.Sort(sorted)
		for k, v := range sorted {
			if k == 0 || v != sorted[k-1] {
				value, weight = append(value, v), append(weight, 0)
			}
			weight[len(weight)-1]++
		}
	} else {
		slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(x[a], x[b]), cmp.Compare(w[a], w[b])) })
		for k, i := range order {
			if k == 0 || x[i] != x[order[k-1]] {
				value, weight = append(value, x[i]), append(weight, 0)
			}
			weight[len(weight)-1] += w[i]
		}
	}
	b := binned{bins: bins, pairBins: pairBins}
	after := quantiles(weight, bins-1)
	b.Cuts = make([]float64, len(after))
	for k, a := range after {
		b.Cuts[k] = between(value[a], value[a+1])
	}
	b.bins = len(b.Cuts) + 2

	// Bins of pairs are runs of fine bins.
	inBin := make([]float64, b.bins-1)
	at := 0
	for k, v := range value {
		for at < len(b.Cuts) && v > b.Cuts[at] {
			at++
		}
		inBin[at] += weight[k]
	}
	b.PairBin = make([]int, b.bins)
	next, run := quantiles(inBin, pairBins-1), 1
	for k := range inBin {
		b.PairBin[k+1] = run
		if run-1 < len(next) && next[run-1] == k {
			run++
		}
	}
	b.pairBins = run + 1
	b.place(x)
	return b
}

// quantiles parts the ordered weights into at most n runs of about equal weight and returns the index each run but the last ends
// at. A weight that is heavier than a fair share gets a run of its own.
func quantiles(weight []float64, n int) []int {
	if len(weight) <= n {
		ends := make([]int, max(0, len(weight)-1))
		for k := range ends {
			ends[k] = k
		}
		return ends
	}
	var left float64
	for _, w := range weight {
		left += w
	}
	var ends []int
	var have float64
	runs := n
	for k, w := range weight[:len(weight)-1] {
		have += w
		fair := left / float64(runs)
		if runs > 1 && (have >= fair || (weight[k+1] >= fair && have > 0)) {
			ends = append(ends, k)
			left -= have
			have = 0
			runs--
		}
	}
	return ends
}

// between returns a number at least a and smaller than b, as near to the middle as there is.
func between(a, b float64) float64 {
	m := a/2 + b/2
	if m >= b || m < a {
		return a
	}
	return m
}

// binLevels gives each level that occurs a bin, the heaviest first, the rarest sharing the last one if there are too many; in pairs the
// same with fewer bins. The labels have no say: bins are shared by all bags, and each would know something of the rows it holds out.
func binLevels(x, w []float64, levels []string, bins, pairBins int) binned {
	weight := make([]float64, len(levels))
	for i, v := range x {
		if l, ok := level(v, len(levels)); ok {
			if w != nil {
				weight[l] += w[i]
			} else {
				weight[l]++
			}
		}
	}
	var seen []int
	for l := range levels {
		if weight[l] > 0 {
			seen = append(seen, l)
		}
	}
	slices.SortStableFunc(seen, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	b := binned{bins: min(len(seen)+1, bins), pairBins: min(len(seen)+1, pairBins)}
	b.Levels, b.LevelBin, b.PairBin = levels, make([]int, len(levels)), make([]int, b.bins)
	for k, l := range seen {
		b.LevelBin[l] = min(k+1, bins-1)
	}
	for k := range b.PairBin {
		b.PairBin[k] = min(k, pairBins-1)
	}
	b.place(x)
	return b
}

// place finds the bins of all rows.
func (b *binned) place(x []float64) {
	b.fine, b.coarse = make([]uint8, len(x)), make([]uint8, len(x))
	s := newSearch(&b.Column)
	for i, v := range x {
		f := s.bin(v)
		b.fine[i], b.coarse[i] = f, uint8(b.PairBin[f])
	}
}

// level returns the level's number if v is one.
func level(v float64, levels int) (int, bool) {
	if !(v >= 0 && v < float64(levels)) || v != math.Trunc(v) {
		return 0, false
	}
	return int(v), true
}
