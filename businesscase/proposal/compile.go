package proposal

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/internal/near"
)

// Model is a proposal whose formulas and units have been checked: what can be computed, as often as one likes. It is
// not changed by computing and may be shared; a [Runner] may not.
type Model struct {
	p     *Proposal
	years []int
	names []string       // of slots: parameters, quantities, rows, each in the file's order
	slot  map[string]int // of a name
	units []formula.Unit // of slots
	steps []step         // quantities and rows in an order in which each needs only earlier ones
	extra map[string]*formula.Formula
	warns []string // what is allowed and doubtful in the formulas
}

// step computes one slot.
type step struct {
	slot     int
	programs []*formula.Program // one, or with byYear one per year (nil: blank)
	byYear   bool
	scale    float64   // of the slot's own unit
	quantity *Quantity // one of the two
	row      *Row
	blank    []bool    // of a row
	phase    []float64 // of a row: share of full effect
	amounts  []float64 // of a row, base units
}

// part is one formula of a file with its place.
type part struct {
	path string
	f    *formula.Formula
	unit formula.Unit
}

var kroner = mustUnit("kr")

func mustUnit(s string) formula.Unit {
	u, err := formula.ParseUnit(s)
	if err != nil {
		panic("proposal: " + err.Error())
	}
	return u
}

// Proposal is what was compiled.
func (m *Model) Proposal() *Proposal { return m.p }

// Years is the axis.
func (m *Model) Years() []int { return slices.Clone(m.years) }

// Names are those of the parameters, the quantities and the rows, in the file's order.
func (m *Model) Names() []string { return slices.Clone(m.names) }

// Unit is the unit of a parameter or quantity as the file gives it; that of a row is 1000 kr.
func (m *Model) Unit(name string) (formula.Unit, bool) {
	i, ok := m.slot[name]
	if !ok {
		return formula.Unit{}, false
	}
	return m.units[i], true
}

// Formula returns the parsed formula of a quantity, or of a row in a year ("" and nil where it has none).
func (m *Model) Formula(name string, year int) *formula.Formula {
	if f := m.extra[name]; f != nil {
		return f
	}
	return m.extra[name+"@"+strconv.Itoa(year)]
}

// Compile reads the formulas, checks names and units and finds the order to compute in. The error is a *Problems.
func (p *Proposal) Compile() (*Model, error) {
	c := &checker{}
	m := &Model{p: p, years: p.Years.List(), slot: map[string]int{}, extra: map[string]*formula.Formula{}}
	add := func(path, name, unit string) {
		u, err := formula.ParseUnit(unit)
		if err != nil {
			c.bad(path+".unit", "", "%v", err)
		}
		m.slot[name] = len(m.names)
		m.names = append(m.names, name)
		m.units = append(m.units, u)
	}
	for i, q := range p.Parameters {
		path := fmt.Sprintf("parameters[%d]", i)
		add(path, q.ID, q.Unit)
		c.numbers(path, &q, m.units[i])
	}
	for i, q := range p.Quantities {
		add(fmt.Sprintf("quantities[%d]", i), q.ID, q.Unit)
	}
	for i, r := range p.Rows {
		add(fmt.Sprintf("rows[%d]", i), r.ID, "1000 kr")
	}
	if len(c.list) > 0 {
		return nil, p.problems(c.list)
	}
	parts := m.parse(c)
	if len(c.list) > 0 {
		return nil, p.problems(c.list)
	}
	m.order(c, parts)
	if len(c.list) > 0 {
		return nil, p.problems(c.list)
	}
	return m, nil
}

