// Command score times our scoring and reasons of a model that XGBoost or LightGBM saved, on a table of raw
// little-endian float64, column after column; score_speed.py calls it.
package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/rettidig/rettidig/bench/engine/usage"
	"github.com/rettidig/rettidig/model/tree"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	f := flag.NewFlagSet("score", flag.ContinueOnError)
	model := f.String("model", "", "model saved by XGBoost (.json) or LightGBM (.txt)")
	table := f.String("table", "", "the table")
	expected := f.String("expected", "", "the log odds the library gives, as the table's columns are written")
	columns := f.Int("columns", 0, "columns of the table")
	explained := f.Int("reasons", 1000, "rows to explain")
	threads := f.Int("threads", 1, "goroutines")
	if err := f.Parse(args); err != nil {
		return err
	}
	runtime.GOMAXPROCS(*threads)
	e, err := read(*model)
	if err != nil {
		return err
	}
	x, err := floats(*table, *columns)
	if err != nil {
		return err
	}
	want, err := floats(*expected, 1)
	if err != nil {
		return err
	}
	s := e.Compile()
	n := len(want[0])
	got := make([]float64, n)
	s.Batch(got, x, *threads)
	for i, w := range want[0] {
		if !(math.Abs(got[i]-w) < 1e-5) {
			return fmt.Errorf("row %d: log odds %v, the library says %v", i, got[i], w)
		}
	}
	rows := make([][]float64, min(*explained, n))
	for i := range rows {
		rows[i] = make([]float64, len(x))
		for j := range x {
			rows[i][j] = x[j][i]
		}
	}
	result := map[string]float64{}
	key := func(what, unit string) string { return fmt.Sprintf("%s_%d_%s", what, *threads, unit) }

	wall, cpu := timed(func() { s.Batch(got, x, *threads) })
	result[key("batch", "rows_per_s")], result[key("batch", "cpu_us_per_row")] = float64(n)/wall, cpu/float64(n)*1e6

	s.Contributions(make([]float64, len(x)+1), rows[0]) // lays the reasons out
	wall, cpu = timed(func() {
		var wg sync.WaitGroup
		for k := range *threads {
			wg.Go(func() {
				dst := make([]float64, len(x)+1)
				for _, r := range rows[len(rows)*k / *threads : len(rows)*(k+1) / *threads] {
					s.Contributions(dst, r)
				}
			})
		}
		wg.Wait()
	})
	m := float64(len(rows))
	result[key("contributions", "rows_per_s")], result[key("contributions", "cpu_us_per_row")] = m/wall, cpu/m*1e6
	if *threads == 1 {
		wall, _ = timed(func() {
			for _, r := range rows {
				s.LogOdds(r)
			}
		})
		result["one_row_us"] = wall / m * 1e6
	}
	return json.NewEncoder(out).Encode(result)
}

func read(path string) (*tree.Ensemble, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if strings.HasSuffix(path, ".json") {
		return tree.ReadXGBoostJSON(f)
	}
	return tree.ReadLightGBMText(f)
}

func floats(path string, columns int) ([][]float64, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if columns < 1 || len(b)%(8*columns) != 0 {
		return nil, errors.New(path + " does not hold that many columns")
	}
	n := len(b) / 8 / columns
	x := make([][]float64, columns)
	for j := range x {
		x[j] = make([]float64, n)
		for i := range x[j] {
			x[j][i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*(j*n+i):]))
		}
	}
	return x, nil
}

// timed returns wall and CPU seconds.
func timed(f func()) (wall, cpu float64) {
	c, t := usage.CPU(), time.Now()
	f()
	return time.Since(t).Seconds(), usage.CPU() - c
}
