package risk

import (
	"fmt"
	"html"
	"math"
	"strings"

	"github.com/rettidig/rettidig/businesscase"
)

// chart is the frame of a drawing: pictures are 640 wide, plain SVG without script, colours and type their own, so that
// they look alike in any page. What they show stands in words or in a table as well.
type chart struct {
	b             strings.Builder
	height        float64
	left, right   float64 // where the plot begins and ends
	top, bottom   float64
	x0, x1        float64 // values at left and right
	y0, y1        float64 // values at bottom and top
	ticks, ticksY []float64
}

const wide = 640.0

func (c *chart) x(v float64) float64 {
	return c.left + float64((c.right-c.left)*(v-c.x0)/(c.x1-c.x0))
}
func (c *chart) y(v float64) float64 {
	return c.bottom - float64((c.bottom-c.top)*(v-c.y0)/(c.y1-c.y0))
}

// f writes to the drawing. Coordinates have one decimal: the same on every machine.
func (c *chart) f(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

func (c *chart) text(x, y float64, anchor, s string) {
	c.f(`<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, y, anchor, html.EscapeString(s))
}

func (c *chart) line(x1, y1, x2, y2 float64, style string) {
	c.f(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" %s/>`, x1, y1, x2, y2, style)
}

const (
	faint  = `stroke="#d4d4d4"`
	strong = `stroke="#1a1a1a"`
	accent = `stroke="#0b5c91" stroke-width="2" fill="none"`
)

func (c *chart) svg(title string) string {
	return fmt.Sprintf(`<svg role="img" viewBox="0 0 %.0f %.0f" width="100%%" font-family="sans-serif" font-size="12" fill="#1a1a1a"><title>%s</title>`, wide, c.height, html.EscapeString(title)) + c.b.String() + "</svg>\n"
}

// span widens lo to hi to even steps of 1, 2 or 5 times a power of ten, about n of them.
func span(lo, hi float64, n int) (from, to float64, ticks []float64) {
	if !(hi > lo) {
		lo, hi = lo-math.Max(1, math.Abs(lo)/10), hi+math.Max(1, math.Abs(hi)/10)
	}
	raw := (hi - lo) / float64(n)
	step := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, k := range []float64{5, 2, 1} {
		if step*k <= raw {
			step *= k
			break
		}
	}
	from, to = math.Floor(lo/step)*step, math.Ceil(hi/step)*step
	for k := 0; from+float64(float64(k)*step) <= to+step/2; k++ {
		ticks = append(ticks, businesscase.HalfUp(from+float64(float64(k)*step), step/100))
	}
	return from, to, ticks
}

func (c *chart) axisY(name func(float64) string) {
	for _, v := range c.ticksY {
		style := faint
		if v == 0 {
			style = strong
		}
		c.line(c.left, c.y(v), c.right, c.y(v), style)
		c.text(c.left-6, c.y(v)+4, "end", name(v))
	}
}

func millions(kr float64, lang string) string { return businesscase.Number(kr/1e6, 3, lang) }

// SVG draws the accumulated effect by year as a fan: half of the draws in the dark band, 80 and 90 % in the light
// ones, and the proposal's own figures as a line. A gain is upwards. Empty for a proposal without rows.
func (s *Simulation) SVG(lang string) string {
	n := len(s.Years)
	lo, hi := 0.0, 0.0
	for _, a := range s.Accumulated {
		lo, hi = math.Min(lo, -1000*math.Max(a.Upper, a.Value)), math.Max(hi, -1000*math.Min(a.Lower, a.Value))
	}
	if lo == hi || n < 2 {
		return ""
	}
	c := &chart{height: 300, left: 70, right: wide - 20, top: 30, bottom: 262, x0: float64(s.Years[0]), x1: float64(s.Years[n-1])}
	c.y0, c.y1, c.ticksY = span(lo, hi, 6)
	c.axisY(func(v float64) string { return millions(v, lang) })
	for _, t := range s.Years {
		c.text(c.x(float64(t)), c.bottom+18, "middle", fmt.Sprint(t))
	}
	last := len(shares) - 1
	for k, colour := range []string{"#d6e6f2", "#a9cbe3", "#6fa6cc"} {
		c.f(`<polygon fill="%s" points="`, colour)
		for i := range n {
			c.f("%.1f,%.1f ", c.x(float64(s.Years[i])), c.y(-1000*s.Accumulated[i].Quantiles[k]))
		}
		for i := n - 1; i >= 0; i-- {
			c.f("%.1f,%.1f ", c.x(float64(s.Years[i])), c.y(-1000*s.Accumulated[i].Quantiles[last-k]))
		}
		c.f(`"/>`)
	}
	c.f(`<polyline %s points="`, accent)
	for i, t := range s.Years {
		c.f("%.1f,%.1f ", c.x(float64(t)), c.y(-1000*s.Accumulated[i].Value))
	}
	c.f(`"/>`)
	c.line(c.left, c.y(0), c.right, c.y(0), strong)
	title := both(lang, "Akkumuleret gevinst, mio. kr.: 50, 80 og 90 % af trækningerne, og forslagets egne tal som linje", "Accumulated gain, m kr: 50, 80 and 90 % of the draws, and the proposal's own figures as a line")
	c.text(c.left, 16, "start", title)
	return c.svg(title)
}

// mostBars are as many as can be read.
const mostBars = 15

// SVG draws the tornado, widest bar first.
func (t *Torn) SVG(lang string) string {
	bars := t.Bars[:min(len(t.Bars), mostBars)]
	if len(bars) == 0 {
		return ""
	}
	lo, hi := t.Value, t.Value
	for _, b := range bars {
		lo, hi = min(lo, b.GainLow, b.GainHigh), max(hi, b.GainLow, b.GainHigh)
	}
	c := &chart{height: float64(60 + 26*len(bars)), left: 290, right: wide - 20, top: 30}
	c.bottom = c.height - 24
	c.x0, c.x1, c.ticks = span(lo, hi, 5)
	for _, v := range c.ticks {
		c.line(c.x(v), c.top, c.x(v), c.bottom, faint)
		c.text(c.x(v), c.bottom+16, "middle", businesscase.Number(t.Outcome.scaled(v), 3, lang))
	}
	for i, b := range bars {
		y := c.top + 4 + float64(26*i)
		for _, end := range []struct {
			gain   float64
			colour string
		}{{b.GainLow, "#c98a2b"}, {b.GainHigh, "#0b5c91"}} {
			a, z := c.x(t.Value), c.x(end.gain)
			c.f(`<rect x="%.1f" y="%.1f" width="%.1f" height="18" fill="%s"/>`, math.Min(a, z), y, math.Abs(z-a), end.colour)
		}
		c.text(c.left-6, y+13, "end", shortened(b.in(lang), 44))
	}
	c.line(c.x(t.Value), c.top, c.x(t.Value), c.bottom, strong)
	title := fmt.Sprintf(both(lang, "%s, %s: hver parameter ved sin lave (gul) og høje (blå) ende", "%s, %s: each parameter at its low (yellow) and high (blue) end"), both(lang, t.Outcome.LabelDA, t.Outcome.LabelEN), t.Outcome.unit(lang))
	c.text(10, 16, "start", both(lang, "Hver parameter ved sin lave (gul) og høje (blå) ende, ", "Each parameter at its low (yellow) and high (blue) end, ")+t.Outcome.unit(lang))
	return c.svg(title)
}

// scaled is a value in the unit that Outcome.unit names.
func (o Outcome) scaled(x float64) float64 {
	if o.Unit == "kr" {
		return x / 1e6
	}
	return x
}

func shortened(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}

// SVG draws what the courses bring after their running cost, with its 90 % interval, and the best number of courses.
func (v *CapacityValue) SVG(lang string) string {
	lo, hi := 0.0, 0.0
	for _, s := range v.Steps {
		lo, hi = min(lo, s.Net.Lower), max(hi, s.Net.Upper)
	}
	c := &chart{height: 300, left: 70, right: wide - 20, top: 30, bottom: 246, x0: 0, x1: v.Candidates}
	c.y0, c.y1, c.ticksY = span(lo, hi, 6)
	c.axisY(func(x float64) string { return millions(x, lang) })
	_, _, c.ticks = span(0, v.Candidates, 6)
	for _, x := range c.ticks {
		if x <= v.Candidates {
			c.text(c.x(x), c.bottom+18, "middle", businesscase.Number(x, 0, lang))
		}
	}
	c.text((c.left+c.right)/2, c.bottom+38, "middle", both(lang, "forløb om året", "courses a year"))
	c.f(`<polygon fill="#d6e6f2" points="%.1f,%.1f `, c.x(0), c.y(0))
	for _, s := range v.Steps {
		c.f("%.1f,%.1f ", c.x(s.Courses), c.y(s.Net.Lower))
	}
	for i := len(v.Steps) - 1; i >= 0; i-- {
		c.f("%.1f,%.1f ", c.x(v.Steps[i].Courses), c.y(v.Steps[i].Net.Upper))
	}
	c.f(`"/><polyline %s points="%.1f,%.1f `, accent, c.x(0), c.y(0))
	for _, s := range v.Steps {
		c.f("%.1f,%.1f ", c.x(s.Courses), c.y(s.Net.Value))
	}
	c.f(`"/>`)
	for _, x := range []struct {
		at    float64
		name  string
		style string
	}{{v.Now, both(lang, "nu", "now"), `stroke="#767676" stroke-dasharray="4 3"`}, {v.Best, both(lang, "bedst", "best"), strong}} {
		c.line(c.x(x.at), c.top+10, c.x(x.at), c.bottom, x.style)
		c.text(c.x(x.at), c.top+8, "middle", x.name)
	}
	title := both(lang, "Effekternes værdi efter drift af forløbene, mio. kr. om året, med 90 %-interval", "Worth of the effects after the courses' running cost, m kr a year, with its 90 % interval")
	c.text(c.left, 14, "start", title)
	return c.svg(title)
}