// parse reads and checks every formula; parts are by slot.
func (m *Model) parse(c *checker) [][]part {
	p := m.p
	parts := make([][]part, len(m.names))
	one := func(path, src string, slot int, year int) {
		f, unit, ok := m.checked(c, path, src)
		if !ok {
			return
		}
		name := m.names[slot]
		want := m.units[slot]
		switch row := p.row(name) >= 0; {
		case f.IsZero():
		case row && !unit.SameButYear(kroner):
			c.bad(path, "a row is an amount in a year: kr, or kr/year; units of money convert themselves", "gives %s, want kr or kr/year", unit)
		case !row && !unit.Same(want):
			hint := "mend the formula, or the unit"
			if unit.SameButYear(want) {
				hint = "one is per year and the other is not: mend the unit"
			}
			c.bad(path, hint, "gives %s, and `unit` says %s", unit, want)
		}
		if slices.Contains(f.Names(), name) {
			c.bad(path, "use lag() or cumulative() of what it is made of", "uses itself")
		}
		for _, w := range f.Warnings(m.Unit) {
			m.warns = append(m.warns, p.warning(path, w))
		}
		parts[slot] = append(parts[slot], part{path, f, unit})
		key := name
		if year != 0 {
			key += "@" + strconv.Itoa(year)
		}
		m.extra[key] = f
	}
	for i, q := range p.Quantities {
		one(fmt.Sprintf("quantities[%d].formula", i), q.Formula, m.slot[q.ID], 0)
	}
	for i, r := range p.Rows {
		if r.Formula != "" {
			one(fmt.Sprintf("rows[%d].formula", i), r.Formula, m.slot[r.ID], 0)
		}
		for _, t := range sortedYears(r.ByYear) {
			one(fmt.Sprintf("rows[%d].by-year.%d", i, t), r.ByYear[t], m.slot[r.ID], t)
		}
	}
	for i, s := range p.Statements {
		if s.Equals != "" {
			m.check(c, fmt.Sprintf("statements[%d].equals", i), s.Equals, s.Unit)
		}
	}
	for i, t := range p.FollowUp {
		if t.Equals != "" {
			m.check(c, fmt.Sprintf("follow-up[%d].equals", i), t.Equals, t.Unit)
		}
	}
	return parts
}

// warning is a formula's warning with its line.
func (p *Proposal) warning(path string, w formula.Warning) string {
	s := fmt.Sprintf("%s, %s", p.named(path), w)
	if line := p.Line(path); line > 0 {
		s = fmt.Sprintf("line %d: %s", line, s)
	}
	return s
}

// checked parses a formula and checks its names and units.
func (m *Model) checked(c *checker, path, src string) (*formula.Formula, formula.Unit, bool) {
	f, err := formula.Parse(src)
	var unit formula.Unit
	if err == nil {
		unit, err = f.Check(func(name string) (formula.Unit, bool) { return m.Unit(name) })
	}
	if err == nil {
		for _, t := range f.Years() {
			if !m.p.Years.Has(t) {
				c.bad(path, "", "at() asks for %d, which is not among the years %s", t, m.p.Years)
				return nil, unit, false
			}
		}
		return f, unit, true
	}
	var fe *formula.Error
	if !errors.As(err, &fe) {
		c.bad(path, "", "%v", err)
		return nil, unit, false
	}
	hint := fe.Hint
	if fe.Name != "" {
		if word := near.Word(fe.Name, m.names); word != "" {
			hint = "did you mean " + word + "?"
		} else if hint == "" {
			hint = "no parameter, quantity or row has this name"
		}
	}
	c.bad(path, hint, "%s\n    %s\n    %*s", fe.Msg, src, max(1, fe.Column), "^")
	return nil, unit, false
}

// check is for formulas that are compared with what is stated.
func (m *Model) check(c *checker, path, src, stated string) {
	f, unit, ok := m.checked(c, path, src)
	if !ok {
		return
	}
	m.extra[path] = f
	want, err := formula.ParseUnit(stated)
	if stated == "" {
		return
	}
	if err != nil {
		c.bad(path, "", "unit: %v", err)
	} else if !f.IsZero() && !unit.SameButYear(want) && !want.SameButYear(unit) {
		c.bad(path, "mend the formula, or the unit", "gives %s, and `unit` says %s", unit, want)
	}
}

