package card

import (
	"math"
)

// ridge keeps the weights finite when lines part the classes; it is a prior of one tenth of a row.
const ridge = 0.1

// newton fits a logistic regression on 0/1 columns by Newton's method, the step halved until the loss
// falls. start has the intercept and a weight per column.
func newton(cols [][]float64, y, v, start []float64) []float64 {
	k := len(cols) + 1
	at := func(j, i int) float64 {
		if j == 0 {
			return 1
		}
		return cols[j-1][i]
	}
	loss := func(beta []float64) float64 {
		var s float64
		for i := range y {
			eta := beta[0]
			for j := 1; j < k; j++ {
				eta += beta[j] * cols[j-1][i]
			}
			s += v[i] * (max(eta, 0) - y[i]*eta + math.Log1p(math.Exp(-math.Abs(eta))))
		}
		for _, b := range beta[1:] {
			s += ridge / 2 * b * b
		}
		return s
	}
	beta := append([]float64(nil), start...)
	now := loss(beta)
	for range 50 {
		g, h := make([]float64, k), make([]float64, k*k)
		for i := range y {
			eta := beta[0]
			for j := 1; j < k; j++ {
				eta += beta[j] * cols[j-1][i]
			}
			p := 1 / (1 + math.Exp(-eta))
			r, c := v[i]*(y[i]-p), v[i]*p*(1-p)
			for a := range k {
				if xa := at(a, i); xa != 0 {
					g[a] += r * xa
					for b := 0; b <= a; b++ {
						h[a*k+b] += c * xa * at(b, i)
					}
				}
			}
		}
		for a := 1; a < k; a++ {
			g[a] -= ridge * beta[a]
			h[a*k+a] += ridge
		}
		step, ok := cholesky(h, g, k)
		if !ok {
			return beta
		}
		size := 0.0
		for share := 1.0; share > 1e-6; share /= 2 {
			next := make([]float64, k)
			for j := range next {
				next[j] = beta[j] + share*step[j]
			}
			if l := loss(next); l <= now {
				for j := range next {
					size = max(size, math.Abs(next[j]-beta[j]))
				}
				beta, now = next, l
				break
			}
		}
		if size < 1e-10 {
			break
		}
	}
	return beta
}

// cholesky solves h*x = g for a symmetric h given by its lower triangle.
func cholesky(h, g []float64, k int) ([]float64, bool) {
	for a := range k {
		for b := 0; b <= a; b++ {
			s := h[a*k+b]
			for c := range b {
				s -= h[a*k+c] * h[b*k+c]
			}
			if a == b {
				if s <= 0 {
					return nil, false
				}
				h[a*k+a] = math.Sqrt(s)
			} else {
				h[a*k+b] = s / h[b*k+b]
			}
		}
	}
	x := append([]float64(nil), g...)
	for a := range k {
		for c := range a {
			x[a] -= h[a*k+c] * x[c]
		}
		x[a] /= h[a*k+a]
	}
	for a := k - 1; a >= 0; a-- {
		for c := a + 1; c < k; c++ {
			x[a] -= h[c*k+a] * x[c]
		}
		x[a] /= h[a*k+a]
	}
	return x, true
}

// points rounds the weights to whole points. Of the scales that give the heaviest line 1 to MaxPoints
// points, it takes the smallest whose log loss is within one part in a thousand of the best; lines that
// come to no points, or whose weight has turned against the outcome, go.
func (s *search) points() *Card {
	var cards []*Card
	var losses []float64
	best := math.Inf(1)
	for most := 1; most <= MaxPoints; most++ {
		c, loss := s.rounded(most)
		cards, losses = append(cards, c), append(losses, loss)
		best = min(best, loss)
	}
	for i, c := range cards {
		if losses[i] <= best*1.001 {
			return c
		}
	}
	return cards[0] // every scale came to nothing: the base rate alone
}

func (s *search) rounded(most int) (*Card, float64) {
	top := 0.0
	for _, b := range s.beta[1:] {
		top = max(top, b)
	}
	c := &Card{}
	sum := make([]float64, len(s.rows))
	for k, l := range s.lines {
		if l.Points = int(math.Round(s.beta[k+1] / top * float64(most))); l.Points <= 0 {
			continue
		}
		c.Lines = append(c.Lines, l)
		for i, yes := range s.yes[k] {
			sum[i] += float64(l.Points) * yes
		}
	}
	if len(c.Lines) == 0 {
		c.Base = s.beta[0]
		return c, s.loss(nil, []float64{s.beta[0]})
	}
	beta := newton([][]float64{sum}, s.y, s.v, []float64{s.beta[0], 0})
	if beta[1] < 0 { // the lines cancel each other out
		return &Card{Base: s.beta[0]}, math.Inf(1)
	}
	c.Base, c.PerPoint = beta[0], beta[1]
	return c, s.loss(sum, beta)
}

func (s *search) loss(sum, beta []float64) float64 {
	var loss float64
	for i := range s.y {
		eta := beta[0]
		if sum != nil {
			eta += beta[1] * sum[i]
		}
		loss += s.v[i] * (max(eta, 0) - s.y[i]*eta + math.Log1p(math.Exp(-math.Abs(eta))))
	}
	return loss
}
