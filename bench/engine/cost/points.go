package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// point is one training that is measured. Bins, Trees and Leaves are 0 where the learner has none.
type point struct {
	Learner string `json:"learner"`
	Rows    int    `json:"rows"`
	Columns int    `json:"columns"`
	Bins    int    `json:"bins,omitempty"`
	Trees   int    `json:"trees,omitempty"`
	Leaves  int    `json:"leaves,omitempty"`
	Threads int    `json:"threads"`
}

func (p point) String() string {
	s := fmt.Sprintf("%s-%dx%d", p.Learner, p.Rows, p.Columns)
	if p.Bins > 0 {
		s += fmt.Sprintf("-%dbins", p.Bins)
	}
	if p.Trees > 0 {
		s += fmt.Sprintf("-%dtrees-%dleaves", p.Trees, p.Leaves)
	}
	return s + fmt.Sprintf("-%dthreads", p.Threads)
}

// at returns the point of a learner with the usual options.
func at(learner string, rows, columns, threads int) point {
	p := point{Learner: learner, Rows: rows, Columns: columns, Threads: threads}
	if learner != "glm" {
		p.Bins = 255
	}
	if learner == "boost" {
		p.Trees, p.Leaves = 100, 31
	}
	return p
}

// line is points that differ in one thing, x of which grows.
type line struct {
	name    string
	learner string
	points  []point
	x       []int
}

// panel is lines that belong in one picture.
type panel struct {
	title, axis string
	lines       []line
}

// grid is what is varied.
type grid struct {
	rows, columns, bins, trees, leaves []int
	still                              int // rows while something else is varied
}

var (
	full = grid{rows: []int{800, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000}, columns: []int{8, 15, 30, 60, 120, 240},
		bins: []int{15, 31, 63, 127, 255}, trees: []int{10, 30, 100, 300}, leaves: []int{7, 15, 31, 63, 127, 255}, still: 30_000}
	quick = grid{rows: []int{800, 3_000, 10_000}, columns: []int{8, 30, 60}, bins: []int{15, 255}, trees: []int{10, 100}, leaves: []int{7, 31}, still: 3_000}
)

const usualColumns = 60

func (g grid) panels(learners []string, threads int) []panel {
	vary := func(name, learner string, values []int, set func(p *point, v int)) line {
		l := line{name: name, learner: learner}
		for _, v := range values {
			p := at(learner, g.still, usualColumns, threads)
			set(&p, v)
			l.points, l.x = append(l.points, p), append(l.x, v)
		}
		return l
	}
	out := []panel{
		{title: fmt.Sprintf("Rows (%d columns)", usualColumns), axis: "rows"},
		{title: fmt.Sprintf("Columns (%s rows)", thousands(g.still)), axis: "columns"},
		{title: fmt.Sprintf("Bins (%s rows)", thousands(g.still)), axis: "bins of a column"},
		{title: fmt.Sprintf("Size of boost's ensemble (%s rows)", thousands(g.still)), axis: "trees, or leaves of a tree"},
	}
	for _, l := range learners {
		out[0].lines = append(out[0].lines, vary(l, l, g.rows, func(p *point, v int) { p.Rows = v }))
		out[1].lines = append(out[1].lines, vary(l, l, g.columns, func(p *point, v int) { p.Columns = v }))
		if l != "glm" {
			out[2].lines = append(out[2].lines, vary(l, l, g.bins, func(p *point, v int) { p.Bins = v }))
		}
		if l == "boost" {
			out[3].lines = append(out[3].lines, vary("trees", l, g.trees, func(p *point, v int) { p.Trees = v }),
				vary("leaves", l, g.leaves, func(p *point, v int) { p.Leaves = v }))
		}
	}
	return out
}

// thousands writes 30000 as 30 000.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// kept is what is known of a point; it grows round by round, and is on disk between two.
type kept struct {
	Point    point      `json:"point"`
	Rounds   [][]sample `json:"rounds"`
	StartKB  int64      `json:"start_kb"` // memory before training and the most since, the largest of the rounds
	PeakKB   int64      `json:"peak_kb"`
	Work     work       `json:"work"`
	Revision []string   `json:"revisions"` // of the program, each once
}

func (k *kept) add(t trained, revision string) {
	k.Rounds = append(k.Rounds, t.Samples)
	k.StartKB, k.PeakKB = max(k.StartKB, t.StartKB), max(k.PeakKB, t.PeakKB)
	k.Work = t.Work
	if !slices.Contains(k.Revision, revision) {
		k.Revision = append(k.Revision, revision)
	}
}

// spread is the smallest, median and largest of all trainings.
type spread struct {
	Least  float64 `json:"least"`
	Median float64 `json:"median"`
	Most   float64 `json:"most"`
}

func (k *kept) spread(of func(sample) float64) spread {
	var v []float64
	for _, r := range k.Rounds {
		for _, s := range r {
			v = append(v, of(s))
		}
	}
	slices.Sort(v)
	n := len(v)
	return spread{v[0], (v[(n-1)/2] + v[n/2]) / 2, v[n-1]}
}

func seconds(s sample) float64 { return s.Seconds }
func cpu(s sample) float64     { return s.CPU }

func (k *kept) file(dir string) string { return filepath.Join(dir, "points", k.Point.String()+".json") }

func load(dir string, p point) (*kept, error) {
	k := &kept{Point: p}
	b, err := os.ReadFile(k.file(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, k); err != nil {
		return nil, fmt.Errorf("read %s: %w; delete it to measure again", k.file(dir), err)
	}
	return k, nil
}

func (k *kept) save(dir string) error { return writeJSON(k.file(dir), k) }

// writeJSON replaces a file as a whole.
func writeJSON(name string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(name+".part", append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}
