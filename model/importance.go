package model

import (
	"cmp"
	"math"
	"slices"

	"github.com/rettidig/rettidig/model/validate"
)

// Importance is how much a column moves the answers: the mean size of its term, over the test rows of the last window
// with what was learned for that window.
type Importance struct {
	Column  string  `json:"column"`
	Concept string  `json:"concept"`
	LogOdds float64 `json:"mean_log_odds"` // before calibration
}

// importance lists the columns that move anybody's answer, by falling size, of equal ones in the order of the columns.
func (v *validation) importance(u *validate.Result) []Importance {
	k := len(u.Plan.Windows) - 1
	m := &Model{Columns: v.t.Columns}
	u.Scorers[k].(*fitted).into(m, u.Calibrators[k])
	m.prepare()
	test := u.Plan.Windows[k].Test
	x, terms, sum := make([]float64, len(v.t.X)), make([]float64, len(v.t.X)), make([]float64, len(v.t.X))
	for _, row := range test {
		for j := range x {
			x[j] = v.t.X[j][row]
		}
		m.learned().LogOdds(x, terms)
		for j, t := range terms {
			sum[j] += math.Abs(t)
		}
	}
	out := []Importance{}
	for j, s := range sum {
		if s > 0 {
			out = append(out, Importance{v.t.Columns[j].ID, v.t.Columns[j].Concept, s / float64(len(test))})
		}
	}
	slices.SortStableFunc(out, func(a, b Importance) int { return cmp.Compare(b.LogOdds, a.LogOdds) })
	return out
}
