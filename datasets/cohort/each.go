package cohort

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rettidig/rettidig"
)

// perCitizen keeps the workers of a computation over citizens from one block to the next.
type perCitizen struct{ workers []any }

// chunk is how many citizens a worker takes at a time.
const chunk = 64

// each calls f for every citizen, each worker with a W of its own, and returns what they appended, in the order of the
// citizens.
func each[W, R any](p *perCitizen, hs []rettidig.History, workers int, worker func() W, f func(w W, i int, into *[]R)) []R {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	chunks := (len(hs) + chunk - 1) / chunk
	workers = max(1, min(workers, chunks))
	for len(p.workers) < workers {
		p.workers = append(p.workers, worker())
	}
	parts := make([][]R, chunks)
	var next atomic.Int64
	var wg sync.WaitGroup
	for _, w := range p.workers[:workers] {
		wg.Go(func() {
			for {
				k := int(next.Add(1)) - 1
				if k >= chunks {
					return
				}
				for i := k * chunk; i < min(len(hs), (k+1)*chunk); i++ {
					f(w.(W), i, &parts[k])
				}
			}
		})
	}
	wg.Wait()
	if chunks == 1 {
		return parts[0]
	}
	var out []R
	for _, part := range parts {
		out = append(out, part...)
	}
	return out
}
