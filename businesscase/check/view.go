package check

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// view is what the rules look at: a proposal, its figures, and its printed tables with their years and units resolved.
type view struct {
	p      *proposal.Proposal
	m      *proposal.Model
	r      *proposal.Result
	years  []int
	others []Case
	sheets []*sheet
	slot   map[string]int // of a name in values: parameters, quantities, rows
	exact  [][]float64    // base units, rows not rounded
	round  [][]float64    // base units, rows as rounded
	factor []float64      // of rows: from a price level of their own to the proposal's
	needs  map[string][]string
	rule   *rule
	out    []Finding
}

// sheet is a printed table.
type sheet struct {
	*proposal.Table
	path  string
	years []int
	scale float64 // of its figures, in 1,000 kr
}

func newView(m *proposal.Model, r *proposal.Result, others []Case) (*view, error) {
	p := m.Proposal()
	if r.Proposal != p.ID || len(r.Rows) != len(p.Rows) || len(r.Years) != len(m.Years()) {
		panic("check: the result is of another proposal: " + r.Proposal)
	}
	if r.Scenario != "" {
		return nil, fmt.Errorf("the result is of scenario %q: what is printed can only be held against the proposal's own figures", r.Scenario)
	}
	if r.PriceLevel != p.PriceLevel {
		return nil, fmt.Errorf("the result is in %d prices and what is printed in %d prices: compute it in the proposal's own", r.PriceLevel, p.PriceLevel)
	}
	v := &view{p: p, m: m, r: r, years: m.Years(), slot: map[string]int{}, needs: map[string][]string{}}
	for _, c := range others {
		if c.Model.Proposal().ID != p.ID {
			v.others = append(v.others, c)
		}
	}
	for i, name := range m.Names() {
		v.slot[name] = i
	}
	v.exact = v.values(nil)
	v.convert()
	v.round = slices.Clone(v.exact)
	for i := range r.Rows {
		at := v.slot[r.Rows[i].ID]
		v.round[at] = make([]float64, len(v.years))
		for k, a := range r.Rows[i].Values {
			v.round[at][k] = a.Rounded * 1000
		}
	}
	if p.Printed != nil {
		for i := range p.Printed.Tables {
			t := &p.Printed.Tables[i]
			s := &sheet{Table: t, path: fmt.Sprintf("printed.tables[%d]", i), years: t.Years.List(), scale: moneyScale(t.Unit)}
			if len(s.years) == 0 {
				s.years = v.years
			}
			v.sheets = append(v.sheets, s)
		}
	}
	return v, nil
}

// convert takes from the result what its index of prices did to rows of another price level.
func (v *view) convert() {
	v.factor = make([]float64, len(v.p.Rows))
	for i, r := range v.r.Rows {
		v.factor[i] = 1
		for k, x := range v.exact[v.slot[r.ID]] {
			if v.p.Rows[i].PriceLevel != 0 && x != 0 {
				v.factor[i] = r.Values[k].Exact * 1000 / x
				break
			}
		}
	}
	v.exact = v.values(nil)
}

// moneyScale is the unit of a table's heading in 1,000 kr: "1.000 kr. 2023 p/l" is 1, "mio. kr." is 1,000, "kr." 0.001.
func moneyScale(unit string) float64 {
	u := strings.ToLower(unit)
	switch {
	case strings.Contains(u, "mio"), strings.Contains(u, "m kr"):
		return 1000
	case u == "", strings.Contains(u, "1.000"), strings.Contains(u, "1000"), strings.Contains(u, "1,000"), strings.Contains(u, "t.kr"), strings.Contains(u, "tkr"), strings.Contains(u, "t. kr"):
		return 1
	}
	return 0.001
}

// values are those of all names, base units, with some parameters (by place in the file) at another value.
func (v *view) values(set map[int]float64) [][]float64 {
	run := v.m.Runner()
	for i, x := range set {
		run.Set(i, x)
	}
	run.Run()
	var out [][]float64
	for _, name := range v.m.Names() {
		out = append(out, slices.Clone(run.Slot(name)))
	}
	for i, by := range v.factor {
		for k := range out[v.slot[v.p.Rows[i].ID]] {
			out[v.slot[v.p.Rows[i].ID]][k] *= by
		}
	}
	for i := range v.p.Quantities {
		if q := &v.p.Quantities[i]; q.Carry {
			u, _ := v.m.Unit(q.ID)
			x := out[v.slot[q.ID]]
			for k := range x {
				x[k] = q.Round.Apply(x[k]/u.Scale()) * u.Scale()
			}
		}
	}
	return out
}

// eval computes a formula for every year, base units.
func (v *view) eval(f *formula.Formula, values [][]float64) []float64 {
	out := make([]float64, len(v.years))
	f.Compile(func(name string) int { return v.slot[name] }).Eval(v.years, values, out)
	return out
}

