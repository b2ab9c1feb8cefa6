package gam

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// wide is a table of 60 columns, half of them sparse counts, one in seven with missing values.
func wide(n int) Table {
	rng := rand.New(rand.NewPCG(1, 1))
	t := Table{X: make([][]float64, 60), Y: make([]float64, n)}
	eta := make([]float64, n)
	for j := range t.X {
		f := rng.NormFloat64() * 0.3
		for i := range n {
			v := rng.NormFloat64()
			if j%2 == 0 {
				v = math.Floor(max(0, 2*v-1))
			}
			if eta[i] += f * v; j%7 == 3 && rng.Float64() < 0.1 {
				v = nan
			}
			t.X[j] = append(t.X[j], v)
		}
	}
	for i := range n {
		if rng.Float64() < 1/(1+math.Exp(-eta[i]+0.5)) {
			t.Y[i] = 1
		}
	}
	return t
}

func BenchmarkTrain(b *testing.B) {
	for _, n := range []int{800, 10000} {
		b.Run(fmt.Sprintf("%dx60", n), func(b *testing.B) {
			t := wide(n)
			for b.Loop() {
				if _, err := Train(context.Background(), t, Options{Seed: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkContributions60ColumnsAnd180Pairs(b *testing.B) {
	t := wide(2000)
	m := train(b, t, Options{Seed: 1, Pairs: 180, Cycles: 4})
	s := m.Compile()
	b.ReportMetric(float64(len(m.Terms)), "terms")
	dst, x := make([]float64, 60), make([][]float64, 2000)
	for i := range x {
		x[i] = row(t.X, i)
	}
	i := 0
	for b.Loop() {
		s.Contributions(dst, x[i%2000])
		i++
	}
}

func BenchmarkBatch10000x60(b *testing.B) {
	t := wide(10000)
	s := train(b, t, Options{Seed: 1, Pairs: 180, Cycles: 4}).Compile()
	dst := make([]float64, 10000)
	for b.Loop() {
		s.Batch(dst, t.X, 1)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/row")
}
