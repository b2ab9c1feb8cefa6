package learner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// people draws a table with two numeric columns, one with missing values, and two categorical ones, of which
// "town" has levels with few rows. The log odds are 1.2*strength + (1 in the north, -1 in the south) - 0.5.
func people(n int, seed uint64) *Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	towns := []string{"east", "north", "south", "tiny", "west"}
	t := &Table{
		Columns: []Column{{ID: "strength"}, {ID: "noise"}, {ID: "town", Levels: towns}, {ID: "alone", Levels: []string{"no", "yes"}}},
		X:       make([][]float64, 4),
	}
	for i := range n {
		strength, noise := rng.NormFloat64(), rng.NormFloat64()
		town, alone := float64(rng.IntN(5)), float64(rng.IntN(2))
		if town == 3 && i > 12 {
			town = 0
		}
		eta := 1.2*strength - 0.5
		switch town {
		case 1:
			eta++
		case 2:
			eta--
		}
		if rng.IntN(5) == 0 {
			noise = math.NaN()
		}
		if rng.IntN(8) == 0 {
			alone = math.NaN()
		}
		for j, v := range []float64{strength, noise, town, alone} {
			t.X[j] = append(t.X[j], v)
		}
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-eta)) {
			y = 1
		}
		t.Y, t.Group = append(t.Y, y), append(t.Group, int32(i/2))
	}
	return t
}

// quick are parameters with which a learner is fast enough for a test.
func quick(l Learner) map[string]string {
	switch l.Name() {
	case "glm":
		return map[string]string{"lambdas": "10", "alpha": "0.5"}
	case "boost":
		return map[string]string{"trees": "20", "folds": "2", "patience": "10"}
	case "auto":
		return map[string]string{"folds": "2"}
	}
	return nil
}

func fitted(t *testing.T, l Learner, table *Table) Model {
	t.Helper()
	m, err := l.Fit(context.Background(), table, Options{Params: quick(l), Seed: 3, Workers: 2})
	require.NoErrorf(t, err, l.Name())
	return m
}

// fits are the learners that stand for themselves.
func fits() Set { return Builtin()[:len(Builtin())-1] }

func TestEveryLearnerFindsTheSignal(t *testing.T) {
	table := people(600, 1)
	fold, err := Folds(table.Y, table.Group, 3, 1)
	require.NoError(t, err)
	for _, l := range fits() {
		r, err := CrossValidate(context.Background(), l, table, fold, Options{Params: quick(l), Seed: 1})
		require.NoError(t, err, l.Name())
		assert.Greaterf(t, float64(r.AUROC), 0.7, "%s: the truth has an auroc of about 0.83", l.Name())
	}
}

func TestContributionsAddUpAndRowsAreAskedOneByOneAsTogether(t *testing.T) {
	table := people(400, 2)
	for _, l := range fits() {
		m := fitted(t, l, table)
		eta := make([]float64, len(table.Y))
		m.LogOdds(eta, table.X)
		x, terms, one := make([]float64, 4), make([]float64, 5), make([]float64, 1)
		check := func(eta float64) {
			m.LogOdds(one, [][]float64{x[:1], x[1:2], x[2:3], x[3:]})
			assert.Equalf(t, eta, one[0], "%s at %v", l.Name(), x)
			require.True(t, m.Contributions(terms, x))
			sum := 0.0
			for _, c := range terms {
				sum += c
			}
			assert.InDeltaf(t, eta, sum, 1e-9, "%s at %v: %v", l.Name(), x, terms)
		}
		for i := range 60 {
			for j := range x {
				x[j] = table.X[j][i]
			}
			check(eta[i])
		}
		// Missing where nothing was missing while learning, and a level that nobody had.
		for _, strange := range [][]float64{{math.NaN(), 0, math.NaN(), 1}, {0, 0, 17, math.NaN()}} {
			copy(x, strange)
			m.LogOdds(one, [][]float64{x[:1], x[1:2], x[2:3], x[3:]})
			check(one[0])
			assert.Falsef(t, math.IsNaN(one[0]), "%s at %v", l.Name(), x)
		}
	}
}

