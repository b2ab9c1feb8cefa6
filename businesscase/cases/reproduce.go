package cases

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// What holding a printed figure against its own inputs can give.
const (
	Reproduced  = "reproduced"                  // computed from the document's inputs, and the same
	Discrepancy = "discrepancy of the document" // it does not follow from the document's inputs
	Given       = "given"                       // an input: nothing to compute, or the same input printed again
)

// By which rule a figure was computed.
const (
	ByRow       = "row"         // the row's formula, rounded as the row is
	ByPhaseIn   = "phase-in"    // the row's full effect times the share of the year
	BySum       = "sum"         // the rows of the table added
	ByCarry     = "carried"     // the rows as printed add up; one of them differs from its own formula
	ByQuantity  = "calculation" // a step between parameters and rows
	ByStatement = "text"        // a figure in a sentence
	ByTarget    = "target"      // a follow-up target
	ByPayback   = "payback"
)

// Figure is one printed figure held against one calculation. A figure that is held against two stands twice.
type Figure struct {
	File    string  `json:"file"`  // su1 ... su7, catalogue
	Place   string  `json:"place"` // table, row and year, or a name
	Label   string  `json:"label"` // Danish
	Lines   string  `json:"lines,omitempty"`
	Unit    string  `json:"unit"`
	AsText  string  `json:"as_text"` // as the document prints it, where its file says
	Printed float64 `json:"printed"`
	// Computed is rounded as the document rounds, Exact is not; both are Printed where the figure is given, and 0 with a
	// note where there is no such figure.
	Computed float64 `json:"computed"`
	Exact    float64 `json:"exact"`
	Verdict  string  `json:"verdict"`
	Rule     string  `json:"rule,omitempty"` // "" where nothing was computed
	Note     string  `json:"note,omitempty"`
}

// Count is how many figures had each verdict.
type Count struct {
	File          string `json:"file"`
	Figures       int    `json:"figures"`
	Reproduced    int    `json:"reproduced"`
	Discrepancies int    `json:"discrepancies"`
	Carried       int    `json:"carried"` // of the discrepancies: totals that only carry a row's
	Given         int    `json:"given"`
}

// Counts are those of each file, in the catalogue's order, and of all.
type Counts struct {
	Files []Count `json:"files"`
	All   Count   `json:"all"`
}

// Reproduce holds every figure that the proposals and the catalogue print against what follows from their inputs. It
// panics if a file of ours cannot be computed.
func Reproduce() ([]Figure, Counts) {
	var all []Figure
	for _, name := range Names() {
		f, err := figures(MustLoad(name))
		if err != nil {
			panic("cases: " + err.Error())
		}
		all = append(all, f...)
	}
	c, err := Catalogue()
	if err != nil {
		panic("cases: " + err.Error())
	}
	all = append(all, c.figures()...)
	return all, count(all)
}

func count(all []Figure) Counts {
	out := Counts{All: Count{File: "all"}}
	for _, f := range all {
		i := slices.IndexFunc(out.Files, func(c Count) bool { return c.File == f.File })
		if i < 0 {
			i = len(out.Files)
			out.Files = append(out.Files, Count{File: f.File})
		}
		for _, c := range []*Count{&out.Files[i], &out.All} {
			c.Figures++
			switch f.Verdict {
			case Reproduced:
				c.Reproduced++
			case Discrepancy:
				c.Discrepancies++
				if f.Rule == ByCarry {
					c.Carried++
				}
			default:
				c.Given++
			}
		}
	}
	return out
}

// same tells whether two figures of one unit are the same but for the last bits.
func same(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }

// reproducer holds one proposal with everything computed.
type reproducer struct {
	p      *proposal.Proposal
	m      *proposal.Model
	r      *proposal.Result
	slot   map[string]int
	values [][]float64 // base units, as later formulas see them
	out    []Figure
}

// figures are those of one proposal, in the order of the file.
func figures(p *proposal.Proposal) ([]Figure, error) {
	v, err := newReproducer(p)
	if err != nil {
		return nil, err
	}
	v.parameters()
	v.quantities()
	v.tables()
	v.statements()
	v.targets()
	return v.out, nil
}

