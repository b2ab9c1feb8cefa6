package gam

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var nan = math.NaN()

// additive is a table whose log odds are known: a line, a bump, levels, and noise; with a planted interaction if asked for.
func additive(n int, seed uint64, interaction float64) (Table, func(j int, x float64) float64) {
	rng := rand.New(rand.NewPCG(seed, 7))
	t := Table{IDs: []string{"line", "wave", "level", "noise", "holes", "noise2"}, X: make([][]float64, 6), Group: make([]int32, n)}
	t.Levels = [][]string{nil, nil, {"a", "b", "c", "d"}, nil, nil, nil}
	truth := func(j int, x float64) float64 {
		switch {
		case j == 0:
			return 0.8 * x
		case j == 1:
			return math.Sin(2 * x)
		case j == 2:
			return []float64{-0.8, 0, 0.4, 1}[int(x)]
		case j == 4 && x != x:
			return 1
		}
		return 0
	}
	for i := range n {
		eta := -0.5
		for j := range t.X {
			v := rng.NormFloat64()
			if j == 2 {
				v = float64(rng.IntN(4))
			}
			if j == 4 && rng.Float64() < 0.2 {
				v = nan
			}
			t.X[j] = append(t.X[j], v)
			eta += truth(j, v)
		}
		if t.X[3][i] > 0 == (t.X[5][i] > 0) {
			eta += interaction
		} else {
			eta -= interaction
		}
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-eta)) {
			y = 1
		}
		t.Y = append(t.Y, y)
		t.Group[i] = int32(i)
	}
	return t, truth
}

func train(t testing.TB, tab Table, opt Options) *Model {
	t.Helper()
	m, err := Train(context.Background(), tab, opt)
	require.NoError(t, err)
	require.NoError(t, m.Check())
	return m
}

func written(t testing.TB, m *Model) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, m.Write(&b))
	return b.String()
}

// row returns row i of the columns.
func row(x [][]float64, i int) []float64 {
	out := make([]float64, len(x))
	for j := range x {
		out[j] = x[j][i]
	}
	return out
}

func TestContributionsAddUpExactlyOneByOneAndInBatches(t *testing.T) {
	tab, _ := additive(1500, 1, 1)
	m := train(t, tab, Options{Seed: 1})
	require.Greater(t, len(m.Terms), len(m.Columns), "no pair found, or this test shows too little")
	s := m.Compile()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 600).Draw(rt, "rows")
		x := make([][]float64, len(tab.X))
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		for j := range x {
			for range n {
				v := []float64{nan, rng.NormFloat64(), float64(rng.IntN(6)), -1e300, 1e300, math.Inf(1), math.Copysign(0, -1)}[rng.IntN(7)]
				x[j] = append(x[j], v)
			}
		}
		batch := make([]float64, n)
		s.Batch(batch, x, rapid.IntRange(1, 4).Draw(rt, "workers"))
		c := make([]float64, len(x))
		for i := range n {
			got := s.Contributions(c, row(x, i))
			sum := m.Intercept
			for _, v := range c {
				sum += v
			}
			if got != sum || got != batch[i] || got != s.LogOdds(row(x, i)) {
				rt.Fatalf("row %v: log odds %v, batch %v, intercept plus contributions %v", row(x, i), got, batch[i], sum)
			}
			assert.InDelta(rt, slowLogOdds(m, row(x, i)), got, 1e-12)
		}
	})
}

