package metric

import "math"

// NetBenefit returns the net benefit per row of acting on every row with p >= threshold (Vickers and
// Elkin 2006): hits minus false alarms, a false alarm costing threshold/(1-threshold) of a hit. It
// panics if threshold is outside [0, 1).
func NetBenefit(p, y, w []float64, threshold float64) float64 {
	check("NetBenefit", len(p), y, w)
	cost := costOf("NetBenefit", threshold)
	var total, benefit float64
	for i := range p {
		v := weight(w, i)
		total += v
		if math.IsNaN(p[i]) {
			return p[i]
		}
		if p[i] >= threshold {
			benefit += v * (y[i] - (1-y[i])*cost)
		}
	}
	return benefit / total
}

// costOf is what a false alarm costs in hits at a threshold.
func costOf(name string, threshold float64) float64 {
	if !(threshold >= 0 && threshold < 1) {
		panic("metric: " + name + " at a threshold outside [0, 1)")
	}
	return threshold / (1 - threshold)
}

// Decision is the decision curve at one threshold. Acting on nobody has the net benefit 0 at every threshold.
type Decision struct {
	Threshold float64  `json:"threshold"`
	Acted     Value    `json:"acted"`    // share of the weight with p >= threshold
	Model     Estimate `json:"model"`    // net benefit of acting on them
	All       Estimate `json:"all"`      // of acting on everybody
	OverAll   Estimate `json:"over_all"` // the model's above that of everybody, on the same rows
	Useful    bool     `json:"useful"`   // the model's is above 0 and above that of everybody, both beyond the interval
}

// DecisionCurve returns the net benefit of the model and of acting on everybody at each threshold, with the interval
// of a Mean over citizens: a net benefit is the mean of what each row adds. It panics if a threshold is outside
// [0, 1).
func DecisionCurve(p, y, w []float64, group []int32, thresholds []float64, level float64) []Decision {
	check("DecisionCurve", len(p), y, w)
	g, n := clusters("DecisionCurve", len(p), group)
	model, all, over := make([]float64, len(p)), make([]float64, len(p)), make([]float64, len(p))
	out := make([]Decision, 0, len(thresholds))
	for _, t := range thresholds {
		cost := costOf("DecisionCurve", t)
		var acted, total float64
		for i := range p {
			all[i] = y[i] - float64((1-y[i])*cost)
			model[i], over[i] = 0, -all[i]
			total += weight(w, i)
			if p[i] >= t {
				model[i], over[i] = all[i], 0
				acted += weight(w, i)
			} else if math.IsNaN(p[i]) {
				model[i], over[i], acted = p[i], p[i], p[i]
			}
		}
		mean := func(a []float64) Estimate { return meanOf(a, w, g, n, level, math.Inf(-1), 1) }
		d := Decision{Threshold: t, Acted: Value(acted / total), Model: mean(model), All: mean(all), OverAll: mean(over)}
		d.Useful = d.Model.Lower > 0 && d.OverAll.Lower > 0
		out = append(out, d)
	}
	return out
}
