package gam

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/model/metric"
)

// ready returns bags of a table that have not begun, and how steps are grown.
func ready(t *testing.T, tab Table, n int) ([]*bag, grow) {
	t.Helper()
	opt := Options{Bags: n, Seed: 1}.filled(len(tab.Y))
	f, err := newFitting(&tab, &opt)
	require.NoError(t, err)
	return f.bags, f.grow
}

// TestBoostingKeepsTheCycleOfTheSmallestLoss goes through the same cycles one at a time, keeps everything, and looks for the
// best afterwards. What resume then puts the bags back to is that cycle.
func TestBoostingKeepsTheCycleOfTheSmallestLoss(t *testing.T) {
	tab, _ := additive(300, 77, 0)
	for _, s := range []stopping{{rounds: 60, patience: 5, chunk: 4, tolerance: 1e-2}, {rounds: 10, patience: 30, chunk: 4}, {rounds: 80, patience: 8, chunk: 4, tolerance: 1e-5}, {rounds: 60, patience: 5, chunk: 1, tolerance: 1e-2}} {
		bags, o := ready(t, tab, 3)
		var ran int
		best, at, loss, err := boost(context.Background(), bags, 1, s, &o, func(done int) { ran = done })
		require.NoError(t, err)

		slow, _ := ready(t, tab, 3)
		var losses []float64
		shapes := make([][][][]float64, 3) // by bag and cycle
		for cycle := range s.rounds + 1 {
			sum := 0.0
			for k, b := range slow {
				if cycle == 0 {
					b.loss, b.kept = []float64{b.settle()}, [][][]float64{b.shape}
					first := make([][]float64, len(b.shape))
					for j := range first {
						first[j] = slices.Clone(b.shape[j])
					}
					b.kept[0] = first
				} else {
					b.chunk(context.Background(), 1, &o)
				}
				sum += b.loss[0]
				shapes[k] = append(shapes[k], b.kept[0])
			}
			losses = append(losses, sum)
		}
		// The last cycle that was better by enough than the one that was so before.
		enough := []int{0}
		low, end := losses[0], 0
		for end < s.rounds && end-enough[len(enough)-1] < s.patience {
			for range min(s.chunk, s.rounds-end) {
				end++
				if l := losses[end]; l < low {
					low = l
					if l < losses[enough[len(enough)-1]]*(1-s.tolerance) {
						enough = append(enough, end)
					}
				}
			}
		}
		assert.Equal(t, end, ran, "cycles")
		want := 0
		for k := range end + 1 {
			if losses[k] < losses[want] {
				want = k
			}
		}
		assert.Equal(t, want, at)
		assert.Equal(t, losses[want], loss)
		for k := range bags {
			require.Equal(t, shapes[k][want], best[k])
			bags[k].resume(best[k], nil)
			require.Equal(t, best[k], bags[k].shape)
		}
	}
}

// TestOfEqualCyclesTheFirstIsBest: where no step is taken, none is better than none.
func TestOfEqualCyclesTheFirstIsBest(t *testing.T) {
	tab, _ := additive(60, 78, 0)
	bags, o := ready(t, tab, 3)
	o.rate = 0
	_, at, _, err := boost(context.Background(), bags, 1, stopping{rounds: 8, patience: 20, chunk: 4}, &o, func(int) {})
	require.NoError(t, err)
	assert.Zero(t, at)
}

// TestFromTenThousandRowsOnCutsAreMadeOutright, and there are more of them.
func TestFromTenThousandRowsOnCutsAreMadeOutright(t *testing.T) {
	for _, n := range []int{9_999, 10_000} {
		tab, _ := additive(n, 31, 0)
		tab = Table{X: tab.X[:1], Y: tab.Y}
		m := train(t, tab, Options{Seed: 1, Bags: 2, Cycles: 1, Pairs: -1})
		bags, o := ready(t, tab, 2)
		assert.Equal(t, map[int]float64{9_999: sure, 10_000: 0}[n], o.sure)
		assert.Equal(t, map[int]float64{9_999: 0.5, 10_000: 2}[n], o.pairHeat)
		assert.Equal(t, map[int]int{9_999: 3, 10_000: 6}[n], o.leaves)
		best, _, _, err := boost(context.Background(), bags, 1, stopping{rounds: 1, patience: 1, chunk: 1}, &o, func(int) {})
		require.NoError(t, err)
		opt := Options{Bags: 2}.filled(n)
		want, _ := bags[0].d.assemble(best, nil, &opt)
		assert.Equal(t, want.Terms, m.Terms, "%d rows", n)
	}
}

