package glm

import (
	"math"

	"github.com/rettidig/rettidig/internal/parallel"
)

// solver holds one fit while the penalty falls. Rows are filled up to whole blocks. Place 0 of steps, sums
// and curvature is the intercept; place k+1 is column set[k].
type solver struct {
	d       *design
	y, v    []float64 // v adds up to 1
	even    bool      // all rows weigh the same
	alpha   float64
	workers int

	b0   float64
	beta []float64
	eta  []float64 // of every row, offset included
	res  []float64 // v*(y-p)
	prob []float64
	loss float64   // weighted mean negative log likelihood
	rest float64   // sum of res: -dloss/db0
	grad []float64 // -dloss/dbeta: of the work set at the present eta, of others as of the last look at them

	set   []int32 // columns in the work set
	inSet []bool
	curv  []float64 // v*p*(1-p) when the curvature was taken
	gram  *gram
	fresh bool // the curvature belongs to the present eta

	sums [][]float64 // of each chunk of rows
}

// chunk is how many blocks are one task for a thread. Sums are taken by chunk, then over the chunks in order.
const chunk = 16

// pad returns a copy of a with zeros up to whole blocks.
func pad(a []float64, blocks int) []float64 {
	out := make([]float64, blocks*block)
	copy(out, a)
	return out
}

func newSolver(d *design, y, v, offset []float64, alpha float64, workers int) *solver {
	n := d.blocks * block
	s := &solver{d: d, y: pad(y, d.blocks), v: pad(v, d.blocks), alpha: alpha, workers: workers, beta: make([]float64, len(d.cols)),
		eta: pad(offset, d.blocks), res: make([]float64, n), prob: make([]float64, n), grad: make([]float64, len(d.cols)),
		inSet: make([]bool, len(d.cols)), curv: make([]float64, n)}
	s.weigh()
	var pos, neg float64 // apart: what is left of a total may be rounded away
	for i := range y {
		pos += v[i] * y[i]
		neg += v[i] * (1 - y[i])
	}
	s.b0 = math.Log(pos / neg)
	for i := range s.eta {
		s.eta[i] += s.b0
	}
	s.move([]float64{0}, 0)
	s.bend()
	for range 50 { // with an offset the intercept is not the base rate's
		if math.Abs(s.rest) < 1e-12 || !s.newton(0, 1e-12) {
			break
		}
		s.bend()
	}
	return s
}

// weigh looks whether all rows weigh the same.
func (s *solver) weigh() {
	s.even = true
	for _, w := range s.v[:s.d.rows] {
		s.even = s.even && w == s.v[0]
	}
}

// move adds share times the step to the coefficients and to eta, and brings probabilities, residuals, loss
// and the gradient of the work set up to date: one pass over the rows.
func (s *solver) move(step []float64, times float64) {
	lift := times * step[0]
	s.b0 += lift
	var dense, sparse []int32 // columns that move
	var by, slim []float64
	for k, j := range s.set {
		f := times * step[k+1]
		if f == 0 {
			continue
		}
		s.beta[j] += f
		// A coefficient that the step sets to zero must be zero, not a rounding error.
		if math.Abs(s.beta[j]) < 1e-15 {
			s.beta[j] = 0
		}
		c := &s.d.cols[j]
		lift += f * c.base
		if c.slab < 0 {
			sparse, slim = append(sparse, j), append(slim, f)
		} else {
			dense, by = append(dense, j), append(by, f)
		}
	}
	width := len(s.set) + 2
	chunks := (s.d.blocks + chunk - 1) / chunk
	for len(s.sums) < chunks {
		s.sums = append(s.sums, nil)
	}
	parallel.For(chunks, s.workers, func(t int) {
		if cap(s.sums[t]) < width {
			s.sums[t] = make([]float64, width, 2*width)
		}
		sum := s.sums[t][:width]
		s.sums[t] = sum
		clear(sum)
		for b := t * chunk; b < min((t+1)*chunk, s.d.blocks); b++ {
			s.raise(b, lift, dense, by, sparse, slim)
			loss, rest := s.look(b)
			sum[0] += rest
			sum[width-1] += loss
			s.lean(b, s.set, sum[1:])
		}
	})
	sum := s.sums[0]
	for _, other := range s.sums[1:chunks] {
		for i, v := range other {
			sum[i] += v
		}
	}
	s.rest, s.loss = sum[0], sum[width-1]
	for k, j := range s.set {
		s.grad[j] = sum[k+1] + float64(s.d.cols[j].base*s.rest)
	}
}

