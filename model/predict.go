package model

import (
	"fmt"
	"math"

	"github.com/rettidig/rettidig/model/metric"
)

// The statuses of a prediction.
const (
	Scored   = "scored"
	Withheld = "withheld"
)

// Why a prediction is withheld.
const (
	OutsideAgeRange = "outside-age-range" // a bounded column is outside what was learned from
	UnlikeTraining  = "unlike-training"   // too far from everyone learned from
	TooLittleKnown  = "too-little-known"  // more is missing than for anyone learned from
)

// Prediction is the answer for one citizen. All numbers are NaN and Terms is nil unless Status is Scored.
//
// Intercept + sum of Terms + Calibration is LogOdds, the logit of Probability: Intercept belongs to the
// average citizen learned from, Terms[j] is what column j adds compared with that citizen, Calibration is
// what putting the learner right on later citizens adds. Where a gam has a term on a pair of columns, each
// of the two gets half of it. A boost's terms are exact Shapley values of the path-dependent kind (see
// tree.Scorer.Contributions).
type Prediction struct {
	Status         string
	WithheldReason string
	Probability    float64
	Lower, Upper   float64 // see Range; Lower <= Probability <= Upper
	LogOdds        float64
	Intercept      float64
	Calibration    float64
	Terms          []float64
	Unforeseen     int // values that are missing in columns where none was missing while learning
}

// Predict answers for x, the values of the model's columns in their order. It panics if there are more or
// fewer.
func (m *Model) Predict(x []float64) Prediction {
	return m.PredictInto(x, make([]float64, len(m.Columns)))
}

// PredictInto is Predict with the caller's memory for the terms.
func (m *Model) PredictInto(x, terms []float64) Prediction {
	if len(x) != len(m.Columns) || len(terms) != len(x) {
		panic(fmt.Sprintf("model: %d values and room for %d terms, the model has %d columns", len(x), len(terms), len(m.Columns)))
	}
	p := Prediction{Status: Scored, Unforeseen: m.unforeseen(x)}
	if why := m.Support.outside(x); why != "" {
		nan := math.NaN()
		p.Status, p.WithheldReason = Withheld, why
		p.Probability, p.Lower, p.Upper, p.LogOdds, p.Intercept, p.Calibration = nan, nan, nan, nan, nan, nan
		return p
	}
	raw := m.learned().LogOdds(x, terms)
	p.Terms, p.Intercept = terms, m.intercept()
	p.LogOdds = bound(m.Calibrator.At(raw))
	p.Calibration = p.LogOdds - raw
	p.Probability = metric.Sigmoid(p.LogOdds)
	p.Lower, p.Upper = m.between(x, p.Probability)
	return p
}

// bound keeps log odds where a probability still has a logit: 1e-6 to 1 minus 1e-6. Nobody's future is
// surer than that.
func bound(eta float64) float64 { return min(max(eta, -13.8155), 13.8155) }
