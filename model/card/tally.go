package card

import "math"

// ridge keeps the weights finite when lines part the classes; it is a prior of one tenth of a row.
const ridge = 0.1

// cells is how many ways there are to answer MaxLines lines.
const cells = 1 << MaxLines

// tally is all that a card of k lines can know of the rows: their weight by answer. Bit j of a cell's
// number is the answer to line j.
type tally struct {
	k        int
	all, pos [cells]float64 // weight of the rows, and of those with the event
}

// weights of a fit: the intercept, then by line.
type weights [MaxLines + 1]float64

// state is a tally's loss with its derivatives at some weights.
type state struct {
	loss float64
	rest [cells]float64 // by set of lines: sum over the cells that say yes to all of them, of pos - all*p
	curv [cells]float64 // the same of all*p*(1-p)
}

// at returns loss and derivatives of the log likelihood, the ridge not included.
func (t *tally) at(b *weights) (s state) {
	n := 1 << t.k
	var eta [cells]float64
	eta[0] = b[0]
	for j := range t.k {
		for c := range 1 << j {
			eta[c|1<<j] = eta[c] + b[j+1]
		}
	}
	for c := range n {
		all, pos := t.all[c], t.pos[c]
		if all == 0 {
			continue
		}
		e := math.Exp(-math.Abs(eta[c]))
		p := 1 / (1 + e)
		s.loss += float64(all*(max(eta[c], 0)+math.Log1p(e))) - float64(pos*eta[c])
		s.curv[c] = all * e * p * p
		if eta[c] < 0 {
			p = e * p
		}
		s.rest[c] = pos - float64(all*p)
	}
	for j := range t.k {
		for c := range n {
			if c&(1<<j) == 0 {
				s.rest[c] += s.rest[c|1<<j]
				s.curv[c] += s.curv[c|1<<j]
			}
		}
	}
	return s
}

// fit moves b to the minimum of loss + ridge/2 * |weights of the lines|^2 by Newton's method, a step halved
// until the objective falls, and returns the objective there.
func (t *tally) fit(b *weights) float64 {
	k := t.k + 1
	price := func(b *weights) float64 {
		var s float64
		for _, v := range b[1:k] {
			s += ridge / 2 * v * v
		}
		return s
	}
	s := t.at(b)
	now := s.loss + price(b)
	for range 60 {
		var g weights
		var h [(MaxLines + 1) * (MaxLines + 1)]float64
		g[0], h[0] = s.rest[0], s.curv[0]
		for j := range t.k {
			a := j + 1
			g[a] = s.rest[1<<j] - ridge*b[a]
			h[a*k] = s.curv[1<<j]
			h[a*k+a] = s.curv[1<<j] + ridge
			for m := range j {
				h[a*k+m+1] = s.curv[1<<j|1<<m]
			}
		}
		if !cholesky(h[:k*k], g[:k]) {
			return now
		}
		moved := 0.0
		for share := 1.0; share > 1e-6; share /= 2 {
			next := *b
			for a := range k {
				next[a] += share * g[a]
			}
			u := t.at(&next)
			if l := u.loss + price(&next); l <= now {
				for a := range k {
					moved = max(moved, math.Abs(share*g[a]))
				}
				*b, now, s = next, l, u
				break
			}
		}
		if moved < 1e-9 {
			return now
		}
	}
	return now
}

// cholesky solves h*x = g in place for a symmetric h given by its lower triangle.
func cholesky(h, g []float64) bool {
	k := len(g)
	for a := range k {
		for b := range a + 1 {
			s := h[a*k+b]
			for c := range b {
				s -= float64(h[a*k+c] * h[b*k+c])
			}
			switch {
			case a != b:
				h[a*k+b] = s / h[b*k+b]
			case s > 0:
				h[a*k+a] = math.Sqrt(s)
			default:
				return false
			}
		}
	}
	for a := range k {
		for c := range a {
			g[a] -= float64(h[a*k+c] * g[c])
		}
		g[a] /= h[a*k+a]
	}
	for a := k - 1; a >= 0; a-- {
		for c := a + 1; c < k; c++ {
			g[a] -= float64(h[c*k+a] * g[c])
		}
		g[a] /= h[a*k+a]
	}
	return true
}

// split parts the rows of t by one more line; yes is the weight of those that answer it with yes.
func (t *tally) split(yes *[2 * cells]float64) tally {
	out := tally{k: t.k + 1}
	for c := range 1 << t.k {
		neg, pos := yes[2*c], yes[2*c+1]
		out.all[c|1<<t.k], out.pos[c|1<<t.k] = neg+pos, pos
		// Rounding must not leave a cell with less than nothing.
		no, hits := t.all[c]-t.pos[c]-neg, t.pos[c]-pos
		if no < 1e-9*t.all[c] {
			no = 0
		}
		if hits < 1e-9*t.all[c] {
			hits = 0
		}
		out.all[c], out.pos[c] = no+hits, hits
	}
	return out
}
