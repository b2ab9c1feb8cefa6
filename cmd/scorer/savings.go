package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/cases"
)

// savingsSeed is the seed of the simulation behind the savings page; any would do, but the page must not change
// from one start to the next.
const savingsSeed = 7

// savings is the savings page: the document's own arithmetic, and the same chain from what was measured.
func savings(a *answers, synthetic bool) (api.SavingsView, error) {
	v := api.SavingsView{Synthetic: synthetic}
	su7, err := cases.Load("su7")
	if err != nil {
		return v, fmt.Errorf("the document's own arithmetic: %w", err)
	}
	lines, err := cases.Lines(su7)
	if err != nil {
		return v, fmt.Errorf("the document's own arithmetic: %w", err)
	}
	for _, l := range lines {
		v.Document = append(v.Document, documentLine(l))
	}
	benefit := a.loaded[rettidig.Benefit]
	if benefit == nil || benefit.report.AtCapacity == nil {
		return v, nil // the page says that nothing was measured
	}
	params, err := businesscase.ParamsOf(su7)
	if err != nil {
		return v, err
	}
	measured := measuredRates(a, synthetic)
	p, err := businesscase.FromPrecision(params, measured, businesscase.MCOptions{Seed: savingsSeed})
	if err != nil {
		return v, fmt.Errorf("savings from measured precision: %w", err)
	}
	v.MeasuredOn = fmt.Sprintf("%s, %d/%d", benefit.Ref().ID, benefit.report.AtCapacity.Selected, benefit.report.AtCapacity.Candidates)
	for _, c := range append(append([]businesscase.Comparison{}, p.Comparisons...), p.Local...) {
		v.Cases = append(v.Cases, api.SavingsCase{
			ID: c.Way + "-" + c.Baseline + "-" + strconv.Itoa(c.Courses), LabelDA: c.LabelDA, Label: c.LabelEN,
			Citizens: interval(c.Citizens), SavingDKK: interval(c.Saving), CoversZero: c.IncludesZero,
			AssumptionDA: []string{c.VerdictDA}, Assumption: []string{c.VerdictEN},
		})
	}
	if d := p.Decline; d != nil {
		c := api.SavingsCase{ID: "decline", LabelDA: "Funktionsfald, et loft: alle udpegede får et tilbud, og tilbuddenes udgift er ikke regnet med", Label: "Decline, a ceiling: all who are pointed out get an offer, whose cost is not counted",
			Citizens: interval(d.Citizens), SavingDKK: interval(d.Saving), CoversZero: d.Saving.Includes(0)}
		for _, n := range d.NotMeasured {
			c.AssumptionDA, c.Assumption = append(c.AssumptionDA, n.DA), append(c.Assumption, n.EN)
		}
		v.Cases = append(v.Cases, c)
	}
	heat := p.Sensitivity.Heat
	for i, completion := range heat.Completion {
		for j, effect := range heat.Effect {
			v.Grid = append(v.Grid, api.SensitivityCell{Completion: completion, Effect: effect, SavingDKK: heat.Saving[i][j]})
		}
	}
	for _, b := range p.Sensitivity.BreakEven {
		v.BreakEven = append(v.BreakEven, breakEvenLine(b))
	}
	for _, n := range append(append([]businesscase.Note{}, p.Warnings...), p.Caveats...) {
		v.CaveatsDA, v.Caveats = append(v.CaveatsDA, n.DA), append(v.Caveats, n.EN)
	}
	return v, nil
}

// measuredRates are the rates among those whom the benefit model would have selected at capacity.
func measuredRates(a *answers, synthetic bool) businesscase.Measured {
	l := a.loaded[rettidig.Benefit]
	b, source := l.report.AtCapacity, l.Ref().ID
	m := businesscase.Measured{
		Benefit:              businesscase.RateOf(float64(b.Events), b.Selected, source),
		Completion:           businesscase.RateOf(float64(b.Completed), b.Selected, source),
		BaseBenefit:          businesscase.RateOf(float64(b.AllEvents), b.Candidates, source),
		BaseCompletion:       businesscase.RateOf(float64(b.AllCompleted), b.Candidates, source),
		BaseIncludesSelected: true,
		SelectedShare:        l.report.Capacity,
		Synthetic:            synthetic,
	}
	if b.Completed > 0 {
		m.Effect = businesscase.RateOf(float64(b.Events), b.Completed, source)
	}
	if b.AllCompleted > 0 {
		m.BaseEffect = businesscase.RateOf(float64(b.AllEvents), b.AllCompleted, source)
	}
	if d := a.loaded[rettidig.Decline]; d != nil && d.report.AtCapacity != nil && d.report.AtCapacity.AllEvents > 0 {
		c := d.report.AtCapacity
		m.Decline = businesscase.RateOf(float64(c.Events), c.AllEvents, d.Ref().ID)
		m.Decline.Clustering = c.ClusteringFound
		m.DeclineSelectedShare = d.report.Capacity
	}
	for _, r := range []*businesscase.Rate{&m.Benefit, &m.Completion, &m.Effect, &m.BaseBenefit, &m.BaseCompletion, &m.BaseEffect} {
		r.Clustering = b.Clustering
	}
	return m
}

func interval(i businesscase.Interval) api.Estimate {
	return api.Estimate{Value: i.Estimate, Lower: i.Lower, Upper: i.Upper}
}

func documentLine(l cases.Line) api.SavingsLine {
	out := api.SavingsLine{ID: l.ID, LabelDA: l.LabelDA, Label: l.LabelEN, Formula: l.CalculationDA, Match: l.Verdict != cases.Discrepancy, Value: l.Computed}
	out.Computed, out.ComputedDA = amount(l.Rounded, l.RoundTo, l.Unit, false), amount(l.Rounded, l.RoundTo, l.UnitDA, true)
	if l.Printed != nil {
		out.Printed, out.PrintedDA = amount(*l.Printed, l.RoundTo, l.Unit, false), amount(*l.Printed, l.RoundTo, l.UnitDA, true)
	}
	return out
}

func breakEvenLine(b businesscase.BreakEven) api.SavingsLine {
	out := api.SavingsLine{ID: b.ID, LabelDA: b.LabelDA, Label: b.LabelEN, Match: b.Verdict != businesscase.Missed}
	if b.Rate == nil {
		out.Computed, out.ComputedDA = "no rate up to 100 %", "ingen andel op til 100 %"
		return out
	}
	out.Value = *b.Rate
	out.Computed, out.ComputedDA = amount(100**b.Rate, 0.1, "%", false), amount(100**b.Rate, 0.1, "%", true)
	return out
}

// amount writes a number with its unit, with as many decimals as it was rounded to (two where it was not).
func amount(x, roundTo float64, unit string, danish bool) string {
	decimals := 2
	if roundTo > 0 {
		decimals = max(0, int(math.Ceil(-math.Log10(roundTo)-1e-9)))
	}
	s := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	whole, part, _ := strings.Cut(s, ".")
	if roundTo == 0 {
		part = strings.TrimRight(part, "0")
	}
	group, mark := ",", "."
	if danish {
		group, mark = ".", ","
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if part != "" {
		whole += mark + part
	}
	if x < 0 {
		whole = "−" + whole
	}
	return whole + " " + unit
}
