package boost

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/model/tree"
)

func fit(t require.TestingT, table Table, opt Options) (*tree.Ensemble, *Log) {
	e, log, err := Train(context.Background(), table, opt)
	require.NoError(t, err)
	return e, log
}

func bytesOf(t require.TestingT, e *tree.Ensemble) string {
	b, err := json.Marshal(e)
	require.NoError(t, err)
	return string(b)
}

// drawTable draws a small table with ties, missing values and a categorical column.
func drawTable(t *rapid.T, rows int, weights bool) Table {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
	table := Table{Levels: [][]string{nil, nil, {"a", "b", "c", "d", "e"}, nil}, X: make([][]float64, 4), Y: make([]float64, rows)}
	for j := range table.X {
		table.X[j] = make([]float64, rows)
	}
	for i := range rows {
		table.X[0][i] = float64(rng.IntN(7))
		table.X[1][i] = math.Round(rng.NormFloat64()*4) / 2
		table.X[2][i] = float64(rng.IntN(6)) - 1 // -1: no level, so missing
		table.X[3][i] = rng.NormFloat64()
		if rng.IntN(5) == 0 {
			table.X[1][i] = math.NaN()
		}
		eta := 0.6*table.X[0][i] - 2 + 0.7*boolTo(table.X[2][i] == 1 || table.X[2][i] == 4) + boolTo(math.IsNaN(table.X[1][i]))
		table.Y[i] = boolTo(rng.Float64() < sigmoid(eta))
	}
	table.Y[0], table.Y[1] = 0, 1
	if weights {
		table.W = make([]float64, rows)
		for i := range table.W {
			table.W[i] = float64(1 + rng.IntN(3))
		}
	}
	return table
}

func drawOptions(t *rapid.T) Options {
	pickFloat := func(name string, of ...float64) float64 { return rapid.SampledFrom(of).Draw(t, name) }
	return Options{
		Trees: 1, Rate: 1, Leaves: 2, Bins: 255, RowShare: 1, ColumnShare: 1,
		Lambda: pickFloat("lambda", 0, 1, 5), Alpha: pickFloat("alpha", 0, 0, 0.5), MinChild: pickFloat("child", 0, 1e-3, 1.93710357),
		MinRows: rapid.SampledFrom([]int{1, 3, 10}).Draw(t, "rows"), MinGain: pickFloat("gain", 0, 0.5),
		OneVsRest: rapid.SampledFrom([]int{0, 4, 9}).Draw(t, "one"), Growth: Growth(rapid.IntRange(0, 1).Draw(t, "growth")),
	}
}

