package glm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Coefficient is one of an unpenalised fit, in log odds per unit of the column.
type Coefficient struct {
	Column  int     // -1: the constant, the log odds where every column is 0 and none is missing
	Missing bool    // of the column's indicator of being missing
	Value   float64 // log odds per unit
	SE      float64 // +Inf: the data set no limit to it, see Estimates.Warnings
}

// Estimates is an unpenalised fit: maximum likelihood with Wald standard errors.
type Estimates struct {
	Model         *Model
	Coefficients  []Coefficient // the constant, then by column, its indicator after it
	Covariance    [][]float64   // of the coefficients in that order; 0 where a column was left out
	LogLikelihood float64
	Warnings      []error
}

// Unpenalised fits without a penalty. The covariance is the inverse of the observed information at the
// maximum, a weight counting as so many rows; if Options.Clustered it is the sandwich over Table.Group,
// times G/(G-1) * (n-1)/(n-k) for G groups, n rows and k coefficients (Cameron and Miller 2015, section II.B).
//
// A column that is a sum of others (and of the constant) is left out, coefficient 0 and standard error
// +Inf, and a warning names it and the others. Where columns part the classes there is no maximum: a
// warning names them, their standard errors are +Inf, and all values are those with the weakest penalty
// that makes sense, as if each standardised coefficient were known to be about 2.5 at most (Gelman et al.
// 2008 for the scale). One row that stands against that weighs enough if it weighs a billionth of the others; below,
// rounding decides. It returns an error if no more rows than coefficients are left.
func Unpenalised(ctx context.Context, t Table, opt Options) (*Estimates, error) {
	s, _, err := start(&t, opt)
	if err != nil {
		return nil, err
	}
	if opt.Clustered && len(t.Group) != len(t.Y) {
		panic(fmt.Sprintf("glm: %d groups for %d rows", len(t.Group), len(t.Y)))
	}
	e := &Estimates{}
	var weight float64
	n := 0
	for _, r := range t.Rows {
		w := 1.0
		if t.W != nil {
			w = t.W[r]
		}
		if weight += w; w > 0 {
			n++
		}
	}
	kept := s.independent(&t, e)
	if n <= len(kept)+1 {
		return nil, fmt.Errorf("glm: %d rows for %d coefficients; leave columns out, or use a penalty", n, len(kept)+1)
	}
	s.admit(kept)
	s.gradients(kept)
	parted, err := s.maximum(ctx)
	if err != nil {
		return nil, err
	}
	if parted != nil {
		e.Warnings = append(e.Warnings, fmt.Errorf("glm: the classes are parted by %s: no limit to how large the coefficients should be; penalise, or join levels", s.names(&t, parted)))
		for j := range s.d.factor {
			s.d.factor[j] = 1
		}
		s.alpha = 0
		s.restart(point{b0: s.b0, beta: make([]float64, len(s.beta))})
		s.solve(1/(2.5*2.5*weight), 1e-9)
	}
	s.bendTo(0)
	cov, ok := invert(s.gram.at, s.gram.k)
	if !ok {
		return nil, errors.New("glm: the information cannot be inverted; columns nearly repeat each other, leave some out")
	}
	if opt.Clustered {
		if cov, err = s.sandwich(&t, cov, n); err != nil {
			return nil, err
		}
	} else {
		for i := range cov {
			cov[i] /= weight
		}
	}
	e.LogLikelihood = -s.loss * weight
	e.Model = s.d.model(point{b0: s.b0, beta: s.beta}, s.alpha)
	e.report(s, cov, parted)
	return e, nil
}

