package boost

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// crew is the threads of one training. Between two pieces of work they spin for a while before they go to
// sleep: a tree of a small table has a hundred pieces of some microseconds each, and waking a sleeper costs
// more than any of them.
type crew struct {
	size   int           // the caller is one of them
	spin   time.Duration // before going to sleep
	number atomic.Uint32
	job    atomic.Pointer[job]
	asleep atomic.Int32
	mu     sync.Mutex
	wake   *sync.Cond
	ended  atomic.Bool
}

type job struct {
	do         func(worker, task int)
	tasks      int32
	next, left atomic.Int32
}

// spin must outlast the caller's last task of a piece of work and what it does alone before the next piece.
// With some ten microseconds most pieces began with the others asleep, and two threads were slower than one
// at 10,000 rows.
const spin = 300 * time.Microsecond

// spins of the caller, about ten microseconds, come before it lets others have its processor.
const spins = 4000

func newCrew(size int) *crew {
	c := &crew{size: size}
	if size <= runtime.GOMAXPROCS(0) { // otherwise who spins takes the processor from who works
		c.spin = spin
	}
	c.wake = sync.NewCond(&c.mu)
	for w := 1; w < size; w++ {
		go c.serve(w)
	}
	return c
}

// run does the tasks 0 .. tasks-1 and returns when all are done. Which worker takes which is left to chance.
func (c *crew) run(tasks int, do func(worker, task int)) {
	if tasks <= 1 || c.size == 1 {
		for t := range tasks {
			do(0, t)
		}
		return
	}
	j := &job{do: do, tasks: int32(tasks)}
	j.left.Store(j.tasks)
	c.job.Store(j)
	c.number.Add(1)
	if c.asleep.Load() > 0 {
		c.mu.Lock()
		c.wake.Broadcast()
		c.mu.Unlock()
	}
	j.work(0)
	for i := 0; j.left.Load() > 0; i++ {
		if i > spins {
			runtime.Gosched()
		}
	}
}

func (j *job) work(worker int) {
	for {
		t := j.next.Add(1) - 1
		if t >= j.tasks {
			return
		}
		j.do(worker, int(t))
		j.left.Add(-1)
	}
}

func (c *crew) serve(worker int) {
	seen := uint32(0)
	for {
		start := time.Now()
		for i := 1; c.number.Load() == seen && !c.ended.Load() && (i%256 != 0 || time.Since(start) < c.spin); i++ {
		}
		if c.number.Load() == seen && !c.ended.Load() {
			c.mu.Lock()
			c.asleep.Add(1)
			for c.number.Load() == seen && !c.ended.Load() {
				c.wake.Wait()
			}
			c.asleep.Add(-1)
			c.mu.Unlock()
		}
		if c.ended.Load() {
			return
		}
		seen = c.number.Load()
		c.job.Load().work(worker)
	}
}

func (c *crew) end() {
	c.ended.Store(true)
	c.mu.Lock()
	c.wake.Broadcast()
	c.mu.Unlock()
}
