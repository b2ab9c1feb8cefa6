package store

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/rettidig/rettidig"
)

// block is a run of citizens whose facts lie in row groups of their own.
type block struct{ first, n int }

// tableReader reads one table, a row group at a time. It is safe for concurrent use.
type tableReader[F any] struct {
	cols   []column[F]
	give   func(*rettidig.History, []F)
	facts  bool
	rdr    *file.Reader
	arrow  *pqarrow.FileReader
	groups []int // by block, the row group with its rows; -1 if it has none
}

// factReader is a tableReader of facts, whatever they are.
type factReader interface {
	openFacts(r parquet.ReaderAtSeeker, mem memory.Allocator, blocks []block, want int64) error
	read(ctx context.Context, at int, b block, hs []rettidig.History, words *interner, want func(column string) bool) error
}

// caught makes an error of a panic of the Parquet library, which damaged bytes can cause.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("not readable as Parquet: %v", p)
	}
}

// open reads the footer of a file of exactly want rows.
func (t *tableReader[F]) open(r parquet.ReaderAtSeeker, mem memory.Allocator, facts bool, want int64) (err error) {
	defer caught(&err)
	t.facts = facts
	props := parquet.NewReaderProperties(mem)
	props.BufferedStreamEnabled = true // reads a page into mem's room; else a chunk is read into room of its own first
	if t.rdr, err = file.NewParquetReader(r, file.WithReadProps(props)); err != nil {
		return fmt.Errorf("not readable as Parquet: %w", err)
	}
	// Whoever believed a damaged footer would allocate without bound: the manifest is behind a hash.
	rows := int64(0)
	for i := range t.rdr.NumRowGroups() {
		n := t.rdr.MetaData().RowGroups[i].NumRows
		if n <= 0 || n > want-rows {
			return fmt.Errorf("row group %d has %d rows, and %d before it, the manifest says %d", i, n, rows, want)
		}
		rows += n
	}
	if rows != want || t.rdr.NumRows() != want {
		return fmt.Errorf("has %d rows, the manifest says %d", t.rdr.NumRows(), want)
	}
	t.arrow, err = t.arrowReader(mem)
	return err
}

// arrowReader checks that the file has the columns of the schema, in its order.
func (t *tableReader[F]) arrowReader(mem memory.Allocator) (*pqarrow.FileReader, error) {
	names := []string{}
	props := pqarrow.ArrowReadProperties{}
	if t.facts {
		names = append(names, citizenColumn.field.Name)
	}
	for _, c := range t.cols {
		props.SetReadDict(len(names), readsDictionary(c))
		names = append(names, c.field.Name)
	}
	schema := t.rdr.MetaData().Schema
	if got := schema.NumColumns(); got != len(names) {
		return nil, fmt.Errorf("has %d columns, want %d", got, len(names))
	}
	for i, want := range names {
		if got := schema.Column(i).Path(); got != want {
			return nil, fmt.Errorf("column %d is %q, want %q", i, got, want)
		}
	}
	return pqarrow.NewFileReader(t.rdr, props, mem)
}

// blocks are the row groups of the table of citizens.
func (t *tableReader[F]) blocks() []block {
	var out []block
	first := 0
	for i := range t.rdr.NumRowGroups() {
		n := int(t.rdr.MetaData().RowGroups[i].NumRows)
		out = append(out, block{first, n})
		t.groups = append(t.groups, i)
		first += n
	}
	return out
}

