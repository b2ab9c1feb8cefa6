package account

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/businesscase"
)

// Plan is what a forecast by quarter needs besides the measured rates of a projection.
type Plan struct {
	Made        rettidig.Day
	By          string
	Model       string
	ModelSHA256 string
	Basis       string

	First   Quarter
	Courses []int // assumed to begin in each quarter from First on
	// PhaseIn is the share of full effect in each quarter, in (0, 1]: the share of the courses for which the model is
	// used. Nil: all of them everywhere.
	PhaseIn []float64

	Way      string // businesscase.ByBenefit or ByProduct; empty: as the projection's first comparison
	Baseline string // businesscase.SU7Baseline or OwnBaseline; empty: as the projection's first comparison

	PriceLevel string // of the projection's value per citizen
	KronerGain Gain   // empty: Capacity, what need freed on paper is
	KronerDays int    // after the quarter's last day until the kroner can be judged; 0: DefaultKronerDays
	// MinutesPerEffect is how many visited minutes a week a course with effect saves; 0: no minutes are forecast.
	MinutesPerEffect float64
	MinutesGain      Gain // empty: Capacity
}

// DefaultKronerDays is the courses' own time and half a year, over which SU7 counts the value of an effect.
const DefaultKronerDays = mature + 182

// FromProjection makes a forecast by quarter of a projection. The interval of a quarter is that of a new observation: what
// is not known of the rate, by its Jeffreys posterior, and the chance in so many courses, which together are a
// beta-binomial distribution. The rate is the same in all quarters, so the sum of quarters has the distribution of that
// many courses at once, which is wider than if quarters erred independently. Effects by the product of two rates are a mixture of
// binomials over both posteriors.
//
// Kroner are value x (effects - courses x baseline), with the baseline as a fixed number: what is held to account later
// must be a number on which the parties agreed, so its own uncertainty is not part of the interval.
func FromProjection(p businesscase.Projection, plan Plan) (Forecast, error) {
	var e faults
	e.check(len(p.Comparisons) > 0, "comparisons", "empty", "a projection as businesscase.FromPrecision makes it")
	e.check(len(plan.Courses) >= 1 && len(plan.Courses) <= mostQuarters, "courses", len(plan.Courses), fmt.Sprintf("a number for each of 1 to %d quarters", mostQuarters))
	e.check(plan.PhaseIn == nil || len(plan.PhaseIn) == len(plan.Courses), "phase_in", len(plan.PhaseIn), "as many shares as quarters")
	for _, n := range plan.Courses {
		e.check(n >= 0 && n <= mostCourses, "courses", n, "0 to 1,000,000")
	}
	for _, s := range plan.PhaseIn {
		e.check(s > 0 && s <= 1, "phase_in", s, "a share in (0, 1]")
	}
	e.check(plan.MinutesPerEffect >= 0 && plan.MinutesPerEffect <= 10_080, "minutes_per_effect", plan.MinutesPerEffect, "0 to the 10,080 minutes of a week")
	e.check(p.Params.ValuePerCitizen >= 0 && p.Params.ValuePerCitizen <= mostValue, "value_per_citizen", p.Params.ValuePerCitizen, "kroner, at least 0")
	rates := map[string]counts{}
	for _, r := range p.Rates {
		ok := r.N >= 1 && r.N <= mostCourses && r.Events >= 0 && r.Events <= float64(r.N)
		e.check(ok, "rates: "+r.ID, fmt.Sprintf("%v of %d", r.Events, r.N), "events of n")
		rates[r.ID] = counts{r.Events, float64(r.N)}
	}
	if err := e.err("projection"); err != nil {
		return Forecast{}, err
	}
	c, err := comparison(p.Comparisons, plan.Way, plan.Baseline)
	if err != nil {
		return Forecast{}, err
	}
	base := c.BaselineRate.Estimate
	f := Forecast{
		Made: plan.Made, By: plan.By, Model: plan.Model, ModelSHA256: plan.ModelSHA256, Seed: p.Seed, PriceLevel: plan.PriceLevel,
		ValuePerCitizen: p.Params.ValuePerCitizen, BaselineRate: base, Basis: plan.Basis, Synthetic: p.Synthetic(),
	}
	if r, ok := rates["completion"]; ok {
		f.Series = append(f.Series, plan.series(Kind{Completions, ""}, mature, newLaw(r.rate(), r.nodes()), 1, 0))
	}
	effect := newLaw(rates["benefit"].rate(), rates["benefit"].nodes())
	if c.Way == businesscase.ByProduct {
		a, b := rates["completion"], rates["effect"]
		effect = newLaw(a.rate()*b.rate(), product(a, b))
	}
	if effect.nodes == nil {
		return Forecast{}, rettidig.E(rettidig.Invalid, "account-projection", "the projection compares by "+c.Way+" but has not the rates for it", nil)
	}
	f.Series = append(f.Series, plan.series(Kind{Effects, ""}, mature, effect, 1, 0))
	if plan.MinutesPerEffect > 0 {
		f.Series = append(f.Series, plan.series(Kind{Minutes, orCapacity(plan.MinutesGain)}, mature, effect, plan.MinutesPerEffect, base))
	}
	days := plan.KronerDays
	if days == 0 {
		days = DefaultKronerDays
	}
	f.Series = append(f.Series, plan.series(Kind{Kroner, orCapacity(plan.KronerGain)}, days, effect, f.ValuePerCitizen, base))
	return f, f.Validate()
}

