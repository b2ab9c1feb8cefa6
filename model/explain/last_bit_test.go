package explain

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPartsThatCancelStillAddUp: the answer lies so near to 0 that the rest cannot hold it to the last bit. What is
// given out is then what the parts and the rest add up to, not the answer: a reader can check it.
func TestPartsThatCancelStillAddUp(t *testing.T) {
	const answer = 1e-20 // 0.1 + 0.2 - 0.3 is 5.6e-17
	e, err := Explain(parts{columns: []float64{0.1, 0.2}, base: -0.3}, Group([]string{"a", "b"}), []float64{0, 0}, answer)
	require.NoError(t, err)
	sum := e.Base
	for _, v := range e.Terms {
		sum += v
	}
	assert.Equal(t, sum+e.Rest, e.LogOdds)
	assert.NotEqual(t, answer, e.LogOdds, "the case that is meant")
	assert.InDelta(t, answer, e.LogOdds, 1e-31)
}
