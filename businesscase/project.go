package businesscase

import (
	"fmt"
	"math"
)

// MCOptions steers the simulation. Seed is part of the result's identity. Draws 0 means DefaultDraws.
type MCOptions struct {
	Draws int    `json:"draws"`
	Seed  uint64 `json:"seed"`
}

// DefaultDraws is enough for limits that no longer move in the printed digits.
const DefaultDraws = 10_000

// Ways to get at the share that both completes and benefits.
const (
	ByBenefit = "benefit" // measured directly as one number
	ByProduct = "product" // completion x effect among those who completed
)

// What the selected are compared with.
const (
	SU7Baseline = "su7" // the proposal's expectation for today, taken as known
	OwnBaseline = "own" // the municipality's own measured rates, with their uncertainty
)

// What an interval says about the saving.
const (
	Saves   = "saving"
	Loses   = "loss"
	Unclear = "unclear" // the interval holds 0
)

// Comparison is one way of counting: how the selected were measured, against which today, at how many
// courses a year. Kroner are per year; negative is a loss.
type Comparison struct {
	Way      string `json:"way"`
	Baseline string `json:"baseline"`
	LabelDA  string `json:"label_da"`
	LabelEN  string `json:"label_en"`

	Courses          int      `json:"courses_per_year"`
	Rate             Interval `json:"rate"` // share with effect among the selected
	BaselineRate     Interval `json:"baseline_rate"`
	Citizens         Interval `json:"citizens"` // with effect, per year; not rounded to whole citizens
	BaselineCitizens Interval `json:"baseline_citizens"`
	ExtraCitizens    Interval `json:"extra_citizens"`

	// Saving is expected over many years of a model like those measured: uncertain only because the rates are. No
	// single year's accounts need fall within it. Rates measured on models that learned from less than the one
	// in use (a rolling origin's) put it on the cautious side: docs/businesscase/coverage.md says by how much.
	Saving Interval `json:"saving"`
	// SavingOneYear adds the chance in which citizens one year brings: what a single year's accounts
	// should fall within, today's level being its expectation.
	SavingOneYear Interval `json:"saving_one_year"`
	NetOfRunning  Interval `json:"net_of_running"` // Saving less the algorithms' running cost

	ProbabilityOfSaving float64 `json:"probability_of_saving"` // share of draws with Saving > 0
	IncludesZero        bool    `json:"includes_zero"`         // of Saving
	Verdict             string  `json:"verdict"`
	VerdictDA           string  `json:"verdict_da"`
	VerdictEN           string  `json:"verdict_en"`
}

// DeclineProjection is algorithm 2: a measured share identified, the rest of the chain assumed.
type DeclineProjection struct {
	Identified         Interval `json:"identified"` // share of those who decline, selected at capacity
	AssumedIdentified  float64  `json:"assumed_identified"`
	IdentifiedCitizens Interval `json:"identified_citizens"` // per year
	Citizens           Interval `json:"citizens"`            // whose need is postponed, overlap taken off
	Saving             Interval `json:"saving"`              // kr per year
	AssumedSaving      float64  `json:"assumed_saving"`      // with the proposal's assumed share
	NotMeasured        []Note   `json:"not_measured"`        // parameters that stay assumptions
}

// RateResult is a measured rate with its 90 % Jeffreys interval, for display.
type RateResult struct {
	ID       string   `json:"id"`
	LabelDA  string   `json:"label_da"`
	LabelEN  string   `json:"label_en"`
	N        int      `json:"n"`
	Events   float64  `json:"events"`
	Interval Interval `json:"interval"`
	Source   string   `json:"source,omitempty"`
}

// Projection is what a model with these measured rates would save in a year.
type Projection struct {
	Draws  int          `json:"draws"`
	Seed   uint64       `json:"seed"`
	Params Params       `json:"params"`
	Rates  []RateResult `json:"rates"`
	// Comparisons are at the proposal's courses per year: benefit before product, the proposal's today
	// before the municipality's own. There is at least one; the first is the main one.
	Comparisons []Comparison       `json:"comparisons"`
	Local       []Comparison       `json:"local"` // the same at the municipality's own courses per year; empty if not told
	Decline     *DeclineProjection `json:"decline"`
	// Net is the first comparison's saving, plus decline where measured, less the running cost.
	Net Interval `json:"net"`
	// CandidatesNeeded is how many must be assessed for the courses to be filled with selected citizens;
	// 0 if the share selected is not told.
	CandidatesNeeded int         `json:"candidates_needed,omitempty"`
	Sensitivity      Sensitivity `json:"sensitivity"`
	Warnings         []Note      `json:"warnings"` // about these figures
	Caveats          []Note      `json:"caveats"`  // about every figure of this kind
}

