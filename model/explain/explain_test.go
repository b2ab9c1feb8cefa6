package explain

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/model/metric"
)

func TestPartialDependenceAndCurvesAreThoseOfScikitLearn(t *testing.T) {
	b, err := os.ReadFile("testdata/reference.json") // by testdata/reference.py
	require.NoError(t, err)
	var ref struct {
		X     [][]float64
		W     []float64
		Cases []struct {
			Column     int
			Weighted   bool
			Grid, Mean []float64
			Curves     [][]float64
		}
	}
	require.NoError(t, json.Unmarshal(b, &ref))
	require.Len(t, ref.Cases, 6)
	formula := Rows(func(x []float64) float64 {
		return 0.7*x[0] - 0.3*x[1]*x[0] + x[2]/(1+x[1]*x[1]) - 0.2*x[2]*x[2]*x[2]
	})
	for _, c := range ref.Cases {
		table := Table{X: ref.X}
		if c.Weighted {
			table.W = ref.W
		}
		d, err := Partial(formula, table, c.Column, DependenceOptions{Grid: c.Grid, Curves: true})
		require.NoError(t, err)
		for g := range c.Grid {
			assert.InDelta(t, c.Mean[g], d.Mean[g], 1e-8, "column %d at %v", c.Column, c.Grid[g])
			for k, curve := range c.Curves {
				assert.InDelta(t, curve[g], d.Curves[6*k][g], 1e-8, "column %d row %d at %v", c.Column, 6*k, c.Grid[g])
			}
		}
		if c.Column == 1 {
			own, err := Partial(formula, table, 1, DependenceOptions{})
			require.NoError(t, err)
			assert.Equal(t, c.Grid, own.Grid, "few values: all of them")
		}
	}
}

// parts is a learner given by what its columns add.
type parts struct {
	columns []float64
	base    float64
	none    bool
}

func (p parts) Contributions(dst, x []float64) bool {
	copy(dst, p.columns)
	dst[len(x)] = p.base
	return !p.none
}

// logOdds adds from the last column to the first, another order than the explanation's.
func (p parts) logOdds() float64 {
	sum := 0.0
	for _, v := range slices.Backward(p.columns) {
		sum += v
	}
	return sum + p.base
}

func TestTermsAddUpToTheLogOddsToTheLastBit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(rt, "columns")
		p := parts{base: rapid.Float64Range(-3, 3).Draw(rt, "base")}
		var of []string
		for range n {
			p.columns = append(p.columns, rapid.Float64Range(-2, 2).Draw(rt, "part"))
			of = append(of, rapid.SampledFrom([]string{"aids", "care", "home", "stay"}).Draw(rt, "concept"))
		}
		c := Group(of)
		e, err := Explain(p, c, make([]float64, n), p.logOdds())
		require.NoError(rt, err)
		sum := e.Base
		for _, v := range e.Terms {
			sum += v
		}
		sum += e.Rest
		assert.Equal(rt, e.LogOdds, sum)
		if math.Abs(p.logOdds()) > 1e-12 {
			assert.Equal(rt, math.Float64bits(p.logOdds()), math.Float64bits(sum))
		}
		assert.Less(rt, math.Abs(e.Rest), 1e-13)
		for k, id := range c.IDs {
			want := 0.0
			for j := range of {
				if of[j] == id {
					want += p.columns[j]
				}
			}
			assert.Equal(rt, want, e.Terms[k], "%s", id)
		}
		assert.Equal(rt, of[0], c.IDs[0], "concepts are numbered by their first column")
	})
}

func TestPartsOfAnotherAnswerAreRefused(t *testing.T) {
	p := parts{columns: []float64{1, -0.5}, base: 0.25}
	_, err := Explain(p, Group([]string{"a", "b"}), []float64{0, 0}, 0.7501)
	assert.ErrorContains(t, err, "not of this answer")
	_, err = Explain(p, Group([]string{"a", "b"}), []float64{0, 0}, math.NaN())
	assert.Error(t, err)
	p.none = true
	_, err = Explain(p, Group([]string{"a", "b"}), []float64{0, 0}, 0.75)
	assert.ErrorIs(t, err, ErrNone)
	assert.Panics(t, func() { _, _ = Explain(p, Group([]string{"a"}), []float64{0, 0}, 0.75) })
}

