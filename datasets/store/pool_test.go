package store

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// Whatever is asked for and given back in whatever order, two rooms that are held never share a byte, and what was
// written before a room grew is still there.
func TestRoomsOfThePoolAreNobodyElses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := new(pool)
		var held [][]byte
		var mark []byte
		sizes := rapid.SampledFrom([]int{0, 1, 63, 4095, 4096, 4097, 10000, 1 << 16, 1<<16 + 1})
		fill := func(b []byte, m byte) {
			for i := range b {
				b[i] = m
			}
		}
		for i := range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch at := rapid.IntRange(0, max(0, len(held)-1)).Draw(t, "which"); {
			case len(held) == 0 || rapid.IntRange(0, 2).Draw(t, "what") == 0:
				b := p.Allocate(sizes.Draw(t, "size"))
				fill(b, byte(i))
				held, mark = append(held, b), append(mark, byte(i))
			case rapid.Bool().Draw(t, "free"):
				p.Free(held[at])
				held, mark = append(held[:at], held[at+1:]...), append(mark[:at], mark[at+1:]...)
			default:
				was := len(held[at])
				held[at] = p.Reallocate(max(was, sizes.Draw(t, "size")), held[at])
				fill(held[at][was:], mark[at])
			}
			for k, b := range held {
				for _, x := range b {
					if x != mark[k] {
						t.Fatalf("a byte of room %d is %d, want %d", k, x, mark[k])
					}
				}
			}
		}
	})
}

func TestThePoolGivesRoomBackOnce(t *testing.T) {
	p := new(pool)
	assert.NotPanics(t, func() { p.Free(nil); p.Free(make([]byte, 5000)) }, "not of the pool: left alone")
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for range 1000 {
				b := p.Allocate(5000)
				b[0], b[4999] = byte(w), byte(w)
				assert.Equal(t, [2]byte{byte(w), byte(w)}, [2]byte{b[0], b[4999]})
				p.Free(b)
			}
		})
	}
	wg.Wait()
}
