package main

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// machine is what this machine does in plain Go, measured at the beginning of a run.
type machine struct {
	Streams []stream  `json:"streams"`
	Adds    []float64 `json:"adds_per_second"`    // to histograms in the first-level cache, with 1, 2, ... threads
	Exps    []float64 `json:"exps_per_second"`    // math.Exp
	MulAdds []float64 `json:"mul_add_per_second"` // products of four columns with a fifth, in the first-level cache
}

// stream is how fast memory is read and written when so many bytes are gone through again and again, in
// bytes a second: the best of five rounds, all threads together. Written bytes count once, as in STREAM.
type stream struct {
	Threads int     `json:"threads"`
	Bytes   int     `json:"bytes"`
	Read    float64 `json:"read"`
	Copy    float64 `json:"copy"`
	Triad   float64 `json:"triad"`
}

func (s stream) best() float64 { return max(s.Read, s.Copy, s.Triad) }

// measureMachine takes about five seconds a thread, or one if it is to be quick.
func measureMachine(threads int, quick bool) machine {
	var m machine
	sizes := []int{32 << 10, 256 << 10, 2 << 20, 16 << 20, 256 << 20}
	least := 200 * time.Millisecond
	if quick {
		least = 20 * time.Millisecond
	}
	for k := 1; k <= threads; k++ {
		for _, size := range sizes {
			m.Streams = append(m.Streams, measureStream(k, size, least))
		}
		m.Adds = append(m.Adds, rate(k, least, addLoop))
		m.Exps = append(m.Exps, rate(k, least, expLoop))
		m.MulAdds = append(m.MulAdds, rate(k, least, mulAddLoop))
	}
	return m
}

// bandwidth returns the best of reading, copying and triad for that many bytes: of the sizes measured the
// nearest, by ratio. All threads share the bytes.
func (m machine) bandwidth(threads int, bytes float64) float64 {
	var best float64
	near := math.Inf(1)
	for _, s := range m.Streams {
		if d := math.Abs(math.Log(float64(s.Bytes) / max(bytes, 1))); s.Threads == threads && d < near {
			near, best = d, s.best()
		}
	}
	return best
}

// seconds returns how long the work takes if nothing but bytes is in the way, and if nothing but sums is.
func (m machine) seconds(w work, threads int) (memory, sums float64) {
	k := threads - 1
	return w.Bytes / m.bandwidth(threads, w.Live), w.Adds/m.Adds[k] + w.Exps/m.Exps[k] + w.MulAdd/m.MulAdds[k]
}

// rate returns how many times a second, at best, the threads together do what the loop, called with a number of
// rounds, says it has done. The loops are made once for each thread.
func rate(threads int, least time.Duration, newLoop func() func(rounds int) int) float64 {
	loops := make([]func(int) int, threads)
	for i := range loops {
		loops[i] = newLoop()
	}
	once := func(rounds int) (float64, time.Duration) {
		var wg sync.WaitGroup
		done := make([]int, threads)
		start := time.Now()
		for i := range loops {
			wg.Go(func() { done[i] = loops[i](rounds) })
		}
		wg.Wait()
		took := time.Since(start)
		sum := 0
		for _, d := range done {
			sum += d
		}
		return float64(sum), took
	}
	rounds := 1
	for {
		if _, took := once(rounds); took >= least/5 {
			break
		}
		rounds *= 2
	}
	var best float64
	for range 5 {
		n, took := once(rounds)
		best = max(best, n/took.Seconds())
	}
	return best
}

func measureStream(threads, bytes int, least time.Duration) stream {
	n := max(bytes/8/threads, 64) / 4 * 4
	s := stream{Threads: threads, Bytes: bytes}
	// Each kind goes through the same number of bytes: one array, two halves, three thirds.
	s.Read = rate(threads, least, func() func(int) int {
		a := numbers(n)
		return func(rounds int) int {
			var s0, s1, s2, s3 float64
			for range rounds {
				for v := a; len(v) >= 4; v = v[4:] {
					s0 += v[0]
					s1 += v[1]
					s2 += v[2]
					s3 += v[3]
				}
			}
			if s0+s1+s2+s3 < 0 {
				panic("cost: a sum of positive numbers is negative")
			}
			return rounds * n * 8
		}
	})
	s.Copy = rate(threads, least, func() func(int) int {
		a, b := numbers(n/2), numbers(n/2)
		return func(rounds int) int {
			for range rounds {
				copy(b, a)
			}
			return rounds * len(a) * 16
		}
	})
	s.Triad = rate(threads, least, func() func(int) int {
		a, b, c := numbers(n/3), numbers(n/3), numbers(n/3)
		return func(rounds int) int {
			for range rounds {
				b, c := b[:len(a)], c[:len(a)]
				for i := range a {
					a[i] = b[i] + 0.5*c[i]
				}
			}
			return rounds * len(a) * 24
		}
	})
	return s
}

func numbers(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = 1 + float64(i%7)
	}
	return v
}

// addLoop adds to sixteen histograms of 256 cells, as a row of sixteen bins after the other says.
func addLoop() func(int) int {
	const rows = 512
	var h [16][256]int64
	bins := make([]uint8, rows*16)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range bins {
		bins[i] = uint8(rng.IntN(256))
	}
	return func(rounds int) int {
		for range rounds {
			for at := 0; at < len(bins); at += 16 {
				r := (*[16]uint8)(bins[at:])
				c := int64(at)
				h[0][r[0]] += c
				h[1][r[1]] += c
				h[2][r[2]] += c
				h[3][r[3]] += c
				h[4][r[4]] += c
				h[5][r[5]] += c
				h[6][r[6]] += c
				h[7][r[7]] += c
				h[8][r[8]] += c
				h[9][r[9]] += c
				h[10][r[10]] += c
				h[11][r[11]] += c
				h[12][r[12]] += c
				h[13][r[13]] += c
				h[14][r[14]] += c
				h[15][r[15]] += c
			}
		}
		return rounds * len(bins)
	}
}

func expLoop() func(int) int {
	x := make([]float64, 512)
	for i := range x {
		x[i] = -float64(i) / 100
	}
	return func(rounds int) int {
		for range rounds {
			for i, v := range x {
				x[i] = -math.Exp(v)
			}
		}
		return rounds * len(x)
	}
}

func mulAddLoop() func(int) int {
	const n = 128
	var a0, a1, a2, a3, b [n]float64
	for i := range b {
		a0[i], a1[i], a2[i], a3[i], b[i] = 1, 2, 3, 4, float64(i)
	}
	return func(rounds int) int {
		var s0, s1, s2, s3 float64
		for range rounds {
			for i, v := range b {
				s0 += float64(a0[i] * v)
				s1 += float64(a1[i] * v)
				s2 += float64(a2[i] * v)
				s3 += float64(a3[i] * v)
			}
		}
		b[0] = min(s0+s1+s2+s3, 1)
		return rounds * n * 4
	}
}
