package tree

import (
	"math"
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

// places is where a column's values stand among the thresholds asked of it: byte c of a row holds how many of
// the thresholds from c*perByte on are below, at most perByte.
type places struct {
	column     int32
	first      [2]int32 // of the bytes in which missing stands above all thresholds, and below all; -1: not asked for
	thresholds []thresholds
}

// thresholds are the keys of as many numbers as one byte tells apart, in order; what is left is filled with
// the highest key, below which everything is.
type thresholds struct {
	sorted    [narrow]uint64
	count     uint64
	from, per float64        // a number's drawer is how many times per it is above from
	start     [drawers]uint8 // of each drawer, the thresholds in lower ones
	few       bool           // no drawer has more than crowded
}

// drawers is how many parts the way from the lowest threshold to the highest is cut into, and crowded how
// many thresholds in one of them are too many to compare with in turn.
const (
	drawers = 512
	crowded = 3
)

func newThresholds(numbers []float64) thresholds {
	t := thresholds{count: uint64(len(numbers)), from: numbers[0]}
	for k := range t.sorted {
		t.sorted[k] = allBits
	}
	for k, v := range numbers {
		t.sorted[k] = ordered(v)
	}
	// With steps of 0, as far as from -1e308 to 1e308, infinity times per would be no number.
	if t.per = (drawers - 1) / (numbers[len(numbers)-1] - t.from); !finite(t.per) || t.per == 0 {
		return t
	}
	var in [drawers]uint8
	for _, v := range numbers {
		in[t.drawer(v)]++
	}
	below := uint8(0)
	for d, n := range in {
		t.start[d] = below
		below += n
	}
	t.few = slices.Max(in[:]) <= crowded
	return t
}

// drawer never falls while x rises, so of the thresholds in other drawers than that of x it is known which
// are below. The bits of a float that is not negative have its order, and those of a negative one make a
// negative whole number: it is held between 0 and the last drawer without branches.
func (t *thresholds) drawer(x float64) uint64 {
	last := int64(math.Float64bits(drawers - 1))
	b := min(max(int64(math.Float64bits((x-t.from)*t.per)), 0), last)
	return uint64(int64(math.Float64frombits(uint64(b)))) & (drawers - 1)
}

// sliced is a question to eight rows at once.
type sliced struct {
	add  uint64 // in each byte, perByte minus the threshold's place
	left uint64 // leaves below the left way
	part uint8
	from uint8 // where the rows that come here are noted; question q notes its own at 2q+1 (left) and 2q+2
}

// layPlaces sorts the thresholds that small numeric trees ask of each column; at[j] is the entry of column
// j, or -1. It returns nil if there are more bytes than a window has.
func (s *Scorer) layPlaces() (at []int32) {
	asked := make([][]float64, s.columns)
	sides := make([][2]bool, s.columns)
	for t := range s.trees {
		if f := &s.trees[t]; f.sliced >= 0 {
			for _, n := range s.nodes[f.at : f.at+f.size] {
				if n.thr != allBits {
					sl := &s.slots[n.slot]
					asked[sl.column] = append(asked[sl.column], unordered(n.thr))
					sides[sl.column][side(sl.absent == 0)] = true
				}
			}
		}
	}
	at = make([]int32, s.columns)
	for j, a := range asked {
		at[j] = -1
		if len(a) == 0 {
			continue
		}
		slices.Sort(a)
		p := places{column: int32(j), first: [2]int32{-1, -1}}
		for part := range slices.Chunk(slices.Compact(a), perByte) {
			p.thresholds = append(p.thresholds, newThresholds(part))
		}
		for i, asked := range sides[j] {
			if asked {
				p.first[i] = s.bytes
				s.bytes += int32(len(p.thresholds))
			}
		}
		at[j] = int32(len(s.places))
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

// layQuestions lays the questions of the sliceable trees out, level by level, those last that lead to leaves
// only, and their leaves from left to right.
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
		for _, last := range [2]bool{false, true} {
			for i, n := range nodes {
				if n.thr == allBits || last != (nodes[n.left].thr == allBits && nodes[n.left+1].thr == allBits) {
					continue
				}
				sl := &s.slots[n.slot]
				p := &s.places[at[sl.column]]
				part := 0 // whose last threshold is not below
				for part+1 < len(p.thresholds) && p.thresholds[part].sorted[perByte-1] < n.thr {
					part++
				}
				k := p.thresholds[part].search(n.thr)
				s.sliced = append(s.sliced, sliced{
					add:  (perByte - k) * ones,
					left: leaves[n.left],
					part: uint8(int(p.first[side(sl.absent == 0)]) + part),
					from: from[i],
				})
				if !last {
					from[n.left], from[n.left+1] = 2*q+1, 2*q+2
					q++
					f.noted = int32(q)
				}
			}
		}
		f.questions = int32(len(s.sliced)) - f.sliced
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

// fill puts the places of up to eight rows' values into the given word of their bytes.
func (p *places) fill(bytes [][bundle]uint64, word int, x []float64) {
	var keys [lanes]uint64
	var missing uint64 // all bits of the bytes of rows without a value
	x = x[:min(len(x), lanes)]
	for r, v := range x {
		keys[r] = ordered(v)
		if v != v {
			missing |= 0xff << (8 * r)
		}
	}
	for c := range p.thresholds {
		t := &p.thresholds[c]
		n := uint64(0)
		if t.few {
			for r, v := range x {
				n |= t.compare(v, keys[r&(lanes-1)]) << (8 * r)
			}
		} else {
			for r := range x {
				n |= t.search(keys[r&(lanes-1)]) << (8 * r)
			}
		}
		n &^= missing
		if i := p.first[0]; i >= 0 {
			bytes[int(i)+c][word] = n | t.count*ones&missing
		}
		if i := p.first[1]; i >= 0 {
			bytes[int(i)+c][word] = n
		}
	}
}

// compare returns how many thresholds are below the number x, whose key is given: those in lower drawers, and
// those of the next that are; there are no more than crowded in its own.
func (t *thresholds) compare(x float64, key uint64) uint64 {
	n := uint64(t.start[t.drawer(x)])
	_, a := bits.Sub64(t.sorted[n], key, 0)
	_, b := bits.Sub64(t.sorted[(n+1)&(narrow-1)], key, 0)
	_, c := bits.Sub64(t.sorted[(n+2)&(narrow-1)], key, 0)
	return n + a + b + c
}

// search returns the same by halving without branches: the borrow of a subtraction says which half.
func (t *thresholds) search(key uint64) uint64 {
	from := uint64(0)
	for half := uint64(1) << (bits.Len64(t.count) - 1); half > 0; half >>= 1 {
		_, less := bits.Sub64(t.sorted[(from+half-1)&(narrow-1)], key, 0)
		from += half & -less
	}
	return from
}

// bundle is how many words of eight rows are asked together: a question is read once for all.
const bundle = 4

// slice asks all questions of a tree of the rows whose bytes are given, and returns in each row's byte the
// number of its leaf. note is scratch. The questions of the first are noted; those of the last lead to leaves
// only.
func slice(first, last []sliced, bytes, note *[narrow][bundle]uint64) (leaf [bundle]uint64) {
	note[0] = [bundle]uint64{ones, ones, ones, ones}
	var a, b, c, d uint64
	child := uint8(1)
	for i := range first {
		q := &first[i]
		add, left, x, here := q.add, q.left, &bytes[q.part], &note[q.from]
		l, r := &note[child], &note[child+1]
		child += 2
		h := here[0]
		right := (x[0] + add) >> 7 & h
		l[0], r[0] = h^right, right
		a += right * left
		h = here[1]
		right = (x[1] + add) >> 7 & h
		l[1], r[1] = h^right, right
		b += right * left
		h = here[2]
		right = (x[2] + add) >> 7 & h
		l[2], r[2] = h^right, right
		c += right * left
		h = here[3]
		right = (x[3] + add) >> 7 & h
		l[3], r[3] = h^right, right
		d += right * left
	}
	for i := range last { // the leaf to the right is the next
		q := &last[i]
		add, x, here := q.add, &bytes[q.part], &note[q.from]
		a += (x[0] + add) >> 7 & here[0]
		b += (x[1] + add) >> 7 & here[1]
		c += (x[2] + add) >> 7 & here[2]
		d += (x[3] + add) >> 7 & here[3]
	}
	return [bundle]uint64{a, b, c, d}
}

// addLeaves adds to each row's sum the value of its leaf.
func addLeaves(sum *[lanes]float64, values *[narrow]float64, leaf uint64) {
	for r := range sum {
		sum[r] += values[uint8(leaf)]
		leaf >>= 8
	}
}
