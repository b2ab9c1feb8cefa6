package store

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// RowGroup is the number of rows, over all tables, after which a block ends at the next citizen. Each table has one row
// group for each block in which it has rows.
const RowGroup = 1 << 17

// createdBy stands in every file's footer. It has no version: the same facts give the same bytes.
const createdBy = "rettidig"

// zstdLevel was measured: see the package comment.
const zstdLevel = 3

// pageSize is more than a column of a row group ever has, so that each is one page, which is flushed when all of it is
// written. The library panics when a page is flushed that it flushed itself a moment ago.
const pageSize = 1 << 30

func writerProperties(mem memory.Allocator, columns []parquet.WriterProperty) *parquet.WriterProperties {
	return parquet.NewWriterProperties(append([]parquet.WriterProperty{
		parquet.WithAllocator(mem),
		parquet.WithCreatedBy(createdBy),
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(zstdLevel),
		parquet.WithDataPageSize(pageSize),
	}, columns...)...)
}

// table is one table that is being written, whatever its rows are.
type table interface {
	create(d *disk, path string, mem memory.Allocator) error
	turn() int           // what was collected becomes the block to encode; returns its rows
	encode() []chunkTask // opens the row group; the tasks may run at once
	flush() error        // writes the encoded row group to the file
	finish() (Table, error)
	drop()
}

// chunkTask encodes one column of one row group in memory.
type chunkTask struct {
	rows int
	run  func() error
}

// tableWriter collects rows in one block while the block before it is encoded.
type tableWriter[F any] struct {
	name    string
	cols    []column[F]
	facts   bool // has the column citizen
	rows    []F
	owners  []int32
	block   []F
	blockOf []int32

	file  *diskFile
	to    *bufio.Writer
	sum   hash.Hash
	bytes int64
	total int64
	fw    *file.Writer
	rg    file.BufferedRowGroupWriter
}

func (t *tableWriter[F]) add(owner int32, rows []F) int {
	t.rows = append(t.rows, rows...)
	for range rows {
		t.owners = append(t.owners, owner)
	}
	return len(rows)
}

func (t *tableWriter[F]) schema() (*arrow.Schema, []parquet.WriterProperty) {
	var fields []arrow.Field
	props := encodings(t.cols)
	if t.facts {
		fields = append(fields, citizenColumn.field)
		props = append(props, encodings([]column[int32]{citizenColumn})...)
	}
	for _, c := range t.cols {
		fields = append(fields, c.field)
	}
	return arrow.NewSchema(fields, nil), props
}

// open begins the Parquet file on w.
func (t *tableWriter[F]) open(w io.Writer, mem memory.Allocator) error {
	t.sum = sha256.New()
	t.to = bufio.NewWriterSize(io.MultiWriter(w, t.sum, (*countWriter)(&t.bytes)), 1<<16)
	sc, columns := t.schema()
	props := writerProperties(mem, columns)
	ps, err := pqarrow.ToParquet(sc, props, pqarrow.NewArrowWriterProperties(pqarrow.WithAllocator(mem)))
	if err != nil {
		return err
	}
	// The library closes what it writes to if it can; the file is ours.
	t.fw, err = file.NewParquetWriterWithError(struct{ io.Writer }{t.to}, ps.Root(), file.WithWriterProps(props))
	return err
}

func (t *tableWriter[F]) create(d *disk, path string, mem memory.Allocator) (err error) {
	if t.file, err = d.create(path); err != nil {
		return err
	}
	return t.open(t.file.f, mem)
}

func (t *tableWriter[F]) turn() int {
	t.rows, t.block = t.block[:0], t.rows
	t.owners, t.blockOf = t.blockOf[:0], t.owners
	t.total += int64(len(t.block))
	return len(t.block)
}

func (t *tableWriter[F]) encode() []chunkTask {
	t.rg = nil
	if len(t.block) == 0 {
		return nil
	}
	rg, err := t.fw.AppendBufferedRowGroupChecked()
	if err != nil {
		return []chunkTask{{run: func() error { return err }}}
	}
	t.rg = rg
	var tasks []chunkTask
	if t.facts {
		tasks = append(tasks, encodeChunk(rg, 0, citizenColumn, t.blockOf))
	}
	for _, c := range t.cols {
		tasks = append(tasks, encodeChunk(rg, len(tasks), c, t.block))
	}
	return tasks
}

// recovered makes an error of a panic: the Parquet library's way of saying that a write failed. Every goroutine needs its
// own.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("encode: %v", p)
	}
}

// encodeChunk encodes and compresses a column of a row group. The chunks of a buffered row group share nothing until
// the row group is closed.
func encodeChunk[F any](rg file.BufferedRowGroupWriter, i int, c column[F], rows []F) chunkTask {
	return chunkTask{rows: len(rows), run: func() (err error) {
		defer recovered(&err)
		w, err := rg.Column(i)
		if err != nil {
			return err
		}
		s := scratches.Get().(*scratch)
		defer scratches.Put(s)
		if err := c.write(w, rows, s); err != nil {
			return fmt.Errorf("column %s: %w", c.field.Name, err)
		}
		// Compress now and not when the row group is closed, which happens one column after the other.
		return w.(interface{ FlushCurrentPage() error }).FlushCurrentPage()
	}}
}

func (t *tableWriter[F]) flush() error {
	if t.rg == nil {
		return nil
	}
	return t.file.write(func(io.Writer) error { return t.closeGroup() })
}

func (t *tableWriter[F]) closeGroup() error {
	if err := t.rg.Close(); err != nil {
		return err
	}
	return t.to.Flush()
}

func (t *tableWriter[F]) closeFooter() error {
	if err := t.fw.Close(); err != nil {
		return err
	}
	return t.to.Flush()
}

func (t *tableWriter[F]) finish() (Table, error) {
	if err := t.file.write(func(io.Writer) error { return t.closeFooter() }); err != nil {
		return Table{}, err
	}
	if err := t.file.finish(); err != nil {
		return Table{}, err
	}
	return Table{Name: t.name, Rows: t.total, Bytes: t.bytes, SHA256: hex.EncodeToString(t.sum.Sum(nil))}, nil
}

func (t *tableWriter[F]) drop() {
	if t.file != nil {
		t.file.drop()
	}
}

type countWriter int64

func (c *countWriter) Write(b []byte) (int, error) {
	*c += countWriter(len(b))
	return len(b), nil
}
