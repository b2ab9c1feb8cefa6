// Command cost measures how the time and memory of training grow with rows, columns, bins, trees and leaves,
// and how far that is from what the machine could do if nothing but memory, or nothing but sums, were in the
// way. README.md beside it says what is counted. Each point is measured in a process of its own, all points in
// turn, round after round; what is done is kept, so that a run may be stopped and goes on where it was.
//
//	go build -o cost ./bench/engine/cost
//	./cost -out OUT                     # all; cost.json, cost.md and cost.svg in OUT
//	./cost -out OUT -quick              # small sizes, a minute
//	./cost -out OUT -learners glm -redo # glm again, the others as they are
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "cost:", err)
		os.Exit(1)
	}
}

var learners = []string{"boost", "gam", "glm"}

// settings are the flags.
type settings struct {
	out     string
	rounds  int
	most    int
	threads int
	quick   bool
	redo    bool
	only    []string
}

func run(args []string, out, diag io.Writer) error {
	var s settings
	f := flag.NewFlagSet("cost", flag.ContinueOnError)
	f.SetOutput(diag)
	f.StringVar(&s.out, "out", "", "folder for results, and for what is kept")
	f.IntVar(&s.rounds, "rounds", 5, "rounds in which every point is measured once")
	f.IntVar(&s.most, "most", 1_000_000, "leave out points with more rows")
	f.IntVar(&s.threads, "threads", min(2, runtime.NumCPU()), "threads")
	f.BoolVar(&s.quick, "quick", false, "few small points, two rounds")
	f.BoolVar(&s.redo, "redo", false, "forget what was measured of the learners")
	names := f.String("learners", strings.Join(learners, ","), "only these are measured")
	child := f.String("point", "", "a point as JSON: train there and print what it took")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *child != "" {
		var p point
		if err := json.Unmarshal([]byte(*child), &p); err != nil {
			return err
		}
		t, err := train(p)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(t)
	}
	if s.out == "" {
		return errors.New("say with -out where results go")
	}
	s.only = strings.Split(*names, ",")
	for _, l := range s.only {
		if !slices.Contains(learners, l) {
			return fmt.Errorf("no learner %q; there are %s", l, strings.Join(learners, ", "))
		}
	}
	g := full
	if s.quick {
		g, s.rounds = quick, min(s.rounds, 2)
	}
	g.rows = slices.DeleteFunc(slices.Clone(g.rows), func(n int) bool { return n > s.most })
	panels := g.panels(learners, s.threads)
	if err := measure(panels, s, diag); err != nil {
		return err
	}
	r, err := newResult(panels, s)
	if err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(s.out, "cost.json"), r); err != nil {
		return err
	}
	text := r.markdown()
	if err := os.WriteFile(filepath.Join(s.out, "cost.md"), []byte(text), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.out, "cost.svg"), []byte(r.picture()), 0o644); err != nil {
		return err
	}
	_, err = io.WriteString(out, text)
	return err
}

// measure brings every point of the learners asked for to so many rounds.
func measure(panels []panel, s settings, diag io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var todo []*kept
	seen := map[point]bool{}
	for _, p := range panels {
		for _, l := range p.lines {
			for _, at := range l.points {
				if seen[at] || !slices.Contains(s.only, l.learner) {
					continue
				}
				seen[at] = true
				k := &kept{Point: at}
				if !s.redo {
					if k, err = load(s.out, at); err != nil {
						return err
					}
				}
				todo = append(todo, k)
			}
		}
	}
	if !slices.ContainsFunc(todo, func(k *kept) bool { return len(k.Rounds) < s.rounds }) {
		return nil
	}
	fmt.Fprintln(diag, "measuring what the machine can do ...")
	about, err := describe(s)
	if err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(s.out, "machine.json"), about); err != nil {
		return err
	}
	for round := 1; round <= s.rounds; round++ {
		for i, k := range todo {
			if len(k.Rounds) >= round {
				continue
			}
			begin := time.Now()
			ask, err := json.Marshal(k.Point)
			if err != nil {
				return err
			}
			cmd := exec.Command(self, "-point", string(ask))
			cmd.Stderr = diag
			b, err := cmd.Output()
			if err != nil {
				return fmt.Errorf("%v: %w", k.Point, err)
			}
			var t trained
			if err := json.Unmarshal(b, &t); err != nil {
				return fmt.Errorf("%v: %w", k.Point, err)
			}
			k.add(t, about.Revision)
			if err := k.save(s.out); err != nil {
				return err
			}
			fmt.Fprintf(diag, "round %d of %d, point %d of %d: %v %.3g s (%.0f s with the table)\n", round, s.rounds, i+1, len(todo), k.Point, t.Samples[0].Seconds, time.Since(begin).Seconds())
		}
	}
	return nil
}

// about says where and when the newest part was measured.
type about struct {
	Machine   machine `json:"machine"`
	Processor string  `json:"processor"`
	Cores     int     `json:"cores"`
	MemoryMB  int     `json:"memory_mb"`
	Load      string  `json:"load"` // at the beginning, over 1, 5 and 15 minutes
	Go        string  `json:"go"`
	Revision  string  `json:"revision"`
	When      string  `json:"when"`
	Command   string  `json:"command"`
}

func describe(s settings) (about, error) {
	a := about{Cores: runtime.NumCPU(), Go: runtime.Version(), Revision: "unknown", When: time.Now().UTC().Format("2006-01-02 15:04 MST")}
	a.Command = fmt.Sprintf("cost -rounds %d -most %d -threads %d", s.rounds, s.most, s.threads)
	if s.quick {
		a.Command += " -quick"
	}
	first := func(file, key string) string {
		b, _ := os.ReadFile(file) // what cannot be read is left blank
		for l := range strings.Lines(string(b)) {
			if rest, ok := strings.CutPrefix(l, key); ok {
				return strings.TrimSpace(strings.TrimLeft(rest, "\t :"))
			}
		}
		return ""
	}
	a.Processor = first("/proc/cpuinfo", "model name")
	var kb int
	if _, err := fmt.Sscan(first("/proc/meminfo", "MemTotal"), &kb); err == nil {
		a.MemoryMB = kb / 1024
	}
	if f := strings.Fields(first("/proc/loadavg", "")); len(f) > 2 {
		a.Load = strings.Join(f[:3], " ")
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, v := range info.Settings {
			switch {
			case v.Key == "vcs.revision":
				a.Revision = v.Value[:min(12, len(v.Value))] + strings.TrimPrefix(a.Revision, "unknown")
			case v.Key == "vcs.modified" && v.Value == "true":
				a.Revision += " with changes"
			}
		}
	}
	a.Machine = measureMachine(s.threads, s.quick)
	return a, nil
}
