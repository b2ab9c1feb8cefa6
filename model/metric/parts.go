package metric

import "math"

// BrierParts take the Brier score apart by bins of probability. Brier is
// Reliability - Resolution + Uncertainty + WithinVariance - WithinCovariance, exactly.
type BrierParts struct {
	Reliability      Value `json:"reliability"`       // mean squared gap of a bin: what recalibration could take away
	Resolution       Value `json:"resolution"`        // how far the bins' shares are from the base rate: what the model knows
	Uncertainty      Value `json:"uncertainty"`       // base rate * (1 - base rate)
	WithinVariance   Value `json:"within_variance"`   // of the probability around its bin's mean
	WithinCovariance Value `json:"within_covariance"` // twice that of probability and outcome within bins: what is known beyond the bin
}

// DecomposeBrier returns Murphy's (1973) three parts over bins of equal weight (see Curve), and the two terms that
// are left out where probabilities are taken as equal within a bin (Stephenson, Coelho and Jolliffe 2008). It
// panics if bins is below 1.
func DecomposeBrier(p, y, w []float64, bins int) BrierParts {
	check("DecomposeBrier", len(p), y, w)
	if bins < 1 {
		panic("metric: DecomposeBrier into no bins")
	}
	of := equalBins(p, w, bins)
	weights, mean, share := make([]float64, bins), make([]float64, bins), make([]float64, bins)
	var total, base float64
	for i, b := range of {
		v := weight(w, i)
		weights[b] += v
		mean[b] += float64(v * p[i])
		share[b] += float64(v * y[i])
		total += v
		base += float64(v * y[i])
	}
	base /= total
	for b := range weights {
		if weights[b] > 0 {
			mean[b] /= weights[b]
			share[b] /= weights[b]
		}
	}
	var reliability, resolution, variance, covariance float64
	for b, v := range weights {
		if v > 0 {
			reliability += float64(v * (mean[b] - share[b]) * (mean[b] - share[b]))
			resolution += float64(v * (share[b] - base) * (share[b] - base))
		}
	}
	for i, b := range of {
		v, d := weight(w, i), p[i]-mean[b]
		variance += float64(v * d * d)
		covariance += float64(2 * v * d * (y[i] - share[b]))
	}
	if total <= 0 || math.IsNaN(reliability) {
		total = math.NaN()
	}
	return BrierParts{Value(reliability / total), Value(resolution / total), Value(base * (1 - base)),
		Value(variance / total), Value(covariance / total)}
}
