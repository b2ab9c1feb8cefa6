package card

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
)

// smallest is the least share of the weight on either side of a line: a line that hardly ever says yes
// helps nobody at a desk.
const smallest = 0.03

// quantiles are where a column may be cut.
var quantiles = []float64{0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95}

// Learn builds a card from the given rows of x (x[j][i], NaN missing), y and w (nil: one each). Lines are
// taken one at a time: of all columns not yet used and all cuts, the one with the largest score statistic
// given the lines so far, then all weights are fitted again. It stops at MaxLines or when the statistic
// is below log(n), which is the Bayesian information criterion's price of a line. Of equal statistics the
// lower column wins, then the lower threshold, then "above". Every line speaks for the outcome, so that
// points are only ever added.
func Learn(ctx context.Context, x [][]float64, y, w []float64, rows []int32) (*Card, error) {
	s, err := newSearch(x, y, w, rows)
	if err != nil {
		return nil, err
	}
	for len(s.lines) < MaxLines {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l, stat := s.best()
		if stat < math.Log(float64(len(rows))) {
			break
		}
		s.add(l)
	}
	return s.points(), nil
}

// search holds what is known about the rows while lines are added.
type search struct {
	x     [][]float64
	rows  []int32
	y, v  []float64   // v adds up to the number of rows
	cuts  [][]float64 // by column, rising
	bin   [][]uint8   // by column and row: how many cuts lie below x; missing is the last bin + 1
	used  []bool
	lines []Line
	yes   [][]float64 // by line and row: 1 or 0
	beta  []float64   // intercept, then by line
	res   []float64   // v*(y-p)
	curv  []float64   // v*p*(1-p)
}

func newSearch(x [][]float64, y, w []float64, rows []int32) (*search, error) {
	n := len(rows)
	s := &search{x: x, rows: rows, y: make([]float64, n), v: make([]float64, n), used: make([]bool, len(x)),
		res: make([]float64, n), curv: make([]float64, n)}
	var total, pos float64
	for i, r := range rows {
		s.y[i], s.v[i] = y[r], 1
		if w != nil {
			s.v[i] = w[r]
		}
		total += s.v[i]
		pos += s.v[i] * s.y[i]
	}
	if !(pos > 0 && pos < total) {
		return nil, errors.New("card: the rows to learn from have one class only")
	}
	for i := range s.v {
		s.v[i] *= float64(n) / total
	}
	for _, col := range x {
		c := cutsOf(col, rows)
		s.cuts = append(s.cuts, c)
		s.bin = append(s.bin, binsOf(col, rows, c))
	}
	s.beta = []float64{math.Log(pos / (total - pos))}
	s.look()
	return s, nil
}

// cutsOf returns the values at the quantiles of what is there (in at most 10,000 rows, evenly spaced),
// shortened to three figures so that a person can read them. The largest value is no cut: nothing lies above it.
func cutsOf(col []float64, rows []int32) []float64 {
	n := min(len(rows), 10000)
	there := make([]float64, 0, n)
	for k := range n {
		if f := col[rows[k*len(rows)/n]]; f == f {
			there = append(there, f)
		}
	}
	if len(there) == 0 {
		return nil
	}
	slices.Sort(there)
	var out []float64
	for _, q := range quantiles {
		c, _ := strconv.ParseFloat(strconv.FormatFloat(there[int(q*float64(len(there)-1))], 'g', 3, 64), 64)
		if c < there[len(there)-1] {
			out = append(out, c)
		}
	}
	// Columns that are mostly zero have all quantiles at zero; "any at all" is then the one cut.
	slices.Sort(out)
	return slices.Compact(out)
}

func binsOf(col []float64, rows []int32, cuts []float64) []uint8 {
	out := make([]uint8, len(rows))
	for i, r := range rows {
		f := col[r]
		if f != f {
			out[i] = uint8(len(cuts) + 1)
			continue
		}
		b := 0
		for b < len(cuts) && f > cuts[b] {
			b++
		}
		out[i] = uint8(b)
	}
	return out
}

// look brings residuals and curvature up to date.
func (s *search) look() {
	for i := range s.rows {
		eta := s.beta[0]
		for k, yes := range s.yes {
			eta += s.beta[k+1] * yes[i]
		}
		p := 1 / (1 + math.Exp(-eta))
		s.res[i], s.curv[i] = s.v[i]*(s.y[i]-p), s.v[i]*p*(1-p)
	}
}

// best returns the line with the largest score statistic.
func (s *search) best() (Line, float64) {
	var curv, weight float64
	for i, h := range s.curv {
		curv += h
		weight += s.v[i]
	}
	var line Line
	top := 0.0
	for j, cuts := range s.cuts {
		if s.used[j] || len(cuts) == 0 {
			continue
		}
		var u, h, n [16]float64
		for i, b := range s.bin[j] {
			u[b] += s.res[i]
			h[b] += s.curv[i]
			n[b] += s.v[i]
		}
		try := func(c int, below bool, u, h, n float64) {
			if u <= 0 || n < smallest*weight || n > (1-smallest)*weight {
				return
			}
			if stat := u * u / (h - h*h/curv); stat > top {
				line, top = Line{Column: j, Threshold: cuts[c], Below: below, Rate: n / weight}, stat
			}
		}
		var lu, lh, ln float64 // at or below the cut
		var au, ah, an float64 // above it
		for b := range len(cuts) + 1 {
			au, ah, an = au+u[b], ah+h[b], an+n[b]
		}
		for c := range cuts {
			lu, lh, ln = lu+u[c], lh+h[c], ln+n[c]
			try(c, false, au-lu, ah-lh, an-ln)
			try(c, true, lu, lh, ln)
		}
	}
	return line, top
}

// add takes the line and fits all weights again.
func (s *search) add(l Line) {
	s.used[l.Column] = true
	yes := make([]float64, len(s.rows))
	for i, r := range s.rows {
		if l.Yes(s.x[l.Column][r]) {
			yes[i] = 1
		}
	}
	s.lines, s.yes, s.beta = append(s.lines, l), append(s.yes, yes), append(s.beta, 0)
	s.beta = newton(s.yes, s.y, s.v, s.beta)
	s.look()
}
