package glm

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// others is what testdata/reference.py wrote.
type others struct {
	X           [][]*float64 `json:"x"`
	Y           []float64    `json:"y"`
	W           []float64    `json:"w"`
	Offset      []float64    `json:"offset"`
	Group       []int32      `json:"group"`
	Unpenalised []struct {
		Weighted      bool      `json:"weighted"`
		Offset        bool      `json:"offset"`
		Clustered     bool      `json:"clustered"`
		Value         []float64 `json:"value"`
		SE            []float64 `json:"se"`
		LogLikelihood float64   `json:"log_likelihood"`
	} `json:"unpenalised"`
	Penalised []struct {
		Alpha         float64   `json:"alpha"`
		Offset        bool      `json:"offset"`
		Lambda        float64   `json:"lambda"`
		Factor        []float64 `json:"factor"`
		DevianceRatio float64   `json:"deviance_ratio"`
		Value         []float64 `json:"value"`
	} `json:"penalised"`
}

func readOthers(t *testing.T) (others, Table) {
	b, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	var ref others
	require.NoError(t, json.Unmarshal(b, &ref))
	tab := Table{Y: ref.Y, Group: ref.Group}
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
		tab.Rows = append(tab.Rows, int32(i))
	}
	return ref, tab
}

func TestUnpenalisedIsThatOfStatsmodels(t *testing.T) {
	ref, tab := readOthers(t)
	require.Len(t, ref.Unpenalised, 5)
	for _, c := range ref.Unpenalised {
		t.Run(fmt.Sprintf("weighted=%v offset=%v clustered=%v", c.Weighted, c.Offset, c.Clustered), func(t *testing.T) {
			tab := tab
			if c.Weighted {
				tab.W = ref.W
			}
			if c.Offset {
				tab.Offset = ref.Offset
			}
			e, err := Unpenalised(context.Background(), tab, Options{Clustered: c.Clustered})
			require.NoError(t, err)
			require.Empty(t, e.Warnings)
			require.Len(t, e.Coefficients, len(c.Value))
			assert.InDelta(t, c.LogLikelihood, e.LogLikelihood, 1e-8)
			for k, got := range e.Coefficients {
				assert.InDelta(t, c.Value[k], got.Value, 1e-6, "%+v", got)
				assert.InDelta(t, c.SE[k], got.SE, 1e-6, "%+v", got)
				assert.InDelta(t, got.SE*got.SE, e.Covariance[k][k], 1e-12)
			}
			assert.Equal(t, []Coefficient{{Column: 5}, {Column: 5, Missing: true}}, []Coefficient{
				{Column: e.Coefficients[6].Column, Missing: e.Coefficients[6].Missing}, {Column: e.Coefficients[7].Column, Missing: e.Coefficients[7].Missing}})
		})
	}
}

func TestOffsetAndFactorsAreThoseOfGlmnet(t *testing.T) {
	ref, tab := readOthers(t)
	require.Len(t, ref.Penalised, 24)
	tab.W = ref.W
	for _, c := range ref.Penalised {
		t.Run(fmt.Sprintf("alpha=%v offset=%v lambda=%v factor=%v", c.Alpha, c.Offset, c.Lambda, c.Factor), func(t *testing.T) {
			tab := tab
			if c.Offset {
				tab.Offset = ref.Offset
			}
			tab.Factor = c.Factor
			opt := Options{Alpha: c.Alpha, Ridge: c.Alpha == 0}
			f, err := TrainAt(context.Background(), tab, c.Lambda, opt)
			require.NoError(t, err)
			require.Empty(t, f.Warnings)
			intercept := f.Model.Intercept
			for j, term := range f.Model.Terms {
				intercept -= term.Coef*term.Mean + term.MissingCoef*term.MissingRate
				assert.InDelta(t, c.Value[j+1], term.Coef, 1e-5, "column %d", j)
			}
			assert.InDelta(t, c.Value[7], f.Model.Terms[5].MissingCoef, 1e-5)
			assert.InDelta(t, c.Value[0], intercept, 1e-5)

			opt.Penalties = []float64{1, 0.1, c.Lambda}
			steps, err := Path(context.Background(), tab, opt)
			require.NoError(t, err)
			assert.InDelta(t, c.DevianceRatio, steps[2].DevianceRatio, 1e-4)
		})
	}
}

func TestSparseColumnsAreTheSameAsDenseOnes(t *testing.T) {
	dense := municipality(700, 10, 4)
	dense.X[2][5], dense.X[2][600] = math.NaN(), math.NaN()
	thin := dense
	thin.X = nil
	for j, c := range dense.X {
		if j < 5 {
			thin.X = append(thin.X, c)
			continue
		}
		var s Sparse
		for i, v := range c {
			if v != 0 {
				s.Index, s.Value = append(s.Index, int32(i)), append(s.Value, v)
			}
		}
		thin.Sparse = append(thin.Sparse, s)
	}
	a, err := Train(context.Background(), dense, Options{Seed: 1})
	require.NoError(t, err)
	b, err := Train(context.Background(), thin, Options{Seed: 1})
	require.NoError(t, err)
	assert.Equal(t, a.Model, b.Model)
	assert.Equal(t, a.Path, b.Path)
}

