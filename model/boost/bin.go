package boost

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"
)

const (
	lanes       = 16 // bytes that a row has in a block, whose histogram fits in the first-level cache
	panelBlocks = 4  // blocks that lie together, as many as fill a line of the cache
)

// column says how the values of a column become bins. Bins 0 .. values-1 hold values, bin values holds
// what is missing.
type column struct {
	values   int
	cuts     []float64 // numeric: bin b holds the values x with cuts[b-1] < x <= cuts[b]
	levels   []uint8   // categorical: the bin of each level; one never seen is missing
	monotone int8
	lane     int // where the bins lie; -1: the column does not vary
	unit     int // what a bin counts for in the code of its lane
	bins     int // values, and one more if something can be missing
	offset   int // of its cells in a histogram, values+1 of them
}

func (c *column) categorical() bool { return c.levels != nil }

// bin returns the column's bin of a row by the code in its lane.
func (c *column) bin(code int) int { return code / c.unit % c.bins }

// lane is a byte of each row: the bin of one column, or those of several with few bins as one
// number, the code. The first column's bin counts one, the next one's as much as the first has bins, and so
// on. One addition then counts the row for all of them, and the sums of each are taken from the sums of the
// codes.
type lane struct {
	columns []int
	codes   int // at most 256
	offset  int // of the columns' cells in a histogram, one column's after the other's
}

// bins is a table whose values have become bins. They are there twice: lane by lane, for the rows of a node
// to be divided by one column, and row by row, for them to be counted by all. Sixteen lanes are a block and
// four blocks a panel: codes[b*16+k][i] is panels[b/4][i*width(b/4) + b%4*16 + k]. Dividing rows by the panels' copy alone
// was tried: it saves a byte a lane and row, and costs 12 % of the training time at 100,000 rows of 60 columns and 16 % at
// a million, since one byte of each row is read from memory by whole lines.
type bins struct {
	columns []column
	codes   [][]uint8
	panels  [][]uint8
	members [][]lane // of each block
	cells   int      // in a histogram of all columns
}

func (b *bins) panelCount() int { return (len(b.members) + panelBlocks - 1) / panelBlocks }

// blocks is how many a panel has.
func (b *bins) blocks(panel int) int { return min(panelBlocks, len(b.members)-panel*panelBlocks) }

// width is how many bytes a row of a panel takes: a power of two, so that no row lies in two lines of the
// cache.
func (b *bins) width(panel int) int {
	return lanes << bits.Len(uint(b.blocks(panel)-1))
}

// sampled is how many rows the cuts are learned from when there are more.
const sampled = 1 << 16

// newBins learns the cuts from the first learn of the given rows and bins all of them, in their order.
func newBins(t Table, rows []int32, learn int, opt Options, c *crew) (*bins, error) {
	b := &bins{columns: make([]column, len(t.X))}
	sample := rows[:learn]
	if learn > sampled {
		sample = make([]int32, sampled)
		for i := range sample { // one row, by the seed, of each of 65,536 stretches of equal length
			lo, hi := int64(i)*int64(learn)/sampled, int64(i+1)*int64(learn)/sampled
			sample[i] = rows[lo+int64(mix(opt.Seed, 0x62696e, uint64(i))%uint64(hi-lo))] // "bin"
		}
	}
	scratch := make([][]float64, c.size)
	c.run(len(t.X), func(worker, j int) {
		col := &b.columns[j]
		if t.categorical(j) {
			col.levels, col.values = levelBins(t.X[j], rows[:learn], len(t.Levels[j]), opt.Bins)
			col.bins = col.values + 1
			return
		}
		if opt.Monotone != nil {
			col.monotone = opt.Monotone[j]
		}
		if scratch[worker] == nil {
			scratch[worker] = make([]float64, 0, 2*len(sample))
		}
		col.cuts, col.values = cuts(t.X[j], sample, opt.Bins, scratch[worker])
		col.bins = col.values
		if 2*col.values > mostCodes || slices.ContainsFunc(rows, func(r int32) bool { return t.X[j][r] != t.X[j][r] }) {
			col.bins++
		}
	})
	b.place(learn)
	return b, b.fill(t, rows, c)
}

// mostCodes is what fits in a byte. rowsPerCode keeps taking the sums of the columns from those of the codes
// cheaper than counting more lanes would be: with 800 rows it is not.
const (
	mostCodes   = 256
	rowsPerCode = 32
)