func orCapacity(g Gain) Gain {
	if g == "" {
		return Capacity
	}
	return g
}

func comparison(all []businesscase.Comparison, way, baseline string) (businesscase.Comparison, error) {
	if way == "" {
		way = all[0].Way
	}
	if baseline == "" {
		baseline = all[0].Baseline
	}
	var have []string
	for _, c := range all {
		if c.Way == way && c.Baseline == baseline {
			if !(c.BaselineRate.Estimate >= 0 && c.BaselineRate.Estimate <= 1) {
				break
			}
			return c, nil
		}
		have = append(have, c.Way+" against "+c.Baseline)
	}
	return businesscase.Comparison{}, rettidig.E(rettidig.Invalid, "account-projection",
		fmt.Sprintf("the projection has no usable comparison %s against %s; it has %v", way, baseline, have), nil)
}

// series fills one series: a quarter's figure is scale x (K - courses x base), K the number of courses that turn out well.
// Where the model is used for a share s of the courses only, the others turn out as the baseline does; K is counted among those
// selected, so it is the courses that shrink.
func (plan *Plan) series(k Kind, days int, rate law, scale, base float64) Series {
	s := Series{Kind: k, MatureDays: days}
	all, q := 0, plan.First
	for i, n := range plan.Courses {
		fq := ForecastQuarter{Quarter: q}
		if plan.PhaseIn != nil {
			fq.PhaseIn = plan.PhaseIn[i]
			n = int(math.Round(float64(float64(n) * fq.PhaseIn)))
		}
		fq.Courses = n
		figure := func(x float64, n int) float64 { return tidy(scale * (x - float64(float64(n)*base))) }
		at := func(cdf distribution, n int, u float64) float64 { return figure(float64(cdf.quantile(u)), n) }
		one := rate.of(n)
		for j := range levels {
			fq.Quantiles = append(fq.Quantiles, at(one, n, float64(j+1)/(levels+1)))
		}
		fq.Range = around(figure(rate.estimate*float64(n), n), fq.Quantiles[0], fq.Quantiles[levels-1])
		all += n
		total := rate.of(all)
		s.Quarters = append(s.Quarters, fq)
		s.Sum = append(s.Sum, around(figure(rate.estimate*float64(all), all), at(total, all, 0.05), at(total, all, 0.95)))
		q = q.Next()
	}
	return s
}

// tidy drops what is only rounding, so that a file reads well.
func tidy(x float64) float64 { return math.Round(x*1e6)/1e6 + 0 }