// TestPairsAreAtMostThreeAColumn if their number is not given: of eight columns all 28 pairs say something.
func TestPairsAreAtMostThreeAColumn(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	tab := Table{X: make([][]float64, 8)}
	for range 4000 {
		sum := 0.0
		for j := range tab.X {
			v := rng.NormFloat64()
			tab.X[j], sum = append(tab.X[j], v), sum+math.Copysign(1, v)
		}
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-(sum*sum-8)/4)) {
			y = 1
		}
		tab.Y = append(tab.Y, y)
	}
	assert.Len(t, train(t, tab, Options{Seed: 1, Bags: 3, Cycles: 2}).Terms, 8+24)
	assert.Len(t, train(t, tab, Options{Seed: 1, Bags: 3, Cycles: 2, Pairs: 26}).Terms, 8+26)
}

// TestValuesNextToEachOtherAreInTheirOwnBins: no number lies between, so a cut is the lower of the two. The first holds ten of
// twelve rows and is a bin of pairs by itself.
func TestValuesNextToEachOtherAreInTheirOwnBins(t *testing.T) {
	x := slices.Repeat([]float64{1}, 10)
	second := math.Nextafter(1, 2)
	x = append(x, second, math.Nextafter(second, 2))
	b := binNumeric(x, nil, 256, 3)
	assert.Equal(t, []float64{1, second}, b.Cuts)
	assert.Equal(t, []int{0, 1, 2, 2}, b.PairBin)
}

// TestCurvatureIsTakenAgain in cycles 0, 1, 2, 4, 8, 16, 32, 48: it is then that of the scores the cycle begins with.
func TestCurvatureIsTakenAgain(t *testing.T) {
	tab, _ := additive(200, 5, 0)
	bags, o := ready(t, tab, 3)
	b := bags[0]
	for cycle := range 50 {
		want := make([]float64, maxBins)
		for i, bin := range b.d.cols[1].fine {
			if !b.held[i] {
				p := 1 / (1 + math.Exp(-float64(b.score[i])))
				want[bin] += p * (1 - p)
			}
		}
		b.turn(&o)
		b.settle()
		if slices.Contains([]int{0, 1, 2, 4, 8, 16, 32, 48}, cycle) {
			require.InDeltaSlice(t, want, b.curv[1], 1e-5, "cycle %d", cycle)
		}
	}
}

// TestAPairsStepMovesRowsByWhatItsShapeSays, levels standing in other places or not.
func TestAPairsStepMovesRowsByWhatItsShapeSays(t *testing.T) {
	tab, _ := additive(300, 6, 2)
	bags, o := ready(t, tab, 3)
	b := bags[0]
	shape := make([][]float64, len(b.shape))
	for j := range shape {
		shape[j] = make([]float64, maxBins)
		for k := range shape[j] {
			shape[j][k] = float64(k*7%5) / 10
		}
	}
	pairs := []pair{{a: 2, b: 3}, {a: 3, b: 5}, {a: 0, b: 2}}
	b.resume(shape, pairs)
	before := slices.Clone(b.score)
	b.turn(&o)
	b.settle()
	moved := 0.0
	for i := range before {
		want := float64(before[i])
		for q, p := range pairs {
			v := b.shape[len(b.d.cols)+q][cell(b.d.cols[p.a].coarse[i], b.d.cols[p.b].coarse[i])]
			want, moved = want+v, moved+math.Abs(v)
		}
		require.InDelta(t, want, float64(b.score[i]), 1e-5)
	}
	require.Greater(t, moved, 1.0)
}