// formulas are those of a quantity or row: one, or one for each year that has one.
func (v *view) formulas(name string) []*formula.Formula {
	var out []*formula.Formula
	for _, t := range v.years {
		if f := v.m.Formula(name, t); f != nil && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// behind are the parameters and quantities that a name is computed from, near and far, each once, nearest first.
func (v *view) behind(name string) []string {
	if list, ok := v.needs[name]; ok {
		return list
	}
	var out []string
	for _, f := range v.formulas(name) {
		for _, n := range f.Names() {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	for i := 0; i < len(out); i++ {
		for _, f := range v.formulas(out[i]) {
			for _, n := range f.Names() {
				if !slices.Contains(out, n) {
					out = append(out, n)
				}
			}
		}
	}
	v.needs[name] = out
	return out
}

// param returns the place of a parameter in the file, or -1.
func (v *view) param(name string) int {
	if i, ok := v.slot[name]; ok && i < len(v.p.Parameters) {
		return i
	}
	return -1
}

func (v *view) row(id string) int {
	return slices.IndexFunc(v.p.Rows, func(r proposal.Row) bool { return r.ID == id })
}

func (v *view) quantity(id string) int {
	return slices.IndexFunc(v.p.Quantities, func(q proposal.Quantity) bool { return q.ID == id })
}

// name is what the file calls a parameter, quantity or row; in English where it says so.
func (v *view) name(id string) Text {
	if i := v.param(id); i >= 0 {
		return both(v.p.Parameters[i].Label, v.p.Parameters[i].LabelEN)
	}
	if i := v.quantity(id); i >= 0 {
		return both(v.p.Quantities[i].Label, v.p.Quantities[i].LabelEN)
	}
	if i := v.row(id); i >= 0 {
		return plain(v.p.Rows[i].Label)
	}
	return plain(id)
}

func (v *view) label(id string) string { return v.name(id).DA }

// both is a label in two languages; the Danish one serves where there is no English.
func both(da, en string) Text {
	if en == "" {
		en = da
	}
	return Text{da, en}
}

// written is a formula in words.
func (v *view) written(f *formula.Formula) Text {
	return Text{f.Text(func(id string) string { return v.name(id).DA }), f.Text(func(id string) string { return v.name(id).EN })}
}

// savings are the rows that count as savings and are not parts of others.
func (v *view) savings() []int {
	var out []int
	for i, r := range v.p.Rows {
		if r.Kind == proposal.Saving && r.Parent == "" {
			out = append(out, i)
		}
	}
	return out
}

// find adds a finding. at is the place in words that stay the same when the file is reordered; it ends the id.
func (v *view) find(at, path string, f Finding) {
	f.Rule = v.rule.id
	f.ID = v.rule.id + ":" + at
	f.Case = v.p.ID
	f.Path = path
	f.Line = v.p.Line(path)
	f.Lines = once(f.Lines)
	f.Tables = once(f.Tables)
	f.Rows = once(f.Rows)
	slices.Sort(f.Years)
	f.Years = slices.Compact(f.Years)
	v.out = append(v.out, f)
}

// once keeps the first of each text and drops empty ones.
func once(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// linesOf are the document's lines of sources.
func linesOf(sources ...*proposal.Source) []string {
	var out []string
	for _, s := range sources {
		if s != nil {
			out = append(out, s.Lines)
		}
	}
	return out
}

// name is what a reader knows the table by.
func (s *sheet) name() string {
	c := []rune(s.Caption)
	if len(c) == 0 {
		return s.ID
	}
	if len(c) > 48 {
		c = append(c[:47], '…')
	}
	return fmt.Sprintf("%s (%s)", s.ID, string(c))
}

// at is the place of a year in the table, or -1.
func (s *sheet) at(year int) int { return slices.Index(s.years, year) }

// value is a printed figure in 1,000 kr; ok is false for a blank cell and for a year that the table has not.
func (s *sheet) value(cells []*proposal.AsPrinted, year int) (x float64, ok bool) {
	k := s.at(year)
	if k < 0 || k >= len(cells) || cells[k] == nil {
		return 0, false
	}
	return cells[k].Value * s.scale, true
}

func (s *sheet) rowLines(i int) string {
	if s.Rows[i].Lines != "" {
		return s.Rows[i].Lines
	}
	return s.Lines
}

func (v *view) rowLabel(s *sheet, i int) string {
	switch r := s.Rows[i]; {
	case r.Label != "":
		return r.Label
	default:
		return v.label(r.Row)
	}
}

// same tells whether two figures are equal but for the arithmetic of a computer.
func same(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
}

// totalNames are the totals of a table in the order in which tables print them.
var totalNames = []string{"permanent", "implementation", "overall"}

var totalLabels = map[string]Text{
	"permanent":      {"Varige ændringer i alt", "permanent change in total"},
	"implementation": {"Implementeringsomkostninger i alt", "implementation cost in total"},
	"overall":        {"Samlet effekt", "overall effect"},
}

// total is the computed series of a total.
func (v *view) total(name string) []proposal.Amount {
	switch name {
	case "permanent":
		return v.r.Totals.Permanent
	case "implementation":
		return v.r.Totals.Implementation
	}
	return v.r.Totals.Overall
}