// slowLogOdds reads the tables of the model as their comments say, knowing nothing of the scorer.
func slowLogOdds(m *Model, x []float64) float64 {
	bin := func(j int) int {
		c := &m.Columns[j]
		if x[j] != x[j] {
			return 0
		}
		if c.Levels != nil {
			if x[j] < 0 || x[j] >= float64(len(c.Levels)) || x[j] != math.Floor(x[j]) {
				return 0
			}
			return c.LevelBin[int(x[j])]
		}
		b := 1
		for _, cut := range c.Cuts {
			if cut < x[j] {
				b++
			}
		}
		return b
	}
	sum := m.Intercept
	for _, t := range m.Terms {
		if a := t.Columns[0]; len(t.Columns) == 1 {
			sum += t.Value[bin(a)]
		} else {
			b := t.Columns[1]
			sum += t.Value[m.Columns[a].PairBin[bin(a)]*m.Columns[b].PairBins()+m.Columns[b].PairBin[bin(b)]]
		}
	}
	return sum
}

func TestTermsAreCentredAndPairsPure(t *testing.T) {
	tab, _ := additive(1500, 2, 1)
	tab.W = make([]float64, 1500)
	for i := range tab.W {
		tab.W[i] = 0.5 + float64(i%4)
	}
	m := train(t, tab, Options{Seed: 1})
	require.Greater(t, len(m.Terms), len(m.Columns))
	for _, term := range m.Terms {
		rows, cols := m.size(&term)
		if cols == 1 {
			rows, cols = cols, rows
		}
		total := 0.0
		for _, w := range term.Weight {
			total += w
		}
		assert.InDelta(t, 1.5*1500+0.5*1500, total, 1e-3, "weights of the rows")
		for a := range rows {
			var mean float64
			for b := range cols {
				mean += term.Weight[a*cols+b] * term.Value[a*cols+b]
			}
			assert.InDelta(t, 0, mean/total, 1e-9, "%v along bin %d of the first", term.Columns, a)
		}
		for b := 0; b < cols && len(term.Columns) == 2; b++ {
			var mean float64
			for a := range rows {
				mean += term.Weight[a*cols+b] * term.Value[a*cols+b]
			}
			assert.InDelta(t, 0, mean/total, 1e-9, "%v along bin %d of the second", term.Columns, b)
		}
	}
}

func TestPurifyKeepsTheSumAndLeavesNothingOnTheAxes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows, cols := rapid.IntRange(1, 6).Draw(rt, "rows"), rapid.IntRange(1, 6).Draw(rt, "cols")
		value, weight := make([]float64, rows*cols), make([]float64, rows*cols)
		for k := range value {
			value[k] = rapid.Float64Range(-3, 3).Draw(rt, "value")
			weight[k] = rapid.SampledFrom([]float64{0, 0.5, 1, 2, 40}).Draw(rt, "weight")
		}
		was := slices.Clone(value)
		row, col := purify(value, weight, rows, cols)
		for a := range rows {
			var mean float64
			for b := range cols {
				k := a*cols + b
				mean += weight[k] * value[k]
				assert.InDelta(rt, was[k], value[k]+row[a]+col[b], 1e-9)
			}
			assert.InDelta(rt, 0, mean, 1e-9)
		}
		for b := range cols {
			var mean float64
			for a := range rows {
				mean += weight[a*cols+b] * value[a*cols+b]
			}
			assert.InDelta(rt, 0, mean, 1e-9)
		}
	})
}

func TestMonotoneShapesNeverTurn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab, _ := additive(150, rapid.Uint64().Draw(rt, "seed"), 0)
		sign := rapid.SampledFrom([]int8{-1, 1}).Draw(rt, "sign")
		smooth := rapid.SampledFrom([]float64{0, 3}).Draw(rt, "smooth")
		m := train(t, tab, Options{Seed: 1, Bags: 3, Cycles: 8, Leaves: 6, Monotone: []int8{sign, sign, 0, sign, sign, 0}, Smooth: smooth})
		for _, term := range m.Terms {
			for _, j := range term.Columns {
				if j == 2 || j == 5 {
					continue
				}
				require.Len(rt, term.Columns, 1, "a monotone column is in a pair")
				for b := 2; b < len(term.Value); b++ {
					if (term.Value[b]-term.Value[b-1])*float64(sign) < -1e-12 {
						rt.Fatalf("column %d turns at bin %d: %v", j, b, term.Value)
					}
				}
			}
		}
	})
}

