package store

import (
	"context"
	"fmt"
	"runtime"
	"sort"

	"golang.org/x/sync/errgroup"

	"github.com/apache/arrow-go/v18/parquet/metadata"

	"github.com/rettidig/rettidig"
)

// Each calls f with one block of citizens after the other, in the order of their ids: first is the number of citizens
// before the block. Blocks are decoded by so many workers (0: one per processor) while f works; at most workers+1 are in
// memory, and f is never called twice at once. The histories are f's to keep.
func (s *Store) Each(ctx context.Context, workers int, f func(first int, hs []rettidig.History) error) error {
	return s.each(ctx, workers, f, func(ctx context.Context, i int) ([]rettidig.History, func(), error) {
		hs, err := s.block(ctx, i)
		return hs, keep, err
	})
}

// EachCalendar is Each with nothing in the histories but the services, and of them only the week, the day they became
// known, the minutes and the retraction: half the work for whoever counts weeks.
func (s *Store) EachCalendar(ctx context.Context, workers int, f func(first int, hs []rettidig.History) error) error {
	return s.each(ctx, workers, f, func(ctx context.Context, i int) ([]rettidig.History, func(), error) {
		hs := make([]rettidig.History, s.blocks[i].n)
		if err := s.facts[servicesAt].read(ctx, i, s.blocks[i], hs, s.words, calendarColumns); err != nil {
			return nil, keep, s.broken(servicesTable, err)
		}
		return hs, keep, nil
	})
}

// The places of two tables in Store.facts.
const (
	aidsAt     = 0
	servicesAt = 1
)

func calendarColumns(name string) bool {
	return name == "week" || name == "known_after" || name == "minutes" || name == "retracted"
}

func allColumns(string) bool { return true }

// keep leaves histories to whoever got them.
func keep() {}

func (s *Store) each(ctx context.Context, workers int, f func(first int, hs []rettidig.History) error, decode func(context.Context, int) (hs []rettidig.History, release func(), err error)) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	type result struct {
		hs      []rettidig.History
		release func()
		err     error
	}
	g, ctx := errgroup.WithContext(ctx)
	// A queue of workers-1 results and the one that is waited for: so many blocks are being decoded.
	queue := make(chan chan result, workers-1)
	g.Go(func() error {
		defer close(queue)
		for i := range s.blocks {
			r := make(chan result, 1)
			select {
			case queue <- r:
			case <-ctx.Done():
				return ctx.Err()
			}
			go func() {
				hs, release, err := decode(ctx, i)
				r <- result{hs, release, err}
			}()
		}
		return nil
	})
	g.Go(func() error {
		i := 0
		for r := range queue {
			got := <-r
			if got.err != nil {
				return got.err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := f(s.blocks[i].first, got.hs); err != nil {
				return err
			}
			got.release()
			i++
		}
		return nil
	})
	return g.Wait()
}

// Histories reads the whole snapshot into memory: one history per citizen, by citizen id, each in canonical order.
func (s *Store) Histories(ctx context.Context) ([]rettidig.History, error) {
	all := make([]rettidig.History, 0, s.Len())
	err := s.Each(ctx, 0, func(_ int, hs []rettidig.History) error {
		all = append(all, hs...)
		return ctx.Err()
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

// History reads one citizen. ok is false if the snapshot does not have them. Only the citizen's block is read.
func (s *Store) History(ctx context.Context, id rettidig.CitizenID) (h rettidig.History, ok bool, err error) {
	at := sort.Search(len(s.blocks), func(i int) bool { return s.firstIDs[i] > id }) - 1
	if at < 0 {
		return rettidig.History{}, false, nil
	}
	hs, err := s.block(ctx, at)
	if err != nil {
		return rettidig.History{}, false, err
	}
	i := sort.Search(len(hs), func(i int) bool { return hs[i].Citizen.ID >= id })
	if i == len(hs) || hs[i].Citizen.ID != id {
		return rettidig.History{}, false, nil
	}
	return hs[i], true, nil
}

// orderIDs notes the smallest id of each block, from the statistics of its row group, and checks that blocks are sorted.
func (s *Store) orderIDs() (err error) {
	defer caught(&err)
	last := ""
	for i := range s.blocks {
		chunk, err := s.citizens.rdr.MetaData().RowGroup(i).ColumnChunk(0)
		if err != nil {
			return err
		}
		stats, err := chunk.Statistics()
		if err != nil {
			return err
		}
		ids, ok := stats.(*metadata.ByteArrayStatistics)
		if !ok || !ids.HasMinMax() {
			return fmt.Errorf("row group %d has no statistics of the column id", i)
		}
		if first := string(ids.Min()); first <= last || string(ids.Max()) < first {
			return fmt.Errorf("row group %d is not sorted after the one before it", i)
		}
		last = string(ids.Max())
		s.firstIDs = append(s.firstIDs, rettidig.CitizenID(ids.Min()))
	}
	return nil
}

// block decodes the histories of one block.
func (s *Store) block(ctx context.Context, at int) ([]rettidig.History, error) {
	b := s.blocks[at]
	hs := make([]rettidig.History, b.n)
	if err := s.readCitizens(ctx, at, hs); err != nil {
		return nil, err
	}
	for i, t := range s.facts {
		if err := t.read(ctx, at, b, hs, s.words, allColumns); err != nil {
			return nil, s.broken(tableNames[i+1], err)
		}
	}
	return hs, nil
}

func (s *Store) readCitizens(ctx context.Context, at int, hs []rettidig.History) error {
	citizens, _, err := s.citizens.decode(ctx, at, s.words, allColumns)
	if err != nil {
		return s.broken(citizensTable, err)
	}
	for i, c := range citizens {
		if i > 0 && citizens[i-1].ID >= c.ID {
			first := s.blocks[at].first
			return s.broken(citizensTable, fmt.Errorf("rows %d and %d are not sorted", first+i-1, first+i))
		}
		hs[i].Citizen = c
	}
	return nil
}