// around makes a range that holds its estimate: with no event among few, the interval alone would not.
func around(estimate, lower, upper float64) Range {
	return Range{estimate, min(lower, estimate), max(upper, estimate)}
}

// counts is events of n; not whole when cases were weighted.
type counts struct{ events, n float64 }

func (c counts) rate() float64 {
	if c.n == 0 {
		return 0
	}
	return c.events / c.n
}

// mixture is a rate's distribution as equally likely rates, ascending.
type mixture []float64

const (
	fine   = 512 // rates that stand for a posterior
	coarse = 64  // of each of two whose product is taken
)

// quantiles of the Jeffreys posterior in the middle of m equal strata.
func (c counts) strata(m int) mixture {
	if c.n == 0 {
		return nil
	}
	x := make(mixture, m)
	for i := range x {
		x[i] = mathext.InvRegIncBeta(c.events+0.5, c.n-c.events+0.5, (float64(i)+0.5)/float64(m))
	}
	return x
}

func (c counts) nodes() mixture { return c.strata(fine) }

// product returns the distribution of one rate times another, what is known of each being independent of the other.
func product(a, b counts) mixture {
	x, y := a.strata(coarse), b.strata(coarse)
	if x == nil || y == nil {
		return nil
	}
	var all []float64
	for _, p := range x {
		for _, q := range y {
			all = append(all, p*q)
		}
	}
	slices.Sort(all)
	size := len(all) / fine
	out := make(mixture, fine)
	for i := range out {
		sum := 0.0
		for _, p := range all[i*size : (i+1)*size] {
			sum += p
		}
		out[i] = sum / float64(size)
	}
	return out
}

// law is what is known of a rate, and how many of n courses turn out well for the n that were asked for.
type law struct {
	estimate float64
	nodes    mixture
	known    map[int]distribution
}

func newLaw(estimate float64, nodes mixture) law { return law{estimate, nodes, map[int]distribution{}} }

func (l law) of(n int) distribution {
	d, ok := l.known[n]
	if !ok {
		d = l.nodes.of(n)
		l.known[n] = d
	}
	return d
}

// distribution is P(K <= first + i).
type distribution struct {
	first int
	cdf   []float64
}

// quantile returns the smallest k with P(K <= k) >= u.
func (d distribution) quantile(u float64) int {
	i, _ := slices.BinarySearch(d.cdf, u-1e-12)
	return d.first + min(i, len(d.cdf)-1)
}

// of returns how many of n courses turn out well when the rate is one of m, each as likely. Probabilities below 1e-16 of the
// likeliest are left out.
func (m mixture) of(n int) distribution {
	if n == 0 {
		return distribution{0, []float64{1}}
	}
	weight := make([]float64, n+1)
	lo, hi := n, 0
	for _, p := range m {
		mode := min(int(float64(n+1)*p), n)
		up := spread(mode, n, p/(1-p), func(k int) float64 { return float64(n-k) / float64(k+1) })
		down := spread(n-mode, n, (1-p)/p, func(k int) float64 { return float64(n-k) / float64(k+1) })
		sum := -1.0 // the mode is in both
		for _, w := range up {
			sum += w
		}
		for _, w := range down {
			sum += w
		}
		for i, w := range up {
			weight[mode+i] += w / sum
		}
		for i, w := range down[1:] {
			weight[mode-1-i] += w / sum
		}
		lo, hi = min(lo, mode-len(down)+1), max(hi, mode+len(up)-1)
	}
	d := distribution{first: lo}
	sum := 0.0
	for _, w := range weight[lo : hi+1] {
		sum += w / float64(len(m))
		d.cdf = append(d.cdf, sum)
	}
	return d
}

// spread returns the binomial probabilities from k upwards relative to that of k.
func spread(k, n int, odds float64, ratio func(int) float64) []float64 {
	out := []float64{1}
	for w := 1.0; k < n; k++ {
		if w *= ratio(k) * odds; w < 1e-16 {
			break
		}
		out = append(out, w)
	}
	return out
}
