package store

import (
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/rettidig/rettidig"
)

// column is one column of a table of T: its schema, how a value gets into a builder, and how a batch of
// values gets back into rows. Both directions are declared together, so they cannot drift apart.
type column[T any] struct {
	field arrow.Field
	dict  bool // a string column with few values: read through its dictionary
	put   func(b array.Builder, row *T)
	fill  func(a arrow.Array, rows []T, words *interner) error
}

// orMissing is the only place where a null becomes the value that stands for missing: NoDay, NaN or "".
func orMissing[V any](a arrow.Array, i int, value func(int) V, missing V) V {
	if a.IsNull(i) {
		return missing
	}
	return value(i)
}

// fillWith copies a batch into rows; the fast path is a batch without nulls.
func fillWith[T, V any](a arrow.Array, rows []T, value func(int) V, missing V, set func(*T, V)) {
	if a.NullN() == 0 {
		for i := range rows {
			set(&rows[i], value(i))
		}
		return
	}
	for i := range rows {
		set(&rows[i], orMissing(a, i, value, missing))
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

func dayColumn[T any](name string, at func(*T) *rettidig.Day) column[T] {
	return column[T]{
		field: arrow.Field{Name: name, Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		put: func(b array.Builder, row *T) {
			if d := *at(row); d.Valid() {
				b.(*array.Date32Builder).Append(arrow.Date32(d))
			} else {
				b.AppendNull()
			}
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

func float32Column[T any](name string, at func(*T) *float32) column[T] {
	return column[T]{
		field: arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Float32, Nullable: true},
		put: func(b array.Builder, row *T) {
			if x := *at(row); x == x {
				b.(*array.Float32Builder).Append(x)
			} else {
				b.AppendNull()
			}
		},
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Float32](a)
			if err != nil {
				return err
			}
			fillWith(a, rows, v.Value, float32(math.NaN()), func(row *T, x float32) { *at(row) = x })
			return nil
		},
	}
}

func float64Column[T any](name string, at func(*T) *float64) column[T] {
	return column[T]{
		field: arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		put: func(b array.Builder, row *T) {
			if x := *at(row); !math.IsNaN(x) {
				b.(*array.Float64Builder).Append(x)
			} else {
				b.AppendNull()
			}
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

// whole refuses nulls in a column that has none.
func whole(a arrow.Array) error {
	if n := a.NullN(); n > 0 {
		return fmt.Errorf("has %d nulls, want none", n)
	}
	return nil
}

func int32Column[T any](name string, at func(*T) *int32) column[T] {
	return column[T]{
		field: arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int32},
		put:   func(b array.Builder, row *T) { b.(*array.Int32Builder).Append(*at(row)) },
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Int32](a)
			if err == nil {
				err = whole(a)
			}
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

func int8Column[T any](name string, at func(*T) *int8) column[T] {
	return column[T]{
		field: arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int8},
		put:   func(b array.Builder, row *T) { b.(*array.Int8Builder).Append(*at(row)) },
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Int8](a)
			if err == nil {
				err = whole(a)
			}
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

func boolColumn[T any](name string, at func(*T) *bool) column[T] {
	return column[T]{
		field: arrow.Field{Name: name, Type: arrow.FixedWidthTypes.Boolean},
		put:   func(b array.Builder, row *T) { b.(*array.BooleanBuilder).Append(*at(row)) },
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.Boolean](a)
			if err == nil {
				err = whole(a)
			}
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
		field: arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true},
		dict:  true,
		put: func(b array.Builder, row *T) {
			if s := *at(row); s != "" {
				b.(*array.StringBuilder).Append(string(s))
			} else {
				b.AppendNull()
			}
		},
		fill: func(a arrow.Array, rows []T, words *interner) error {
			return eachWord(a, words, func(i int, s string) error {
				*at(&rows[i]) = S(s)
				return nil
			})
		},
	}
}

// sexColumn writes the sex as a word, so that the table can be read without this package.
func sexColumn[T any](name string, at func(*T) *rettidig.Sex) column[T] {
	return column[T]{
		field: arrow.Field{Name: name, Type: arrow.BinaryTypes.String},
		dict:  true,
		put:   func(b array.Builder, row *T) { b.(*array.StringBuilder).Append(at(row).String()) },
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
		field: arrow.Field{Name: name, Type: arrow.BinaryTypes.String},
		put:   func(b array.Builder, row *T) { b.(*array.StringBuilder).Append(string(*at(row))) },
		fill: func(a arrow.Array, rows []T, _ *interner) error {
			v, err := as[*array.String](a)
			if err == nil {
				err = whole(a)
			}
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

// interner gives one Go string per distinct value, also across row groups.
type interner struct{ seen map[string]string }

func newInterner() *interner { return &interner{seen: map[string]string{}} }

// of returns a copy of s that shares memory with every equal string, not with s.
func (w *interner) of(s string) string {
	if t, ok := w.seen[s]; ok {
		return t
	}
	t := strings.Clone(s)
	w.seen[t] = t
	return t
}
