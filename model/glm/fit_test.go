package glm

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// reference is what bench/reference/glm_reference.py wrote.
type reference struct {
	MadeBy string       `json:"made_by"`
	X      [][]*float64 `json:"x"`
	Y      []float64    `json:"y"`
	W      []float64    `json:"w"`
	Cases  []struct {
		Weighted  bool    `json:"weighted"`
		Alpha     float64 `json:"alpha"`
		Lambda    float64 `json:"lambda"`
		Intercept float64 `json:"intercept"`
		Coef      []struct {
			Column  int     `json:"column"`
			Missing bool    `json:"missing"`
			Value   float64 `json:"value"`
		} `json:"coef"`
	} `json:"cases"`
}

func readReference(t *testing.T) (reference, Table) {
	b, err := os.ReadFile("testdata/sklearn.json")
	require.NoError(t, err)
	var ref reference
	require.NoError(t, json.Unmarshal(b, &ref))
	tab := Table{Y: ref.Y, W: ref.W}
	for _, c := range ref.X {
		col := make([]float64, len(c))
		for i, v := range c {
			col[i] = math.NaN()
			if v != nil {
				col[i] = *v
			}
		}
		tab.X = append(tab.X, col)
	}
	for i := range tab.Y {
		tab.Rows, tab.Group = append(tab.Rows, int32(i)), append(tab.Group, int32(i))
	}
	return ref, tab
}

func TestCoefficientsAreThoseOfScikitLearn(t *testing.T) {
	ref, tab := readReference(t)
	require.Len(t, ref.Cases, 18)
	for _, c := range ref.Cases {
		t.Run(fmt.Sprintf("weighted=%v alpha=%v lambda=%v", c.Weighted, c.Alpha, c.Lambda), func(t *testing.T) {
			tab := tab
			if !c.Weighted {
				tab.W = nil
			}
			f, err := TrainAt(context.Background(), tab, c.Lambda, Options{Alpha: c.Alpha})
			require.NoError(t, err)
			require.Empty(t, f.Warnings)
			assert.InDelta(t, c.Intercept, f.Model.Intercept, 1e-5, "intercept")
			for _, w := range c.Coef {
				term := f.Model.Terms[w.Column]
				got := term.Coef * term.SD
				if w.Missing {
					got = term.MissingCoef * missingSD(term.MissingRate)
				}
				assert.InDelta(t, w.Value, got, 1e-5, "column %d, missing %v", w.Column, w.Missing)
				assert.Equal(t, w.Value == 0, got == 0, "column %d, missing %v: %v and %v", w.Column, w.Missing, w.Value, got)
			}
		})
	}
}

// drawTable draws a small table with constant, duplicate and missing columns among others.
func drawTable(rt *rapid.T) Table {
	n, p := rapid.IntRange(12, 60).Draw(rt, "rows"), rapid.IntRange(1, 8).Draw(rt, "columns")
	tab := Table{X: make([][]float64, p), Y: make([]float64, n), W: make([]float64, n)}
	for i := range n {
		tab.Y[i] = float64(rapid.IntRange(0, 1).Draw(rt, "y"))
		tab.W[i] = rapid.Float64Range(0.1, 3).Draw(rt, "w")
		tab.Rows, tab.Group = append(tab.Rows, int32(i)), append(tab.Group, int32(i/2))
	}
	tab.Y[0], tab.Y[1] = 0, 1
	for j := range p {
		kind := rapid.SampledFrom([]string{"number", "count", "constant", "copy", "holes"}).Draw(rt, "kind")
		tab.X[j] = make([]float64, n)
		for i := range n {
			switch v := rapid.Float64Range(-3, 3).Draw(rt, "x"); {
			case kind == "count":
				tab.X[j][i] = math.Floor(math.Abs(v))
			case kind == "constant":
				tab.X[j][i] = 7
			case kind == "copy" && j > 0:
				tab.X[j][i] = 2 * tab.X[j-1][i]
			case kind == "holes" && v > 1.5:
				tab.X[j][i] = math.NaN()
			default:
				tab.X[j][i] = v*100 + 1000
			}
		}
	}
	return tab
}

