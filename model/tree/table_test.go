package tree

import (
	"math/bits"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestACutTakesTheBitsOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of, word := uint64(0), rapid.Uint64().Draw(t, "word")
		for _, b := range rapid.SliceOfN(rapid.IntRange(0, 63), 0, mostBits).Draw(t, "bits") {
			of |= 1 << b
		}
		c, ok := newCut(of)
		groups := bits.OnesCount64(of &^ (of << 1))
		assert.Equal(t, groups <= runs, ok, "%d runs", groups)
		if !ok {
			return
		}
		want, to := uint64(0), 0
		for b := range 64 {
			if of>>b&1 == 1 {
				want |= word >> b & 1 << to
				to++
			}
		}
		assert.Equal(t, want, c.index(word))
		assert.Equal(t, word&of, c.word(want))
	})
}

// TestATreeForWhichNoRoomIsLeftHasNoTable: where tables begin at a line of the cache, the last before it may take more than
// there was.
func TestATreeForWhichNoRoomIsLeftHasNoTable(t *testing.T) {
	nodes := []Node{{Left: 1, Right: 2, Cover: 2}, {Column: -1, Value: 1, Cover: 1}, {Column: -1, Value: 2, Cover: 1}}
	_, leaves := ways(nodes)
	for _, room := range []int{-6, 0, 1} {
		r := &reasons{rules: []rule{gauss(0), gauss(1)}}
		rest, some := r.layTables(0, len(nodes), leaves, room)
		assert.Equal(t, []bool{false, true, true}, rest)
		assert.True(t, some)
		assert.Empty(t, r.tables)
	}
	r := &reasons{rules: []rule{gauss(0), gauss(1)}}
	_, some := r.layTables(0, len(nodes), leaves, 2)
	assert.False(t, some, "two values, for left and right")
}

// TestStepsOfNothingAreNotTaken: the way from the first threshold to the last is longer than any number, so that there are
// no drawers to look in.
func TestStepsOfNothingAreNotTaken(t *testing.T) {
	far := newThresholds([]float64{-1.7e308, 1.7e308})
	assert.False(t, far.few)
	for want, x := range []float64{-1.75e308, 0, 1.75e308} {
		assert.Equal(t, uint64(want), far.search(ordered(x)))
	}
}
