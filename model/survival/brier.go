package survival

import "fmt"

// Brier returns the mean squared distance between p, the predicted probability that the cause has come by
// the horizon, and whether it had, weighted for censoring (Graf et al. 1999; with competing causes
// Schoop et al. 2011: who had another cause by then did not have this one). It divides by the weight of
// all rows. It returns an error if a row cannot be weighted.
func Brier(d Data, g *Curve, p []float64, cause int, horizon float64) (float64, error) {
	lengths("Brier", d, p)
	states, w, err := known(d, g, cause, horizon)
	if err != nil {
		return 0, err
	}
	var sum, total float64
	for i, s := range states {
		total += weight(d.W, i)
		switch s {
		case hit:
			sum += float64(w[i] * float64((1-p[i])*(1-p[i])))
		case free, other:
			sum += float64(w[i] * float64(p[i]*p[i]))
		}
	}
	return sum / total, nil
}

// Integrated returns the mean over time of a figure known at rising times, by trapezoids from the first to
// the last. It panics with fewer than two times or if they do not rise.
func Integrated(times, figure []float64) float64 {
	if len(times) != len(figure) || len(times) < 2 {
		panic(fmt.Sprintf("survival: Integrated of %d figures at %d times, want at least two", len(figure), len(times)))
	}
	sum := 0.0
	for i := 1; i < len(times); i++ {
		if !(times[i] > times[i-1]) {
			panic(fmt.Sprintf("survival: Integrated at time %v after %v", times[i], times[i-1]))
		}
		sum += float64((times[i] - times[i-1]) * float64((figure[i]+figure[i-1])/2))
	}
	return sum / (times[len(times)-1] - times[0])
}

// IntegratedBrier is Integrated of Brier: p[h] are the predictions at times[h].
func IntegratedBrier(d Data, g *Curve, p [][]float64, cause int, times []float64) (float64, error) {
	if len(p) != len(times) {
		panic(fmt.Sprintf("survival: IntegratedBrier of predictions at %d times, want at %d", len(p), len(times)))
	}
	at := make([]float64, len(times))
	for h, t := range times {
		var err error
		if at[h], err = Brier(d, g, p[h], cause, t); err != nil {
			return 0, err
		}
	}
	return Integrated(times, at), nil
}
