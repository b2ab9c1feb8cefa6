package card

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// free is the least of log loss + ridge/2 * |weights|^2 over all weights on the given lines: the slow twin of fits
// by tallies and of relaxed, row by row.
func free(t Table, lines []Line) float64 {
	n, k := len(t.Rows), len(lines)+1
	var total float64
	v := make([]float64, n)
	z := make([][]float64, n)
	for i, r := range t.Rows {
		v[i] = 1
		if t.W != nil {
			v[i] = t.W[r]
		}
		total += v[i]
		z[i] = append(z[i], 1)
		for _, l := range lines {
			x := 0.0
			if l.Yes(t.X[l.Column][r]) {
				x = 1
			}
			z[i] = append(z[i], x)
		}
	}
	b := make([]float64, k)
	at := func(b []float64) (loss float64, g, h []float64) {
		g, h = make([]float64, k), make([]float64, k*k)
		for i, r := range t.Rows {
			var eta float64
			for a := range k {
				eta += b[a] * z[i][a]
			}
			p, w := 1/(1+math.Exp(-eta)), v[i]*float64(n)/total
			loss -= w * (t.Y[r]*math.Log(p) + (1-t.Y[r])*math.Log(1-p))
			for a := range k {
				g[a] += w * (t.Y[r] - p) * z[i][a]
				for c := range k {
					h[a*k+c] += w * p * (1 - p) * z[i][a] * z[i][c]
				}
			}
		}
		for a := 1; a < k; a++ {
			loss += ridge / 2 * b[a] * b[a]
			g[a] -= ridge * b[a]
			h[a*k+a] += ridge
		}
		return loss, g, h
	}
	loss, g, h := at(b)
	for range 100 {
		for a := range k { // Gauss without pivots: h is positive definite
			for c := a + 1; c < k; c++ {
				f := h[c*k+a] / h[a*k+a]
				for e := a; e < k; e++ {
					h[c*k+e] -= f * h[a*k+e]
				}
				g[c] -= f * g[a]
			}
		}
		for a := k - 1; a >= 0; a-- {
			for c := a + 1; c < k; c++ {
				g[a] -= h[a*k+c] * g[c]
			}
			g[a] /= h[a*k+a]
		}
		next := slices.Clone(b)
		share := 1.0
		for ; share > 1e-9; share /= 2 {
			for a := range k {
				next[a] = b[a] + share*g[a]
			}
			if l, _, _ := at(next); l < loss {
				break
			}
		}
		if share <= 1e-9 {
			break
		}
		b = next
		loss, g, h = at(b)
	}
	return loss
}

func drawFinder(rt *rapid.T) (Table, *finder, []Line) {
	tab := drawTable(rt)
	s, err := newBinned(&tab)
	require.NoError(rt, err)
	found, err := s.candidates(context.Background(), SearchOptions{Candidates: 9, PerColumn: 4})
	require.NoError(rt, err)
	found = rapid.Permutation(found).Draw(rt, "order") // a strong line may stand anywhere
	f := newFinder(s, found)
	var lines []Line
	for _, c := range found {
		lines = append(lines, s.line(c.column, c.cut, c.below, c.rate))
	}
	return tab, f, lines
}

// TestBoundsAreJustBelowTheTruth: what a search leaves out rests on them. A bound above the truth would lose the
// best card, one far below would leave out nothing.
func TestBoundsAreJustBelowTheTruth(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab, f, lines := drawFinder(rt)
		f.relax()
		each := math.Log(float64(len(tab.Rows))) / 2
		for j := range lines {
			truth := free(tab, lines[j:]) + each // no card has fewer lines than one
			require.LessOrEqual(rt, f.floor(j), truth-slack/2, "lines from %d on", j)
			if j%4 == 0 {
				require.Greater(rt, f.floor(j), truth-10*slack, "lines from %d on", j)
			}
			if j > 0 {
				require.GreaterOrEqual(rt, f.floor(j), f.floor(j-1), "fewer lines fit no better")
			}
		}
		at, mine := f.root, []Line(nil)
		for j, l := range lines {
			if f.clash(&at, j) || at.k == MaxLines {
				continue
			}
			at, mine = f.child(&at, j), append(mine, l)
			truth := free(tab, mine) + each*float64(at.k)
			require.LessOrEqual(rt, at.bound, truth-slack/2, "%d lines", at.k)
			require.Greater(rt, at.bound, truth-10*slack, "%d lines", at.k)
		}
	})
}

