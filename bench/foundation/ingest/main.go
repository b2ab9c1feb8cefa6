// Command ingest does what train ingest does, under the profiles that are asked for: profile uses it to say where the time
// of reading a delivery goes. It takes the demo key, so it reads synthetic deliveries only, and it decides nothing.
//
//	ingest --in DIR --work DIR --cpuprofile cpu.prof --memprofile mem.prof
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"

	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/pipeline"
)

func main() {
	var in, work, cpu, mem string
	flag.StringVar(&in, "in", "", "folder with the extract files")
	flag.StringVar(&work, "work", "", "work folder")
	flag.StringVar(&cpu, "cpuprofile", "cpu.prof", "CPU profile to write")
	flag.StringVar(&mem, "memprofile", "mem.prof", "profile of allocations to write")
	flag.Parse()
	if err := run(in, work, cpu, mem); err != nil {
		fmt.Fprintf(os.Stderr, "ingest: %v\n", err)
		os.Exit(1)
	}
}

func run(in, work, cpu, mem string) (err error) {
	c, err := os.Create(cpu)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := pprof.StartCPUProfile(c); err != nil {
		return err
	}
	_, _, err = pipeline.Ingest(context.Background(), pipeline.IngestOptions{
		In: in, Work: work, Replace: true, Extract: extract.Options{Key: pseudonym.DemoKey(), MaxQuarantined: 0.2},
	})
	pprof.StopCPUProfile()
	if err != nil {
		return err
	}
	m, err := os.Create(mem)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(m, 0), m.Close())
}
