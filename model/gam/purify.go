package gam

import "math"

// purify moves what a table of rows x cols (row after row) says about one column alone out of it (Lengerich, Tan, Chang, Hooker
// and Caruana 2020): afterwards the weighted mean of each row and of each column of the table is zero. It returns what was moved,
// a value for each row and each column; table[a][b] + row[a] + col[b] is what the table was. A row or column of the table without
// weight moves nothing.
func purify(table, weight []float64, rows, cols int) (row, col []float64) {
	row, col = make([]float64, rows), make([]float64, cols)
	rowWeight, colWeight := make([]float64, rows), make([]float64, cols)
	scale := 0.0
	for a := range rows {
		for b := range cols {
			w := weight[a*cols+b]
			rowWeight[a] += w
			colWeight[b] += w
			scale = max(scale, math.Abs(table[a*cols+b]))
		}
	}
	// Each pass takes away a fixed share of what is left, a small one if the columns nearly determine each other.
	for range 20000 {
		moved := 0.0
		for a := range rows {
			if rowWeight[a] <= 0 {
				continue
			}
			var m float64
			for b := range cols {
				m += weight[a*cols+b] * table[a*cols+b]
			}
			m /= rowWeight[a]
			moved = max(moved, math.Abs(m))
			row[a] += m
			for b := range cols {
				table[a*cols+b] -= m
			}
		}
		for b := range cols {
			if colWeight[b] <= 0 {
				continue
			}
			var m float64
			for a := range rows {
				m += weight[a*cols+b] * table[a*cols+b]
			}
			m /= colWeight[b]
			moved = max(moved, math.Abs(m))
			col[b] += m
			for a := range rows {
				table[a*cols+b] -= m
			}
		}
		if moved <= 1e-13*scale {
			break
		}
	}
	return row, col
}

// centre takes the weighted mean away and returns it. A bin without weight becomes zero: nothing is known about it.
func centre(value, weight []float64) float64 {
	var sum, total float64
	for k, w := range weight {
		sum += w * value[k]
		total += w
	}
	if total <= 0 {
		clear(value)
		return 0
	}
	m := sum / total
	for k := range value {
		value[k] -= m
		if weight[k] <= 0 {
			value[k] = 0
		}
	}
	return m
}