// TestSplitsAreTheBestThereAre compares every split of small trees with the gain of every other that the
// options allow. CatLambda and Smooth are 0, where the order of the levels is known to hold the best subset,
// unless a rule forbids some of them.
func TestSplitsAreTheBestThereAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, rapid.IntRange(8, 60).Draw(t, "n"), rapid.Bool().Draw(t, "weights"))
		opt := drawOptions(t)
		opt.Leaves = rapid.IntRange(2, 6).Draw(t, "leaves")
		if rapid.Bool().Draw(t, "monotone") {
			opt.Monotone, opt.Leaves = []int8{1, -1, 0, -1}, 2 // below the first split values are bounded
		}
		n := len(table.Y)
		e, _ := fit(t, table, opt)
		g, h := make([]float64, n), make([]float64, n)
		all := make([]int, n)
		for i := range n {
			p := sigmoid(e.Base)
			w := weight(table.W, i)
			g[i], h[i], all[i] = w*(p-table.Y[i]), w*p*(1-p), i
		}
		// Whether a gain of exactly MinGain, which few rows can have (and of 0 all that Alpha leaves nothing of), is above it
		// is for rounding to say.
		sure, maybe := opt, opt
		sure.MinGain, maybe.MinGain = opt.MinGain+1e-4, opt.MinGain-1e-4
		// So is whether weights of exactly MinChild are enough of it: Train's are rounded to 24 bits.
		if opt.MinChild > 0 {
			sure.MinChild, maybe.MinChild = opt.MinChild+1e-5, opt.MinChild-1e-5
		}
		best := func(rows []int, opt Options) float64 {
			var best float64
			for j := range table.X {
				var monotone int8
				if opt.Monotone != nil {
					monotone = opt.Monotone[j]
				}
				for _, r := range rules(table, j, rows, opt) {
					best = max(best, twinGain(table.X[j], rows, g, h, r, opt, monotone))
				}
			}
			return best
		}
		if len(e.Trees) == 0 {
			if opt.Lambda == 0 && opt.MinRows == 1 && opt.Alpha == 0 && opt.MinChild == 0 {
				assert.InDelta(t, 0, best(all, sure), 1e-5, "there was a split to take")
			}
			return
		}
		// The subset search is exact only where any subset is allowed.
		limited := opt.MinRows > 1 || opt.MinChild > 0 || opt.Alpha > 0
		nodes := e.Trees[0].Nodes
		in := make([][]int, len(nodes))
		for i := range all {
			at := 0
			for {
				in[at] = append(in[at], i)
				if nodes[at].Column < 0 {
					break
				}
				leaf, _ := walk(e, e.Trees[0], func(j int) float64 { return table.X[j][i] })
				next := int(nodes[at].Right)
				if under(nodes, int(nodes[at].Left), leaf) {
					next = int(nodes[at].Left)
				}
				at = next
			}
		}
		for k, nd := range nodes {
			rows := in[k]
			require.NotEmpty(t, rows)
			if nd.Column < 0 {
				var sg, sh, sw float64
				for _, i := range rows {
					sg += g[i]
					sh += h[i]
					sw += weight(table.W, i)
				}
				_, want := twinFall(sg, sh, opt.Lambda, opt.Alpha, math.Inf(-1), math.Inf(1))
				if opt.Monotone == nil {
					assert.InDelta(t, want, nd.Value, 1e-5, "value of leaf %d", k)
				}
				assert.InDelta(t, sw, nd.Cover, 1e-9, "cover of leaf %d", k)
				if len(nodes) < 2*opt.Leaves-1 && !limited && opt.Lambda == 0 {
					assert.InDelta(t, 0, best(rows, sure), 1e-5, "leaf %d was left whole", k)
				}
				continue
			}
			left := map[int]bool{}
			for _, i := range in[nd.Left] {
				left[i] = true
			}
			var monotone int8
			if opt.Monotone != nil {
				monotone = opt.Monotone[nd.Column]
			}
			got := twinGain(table.X[nd.Column], rows, g, h, func(i int) bool { return left[i] }, maybe, monotone)
			require.Greater(t, got, -0.5, "node %d is split by a rule that is not allowed", k)
			want := best(rows, opt)
			if limited || opt.Lambda > 0 {
				want = 0
				for j := range table.X {
					if table.categorical(j) {
						continue
					}
					var monotone int8
					if opt.Monotone != nil {
						monotone = opt.Monotone[j]
					}
					for _, r := range rules(table, j, rows, opt) {
						want = max(want, twinGain(table.X[j], rows, g, h, r, opt, monotone))
					}
				}
			}
			assert.GreaterOrEqual(t, got, want-1e-4*(1+want), "node %d: gain of the split taken, and of the best there is", k)
		}
	})
}

// under tells whether node leaf lies below node n.
func under(nodes []tree.Node, n, leaf int) bool {
	return n == leaf || nodes[n].Column >= 0 && (under(nodes, int(nodes[n].Left), leaf) || under(nodes, int(nodes[n].Right), leaf))
}

// permuted puts the rows of a table into another order.
func permuted(t Table, seed uint64) Table {
	rows := rowsOf(t)
	rng := rand.New(rand.NewPCG(seed, 3))
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	out := t
	out.X = make([][]float64, len(t.X))
	for j := range t.X {
		out.X[j] = pick(t.X[j], rows)
	}
	out.Y, out.W, out.Offset, out.Group = pick(t.Y, rows), pick(t.W, rows), pick(t.Offset, rows), pick(t.Group, rows)
	return out
}

func small() Options {
	return Options{Trees: 20, Rate: 0.2, Leaves: 8, Bins: 255, Lambda: 1, MinChild: 1e-3, MinRows: 5, RowShare: 1, ColumnShare: 1, OneVsRest: 2, Smooth: 1, CatLambda: 1, Workers: 1}
}

func TestSameBytesForAnyNumberOfThreads(t *testing.T) {
	for _, n := range []int{300, 20_000} { // below and above what has a count in its cells
		table := benchTable(n, 40, 7)
		table.Group = make([]int32, n)
		for i := range table.Group {
			table.Group[i] = int32(i / 3)
		}
		opt := small()
		opt.Leaves, opt.Trees, opt.RowShare, opt.ColumnShare, opt.Held, opt.Patience = 31, 8, 0.7, 0.6, 0.2, 5
		var want string
		for _, opt.Workers = range []int{1, 2, 4} {
			e, log := fit(t, table, opt)
			held, err := json.Marshal(log.Held)
			require.NoError(t, err)
			got := bytesOf(t, e) + string(held)
			if want == "" {
				want = got
			}
			require.True(t, want == got, "%d rows, %d threads: the model is not that of one thread", n, opt.Workers)
		}
	}
}

func TestTheOrderOfTheRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, rapid.IntRange(20, 200).Draw(t, "n"), rapid.Bool().Draw(t, "weights"))
		table.Group = make([]int32, len(table.Y))
		for i := range table.Group {
			table.Group[i] = int32(i)
		}
		opt := small()
		opt.RowShare, opt.ColumnShare = rapid.SampledFrom([]float64{1, 0.6}).Draw(t, "row share"), rapid.SampledFrom([]float64{1, 0.6}).Draw(t, "column share")
		a, _ := fit(t, table, opt)
		b, _ := fit(t, permuted(table, 9), opt)
		a.Base, b.Base = 0, 0 // a sum of weights, the same to rounding
		require.True(t, bytesOf(t, a) == bytesOf(t, b), "the trees differ")
	})
}

// TestARowTwiceIsARowOfTwiceTheWeight holds where no rule counts rows. Derivatives are rounded to another
// step, so that of two splits of the same gain the other may be taken; the gain may not differ.
func TestARowTwiceIsARowOfTwiceTheWeight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, rapid.IntRange(20, 120).Draw(t, "n"), true)
		opt := small()
		opt.MinRows, opt.Trees, opt.Leaves, opt.CatLambda = 1, 1, 2, 0
		var rows []int32
		var all []int
		for i, w := range table.W {
			for range int(w) {
				all = append(all, len(rows))
				rows = append(rows, int32(i))
			}
		}
		long := Table{Levels: table.Levels, Y: pick(table.Y, rows)}
		for j := range table.X {
			long.X = append(long.X, pick(table.X[j], rows))
		}
		a, _ := fit(t, table, opt)
		b, _ := fit(t, long, opt)
		assert.InDelta(t, a.Base, b.Base, 1e-12)
		g, h := make([]float64, len(rows)), make([]float64, len(rows))
		for i := range g {
			p := sigmoid(a.Base)
			g[i], h[i] = p-long.Y[i], p*(1-p)
		}
		gain := func(e *tree.Ensemble) float64 {
			if len(e.Trees) == 0 {
				return 0
			}
			column := e.Trees[0].Nodes[0].Column
			return twinGain(long.X[column], all, g, h, func(i int) bool {
				leaf, _ := walk(e, e.Trees[0], func(j int) float64 { return long.X[j][i] })
				return leaf == int(e.Trees[0].Nodes[0].Left)
			}, opt, 0)
		}
		assert.InDelta(t, gain(a), gain(b), 1e-4)
		for _, e := range []*tree.Ensemble{a, b} {
			if len(e.Trees) > 0 {
				assert.InDelta(t, len(rows), e.Trees[0].Nodes[0].Cover, 1e-9)
			}
		}
	})
}

func TestMonotoneColumnsAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, rapid.IntRange(50, 400).Draw(t, "n"), rapid.Bool().Draw(t, "weights"))
		opt := small()
		opt.Monotone = []int8{int8(rapid.IntRange(-1, 1).Draw(t, "m0")), int8(rapid.IntRange(-1, 1).Draw(t, "m1")), 0, int8(rapid.IntRange(-1, 1).Draw(t, "m3"))}
		opt.Alpha = rapid.SampledFrom([]float64{0, 0.3}).Draw(t, "alpha")
		opt.Growth = Growth(rapid.IntRange(0, 1).Draw(t, "growth"))
		opt.MinRows = rapid.IntRange(1, 5).Draw(t, "rows")
		e, _ := fit(t, table, opt)
		for j, m := range opt.Monotone {
			if m == 0 {
				continue
			}
			for i := 0; i < len(table.Y); i += 7 {
				last := math.Inf(-int(m))
				for v := -8.0; v <= 8; v += 0.25 {
					at := e.Base
					for _, tr := range e.Trees {
						leaf, _ := walk(e, tr, func(k int) float64 {
							if k == j {
								return v
							}
							return table.X[k][i]
						})
						at += tr.Nodes[leaf].Value
					}
					if !math.IsInf(last, 0) {
						require.GreaterOrEqual(t, (at-last)*float64(m), -1e-12, "column %d, row %d, at %v", j, i, v)
					}
					last = at
				}
			}
		}
	})
}

