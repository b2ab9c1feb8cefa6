package card

import "math"

// price is what the objective asks for a line of one point, and for every further point a tenth of it: the
// Bayesian information criterion's price of a parameter, in log likelihood.
func price(rows, lines, points int) float64 {
	return math.Log(float64(rows)) / 2 * (float64(lines) + float64(points-lines)/10)
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
	best := pointed{objective: limit}
	found := false
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
			b, a, loss := t.scaled(&q, start)
			if loss+p < best.objective && a > 0 {
				best, found = pointed{q, b, a, loss + p}, true
			}
		})
	}
	return best, found
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
// included.
func (t *tally) scaled(q *[MaxLines]int, start *weights) (base, perPoint, loss float64) {
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
	for c := range 1 << t.k {
		all[sum[c]] += t.all[c]
		pos[sum[c]] += t.pos[c]
	}
	base = start[0]
	for j := range t.k {
		perPoint += start[j+1] / float64(most)
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
		moved := 0.0
		for share := 1.0; share > 1e-6; share /= 2 {
			if u := at(base+share*d0, perPoint+share*d1); u.loss <= s.loss {
				base, perPoint, s = base+share*d0, perPoint+share*d1, u
				moved = max(math.Abs(share*d0), math.Abs(share*d1))
				break
			}
		}
		if moved < 1e-8 {
			break
		}
	}
	return base, perPoint, s.loss
}
