package metric

import (
	"math"
	"runtime"

	"github.com/rettidig/rettidig/internal/parallel"
)

// Interval is the range of a figure over resampled citizens.
type Interval struct {
	Lower Value `json:"lower"`
	Upper Value `json:"upper"`
}

// Intervals of a clustered bootstrap: percentiles, but for ECE, see Draws.Distance.
type Intervals struct {
	AUROC, AveragePrecision, Logloss, Brier, ECE, Slope, Intercept, InTheLarge, Precision, Lift Interval
}

// Bootstrap draws b times as many citizens as there are, with replacement and with all their rows, and
// returns the central range of each figure that holds level (for instance 0.95) of the draws. The rows of
// a citizen belong together: drawing rows instead would give too narrow ranges. Draw k depends on seed
// and k only, so the answer is the same for any number of threads. Slope and intercept are one Newton
// step from the full sample's line, which is as good to the order of the bootstrap itself.
//
// group may be nil, then each row is drawn for itself. share is that of AtCapacity; with 0 there is no precision and no
// lift. It panics if share is outside [0, 1].
func Bootstrap(p, y, w []float64, group []int32, share float64, b int, seed uint64, level float64) Intervals {
	check("Bootstrap", len(p), y, w)
	if !(share >= 0 && share <= 1) {
		panic("metric: Bootstrap of a share outside [0, 1]")
	}
	s := newSample(p, y, w, group, share)
	draws := make([]draw, b)
	parallel.For(b, runtime.GOMAXPROCS(0), func(k int) { draws[k] = s.draw(timesDrawn(s.groups, seed, k)) })
	values := func(f func(d draw) float64) []float64 {
		v := make([]float64, b)
		for k, d := range draws {
			v[k] = f(d)
		}
		return v
	}
	at := func(f func(d draw) float64) Interval { return Draws{Of: values(f)}.Central(level) }
	ece := Draws{ECE(p, y, w), values(func(d draw) float64 { return d.ece })}
	return Intervals{
		AUROC:            at(func(d draw) float64 { return d.auroc }),
		AveragePrecision: at(func(d draw) float64 { return d.average }), Logloss: at(func(d draw) float64 { return d.logloss }),
		Brier: at(func(d draw) float64 { return d.brier }), ECE: ece.Distance(level),
		Slope: at(func(d draw) float64 { return d.slope }), Intercept: at(func(d draw) float64 { return d.intercept }),
		InTheLarge: at(func(d draw) float64 { return d.large }),
		Precision:  at(func(d draw) float64 { return d.precision }), Lift: at(func(d draw) float64 { return d.lift }),
	}
}

// sample holds what does not change between draws.
type sample struct {
	p, y, w  []float64
	group    []int32 // 0 to groups-1
	groups   int
	share    float64
	order    []int32
	bin      []int
	a, b     float64 // the full sample's calibration line
	large    float64
	lineOK   bool
	line     []lineSums // by group, at (a, b)
	flat     []lineSums // by group, at (large, 1)
	loss, sq []float64  // by group
}

type draw struct{ auroc, average, logloss, brier, ece, slope, intercept, large, precision, lift float64 }

func newSample(p, y, w []float64, group []int32, share float64) *sample {
	g, n := clusters("Bootstrap", len(p), group)
	s := &sample{p: p, y: y, w: w, group: g, groups: n, share: share, order: falling(p), bin: equalBins(p, w, 10)}
	x := make([]float64, len(p))
	for i := range p {
		x[i] = Logit(p[i])
	}
	s.a, s.b, s.lineOK = Line(x, y, w)
	s.large = InTheLarge(x, y, w)
	s.line, s.flat = make([]lineSums, n), make([]lineSums, n)
	s.loss, s.sq = make([]float64, n), make([]float64, n)
	for i := range p {
		v := weight(w, i)
		s.line[g[i]].row(x[i], y[i], v, s.a, s.b)
		s.flat[g[i]].row(x[i], y[i], v, s.large, 1)
		s.loss[g[i]] += v * rowLogloss(p[i], y[i])
		s.sq[g[i]] += v * (p[i] - y[i]) * (p[i] - y[i])
	}
	return s
}

func (s *sample) draw(times []float64) draw {
	nan := math.NaN()
	if unknown(s.p, s.order) { // also where the row is not drawn
		return draw{nan, nan, nan, nan, nan, nan, nan, nan, nan, nan}
	}
	var line, flat lineSums
	var loss, sq float64
	for g, m := range times {
		if m == 0 {
			continue
		}
		line.plus(&s.line[g], m)
		flat.plus(&s.flat[g], m)
		loss += m * s.loss[g]
		sq += m * s.sq[g]
	}
	w := make([]float64, len(s.p))
	for i := range w {
		w[i] = weight(s.w, i) * times[s.group[i]]
	}
	auroc, average := rankedSorted(s.p, s.y, w, s.order)
	d := draw{auroc: auroc, average: average, logloss: loss / line.weight, brier: sq / line.weight,
		ece: s.ece(w), slope: nan, intercept: nan, large: nan, precision: nan, lift: nan}
	if da, db, ok := line.step(); ok && s.lineOK {
		d.intercept, d.slope = s.a+da, s.b+db
	}
	if flat.h00 > 0 {
		d.large = s.large + flat.g0/flat.h00
	}
	if s.share > 0 {
		c := atCapacitySorted(s.p, s.y, w, s.share, s.order)
		d.precision, d.lift = float64(c.Precision), float64(c.Lift)
	}
	return d
}

func (s *sample) ece(w []float64) float64 {
	var weight, gap [10]float64
	var total, sum float64
	for i, b := range s.bin {
		weight[b] += w[i]
		gap[b] += w[i] * (s.p[i] - s.y[i])
	}
	for b := range weight {
		sum += math.Abs(gap[b])
		total += weight[b]
	}
	return sum / total
}

func (s *lineSums) plus(o *lineSums, m float64) {
	s.weight += m * o.weight
	s.pos += m * o.pos
	s.g0 += m * o.g0
	s.g1 += m * o.g1
	s.h00 += m * o.h00
	s.h01 += m * o.h01
	s.h11 += m * o.h11
}