// place gives every column that can vary a lane, the first with room for its bins, and its cells
// in a histogram.
func (b *bins) place(learn int) {
	var all []lane
	most := min(mostCodes, learn/rowsPerCode)
	for j := range b.columns {
		col := &b.columns[j]
		if col.values == 0 || col.bins == 1 {
			col.lane = -1
			continue
		}
		k := slices.IndexFunc(all, func(l lane) bool { return l.codes*col.bins <= most })
		if k < 0 {
			k = len(all)
			all = append(all, lane{codes: 1})
		}
		col.lane, col.unit = k, all[k].codes
		all[k].codes *= col.bins
		all[k].columns = append(all[k].columns, j)
	}
	for k := range all {
		all[k].offset = b.cells
		for _, j := range all[k].columns {
			b.columns[j].offset = b.cells
			b.cells += b.columns[j].values + 1
		}
	}
	b.members = slices.Collect(slices.Chunk(all, lanes))
}

// levelBins gives each level that occurs a bin, in the order of the levels. If there are too many, the
// rarest share one bin; of equally rare ones the later.
func levelBins(x []float64, rows []int32, levels, most int) ([]uint8, int) {
	count := make([]int, levels)
	for _, r := range rows {
		if l, ok := level(x[r], levels); ok {
			count[l]++
		}
	}
	var seen []int
	for l, n := range count {
		if n > 0 {
			seen = append(seen, l)
		}
	}
	rare := make([]bool, levels)
	if len(seen) > most {
		byCount := slices.Clone(seen)
		slices.SortFunc(byCount, func(a, b int) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
		for _, l := range byCount[most-1:] {
			rare[l] = true
		}
	}
	out := make([]uint8, levels)
	values := 0
	for _, l := range seen {
		if !rare[l] {
			out[l] = uint8(values)
			values++
		}
	}
	last := values
	if len(seen) > most {
		values++
	}
	for l := range out {
		switch {
		case count[l] == 0:
			out[l] = uint8(values)
		case rare[l]:
			out[l] = uint8(last)
		}
	}
	return out, values
}

// level returns the number of a level; false if it is missing.
func level(x float64, levels int) (int, bool) {
	if x >= 0 && x < float64(levels) && x == math.Trunc(x) {
		return int(x), true
	}
	return 0, false
}

// cuts returns the upper ends of all bins but the last, and the number of bins; 0 bins if no row has a
// value. Each distinct value of the sample has a bin if there are enough; otherwise the bins hold equally
// many rows, as far as equal values allow, which are never parted. scratch has room for twice the sample.
func cuts(x []float64, sample []int32, most int, scratch []float64) ([]float64, int) {
	v := scratch[:0]
	for _, r := range sample {
		if a := x[r]; a == a {
			v = append(v, a)
		}
	}
	if len(v) == 0 {
		return nil, 0
	}
	sortNumbers(v, v[len(v):2*len(v)])
	distinct := 1
	for i := 1; i < len(v) && distinct <= most; i++ {
		if v[i] != v[i-1] {
			distinct++
		}
	}
	// A value with a bin's share of the rows has a bin of its own; the others divide the bins left over.
	heavy := func(count int) bool { return count*most >= len(v) }
	rows, room := len(v), most // light rows and their bins, not yet closed
	for i := 0; i < len(v); {
		end := runEnd(v, i)
		if heavy(end - i) {
			rows -= end - i
			room--
		}
		i = end
	}
	var out []float64
	in := 0 // light rows in the bin that is open
	for i := 0; ; {
		end := runEnd(v, i)
		if end == len(v) {
			break
		}
		next := runEnd(v, end) - end
		alone := heavy(end - i)
		if !alone {
			in += end - i
		}
		// A light bin ends when it holds its share, or is nearer to it than with the next value.
		share := float64(rows) / float64(max(room, 1))
		if distinct <= most || len(out) < most-1 && (alone || heavy(next) || room > 1 && (float64(in) >= share || float64(in+next)-share > share-float64(in))) {
			out = append(out, between(v[i], v[end]))
			if !alone {
				rows -= in
				room--
				in = 0
			}
		}
		i = end
	}
	return out, len(out) + 1
}

// runEnd returns the end of the run of equal values that begins at i.
func runEnd(v []float64, i int) int {
	end := i + 1
	for end < len(v) && v[end] == v[i] {
		end++
	}
	return end
}

// between returns a number c with a <= c < b, for a < b, in the middle if there is one.
func between(a, b float64) float64 {
	if c := a/2 + b/2; c >= a && c < b {
		return c
	}
	return a
}

// fill bins the rows.
func (b *bins) fill(t Table, rows []int32, c *crew) error {
	b.panels = make([][]uint8, b.panelCount())
	for p := range b.panels {
		b.panels[p] = make([]uint8, len(rows)*b.width(p))
	}
	b.codes = make([][]uint8, lanes*len(b.members))
	for block, members := range b.members {
		for k := range members {
			b.codes[block*lanes+k] = make([]uint8, len(rows))
		}
	}
	const stretch = 1024 // rows of a block that stay in the first-level cache
	parts := (len(rows) + stretch - 1) / stretch
	finders := make([]finder, len(b.columns))
	for j := range finders {
		finders[j] = newFinder(&b.columns[j])
	}
	var infinite atomic.Int64
	infinite.Store(-1)
	for j, x := range t.X { // a column that has no lane is not looked at below
		if b.columns[j].lane < 0 && !t.categorical(j) && slices.ContainsFunc(rows, func(r int32) bool { return math.IsInf(x[r], 0) }) {
			infinite.Store(int64(j))
		}
	}
	c.run(parts*len(b.members), func(_, task int) {
		block, lo := task/parts, task%parts*stretch
		hi := min(lo+stretch, len(rows))
		width := b.width(block / panelBlocks)
		panel := b.panels[block/panelBlocks][lo*width+block%panelBlocks*lanes:]
		for k, l := range b.members[block] {
			codes := b.codes[block*lanes+k][lo:hi]
			for _, j := range l.columns {
				if !finders[j].fill(t.X[j], rows[lo:hi], codes) {
					infinite.Store(int64(j))
				}
			}
			for i, code := range codes {
				panel[i*width+k] = code
			}
		}
	})
	if infinite.Load() >= 0 {
		for j, x := range t.X {
			for _, r := range rows {
				if math.IsInf(x[r], 0) {
					return fmt.Errorf("boost: column %d row %d is %v, want a number, or NaN if it is missing", j, r, x[r])
				}
			}
		}
	}
	return nil
}

// finder finds the bin of a value: a grid of equal steps from the first cut to the last tells which cuts
// are near it, and a search among these which are below. Searching all 255 cuts costs eight branches that
// nothing can predict; with the grid there are one or two comparisons, unless most of the cuts lie close
// together and the last far off.
type finder struct {
	*column
	padded   []float64 // the cuts, filled up with +Inf
	first    int       // the first step of the search among the cuts of a cell of the grid, a power of two
	low      float64
	perWidth float64
	below    []uint8 // cuts in the cells before
}

const grid = 1 << 12

func newFinder(c *column) finder {
	f := finder{column: c, first: 1}
	if c.categorical() {
		return f
	}
	if len(c.cuts) > 0 {
		f.low = c.cuts[0]
		f.perWidth = grid / (c.cuts[len(c.cuts)-1] - f.low) // +Inf, and 0, put all in the first cell and the last
	}
	f.below = make([]uint8, grid)
	at := 0
	for cell := range f.below {
		f.below[cell] = uint8(at)
		for at < len(c.cuts) && f.cell(c.cuts[at]) == cell {
			at++
		}
		for 2*f.first <= at-int(f.below[cell]) {
			f.first *= 2
		}
	}
	f.padded = make([]float64, len(c.cuts)+2*f.first-1)
	for i := copy(f.padded, c.cuts); i < len(f.padded); i++ {
		f.padded[i] = math.Inf(1)
	}
	return f
}

// cell returns where in the grid a value lies: never before a smaller one, whatever is rounded.
func (f *finder) cell(v float64) int {
	t := (v - f.low) * f.perWidth
	if !(t > 0) { // so that NaN is 0
		t = 0
	}
	if t > grid-1 {
		t = grid - 1
	}
	return int(t)
}

// fill adds the bin of x[rows[i]] to the code dst[i]. It returns false if a value is infinite.
func (f *finder) fill(x []float64, rows []int32, dst []uint8) bool {
	if f.categorical() {
		for i, r := range rows {
			at := uint8(f.values)
			if l, ok := level(x[r], len(f.levels)); ok {
				at = f.levels[l]
			}
			dst[i] += at * uint8(f.unit)
		}
		return true
	}
	return f.numeric(x, rows, dst)
}

// numeric does so for numbers; the number of cuts below a value is its bin.
func (f *finder) numeric(x []float64, rows []int32, dst []uint8) bool {
	below, padded, low, perWidth, first := (*[grid]uint8)(f.below), f.padded, f.low, f.perWidth, f.first
	missing, unit := uint8(f.values), uint8(f.unit)
	finite := true
	for i, r := range rows {
		v := x[r]
		t := (v - low) * perWidth // as in cell
		if !(t > 0) {
			finite = finite && !math.IsInf(v, 0)
			t = 0
		}
		if t > grid-1 {
			finite = finite && !math.IsInf(v, 0)
			t = grid - 1
		}
		at := below[int(t)&(grid-1)]
		for step := first; step > 1; step >>= 1 {
			at += uint8(step & -less(padded[int(at)+step-1], v))
		}
		at += uint8(less(padded[at], v))
		if v != v {
			at = missing
		}
		dst[i] += at * unit
	}
	return finite
}

// less returns 1 if a < b and 0 otherwise, without a branch.
func less(a, b float64) int {
	if a < b {
		return 1
	}
	return 0
}