// brokenBy returns by how much a fitted model breaks the conditions for a minimum, worked out from the
// definition in the package comment and nothing of the solver's.
func brokenBy(tab Table, m *Model) float64 {
	var total float64
	for _, w := range tab.W {
		total += w
	}
	worst, level := 0.0, 0.0
	check := func(b float64, z func(i int) float64) {
		var g float64
		for i := range tab.Y {
			x := make([]float64, len(tab.X))
			for j := range x {
				x[j] = tab.X[j][i]
			}
			g += tab.W[i] / total * (tab.Y[i] - 1/(1+math.Exp(-m.LogOdds(x, nil)))) * z(i)
		}
		g -= m.Lambda * (1 - m.Alpha) * b
		switch {
		case b != 0:
			worst = max(worst, math.Abs(g-math.Copysign(m.Lambda*m.Alpha, b)*level))
		default:
			worst = max(worst, math.Abs(g)-m.Lambda*m.Alpha*level)
		}
	}
	check(0, func(int) float64 { return 1 }) // the intercept is not penalised
	level = 1
	for j, term := range m.Terms {
		if term.SD > 0 {
			check(term.Coef*term.SD, func(i int) float64 {
				if v := tab.X[j][i]; v == v {
					return (v - term.Mean) / term.SD
				}
				return 0
			})
		}
		if sd := missingSD(term.MissingRate); sd > 0 {
			check(term.MissingCoef*sd, func(i int) float64 {
				if tab.X[j][i] != tab.X[j][i] {
					return (1 - term.MissingRate) / sd
				}
				return -term.MissingRate / sd
			})
		}
	}
	return worst
}

func TestEveryFitMeetsTheConditionsForAMinimum(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := drawTable(rt)
		lambda := math.Exp(rapid.Float64Range(-6, 0).Draw(rt, "log lambda"))
		alpha := rapid.SampledFrom([]float64{0.05, 0.5, 0.95}).Draw(rt, "alpha")
		f, err := TrainAt(context.Background(), tab, lambda, Options{Alpha: alpha})
		require.NoError(rt, err)
		require.Empty(rt, f.Warnings)
		require.NoError(rt, f.Model.Check(len(tab.X)))
		assert.Less(rt, brokenBy(tab, f.Model), 1e-7)
	})
}

func TestRefitMeetsTheConditionsOnTheNewWeights(t *testing.T) {
	tab := municipality(400, 12, 3)
	tab.W = make([]float64, 400)
	for i := range tab.W {
		tab.W[i] = 1
	}
	f, err := TrainAt(context.Background(), tab, 0.02, Options{})
	require.NoError(t, err)
	times := make([]float64, 400)
	for i := range times {
		times[i] = float64(i % 3)
	}
	m, err := f.Refit(times)
	require.NoError(t, err)
	tab.W = times
	assert.Less(t, brokenBy(tab, m), 0.0011, "on the new weights: 0.02/sqrt(400)")
	assert.Greater(t, brokenBy(tab, f.Model), 0.005, "the old model does not fit the new weights, or this test shows nothing")

	same := make([]float64, 400)
	for i := range same {
		same[i] = 2
	}
	m, err = f.Refit(same)
	require.NoError(t, err)
	assert.InDelta(t, f.Model.Intercept, m.Intercept, 1e-9, "equal weights change nothing")
	_, err = f.Refit(make([]float64, 400))
	assert.ErrorContains(t, err, "one class")
}

func TestTermsAddUpAndAreZeroOnAverage(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := drawTable(rt)
		f, err := TrainAt(context.Background(), tab, 0.01, Options{})
		require.NoError(rt, err)
		mean := make([]float64, len(tab.X))
		rows := make([]float64, len(tab.Y))
		f.Model.Rows(tab.X, tab.Rows, rows)
		var total float64
		for i := range tab.Y {
			x, terms := make([]float64, len(tab.X)), make([]float64, len(tab.X))
			for j := range x {
				x[j] = tab.X[j][i]
			}
			sum := f.Model.Intercept
			eta := f.Model.LogOdds(x, terms)
			total += tab.W[i]
			for j, term := range terms {
				sum += term
				mean[j] += tab.W[i] * term
			}
			assert.Equal(rt, math.Float64bits(sum), math.Float64bits(eta), "%v and %v: to the last bit", sum, eta)
			assert.Equal(rt, math.Float64bits(rows[i]), math.Float64bits(eta), "%v and %v: one row and many give the same", rows[i], eta)
		}
		for j, s := range mean {
			assert.InDelta(rt, 0, s/total, 1e-9, "column %d", j)
		}
	})
}

