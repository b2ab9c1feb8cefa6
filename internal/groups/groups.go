// Package groups tells the rows of one group, a citizen's, from those of another. It decides how groups are numbered and dealt
// out, so that none is ever parted; what they are dealt for, and the seed, are the caller's.
package groups

import (
	"math/rand/v2"
	"slices"
)

// Of returns the groups there are, each once, rising.
func Of(group []int32) []int32 {
	ids := slices.Clone(group)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Dense renumbers the groups to 0..n-1 by rising group and returns each row's.
func Dense(group []int32) (of []int32, n int) {
	ids := Of(group)
	of = make([]int32, len(group))
	for i, g := range group {
		k, _ := slices.BinarySearch(ids, g)
		of[i] = int32(k)
	}
	return of, len(ids)
}

// Deal shuffles the groups, deals them out like cards and returns the hand of each row, in 0..hands-1. No hand has more than one
// group more than another. The answer does not depend on the order of the rows.
func Deal(group []int32, hands int, rng *rand.Rand) []int {
	of, n := Dense(group)
	deck := make([]int, n)
	for i := range deck {
		deck[i] = i
	}
	rng.Shuffle(n, func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
	hand := make([]int, n)
	for i, g := range deck {
		hand[g] = i % hands
	}
	out := make([]int, len(group))
	for i, g := range of {
		out[i] = hand[g]
	}
	return out
}
