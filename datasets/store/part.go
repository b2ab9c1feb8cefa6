package store

import (
	"context"
	"errors"
	"math"
	"sort"

	"github.com/rettidig/rettidig"
)

// EachPart is Each with no more in the histories than part.Of leaves. Tables that are not in the part are not read, and
// of services only the weeks are decoded whole, the rest where a row is in the part. The histories and their facts are
// lent: f may read them until it returns.
func (s *Store) EachPart(ctx context.Context, workers int, part rettidig.Part, f func(first int, hs []rettidig.History) error) error {
	wanted := []bool{part.Aids, part.Services, part.Screenings, part.Sessions, part.Statuses, part.Conditions}
	return s.each(ctx, workers, f, func(ctx context.Context, i int) ([]rettidig.History, func(), error) {
		r := s.rooms.Get().(*room)
		hs := r.histories(s.blocks[i].n)
		if part.Citizen {
			if err := s.readCitizens(ctx, i, hs); err != nil {
				return nil, keep, err
			}
		}
		for k, t := range s.facts {
			if !wanted[k] {
				continue
			}
			read := t.read
			switch k {
			case aidsAt:
				read = func(ctx context.Context, at int, b block, hs []rettidig.History, words *interner, _ func(string) bool) error {
					return s.readAids(ctx, at, b, hs, r)
				}
			case servicesAt:
				read = func(ctx context.Context, at int, b block, hs []rettidig.History, words *interner, _ func(string) bool) error {
					return s.readWeeks(ctx, at, b, hs, r, part)
				}
			}
			if err := read(ctx, i, s.blocks[i], hs, s.words, allColumns); err != nil {
				return nil, keep, s.broken(tableNames[k+1], err)
			}
		}
		return hs, func() { s.rooms.Put(r) }, nil
	})
}

// readWeeks reads the services of a block that are in the part.
func (s *Store) readWeeks(ctx context.Context, at int, b block, hs []rettidig.History, r *room, part rettidig.Part) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := r.weeksOf(s.services, at, b, hs, s.words, part)
	if err == nil {
		return nil
	}
	// Written in a form that is read here only by way of the library, or damaged: then the library says how.
	for i := range hs {
		hs[i].Services = nil
	}
	if err := s.services.read(ctx, at, b, hs, s.words, allColumns); err != nil {
		return err
	}
	if !errors.Is(err, errShape) {
		return err
	}
	only := rettidig.Part{Services: true, From: part.From, To: part.To, Begins: part.Begins}
	for i := range hs {
		hs[i].Services = only.Of(&hs[i]).Services
	}
	return nil
}

// The places of the columns in the table of services, behind the citizen.
const (
	codeColumn = 1 + iota
	weekColumn
	knownColumn
	minutesColumn
	countColumn
	retractedAt
)

// serviceChunks are the columns of a row group of services.
type serviceChunks struct {
	chunks
	words   []string // the dictionary of code
	after   []int32  // of known_after
	minutes []float32
	counts  []int32
	gone    []int32 // of retracted
	weeks   []int32 // of all rows
}

// weeksOf decodes the services of a block that are in the part.
func (r *room) weeksOf(t *tableReader[rettidig.ServiceWeek], at int, b block, hs []rettidig.History, words *interner, part rettidig.Part) (err error) {
	defer caught(&err)
	group := t.groups[at]
	if group < 0 {
		return nil
	}
	var s serviceChunks
	defer func() { err = errors.Join(err, s.close()) }()
	if s.chunks, err = openChunks(t, group); err != nil {
		return err
	}
	if err := s.read(words, r); err != nil {
		return err
	}
	if err := r.owners(s.chunks[0], b); err != nil {
		return err
	}
	first, last := int32(part.From), int32(math.MaxInt32)
	if part.To.Valid() {
		last = int32(part.To)
	}
	r.rows = r.rows[:0]
	for i := range r.whose {
		o := &r.whose[i]
		weeks := s.weeks[o.from:o.to]
		from := o.from + sort.Search(len(weeks), func(k int) bool { return weeks[k] >= first })
		to := from + sort.Search(o.to-from, func(k int) bool { return s.weeks[from+k] > last })
		start := len(r.rows)
		for row := o.from; row < from && part.Begins != nil; row++ {
			r.rows = append(r.rows, s.row(row))
			if part.Began(&r.rows[len(r.rows)-1]) {
				break
			}
		}
		for row := from; row < to; row++ {
			r.rows = append(r.rows, s.row(row))
		}
		o.from, o.to = start, len(r.rows)
	}
	if err := s.err(); err != nil {
		return err
	}
	for _, o := range r.whose { // not before: rows may have moved
		if o.from < o.to {
			hs[o.citizen-b.first].Services = r.rows[o.from:o.to:o.to]
		}
	}
	return nil
}

// read takes the dictionaries and the weeks.
func (s *serviceChunks) read(words *interner, r *room) (err error) {
	if s.words, err = s.chunks[codeColumn].strings(words); err != nil {
		return err
	}
	if s.after, err = s.chunks[knownColumn].int32s(); err != nil {
		return err
	}
	if s.minutes, err = s.chunks[minutesColumn].float32s(); err != nil {
		return err
	}
	if s.counts, err = s.chunks[countColumn].int32s(); err != nil {
		return err
	}
	if s.gone, err = s.chunks[retractedAt].int32s(); err != nil {
		return err
	}
	s.weeks, err = s.chunks[weekColumn].days(r.weeks, int32(rettidig.NoDay))
	r.weeks = s.weeks
	return err
}

// row puts a row together. Rows are asked for in order.
func (s *serviceChunks) row(i int) rettidig.ServiceWeek {
	w := rettidig.ServiceWeek{Week: rettidig.Day(s.weeks[i]), Minutes: nan32}
	w.Known = after(s.chunks[knownColumn], s.after, i, w.Week)
	if k, there := s.chunks[codeColumn].entry(i); there {
		w.Code = s.words[k]
	}
	if k, there := s.chunks[minutesColumn].entry(i); there {
		w.Minutes = s.minutes[k]
	}
	if k, there := s.chunks[countColumn].entry(i); there {
		w.Count = s.counts[k]
	}
	if k, there := s.chunks[retractedAt].entry(i); there {
		w.Retracted = rettidig.Retraction(s.gone[k])
	}
	return w
}