func TestMonotoneColumnIsLearnedWhenTheTruthIs(t *testing.T) {
	tab, _ := additive(2000, 3, 0)
	m := train(t, tab, Options{Seed: 1, Monotone: []int8{1, 0, 0, 0, 0, 0}})
	v := m.Terms[0].Value
	assert.Greater(t, v[len(v)-1]-v[1], 1.5, "0.8 a standard deviation")
}

func TestAnyNumberOfWorkersGivesTheSameBytes(t *testing.T) {
	tab, _ := additive(900, 4, 1)
	want := written(t, train(t, tab, Options{Seed: 5, Workers: 1}))
	for _, workers := range []int{2, 4} {
		assert.True(t, want == written(t, train(t, tab, Options{Seed: 5, Workers: workers})), "%d workers", workers)
	}
	other := train(t, tab, Options{Seed: 6})
	other.Training.Seed = 5
	assert.False(t, want == written(t, other), "the seed decides the bags")
}

func TestOrderOfRowsChangesNothing(t *testing.T) {
	tab, _ := additive(900, 5, 1)
	a := train(t, tab, Options{Seed: 5})
	perm := rand.New(rand.NewPCG(1, 1)).Perm(900)
	other := tab
	other.X, other.Y, other.Group = make([][]float64, len(tab.X)), nil, nil
	for _, i := range perm {
		other.Y, other.Group = append(other.Y, tab.Y[i]), append(other.Group, tab.Group[i])
		for j := range tab.X {
			other.X[j] = append(other.X[j], tab.X[j][i])
		}
	}
	sameModel(t, a, train(t, other, Options{Seed: 5}), 1e-6)
}

func TestWeightTwoIsTwoRows(t *testing.T) {
	tab, _ := additive(700, 6, 1)
	twice := tab
	twice.X, twice.Y, twice.Group = make([][]float64, len(tab.X)), nil, nil
	tab.W = make([]float64, 700)
	for i := range tab.W {
		tab.W[i] = float64(1 + i%2)
		for range 1 + i%2 {
			twice.Y, twice.Group = append(twice.Y, tab.Y[i]), append(twice.Group, tab.Group[i])
			for j := range tab.X {
				twice.X[j] = append(twice.X[j], tab.X[j][i])
			}
		}
	}
	sameModel(t, train(t, tab, Options{Seed: 5, Bins: 64}), train(t, twice, Options{Seed: 5, Bins: 64}), 1e-4)
}

func sameModel(t *testing.T, a, b *Model, tol float64) {
	t.Helper()
	require.Equal(t, len(a.Terms), len(b.Terms))
	assert.InDelta(t, a.Intercept, b.Intercept, tol)
	for k := range a.Terms {
		require.Equal(t, a.Terms[k].Columns, b.Terms[k].Columns)
		assert.InDeltaSlice(t, a.Terms[k].Value, b.Terms[k].Value, tol, "term %v", a.Terms[k].Columns)
		assert.InDeltaSlice(t, a.Terms[k].SE, b.Terms[k].SE, tol, "term %v", a.Terms[k].Columns)
	}
}

func TestOffsetIsTakenAsKnown(t *testing.T) {
	tab, truth := additive(3000, 7, 0)
	tab.Offset = make([]float64, 3000)
	for i := range tab.Offset {
		tab.Offset[i] = truth(0, tab.X[0][i])
	}
	m := train(t, tab, Options{Seed: 1, Pairs: -1})
	for b := 20; b < 200; b++ {
		assert.InDelta(t, 0, m.Terms[0].Value[b], 0.35, "the line is in the offset already")
	}
	assert.Greater(t, slices.Max(m.Terms[1].Value), 0.5, "the wave is not")
}