// TestWhatWasNotLookedAtIsNotBelowItsBound cuts the search short wherever that may be and looks itself at every set
// that was left.
func TestWhatWasNotLookedAtIsNotBelowItsBound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab, f, lines := drawFinder(rt)
		f.relax()
		f.best.objective = math.Inf(1) // nothing is left out for being no better
		most := rapid.IntRange(1, 250).Draw(rt, "most")
		f.enumerate(context.Background(), most)
		require.Len(rt, f.open, f.looked)
		seen := map[[MaxLines]int16]int{}
		for _, o := range f.open {
			seen[o.lines]++
		}
		least, left := math.Inf(1), 0
		var visit func(at node, from int)
		visit = func(at node, from int) {
			for j := from; j < len(lines); j++ {
				if f.clash(&at, j) {
					continue
				}
				next := f.child(&at, j)
				if seen[next.lines] == 0 {
					least, left = min(least, next.bound), left+1
				}
				require.LessOrEqual(rt, seen[next.lines], 1)
				if next.k < MaxLines {
					visit(next, j+1)
				}
			}
		}
		visit(f.root, 0)
		if left == 0 {
			return
		}
		require.GreaterOrEqual(rt, f.looked, most, "it stopped before it had to")
		assert.LessOrEqual(rt, f.unseen, least+2*slack, "%d of %d sets left, %d rows", left, left+f.looked, len(tab.Rows))
	})
}

// TestAStrongLineAmongTheLastIsInTheBound: of ten lines the fourth says most, and the search ends before it is reached.
func TestAStrongLineAmongTheLastIsInTheBound(t *testing.T) {
	x, y, rows := rules(400, 8)
	x = append(slices.Clone(x), make([]float64, len(y)))
	last := len(x) - 1
	for i := range y {
		x[last][i] = y[i]
		if i%10 == 0 {
			x[last][i] = 1 - y[i]
		}
	}
	tab := Table{X: x, Y: y, Rows: rows}
	s, err := newBinned(&tab)
	require.NoError(t, err)
	found, err := s.candidates(context.Background(), SearchOptions{Candidates: 10, PerColumn: 2})
	require.NoError(t, err)
	at := slices.IndexFunc(found, func(c candidate) bool { return c.column == last })
	require.GreaterOrEqual(t, at, 0)
	found = slices.DeleteFunc(found, func(c candidate) bool { return c.column == last })
	strong, err := s.candidates(context.Background(), SearchOptions{Candidates: 10, PerColumn: 2})
	require.NoError(t, err)
	found = slices.Insert(found, 3, strong[at])
	whole := newFinder(s, found)
	whole.relax()
	whole.enumerate(context.Background(), math.MaxInt)
	best := math.Inf(1)
	for _, o := range whole.open {
		best = min(best, o.bound)
	}
	upTo := 0 // sets that begin with one of the first three
	for _, o := range whole.open {
		if o.lines[0] < 3 {
			upTo++
		}
	}
	cut := newFinder(s, found)
	cut.relax()
	cut.best.objective = math.Inf(1)
	cut.enumerate(context.Background(), upTo)
	require.Greater(t, upTo, 0)
	require.True(t, cut.stop)
	assert.LessOrEqual(t, cut.unseen, best)
	assert.Greater(t, cut.floor(4), best, "without that line nobody comes near")
}

// TestSetsThatSayTheSameAreEqual in spite of rounding, so that the one listed first wins: columns and their images.
func TestSetsThatSayTheSameAreEqual(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := drawTable(rt)
		tab.X, tab.Levels = [][]float64{tab.X[0], tab.X[2], nil, nil}, nil
		for i := range tab.Y {
			tab.X[2], tab.X[3] = append(tab.X[2], 2*tab.X[0][i]+1), append(tab.X[3], tab.X[1][i]+7)
		}
		s, err := newBinned(&tab)
		require.NoError(rt, err)
		found, err := s.candidates(context.Background(), SearchOptions{Candidates: 30, PerColumn: 1})
		require.NoError(rt, err)
		f := newFinder(s, found)
		at := func(set ...int) node {
			out := f.root
			for _, j := range set {
				out = f.child(&out, j)
			}
			return out
		}
		for a := range found {
			for b := range found {
				if a != b && f.keys[a] != f.keys[b] {
					one, two := at(a, b), at(b, a)
					assert.InDelta(rt, one.bound, two.bound, 1.01*slack)
					assert.InDelta(rt, one.bound/slack, math.Round(one.bound/slack), 1e-6, "bounds are whole slacks")
				}
			}
		}
		c, p, err := Search(context.Background(), tab, SearchOptions{Candidates: 30, PerColumn: 1})
		require.NoError(rt, err)
		require.True(rt, p.Optimal)
		used := map[int]bool{}
		for _, l := range c.Lines {
			used[l.Column] = true
		}
		for _, l := range c.Lines {
			if l.Column < 2 || used[l.Column-2] {
				continue
			}
			for _, other := range p.Candidates {
				if other.Column == l.Column-2 && other.Below == l.Below {
					assert.NotEqual(rt, l.Rate, other.Rate, "column %d says what column %d says", l.Column, l.Column-2)
				}
			}
		}
	})
}
