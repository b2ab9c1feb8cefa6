package store

import (
	"context"
	"errors"
	"fmt"
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
			if k == servicesAt {
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

// room is what a block is decoded into, kept from one block to another.
type room struct {
	hs    []rettidig.History
	weeks []int32
	rows  []rettidig.ServiceWeek
	whose []owned
}

// owned says whose neighbouring rows are.
type owned struct{ citizen, from, to int }

func (r *room) histories(n int) []rettidig.History {
	if cap(r.hs) < n {
		r.hs = make([]rettidig.History, n)
	}
	r.hs = r.hs[:n]
	clear(r.hs)
	return r.hs
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
	column [retractedAt + 1]*chunk
	words  []string // the dictionary of code
	after  []int32  // and of known_after
	counts []int32
	gone   []int32 // and of retracted
	weeks  []int32 // of all rows
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
	if err := s.open(t, group, words, r); err != nil {
		return err
	}
	if err := r.owners(s.column[0], b); err != nil {
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

// owners finds the runs of rows of one citizen.
func (r *room) owners(c *chunk, b block) error {
	citizens, err := c.int32s()
	if err != nil {
		return err
	}
	r.whose = r.whose[:0]
	last := b.first - 1
	for row := 0; row < c.rows; {
		k, _ := c.entry(row)
		if c.err != nil {
			return c.err
		}
		to := row + 1
		if c.index.packed == nil {
			to = min(c.rows, c.index.end)
		}
		if who := int(citizens[k]); who != last {
			if who < last || who >= b.first+b.n {
				return fmt.Errorf("row %d: citizens are not sorted, or not those of the row group in the table of citizens", row)
			}
			last = who
			r.whose = append(r.whose, owned{citizen: who, from: row})
		}
		if len(r.whose) == 0 {
			return fmt.Errorf("row %d: citizen %d is not one of the row group in the table of citizens", row, last)
		}
		r.whose[len(r.whose)-1].to = to
		row = to
	}
	return nil
}

func (s *serviceChunks) open(t *tableReader[rettidig.ServiceWeek], group int, words *interner, r *room) (err error) {
	for i := range s.column {
		encoding := citizenColumn.encoding
		if i > 0 {
			encoding = t.cols[i-1].encoding
		}
		if s.column[i], err = t.chunkOf(group, i, encoding); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	if s.words, err = s.column[codeColumn].strings(words); err != nil {
		return err
	}
	for i, dict := range map[int]*[]int32{knownColumn: &s.after, countColumn: &s.counts, retractedAt: &s.gone} {
		if *dict, err = s.column[i].int32s(); err != nil {
			return err
		}
	}
	s.weeks, err = s.column[weekColumn].days(r.weeks, int32(rettidig.NoDay))
	r.weeks = s.weeks
	return err
}

// row puts a row together. Rows are asked for in order.
func (s *serviceChunks) row(i int) rettidig.ServiceWeek {
	w := rettidig.ServiceWeek{Week: rettidig.Day(s.weeks[i]), Known: rettidig.NoDay, Minutes: nan32}
	if k, there := s.column[codeColumn].entry(i); there {
		w.Code = s.words[k]
	}
	if k, there := s.column[knownColumn].entry(i); there {
		w.Known = rettidig.Day(s.after[k])
		if w.Week.Valid() {
			w.Known += w.Week
		}
	}
	if x, there := s.column[minutesColumn].float32(i); there {
		w.Minutes = x
	}
	if k, there := s.column[countColumn].entry(i); there {
		w.Count = s.counts[k]
	}
	if k, there := s.column[retractedAt].entry(i); there {
		w.Retracted = rettidig.Retraction(s.gone[k])
	}
	return w
}

// err is the first thing that went wrong in any column.
func (s *serviceChunks) err() error {
	for i, c := range s.column {
		if c.err != nil {
			return fmt.Errorf("column %d: %w", i, c.err)
		}
	}
	return nil
}

func (s *serviceChunks) close() (err error) {
	for _, c := range s.column {
		if c != nil {
			err = errors.Join(err, c.close())
		}
	}
	return err
}