func TestAnUnknownLevelIsAMissingOne(t *testing.T) {
	table := people(400, 2)
	for _, l := range fits() {
		m := fitted(t, l, table)
		out := make([]float64, 2)
		m.LogOdds(out, [][]float64{{0.3, 0.3}, {1, 1}, {math.NaN(), 99}, {1, 1}})
		assert.Equal(t, out[0], out[1], l.Name())
	}
}

func TestSameSeedSameBytesForAnyNumberOfWorkers(t *testing.T) {
	table := people(500, 4)
	for _, l := range Builtin() {
		var first []byte
		for _, workers := range []int{1, 2, 4} {
			m, err := l.Fit(context.Background(), table, Options{Params: quick(l), Seed: 9, Workers: workers})
			require.NoError(t, err)
			var b bytes.Buffer
			f := NewFile(l, m, table, Options{})
			f.Label, f.Positive, f.Seed = "fell", "yes", 9
			require.NoError(t, f.Write(&b))
			if first == nil {
				first = b.Bytes()
			}
			assert.Equalf(t, string(first), b.String(), "%s with %d workers", l.Name(), workers)
		}
	}
}

func TestAModelSaysTheSameAfterReading(t *testing.T) {
	table := people(400, 5)
	for _, l := range fits() {
		m := fitted(t, l, table)
		f := NewFile(l, m, table, Options{})
		f.Label, f.Positive = "fell", "yes"
		var b bytes.Buffer
		require.NoError(t, f.Write(&b))
		back, err := Builtin().ReadFile(&b)
		require.NoError(t, err, l.Name())
		assert.Equal(t, f.Columns, back.Columns)
		want, got := make([]float64, len(table.Y)), make([]float64, len(table.Y))
		m.LogOdds(want, table.X)
		back.Model.LogOdds(got, table.X)
		assert.Equal(t, want, got, l.Name())
	}
}

func TestAnUnknownParameterNamesTheNearestAndListsAll(t *testing.T) {
	for _, c := range []struct {
		learner Learner
		params  map[string]string
		want    string
	}{
		{GLM{}, map[string]string{"lamda": "1"}, `glm has no parameter "lamda" (did you mean lambda?); it has alpha, lambda, lambdas, ratio, folds, path, rare`},
		{GLM{}, map[string]string{"trees": "1"}, `glm has no parameter "trees"; it has alpha`},
		{GLM{}, map[string]string{"monotone_constraints": "1"}, `glm has no parameter "monotone_constraints"; it has`},
		{GLM{}, map[string]string{"alpha": "1.5"}, `glm: parameter alpha is "1.5", want a number from 0 to 1 or auto`},
		{GLM{}, map[string]string{"alpha": "NaN"}, `parameter alpha is "NaN"`},
		{GLM{}, map[string]string{"ratio": "0"}, `parameter ratio is "0", want a number above 0 and up to 0.5`},
		{Card{}, map[string]string{"most": "2.5"}, `parameter most is "2.5", want a whole number from 1 to 1e+12`},
	} {
		_, err := c.learner.Fit(context.Background(), people(50, 1), Options{Params: c.params})
		assert.ErrorContains(t, err, c.want)
	}
	_, err := Builtin().Find("gml")
	assert.ErrorContains(t, err, `learner "gml" is not known (did you mean glm?)`)
}

func TestEveryDefaultIsInItsOwnRange(t *testing.T) {
	for _, l := range Builtin() {
		assert.NoError(t, CheckParams(l, nil), l.Name())
		for _, p := range l.Params() {
			assert.NotEmpty(t, p.Help, "%s %s", l.Name(), p.Name)
			assert.NotEmpty(t, p.Range(), "%s %s", l.Name(), p.Name)
		}
	}
}