func TestTopGoesBySizeAndTiesByTheListedOrder(t *testing.T) {
	e := Explanation{Terms: []float64{0.5, 0, -0.75, -0.5, 0.25}}
	lines, others := e.Top(3)
	assert.Equal(t, []Line{{2, -0.75}, {0, 0.5}, {3, -0.5}}, lines)
	assert.Equal(t, 0.25, others)
	lines, others = e.Top(9)
	assert.Len(t, lines, 4, "a concept that adds nothing is no line")
	assert.Zero(t, others)
	lines, others = e.Top(0)
	assert.Empty(t, lines)
	assert.Equal(t, -0.5, others)
}

// together draws rows whose first two columns go together; the third is apart, the fourth has levels.
func together(n int, seed uint64) Table {
	rng := rand.New(rand.NewPCG(seed, 7))
	t := Table{X: make([][]float64, 4), Levels: []int{0, 0, 0, 3}}
	for i := range n {
		z := rng.NormFloat64()
		for j, v := range []float64{z, z + 0.05*rng.NormFloat64(), rng.NormFloat64(), float64(rng.IntN(3))} {
			t.X[j] = append(t.X[j], v)
		}
		t.W, t.Group = append(t.W, 0.5+rng.Float64()), append(t.Group, int32(i/2))
	}
	return t
}

func terms(x []float64) [4]float64 {
	return [4]float64{math.Sin(x[0]), 0.5 * x[1] * x[1], -0.3 * x[2], []float64{0, 0.4, -1}[int(x[3])]}
}

func additive(x []float64) float64 {
	t := terms(x)
	return 0.1 + t[0] + t[1] + t[2] + t[3]
}

func TestDependenceOfAnAdditiveLearnerIsItsTerm(t *testing.T) {
	table := together(300, 1)
	for j := range table.X {
		d, err := Partial(Rows(additive), table, j, DependenceOptions{Points: 9, Curves: true, Centre: true, Rows: 120, Seed: 3})
		require.NoError(t, err)
		require.Len(t, d.Rows, 120)
		assert.True(t, slices.IsSorted(d.Grid))
		assert.True(t, math.IsNaN(d.Missing))
		x := make([]float64, 4)
		x[j] = d.Grid[0]
		first := terms(x)[j]
		for g, v := range d.Grid {
			x[j] = v
			assert.InDelta(t, terms(x)[j]-first, d.Mean[g], 1e-12, "column %d at %v", j, v)
			for i := range d.Curves {
				assert.InDelta(t, terms(x)[j]-first, d.Curves[i][g], 1e-12)
			}
			assert.Contains(t, table.X[j], v, "only values that occur are tried")
		}
	}
}

func TestMissingIsAPlaceOfItsOwn(t *testing.T) {
	f := Rows(func(x []float64) float64 {
		if x[0] != x[0] {
			return 5 + x[1]
		}
		return x[0] + x[1]
	})
	table := Table{X: [][]float64{{1, math.NaN(), 3, 2}, {0, 1, 2, 3}}, W: []float64{1, 1, 1, 3}}
	d, err := Partial(f, table, 0, DependenceOptions{})
	require.NoError(t, err)
	assert.Equal(t, []float64{1, 2, 3}, d.Grid)
	assert.InDeltaSlice(t, []float64{3, 4, 5}, d.Mean, 1e-12, "the others' mean is (0+1+2+9)/6 = 2")
	assert.InDelta(t, 7, d.Missing, 1e-12)
	d, err = Partial(f, table, 0, DependenceOptions{Centre: true})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{0, 1, 2}, d.Mean, 1e-12)
	assert.InDelta(t, 4, d.Missing, 1e-12, "from the same zero as the others")
	_, err = Partial(f, Table{X: [][]float64{{math.NaN()}, {1}}}, 0, DependenceOptions{})
	assert.ErrorContains(t, err, "missing in all rows")
}

func TestQuantilesAreTheSmallestValuesWithEnoughWeightBelow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(rt, "rows")
		var x, w []float64
		total := 0.0
		for range n {
			x = append(x, float64(rapid.IntRange(0, 5).Draw(rt, "x")))
			w = append(w, float64(rapid.IntRange(1, 4).Draw(rt, "w")))
			total += w[len(w)-1]
		}
		q := float64(rapid.IntRange(0, 20).Draw(rt, "q")) / 20
		want := math.Inf(1)
		for _, v := range x {
			below := 0.0
			for i := range x {
				if x[i] <= v {
					below += w[i]
				}
			}
			if below >= q*total-1e-9 {
				want = min(want, v)
			}
		}
		assert.Equal(rt, []float64{want}, quantiles(x, w, []float64{q}))
	})
}

