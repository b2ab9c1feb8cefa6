package main

import (
	"errors"
	"io"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// result is the Parquet file: citizen, as_of and one column for each feature, null where it is missing; snappy, as the
// other engines write it.
type result struct {
	w *pqarrow.FileWriter
	b *array.RecordBuilder
}

func newResult(f io.WriteCloser, ids []string) (*result, error) {
	fields := []arrow.Field{{Name: "citizen", Type: arrow.PrimitiveTypes.Int32}, {Name: "as_of", Type: arrow.FixedWidthTypes.Date32}}
	for _, id := range ids {
		fields = append(fields, arrow.Field{Name: id, Type: arrow.PrimitiveTypes.Float64, Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	w, err := pqarrow.NewFileWriter(schema, f, parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy)), pqarrow.DefaultWriterProps())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &result{w, array.NewRecordBuilder(memory.NewGoAllocator(), schema)}, nil
}

// write makes the block one row group.
func (r *result) write(b *block) error {
	r.b.Field(0).(*array.Int32Builder).AppendValues(b.citizen, nil)
	days := r.b.Field(1).(*array.Date32Builder)
	days.Reserve(len(b.asOf))
	for _, d := range b.asOf {
		days.UnsafeAppend(arrow.Date32(d))
	}
	there := make([]bool, len(b.citizen))
	for k, values := range b.value {
		for i, v := range values {
			there[i] = !math.IsNaN(v)
		}
		r.b.Field(2+k).(*array.Float64Builder).AppendValues(values, there)
	}
	rec := r.b.NewRecordBatch()
	defer rec.Release()
	return r.w.Write(rec)
}

// close closes the file too.
func (r *result) close() error {
	r.b.Release()
	return r.w.Close()
}
