package glm

import "math"

// input is one input column of the rows that are learned from: what most of them have, and the others.
type input struct {
	table *Table
	rows  []int32
	place []int32 // of each row of the table in rows, -1 for none; nil if there are no sparse columns

	col    []float64 // the column by row of the table; not of one that few tells of
	spread []float64 // room for a column that is sparse in the table, but not by what most rows have
	thin   bool      // most rows have the same value, or are missing
	usual  float64   // that value; NaN if they are missing
	at     []int32   // the rows that have another, rising; those that are missing if most rows have no value in common
	value  []float64 // what they have
	weight float64   // of those rows
}

func newInput(t *Table, rows []int32) *input {
	in := &input{table: t, rows: rows}
	if len(t.Sparse) == 0 {
		return in
	}
	in.place = make([]int32, len(t.Y))
	for r := range in.place {
		in.place[r] = -1
	}
	for i, r := range rows {
		in.place[r] = int32(i)
	}
	return in
}

// take reads column j, whose rows weigh v. Of one that is sparse no more is looked at than its values.
func (in *input) take(j int, v []float64) {
	if j >= len(in.table.X) {
		s := in.table.Sparse[j-len(in.table.X)]
		in.begin(0)
		for k, r := range s.Index {
			if i := in.place[r]; i >= 0 {
				in.add(i, s.Value[k], v)
			}
		}
		if in.settle(); in.few() {
			return
		}
	}
	in.col = in.table.column(j, &in.spread)
	in.begin(majority(in.col, in.rows))
	for i, r := range in.rows {
		if f := in.col[r]; f != in.usual && (f == f || in.usual == in.usual) {
			in.add(int32(i), f, v)
		}
	}
	if in.settle(); in.thin {
		return
	}
	in.begin(0)
	for i, r := range in.rows {
		if f := in.col[r]; f != f {
			in.add(int32(i), f, v)
		}
	}
}

func (in *input) begin(usual float64) {
	in.usual, in.at, in.value, in.weight = usual, in.at[:0], in.value[:0], 0
}

func (in *input) add(i int32, f float64, v []float64) {
	in.at, in.value = append(in.at, i), append(in.value, f)
	in.weight += v[i]
}

// sparsest is the share of rows with another value than the usual up to which a column is kept sparse.
const sparsest = 0.45

func (in *input) settle() { in.thin = float64(len(in.at)) <= sparsest*float64(len(in.rows)) }

// few tells whether the scale can be taken from the values that are not 0: not if those rows weigh nearly all, as then
// what the others weigh would be lost in rounding.
func (in *input) few() bool { return in.thin && in.usual == 0 && in.weight < 0.99 }

// majority returns the value that more than half of the rows have; any value if none has (Boyer and Moore 1981).
func majority(col []float64, rows []int32) (usual float64) {
	n := 0
	for _, r := range rows {
		switch f := col[r]; {
		case n == 0:
			usual, n = f, 1
		case f == usual || f != f && usual != usual:
			n++
		default:
			n--
		}
	}
	return usual
}

// measure returns the scale of the column, with the weights v, which add up to 1. A spread below 1e-9 of the mean is
// rounding, not spread.
func (in *input) measure(v []float64) scale {
	if in.few() {
		return in.measureFew(v)
	}
	var s scale
	var there, sum, total float64
	for i, r := range in.rows {
		total += v[i]
		if f := in.col[r]; f == f {
			there += v[i]
			sum += float64(v[i] * f)
		}
	}
	if there > 0 {
		s.mean = sum / there
	}
	var square float64
	missing := false
	for i, r := range in.rows {
		if f := in.col[r]; f == f {
			square += float64(v[i] * (f - s.mean) * (f - s.mean))
		} else if v[i] > 0 {
			missing = true
		}
	}
	if missing {
		s.missing = 1 - there/total
	}
	s.spread(square / total)
	return s
}

// measureFew is measure where all other rows are 0. It does not ask how the column was given: a sparse column gets the
// bytes of a dense one.
func (in *input) measureFew(v []float64) scale {
	var s scale
	var kept, holes, sum float64 // weight of what is kept and there, and of what is missing
	for k, i := range in.at {
		if f := in.value[k]; f == f {
			kept += v[i]
			sum += float64(v[i] * f)
		} else {
			holes += v[i]
		}
	}
	s.mean, s.missing = sum/(1-holes), holes
	square := (1 - kept - holes) * s.mean * s.mean
	for k, i := range in.at {
		if f := in.value[k]; f == f {
			square += float64(v[i] * (f - s.mean) * (f - s.mean))
		}
	}
	s.spread(square)
	return s
}

func (s *scale) spread(variance float64) {
	if sd := math.Sqrt(variance); sd != sd || sd > 1e-9*math.Abs(s.mean) {
		s.sd = sd
	}
}
