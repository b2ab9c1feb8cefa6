package main

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// The picture's measures, in pixels.
const (
	panelWidth, panelHeight = 540, 370
	plotLeft, plotTop       = 62, 44 // within a panel
	plotWidth, plotHeight   = 380, 262
	headHeight              = 84
	lineHeight              = 14 // between two labels
)

var colours = map[string]string{"boost": "#0072b2", "gam": "#c8500a", "glm": "#00785a"}

// picture draws the panels, two beside each other, both axes logarithmic: the medians, a bar from the least to
// the most, and the two lower limits, broken and dotted.
func (r *result) picture() string {
	var w strings.Builder
	rows := (len(r.Panels) + 1) / 2
	width, height := 2*panelWidth, headHeight+rows*panelHeight
	fmt.Fprintf(&w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="Helvetica, Arial, sans-serif" font-size="12">`+"\n", width, height, width, height)
	fmt.Fprintf(&w, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	text(&w, 20, 28, "start", `font-size="18" font-weight="bold"`, "Seconds to train, and the least they could be")
	text(&w, 20, 48, "start", `fill="#444444"`, fmt.Sprintf("%s, %d cores, %s, %s; threads: %d", r.About.Processor, r.About.Cores, r.About.Go, r.About.When, r.threads()))
	fmt.Fprintf(&w, `<path d="M20 64h30" stroke="#444444" stroke-width="2"/><path d="M270 64h30" stroke="#444444" stroke-width="1.5" stroke-dasharray="5 4"/><path d="M560 64h30" stroke="#444444" stroke-width="1.5" stroke-dasharray="1.5 3"/>`+"\n")
	text(&w, 56, 68, "start", `fill="#444444"`, "measured: median, least and most")
	text(&w, 306, 68, "start", `fill="#444444"`, "limit if only sums took time, in plain Go here")
	text(&w, 596, 68, "start", `fill="#444444"`, "limit if only memory took time")
	for i, p := range r.Panels {
		fmt.Fprintf(&w, `<g transform="translate(%d %d)">`+"\n", i%2*panelWidth, headHeight+i/2*panelHeight)
		p.draw(&w)
		w.WriteString("</g>\n")
	}
	w.WriteString("</svg>\n")
	return w.String()
}

func (r *result) threads() int {
	for _, p := range r.Panels {
		for _, l := range p.Lines {
			return l.Points[0].Point.Threads
		}
	}
	return 0
}

func text(w *strings.Builder, x, y float64, anchor, more, s string) {
	fmt.Fprintf(w, `<text x="%.1f" y="%.1f" text-anchor="%s" %s>%s</text>`+"\n", x, y, anchor, more, html.EscapeString(s))
}

// scale places numbers on a logarithmic axis.
type scale struct{ lo, hi, from, to float64 }

func (s scale) at(v float64) float64 {
	return s.from + (s.to-s.from)*math.Log(v/s.lo)/math.Log(s.hi/s.lo)
}

// scales finds the room that the lines need: x a little beyond the points, y to whole decades.
func (p panelDone) scales() (x, y scale) {
	x = scale{math.Inf(1), 0, plotLeft, plotLeft + plotWidth}
	y = scale{math.Inf(1), 0, plotTop + plotHeight, plotTop}
	for _, l := range p.Lines {
		for _, d := range l.Points {
			x.lo, x.hi = min(x.lo, float64(d.X)), max(x.hi, float64(d.X))
			y.lo, y.hi = min(y.lo, d.Seconds.Least, d.Memory, d.Sums), max(y.hi, d.Seconds.Most)
		}
	}
	x.lo, x.hi = x.lo/1.1, x.hi*1.1
	y.lo = math.Pow(10, math.Floor(math.Log10(y.lo)))
	y.hi = math.Pow(10, math.Ceil(math.Log10(y.hi)))
	return x, y
}

// label is a text at the right of the plot that wants to be at y.
type label struct {
	y            float64
	text, colour string
}

func (p panelDone) draw(w *strings.Builder) {
	text(w, plotLeft, plotTop-14, "start", `font-size="14" font-weight="bold"`, p.Title)
	if len(p.Lines) == 0 {
		text(w, plotLeft, plotTop+20, "start", "", "not measured")
		return
	}
	x, y := p.scales()
	for v := y.lo; v < y.hi*1.001; v *= 10 {
		fmt.Fprintf(w, `<path d="M%d %.1fh%d" stroke="#dddddd"/>`+"\n", plotLeft, y.at(v), plotWidth)
		text(w, plotLeft-6, y.at(v)+4, "end", "", seconds10(v))
	}
	fmt.Fprintf(w, `<text transform="translate(14 %d) rotate(-90)" text-anchor="middle">seconds</text>`+"\n", plotTop+plotHeight/2)
	for _, t := range p.ticks(x) {
		fmt.Fprintf(w, `<path d="M%.1f %dv5" stroke="#444444"/>`+"\n", x.at(t), plotTop+plotHeight)
		text(w, x.at(t), plotTop+plotHeight+18, "middle", "", short(t))
	}
	text(w, plotLeft+plotWidth/2, plotTop+plotHeight+36, "middle", "", p.Axis)
	fmt.Fprintf(w, `<path d="M%d %dv%dh%d" fill="none" stroke="#444444"/>`+"\n", plotLeft, plotTop, plotHeight, plotWidth)
	var labels []label
	for i, l := range p.Lines {
		colour := colours[l.Learner]
		if i > 0 && p.Lines[i-1].Learner == l.Learner {
			colour = "#8a3a8f" // a second line of the same learner
		}
		var ours, sums, memory strings.Builder
		for i, d := range l.Points {
			to := "L"
			if i == 0 {
				to = "M"
			}
			at := x.at(float64(d.X))
			fmt.Fprintf(&ours, "%s%.1f %.1f", to, at, y.at(d.Seconds.Median))
			fmt.Fprintf(&sums, "%s%.1f %.1f", to, at, y.at(d.Sums))
			fmt.Fprintf(&memory, "%s%.1f %.1f", to, at, y.at(d.Memory))
			fmt.Fprintf(w, `<path d="M%.1f %.1fV%.1f" stroke="%s"/><circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", at, y.at(d.Seconds.Least), y.at(d.Seconds.Most), colour, at, y.at(d.Seconds.Median), colour)
		}
		fmt.Fprintf(w, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", ours.String(), colour)
		fmt.Fprintf(w, `<path d="%s" fill="none" stroke="%s" stroke-width="1.5" stroke-dasharray="5 4"/>`+"\n", sums.String(), colour)
		fmt.Fprintf(w, `<path d="%s" fill="none" stroke="%s" stroke-width="1.5" stroke-dasharray="1.5 3"/>`+"\n", memory.String(), colour)
		last := l.Points[len(l.Points)-1]
		labels = append(labels, label{y.at(last.Seconds.Median), l.Name, colour}, label{y.at(last.Sums), l.Name + ", sums", colour}, label{y.at(last.Memory), l.Name + ", memory", colour})
	}
	for _, l := range apart(labels, plotTop, plotTop+plotHeight) {
		text(w, plotLeft+plotWidth+8, l.y+4, "start", fmt.Sprintf(`fill="%s"`, l.colour), l.text)
	}
}

