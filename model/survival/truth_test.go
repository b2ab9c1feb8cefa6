package survival

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lives draws n citizens with constant hazards of two causes, the first exp(x) times as high for those
// with score x, and the same citizens followed to a time drawn evenly up to most. late of them come under
// observation at a time up to 4, if nothing has happened by then.
func lives(rng *rand.Rand, n int, most, late float64) (whole, seen Data, x []float64) {
	for len(whole.Time) < n {
		score := rng.NormFloat64()
		one, two := rng.ExpFloat64()/(0.05*math.Exp(score)), rng.ExpFloat64()/0.04
		entry, end := 0.0, most*rng.Float64()
		if rng.Float64() < late {
			entry = 4 * rng.Float64()
		}
		if min(one, two, end) <= entry {
			continue
		}
		event, c := one, int32(1)
		if two < one {
			event, c = two, 2
		}
		whole.Time, whole.Cause, whole.Entry, x = append(whole.Time, event), append(whole.Cause, c), append(whole.Entry, entry), append(x, score)
		if end < event {
			event, c = end, 0
		}
		seen.Time, seen.Cause, seen.Entry = append(seen.Time, event), append(seen.Cause, c), append(seen.Entry, entry)
	}
	return whole, seen, x
}

func TestIntervalsHoldTheTruthAsOftenAsTheySay(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	// What comes by 8 at each score, over the normal distribution of scores.
	var truth, free float64
	for x := -8.0; x <= 8; x += 1.0 / 64 {
		density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) / 64
		one, two := 0.05*math.Exp(x), 0.04
		left := math.Exp(-8 * (one + two))
		truth += density * one / (one + two) * (1 - left)
		free += density * left
	}
	draws := 1500.0
	if testing.Short() {
		draws = 500
	}
	var first, none float64
	for range int(draws) {
		_, seen, _ := lives(rng, 150, 25, 0.3)
		inc, err := AalenJohansen(seen, 2)
		require.NoError(t, err)
		km, err := KaplanMeier(seen)
		require.NoError(t, err)
		if lo, hi := inc.Interval(1, 8, 0.9); lo <= truth && truth <= hi {
			first++
		}
		if lo, hi := km.Interval(8, 0.9); lo <= free && free <= hi {
			none++
		}
	}
	assert.InDelta(t, 0.9, first/draws, 0.04, "a standard error of the share is 0.008, or 0.013 of the short test")
	assert.InDelta(t, 0.9, none/draws, 0.04)
}

func TestWeightingTakesCensoringOut(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	whole, seen, x := lives(rng, 40_000, 20, 0)
	whole.Entry, seen.Entry = nil, nil
	p := make([]float64, len(x))
	for i := range p {
		p[i] = 1 - math.Exp(-0.3*math.Exp(x[i]))
	}
	all, err := Censoring(whole)
	require.NoError(t, err)
	g, err := Censoring(seen)
	require.NoError(t, err)
	for _, at := range []float64{3, 8, 14} {
		want, err := Brier(whole, all, p, 1, at)
		require.NoError(t, err)
		got, err := Brier(seen, g, p, 1, at)
		require.NoError(t, err)
		assert.InDelta(t, want, got, 0.006, "Brier at %v", at)
		for _, against := range []Controls{NotCases, Free} {
			want, err = AUROC(whole, all, x, 1, at, against)
			require.NoError(t, err)
			got, err = AUROC(seen, g, x, 1, at, against)
			require.NoError(t, err)
			assert.InDelta(t, want, got, 0.012, "AUROC at %v", at)
		}
		want, err = Uno(whole, all, x, 1, at)
		require.NoError(t, err)
		got, err = Uno(seen, g, x, 1, at)
		require.NoError(t, err)
		assert.InDelta(t, want, got, 0.012, "Uno to %v", at)
		half, err := Uno(seen, g, make([]float64, len(x)), 1, at)
		require.NoError(t, err)
		assert.Equal(t, 0.5, half, "all tied")
	}
	full, err := Calibration(whole, p, 1, 8, 10)
	require.NoError(t, err)
	cut, err := Calibration(seen, p, 1, 8, 10)
	require.NoError(t, err)
	for k := range full {
		assert.InDelta(t, full[k].Observed, cut[k].Observed, 0.04, "bin %d", k)
	}
}
