package main

import (
	"errors"
	"io"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// groupRows is how many rows a row group has at least, but for the last: blocks of a few hundred citizens would be mostly headers.
const groupRows = 1 << 16

// result is the Parquet file: citizen, as_of and one column for each feature, null where it is missing; snappy, as the
// other engines write it. Features are written plain: a dictionary of numbers costs more than all else that is written.
type result struct {
	w       *file.Writer
	pending []block
	rows    int
	ints    []int32 // room
	doubles []float64
	levels  []int16
}

func newResult(f io.WriteCloser, ids []string) (*result, error) {
	fields := []arrow.Field{{Name: "citizen", Type: arrow.PrimitiveTypes.Int32}, {Name: "as_of", Type: arrow.FixedWidthTypes.Date32}}
	props := []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Snappy), parquet.WithDictionaryDefault(false), parquet.WithDictionaryFor("as_of", true)}
	for _, id := range ids {
		fields = append(fields, arrow.Field{Name: id, Type: arrow.PrimitiveTypes.Float64, Nullable: true})
	}
	properties := parquet.NewWriterProperties(props...)
	schema, err := pqarrow.ToParquet(arrow.NewSchema(fields, nil), properties, pqarrow.DefaultWriterProps())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	w, err := file.NewParquetWriterWithError(f, schema.Root(), file.WithWriterProps(properties))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &result{w: w}, nil
}

// write keeps the block until there are enough for a row group.
func (r *result) write(b *block) error {
	r.pending = append(r.pending, *b)
	if r.rows += len(b.citizen); r.rows < groupRows {
		return nil
	}
	return r.flush()
}

// flush makes a row group of what is kept.
func (r *result) flush() error {
	if r.rows == 0 {
		return nil
	}
	rg, err := r.w.AppendRowGroupChecked()
	if err != nil {
		return err
	}
	for _, of := range []func(*block) []int32{func(b *block) []int32 { return b.citizen }, func(b *block) []int32 { return b.asOf }} {
		r.ints = r.ints[:0]
		for i := range r.pending {
			r.ints = append(r.ints, of(&r.pending[i])...)
		}
		c, err := rg.NextColumn()
		if err != nil {
			return err
		}
		if err := writeColumn(c, r.ints, nil); err != nil {
			return err
		}
	}
	for k := range r.pending[0].value {
		r.doubles, r.levels = r.doubles[:0], r.levels[:0]
		for i := range r.pending {
			for _, v := range r.pending[i].value[k] {
				if math.IsNaN(v) {
					r.levels = append(r.levels, 0)
				} else {
					r.levels, r.doubles = append(r.levels, 1), append(r.doubles, v)
				}
			}
		}
		c, err := rg.NextColumn()
		if err != nil {
			return err
		}
		if err := writeColumn(c, r.doubles, r.levels); err != nil {
			return err
		}
	}
	clear(r.pending)
	r.pending, r.rows = r.pending[:0], 0
	return rg.Close()
}

func writeColumn[V any](c file.ColumnChunkWriter, values []V, levels []int16) error {
	w := c.(interface {
		WriteBatch(values []V, definition, repetition []int16) (int64, error)
	})
	if _, err := w.WriteBatch(values, levels, nil); err != nil {
		return err
	}
	return c.Close()
}

// close closes the file too.
func (r *result) close() error {
	return errors.Join(r.flush(), r.w.Close())
}
