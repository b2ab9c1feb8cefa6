package card

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Table is what is learned from: X[j][i] is column j of row i, NaN is missing. A column with Levels[j] not
// nil holds the number of a level, 0 to len-1. Y is 0 or 1. W may be nil for equal weights. Only Rows are
// looked at.
type Table struct {
	X      [][]float64
	Levels [][]string // nil: all columns are numbers
	Y, W   []float64
	Rows   []int32
}

// smallest is the least share of the weight on either side of a line: a line that hardly ever says yes
// helps nobody at a desk.
const smallest = 0.03

// quantiles are where a column of numbers may be cut.
var quantiles = []float64{0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95}

// column is an input column by the answers that lines may want: which cut its value lies at or below, or
// which level it is.
type column struct {
	cuts   []float64 // rising; of a column of levels, the numbers of those common enough to ask for
	levels []string  // nil: numbers
	bin    []uint8   // by row: how many cuts lie below, or the place in cuts; what is no cut is len(cuts), missing one more
}

// binned is the table that is learned from.
type binned struct {
	x      [][]float64
	rows   []int32
	y, v   []float64 // v adds up to the number of rows
	weight float64   // of all rows
	cols   []column
}

func newBinned(t *Table) (*binned, error) {
	n := len(t.Rows)
	s := &binned{x: t.X, rows: t.Rows, y: make([]float64, n), v: make([]float64, n)}
	var total, pos float64
	even := true
	for i, r := range t.Rows {
		s.y[i], s.v[i] = t.Y[r], 1
		if t.W != nil {
			s.v[i] = t.W[r]
			even = even && s.v[i] == s.v[0]
		}
		total += s.v[i]
		pos += s.v[i] * s.y[i]
	}
	if !(pos > 0 && pos < total) {
		return nil, errors.New("card: the rows to learn from have one class only")
	}
	for i := range s.v {
		s.v[i] *= float64(n) / total
		s.weight += s.v[i]
	}
	for j, col := range t.X {
		if len(col) != len(t.Y) {
			panic(fmt.Sprintf("card: column %d has %d rows, y %d", j, len(col), len(t.Y)))
		}
		if t.Levels != nil && t.Levels[j] != nil {
			c, err := levelsOf(col, t.Rows, s.v, t.Levels[j])
			if err != nil {
				return nil, fmt.Errorf("card: column %d: %w", j, err)
			}
			s.cols = append(s.cols, c)
			continue
		}
		weights := s.v
		if even {
			weights = nil
		}
		cuts := cutsOf(col, t.Rows, weights)
		s.cols = append(s.cols, column{cuts: cuts, bin: binsOf(col, t.Rows, cuts)})
	}
	return s, nil
}

// cutsOf returns the values at the weighted quantiles of what is there (in at most 10,000 rows, evenly
// spaced), shortened to three figures so that a person can read them. The largest value is no cut: nothing
// lies above it.
func cutsOf(col []float64, rows []int32, v []float64) []float64 {
	n := min(len(rows), 10000)
	there := make([]float64, 0, n)
	var heavy []int // places among rows, if weights differ
	for k := range n {
		i := k * len(rows) / n
		if f := col[rows[i]]; f == f {
			if there = append(there, f); v != nil {
				heavy = append(heavy, i)
			}
		}
	}
	if len(there) == 0 {
		return nil
	}
	at := func(q float64) float64 { return there[int(q*float64(len(there)-1))] }
	if v == nil {
		slices.Sort(there)
	} else {
		slices.SortFunc(heavy, func(a, b int) int { return cmp.Or(cmp.Compare(col[rows[a]], col[rows[b]]), cmp.Compare(a, b)) })
		upTo := make([]float64, len(heavy))
		var sum float64
		for k, i := range heavy {
			there[k] = col[rows[i]]
			sum += v[i]
			upTo[k] = sum
		}
		at = func(q float64) float64 {
			k, _ := slices.BinarySearch(upTo, q*sum)
			return there[min(k, len(there)-1)]
		}
	}
	var out []float64
	for _, q := range quantiles {
		c, _ := strconv.ParseFloat(strconv.FormatFloat(at(q), 'g', 3, 64), 64)
		if c < there[len(there)-1] {
			out = append(out, c)
		}
	}
	// Columns that are mostly zero have all quantiles at zero; "any at all" is then the one cut.
	slices.Sort(out)
	return slices.Compact(out)
}