// report brings coefficients and covariance from the standardised columns to those of the table.
func (e *Estimates) report(s *solver, cov []float64, parted []int32) {
	k := len(s.set) + 1
	p := len(s.d.cols) + 1
	place := make([]int, p) // in the output, of what is at each place of the work set
	// Every coefficient is its standardised one over unit; the constant also takes what centring added.
	unit, shift := make([]float64, k), make([]float64, k)
	unit[0] = 1
	for i, j := range s.set {
		place[i+1] = int(j) + 1
		sc := s.d.scales[s.d.source[j]]
		if s.d.isMiss[j] {
			unit[i+1] = 1 / missingSD(sc.missing)
			shift[i+1] = sc.missing * unit[i+1]
		} else {
			unit[i+1] = 1 / sc.sd
			shift[i+1] = sc.mean * unit[i+1]
		}
	}
	// A missing value stands at the mean, not at 0: its indicator, as reported, is beside that.
	e.Coefficients = make([]Coefficient, p)
	e.Covariance = make([][]float64, p)
	for i := range e.Covariance {
		e.Covariance[i] = make([]float64, p)
	}
	e.Coefficients[0] = Coefficient{Column: -1, Value: s.b0}
	for j := range s.d.cols {
		e.Coefficients[j+1] = Coefficient{Column: int(s.d.source[j]), Missing: s.d.isMiss[j], SE: math.Inf(1)}
	}
	for i, j := range s.set {
		e.Coefficients[j+1].Value = s.beta[j] * unit[i+1]
		e.Coefficients[0].Value -= s.beta[j] * shift[i+1]
	}
	// Row i of transform gives coefficient i from the standardised ones: unit on the diagonal, and in the
	// constant's row minus shift.
	half := make([]float64, k*k) // transform * cov
	for m := range k {
		for i := range k {
			half[i*k+m] = unit[i] * cov[i*k+m]
		}
		for i := 1; i < k; i++ {
			half[m] -= shift[i] * cov[i*k+m]
		}
	}
	for i := range k {
		row := e.Covariance[place[i]]
		for m := range k {
			row[place[m]] = half[i*k+m] * unit[m]
		}
		for m := 1; m < k; m++ {
			row[0] -= half[i*k+m] * shift[m]
		}
	}
	for i := range k {
		e.Coefficients[place[i]].SE = math.Sqrt(e.Covariance[place[i]][place[i]])
	}
	for _, j := range parted {
		e.Coefficients[j+1].SE = math.Inf(1)
	}
	if parted != nil {
		e.Coefficients[0].SE = math.Inf(1)
	}
}

// independent returns the columns that are no sum of earlier ones and warns of the others.
func (s *solver) independent(t *Table, e *Estimates) []int32 {
	all := make([]int32, len(s.d.cols))
	for j := range all {
		all[j] = int32(j)
	}
	g := (*gram)(nil).grow(s.d, all, 0, s.v, s.workers)
	var kept []int32
	root := [][]float64{} // of the kept columns, the lower triangle row by row
	for _, j := range all {
		row := make([]float64, len(kept)+1)
		left := g.row(int(j) + 1)[j+1] // 1, but for rounding
		for i, q := range kept {
			v := g.row(int(j) + 1)[q+1]
			for m := range i {
				v -= row[m] * root[i][m]
			}
			row[i] = v / root[i][i]
			left -= row[i] * row[i]
		}
		if left > 1e-9 {
			row[len(kept)] = math.Sqrt(left)
			kept, root = append(kept, j), append(root, row)
			continue
		}
		// Of which ones: the weights that make it from the kept, by the triangle backwards.
		var of []int32
		for i := len(kept) - 1; i >= 0; i-- {
			row[i] /= root[i][i]
			for m := range i {
				row[m] -= row[i] * root[i][m]
			}
			if math.Abs(row[i]) > 1e-6 {
				of = append(of, kept[i])
			}
		}
		slices.Sort(of)
		e.Warnings = append(e.Warnings, fmt.Errorf("glm: %s is left out: it is a sum of %s", s.names(t, []int32{j}), s.names(t, of)))
	}
	for j, sc := range s.d.scales {
		if sc.sd == 0 {
			e.Warnings = append(e.Warnings, fmt.Errorf("glm: %s is left out: it does not vary", t.name(j)))
		}
	}
	return kept
}

