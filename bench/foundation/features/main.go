// Command features computes the twelve as-of features of the speed comparison from an event store, for every citizen on
// each date, and writes them as Parquet: what duck.py and pol.py do in SQL and in expressions. It decides nothing that
// the product uses; the columns are those of the package features, computed by the same code that serves a citizen.
//
//	features --work DIR --as-of 2025-07-01,2025-08-01 --out FILE.parquet [--cpuprofile FILE] [--memprofile FILE]
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/store"
	"github.com/rettidig/rettidig/features"
)

// twelve are the columns that are compared, by their ids in the catalogue.
var twelve = []string{
	"aids_on_loan", "aids_new_365", "aids_days_since_latest", "aids_classes", "mobility_on_loan",
	"help_minutes_4w", "help_minutes_12w", "personal_minutes_12w", "practical_minutes_12w", "help_change_4w",
	"help_gap_weeks_26w", "help_visits_4w",
}

// took is what the command prints: rows are citizens times dates.
type took struct {
	Citizens int     `json:"citizens"`
	Rows     int     `json:"rows"`
	Seconds  float64 `json:"seconds"`         // all of it, without the process's start
	Open     float64 `json:"seconds_to_open"` // of which checking the store's hashes
}

// gcPercent lets garbage grow to twice what is kept, which is little: the store is streamed. Of the CPU time of sixty
// thousand citizens that saves a tenth, for 15 to 30 MB. GOGC, if it is set, goes before.
const gcPercent = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	var work, dates, out, cpu, mem string
	flag.StringVar(&work, "work", "work", "work folder with the event store")
	flag.StringVar(&dates, "as-of", "", "dates, with commas between")
	flag.StringVar(&out, "out", "", "Parquet file to write")
	flag.StringVar(&cpu, "cpuprofile", "", "also write a CPU profile here")
	flag.StringVar(&mem, "memprofile", "", "also write a profile of allocations here")
	flag.Parse()
	t, err := profiled(cpu, mem, func() (took, error) { return run(context.Background(), work, dates, out) })
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(t)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "features: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, work, dates, out string) (t took, err error) {
	start := time.Now()
	var asOf []rettidig.Day
	for d := range strings.SplitSeq(dates, ",") {
		day, err := rettidig.ParseDay(d)
		if err != nil {
			return t, fmt.Errorf("--as-of: %w", err)
		}
		asOf = append(asOf, day)
	}
	c, err := features.Select(twelve...)
	if err != nil {
		return t, err
	}
	s, err := store.Open(work)
	if err != nil {
		return t, err
	}
	defer s.Close()
	t.Open = time.Since(start).Seconds()
	f, err := os.Create(out)
	if err != nil {
		return t, err
	}
	w, err := newResult(f, twelve)
	if err != nil {
		return t, err
	}
	t.Citizens, err = compute(ctx, s, c, asOf, w)
	err = errors.Join(err, w.close())
	t.Rows = t.Citizens * len(asOf)
	t.Seconds = time.Since(start).Seconds()
	return t, err
}

// profiled runs f under the profiles that are asked for.
func profiled(cpu, mem string, f func() (took, error)) (t took, err error) {
	if cpu != "" {
		file, err := os.Create(cpu)
		if err != nil {
			return t, err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return t, err
		}
		defer pprof.StopCPUProfile()
	}
	if t, err = f(); err != nil || mem == "" {
		return t, err
	}
	file, err := os.Create(mem)
	if err != nil {
		return t, err
	}
	defer file.Close()
	runtime.GC()
	return t, pprof.Lookup("allocs").WriteTo(file, 0)
}