// One categorical column with 4, 3, 2, 1 rows of its levels and two missing.
func TestLevelsBecomeColumns(t *testing.T) {
	nan := math.NaN()
	table := &Table{Columns: []Column{{ID: "a", Levels: []string{"p", "q", "r", "s"}}, {ID: "b"}},
		X: [][]float64{{0, 0, 0, 0, 1, 1, 1, 2, 2, 3, nan, nan}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}}
	for _, c := range []struct {
		rare int
		drop bool
		to   []int
		miss int
		wide int
	}{
		{1, false, []int{0, 1, 2, 3}, 4, 6},
		{3, false, []int{0, 1, 2, 2}, 3, 5},               // r and s have 3 rows together
		{4, false, []int{0, 1, 1, 1}, 2, 4},               // q, r and s have 6
		{3, true, []int{none, 0, 1, 1}, 2, 4},             // p is what the others are compared with
		{100, false, []int{none, none, none, none}, 0, 2}, // nobody has enough, not even together
	} {
		got := newCoding(table, c.rare, c.drop)
		assert.Equal(t, c.to, got.columns[0].To, "%+v", c)
		assert.Equal(t, c.miss, got.columns[0].Absent, "%+v", c)
		assert.Equal(t, c.wide, got.wide, "%+v", c)
		dense, levels, of := got.part(table.X)
		require.Len(t, dense, 1)
		assert.Equal(t, table.X[1], dense[0])
		assert.Equal(t, got.wide-1, of[0], "the numeric column comes last")
		for i, v := range table.X[0] {
			var in []int // the columns that row i is in
			for k, l := range levels {
				if slices.Contains(l.Index, int32(i)) {
					in = append(in, of[k+1])
				}
			}
			if k := got.columns[0].at(v); k == none {
				assert.Empty(t, in, "%+v, row %d", c, i)
			} else {
				assert.Equal(t, []int{k}, in, "%+v, row %d", c, i)
			}
		}
	}
	nobody := newCoding(&Table{Columns: table.Columns[:1], X: [][]float64{{0, 1, 2, 3}}}, 1, false)
	assert.Equal(t, unforeseen, nobody.columns[0].at(nan), "missing where nothing was is missing everywhere")
}

func TestWithoutPenaltyTheFirstLevelIsLeftOutAndTheRatesAreMet(t *testing.T) {
	// With one categorical column and no penalty the fit is the share of each level.
	table := &Table{Columns: []Column{{ID: "a", Levels: []string{"p", "q"}}}, X: [][]float64{nil}}
	for i := range 40 {
		table.X[0] = append(table.X[0], float64(i%2))
		y := 0.0
		if i%2 == 0 && i%8 == 0 || i%2 == 1 && i%8 != 1 { // 1 of 4 in p, 3 of 4 in q
			y = 1
		}
		table.Y = append(table.Y, y)
	}
	m, err := GLM{}.Fit(context.Background(), table, Options{Params: map[string]string{"lambda": "0", "rare": "1"}})
	require.NoError(t, err)
	eta := make([]float64, 2)
	m.LogOdds(eta, [][]float64{{0, 1}})
	assert.InDelta(t, math.Log(0.25/0.75), eta[0], 1e-5)
	assert.InDelta(t, math.Log(0.75/0.25), eta[1], 1e-5)
	assert.Equal(t, []int{none, 0}, m.(*glmModel).coding.columns[0].To)
}

func TestFoldsKeepGroupsAndShareTheOutcome(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(60, 200).Draw(rt, "n")
		k := rapid.IntRange(2, 5).Draw(rt, "k")
		seed := rapid.Uint64().Draw(rt, "seed")
		y, group := make([]float64, n), make([]int32, n)
		for i := range y {
			y[i] = float64(i % 3 / 2)
			group[i] = int32(rapid.IntRange(0, n/2).Draw(rt, "g"))
		}
		fold, err := Folds(y, nil, k, seed)
		require.NoError(rt, err)
		var size, hits [5]int
		for i, f := range fold {
			size[f]++
			hits[f] += int(y[i])
		}
		for f := range k {
			assert.LessOrEqual(rt, math.Abs(float64(size[f])-float64(n)/float64(k)), 1.0)
			assert.LessOrEqual(rt, math.Abs(float64(hits[f])-float64(n/3)/float64(k)), 1.0)
		}
		again, err := Folds(y, nil, k, seed)
		require.NoError(rt, err)
		assert.Equal(rt, fold, again)

		fold, err = Folds(y, group, k, seed)
		if err != nil {
			return // a fold without an outcome, said so
		}
		of := map[int32]int32{}
		for i, f := range fold {
			if g, ok := of[group[i]]; ok {
				assert.Equal(rt, g, f, "a group in two folds")
			}
			of[group[i]] = f
		}
	})
}