func (s *solver) names(t *Table, cols []int32) string {
	var out []string
	for _, j := range cols {
		name := t.name(int(s.d.source[j]))
		if s.d.isMiss[j] {
			name += " being missing"
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// maximum moves to the maximum of the likelihood by Newton's method. Where there is none it returns the
// columns along which it is sought for ever.
//
// Classes are parted if along some direction no row moves away from its label and some move towards it.
// Newton's steps turn into that direction: the rows that it parts gain about 1 a step, the others come to
// rest. A step of that kind is the proof; before the eighth it might still be on its way. A row that weighs little is a
// limit like any other, but a weak one: rounding keeps the steps toward it from becoming as small as elsewhere.
func (s *solver) maximum(ctx context.Context) (parted []int32, err error) {
	before := make([]float64, len(s.eta))
	last := math.Inf(1)
	for round := range 60 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.bendTo(0)
		g := make([]float64, s.gram.k)
		g[0] = s.rest
		for i, j := range s.set {
			g[i+1] = s.grad[j]
		}
		step, ok := solveFor(s.gram.at, g)
		if !ok {
			return s.driving(nil), nil
		}
		copy(before, s.eta)
		loss := s.loss
		rounding := 1e-14 * (1 + loss)
		share := 1.0
		for s.move(step, share); !(s.loss <= loss+rounding) && share > 1e-8; {
			share /= 2
			s.move(step, -share)
		}
		var far float64
		least, most := math.Inf(1), math.Inf(-1)
		for i := range s.d.rows {
			if s.v[i] > 0 {
				moved := s.eta[i] - before[i]
				toward := moved * (2*s.y[i] - 1)
				far, least, most = max(far, math.Abs(moved)), min(least, toward), max(most, toward)
			}
		}
		if far < 1e-9 || share == 1 && far < 1e-4 && far > last/2 { // Newton's steps would square it, but for rounding
			return nil, nil
		}
		last = far
		if round >= 8 && share == 1 && most > 0.5 && least > -1e-6 {
			return s.driving(step), nil
		}
	}
	return s.driving(nil), nil
}

// driving returns the columns that a step moves most along; of no step, all those that have become large.
func (s *solver) driving(step []float64) []int32 {
	size := func(k int, j int32) float64 {
		if step == nil {
			return math.Abs(s.beta[j])
		}
		return math.Abs(step[k+1])
	}
	var top float64
	for k, j := range s.set {
		top = max(top, size(k, j))
	}
	out := []int32{}
	for k, j := range s.set {
		if size(k, j) >= 0.01*top {
			out = append(out, j)
		}
	}
	slices.Sort(out)
	return out
}

// sandwich returns the covariance of the coefficients when rows of a group go together; bread is the
// inverse of the curvature of the mean loss.
func (s *solver) sandwich(t *Table, bread []float64, n int) ([]float64, error) {
	k := s.gram.k
	id := map[int32]int{} // in order of appearance
	var scores []float64  // by group: the sum of its rows' gradients
	at := make([]int, s.d.rows)
	for i, r := range t.Rows {
		if s.v[i] == 0 {
			continue
		}
		g, ok := id[t.Group[r]]
		if !ok {
			g = len(id)
			id[t.Group[r]] = g
			scores = append(scores, make([]float64, k)...)
		}
		at[i] = g
		scores[g*k] += s.res[i]
	}
	groups := float64(len(id))
	if groups < 2 {
		return nil, errors.New("glm: standard errors by group need two groups or more")
	}
	z := make([]float64, s.d.blocks*block)
	for c, j := range s.set {
		s.d.spread(j, z)
		for i, g := range at {
			scores[g*k+c+1] += s.res[i] * z[i]
		}
	}
	meat := make([]float64, k*k)
	for g := range len(id) {
		u := scores[g*k : (g+1)*k]
		for i, a := range u {
			for m, b := range u {
				meat[i*k+m] += a * b
			}
		}
	}
	c := groups / (groups - 1) * float64(n-1) / float64(n-k)
	for i := range meat {
		meat[i] *= c
	}
	return multiply(multiply(bread, meat, k), bread, k), nil
}

// spread writes all values of column j to z.
func (d *design) spread(j int32, z []float64) {
	c := &d.cols[j]
	for b := range d.blocks {
		out := z[b*block : (b+1)*block]
		if c.slab >= 0 {
			copy(out, d.of(c, b)[:])
			continue
		}
		for i := range out {
			out[i] = c.base
		}
		for t := c.start[b]; t < c.start[b+1]; t++ {
			out[c.at[t]] += c.value[t]
		}
	}
}
