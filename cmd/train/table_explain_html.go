package main

import (
	_ "embed"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"
)

//go:embed table_explain.html
var explainHTML string

var explainPage = template.Must(template.New("explain").Funcs(template.FuncMap{
	"f":    func(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) },
	"join": func(s []string) string { return strings.Join(s, ", ") },
}).Parse(explainHTML))

// The field of a drawing, in its own units.
const (
	plotLeft, plotRight = 60, 580
	plotTop, plotBottom = 15, 225
)

// plot is a drawing of log odds over the values of a column.
type plot struct {
	Alt      string
	Thin     []string // points of thin lines
	Line     string   // points of the thick one; empty: none
	Segments []segment
	Bars     []bar
	X, Y     []tick
	Zero     string // the height of log odds of 0; empty: not in the field
}

type segment struct{ X1, X2, Y string } // of a step
type bar struct{ X, Low, High string }  // of 1.96 standard errors each way
type tick struct{ At, Text string }

// drawing is a column as the page shows it.
type drawing struct {
	columnExplanation
	Depends plot
	Steps   *plot // nil: no shape
}

func writeExplanationHTML(w io.Writer, x *explanation) error {
	var columns []drawing
	for _, c := range x.Columns {
		d := drawing{columnExplanation: c, Depends: dependsPlot(&c)}
		if c.Shape != nil {
			p := shapePlot(&c)
			d.Steps = &p
		}
		columns = append(columns, d)
	}
	return explainPage.Execute(w, map[string]any{"X": x, "Columns": columns})
}

// axis places values from low to high between two ends.
type axis struct{ low, high, from, to float64 }

func (a axis) at(v float64) string {
	if a.high == a.low {
		return strconv.FormatFloat((a.from+a.to)/2, 'f', 1, 64)
	}
	return strconv.FormatFloat(a.from+(a.to-a.from)*(v-a.low)/(a.high-a.low), 'f', 1, 64)
}

// upAxis holds all values and a little more.
func upAxis(values []float64) axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	air := max(0.05*(high-low), 0.05)
	return axis{low - air, high + air, plotBottom, plotTop}
}

func (a axis) ticks() []tick {
	var out []tick
	for k := range 5 {
		v := a.low + (a.high-a.low)*float64(k)/4
		out = append(out, tick{a.at(v), strconv.FormatFloat(v, 'f', 2, 64)})
	}
	return out
}

func (a axis) zero() string {
	if a.low < 0 && a.high > 0 {
		return a.at(0)
	}
	return ""
}

func dependsPlot(c *columnExplanation) plot {
	n := len(c.Dependence)
	all, at := make([]float64, 0, n), make([]float64, n)
	numbers := c.Dependence[0].Value != nil
	for g, p := range c.Dependence {
		all = append(all, p.LogOdds)
		at[g] = float64(g)
		if numbers {
			at[g] = *p.Value
		}
	}
	mean := all[:n:n]
	for _, curve := range c.Curves {
		all = append(all, curve...)
	}
	up, along := upAxis(all), axis{at[0], at[n-1], plotLeft + 10, plotRight - 10}
	p := plot{Alt: "Mean log odds over the values of " + c.Column + ", and single rows; the table below has the numbers", Y: up.ticks(), Zero: up.zero()}
	line := func(values []float64) string {
		var b strings.Builder
		for g, v := range values {
			b.WriteString(along.at(at[g]) + "," + up.at(v) + " ")
		}
		return strings.TrimSuffix(b.String(), " ")
	}
	for _, curve := range c.Curves {
		p.Thin = append(p.Thin, line(curve))
	}
	p.Line = line(mean)
	step := max(1, (n+5)/6) // labels that do not run into each other
	for g := 0; g < n; g += step {
		p.X = append(p.X, tick{along.at(at[g]), cut(c.Dependence[g].Name())})
	}
	return p
}

// shapePlot draws each bin as a step with its error bar. The bins at the ends, which reach to infinity, are drawn as wide
// as a twentieth of the others together; levels and the missing bin are as wide as each other.
func shapePlot(c *columnExplanation) plot {
	var all []float64
	for _, s := range c.Shape {
		all = append(all, s.LogOdds-1.96*s.SE, s.LogOdds+1.96*s.SE)
	}
	up := upAxis(all)
	p := plot{Alt: "What the model adds to the log odds over the values of " + c.Column + ", with error bars; the table below has the numbers", Y: up.ticks(), Zero: up.zero()}
	var cuts []float64
	for _, s := range c.Shape {
		if s.To != nil {
			cuts = append(cuts, *s.To)
		}
	}
	draw := func(s shapeBin, from, to, middle string) {
		p.Segments = append(p.Segments, segment{from, to, up.at(s.LogOdds)})
		if s.SE > 0 {
			p.Bars = append(p.Bars, bar{middle, up.at(s.LogOdds - 1.96*s.SE), up.at(s.LogOdds + 1.96*s.SE)})
		}
	}
	if len(cuts) == 0 {
		along := axis{0, float64(len(c.Shape)), plotLeft, plotRight}
		step := max(1, (len(c.Shape)+5)/6)
		for k, s := range c.Shape {
			x := float64(k)
			draw(s, along.at(x+0.1), along.at(x+0.9), along.at(x+0.5))
			if k%step == 0 {
				p.X = append(p.X, tick{along.at(x + 0.5), cut(s.Name())})
			}
		}
		return p
	}
	low, high := cuts[0], cuts[len(cuts)-1]
	end := (high - low) / 20
	if end == 0 {
		end = 1
	}
	along := axis{low - end, high + end, plotLeft, plotRight - 60} // the missing bin is at the right of it
	for _, s := range c.Shape {
		if s.Missing {
			draw(s, strconv.Itoa(plotRight-40), strconv.Itoa(plotRight), strconv.Itoa(plotRight-20))
			p.X = append(p.X, tick{strconv.Itoa(plotRight - 20), "missing"})
			continue
		}
		from, to := low-end, high+end
		if s.From != nil {
			from = *s.From
		}
		if s.To != nil {
			to = *s.To
		}
		draw(s, along.at(from), along.at(to), along.at((from+to)/2))
	}
	for k := range 5 {
		v := low + (high-low)*float64(k)/4
		if whole(c) {
			v = math.Round(v)
		}
		if v < along.low || v > along.high {
			continue // rounded out of the drawing
		}
		if at := along.at(v); len(p.X) == 0 || at != p.X[len(p.X)-1].At {
			p.X = append(p.X, tick{at, strconv.FormatFloat(v, 'g', 4, 64)})
		}
	}
	return p
}

// whole tells whether a column's values are whole numbers, of which there is no half to write under a drawing.
func whole(c *columnExplanation) bool {
	for _, p := range c.Dependence {
		if p.Value == nil || *p.Value != math.Round(*p.Value) {
			return false
		}
	}
	return true
}

// cut shortens what stands under a drawing.
func cut(s string) string {
	if r := []rune(s); len(r) > 14 {
		return string(r[:13]) + "…"
	}
	return s
}
