package gam

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// small is a model with every kind of column and term, worked out by hand.
func small() *Model {
	return &Model{
		Intercept: -1,
		Columns: []Column{
			{ID: "age", Cuts: []float64{60, 80}, PairBin: []int{0, 1, 1, 2}},
			{ID: "sex", Levels: []string{"f", "m"}, LevelBin: []int{1, 2}, PairBin: []int{0, 1, 2}},
		},
		Terms: []Term{
			{Columns: []int{0}, Value: []float64{0, -0.5, 0.25, 1}, SE: []float64{0, 0.1, 0.1, 0.2}, Weight: []float64{0, 5, 5, 5}},
			{Columns: []int{1}, Value: []float64{0, -0.125, 0.125}, SE: make([]float64, 3), Weight: []float64{0, 8, 7}},
			{Columns: []int{0, 1}, Value: []float64{0, 0, 0, 0, 0.5, -0.5, 0, -0.25, 0.25}, SE: make([]float64, 9), Weight: make([]float64, 9)},
		},
		Training: Training{Rows: 15, Bags: 8, Cycles: 10, PairCycles: 4, Logloss: 0.5, Seed: 1},
	}
}

func TestScoreByHand(t *testing.T) {
	s := small().Compile()
	c := make([]float64, 2)
	for _, k := range []struct {
		age, sex       float64
		wantA, wantSex float64
	}{
		{60, 0, -0.5 + 0.25, -0.125 + 0.25}, // 60 is in the bin below the cut 60; the pair's 0.5 is shared
		{60.5, 1, 0, 0.125 - 0.25},          // 0.25 of its own and half of the pair's -0.5
		{99, 1, 1 + 0.125, 0.125 + 0.125},
		{math.NaN(), 1, 0, 0.125},
		{99, 7, 1, 0},
	} {
		got := s.Contributions(c, []float64{k.age, k.sex})
		assert.Equal(t, []float64{k.wantA, k.wantSex}, c, "age %v, sex %v", k.age, k.sex)
		assert.Equal(t, -1+k.wantA+k.wantSex, got)
	}
	assert.Equal(t, -1.0, s.Intercept())
	assert.Panics(t, func() { s.LogOdds([]float64{1}) })
	assert.Panics(t, func() { s.Batch(make([]float64, 1), [][]float64{{1}, {1, 2}}, 1) })
}