func binsOf(col []float64, rows []int32, cuts []float64) []uint8 {
	out := make([]uint8, len(rows))
	for i, r := range rows {
		f := col[r]
		if f != f {
			out[i] = uint8(len(cuts) + 1)
			continue
		}
		b := 0
		for b < len(cuts) && f > cuts[b] {
			b++
		}
		out[i] = uint8(b)
	}
	return out
}

// levelsOf keeps the levels that are common enough for a line.
func levelsOf(col []float64, rows []int32, v []float64, levels []string) (column, error) {
	c := column{levels: levels, bin: make([]uint8, len(rows))}
	share := make([]float64, len(levels))
	for i, r := range rows {
		if f := col[r]; f == f {
			if f < 0 || f >= float64(len(levels)) || f != math.Floor(f) {
				return c, fmt.Errorf("row %d holds %v, want a level's number, 0 to %d", r, f, len(levels)-1)
			}
			share[int(f)] += v[i]
		}
	}
	place := make([]uint8, len(levels))
	for l, w := range share {
		place[l] = math.MaxUint8
		if w >= smallest*float64(len(rows)) {
			place[l] = uint8(len(c.cuts)) // at most 33 levels have a share of 3 %
			c.cuts = append(c.cuts, float64(l))
		}
	}
	for i, r := range rows {
		b := len(c.cuts) + 1
		if f := col[r]; f == f {
			b = min(int(place[int(f)]), len(c.cuts))
		}
		c.bin[i] = uint8(b)
	}
	return c, nil
}

// line returns the line of a column for one of its cuts.
func (s *binned) line(j, cut int, below bool, rate float64) Line {
	c := &s.cols[j]
	l := Line{Column: j, Threshold: c.cuts[cut], Below: below, Rate: rate}
	if c.levels != nil {
		l.Is, l.Level = true, c.levels[int(c.cuts[cut])]
	}
	return l
}

// scan calls each with every line that says yes to a share of the weight that a desk has use for and that
// speaks for the event, and with its score statistic given residuals v*(y-p) and curvature v*p*(1-p). It
// goes by column, cut, and "above" or "is" before the other direction.
func (s *binned) scan(res, curv []float64, each func(j, cut int, below bool, rate, stat float64)) {
	var all float64
	for _, h := range curv {
		all += h
	}
	var u, h, n [256]float64
	for j := range s.cols {
		c := &s.cols[j]
		if len(c.cuts) == 0 {
			continue
		}
		last := len(c.cuts) // of those that are there
		clear(u[:last+2])
		clear(h[:last+2])
		clear(n[:last+2])
		for i, b := range c.bin {
			u[b] += res[i]
			h[b] += curv[i]
			n[b] += s.v[i]
		}
		try := func(cut int, below bool, u, h, n float64) {
			if u <= 0 || n < smallest*s.weight || n > (1-smallest)*s.weight {
				return
			}
			if left := h - h*h/all; left > 1e-9*all {
				each(j, cut, below, n/s.weight, u*u/left)
			}
		}
		var tu, th, tn float64 // there
		for b := range last + 1 {
			tu, th, tn = tu+u[b], th+h[b], tn+n[b]
		}
		var lu, lh, ln float64 // at or below the cut
		for cut := range c.cuts {
			if c.levels != nil {
				try(cut, false, u[cut], h[cut], n[cut])
				try(cut, true, tu-u[cut], th-h[cut], tn-n[cut])
				continue
			}
			lu, lh, ln = lu+u[cut], lh+h[cut], ln+n[cut]
			try(cut, false, tu-lu, th-lh, tn-ln)
			try(cut, true, lu, lh, ln)
		}
	}
}
