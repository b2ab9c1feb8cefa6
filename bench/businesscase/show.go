package main

import (
	"fmt"
	"io"

	"github.com/rettidig/rettidig/businesscase"
)

// demonstrate prints one seed: what was measured, SU7's chain of it, and what came of the year after.
func demonstrate(out io.Writer, r *result) error {
	w := &r.Gain
	p, err := w.forecast(r.Seed, r.Settings.Capacity)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "SYNTHETIC municipality, seed %d: %d citizens, learner %s, %d of %d measured candidates selected\n\n",
		r.Seed, r.Settings.Citizens, w.Learner, w.AtCapacity.Selected, w.AtCapacity.Candidates)
	fmt.Fprintf(out, "%-52s %9s %18s\n", "measured before the cut-off", "estimate", "90 % interval")
	for _, x := range p.Rates {
		fmt.Fprintf(out, "%-52s %7.1f %% %8.1f %% - %.1f %%  (%.0f of %d)\n", x.LabelEN, 100*x.Interval.Estimate, 100*x.Interval.Lower, 100*x.Interval.Upper, x.Events, x.N)
	}
	for _, c := range p.Local {
		if c.Way != businesscase.ByBenefit {
			continue
		}
		got := w.cameOf(false, c.Baseline, p.Params)
		value := p.Params.ValuePerCitizen
		fmt.Fprintf(out, "\n%s: %d courses a year, %.0f kr per citizen with effect\n", c.LabelEN, c.Courses, value)
		row := func(what string, i businesscase.Interval, unit, came float64) {
			inside := "inside"
			if !i.Includes(came * unit) {
				inside = "OUTSIDE"
			}
			fmt.Fprintf(out, "  %-34s %9.0f %9.0f - %9.0f   came: %9.0f  %s\n", what, i.Estimate, i.Lower, i.Upper, came*unit, inside)
		}
		row("saving in the long run, kr a year", c.Saving, value, got.longRun)
		row("saving in one year, kr", c.SavingOneYear, value, got.realised)
		fmt.Fprintf(out, "  %s\n", c.VerdictEN)
	}
	return nil
}
