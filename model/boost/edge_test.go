package boost

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestQuotientsAreTheGain: the quick search and the one that can do everything take the same split.
func TestQuotientsAreTheGain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 5))
		p := newPacking(rapid.SampledFrom([]int{1000, counted + 1}).Draw(t, "rows"))
		p.gradient, p.hessian = 1.0/256, 1.0/1024
		values := rapid.IntRange(1, 255).Draw(t, "values")
		cells := make([]cell, values+1)
		var rows int64
		var total cell
		for i := range cells {
			if rng.IntN(3) > 0 || i == values && rapid.Bool().Draw(t, "none missing") {
				continue
			}
			for range 1 + rng.IntN(4) {
				cells[i] += p.pack(int64(rng.IntN(512)-256), int64(rng.IntN(256)))
				rows++
			}
			total += cells[i]
		}
		if p.hessianOf(total) == 0 {
			return
		}
		s := search{packing: p, lambda: rapid.SampledFrom([]float64{0, 2}).Draw(t, "lambda"), minGain: rapid.SampledFrom([]float64{0, 0.3}).Draw(t, "gain"),
			minHessian: rapid.Int64Range(1, 300).Draw(t, "hessian"), minRows: rapid.Int64Range(1, 9).Draw(t, "min"), opt: &Options{},
			total: total, rows: rows, lower: math.Inf(-1), upper: math.Inf(1)}
		c := &column{values: values}
		slow := s
		s.numericPlain(c, cells)
		slow.numeric(c, cells)
		require.InDelta(t, slow.best.gain, s.best.gain, 1e-9*(1+slow.best.gain))
		if s.best.gain > 0 && s.best.bin != slow.best.bin { // else a tie that rounding breaks
			left := slow.gain(s.best.left, 0, s.lambda, 0)
			assert.InDelta(t, slow.best.gain, left, 1e-9*(1+left))
		}
	})
}

// TestCellsAddUp: a sum of cells is the cells of the sums, negative gradients too.
func TestCellsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPacking(rapid.SampledFrom([]int{64, 800, counted, 1 << 20}).Draw(t, "rows"))
		var c cell
		var g, h, n int64
		for range rapid.IntRange(1, 50).Draw(t, "n") {
			a, b := rapid.Int64Range(-1<<12, 1<<12).Draw(t, "g"), rapid.Int64Range(0, 1<<12).Draw(t, "h")
			c += p.pack(a, b)
			g, h, n = g+a, h+b, n+1
		}
		assert.Equal(t, g, p.gradientOf(c))
		assert.Equal(t, h, p.hessianOf(c))
		if p.countBits > 0 {
			assert.Equal(t, n, p.countOf(c))
		}
	})
}

// TestNumbersAreSorted whatever their signs and sizes, many or few.
func TestNumbersAreSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(rapid.Float64(), rapid.Map(rapid.IntRange(-3, 300), func(i int) float64 { return float64(i) })), 1, 40).Draw(t, "values")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
		v := make([]float64, rapid.SampledFrom([]int{1, fewToSort - 1, fewToSort, 700}).Draw(t, "n"))
		for i := range v {
			v[i] = values[rng.IntN(len(values))]
			if rng.IntN(3) == 0 {
				v[i] *= rng.NormFloat64()
			}
		}
		want := slices.Clone(v)
		slices.Sort(want)
		sortNumbers(v, make([]float64, len(v)))
		for i := range want { // -0 is 0
			require.True(t, want[i] == v[i], "place %d: want %v, got %v", i, want[i], v[i])
		}
	})
}

func binOf(f finder, v float64) uint8 {
	var bin [1]uint8
	f.fill([]float64{v}, []int32{0}, bin[:])
	return bin[0]
}

// TestAValueIsInTheBinOfItsCuts compares the search for a bin with counting the cuts below, and asks that
// equal values share a bin and that a small table has a bin for each value.
func TestAValueIsInTheBinOfItsCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.OneOf(rapid.Float64(), rapid.Map(rapid.IntRange(-20, 20), func(i int) float64 { return float64(i) }), rapid.Just(math.NaN())), 1, 300).Draw(t, "x")
		for i := range x {
			if math.IsInf(x[i], 0) {
				x[i] = 0
			}
		}
		most := rapid.IntRange(2, 255).Draw(t, "bins")
		rows := make([]int32, len(x))
		for i := range rows {
			rows[i] = int32(i)
		}
		cut, values := cuts(x, rows, most, make([]float64, 2*len(x)))
		require.LessOrEqual(t, values, most)
		if values == 0 {
			return
		}
		require.True(t, slices.IsSorted(cut))
		require.Len(t, slices.Compact(slices.Clone(cut)), len(cut))
		f := newFinder(&column{cuts: cut, values: values, unit: 1})
		distinct, used := map[float64]bool{}, map[uint8]bool{}
		for _, v := range x {
			want := 0
			for _, c := range cut {
				if c < v {
					want++
				}
			}
			if v != v {
				want = values
			} else {
				distinct[v+0], used[binOf(f, v)] = true, true
			}
			require.Equal(t, uint8(want), binOf(f, v))
		}
		require.Len(t, used, values, "no bin is empty")
		if len(distinct) <= most {
			require.Len(t, distinct, values)
		}
	})
}

// TestAnInfiniteValueIsFound wherever it stands and whatever the cuts are, some of which it may have made.
func TestAnInfiniteValueIsFound(t *testing.T) {
	rows := []int32{0, 1, 2, 3, 4, 5}
	for _, x := range [][]float64{{0, 0, 0, 0, 0, 0}, {1, 2, 3, 4, 5, 6}, {-1e308, 1e308, -1e307, 1e307, math.NaN(), 0}, {0, 5e-324, 1, 1, 1, 1}} {
		for _, infinite := range []float64{math.Inf(1), math.Inf(-1)} {
			for _, learn := range []int{5, 6} {
				y := slices.Clone(x)
				y[5] = infinite
				cut, values := cuts(y, rows[:learn], 255, make([]float64, 12))
				f := newFinder(&column{cuts: cut, values: values, unit: 1})
				assert.False(t, f.fill(y, rows, make([]uint8, 6)), "%v, cuts %v", y, cut)
				assert.True(t, f.fill(x, rows, make([]uint8, 6)), "%v, cuts %v", x, cut)
			}
		}
	}
}

func TestBinsHoldEquallyManyRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	x, rows := make([]float64, 25_500), make([]int32, 25_500)
	for i := range x {
		rows[i] = int32(i)
		if x[i] = rng.NormFloat64(); i%2 == 0 {
			x[i] = 0 // half are equal and share a bin; the others divide what is left
		}
	}
	cut, values := cuts(x, rows, 255, make([]float64, 2*len(x)))
	require.Equal(t, 255, values)
	count := make([]int, values)
	f := newFinder(&column{cuts: cut, values: values, unit: 1})
	for _, v := range x {
		count[binOf(f, v)]++
	}
	slices.Sort(count)
	assert.GreaterOrEqual(t, count[254], 12_750)
	assert.Greater(t, count[0], 15)
	assert.Less(t, count[253], 100)
}

// TestRareLevelsShareABin: with more levels than bins the rarest go the same way; one never seen goes where
// what is missing goes.
func TestRareLevelsShareABin(t *testing.T) {
	const levels = 300
	var x, y []float64
	for l := range levels - 1 { // level 299 never occurs
		for k := range 2 + l%40 {
			x, y = append(x, float64(l)), append(y, float64((l+k)%2))
		}
	}
	rows := rowsOf(Table{Y: y})
	bin, values := levelBins(x, rows, levels, 255)
	assert.Equal(t, 255, values)
	assert.Equal(t, uint8(255), bin[299], "unseen is missing")
	size := map[uint8]int{}
	for _, b := range bin[:299] {
		size[b]++
	}
	assert.Equal(t, 255, len(size))
	assert.Equal(t, 299-254, size[254], "the last bin has all the rare ones")
	names := make([]string, levels)
	for l := range names {
		names[l] = strconv.Itoa(l)
	}
	opt := small()
	opt.Smooth, opt.CatLambda, opt.Lambda, opt.MinRows = 0, 0, 0.1, 1
	e, _ := fit(t, Table{X: [][]float64{x}, Y: y, Levels: [][]string{names}}, opt)
	require.NotEmpty(t, e.Trees)
	for _, n := range e.Trees[0].Nodes {
		if n.Column >= 0 {
			assert.Equal(t, n.MissingLeft, n.Set[299/64]>>(299%64)&1 == 1)
		}
	}
}

// TestMissingLearnsItsSide: a column whose values say nothing but whose being missing says all.
func TestMissingLearnsItsSide(t *testing.T) {
	for _, y := range []float64{0, 1} {
		rng := rand.New(rand.NewPCG(2, 7))
		table := Table{X: [][]float64{make([]float64, 400)}, Y: make([]float64, 400)}
		for i := range table.Y {
			if table.X[0][i], table.Y[i] = rng.NormFloat64(), 1-y; i%4 == 0 {
				table.X[0][i], table.Y[i] = math.NaN(), y
			}
		}
		e, _ := fit(t, table, small())
		got := logOdds(e, [][]float64{{math.NaN(), -3, 0, 3}})
		for _, v := range got[1:] {
			assert.Greater(t, (got[0]-v)*(2*y-1), 1.0)
		}
	}
}

// TestGroupsAreNeverParted: in the hands of stopping and in the samples of trees.
func TestGroupsAreNeverParted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(30, 300).Draw(t, "n")
		table := Table{Y: make([]float64, n), Group: make([]int32, n)}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 8))
		groups := map[int32]bool{}
		for i := range table.Group {
			table.Group[i] = int32(rng.IntN(n/3)) - 5
			groups[table.Group[i]] = true
		}
		shares := rapid.SampledFrom([][]float64{{0.8, 0.2}, {0.2, 0.2, 0.2, 0.2, 0.2}, {0.5, 0.5}}).Draw(t, "shares")
		hands, err := deal(table, 3, shares)
		require.NoError(t, err)
		hand, dealt := map[int32]int{}, make([]int, n)
		for k, rows := range hands {
			mine := map[int32]bool{}
			for _, r := range rows {
				if was, ok := hand[table.Group[r]]; ok {
					require.Equal(t, was, k, "group %d", table.Group[r])
				}
				hand[table.Group[r]], mine[table.Group[r]] = k, true
				dealt[r]++
			}
			assert.InDelta(t, shares[k]*float64(len(groups)), float64(len(mine)), 1.01)
		}
		for i, times := range dealt {
			require.Equal(t, 1, times, "row %d", i)
		}
		tr := &trainer{learn: n, group: table.Group, opt: Options{RowShare: 0.5}}
		tr.drawRows(rapid.IntRange(0, 50).Draw(t, "tree"))
		in := map[int32]bool{}
		for _, r := range tr.in {
			in[table.Group[r]] = true
		}
		for _, r := range tr.out {
			require.False(t, in[table.Group[r]])
		}
		require.Equal(t, n, len(tr.in)+len(tr.out))
	})
}

// TestFoldsAreOfOneSize: as even as whole groups allow, by counting in whole numbers.
func TestFoldsAreOfOneSize(t *testing.T) {
	for folds := 2; folds <= 20; folds++ {
		shares := make([]float64, folds)
		for k := range shares {
			shares[k] = 1 / float64(folds)
		}
		for n := folds; n <= 200; n++ {
			hands, err := deal(Table{Y: make([]float64, n)}, 1, shares)
			require.NoError(t, err)
			from := 0
			for k, rows := range hands {
				end := (n*(k+1) + folds - 1) / folds // the smallest i with i/n >= (k+1)/folds
				require.Len(t, rows, end-from, "hand %d of %d groups in %d", k+1, n, folds)
				from = end
			}
		}
	}
	_, err := deal(Table{Y: make([]float64, 4)}, 1, []float64{0.2, 0.2, 0.2, 0.2, 0.2})
	require.EqualError(t, err, "boost: 4 groups cannot be divided into 5 parts to learn from and to test on")
}

