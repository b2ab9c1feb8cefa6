package survival

import (
	"fmt"
	"math"
)

// Point is one bin of a calibration curve at a horizon.
type Point struct {
	N         int
	Weight    float64
	Predicted float64 // weighted mean probability that the cause comes by the horizon
	Observed  float64 // Aalen-Johansen in the bin; NaN if follow-up in the bin ends before
	Lower     float64 // log-log interval of Observed, 95 %; NaN where Observed is 0, 1 or NaN
	Upper     float64
}

// Calibration groups rows into bins of equal weight by predicted probability and sets beside each bin's mean
// what came, by Aalen-Johansen, so that censored rows count for as long as they were followed. A row's bin
// is floor(bins * (weight with a smaller p + half the weight with this very p) / total): rows with one and
// the same prediction are never parted, and a bin may be empty and is then left out. One bin gives
// calibration in the large.
func Calibration(d Data, p []float64, cause int, horizon float64, bins int) ([]Point, error) {
	lengths("Calibration", d, p)
	fromOne(cause)
	if bins < 1 {
		panic(fmt.Sprintf("survival: Calibration in %d bins", bins))
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	var out []Point
	causes := max(d.causes(), cause)
	for _, rows := range equalBins(p, d.W, bins) {
		if len(rows) == 0 {
			continue
		}
		part, pt := d.pick(rows), Point{N: len(rows)}
		for _, i := range rows {
			pt.Weight += weight(d.W, i)
			pt.Predicted += float64(weight(d.W, i) * p[i])
		}
		pt.Predicted /= pt.Weight
		inc, err := AalenJohansen(part, causes)
		if err != nil {
			return nil, err
		}
		pt.Observed = inc.At(cause, horizon)
		pt.Lower, pt.Upper = inc.Interval(cause, horizon, 0.95)
		out = append(out, pt)
	}
	return out, nil
}

func (d Data) pick(rows []int) Data {
	var out Data
	for _, i := range rows {
		out.Time, out.Cause, out.W = append(out.Time, d.Time[i]), append(out.Cause, d.Cause[i]), append(out.W, weight(d.W, i))
		if d.Entry != nil {
			out.Entry = append(out.Entry, d.Entry[i])
		}
	}
	return out
}

// equalBins returns the rows of each bin, without those of weight 0.
func equalBins(p, w []float64, bins int) [][]int {
	total := 0.0
	for i := range p {
		total += weight(w, i)
	}
	out := make([][]int, bins)
	order, below := byScore(p), 0.0
	for from := 0; from < len(order); {
		to, here := from, 0.0
		for ; to < len(order) && (to == from || p[order[to]] == p[order[from]]); to++ {
			here += weight(w, order[to])
		}
		bin := min(bins-1, int(math.Floor(float64(bins)*(below+here/2)/total)))
		for _, i := range order[from:to] {
			if weight(w, i) > 0 {
				out[bin] = append(out[bin], i)
			}
		}
		below += here
		from = to
	}
	return out
}
