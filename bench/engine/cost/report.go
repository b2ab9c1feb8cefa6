package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// result is what cost.json holds.
type result struct {
	About     about       `json:"about"`
	Panels    []panelDone `json:"panels"`
	Revisions []string    `json:"revisions"` // of the program, over all points
}

type panelDone struct {
	Title string     `json:"title"`
	Axis  string     `json:"axis"`
	Lines []lineDone `json:"lines"`
}

type lineDone struct {
	Name    string      `json:"name"`
	Learner string      `json:"learner"`
	Points  []pointDone `json:"points"`
}

// pointDone is a point with its limits: how long the work that README.md counts takes at least, if nothing
// but memory, or nothing but sums, is in the way; and how many times as long ours takes.
type pointDone struct {
	Point   point   `json:"point"`
	X       int     `json:"x"`
	Seconds spread  `json:"seconds"`
	CPU     spread  `json:"cpu"`
	Times   int     `json:"trainings"`
	StartMB float64 `json:"start_mb"`
	PeakMB  float64 `json:"peak_mb"`
	Work    work    `json:"work"`
	Memory  float64 `json:"memory_limit"`
	Sums    float64 `json:"sums_limit"`
	// The median of ours over each.
	OverMemory float64 `json:"over_memory"`
	OverSums   float64 `json:"over_sums"`
}

// newResult reads what is kept; points not yet measured are left out.
func newResult(panels []panel, s settings) (*result, error) {
	r := &result{}
	file := filepath.Join(s.out, "machine.json")
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &r.About); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(r.About.Machine.Adds) < s.threads {
		return nil, fmt.Errorf("%s was measured with %d threads, want %d; take another folder", file, len(r.About.Machine.Adds), s.threads)
	}
	for _, p := range panels {
		done := panelDone{Title: p.title, Axis: p.axis}
		for _, l := range p.lines {
			line := lineDone{Name: l.name, Learner: l.learner}
			for i, at := range l.points {
				k, err := load(s.out, at)
				if err != nil {
					return nil, err
				}
				if len(k.Rounds) == 0 {
					continue
				}
				d := pointDone{Point: at, X: l.x[i], Seconds: k.spread(seconds), CPU: k.spread(cpu), StartMB: float64(k.StartKB) / 1024, PeakMB: float64(k.PeakKB) / 1024, Work: k.Work}
				for _, round := range k.Rounds {
					d.Times += len(round)
				}
				d.Memory, d.Sums = r.About.Machine.seconds(k.Work, at.Threads)
				d.OverMemory, d.OverSums = d.Seconds.Median/d.Memory, d.Seconds.Median/d.Sums
				line.Points = append(line.Points, d)
				for _, v := range k.Revision {
					if !slices.Contains(r.Revisions, v) {
						r.Revisions = append(r.Revisions, v)
					}
				}
			}
			if len(line.Points) > 0 {
				done.Lines = append(done.Lines, line)
			}
		}
		r.Panels = append(r.Panels, done)
	}
	return r, nil
}

// slope is how fast the seconds grow between two points: 1 if in proportion to x.
func slope(a, b pointDone) float64 {
	return math.Log(b.Seconds.Median/a.Seconds.Median) / math.Log(float64(b.X)/float64(a.X))
}

func (r *result) markdown() string {
	var w strings.Builder
	a := r.About
	fmt.Fprintf(&w, "# What training costs\n\n")
	fmt.Fprintf(&w, "%s, %d cores, %d MB; %s; load %s when it began; %s. Program: %s. Command: `%s`.\n\n",
		a.Processor, a.Cores, a.MemoryMB, a.Go, a.Load, a.When, strings.Join(r.Revisions, ", "), a.Command)
	w.WriteString("Seconds are of the wall, the median of all trainings with the least and the most; processor seconds are of all threads. Memory is the\n" +
		"process's before training, with the table of float64, and the most while it trained. The limits say how long the same work takes if nothing but memory, or nothing but sums, is in the way, in plain Go on\n" +
		"this machine; *over* is ours over each. *Slope*: 1 means twice as long for twice as many. `bench/engine/cost/README.md` says what is counted.\n\n")
	w.WriteString("![Seconds of training over rows, columns, bins, trees and leaves, with the lower limits](cost.svg)\n\n")
	for _, p := range r.Panels {
		fmt.Fprintf(&w, "## %s\n\n", p.Title)
		for _, l := range p.Lines {
			name, what := l.Learner, p.Axis
			if l.Name != l.Learner {
				what = l.Name
			}
			fmt.Fprintf(&w, "| %s: %s | trainings | seconds (least–most) | processor s | slope | MB before, most | memory limit s | sums limit s | over memory | over sums |\n|---|---|---|---|---|---|---|---|---|---|\n", name, what)
			for i, d := range l.Points {
				s := ""
				if i > 0 {
					s = fmt.Sprintf("%.2f", slope(l.Points[i-1], d))
				}
				fmt.Fprintf(&w, "| %s | %d | %s (%s–%s) | %s | %s | %.0f, %.0f | %s | %s | %s | %s |\n", thousands(d.X), d.Times, figure(d.Seconds.Median), figure(d.Seconds.Least),
					figure(d.Seconds.Most), figure(d.CPU.Median), s, d.StartMB, d.PeakMB, figure(d.Memory), figure(d.Sums), figure(d.OverMemory), figure(d.OverSums))
			}
			w.WriteString("\n")
		}
	}
	w.WriteString("## What the machine can do\n\n| bytes gone through | threads | read GB/s | copy GB/s | triad GB/s |\n|---|---|---|---|---|\n")
	for _, s := range a.Machine.Streams {
		fmt.Fprintf(&w, "| %s kB | %d | %.1f | %.1f | %.1f |\n", thousands(s.Bytes>>10), s.Threads, s.Read/1e9, s.Copy/1e9, s.Triad/1e9)
	}
	w.WriteString("\n| threads | adds to a histogram, thousand million/s | exponentials | multiplications with an addition |\n|---|---|---|---|\n")
	for k := range a.Machine.Adds {
		fmt.Fprintf(&w, "| %d | %.2f | %.2f | %.2f |\n", k+1, a.Machine.Adds[k]/1e9, a.Machine.Exps[k]/1e9, a.Machine.MulAdds[k]/1e9)
	}
	return w.String()
}

// figure writes seconds with three digits, never with an exponent.
func figure(v float64) string {
	digits := 3
	if v > 0 {
		digits = max(0, 2-int(math.Floor(math.Log10(v))))
	}
	return fmt.Sprintf("%.*f", min(digits, 7), v)
}