// TestStoppingKeepsTheBest: the loss in the log is that, on the rows held out, of as many trees of the others; the trees are then
// those of all rows; and noise is not learned for long.
func TestStoppingKeepsTheBest(t *testing.T) {
	table := benchTable(1500, 12, 4)
	table.W = make([]float64, 1500)
	for i := range table.W {
		table.W[i] = 1 + float64(i%3)
	}
	opt := small()
	opt.Trees, opt.Held, opt.Patience, opt.Leaves = 300, 0.3, 10, 16
	e, log := fit(t, table, opt)
	require.Equal(t, len(e.Trees), log.Trees)
	require.Len(t, log.Held, log.Trees+opt.Patience+1)
	assert.Equal(t, slices.Min(log.Held), log.Held[log.Trees])
	assert.Equal(t, 16, log.Leaves)
	hands, err := deal(table, opt.Seed, []float64{0.7, 0.3})
	require.NoError(t, err)
	opt.Held, opt.Trees = 0, log.Trees
	same, _ := fit(t, table, opt)
	assert.True(t, bytesOf(t, same) == bytesOf(t, e), "the trees are those of all rows")
	part := Table{X: make([][]float64, len(table.X)), Y: pick(table.Y, hands[0]), W: pick(table.W, hands[0])}
	for j, x := range table.X {
		part.X[j] = pick(x, hands[0])
	}
	of, _ := fit(t, part, opt)
	var sum, total float64
	eta := logOdds(of, table.X)
	for _, r := range hands[1] {
		sum += table.W[r] * logLoss(table.Y[r], eta[r])
		total += table.W[r]
	}
	assert.InDelta(t, sum/total, log.Held[log.Trees], 1e-9, "the walk over values and that over bins agree")

	opt.Folds, opt.Trees = 4, 300
	e, log = fit(t, table, opt)
	assert.Equal(t, slices.Min(log.Held), log.Held[log.Trees])
	opt.Folds, opt.Trees = 0, log.Trees
	same, _ = fit(t, table, opt)
	assert.True(t, bytesOf(t, same) == bytesOf(t, e), "the trees are those of all rows")

	rng := rand.New(rand.NewPCG(3, 9))
	for i := range table.Y {
		table.Y[i] = float64(rng.IntN(2))
	}
	opt.Folds, opt.Trees = 5, 300
	_, log = fit(t, table, opt)
	assert.Less(t, log.Trees, 15, "there is nothing to learn")
}

// TestMoreLeavesAreTakenWhereTheyHelp: where four columns only say something together, and not where each says something alone.
func TestMoreLeavesAreTakenWhereTheyHelp(t *testing.T) {
	for _, together := range []bool{true, false} {
		rng := rand.New(rand.NewPCG(5, 5))
		table := Table{X: make([][]float64, 6), Y: make([]float64, 1200)}
		for i := range table.Y {
			eta, sign := 0.0, 1.0
			for j := range table.X {
				v := rng.NormFloat64()
				table.X[j] = append(table.X[j], v)
				if j < 4 {
					eta += 0.7 * v
					sign *= math.Copysign(1, v)
				}
			}
			if together {
				eta = 3 * sign
			}
			if rng.Float64() < sigmoid(eta) {
				table.Y[i] = 1
			}
		}
		opt := small()
		opt.Trees, opt.Folds, opt.Patience, opt.Leaves, opt.MoreLeaves, opt.MinRows = 60, 5, 10, 4, 31, 5
		_, log := fit(t, table, opt)
		alone := opt
		alone.MoreLeaves = 0
		_, few := fit(t, table, alone)
		alone.Leaves = 31
		_, many := fit(t, table, alone)
		if together {
			assert.Equal(t, 31, log.Leaves)
			assert.Equal(t, many.Held, log.Held)
			assert.Less(t, slices.Min(many.Held), slices.Min(few.Held))
		} else {
			assert.Equal(t, 4, log.Leaves)
			assert.Equal(t, few.Held, log.Held)
		}
	}
}

// TestClearlyBetterByHand: losses of three folds .5, .6, .7 against .4, .5, .6 differ by .1 without spread; against .4, .7, .4 the mean
// difference is .1 too, with a standard error of sqrt((0 + .04 + .04) / 2 / 3), about .115.
func TestClearlyBetterByHand(t *testing.T) {
	of := func(a, b, c float64) *trial {
		return &trial{fold: [][]float64{{9, a}, {9, b}, {9, c}}, mean: stopper{loss: []float64{9, (a + b + c) / 3}, best: 1}}
	}
	before := of(0.5, 0.6, 0.7)
	assert.True(t, of(0.4, 0.5, 0.6).clearlyBetter(before))
	assert.False(t, of(0.4, 0.7, 0.4).clearlyBetter(before))
	assert.False(t, before.clearlyBetter(before))
	// The differences .2414, -.0414 and .1 spread by .02 + .02 about their mean .1: a standard error of sqrt(.04 / 2 / 3), .082.
	assert.True(t, of(0.5-0.2414, 0.6+0.0414, 0.6).clearlyBetter(before))
}

// TestDepthWiseGoesByDepth: nodes are split from the root down, and where all that can be split is, it does
// not matter in which order.
func TestDepthWiseGoesByDepth(t *testing.T) {
	table := benchTable(3000, 10, 6)
	opt := small()
	opt.Growth, opt.Leaves = DepthWise, 13
	e, _ := fit(t, table, opt)
	for k, tr := range e.Trees {
		depth := make([]int, len(tr.Nodes))
		splits := map[int32]int{} // depth of the node whose left child has the number
		for i, n := range tr.Nodes {
			if n.Column >= 0 {
				depth[n.Left], depth[n.Right] = depth[i]+1, depth[i]+1
				splits[n.Left] = depth[i]
			}
		}
		last := 0
		for l := range int32(len(tr.Nodes)) {
			if d, ok := splits[l]; ok {
				require.GreaterOrEqual(t, d, last, "tree %d, children %d", k, l)
				last = d
			}
		}
	}
	opt.Leaves, opt.Depth = 1000, 4
	e, _ = fit(t, table, opt)
	opt.Growth = LeafWise
	full, _ := fit(t, table, opt)
	a, b := logOdds(e, table.X), logOdds(full, table.X)
	for i := range a {
		require.InDelta(t, a[i], b[i], 1e-9)
	}
}

