package learner

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryLearnerRefusesWhatItDoesNotKnow before it learns anything.
func TestEveryLearnerRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, l := range Builtin() {
		_, err := l.Fit(context.Background(), people(50, 1), Options{Params: map[string]string{"nonsense": "1"}})
		assert.ErrorContains(t, err, l.Name()+` has no parameter "nonsense"`)
	}
}

func TestSignsAreOfTheColumnsNamed(t *testing.T) {
	columns := people(10, 1).Columns
	signs := func(text string) ([]int8, error) {
		v, err := ReadParams(GAM{}, map[string]string{"monotone": text})
		require.NoError(t, err)
		return v.Signs("monotone", columns)
	}
	got, err := signs("-noise,+strength")
	require.NoError(t, err)
	assert.Equal(t, []int8{1, -1, 0, 0}, got)
	got, err = signs("")
	require.NoError(t, err)
	assert.Nil(t, got)
	for text, want := range map[string]string{
		"+strength,-strength": "column strength is there twice",
		"+town":               "column town is categorical",
		"+strenght":           `there is no column "strenght" (did you mean strength?)`,
	} {
		_, err := signs(text)
		assert.ErrorContains(t, err, want)
	}
}

// crossed is a table of two columns of which neither says anything alone: y is mostly 1 where both are above a half or both below.
func crossed() *Table {
	rng := rand.New(rand.NewPCG(3, 1))
	table := &Table{Columns: []Column{{ID: "a"}, {ID: "b"}}, X: make([][]float64, 2)}
	for range 600 {
		a, b, y := rng.Float64(), rng.Float64(), 0.0
		if (a > 0.5) == (b > 0.5) != (rng.IntN(10) == 0) {
			y = 1
		}
		table.X[0], table.X[1], table.Y = append(table.X[0], a), append(table.X[1], b), append(table.Y, y)
	}
	return table
}

// TestNoPairsMeansNone: of a table where only the pair says anything nothing is learned without it.
func TestNoPairsMeansNone(t *testing.T) {
	table := crossed()
	for pairs, most := range map[string]float64{"0": 0.7, "1": math.Inf(1)} {
		m, err := GAM{}.Fit(context.Background(), table, Options{Params: map[string]string{"pairs": pairs}, Seed: 1})
		require.NoError(t, err)
		eta := make([]float64, 2)
		m.LogOdds(eta, [][]float64{{0.25, 0.25}, {0.25, 0.75}})
		assert.Less(t, math.Abs(eta[0]-eta[1]), most, "pairs %s", pairs)
		if pairs == "1" {
			assert.Greater(t, eta[0]-eta[1], 2.0)
		}
	}
}

func TestListsAreOfTheColumnsNamed(t *testing.T) {
	columns := people(10, 1).Columns
	lists := func(text string) ([][]int, error) {
		v, err := ReadParams(Boost{}, map[string]string{"interactions": text})
		if err != nil {
			return nil, err
		}
		return v.Lists("interactions", columns)
	}
	got, err := lists("town+strength,noise")
	require.NoError(t, err)
	assert.Equal(t, [][]int{{2, 0}, {1}}, got)
	got, err = lists("")
	require.NoError(t, err)
	assert.Nil(t, got)
	for text, want := range map[string]string{
		"town+strenght":      `there is no column "strenght" (did you mean strength?)`,
		"noise,town+town":    "column town is twice in the list town+town",
		"town+,noise":        `parameter interactions is "town+,noise", want lists of columns`,
		"town+strength,":     "want lists of columns",
		"town strength":      `there is no column "town strength"`,
		"town+strength;town": `there is no column "strength;town"`,
	} {
		_, err := lists(text)
		assert.ErrorContains(t, err, want, text)
	}
}

// TestAColumnWithASignInItsNameIsExplained: names are parted by that sign, and what is left of one is no column.
func TestAColumnWithASignInItsNameIsExplained(t *testing.T) {
	columns := []Column{{ID: "by+land"}, {ID: "kg, cm"}, {ID: "age"}}
	for text, want := range map[string]string{
		"age+by+land": `there is no column "by": names are parted by + and commas, one of which is in the name of column "by+land"; call it something else in the table`,
		"age+kg, cm":  `there is no column "kg": names are parted by + and commas, one of which is in the name of column "kg, cm"; call it something else in the table`,
		"ag+kg":       `there is no column "ag" (did you mean age?)`,
	} {
		v, err := ReadParams(Boost{}, map[string]string{"interactions": text})
		require.NoError(t, err)
		_, err = v.Lists("interactions", columns)
		assert.EqualError(t, err, "boost: parameter interactions: "+want)
	}
}

