package card

import (
	"context"
	"math"
)

// Learn builds a card from the given rows of x (x[j][i], NaN missing), y and w (nil: one each): the best of ten
// candidate lines, at most two from a column, in the sense of Search, which looks at more and takes longer. Every
// line speaks for the outcome, so that points are only ever added; "at most" is how a column speaks against it.
func Learn(ctx context.Context, x [][]float64, y, w []float64, rows []int32) (*Card, error) {
	f, err := look(ctx, &Table{X: x, Y: y, W: w, Rows: rows}, SearchOptions{Candidates: 10, PerColumn: 2, Most: math.MaxInt}, false)
	if err != nil {
		return nil, err
	}
	return f.card(), nil
}

// greedy holds what is known about the rows while lines are added.
type greedy struct {
	s     *binned
	lines []candidate
	code  []uint8 // by row: the label, then from bit 1 the answers
	sum   tally
	beta  weights
	res   []float64 // v*(y-p)
	curv  []float64 // v*p*(1-p)
}

// greedy takes lines one at a time. saw is told of every line's statistic at every stage, used columns too, and
// after the last one.
func (s *binned) greedy(ctx context.Context, saw func(c candidate, stat float64)) (*greedy, error) {
	n := len(s.rows)
	g := &greedy{s: s, code: make([]uint8, n), res: make([]float64, n), curv: make([]float64, n)}
	for i, y := range s.y {
		g.code[i] = uint8(y)
		g.sum.all[0] += s.v[i]
		g.sum.pos[0] += s.v[i] * y
	}
	g.beta[0] = math.Log(g.sum.pos[0] / (g.sum.all[0] - g.sum.pos[0]))
	used := map[key]bool{}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		g.look()
		var best candidate
		top := 0.0
		s.scan(g.res, g.curv, func(j, cut int, below bool, rate, stat float64) {
			c := candidate{j, cut, below, rate}
			saw(c, stat)
			if stat > top && !used[s.key(c)] {
				best, top = c, stat
			}
		})
		if len(g.lines) == MaxLines || top < math.Log(float64(n)) {
			return g, nil
		}
		used[s.key(best)] = true
		g.add(best)
	}
}

// look brings residuals and curvature up to date.
func (g *greedy) look() {
	var p [cells]float64
	for c := range 1 << g.sum.k {
		eta := g.beta[0]
		for j := range g.sum.k {
			if c&(1<<j) != 0 {
				eta += g.beta[j+1]
			}
		}
		p[c] = 1 / (1 + math.Exp(-eta))
	}
	for i, code := range g.code {
		v, p := g.s.v[i], p[code>>1]
		g.res[i], g.curv[i] = v*(float64(code&1)-p), v*p*(1-p)
	}
}

// add takes the line and fits all weights again.
func (g *greedy) add(c candidate) {
	yes := g.s.yes(c)
	counted := count(g.code, g.s.v, yes)
	for _, i := range yes {
		g.code[i] |= 2 << g.sum.k
	}
	g.sum = g.sum.split(&counted)
	g.lines = append(g.lines, c)
	g.sum.fit(&g.beta)
}

// count returns the weight of the rows that say yes, by code.
func count(code []uint8, v []float64, yes []int32) (out [2 * cells]float64) {
	for _, i := range yes {
		out[code[i]%(2*cells)] += v[i]
	}
	return out
}