// TestBaseHazardByHand: periods of 8 and 2 rows with 1 and 1 events, 10 rows with 2 events in all. A fifth
// is the mean, so one event's weight is 5 rows: (1+1)/(8+5) and (1+1)/(2+5).
func TestBaseHazardByHand(t *testing.T) {
	period := []int32{0, 0, 0, 0, 0, 0, 0, 0, 1, 1}
	y := []float64{1, 0, 0, 0, 0, 0, 0, 0, 1, 0}
	got := BaseHazard(period, y, nil, 3)
	assert.InDelta(t, 2.0/13, sigmoid(got[0]), 1e-12)
	assert.InDelta(t, 2.0/7, sigmoid(got[1]), 1e-12)
	assert.InDelta(t, 1.0/5, sigmoid(got[2]), 1e-12, "a period nobody reached has the mean")
}

// TestHazardsAreTheSharesWhoHadTheEvent: persons of two kinds are at risk in five periods, and what is between the kinds differs by
// period. Where there are trees enough, the hazard of each kind in each period is the share of those at risk who had the event.
func TestHazardsAreTheSharesWhoHadTheEvent(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 3))
	const periods = 5
	var period []int32
	table := Table{X: make([][]float64, 2)}
	var events, risk [2][periods]float64
	for person := range int32(6000) {
		kind, end := rng.IntN(2), 1+rng.IntN(periods) // followed up for so many periods, if nothing happens
		for k := range end {
			y := boolTo(rng.Float64() < []float64{0.05, 0.1, 0.15, 0.1, 0.05}[k]*float64(1+kind*(4-k)/2))
			period, table.X[0], table.X[1] = append(period, int32(k)), append(table.X[0], float64(kind)), append(table.X[1], float64(k))
			table.Y, table.Group = append(table.Y, y), append(table.Group, person)
			events[kind][k] += y
			risk[kind][k]++
			if y == 1 {
				break
			}
		}
	}
	base := BaseHazard(period, table.Y, nil, periods)
	for _, k := range period {
		table.Offset = append(table.Offset, base[k])
	}
	opt := small()
	opt.Objective, opt.Trees, opt.Rate, opt.Lambda = Hazard, 200, 0.3, 0
	e, _ := fit(t, table, opt)
	for kind := range 2 {
		for k := range periods {
			eta := logOdds(e, [][]float64{{float64(kind)}, {float64(k)}})[0] + base[k]
			assert.InDelta(t, events[kind][k]/risk[kind][k], sigmoid(eta), 1e-3, "kind %d in period %d", kind, k)
		}
	}
	opt.Objective = Binary
	same, _ := fit(t, table, opt)
	assert.True(t, bytesOf(t, e) == bytesOf(t, same), "the likelihood is that of yes or no on these rows")
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	good := func() (Table, Options) {
		opt := small()
		return Table{X: [][]float64{{1, 2, 3, 4}, {0, 1, 0, 1}}, Levels: [][]string{nil, {"a", "b"}}, Y: []float64{0, 1, 0, 1}}, opt
	}
	for _, c := range []struct {
		name  string
		spoil func(*Table, *Options)
		says  string
	}{
		{"no rows", func(t *Table, _ *Options) { *t = Table{X: [][]float64{{}}, Y: []float64{}} }, "no rows"},
		{"no columns", func(t *Table, _ *Options) { t.X, t.Levels = nil, nil }, "no columns"},
		{"one class", func(t *Table, _ *Options) { t.Y = []float64{1, 1, 1, 1} }, "one class"},
		{"y not 0 or 1", func(t *Table, _ *Options) { t.Y[2] = 0.5 }, "row 2: y is 0.5"},
		{"weight 0", func(t *Table, _ *Options) { t.W = []float64{1, 0, 1, 1} }, "row 1: weight is 0"},
		{"offset NaN", func(t *Table, _ *Options) { t.Offset = []float64{0, 0, 0, math.NaN()} }, "row 3: offset is NaN"},
		{"infinite value", func(t *Table, _ *Options) { t.X[0][3] = math.Inf(1) }, "column 0 row 3 is +Inf"},
		{"nothing but infinity", func(t *Table, _ *Options) {
			for i := range t.X[0] {
				t.X[0][i] = math.Inf(1)
			}
		}, "column 0 row 0 is +Inf"},
		{"infinite value before a missing one", func(t *Table, _ *Options) { t.X[0][1], t.X[0][2] = math.Inf(-1), math.NaN() }, "column 0 row 1 is -Inf"},
		{"weight beyond float32", func(t *Table, _ *Options) { t.W = []float64{1, 1e39, 1, 1} }, "row 1: weight is 1e+39, want a number above 0 and at most 3.4e+38"},
		{"rate NaN", func(_ *Table, o *Options) { o.Rate = math.NaN() }, "rate is NaN"},
		{"256 bins", func(_ *Table, o *Options) { o.Bins = 256 }, "bins is 256, want 2 to 255"},
		{"one leaf", func(_ *Table, o *Options) { o.Leaves = 1 }, "leaves is 1"},
		{"no rows in a leaf", func(_ *Table, o *Options) { o.MinRows = 0 }, "min rows is 0"},
		{"order of categories", func(_ *Table, o *Options) { o.Monotone = []int8{0, 1} }, "monotone[1] is 1, want 0"},
		{"no such column", func(_ *Table, o *Options) { o.Interactions = [][]int{{0, 2}} }, "interactions[0] is 2"},
		{"hazard without persons", func(_ *Table, o *Options) { o.Objective = Hazard }, "the person of each row"},
		{"more leaves that are fewer", func(_ *Table, o *Options) { o.MoreLeaves = o.Leaves }, "more leaves is"},
		{"no patience", func(_ *Table, o *Options) { o.Held = 0.5 }, "patience is 0"},
		{"both ways to stop", func(_ *Table, o *Options) { o.Held, o.Folds, o.Patience = 0.5, 2, 1 }, "want 0 when there are folds"},
		{"too few groups", func(t *Table, o *Options) { t.Group, o.Folds, o.Patience = []int32{1, 1, 1, 1}, 2, 1 }, "1 groups cannot be divided into 2"},
	} {
		table, opt := good()
		c.spoil(&table, &opt)
		_, _, err := Train(context.Background(), table, opt)
		assert.ErrorContains(t, err, c.says, c.name)
	}
	table, opt := good()
	e, log, err := Train(context.Background(), table, opt)
	require.NoError(t, err)
	assert.Empty(t, e.Trees)
	assert.Len(t, log.Warnings, 1, "four rows are too few for a tree, and the log says so")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err = Train(ctx, table, opt)
	assert.ErrorIs(t, err, context.Canceled)
	table.Group = []int32{1}
	assert.PanicsWithValue(t, "boost: group has 1 rows, y 4", func() { _, _, _ = Train(context.Background(), table, opt) })
}

