package boost

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// crew is the threads of one training. Between two pieces of work they spin for some microseconds before
// they go to sleep: a tree of a small table has a hundred pieces of a few microseconds each, and waking a
// sleeper costs more than any of them.
type crew struct {
	size   int // the caller is one of them
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

// spins is about ten microseconds.
const spins = 4000

func newCrew(size int) *crew {
	c := &crew{size: size}
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
		for i := 0; i < spins && c.number.Load() == seen && !c.ended.Load(); i++ {
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
