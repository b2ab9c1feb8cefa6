package store

import (
	"context"
	"errors"

	"github.com/rettidig/rettidig"
)

// readAids reads the loans of a block, like readWeeks.
func (s *Store) readAids(ctx context.Context, at int, b block, hs []rettidig.History, r *room) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := r.aidsOf(s.aids, at, b, hs, s.words)
	if err == nil {
		return nil
	}
	for i := range hs {
		hs[i].Aids = nil
	}
	if byLibrary := s.aids.read(ctx, at, b, hs, s.words, allColumns); byLibrary != nil || errors.Is(err, errShape) {
		return byLibrary
	}
	return err
}

// The places of the columns in the table of aids, behind the citizen.
const (
	isoColumn = 1 + iota
	paragraphColumn
	lentColumn
	knownLentColumn
	returnedColumn
	knownReturnedColumn
	priceColumn
	aidRetractedAt
)

// aidChunks are the columns of a row group of aids.
type aidChunks struct {
	chunks
	isos, paragraphs         []string
	lent, returned           []int32 // of all rows
	afterLent, afterReturned []int32 // the dictionaries of known_lent_after and known_returned_after
	prices                   []float32
	gone                     []int32 // and of retracted
}

// aidsOf decodes the loans of a block.
func (r *room) aidsOf(t *tableReader[rettidig.Aid], at int, b block, hs []rettidig.History, words *interner) (err error) {
	defer caught(&err)
	group := t.groups[at]
	if group < 0 {
		return nil
	}
	var a aidChunks
	defer func() { err = errors.Join(err, a.close()) }()
	if a.chunks, err = openChunks(t, group); err != nil {
		return err
	}
	if err := a.read(words, r); err != nil {
		return err
	}
	if err := r.owners(a.chunks[0], b); err != nil {
		return err
	}
	r.aids = r.aids[:0]
	for i := range a.chunks[0].rows {
		r.aids = append(r.aids, a.row(i))
	}
	if err := a.err(); err != nil {
		return err
	}
	for _, o := range r.whose {
		hs[o.citizen-b.first].Aids = r.aids[o.from:o.to:o.to]
	}
	return nil
}

// read takes the dictionaries and the days.
func (a *aidChunks) read(words *interner, r *room) (err error) {
	if a.isos, err = a.chunks[isoColumn].strings(words); err != nil {
		return err
	}
	if a.paragraphs, err = a.chunks[paragraphColumn].strings(words); err != nil {
		return err
	}
	if a.afterLent, err = a.chunks[knownLentColumn].int32s(); err != nil {
		return err
	}
	if a.afterReturned, err = a.chunks[knownReturnedColumn].int32s(); err != nil {
		return err
	}
	if a.prices, err = a.chunks[priceColumn].float32s(); err != nil {
		return err
	}
	if a.gone, err = a.chunks[aidRetractedAt].int32s(); err != nil {
		return err
	}
	a.lent, err = a.chunks[lentColumn].days(r.lent, int32(rettidig.NoDay))
	if r.lent = a.lent; err != nil {
		return err
	}
	a.returned, err = a.chunks[returnedColumn].days(r.back, int32(rettidig.NoDay))
	r.back = a.returned
	return err
}

// row puts a row together. Rows are asked for in order.
func (a *aidChunks) row(i int) rettidig.Aid {
	l := rettidig.Aid{Lent: rettidig.Day(a.lent[i]), Returned: rettidig.Day(a.returned[i])}
	if k, there := a.chunks[isoColumn].entry(i); there {
		l.ISO = a.isos[k]
	}
	if k, there := a.chunks[paragraphColumn].entry(i); there {
		l.Paragraph = a.paragraphs[k]
	}
	l.KnownLent = after(a.chunks[knownLentColumn], a.afterLent, i, l.Lent)
	l.KnownReturned = after(a.chunks[knownReturnedColumn], a.afterReturned, i, l.Returned)
	if k, there := a.chunks[priceColumn].entry(i); there {
		l.Price = a.prices[k]
	}
	if k, there := a.chunks[aidRetractedAt].entry(i); there {
		l.Retracted = rettidig.Retraction(a.gone[k])
	}
	return l
}

// after is a day that is stored as the number of days after another one, see afterColumn.
func after(c *chunk, dict []int32, i int, other rettidig.Day) rettidig.Day {
	k, there := c.entry(i)
	switch {
	case !there:
		return rettidig.NoDay
	case other.Valid():
		return other + rettidig.Day(dict[k])
	}
	return rettidig.Day(dict[k])
}
