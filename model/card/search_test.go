package card

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// worth is the objective of given lines and points as Proof's comment says it, fitted row by row: the slow
// twin of everything that goes by tallies.
func worth(t Table, lines []Line, points []int) float64 {
	n := len(t.Rows)
	var total float64
	for _, r := range t.Rows {
		if t.W != nil {
			total += t.W[r]
		} else {
			total++
		}
	}
	x, square, all := make([]float64, n), 0.0, 0
	for k, l := range lines {
		for i, r := range t.Rows {
			if l.Yes(t.X[l.Column][r]) {
				x[i] += float64(points[k])
			}
		}
		square += float64(points[k] * points[k])
		all += points[k]
	}
	var a, b float64
	loss := math.Inf(1)
	for step := range 200 {
		var now, g0, g1, h00, h01, h11 float64
		for i, r := range t.Rows {
			v := float64(n) / total
			if t.W != nil {
				v *= t.W[r]
			}
			eta := b + a*x[i]
			p := 1 / (1 + math.Exp(-eta))
			now -= v * (t.Y[r]*math.Log(p) + (1-t.Y[r])*math.Log(1-p))
			g0 += v * (t.Y[r] - p)
			g1 += v * (t.Y[r] - p) * x[i]
			h00 += v * p * (1 - p)
			h01 += v * p * (1 - p) * x[i]
			h11 += v * p * (1 - p) * x[i] * x[i]
		}
		now += 0.05 * square * a * a
		g1 -= 0.1 * square * a
		h11 += 0.1 * square
		if len(lines) == 0 {
			h11 = 1
		}
		loss = now
		det := h00*h11 - h01*h01
		scale := 1.0
		if step < 5 {
			scale = 0.5 // no line search here, so go slowly at first
		}
		db, da := (h11*g0-h01*g1)/det, (h00*g1-h01*g0)/det
		b, a = b+scale*db, a+scale*da
		if math.Abs(db)+math.Abs(da) < 1e-7 {
			break
		}
	}
	if a < 0 {
		return math.Inf(1)
	}
	return loss + math.Log(float64(n))/2*(float64(len(lines))+float64(all-len(lines))/30)
}

// bruteForce tries every set of lines and every way to give points.
func bruteForce(t Table, lines []Line) float64 {
	best := worth(t, nil, nil)
	var set []Line
	var points []int
	var deal func(k int)
	deal = func(k int) {
		if k == len(set) {
			best = min(best, worth(t, set, points))
			return
		}
		for q := 1; q <= MaxPoints; q++ {
			points[k] = q
			deal(k + 1)
		}
	}
	for bits := 1; bits < 1<<len(lines); bits++ {
		set = set[:0]
		asked := map[key]bool{}
		again := false
		for j, l := range lines {
			if bits&(1<<j) == 0 {
				continue
			}
			k := key{l.Column, -1}
			if l.Is {
				k.level = int(l.Threshold)
			}
			again = again || asked[k]
			asked[k] = true
			set = append(set, l)
		}
		if again || len(set) > MaxLines {
			continue
		}
		points = make([]int, len(set))
		deal(0)
	}
	return best
}

// drawTable draws a small table of two columns of numbers with holes and one of levels.
func drawTable(rt *rapid.T) Table {
	n := rapid.IntRange(25, 50).Draw(rt, "rows")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 3))
	t := Table{X: make([][]float64, 3), Levels: [][]string{nil, nil, {"red", "green", "blue"}}}
	if rapid.Bool().Draw(rt, "weighted") {
		t.W = make([]float64, n)
	}
	for i := range n {
		eta := -0.5
		for j := range t.X {
			v := float64(rng.IntN(6))
			switch {
			case j == 2:
				v = float64(rng.IntN(3))
			case j == 1 && v == 5:
				v = math.NaN()
			}
			if v > 2 {
				eta += 1.5
			}
			t.X[j] = append(t.X[j], v)
		}
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-eta)) {
			y = 1
		}
		t.Y, t.Rows = append(t.Y, y), append(t.Rows, int32(i))
		if t.W != nil {
			t.W[i] = 0.2 + rng.Float64()
		}
	}
	t.Y[0], t.Y[1] = 0, 1
	return t
}

func TestSearchFindsWhatBruteForceFinds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := drawTable(rt)
		c, p, err := Search(context.Background(), tab, SearchOptions{Candidates: 4, PerColumn: 2})
		require.NoError(rt, err)
		require.NoError(rt, c.Check(3))
		require.True(rt, p.Optimal)
		want := bruteForce(tab, p.Candidates)
		assert.InDelta(rt, want, p.Objective, 1e-5)
		var points []int
		for _, l := range c.Lines {
			points = append(points, l.Points)
		}
		assert.InDelta(rt, worth(tab, c.Lines, points), p.Objective, 1e-5, "the objective is that of the card")
	})
}