// order sorts the steps so that each needs only earlier ones, else in the file's order (Kahn 1962, least slot first),
// and compiles them.
func (m *Model) order(c *checker, parts [][]part) {
	n, params := len(m.names), len(m.p.Parameters)
	done := make([]bool, n)
	for i := range params {
		done[i] = true
	}
	ready := func(i int) bool {
		for _, q := range parts[i] {
			for _, name := range q.f.Names() {
				if !done[m.slot[name]] {
					return false
				}
			}
		}
		return true
	}
	for left := n - params; left > 0; left-- {
		next := -1
		for i := params; i < n && next < 0; i++ {
			if !done[i] && ready(i) {
				next = i
			}
		}
		if next < 0 {
			m.circle(c, parts, done)
			return
		}
		done[next] = true
		m.steps = append(m.steps, m.newStep(next, parts[next]))
	}
}

// circle reports one of the circles among what is left.
func (m *Model) circle(c *checker, parts [][]part, done []bool) {
	at := slices.Index(done, false)
	seen := map[int]int{}
	var walk []int
	for {
		if first, ok := seen[at]; ok {
			walk = append(walk[first:], at)
			break
		}
		seen[at] = len(walk)
		walk = append(walk, at)
		at = m.needed(parts[at], done)
	}
	text := ""
	for i, slot := range walk {
		if i > 0 {
			text += " needs "
		}
		text += m.names[slot]
	}
	c.bad(parts[walk[0]][0].path, "break the circle: begin with something that is known", "goes in a circle: %s", text)
}

func (m *Model) needed(parts []part, done []bool) int {
	for _, q := range parts {
		for _, name := range q.f.Names() {
			if !done[m.slot[name]] {
				return m.slot[name]
			}
		}
	}
	panic("proposal: nothing is missing")
}

func (m *Model) newStep(slot int, parts []part) step {
	s := step{slot: slot, scale: m.units[slot].Scale()}
	where := func(name string) int { return m.slot[name] }
	if i := slot - len(m.p.Parameters); i < len(m.p.Quantities) {
		s.quantity = &m.p.Quantities[i]
		s.programs = []*formula.Program{parts[0].f.Compile(where)}
		return s
	}
	s.row = &m.p.Rows[slot-len(m.p.Parameters)-len(m.p.Quantities)]
	s.blank, s.phase = make([]bool, len(m.years)), make([]float64, len(m.years))
	switch r := s.row; {
	case len(r.ByYear) > 0:
		s.byYear = true
		s.programs = make([]*formula.Program, len(m.years))
		next := 0
		for k, t := range m.years {
			if _, ok := r.ByYear[t]; ok {
				s.programs[k] = parts[next].f.Compile(where)
				next++
			}
			s.blank[k], s.phase[k] = s.programs[k] == nil, 1
		}
	case len(r.Amounts) > 0:
		s.amounts = make([]float64, len(m.years))
		for k, t := range m.years {
			s.phase[k] = 1
			if x := r.Amounts[t]; x != nil {
				s.amounts[k] = x.Value * s.scale
			} else {
				s.blank[k] = true
			}
		}
	default:
		s.programs = []*formula.Program{parts[0].f.Compile(where)}
		from, to := r.From, r.To
		phased := sortedYears(r.PhaseIn)
		if from == 0 && len(phased) > 0 {
			from = phased[0]
		}
		share := 1.0
		for k, t := range m.years {
			s.blank[k] = t < from || (to != 0 && t > to)
			if x, ok := r.PhaseIn[t]; ok {
				share = x.Value
			}
			s.phase[k] = share
		}
	}
	return s
}

// Phase is the share of full effect that a row has in each year; 1 where it says none. It panics if there is no such row.
func (m *Model) Phase(row string) []float64 {
	for i := range m.steps {
		if r := m.steps[i].row; r != nil && r.ID == row {
			return slices.Clone(m.steps[i].phase)
		}
	}
	panic("proposal: no row " + row)
}
