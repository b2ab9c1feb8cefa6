package features

import (
	"sync/atomic"

	"github.com/rettidig/rettidig/datasets/codes"
)

// class is an aid class reduced to what the columns ask: which concept, and whether two are the same.
type class struct {
	key     uint64 // equal for equal classes on six digits in today's numbering
	concept uint8  // index in codes.Concepts
	named   uint8  // place among the named classes, 0: none of them
	group   uint8  // place of the first named class that has its four digits, 0: none
}

var conceptIndex = func() map[codes.Concept]uint8 {
	m := make(map[codes.Concept]uint8)
	for i, c := range codes.Concepts() {
		m[c] = uint8(i)
	}
	return m
}()

// numConcepts bounds arrays that are indexed by concept; a test holds it against codes.Concepts.
const numConcepts = 24

func conceptAt(c codes.Concept) uint8 { return conceptIndex[c] }

// remembered holds, for each six-digit number asked about so far, 1 + its class packed into one word (the key of a class
// of six digits fits in 24 bits): the search in the code table costs more than everything else that is done to a loan.
// It only ever grows from empty to the one right answer, so it does not matter who writes first.
var remembered [1_000_000]atomic.Uint64

// classOf returns the class of an ISO code.
func classOf(iso string) class {
	n, numeric := sixDigits(iso)
	if !numeric {
		return search(iso)
	}
	if w := remembered[n].Load(); w != 0 {
		w--
		return class{key: w >> 24, concept: uint8(w), named: uint8(w >> 8), group: uint8(w >> 16)}
	}
	c := search(iso)
	remembered[n].Store((c.key<<24 | uint64(c.group)<<16 | uint64(c.named)<<8 | uint64(c.concept)) + 1)
	return c
}

func search(iso string) class {
	known, _ := codes.ClassOf(iso)
	concept := conceptAt(known.Concept)
	today := codes.Canonical(iso)
	if n, ok := sixDigits(today); ok {
		c := class{key: n, concept: concept}
		c.named, c.group = placeOf(today)
		return c
	}
	// A class of fewer digits, or no number at all: its bytes are its key, out of the way of real numbers.
	key := uint64(len(today)) << 56
	for i := range min(len(today), 7) {
		key |= uint64(today[i]) << (8 * i)
	}
	_, group := placeOf(today)
	return class{key: key | 1<<63, concept: concept, group: group}
}

// sixDigits reads the first six digits of a class; ok is false if they are not.
func sixDigits(s string) (n uint64, ok bool) {
	if len(s) < 6 {
		return 0, false
	}
	for i := range 6 {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = 10*n + uint64(d)
	}
	return n, true
}