// TestTheModelSaysWhatItsBagsWereBoostedTo: centring and purifying move values between terms and change no row, of the
// model or of a bag. The bars of sixteen bags of eight parts are those of a jackknife of eight.
func TestTheModelSaysWhatItsBagsWereBoostedTo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab, _ := additive(80, rapid.Uint64().Draw(rt, "seed"), 0)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "values"), 1))
		for range tab.Y {
			tab.W = append(tab.W, 0.5+rng.Float64())
		}
		opt := Options{Bins: 20, PairBins: 6}.filled(80)
		d := newData(&tab, &opt)
		pairs := []pair{{a: 0, b: 2}, {a: 0, b: 4}}
		boosted := make([][][]float64, rapid.SampledFrom([]int{3, 16}).Draw(rt, "bags"))
		for k := range boosted {
			for range d.cols {
				boosted[k] = append(boosted[k], make([]float64, maxBins))
			}
			for range pairs {
				boosted[k] = append(boosted[k], make([]float64, cells))
			}
			for _, v := range boosted[k] {
				for b := range v {
					v[b] = rng.NormFloat64()
				}
			}
		}
		m, single := d.assemble(boosted, pairs, &opt)
		n := float64(len(boosted))
		mean := make([]float64, 80)
		for k := range boosted {
			of := *m
			of.Intercept, of.Terms = single[k].Intercept, slices.Clone(m.Terms)
			for j := range of.Terms {
				of.Terms[j].Value = single[k].Values[j]
			}
			for i := range mean {
				want := d.start
				for j := range d.cols {
					want += boosted[k][j][d.cols[j].fine[i]]
				}
				for q, p := range pairs {
					want += boosted[k][len(d.cols)+q][cell(d.cols[p.a].coarse[i], d.cols[p.b].coarse[i])]
				}
				require.InDelta(rt, want, slowLogOdds(&of, row(tab.X, i)), 1e-6)
				mean[i] += want / n
			}
		}
		for i := range mean {
			require.InDelta(rt, mean[i], slowLogOdds(m, row(tab.X, i)), 1e-6)
		}
		for j, term := range m.Terms {
			for b, v := range term.Value {
				var square float64
				for k := range single {
					square += (single[k].Values[j][b] - v) * (single[k].Values[j][b] - v) / n
				}
				require.InDelta(rt, math.Sqrt(float64(min(len(single), 8)-1)*square), term.SE[b], 1e-9)
			}
		}

		opt.Smooth = 5
		smoothed, _ := d.assemble(boosted, nil, &opt)
		opt.Smooth = 0
		plain, _ := d.assemble(boosted, nil, &opt)
		require.Equal(rt, plain.Terms[2], smoothed.Terms[2], "levels have no neighbours")
		require.NotEqual(rt, plain.Terms[0], smoothed.Terms[0])
	})
}

// TestTheLossIsThatOfRowsHeldOut, by weight: each row scored by the bag that did not learn from it.
func TestTheLossIsThatOfRowsHeldOut(t *testing.T) {
	tab, _ := additive(400, 21, 0)
	for i := range tab.Y {
		tab.W = append(tab.W, 0.5+float64(i%5))
	}
	m, bags, err := TrainBags(context.Background(), tab, Options{Seed: 2, Pairs: -1})
	require.NoError(t, err)
	var sum, total float64
	for _, b := range bags {
		of := *m
		of.Intercept, of.Terms = b.Intercept, slices.Clone(m.Terms)
		for j := range of.Terms {
			of.Terms[j].Value = b.Values[j]
		}
		for i, held := range b.Held {
			if held {
				sum += tab.W[i] * metric.LoglossOf(slowLogOdds(&of, row(tab.X, i)), tab.Y[i])
				total += tab.W[i]
			}
		}
	}
	// A bin all of whose rows the bag held out has no part in its fit, and centring leaves its value alone.
	assert.InDelta(t, sum/total, m.Training.Logloss, 1e-5)
}

// TestPairsThatDoNotHelpAreLeftOut: a model has pairs if cycles on pairs were worth it.
func TestPairsThatDoNotHelpAreLeftOut(t *testing.T) {
	none := 0
	for seed := range uint64(6) {
		tab, _ := additive(250, 80+seed, 0)
		m := train(t, tab, Options{Seed: 1, Pairs: 2, Bags: 3})
		require.Equal(t, m.Training.PairCycles > 0, len(m.Terms) > 6)
		if m.Training.PairCycles == 0 {
			none++
		}
	}
	assert.Positive(t, none)
}