func TestReadRefusesWhatIsNotAModel(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(m *Model)
		want string
	}{
		{"no columns", func(m *Model) { m.Columns = nil }, "without columns"},
		{"cuts fall", func(m *Model) { m.Columns[0].Cuts[1] = 60 }, "columns[0]: cuts[1] is 60"},
		{"too few pair bins", func(m *Model) { m.Columns[0].PairBin = []int{0, 1} }, "pair_bin has 2 entries"},
		{"pair bin too large", func(m *Model) { m.Columns[0].PairBin[3] = 32 }, "pair_bin[3] is 32"},
		{"missing shares a pair bin", func(m *Model) { m.Columns[0].PairBin[0] = 1 }, "pair_bin[0] is 1"},
		{"level bin", func(m *Model) { m.Columns[1].LevelBin[0] = 256 }, "level_bin[0] is 256"},
		{"levels", func(m *Model) { m.Columns[1].LevelBin = []int{1} }, "1 entries for 2 levels"},
		{"both kinds", func(m *Model) { m.Columns[1].Cuts = []float64{1} }, "both levels and cuts"},
		{"term of nothing", func(m *Model) { m.Terms[0].Columns = nil }, "terms[0]: 0 columns"},
		{"column unknown", func(m *Model) { m.Terms[0].Columns[0] = 2 }, "columns are [2]"},
		{"pair turned", func(m *Model) { m.Terms[2].Columns = []int{1, 0} }, "columns are [1 0]"},
		{"term twice", func(m *Model) { m.Terms[1].Columns[0] = 0 }, "have a term already"},
		{"value short", func(m *Model) { m.Terms[2].Value = m.Terms[2].Value[1:] }, "8 values"},
		{"value whose sum may overflow", func(m *Model) { m.Terms[0].Value[1] = 1e308 }, "value 1e+308"},
		{"intercept whose sum may overflow", func(m *Model) { m.Intercept = -1e308 }, "intercept is -1e+308"},
		{"se below zero", func(m *Model) { m.Terms[0].SE[1] = -1 }, "se -1"},
		{"edit of nothing", func(m *Model) { m.Edits = []Edit{{Term: 3}} }, "edits[0]: term is 3"},
		{"edit not in the shape", func(m *Model) {
			m.Edits = []Edit{{Term: 0, Bins: []int{1}, Value: []float64{7}, Before: []float64{1}, Author: "a", Reason: "b", When: "c"}}
		}, "was set to 7 and is -0.5"},
		{"rows", func(m *Model) { m.Training.Rows = -1 }, "training"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := small()
			c.edit(m)
			b, err := json.Marshal(m)
			require.NoError(t, err)
			_, err = Read(bytes.NewReader(b))
			require.ErrorContains(t, err, c.want)
			assert.Panics(t, func() { m.Compile() })
		})
	}
	text := written(t, small())
	for _, bad := range []string{"", "{}", text + "{}", strings.Replace(text, `"intercept"`, `"intercepts"`, 1), strings.Replace(text, `"intercept"`, `"intercept": 0, "intercept"`, 1), strings.Replace(text, "-1", "null,", 1)} {
		_, err := Read(strings.NewReader(bad))
		assert.Error(t, err, bad[:min(len(bad), 40)])
	}
	m, err := Read(strings.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, text, written(t, m))
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	require.NoError(f, small().Write(&b))
	f.Add(b.Bytes())
	f.Add([]byte(`{"intercept":0,"columns":[{"id":"a","pair_bin":[0,1]}],"terms":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		s := m.Compile()
		for _, v := range []float64{math.NaN(), 0, 1, -1e300, math.Inf(1)} {
			x := make([]float64, len(m.Columns))
			for j := range x {
				x[j] = v
			}
			if y := s.LogOdds(x); math.IsNaN(y) {
				t.Errorf("log odds of %v are %v", v, y)
			}
		}
		for len(m.Edits) > 0 {
			if _, err := m.Undo(); err != nil {
				t.Fatal(err)
			}
			if err := m.Check(); err != nil {
				t.Errorf("after undo: %v", err)
			}
		}
	})
}

func TestEditIsRecordedWithItsEffectAndUndoRestoresTheBytes(t *testing.T) {
	m := small()
	was := written(t, m)
	on := Table{X: [][]float64{{50, 70, 90, 90}, {0, 1, 0, 1}}, Y: []float64{0, 0, 1, 0}}
	bins, err := m.BinsBetween(0, 60, math.Inf(1))
	require.NoError(t, err)
	assert.Equal(t, []int{2, 3}, bins)
	require.NoError(t, m.Apply(Edit{Term: 0, Bins: bins, Value: []float64{0.3, 0.3}, Author: "A. Hansen", Reason: "few above 80", When: "2026-11-22"}, on))
	e := m.Edits[0]
	assert.Equal(t, []float64{0.25, 1}, e.Before)
	assert.Equal(t, 4, e.Effect.Rows)
	// From the definition, on log odds read off the tables.
	loss := func(m *Model) (sum float64) {
		for i, y := range on.Y {
			p := 1 / (1 + math.Exp(-slowLogOdds(m, row(on.X, i))))
			sum -= math.Log(math.Abs(1 - y - p))
		}
		return sum / 4
	}
	assert.InDelta(t, loss(small()), float64(e.Effect.LoglossBefore), 1e-12)
	assert.InDelta(t, loss(m), float64(e.Effect.LoglossAfter), 1e-12)
	assert.Greater(t, float64(e.Effect.LoglossAfter), 0.0)
	assert.NotEqual(t, e.Effect.LoglossBefore, e.Effect.LoglossAfter)

	require.NoError(t, m.Apply(Edit{Term: 0, Bins: []int{3}, Value: []float64{-2}, Author: "B", Reason: "r", When: "w"}, on))
	again, err := Read(strings.NewReader(written(t, m)))
	require.NoError(t, err, "an edited model is read again")
	for range 2 {
		_, err = again.Undo()
		require.NoError(t, err)
	}
	assert.Equal(t, was, written(t, again))
	_, err = again.Undo()
	assert.ErrorContains(t, err, "no edit")
}

func TestEditThatIsNotInOrderChangesNothing(t *testing.T) {
	on := Table{X: [][]float64{{50, 70}, {0, 1}}, Y: []float64{0, 1}}
	good := Edit{Term: 1, Bins: []int{1, 2}, Value: []float64{0, 0}, Author: "a", Reason: "r", When: "w"}
	for _, c := range []struct {
		name string
		edit func(e *Edit)
		want string
	}{
		{"author", func(e *Edit) { e.Author = "" }, "author"},
		{"reason", func(e *Edit) { e.Reason = "" }, "reason"},
		{"when", func(e *Edit) { e.When = "" }, "when"},
		{"term", func(e *Edit) { e.Term = 9 }, "term is 9"},
		{"bins", func(e *Edit) { e.Bins = []int{2, 1} }, "bins[1] is 1"},
		{"bin", func(e *Edit) { e.Bins[1] = 3 }, "bins[1] is 3"},
		{"values", func(e *Edit) { e.Value = e.Value[1:] }, "2 bins with 1 values"},
		{"value", func(e *Edit) { e.Value = []float64{0, math.NaN()} }, "NaN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, e := small(), good
			e.Bins = append([]int(nil), good.Bins...)
			c.edit(&e)
			require.ErrorContains(t, m.Apply(e, on), c.want)
			assert.Equal(t, written(t, small()), written(t, m))
		})
	}
	assert.ErrorContains(t, small().Apply(good, Table{X: [][]float64{{}, {}}}), "no rows")
	_, err := small().BinsBetween(1, 0, 1)
	assert.ErrorContains(t, err, "numeric")
}

func TestAFileBeyondTheLimitIsNoModel(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, small().Write(&b))
	_, err := read(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	_, err = read(bytes.NewReader(b.Bytes()), int64(b.Len())-1)
	assert.ErrorContains(t, err, "not a model")
}