// slowEffect is Apley and Zhu's (15) and (16), row by row.
func slowEffect(f func([]float64) float64, t Table, col int, edges []float64) []float64 {
	out := make([]float64, len(edges))
	var weight, moved []float64
	total := 0.0
	for k := 1; k < len(edges); k++ {
		sum, all := 0.0, 0.0
		for i := range t.X[0] {
			v := t.X[col][i]
			if !(v > edges[k-1] && v <= edges[k] || k == 1 && v == edges[0]) {
				continue
			}
			low, high := make([]float64, len(t.X)), make([]float64, len(t.X))
			for j := range t.X {
				low[j], high[j] = t.X[j][i], t.X[j][i]
			}
			low[col], high[col] = edges[k-1], edges[k]
			sum += t.W[i] * (f(high) - f(low))
			all += t.W[i]
		}
		out[k] = out[k-1] + sum/all
		weight, total = append(weight, all), total+all
		moved = append(moved, (out[k]+out[k-1])/2)
	}
	mid := 0.0
	for k := range weight {
		mid += weight[k] / total * moved[k]
	}
	for k := range out {
		out[k] -= mid
	}
	return out
}

func TestEffectsAreThoseOfThePaperWrittenOut(t *testing.T) {
	table := together(200, 2)
	f := func(x []float64) float64 { return x[0]*x[1] + math.Sin(x[2])*x[0] + x[3] }
	for col := range 3 {
		e, err := Effects(Rows(f), table, col, 12)
		require.NoError(t, err)
		require.Len(t, e.Edges, 13)
		assert.Equal(t, slices.Min(table.X[col]), e.Edges[0])
		assert.Equal(t, slices.Max(table.X[col]), e.Edges[12])
		assert.InDeltaSlice(t, slowEffect(f, table, col, e.Edges), e.At, 1e-12)
	}
	_, err := Effects(Rows(f), table, 3, 12)
	assert.ErrorContains(t, err, "levels")
	_, err = Effects(Rows(f), Table{X: [][]float64{{2, 2, math.NaN()}}}, 0, 12)
	assert.ErrorContains(t, err, "fewer than two values")
}

func TestEffectsOfColumnsThatGoTogetherKeepToWhatOccurs(t *testing.T) {
	// The learner is wild where the two columns differ, which never happens. Dependence goes there.
	f := Rows(func(x []float64) float64 {
		if math.Abs(x[0]-x[1]) > 0.5 {
			return 50
		}
		return x[0]
	})
	table := together(2000, 3)
	e, err := Effects(f, table, 0, 40)
	require.NoError(t, err)
	for k := range e.Edges[1:] {
		if math.Abs(e.Edges[k]) < 1.5 {
			assert.InDelta(t, e.Edges[k+1]-e.Edges[k], e.At[k+1]-e.At[k], 1e-9, "from %v", e.Edges[k])
		}
	}
	d, err := Partial(f, table, 0, DependenceOptions{})
	require.NoError(t, err)
	assert.Greater(t, slices.Min(d.Mean), 20.0)
}

func labels(t Table, f func([]float64) float64, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 9))
	y := make([]float64, len(t.X[0]))
	x := make([]float64, len(t.X))
	for i := range y {
		for j := range x {
			x[j] = t.X[j][i]
		}
		if rng.Float64() < 1/(1+math.Exp(-f(x))) {
			y[i] = 1
		}
	}
	return y
}

func TestAConceptThatIsNotUsedIsWorthExactlyNothing(t *testing.T) {
	table := together(400, 4)
	f := func(x []float64) float64 { return 2*x[0] - x[1] + 0.5*x[3] }
	y := labels(table, f, 4)
	c := Group([]string{"walk", "walk", "idle", "kind"})
	all := Permutation(Rows(f), table, y, c, metric.LoglossOf, 5, 11)
	require.Len(t, all, 3)
	assert.Equal(t, Importance{Concept: 1}, all[1])
	assert.Greater(t, all[0].Worse, 3*all[0].SE)
	assert.Greater(t, all[0].SE, 0.0)
	assert.Equal(t, all, Permutation(Rows(f), table, y, c, metric.LoglossOf, 5, 11), "same seed, same bytes")
	assert.NotEqual(t, all, Permutation(Rows(f), table, y, c, metric.LoglossOf, 5, 12))
	assert.Equal(t, 0, Ranked(all)[0].Concept)
	assert.Equal(t, []Importance{{Concept: 1, Worse: 2}, {Concept: 2, Worse: 2}, {Concept: 0, Worse: 1}},
		Ranked([]Importance{{Concept: 0, Worse: 1}, {Concept: 1, Worse: 2}, {Concept: 2, Worse: 2}}))
}

