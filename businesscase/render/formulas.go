package render

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Calculation is how one quantity or row comes about, in words.
type Calculation struct {
	ID     string
	Label  string
	Row    bool
	Is     string   // its value: one for all years, or year by year
	Words  []string // the formula with labels; of a row with a formula for each year, one for each
	Values []string // the same with values, beside each of Words; "" where values of several years are mixed
	Then   []string // phase-in, rounding, why
}

// Calculations gives the quantities and rows in the order of the file.
func Calculations(m *proposal.Model, r *proposal.Result, o Options) []Calculation {
	c := calculations{m: m, r: r, lang: o.language(), label: map[string]string{}, series: map[string]proposal.Series{}}
	p := m.Proposal()
	for i, q := range r.Parameters {
		c.label[q.ID], c.series[q.ID] = labelOf(q.Label, p.Parameters[i].LabelEN, c.lang), q
	}
	for i, q := range r.Quantities {
		if p.Quantities[i].Carry {
			q.Exact = q.Rounded // what later formulas see
		}
		c.label[q.ID], c.series[q.ID] = labelOf(q.Label, p.Quantities[i].LabelEN, c.lang), q
	}
	for _, row := range r.Rows {
		s := proposal.Series{ID: row.ID, Label: row.Label, Unit: "1000 kr"}
		for _, a := range row.Values { // formulas see amounts before prices are converted
			s.Exact = append(s.Exact, a.Exact/cmp.Or(row.PriceFactor, 1))
		}
		c.label[row.ID], c.series[row.ID] = row.Label, s
	}
	var out []Calculation
	for i := range r.Quantities {
		out = append(out, c.quantity(&m.Proposal().Quantities[i], r.Quantities[i]))
	}
	for i := range r.Rows {
		out = append(out, c.row(&m.Proposal().Rows[i], r.Rows[i]))
	}
	return out
}

type calculations struct {
	m      *proposal.Model
	r      *proposal.Result
	lang   string
	label  map[string]string
	series map[string]proposal.Series
}

// ofYear finds the year in a formula.
var ofYear = regexp.MustCompile(`\byear\b`)

// acrossYears finds the functions that take values of other years than the one that is computed.
var acrossYears = regexp.MustCompile(`\b(lag|cumulative|total|at)\s*\(`)

// read adds a formula with labels and, where all values are of one year, with values of the year at place k.
func (c *calculations) read(out *Calculation, before string, f *formula.Formula, k int) {
	year := ofYear.MatchString(f.Source())
	w := formula.Words{
		Name:     func(name string) string { return c.label[name] },
		Constant: func(name string, _ float64, unit string) string { return cmp.Or(Unit(unit, c.lang), name) },
		Year:     say(c.lang, "the year"),
	}
	if c.lang != English {
		w.Number = func(x float64) string {
			if year && x == math.Trunc(x) && x >= 1990 && x <= 2100 { // 2027, and not 2.027
				return strconv.Itoa(int(x))
			}
			return shortest(x, 12, c.lang)
		}
	}
	out.Words = append(out.Words, before+f.TextWith(w))
	values := ""
	if len(f.Names()) > 0 && !acrossYears.MatchString(f.Source()) {
		if before == "" && (year || slices.ContainsFunc(f.Names(), c.changes)) {
			before = strconv.Itoa(c.r.Years[k]) + ": "
		}
		w.Year = strconv.Itoa(c.r.Years[k])
		w.Constant = func(_ string, x float64, unit string) string { return inUnit(x, unit, c.lang) }
		w.Name = func(name string) string {
			s := inUnit(c.series[name].Exact[k], c.series[name].Unit, c.lang)
			if strings.HasPrefix(s, "-") {
				s = "(" + s + ")"
			}
			return s
		}
		values = before + f.TextWith(w)
	}
	out.Values = append(out.Values, values)
}

// changes tells whether a value is not the same every year.
func (c *calculations) changes(name string) bool {
	x := c.series[name].Exact
	return slices.ContainsFunc(x, func(v float64) bool { return v != x[0] })
}