func TestFASTRanksAPlantedInteractionFirst(t *testing.T) {
	for seed := range uint64(5) {
		tab, _ := additive(1500, 20+seed, 0.7)
		m := train(t, tab, Options{Seed: seed, Pairs: 1})
		require.Len(t, m.Terms, len(m.Columns)+1)
		p := m.Terms[len(m.Columns)]
		assert.Equal(t, []int{3, 5}, p.Columns)
		_, cols := m.size(&p)
		assert.Greater(t, p.Value[2*cols+2], 0.2, "both low: more")
		assert.Less(t, p.Value[2*cols+cols-2], -0.2, "one low: less")
	}
}

func TestNoInteractionNoPair(t *testing.T) {
	for seed := range uint64(5) {
		tab, _ := additive(1500, 40+seed, 0)
		assert.Len(t, train(t, tab, Options{Seed: seed}).Terms, 6)
	}
}

// TestAdditiveTruthIsRecoveredWithinItsBars fits many tables of one truth. Averaged over the bins where most rows are, the shape is near
// the truth and two standard errors cover it about as often as they should; boosting stops early, so that the ends fall short.
func TestAdditiveTruthIsRecoveredWithinItsBars(t *testing.T) {
	var covered, all float64
	var square, weight float64
	for seed := range uint64(6) {
		tab, truth := additive(3000, 60+seed, 0)
		m := train(t, tab, Options{Seed: seed, Pairs: -1, Bins: 32})
		for j := range 3 {
			want, n := make([]float64, m.Columns[j].Bins()), make([]float64, m.Columns[j].Bins())
			s := newSearch(&m.Columns[j])
			var mean float64
			for _, x := range tab.X[j] {
				b := s.bin(x)
				want[b] += truth(j, x)
				n[b]++
				mean += truth(j, x) / 3000
			}
			for b := range n {
				if n[b] == 0 {
					continue
				}
				d := m.Terms[j].Value[b] - (want[b]/n[b] - mean)
				square += n[b] * d * d
				weight += n[b]
				all++
				if math.Abs(d) <= 2*m.Terms[j].SE[b] {
					covered++
				}
			}
		}
	}
	assert.Less(t, math.Sqrt(square/weight), 0.2, "root mean square distance from the truth, log odds")
	assert.Greater(t, covered/all, 0.8)
	assert.Less(t, covered/all, 0.995, "bars that always cover are too wide")
}

func TestSmoothSolvesItsEquationsAndKeepsTheMean(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(rt, "bins")
		v, w := make([]float64, n), make([]float64, n)
		var total float64
		for k := range v {
			v[k], w[k] = rapid.Float64Range(-2, 2).Draw(rt, "v"), rapid.Float64Range(0.1, 9).Draw(rt, "w")
			total += w[k]
		}
		was, lambda := slices.Clone(v), 0.7*total/float64(n)
		smooth(v, w, 0.7)
		var before, after float64
		for k := range v {
			slope := w[k] * (v[k] - was[k])
			if k > 0 {
				slope += lambda * (v[k] - v[k-1])
			}
			if k < n-1 {
				slope += lambda * (v[k] - v[k+1])
			}
			assert.InDelta(rt, 0, slope, 1e-9, "the derivative at bin %d", k)
			before, after = before+w[k]*was[k], after+w[k]*v[k]
		}
		assert.InDelta(rt, before, after, 1e-9)
	})
}

func TestBinsPartNoEqualValuesAndSearchCountsCuts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(rt, "rows")
		x := make([]float64, n)
		for i := range x {
			x[i] = rapid.SampledFrom([]float64{nan, math.Copysign(0, -1), 0, 1, 2, 1e308, -1e308, 5e-324, rapid.Float64().Draw(rt, "x"), rapid.Float64Range(-1, 1).Draw(rt, "x")}).Draw(rt, "kind")
			if math.IsInf(x[i], 0) {
				x[i] = 3
			}
		}
		b := binNumeric(x, nil, rapid.IntRange(3, 256).Draw(rt, "bins"), 32)
		require.NoError(rt, b.check())
		s := newSearch(&b.Column)
		for i, v := range x {
			want := 0
			if v == v {
				want = 1 + sort.Search(len(b.Cuts), func(k int) bool { return b.Cuts[k] >= v })
			}
			if int(s.bin(v)) != want || int(b.fine[i]) != want {
				rt.Fatalf("%v among %v: bin %d and %d, want %d", v, b.Cuts, s.bin(v), b.fine[i], want)
			}
		}
	})
}