func TestDealingKeepsCitizensTogether(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var table Table
		table.X = make([][]float64, 1)
		same := rapid.Bool().Draw(rt, "all of two rows")
		for g := range int32(rapid.IntRange(1, 8).Draw(rt, "citizens")) {
			rows := 2
			if !same {
				rows = rapid.IntRange(1, 4).Draw(rt, "rows")
			}
			for range rows {
				table.X[0], table.Group = append(table.X[0], 0), append(table.Group, g)
			}
		}
		from := make([]int32, len(table.Group))
		deal(from, table.citizens(), rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)))
		source := map[int32]int32{}
		for i, r := range from {
			if had, ok := source[table.Group[i]]; ok {
				assert.Equal(rt, had, table.Group[r], "all rows of a citizen get the values of one other")
			}
			source[table.Group[i]] = table.Group[r]
		}
		if same {
			slices.Sort(from)
			for i, r := range from {
				assert.Equal(rt, int32(i), r, "each row is dealt once")
			}
		}
	})
}

func TestStandardErrorIsTheSpreadOverNewCitizens(t *testing.T) {
	// Twins: the same row twice. The error must be that of the citizens, not of twice as many rows.
	table := together(200, 5)
	table.W, table.Group = nil, nil
	f := func(x []float64) float64 { return 1.5*x[0] + x[2] }
	y := labels(table, f, 5)
	c := Group([]string{"a", "a", "b", "b"})
	one := Permutation(Rows(f), table, y, c, metric.LoglossOf, 20, 1)
	twin := Table{X: make([][]float64, 4)}
	var yy []float64
	for i := range y {
		for j := range twin.X {
			twin.X[j] = append(twin.X[j], table.X[j][i], table.X[j][i])
		}
		twin.Group, yy = append(twin.Group, int32(i), int32(i)), append(yy, y[i], y[i])
	}
	two := Permutation(Rows(f), twin, yy, c, metric.LoglossOf, 20, 1)
	for k := range one {
		assert.InDelta(t, one[k].Worse, two[k].Worse, 1e-12)
		assert.InDelta(t, one[k].SE, two[k].SE, 1e-12)
	}
}

func TestStandardErrorByHand(t *testing.T) {
	// Citizens with means 1 and 3: their standard deviation is the root of 2, and the mean of two has 1.
	got := clustered([]float64{0.25, 0.25, 0.25, 0.25}, []float64{0, 3, 2, 3}, 2, [][]int32{{0, 2}, {1, 3}})
	assert.InDelta(t, 1, got, 1e-15)
	assert.True(t, math.IsNaN(clustered([]float64{1}, []float64{2}, 2, [][]int32{{0}})))
}

func TestInteractionIsNoneWithoutAndTheShareWith(t *testing.T) {
	table := together(60, 6)
	assert.InDelta(t, 0, Interaction(Rows(additive), table, 0, 2, 0, 1), 1e-20)
	assert.True(t, math.IsNaN(Interaction(Rows(func(x []float64) float64 { return 0.1 + x[2] }), table, 0, 1, 0, 1)))
	// Four rows, one at each corner of a square: x*y has no part in x or y alone, x+y has nothing else, and
	// both have variance; so of x + y + b*x*y a share b*b/(2 + b*b) is interaction.
	square := Table{X: [][]float64{{-1, -1, 1, 1}, {-1, 1, -1, 1}}}
	for _, b := range []float64{0, 0.5, 2} {
		got := Interaction(Rows(func(x []float64) float64 { return x[0] + x[1] + b*x[0]*x[1] }), square, 0, 1, 0, 1)
		assert.InDelta(t, b*b/(2+b*b), got, 1e-12)
	}
}

func BenchmarkPartial(b *testing.B) {
	table := together(1000, 1)
	for b.Loop() {
		_, _ = Partial(Rows(additive), table, 0, DependenceOptions{})
	}
}
