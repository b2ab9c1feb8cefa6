package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// errShape means that a column chunk is not in the form that nearly all are written in, one page after a dictionary. The
// library, which reads every form, must read it.
var errShape = errors.New("not one page")

// chunk is a column of a row group that is decoded a value at a time, and only where it is asked for. Rows must be asked
// for in order. What went wrong on the way is in err.
type chunk struct {
	rows    int
	there   presence
	index   hybrid // of values in the dictionary
	values  []byte // or the values as their encoding has them
	dict    []byte
	entries int
	same    bool // all rows have the one value of the dictionary, or none has any
	pages   file.PageReader
	err     error
}

// chunkOf opens a column. Every value is missing if the statistics say so; then nothing is read.
func (t *tableReader[F]) chunkOf(group, column int, encoding parquet.Encoding) (c *chunk, err error) {
	meta := t.rdr.MetaData().RowGroup(group)
	c = &chunk{rows: int(meta.NumRows())}
	col, err := meta.ColumnChunk(column)
	if err != nil {
		return nil, err
	}
	descr := t.rdr.MetaData().Schema.Column(column)
	nullable := descr.MaxDefinitionLevel() == 1
	if descr.MaxDefinitionLevel() > 1 || descr.MaxRepetitionLevel() > 0 || col.NumValues() != int64(c.rows) {
		return nil, errShape
	}
	if stats, err := col.Statistics(); nullable && err == nil && stats != nil && stats.HasNullCount() && stats.NullCount() == int64(c.rows) {
		c.there, c.same = presence{levels: hybrid{width: 1, end: math.MaxInt}}, true
		return c, nil
	}
	if c.pages, err = t.rdr.RowGroup(group).GetColumnPageReader(column); err != nil {
		return nil, err
	}
	if err := c.read(nullable, encoding); err != nil {
		return nil, errors.Join(err, c.pages.Close())
	}
	return c, nil
}

// read takes the dictionary, if there is to be one, and the page.
func (c *chunk) read(nullable bool, encoding parquet.Encoding) error {
	if encoding == dictionary {
		if !c.pages.Next() {
			return errors.Join(errShape, c.pages.Err())
		}
		d, ok := c.pages.Page().(*file.DictionaryPage)
		if !ok {
			return errShape
		}
		c.dict, c.entries = d.Data(), int(d.NumValues())
	}
	if !c.pages.Next() {
		return errors.Join(errShape, c.pages.Err())
	}
	p, ok := c.pages.Page().(*file.DataPageV1)
	if !ok || int(p.NumValues()) != c.rows || p.DefinitionLevelEncoding() != parquet.Encodings.RLE && nullable {
		return errShape
	}
	b := p.Data()
	c.there = presence{all: true}
	if nullable {
		if len(b) < 4 || uint64(binary.LittleEndian.Uint32(b)) > uint64(len(b)-4) {
			return errCut
		}
		n := int(binary.LittleEndian.Uint32(b))
		var err error
		if c.there, err = newPresence(b[4:4+n], c.rows); err != nil {
			return err
		}
		b = b[4+n:]
	}
	got := parquet.Encoding(p.Encoding())
	if encoding != dictionary {
		if got != encoding {
			return errShape
		}
		c.values = b
		return nil
	}
	if got != parquet.Encodings.RLEDict && got != parquet.Encodings.PlainDict || len(b) == 0 {
		return errShape
	}
	var err error
	c.index, err = newHybrid(b[1:], int(b[0]))
	c.same = c.there.all && c.entries == 1
	return err
}

// close gives the pages back; what was got of the chunk is gone.
func (c *chunk) close() error {
	if c.pages == nil {
		return nil
	}
	return c.pages.Close()
}

// fail notes the first thing that went wrong.
func (c *chunk) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// entry returns the number in the dictionary of a row's value.
func (c *chunk) entry(row int) (at int, there bool) {
	if c.same { // most columns of most row groups: nobody's row is retracted, everything was known that week
		return 0, c.there.all
	}
	return c.find(row)
}

func (c *chunk) find(row int) (at int, there bool) {
	value, there, err := c.there.of(row)
	if err != nil {
		c.fail(err)
		return 0, false
	}
	if !there {
		return 0, false
	}
	k, err := c.index.at(value)
	if err != nil || int(k) >= c.entries {
		c.fail(errCut)
		return 0, false
	}
	return int(k), true
}

// int32s are the dictionary of a column of numbers.
func (c *chunk) int32s() ([]int32, error) {
	if len(c.dict) != 4*c.entries {
		return nil, errCut
	}
	out := make([]int32, c.entries)
	for i := range out {
		out[i] = int32(binary.LittleEndian.Uint32(c.dict[4*i:]))
	}
	return out, nil
}

// strings are the dictionary of a column of words.
func (c *chunk) strings(words *interner) ([]string, error) {
	if 4*c.entries > len(c.dict) {
		return nil, errCut
	}
	out := make([]string, c.entries)
	b := c.dict
	for i := range out {
		if len(b) < 4 || uint64(binary.LittleEndian.Uint32(b)) > uint64(len(b)-4) {
			return nil, errCut
		}
		n := int(binary.LittleEndian.Uint32(b))
		out[i] = words.of(string(b[4 : 4+n]))
		b = b[4+n:]
	}
	return out, nil
}

// float32s are the dictionary of a column of numbers with a point.
func (c *chunk) float32s() ([]float32, error) {
	if len(c.dict) != 4*c.entries {
		return nil, errCut
	}
	out := make([]float32, c.entries)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(c.dict[4*i:]))
	}
	return out, nil
}

// days decodes a whole column of differences into room, NoDay where there is none.
func (c *chunk) days(room []int32, none int32) ([]int32, error) {
	if c.pages == nil { // all are missing
		room = slices.Grow(room[:0], c.rows)[:c.rows]
		for i := range room {
			room[i] = none
		}
		return room, nil
	}
	room, err := appendDeltas(room[:0], c.values, c.rows)
	if err != nil {
		return room, err
	}
	if c.there.all {
		if len(room) != c.rows {
			return room, fmt.Errorf("%d values, want %d", len(room), c.rows)
		}
		return room, nil
	}
	out := make([]int32, c.rows)
	for i := range out {
		k, there, err := c.there.of(i)
		if err != nil || there && k >= len(room) {
			return room, errCut
		}
		out[i] = none
		if there {
			out[i] = room[k]
		}
	}
	return out, nil
}
