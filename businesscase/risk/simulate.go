package risk

import (
	"math"
	"slices"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

var kroner, kronerAYear = unit("kr"), unit("kr/year")

func unit(s string) formula.Unit {
	u, err := formula.ParseUnit(s)
	if err != nil {
		panic("risk: " + err.Error())
	}
	return u
}

// shares are those of Spread.Quantiles: what a fan is drawn from.
var shares = []float64{0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95}

// Spread is how a figure is distributed. 5 % of the draws lie below Lower and 5 % above Upper.
type Spread struct {
	Value     float64   `json:"value"` // with every parameter at its value
	Mean      float64   `json:"mean"`
	SD        float64   `json:"sd"`
	Lower     float64   `json:"lower"`
	Upper     float64   `json:"upper"`
	Quantiles []float64 `json:"quantiles"` // at Simulation.Quantiles
}

// Label is a name in both languages.
type Label struct {
	DA string `json:"label_da"`
	EN string `json:"label_en"`
}

// Input is what was drawn.
type Input struct {
	ID string `json:"id"`
	Label
	Unit   string  `json:"unit"`
	Basis  string  `json:"basis"`        // proposal or measured
	Spread string  `json:"distribution"` // in words
	Value  float64 `json:"value"`
	Lower  float64 `json:"lower"` // 5 % lie below
	Upper  float64 `json:"upper"`
}

// Figure is a quantity in the last year, in its own unit, not rounded.
type Figure struct {
	ID string `json:"id"`
	Label
	Unit string `json:"unit"`
	Spread
}

// GainSpread is the saving of one kind in the last year, 1,000 kr, negative. Kinds are never added here: freed
// capacity is not a budget that falls.
type GainSpread struct {
	Gain string `json:"gain"`
	Spread
}

// YearShare is how often the investment is first repaid in a year.
type YearShare struct {
	Year  int     `json:"year"`
	Share float64 `json:"share"`
}

// PaybackSpread tells when the investment is repaid, by the rule of [proposal.Paybacks] on cells rounded as printed.
// The shares add up to 1.
type PaybackSpread struct {
	Value     proposal.Payback `json:"value"` // with every parameter at its value
	ByYear    []YearShare      `json:"by_year"`
	Repaid    float64          `json:"repaid"` // within the horizon: the sum of ByYear
	NotRepaid float64          `json:"not_repaid"`
	None      float64          `json:"nothing_to_repay"` // no permanent change, or nothing invested
}

// Simulation is what is known of a proposal's figures when its parameters are uncertain. Rows and totals are 1,000 kr
// with savings negative, as in the tables; Gain is positive for a gain.
type Simulation struct {
	Proposal    string        `json:"proposal"`
	Title       string        `json:"title"`
	Scenario    string        `json:"scenario,omitempty"`
	PriceLevel  int           `json:"price_level"`
	Draws       int           `json:"draws"`
	Seed        uint64        `json:"seed"`
	Years       []int         `json:"years"`
	Quantiles   []float64     `json:"quantiles"`
	Inputs      []Input       `json:"inputs"`
	Outcome     Outcome       `json:"outcome"`
	Gain        Spread        `json:"gain"`
	Saves       float64       `json:"probability_of_gain"` // share of draws with a gain above 0
	Loses       float64       `json:"probability_of_loss"` // below 0
	Overall     []Spread      `json:"overall"`             // by year
	Permanent   Spread        `json:"permanent"`           // in the last year
	Cash        Spread        `json:"cash"`                // Permanent with only cashable savings counted
	Accumulated []Spread      `json:"accumulated"`         // by year; the last is at the horizon
	Gains       []GainSpread  `json:"gains"`
	Quantities  []Figure      `json:"quantities"`
	Payback     PaybackSpread `json:"payback"`         // total economy
	OnService   PaybackSpread `json:"payback_service"` // service
	WordsDA     string        `json:"words_da"`
	WordsEN     string        `json:"words_en"`
	Notes       []Note        `json:"notes"`
}

// Simulate draws every uncertain parameter and tells what comes of it. Each parameter is drawn by its own stream and
// stratified, so that another parameter's distribution does not move it, and so that a better rate never gives a lower
// saving in any draw of a proposal in which it would not otherwise.
func Simulate(m *proposal.Model, o Options) (*Simulation, error) {
	e, err := newEngine(m, o)
	if err != nil {
		return nil, err
	}
	x, err := e.draw()
	if err != nil {
		return nil, err
	}
	p, n, draws := m.Proposal(), len(e.years), e.opt.Draws
	// Columns: outcome, permanent, cash, overall by year, accumulated by year, gains, quantities.
	overall := 3
	accumulated, gains := overall+n, overall+2*n
	quantities := gains + len(e.gains)
	cols := make([][]float64, quantities+len(p.Quantities))
	for i := range cols {
		cols[i] = make([]float64, draws)
	}
	total, onService := make([]proposal.Payback, draws), make([]proposal.Payback, draws)
	keep := func(f *frame, put func(col int, x float64)) {
		put(0, f.gain())
		put(1, f.permanent[n-1])
		put(2, f.cash)
		for k := range n {
			put(overall+k, f.permanent[k]+f.implementation[k])
			put(accumulated+k, f.accumulated[k])
		}
		for g, v := range f.gains {
			put(gains+g, v)
		}
		for q, s := range f.quantities {
			put(quantities+q, s[n-1])
		}
	}
	e.each(draws, func(f *frame, i int) {
		v := make([]float64, 0, 32)
		for j := range x {
			v = append(v, x[j][i])
		}
		f.run(v)
		keep(f, func(col int, x float64) { cols[col][i] = x })
		total[i], onService[i] = f.total, f.onService
	})
	f := e.frame()
	f.run(e.drivers.values())
	at := make([]float64, len(cols))
	keep(f, func(col int, x float64) { at[col] = x })
	for q := range p.Quantities {
		u, _ := m.Unit(p.Quantities[q].ID)
		for i := range cols[quantities+q] {
			cols[quantities+q][i] /= u.Scale()
		}
		at[quantities+q] /= u.Scale()
	}
	out := &Simulation{
		Proposal: p.ID, Title: p.Title, PriceLevel: p.PriceLevel, Draws: draws, Seed: o.Seed, Years: e.years, Quantiles: shares,
		Outcome: e.outcome, Inputs: e.inputs(), Gains: []GainSpread{}, Quantities: []Figure{}, Notes: append([]Note{}, e.drivers.notes...),
	}
	if o.Scenario != nil {
		out.Scenario = o.Scenario.Name
	}
	for i, col := range cols {
		what := "the result"
		if i >= quantities {
			what = "quantity " + p.Quantities[i-quantities].ID
		}
		if err := finite(what, col); err != nil {
			return nil, err
		}
	}
	above, below := 0, 0
	for _, g := range cols[0] {
		switch {
		case g > 0:
			above++
		case g < 0:
			below++
		}
	}
	out.Saves, out.Loses = float64(above)/float64(draws), float64(below)/float64(draws)
	spreads := make([]Spread, len(cols))
	e.each(len(cols), func(_ *frame, i int) { spreads[i] = spreadOf(at[i], cols[i]) })
	out.Gain, out.Permanent, out.Cash = spreads[0], spreads[1], spreads[2]
	out.Overall, out.Accumulated = spreads[overall:accumulated:accumulated], spreads[accumulated:gains:gains]
	for g, gain := range e.gains {
		out.Gains = append(out.Gains, GainSpread{gain, spreads[gains+g]})
	}
	for q, quantity := range p.Quantities {
		out.Quantities = append(out.Quantities, Figure{quantity.ID, Label{quantity.Label, englishOf(quantity.Label, quantity.LabelEN)}, quantity.Unit, spreads[quantities+q]})
	}
	out.Payback, out.OnService = paybackOf(e.years, f.total, total), paybackOf(e.years, f.onService, onService)
	out.say()
	return out, nil
}

// draw gives the values of each driver.
func (e *engine) draw() ([][]float64, error) {
	ids := e.drivers.ids()
	bs, err := blocks(ids, e.m.Proposal().Correlated)
	if err != nil {
		return nil, err
	}
	x := uniforms(e.opt.Seed, ids, bs, e.opt.Draws)
	e.each(len(x), func(_ *frame, j int) { transform(e.drivers.list[j].at, x[j]) })
	return x, nil
}

func transform(at quantile, u []float64) {
	for i, v := range u {
		u[i] = at(v)
	}
}

func (e *engine) inputs() []Input {
	out := []Input{}
	for _, d := range e.drivers.list {
		out = append(out, Input{d.id, Label{d.da, d.en}, d.unit, d.basis, d.spread, d.value, d.at(0.05), d.at(0.95)})
	}
	return out
}

func spreadOf(value float64, draws []float64) Spread {
	s := Spread{Value: value}
	if lo, hi := slices.Min(draws), slices.Max(draws); lo == hi {
		s.Mean, s.Lower, s.Upper = lo, lo, lo
		for range shares {
			s.Quantiles = append(s.Quantiles, lo)
		}
		return s
	}
	for _, x := range draws {
		s.Mean += x
	}
	s.Mean /= float64(len(draws))
	for _, x := range draws {
		s.SD += float64((x - s.Mean) * (x - s.Mean))
	}
	s.SD = math.Sqrt(s.SD / float64(len(draws)-1))
	sorted := slices.Clone(draws)
	slices.Sort(sorted)
	for _, u := range shares {
		s.Quantiles = append(s.Quantiles, businesscase.Quantile(sorted, u))
	}
	s.Lower, s.Upper = s.Quantiles[0], s.Quantiles[len(shares)-1]
	return s
}

func paybackOf(years []int, value proposal.Payback, draws []proposal.Payback) PaybackSpread {
	out := PaybackSpread{Value: value}
	count := map[int]int{}
	not, none := 0, 0
	for _, d := range draws {
		switch d.Outcome {
		case proposal.Repaid:
			count[d.Year]++
		case proposal.NotRepaid:
			not++
		default:
			none++
		}
	}
	n := float64(len(draws))
	repaid := 0
	for _, t := range years {
		out.ByYear = append(out.ByYear, YearShare{t, float64(count[t]) / n})
		repaid += count[t]
	}
	out.Repaid, out.NotRepaid, out.None = float64(repaid)/n, float64(not)/n, float64(none)/n
	return out
}