func TestGroupedFoldsAreEven(t *testing.T) {
	table := people(1000, 8)
	fold, err := Folds(table.Y, table.Group, 5, 2)
	require.NoError(t, err)
	var size, hits [5]float64
	total := 0.0
	for i, f := range fold {
		size[f]++
		hits[f] += table.Y[i]
		total += table.Y[i]
	}
	for f := range 5 {
		assert.InDelta(t, 200, size[f], 4)
		assert.InDelta(t, total/5, hits[f], 4)
	}
}

func TestFewRowsOfOneClassAreRefused(t *testing.T) {
	_, err := Folds([]float64{1, 0, 0, 0, 0, 0}, nil, 3, 1)
	assert.ErrorContains(t, err, "take fewer folds")
	_, err = Folds([]float64{1, 0}, nil, 3, 1)
	assert.ErrorContains(t, err, "3 folds of 2 rows")
}

// given predicts column 0, or the sign of it.
type given struct{ labels bool }

func (given) Name() string                                          { return "given" }
func (given) About() string                                         { return "" }
func (given) Params() []Param                                       { return nil }
func (g given) Fit(context.Context, *Table, Options) (Model, error) { return g, nil }
func (given) Read(json.RawMessage, []Column) (Model, error)         { return nil, nil }
func (given) Contributions([]float64, []float64) bool               { return false }
func (given) Marshal() (json.RawMessage, error)                     { return nil, nil }
func (g given) LabelsOnly() bool                                    { return g.labels }
func (g given) LogOdds(dst []float64, x [][]float64)                { copy(dst, x[0]) }

// Two folds of four rows, worked by hand. Fold 1 has log odds 1, -1, 2, -2 for 1, 0, 0, 1: of four pairs (1,-1) is in order, (1,2) is
// not, (-2,-1) and (-2,2) are not: 1/4. Fold 2 has 3, -3, 1, -1 for 1, 0, 1, 0: all in order.
func TestFiguresOfFoldsWorkedByHand(t *testing.T) {
	table := &Table{Columns: []Column{{ID: "eta"}}, X: [][]float64{{1, 3, -1, -3, 2, 1, -2, -1}}, Y: []float64{1, 1, 0, 0, 0, 1, 1, 0}}
	fold := []int32{0, 1, 0, 1, 0, 1, 0, 1}
	r, err := CrossValidate(context.Background(), given{}, table, fold, Options{})
	require.NoError(t, err)
	assert.InDelta(t, 0.25, float64(r.ByFold[0].AUROC), 1e-15)
	assert.InDelta(t, 1, float64(r.ByFold[1].AUROC), 1e-15)
	assert.InDelta(t, 0.625, float64(r.AUROC), 1e-15)
	assert.InDelta(t, 0.375, float64(r.SE.AUROC), 1e-15) // half the distance of two
	soft := func(x float64) float64 { return math.Log(1 + math.Exp(x)) }
	assert.InDelta(t, (soft(-1)+soft(-1)+soft(2)+soft(2))/4, float64(r.ByFold[0].Logloss), 1e-12)
	assert.Equal(t, 8, r.N)
	assert.Equal(t, 4, r.NPositive)
	assert.Nil(t, r.Labels)
}

