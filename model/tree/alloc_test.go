//go:build !race

package tree

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNothingIsAllocatedInSteadyState(t *testing.T) {
	s := shape{levels: append(make([]int, 60), 5, 100), trees: 30, leaves: 31}
	rng := rand.New(rand.NewPCG(1, 1))
	sc, x := grow(rng, s).Compile(), row(values(rng, s, 1), 0)
	b := sc.Against(values(rng, s, 10))
	dst, square := make([]float64, len(x)+1), make([]float64, (len(x)+1)*(len(x)+1))
	for name, f := range map[string]func(){
		"LogOdds":       func() { sc.LogOdds(x) },
		"Contributions": func() { sc.Contributions(dst, x) },
		"Interactions":  func() { sc.Interactions(square, x) },
		"background":    func() { b.Contributions(dst, x) },
	} {
		f()
		assert.LessOrEqual(t, testing.AllocsPerRun(100, f), 0.0, name)
	}
}