func TestLevelsNotSeenOrNotNamedAreMissing(t *testing.T) {
	tab, _ := additive(400, 8, 0)
	tab.Levels[2] = []string{"a", "b", "c", "d", "never"}
	m := train(t, tab, Options{Seed: 1, Bags: 3})
	s := m.Compile()
	x := row(tab.X, 0)
	at := func(v float64) float64 { x[2] = v; return s.LogOdds(x) }
	assert.Equal(t, at(nan), at(4))
	assert.Equal(t, at(nan), at(5))
	assert.Equal(t, at(nan), at(-1))
	assert.Equal(t, at(nan), at(0.5))
	assert.NotEqual(t, at(nan), at(0))
	assert.Zero(t, m.Terms[2].Value[0], "no row was missing: nothing is known about it")
}

func TestEveryGroupIsHeldOutOnceInEachDeal(t *testing.T) {
	tab, _ := additive(200, 9, 0)
	for i := range tab.Group {
		tab.Group[i] = int32(i / 3)
	}
	opt := Options{Bags: 16}.filled(200)
	bags, err := deals(newData(&tab, &opt), &tab, &opt)
	require.NoError(t, err)
	require.Len(t, bags, 16)
	for i := range tab.Y {
		times := 0
		for _, b := range bags {
			if b.held[i] {
				times++
			}
			assert.Equal(t, b.held[i], b.held[i/3*3], "a group is parted")
		}
		assert.Equal(t, 2, times)
	}
}

func TestProgressAndCancel(t *testing.T) {
	tab, _ := additive(400, 10, 0)
	var last, total int
	train(t, tab, Options{Seed: 1, Progress: func(d, n int) {
		assert.GreaterOrEqual(t, d, last)
		last, total = d, n
	}})
	assert.Equal(t, total, last)
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Train(ctx, tab, Options{Seed: 1, Progress: func(int, int) { cancel() }})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestUselessInputIsAnErrorThatSaysWhere(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(t *Table, o *Options)
		want string
	}{
		{"one class", func(t *Table, _ *Options) { clear(t.Y) }, "one class"},
		{"label", func(t *Table, _ *Options) { t.Y[3] = 2 }, "y of row 3 is 2"},
		{"infinite", func(t *Table, _ *Options) { t.X[1][4] = math.Inf(-1) }, "column wave of row 4 is -Inf"},
		{"weight", func(t *Table, _ *Options) { t.W = make([]float64, len(t.Y)) }, "weight of row 0 is 0"},
		{"offset", func(t *Table, _ *Options) { t.Offset = slices.Repeat([]float64{nan}, len(t.Y)) }, "offset of row 0 is NaN"},
		{"one group", func(t *Table, _ *Options) { clear(t.Group) }, "too few groups"},
		{"rate", func(_ *Table, o *Options) { o.Rate = nan }, "rate is NaN"},
		{"bins", func(_ *Table, o *Options) { o.Bins = 300 }, "bins is 300"},
		{"monotone levels", func(_ *Table, o *Options) { o.Monotone = []int8{0, 0, 1, 0, 0, 0} }, "monotone of column level"},
		{"no rows", func(t *Table, _ *Options) { *t = Table{X: [][]float64{{}}} }, "1 columns and 0 rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab, _ := additive(60, 11, 0)
			opt := Options{Seed: 1}
			c.edit(&tab, &opt)
			_, err := Train(context.Background(), tab, opt)
			require.ErrorContains(t, err, c.want)
		})
	}
	tab, _ := additive(60, 11, 0)
	tab.X[0] = tab.X[0][1:]
	assert.PanicsWithValue(t, "gam: column 0 has 59 rows, y has 60", func() { _, _ = Train(context.Background(), tab, Options{}) })
}

