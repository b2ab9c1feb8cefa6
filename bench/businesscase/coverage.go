package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/mathext"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/model"
)

// draws of each simulation. They are stratified, so few will do: what they add to an interval's ends is small beside what
// one seed differs from the next by.
const draws = 500

// rates are the counts at capacity as the product sends them on.
func (w *world) rates(capacity float64) businesscase.Measured {
	a := w.AtCapacity
	of := func(events, n int) businesscase.Rate {
		r := businesscase.RateOf(float64(events), n, "")
		r.Clustering = a.Clustering
		return r
	}
	return businesscase.Measured{
		Completion: of(a.Completed, a.Selected), Effect: of(a.Events, a.Completed), Benefit: of(a.Events, a.Selected),
		BaseCompletion: of(a.AllCompleted, a.Candidates), BaseEffect: of(a.AllEvents, a.AllCompleted), BaseBenefit: of(a.AllEvents, a.Candidates),
		BaseIncludesSelected: true, SelectedShare: capacity, CoursesPerYear: w.courses(capacity), Synthetic: true,
	}
}

var su7 = sync.OnceValues(func() (businesscase.Params, error) { return businesscase.ParamsOf(cases.MustLoad("su7")) })

// forecast sends what was measured through SU7's chain, at the municipality's own number of courses.
func (w *world) forecast(seed uint64, capacity float64) (businesscase.Projection, error) {
	p, err := su7()
	if err != nil {
		return businesscase.Projection{}, err
	}
	return businesscase.FromPrecision(p, w.rates(capacity), businesscase.MCOptions{Draws: draws, Seed: seed})
}

// came is what came of the year after the cut-off, in citizens; times the value of one it is the saving.
type came struct {
	longRun  float64 // to be expected of the model over many years and municipalities
	expected float64 // to be expected of the choices it made that year, given who the candidates were
	realised float64 // that year, today's practice being the expectation among all of the year's candidates
	frozen   float64 // that year, today's practice being what was measured of it: what the municipality itself can reckon
}

// came reckons against the municipality's own today, or against a share that is taken as known.
func (w *world) came(noGain bool, today func() (known float64, ok bool)) came {
	var n, all, chosen, events float64
	for _, r := range w.Year {
		all += r.Expected
		if !r.Selected {
			continue
		}
		n++
		chosen += r.Expected
		if r.Benefit {
			events++
		}
	}
	own, long, base := all/float64(len(w.Year)), w.LongRunAll, float64(w.AtCapacity.AllEvents)/float64(w.AtCapacity.Candidates)
	if known, ok := today(); ok {
		own, long, base = known, known, known
	}
	rate := w.LongRun
	if noGain { // exactly, and not as the reference has it
		rate = w.LongRunAll
	}
	return came{longRun: n * (rate - long), expected: chosen - n*own, realised: events - n*own, frozen: events - n*base}
}

// The questions that are counted.
const (
	longRun   = "Saving, long run"
	oneYear   = "SavingOneYear, the year"
	oneFrozen = "SavingOneYear, the year, today as measured"
	ownYear   = "Saving, the year's own candidates"
	tooNarrow = "Saving, the year"
	holdsZero = "Saving holds 0"
	saysSaves = "says it saves"
	saysLoses = "says it loses"
	byLot     = "Saving holds 0, chosen by lot"
	lotSaves  = "says it saves, chosen by lot"
)

// count is one question over the seeds.
type count struct {
	n, yes int
	width  float64 // sum of the interval's
	off    moments // estimate less what came
	inside float64 // sum of variances that the intervals imply
}

type moments struct{ n, sum, square float64 }

func (m *moments) add(x float64) { m.n, m.sum, m.square = m.n+1, m.sum+x, m.square+float64(x*x) }
func (m *moments) mean() float64 { return m.sum / m.n }
func (m *moments) variance() float64 {
	return (m.square - float64(m.sum*m.sum)/m.n) / (m.n - 1)
}

func (m *moments) err() float64 { return math.Sqrt(m.variance() / m.n) }

// hold counts whether i holds x.
func (c *count) hold(i businesscase.Interval, x float64) {
	c.n++
	if i.Includes(x) {
		c.yes++
	}
	c.width += i.Upper - i.Lower
	c.off.add(i.Estimate - x)
	sd := (i.Upper - i.Lower) / (2 * 1.6449)
	c.inside += sd * sd
}

func (c *count) say(yes bool) {
	c.n++
	if yes {
		c.yes++
	}
}

