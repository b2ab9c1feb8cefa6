// Command boost trains model/boost on a table written by boost_speed.py and prints, as one line of JSON,
// the seconds of each training, the peak memory of the process and how well the last model fits. It
// decides nothing: the options come as flags, and the comparison is made by the script.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"runtime/pprof"
	"time"

	"github.com/rettidig/rettidig/bench/engine/usage"
	"github.com/rettidig/rettidig/model/boost"
	"github.com/rettidig/rettidig/model/metric"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("boost", flag.ContinueOnError)
	file := flags.String("table", "", "float64, column after column, y last")
	rows := flags.Int("rows", 0, "rows of the table")
	columns := flags.Int("columns", 60, "columns besides y")
	repeat := flags.Int("repeat", 1, "trainings")
	profile := flags.String("profile", "", "write a CPU profile of the trainings here")
	opt := boost.Options{Trees: 100, Rate: 0.1, Leaves: 31, Bins: 255, MinChild: 1e-3, MinRows: 20, RowShare: 1, ColumnShare: 1, OneVsRest: 4, Smooth: 10, CatLambda: 10}
	flags.IntVar(&opt.Trees, "trees", opt.Trees, "trees")
	flags.IntVar(&opt.Leaves, "leaves", opt.Leaves, "leaves of a tree")
	flags.IntVar(&opt.Bins, "bins", opt.Bins, "bins of a column")
	flags.IntVar(&opt.Workers, "workers", 2, "threads")
	if err := flags.Parse(args); err != nil {
		return err
	}
	t, err := read(*file, *rows, *columns)
	if err != nil {
		return err
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	res := struct {
		Seconds []float64 `json:"seconds"`
		CPU     float64   `json:"cpu"`      // seconds of all trainings
		StartKB int64     `json:"start_kb"` // memory of the process with its table, before training
		PeakKB  int64     `json:"peak_kb"`  // the most since
		AUROC   float64   `json:"auroc"`
		LogLoss float64   `json:"logloss"`
	}{}
	if res.StartKB, err = usage.BeginPeak(); err != nil {
		return err
	}
	cpu := usage.CPU()
	for r := range *repeat {
		start := time.Now()
		e, _, err := boost.Train(context.Background(), t, opt)
		if err != nil {
			return err
		}
		res.Seconds = append(res.Seconds, time.Since(start).Seconds())
		if r < *repeat-1 {
			continue
		}
		res.CPU = usage.CPU() - cpu
		if res.PeakKB, err = usage.PeakKB(); err != nil {
			return err
		}
		eta := make([]float64, *rows)
		for i := range eta {
			eta[i] = e.Base
			for _, tree := range e.Trees {
				n := &tree.Nodes[0]
				for n.Column >= 0 {
					if x := t.X[n.Column][i]; x <= n.Threshold || x != x && n.MissingLeft {
						n = &tree.Nodes[n.Left]
					} else {
						n = &tree.Nodes[n.Right]
					}
				}
				eta[i] += n.Value
			}
			res.LogLoss += (max(eta[i], 0) - t.Y[i]*eta[i] + math.Log1p(math.Exp(-math.Abs(eta[i])))) / float64(*rows)
		}
		res.AUROC = metric.AUROC(eta, t.Y, nil)
	}
	return json.NewEncoder(out).Encode(res)
}

func read(file string, rows, columns int) (boost.Table, error) {
	var t boost.Table
	f, err := os.Open(file)
	if err != nil {
		return t, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	buf := make([]byte, 8*1024)
	for j := range columns + 1 {
		x := make([]float64, rows)
		for i := 0; i < rows; i += 1024 {
			part := buf[:8*min(1024, rows-i)]
			if _, err := io.ReadFull(r, part); err != nil {
				return t, fmt.Errorf("read %s column %d: %w", file, j, err)
			}
			for k := range len(part) / 8 {
				x[i+k] = math.Float64frombits(binary.LittleEndian.Uint64(part[8*k:]))
			}
		}
		if j < columns {
			t.X = append(t.X, x)
		} else {
			t.Y = x
		}
	}
	return t, nil
}