// FromPrecision sends measured rates through the proposal's chain. All bad fields are reported in one
// error. The same input and seed give the same result.
func FromPrecision(p Params, m Measured, opt MCOptions) (Projection, error) {
	errs := append(p.validate(), m.validate()...)
	if opt.Draws == 0 {
		opt.Draws = DefaultDraws
	}
	if opt.Draws < 200 || opt.Draws > 1_000_000 {
		errs = append(errs, fmt.Errorf("draws is %d, want 0 (for %d) or 200 to 1,000,000", opt.Draws, DefaultDraws))
	}
	if len(errs) > 0 {
		return Projection{}, invalid("measured-precision", errs)
	}
	s := &simulation{p: p, m: m, n: opt.Draws, seed: opt.Seed, cache: map[string][]float64{}}
	out := Projection{Draws: opt.Draws, Seed: opt.Seed, Params: p, Rates: rateResults(m), Local: []Comparison{}}
	var main []float64
	for i, c := range s.pairs() {
		cmp, saving := s.compare(c, p.CoursesPerYear)
		out.Comparisons = append(out.Comparisons, cmp)
		if i == 0 {
			main = saving
		}
		if m.CoursesPerYear > 0 {
			local, _ := s.compare(c, m.CoursesPerYear)
			out.Local = append(out.Local, local)
		}
	}
	out.Decline, out.Net = s.decline(out.Comparisons[0].Saving.Estimate, main)
	if m.SelectedShare > 0 {
		out.CandidatesNeeded = int(math.Ceil(float64(p.CoursesPerYear)/m.SelectedShare - 1e-9))
	}
	out.Sensitivity = sensitivity(p, m, out)
	out.Warnings, out.Caveats = warnings(m, out), caveats(p, m)
	return out, nil
}

// share is an estimate and its draws.
type share struct {
	estimate float64
	draws    []float64
}

// pair is what is compared with what.
type pair struct {
	way, baseline  string
	selected, base share
}

type simulation struct {
	p     Params
	m     Measured
	n     int
	seed  uint64
	cache map[string][]float64
}

// pairs lists the comparisons that the measured rates allow.
func (s *simulation) pairs() []pair {
	m := s.m
	selected, own := map[string]share{}, map[string]share{}
	if m.Benefit.Given() {
		selected[ByBenefit] = s.rate("benefit", m.Benefit)
	}
	if m.Completion.Given() && m.Effect.Given() {
		selected[ByProduct] = times(s.rate("completion", m.Completion), s.rate("effect", m.Effect))
	}
	if m.BaseBenefit.Given() {
		own[ByBenefit] = s.base("benefit", m.BaseBenefit, m.Benefit)
	}
	if m.BaseCompletion.Given() && m.BaseEffect.Given() {
		own[ByProduct] = times(s.base("completion", m.BaseCompletion, m.Completion), s.base("effect", m.BaseEffect, m.Effect))
	}
	var ps []pair
	for _, w := range [][2]string{{ByBenefit, ByProduct}, {ByProduct, ByBenefit}} {
		way, other := w[0], w[1]
		sel, ok := selected[way]
		if !ok {
			continue
		}
		ps = append(ps, pair{way, SU7Baseline, sel, s.known(s.p.BaselineCompletion * s.p.BaselineEffect)})
		b, ok := own[way]
		if !ok {
			b, ok = own[other]
		}
		if ok {
			ps = append(ps, pair{way, OwnBaseline, sel, b})
		}
	}
	return ps
}

// rate draws from the posterior of a measured rate.
func (s *simulation) rate(name string, r Rate) share {
	d, ok := s.cache[name]
	if !ok {
		d = r.Posterior(Stratified(s.seed, name, s.n))
		s.cache[name] = d
	}
	return share{r.Events / float64(r.N), d}
}

// base draws the rate of everybody. Where the selected are part of them, it is the mix of the selected
// and the rest, so that the two sides of the comparison share what they have in common.
func (s *simulation) base(name string, base, selected Rate) share {
	if !s.m.BaseIncludesSelected || !selected.Given() {
		return s.rate("base_"+name, base)
	}
	out := share{base.Events / float64(base.N), make([]float64, s.n)}
	in := s.rate(name, selected).draws
	if base.N == selected.N {
		copy(out.draws, in)
		return out
	}
	rest := RateOf(math.Max(0, base.Events-selected.Events), base.N-selected.N, "")
	rest.Clustering = base.Clustering
	others := s.rate("rest_"+name, rest).draws
	w := float64(selected.N) / float64(base.N)
	for i := range out.draws {
		out.draws[i] = float64(w*in[i]) + float64((1-w)*others[i])
	}
	return out
}

