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
	defer func(has bool) { hasAVX2 = has }(hasAVX2)
	has := hasAVX2
	rapid.Check(t, func(t *rapid.T) {
		s := shape{
			levels: rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 0, 3, 130}), 1, 80).Draw(t, "levels"),
			trees:  rapid.IntRange(1, 12).Draw(t, "trees"),
			leaves: rapid.SampledFrom([]int{2, 3, 4, 31, 300}).Draw(t, "leaves"),
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		sc := grow(rng, s).Compile()
		x := row(values(rng, s, 1), 0)
		fast, plain := make([]float64, len(x)+1), make([]float64, len(x)+1)
		hasAVX2 = has
		sc.Contributions(fast, x)
		hasAVX2 = false
		sc.Contributions(plain, x)
		for j := range fast {
			require.Equal(t, math.Float64bits(plain[j]), math.Float64bits(fast[j]), "column %d: %v, %v", j, plain[j], fast[j])
		}
	})
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