// raise moves eta of one block.
func (s *solver) raise(b int, lift float64, dense []int32, by []float64, sparse []int32, slim []float64) {
	eta := (*vector)(s.eta[b*block:])
	if lift != 0 {
		for i := range eta {
			eta[i] += lift
		}
	}
	k := 0
	for ; k+4 <= len(dense); k += 4 {
		axpy4((*[4]float64)(by[k:]), s.d.of(&s.d.cols[dense[k]], b), s.d.of(&s.d.cols[dense[k+1]], b),
			s.d.of(&s.d.cols[dense[k+2]], b), s.d.of(&s.d.cols[dense[k+3]], b), eta)
	}
	for ; k < len(dense); k++ {
		axpy(by[k], s.d.of(&s.d.cols[dense[k]], b), eta)
	}
	for k, j := range sparse {
		c := &s.d.cols[j]
		from, to := c.start[b], c.start[b+1]
		sparseAxpy(slim[k], c.at[from:to], c.value[from:to], eta)
	}
}

// look takes probabilities and residuals of one block and returns its loss and the sum of its residuals.
func (s *solver) look(b int) (loss, rest float64) {
	from := b * block
	to := min(from+block, s.d.rows)
	eta, y, v := s.eta[from:to], s.y[from:to], s.v[from:to]
	prob, res := s.prob[from:to], s.res[from:to]
	product := 1.0 // of 1+e, at most 2^block
	for i, x := range eta {
		e := math.Exp(-math.Abs(x))
		p := 1 / (1 + e)
		if x < 0 {
			p = e * p
		}
		prob[i] = p
		r := v[i] * (y[i] - p)
		res[i] = r
		rest += r
		if s.even {
			product *= 1 + e
			loss += max(x, 0) - float64(y[i]*x)
		} else {
			loss += float64(v[i] * (max(x, 0) - float64(y[i]*x) + math.Log1p(e)))
		}
	}
	if s.even {
		loss = v[0] * (loss + math.Log(product))
	}
	return loss, rest
}

// lean adds the products of what the columns keep with the residuals of one block to sum.
func (s *solver) lean(b int, cols []int32, sum []float64) {
	res := (*vector)(s.res[b*block:])
	var wait [4]int
	n := 0
	for k, j := range cols {
		c := &s.d.cols[j]
		if c.slab < 0 {
			from, to := c.start[b], c.start[b+1]
			sum[k] += sparseDot(c.at[from:to], c.value[from:to], res)
			continue
		}
		if wait[n], n = k, n+1; n == 4 {
			s0, s1, s2, s3 := dot4(s.d.of(&s.d.cols[cols[wait[0]]], b), s.d.of(&s.d.cols[cols[wait[1]]], b),
				s.d.of(&s.d.cols[cols[wait[2]]], b), s.d.of(c, b), res)
			sum[wait[0]] += s0
			sum[wait[1]] += s1
			sum[wait[2]] += s2
			sum[k] += s3
			n = 0
		}
	}
	for _, k := range wait[:n] {
		sum[k] += dot(s.d.of(&s.d.cols[cols[k]], b), res)
	}
}

// gradients takes the gradient of columns outside the work set.
func (s *solver) gradients(cols []int32) {
	if len(cols) == 0 {
		return
	}
	chunks := (s.d.blocks + chunk - 1) / chunk
	sums := make([][]float64, chunks)
	parallel.For(chunks, s.workers, func(t int) {
		sums[t] = make([]float64, len(cols))
		for b := t * chunk; b < min((t+1)*chunk, s.d.blocks); b++ {
			s.lean(b, cols, sums[t])
		}
	})
	for k, j := range cols {
		var g float64
		for _, sum := range sums {
			g += sum[k]
		}
		s.grad[j] = g + float64(s.d.cols[j].base*s.rest)
	}
}

// bend takes the curvature at the present eta. The floor keeps a separated class from having none.
func (s *solver) bend() { s.bendTo(1e-5) }

func (s *solver) bendTo(floor float64) {
	for i, p := range s.prob {
		s.curv[i] = s.v[i] * max(p*(1-p), floor)
	}
	s.gram = s.gram.grow(s.d, s.set, 0, s.curv, s.workers)
	s.fresh = true
}

// admit adds columns to the work set and their rows to the curvature.
func (s *solver) admit(cols []int32) {
	if len(cols) == 0 {
		return
	}
	for _, j := range cols {
		s.inSet[j] = true
	}
	old := len(s.set) + 1
	s.set = append(s.set, cols...)
	s.gram = s.gram.grow(s.d, s.set, old, s.curv, s.workers)
}

