package gam

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/rettidig/rettidig/internal/parallel"
)

// search finds the bin of a value.
type search struct {
	cuts   [maxBins + crowded]uint64 // keys of the cuts, then of what is larger than any number
	steps  int                       // the first step of the search; 0: the drawers are used
	levels []uint8                   // nil: numeric

	from, per float64        // a number's drawer is how many times per it is above from
	start     [drawers]uint8 // of each drawer, the cuts in lower ones
}

// drawers is how many parts the way from the lowest cut to the highest is cut into, and crowded how many cuts
// in one of them are compared with in turn; where there are more, all cuts are searched.
const (
	drawers = 1024
	crowded = 3
)

// key maps numbers to whole numbers of the same order; -0 and 0 to the same.
func key(x float64) uint64 {
	b := math.Float64bits(x + 0)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

func newSearch(c *Column) *search {
	s := &search{}
	if c.Levels != nil {
		s.levels = make([]uint8, len(c.Levels))
		for l, b := range c.LevelBin {
			s.levels[l] = uint8(b)
		}
		return s
	}
	for k := range s.cuts {
		s.cuts[k] = math.MaxUint64
		if k < len(c.Cuts) {
			s.cuts[k] = key(c.Cuts[k])
		}
	}
	s.steps = 1 << bits.Len(uint(len(c.Cuts))) >> 1
	s.open(c.Cuts)
	return s
}

// open puts the cuts into drawers, if that leaves few in each.
func (s *search) open(cuts []float64) {
	if len(cuts) < 2 {
		return
	}
	s.from = cuts[0]
	if s.per = (drawers - 1) / (cuts[len(cuts)-1] - s.from); !(s.per > 0) || math.IsInf(s.per, 1) {
		return
	}
	var in [drawers]uint8
	for _, c := range cuts {
		in[s.drawer(c)]++
	}
	below := uint8(0)
	for d, n := range in {
		s.start[d] = below
		below += n
	}
	if slices.Max(in[:]) <= crowded {
		s.steps = 0
	}
}

// drawer never falls while x rises, so of the cuts in other drawers than that of x it is known which are below.
// The bits of a float that is not negative have its order, and those of a negative one make a negative whole
// number: it is held between 0 and the last drawer without branches.
func (s *search) drawer(x float64) uint64 {
	b := min(max(int64(math.Float64bits((x-s.from)*s.per)), 0), int64(math.Float64bits(drawers-1)))
	return uint64(int64(math.Float64frombits(uint64(b)))) & (drawers - 1)
}

// bin returns the bin of x. Neither search has branches: what they would branch on is as good as random.
func (s *search) bin(x float64) uint8 {
	if x != x {
		return 0
	}
	if s.levels != nil {
		if l, ok := level(x, len(s.levels)); ok {
			return s.levels[l]
		}
		return 0
	}
	k := key(x)
	if s.steps == 0 {
		n := uint64(s.start[s.drawer(x)])
		_, a := bits.Sub64(s.cuts[n], k, 0)
		_, b := bits.Sub64(s.cuts[n+1], k, 0)
		_, c := bits.Sub64(s.cuts[n+2], k, 0)
		return uint8(n + a + b + c + 1)
	}
	at := 0
	for step := s.steps; step > 0; step >>= 1 {
		_, less := bits.Sub64(s.cuts[(at+step-1)&(maxBins-1)], k, 0)
		at += step & -int(less)
	}
	return uint8(at + 1)
}

// Scorer is a compiled model. It does not change and may be used from several goroutines at once.
type Scorer struct {
	intercept float64
	columns   []search
	coarse    [][]uint8   // of each column, the pair bin of each bin; nil if the column is in no pair
	one       [][]float64 // of each column, its shape
	pairs     []scorePair
	half      []float64 // of the pairs' values: each of the columns gets it
}

type scorePair struct {
	a, b int32
	cols int32
	at   int // in Scorer.half
}

// Compile readies a model for scoring. A change of the model after that changes nothing in the scorer. It panics if Check finds
// something wrong.
func (m *Model) Compile() *Scorer {
	if err := m.Check(); err != nil {
		panic(err.Error())
	}
	s := &Scorer{intercept: m.Intercept}
	s.columns, s.coarse, s.one = make([]search, len(m.Columns)), make([][]uint8, len(m.Columns)), make([][]float64, len(m.Columns))
	for j := range m.Columns {
		s.columns[j] = *newSearch(&m.Columns[j])
		s.one[j] = make([]float64, m.Columns[j].Bins())
	}
	for i := range m.Terms {
		t := &m.Terms[i]
		if len(t.Columns) == 1 {
			s.one[t.Columns[0]] = slices.Clone(t.Value)
			continue
		}
		_, cols := m.size(t)
		p := scorePair{a: int32(t.Columns[0]), b: int32(t.Columns[1]), cols: int32(cols), at: len(s.half)}
		for _, v := range t.Value {
			s.half = append(s.half, v/2)
		}
		s.pairs = append(s.pairs, p)
		for _, j := range t.Columns {
			if s.coarse[j] == nil {
				for _, b := range m.Columns[j].PairBin {
					s.coarse[j] = append(s.coarse[j], uint8(b))
				}
			}
		}
	}
	return s
}

// Contributions returns the log odds of one row and puts into dst what each column adds to them: its own shape and half of each of
// its pairs. The log odds are exactly the intercept plus the contributions, added from the first column to the last. It panics if
// x or dst has another number of columns than the model.
func (s *Scorer) Contributions(dst, x []float64) float64 {
	if len(x) != len(s.columns) || len(dst) != len(s.columns) {
		panic(fmt.Sprintf("gam: %d values and room for %d contributions, the model has %d columns", len(x), len(dst), len(s.columns)))
	}
	var room [256]uint8
	coarse := room[:]
	if len(x) > len(room) {
		coarse = make([]uint8, len(x))
	}
	for j := range s.columns {
		b := s.columns[j].bin(x[j])
		dst[j] = s.one[j][b]
		if c := s.coarse[j]; c != nil {
			coarse[j] = c[b]
		}
	}
	for i := range s.pairs {
		p := &s.pairs[i]
		v := s.half[p.at+int(int32(coarse[p.a])*p.cols+int32(coarse[p.b]))]
		dst[p.a] += v
		dst[p.b] += v
	}
	sum := s.intercept
	for _, v := range dst {
		sum += v
	}
	return sum
}

// Intercept returns the log odds of a row whose contributions are all zero.
func (s *Scorer) Intercept() float64 { return s.intercept }

// LogOdds returns the log odds of one row. It panics as Contributions does.
func (s *Scorer) LogOdds(x []float64) float64 {
	var room [256]float64
	if len(x) > len(room) {
		return s.Contributions(make([]float64, len(x)), x)
	}
	return s.Contributions(room[:len(x)], x)
}

// block is how many rows a batch takes at a time.
const block = 256

// Batch puts the log odds of each row of the columns x into dst, the same to the last bit as LogOdds does. It panics if the
// lengths differ or the model has another number of columns.
func (s *Scorer) Batch(dst []float64, x [][]float64, workers int) {
	if len(x) != len(s.columns) {
		panic(fmt.Sprintf("gam: %d columns, the model has %d", len(x), len(s.columns)))
	}
	for j := range x {
		if len(x[j]) != len(dst) {
			panic(fmt.Sprintf("gam: column %d has %d rows, want %d", j, len(x[j]), len(dst)))
		}
	}
	share := max(1, (len(dst)/block+max(workers, 1))/max(workers, 1)) * block
	parallel.For((len(dst)+share-1)/share, max(workers, 1), func(k int) {
		add := make([]float64, len(x)*block)
		coarse := make([]uint8, len(x)*block)
		for lo := k * share; lo < min((k+1)*share, len(dst)); lo += block {
			s.block(dst, x, lo, min(lo+block, len(dst)), add, coarse)
		}
	})
}

// block scores the rows lo to hi-1 column by column.
func (s *Scorer) block(dst []float64, x [][]float64, lo, hi int, add []float64, coarse []uint8) {
	n := hi - lo
	for j := range s.columns {
		se, one, c := &s.columns[j], s.one[j], s.coarse[j]
		to, pb := add[j*block:j*block+n], coarse[j*block:j*block+n]
		for i, v := range x[j][lo:hi] {
			b := se.bin(v)
			to[i] = one[b]
			if c != nil {
				pb[i] = c[b]
			}
		}
	}
	for k := range s.pairs {
		p := &s.pairs[k]
		a, b, half := int(p.a)*block, int(p.b)*block, s.half[p.at:]
		pa, pb, ta, tb := coarse[a:a+n], coarse[b:b+n], add[a:a+n], add[b:b+n]
		for i, u := range pa {
			v := half[int32(u)*p.cols+int32(pb[i])]
			ta[i] += v
			tb[i] += v
		}
	}
	out := dst[lo:hi]
	for i := range out {
		out[i] = s.intercept
	}
	for j := range s.columns {
		for i, v := range add[j*block : j*block+n] {
			out[i] += v
		}
	}
}
