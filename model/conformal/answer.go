package conformal

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Set says which labels of a citizen cannot be ruled out.
type Set struct {
	Zero  bool    `json:"zero"`
	One   bool    `json:"one"`
	PZero float64 `json:"p_zero"` // of citizens to whom it did not happen, the share scored as high or higher, this one among them
	POne  float64 `json:"p_one"`  // of citizens to whom it happened, the share scored as low or lower, this one among them
	// Pooled: the category is not judged by itself, being too small or unknown, and the guarantee is of all citizens.
	Pooled bool `json:"pooled"`
}

// String writes the set as {}, {0}, {1} or {0,1}.
func (s Set) String() string {
	switch {
	case s.Zero && s.One:
		return "{0,1}"
	case s.Zero:
		return "{0}"
	case s.One:
		return "{1}"
	}
	return "{}"
}

// Known tells whether exactly one label is left. Both are left where the score does not tell them apart, none where
// few of either label are scored as this citizen is.
func (s Set) Known() bool { return s.Zero != s.One }

// Set returns the labels whose p-value is above 1 - level: label-conditional split conformal prediction (Vovk 2012),
// within the category if that is large enough. Of citizens to whom it happens, in that category, the set holds 1 for at
// least level; of those to whom it does not, it holds 0 for at least level; so over all it holds the truth for at least
// level. A label with fewer than
// 1/(1-level) - 1 calibration citizens is always in. A score of NaN rules nothing out.
// It panics if level is outside (0, 1).
func (p *Predictor) Set(logOdds float64, category string, level float64) Set {
	checkLevel("Set", level)
	c, pooled := p.cell(category)
	s := Set{Zero: true, One: true, PZero: math.NaN(), POne: math.NaN(), Pooled: pooled}
	if math.IsNaN(logOdds) {
		return s
	}
	below, _ := slices.BinarySearch(c.Zero, logOdds)
	s.PZero = float64(len(c.Zero)-below+1) / float64(len(c.Zero)+1)
	upTo, _ := slices.BinarySearchFunc(c.One, logOdds, func(one, x float64) int {
		if one <= x {
			return -1
		}
		return 1
	})
	s.POne = float64(upTo+1) / float64(len(c.One)+1)
	s.Zero, s.One = s.PZero > 1-level, s.POne > 1-level
	return s
}

// Range is what the calibration citizens say about the share of events among citizens in one bin of scores.
type Range struct {
	Lower  float64 `json:"lower"`
	Upper  float64 `json:"upper"`
	Count  int     `json:"count"` // calibration citizens in the bin
	Hits   int     `json:"hits"`
	Pooled bool    `json:"pooled"` // see Set
}

// Range returns the range for the bin of a score: Clopper and Pearson's (1934) exact interval of the share of events
// there. For each bin it holds the share of events among all citizens with scores in the bin with at least this
// probability, for any number of rows (Gupta, Podkopaev and Ramdas 2020, section 4, with edges from rows that are not
// counted). It is a statement about citizens who are scored alike, not about what is particular to one of them. A bin
// without rows, and a score of NaN, have the range 0 to 1. It panics if level is outside (0, 1).
func (p *Predictor) Range(logOdds float64, category string, level float64) Range {
	checkLevel("Range", level)
	c, pooled := p.cell(category)
	if math.IsNaN(logOdds) {
		return Range{Upper: 1, Pooled: pooled}
	}
	b := c.bin(logOdds)
	lower, upper := exact(c.Hits[b], c.Count[b], level)
	return Range{lower, upper, c.Count[b], c.Hits[b], pooled}
}

// Verdict compares a range with a threshold.
type Verdict int

// The verdicts.
const (
	Unknown Verdict = iota // the range holds the threshold: these citizens do not tell on which side it is
	Below
	Above
)

// Against tells on which side of threshold the range lies: Above if Lower >= threshold, Below if Upper < threshold.
func (r Range) Against(threshold float64) Verdict {
	switch {
	case r.Lower >= threshold:
		return Above
	case r.Upper < threshold:
		return Below
	}
	return Unknown
}

// exact is Clopper and Pearson's interval of the chance of which k of n came true.
func exact(k, n int, level float64) (lower, upper float64) {
	tail := (1 - level) / 2
	upper = 1
	if k > 0 {
		lower = mathext.InvRegIncBeta(float64(k), float64(n-k+1), tail)
	}
	if k < n {
		upper = mathext.InvRegIncBeta(float64(k+1), float64(n-k), 1-tail)
	}
	return lower, upper
}

// cell is the category's own, or the pooled one.
func (p *Predictor) cell(category string) (c *Cell, pooled bool) {
	i, ok := slices.BinarySearchFunc(p.Categories, category, func(c Cell, name string) int {
		switch {
		case c.Name < name:
			return -1
		case c.Name > name:
			return 1
		}
		return 0
	})
	if ok {
		return &p.Categories[i], false
	}
	// Where there are no categories at all, everybody is judged by everybody and nothing is missing.
	return &p.Pooled, len(p.Categories)+len(p.TooSmall) > 0
}

func checkLevel(name string, level float64) {
	if !(level > 0 && level < 1) {
		panic("conformal: " + name + " at a level outside (0, 1)")
	}
}
