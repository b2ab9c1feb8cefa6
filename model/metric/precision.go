package metric

import "math"

// AveragePrecision returns the area under the precision-recall steps: the sum over thresholds, from the highest
// score down, of the precision there times the recall that is gained there. Rows with one score pass a threshold
// together and are one step; nothing is interpolated (Davis and Goadrich 2006 say why it must not be). A score that
// knows nothing gets the base rate. It is NaN without a positive of any weight.
func AveragePrecision(score, y, w []float64) float64 {
	check("AveragePrecision", len(score), y, w)
	return averagePrecisionSorted(score, y, w, falling(score))
}

func averagePrecisionSorted(score, y, w []float64, order []int32) float64 {
	var hits, taken, sum float64
	ties(score, order, func(from, to int) {
		var tp float64
		for _, i := range order[from:to] {
			v := weight(w, int(i))
			tp += float64(v * y[i])
			taken += v
		}
		hits += tp
		if tp > 0 {
			sum += float64(tp * (hits / taken))
		}
	})
	if hits <= 0 {
		return math.NaN()
	}
	return sum / hits
}
