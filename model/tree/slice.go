package tree

import (
	"math/bits"
	"slices"
)

// Many rows are scored eight at a time in one word, a byte for each row. A number's place among all
// thresholds that the ensemble asks of its key is a small number; adding 127 minus the threshold's own place
// sets the top bit of the bytes of the rows that go right, eight answers for an addition, a shift and a
// mask. A row's leaf is then the sum of the leaves to the left of where it turned right. No step waits for
// the one before, so every question of a tree is asked of every row, and that is still less work than
// walking: QuickScorer's idea (Lucchese et al. 2015) with bytes for vectors.

const (
	ones    = 0x0101010101010101
	perByte = 127 // thresholds that one byte tells apart
)

// places is where a key's values stand among the thresholds asked of it: byte c of a row holds how many of
// the thresholds from c*perByte on are below, at most perByte.
type places struct {
	slot       int32
	first      int32 // of its bytes
	thresholds []thresholds
}

// thresholds are as many as one byte tells apart, in order; what is left is filled with the highest key,
// below which everything is.
type thresholds struct {
	top    uint64 // the highest power of 2 that is not more than they are
	sorted [perByte + 1]uint64
}

// sliced is a question to eight rows at once.
type sliced struct {
	add  uint64 // in each byte, perByte minus the threshold's place
	left uint64 // leaves below the left way
	part uint8
	from uint8 // where the rows that come here are noted; question q notes its own at 2q+1 (left) and 2q+2
}

// layPlaces sorts the thresholds that small numeric trees ask of each key; at[s] is the entry of slot s, or
// -1. It returns nil if there are more bytes than a window has.
func (s *Scorer) layPlaces() (at []int32) {
	asked := make([][]uint64, len(s.slots))
	for t := range s.trees {
		if f := &s.trees[t]; f.sliced >= 0 {
			for _, n := range s.nodes[f.at : f.at+f.size] {
				if n.thr != allBits {
					asked[n.slot] = append(asked[n.slot], n.thr)
				}
			}
		}
	}
	at = make([]int32, len(s.slots))
	for i, a := range asked {
		at[i] = -1
		if len(a) == 0 {
			continue
		}
		slices.Sort(a)
		p := places{slot: int32(i), first: s.bytes}
		for part := range slices.Chunk(slices.Compact(a), perByte) {
			t := thresholds{top: 1 << (bits.Len(uint(len(part))) - 1)}
			for k := range t.sorted {
				t.sorted[k] = allBits
			}
			copy(t.sorted[:], part)
			p.thresholds = append(p.thresholds, t)
		}
		at[i] = int32(len(s.places))
		s.bytes += int32(len(p.thresholds))
		s.places = append(s.places, p)
	}
	if s.bytes > narrow {
		s.places, s.bytes = nil, 0
		return nil
	}
	return at
}

// sliceable says whether a tree is small and asks about numbers only.
func (s *Scorer) sliceable(f *flat) bool {
	if f.wide || f.size > narrow-1 {
		return false
	}
	for _, n := range s.nodes[f.at : f.at+f.size] {
		if n.thr != allBits && s.slots[n.slot].levels > 0 {
			return false
		}
	}
	return true
}

// layQuestions lays the questions of the sliceable trees out, level by level, and their leaves from left to
// right.
func (s *Scorer) layQuestions() {
	for t := range s.trees {
		f := &s.trees[t]
		if f.sliced = -1; s.sliceable(f) {
			f.sliced = 0
		}
	}
	at := s.layPlaces()
	for t := range s.trees {
		f := &s.trees[t]
		if f.sliced < 0 {
			continue
		}
		if at == nil {
			f.sliced = -1
			continue
		}
		nodes := s.nodes[f.at : f.at+f.size]
		f.sliced, f.values = int32(len(s.sliced)), int32(len(s.values))
		leaves := make([]uint64, len(nodes))
		for i := len(nodes) - 1; i >= 0; i-- {
			if leaves[i] = 1; nodes[i].thr != allBits {
				leaves[i] = leaves[nodes[i].left] + leaves[nodes[i].left+1]
			}
		}
		from := make([]uint8, len(nodes))
		q := uint8(0)
		for i, n := range nodes {
			if n.thr == allBits {
				continue
			}
			p := &s.places[at[n.slot]]
			part := 0 // whose last threshold is not below
			for part+1 < len(p.thresholds) && p.thresholds[part].sorted[perByte-1] < n.thr {
				part++
			}
			k := p.thresholds[part].below(n.thr)
			s.sliced = append(s.sliced, sliced{
				add:  (perByte - k) * ones,
				left: leaves[n.left],
				part: uint8(int(p.first) + part),
				from: from[i],
			})
			from[n.left], from[n.left+1] = 2*q+1, 2*q+2
			q++
		}
		f.questions = int32(q)
		for stack := []uint8{0}; len(stack) > 0; {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if n := &nodes[i]; n.thr == allBits {
				s.values = append(s.values, n.value)
			} else {
				stack = append(stack, n.left+1, n.left)
			}
		}
	}
	s.values = append(s.values, make([]float64, narrow)...)
}

// fill puts the places of eight rows' keys into their bytes.
func (p *places) fill(bytes []uint64, keys *[lanes]uint64) {
	for c := range p.thresholds {
		t := &p.thresholds[c]
		word := uint64(0)
		for r, k := range keys {
			word |= t.below(k) << (8 * r)
		}
		bytes[int(p.first)+c] = word
	}
}

// below returns how many thresholds are below the key, by halving without branches: the borrow of a
// subtraction says which half.
func (t *thresholds) below(key uint64) uint64 {
	from := uint64(0)
	for half := t.top; half > 0; half >>= 1 {
		_, less := bits.Sub64(t.sorted[(from+half-1)&perByte], key, 0)
		from += half & -less
	}
	return from
}

// slicePair asks all questions of a tree of the rows in two words each of bytes a and b, and returns in
// each row's byte the number of its leaf. note is scratch.
func slicePair(questions []sliced, a, b *[narrow]uint64, note *[2][narrow]uint64) (leafA, leafB uint64) {
	note[0][0], note[1][0] = ones, ones
	for i := range questions {
		q := &questions[i]
		l, r := uint8(2*i+1), uint8(2*i+2)
		here := note[0][q.from]
		right := (a[q.part] + q.add) >> 7 & here
		note[0][l], note[0][r] = here^right, right
		leafA += right * q.left
		here = note[1][q.from]
		right = (b[q.part] + q.add) >> 7 & here
		note[1][l], note[1][r] = here^right, right
		leafB += right * q.left
	}
	return leafA, leafB
}

// addLeaves adds to each row's sum the value of its leaf.
func addLeaves(sum *[lanes]float64, values *[narrow]float64, leaf uint64) {
	for r := range sum {
		sum[r] += values[uint8(leaf)]
		leaf >>= 8
	}
}
