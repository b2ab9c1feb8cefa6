package businesscase

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Sensitivity shows what the main comparison's saving hangs on.
type Sensitivity struct {
	Heat      Heat        `json:"heat"`
	Tornado   []Bar       `json:"tornado"` // widest first
	BreakEven []BreakEven `json:"break_even"`
}

// Heat is the yearly saving in kr against the proposal's today, before running cost, at the proposal's
// courses per year: Saving[i][j] belongs to Completion[i] and Effect[j].
type Heat struct {
	Completion []float64   `json:"completion"`
	Effect     []float64   `json:"effect"`
	Saving     [][]float64 `json:"saving"`
}

// Where a bar's ends come from.
const (
	MeasuredSpan = "measured" // 90 % interval of the measured rate
	AssumedSpan  = "assumed"  // our choice, in no document
)

// Bar is one line of the tornado: the yearly net (saving, with decline where measured, less running
// cost) when this one thing is at its low and at its high end and everything else at its estimate.
type Bar struct {
	ID      string  `json:"id"`
	LabelDA string  `json:"label_da"`
	LabelEN string  `json:"label_en"`
	Unit    string  `json:"unit"`
	UnitDA  string  `json:"unit_da"`
	Low     float64 `json:"low"` // of the parameter
	High    float64 `json:"high"`
	NetLow  float64 `json:"net_low"` // kr/year at Low; above NetHigh where more is worse
	NetHigh float64 `json:"net_high"`
	Basis   string  `json:"basis"`
}

// How a measured rate stands to a break-even.
const (
	Cleared     = "cleared"     // its whole interval is above
	Missed      = "missed"      // its whole interval is below
	Undecided   = "undecided"   // its interval holds the break-even
	Unreachable = "unreachable" // the break-even is above 100 %
)

// BreakEven is the rate among the selected from which the yearly saving reaches something.
type BreakEven struct {
	ID       string    `json:"id"`
	LabelDA  string    `json:"label_da"`
	LabelEN  string    `json:"label_en"`
	Rate     *float64  `json:"rate"` // nil: no rate up to 100 % does
	Measured *Interval `json:"measured"`
	Verdict  string    `json:"verdict"`
}

func sensitivity(p Params, m Measured, out Projection) Sensitivity {
	return Sensitivity{Heat: heat(p), Tornado: tornado(p, m, out), BreakEven: breakEvens(p, out)}
}

// heat covers 30 to 90 % in steps of ten points: SU7's today (50, 50) and goal (70, 80) are cells of it.
func heat(p Params) Heat {
	h := Heat{}
	for i := 3; i <= 9; i++ {
		h.Completion = append(h.Completion, float64(i)/10)
		h.Effect = append(h.Effect, float64(i)/10)
	}
	for _, c := range h.Completion {
		row := make([]float64, len(h.Effect))
		for j, e := range h.Effect {
			row[j] = HalfUp(float64(p.CoursesPerYear)*p.ValuePerCitizen*(c*e-float64(p.BaselineCompletion*p.BaselineEffect)), 1)
		}
		h.Saving = append(h.Saving, row)
	}
	return h
}

// point is one setting of everything the net depends on.
type point struct {
	p                                    Params
	courses                              float64
	completion, effect, benefit, decline float64
	product                              bool // the main way is completion x effect
}

func (x point) net() float64 {
	rate := x.benefit
	if x.product {
		rate = x.completion * x.effect
	}
	trained := x.courses * (rate - float64(x.p.BaselineCompletion*x.p.BaselineEffect))
	found := float64(x.p.DeclinePopulation) * x.decline * x.p.DeclinePostponed * (1 - x.p.DeclineOverlap)
	return float64(x.p.ValuePerCitizen*(trained+found)) - x.p.RunningPerYear
}

