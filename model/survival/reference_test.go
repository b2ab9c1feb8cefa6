package survival

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reference reads what testdata/reference.py wrote by other programs and from the papers.
func reference(t *testing.T, into any) {
	t.Helper()
	b, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, into))
}

// table returns the columns of a CSV file; text that is no number is kept in words.
func table(t *testing.T, name string) (numbers map[string][]float64, words map[string][]string) {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	require.NoError(t, err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	numbers, words = map[string][]float64{}, map[string][]string{}
	for _, line := range lines[1:] {
		for j, id := range lines[0] {
			v, err := strconv.ParseFloat(line[j], 64)
			if err != nil {
				v = math.NaN()
			}
			numbers[id], words[id] = append(numbers[id], v), append(words[id], line[j])
		}
	}
	return numbers, words
}

func causesOf(x []float64, of map[float64]int32) []int32 {
	out := make([]int32, len(x))
	for i, v := range x {
		out[i] = of[v]
	}
	return out
}

func veteran(t *testing.T) Data {
	x, _ := table(t, "veteran.csv")
	return Data{Time: x["time"], Cause: causesOf(x["status"], map[float64]int32{1: 1})}
}

// thirds gives weights 1, 2, 3, 1, ...
func thirds(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = float64(1 + i%3)
	}
	return w
}

func TestKaplanMeierAndCensoringAreThoseOfScikitSurvival(t *testing.T) {
	var ref struct {
		Kaplan    struct{ Time, Survival, Lower, Upper []float64 }
		Censoring struct{ Time, Survival []float64 }
	}
	reference(t, &ref)
	d := veteran(t)
	km, err := KaplanMeier(d)
	require.NoError(t, err)
	require.Greater(t, len(ref.Kaplan.Time), 90)
	for i, at := range ref.Kaplan.Time {
		assert.InDelta(t, ref.Kaplan.Survival[i], km.At(at), 1e-8, "at %v", at)
		if s := km.At(at); s < 1 && s > 0 {
			lo, hi := km.Interval(at, 0.95)
			assert.InDelta(t, ref.Kaplan.Lower[i], lo, 1e-8, "at %v", at)
			assert.InDelta(t, ref.Kaplan.Upper[i], hi, 1e-8, "at %v", at)
		}
	}
	g, err := Censoring(d)
	require.NoError(t, err)
	for i, at := range ref.Censoring.Time {
		assert.InDelta(t, ref.Censoring.Survival[i], g.At(at), 1e-8, "at %v", at)
	}
}

func TestLateEntryAndWeightsAreThoseOfLifelines(t *testing.T) {
	var ref struct {
		Late struct{ Time, Survival []float64 }
	}
	reference(t, &ref)
	d := veteran(t)
	d.W = thirds(len(d.Time))
	for i, end := range d.Time {
		entry := 0.0
		if i%3 == 0 {
			entry = math.Floor(end / 3)
		}
		d.Entry = append(d.Entry, entry)
	}
	km, err := KaplanMeier(d)
	require.NoError(t, err)
	assert.Empty(t, km.Warnings)
	for i, at := range ref.Late.Time {
		assert.InDelta(t, ref.Late.Survival[i], km.At(at), 1e-8, "at %v", at)
	}
}

func TestAalenJohansenIsThatOfScikitSurvival(t *testing.T) {
	var ref struct {
		Aalen struct {
			Time                    []float64
			Incidence, Lower, Upper [][]float64
		}
	}
	reference(t, &ref)
	x, words := table(t, "transplant.csv")
	var d Data
	for i, end := range x["futime"] {
		if end > 0 {
			c := map[string]int32{"censored": 0, "death": 1, "ltx": 2, "withdraw": 3}[words["event"][i]]
			if end > 2000 {
				c = 0
			}
			d.Time, d.Cause = append(d.Time, min(end, 2000)), append(d.Cause, c)
		}
	}
	inc, err := AalenJohansen(d, 3)
	require.NoError(t, err)
	require.Greater(t, len(ref.Aalen.Time), 50)
	for i, at := range ref.Aalen.Time {
		for c := range 3 {
			f := inc.At(c+1, at)
			assert.InDelta(t, ref.Aalen.Incidence[c][i], f, 1e-8, "cause %d at %v", c+1, at)
			if lo, hi := inc.Interval(c+1, at, 0.95); f > 0 {
				assert.InDelta(t, ref.Aalen.Lower[c][i], lo, 1e-8, "cause %d at %v", c+1, at)
				assert.InDelta(t, ref.Aalen.Upper[c][i], hi, 1e-8, "cause %d at %v", c+1, at)
			}
		}
	}
}

