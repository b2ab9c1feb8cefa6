package render

import (
	"math"
	"strconv"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// The field of the chart, in its own units.
const (
	chartWidth, chartHeight = 720, 300
	chartLeft, chartRight   = 70, 700
	chartTop, chartBottom   = 28, 262
)

// chart is the overall effect by year as bars and accumulated as a line; costs up, savings down, as in the tables.
type chart struct {
	Alt, Points string
	Zero        string
	Bars        []chartBar
	Dots        []chartDot
	Years       []chartText
	Ticks       []chartText
	Paid        string      // where the year of payback is; "" without one
	PaidParts   []chartSpan // of its line, which leaves the bar's label free
	PaidText    string
	PaidAnchor  string
}

type chartBar struct {
	X, Y, Width, Height string
	Saving              bool
	Label               chartText
}

type chartDot struct{ X, Y string }

type chartSpan struct{ From, To string }

type chartText struct{ X, Y, Text string }

func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// step is a round distance between ticks that gives some four to eight of them.
func step(span float64) float64 {
	if !(span > 0) {
		return 1
	}
	base := math.Pow(10, math.Floor(math.Log10(span)))
	for _, m := range []float64{0.2, 0.5, 1, 2} {
		if span/(base*m) <= 7 {
			return base * m
		}
	}
	return base * 5
}

func newChart(r *proposal.Result, o Options) chart {
	lang := o.language()
	n := len(r.Years)
	bars, line := make([]float64, n), make([]float64, n)
	sum, low, high := 0.0, 0.0, 0.0
	for k, a := range r.Totals.Overall {
		bars[k] = a.Rounded
		if o.Exact {
			bars[k] = a.Exact
		}
		sum += bars[k]
		line[k] = sum
		low, high = min(low, bars[k], sum), max(high, bars[k], sum)
	}
	by := step(high - low)
	low, high = math.Floor(low/by)*by, math.Ceil(high/by)*by
	if low == high {
		high = low + by
	}
	up := func(v float64) float64 { return chartBottom - (chartBottom-chartTop)*(v-low)/(high-low) }
	wide := float64(chartRight-chartLeft) / float64(n)
	middle := func(k int) float64 { return chartLeft + wide*(float64(k)+0.5) }
	c := chart{Alt: say(lang, "chart") + " " + say(lang, "cells of the graph"), Zero: coordinate(up(0))}
	for v := low; v <= high+by/2; v += by {
		c.Ticks = append(c.Ticks, chartText{coordinate(chartLeft - 8), coordinate(up(v)), Number(v, decimals([]float64{v}, 1), lang)})
	}
	places := decimals(bars, 1)
	labels := make([]*float64, n) // where they stand; nil without one
	for k, t := range r.Years {
		x := middle(k)
		c.Years = append(c.Years, chartText{coordinate(x), coordinate(chartHeight - 14), strconv.Itoa(t)})
		c.Dots = append(c.Dots, chartDot{coordinate(x), coordinate(up(line[k]))})
		if k > 0 {
			c.Points += " "
		}
		c.Points += coordinate(x) + "," + coordinate(up(line[k]))
		if r.Totals.Overall[k].Blank {
			continue
		}
		top, bottom := up(max(bars[k], 0)), up(min(bars[k], 0))
		b := chartBar{X: coordinate(x - 0.3*wide), Width: coordinate(0.6 * wide), Y: coordinate(top), Height: coordinate(max(bottom-top, 0.5)), Saving: bars[k] < 0}
		text := Number(bars[k], places, lang)
		from, to := lineNear(line, k, (widthOf(text)/2+labelGap)/wide, up)
		at := labelAt(top, bottom, b.Saving, from, to)
		b.Label = chartText{coordinate(x), coordinate(at), text}
		labels[k] = &at
		c.Bars = append(c.Bars, b)
	}
	if p := r.Payback.Total; p.Outcome == proposal.Repaid {
		for k, t := range r.Years {
			if t == p.Year {
				c.PaidParts = around(labels[k])
				c.Paid, c.PaidText, c.PaidAnchor = coordinate(middle(k)), say(lang, "chart payback")+" "+strconv.Itoa(t), "middle"
				if k == 0 {
					c.PaidAnchor = "start"
				} else if k == n-1 {
					c.PaidAnchor = "end"
				}
			}
		}
	}
	return c
}
