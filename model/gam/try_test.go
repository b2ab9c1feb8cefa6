package gam

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// begun returns a training whose columns are done.
func begun(t *testing.T, tab Table, opt Options) (*fitting, fit) {
	t.Helper()
	opt = opt.filled(len(tab.Y))
	f, err := newFitting(&tab, &opt)
	require.NoError(t, err)
	columns, err := f.boost(context.Background())
	require.NoError(t, err)
	columns.cycles = 0
	f.resume(columns, func(int) []pair { return nil })
	return f, columns
}

// signs is a table whose columns work together in neighbours: the first with the second, the third with the fourth and so on; those of
// the second half with another effect if one is given.
func signs(n, columns int, effect float64, seed uint64, weaker ...float64) Table {
	rng := rand.New(rand.NewPCG(seed, 11))
	t := Table{X: make([][]float64, columns), Group: make([]int32, n)}
	for i := range n {
		eta, last := 0.0, 0.0
		for j := range t.X {
			v := rng.NormFloat64()
			t.X[j] = append(t.X[j], v)
			if j%2 == 1 {
				e := effect
				if k := j/2 - columns/4; k >= 0 && len(weaker) > 0 {
					e = weaker[0]
				}
				eta += e * math.Copysign(1, v*last)
			}
			last = v
		}
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-eta)) {
			y = 1
		}
		t.Y = append(t.Y, y)
		t.Group[i] = int32(i)
	}
	return t
}

func TestAboveByHand(t *testing.T) {
	// Of four pairs a bar of 3 is one of 3 + 2 ln 4 = 5.77.
	ranked := []pair{{score: 9}, {score: 5.78}, {score: 5.77}, {score: 1}}
	assert.Len(t, above(ranked, 3), 2)
	assert.Len(t, above(ranked, 8), 0)
	assert.Len(t, above(ranked, math.Inf(-1)), 4)
	assert.Empty(t, above(nil, math.Inf(-1)))
}

// TestLessByHand: rows 0 and 2 are one citizen's, so that of the sums 3, -1 and 1 the squares are 11; their sum is 3, of whose square a third is taken off.
func TestLessByHand(t *testing.T) {
	fall, se := less([]float64{5, 1, 1, 2}, []float64{3, 2, 0, 1}, []int32{0, 1, 0, 2}, 3)
	assert.Equal(t, 3.0, fall)
	assert.InDelta(t, math.Sqrt(11-3), se, 1e-15)
	// Were each row its own, it would be 4 + 1 + 1 + 1 - 9/4.
	_, se = less([]float64{5, 1, 1, 2}, []float64{3, 2, 0, 1}, []int32{0, 1, 2, 3}, 4)
	assert.InDelta(t, math.Sqrt(7-2.25), se, 1e-15)
	fall, se = less([]float64{1, 1, 1}, []float64{0.9, 0.9, 0.9}, []int32{0, 1, 2}, 3)
	assert.InDelta(t, 0.3, fall, 1e-15)
	assert.InDelta(t, 0, se, 1e-8, "all fell by the same; rounding gives no root of less than nothing")
}

// TestARankingDoesNotSeeTheRowsHeldOut: whatever they left unexplained, a bag ranks the pairs alike.
func TestARankingDoesNotSeeTheRowsHeldOut(t *testing.T) {
	tab := signs(300, 6, 1, 3)
	f, _ := begun(t, tab, Options{Bags: 3})
	left := f.d.unexplained(f.bags)
	b := f.bags[1]
	want := f.d.rank(left.without(b.held), b.places, 1)
	other := unexplained{append([]float32(nil), left.residual...), append([]float32(nil), left.curvature...), left.total}
	for i, held := range b.held {
		if held {
			other.residual[i], other.curvature[i] = 1, 1
		}
	}
	assert.NotEqual(t, want, f.d.rank(other, b.places, 1))
	assert.Equal(t, want, f.d.rank(other.without(b.held), b.places, 1))
}

