package store

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"

	"github.com/rettidig/rettidig"
)

// column is one column of a table of T: its schema, how the rows of a block get into a column chunk, and how a chunk
// gets back into rows. Both directions are declared together, so they cannot drift apart.
type column[T any] struct {
	field    arrow.Field
	encoding parquet.Encoding // dictionary: one entry per distinct value; strings are then also read through it
	packed   bool             // the encoding leaves next to nothing to compress, so it is not tried
	write    func(w file.ColumnChunkWriter, rows []T, s *scratch) error
	fill     func(a arrow.Array, rows []T, words *interner) error
}

const dictionary = parquet.Encoding(-1) // not one of the library's: a dictionary, and plain from where it grows too large

var nan32 = float32(math.NaN())

// scratch is room for the values of one column chunk, reused from one to the next.
type scratch struct {
	ints    []int32
	floats  []float32
	doubles []float64
	bools   []bool
	words   []parquet.ByteArray
	levels  []int16 // 1 where a value is there, 0 for null
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// put writes one value per row into a column without nulls.
func put[T, V any](w file.ColumnChunkWriter, rows []T, room *[]V, get func(*T) V) error {
	vals := (*room)[:0]
	for i := range rows {
		vals = append(vals, get(&rows[i]))
	}
	*room = vals
	return batch(w, vals, nil)
}

// putIf writes the values that are there, and nulls.
func putIf[T, V any](w file.ColumnChunkWriter, rows []T, s *scratch, room *[]V, get func(*T) (v V, there bool)) error {
	vals, levels := (*room)[:0], s.levels[:0]
	for i := range rows {
		if v, there := get(&rows[i]); there {
			vals, levels = append(vals, v), append(levels, 1)
		} else {
			levels = append(levels, 0)
		}
	}
	*room, s.levels = vals, levels
	return batch(w, vals, levels)
}

// batch hands values to the library, whose typed writers have this method in common.
func batch[V any](w file.ColumnChunkWriter, vals []V, levels []int16) error {
	_, err := w.(interface {
		WriteBatch(values []V, defLevels, repLevels []int16) (int64, error)
	}).WriteBatch(vals, levels, nil)
	return err
}

// fillWith copies a chunk into rows. It is the only place where a null becomes the value that stands for missing.
func fillWith[T, V any](a arrow.Array, rows []T, value func(int) V, missing V, set func(*T, V)) {
	if a.NullN() == 0 {
		for i := range rows {
			set(&rows[i], value(i))
		}
		return
	}
	for i := range rows {
		if a.IsNull(i) {
			set(&rows[i], missing)
		} else {
			set(&rows[i], value(i))
		}
	}
}

// as narrows an array to the type that the schema promises.
func as[A any](a arrow.Array) (A, error) {
	v, ok := a.(A)
	if !ok {
		return v, fmt.Errorf("is %s, which is not the type of the schema", a.DataType())
	}
	return v, nil
}

// whole narrows an array of a column that has no nulls.
func whole[A any](a arrow.Array) (A, error) {
	v, err := as[A](a)
	if n := a.NullN(); err == nil && n > 0 {
		err = fmt.Errorf("has %d nulls, want none", n)
	}
	return v, err
}

// dayColumn is a date. Rows of a citizen are sorted by day, so what is stored is small differences.
func dayColumn[T any](name string, at func(*T) *rettidig.Day) column[T] {
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		encoding: parquet.Encodings.DeltaBinaryPacked,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return putIf(w, rows, s, &s.ints, func(row *T) (int32, bool) { d := *at(row); return int32(d), d.Valid() })
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Date32](a)
			if err != nil {
				return err
			}
			days := v.Date32Values()
			fillWith(a, rows, func(i int) rettidig.Day { return rettidig.Day(days[i]) }, rettidig.NoDay, func(row *T, d rettidig.Day) { *at(row) = d })
			return nil
		},
	}
}