// TestColumnsThatSayNothing: without a value or with one, by themselves or stopping early, there is no tree.
func TestColumnsThatSayNothing(t *testing.T) {
	nan := math.NaN()
	for name, x := range map[string][]float64{"all missing": {nan, nan, nan, nan, nan, nan}, "constant": {7, 7, 7, 7, 7, 7}} {
		for _, levels := range [][]string{nil, slices.Repeat([]string{"a"}, 8)} {
			for _, workers := range []int{1, 3} {
				opt := small()
				opt.MinRows, opt.MinChild, opt.Workers, opt.Folds, opt.Patience = 1, 0, workers, 2, 1
				e, _ := fit(t, Table{X: [][]float64{x}, Levels: [][]string{levels}, Y: []float64{0, 1, 0, 1, 0, 1}, Group: []int32{0, 0, 1, 1, 2, 2}}, opt)
				assert.Empty(t, e.Trees, name)
				opt.Folds = 0
				e, _ = fit(t, Table{X: [][]float64{x}, Levels: [][]string{levels}, Y: []float64{0, 1, 0, 1, 0, 1}}, opt)
				assert.Empty(t, e.Trees, name)
			}
		}
	}
}

// TestAWeightThatDwarfsTheOthers leaves the base finite: the other class still has weight.
func TestAWeightThatDwarfsTheOthers(t *testing.T) {
	e, _ := fit(t, Table{X: [][]float64{{1, 2, 3, 4}}, Y: []float64{0, 1, 0, 1}, W: []float64{1, 1e30, 1, 1}}, small())
	assert.InDelta(t, math.Log(1e30/2), e.Base, 1e-9)
}

// TestLevelsThatSayNothingAreNotAsked: sixty levels of ten rows each, and a coin for the outcome. Without
// the charge the first tree divides them; with it hardly ever.
func TestLevelsThatSayNothingAreNotAsked(t *testing.T) {
	opt := Defaults(600)
	opt.Trees, opt.Leaves, opt.Folds, opt.Workers = 1, 2, 0, 1
	asked := func(charge float64) (n int) {
		for seed := range uint64(40) {
			rng := rand.New(rand.NewPCG(seed, 10))
			table := Table{X: [][]float64{make([]float64, 600)}, Y: make([]float64, 600), Levels: [][]string{make([]string, 60)}}
			for i := range table.Y {
				table.X[0][i], table.Y[i] = float64(i%60), float64(rng.IntN(2))
			}
			opt.CatCharge = charge
			e, _ := fit(t, table, opt)
			n += len(e.Trees)
		}
		return n
	}
	assert.Equal(t, 40, asked(0))
	assert.Less(t, asked(1), 20)
}

// TestDefaultsAreAllowed for every size, and small trees are for small tables.
func TestDefaultsAreAllowed(t *testing.T) {
	for _, n := range []int{1, 800, fewRows - 1, fewRows, 1_000_000} {
		assert.NoError(t, Defaults(n).check(1, Table{}), "%d rows", n)
	}
	assert.Less(t, Defaults(800).Leaves, Defaults(100_000).Leaves)
}

// TestBinsAreThoseOfTheRowsLearnedFrom: rows held out to tell when to stop decide no cut and name no level.
func TestBinsAreThoseOfTheRowsLearnedFrom(t *testing.T) {
	table := Table{X: [][]float64{{1, 2, 3, 40, 50}, {0, 1, 0, 2, 2}}, Levels: [][]string{nil, {"a", "b", "c"}}}
	c := newCrew(1)
	defer c.end()
	b, err := newBins(table, []int32{0, 1, 2, 3, 4}, 3, small(), c)
	require.NoError(t, err)
	assert.Equal(t, []float64{1.5, 2.5}, b.columns[0].cuts)
	assert.Equal(t, []uint8{0, 1, 2}, b.columns[1].levels)
	assert.Equal(t, 2, b.columns[1].values, "a level that only held-out rows have is missing")
}

// TestTheBaseIsThatOfTheRowsLearnedFrom, not of those held out.
func TestTheBaseIsThatOfTheRowsLearnedFrom(t *testing.T) {
	c := newCrew(1)
	defer c.end()
	table := Table{X: [][]float64{{1, 2, 3, 4, 5, 6}}, Y: []float64{0, 1, 0, 0, 1, 1}, W: []float64{1, 2, 1, 1, 9, 9}}
	tr, err := newTrainer(table, []int32{0, 1, 2, 3}, []int32{4, 5}, small(), c)
	require.NoError(t, err)
	assert.InDelta(t, math.Log(2.0/3), tr.base, 1e-15)
	tr, err = newTrainer(Table{X: table.X, Y: table.Y, Offset: []float64{1, 1, 1, 1, 9, 9}}, []int32{0, 1, 2, 3}, []int32{4, 5}, small(), c)
	require.NoError(t, err)
	assert.InDelta(t, math.Log(1.0/3)-1, tr.base, 1e-9)
}

// TestWhatWasNotMissingGoesWhereMoreRowsWent when it is missing later.
func TestWhatWasNotMissingGoesWhereMoreRowsWent(t *testing.T) {
	for _, many := range []float64{0, 1} {
		table := Table{X: [][]float64{make([]float64, 40)}, Y: make([]float64, 40)}
		for i := range table.Y {
			table.X[0][i] = 1 - many
			if i >= 10 {
				table.X[0][i] = many
			}
			table.Y[i] = table.X[0][i]
		}
		opt := small()
		opt.MinRows, opt.MinChild = 1, 0
		e, _ := fit(t, table, opt)
		require.NotEmpty(t, e.Trees)
		assert.Equal(t, many == 0, e.Trees[0].Nodes[0].MissingLeft, "most rows have %v", many)
	}
}