// TestWhatIsLostIsWhatBoostingSaid it would be, once bags are put to the shapes that were best; by weight, and by two bags if two
// held a row out.
func TestWhatIsLostIsWhatBoostingSaid(t *testing.T) {
	tab := signs(300, 4, 1, 4)
	for i := range tab.Y {
		tab.W = append(tab.W, 1+float64(i%3))
		tab.Offset = append(tab.Offset, float64(i%5)/10)
	}
	for _, n := range []int{3, 16} {
		f, columns := begun(t, tab, Options{Bags: n})
		sum := func() (s float64) {
			for _, v := range f.lost() {
				s += v
			}
			return s
		}
		assert.InEpsilon(t, columns.loss, sum(), 1e-5)
		// Not all bags have the same pairs, and one has none.
		f.resume(columns, func(k int) []pair { return []pair{{a: 0, b: 1}, {a: 2, b: 3}, {a: 0, b: 3}}[:k%4] })
		got, err := f.boost(context.Background())
		require.NoError(t, err)
		require.Less(t, got.loss, 0.97*columns.loss)
		for k, b := range f.bags {
			b.put(got.shapes[k])
		}
		assert.InEpsilon(t, got.loss, sum(), 1e-5)
	}
}

// TestATrialIsHonest: where all is noise, bags that choose pairs by their own rows learn from rows held out that there is nothing to
// them; bags that take what everybody's labels speak for do not.
func TestATrialIsHonest(t *testing.T) {
	honest, not := 0, 0
	for seed := range uint64(20) {
		f, columns := begun(t, signs(300, 8, 0, 100+seed), Options{Pairs: 5})
		left := f.d.unexplained(f.bags)
		all := f.most(f.d.rank(left, f.d.places(f.bags), 1))
		require.Len(t, all, 5)
		got, err := f.tryPairs(context.Background(), columns, left, all)
		require.NoError(t, err)
		if got.cycles > 0 {
			honest++
		}
		f.resume(columns, func(int) []pair { return all })
		got, err = f.boost(context.Background())
		require.NoError(t, err)
		if got.cycles > 0 {
			not++
		}
	}
	assert.LessOrEqual(t, honest, 9, "of 20")
	assert.GreaterOrEqual(t, not, 15, "of 20")
}

// TestFewRowsTakeUpPairsThatMatterTogether, and none of noise: three pairs of twelve columns are strong, and of three weaker ones some do not
// stand out by themselves.
func TestFewRowsTakeUpPairsThatMatterTogether(t *testing.T) {
	found, high, noise := 0, 0, 0
	for seed := range uint64(6) {
		tab := signs(800, 12, 1, 200+seed, 0.45)
		for _, term := range train(t, tab, Options{PairBins: 9}).Terms[12:] {
			if term.Columns[0]%2 == 0 && term.Columns[1] == term.Columns[0]+1 {
				found++
			}
		}
		f, _ := begun(t, tab, Options{PairBins: 9})
		high += len(above(f.most(f.d.rank(f.d.unexplained(f.bags), f.d.places(f.bags), 1)), 12))
		noise += len(train(t, signs(800, 8, 0, 300+seed), Options{PairBins: 9}).Terms) - 8
	}
	assert.GreaterOrEqual(t, found, 26, "of 36")
	assert.LessOrEqual(t, high, found-3, "stand out by themselves")
	assert.LessOrEqual(t, noise, 2, "pairs in six models, of 396")
}