func TestSearchCutShortSaysHowFarItMayBeOff(t *testing.T) {
	x, y, rows := rules(700, 8)
	tab := Table{X: x, Y: y, Rows: rows}
	best, full, err := Search(context.Background(), tab, SearchOptions{Candidates: 20})
	require.NoError(t, err)
	require.True(t, full.Optimal)
	assert.Zero(t, full.Gap())
	for _, most := range []int{1, 50, 500} {
		c, p, err := Search(context.Background(), tab, SearchOptions{Candidates: 20, Most: most})
		require.NoError(t, err)
		require.NoError(t, c.Check(len(x)))
		assert.Less(t, p.Looked, full.Looked)
		assert.LessOrEqual(t, p.Bound, full.Objective, "most %d", most)
		assert.GreaterOrEqual(t, p.Objective, full.Objective)
		assert.GreaterOrEqual(t, p.Gap(), p.Objective-full.Objective)
		assert.Less(t, p.Gap(), 0.2*p.Objective, "most %d: a bound worth something", most)
	}
	_, p, err := Search(context.Background(), tab, SearchOptions{Candidates: 20, Limit: time.Nanosecond})
	require.NoError(t, err)
	assert.False(t, p.Optimal)
	assert.Greater(t, p.Gap(), 0.0)
	again, _, err := Search(context.Background(), tab, SearchOptions{Candidates: 20})
	require.NoError(t, err)
	assert.Equal(t, best, again)
}

func TestSearchIsNeverWorseThanTheQuickCard(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := drawTable(rt)
		tab.Levels = nil
		g, err := Learn(context.Background(), tab.X, tab.Y, tab.W, tab.Rows)
		require.NoError(rt, err)
		_, p, err := Search(context.Background(), tab, SearchOptions{Candidates: 14})
		require.NoError(rt, err)
		var points []int
		for _, l := range g.Lines {
			points = append(points, l.Points)
		}
		assert.LessOrEqual(rt, p.Objective, worth(tab, g.Lines, points)+1e-6)
	})
}

func TestLevelsAreAskedForByName(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	tab := Table{X: make([][]float64, 2), Levels: [][]string{{"alone", "couple", "home"}, nil}}
	for i := range 1500 {
		home, v := float64(rng.IntN(3)), rng.NormFloat64()
		eta := -1.5
		if home == 0 {
			eta += 2
		}
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-eta)) {
			y = 1
		}
		if i%10 == 9 {
			home = math.NaN()
		}
		tab.X[0], tab.X[1] = append(tab.X[0], home), append(tab.X[1], v)
		tab.Y, tab.Rows = append(tab.Y, y), append(tab.Rows, int32(i))
	}
	c, p, err := Search(context.Background(), tab, SearchOptions{Candidates: 12})
	require.NoError(t, err)
	require.True(t, p.Optimal)
	require.Len(t, c.Lines, 1)
	l := c.Lines[0]
	assert.True(t, l.Is && !l.Below && l.Threshold == 0)
	assert.Equal(t, "alone", l.Level)
	assert.True(t, l.Yes(0))
	assert.False(t, l.Yes(1))
	assert.False(t, l.Yes(math.NaN()))
	l.Below = true
	assert.False(t, l.Yes(0))
	assert.True(t, l.Yes(2))
	assert.False(t, l.Yes(math.NaN()), "missing answers no to either")
	var b strings.Builder
	c.Lines = append(c.Lines, l)
	require.NoError(t, c.WriteText(&b, English, func(int) string { return "Household" }, nil))
	assert.Contains(t, b.String(), "Household is alone ")
	assert.Contains(t, b.String(), "Household is not alone ")

	tab.X[0][3] = 3
	_, _, err = Search(context.Background(), tab, SearchOptions{})
	assert.ErrorContains(t, err, "column 0: row 3 holds 3, want a level's number, 0 to 2")
}

func BenchmarkSearch800x60(b *testing.B) {
	x, y, rows := rules(800, 3)
	for j := 8; j < 60; j++ {
		x = append(x, make([]float64, 800))
		rng := rand.New(rand.NewPCG(uint64(j), 1))
		for i := range x[j] {
			x[j][i] = rng.NormFloat64() + y[i]*0.3
		}
	}
	for b.Loop() {
		_, p, err := Search(context.Background(), Table{X: x, Y: y, Rows: rows}, SearchOptions{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(p.Looked), "sets")
	}
}

func BenchmarkLearn800x60(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	x := make([][]float64, 60)
	y, rows := make([]float64, 800), make([]int32, 800)
	for j := range x {
		x[j] = make([]float64, 800)
		for i := range x[j] {
			x[j][i] = rng.NormFloat64()
		}
	}
	for i := range y {
		rows[i] = int32(i)
		if x[3][i]+x[7][i]+0.5*x[9][i]+0.5*x[11][i]+rng.NormFloat64() > 0 {
			y[i] = 1
		}
	}
	for b.Loop() {
		_, _ = Learn(context.Background(), x, y, nil, rows)
	}
}
