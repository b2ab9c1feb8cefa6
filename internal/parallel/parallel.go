// Package parallel does independent pieces of work on several goroutines. It decides who takes which piece and when all
// are done; that the pieces share nothing they write to, and how many goroutines there should be, is left to the caller.
package parallel

import (
	"sync"
	"sync/atomic"
)

// For calls f(0) to f(n-1), each once, on at most so many goroutines, and returns when all have returned. Whoever
// is done takes the next. With one worker, or one piece, everything happens on the caller's own goroutine, in order.
func For(n, workers int, f func(i int)) {
	if n <= 1 || workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, workers) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}