// everySecond returns the rows from the first given on.
func everySecond(d Data, first int) Data {
	var rows []int
	for i := first; i < len(d.Time); i += 2 {
		rows = append(rows, i)
	}
	return d.pick(rows)
}

// predicted is the probability the script gives.
func predicted(horizon float64, bili []float64) []float64 {
	p := make([]float64, len(bili))
	for i, b := range bili {
		p[i] = 1 - math.Pow(1-b/(b+4), horizon/3000)
	}
	return p
}

func TestMeasuresAreThoseOfScikitSurvival(t *testing.T) {
	var ref struct {
		Scikit struct {
			Horizons, Brier, Auroc   []float64
			Integrated, Harrell, Uno float64
		} `json:"scikit_survival"`
	}
	reference(t, &ref)
	x, _ := table(t, "pbc.csv")
	d := Data{Time: x["time"], Cause: causesOf(x["status"], map[float64]int32{2: 1})}
	for i, c := range d.Cause {
		if c == 0 {
			d.Time[i] += 0.5
		}
	}
	g, err := Censoring(everySecond(d, 1))
	require.NoError(t, err)
	test, score := everySecond(d, 0), []float64(nil)
	for i := 0; i < len(d.Time); i += 2 {
		score = append(score, x["bili"][i])
	}
	p := make([][]float64, len(ref.Scikit.Horizons))
	for h, at := range ref.Scikit.Horizons {
		p[h] = predicted(at, score)
		b, err := Brier(test, g, p[h], 1, at)
		require.NoError(t, err)
		assert.InDelta(t, ref.Scikit.Brier[h], b, 1e-8, "at %v", at)
		for _, against := range []Controls{NotCases, Free} {
			a, err := AUROC(test, g, score, 1, at, against)
			require.NoError(t, err)
			assert.InDelta(t, ref.Scikit.Auroc[h], a, 1e-8, "at %v", at)
		}
	}
	got, err := IntegratedBrier(test, g, p, 1, ref.Scikit.Horizons)
	require.NoError(t, err)
	assert.InDelta(t, ref.Scikit.Integrated, got, 1e-8)
	got, err = Harrell(test, score, 1)
	require.NoError(t, err)
	assert.InDelta(t, ref.Scikit.Harrell, got, 1e-8)
	got, err = Uno(test, g, score, 1, 3000)
	require.NoError(t, err)
	assert.InDelta(t, ref.Scikit.Uno, got, 1e-8)
}

func TestMeasuresOfCompetingCausesAreThoseOfThePapers(t *testing.T) {
	var ref struct {
		Papers struct {
			Horizons, Brier, Free []float64
			NotCases              []float64 `json:"not_cases"`
			Uno                   float64
		}
	}
	reference(t, &ref)
	x, _ := table(t, "pbc.csv")
	d := Data{Time: x["time"], Cause: causesOf(x["status"], map[float64]int32{2: 1, 1: 2}), W: thirds(len(x["time"]))}
	g, err := Censoring(d)
	require.NoError(t, err)
	for h, at := range ref.Papers.Horizons {
		b, err := Brier(d, g, predicted(at, x["bili"]), 1, at)
		require.NoError(t, err)
		assert.InDelta(t, ref.Papers.Brier[h], b, 1e-8, "at %v", at)
		a, err := AUROC(d, g, x["bili"], 1, at, NotCases)
		require.NoError(t, err)
		assert.InDelta(t, ref.Papers.NotCases[h], a, 1e-8, "at %v", at)
		a, err = AUROC(d, g, x["bili"], 1, at, Free)
		require.NoError(t, err)
		assert.InDelta(t, ref.Papers.Free[h], a, 1e-8, "at %v", at)
	}
	c, err := Uno(d, g, x["bili"], 1, 2500)
	require.NoError(t, err)
	assert.InDelta(t, ref.Papers.Uno, c, 1e-8)
}
