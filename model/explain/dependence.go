package explain

import (
	"fmt"
	"math"
	"slices"
)

// Dependence is how the log odds move with one column while the others stay as they are (Friedman 2001).
type Dependence struct {
	Grid    []float64   // values of the column, rising; levels for one that has them
	Mean    []float64   // weighted mean log odds over the rows, the column being Grid for all
	Missing float64     // the same, the column being missing for all; NaN if it never is in the rows
	Rows    []int32     // the rows used
	Curves  [][]float64 // Curves[i][g]: of each row (ICE, Goldstein et al. 2015); nil if not asked for
}

// DependenceOptions of Partial. The zero value of a field takes the default in brackets.
type DependenceOptions struct {
	Grid   []float64 // [chosen by the rule of Partial]
	Points int       // [20] at most so many, for a numeric column
	Rows   int       // [all] a sample of so many
	Seed   uint64    // of the sample
	Curves bool      // keep the curve of each row
	Centre bool      // draw every curve from 0 at the first grid value, so that they can be told apart by shape
}

// Partial returns the dependence of f on a column. The grid of a column with levels is the levels that occur
// in the table; of a numeric one all values if they are at most Points, and otherwise the values at equal
// steps of weighted rank from 5 % to 95 %, each a value that occurs. It returns an error if the column is
// missing in all rows and no grid is given.
func Partial(f Batch, t Table, col int, opt DependenceOptions) (*Dependence, error) {
	grid := opt.Grid
	if grid == nil {
		if grid = t.grid(col, opt.Points); grid == nil {
			return nil, fmt.Errorf("explain: column %d is missing in all rows: there is no value to try", col)
		}
	}
	t, rows := t.sample(opt.Rows, opt.Seed)
	w := t.weights()
	d := &Dependence{Grid: grid, Mean: make([]float64, len(grid)), Missing: math.NaN(), Rows: rows}
	first, here := make([]float64, len(rows)), make([]float64, len(rows))
	if opt.Curves {
		d.Curves = make([][]float64, len(rows))
		for i := range d.Curves {
			d.Curves[i] = make([]float64, len(grid))
		}
	}
	centre := func() {
		for i := range here {
			here[i] -= first[i]
		}
	}
	for g, v := range grid {
		t.at(f, here, col, v)
		if opt.Centre {
			if g == 0 {
				copy(first, here)
			}
			centre()
		}
		d.Mean[g] = mean(w, here)
		for i := range d.Curves {
			d.Curves[i][g] = here[i]
		}
	}
	if slices.ContainsFunc(t.X[col], math.IsNaN) {
		t.at(f, here, col, math.NaN())
		centre() // from 0 if not asked for
		d.Missing = mean(w, here)
	}
	return d, nil
}

func (t Table) grid(col, points int) []float64 {
	if points == 0 {
		points = 20
	}
	all := slices.DeleteFunc(slices.Clone(t.X[col]), math.IsNaN)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) == 0 {
		return nil
	}
	if t.levels(col) > 0 || len(all) <= points {
		return all
	}
	return quantiles(t.X[col], t.weights(), steps(0.05, 0.95, points))
}
