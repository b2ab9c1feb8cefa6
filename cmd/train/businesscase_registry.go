package main

import (
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/account"
	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/risk"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/registry"
)

// selectionOf reads what was measured of the newest benefit model, and of the newest decline model if there is one.
func selectionOf(dir string) (risk.Selection, error) {
	reg := registry.Open(dir)
	rep, id, err := newestReport(reg, rettidig.Benefit)
	if err != nil {
		return risk.Selection{}, err
	}
	if rep.AtCapacity == nil {
		return risk.Selection{}, fmt.Errorf("%s was not measured at capacity: its report has no at_capacity; train it again", id)
	}
	share := rep.Capacity
	s := risk.Selection{Source: id, Model: countsOf(*rep.AtCapacity, share), Synthetic: rep.Synthetic}
	a := rep.AtCapacity
	s.All = risk.Counts{Share: 1, N: a.Candidates, Events: a.AllEvents, Completed: a.AllCompleted, Clustering: a.Clustering}
	for _, c := range rep.ByCapacity {
		s.ByCapacity = append(s.ByCapacity, countsOf(c, c.Share))
	}
	if rep.Card != nil && rep.Card.AtCapacity != nil {
		c := countsOf(*rep.Card.AtCapacity, share)
		s.Card = &c
	}
	switch rep, id, err := newestReport(reg, rettidig.Decline); {
	case errors.Is(err, registry.ErrNotFound):
	case err != nil:
		return s, err
	case rep.AtCapacity != nil:
		d := rep.AtCapacity
		s.Decline = &risk.Finding{Source: id, Share: rep.Capacity, Selected: d.Selected, Events: d.Events, AllEvents: d.AllEvents, Clustering: d.ClusteringFound}
	}
	return s, nil
}

func newestReport(reg *registry.Registry, target rettidig.Target) (*model.Report, string, error) {
	e, err := reg.Newest(string(target))
	if err != nil {
		return nil, "", err
	}
	rep, err := reg.Report(e)
	return rep, e.ID, err
}

func countsOf(c model.AtCapacity, share float64) risk.Counts {
	return risk.Counts{Share: share, N: c.Selected, Events: c.Events, Completed: c.Completed, Clustering: c.Clustering}
}

// measuredPart is what a registry adds to the uncertainty.
type measuredPart struct {
	Chain    *risk.Chain         `json:"chain,omitempty"`
	Capacity *risk.CapacityValue `json:"capacity,omitempty"`
	Flags    *risk.Flags         `json:"pointed_out,omitempty"`
}

// fromRegistry puts a registered model's rates into the options and follows them to kroner.
func (r riskFlags) fromRegistry(m *proposal.Model, o *risk.Options) (p measuredPart, err error) {
	if err := isRegistry(r.registry); err != nil {
		return p, err
	}
	s, err := selectionOf(r.registry)
	if err != nil {
		return p, fmt.Errorf("--registry: %w", err)
	}
	price := r.price
	if price < 0 {
		if price, err = risk.CoursePrice(m, *o); err != nil {
			return p, err
		}
	}
	all := *o
	if r.target > 0 {
		id, now, err := risk.Courses(m, *o, r.parameter)
		if err != nil {
			return p, fmt.Errorf("--target-capacity: %w", err)
		}
		if s, err = s.At(r.target, now); err != nil {
			return p, fmt.Errorf("--target-capacity: %w", err)
		}
		set := map[string]float64{}
		name := fmt.Sprintf("%g", r.target)
		if o.Scenario != nil {
			for k, v := range maps.All(o.Scenario.Set) {
				set[k] = v.Value
			}
			name = o.Scenario.Name + ", " + name
		}
		set[id] = r.target
		o.Scenario = proposal.NewScenario(name, set)
	}
	o.Measured = s.Measured()
	if p.Chain, err = risk.FromSelection(m, *o, s); err != nil {
		return p, fmt.Errorf("--registry: %w", err)
	}
	if p.Flags, err = risk.PointedOut(m, *o, s, price); err != nil {
		return p, fmt.Errorf("--registry: %w", err)
	}
	if len(s.ByCapacity) < 2 {
		return p, nil // the chain says what the report does not hold
	}
	if r.target > 0 { // the curve is drawn from what the model was measured at
		if s, err = selectionOf(r.registry); err != nil {
			return p, fmt.Errorf("--registry: %w", err)
		}
	}
	all.Draws = capacityDraws
	if p.Capacity, err = risk.Capacity(m, all, s, risk.CapacityOptions{Parameter: r.parameter, Price: price}); err != nil {
		return p, fmt.Errorf("--registry: value of more capacity: %w", err)
	}
	return p, nil
}

// capacityDraws are fewer, since each is computed at twenty capacities.
const capacityDraws = 2000

// projectionOf sends what was measured of the newest models through the chain of the proposal *name, which becomes its
// id, and says in the plan which model that was. Prices are the proposal's own: no index is read here.
func projectionOf(dir string, name *string, plan *account.Plan) (businesscase.Projection, error) {
	var none businesscase.Projection
	if *name == "" {
		return none, errors.New("--registry needs --proposal, a YAML file or the name of a built-in case: where courses, value and today's expectation come from")
	}
	p, err := readProposal(*name)
	if err != nil {
		return none, err
	}
	params, err := businesscase.ParamsOf(p)
	if err != nil {
		return none, err
	}
	if err := isRegistry(dir); err != nil {
		return none, err
	}
	s, err := selectionOf(dir)
	if err != nil {
		return none, fmt.Errorf("--registry: %w", err)
	}
	e, err := registry.Open(dir).Show(s.Source)
	if err != nil {
		return none, fmt.Errorf("--registry: %w", err)
	}
	level := strconv.Itoa(p.PriceLevel)
	if plan.PriceLevel != "" && plan.PriceLevel != level {
		return none, fmt.Errorf("--price-level is %s and %s is in %s prices: leave it out", plan.PriceLevel, p.ID, level)
	}
	out, err := businesscase.FromPrecision(params, *s.Measured(), businesscase.MCOptions{Seed: 1})
	if err != nil {
		return none, fmt.Errorf("--registry %s: %w", s.Source, err)
	}
	*name, plan.PriceLevel = p.ID, level
	if plan.Model == "" {
		plan.Model, plan.ModelSHA256 = e.ID, e.ModelSHA256()
	}
	if plan.Basis == "" {
		c := s.Model
		plan.Basis = fmt.Sprintf("%s: %d of %d selected completed and had effect, on citizens that it had not seen", e.ID, c.Events, c.N)
	}
	return out, nil
}