// TestPlainGainsHaveToExceedMinGain: the quick search's least gain is in the units of the loss.
func TestPlainGainsHaveToExceedMinGain(t *testing.T) {
	table := Table{X: [][]float64{{0, 0, 0, 0, 1, 1, 1, 1}}, Y: []float64{0, 0, 0, 1, 0, 1, 1, 1}}
	// At p = 1/2 a side has G = 1 (or -1) and H = 1: with lambda 0 each gains G²/2H and the whole nothing.
	for _, least := range []float64{0.99, 1.01} {
		opt := small()
		opt.Trees, opt.MinRows, opt.MinChild, opt.Lambda, opt.MinGain = 1, 1, 0, 0, least
		e, _ := fit(t, table, opt)
		assert.Equal(t, least < 1, len(e.Trees) == 1, "min gain %v", least)
	}
}

// TestOfColumnsThatGainTheSameTheFirstIsAsked, in whatever blocks they lie.
func TestOfColumnsThatGainTheSameTheFirstIsAsked(t *testing.T) {
	table := benchTable(600, 1, 8)
	for len(table.X) < 40 {
		table.X = append(table.X, table.X[0])
	}
	e, _ := fit(t, table, small())
	require.NotEmpty(t, e.Trees)
	for _, tr := range e.Trees {
		for _, n := range tr.Nodes {
			require.LessOrEqual(t, n.Column, int32(0))
		}
	}
}

// TestWhatGoesAgainstTheOrderIsNotAsked: a column that rises with the outcome and may only fall is of no use; nor are its
// values asked about below another split, where all they could do is to be held to their bounds.
func TestWhatGoesAgainstTheOrderIsNotAsked(t *testing.T) {
	table := Table{X: [][]float64{make([]float64, 400), make([]float64, 400)}, Y: make([]float64, 400)}
	for i := range table.Y {
		table.X[0][i], table.X[1][i] = float64(i%20), float64(i/200)
		table.Y[i] = boolTo(i%20+5*(i/200) > 12)
	}
	for _, alpha := range []float64{0, 0.1} {
		opt := small()
		opt.Monotone, opt.Alpha = []int8{-1, 1}, alpha
		e, _ := fit(t, table, opt)
		require.NotEmpty(t, e.Trees)
		for _, tr := range e.Trees {
			for _, n := range tr.Nodes {
				require.NotEqual(t, int32(0), n.Column)
			}
		}
	}
}

// TestTheMiddleBoundsBothSides: below a split of a monotone column no leaf lies beyond the middle of the two sides' own values.
func TestTheMiddleBoundsBothSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, 200, false)
		opt := small()
		opt.Trees, opt.Rate, opt.Monotone = 1, 1, []int8{1, 0, 0, 0}
		e, _ := fit(t, table, opt)
		if len(e.Trees) == 0 || e.Trees[0].Nodes[0].Column != 0 || e.Trees[0].Nodes[0].Threshold == math.MaxFloat64 {
			return
		}
		nodes := e.Trees[0].Nodes
		var g, h [2]float64
		leaves := make([]int, len(table.Y))
		for i := range table.Y {
			leaves[i], _ = walk(e, e.Trees[0], func(j int) float64 { return table.X[j][i] })
			side := 0
			if under(nodes, int(nodes[0].Right), leaves[i]) {
				side = 1
			}
			p := sigmoid(e.Base)
			g[side], h[side] = g[side]+p-table.Y[i], h[side]+p*(1-p)
		}
		mid := (-g[0]/(h[0]+opt.Lambda) - g[1]/(h[1]+opt.Lambda)) / 2
		for _, leaf := range leaves {
			if under(nodes, int(nodes[0].Left), leaf) {
				require.LessOrEqual(t, nodes[leaf].Value, mid+1e-4)
			} else {
				require.GreaterOrEqual(t, nodes[leaf].Value, mid-1e-4)
			}
		}
	})
}

// TestAFoldsLossIsThatOfTheOtherFoldsTrees, for each number of trees, also when a fold has nothing left to gain long before
// the others and is asked for more; and folds count by their weight.
func TestAFoldsLossIsThatOfTheOtherFoldsTrees(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 11))
	table := Table{X: [][]float64{make([]float64, 300)}, Y: make([]float64, 300), W: make([]float64, 300)}
	for i := range table.Y {
		table.X[0][i], table.W[i] = rng.NormFloat64(), 1+3*rng.Float64()
		table.Y[i] = boolTo(rng.Float64() < sigmoid(table.X[0][i]))
	}
	opt := small()
	opt.Trees, opt.MinGain, opt.Leaves, opt.Patience, opt.Rate = 40, 1.5, 2, 40, 0.5
	c := newCrew(1)
	defer c.end()
	folds, err := deal(table, 1, []float64{0.4, 0.3, 0.3})
	require.NoError(t, err)
	trial, err := tried(context.Background(), table, opt, c, folds)
	require.NoError(t, err)
	of := func(rows []int32) Table {
		return Table{X: [][]float64{pick(table.X[0], rows)}, Y: pick(table.Y, rows), W: pick(table.W, rows)}
	}
	var sum [41]float64
	var total float64
	for k, held := range folds {
		var learn []int32
		for i := range table.Y {
			if !slices.Contains(held, int32(i)) {
				learn = append(learn, int32(i))
			}
		}
		e, _ := fit(t, of(learn), opt)
		require.Less(t, len(e.Trees), 40, "nothing is left to gain, or this test shows too little")
		test, all := of(held), e.Trees
		weight := 0.0
		for _, w := range test.W {
			weight += w
		}
		total += weight
		for n := range trial.fold[k] {
			e.Trees = all[:min(n, len(all))]
			loss := 0.0
			for i, eta := range logOdds(e, test.X) {
				loss += test.W[i] * logLoss(test.Y[i], eta)
			}
			sum[n] += loss
			require.InDelta(t, loss/weight, trial.fold[k][n], 1e-9, "fold %d after %d trees", k, n)
		}
	}
	for n, mean := range trial.mean.loss {
		require.InDelta(t, sum[n]/total, mean, 1e-9, "after %d trees", n)
	}
}

