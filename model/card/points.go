package card

import "math"

// price is what the objective asks for a line of one point, and for every further point a thirtieth of it: the
// Bayesian information criterion's price of a parameter, in log likelihood. A tenth was tried on open tables and
// made the points too coarse to rank by.
func price(rows, lines, points int) float64 {
	return math.Log(float64(rows)) / 2 * (float64(lines) + float64(points-lines)/30)
}

// pointed is a tally's best card.
type pointed struct {
	points         [MaxLines]int
	base, perPoint float64
	objective      float64
}

// inPoints finds the whole points, 1 to MaxPoints for each line, with the least objective below limit:
// exactly, by trying all whose price alone does not exceed it. least is what no weights go below. Of equal
// objectives the fewer points win, then those with fewer on the first lines. It tells whether there are any.
func (t *tally) inPoints(rows int, least, limit float64, start *weights) (pointed, bool) {
	best := pointed{objective: min(limit, t.rounded(rows, limit, start)+2*slack)}
	found := false
	bowl := t.bowl(start)
	for total := t.k; total <= t.k*MaxPoints; total++ {
		p := price(rows, t.k, total)
		if least+p >= best.objective {
			break
		}
		var q [MaxLines]int
		t.deal(0, total, &q, func() {
			if least+p >= best.objective || divisor(q[:t.k]) > 1 {
				return // twice the points at half the worth is the same card
			}
			if least+p+bowl.rise(&q) >= best.objective {
				return
			}
			b, a, loss := t.scaled(&q, start, best.objective-p)
			if loss+p < best.objective-slack && a > 0 {
				best, found = pointed{q, b, a, loss + p}, true
			}
		})
	}
	return best, found
}

// bowl bounds from below how much the objective rises as the weights leave their optimum b.
//
// With H the curvature there, it rises by at least d'Hd/e where no cell's log odds change by more than 1 (as in
// scaled), and, being convex, further out by at least d'Hd/(e r), r being the largest change. As d'Hd is at least
// softest*r*r, that is no less than the root of softest*d'Hd, over e.
type bowl struct {
	k       int
	h       [MaxLines + 1][MaxLines + 1]float64
	hb      weights // H*b
	bhb     float64 // b'Hb
	softest float64
}

func (t *tally) bowl(b *weights) *bowl {
	o := &bowl{k: t.k}
	s := t.at(b)
	set := func(a int) int { // the cell whose answers are those of coefficient a
		if a == 0 {
			return 0
		}
		return 1 << (a - 1)
	}
	k := t.k + 1
	for a := range k {
		for c := range k {
			o.h[a][c] = s.curv[set(a)|set(c)]
		}
		if a > 0 {
			o.h[a][a] += ridge
		}
	}
	var trace float64 // of the inverse: one over the smallest eigenvalue, or more
	for a := range k {
		flat := make([]float64, 0, k*k)
		for c := range k {
			flat = append(flat, o.h[c][:k]...)
		}
		var e weights
		e[a] = 1
		if !cholesky(flat, e[:k]) {
			return o // bounds nothing
		}
		trace += e[a]
		for c := range k {
			o.hb[a] += o.h[a][c] * b[c]
		}
		o.bhb += b[a] * o.hb[a]
	}
	o.softest = 1 / trace / float64(k) // a cell's log odds are a sum of k coefficients at most
	return o
}

// rise is for weights in the proportion of the points q, with any base and worth of a point.
func (o *bowl) rise(q *[MaxLines]int) float64 {
	m00 := o.h[0][0]
	var m01, m11, v1 float64
	v0 := o.hb[0]
	for j := range o.k {
		x := float64(q[j])
		m01 += o.h[0][j+1] * x
		v1 += o.hb[j+1] * x
		for i := range o.k {
			m11 += o.h[j+1][i+1] * x * float64(q[i])
		}
	}
	det := m00*m11 - m01*m01
	if !(det > 0) {
		return 0
	}
	dhd := o.bhb - (v0*v0*m11-2*v0*v1*m01+v1*v1*m00)/det
	if !(dhd > 0) {
		return 0
	}
	return min(dhd, math.Sqrt(o.softest*dhd)) / math.E
}

