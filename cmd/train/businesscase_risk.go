package main

import (
	"errors"
	"fmt"
	"html/template"
	"io"

	"github.com/spf13/pflag"

	"github.com/rettidig/rettidig/businesscase/render"
	"github.com/rettidig/rettidig/businesscase/risk"
)

// riskFlags ask how sure a proposal's figures are.
type riskFlags struct {
	draws              int
	seed               uint64
	tornado, breakEven bool
	convention         bool
	outcome            string
	registry           string
	target, price      float64
	parameter          string
}

func (r *riskFlags) flags(f *pflag.FlagSet) {
	f.IntVar(&r.draws, "simulate", 0, "draw the uncertain parameters `N` times (200 to 1,000,000) and show how the figures spread")
	f.Uint64Var(&r.seed, "seed", 0, "of the draws: the same seed gives the same bytes")
	f.BoolVar(&r.tornado, "tornado", false, "show which parameters the result hangs on, at the 5 % and 95 % points of each")
	f.BoolVar(&r.convention, "all-parameters", false, "with --tornado: move parameters without a distribution 10 % up and down as well")
	f.BoolVar(&r.breakEven, "break-even", false, "show what each parameter must be for the result to be 0")
	f.StringVar(&r.outcome, "outcome", "", "what the result is: permanent, accumulated or the name of a quantity")
	f.StringVar(&r.registry, "registry", "", "folder of the model registry: the newest benefit model's measured rates take the place of the proposal's, beside today, the card, chance and the best there could be")
	numberVar(f, &r.target, "target-capacity", 0, "with --registry: courses a year, if others than the proposal's; the rate is the one measured at that capacity")
	numberVar(f, &r.price, "course-cost", -1, "with --registry: kr to run one course; without it what the proposal implies")
	f.StringVar(&r.parameter, "capacity-parameter", "", "with --registry: the parameter that is courses a year; without it courses_per_year")
}

func (r *riskFlags) asked() bool { return r.draws != 0 || r.tornado || r.breakEven || r.registry != "" }

// uncertainty is what --json prints.
type uncertainty struct {
	Simulation *risk.Simulation `json:"simulation,omitempty"`
	Tornado    *risk.Torn       `json:"tornado,omitempty"`
	BreakEven  []*risk.Evens    `json:"break_even,omitempty"`
	measuredPart
}

func (b *businesscaseFlags) showRisk(out io.Writer, c computed) error {
	r, m := b.risk, c.model
	b.options.Disbursed = m.Proposal().DisbursedIn
	if b.prices != 0 && b.prices != m.Proposal().PriceLevel {
		return errors.New("--prices goes with the tables only: uncertainty is shown in the proposal's own price level")
	}
	if b.check || b.xlsx != "" || b.formulas {
		return errors.New("--check, --xlsx and --formulas go without the uncertainty flags: run them by themselves")
	}
	o := risk.Options{Draws: r.draws, Seed: r.seed, Scenario: b.scenarioRead, Index: b.indexRead, Outcome: r.outcome}
	var u uncertainty
	var err error
	if r.registry != "" {
		if u.measuredPart, err = r.fromRegistry(m, &o); err != nil {
			return err
		}
	}
	if r.draws != 0 {
		if u.Simulation, err = risk.Simulate(m, o); err != nil {
			return fmt.Errorf("--simulate: %w", err)
		}
	}
	o.Draws = 0
	if r.tornado {
		if u.Tornado, err = risk.Tornado(m, o, r.convention); err != nil {
			return fmt.Errorf("--tornado: %w", err)
		}
	}
	if r.breakEven {
		if u.BreakEven, err = risk.BreakEvens(m, o); err != nil {
			return fmt.Errorf("--break-even: %w", err)
		}
	}
	if b.html != "" {
		b.options.Uncertainty = template.HTML(risk.Fragment(b.language, u.parts()...)) // escaped by the fragment itself
		if err := writeFile(b.html, func(w io.Writer) error { return render.HTML(w, c.model, c.result, nil, b.options) }); err != nil {
			return err
		}
	}
	if b.asJSON {
		return printJSON(out, u)
	}
	return u.text(out, b.language)
}

// parts are what was asked for, in the order in which they are read.
func (u uncertainty) parts() (parts []risk.Part) {
	if u.Chain != nil {
		parts = append(parts, u.Chain)
	}
	if u.Capacity != nil {
		parts = append(parts, u.Capacity)
	}
	if u.Flags != nil {
		parts = append(parts, u.Flags)
	}
	if u.Simulation != nil {
		parts = append(parts, u.Simulation)
	}
	if u.Tornado != nil {
		parts = append(parts, u.Tornado)
	}
	for _, e := range u.BreakEven {
		parts = append(parts, e)
	}
	return parts
}

// text writes one part after the other, a blank line between.
func (u uncertainty) text(out io.Writer, lang string) error {
	for i, p := range u.parts() {
		if i > 0 {
			fmt.Fprintln(out)
		}
		if err := p.Text(out, lang); err != nil {
			return err
		}
	}
	return nil
}