func TestMissingTakesTheMeanAndItsOwnCoefficient(t *testing.T) {
	nan := math.NaN()
	tab := Table{X: [][]float64{{1, 2, 3, nan, nan, nan, 2, 1}}, Y: []float64{0, 1, 0, 1, 1, 1, 0, 0}, Rows: []int32{0, 1, 2, 3, 4, 5, 6, 7}}
	f, err := TrainAt(context.Background(), tab, 0.01, Options{})
	require.NoError(t, err)
	term := f.Model.Terms[0]
	assert.InDelta(t, 9.0/5, term.Mean, 1e-12, "of the five that are there")
	assert.InDelta(t, 3.0/8, term.MissingRate, 1e-12)
	assert.Greater(t, term.MissingCoef, 0.0, "all that are missing have the event")
	assert.InDelta(t, term.MissingCoef, term.At(nan)-term.At(term.Mean), 1e-12)
	assert.Equal(t, 0, f.Model.Unforeseen([]float64{nan}))

	full := Table{X: [][]float64{{1, 2, 3, 4}}, Y: []float64{0, 1, 0, 1}, Rows: []int32{0, 1, 2, 3}}
	f, err = TrainAt(context.Background(), full, 0.01, Options{})
	require.NoError(t, err)
	assert.Equal(t, 1, f.Model.Unforeseen([]float64{nan}), "never missing while learning")
	assert.Zero(t, f.Model.Terms[0].At(nan))
}

func TestOnlyTheGivenRowsAreLookedAt(t *testing.T) {
	tab := municipality(300, 6, 5)
	tab.Rows = tab.Rows[:200]
	a, err := Train(context.Background(), tab, Options{Seed: 3})
	require.NoError(t, err)
	for j := range tab.X {
		for i := 200; i < 300; i++ {
			tab.X[j][i] = 1e9
		}
	}
	for i := 200; i < 300; i++ {
		tab.Y[i] = 1 - tab.Y[i]
	}
	b, err := Train(context.Background(), tab, Options{Seed: 3})
	require.NoError(t, err)
	assert.Equal(t, a.Model, b.Model)
}

func TestAnyNumberOfThreadsGivesTheSameModel(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	tab := municipality(6000, 12, 9) // several chunks of rows and parts of the curvature
	for _, risen := range []bool{false, true} {
		var want []byte
		for _, threads := range []int{1, 2, 4} {
			runtime.GOMAXPROCS(threads)
			f, err := Train(context.Background(), tab, Options{Seed: 1, Risen: risen})
			require.NoError(t, err)
			got, err := json.Marshal([]any{f.Model, f.Path, f.Left})
			require.NoError(t, err)
			if want == nil {
				want = got
			}
			assert.Equal(t, string(want), string(got), "%d threads", threads)
		}
	}
}

func TestFoldsNeverPartACitizenAndHoldEachRowOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := drawTable(rt)
		folds, err := tab.folds(4, rapid.Uint64().Draw(rt, "seed"))
		if err != nil {
			assert.ErrorContains(rt, err, "class", "only this may go wrong here")
			return
		}
		held := map[int32]int{}
		for _, f := range folds {
			learns := map[int32]bool{}
			for _, r := range f.train {
				learns[tab.Group[r]] = true
			}
			for _, r := range f.held {
				held[r]++
				assert.False(rt, learns[tab.Group[r]], "citizen %d is on both sides", tab.Group[r])
			}
			assert.Equal(rt, len(tab.Rows), len(f.train)+len(f.held))
		}
		for _, r := range tab.Rows {
			assert.Equal(rt, 1, held[r])
		}
	})
}

func TestChoiceIsTheLargestPenaltyWithinOneStandardError(t *testing.T) {
	path := []Tried{{8, 0.70, 0.01}, {4, 0.62, 0.01}, {2, 0.605, 0.01}, {1, 0.60, 0.006}, {0.5, 0.61, 0.01}}
	assert.Equal(t, 2, choose(path, false), "0.605 is within 0.606, 0.62 is not")
	assert.Equal(t, 3, choose(path, true))
}