// TestWhatStandsOutNeedOnlyLessenTheLoss; what does not must lessen it by two standard errors, and by one if there is a pair already.
func TestWhatStandsOutNeedOnlyLessenTheLoss(t *testing.T) {
	f := &fitting{opt: &Options{}}
	assert.Equal(t, []float64{0, 2, 1}, []float64{f.sureness(12, false), f.sureness(11, false), f.sureness(11, true)})
	f.opt.Pairs = 3
	assert.Zero(t, f.sureness(math.Inf(-1), false))
	// From 250 rows a pair passes the high bar, and the loss falls by less than two standard errors: it is taken up all the same.
	found := 0
	for seed := range uint64(40) {
		f, columns := begun(t, signs(250, 4, 0.6, 400+seed), Options{Bags: 4, PairBins: 9})
		left := f.d.unexplained(f.bags)
		all := f.most(f.d.rank(left, f.d.places(f.bags), 1))
		before := f.lost()
		got, err := f.tryPairs(context.Background(), columns, left, all)
		require.NoError(t, err)
		if len(got.pairs) == 0 {
			continue
		}
		require.Less(t, got.loss, columns.loss)
		f.resume(columns, func(k int) []pair {
			return above(f.most(f.d.rank(left.without(f.bags[k].held), f.bags[k].places, 1)), evident)
		})
		trial, err := f.boost(context.Background())
		require.NoError(t, err)
		for k, b := range f.bags {
			b.put(trial.shapes[k])
		}
		of, parties := f.dealt()
		if fall, se := less(before, f.lost(), of, parties); got.loss == trial.loss && fall < 2*se {
			found++
		}
	}
	assert.Positive(t, found)
}

// TestPairsAreBoostedForAsLongAsWasBestInTheTrial, and the loss is that of the trial.
func TestPairsAreBoostedForAsLongAsWasBestInTheTrial(t *testing.T) {
	none := 0
	for seed := range uint64(8) {
		tab := signs(200, 4, 0.3, seed)
		f, columns := begun(t, tab, Options{Bags: 4, Pairs: 2})
		left := f.d.unexplained(f.bags)
		all := f.most(f.d.rank(left, f.d.places(f.bags), 1))
		f.resume(columns, func(k int) []pair { return f.most(f.d.rank(left.without(f.bags[k].held), f.bags[k].places, 1)) })
		trial, err := f.boost(context.Background())
		require.NoError(t, err)
		f.resume(columns, func(int) []pair { return nil })
		got, err := f.tryPairs(context.Background(), columns, left, all)
		require.NoError(t, err)
		if trial.cycles == 0 {
			require.Equal(t, columns, got)
			none++
			continue
		}
		require.Equal(t, all, got.pairs)
		require.Equal(t, trial.cycles, got.cycles)
		require.Equal(t, trial.loss, got.loss)
		f.resume(columns, func(int) []pair { return all })
		for k, b := range f.bags {
			for range trial.cycles {
				b.turn(&f.grow)
				b.settle()
			}
			require.Equal(t, b.shape, got.shapes[k])
		}
	}
	assert.Positive(t, none)
	assert.Less(t, none, 8)
}

// TestTrainingIsColumnsAndThenPairs: the same steps one by one.
func TestTrainingIsColumnsAndThenPairs(t *testing.T) {
	tab := signs(400, 4, 1, 6)
	opt := Options{Bags: 3, Seed: 1}
	m := train(t, tab, opt)
	f, columns := begun(t, tab, opt)
	got, err := f.addPairs(context.Background(), columns)
	require.NoError(t, err)
	require.NotEmpty(t, got.pairs)
	want, _ := f.d.assemble(got.shapes, got.pairs, f.opt)
	assert.Equal(t, want.Terms, m.Terms)
	assert.Equal(t, got.cycles, m.Training.PairCycles)
	assert.Equal(t, got.loss/f.d.heldWeight(f.bags), m.Training.Logloss)
}

// TestABagThatHadPairsForgetsThem when it gets others.
func TestABagThatHadPairsForgetsThem(t *testing.T) {
	tab := signs(200, 4, 1, 7)
	f, columns := begun(t, tab, Options{Bags: 2})
	fresh, _ := begun(t, tab, Options{Bags: 2})
	some := func(int) []pair { return []pair{{a: 1, b: 2}} }
	f.resume(columns, func(int) []pair { return []pair{{a: 0, b: 1}, {a: 2, b: 3}} })
	_, err := f.boost(context.Background())
	require.NoError(t, err)
	f.resume(columns, some)
	fresh.resume(columns, some)
	for k, b := range f.bags {
		assert.Equal(t, fresh.bags[k].shape, b.shape)
		assert.Equal(t, fresh.bags[k].count, b.count)
		assert.Equal(t, fresh.bags[k].score, b.score)
		assert.Len(t, b.curv, 5)
	}
}
