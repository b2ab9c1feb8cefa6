package pipeline

import (
	"context"
	"fmt"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/store"
)

// Source gives out a municipality block by block, in the order of the pseudonyms: Stream from the disk, Data from memory.
// Everything here that takes a Source gives the same bytes for both.
type Source interface {
	// Each calls f with one block after the other; first is the number of citizens before it.
	Each(ctx context.Context, f func(first int, hs []rettidig.History) error) error
	// EachCalendar is Each for histories of which only the weeks of services are looked at.
	EachCalendar(ctx context.Context, f func(first int, hs []rettidig.History) error) error
	Len() int
	DataAsOf() rettidig.Day
	Snapshot() store.Manifest
}

// Stream is an event store that is not loaded: each pass over it reads the disk, a few blocks at a time.
type Stream struct{ s *store.Store }

// OpenStream opens and checks the event store of a work folder.
func OpenStream(work string) (*Stream, error) {
	s, err := store.Open(work)
	if err != nil {
		return nil, err
	}
	return &Stream{s}, nil
}

// Close gives back the files.
func (s *Stream) Close() { s.s.Close() }

// Each is of Source.
func (s *Stream) Each(ctx context.Context, f func(first int, hs []rettidig.History) error) error {
	return readError(s.s.Each(ctx, 0, f))
}

// EachCalendar is of Source.
func (s *Stream) EachCalendar(ctx context.Context, f func(first int, hs []rettidig.History) error) error {
	return readError(s.s.EachCalendar(ctx, 0, f))
}

func readError(err error) error {
	if err != nil {
		return fmt.Errorf("go through the event store: %w", err)
	}
	return nil
}

// Len returns the number of citizens.
func (s *Stream) Len() int { return s.s.Len() }

// DataAsOf returns the last day on which something was delivered: the extract date.
func (s *Stream) DataAsOf() rettidig.Day { return s.s.Manifest().ExtractDate }

// Snapshot says what the store is made of.
func (s *Stream) Snapshot() store.Manifest { return s.s.Manifest() }

// blockOfData is how many citizens Data gives out at a time.
const blockOfData = 4096

// Each is of Source.
func (d *Data) Each(ctx context.Context, f func(first int, hs []rettidig.History) error) error {
	for lo := 0; lo < len(d.Histories); lo += blockOfData {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(lo, d.Histories[lo:min(lo+blockOfData, len(d.Histories))]); err != nil {
			return err
		}
	}
	return nil
}

// EachCalendar is of Source.
func (d *Data) EachCalendar(ctx context.Context, f func(first int, hs []rettidig.History) error) error {
	return d.Each(ctx, f)
}

// Snapshot says what the data are made of.
func (d *Data) Snapshot() store.Manifest { return d.Manifest }

// Progress hears how far a stage has come; total 0 means that the end is not known.
type Progress func(stage string, done, total int)

func (p Progress) tell(stage string, done, total int) {
	if p != nil {
		p(stage, done, total)
	}
}

// Calendar counts the weeks with services of a whole municipality: the pass that comes before any cohort.
func Calendar(ctx context.Context, src Source, progress Progress) (*cohort.Calendar, error) {
	cal := cohort.NewCalendar(src.DataAsOf())
	err := src.EachCalendar(ctx, func(first int, hs []rettidig.History) error {
		progress.tell("weeks of service", first, src.Len())
		cal.Add(hs, 0)
		return nil
	})
	return cal, err
}

// EachCohort gives the rows of a target block by block and returns the cohort, without its rows.
func EachCohort(ctx context.Context, src Source, target rettidig.Target, p cohort.Protocol, progress Progress, f func(first int, hs []rettidig.History, rows []cohort.Row) error) (*cohort.Cohort, error) {
	cal, err := Calendar(ctx, src, progress)
	if err != nil {
		return nil, err
	}
	b, err := cohort.NewBuilder(target, p, cal)
	if err != nil {
		return nil, fmt.Errorf("cohort of %s: %w", target, err)
	}
	err = src.Each(ctx, func(first int, hs []rettidig.History) error {
		progress.tell("rows of "+string(target), first, src.Len())
		return f(first, hs, b.Add(hs, 0))
	})
	if err != nil {
		return nil, err
	}
	return b.Finish(), nil
}

// PopulationOptions say which dates of the population are wanted; NoDay and 0 are the protocol's choice.
type PopulationOptions struct {
	Protocol    cohort.Protocol
	From, To    rettidig.Day
	EveryMonths int
	Progress    Progress
}

// EachPopulation gives everybody who could have been offered training, block by block, and returns the counts by date.
func EachPopulation(ctx context.Context, src Source, opt PopulationOptions, f func(first int, hs []rettidig.History, rows []cohort.PopulationRow) error) ([]cohort.Month, error) {
	cal, err := Calendar(ctx, src, opt.Progress)
	if err != nil {
		return nil, err
	}
	x, err := cohort.NewPopulation(opt.Protocol, cal, opt.From, opt.To, opt.EveryMonths)
	if err != nil {
		return nil, err
	}
	err = src.Each(ctx, func(first int, hs []rettidig.History) error {
		opt.Progress.tell("population", first, src.Len())
		return f(first, hs, x.Add(hs, 0))
	})
	if err != nil {
		return nil, err
	}
	return x.Months(), nil
}
