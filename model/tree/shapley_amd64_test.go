package tree

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestTheAssemblyGivesTheBytesOfThePlainWay draws ensembles with repeated columns, with deep ways, which need several
// blocks of points, and with levels.
func TestTheAssemblyGivesTheBytesOfThePlainWay(t *testing.T) {
	if !hasAVX2 {
		t.Log("this processor has no AVX2: the plain way is compared with itself")
	}
	rapid.Check(t, func(t *rapid.T) {
		s := shape{
			levels: rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 0, 3, 130}), 1, 80).Draw(t, "levels"),
			trees:  rapid.IntRange(1, 12).Draw(t, "trees"),
			leaves: rapid.SampledFrom([]int{2, 3, 4, 31, 300}).Draw(t, "leaves"),
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		e := grow(rng, s)
		if rapid.Bool().Draw(t, "stretched") {
			stretch(rng, e)
		}
		sameBytes(t, "drawn", e.Compile(), row(values(rng, s, 1), 0))
	})
	for name, e := range odd() {
		sc, x := e.Compile(), make([]float64, len(e.Columns))
		for _, v := range []float64{0, math.NaN(), -0.5, math.Inf(1)} {
			for j := range x {
				x[j] = v + float64(j%3)/2
			}
			sameBytes(t, name, sc, x)
		}
	}
}

// sameBytes compares the two ways. It is not for tests that run at the same time as others.
func sameBytes(t require.TestingT, name string, sc *Scorer, x []float64) {
	defer func(has bool) { hasAVX2 = has }(hasAVX2)
	fast, plain := make([]float64, len(x)+1), make([]float64, len(x)+1)
	sc.Contributions(fast, x)
	hasAVX2 = false
	sc.Contributions(plain, x)
	for j := range fast {
		require.Equal(t, math.Float64bits(plain[j]), math.Float64bits(fast[j]), "%s, column %d: %v, %v", name, j, plain[j], fast[j])
	}
}

// TestThePlainWayIsExactToo runs where the processor would take the assembly.
func TestThePlainWayIsExactToo(t *testing.T) {
	defer func(has bool) { hasAVX2 = has }(hasAVX2)
	hasAVX2 = false
	TestContributionsAreTheShapleyValuesOfAllSubsets(t)
	TestLongPathsAreExact(t)
}

// BenchmarkPlainContributions is BenchmarkContributions without the assembly.
func BenchmarkPlainContributions(b *testing.B) {
	defer func(has bool) { hasAVX2 = has }(hasAVX2)
	hasAVX2 = false
	BenchmarkContributions(b)
}