func TestTheLevelExpectsAsManyHitsAsThereWere(t *testing.T) {
	d := &data{y: []float32{0, 1, 0, 1, 0}, w: []float32{1, 0.5, 0.25, 1, 1}, offset: []float32{-1, 2, 0.5, 0, 3}}
	at, excess := d.level(), 0.0
	for i, y := range d.y {
		excess += float64(d.w[i]) * (float64(y) - 1/(1+math.Exp(-at-float64(d.offset[i]))))
	}
	assert.InDelta(t, 0, excess, 1e-9)
}

// TestTheSeedDealsGroupsAndRows to parts of about equal size.
func TestTheSeedDealsGroupsAndRows(t *testing.T) {
	group := make([]int32, 50)
	for i := range group {
		group[i] = int32(i)
	}
	for _, g := range [][]int32{nil, group} {
		a, b := deal(g, 50, 8, rand.New(rand.NewPCG(1, 1))), deal(g, 50, 8, rand.New(rand.NewPCG(2, 1)))
		assert.NotEqual(t, a, b)
		count := make([]int, 8)
		for _, p := range a {
			count[p]++
		}
		assert.Equal(t, []int{6, 7}, slices.Compact(slices.Sorted(slices.Values(count))))
	}
}

// TestAHeavyWeightHasARunOfItsOwn: of five weights in three runs, 10 is more than the fair share of 14/3.
func TestAHeavyWeightHasARunOfItsOwn(t *testing.T) {
	assert.Equal(t, []int{1, 2}, quantiles([]float64{1, 1, 10, 1, 1}, 3))
}

// TestTheHeaviestLevelsHaveBinsOfTheirOwn: a has one row of weight 10, b five of 1, c three, d one, e none.
func TestTheHeaviestLevelsHaveBinsOfTheirOwn(t *testing.T) {
	x := []float64{3, 1, 1, 1, 1, 1, 2, 2, 2, 0}
	w := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 10}
	b := binLevels(x, w, []string{"a", "b", "c", "d", "e"}, 4, 3)
	assert.Equal(t, []int{1, 2, 3, 3, 0}, b.LevelBin)
	assert.Equal(t, []int{0, 1, 2, 2}, b.PairBin)
	assert.Equal(t, []uint8{3, 2, 2, 2, 2, 2, 3, 3, 3, 1}, b.fine)
	assert.Equal(t, []uint8{2, 2, 2, 2, 2, 2, 2, 2, 2, 1}, b.coarse)
	b = binLevels(x, nil, []string{"a", "b", "c", "d", "e"}, 4, 3)
	assert.Equal(t, []int{3, 1, 2, 3, 0}, b.LevelBin, "by rows; of equally many the first")
}

// TestBinsBetweenHoldNothingElse: the bins of age end at 60, at 80 and nowhere.
func TestBinsBetweenHoldNothingElse(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   []int
	}{{60, 80, []int{2}}, {-inf, 80, []int{1, 2}}, {-inf, 60, []int{1}}, {60, 100, []int{2}}, {59, 81, []int{2}}, {61, 80, nil}, {60, 79, nil}, {80, inf, []int{3}}, {0, 60, nil}, {-inf, inf, []int{1, 2, 3}}} {
		got, err := small().BinsBetween(0, c.lo, c.hi)
		require.NoError(t, err)
		assert.Equal(t, c.want, got, "above %v, to %v", c.lo, c.hi)
	}
	_, err := small().BinsBetween(3, 0, 1)
	assert.ErrorContains(t, err, "term 3, the model has 3")
}

