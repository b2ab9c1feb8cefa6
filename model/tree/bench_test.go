package tree

import (
	"math/rand/v2"
	"testing"
)

// A model of 100 trees of 31 leaves on 60 columns. Trees grown at random are some 11 questions deep, as
// those that libraries grow leaf by leaf are.
func benchmarked(rows int) (*Scorer, [][]float64) {
	s := shape{levels: make([]int, 60), trees: 100, leaves: 31}
	rng := rand.New(rand.NewPCG(1, 1))
	return grow(rng, s).Compile(), values(rng, s, rows)
}

func BenchmarkLogOdds(b *testing.B) {
	sc, x := benchmarked(1000)
	rows := make([][]float64, 1000)
	for i := range rows {
		rows[i] = row(x, i)
	}
	i := 0
	for b.Loop() {
		sc.LogOdds(rows[i%len(rows)])
		i++
	}
}

func BenchmarkBatch(b *testing.B) {
	sc, x := benchmarked(10000)
	dst := make([]float64, 10000)
	for _, workers := range []int{1, 2} {
		b.Run(map[int]string{1: "one", 2: "two"}[workers], func(b *testing.B) {
			for b.Loop() {
				sc.Batch(dst, x, workers)
			}
			b.ReportMetric(float64(b.N)*float64(len(dst))/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkContributions(b *testing.B) {
	sc, x := benchmarked(1000)
	rows := make([][]float64, 1000)
	for i := range rows {
		rows[i] = row(x, i)
	}
	dst := make([]float64, len(x)+1)
	sc.Contributions(dst, rows[0])
	i := 0
	for b.Loop() {
		sc.Contributions(dst, rows[i%len(rows)])
		i++
	}
}

func BenchmarkInteractions(b *testing.B) {
	sc, x := benchmarked(1)
	r := row(x, 0)
	dst := make([]float64, (len(x)+1)*(len(x)+1))
	for b.Loop() {
		sc.Interactions(dst, r)
	}
}

func BenchmarkAgainst100(b *testing.B) {
	sc, x := benchmarked(100)
	a, r, dst := sc.Against(x), row(x, 0), make([]float64, len(x)+1)
	for b.Loop() {
		a.Contributions(dst, r)
	}
}
