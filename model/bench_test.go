package model

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// municipality is a table with a known truth: p columns of which every second is a sparse count and some
// have missing values, rows per citizen as asked, half a year between them, labels known after 112 days.
// It returns the true probabilities too.
func municipality(n, p, perCitizen int, seed uint64) (*Table, []float64) {
	rng := rand.New(rand.NewPCG(seed, 7))
	t := &Table{X: make([][]float64, p)}
	truth := make([]float64, n)
	for j := range t.X {
		id := "c" + string(rune('a'+j/26)) + string(rune('a'+j%26))
		if j == 1 {
			id = "age"
		}
		t.Columns = append(t.Columns, Column{id, "concept" + string(rune('a'+j%5))})
		t.X[j] = make([]float64, n)
	}
	for i := range n {
		citizen := i / perCitizen
		day := int32(citizen%1500) + int32(i%perCitizen)*182
		t.Group, t.Time, t.Matured = append(t.Group, int32(citizen)), append(t.Time, day), append(t.Matured, day+112)
		t.W, t.Test = append(t.W, 1), append(t.Test, true)
	}
	eta := make([]float64, n)
	for j := range t.X {
		f := rng.NormFloat64() * 1.5 / math.Sqrt(float64(p))
		for i := range n {
			v := rng.NormFloat64()
			switch {
			case j == 1:
				v = 82 + 7*v
			case j%2 == 0:
				v = math.Floor(max(0, 2*v-1))
			}
			if j == 1 {
				eta[i] += f * (v - 82) / 7
			} else {
				eta[i] += f * v
			}
			if j%9 == 3 && rng.Float64() < 0.1 {
				v = math.NaN()
			}
			t.X[j][i] = v
		}
	}
	for i := range n {
		truth[i] = 1 / (1 + math.Exp(-eta[i]))
		y := 0.0
		if rng.Float64() < truth[i] {
			y = 1
		}
		t.Y = append(t.Y, y)
	}
	return t, truth
}

func benchmarkTrain(b *testing.B, n, p, per int, learner string) {
	t, _ := municipality(n, p, per, 1)
	for b.Loop() {
		_, r, err := Train(context.Background(), t, TrainOptions{Target: "completion", Learner: learner, Seed: 1})
		require.NoError(b, err)
		b.ReportMetric(float64(r.AUROC), "auroc")
		b.ReportMetric(float64(r.Slope), "slope")
	}
}

func BenchmarkTrain2000x60(b *testing.B)       { benchmarkTrain(b, 2000, 60, 1, LearnerAuto) }
func BenchmarkTrain4000x110(b *testing.B)      { benchmarkTrain(b, 4000, 110, 2, LearnerAuto) }
func BenchmarkTrain60000x110(b *testing.B)     { benchmarkTrain(b, 60000, 110, 8, LearnerAuto) }
func BenchmarkTrain60000x110Card(b *testing.B) { benchmarkTrain(b, 60000, 110, 8, LearnerCard) }

// BenchmarkPredict answers one citizen: probability, terms and range.
func BenchmarkPredict(b *testing.B) {
	t, _ := municipality(3000, 110, 1, 1)
	for _, learner := range simplest {
		b.Run(learner, func(b *testing.B) {
			m, _, err := Train(context.Background(), t, TrainOptions{Target: "completion", Learner: learner, Seed: 1})
			require.NoError(b, err)
			x, terms := row(t, 5), make([]float64, 110)
			b.ReportMetric(float64(len(m.Range.Refits)), "refits")
			for b.Loop() {
				m.PredictInto(x, terms)
			}
		})
	}
}
