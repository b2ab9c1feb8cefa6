package businesscase

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestHalfUpRoundsTiesAwayFromZero(t *testing.T) {
	for _, c := range []struct{ x, unit, want float64 }{
		{218.75, 1, 219}, {218.5, 1, 219}, {-218.5, 1, -219}, {218.49, 1, 218},
		{10.84, 0.1, 10.8}, {10.85, 0.1, 10.9}, {-10.85, 0.1, -10.9}, {3.175, 0.01, 3.18}, {1.005, 0.01, 1.01}, {6.2, 0.1, 6.2},
		{2074, 50, 2050}, {2075, 50, 2100}, {149, 100, 100}, {12, 5, 10}, {12.5, 5, 15},
		{7.3, 0, 7.3}, {0.2, 1, 0}, {-0.2, 1, 0},
	} {
		got := HalfUp(c.x, c.unit)
		assert.Equal(t, c.want, got, "HalfUp(%v, %v)", c.x, c.unit)
		assert.False(t, got == 0 && math.Signbit(got), "HalfUp(%v, %v) is minus zero", c.x, c.unit)
	}
}

func TestHalfUpIsNearestOddAndIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-1e7, 1e7).Draw(t, "x")
		unit := rapid.SampledFrom([]float64{0.01, 0.1, 1, 5, 10, 50, 100}).Draw(t, "unit")
		r := HalfUp(x, unit)
		if math.Abs(r-x) > unit/2+1e-8*math.Abs(x)+1e-9 {
			t.Fatalf("HalfUp(%v, %v) = %v is not the nearest", x, unit, r)
		}
		if HalfUp(-x, unit) != -r {
			t.Fatalf("HalfUp(%v, %v) = %v, want %v", -x, unit, HalfUp(-x, unit), -r)
		}
		if HalfUp(r, unit) != r {
			t.Fatalf("HalfUp is not idempotent at %v, %v", x, unit)
		}
	})
}

func TestNumbersAreWrittenInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		x        float64
		decimals int
		da, en   string
	}{
		{8727.5, 1, "8.727,5", "8,727.5"}, {1e6, 0, "1.000.000", "1,000,000"}, {999, 0, "999", "999"}, {-1234.5, 2, "−1.234,5", "−1,234.5"},
		{-0.04, 1, "0", "0"}, {0, 2, "0", "0"}, {75.39999999999999, 3, "75,4", "75.4"},
	} {
		assert.Equal(t, c.da, Number(c.x, c.decimals, Danish))
		assert.Equal(t, c.en, Number(c.x, c.decimals, English))
	}
	assert.Equal(t, "56,25 %", quantity(0.5625, "share", Danish))
	assert.Equal(t, "−1,2", Mio(-1_234_000, Danish))
	assert.Equal(t, "6,0", Mio(5_950_000, Danish))
	assert.Equal(t, "0.0", Mio(-40_000, English))
}