// rounded is the objective of the free weights rounded to points, of the best of the scales that give the heaviest
// line 1 to MaxPoints: not always the best points, but seldom far from them.
func (t *tally) rounded(rows int, limit float64, start *weights) float64 {
	top := 0.0
	for _, b := range start[1 : t.k+1] {
		top = max(top, b)
	}
	for most := 1; most <= MaxPoints && top > 0; most++ {
		var q [MaxLines]int
		total := 0
		for j := range t.k {
			q[j] = max(1, int(math.Round(start[j+1]/top*float64(most))))
			total += q[j]
		}
		p := price(rows, t.k, total)
		if _, a, loss := t.scaled(&q, start, limit-p); a > 0 {
			limit = min(limit, loss+p)
		}
	}
	return limit
}

// deal calls each with every way to give total points to the lines from j on.
func (t *tally) deal(j, total int, q *[MaxLines]int, each func()) {
	left := t.k - 1 - j
	if left == 0 {
		q[j] = total
		each()
		return
	}
	for n := max(1, total-left*MaxPoints); n <= min(MaxPoints, total-left); n++ {
		q[j] = n
		t.deal(j+1, total-n, q, each)
	}
}

func divisor(q []int) int {
	d := 0
	for _, n := range q {
		for n != 0 {
			d, n = n, d%n
		}
	}
	return d
}

// scaled fits base and worth of a point to given points and returns the objective, their price not
// included. Where it cannot come below limit it returns what it has.
//
// How far it can come is known after a look or two. Where the Newton step has the squared length m in the
// curvature's own measure and no cell's log odds have to change by more than 1, at most m/(4/e) < 0.68 m is
// to be gained (Bach 2010, proposition 1: over such a distance the curvature falls to 1/e of itself at
// most, counted as in the Taylor bound). They have not to if changing an end of the scale by 1 costs more
// than that step could ever gain.
func (t *tally) scaled(q *[MaxLines]int, start *weights, limit float64) (base, perPoint, loss float64) {
	var all, pos [MaxLines*MaxPoints + 1]float64
	var sum [cells]int
	most, square := 0, 0.0
	for j := range t.k {
		most += q[j]
		square += float64(q[j] * q[j])
		for c := range 1 << j {
			sum[c|1<<j] = sum[c] + q[j]
		}
	}
	rows := 0.0
	for c := range 1 << t.k {
		rows += t.all[c]
		all[sum[c]] += t.all[c]
		pos[sum[c]] += t.pos[c]
	}
	// The free weights, as well as whole points can say them.
	base = start[0]
	for j := range t.k {
		perPoint += start[j+1] * float64(q[j]) / square
	}
	for c := range 1 << t.k {
		free := -perPoint * float64(sum[c])
		for j := range t.k {
			if c&(1<<j) != 0 {
				free += start[j+1]
			}
		}
		base += free * t.all[c] / rows
	}
	type slope struct{ loss, g0, g1, h00, h01, h11 float64 }
	at := func(b, a float64) (s slope) {
		for n := range most + 1 {
			if all[n] == 0 {
				continue
			}
			x := float64(n)
			eta := b + float64(a*x)
			e := math.Exp(-math.Abs(eta))
			p := 1 / (1 + e)
			s.loss += float64(all[n]*(max(eta, 0)+math.Log1p(e))) - float64(pos[n]*eta)
			h := all[n] * e * p * p
			if eta < 0 {
				p = e * p
			}
			r := pos[n] - float64(all[n]*p)
			s.g0 += r
			s.g1 += float64(r * x)
			s.h00 += h
			s.h01 += float64(h * x)
			s.h11 += float64(h * x * x)
		}
		s.loss += ridge / 2 * square * a * a
		s.g1 -= ridge * square * a
		s.h11 += ridge * square
		return s
	}
	s := at(base, perPoint)
	for range 60 {
		det := s.h00*s.h11 - s.h01*s.h01
		d0, d1 := (s.h11*s.g0-s.h01*s.g1)/det, (s.h00*s.g1-s.h01*s.g0)/det
		step := s.g0*d0 + s.g1*d1
		if step < 1e-11 {
			break
		}
		if s.loss-0.68*step >= limit {
			// The curvature by the log odds at no points and at the most.
			m := float64(most)
			h11 := s.h11 / m / m
			h01 := s.h01/m - h11
			h00 := s.h00 - 2*s.h01/m + h11
			if softest := (h00*h11 - h01*h01) / (h00 + h11); step < 0.13*softest {
				break
			}
		}
		moved := false
		for share := 1.0; share > 1e-6; share /= 2 {
			if u := at(base+share*d0, perPoint+share*d1); u.loss <= s.loss {
				base, perPoint, s = base+share*d0, perPoint+share*d1, u
				moved = true
				break
			}
		}
		if !moved {
			break
		}
	}
	return base, perPoint, s.loss
}