func newReproducer(p *proposal.Proposal) (*reproducer, error) {
	m, err := p.Compile()
	if err != nil {
		return nil, err
	}
	r, err := m.Compute(proposal.Options{})
	if err != nil {
		return nil, err
	}
	v := &reproducer{p: p, m: m, r: r, slot: map[string]int{}}
	for i, name := range m.Names() {
		v.slot[name] = i
	}
	base := func(name string, series []float64) {
		u, _ := m.Unit(name)
		row := make([]float64, len(series))
		for k, x := range series {
			row[k] = x * u.Scale()
		}
		v.values = append(v.values, row)
	}
	for _, q := range r.Parameters {
		base(q.ID, q.Exact)
	}
	for i, q := range r.Quantities {
		if p.Quantities[i].Carry {
			base(q.ID, q.Rounded)
		} else {
			base(q.ID, q.Exact)
		}
	}
	for _, q := range r.Rows {
		exact := make([]float64, len(q.Values))
		for k, a := range q.Values {
			exact[k] = a.Exact
		}
		base(q.ID, exact)
	}
	return v, nil
}

// add settles the verdict of a figure that was computed.
func (v *reproducer) add(f Figure, given bool) {
	f.File = v.p.ID
	switch {
	case !same(f.Computed, f.Printed):
		f.Verdict = Discrepancy
	case given:
		f.Verdict, f.Rule, f.Computed, f.Exact = Given, "", f.Printed, f.Printed
	default:
		f.Verdict = Reproduced
	}
	v.out = append(v.out, f)
}

func lines(s *proposal.Source) string {
	if s == nil {
		return ""
	}
	return s.Lines
}

// parameters are given. Those read from a table are counted there, and those assumed are not printed.
func (v *reproducer) parameters() {
	for _, q := range v.p.Parameters {
		if q.Value == nil || q.Status == proposal.FromTable || q.Status == proposal.Assumed {
			continue
		}
		f := Figure{Place: q.ID, Label: q.Label, Lines: lines(q.Source), Unit: q.Unit, Printed: q.Value.Value, AsText: q.Value.String()}
		f.Computed, f.Exact = f.Printed, f.Printed
		v.add(f, true)
	}
}

func (v *reproducer) quantities() {
	for i, q := range v.p.Quantities {
		if q.Printed == nil {
			continue
		}
		r := v.r.Quantities[i]
		last := len(r.Exact) - 1
		v.add(Figure{Place: q.ID, Label: q.Label, Lines: lines(q.Source), Unit: q.Unit, Printed: q.Printed.Value, AsText: q.Printed.String(),
			Computed: r.Rounded[last], Exact: r.Exact[last], Rule: ByQuantity}, v.restates(v.m.Formula(q.ID, 0), q.Unit))
	}
}

var (
	bareName = regexp.MustCompile(`^-?([a-z][a-z0-9_]*)$`)
	bareCell = regexp.MustCompile(`^-?at\(([a-z][a-z0-9_]*), (\d{4})\)$`)
	ownShare = regexp.MustCompile(`^at\(([a-z][a-z0-9_]*), \d{4}\) / at\(([a-z][a-z0-9_]*), \d{4}\)$`)
)

// restates tells whether a formula calculates nothing: it is one parameter, a cell that is, or a row's share of its own
// full effect, which is the phase-in that the row was given. Minutes told in hours are a calculation, kroner told in
// millions are not.
func (v *reproducer) restates(f *formula.Formula, unit string) bool {
	src := f.Source()
	if m := bareName.FindStringSubmatch(src); m != nil {
		from, _ := v.m.Unit(m[1])
		to, err := formula.ParseUnit(unit)
		if err != nil || (from.Scale() != to.Scale() && !from.IsMoney()) {
			return false
		}
		if g := v.m.Formula(m[1], 0); g != nil && v.row(m[1]) < 0 {
			return v.restates(g, unit)
		}
		return v.slot[m[1]] < len(v.p.Parameters)
	}
	if m := bareCell.FindStringSubmatch(src); m != nil {
		year, _ := strconv.Atoi(m[2])
		return v.givenCell(m[1], year)
	}
	m := ownShare.FindStringSubmatch(src)
	return m != nil && m[1] == m[2]
}

