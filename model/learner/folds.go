package learner

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/rettidig/rettidig/internal/groups"
)

// Folds deals the rows into k folds, 0 to k-1: groups stay whole, and each fold gets its share of rows and of
// positives. Groups are shuffled by the seed and then taken by falling size; each goes to the fold where it
// brings rows and positives nearest to even, of equal ones to the first. Rows without groups are dealt class by
// class like cards, positives first. It is an error if a fold would have no positive or no negative row.
func Folds(y []float64, group []int32, k int, seed uint64) ([]int32, error) {
	if k < 2 || k > len(y) {
		return nil, fmt.Errorf("%d folds of %d rows; want at least 2 folds and no more than rows", k, len(y))
	}
	rng := rand.New(rand.NewPCG(seed, 0x666f6c6473)) // "folds"
	fold := make([]int32, len(y))
	if group == nil {
		next := 0
		for _, class := range []float64{1, 0} {
			var rows []int
			for i := range y {
				if y[i] == class {
					rows = append(rows, i)
				}
			}
			rng.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
			for _, i := range rows {
				fold[i] = int32(next % k)
				next++
			}
		}
	} else {
		dealGroups(fold, y, group, k, rng)
	}
	return fold, checkFolds(fold, y, k)
}

func dealGroups(fold []int32, y []float64, group []int32, k int, rng *rand.Rand) {
	ids := groups.Of(group)
	rng.Shuffle(len(ids), func(a, b int) { ids[a], ids[b] = ids[b], ids[a] })
	at := make(map[int32]int, len(ids))
	for i, g := range ids {
		at[g] = i
	}
	size := make([][2]float64, len(ids)) // negatives and positives of a group
	var total [2]float64
	for i, g := range group {
		size[at[g]][int(y[i])]++
		total[int(y[i])]++
	}
	order := make([]int, len(ids))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return int(size[b][0] + size[b][1] - size[a][0] - size[a][1])
	})
	of := make([]int32, len(ids))
	have := make([][2]float64, k)
	for _, g := range order {
		best, least := 0, 0.0
		for f := range k {
			cost := 0.0
			for c := range 2 {
				if total[c] > 0 {
					// What the sum of squared shares grows by.
					s := size[g][c] / total[c]
					cost += s * (2*have[f][c]/total[c] + s)
				}
			}
			if f == 0 || cost < least {
				best, least = f, cost
			}
		}
		of[g] = int32(best)
		for c := range 2 {
			have[best][c] += size[g][c]
		}
	}
	for i, g := range group {
		fold[i] = of[at[g]]
	}
}

// checkFolds demands both classes in every fold.
func checkFolds(fold []int32, y []float64, k int) error {
	have := make([][2]int, k)
	for i, f := range fold {
		have[f][int(y[i])]++
	}
	for f, h := range have {
		if h[0] == 0 || h[1] == 0 {
			return fmt.Errorf("fold %d of %d has %d rows with the outcome and %d without; it needs both: take fewer folds", f+1, k, h[1], h[0])
		}
	}
	return nil
}