// TestStoppingByHand: the second loss of .5 is no better than the first, and patience 2 is two trees without gain.
func TestStoppingByHand(t *testing.T) {
	s := &stopper{loss: []float64{0.7}}
	for k, loss := range []float64{0.5, 0.6, 0.5} {
		require.Equal(t, k == 2, s.worse(loss, 2), "after %d trees", k+1)
	}
	require.Equal(t, 1, s.best)
}

// TestEachTreeHasRowsAndColumnsOfItsOwn, by the seed, of about the share asked for; and one column at least.
func TestEachTreeHasRowsAndColumnsOfItsOwn(t *testing.T) {
	const n = 4000
	c := newCrew(1)
	defer c.end()
	table := benchTable(n, 30, 2)
	table.X[3] = make([]float64, n) // cannot be asked, so it is no choice
	tr, err := newTrainer(table, rowsOf(table), nil, small(), c)
	require.NoError(t, err)
	draw := func(seed uint64, tree int, share float64) (rows []int32, columns []bool) {
		tr.opt.Seed, tr.opt.RowShare, tr.opt.ColumnShare = seed, share, share
		tr.drawRows(tree)
		return slices.Clone(tr.in), tr.drawColumns(tree)
	}
	rows, columns := draw(1, 0, 0.3)
	require.InDelta(t, 0.3*n, len(rows), 120)
	for name, other := range map[string][2]int{"tree": {1, 1}, "seed": {2, 0}} {
		r, col := draw(uint64(other[0]), other[1], 0.3)
		require.NotEqual(t, rows, r, "another %s, other rows", name)
		require.NotEqual(t, columns, col, "another %s, other columns", name)
	}
	for tree := range 50 {
		_, columns := draw(1, tree, 1e-9)
		count := 0
		for j, in := range columns {
			require.False(t, in && j == 3)
			count += int(boolTo(in))
		}
		require.Equal(t, 1, count)
	}
}

// TestATreeOnSomeRowsMovesAllOfThem: with half of the rows in each tree, the log odds that are learned on are those of the ensemble.
func TestATreeOnSomeRowsMovesAllOfThem(t *testing.T) {
	table := benchTable(500, 5, 3)
	opt := small()
	opt.RowShare = 0.5
	c := newCrew(1)
	defer c.end()
	tr, err := newTrainer(table, rowsOf(table), nil, opt, c)
	require.NoError(t, err)
	e, _, err := tr.train(context.Background())
	require.NoError(t, err)
	require.Len(t, e.Trees, opt.Trees)
	tr.derive() // the last tree is added when the next begins
	for i, eta := range logOdds(e, table.X) {
		require.InDelta(t, eta, tr.score[i], 1e-12, "row %d", i)
	}
}

// TestATreeThatGainsNothingIsNotTheEnd when the next has other rows or columns.
func TestATreeThatGainsNothingIsNotTheEnd(t *testing.T) {
	table := benchTable(400, 6, 4)
	for j := range 5 {
		for i := range table.X[j] {
			table.X[j][i] = float64(i % 2) // says nothing: most draws of one column have nothing to ask
		}
	}
	for i := range table.Y {
		table.X[5][i] = table.Y[i]
		table.X[0][i] = float64(i / 2 % 2)
	}
	opt := small()
	opt.ColumnShare, opt.Trees, opt.MinGain = 1.0/6, 30, 5
	e, _ := fit(t, table, opt)
	require.Len(t, e.Trees, 30)
	asked := 0
	for _, tr := range e.Trees {
		asked += int(boolTo(tr.Nodes[0].Column == 5))
	}
	require.Greater(t, asked, 1)
	require.Less(t, asked, 30)
}

// TestMinChildAndMinRowsAreTheLeastThereMayBe: two rows on each side at p = 1/2 have a hessian of exactly 0.5.
func TestMinChildAndMinRowsAreTheLeastThereMayBe(t *testing.T) {
	table := Table{X: [][]float64{{0, 0, 1, 1}}, Y: []float64{0, 0, 1, 1}}
	for _, alpha := range []float64{0, 0.1} {
		for _, c := range []struct {
			child float64
			rows  int
			split bool
		}{{0.5, 2, true}, {0.5001, 2, false}, {0.5, 3, false}} {
			opt := small()
			opt.Trees, opt.Alpha, opt.MinChild, opt.MinRows = 1, alpha, c.child, c.rows
			e, _ := fit(t, table, opt)
			assert.Equal(t, c.split, len(e.Trees) == 1, "at least %v and %d rows", c.child, c.rows)
		}
	}
	// Each side gains (1-alpha)²/(2(0.5+0.5)) with lambda 0.5, and the whole nothing; the gain must be more than the least.
	for _, alpha := range []float64{0, 0.5} {
		gain := (1 - alpha) * (1 - alpha)
		for _, least := range []float64{gain - 1e-6, gain, gain + 1e-6} {
			opt := small()
			opt.Trees, opt.Alpha, opt.MinChild, opt.MinRows, opt.Lambda, opt.MinGain = 1, alpha, 0, 1, 0.5, least
			e, _ := fit(t, table, opt)
			assert.Equal(t, least < gain, len(e.Trees) == 1, "least gain %v", least)
		}
	}
}

// TestBaseHazardCountsWeights: as by hand above, the seven rows without an event being one of weight 7.
func TestBaseHazardCountsWeights(t *testing.T) {
	got := BaseHazard([]int32{0, 0, 1, 1}, []float64{1, 0, 1, 0}, []float64{1, 7, 1, 1}, 2)
	assert.InDelta(t, 2.0/13, sigmoid(got[0]), 1e-12)
	assert.InDelta(t, 2.0/7, sigmoid(got[1]), 1e-12)
}

// TestTheBaseFitsWeightedRowsWithOffsets: as many events as are expected, by weight.
func TestTheBaseFitsWeightedRowsWithOffsets(t *testing.T) {
	y, w, offset := []float64{0, 1, 0, 1}, []float64{1, 2, 5, 0.5}, []float64{-1, 2, 0.5, 0}
	b, excess := base(y, w, offset), 0.0
	for i := range y {
		excess += w[i] * (sigmoid(b+offset[i]) - y[i])
	}
	assert.InDelta(t, 0, excess, 1e-9)
}

