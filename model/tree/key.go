package tree

import "math"

// A question is asked of keys, not of values: whole numbers made once per row and input, such that every
// kind of question becomes the same three instructions without a branch,
//
//	right if key & mask > thr
//
// A number's key keeps the order of the floats. A missing one has the lowest key or the highest, so a
// column has up to two keys: one for the questions that send missing left, one for the others. A level's
// key is one bit and the question's mask holds the levels that go right; a column of more than 63 levels
// has several such keys, and a question about it is asked of them one after the other.

const (
	levelsPerKey = 63
	missingBit   = uint64(1) << 63 // in the first key of a categorical column
	allBits      = ^uint64(0)
)

// slot says what one key of a row is made from.
type slot struct {
	column int32
	levels int32  // 0: numeric
	first  int32  // categorical: the level of bit 0
	absent uint64 // key of a missing value
	other  bool   // what is no level is the last one
}

// ordered maps floats to integers of the same order; -0 is below +0, so thresholds must not be -0.
func ordered(x float64) uint64 {
	b := math.Float64bits(x)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

// unordered is the number whose key is given.
func unordered(key uint64) float64 {
	return math.Float64frombits(key ^ (uint64(int64(^key)>>63) | 1<<63))
}

func (s *slot) key(x float64) uint64 {
	if s.levels == 0 {
		if x != x {
			return s.absent
		}
		return ordered(x)
	}
	l := int32(0)
	switch {
	case x >= 0 && x < float64(s.levels) && float64(int32(x)) == x:
		l = int32(x)
	case s.other && x == x:
		l = s.levels - 1
	default:
		return s.absent
	}
	if l -= s.first; l < 0 || l >= levelsPerKey {
		return 0
	}
	return 1 << l
}

// lanes is how many rows are walked together: as many as there are registers to hold where they are.
const lanes = 8

// fill puts the keys of up to lanes rows, from row from of the columns on, into keys; lanes beyond the last
// row keep what they had.
func (s *slot) fill(keys *[lanes]uint64, x []float64) {
	if len(x) > lanes {
		x = x[:lanes]
	}
	if s.levels > 0 {
		for r, v := range x {
			keys[r] = s.key(v)
		}
		return
	}
	absent := s.absent
	for r, v := range x {
		k := ordered(v)
		if v != v {
			k = absent
		}
		keys[r] = k
	}
}