// apart moves labels, as little as it takes one after the other, so that none covers another and all are
// between top and bottom.
func apart(labels []label, top, bottom float64) []label {
	out := slices.Clone(labels)
	slices.SortStableFunc(out, func(a, b label) int { return cmp.Compare(a.y, b.y) })
	next := top
	for i := range out {
		out[i].y = max(out[i].y, next)
		next = out[i].y + lineHeight
	}
	next = bottom
	for i := len(out) - 1; i >= 0; i-- {
		out[i].y = min(out[i].y, next)
		next = out[i].y - lineHeight
	}
	return out
}

// ticks are the values that were measured, without those whose labels would meet; the largest stays.
func (p panelDone) ticks(x scale) []float64 {
	var all []float64
	for _, l := range p.Lines {
		for _, d := range l.Points {
			all = append(all, float64(d.X))
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	slices.Reverse(all)
	var out []float64
	for _, v := range all {
		if len(out) == 0 || x.at(out[len(out)-1])-x.at(v) >= 32 {
			out = append(out, v)
		}
	}
	slices.Reverse(out)
	return out
}

// short writes 30000 as 30k.
func short(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%gM", v/1e6)
	case v >= 1e3:
		return fmt.Sprintf("%gk", v/1e3)
	}
	return fmt.Sprintf("%g", v)
}

// seconds10 writes a power of ten, of seconds.
func seconds10(v float64) string {
	if v > 0.9 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.*f", int(math.Round(-math.Log10(v))), v)
}