func TestOnlyColumnsThatShareAListMeetOnAPath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, 300, false)
		opt := small()
		opt.Interactions = rapid.SampledFrom([][][]int{{}, {{0, 1}}, {{0, 1}, {1, 2}}, {{0, 1, 2}, {2, 3}}, {{3}, {0, 2}}}).Draw(t, "lists")
		e, _ := fit(t, table, opt)
		used := map[int]bool{}
		for _, tr := range e.Trees {
			for i := range table.Y {
				_, asked := walk(e, tr, func(j int) float64 { return table.X[j][i] })
				distinct := map[int]bool{}
				for _, j := range asked {
					distinct[j], used[j] = true, true
				}
				share := len(distinct) <= 1
				for _, list := range opt.Interactions {
					all := true
					for j := range distinct {
						found := false
						for _, k := range list {
							found = found || k == j
						}
						all = all && found
					}
					share = share || all
				}
				require.True(t, share, "%v meet under %v", distinct, opt.Interactions)
			}
		}
		assert.Greater(t, len(used), 1, "no column may be lost to the lists")
	})
}

// TestAnOffsetForAllIsTheBase: moving every offset by a constant moves the base by as much and no tree.
func TestAnOffsetForAllIsTheBase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, 150, rapid.Bool().Draw(t, "weights"))
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		table.Offset = make([]float64, len(table.Y))
		for i := range table.Offset {
			table.Offset[i] = rng.NormFloat64()
		}
		opt := small()
		opt.Trees = 5
		a, _ := fit(t, table, opt)
		by := float64(rapid.IntRange(-4, 4).Draw(t, "by"))
		for i := range table.Offset {
			table.Offset[i] += by
		}
		b, _ := fit(t, table, opt)
		assert.InDelta(t, a.Base-by, b.Base, 1e-9)
		la, lb := logOdds(a, table.X), logOdds(b, table.X)
		for i := range la {
			assert.InDelta(t, la[i]-by, lb[i], 1e-3)
		}
	})
}

// TestAnOffsetIsWhatIsKnown: with the trees of a first training as offset, a second begins where it ended.
func TestAnOffsetIsWhatIsKnown(t *testing.T) {
	table := benchTable(2000, 10, 3)
	opt := small()
	whole, _ := fit(t, table, opt)
	opt.Trees = 10
	a, _ := fit(t, table, opt)
	table.Offset = logOdds(a, table.X)
	b, _ := fit(t, table, opt)
	want, got := logOdds(whole, table.X), logOdds(b, table.X)
	for i := range want {
		require.InDelta(t, want[i], got[i]+table.Offset[i], 0.1)
	}
}

// TestCoversAndValuesAddUp: a node's cover is its children's, the root's is that of the table.
func TestCoversAndValuesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, rapid.IntRange(20, 300).Draw(t, "n"), rapid.Bool().Draw(t, "weights"))
		e, _ := fit(t, table, small())
		var total float64
		for i := range table.Y {
			total += weight(table.W, i)
		}
		for _, tr := range e.Trees {
			assert.InDelta(t, total, tr.Nodes[0].Cover, 1e-9)
			for i, n := range tr.Nodes {
				if n.Column >= 0 {
					require.Equal(t, n.Cover, tr.Nodes[n.Left].Cover+tr.Nodes[n.Right].Cover)
					require.Greater(t, n.Left, int32(i))
					require.Greater(t, n.Right, int32(i))
				}
			}
		}
	})
}

// TestEveryLeafHasItsRows is about tables with more rows than cells can count.
func TestEveryLeafHasItsRows(t *testing.T) {
	table := benchTable(counted+2000, 8, 5)
	for i := range table.Y {
		if i%1500 == 0 { // a few rows that a split would like to have for themselves
			table.X[1][i], table.Y[i] = 1000, 1
		}
		table.X[3][i] = float64(i % 2)
	}
	opt := small()
	opt.Leaves, opt.MinRows, opt.Lambda = 64, 25, 0
	e, _ := fit(t, table, opt)
	require.NotEmpty(t, e.Trees)
	for k, tr := range e.Trees {
		count := map[int]int{}
		for i := range table.Y {
			leaf, _ := walk(e, tr, func(j int) float64 { return table.X[j][i] })
			count[leaf]++
		}
		for i, n := range tr.Nodes {
			if n.Column < 0 {
				require.GreaterOrEqual(t, count[i], opt.MinRows, "tree %d leaf %d", k, i)
				require.Equal(t, float64(count[i]), n.Cover)
			}
		}
	}
}