// TestCutsByHand: twelve rows in three bins of four. 1 has four and a bin of its own, so that 0 is parted from it; of the seven
// rows after it nothing is parted, since no bin is left. And of eight rows in two bins 0 with three is nearer to four
// than 0 and 1 with six.
func TestCutsByHand(t *testing.T) {
	of := func(counts ...int) (x []float64) {
		for v, n := range counts {
			x = append(x, slices.Repeat([]float64{float64(v)}, n)...)
		}
		return x
	}
	for _, c := range []struct {
		counts []int
		bins   int
		want   []float64
	}{{[]int{1, 4, 2, 2, 2, 1}, 3, []float64{0.5, 1.5}}, {[]int{3, 3, 2}, 2, []float64{0.5}}, {[]int{1, 3, 2}, 3, []float64{0.5, 1.5}}} {
		x := of(c.counts...)
		got, n := cuts(x, rowsOf(Table{Y: x}), c.bins, make([]float64, 2*len(x)))
		assert.Equal(t, c.want, got)
		assert.Equal(t, len(got)+1, n)
	}
	// A value on a cut is below it, the next one above.
	f := newFinder(&column{cuts: []float64{1, 2, 5}, values: 4, unit: 1})
	for b, cut := range f.cuts {
		assert.Equal(t, uint8(b), binOf(f, cut))
		assert.Equal(t, uint8(b+1), binOf(f, math.Nextafter(cut, 9)))
	}
}

// TestCutsOfManyRowsAreThoseOfAll: rows in rising order, more than are sampled.
func TestCutsOfManyRowsAreThoseOfAll(t *testing.T) {
	const n = 2*sampled + 17
	table := Table{X: [][]float64{make([]float64, n)}, Y: make([]float64, n)}
	for i := range table.X[0] {
		table.X[0][i] = float64(i)
	}
	c := newCrew(1)
	defer c.end()
	b, err := newBins(table, rowsOf(table), n, small(), c)
	require.NoError(t, err)
	require.Len(t, b.columns[0].cuts, 254)
	for k, cut := range b.columns[0].cuts {
		require.InDelta(t, float64(k+1)/255, cut/n, 0.001)
	}
}

// TestLevelsByHand: with as many bins as levels each has its own; with fewer the rarest share the last, of equally rare ones the
// later. The number after the last level's is none.
func TestLevelsByHand(t *testing.T) {
	x := []float64{0, 0, 1, 2, 3, 4, -1, 0.5}
	rows := rowsOf(Table{Y: x})
	bin, values := levelBins(x, rows, 4, 4)
	assert.Equal(t, []uint8{0, 1, 2, 3}, bin)
	assert.Equal(t, 4, values)
	bin, values = levelBins(x, rows, 4, 3)
	assert.Equal(t, []uint8{0, 1, 2, 2}, bin)
	assert.Equal(t, 3, values)
	_, ok := level(4, 4)
	assert.False(t, ok)
}

// TestOfEqualLeavesTheOlderIsSplit: both halves of the root gain the same by the second column, mirrored; depth-wise the
// older goes first even if the other gains more.
func TestOfEqualLeavesTheOlderIsSplit(t *testing.T) {
	for _, c := range []struct {
		growth Growth
		ones   [4]int // of ten rows
	}{{LeafWise, [4]int{1, 3, 7, 9}}, {DepthWise, [4]int{1, 2, 7, 10}}} {
		table := Table{X: [][]float64{nil, nil}}
		for cell, ones := range c.ones {
			for i := range 10 {
				table.X[0], table.X[1] = append(table.X[0], float64(cell/2)), append(table.X[1], float64(cell%2))
				table.Y = append(table.Y, boolTo(i < ones))
			}
		}
		opt := small()
		opt.Trees, opt.Leaves, opt.Growth, opt.Rate, opt.Lambda = 1, 3, c.growth, 0.3, 0
		e, _ := fit(t, table, opt)
		require.Len(t, e.Trees, 1)
		n := e.Trees[0].Nodes
		require.Equal(t, int32(0), n[0].Column)
		assert.Equal(t, int32(1), n[n[0].Left].Column, "the left side was there first")
		p := sigmoid(e.Base)
		right, ones := n[n[0].Right], float64(c.ones[2]+c.ones[3])
		assert.InDelta(t, 0.3*(ones-20*p)/(20*p*(1-p)+opt.Lambda), right.Value, 1e-5, "the rate times the best value")
	}
}

// TestDepthIsTheMostQuestionsOnAPath, in either order of growth.
func TestDepthIsTheMostQuestionsOnAPath(t *testing.T) {
	table := benchTable(2000, 6, 6)
	for _, growth := range []Growth{LeafWise, DepthWise} {
		opt := small()
		opt.Trees, opt.Leaves, opt.Depth, opt.Growth = 3, 64, 4, growth
		e, _ := fit(t, table, opt)
		most := 0
		for _, tr := range e.Trees {
			for i := range table.Y {
				_, asked := walk(e, tr, func(j int) float64 { return table.X[j][i] })
				most = max(most, len(asked))
			}
		}
		assert.Equal(t, 4, most)
	}
}

// TestWhatIsMissingHasNoPlaceInAnOrder: values on one side, what is missing on the other, and each has its own value whatever the rule.
func TestWhatIsMissingHasNoPlaceInAnOrder(t *testing.T) {
	table := Table{X: [][]float64{make([]float64, 40)}, Y: make([]float64, 40)}
	for i := range table.Y {
		if table.X[0][i] = float64(i % 3); i < 20 {
			table.X[0][i] = math.NaN()
		}
	}
	for _, rule := range []int8{-1, 0, 1} {
		for _, missing := range []float64{0, 1} {
			for i := range table.Y {
				table.Y[i] = math.Abs(missing - boolTo(i >= 20))
			}
			opt := small()
			opt.Trees, opt.Rate, opt.Monotone = 1, 1, []int8{rule}
			e, _ := fit(t, table, opt)
			got := logOdds(e, [][]float64{{math.NaN(), 0, 1, 2}})
			want := (2*missing - 1) * 10 / (5 + opt.Lambda) // G is 20 times a half, H 20 times a quarter
			assert.InDeltaSlice(t, []float64{want, -want, -want, -want}, got, 1e-5, "rule %d", rule)
		}
	}
}