func (v *reproducer) row(id string) int {
	return slices.IndexFunc(v.p.Rows, func(r proposal.Row) bool { return r.ID == id })
}

// givenCell tells whether a row's cell is an input: an amount, one parameter at full effect, or blank.
func (v *reproducer) givenCell(id string, year int) bool {
	i := v.row(id)
	if i < 0 {
		return false
	}
	row, k := &v.p.Rows[i], slices.Index(v.r.Years, year)
	f := v.m.Formula(id, year)
	if f == nil || v.r.Rows[i].Values[k].Blank {
		return true
	}
	return v.share(row, year) == 1 && v.restates(f, v.r.Unit)
}

// share is the row's phase-in in a year.
func (v *reproducer) share(row *proposal.Row, year int) float64 {
	share := 1.0
	for _, t := range v.r.Years {
		if x, ok := row.PhaseIn[t]; ok && t <= year {
			share = x.Value
		}
	}
	return share
}

// eval computes a formula of the file in base units, in the last year of the axis.
func (v *reproducer) eval(f *formula.Formula) float64 {
	out := make([]float64, len(v.r.Years))
	f.Compile(func(name string) int { return v.slot[name] }).Eval(v.r.Years, v.values, out)
	return out[len(out)-1]
}

// inUnit turns a value in base units into one of a unit of the file.
func inUnit(x float64, unit string) (float64, error) {
	u, err := formula.ParseUnit(unit)
	if err != nil {
		return 0, err
	}
	return unscaled(x, u.Scale()), nil
}

// unscaled divides by the scale of a unit without leaving 0.15000000000000002.
func unscaled(x, scale float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x/scale, 'g', 15, 64), 64)
	if err != nil {
		panic("cases: " + err.Error())
	}
	return y
}

// statements are sentences with a figure and a formula. Whether sentences agree with one another is for package check.
func (v *reproducer) statements() {
	for i, s := range v.p.Statements {
		f := v.m.Formula(fmt.Sprintf("statements[%d].equals", i), 0)
		if f == nil {
			continue
		}
		exact, err := inUnit(v.eval(f), s.Unit)
		if err != nil {
			panic("cases: " + err.Error())
		}
		out := Figure{Place: s.About, Label: s.About, Lines: lines(s.Source), Unit: s.Unit, AsText: s.Says, Rule: ByStatement, Exact: exact, Computed: s.Round.Apply(exact)}
		if out.Printed, _, err = proposal.ParseDanish(s.Says); err != nil {
			out.Note = err.Error()
			if out.Printed, err = strconv.ParseFloat(s.Says, 64); err != nil {
				panic(fmt.Sprintf("cases: %s: %q is compared with a formula and is no figure", v.p.ID, s.Says))
			}
		}
		v.add(out, v.restates(f, s.Unit))
	}
}

func (v *reproducer) targets() {
	for i, t := range v.p.FollowUp {
		n := t.AtLeast
		if n == nil {
			n = t.AtMost
		}
		if n == nil {
			continue
		}
		out := Figure{Place: t.ID, Label: t.Goal, Lines: t.Lines, Unit: t.Unit, Printed: n.Value, AsText: n.String(), Computed: n.Value, Exact: n.Value}
		f := v.m.Formula(fmt.Sprintf("follow-up[%d].equals", i), 0)
		if f == nil {
			v.add(out, true)
			continue
		}
		exact, err := inUnit(v.eval(f), t.Unit)
		if err != nil {
			panic("cases: " + err.Error())
		}
		out.Exact, out.Computed, out.Rule = exact, t.Round.Apply(exact), ByTarget
		v.add(out, v.restates(f, t.Unit))
	}
}