// TestAnEditsEffectIsByWeightAndOffset, and where it cannot be measured the edit is not made.
func TestAnEditsEffectIsByWeightAndOffset(t *testing.T) {
	m := small()
	on := Table{X: [][]float64{{50, 70, 90, 90, 65}, {0, 1, 0, 1, 1}}, Y: []float64{0, 0, 1, 0, 1}, W: []float64{1, 3, 2, 0.5, 4}, Offset: []float64{0, 2, -1, 0.5, 1}}
	slow := func() (loss, auroc float64) {
		eta := make([]float64, 5)
		var total, pairs float64
		for i := range eta {
			eta[i] = slowLogOdds(m, row(on.X, i)) + on.Offset[i]
			loss += on.W[i] * metric.LoglossOf(eta[i], on.Y[i])
			total += on.W[i]
		}
		for i := range eta {
			for k := range eta {
				if on.Y[i] > on.Y[k] {
					pairs += on.W[i] * on.W[k]
					if eta[i] > eta[k] {
						auroc += on.W[i] * on.W[k]
					} else if eta[i] == eta[k] {
						auroc += on.W[i] * on.W[k] / 2
					}
				}
			}
		}
		return loss / total, auroc / pairs
	}
	e := Edit{Term: 0, Bins: []int{1, 2}, Value: []float64{2, -1}, Author: "a", Reason: "r", When: "w"}
	loss, auroc := slow()
	require.NoError(t, m.Apply(e, on))
	got := m.Edits[0].Effect
	assert.InDelta(t, loss, float64(got.LoglossBefore), 1e-12)
	assert.InDelta(t, auroc, float64(got.AUROCBefore), 1e-12)
	loss, auroc = slow()
	assert.InDelta(t, loss, float64(got.LoglossAfter), 1e-12)
	assert.InDelta(t, auroc, float64(got.AUROCAfter), 1e-12)
	assert.NotEqual(t, got.AUROCBefore, got.AUROCAfter)

	e.Bins[0], e.Value[0] = 0, 9 // the caller's own again
	assert.NoError(t, m.Check())
	assert.Equal(t, []int{1, 2}, m.Edits[0].Bins)

	was := written(t, m)
	for want, spoil := range map[string]func(*Table){
		"y of row 2 is 2":        func(t *Table) { t.Y = []float64{0, 0, 2, 0, 1} },
		"offset of row 1 is NaN": func(t *Table) { t.Offset = []float64{0, nan, 0, 0, 0} },
		"weight of row 3 is -1":  func(t *Table) { t.W = []float64{1, 1, 1, -1, 1} },
		"loss is not finite":     func(t *Table) { t.W = slices.Repeat([]float64{1e308}, 5) },
	} {
		bad := on
		spoil(&bad)
		err := m.Apply(Edit{Term: 1, Bins: []int{1}, Value: []float64{1}, Author: "a", Reason: "r", When: "w"}, bad)
		assert.ErrorContains(t, err, want)
		assert.Equal(t, was, written(t, m))
	}
}

// TestALevelOfFewRowsMovesNoFurtherThanSteep: two levels whose residuals are large and whose curvature is all but gone.
func TestALevelOfFewRowsMovesNoFurtherThanSteep(t *testing.T) {
	o := grow{rate: 0.2, lambda: 1e-6, unit: 1.0 / whole}
	var g [maxBins]int64
	var h [maxBins]float64
	var out [maxBins]float32
	g[1], g[2], h[1], h[2] = 20*whole, -20*whole, 1e-3, 1e-3
	o.stepLevels(&binned{bins: 3}, make([]float64, maxBins), &g, &h, &out)
	assert.InDelta(t, 0.36*steep, out[1], 1e-6)
	assert.InDelta(t, -0.36*steep, out[2], 1e-6)
}

// TestPlacesWeighLevelsByTheirRows: the shared bin 3 has the mean (3*0 + 1*6)/4 = 1.5, below bin 1 with 3 and above bin 2 with -1.
func TestPlacesWeighLevelsByTheirRows(t *testing.T) {
	c := binned{Column: Column{Levels: []string{"a"}, PairBin: []int{0, 1, 2, 3, 3}}, pairBins: 4}
	assert.Equal(t, []uint8{0, 3, 1, 2}, c.places([]float64{9, 3, -1, 0, 6}, []float64{1, 7, 1, 3, 1}))
}