// afterColumn is a day as the number of days after another one, whose column must come before it; after 1970-01-01 where
// that is missing. Most facts become known on the day, or a week on its Sunday: one value again and again.
func afterColumn[T any](name string, at, other func(*T) *rettidig.Day) column[T] {
	from := func(row *T) int32 {
		if d := *other(row); d.Valid() {
			return int32(d)
		}
		return 0
	}
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int32, Nullable: true},
		encoding: dictionary,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return putIf(w, rows, s, &s.ints, func(row *T) (int32, bool) { d := *at(row); return int32(d) - from(row), d.Valid() })
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Int32](a)
			if err != nil {
				return err
			}
			days := v.Int32Values()
			for i := range rows {
				if a.IsNull(i) {
					*at(&rows[i]) = rettidig.NoDay
				} else {
					*at(&rows[i]) = rettidig.Day(days[i] + from(&rows[i]))
				}
			}
			return nil
		},
	}
}

// retractedColumn is the day of a retraction, null for a fact that stands.
func retractedColumn[T any](at func(*T) *rettidig.Retraction) column[T] {
	return column[T]{
		field:    arrow.Field{Name: "retracted", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		encoding: dictionary,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return putIf(w, rows, s, &s.ints, func(row *T) (int32, bool) { r := *at(row); return int32(r), !r.Stands() })
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Date32](a)
			if err != nil {
				return err
			}
			days := v.Date32Values()
			fillWith(a, rows, func(i int) rettidig.Retraction { return rettidig.Retraction(days[i]) }, 0, func(row *T, r rettidig.Retraction) { *at(row) = r })
			return nil
		},
	}
}

// float32Column is a number; missing, which may be NaN, becomes null. Minutes and prices have few values: a dictionary
// takes a third more room than compressed bytes split into streams, and next to no time to read: a value is found
// without the ones before it, and nothing needs to be decompressed, which would save a tenth.
func float32Column[T any](name string, missing float32, at func(*T) *float32) column[T] {
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Float32, Nullable: true},
		encoding: dictionary,
		packed:   true,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return putIf(w, rows, s, &s.floats, func(row *T) (float32, bool) { x := *at(row); return x, x == x && x != missing })
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Float32](a)
			if err != nil {
				return err
			}
			fillWith(a, rows, v.Value, missing, func(row *T, x float32) { *at(row) = x })
			return nil
		},
	}
}

func float64Column[T any](name string, at func(*T) *float64) column[T] {
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		encoding: dictionary, // scores have few values
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return putIf(w, rows, s, &s.doubles, func(row *T) (float64, bool) { x := *at(row); return x, !math.IsNaN(x) })
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Float64](a)
			if err != nil {
				return err
			}
			fillWith(a, rows, v.Value, math.NaN(), func(row *T, x float64) { *at(row) = x })
			return nil
		},
	}
}

func int32Column[T any](name string, at func(*T) *int32) column[T] {
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int32},
		encoding: dictionary,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return put(w, rows, &s.ints, func(row *T) int32 { return *at(row) })
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := whole[*array.Int32](a)
			if err != nil {
				return err
			}
			values := v.Int32Values()
			for i := range rows {
				*at(&rows[i]) = values[i]
			}
			return nil
		},
	}
}

// int8Column is a small number; missing becomes null.
func int8Column[T any](name string, missing int8, at func(*T) *int8) column[T] {
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int8, Nullable: true},
		encoding: dictionary,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return putIf(w, rows, s, &s.ints, func(row *T) (int32, bool) { x := *at(row); return int32(x), x != missing })
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Int8](a)
			if err != nil {
				return err
			}
			fillWith(a, rows, v.Value, missing, func(row *T, x int8) { *at(row) = x })
			return nil
		},
	}
}

func boolColumn[T any](name string, at func(*T) *bool) column[T] {
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.FixedWidthTypes.Boolean},
		encoding: parquet.Encodings.Plain,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return put(w, rows, &s.bools, func(row *T) bool { return *at(row) })
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := whole[*array.Boolean](a)
			if err != nil {
				return err
			}
			for i := range rows {
				*at(&rows[i]) = v.Value(i)
			}
			return nil
		},
	}
}

