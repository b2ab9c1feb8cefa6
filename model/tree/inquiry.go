package tree

import (
	"cmp"
	"slices"
)

// inquiry asks one row all questions of an ensemble. The thresholds that are compared with one key are sorted, so that
// only those are looked at that the key is above, and the first that it is not: of the questions, only those answered
// right cost something (QuickScorer, Lucchese et al. 2015).
type inquiry struct {
	slots  []asking
	above  []uint64 // thresholds
	right  []uint32 // the places of the questions they are asked by
	levels []levelTest
}

// asking is the thresholds that the key of a slot is compared with.
type asking struct{ slot, first, end int32 }

// levelTest is a test of a question about levels, which is answered right if any of its tests says so.
type levelTest struct {
	mask  uint64
	slot  int32
	right uint32
}

// placed is a test of the question with the given place.
type placed struct {
	test
	place uint32
}

func newInquiry(tests []placed) *inquiry {
	q := &inquiry{}
	slices.SortFunc(tests, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.slot, b.slot), cmp.Compare(a.thr, b.thr), cmp.Compare(a.place, b.place))
	})
	for _, t := range tests {
		if t.mask != allBits {
			q.levels = append(q.levels, levelTest{t.mask, t.slot, t.place})
			continue
		}
		n := int32(len(q.above))
		if k := len(q.slots); k == 0 || q.slots[k-1].slot != t.slot {
			q.slots = append(q.slots, asking{slot: t.slot, first: n})
		}
		q.slots[len(q.slots)-1].end = n + 1
		q.above, q.right = append(q.above, t.thr), append(q.right, t.place)
	}
	return q
}

// ask puts 1 into says at the places of the questions that the row with the given keys answers with right, and 0 at
// all others.
func (q *inquiry) ask(says []uint8, keys []uint64) {
	clear(says)
	for _, a := range q.slots {
		key, above := keys[a.slot], q.above[a.first:a.end]
		right := q.right[a.first:a.end][:len(above)]
		for k, thr := range above {
			if key <= thr {
				break
			}
			says[right[k]] = 1
		}
	}
	for i := range q.levels {
		if t := &q.levels[i]; keys[t.slot]&t.mask != 0 {
			says[t.right] = 1
		}
	}
}

// testsOf returns the tests of a question: the row goes right if any says so.
func (e *Ensemble) testsOf(n *Node, at []slotsOf) []test {
	levels := int32(len(e.Columns[n.Column].Levels))
	if levels == 0 {
		return []test{{thr: ordered(n.Threshold + 0), mask: allBits, slot: at[n.Column][side(n.MissingLeft)]}} // adding 0 turns -0 into +0
	}
	var tests []test
	for l, k := int32(0), at[n.Column][0]; l < levels; l, k = l+levelsPerKey, k+1 {
		tests = append(tests, test{mask: n.rightOf(l, levels), slot: k})
	}
	return tests
}
