package businesscase

import (
	_ "embed"
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

//go:embed testdata/beta.json
var scipyJSON []byte

type scipyValues struct {
	Betas []struct {
		Events float64   `json:"events"`
		N      int       `json:"n"`
		P      []float64 `json:"p"`
		Q      []float64 `json:"q"`
	} `json:"betas"`
	Binomials []struct {
		N    int       `json:"n"`
		Prob float64   `json:"prob"`
		P    []float64 `json:"p"`
		K    []int     `json:"k"`
	} `json:"binomials"`
	Products []struct {
		Completion [2]int  `json:"completion"`
		Effect     [2]int  `json:"effect"`
		Q05        float64 `json:"q05"`
		Q95        float64 `json:"q95"`
	} `json:"products"`
}

func scipy(t *testing.T) scipyValues {
	t.Helper()
	var v scipyValues
	require.NoError(t, json.Unmarshal(scipyJSON, &v))
	return v
}

func TestPosteriorQuantilesEqualScipys(t *testing.T) {
	for _, c := range scipy(t).Betas {
		got := RateOf(c.Events, c.N, "").Posterior(append([]float64{}, c.P...))
		for i := range got {
			// 1e-9 of the distance to the nearer end of [0, 1]; the largest counts are a little worse.
			scale := math.Max(math.Min(c.Q[i], 1-c.Q[i]), 1e-7)
			assert.InDelta(t, c.Q[i], got[i], 1e-6*scale, "%v of %d at %v", c.Events, c.N, c.P[i])
		}
	}
}

func TestTiedRowsSayAsMuchAsFewerOnTheirOwn(t *testing.T) {
	at := func(r Rate, clustering float64) []float64 {
		r.Clustering = clustering
		return r.Posterior([]float64{0.05, 0.5, 0.95})
	}
	assert.Equal(t, at(RateOf(30, 100, ""), 0), at(RateOf(75, 250, ""), 2.5))
	assert.Equal(t, at(RateOf(30, 100, ""), 0), at(RateOf(30, 100, ""), 0.8), "never more than there are")
}

func TestBinomialQuantilesEqualScipys(t *testing.T) {
	for _, c := range scipy(t).Binomials {
		for i, p := range c.P {
			assert.Equal(t, c.K[i], binomialQuantile(c.N, c.Prob, p), "n %d, p %v, at %v", c.N, c.Prob, p)
		}
	}
}

func TestBinomialQuantileEqualsAddingUpTheProbabilities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "n")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		u := rapid.Float64Range(1e-9, 1-1e-9).Draw(t, "u")
		got := binomialQuantile(n, p, u)
		// got is right if P(K < got) < u <= P(K <= got), up to the rounding of the sum.
		if below := addedUp(n, got-1, p); below >= u+1e-12 {
			t.Fatalf("n %d p %v u %v: %d, but P(K < %d) = %v", n, p, u, got, got, below)
		}
		if upTo := addedUp(n, got, p); upTo < u-1e-12 {
			t.Fatalf("n %d p %v u %v: %d, but P(K <= %d) = %v", n, p, u, got, got, upTo)
		}
	})
}

func addedUp(n, k int, p float64) float64 {
	sum := 0.0
	for j := 0; j <= k; j++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(j + 1))
		c, _ := math.Lgamma(float64(n - j + 1))
		sum += math.Exp(a-b-c) * math.Pow(p, float64(j)) * math.Pow(1-p, float64(n-j))
	}
	return sum
}

func TestStratifiedHasOneDrawInEachStratumAndAStreamPerName(t *testing.T) {
	const n = 1000
	u := Stratified(7, "completion", n)
	hit := make([]bool, n)
	for _, x := range u {
		k := int(x * n)
		require.False(t, hit[k], "two draws in stratum %d", k)
		hit[k] = true
	}
	assert.Equal(t, u, Stratified(7, "completion", n))
	assert.NotEqual(t, u, Stratified(8, "completion", n))
	// Streams that moved together would correlate what is independent: |r| of 1000 pairs stays under 0.1.
	v := Stratified(7, "effect", n)
	r := 0.0
	for i := range u {
		r += (u[i] - 0.5) * (v[i] - 0.5) * 12 / n
	}
	assert.Less(t, math.Abs(r), 0.1)
}

func TestAnIntervalHoldsItsEstimate(t *testing.T) {
	assert.Equal(t, Interval{Estimate: 0, Lower: 0, Upper: 9.5}, interval(0, []float64{10, 0, 5}))
	assert.Equal(t, Interval{Estimate: 20, Lower: 0.5, Upper: 20}, interval(20, []float64{0, 5, 10}))
}
