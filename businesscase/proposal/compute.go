package proposal

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Amount is one cell, in 1,000 kr (rows and totals). A blank cell counts as 0 in sums and is not a 0.
type Amount struct {
	Blank   bool
	Exact   float64 // not rounded
	Rounded float64 // as the row says; of a total, the sum of the rounded rows
}

// MarshalJSON writes null for a blank cell.
func (a Amount) MarshalJSON() ([]byte, error) {
	if a.Blank {
		return []byte("null"), nil
	}
	return json.Marshal(struct {
		Exact   float64 `json:"exact"`
		Rounded float64 `json:"rounded"`
	}{a.Exact, a.Rounded})
}

// Series is a parameter or a quantity by year, in its own unit.
type Series struct {
	ID       string    `json:"id"`
	Label    string    `json:"label"`
	Unit     string    `json:"unit"`
	Constant bool      `json:"constant"` // the same every year
	Exact    []float64 `json:"exact"`
	Rounded  []float64 `json:"rounded,omitempty"` // quantities only
	Changed  bool      `json:"changed,omitempty"` // by the scenario
}

// RowResult is a row of the tables.
type RowResult struct {
	ID            string   `json:"id"`
	Label         string   `json:"label"`
	Kind          string   `json:"kind"`
	Area          string   `json:"area"`
	Appropriation string   `json:"appropriation,omitempty"`
	Gain          string   `json:"gain,omitempty"`
	Parent        string   `json:"part_of,omitempty"`
	PriceLevel    int      `json:"price_level,omitempty"`  // of the formula or amounts, where Values are in another
	PriceFactor   float64  `json:"price_factor,omitempty"` // what turned the one into the other
	Values        []Amount `json:"values"`
}

// Totals are sums of rows that are not parts of others. Permanent is savings and running costs; Overall both.
type Totals struct {
	Permanent      []Amount `json:"permanent"`
	Implementation []Amount `json:"implementation"`
	Overall        []Amount `json:"overall"`
}

// AreaTotals are the totals of one steering area.
type AreaTotals struct {
	Area string `json:"area"`
	Totals
}

// GainTotals are the savings of one kind of gain.
type GainTotals struct {
	Gain   string   `json:"gain"`
	Values []Amount `json:"values"`
}

// Result is a computed proposal.
type Result struct {
	Proposal   string       `json:"proposal"`
	Title      string       `json:"title"`
	Type       string       `json:"type"`
	Scenario   string       `json:"scenario,omitempty"`
	PriceLevel int          `json:"price_level"`
	Unit       string       `json:"unit"` // 1000 kr
	Years      []int        `json:"years"`
	Parameters []Series     `json:"parameters"`
	Quantities []Series     `json:"quantities"`
	Rows       []RowResult  `json:"rows"`
	Totals     Totals       `json:"totals"`
	Areas      []AreaTotals `json:"areas"`
	Gains      []GainTotals `json:"gains,omitempty"`
	Payback    Paybacks     `json:"payback"`
	Warnings   []string     `json:"warnings,omitempty"`
}

// Options change what is computed.
type Options struct {
	Scenario   *Scenario
	Index      *Index // needed where price levels differ
	PriceLevel int    // of the result; 0: the proposal's
}

// Compute gives every figure of the proposal. A scenario that does not fit, a price level without an index and a
// figure that is no number (a division by 0) are errors.
func (m *Model) Compute(o Options) (*Result, error) {
	p := m.p
	out := &Result{Proposal: p.ID, Title: p.Title, Type: p.Type, Unit: "1000 kr", Years: m.Years(), PriceLevel: p.PriceLevel}
	if o.PriceLevel != 0 {
		out.PriceLevel = o.PriceLevel
	}
	r := m.Runner()
	changed, err := m.apply(r, o.Scenario)
	if err != nil {
		return nil, err
	}
	if o.Scenario != nil {
		out.Scenario = o.Scenario.Name
	}
	r.Run()
	out.Warnings = append(out.Warnings, m.warns...)
	for i := range p.Parameters {
		q := &p.Parameters[i]
		if changed[q.ID] && len(q.ByYear) > 0 {
			out.Warnings = append(out.Warnings, fmt.Sprintf("parameter %s is given by year, and the scenario gives it one value in all years", q.ID))
		}
		out.Parameters = append(out.Parameters, m.series(r, i, q.ID, q.Label, q.Unit, nil, changed[q.ID]))
	}
	for i := range p.Quantities {
		q := &p.Quantities[i]
		slot := m.slot[q.ID]
		for k, x := range r.values[slot] {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, p.problems([]Problem{{Path: fmt.Sprintf("quantities[%d].formula", i), Msg: fmt.Sprintf("is no number in %d", m.years[k]), Hint: "it divides by 0: look at the parameters"}})
			}
		}
		out.Quantities = append(out.Quantities, m.series(r, slot, q.ID, q.Label, q.Unit, q.Round, false))
	}
	for i := range p.Rows {
		row, err := m.rowResult(r, i, out.PriceLevel, o.Index)
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, row)
		out.Warnings = append(out.Warnings, signs(row, m.years)...)
	}
	for _, o := range out.Overruns() {
		out.Warnings = append(out.Warnings, o.String())
	}
	out.sum()
	return out, nil
}

