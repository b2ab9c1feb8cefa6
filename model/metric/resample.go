package metric

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/rettidig/rettidig/internal/parallel"
)

// Draws are a figure on the rows as they are and on citizens drawn again.
type Draws struct {
	Figure float64
	Of     []float64 // NaN where it was not defined
}

// Resample draws b times as many citizens as there are, with replacement and with all their rows, and has f compute
// its figure from the weights that the rows then have, 0 for those not drawn. It is for figures that Bootstrap does
// not have, and draws the same citizens for the same seed. group may be nil, then each row is drawn for itself. f is
// called from several goroutines at once and must not keep the slice.
func Resample(rows int, w []float64, group []int32, b int, seed uint64, f func(w []float64) float64) Draws {
	check("Resample", rows, w)
	g, n := clusters("Resample", rows, group)
	whole := make([]float64, rows)
	for i := range whole {
		whole[i] = weight(w, i)
	}
	d := Draws{Figure: f(whole), Of: make([]float64, b)}
	parallel.For(b, runtime.GOMAXPROCS(0), func(k int) {
		times, drawn := timesDrawn(n, seed, k), make([]float64, rows)
		for i := range drawn {
			drawn[i] = whole[i] * times[g[i]]
		}
		d.Of[k] = f(drawn)
	})
	return d
}

// timesDrawn is how often draw k takes each of n citizens; it depends on seed and k only.
func timesDrawn(n int, seed uint64, k int) []float64 {
	rng := rand.New(rand.NewPCG(seed, uint64(k)+0x9e3779b97f4a7c15))
	times := make([]float64, n)
	for range n {
		times[rng.IntN(n)]++
	}
	return times
}

// Central is the range that holds level (for instance 0.95) of the draws with as many below as above. It is NaN with
// fewer than two draws in which the figure is defined.
func (d Draws) Central(level float64) Interval {
	v := d.defined()
	if len(v) < 2 {
		return Interval{Value(math.NaN()), Value(math.NaN())}
	}
	return Interval{Value(Quantile(v, (1-level)/2)), Value(Quantile(v, (1+level)/2))}
}

// Distance is the interval of a figure that measures a distance from being right, as ECE and SmoothECE do. Chance can
// only add to it: the figure is above the truth, and the draws, to which resampling adds chance a second time, are
// above the figure, often all of them. So the draws tell how far they spread and how much chance adds, not where the
// truth is. Squares of distances add up as variances do, so everything is done on squares: the upper end is that of
// the figure plus the draws' upper spread around their mean; the lower end is that of the figure, less what chance
// adds, by the draws' mean over it, and less their lower spread; never below 0. The interval holds the figure, and
// reaches down to 0 where nothing but chance can be seen.
func (d Draws) Distance(level float64) Interval {
	v := d.defined()
	if len(v) < 2 || math.IsNaN(d.Figure) {
		return Interval{Value(math.NaN()), Value(math.NaN())}
	}
	var mean float64
	for _, x := range v {
		mean += x * x / float64(len(v))
	}
	lo, hi := Quantile(v, (1-level)/2), Quantile(v, (1+level)/2)
	square := d.Figure * d.Figure
	lower := square - max(0, mean-square) - max(0, mean-lo*lo)
	upper := square + max(0, hi*hi-mean)
	return Interval{Value(math.Sqrt(max(0, lower))), Value(math.Sqrt(upper))}
}

func (d Draws) defined() []float64 {
	v := make([]float64, 0, len(d.Of))
	for _, x := range d.Of {
		if !math.IsNaN(x) {
			v = append(v, x)
		}
	}
	slices.Sort(v)
	return v
}

// Quantile lies on straight lines between the sorted values, of which there must be one at least; the lowest is at
// q = 0, the highest at q = 1.
func Quantile(sorted []float64, q float64) float64 {
	h := q * float64(len(sorted)-1)
	i := min(int(h), max(0, len(sorted)-2))
	next := sorted[min(i+1, len(sorted)-1)]
	return sorted[i] + float64((h-float64(i))*(next-sorted[i]))
}
