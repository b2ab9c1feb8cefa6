package survival

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// hundredThousand is follow-up over ten years in days, two causes, with a score.
func hundredThousand() (d Data, score []float64) {
	for i := range 100_000 {
		d.Time, d.Cause = append(d.Time, float64(1+i*7919%3650)), append(d.Cause, int32(i*31%3))
		score = append(score, float64(i*104729%1000)/1000)
	}
	return d, score
}

func BenchmarkAalenJohansen(b *testing.B) {
	d, _ := hundredThousand()
	for b.Loop() {
		_, _ = AalenJohansen(d, 2)
	}
}

func BenchmarkUno(b *testing.B) {
	d, score := hundredThousand()
	g, err := Censoring(d)
	require.NoError(b, err)
	for b.Loop() {
		_, _ = Uno(d, g, score, 1, 3000)
	}
}

func BenchmarkAUROC(b *testing.B) {
	d, score := hundredThousand()
	g, err := Censoring(d)
	require.NoError(b, err)
	for b.Loop() {
		_, _ = AUROC(d, g, score, 1, 730, NotCases)
	}
}

func BenchmarkExpand(b *testing.B) {
	d, _ := hundredThousand()
	edges := []float64{0}
	for k := range 26 {
		edges = append(edges, 14*float64(k+1))
	}
	for b.Loop() {
		_, _ = Expand(d, edges, Share)
	}
}