func TestPartedClassesAreAWarningAndNoLargeNumbers(t *testing.T) {
	tab := municipality(300, 4, 2)
	tab.Names = []string{"a", "b", "c", "d"}
	for i, y := range tab.Y { // "c" is above 0 for some of the events and for nobody else
		tab.X[2][i] = 0
		if y == 1 && i%3 == 0 {
			tab.X[2][i] = 1
		}
	}
	e, err := Unpenalised(context.Background(), tab, Options{})
	require.NoError(t, err)
	require.Len(t, e.Warnings, 1)
	assert.ErrorContains(t, e.Warnings[0], "parted by column 2 (c):")
	assert.True(t, math.IsInf(e.Coefficients[3].SE, 1))
	assert.Less(t, e.Coefficients[3].Value, 30.0)
	assert.Greater(t, e.Coefficients[3].Value, 3.0)
	assert.Less(t, e.Coefficients[1].SE, 1.0, "the others are estimated as ever")

	for i := range tab.Y { // and one row the other way round: no longer parted
		if tab.Y[i] == 0 {
			tab.X[2][i] = 1
			break
		}
	}
	e, err = Unpenalised(context.Background(), tab, Options{})
	require.NoError(t, err)
	assert.Empty(t, e.Warnings)
	assert.False(t, math.IsInf(e.Coefficients[3].SE, 1))
}

func TestColumnsThatAreASumOfOthersAreNamedAndLeftOut(t *testing.T) {
	tab := municipality(300, 5, 2)
	tab.Names = []string{"a", "b", "c", "d", "e"}
	for i := range tab.Y {
		tab.X[3][i] = 2*tab.X[0][i] - tab.X[2][i] + 7
		tab.X[4][i] = 5
	}
	e, err := Unpenalised(context.Background(), tab, Options{})
	require.NoError(t, err)
	require.Len(t, e.Warnings, 2)
	assert.EqualError(t, e.Warnings[0], "glm: column 3 (d) is left out: it is a sum of column 0 (a), column 2 (c)")
	assert.EqualError(t, e.Warnings[1], "glm: column 4 (e) is left out: it does not vary")
	assert.Zero(t, e.Model.Terms[3].Coef)
	tab.X = tab.X[:3]
	tab.Names = tab.Names[:3]
	without, err := Unpenalised(context.Background(), tab, Options{})
	require.NoError(t, err)
	for k, c := range without.Coefficients {
		assert.InDelta(t, c.SE, e.Coefficients[k].SE, 1e-9)
		assert.InDelta(t, c.Value, e.Coefficients[k].Value, 1e-9)
	}
}

func TestPathTellsWhatEachPenaltyExplains(t *testing.T) {
	tab := municipality(500, 12, 8)
	steps, err := Path(context.Background(), tab, Options{Lambdas: 60})
	require.NoError(t, err)
	require.Greater(t, len(steps), 20)
	assert.Zero(t, steps[0].DF)
	assert.InDelta(t, 0, steps[0].DevianceRatio, 1e-12)
	for k, s := range steps[1:] {
		assert.Less(t, s.Lambda, steps[k].Lambda)
		assert.GreaterOrEqual(t, s.DevianceRatio, steps[k].DevianceRatio-1e-9)
		f, err := TrainAt(context.Background(), tab, s.Lambda, Options{})
		require.NoError(t, err)
		for j, term := range f.Model.Terms {
			assert.InDelta(t, term.Coef*term.SD, s.Model.Terms[j].Coef*term.SD, 2e-3, "lambda %v column %d", s.Lambda, j)
		}
	}
}

func TestBadPenaltiesFactorsAndNumbersAreErrors(t *testing.T) {
	ctx := context.Background()
	base := municipality(60, 3, 1)
	_, err := Path(ctx, base, Options{Penalties: []float64{0.1, 0.2}})
	assert.ErrorContains(t, err, "penalty 1 is 0.2")
	for want, change := range map[string]func(*Table){
		"penalty factor of column 1 is -1": func(t *Table) { t.Factor = []float64{1, -1, 1} },
		"offset of row 3 is NaN":           func(t *Table) { t.Offset = make([]float64, 60); t.Offset[3] = math.NaN() },
		"weight of row 4 is -1":            func(t *Table) { t.W = make([]float64, 60); t.W[4] = -1 },
		"label of row 5 is 2":              func(t *Table) { t.Y = append([]float64(nil), t.Y...); t.Y[5] = 2 },
		"column 1 holds infinity":          func(t *Table) { t.X[1] = append([]float64(nil), t.X[1]...); t.X[1][9] = math.Inf(1) },
		"3 rows for 3 coefficients": func(t *Table) {
			t.Rows, t.X = firstOfBoth(t, 3), [][]float64{make([]float64, 60), make([]float64, 60)}
			for i := range t.Y {
				t.X[0][i], t.X[1][i] = float64(i), float64(i*i)
			}
		},
	} {
		tab := base
		tab.X = append([][]float64(nil), base.X...)
		change(&tab)
		_, err := Unpenalised(ctx, tab, Options{})
		assert.ErrorContains(t, err, want)
	}
}

// firstOfBoth returns n rows with both classes.
func firstOfBoth(t *Table, n int) []int32 {
	var out []int32
	for i := range t.Y {
		if len(out) < n-1 || t.Y[i] != t.Y[out[0]] {
			if out = append(out, int32(i)); len(out) == n {
				break
			}
		}
	}
	return out
}
