// Command gam fits model/gam to all folds of a CSV but one and prints how it does on that one, as JSON, for gam_speed.py to set
// beside the peer. The CSV has the columns label (0 or 1) and fold; the others are numeric if all their values are.
package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/rettidig/rettidig/bench/engine/usage"
	"github.com/rettidig/rettidig/model/gam"
	"github.com/rettidig/rettidig/model/metric"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// result is what is printed.
type result struct {
	Logloss    float64 `json:"logloss"`
	AUROC      float64 `json:"auroc"`
	CPUSeconds float64 `json:"cpu_seconds"` // of the fit, binning included
	Seconds    float64 `json:"seconds"`
	Terms      int     `json:"terms"`
	Cycles     int     `json:"cycles"`
	PairCycles int     `json:"pair_cycles"`
	HeldOut    float64 `json:"held_out"` // the fit's own estimate of the logloss
	ScoreNS    float64 `json:"score_ns"` // one row with contributions
	StartKB    int64   `json:"start_kb"` // memory of the process with its table, before the fit
	PeakKB     int64   `json:"peak_kb"`  // the most since
}

func run(args []string, out io.Writer) error {
	fs := flag.NewFlagSet("gam", flag.ContinueOnError)
	file := fs.String("csv", "", "table")
	fold := fs.Int("fold", 0, "the fold to hold out")
	var opt gam.Options
	fs.IntVar(&opt.Workers, "workers", 1, "goroutines")
	fs.IntVar(&opt.Bags, "bags", 0, "")
	fs.IntVar(&opt.Bins, "bins", 0, "")
	fs.IntVar(&opt.PairBins, "pair-bins", 0, "")
	fs.IntVar(&opt.Leaves, "leaves", 0, "")
	fs.IntVar(&opt.Pairs, "pairs", 0, "")
	fs.IntVar(&opt.Cycles, "cycles", 0, "")
	fs.IntVar(&opt.Patience, "patience", 0, "")
	fs.Float64Var(&opt.Rate, "rate", 0, "")
	fs.Float64Var(&opt.Lambda, "lambda", 0, "")
	fs.Float64Var(&opt.MinLeaf, "min-leaf", 0, "")
	fs.Float64Var(&opt.Smooth, "smooth", 0, "")
	fs.Uint64Var(&opt.Seed, "seed", 1, "")
	fs.Float64Var(&opt.Heat, "heat", 0, "")
	if err := fs.Parse(args); err != nil {
		return err
	}
	t, folds, err := read(*file)
	if err != nil {
		return err
	}
	train := pick(t, func(i int) bool { return folds[i] != *fold })
	test := pick(t, func(i int) bool { return folds[i] == *fold })

	t = gam.Table{} // what is not needed does not count
	start, err := usage.BeginPeak()
	if err != nil {
		return err
	}
	wall, cpu := time.Now(), usage.CPU()
	m, err := gam.Train(context.Background(), train, opt)
	if err != nil {
		return err
	}
	r := result{CPUSeconds: usage.CPU() - cpu, Seconds: time.Since(wall).Seconds(), Terms: len(m.Terms),
		Cycles: m.Training.Cycles, PairCycles: m.Training.PairCycles, HeldOut: m.Training.Logloss, StartKB: start}
	if r.PeakKB, err = usage.PeakKB(); err != nil {
		return err
	}

	s := m.Compile()
	p := make([]float64, len(test.Y))
	s.Batch(p, test.X, 1)
	for i := range p {
		p[i] = metric.Sigmoid(p[i])
	}
	r.Logloss, r.AUROC = metric.Logloss(p, test.Y, nil), metric.AUROC(p, test.Y, nil)
	r.ScoreNS = timeRow(s, test)
	return json.NewEncoder(out).Encode(r)
}

// timeRow returns the nanoseconds of CPU one row with contributions takes.
func timeRow(s *gam.Scorer, t gam.Table) float64 {
	x := make([][]float64, min(len(t.Y), 1000))
	for i := range x {
		for j := range t.X {
			x[i] = append(x[i], t.X[j][i])
		}
	}
	dst := make([]float64, len(t.X))
	cpu, n := usage.CPU(), 0
	for n < 50000 {
		for i := range x {
			s.Contributions(dst, x[i])
			n++
		}
	}
	return (usage.CPU() - cpu) / float64(n) * 1e9
}

func read(file string) (gam.Table, []int, error) {
	var t gam.Table
	f, err := os.Open(file)
	if err != nil {
		return t, nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return t, nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(rows) < 2 {
		return t, nil, fmt.Errorf("read %s: no rows", file)
	}
	var folds []int
	for j, id := range rows[0] {
		text := make([]string, len(rows)-1)
		for i, r := range rows[1:] {
			text[i] = r[j]
		}
		x, levels := column(text)
		switch id {
		case "label":
			t.Y = x
		case "fold":
			for _, v := range x {
				folds = append(folds, int(v))
			}
		default:
			t.IDs, t.X, t.Levels = append(t.IDs, id), append(t.X, x), append(t.Levels, levels)
		}
	}
	if t.Y == nil || folds == nil {
		return t, nil, fmt.Errorf("read %s: want columns label and fold", file)
	}
	return t, folds, nil
}

// column turns text into numbers, or into the numbers of its sorted levels.
func column(text []string) ([]float64, []string) {
	x := make([]float64, len(text))
	numeric := true
	for i, s := range text {
		x[i] = math.NaN()
		if s != "" {
			v, err := strconv.ParseFloat(s, 64)
			numeric = numeric && err == nil
			x[i] = v
		}
	}
	if numeric {
		return x, nil
	}
	levels := slices.Clone(text)
	slices.Sort(levels)
	levels = slices.DeleteFunc(slices.Compact(levels), func(s string) bool { return s == "" })
	for i, s := range text {
		x[i] = math.NaN()
		if k, ok := slices.BinarySearch(levels, s); ok {
			x[i] = float64(k)
		}
	}
	return x, levels
}

func pick(t gam.Table, keep func(i int) bool) gam.Table {
	out := gam.Table{IDs: t.IDs, Levels: t.Levels, X: make([][]float64, len(t.X))}
	for i := range t.Y {
		if keep(i) {
			out.Y = append(out.Y, t.Y[i])
			for j := range t.X {
				out.X[j] = append(out.X[j], t.X[j][i])
			}
		}
	}
	return out
}
