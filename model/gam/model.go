package gam

import (
	"fmt"
	"math"
)

// Model is a fitted model in the form it is shipped, read and edited in. Compile it to score.
type Model struct {
	Intercept float64  `json:"intercept"` // log odds of a row whose terms are all zero
	Columns   []Column `json:"columns"`
	Terms     []Term   `json:"terms"`
	Edits     []Edit   `json:"edits,omitempty"`
	Training  Training `json:"training"`
}

// Column says how the values of an input column become bins. Bin 0 is of missing values (NaN; a level that is not in Levels, or that
// no row had when the model was trained).
type Column struct {
	ID       string    `json:"id"`
	Levels   []string  `json:"levels,omitempty"`    // of a categorical column; a value is a level's number
	LevelBin []int     `json:"level_bin,omitempty"` // bin of each level
	Cuts     []float64 `json:"cuts,omitempty"`      // of a numeric column, rising; the bin of x is 1 + the number of cuts < x
	PairBin  []int     `json:"pair_bin"`            // bin of pairs, of each bin; 0 goes to 0
}

// Bins returns the number of bins, with the missing bin.
func (c *Column) Bins() int { return len(c.PairBin) }

// PairBins returns the number of bins in pairs, with the missing bin.
func (c *Column) PairBins() int {
	n := 1
	for _, b := range c.PairBin {
		n = max(n, b+1)
	}
	return n
}

// Term is the shape of one column or of a pair. On the rows the model was trained on, the weighted mean of a shape of one column is
// zero, and so is the weighted mean along each bin of either column of a pair, until somebody edits the shape.
type Term struct {
	Columns []int     `json:"columns"` // one, or two rising
	Value   []float64 `json:"value"`   // log odds of each bin; of a pair, row after row, a row being a pair bin of the first column
	SE      []float64 `json:"se"`      // standard error of each value: delete-a-group jackknife over the bags
	Weight  []float64 `json:"weight"`  // of the training rows in each bin
}

// Training is how a model came about.
type Training struct {
	Rows       int     `json:"rows"`
	Bags       int     `json:"bags"`
	Cycles     int     `json:"cycles"`      // over the columns
	PairCycles int     `json:"pair_cycles"` // over the pairs
	Logloss    float64 `json:"logloss"`     // weighted mean over the rows, each scored by bags that held it out (and, below 10,000 rows, chose their pairs without it)
	Seed       uint64  `json:"seed"`
}

// Check returns what is wrong with a model that was not made by Train.
func (m *Model) Check() error {
	if !summable(m.Intercept) {
		return fmt.Errorf("gam: intercept is %v, want a finite number", m.Intercept)
	}
	if len(m.Columns) == 0 {
		return fmt.Errorf("gam: a model without columns")
	}
	for j := range m.Columns {
		if err := m.Columns[j].check(); err != nil {
			return fmt.Errorf("gam: columns[%d]: %w", j, err)
		}
	}
	seen := make(map[[2]int]bool, len(m.Terms))
	for t := range m.Terms {
		if err := m.checkTerm(&m.Terms[t], seen); err != nil {
			return fmt.Errorf("gam: terms[%d]: %w", t, err)
		}
	}
	if err := m.checkEdits(); err != nil {
		return err
	}
	tr := &m.Training
	if tr.Rows < 0 || tr.Bags < 0 || tr.Cycles < 0 || tr.PairCycles < 0 || !finite(tr.Logloss) {
		return fmt.Errorf("gam: training: %+v: want counts and a finite logloss", *tr)
	}
	return nil
}

func (c *Column) check() error {
	bins := len(c.Cuts) + 2
	switch {
	case c.Levels == nil && c.LevelBin != nil:
		return fmt.Errorf("level_bin without levels")
	case c.Levels != nil && c.Cuts != nil:
		return fmt.Errorf("both levels and cuts")
	case len(c.LevelBin) != len(c.Levels):
		return fmt.Errorf("level_bin has %d entries for %d levels", len(c.LevelBin), len(c.Levels))
	case c.Levels != nil:
		bins = 1
		for l, b := range c.LevelBin {
			if b < 0 || b >= maxBins {
				return fmt.Errorf("level_bin[%d] is %d, want in [0, %d]", l, b, maxBins-1)
			}
			bins = max(bins, b+1)
		}
	}
	if bins > maxBins || len(c.PairBin) != bins {
		return fmt.Errorf("pair_bin has %d entries, want one for each of %d bins, at most %d", len(c.PairBin), bins, maxBins)
	}
	for k, x := range c.Cuts {
		if !finite(x) || (k > 0 && !(x > c.Cuts[k-1])) {
			return fmt.Errorf("cuts[%d] is %v, want finite and larger than the one before", k, x)
		}
	}
	for k, b := range c.PairBin {
		if b < 0 || b >= maxPairBins || (k == 0 && b != 0) {
			return fmt.Errorf("pair_bin[%d] is %d, want in [0, %d], the first 0", k, b, maxPairBins-1)
		}
	}
	return nil
}

// size returns the number of bins of a term along its columns; cols is 1 for a single column.
func (m *Model) size(t *Term) (rows, cols int) {
	if len(t.Columns) == 1 {
		return m.Columns[t.Columns[0]].Bins(), 1
	}
	return m.Columns[t.Columns[0]].PairBins(), m.Columns[t.Columns[1]].PairBins()
}

func (m *Model) checkTerm(t *Term, seen map[[2]int]bool) error {
	if len(t.Columns) != 1 && len(t.Columns) != 2 {
		return fmt.Errorf("%d columns, want 1 or 2", len(t.Columns))
	}
	key := [2]int{-1, -1}
	for k, j := range t.Columns {
		if j < 0 || j >= len(m.Columns) || (k == 1 && j <= t.Columns[0]) {
			return fmt.Errorf("columns are %v, want rising, in [0, %d]", t.Columns, len(m.Columns)-1)
		}
		key[k] = j
	}
	if seen[key] {
		return fmt.Errorf("columns %v have a term already", t.Columns)
	}
	seen[key] = true
	rows, cols := m.size(t)
	if len(t.Value) != rows*cols || len(t.SE) != rows*cols || len(t.Weight) != rows*cols {
		return fmt.Errorf("%d values, %d standard errors, %d weights; want %d of each", len(t.Value), len(t.SE), len(t.Weight), rows*cols)
	}
	for k, v := range t.Value {
		if !summable(v) || !(t.SE[k] >= 0) || !(t.Weight[k] >= 0) || !finite(t.SE[k]) || !finite(t.Weight[k]) {
			return fmt.Errorf("bin %d: value %v, se %v, weight %v; want finite, the last two 0 or more", k, v, t.SE[k], t.Weight[k])
		}
	}
	return nil
}

var inf = math.Inf(1)

// summable leaves room for the sums and products that are made of what was read.
func summable(x float64) bool { return math.Abs(x) <= 1e100 }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
