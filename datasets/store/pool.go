package store

import (
	"math/bits"
	"sync"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// pool gives the room of pages that were read to those that are read next: the pages of a block are released before
// the same worker begins another, and clearing new ones was a seventh of the work. What it gives is not cleared.
type pool struct {
	rooms [bits.UintSize]sync.Pool // of *[]byte with room for 1 << index bytes
}

var _ memory.Allocator = (*pool)(nil)

const (
	smallestRoom = 12 // 4 kB
	alignment    = 64 // what the library promises its kernels
)

func (p *pool) Allocate(size int) []byte {
	k := smallestRoom
	if size > 1<<k {
		k = bits.Len(uint(size - 1))
	}
	if b, ok := p.rooms[k].Get().(*[]byte); ok {
		return (*b)[:size]
	}
	b := make([]byte, 1<<k+alignment)
	shift := -int(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) & (alignment - 1)
	return b[shift : shift+size : shift+1<<k]
}

func (p *pool) Reallocate(size int, b []byte) []byte {
	if cap(b) >= size {
		return b[:size]
	}
	more := p.Allocate(size)
	copy(more, b)
	p.Free(b)
	return more
}

func (p *pool) Free(b []byte) {
	if k := bits.Len(uint(cap(b))) - 1; k >= smallestRoom && cap(b) == 1<<k {
		b = b[:0]
		p.rooms[k].Put(&b)
	}
}