// tornado moves one thing at a time. Spans of what was not measured are ours and marked so: 10 points on
// today's rates, 25 % on the value, 20 % on courses and running cost, 0 to twice the assumed share
// postponed, 10 points on the overlap.
func tornado(p Params, m Measured, out Projection) []Bar {
	rates := map[string]Interval{}
	for _, r := range out.Rates {
		rates[r.ID] = r.Interval
	}
	at := point{
		p: p, courses: float64(p.CoursesPerYear), product: out.Comparisons[0].Way == ByProduct,
		completion: rates["completion"].Estimate, effect: rates["effect"].Estimate,
		benefit: rates["benefit"].Estimate, decline: rates["decline"].Estimate,
	}
	bars := []Bar{}
	bar := func(id, da, en, unit, basis string, low, high float64, set func(*point, float64)) {
		lo, hi := at, at
		set(&lo, low)
		set(&hi, high)
		bars = append(bars, Bar{id, da, en, unit, unitDA[unit], low, high, lo.net(), hi.net(), basis})
	}
	measured := func(id string, set func(*point, float64)) {
		l := rateLabel[id]
		bar(id, l.da, l.en, "share", MeasuredSpan, rates[id].Lower, rates[id].Upper, set)
	}
	around := func(x, by float64) (float64, float64) {
		return HalfUp(math.Max(0, x-by), 1e-9), HalfUp(math.Min(1, x+by), 1e-9)
	}
	assumed := func(id, da, en, unit string, low, high float64, set func(*point, float64)) {
		bar(id, da, en, unit, AssumedSpan, low, high, set)
	}

	if at.product {
		measured("completion", func(x *point, v float64) { x.completion = v })
		measured("effect", func(x *point, v float64) { x.effect = v })
	} else {
		measured("benefit", func(x *point, v float64) { x.benefit = v })
	}
	lo, hi := around(p.BaselineCompletion, 0.1)
	assumed("baseline_completion", "Gennemfører i dag", "Complete today", "share", lo, hi, func(x *point, v float64) { x.p.BaselineCompletion = v })
	lo, hi = around(p.BaselineEffect, 0.1)
	assumed("baseline_effect", "Får effekt i dag, af dem der gennemfører", "Get effect today, of those who complete", "share", lo, hi,
		func(x *point, v float64) { x.p.BaselineEffect = v })
	assumed("value_per_citizen", "Besparelse pr. borger med effekt", "Saving per citizen with effect", "kr/citizen",
		0.75*p.ValuePerCitizen, 1.25*p.ValuePerCitizen, func(x *point, v float64) { x.p.ValuePerCitizen = v })
	assumed("courses_per_year", "Træningsforløb pr. år", "Training courses per year", "courses/year",
		0.8*at.courses, 1.2*at.courses, func(x *point, v float64) { x.courses = v })
	assumed("running_per_year", "Varig driftsudgift", "Lasting running cost", "kr/year",
		0.8*p.RunningPerYear, 1.2*p.RunningPerYear, func(x *point, v float64) { x.p.RunningPerYear = v })
	if m.Decline.Given() {
		measured("decline", func(x *point, v float64) { x.decline = v })
		assumed("alg2_postponed", "Andel med udskudt behov", "Share whose need is postponed", "share",
			0, math.Min(1, 2*p.DeclinePostponed), func(x *point, v float64) { x.p.DeclinePostponed = v })
		lo, hi = around(p.DeclineOverlap, 0.1)
		assumed("alg2_overlap", "Overlap mellem målgrupperne", "Overlap of the target groups", "share", lo, hi,
			func(x *point, v float64) { x.p.DeclineOverlap = v })
	}
	slices.SortFunc(bars, func(a, b Bar) int {
		return cmp.Or(-cmp.Compare(math.Abs(a.NetHigh-a.NetLow), math.Abs(b.NetHigh-b.NetLow)), strings.Compare(a.ID, b.ID))
	})
	return bars
}

// breakEvens are about algorithm 1 alone, at the proposal's courses per year.
func breakEvens(p Params, out Projection) []BreakEven {
	measured := map[string]*Interval{}
	for _, r := range out.Rates {
		measured[r.ID] = &r.Interval
	}
	main := out.Comparisons[0]
	today := p.BaselineCompletion * p.BaselineEffect
	running := math.Inf(1) // no rate covers a cost where a citizen is worth nothing
	if perRate := float64(p.CoursesPerYear) * p.ValuePerCitizen; perRate > 0 {
		running = today + p.RunningPerYear/perRate
	} else if p.RunningPerYear == 0 {
		running = today
	}
	bs := []BreakEven{
		breakEven("benefit_zero", "Gennemfører og får effekt: besparelsen begynder", "Completes and benefits: the saving begins", today, &main.Rate),
		breakEven("benefit_running", "Gennemfører og får effekt: dækker den varige driftsudgift", "Completes and benefits: covers the running cost", running, &main.Rate),
	}
	if c, e := measured["completion"], measured["effect"]; c != nil && e != nil {
		bs = append(bs,
			breakEven("completion_zero", "Gennemfører, ved den målte effekt: besparelsen begynder", "Completes, at the measured effect: the saving begins", over(today, e.Estimate), c),
			breakEven("completion_running", "Gennemfører, ved den målte effekt: dækker driftsudgiften", "Completes, at the measured effect: covers the running cost", over(running, e.Estimate), c),
			breakEven("effect_zero", "Får effekt, ved den målte gennemførelse: besparelsen begynder", "Gets effect, at the measured completion: the saving begins", over(today, c.Estimate), e),
			breakEven("effect_running", "Får effekt, ved den målte gennemførelse: dækker driftsudgiften", "Gets effect, at the measured completion: covers the running cost", over(running, c.Estimate), e),
		)
	}
	for _, c := range out.Comparisons {
		if c.Baseline == OwnBaseline && c.Way == main.Way {
			bs = append(bs, breakEven("benefit_own_zero", "Gennemfører og får effekt: besparelsen begynder, mod egne tal", "Completes and benefits: the saving begins, own figures", c.BaselineRate.Estimate, &main.Rate))
		}
	}
	return bs
}

// over divides; what no rate reaches is infinite, and nothing to reach is 0.
func over(a, b float64) float64 {
	if a == 0 {
		return 0
	}
	return a / b
}

func breakEven(id, da, en string, rate float64, measured *Interval) BreakEven {
	b := BreakEven{ID: id, LabelDA: da, LabelEN: en, Measured: measured, Verdict: Unreachable}
	if rate > 1 {
		return b
	}
	b.Rate = &rate
	switch {
	case measured.Lower > rate:
		b.Verdict = Cleared
	case measured.Upper < rate:
		b.Verdict = Missed
	default:
		b.Verdict = Undecided
	}
	return b
}