// TestAMonotoneColumnIsInNoPair, be it the first or the second.
func TestAMonotoneColumnIsInNoPair(t *testing.T) {
	tab, _ := additive(300, 9, 2)
	opt := Options{Monotone: []int8{0, 0, 0, 1, 0, 0}}.filled(300)
	d := newData(&tab, &opt)
	left := unexplained{make([]float32, 300), make([]float32, 300), 300}
	for i, y := range tab.Y {
		left.residual[i], left.curvature[i] = float32(y-0.5), 0.25
	}
	ranked := d.rank(left, make([][]uint8, 6), 1)
	assert.Len(t, ranked, 10, "the pairs of five columns")
	for _, p := range ranked {
		assert.False(t, p.a == 3 || p.b == 3)
	}
}

// TestAQuadrantNeedsTheCurvatureOfARow: with 1 in each the contrast of means is 4*0.5 and its variance 4; with less there is none.
func TestAQuadrantNeedsTheCurvatureOfARow(t *testing.T) {
	for h1, want := range map[float64]float64{1: 1, 0.999: 0} {
		var g, h [cells]float64
		for a := 1; a < 3; a++ {
			for b := 1; b < 3; b++ {
				g[a<<5|b], h[a<<5|b] = 0.5, 1
				if a != b {
					g[a<<5|b] = -0.5
				}
			}
		}
		h[1<<5|1] = h1
		assert.InDelta(t, want, contrast(3, 3, &g, &h), 1e-12)
	}
}

func TestCentringNothingGivesZeros(t *testing.T) {
	v := []float64{1, 2}
	assert.Zero(t, centre(v, []float64{0, 0}))
	assert.Equal(t, []float64{0, 0}, v)
}

// TestALeafNeedsMinLeafAndNoMore, what is missing too, and of two cuts that gain the same the first is made: the histogram is its
// own mirror image.
func TestALeafNeedsMinLeafAndNoMore(t *testing.T) {
	o := grow{leaves: 2, rate: 0.5, lambda: 1, minLeaf: 3, unit: 1.0 / whole, heat: 2}
	w := new(tree)
	w.g, w.h, w.n = [maxBins + 1]float64{0, 1, -1, 0}, [maxBins + 1]float64{0, 1, 2, 3}, [maxBins + 1]float64{0, 3, 6, 9}
	l := leaf{hi: 3, g: 0, h: 3, n: 9, low: -inf, high: inf}
	o.cut(w, &l, 0)
	assert.Positive(t, l.gain)
	assert.Equal(t, 1, l.cut)
	assert.Equal(t, w.weight[1], w.weight[2])

	var g [maxBins]int64
	var h, n [maxBins]float64
	var out [maxBins]float32
	for rows := range 5 {
		g[0], h[0], n[0] = whole, 1, float64(rows)
		o.step(w, &binned{bins: 1}, nil, &g, &h, &n, &out)
		assert.Equal(t, rows >= 3, out[0] != 0, "%d rows", rows)
	}
}

// TestFallingLeavesKeepToTheirBounds: the values of the left side of a cut, 4 and 0 after another cut, may not go below the middle
// of left and right, and those of the right not above.
func TestFallingLeavesKeepToTheirBounds(t *testing.T) {
	for _, sign := range []int8{1, -1} {
		o := grow{leaves: 2, lambda: 1, minLeaf: 1}
		w := new(tree)
		s := float64(sign)
		w.g, w.h, w.n = [maxBins + 1]float64{0, -2 * s, 2 * s}, [maxBins + 1]float64{0, 1, 2}, [maxBins + 1]float64{0, 1, 2}
		l := leaf{hi: 2, g: 2 * s, h: 2, n: 2, low: -inf, high: inf, cut: 1}
		left, right := o.part(w, l, sign)
		// -2/(1+1) and 4/(1+1), or the other way round: the middle is 0.5 or -0.5.
		mid := 0.5 * s
		if sign > 0 {
			assert.Equal(t, []float64{-inf, mid, mid, inf}, []float64{left.low, left.high, right.low, right.high})
		} else {
			assert.Equal(t, []float64{mid, inf, -inf, mid}, []float64{left.low, left.high, right.low, right.high})
		}
	}
}
