// Command limits measures what the machine's memory can do, so that a rate can be said as a share of the limit: it copies
// a block larger than any cache from one place to another, with one goroutine and with two, and prints the best of some
// rounds as JSON, in bytes copied a second (each copied byte is read once and written once). It decides nothing.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

const (
	size   = 256 << 20
	rounds = 7
)

func main() {
	from, to := make([]byte, size), make([]byte, size)
	for i := range from {
		from[i] = byte(i) // touched, so that the pages are there
	}
	copy(to, from)
	out := map[string]float64{"copy_1_bytes_per_second": best(from, to, 1), "copy_2_bytes_per_second": best(from, to, 2)}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintf(os.Stderr, "limits: %v\n", err)
		os.Exit(1)
	}
}

func best(from, to []byte, workers int) (most float64) {
	for range rounds {
		start := time.Now()
		var wg sync.WaitGroup
		for w := range workers {
			lo, hi := w*size/workers, (w+1)*size/workers
			wg.Go(func() { copy(to[lo:hi], from[lo:hi]) })
		}
		wg.Wait()
		most = max(most, size/time.Since(start).Seconds())
	}
	return most
}
