// Command glm times model/glm against R's glmnet: both follow the same path of penalties and choose one by
// cross-validation with the same folds, in turns, on the same table. It prints JSON with medians and spread.
//
//	go run ./bench/engine/glm -rows 10000 -rounds 5
//
// The table is internal/benchtable's municipality with 60 columns. glmnet gets what this package makes of missing
// values: the mean, and a column that says so.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/rettidig/rettidig/bench/engine/usage"
	"github.com/rettidig/rettidig/internal/benchtable"
	"github.com/rettidig/rettidig/model/glm"
)

const columns = 60

func table(n int, seed uint64) glm.Table {
	x, y, citizen := benchtable.Municipality(n, columns, seed)
	t := glm.Table{X: x, Y: y, Group: citizen, Rows: make([]int32, n)}
	for i := range t.Rows {
		t.Rows[i] = int32(i)
	}
	return t
}

// took is what one run cost, in seconds.
type took struct {
	Wall float64 `json:"wall"`
	CPU  float64 `json:"cpu"`
}

func measure(f func() error) (took, error) {
	runtime.GC()
	cpu, at := usage.CPU(), time.Now()
	err := f()
	return took{time.Since(at).Seconds(), usage.CPU() - cpu}, err
}

// summary of the rounds.
type summary struct {
	Median took `json:"median"`
	Least  took `json:"least"`
	Most   took `json:"most"`
}

func summarise(all []took) summary {
	one := func(get func(took) float64) (least, median, most float64) {
		var v []float64
		for _, t := range all {
			v = append(v, get(t))
		}
		slices.Sort(v)
		return v[0], v[len(v)/2], v[len(v)-1]
	}
	var s summary
	s.Least.Wall, s.Median.Wall, s.Most.Wall = one(func(t took) float64 { return t.Wall })
	s.Least.CPU, s.Median.CPU, s.Most.CPU = one(func(t took) float64 { return t.CPU })
	return s
}

// peer is what glm_speed.R prints after a round.
type peer struct {
	Path      took      `json:"path"`
	CV        took      `json:"cv"`
	Lambda    []float64 `json:"lambda"`
	Objective []float64 `json:"objective"`
	memory
}

// memory is what the process held before, with its table, and at most while it fitted, in KiB.
type memory struct {
	Start int64 `json:"start_kb"`
	Peak  int64 `json:"peak_kb"`
}

func main() {
	rows := flag.Int("rows", 10000, "rows of the table")
	rounds := flag.Int("rounds", 5, "rounds, ours and the peer's in turns")
	script := flag.String("peer", "bench/engine/glm/glm_speed.R", "the peer; empty: ours alone")
	threads := flag.Int("threads", 2, "our threads; glmnet has one")
	flag.Parse()
	log.SetFlags(0)
	if err := run(*rows, *rounds, *threads, *script); err != nil {
		log.Fatal(err)
	}
}

func run(rows, rounds, threads int, script string) error {
	runtime.GOMAXPROCS(threads)
	ctx, t := context.Background(), table(rows, 1)
	opt := glm.Options{Seed: 1, Lambdas: 100, Ratio: 1e-4, Workers: threads, Whole: true}
	var ask func() (peer, error)
	if script != "" {
		dir, err := os.MkdirTemp("", "glm")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if err := write(filepath.Join(dir, "table.f64"), t); err != nil {
			return err
		}
		ask = func() (p peer, err error) {
			cmd := exec.Command("Rscript", script, dir, fmt.Sprint(rows))
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				return p, err
			}
			return p, json.NewDecoder(bytes.NewReader(out)).Decode(&p)
		}
	}
	var ours, theirs struct{ path, cv []took }
	var steps []glm.Step
	var fit *glm.Fit
	var last peer
	var held memory
	var err error
	if held.Start, err = usage.BeginPeak(); err != nil {
		return err
	}
	for range rounds {
		if ask != nil {
			p, err := ask()
			if err != nil {
				return err
			}
			theirs.path, theirs.cv = append(theirs.path, p.Path), append(theirs.cv, p.CV)
			last, opt.Penalties = p, p.Lambda
		}
		c, err := measure(func() (err error) { steps, err = glm.Path(ctx, t, opt); return })
		if err != nil {
			return err
		}
		ours.path = append(ours.path, c)
		if c, err = measure(func() (err error) { fit, err = glm.Train(ctx, t, opt); return }); err != nil {
			return err
		}
		ours.cv = append(ours.cv, c)
	}
	if held.Peak, err = usage.PeakKB(); err != nil {
		return err
	}
	result := map[string]any{"rows": rows, "columns": columns, "threads": threads, "rounds": rounds, "lambdas": len(steps),
		"ours_memory": held, "row_with_terms_us": timeRow(fit.Model, t) * 1e6,
		"ours": map[string]summary{"path": summarise(ours.path), "cv": summarise(ours.cv)}}
	if ask != nil {
		result["glmnet_memory"] = last.memory
		result["glmnet"] = map[string]summary{"path": summarise(theirs.path), "cv": summarise(theirs.cv)}
		// How much lower each objective could be is not known; how much lower it is than the other's, is.
		var above, below float64
		for k := range min(len(steps), len(last.Objective)) {
			diff := steps[k].Objective - last.Objective[k]
			above, below = max(above, diff), min(below, diff)
		}
		result["objective_ours_above_by_at_most"], result["objective_ours_below_by_at_most"] = above, -below
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(result)
}

// timeRow returns the seconds of processor one row takes, with what each column adds.
func timeRow(m *glm.Model, t glm.Table) float64 {
	rows := make([][]float64, min(len(t.Y), 1000))
	for i := range rows {
		for _, x := range t.X {
			rows[i] = append(rows[i], x[i])
		}
	}
	terms := make([]float64, len(t.X))
	cpu, n := usage.CPU(), 0
	for n < 200_000 {
		for _, r := range rows {
			m.LogOdds(r, terms)
			n++
		}
	}
	return (usage.CPU() - cpu) / float64(n)
}

// write puts the columns as the peer wants them, then label, then fold.
func write(name string, t glm.Table) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	var b [8]byte
	put := func(v float64) {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
		_, _ = w.Write(b[:]) // Flush returns the error
	}
	for _, c := range append(slices.Clone(t.X), t.Y) {
		for _, v := range c {
			put(v)
		}
	}
	for i := range t.Y {
		put(float64(t.Group[i]%5 + 1))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