func TestNoiseAloneGetsNoCoefficient(t *testing.T) {
	tab := municipality(1000, 30, 11)
	for i := range tab.Y {
		tab.Y[i] = float64((i * 7919 / 3) % 2)
	}
	f, err := Train(context.Background(), tab, Options{Seed: 1})
	require.NoError(t, err)
	assert.LessOrEqual(t, f.Model.Used(), 1)
}

func TestUselessInputIsAnError(t *testing.T) {
	ctx := context.Background()
	_, err := Train(ctx, Table{X: [][]float64{{1, 2}}, Y: []float64{1, 1}, Rows: []int32{0, 1}, Group: []int32{0, 1}}, Options{})
	assert.ErrorContains(t, err, "one class")
	_, err = Train(ctx, Table{X: [][]float64{{1, 2}}, Y: []float64{0, 1}}, Options{})
	assert.ErrorContains(t, err, "no rows")
	_, err = Train(ctx, Table{X: [][]float64{{1, 2}}, Y: []float64{0, 1}, Rows: []int32{0, 1}, Group: []int32{3, 3}}, Options{})
	assert.ErrorContains(t, err, "1 groups cannot be dealt into 5 folds")
	stop, cancel := context.WithCancel(ctx)
	cancel()
	for _, risen := range []bool{false, true} {
		_, err = Train(stop, municipality(100, 3, 1), Options{Risen: risen})
		assert.ErrorIs(t, err, context.Canceled)
	}
	assert.Panics(t, func() { _, _ = Train(ctx, Table{X: [][]float64{{1}}, Y: []float64{0, 1}, Rows: []int32{0}}, Options{}) })
}

func TestPartedClassesStillSettle(t *testing.T) {
	tab := municipality(200, 4, 2)
	copy(tab.X[0], tab.Y)
	f, err := Train(context.Background(), tab, Options{Seed: 1})
	require.NoError(t, err)
	require.NoError(t, f.Model.Check(4))
	assert.Greater(t, f.Model.Terms[0].Coef, 1.0)
}

// TestAWeightThatDwarfsTheOthers leaves the constant finite: the other class still has weight.
func TestAWeightThatDwarfsTheOthers(t *testing.T) {
	table := Table{X: [][]float64{{1, 1, 1, 1}}, Y: []float64{0, 1, 0, 1}, W: []float64{1, 1e30, 1, 1}, Rows: []int32{0, 1, 2, 3}}
	f, err := TrainAt(context.Background(), table, 1, Options{})
	require.NoError(t, err)
	assert.InDelta(t, math.Log(1e30/2), f.Model.Intercept, 1e-9)
}

// TestSummariseByHand: three folds with losses 1, 2 and 6 have mean 3, variance (4+1+9)/2 = 7, and the mean a
// standard error of sqrt(7/3). Only penalties that every fold reached count.
func TestSummariseByHand(t *testing.T) {
	got := summarise([]float64{5, 4}, []heldOut{{loss: []float64{1, 1}}, {loss: []float64{2}}, {loss: []float64{6, 6}}})
	require.Len(t, got, 1)
	assert.Equal(t, 5.0, got[0].Lambda)
	assert.InDelta(t, 3, got[0].Loss, 1e-15)
	assert.InDelta(t, math.Sqrt(7.0/3), got[0].SE, 1e-15)
}

// TestHeldOutRowsKeepTheirOffset: offsets that know the answer leave next to no loss at any penalty.
func TestHeldOutRowsKeepTheirOffset(t *testing.T) {
	n := 200
	table := Table{X: [][]float64{make([]float64, n)}, Y: make([]float64, n), Offset: make([]float64, n), Group: make([]int32, n), Rows: make([]int32, n)}
	for i := range n {
		table.Rows[i], table.Group[i] = int32(i), int32(i)
		table.X[0][i], table.Y[i] = float64(i*7%11), float64(i%2)
		table.Offset[i] = 8 * (2*table.Y[i] - 1)
	}
	f, err := Train(context.Background(), table, Options{Lambdas: 3})
	require.NoError(t, err)
	for _, at := range f.Path {
		assert.Less(t, at.Loss, 0.01)
	}
}