func (m *Model) series(r *Runner, slot int, id, label, unit string, round *Rounding, changed bool) Series {
	s := Series{ID: id, Label: label, Unit: unit, Constant: true, Changed: changed}
	scale := m.units[slot].Scale()
	for _, x := range r.values[slot] {
		s.Exact = append(s.Exact, unscaled(x, scale))
		s.Constant = s.Constant && x == r.values[slot][0]
	}
	if slot >= len(m.p.Parameters) {
		for _, x := range s.Exact {
			s.Rounded = append(s.Rounded, round.Apply(x))
		}
	}
	return s
}

// unscaled undoes the multiplication by a unit's scale without leaving 0.15000000000000002.
func unscaled(x, scale float64) float64 {
	y := x / scale
	if z, err := strconv.ParseFloat(strconv.FormatFloat(y, 'g', 15, 64), 64); err == nil {
		return z
	}
	return y
}

func (m *Model) rowResult(r *Runner, i, level int, index *Index) (RowResult, error) {
	q := &m.p.Rows[i]
	slot := m.slot[q.ID]
	area, gain := q.Area, q.Gain
	if area == "" {
		area = Service
	}
	if gain == "" && q.Kind == Saving {
		gain = Cashable
	}
	out := RowResult{ID: q.ID, Label: q.Label, Kind: q.Kind, Area: area, Appropriation: q.Appropriation, Gain: gain, Parent: q.Parent}
	cells, err := m.Cells(i, level, index)
	if err != nil {
		return out, err
	}
	if from := cmp.Or(q.PriceLevel, m.p.PriceLevel); from != level {
		out.PriceLevel, out.PriceFactor = from, cells.Factor
	}
	for k, x := range r.values[slot] {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return out, m.p.problems([]Problem{{Path: fmt.Sprintf("rows[%d]", i), Msg: fmt.Sprintf("is no number in %d", m.years[k]), Hint: "it divides by 0: look at the parameters"}})
		}
		a := Amount{Blank: cells.Blank[k], Exact: unscaled(x*cells.Factor, 1000)}
		a.Rounded = cells.Round[k].Apply(a.Exact)
		out.Values = append(out.Values, a)
	}
	return out, nil
}

// Cells says how a row's amounts become cells of a table.
type Cells struct {
	Factor float64     // turns kroner of the row's price level into kroner of the wanted one
	Blank  []bool      // by year
	Round  []*Rounding // by year, in 1,000 kr; nil: not rounded
}

// Cells is about the i-th row of the file, in prices of the year level. Another price level than the row's without an
// index that has both is an error.
func (m *Model) Cells(i, level int, index *Index) (Cells, error) {
	q := &m.p.Rows[i]
	factor, err := index.Factor(q.CostType, cmp.Or(q.PriceLevel, m.p.PriceLevel), level)
	if err != nil {
		return Cells{}, m.p.problems([]Problem{{Path: fmt.Sprintf("rows[%d].price-level", i), Msg: err.Error(), Hint: "give a table of price indices: --index FILE.yaml"}})
	}
	out := Cells{Factor: factor}
	for _, s := range m.steps {
		if s.row == q {
			out.Blank = s.blank
		}
	}
	for _, t := range m.years {
		round := q.Round
		if special, ok := q.RoundIn[t]; ok {
			round = special
		}
		out.Round = append(out.Round, round)
	}
	return out, nil
}

// signs warns of a saving that costs and of a cost that saves.
func signs(row RowResult, years []int) []string {
	for k, a := range row.Values {
		if row.Kind == Saving && a.Exact > 0 {
			return []string{fmt.Sprintf("row %s is a saving and is positive in %d: savings are negative", row.ID, years[k])}
		}
		if row.Kind != Saving && a.Exact < 0 {
			return []string{fmt.Sprintf("row %s is a cost and is negative in %d: costs are positive", row.ID, years[k])}
		}
	}
	return nil
}

// sum makes the totals and the payback.
func (out *Result) sum() {
	total := func(keep func(RowResult) bool) []Amount {
		sum := make([]Amount, len(out.Years))
		for k := range sum {
			sum[k].Blank = true
			for _, r := range out.Rows {
				if r.Parent == "" && keep(r) && !r.Values[k].Blank {
					sum[k].Blank = false
					sum[k].Exact += r.Values[k].Exact
					sum[k].Rounded += r.Values[k].Rounded
				}
			}
		}
		return sum
	}
	totals := func(in func(RowResult) bool) Totals {
		return Totals{
			Permanent:      total(func(r RowResult) bool { return in(r) && r.Kind != OneOff }),
			Implementation: total(func(r RowResult) bool { return in(r) && r.Kind == OneOff }),
			Overall:        total(in),
		}
	}
	out.Totals = totals(func(RowResult) bool { return true })
	for _, area := range []string{Service, Anlaeg} {
		if slices.ContainsFunc(out.Rows, func(r RowResult) bool { return r.Area == area }) {
			out.Areas = append(out.Areas, AreaTotals{area, totals(func(r RowResult) bool { return r.Area == area })})
		}
	}
	for _, gain := range []string{Cashable, Capacity, Quality} {
		if slices.ContainsFunc(out.Rows, func(r RowResult) bool { return r.Gain == gain }) {
			out.Gains = append(out.Gains, GainTotals{gain, total(func(r RowResult) bool { return r.Gain == gain })})
		}
	}
	out.Payback = paybacks(out)
}
