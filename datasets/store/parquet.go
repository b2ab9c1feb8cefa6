package store

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/rettidig/rettidig"
)

// RowGroup is the number of rows in every row group but a table's last.
const RowGroup = 1 << 18

// batch is the number of rows decoded at a time.
const batch = 1 << 16

// createdBy stands in every file's footer. It has no version: the same facts give the same bytes.
const createdBy = "rettidig"

func writerProperties(mem memory.Allocator) *parquet.WriterProperties {
	return parquet.NewWriterProperties(
		parquet.WithAllocator(mem),
		parquet.WithCreatedBy(createdBy),
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(3),
		parquet.WithMaxRowGroupLength(RowGroup),
		parquet.WithDictionaryDefault(true),
		parquet.WithDictionaryFor("id", false),
	)
}

// encode writes n rows. row returns the i-th; citizen, nil for the table of citizens, its citizen's index.
func encode[F any](w io.Writer, mem memory.Allocator, cols []column[F], n int, citizen func(int) int32, row func(int) *F) (err error) {
	var fields []arrow.Field
	if citizen != nil {
		fields = append(fields, citizenColumn.field)
	}
	for _, c := range cols {
		fields = append(fields, c.field)
	}
	schema := arrow.NewSchema(fields, nil)
	// The writer closes what it writes to if it can; the file is the caller's.
	fw, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w}, writerProperties(mem), pqarrow.NewArrowWriterProperties(pqarrow.WithAllocator(mem)))
	if err != nil {
		return err
	}
	defer func() {
		if e := fw.Close(); err == nil {
			err = e
		}
	}()
	b := array.NewRecordBuilder(mem, schema)
	defer b.Release()
	for lo := 0; lo < n; lo += RowGroup {
		hi := min(lo+RowGroup, n)
		b.Reserve(hi - lo)
		at := 0
		if citizen != nil {
			for i := lo; i < hi; i++ {
				k := citizen(i)
				citizenColumn.put(b.Field(0), &k)
			}
			at = 1
		}
		for ci, c := range cols {
			into := b.Field(at + ci)
			for i := lo; i < hi; i++ {
				c.put(into, row(i))
			}
		}
		if err := writeGroup(fw, b); err != nil {
			return err
		}
	}
	return nil
}

func writeGroup(fw *pqarrow.FileWriter, b *array.RecordBuilder) error {
	rec := b.NewRecordBatch()
	defer rec.Release()
	return fw.Write(rec)
}

// encodeFacts writes one table of facts.
func encodeFacts[F any](w io.Writer, mem memory.Allocator, cols []column[F], rows []rettidig.Row[F]) error {
	return encode(w, mem, cols, len(rows), func(i int) int32 { return rows[i].Citizen }, func(i int) *F { return &rows[i].Fact })
}

// decode reads a table of exactly want rows. citizens is nil if facts is false, that is, for the table of
// citizens. A panic of the Parquet reader, which damaged bytes can cause, becomes an error.
func decode[F any](ctx context.Context, data []byte, mem memory.Allocator, cols []column[F], facts bool, want int64) (rows []F, citizens []int32, err error) {
	defer func() {
		if p := recover(); p != nil {
			rows, citizens, err = nil, nil, fmt.Errorf("not readable as Parquet: %v", p)
		}
	}()
	rdr, err := file.NewParquetReader(bytes.NewReader(data), file.WithReadProps(parquet.NewReaderProperties(mem)))
	if err != nil {
		return nil, nil, fmt.Errorf("not readable as Parquet: %w", err)
	}
	defer rdr.Close()
	if got := rdr.NumRows(); got != want {
		return nil, nil, fmt.Errorf("has %d rows, the manifest says %d", got, want)
	}
	// Each row takes at least a few bits per page; a footer that promises more than this is damaged, and
	// believing it would allocate without bound.
	if want < 0 || want > 1<<31-1 {
		return nil, nil, fmt.Errorf("has %d rows, want at most %d", want, 1<<31-1)
	}
	fr, err := newFileReader(rdr, mem, cols, facts)
	if err != nil {
		return nil, nil, err
	}
	rows = make([]F, want)
	at := 0
	if facts {
		citizens = make([]int32, want)
		if err := decodeColumn(ctx, fr, 0, citizenColumn, citizens); err != nil {
			return nil, nil, err
		}
		at = 1
	}
	for i, c := range cols {
		if err := decodeColumn(ctx, fr, at+i, c, rows); err != nil {
			return nil, nil, err
		}
	}
	return rows, citizens, nil
}

// newFileReader checks that the file has the columns of the schema, in its order.
func newFileReader[F any](rdr *file.Reader, mem memory.Allocator, cols []column[F], facts bool) (*pqarrow.FileReader, error) {
	names := []string{}
	props := pqarrow.ArrowReadProperties{BatchSize: batch}
	if facts {
		names = append(names, citizenColumn.field.Name)
	}
	for _, c := range cols {
		props.SetReadDict(len(names), c.dict)
		names = append(names, c.field.Name)
	}
	schema := rdr.MetaData().Schema
	if got := schema.NumColumns(); got != len(names) {
		return nil, fmt.Errorf("has %d columns, want %d", got, len(names))
	}
	for i, want := range names {
		if got := schema.Column(i).Path(); got != want {
			return nil, fmt.Errorf("column %d is %q, want %q", i, got, want)
		}
	}
	return pqarrow.NewFileReader(rdr, props, mem)
}

// decodeColumn fills one column of rows, a batch at a time.
func decodeColumn[F any](ctx context.Context, fr *pqarrow.FileReader, i int, c column[F], rows []F) error {
	cr, err := fr.GetColumn(ctx, i)
	if err != nil {
		return fmt.Errorf("column %s: %w", c.field.Name, err)
	}
	defer cr.Release()
	words := newInterner()
	for done := 0; done < len(rows); {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := decodeBatch(cr, c, rows[done:], words)
		if err != nil {
			return fmt.Errorf("column %s after row %d: %w", c.field.Name, done, err)
		}
		if n == 0 {
			return fmt.Errorf("column %s ends after %d of %d rows", c.field.Name, done, len(rows))
		}
		done += n
	}
	return nil
}

func decodeBatch[F any](cr *pqarrow.ColumnReader, c column[F], rows []F, words *interner) (n int, err error) {
	chunked, err := cr.NextBatch(int64(min(batch, len(rows))))
	if err != nil {
		return 0, err
	}
	defer chunked.Release()
	for _, a := range chunked.Chunks() {
		if a.Len() > len(rows)-n {
			return 0, fmt.Errorf("has more values than rows")
		}
		if err := c.fill(a, rows[n:n+a.Len()], words); err != nil {
			return 0, err
		}
		n += a.Len()
	}
	return n, nil
}
