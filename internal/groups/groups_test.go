package groups

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestGroupsAreNumberedByRisingGroup(t *testing.T) {
	group := []int32{7, -2, 7, 30, -2}
	assert.Equal(t, []int32{-2, 7, 30}, Of(group))
	assert.Equal(t, []int32{7, -2, 7, 30, -2}, group, "what is given stays")
	of, n := Dense(group)
	assert.Equal(t, []int32{1, 0, 1, 2, 0}, of)
	assert.Equal(t, 3, n)
}

func TestDealtGroupsAreWholeAndHandsEven(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		group := rapid.SliceOf(rapid.Int32Range(-5, 20)).Draw(rt, "group")
		hands, seed := rapid.IntRange(1, 6).Draw(rt, "hands"), rapid.Uint64().Draw(rt, "seed")
		got := Deal(group, hands, rand.New(rand.NewPCG(seed, 1)))
		has, count := map[int32]int{}, make([]int, hands)
		for i, g := range group {
			h, known := has[g]
			if has[g] = got[i]; !known {
				count[got[i]]++
			} else {
				assert.Equal(rt, h, got[i], "group %d is in two hands", g)
			}
		}
		for h := 1; h < hands; h++ {
			assert.GreaterOrEqual(rt, count[h-1], count[h], "the first hands get the cards that are over")
			assert.LessOrEqual(rt, count[0], count[h]+1)
		}
	})
}

func TestDealingDependsOnWhoIsThereNotOnTheOrderOfRows(t *testing.T) {
	a := Deal([]int32{1, 2, 3, 4, 5, 6}, 3, rand.New(rand.NewPCG(4, 1)))
	b := Deal([]int32{6, 6, 5, 4, 3, 2, 1}, 3, rand.New(rand.NewPCG(4, 1)))
	assert.Equal(t, []int{a[5], a[5], a[4], a[3], a[2], a[1], a[0]}, b)
	other := false
	for seed := range uint64(5) {
		other = other || !assert.ObjectsAreEqual(a, Deal([]int32{1, 2, 3, 4, 5, 6}, 3, rand.New(rand.NewPCG(seed, 2))))
	}
	assert.True(t, other, "another source deals otherwise")
}
