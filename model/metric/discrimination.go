package metric

import "math"

// AUROC returns the area under the receiver operating characteristic: the weighted share of pairs of one
// positive and one negative row in which the positive row has the higher score; a tie counts half. It is
// NaN if one of the classes has no weight.
func AUROC(score, y, w []float64) float64 {
	check("AUROC", len(score), y, w)
	a, _ := rankedSorted(score, y, w, falling(score))
	return a
}

// AveragePrecision returns the area under the precision-recall steps: the sum over thresholds, from the highest
// score down, of the precision there times the recall that is gained there. Rows with one score pass a threshold
// together and are one step; nothing is interpolated (Davis and Goadrich 2006 say why it must not be). A score that
// knows nothing gets the base rate. It is NaN without a positive of any weight.
func AveragePrecision(score, y, w []float64) float64 {
	check("AveragePrecision", len(score), y, w)
	_, a := rankedSorted(score, y, w, falling(score))
	return a
}

// rankedSorted computes both in one pass over the rows by falling score.
func rankedSorted(score, y, w []float64, order []int32) (auroc, average float64) {
	var above, neg, pairs, steps float64 // above, neg: weight of positives and negatives with a higher score
	ties(score, order, func(from, to int) {
		var tp, tn float64
		for _, i := range order[from:to] {
			v := weight(w, int(i))
			tp += v * y[i]
			tn += v * (1 - y[i])
		}
		pairs += tn * (above + tp/2)
		above += tp
		neg += tn
		if tp > 0 {
			steps += float64(tp * (above / (above + neg)))
		}
	})
	auroc, average = pairs/above/neg, steps/above
	if above <= 0 || neg <= 0 || unknown(score, order) {
		auroc = math.NaN()
	}
	if above <= 0 || unknown(score, order) {
		average = math.NaN()
	}
	return auroc, average
}

// Capacity says what a team gets that acts on a fixed share of the rows, those with the highest scores.
// Rows tied at the cut-off are equal to the model, so Low and High are the worst and the best way of
// picking among them and the figure without a suffix is the expectation of a fair draw.
type Capacity struct {
	Share         float64 `json:"share"`    // of all weight
	Selected      float64 `json:"selected"` // weight that is selected
	Precision     Value   `json:"precision"`
	PrecisionLow  Value   `json:"precision_worst"`
	PrecisionHigh Value   `json:"precision_best"`
	Lift          Value   `json:"lift"` // precision over the base rate
	LiftLow       Value   `json:"lift_worst"`
	LiftHigh      Value   `json:"lift_best"`
}

// AtCapacity returns the precision and lift among the share of all weight with the highest scores. The
// selected weight is share times the total exactly, so the last row may be selected in part. It panics
// if share is outside (0, 1].
func AtCapacity(score, y, w []float64, share float64) Capacity {
	check("AtCapacity", len(score), y, w)
	if !(share > 0 && share <= 1) {
		panic("metric: AtCapacity of a share outside (0, 1]")
	}
	return atCapacitySorted(score, y, w, share, falling(score))
}

func atCapacitySorted(score, y, w []float64, share float64, order []int32) Capacity {
	var total, pos float64
	for i := range score {
		v := weight(w, i)
		total += v
		pos += v * y[i]
	}
	room := share * total
	var hits, low, high, left = 0.0, 0.0, 0.0, room
	done := false
	ties(score, order, func(from, to int) {
		if done {
			return
		}
		var tp, tn float64
		for _, i := range order[from:to] {
			v := weight(w, int(i))
			tp += v * y[i]
			tn += v * (1 - y[i])
		}
		if tp+tn <= left {
			hits, low, high, left = hits+tp, low+tp, high+tp, left-tp-tn
			return
		}
		hits += left * tp / (tp + tn)
		low += max(0, left-tn)
		high += min(left, tp)
		done = true
	})
	if unknown(score, order) {
		hits, low, high = math.NaN(), math.NaN(), math.NaN()
	}
	rate := pos / total
	c := Capacity{Share: share, Selected: room}
	c.Precision, c.PrecisionLow, c.PrecisionHigh = Value(hits/room), Value(low/room), Value(high/room)
	c.Lift, c.LiftLow, c.LiftHigh = Value(hits/room/rate), Value(low/room/rate), Value(high/room/rate)
	return c
}
