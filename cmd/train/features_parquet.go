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

	"github.com/rettidig/rettidig/pipeline"
)

// writeTableParquet writes the same table as writeTableCSV, in one row group. The same table gives the same bytes.
func writeTableParquet(w io.Writer, d *pipeline.Data, tr *pipeline.Training) error {
	fields := []arrow.Field{
		{Name: "citizen", Type: arrow.BinaryTypes.String},
		{Name: "as_of", Type: arrow.FixedWidthTypes.Date32},
		{Name: "landmark", Type: arrow.BinaryTypes.String},
		{Name: "label", Type: arrow.PrimitiveTypes.Float64},
		{Name: "weight", Type: arrow.PrimitiveTypes.Float64},
	}
	for _, c := range tr.Table.Columns {
		fields = append(fields, arrow.Field{Name: c.ID, Type: arrow.PrimitiveTypes.Float64, Nullable: true})
	}
	b := array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema(fields, nil))
	defer b.Release()
	for i, r := range tr.Rows {
		b.Field(0).(*array.StringBuilder).Append(string(d.Histories[r.Citizen].Citizen.ID))
		b.Field(1).(*array.Date32Builder).Append(arrow.Date32(r.Index))
		b.Field(2).(*array.StringBuilder).Append(string(r.Landmark))
		b.Field(3).(*array.Float64Builder).Append(tr.Table.Y[i])
		b.Field(4).(*array.Float64Builder).Append(tr.Table.W[i])
	}
	for j := range tr.Table.Columns {
		col := b.Field(len(tableHead) + j).(*array.Float64Builder)
		for _, x := range tr.Table.X[j] {
			if math.IsNaN(x) {
				col.AppendNull()
			} else {
				col.Append(x)
			}
		}
	}
	rec := b.NewRecordBatch()
	defer rec.Release()
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCreatedBy("rettidig"))
	// The file writer closes what it writes to; ours is closed by writeFile.
	fw, err := pqarrow.NewFileWriter(rec.Schema(), struct{ io.Writer }{w}, props, pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	if err := fw.Write(rec); err != nil {
		return err
	}
	return fw.Close()
}
