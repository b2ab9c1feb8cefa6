package glm

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// municipality is a table like the real one: half the columns sparse counts, some values missing, two
// rows per citizen, the label from a known logit.
func municipality(n, p int, seed uint64) Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	t := Table{X: make([][]float64, p), Y: make([]float64, n), Group: make([]int32, n), Rows: make([]int32, n)}
	eta := make([]float64, n)
	for j := range t.X {
		t.X[j] = make([]float64, n)
		f := rng.NormFloat64() * 0.2
		for i := range n {
			v := rng.NormFloat64()
			switch {
			case j%2 == 0:
				v = math.Floor(max(0, 2*v-1))
			case j%7 == 0 && rng.Float64() < 0.1:
				v = math.NaN()
			}
			t.X[j][i] = v
			if v == v {
				eta[i] += f * v
			}
		}
	}
	for i := range n {
		t.Rows[i], t.Group[i] = int32(i), int32(i/2)
		if rng.Float64() < 1/(1+math.Exp(-eta[i]+0.5)) {
			t.Y[i] = 1
		}
	}
	return t
}

func BenchmarkTrain60kx110(b *testing.B) {
	t := municipality(60000, 110, 1)
	for b.Loop() {
		f, err := Train(context.Background(), t, Options{Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(f.Model.Used()), "columns")
		b.ReportMetric(float64(len(f.Path)), "lambdas")
	}
}

func BenchmarkTrain800x60(b *testing.B) {
	t := municipality(800, 60, 1)
	for b.Loop() {
		if _, err := Train(context.Background(), t, Options{Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLogOdds(b *testing.B) {
	t := municipality(2000, 110, 1)
	f, err := TrainAt(context.Background(), t, 0.01, Options{})
	if err != nil {
		b.Fatal(err)
	}
	x, terms := make([]float64, 110), make([]float64, 110)
	for b.Loop() {
		f.Model.LogOdds(x, terms)
	}
}