func TestLabelsGetNoFiguresOfProbabilities(t *testing.T) {
	table := &Table{Columns: []Column{{ID: "eta"}}, X: [][]float64{{1, 1, -1, -1, 1, -1}}, Y: []float64{1, 1, 0, 0, 0, 1}}
	r, err := CrossValidate(context.Background(), given{labels: true}, table, []int32{0, 1, 0, 1, 0, 1}, Options{})
	require.NoError(t, err)
	assert.False(t, r.AUROC.Defined() || r.Logloss.Defined() || r.Brier.Defined() || r.ECE.Defined() || r.Slope.Defined())
	require.NotNil(t, r.Labels)
	assert.InDelta(t, 4.0/6, float64(r.Labels.Accuracy), 1e-15)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"auroc":null`)
	assert.Contains(t, string(b), `"labels_only":{"accuracy"`)
}

func TestAutoTakesTheSimplerWhenTheDifferenceIsNoise(t *testing.T) {
	table := people(800, 11)
	m, err := Auto{Among: Set{given{}, shifted{by: 0.01}}}.Fit(context.Background(), &Table{Columns: table.Columns, X: table.X, Y: table.Y}, Options{})
	require.NoError(t, err)
	assert.Equal(t, "given", m.(*Chosen).Learner)
	noise := people(800, 14)                    // here the difference is a third of its error
	for _, by := range []float64{0.01, -0.01} { // one of them happens to be worse on these rows, by less than its error
		m, err = Auto{Among: Set{shifted{wobble: by}, given{}}}.Fit(context.Background(), noise, Options{})
		require.NoError(t, err)
		assert.Equal(t, "shifted", m.(*Chosen).Learner, "by %v", by)
	}
	m, err = Auto{Among: Set{shifted{by: 3}, given{}}}.Fit(context.Background(), table, Options{})
	require.NoError(t, err)
	assert.Equal(t, "given", m.(*Chosen).Learner, "a difference that is no noise counts")
	assert.Contains(t, m.(*Chosen).Why, "held-out log loss shifted")
}

// shifted is given, the log odds moved, and every other one up and down.
type shifted struct{ by, wobble float64 }

func (shifted) Name() string                                          { return "shifted" }
func (shifted) About() string                                         { return "" }
func (shifted) Params() []Param                                       { return nil }
func (s shifted) Fit(context.Context, *Table, Options) (Model, error) { return s, nil }
func (shifted) Read(json.RawMessage, []Column) (Model, error)         { return nil, nil }
func (shifted) Contributions([]float64, []float64) bool               { return false }
func (shifted) Marshal() (json.RawMessage, error)                     { return nil, nil }
func (s shifted) LogOdds(dst []float64, x [][]float64) {
	for i := range dst {
		dst[i] = x[0][i] + s.by + s.wobble*float64(1-i%2*2)
	}
}

// The standard error of a paired difference whose groups are single rows is that of a mean.
func TestPairedStandardError(t *testing.T) {
	a, b := []float64{3, 1, 4, 1}, []float64{2, 2, 2, 2} // differences 1, -1, 2, -1: mean 0.25, squares 0.5625+1.5625+3.0625+1.5625
	mean, se := paired(a, b, nil, []int32{0, 1, 2, 3})
	assert.InDelta(t, 0.25, mean, 1e-15)
	assert.InDelta(t, math.Sqrt(6.75/3/4), se, 1e-15)
	_, twice := paired(append(a, a...), append(b, b...), nil, []int32{0, 1, 2, 3, 0, 1, 2, 3})
	assert.InDelta(t, se, twice, 1e-15, "rows that are there twice under one group tell nothing new")
	// Two groups whose rows lie apart have 0.75-1.25 = -0.5 and 1.75-1.25 = 0.5 in sum: 2 * (0.25+0.25), over 4.
	_, apart := paired([]float64{3, 1, 4, 1}, b, nil, []int32{9, 9, 2, 2})
	assert.InDelta(t, 1.0/4, apart, 1e-15)
	_, crossed := paired([]float64{3, 4, 1, 1}, b, nil, []int32{9, 2, 9, 2})
	assert.InDelta(t, apart, crossed, 1e-15, "groups need not lie together")
}

func TestTablesThatCannotBeLearnedFromAreRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Table)
		want   string
	}{
		{"infinite", func(t *Table) { t.X[0][4] = math.Inf(1) }, "row 5, column strength: infinite"},
		{"no such level", func(t *Table) { t.X[2][0] = 5 }, "row 1, column town: 5 is not the number of one of its 5 levels"},
		{"half a level", func(t *Table) { t.X[2][0] = 0.5 }, "column town"},
		{"label of two", func(t *Table) { t.Y[2] = 2 }, "row 3: the label is 2"},
		{"one class", func(t *Table) { clear(t.Y) }, "one class only"},
		{"no weight", func(t *Table) { t.W = make([]float64, len(t.Y)) }, "row 1: the weight is 0"},
		{"a name twice", func(t *Table) { t.Columns[1].ID = "strength" }, `"strength" is empty or used twice`},
		{"a level twice", func(t *Table) { t.Columns[3].Levels = []string{"no", "no"} }, `"no" is empty or there twice`},
	} {
		table := people(30, 1)
		c.change(table)
		for _, l := range Builtin() {
			_, err := l.Fit(context.Background(), table, Options{})
			assert.ErrorContainsf(t, err, c.want, "%s, %s", c.name, l.Name())
		}
	}
}

func TestACancelledFitSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, l := range Builtin() {
		_, err := l.Fit(ctx, people(200, 1), Options{Params: quick(l)})
		assert.ErrorIs(t, err, context.Canceled, l.Name())
	}
}

// Whoever reads the file of a model that auto chose can learn it again by that learner's name and parameters alone.
func TestAFileThatAutoChoseIsOneOfTheChosenLearner(t *testing.T) {
	table := people(300, 5)
	auto := Auto{Among: fits()[:2]}
	opt := Options{Params: quick(auto), Seed: 4}
	m, err := auto.Fit(context.Background(), table, opt)
	require.NoError(t, err)
	f := NewFile(auto, m, table, opt)
	f.Label, f.Positive, f.Missing = "fell", "yes", []string{"unknown"}
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	back, err := Builtin().ReadFile(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	assert.Equal(t, []string{"unknown"}, back.Missing)
	require.NotNil(t, back.Chosen)
	assert.Equal(t, "auto", back.Chosen.By)
	assert.Equal(t, quick(auto), back.Chosen.Params)
	assert.Contains(t, back.Chosen.Why, "auto took "+back.Learner)
	assert.Empty(t, back.Params)

	l, err := fits().Find(back.Learner)
	require.NoError(t, err)
	again, err := l.Fit(context.Background(), table, Options{Params: back.Params, Seed: back.Seed})
	require.NoError(t, err)
	want, err := m.Marshal()
	require.NoError(t, err)
	got, err := again.Marshal()
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

// slow is a learner whose models answer when they are let.
type slow struct {
	Card
	asked, let chan struct{}
}

func (s slow) Fit(context.Context, *Table, Options) (Model, error) { return &slowModel{slow: s}, nil }

type slowModel struct {
	cardModel
	slow slow
}

func (m *slowModel) LogOdds([]float64, [][]float64) { close(m.slow.asked); <-m.slow.let }

func TestACancelledMeasurementDoesNotWaitForTheAnswer(t *testing.T) {
	table := people(100, 1)
	fold, err := Folds(table.Y, table.Group, 2, 1)
	require.NoError(t, err)
	s := slow{asked: make(chan struct{}), let: make(chan struct{})}
	defer close(s.let)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-s.asked; cancel() }()
	_, err = CrossValidate(ctx, s, table, fold, Options{})
	assert.ErrorIs(t, err, context.Canceled)
}

// A fit of a minute that shows nothing looks as if it hung.
func TestLearnersTellHowFarTheyHaveCome(t *testing.T) {
	table := people(400, 1)
	for _, l := range Builtin() {
		var mu sync.Mutex
		var shares []float64
		_, err := l.Fit(context.Background(), table, Options{Params: quick(l), Workers: 1, Progress: func(done, total int) {
			mu.Lock()
			defer mu.Unlock()
			shares = append(shares, float64(done)/float64(total))
		}})
		require.NoError(t, err, l.Name())
		require.NotEmpty(t, shares, l.Name())
		assert.True(t, slices.IsSorted(shares), "%s went back: %v", l.Name(), shares)
		assert.LessOrEqual(t, shares[len(shares)-1], 1.0, l.Name())
		if l.Name() != "card" {
			assert.Greater(t, len(shares), 4, l.Name())
		}
	}
}

func TestDamagedModelsAreRefused(t *testing.T) {
	table := people(300, 5)
	f := NewFile(GLM{}, fitted(t, GLM{}, table), table, Options{Params: quick(GLM{})})
	f.Label, f.Positive = "fell", "yes"
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	whole := b.String()
	for _, c := range []struct{ from, to, want string }{
		{`table-model/1`, `table-model/9`, "format is"},
		{`"learner": "glm"`, `"learner": "glmm"`, "did you mean glm"},
		{`"learner": "glm"`, `"learner": "card"`, "unknown field"},
		{`"learner": "glm"`, `"learner": "auto"`, "auto is no learner of its own"},
		{`"label": "fell"`, `"label": ""`, "must be named"},
		{`"id": "noise"`, `"id": "strength"`, "used twice"},
		{`"north",`, ``, "column town has 4"},
		{`"seed"`, `"sead"`, "unknown field"},
		{`"alpha": 0.5`, `"alpha": 7`, "alpha 7"},
		{`"absent": -2`, `"absent": 70`, "want -2 to"},
		{`"n": 300`, `"n": 1`, "more than there are"},
		{`"lambdas": "10"`, `"folds_of_auto": "10"`, "params: glm has no parameter"},
	} {
		require.Contains(t, whole, c.from)
		_, err := Builtin().ReadFile(strings.NewReader(strings.Replace(whole, c.from, c.to, 1)))
		assert.ErrorContainsf(t, err, c.want, "%s -> %s", c.from, c.to)
	}
	_, err := Builtin().ReadFile(strings.NewReader(whole + "{}"))
	assert.ErrorContains(t, err, "something follows")
}

// TestADamagedPartIsNamedByItsPlaceInTheFile: the part of the learner is read by its own reader.
func TestADamagedPartIsNamedByItsPlaceInTheFile(t *testing.T) {
	table := people(300, 5)
	for _, c := range []struct {
		l    Learner
		from string
	}{{Boost{}, `"threshold"`}, {GAM{}, `"pair_bin"`}, {GLM{}, `"lambda"`}, {Card{}, `"threshold"`}} {
		f := NewFile(c.l, fitted(t, c.l, table), table, Options{})
		f.Label, f.Positive = "fell", "yes"
		var b bytes.Buffer
		require.NoError(t, f.Write(&b))
		require.NoError(t, errOf(Builtin().ReadFile(bytes.NewReader(b.Bytes()))))
		at := bytes.Index(b.Bytes(), []byte(c.from))
		require.Positive(t, at, c.l.Name())
		bad := bytes.Replace(b.Bytes(), []byte(c.from), []byte(c.from+`: true, "other"`), 1)
		before := bad[:at]
		place := fmt.Sprintf("(line %d, column ", 1+bytes.Count(before, []byte("\n")))
		assert.ErrorContains(t, errOf(Builtin().ReadFile(bytes.NewReader(bad))), place, c.l.Name())
	}
}

func errOf(_ *File, err error) error { return err }

func TestAFileBeyondTheLimitIsNotRead(t *testing.T) {
	table := people(120, 5)
	f := NewFile(Card{}, fitted(t, Card{}, table), table, Options{})
	f.Label, f.Positive = "fell", "yes"
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	_, err := Builtin().readFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	_, err = Builtin().readFile(bytes.NewReader(b.Bytes()), int64(b.Len())-1)
	assert.ErrorContains(t, err, "not a model")
}

// A model would score quietly with the wrong columns.
func TestAModelOfOtherColumnsIsRefused(t *testing.T) {
	table := people(300, 5)
	for _, l := range []Learner{GAM{}, Boost{}} {
		raw, err := fitted(t, l, table).Marshal()
		require.NoError(t, err)
		_, err = l.Read(raw, table.Columns)
		require.NoError(t, err, l.Name())

		swapped := slices.Clone(table.Columns)
		swapped[0], swapped[1] = swapped[1], swapped[0]
		_, err = l.Read(raw, swapped)
		assert.ErrorContains(t, err, "column 1 is "+table.Columns[0].ID, l.Name())
		_, err = l.Read(raw, table.Columns[1:])
		assert.ErrorContains(t, err, "the table has", l.Name())

		at := slices.IndexFunc(table.Columns, func(c Column) bool { return c.Levels != nil })
		renamed := slices.Clone(table.Columns)
		renamed[at].Levels = slices.Clone(renamed[at].Levels)
		slices.Reverse(renamed[at].Levels)
		_, err = l.Read(raw, renamed)
		assert.ErrorContains(t, err, "with", l.Name())
	}
}

func FuzzReadFile(f *testing.F) {
	table := people(120, 5)
	for _, l := range fits() {
		m, err := l.Fit(context.Background(), table, Options{Params: quick(l)})
		if err != nil {
			f.Fatal(err)
		}
		file := NewFile(l, m, table, Options{})
		file.Label, file.Positive = "fell", "yes"
		var b bytes.Buffer
		if err := file.Write(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Builtin().ReadFile(bytes.NewReader(b))
		if err != nil {
			return
		}
		x := make([][]float64, len(m.Columns))
		row := make([]float64, len(m.Columns))
		for j := range x {
			x[j] = []float64{0, math.NaN(), 1e9}
			row[j] = math.NaN()
		}
		m.Model.LogOdds(make([]float64, 3), x) // must end and not panic
		m.Model.Contributions(make([]float64, len(row)+1), row)
		var out bytes.Buffer
		if err := m.Write(&out); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
	})
}

func ExampleParam_Range() {
	for _, p := range (GLM{}).Params()[:2] {
		fmt.Println(p.Name, strconv.Quote(p.Default)+":", p.Range())
	}
	// Output:
	// alpha "0.1": a number from 0 to 1 or auto
	// lambda "min": a number from 0 to 1e+09 or min or 1se
}

// TestFoldsThatPartAGroupAreRefused: given folds may, those of Folds never do.
func TestFoldsThatPartAGroupAreRefused(t *testing.T) {
	table := &Table{Columns: []Column{{ID: "a"}}, X: [][]float64{{1, 2, 3, 4}}, Y: []float64{0, 1, 0, 1}, Group: []int32{7, 7, 8, 8}}
	_, err := CrossValidate(context.Background(), Card{}, table, []int32{0, 1, 1, 0}, Options{})
	assert.EqualError(t, err, "rows 1 and 2 are of one group, but in different folds")
	_, err = CrossValidate(context.Background(), Card{}, table, []int32{0, 0, 1, 1}, Options{})
	assert.NoError(t, err)
}

// spy notes the first column of the tables it is given to learn from.
type spy struct {
	Card
	saw *[][]float64
}

func (s spy) Fit(ctx context.Context, t *Table, opt Options) (Model, error) {
	*s.saw = append(*s.saw, t.X[0])
	return s.Card.Fit(ctx, t, opt)
}

// TestNothingIsLearnedFromHeldOutRows, neither by a learner nor by the choice between learners, and no group is
// on both sides.
func TestNothingIsLearnedFromHeldOutRows(t *testing.T) {
	n := 120
	table := &Table{Columns: []Column{{ID: "row"}}, X: [][]float64{make([]float64, n)}, Y: make([]float64, n), Group: make([]int32, n)}
	for i := range n {
		table.X[0][i], table.Y[i], table.Group[i] = float64(i), float64(i%3%2), int32(i/3)
	}
	fold, err := Folds(table.Y, table.Group, 3, 1)
	require.NoError(t, err)
	for name, times := range map[string]int{"alone": 1, "auto": 6} { // auto learns in each of 5 folds and once more
		var saw [][]float64
		l := Learner(spy{saw: &saw})
		if name == "auto" {
			l = Auto{Among: Set{l}}
		}
		_, err := CrossValidate(context.Background(), l, table, fold, Options{})
		require.NoError(t, err, name)
		require.Len(t, saw, 3*times, name)
		for call, rows := range saw {
			for _, row := range rows {
				require.NotEqual(t, int32(call/times), fold[int(row)], "%s: row %v was learned from and held out", name, row)
			}
		}
		for k := range 3 { // the folds within do not part groups either
			for call := k * times; times > 1 && call < k*times+5; call++ {
				in := map[int32]int{}
				for _, row := range saw[call] {
					in[table.Group[int(row)]]++
				}
				for g, rows := range in {
					require.Equal(t, 3, rows, "group %d", g)
				}
			}
		}
	}
}