func (c *count) share() float64 { return float64(c.yes) / float64(c.n) }

// exact is the 95 % interval of Clopper and Pearson (Biometrika 1934; 26: 404-413).
func (c *count) exact() (lower, upper float64) {
	k, n := float64(c.yes), float64(c.n)
	upper = 1
	if c.yes > 0 {
		lower = mathext.InvRegIncBeta(k, n-k+1, 0.025)
	}
	if c.yes < c.n {
		upper = mathext.InvRegIncBeta(k+1, n-k, 0.975)
	}
	return lower, upper
}

// spread is how much wider the differences scatter than the intervals say; 1 is right.
func (c *count) spread() float64 { return math.Sqrt(c.off.variance() / (c.inside / float64(c.n))) }

// key names a question in a world, of one way of counting against one today.
type key struct {
	noGain             bool
	way, baseline, ask string
}

// counted answers every question over some seeds.
func counted(results []*result) (map[key]*count, error) {
	out := map[key]*count{}
	at := func(k key) *count {
		if out[k] == nil {
			out[k] = &count{}
		}
		return out[k]
	}
	for _, r := range results {
		rng := rand.New(rand.NewPCG(r.Seed, 0x6c6f74)) // "lot"
		for range lots {
			w := world{AtCapacity: r.NoGain.lot(rng, r.Settings.Capacity), PerYear: r.NoGain.PerYear}
			p, err := w.forecast(r.Seed, r.Settings.Capacity)
			if err != nil {
				return nil, fmt.Errorf("seed %d, by lot: %w", r.Seed, err)
			}
			for _, c := range p.Local {
				if c.Baseline == businesscase.OwnBaseline {
					at(key{true, c.Way, c.Baseline, byLot}).hold(c.Saving, 0)
					at(key{true, c.Way, c.Baseline, lotSaves}).say(c.Verdict == businesscase.Saves)
				}
			}
		}
		for _, noGain := range []bool{false, true} {
			w := r.world(noGain)
			p, err := w.forecast(r.Seed, r.Settings.Capacity)
			if err != nil {
				return nil, fmt.Errorf("seed %d: %w", r.Seed, err)
			}
			for _, c := range p.Local {
				got, value := w.cameOf(noGain, c.Baseline, p.Params), p.Params.ValuePerCitizen
				k := func(ask string) *count { return at(key{noGain, c.Way, c.Baseline, ask}) }
				k(longRun).hold(c.Saving, value*got.longRun)
				k(ownYear).hold(c.Saving, value*got.expected)
				k(tooNarrow).hold(c.Saving, value*got.realised)
				k(oneYear).hold(c.SavingOneYear, value*got.realised)
				k(oneFrozen).hold(c.SavingOneYear, value*got.frozen)
				k(holdsZero).hold(c.Saving, 0)
				k(saysSaves).say(c.Verdict == businesscase.Saves)
				k(saysLoses).say(c.Verdict == businesscase.Loses)
			}
		}
	}
	return out, nil
}

// lots are how many times each municipality also chooses by lot: there is no gain then whatever a learner finds, and 300
// municipalities alone tell a share of 90 % to no more than 3.4 points.
const lots = 2

// lot counts what a choice by lot would have been measured to give: in each window the capacity's share of its courses.
func (w *world) lot(rng *rand.Rand, capacity float64) model.AtCapacity {
	score := make([]float64, len(w.Measured))
	for i := range score {
		score[i] = rng.Float64()
	}
	var a model.AtCapacity
	for from := 0; from < len(w.Measured); {
		to := from
		for to < len(w.Measured) && w.Measured[to].Window == w.Measured[from].Window {
			to++
		}
		chosen := best(score[from:to], int(math.Round(capacity*float64(to-from))))
		for i, r := range w.Measured[from:to] {
			count := func(selected, all *int, yes bool) {
				if yes {
					*all++
					if chosen[i] {
						*selected++
					}
				}
			}
			count(&a.Selected, &a.Candidates, true)
			count(&a.Completed, &a.AllCompleted, r.Completed)
			count(&a.Events, &a.AllEvents, r.Benefit)
		}
		from = to
	}
	return a
}

func (r *result) world(noGain bool) *world {
	if noGain {
		return &r.NoGain
	}
	return &r.Gain
}

func (w *world) cameOf(noGain bool, baseline string, p businesscase.Params) came {
	return w.came(noGain, func() (float64, bool) {
		return p.BaselineCompletion * p.BaselineEffect, baseline == businesscase.SU7Baseline
	})
}
