package formula

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestRoundingIsOfTheDecimalAsWritten: 1.005 to 0.01 is 1.01, though the double nearest 1.005 lies below it. The twin
// rounds the decimal fraction itself.
func TestRoundingIsOfTheDecimalAsWritten(t *testing.T) {
	steps := []struct{ over, under int64 }{{1, 1000}, {1, 100}, {1, 20}, {1, 10}, {1, 4}, {1, 2}, {1, 1}, {5, 1}, {10, 1}, {1000, 1}, {100_000, 1}}
	rapid.Check(t, func(t *rapid.T) {
		x := big.NewRat(rapid.Int64Range(-3_000_000, 3_000_000).Draw(t, "thousandths"), rapid.SampledFrom([]int64{1, 10, 100, 1000, 10_000}).Draw(t, "of"))
		s := rapid.SampledFrom(steps).Draw(t, "to")
		to := big.NewRat(s.over, s.under)
		value, _ := x.Float64()
		step, _ := to.Float64()
		for _, c := range []struct {
			name string
			got  float64
			half *big.Rat
		}{{"Round", Round(value, step), big.NewRat(1, 2)}, {"RoundDown", RoundDown(value, step), new(big.Rat)}} {
			n := new(big.Rat).Quo(new(big.Rat).Abs(x), to)
			n.Add(n, c.half)
			want := new(big.Rat).Mul(new(big.Rat).SetInt(new(big.Int).Quo(n.Num(), n.Denom())), to)
			if x.Sign() < 0 {
				want.Neg(want)
			}
			w, _ := want.Float64()
			require.Equal(t, w, c.got, "%s(%v, %v)", c.name, value, step)
			require.False(t, c.got == 0 && math.Signbit(c.got), "%s(%v, %v) is minus zero", c.name, value, step)
		}
	})
}

func TestEveryTieGoesAwayFromZero(t *testing.T) {
	for n := range 20_000 { // 0.005, 0.015 ... 199.995: about half lie below the tie as doubles
		x := float64(10*n+5) / 1000
		want := float64(n+1) / 100
		require.Equal(t, want, Round(x, 0.01), x)
		require.Equal(t, -want, Round(-x, 0.01), x)
	}
}

func TestRoundingWhatCannotBeRounded(t *testing.T) {
	for _, f := range []func(x, to float64) float64{Round, RoundDown} {
		for _, to := range []float64{0, -1, math.NaN()} {
			assert.True(t, math.IsNaN(f(3, to)), to)
		}
		assert.True(t, math.IsNaN(f(math.NaN(), 1)))
		assert.Equal(t, math.Inf(-1), f(math.Inf(-1), 1))
	}
	assert.Equal(t, 1.0, RoundDown(1-4e-7, 1), "within half a millionth of a step")
	assert.Equal(t, 0.0, RoundDown(1-6e-7, 1))
}
