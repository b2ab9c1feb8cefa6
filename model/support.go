package model

import (
	"fmt"
	"math"
	"slices"
)

// Support is the region in which the model answers, measured on the citizens it learned from.
type Support struct {
	Bounds     []Bound  `json:"bounds"`
	Columns    []Extent `json:"columns"`
	Distance   float64  `json:"distance"`    // the largest mean capped squared distance that is still answered
	MaxMissing int      `json:"max_missing"` // the most missing values that are still answered
}

// Bound is a column with hard limits and the reason that is given outside them.
type Bound struct {
	Column int     `json:"column"`
	Lower  float64 `json:"lower"`
	Upper  float64 `json:"upper"`
	Reason string  `json:"reason"`
}

// Extent is where one column lay while learning.
type Extent struct {
	Mean        float64 `json:"mean"`
	SD          float64 `json:"sd"`
	Min         float64 `json:"min"`
	Max         float64 `json:"max"`
	MissingRate float64 `json:"missing_rate"`
	Used        bool    `json:"used"` // the learner looks at it
}

// capped is the most that one column adds to the distance: five standard deviations. Rare aids are many
// standard deviations away for everybody who has one; what makes a citizen unlike is many such columns.
const capped = 25

// supportQuantile is the share of the citizens learned from that the distance lets through.
const supportQuantile = 0.999

// newSupport measures the table. bounds maps column ids to reasons.
func newSupport(t *Table, bounds map[string]string, used []bool) Support {
	var s Support
	missing := make([]int, len(t.Y))
	for j, col := range t.X {
		e := extent(col)
		e.Used = used[j]
		s.Columns = append(s.Columns, e)
		if why := bounds[t.Columns[j].ID]; why != "" {
			s.Bounds = append(s.Bounds, Bound{j, e.Min, e.Max, why})
		}
		for i, v := range col {
			if v != v {
				missing[i]++
			}
		}
	}
	distance := make([]float64, len(t.Y))
	for j := range s.Columns {
		for i, v := range t.X[j] {
			distance[i] += s.Columns[j].far(v)
		}
	}
	for i := range distance {
		distance[i] /= float64(len(s.Columns))
	}
	slices.Sort(distance)
	s.Distance = distance[int(math.Ceil(supportQuantile*float64(len(distance)-1)))]
	s.MaxMissing = slices.Max(missing)
	return s
}

func extent(col []float64) Extent {
	e := Extent{Min: math.Inf(1), Max: math.Inf(-1)}
	n := 0.0
	for _, v := range col {
		if v == v {
			n++
			e.Mean += v
			e.Min, e.Max = min(e.Min, v), max(e.Max, v)
		}
	}
	e.MissingRate = 1 - n/float64(len(col))
	if n == 0 {
		return Extent{MissingRate: 1}
	}
	e.Mean /= n
	for _, v := range col {
		if v == v {
			e.SD += (v - e.Mean) * (v - e.Mean)
		}
	}
	e.SD = math.Sqrt(e.SD / n)
	return e
}

// far is the capped squared distance of one value in standard deviations.
func (e *Extent) far(v float64) float64 {
	if v != v { // how surprising is it that this is missing?
		if e.MissingRate == 0 {
			return capped
		}
		return min(capped, (1-e.MissingRate)/e.MissingRate)
	}
	if e.SD == 0 {
		if v == e.Mean {
			return 0
		}
		return capped
	}
	z := (v - e.Mean) / e.SD
	return min(capped, z*z)
}

// outside returns why x is not answered, or nothing. The bounds come first, then what is missing, then a
// column beyond its own extent by more than its width (a line should not be drawn that far), then the
// distance.
func (s *Support) outside(x []float64) string {
	for _, b := range s.Bounds {
		if v := x[b.Column]; v < b.Lower || v > b.Upper {
			return b.Reason
		}
	}
	missing, distance := 0, 0.0
	beyond := false
	for j, v := range x {
		e := &s.Columns[j]
		if v != v {
			missing++
		}
		width := e.Max - e.Min
		beyond = beyond || math.IsInf(v, 0) || (e.Used && width > 0 && (v > e.Max+width || v < e.Min-width))
		distance += e.far(v)
	}
	switch {
	case missing > s.MaxMissing:
		return TooLittleKnown
	case beyond || distance/float64(len(x)) > s.Distance:
		return UnlikeTraining
	}
	return ""
}

func (s *Support) check(columns int) error {
	if len(s.Columns) != columns {
		return fmt.Errorf("support.columns: %d for %d columns", len(s.Columns), columns)
	}
	if !finite(s.Distance) || s.Distance < 0 || s.MaxMissing < 0 {
		return fmt.Errorf("support: distance %v and max_missing %d, want 0 or more", s.Distance, s.MaxMissing)
	}
	for i, b := range s.Bounds {
		if b.Column < 0 || b.Column >= columns || !finite(b.Lower) || !finite(b.Upper) || b.Lower > b.Upper || b.Reason == "" {
			return fmt.Errorf("support.bounds[%d]: want a column below %d, lower <= upper and a reason", i, columns)
		}
	}
	for j, e := range s.Columns {
		if !finite(e.Mean) || !finite(e.SD) || e.SD < 0 || !finite(e.Min) || !finite(e.Max) || e.Min > e.Max || !(e.MissingRate >= 0 && e.MissingRate <= 1) {
			return fmt.Errorf("support.columns[%d]: want finite numbers, sd 0 or more, min <= max, missing_rate in [0, 1]", j)
		}
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