// wordColumn is a string column with few different values. The empty string is stored as null.
func wordColumn[T any, S ~string](name string, at func(*T) *S) column[T] {
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true},
		encoding: dictionary,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return putIf(w, rows, s, &s.words, func(row *T) (parquet.ByteArray, bool) { x := *at(row); return bytesOf(x), x != "" })
		},
		fill: func(a arrow.Array, rows []T, words *interner) error {
			return eachWord(a, words, func(i int, s string) error {
				*at(&rows[i]) = S(s)
				return nil
			})
		},
	}
}

// bytesOf returns the bytes of s without a copy; nobody may write to them.
func bytesOf[S ~string](s S) parquet.ByteArray {
	return unsafe.Slice(unsafe.StringData(string(s)), len(s))
}

// sexColumn writes the sex as a word, so that the table can be read without this package.
func sexColumn[T any](name string, at func(*T) *rettidig.Sex) column[T] {
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.BinaryTypes.String},
		encoding: dictionary,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return put(w, rows, &s.words, func(row *T) parquet.ByteArray { return bytesOf(at(row).String()) })
		},
		fill: func(a arrow.Array, rows []T, words *interner) error {
			return eachWord(a, words, func(i int, s string) error {
				for _, sex := range []rettidig.Sex{rettidig.Female, rettidig.Male, rettidig.SexUnknown} {
					if s == sex.String() {
						*at(&rows[i]) = sex
						return nil
					}
				}
				return fmt.Errorf("row %d: %q is not a sex", i, s)
			})
		},
	}
}

// eachWord calls f with each value of a dictionary-encoded string array; every dictionary entry is made a Go
// string once.
func eachWord(a arrow.Array, words *interner, f func(i int, s string) error) error {
	v, err := as[*array.Dictionary](a)
	if err != nil {
		return err
	}
	d, err := as[*array.String](v.Dictionary())
	if err != nil {
		return err
	}
	table := make([]string, d.Len())
	for i := range table {
		table[i] = words.of(d.Value(i))
	}
	for i := range v.Len() {
		s := ""
		if !v.IsNull(i) {
			k := v.GetValueIndex(i)
			if k < 0 || k >= len(table) {
				return fmt.Errorf("row %d: dictionary index %d outside 0 to %d", i, k, len(table)-1)
			}
			s = table[k]
		}
		if err := f(i, s); err != nil {
			return err
		}
	}
	return nil
}

// idColumn is a string column in which every value is different.
func idColumn[T any](name string, at func(*T) *rettidig.CitizenID) column[T] {
	return column[T]{
		field:    arrow.Field{Name: name, Type: arrow.BinaryTypes.String},
		encoding: parquet.Encodings.Plain,
		write: func(w file.ColumnChunkWriter, rows []T, s *scratch) error {
			return put(w, rows, &s.words, func(row *T) parquet.ByteArray { return bytesOf(*at(row)) })
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := whole[*array.String](a)
			if err != nil {
				return err
			}
			for i := range rows {
				*at(&rows[i]) = rettidig.CitizenID(strings.Clone(v.Value(i)))
			}
			return nil
		},
	}
}

// interner gives one Go string per distinct value, across row groups and goroutines.
type interner struct {
	mu   sync.Mutex
	seen map[string]string
}

func newInterner() *interner { return &interner{seen: map[string]string{}} }

// of returns a copy of s that shares memory with every equal string, not with s.
func (w *interner) of(s string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t, ok := w.seen[s]; ok {
		return t
	}
	t := strings.Clone(s)
	w.seen[t] = t
	return t
}

// readsDictionary tells whether a column comes back as dictionary and indices: strings of which there are few.
func readsDictionary[T any](c column[T]) bool {
	return c.encoding == dictionary && c.field.Type.ID() == arrow.STRING
}
