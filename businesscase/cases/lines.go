package cases

import (
	"math"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Line is one calculation of a proposal for showing: what was computed, from which values, and what the document prints.
type Line struct {
	ID            string   `json:"id"`
	LabelDA       string   `json:"label_da"`
	LabelEN       string   `json:"label_en"` // the Danish one where the file has no other
	Unit          string   `json:"unit"`
	UnitDA        string   `json:"unit_da"`
	Formula       string   `json:"formula"`        // over names
	CalculationDA string   `json:"calculation_da"` // the same with the values in it
	CalculationEN string   `json:"calculation_en"`
	Computed      float64  `json:"computed"` // not rounded
	Rounded       float64  `json:"rounded"`  // as the document rounds; equal to Computed where it does not
	RoundTo       float64  `json:"round_to"` // 0: not rounded
	Printed       *float64 `json:"printed"`  // nil: the document does not print it
	Verdict       string   `json:"verdict"`  // [Reproduced], [Discrepancy], [Given], or "" where nothing is printed
	Source        string   `json:"source,omitempty"`
	Note          string   `json:"note,omitempty"`
}

// Lines are the quantities of a proposal, in the order of its file and in the last year of its axis.
func Lines(p *proposal.Proposal) ([]Line, error) {
	v, err := newReproducer(p)
	if err != nil {
		return nil, err
	}
	v.quantities()
	verdict := map[string]string{}
	for _, f := range v.out {
		verdict[f.Place] = f.Verdict
	}
	out := make([]Line, 0, len(p.Quantities))
	for i, q := range p.Quantities {
		r, f := v.r.Quantities[i], v.m.Formula(q.ID, 0)
		last := len(r.Exact) - 1
		l := Line{ID: q.ID, LabelDA: q.Label, LabelEN: q.LabelEN, Unit: q.Unit, UnitDA: unitDA(q.Unit), Computed: r.Exact[last], Rounded: r.Rounded[last],
			Verdict: verdict[q.ID], Note: q.Note}
		if l.LabelEN == "" {
			l.LabelEN = q.Label
		}
		if q.Round != nil {
			l.RoundTo = q.Round.To
		}
		if q.Printed != nil {
			l.Printed = &q.Printed.Value
		}
		if q.Source != nil {
			l.Source = strings.TrimSpace(strings.ToUpper(p.ID) + " " + q.Source.Where)
		}
		l.Formula = f.Text(func(name string) string { return name })
		l.CalculationDA, l.CalculationEN = v.calculation(q.ID, true), v.calculation(q.ID, false)
		out = append(out, l)
	}
	return out, nil
}

// calculation writes a quantity's formula with what later steps see of each name: 490, not 489.8.
func (v *reproducer) calculation(id string, danish bool) string {
	value := func(name string) string {
		series := v.values[v.slot[name]]
		u, _ := v.m.Unit(name)
		x := unscaled(series[len(series)-1], u.Scale())
		if i := v.slot[name]; i < len(v.p.Parameters) && strings.HasPrefix(v.p.Parameters[i].Unit, "share") {
			return number(100*x, 2, danish) + " %"
		}
		return number(x, 3, danish)
	}
	return v.m.Formula(id, 0).TextWith(formula.Words{Name: value, Number: func(x float64) string { return number(x, 6, danish) }})
}

// number writes x with at most the given number of decimals and no trailing zeros, thousands grouped.
func number(x float64, decimals int, danish bool) string {
	thousand, decimal := ",", "."
	if danish {
		thousand, decimal = ".", ","
	}
	s := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	whole, part, _ := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + thousand + whole[i:]
	}
	if part != "" {
		whole += decimal + part
	}
	if x < 0 && strings.Trim(whole, "0.,") != "" {
		whole = "−" + whole
	}
	return whole
}

// danishUnits are the words of units on Danish screens.
var danishUnits = strings.NewReplacer("1000 kr", "1.000 kr.", "mio. kr", "mio. kr.", "kr", "kr.", "share", "andel", "citizens", "borgere", "citizen", "borger",
	"courses", "forløb", "course", "forløb", "employees", "ansatte", "employee", "ansat", "hours", "timer", "hour", "time", "minutes", "minutter",
	"days", "dage", "day", "dag", "weeks", "uger", "week", "uge", "months", "måneder", "years", "år", "year", "år", "FTE", "årsværk", "percent", "procent")

func unitDA(unit string) string { return danishUnits.Replace(unit) }
