package main

import (
	"slices"

	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/risk"
)

// document is the arithmetic of one of the built-in proposals: what it prints beside what follows from its parameters.
func document(id string) (v api.SavingsView, ok bool) {
	p, err := cases.Load(id)
	if err != nil {
		return v, false
	}
	lines, err := cases.Lines(p)
	if err != nil {
		return v, false
	}
	for _, l := range lines {
		v.Document = append(v.Document, documentLine(l))
	}
	return v, true
}

// simulate draws a built-in proposal's uncertain parameters.
func simulate(r api.SimulationRequest) (v api.SimulationView, err error) {
	p, err := cases.Load(r.Proposal)
	if err != nil {
		return v, api.NoSuchCase()
	}
	m, err := p.Compile()
	if err != nil {
		return v, err
	}
	o := risk.Options{Draws: r.Draws, Seed: r.Seed, Outcome: r.Outcome}
	if o.Scenario, err = scenarioOf(m, r.Set); err != nil {
		return v, err
	}
	if r.Outcome != "" && r.Outcome != risk.Permanent && r.Outcome != risk.Accumulated && !slices.ContainsFunc(p.Quantities, func(q proposal.Quantity) bool { return q.ID == r.Outcome }) {
		return v, api.BadField("/outcome", "unknown")
	}
	s, err := risk.Simulate(m, o)
	if err != nil {
		return v, api.BadField("/set", "range") // values that the document's formulas cannot take, such as a division by 0
	}
	t, err := risk.Tornado(m, o, false)
	if err != nil {
		return v, api.BadField("/set", "range")
	}
	return viewOfSimulation(s, t), nil
}

// scenarioOf checks each value by itself, so that the answer can say which one is wrong.
func scenarioOf(m *proposal.Model, set map[string]float64) (*proposal.Scenario, error) {
	if len(set) == 0 {
		return nil, nil
	}
	p := m.Proposal()
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !slices.ContainsFunc(p.Parameters, func(q proposal.Param) bool { return q.ID == name }) {
			return nil, api.BadField("/set", "unknown")
		}
		if !(set[name] >= -1e12 && set[name] <= 1e12) {
			return nil, api.BadField("/set/"+name, "range")
		}
		if err := m.Runner().Apply(proposal.NewScenario("api", map[string]float64{name: set[name]})); err != nil {
			return nil, api.BadField("/set/"+name, "range")
		}
	}
	return proposal.NewScenario("api", set), nil
}

func viewOfSimulation(s *risk.Simulation, t *risk.Torn) api.SimulationView {
	v := api.SimulationView{
		Proposal: s.Proposal, Title: s.Title, PriceLevel: s.PriceLevel, Draws: s.Draws, Seed: s.Seed,
		Outcome: s.Outcome.ID, Label: s.Outcome.LabelEN, Unit: s.Outcome.Unit, Words: s.WordsEN, WordsDA: s.WordsDA,
		Gain: spread(s.Gain), Saves: s.Saves, Loses: s.Loses, NotRepaid: s.Payback.NotRepaid, NothingToRepay: s.Payback.None,
	}
	for k, year := range s.Years {
		v.Years = append(v.Years, api.SimulatedYear{Year: year, Overall: spread(s.Overall[k]), Accumulated: spread(s.Accumulated[k]), Repaid: s.Payback.ByYear[k].Share})
	}
	for _, g := range s.Gains {
		v.Gains = append(v.Gains, api.SimulatedGain{Gain: g.Gain, Amount: spread(g.Spread)})
	}
	for _, b := range t.Bars {
		v.Tornado = append(v.Tornado, api.SimulatedBar{ID: b.ID, Label: b.EN, Unit: b.Unit, Low: b.Low, High: b.High, GainLow: b.GainLow, GainHigh: b.GainHigh, Share: b.First})
	}
	for _, n := range s.Notes {
		v.Notes = append(v.Notes, n.EN)
	}
	return v
}

func spread(s risk.Spread) api.Estimate {
	return api.Estimate{Value: s.Value, Lower: s.Lower, Upper: s.Upper}
}