// known is a share that is taken as exact.
func (s *simulation) known(x float64) share {
	d := make([]float64, s.n)
	for i := range d {
		d[i] = x
	}
	return share{x, d}
}

// times multiplies draw by draw: the effect is conditional on completion, and what is not known about
// the one says nothing about the other.
func times(a, b share) share {
	out := share{a.estimate * b.estimate, make([]float64, len(a.draws))}
	for i := range out.draws {
		out.draws[i] = a.draws[i] * b.draws[i]
	}
	return out
}

func (a share) interval() Interval { return interval(a.estimate, a.draws) }

// times scales by k >= 0: the limits of k times something are k times its limits.
func (i Interval) times(k float64) Interval {
	return Interval{k * i.Estimate, k * i.Lower, k * i.Upper}
}

// compare returns one comparison and the draws of its saving.
func (s *simulation) compare(c pair, courses int) (Comparison, []float64) {
	n, value := float64(courses), s.p.ValuePerCitizen
	gain, saving, year := make([]float64, s.n), make([]float64, s.n), make([]float64, s.n)
	counts := s.oneYear(c, courses)
	above := 0
	for i := range saving {
		gain[i] = c.selected.draws[i] - c.base.draws[i]
		saving[i] = value * n * gain[i]
		year[i] = value * (counts[i] - float64(n*c.base.draws[i]))
		if saving[i] > 0 {
			above++
		}
	}
	rate, base := c.selected.interval(), c.base.interval()
	extra := interval(c.selected.estimate-c.base.estimate, gain).times(n)
	out := Comparison{
		Way: c.way, Baseline: c.baseline, Courses: courses,
		LabelDA: wayLabel[c.way].da + ", " + baselineLabel[c.baseline].da,
		LabelEN: wayLabel[c.way].en + ", " + baselineLabel[c.baseline].en,

		Rate: rate, BaselineRate: base,
		Citizens: rate.times(n), BaselineCitizens: base.times(n), ExtraCitizens: extra,
		Saving: extra.times(value), SavingOneYear: interval(value*extra.Estimate, year),
		ProbabilityOfSaving: float64(above) / float64(s.n),
	}
	out.NetOfRunning = out.Saving.minus(s.p.RunningPerYear)
	out.IncludesZero = out.Saving.Includes(0)
	out.judge()
	return out, saving
}

// oneYear draws how many of a year's courses end with effect.
func (s *simulation) oneYear(c pair, courses int) []float64 {
	key := fmt.Sprintf("year/%s/%d", c.way, courses)
	if d, ok := s.cache[key]; ok {
		return d
	}
	d := Stratified(s.seed, "year/"+c.way, s.n)
	for i, u := range d {
		d[i] = float64(binomialQuantile(courses, c.selected.draws[i], u))
	}
	s.cache[key] = d
	return d
}

func (i Interval) minus(x float64) Interval {
	return Interval{i.Estimate - x, i.Lower - x, i.Upper - x}
}

// decline returns algorithm 2's projection, nil if it was not measured, and the net of everything, given
// the estimate and the draws of algorithm 1's saving.
func (s *simulation) decline(estimate float64, saving []float64) (*DeclineProjection, Interval) {
	p := s.p
	if !s.m.Decline.Given() {
		return nil, interval(estimate, saving).minus(p.RunningPerYear)
	}
	identified := s.rate("decline", s.m.Decline)
	found := float64(p.DeclinePopulation)
	postponed := found * p.DeclinePostponed * (1 - p.DeclineOverlap)
	kroner := postponed * p.ValuePerCitizen
	net := make([]float64, s.n)
	for i := range net {
		net[i] = saving[i] + float64(kroner*identified.draws[i])
	}
	share := identified.interval()
	return &DeclineProjection{
		Identified: share, AssumedIdentified: p.DeclineIdentified,
		IdentifiedCitizens: share.times(found), Citizens: share.times(postponed), Saving: share.times(kroner),
		AssumedSaving: kroner * p.DeclineIdentified, NotMeasured: declineNotMeasured(p),
	}, interval(estimate+float64(kroner*identified.estimate), net).minus(p.RunningPerYear)
}
