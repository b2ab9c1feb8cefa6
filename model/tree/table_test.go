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
