package features

import (
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/rettidig/rettidig/datasets/codes"
)

// class is an aid class reduced to what the columns ask: which concept, and whether two are the same.
type class struct {
	key     uint64 // equal for equal classes on six digits in today's numbering
	concept uint8  // index in codes.Concepts
}

const (
	rollatorKey = 120606
	alarmKey    = 222718
)

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

// remembered holds, for each six-digit number asked about so far, 1 + its class packed into one word: the
// search in the code table costs more than everything else that is done to a loan. It only ever grows from
// empty to the one right answer, so it does not matter who writes first.
var remembered [1_000_000]atomic.Uint64

// classOf returns the class of an ISO code.
func classOf(iso string) class {
	n, numeric := sixDigits(iso)
	if !numeric {
		return search(iso)
	}
	if w := remembered[n].Load(); w != 0 {
		return class{key: (w - 1) >> 8, concept: uint8(w - 1)}
	}
	c := search(iso)
	remembered[n].Store((c.key<<8 | uint64(c.concept)) + 1)
	return c
}

func search(iso string) class {
	known, _ := codes.ClassOf(iso)
	concept := conceptAt(known.Concept)
	today := codes.Canonical(iso)
	if n, ok := sixDigits(today); ok {
		return class{key: n, concept: concept}
	}
	// A class of fewer digits, or no number at all: its bytes are its key, out of the way of real numbers.
	key := uint64(len(today)) << 56
	for i := range min(len(today), 7) {
		key |= uint64(today[i]) << (8 * i)
	}
	return class{key: key | 1<<63, concept: concept}
}

func sixDigits(s string) (uint64, bool) {
	if len(s) < 6 {
		return 0, false
	}
	for i := range 6 {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(s[:6], 10, 32)
	return n, err == nil
}

// addDistinct adds a key to a short list unless it is there.
func addDistinct(list []uint64, key uint64) []uint64 {
	if slices.Contains(list, key) {
		return list
	}
	return append(list, key)
}
