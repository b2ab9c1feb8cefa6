package glm

import (
	"fmt"
	"math"
)

// Term is what one input column adds to the log odds:
//
//	coef * (x - mean)                         if x is there, otherwise 0
//	+ missing_coef * (1 if missing else 0 - missing_rate)
//
// Both parts are 0 on average over the rows learned from, so a term says what sets this citizen apart
// from the average one.
type Term struct {
	Mean        float64 `json:"mean"`
	SD          float64 `json:"sd"`
	Coef        float64 `json:"coef"`         // log odds per unit of x
	MissingRate float64 `json:"missing_rate"` // weighted share missing while learning
	MissingCoef float64 `json:"missing_coef"` // log odds of being missing rather than at the mean
}

// At returns the term at x; NaN is missing.
func (t *Term) At(x float64) float64 {
	if x == x {
		return float64(t.Coef*(x-t.Mean)) - float64(t.MissingCoef*t.MissingRate)
	}
	return t.MissingCoef * (1 - t.MissingRate)
}

// Model is a fitted regression. Intercept is the log odds of a citizen whose terms are all zero.
type Model struct {
	Alpha     float64 `json:"alpha"`
	Lambda    float64 `json:"lambda"`
	Intercept float64 `json:"intercept"`
	Terms     []Term  `json:"terms"` // one for each input column, in order
}

// LogOdds returns intercept plus terms, adding from the first column to the last: whoever adds the terms to
// the intercept in that order has the log odds to the last bit. If terms is not nil it receives what each
// column adds. An offset is not part of it. It panics if x has another number of columns than the model.
func (m *Model) LogOdds(x, terms []float64) float64 {
	if len(x) != len(m.Terms) {
		panic(fmt.Sprintf("glm: %d values for %d columns", len(x), len(m.Terms)))
	}
	eta := m.Intercept
	for j := range m.Terms {
		t := m.Terms[j].At(x[j])
		if terms != nil {
			terms[j] = t
		}
		eta += t
	}
	return eta
}

// Rows puts the log odds of the given rows of the columns x into out: what LogOdds gives for each. It panics if
// x has another number of columns than the model, or out is not as long as rows.
func (m *Model) Rows(x [][]float64, rows []int32, out []float64) {
	if len(x) != len(m.Terms) || len(out) != len(rows) {
		panic(fmt.Sprintf("glm: %d columns for %d, and room for %d of %d rows", len(x), len(m.Terms), len(out), len(rows)))
	}
	for i := range rows {
		out[i] = m.Intercept
	}
	for j := range m.Terms {
		t := &m.Terms[j]
		if t.Coef == 0 && t.MissingCoef == 0 {
			continue
		}
		col := x[j]
		// As At does it, so that one row and many give the same to the last bit.
		slope, mean, rate, missing := t.Coef, t.Mean, float64(t.MissingCoef*t.MissingRate), t.MissingCoef*(1-t.MissingRate)
		for i, r := range rows {
			if v := col[r]; v == v {
				out[i] += float64(slope*(v-mean)) - rate
			} else {
				out[i] += missing
			}
		}
	}
}

// Unforeseen counts the values of x that are missing in columns where none was while learning.
func (m *Model) Unforeseen(x []float64) int {
	n := 0
	for j, v := range x {
		if v != v && m.Terms[j].MissingRate == 0 {
			n++
		}
	}
	return n
}

// Used counts the columns with any coefficient.
func (m *Model) Used() int {
	n := 0
	for _, t := range m.Terms {
		if t.Coef != 0 || t.MissingCoef != 0 {
			n++
		}
	}
	return n
}

// Check returns what is wrong with a model that was read for the given number of columns.
func (m *Model) Check(columns int) error {
	if len(m.Terms) != columns {
		return fmt.Errorf("glm.terms: %d terms for %d columns", len(m.Terms), columns)
	}
	if !summable(m.Intercept) || !(m.Alpha >= 0 && m.Alpha <= 1) || !(m.Lambda >= 0) || !finite(m.Lambda) {
		return fmt.Errorf("glm: intercept %v, alpha %v, lambda %v: want numbers, alpha in [0, 1], lambda 0 or more", m.Intercept, m.Alpha, m.Lambda)
	}
	for j, t := range m.Terms {
		switch {
		case !summable(t.Mean) || !summable(t.Coef) || !summable(t.MissingCoef):
			return fmt.Errorf("glm.terms[%d]: not a finite number", j)
		case !(t.SD >= 0) || !finite(t.SD):
			return fmt.Errorf("glm.terms[%d].sd is %v, want 0 or more", j, t.SD)
		case !(t.MissingRate >= 0 && t.MissingRate <= 1):
			return fmt.Errorf("glm.terms[%d].missing_rate is %v, want in [0, 1]", j, t.MissingRate)
		}
	}
	return nil
}

// summable leaves room for the sums and products that are made of what was read.
func summable(x float64) bool { return math.Abs(x) <= 1e100 }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// model turns a solution on the standardised columns into one on the columns as they are.
func (d *design) model(p point, alpha float64) *Model {
	m := &Model{Alpha: alpha, Lambda: p.lambda, Intercept: p.b0, Terms: make([]Term, len(d.scales))}
	for j, s := range d.scales {
		m.Terms[j] = Term{Mean: s.mean, SD: s.sd, MissingRate: s.missing}
	}
	for k, b := range p.beta {
		t := &m.Terms[d.source[k]]
		if d.isMiss[k] {
			t.MissingCoef = b / missingSD(t.MissingRate)
		} else {
			t.Coef = b / t.SD
		}
	}
	return m
}
