package golearn

import (
	"context"
	"math"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/learner"
)

// people draws a table whose outcome follows the sum of a number and a level; a tenth is missing.
func people(n int, seed uint64) *learner.Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	t := &learner.Table{Columns: []learner.Column{{ID: "strength"}, {ID: "noise"}, {ID: "home", Levels: []string{"alone", "couple", "nursing"}}, {ID: "still"}},
		X: make([][]float64, 4)}
	for range n {
		strength, home := rng.NormFloat64(), float64(rng.IntN(3))
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-2*strength-1.5*(home-1))) {
			y = 1
		}
		for j, v := range []float64{strength, rng.NormFloat64() * 100, home, 7} {
			if j > 0 && rng.IntN(10) == 0 {
				v = math.NaN()
			}
			t.X[j] = append(t.X[j], v)
		}
		t.Y = append(t.Y, y)
	}
	return t
}

func TestEachSaysYesOrNoAndIsRightMoreOftenThanNot(t *testing.T) {
	table := people(600, 1)
	fold, err := learner.Folds(table.Y, nil, 3, 1)
	require.NoError(t, err)
	for _, l := range available() {
		r, err := learner.CrossValidate(context.Background(), l, table, fold, learner.Options{Seed: 1})
		require.NoError(t, err, l.Name())
		assert.False(t, r.AUROC.Defined() || r.Logloss.Defined() || r.Brier.Defined(), l.Name())
		require.NotNil(t, r.Labels)
		assert.Greaterf(t, float64(r.Labels.Accuracy), 0.68, "%s: the truth is right in about 0.83", l.Name())
		for i, e := range r.LogOdds {
			assert.Contains(t, []float64{-1, 1}, e, "%s row %d", l.Name(), i)
		}
	}
}

func TestSameSeedSameAnswer(t *testing.T) {
	table := people(300, 2)
	for _, l := range available() {
		if l.Name() == "golearn-forest" {
			m, err := l.Fit(context.Background(), table, learner.Options{Seed: 5})
			require.NoError(t, err)
			assert.Contains(t, learner.Notes(m)[0], "not quite the same answer", "what cannot be promised is said")
			continue
		}
		var first []float64
		for range 3 {
			m, err := l.Fit(context.Background(), table, learner.Options{Seed: 5})
			require.NoError(t, err)
			eta := make([]float64, len(table.Y))
			m.LogOdds(eta, table.X)
			if first == nil {
				first = eta
			}
			assert.Equal(t, first, eta, l.Name())
		}
	}
}

func TestStrangeValuesAreMissingOnes(t *testing.T) {
	table := people(300, 3)
	nan := math.NaN()
	for _, l := range available() {
		m, err := l.Fit(context.Background(), table, learner.Options{})
		require.NoError(t, err)
		eta := make([]float64, 3)
		m.LogOdds(eta, [][]float64{{1e12, nan, -1e12}, {nan, 0, nan}, {99, nan, -1}, {nan, nan, 8}})
		for _, e := range eta {
			assert.Contains(t, []float64{-1, 1}, e, l.Name())
		}
		assert.False(t, m.Contributions(make([]float64, 5), make([]float64, 4)))
		_, err = m.Marshal()
		assert.ErrorContains(t, err, "no form that could be checked", l.Name())
	}
}

// stopping is a context that ends when it has been asked often enough.
type stopping struct {
	context.Context
	left int
}

func (s *stopping) Err() error {
	if s.left--; s.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestAForestCanBeInterruptedBetweenTrees(t *testing.T) {
	l, err := Learners().Find("golearn-forest")
	require.NoError(t, err)
	ctx := &stopping{context.Background(), 3}
	_, err = l.Fit(ctx, people(100, 1), learner.Options{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, -1, ctx.left, "it was not asked again")
}

func TestPanicsBecomeErrors(t *testing.T) {
	err := guarded("golearn-forest", func() error { panic("unhandled attribute") })
	assert.EqualError(t, err, "golearn-forest: golearn panicked: unhandled attribute")
	m := &model{reference{name: "x"}, func([][]float64) ([]bool, error) { panic("no") }}
	eta := []float64{1, 2}
	m.LogOdds(eta, nil)
	assert.True(t, math.IsNaN(eta[0]) && math.IsNaN(eta[1]), "no failure looks like a score")
}

func TestWhatGolearnHasNotIsRefused(t *testing.T) {
	table := people(100, 1)
	for _, l := range available() {
		weighted := *table
		weighted.W = make([]float64, 100)
		for i := range weighted.W {
			weighted.W[i] = 1
		}
		_, err := l.Fit(context.Background(), &weighted, learner.Options{})
		assert.ErrorContains(t, err, "no weights", l.Name())
		moved := *table
		moved.Offset = make([]float64, 100)
		_, err = l.Fit(context.Background(), &moved, learner.Options{})
		assert.ErrorContains(t, err, "no offset", l.Name())
		_, err = l.Fit(context.Background(), table, learner.Options{Params: map[string]string{"tree": "1"}})
		assert.ErrorContains(t, err, `no parameter "tree"`, l.Name())
	}
}

// Cuts at the quarters, by hand: of 1..9 those at positions 2, 4 and 6.
func TestCuts(t *testing.T) {
	table := &learner.Table{Columns: []learner.Column{{ID: "a"}, {ID: "b"}, {ID: "c", Levels: []string{"p", "q"}}},
		X: [][]float64{{9, 1, 8, 2, 7, 3, 6, 4, 5}, {0, 0, 0, 0, 0, 0, 0, 0, math.NaN()}, make([]float64, 9)}}
	c := cutsOf(table)
	assert.Equal(t, []float64{3, 5, 7}, c[0].at)
	assert.Empty(t, c[1].at)
	for v, want := range map[float64]int{0: 1, 3: 1, 3.5: 2, 5: 2, 7: 3, 7.1: 4} {
		assert.Equal(t, want, c[0].bin(v), "%v", v)
	}
	assert.Equal(t, []int{0, 1, 0, 2, 0}, []int{c[0].bin(math.NaN()), c[2].bin(0), c[2].bin(2), c[2].bin(1), c[2].bin(-1)})
	assert.Equal(t, 5+2+3, len(indicators(c, table.X)))
}

// TestWithoutCgoTheBuildSaysWhatIsMissing builds the training command both ways and asks the one without C.
func TestWithoutCgoTheBuildSaysWhatIsMissing(t *testing.T) {
	err := errNeedsCgo("golearn-knn", "knn")
	assert.ErrorContains(t, err, "built with CGO_ENABLED=0")
	cmd := exec.Command("go", "list", "-deps", "-f", "{{if .CgoFiles}}{{.ImportPath}}{{end}}", ".")
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Empty(t, strings.TrimSpace(string(out)))
	vet := exec.Command("go", "vet", ".")
	vet.Env = cmd.Env
	said, err := vet.CombinedOutput()
	assert.NoErrorf(t, err, "%s", said)
}
