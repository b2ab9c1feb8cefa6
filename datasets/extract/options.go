package extract

import (
	"runtime"

	"github.com/rettidig/rettidig/datasets/pseudonym"
)

// Options says how a delivery is read. The zero value of every field but Key is a sensible choice.
type Options struct {
	Key      pseudonym.Key                 // turns CPR numbers and BorgerIDs into ids; must be set
	Progress func(file string, rows int64) // now and then per file, and at its end; never called by two at once

	MaxBytes    int64 // largest file that is read; 0: 16 GiB
	MaxLine     int   // longest line or cell in bytes; 0: 1 MiB
	MaxWorkbook int64 // largest XLSX, packed and unpacked; 0: 512 MiB

	// MaxQuarantined is the share of a file's rows, in (0, 1], above which the whole file is refused; 0: 0.2.
	// It speaks only when at least 20 rows are quarantined, or all are.
	MaxQuarantined float64

	// MinutesAre says what the minutes of home care are; empty: Total. Vendors do not say; the report compares
	// the others with national figures too.
	MinutesAre MinutesAre

	// Mapping gives what is local to a delivery: names of columns, services and more; nil: nothing is.
	Mapping *Mapping

	Spill string // folder for what does not fit in memory, made and removed; "": one of the system's for such things

	Workers int // files read at once; 0: the number of processors. Results do not depend on it.

	memory     int64 // bytes of rows that may stay in memory; 0: 64 MiB
	partitions int   // 0: 256
	block      int   // bytes of a file that one goroutine reads at a time; 0: 1 MiB
	slot       int   // rows that are put aside at a time; 0: 4096
	inOrder    bool  // one goroutine reads all rows of a file
}

// MinutesAre is the meaning of home care's column of minutes.
type MinutesAre string

// The meanings.
const (
	Total    MinutesAre = "total"     // minutes in the week
	PerVisit MinutesAre = "per_visit" // minutes of one visit, to be multiplied by their number
	Hours    MinutesAre = "hours"     // hours in the week, as decimals
)

// Valid tells whether m is one of the meanings.
func (m MinutesAre) Valid() bool { return m == Total || m == PerVisit || m == Hours }

const fewQuarantined = 20 // fewer rows than this are an accident, not a broken file

func (o Options) filled() Options {
	if o.Key.IsZero() {
		panic("extract: Options.Key is not set")
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 16 << 30
	}
	if o.MaxLine == 0 {
		o.MaxLine = 1 << 20
	}
	if o.MaxWorkbook == 0 {
		o.MaxWorkbook = 512 << 20
	}
	if o.MaxQuarantined == 0 {
		o.MaxQuarantined = 0.2
	}
	if o.MinutesAre == "" {
		o.MinutesAre = Total
		if o.Mapping != nil && o.Mapping.MinutesAre != "" {
			o.MinutesAre = o.Mapping.MinutesAre
		}
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.memory == 0 {
		o.memory = 64 << 20
	}
	if o.partitions == 0 {
		o.partitions = 256
	}
	if o.slot == 0 {
		o.slot = 4096
	}
	if o.block == 0 {
		o.block = 1 << 20
	}
	switch {
	case o.MaxBytes < 0, o.MaxLine < 0, o.MaxWorkbook < 0, o.Workers < 0:
		panic("extract: an option is negative")
	case !(o.MaxQuarantined > 0 && o.MaxQuarantined <= 1):
		panic("extract: Options.MaxQuarantined is outside (0, 1]")
	case !o.MinutesAre.Valid():
		panic("extract: Options.MinutesAre is none of total, per_visit and hours")
	}
	return o
}