func TestConstantAndEmptyColumnsAreHarmless(t *testing.T) {
	tab, _ := additive(300, 12, 0)
	tab.X[3] = slices.Repeat([]float64{7}, 300)
	tab.X[5] = slices.Repeat([]float64{nan}, 300)
	m := train(t, tab, Options{Seed: 1, Pairs: 3})
	for _, j := range []int{3, 5} {
		for _, v := range m.Terms[j].Value {
			assert.Zero(t, v)
		}
	}
	again, err := Read(strings.NewReader(written(t, m)))
	require.NoError(t, err)
	assert.Equal(t, written(t, m), written(t, again))
}

// TestTheConstantTakesWhatCentringMoved: 250 of 500 rows with x = 1 and 5 of 500 with x = 0 are hits, so that the
// mean of the log odds is far from the log odds of the mean.
func TestTheConstantTakesWhatCentringMoved(t *testing.T) {
	x, y := make([]float64, 1000), make([]float64, 1000)
	for i := range x {
		x[i] = float64(i % 2)
		if i%2 == 1 && i < 500 || i%2 == 0 && i < 10 {
			y[i] = 1
		}
	}
	m, err := Train(context.Background(), Table{X: [][]float64{x}, Y: y}, Options{Seed: 1})
	require.NoError(t, err)
	p := make([]float64, 2)
	m.Compile().Batch(p, [][]float64{{0, 1}}, 1)
	assert.InDelta(t, 0.01, 1/(1+math.Exp(-p[0])), 0.01)
	assert.InDelta(t, 0.5, 1/(1+math.Exp(-p[1])), 0.03)
}

// TestTheModelIsTheMeanOfItsBags: of each bag's log odds, and the standard errors are those of their spread.
func TestTheModelIsTheMeanOfItsBags(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	tab := Table{X: make([][]float64, 3)}
	for i := range 600 {
		a, b, c := rng.NormFloat64(), rng.NormFloat64(), float64(rng.IntN(4))
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-a-2*a*b)) {
			y = 1
		}
		for j, v := range []float64{a, b, c} {
			tab.X[j] = append(tab.X[j], v)
		}
		tab.Y, tab.Group = append(tab.Y, y), append(tab.Group, int32(i/2))
	}
	m, bags, err := TrainBags(context.Background(), tab, Options{Seed: 3, Pairs: 1})
	require.NoError(t, err)
	again, err := Train(context.Background(), tab, Options{Seed: 3, Pairs: 1})
	require.NoError(t, err)
	assert.Equal(t, again, m)
	require.Len(t, bags, 8)
	require.Len(t, m.Terms, 4, "three columns and a pair")
	intercept := 0.0
	for _, b := range bags {
		intercept += b.Intercept / 8
	}
	assert.InDelta(t, m.Intercept, intercept, 1e-12)
	for k, term := range m.Terms {
		for bin, want := range term.Value {
			mean, dev := 0.0, 0.0
			for _, b := range bags {
				mean += b.Values[k][bin] / 8
			}
			for _, b := range bags {
				dev += (b.Values[k][bin] - mean) * (b.Values[k][bin] - mean)
			}
			require.InDelta(t, want, mean, 1e-12)
			require.InDelta(t, term.SE[bin], math.Sqrt(dev*7/8), 1e-12)
		}
	}
	for i := range tab.Y {
		held := 0
		for _, b := range bags {
			if b.Held[i] {
				held++
				assert.True(t, b.Held[i^1], "rows of a group stay together")
			}
		}
		require.Equal(t, 1, held, "row %d", i)
	}
}
