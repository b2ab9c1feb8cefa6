package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/registry"
	"github.com/rettidig/rettidig/pipeline"
	"github.com/rettidig/rettidig/scoring"
)

// answers is api.Scorer over the newest model of each target.
type answers struct {
	loaded map[rettidig.Target]*loaded
	views  []api.ModelView // in target order
}

type loaded struct {
	*scoring.Answerer
	report *model.Report
}

// loadAnswers loads the newest whole model of every target. A target without a model is answered by "no-model".
func loadAnswers(regDir string, p cohort.Protocol) (*answers, error) {
	reg := registry.Open(regDir)
	a := &answers{loaded: map[rettidig.Target]*loaded{}}
	for _, t := range rettidig.Targets() {
		entry, err := reg.Newest(string(t))
		if errors.Is(err, registry.ErrNotFound) {
			continue
		} else if err != nil {
			return nil, err
		}
		m, rep, _, err := reg.Load(entry.ID)
		if err != nil {
			return nil, err
		}
		ref := rettidig.ModelRef{ID: entry.ID, SHA256: entry.ModelSHA256()}
		an, err := scoring.NewAnswerer(ref, t, m, p)
		if err != nil {
			return nil, err
		}
		view, err := viewOf(ref, t, m, rep, p)
		if err != nil {
			return nil, err
		}
		a.loaded[t] = &loaded{an, rep}
		a.views = append(a.views, view)
	}
	if len(a.views) == 0 {
		return nil, fmt.Errorf("no whole model in %s: train some with `train fit`", regDir)
	}
	return a, nil
}

// Score implements api.Scorer.
func (a *answers) Score(h *rettidig.History, t rettidig.Target, asOf rettidig.Day, lang string) (rettidig.Score, *api.TrackRecord, error) {
	l, ok := a.loaded[t]
	if !ok {
		return rettidig.Score{}, nil, rettidig.E(rettidig.Unavailable, "no-model", "Der er ingen model til spørgsmålet.", nil)
	}
	if !proven(l.report) {
		return rettidig.Score{
			Target: t, Status: rettidig.Withheld, WithheldReason: noBetterThanChance, AsOf: asOf, Model: l.Ref(), Unseen: scoring.Unseen(lang),
		}, nil, nil
	}
	s := l.Answerer.Score(h, asOf, lang)
	if s.Status != rettidig.Scored {
		return s, nil, nil
	}
	return s, trackRecord(l.report.Curve, *s.Probability), nil
}

// noBetterThanChance is why everybody's score is withheld by a model that has not shown that it knows anything.
const noBetterThanChance = "no-better-than-chance"

// proven tells whether a model ranks later citizens better than chance: the 95 % interval of its auroc lies above 0.5,
// and its slope is not the wrong way round.
// Its figures are on the models page either way, and the data team can score with it; an assessor is told that we do
// not know.
func proven(r *model.Report) bool { return r.Unfit() == "" }

// Eligible implements api.Scorer.
func (a *answers) Eligible(h *rettidig.History, t rettidig.Target, asOf rettidig.Day) (bool, string) {
	l, ok := a.loaded[t]
	if !ok {
		return false, "no-model"
	}
	return l.Answerer.Eligible(h, asOf)
}

// Models implements api.Scorer.
func (a *answers) Models() []api.ModelView { return a.views }

// trackRecord finds the group of test citizens whose mean prediction is nearest to p (the lower one on a tie) and
// says how many there were and how many had the event. The band reaches half way to the neighbouring groups.
func trackRecord(curve []metric.Point, p float64) *api.TrackRecord {
	best := -1
	for i, g := range curve {
		if best < 0 || abs(g.Mean-p) < abs(curve[best].Mean-p) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	tr := &api.TrackRecord{To: 1, N: curve[best].N, Events: int(curve[best].Observed*float64(curve[best].N) + 0.5)}
	if best > 0 {
		tr.From = (curve[best-1].Mean + curve[best].Mean) / 2
	}
	if best+1 < len(curve) {
		tr.To = (curve[best].Mean + curve[best+1].Mean) / 2
	}
	return tr
}

func abs(x float64) float64 { return max(x, -x) }

// viewOf is what the models page shows.
func viewOf(ref rettidig.ModelRef, t rettidig.Target, m *model.Model, r *model.Report, p cohort.Protocol) (api.ModelView, error) {
	v := api.ModelView{
		Ref: ref, Target: t, Learner: m.Learner, Protocol: p.Name(), N: r.N, Positives: r.NPositive, BaseRate: m.BaseRate,
		AUROC:   estimate(r.AUROC, r.AUROCLower, r.AUROCUpper),
		LogLoss: estimate(r.Logloss, r.LoglossLower, r.LoglossUpper),
		Brier:   estimate(r.Brier, r.BrierLower, r.BrierUpper),
		ECE:     estimate(r.ECE, r.ECELower, r.ECEUpper),
		Slope:   estimate(r.Slope, r.SlopeLower, r.SlopeUpper), Intercept: estimate(r.Intercept, r.InterceptLower, r.InterceptUpper),
		Capacity: r.Capacity, Precision: estimate(r.Precision, r.PrecisionLower, r.PrecisionUpper),
		Warnings: append(append([]string{}, r.Warnings...), r.Notes...),
	}
	if !proven(r) {
		v.Warnings = append([]string{"assessors are told that we do not know: " + r.Unfit()}, v.Warnings...)
	}
	if c := r.Card; c != nil {
		v.CardAUROC, v.CardPrec = estimate(c.AUROC, c.AUROCLower, c.AUROCUpper), estimate(c.Precision, c.PrecisionLower, c.PrecisionUpper)
		v.BeatsCard = r.BeatsCard()
		var b bytes.Buffer
		if err := pipeline.WriteCard(&b, r, m.Columns, "da"); err != nil {
			return v, err
		}
		v.CardText = b.String()
	}
	for _, g := range r.Curve {
		v.Calibration = append(v.Calibration, api.CalibrationPoint{Predicted: g.Mean, Observed: g.Observed, Lower: g.Lower, Upper: g.Upper, N: g.N})
	}
	for _, l := range r.Leaks {
		v.Leaks = append(v.Leaks, api.LeakCheck{Name: l.Name, Caught: l.Caught, Evidence: l.Evidence})
	}
	return v, nil
}

// estimate leaves a figure that is not defined at zero: JSON has no NaN, and the warnings say why.
func estimate(value, lower, upper metric.Value) api.Estimate {
	var e api.Estimate
	for _, f := range []struct {
		from metric.Value
		to   *float64
	}{{value, &e.Value}, {lower, &e.Lower}, {upper, &e.Upper}} {
		if f.from.Defined() {
			*f.to = float64(f.from)
		}
	}
	return e
}
