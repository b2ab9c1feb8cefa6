package main

import (
	"io"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// tableParquet writes the same table as tableCSV, a row group of rowsAtOnce rows at a time. The same table gives the same
// bytes.
type tableParquet struct {
	b  *array.RecordBuilder
	fw *pqarrow.FileWriter
}

func newTableParquet(w io.Writer, t *table) (tableWriter, error) {
	fields := []arrow.Field{
		{Name: "citizen", Type: arrow.BinaryTypes.String},
		{Name: "as_of", Type: arrow.FixedWidthTypes.Date32},
		{Name: "landmark", Type: arrow.BinaryTypes.String},
		{Name: "label", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "weight", Type: arrow.PrimitiveTypes.Float64},
	}
	for _, c := range t.columns {
		fields = append(fields, arrow.Field{Name: c.ID, Type: arrow.PrimitiveTypes.Float64, Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCreatedBy("rettidig"), parquet.WithMaxRowGroupLength(rowsAtOnce))
	// The file writer closes what it writes to; ours is closed by writeFile.
	fw, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w}, props, pqarrow.DefaultWriterProps())
	if err != nil {
		return nil, err
	}
	return &tableParquet{array.NewRecordBuilder(memory.NewGoAllocator(), schema), fw}, nil
}

func (p *tableParquet) write(rows *tableRows) error {
	for i := range rows.citizen {
		p.b.Field(0).(*array.StringBuilder).Append(string(rows.citizen[i]))
		p.b.Field(1).(*array.Date32Builder).Append(arrow.Date32(rows.asOf[i]))
		p.b.Field(2).(*array.StringBuilder).Append(rows.landmark[i])
	}
	for j, x := range append([][]float64{rows.label, rows.weight}, rows.x...) {
		col := p.b.Field(3 + j).(*array.Float64Builder)
		col.Reserve(len(x))
		for _, v := range x {
			if math.IsNaN(v) {
				col.AppendNull()
			} else {
				col.Append(v)
			}
		}
	}
	rec := p.b.NewRecordBatch()
	defer rec.Release()
	return p.fw.WriteBuffered(rec)
}

func (p *tableParquet) close() error {
	defer p.b.Release()
	return p.fw.Close()
}