// excess is by how much column j breaks the condition for a minimum (Karush, Kuhn and Tucker).
func (s *solver) excess(j int32, lambda float64) float64 {
	b, g := s.beta[j], s.grad[j]
	l1, l2 := s.prices(j, lambda)
	switch {
	case b > 0:
		return math.Abs(g - l2*b - l1)
	case b < 0:
		return math.Abs(g - l2*b + l1)
	}
	return max(0, math.Abs(g)-l1)
}

// prices are the absolute and the quadratic penalty of column j.
func (s *solver) prices(j int32, lambda float64) (l1, l2 float64) {
	f := s.d.factor[j]
	return lambda * s.alpha * f, lambda * (1 - s.alpha) * f
}

// solve moves to the minimum at lambda, until no condition is broken by more than tol. It tells whether
// it got there.
func (s *solver) solve(lambda, tol float64) bool {
	last, stalled := math.Inf(1), 0
	for range 200 {
		worst := math.Abs(s.rest)
		for _, j := range s.set {
			worst = max(worst, s.excess(j, lambda))
		}
		if worst <= tol {
			missed := s.missed(lambda, tol)
			if len(missed) == 0 {
				return true
			}
			s.admit(missed)
			last = math.Inf(1)
			continue
		}
		// Where rounding is all that is left to win, a step moves nothing and costs as much as any other.
		if stalled++; worst < 0.7*last {
			stalled = 0
		}
		if stalled > 10 {
			return worst < 1e-6
		}
		if worst > 0.4*last && !s.fresh {
			s.bend()
		}
		last = worst
		if !s.newton(lambda, tol) {
			if s.fresh {
				return worst < 1e-6
			}
			s.bend()
		}
	}
	return false
}

// missed returns the columns outside the work set that break their condition, and takes the gradient of
// all of them.
func (s *solver) missed(lambda, tol float64) []int32 {
	var outside []int32
	for j := range s.d.cols {
		if !s.inSet[j] {
			outside = append(outside, int32(j))
		}
	}
	s.gradients(outside)
	var out []int32
	for _, j := range outside {
		if s.excess(j, lambda) > tol {
			out = append(out, j)
		}
	}
	return out
}

// newton takes one Newton step, halved until the objective does not rise. It tells whether it moved.
func (s *solver) newton(lambda, tol float64) bool {
	step := s.descend(lambda, tol)
	before := s.loss + s.penalty(lambda)
	rounding := 1e-15 * (1 + math.Abs(before))
	fresh := s.fresh
	s.fresh = false
	taken := 0.0
	for share := 1.0; share > 1e-8; share /= 2 {
		s.move(step, share-taken)
		taken = share
		if s.loss+s.penalty(lambda) <= before+rounding {
			return true
		}
	}
	s.move(step, -taken)
	s.fresh = fresh
	return false
}

func (s *solver) penalty(lambda float64) float64 {
	var p float64
	for _, j := range s.set {
		if b := s.beta[j]; b != 0 {
			l1, l2 := s.prices(j, lambda)
			p += l1*math.Abs(b) + l2/2*b*b
		}
	}
	return p
}

// descend minimises the quadratic model of the objective by coordinate descent and returns the step:
// first the intercept's, then that of each column of the work set.
func (s *solver) descend(lambda, tol float64) []float64 {
	k := len(s.set) + 1
	step, slope := make([]float64, k), make([]float64, k) // slope: gradient left after the step so far
	slope[0] = s.rest
	for i, j := range s.set {
		slope[i+1] = s.grad[j]
	}
	// one moves along coordinate i and returns by how much that changed the slope.
	one := func(i int) float64 {
		row := s.gram.row(i)
		h := row[i]
		var by float64
		if i == 0 {
			by = slope[0] / h
		} else {
			j := s.set[i-1]
			l1, l2 := s.prices(j, lambda)
			old := s.beta[j] + step[i]
			u := slope[i] + h*old
			var now float64
			switch {
			case u > l1:
				now = (u - l1) / (h + l2)
			case u < -l1:
				now = (u + l1) / (h + l2)
			}
			by = now - old
		}
		if by == 0 {
			return 0
		}
		step[i] += by
		slope := slope[:len(row)]
		for m, v := range row {
			slope[m] -= float64(v * by)
		}
		return math.Abs(by) * h
	}
	for range 1000 {
		worst := 0.0
		for i := range k {
			worst = max(worst, one(i))
		}
		if worst < 0.1*tol {
			break
		}
		for range 100 { // only those that are not zero, until they rest
			active := 0.0
			for i := range k {
				if i == 0 || s.beta[s.set[i-1]]+step[i] != 0 {
					active = max(active, one(i))
				}
			}
			if active < 0.1*tol {
				break
			}
		}
	}
	return step
}
