package parallel

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEachPieceIsDoneOnceBeforeForReturns(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 1000} {
		for _, workers := range []int{0, 1, 2, 3, 2000} {
			done := make([]atomic.Int32, n)
			For(n, workers, func(i int) { done[i].Add(1) })
			for i := range done {
				assert.Equal(t, int32(1), done[i].Load(), "piece %d of %d, %d workers", i, n, workers)
			}
		}
	}
}

// TestThreeWorkersWorkTogether would not end with fewer, and would see a fourth.
func TestThreeWorkersWorkTogether(t *testing.T) {
	var working atomic.Int32
	var together sync.WaitGroup
	together.Add(3)
	For(30, 3, func(i int) {
		assert.LessOrEqual(t, working.Add(1), int32(3))
		if i < 3 {
			together.Done()
			together.Wait()
		}
		working.Add(-1)
	})
}

func TestOneWorkerGoesInOrder(t *testing.T) {
	var order []int
	For(5, 1, func(i int) { order = append(order, i) })
	assert.Equal(t, []int{0, 1, 2, 3, 4}, order)
}