func (c *calculations) quantity(q *proposal.Quantity, s proposal.Series) Calculation {
	out := Calculation{ID: q.ID, Label: c.label[q.ID]}
	last := len(c.r.Years) - 1
	if s.Constant {
		out.Is = inUnit(s.Exact[0], s.Unit, c.lang)
	} else {
		out.Is = c.byYear(s.Exact, func(int) bool { return true }, s.Unit)
	}
	c.read(&out, "", c.m.Formula(q.ID, 0), last)
	if q.Round != nil {
		text := c.rounding(q.Round)
		if s.Constant {
			text += ": " + inUnit(s.Rounded[0], s.Unit, c.lang)
		}
		out.Then = append(out.Then, text)
	}
	return out
}

func (c *calculations) row(row *proposal.Row, res proposal.RowResult) Calculation {
	out := Calculation{ID: row.ID, Label: row.Label, Row: true}
	exact := make([]float64, len(res.Values))
	last := 0 // year with a figure
	for k, a := range res.Values {
		exact[k] = a.Exact
		if !a.Blank {
			last = k
		}
	}
	out.Is = c.byYear(exact, func(k int) bool { return !res.Values[k].Blank }, "1000 kr")
	switch {
	case len(row.Amounts) > 0:
		out.Words, out.Values = []string{say(c.lang, "amounts") + ": " + row.Why}, []string{""}
	case len(row.ByYear) > 0:
		for k, t := range c.r.Years {
			if f := c.m.Formula(row.ID, t); f != nil {
				c.read(&out, strconv.Itoa(t)+": ", f, k)
			}
		}
	default:
		c.read(&out, "", c.m.Formula(row.ID, 0), last)
	}
	if len(row.PhaseIn) > 0 {
		var parts []string
		years := make([]int, 0, len(row.PhaseIn))
		for t := range row.PhaseIn {
			years = append(years, t)
		}
		slices.Sort(years)
		for i, t := range years {
			word := "in"
			if i == len(years)-1 {
				word = "from"
			}
			parts = append(parts, fmt.Sprintf("%s %s %d", inUnit(row.PhaseIn[t].Value, "share", c.lang), say(c.lang, word), t))
		}
		out.Then = append(out.Then, say(c.lang, "phase-in")+": "+strings.Join(parts, ", "))
	}
	if res.PriceFactor != 0 {
		out.Then = append(out.Then, say(c.lang, "converted", res.PriceLevel, c.r.PriceLevel, shortest(res.PriceFactor, 6, c.lang)))
	}
	if row.Round != nil {
		out.Then = append(out.Then, c.rounding(row.Round)+" ("+Unit("1000 kr", c.lang)+")")
	}
	return out
}

// byYear writes runs of equal values: "-3.194 i 2023, -4.563 fra 2024".
func (c *calculations) byYear(x []float64, has func(int) bool, unit string) string {
	var parts []string
	for k := 0; k < len(x); k++ {
		if !has(k) {
			continue
		}
		end := k
		for end+1 < len(x) && has(end+1) && x[end+1] == x[k] {
			end++
		}
		years := fmt.Sprintf("%s %d", say(c.lang, "in"), c.r.Years[k])
		switch {
		case end == len(x)-1 && end > k:
			years = fmt.Sprintf("%s %d", say(c.lang, "from"), c.r.Years[k])
		case end > k:
			years = fmt.Sprintf("%s %d-%d", say(c.lang, "in"), c.r.Years[k], c.r.Years[end])
		}
		parts = append(parts, inUnit(x[k], unit, c.lang)+" "+years)
		k = end
	}
	if len(parts) == 0 {
		return say(c.lang, "none")
	}
	return strings.Join(parts, ", ")
}

func (c *calculations) rounding(r *proposal.Rounding) string {
	key := "rounded"
	switch r.Mode {
	case "down", "toward zero":
		key = "rounded down"
	case "up":
		key = "rounded up"
	}
	return say(c.lang, key, shortest(r.To, 6, c.lang))
}

// TextFormulas prints the calculations for a terminal.
func TextFormulas(w io.Writer, m *proposal.Model, r *proposal.Result, o Options) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\n", say(o.language(), "formulas"))
	for _, c := range Calculations(m, r, o) {
		fmt.Fprintf(b, "\n%s (%s): %s\n", c.Label, c.ID, c.Is)
		for i, text := range c.Words {
			fmt.Fprintf(b, "  = %s\n", text)
			if c.Values[i] != "" && c.Values[i] != text {
				fmt.Fprintf(b, "  = %s\n", c.Values[i])
			}
		}
		for _, t := range c.Then {
			fmt.Fprintf(b, "  %s\n", t)
		}
	}
	return b.Flush()
}
