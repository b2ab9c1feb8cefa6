package store

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
)

// errCut is what every decoder here says of bytes that end too early or hold what the format does not allow.
var errCut = errors.New("values are cut off or not in Parquet's form")

// hybrid walks through numbers that are stored as runs of one value and groups of bit-packed values, in Parquet's form.
// Those that nobody asks for are passed over a run at a time.
type hybrid struct {
	b          []byte // what follows the run
	width      int
	first, end int    // the run's values have the numbers first to end-1
	packed     []byte // nil: all values are value
	value      uint32
}

func newHybrid(b []byte, width int) (hybrid, error) {
	if width < 0 || width > 32 {
		return hybrid{}, errCut
	}
	return hybrid{b: b, width: width}, nil
}

// next goes to the next run.
func (h *hybrid) next() error {
	head, n := binary.Uvarint(h.b)
	if n <= 0 || head>>1 > 1<<28 {
		return errCut
	}
	h.b = h.b[n:]
	h.first = h.end
	if head&1 == 1 {
		size := int(head>>1) * h.width
		if size > len(h.b) {
			return errCut
		}
		h.packed, h.b = h.b[:size:size], h.b[size:]
		h.end += 8 * int(head>>1)
		return nil
	}
	size := (h.width + 7) / 8
	if size > len(h.b) {
		return errCut
	}
	h.packed, h.value = nil, 0
	for i := range size {
		h.value |= uint32(h.b[i]) << (8 * i)
	}
	h.b = h.b[size:]
	h.end += int(head >> 1)
	return nil
}

// at returns value i, which must not come before the one that was asked for last.
func (h *hybrid) at(i int) (uint32, error) {
	for i >= h.end {
		if err := h.next(); err != nil {
			return 0, err
		}
	}
	if h.packed == nil {
		return h.value, nil
	}
	return unpack(h.packed, (i-h.first)*h.width, h.width), nil
}

// unpack returns the width bits from bit on, at most 32.
func unpack(b []byte, bit, width int) uint32 {
	at := bit / 8
	var w uint64
	if at+8 <= len(b) {
		w = binary.LittleEndian.Uint64(b[at:])
	} else {
		for k := at; k < len(b); k++ {
			w |= uint64(b[k]) << (8 * (k - at))
		}
	}
	return uint32(w >> (bit % 8) & (1<<width - 1))
}

// presence tells which rows of a column have a value, and the how manieth value that is.
type presence struct {
	levels hybrid
	rows   int
	rank   int // the values before row at
	at     int
	all    bool // every row has one
}

func newPresence(b []byte, rows int) (presence, error) {
	h, err := newHybrid(b, 1)
	if err != nil {
		return presence{}, err
	}
	if err := h.next(); err != nil {
		return presence{}, err
	}
	return presence{levels: h, rows: rows, all: h.packed == nil && h.value == 1 && h.end >= rows}, nil
}

// of returns the number of row's value. Rows must not go back.
func (p *presence) of(row int) (value int, there bool, err error) {
	if p.all {
		return row, true, nil
	}
	for p.at < row {
		if p.at >= p.levels.end {
			if err := p.levels.next(); err != nil {
				return 0, false, err
			}
			continue
		}
		to := min(row, p.levels.end)
		if p.levels.packed == nil {
			p.rank += int(p.levels.value&1) * (to - p.at)
		} else {
			p.rank += ones(p.levels.packed, p.at-p.levels.first, to-p.levels.first)
		}
		p.at = to
	}
	v, err := p.levels.at(row)
	return p.rank, v == 1, err
}

// ones counts the bits from, ..., to-1.
func ones(b []byte, from, to int) (n int) {
	for from < to {
		some := min(32, to-from)
		n += bits.OnesCount32(unpack(b, from, some))
		from += some
	}
	return n
}

// appendDeltas appends the numbers that are stored as differences (DELTA_BINARY_PACKED), at most most.
func appendDeltas(to []int32, b []byte, most int) ([]int32, error) {
	var head [3]uint64 // values of a block, parts of a block, values
	for i := range head {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<28 {
			return to, errCut
		}
		head[i], b = v, b[n:]
	}
	value, n := binary.Varint(b)
	if n <= 0 || head[1] == 0 || head[0] == 0 || head[0]%(8*head[1]) != 0 || head[2] > uint64(most) {
		return to, errCut
	}
	b = b[n:]
	parts, size, left := int(head[1]), int(head[0]/head[1]), int(head[2])
	if left == 0 {
		return to, nil
	}
	last := int32(value)
	to = append(slices.Grow(to, left), last)
	for left--; left > 0; {
		least, n := binary.Varint(b)
		if n <= 0 || len(b) < n+parts {
			return to, errCut
		}
		widths := b[n : n+parts]
		b = b[n+parts:]
		for _, width := range widths {
			if left == 0 {
				break
			}
			bytes := size / 8 * int(width)
			if width > 32 || bytes > len(b) {
				return to, errCut
			}
			some := min(size, left)
			// Eight bytes more, if there are, spare most values from being put together byte by byte.
			to, last = appendPart(to, last, int32(least), b[:min(len(b), bytes+8)], int(width), some)
			left -= some
			b = b[bytes:]
		}
	}
	return to, nil
}

// appendPart appends n numbers, for which there is room: each is the one before it, and least, and width bits of b.
func appendPart(to []int32, last, least int32, b []byte, width, n int) ([]int32, int32) {
	first := len(to)
	to = to[:first+n]
	out := to[first:]
	mask, quick := uint64(1)<<width-1, 0
	if len(b) >= 8 && width > 0 { // where eight bytes can be read at once
		quick = min(n, (8*(len(b)-8)+7)/width+1)
	}
	if width == 0 {
		for i := range out {
			last += least
			out[i] = last
		}
		return to, last
	}
	for i := range out[:quick] {
		bit := uint(i * width)
		last += least + int32(uint32(binary.LittleEndian.Uint64(b[bit/8:])>>(bit%8)&mask))
		out[i] = last
	}
	for i := quick; i < n; i++ {
		last += least + int32(unpack(b, i*width, width))
		out[i] = last
	}
	return to, last
}