// openFacts also finds the block of each row group by the citizens that its statistics name.
func (t *tableReader[F]) openFacts(r parquet.ReaderAtSeeker, mem memory.Allocator, blocks []block, want int64) (err error) {
	defer caught(&err)
	if err := t.open(r, mem, true, want); err != nil {
		return err
	}
	t.groups = make([]int, len(blocks))
	for i := range t.groups {
		t.groups[i] = -1
	}
	at := 0
	for i := range t.rdr.NumRowGroups() {
		lo, hi, err := t.citizensOf(i)
		if err != nil {
			return fmt.Errorf("row group %d: %w", i, err)
		}
		for at < len(blocks) && lo >= blocks[at].first+blocks[at].n {
			at++
		}
		if at == len(blocks) || lo < blocks[at].first || hi < lo || hi >= blocks[at].first+blocks[at].n {
			return fmt.Errorf("row group %d: its citizens, %d to %d, do not lie in one row group of the table of citizens", i, lo, hi)
		}
		t.groups[at] = i
		at++
	}
	return nil
}

// citizensOf returns the smallest and the largest citizen of a row group.
func (t *tableReader[F]) citizensOf(group int) (lo, hi int, err error) {
	chunk, err := t.rdr.MetaData().RowGroup(group).ColumnChunk(0)
	if err != nil {
		return 0, 0, err
	}
	stats, err := chunk.Statistics()
	if err != nil {
		return 0, 0, err
	}
	s, ok := stats.(*metadata.Int32Statistics)
	if !ok || !s.HasMinMax() {
		return 0, 0, fmt.Errorf("has no statistics of the column citizen")
	}
	return int(s.Min()), int(s.Max()), nil
}

// decode reads the wanted columns of a row group into rows; citizens is nil for the table of citizens.
func (t *tableReader[F]) decode(ctx context.Context, group int, words *interner, want func(column string) bool) (rows []F, citizens []int32, err error) {
	defer caught(&err)
	n := int(t.rdr.MetaData().RowGroups[group].NumRows)
	rows = make([]F, n)
	at := 0
	if t.facts {
		citizens = make([]int32, n)
		if err := decodeChunk(ctx, t.arrow, group, 0, citizenColumn, citizens, words); err != nil {
			return nil, nil, err
		}
		at = 1
	}
	for i, c := range t.cols {
		if !want(c.field.Name) {
			continue
		}
		if err := decodeChunk(ctx, t.arrow, group, at+i, c, rows, words); err != nil {
			return nil, nil, err
		}
	}
	return rows, citizens, nil
}

// decodeChunk fills one column of rows.
func decodeChunk[F any](ctx context.Context, r *pqarrow.FileReader, group, i int, c column[F], rows []F, words *interner) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	chunked, err := r.RowGroup(group).Column(i).Read(ctx)
	if err != nil {
		return fmt.Errorf("row group %d, column %s: %w", group, c.field.Name, err)
	}
	defer chunked.Release()
	if chunked.Len() != len(rows) {
		return fmt.Errorf("row group %d, column %s has %d values, want %d", group, c.field.Name, chunked.Len(), len(rows))
	}
	for _, a := range chunked.Chunks() {
		if err := c.fill(a, rows[:a.Len()], words); err != nil {
			return fmt.Errorf("row group %d, column %s: %w", group, c.field.Name, err)
		}
		rows = rows[a.Len():]
	}
	return nil
}

// read decodes the facts of a block and hands every citizen the slice that is theirs. The slices share one array and
// cannot grow into each other.
func (t *tableReader[F]) read(ctx context.Context, at int, b block, hs []rettidig.History, words *interner, want func(column string) bool) error {
	group := t.groups[at]
	if group < 0 {
		return nil
	}
	rows, citizens, err := t.decode(ctx, group, words, want)
	if err != nil {
		return err
	}
	for lo := 0; lo < len(rows); {
		c := int(citizens[lo])
		hi := lo + 1
		for hi < len(rows) && int(citizens[hi]) == c {
			hi++
		}
		if c < b.first || c >= b.first+b.n || hi < len(rows) && int(citizens[hi]) < c {
			return fmt.Errorf("row group %d, row %d: citizens are not sorted, or not those of the row group in the table of citizens", group, lo)
		}
		t.give(&hs[c-b.first], rows[lo:hi:hi])
		lo = hi
	}
	return nil
}
