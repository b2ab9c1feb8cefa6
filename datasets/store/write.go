package store

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/rettidig/rettidig"
)

// Write makes f the snapshot of work and returns m completed with the tables: Create, Append and Commit for facts that
// are in memory. Citizens must be sorted by id, without repeats, and every table by citizen and rettidig's Compare
// functions: anything else is a bug in the caller and panics.
func Write(ctx context.Context, work string, f *rettidig.Facts, m Manifest) (Manifest, error) {
	return write(ctx, &disk{}, memory.NewGoAllocator(), work, runtime.GOMAXPROCS(0), f, m)
}

func write(ctx context.Context, d *disk, mem memory.Allocator, work string, workers int, f *rettidig.Facts, m Manifest) (Manifest, error) {
	factsMustBeSorted(f)
	w, err := create(ctx, d, mem, work, workers)
	if err != nil {
		return m, err
	}
	defer w.Abort()
	if err := eachChunk(f, w.Append); err != nil {
		return m, err
	}
	return w.Commit(m)
}

// eachChunk gives a few thousand histories at a time, which are overwritten by the next ones.
func eachChunk(f *rettidig.Facts, give func([]rettidig.History) error) error {
	hs := make([]rettidig.History, 0, 4096)
	var at struct{ aids, services, screenings, sessions, statuses, conditions int }
	for i := range f.Citizens {
		hs = hs[:len(hs)+1]
		h, k := &hs[len(hs)-1], int32(i)
		h.Citizen = f.Citizens[i]
		at.aids = take(&h.Aids, f.Aids, at.aids, k)
		at.services = take(&h.Services, f.Services, at.services, k)
		at.screenings = take(&h.Screenings, f.Screenings, at.screenings, k)
		at.sessions = take(&h.Sessions, f.Sessions, at.sessions, k)
		at.statuses = take(&h.Statuses, f.Statuses, at.statuses, k)
		at.conditions = take(&h.Conditions, f.Conditions, at.conditions, k)
		if len(hs) == cap(hs) || i == len(f.Citizens)-1 {
			if err := give(hs); err != nil {
				return err
			}
			hs = hs[:0]
		}
	}
	return nil
}

// take collects a citizen's facts from rows[at:] and returns where the next citizen's begin.
func take[F any](into *[]F, rows []rettidig.Row[F], at int, citizen int32) int {
	*into = (*into)[:0]
	for ; at < len(rows) && rows[at].Citizen == citizen; at++ {
		*into = append(*into, rows[at].Fact)
	}
	return at
}

// factsMustBeSorted panics unless f is in the order that the store keeps.
func factsMustBeSorted(f *rettidig.Facts) {
	for i := 1; i < len(f.Citizens); i++ {
		if f.Citizens[i-1].ID >= f.Citizens[i].ID {
			panic(fmt.Sprintf("store: citizens are not sorted by id without repeats at index %d", i))
		}
	}
	n := len(f.Citizens)
	rowsMustBeSorted(aidsTable, n, f.Aids, rettidig.CompareAids)
	rowsMustBeSorted(servicesTable, n, f.Services, rettidig.CompareServices)
	rowsMustBeSorted(screeningsTable, n, f.Screenings, rettidig.CompareScreenings)
	rowsMustBeSorted(sessionsTable, n, f.Sessions, rettidig.CompareSessions)
	rowsMustBeSorted(statusesTable, n, f.Statuses, rettidig.CompareStatuses)
	rowsMustBeSorted(conditionsTable, n, f.Conditions, rettidig.CompareConditions)
}

func rowsMustBeSorted[F any](table string, citizens int, rows []rettidig.Row[F], compare func(a, b F) int) {
	for i := range rows {
		if c := int(rows[i].Citizen); c < 0 || c >= citizens {
			panic(fmt.Sprintf("store: %s row %d belongs to citizen %d of %d", table, i, c, citizens))
		}
		if i > 0 && compareRows(rows[i-1], rows[i], compare) > 0 {
			panic(fmt.Sprintf("store: %s is not sorted at row %d", table, i))
		}
	}
}

func compareRows[F any](a, b rettidig.Row[F], compare func(a, b F) int) int {
	if a.Citizen != b.Citizen {
		return int(a.Citizen) - int(b.Citizen)
	}
	return compare(a.Fact, b.Fact)
}

// Sort puts f in the order that Write wants: citizens by id, rows by citizen and then as rettidig compares
// them. It panics if two citizens have the same id.
func Sort(f *rettidig.Facts) {
	order := make([]int, len(f.Citizens))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(string(f.Citizens[a].ID), string(f.Citizens[b].ID)) })
	citizens, to := make([]rettidig.Citizen, len(order)), make([]int32, len(order))
	for at, from := range order {
		citizens[at], to[from] = f.Citizens[from], int32(at)
	}
	f.Citizens = citizens
	sortRows(f.Aids, to, rettidig.CompareAids)
	sortRows(f.Services, to, rettidig.CompareServices)
	sortRows(f.Screenings, to, rettidig.CompareScreenings)
	sortRows(f.Sessions, to, rettidig.CompareSessions)
	sortRows(f.Statuses, to, rettidig.CompareStatuses)
	sortRows(f.Conditions, to, rettidig.CompareConditions)
	factsMustBeSorted(f)
}

func sortRows[F any](rows []rettidig.Row[F], to []int32, compare func(a, b F) int) {
	for i := range rows {
		rows[i].Citizen = to[rows[i].Citizen]
	}
	slices.SortStableFunc(rows, func(a, b rettidig.Row[F]) int { return compareRows(a, b, compare) })
}
