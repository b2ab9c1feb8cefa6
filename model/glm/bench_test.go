package glm

import (
	"context"
	"testing"

	"github.com/rettidig/rettidig/internal/benchtable"
)

func municipality(n, p int, seed uint64) Table {
	x, y, citizen := benchtable.Municipality(n, p, seed)
	t := Table{X: x, Y: y, Group: citizen, Rows: make([]int32, n)}
	for i := range t.Rows {
		t.Rows[i] = int32(i)
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
	rows, terms := make([][]float64, 1000), make([]float64, 110)
	for i := range rows {
		for _, c := range t.X {
			rows[i] = append(rows[i], c[i])
		}
	}
	i := 0
	for b.Loop() {
		f.Model.LogOdds(rows[i%len(rows)], terms)
		i++
	}
}