// TestNoInteractionMeansNone: of a table where only two columns together say anything, trees learn it if the two may meet.
func TestNoInteractionMeansNone(t *testing.T) {
	table := crossed()
	for lists, learned := range map[string]bool{"": true, "a+b": true, "a": false, "a,b": false} {
		params := map[string]string{"trees": "100", "folds": "0", "held": "0", "interactions": lists}
		m, err := Boost{}.Fit(context.Background(), table, Options{Params: params, Seed: 1})
		require.NoError(t, err)
		eta := make([]float64, 4)
		m.LogOdds(eta, [][]float64{{0.25, 0.25, 0.75, 0.75}, {0.25, 0.75, 0.25, 0.75}})
		together := eta[0] - eta[1] - eta[2] + eta[3] // what is said beyond the sum of the two
		if learned {
			assert.Greater(t, together, 4.0, "interactions=%s", lists)
		} else {
			assert.InDelta(t, 0, together, 1e-9, "interactions=%s", lists)
		}
	}
}

// TestACardsLevelIsOneOfItsColumns: a number one too high would name nobody, or crash who prints it.
func TestACardsLevelIsOneOfItsColumns(t *testing.T) {
	columns := people(10, 1).Columns // town: east, north, south, tiny, west
	read := func(line string) error {
		_, err := Card{}.Read(json.RawMessage(`{"lines":[`+line+`],"base":0,"per_point":1}`), columns)
		return err
	}
	assert.NoError(t, read(`{"column":2,"threshold":4,"below":false,"is":true,"level":"west","points":1,"rate":0.2}`))
	for line, want := range map[string]string{
		`{"column":2,"threshold":5,"below":false,"is":true,"level":"west","points":1,"rate":0.2}`:  `the level "west", number 5, which column town has not`,
		`{"column":2,"threshold":-1,"below":false,"is":true,"level":"west","points":1,"rate":0.2}`: "which column town has not",
		`{"column":2,"threshold":0,"below":false,"is":true,"level":"west","points":1,"rate":0.2}`:  "which column town has not",
		`{"column":2,"threshold":1,"below":false,"points":1,"rate":0.2}`:                           "or the other way round",
		`{"column":0,"threshold":1,"below":false,"is":true,"level":"1","points":1,"rate":0.2}`:     "or the other way round",
	} {
		assert.ErrorContains(t, read(line), want)
	}
}

// telling is shifted under a name of its own, which tells how far it is.
type telling struct {
	shifted
	name string
}

func (l telling) Name() string { return l.name }
func (l telling) Fit(_ context.Context, _ *Table, opt Options) (Model, error) {
	opt.report(1, 2)
	opt.report(2, 2)
	return l, nil
}

// TestAutoTakesTheBestWhereverItStands: neither the first nor the last.
func TestAutoTakesTheBestWhereverItStands(t *testing.T) {
	table := people(800, 11)
	m, err := Auto{Among: Set{telling{shifted{by: 1}, "high"}, telling{shifted{}, "right"}, telling{shifted{by: -5}, "low"}}}.Fit(context.Background(), table, Options{})
	require.NoError(t, err)
	assert.Equal(t, "right", m.(*Chosen).Learner)
}

// TestProgressRisesToTheWhole, also where one thing is made of several.
func TestProgressRisesToTheWhole(t *testing.T) {
	table := people(300, 11)
	one := telling{shifted{}, "one"}
	fold, err := Folds(table.Y, table.Group, 3, 1)
	require.NoError(t, err)
	for name, run := range map[string]func(Options) error{
		"auto": func(o Options) error {
			_, err := Auto{Among: Set{one, telling{shifted{by: 1}, "two"}}}.Fit(context.Background(), table, o)
			return err
		},
		"folds": func(o Options) error {
			_, err := CrossValidate(context.Background(), one, table, fold, o)
			return err
		},
	} {
		var lock sync.Mutex
		last := 0.0
		require.NoError(t, run(Options{Progress: func(done, total int) {
			lock.Lock()
			defer lock.Unlock()
			share := float64(done) / float64(total)
			assert.True(t, share >= last && share <= 1, "%s: %d of %d after %v", name, done, total, last)
			last = share
		}}))
		assert.Equal(t, 1.0, last, name)
	}
}
