package synth

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

func TestRollHoldsWhoLivesThereAndWhoTurns65(t *testing.T) {
	cfg := Default()
	roll, err := makeRoll(context.Background(), cfg)
	require.NoError(t, err)
	seen := map[cpr.Number]bool{}
	for i, p := range roll {
		require.False(t, seen[p.number], "citizen %d has a number of its own", i)
		seen[p.number] = true
		birth, ok := p.number.Birth()
		require.True(t, ok)
		require.Equal(t, p.birth, birth)
		require.Equal(t, p.female, p.number.Sex() == rettidig.Female)
		require.LessOrEqual(t, p.birth, lastBirth)
		if i < cfg.Citizens {
			require.GreaterOrEqual(t, rettidig.AgeAt(p.birth, cfg.From), 65)
		} else {
			require.Less(t, rettidig.AgeAt(p.birth, cfg.From), 65)
			require.GreaterOrEqual(t, rettidig.AgeAt(p.birth, cfg.To), 65)
		}
	}
}

func TestCitizensDoNotShareTheirRandomness(t *testing.T) {
	firsts := map[uint64]bool{}
	for seed := range uint64(20) {
		for citizen := range uint64(200) {
			for purpose := range uint64(3) {
				firsts[stream(seed, citizen, purpose).Uint64()] = true
			}
		}
	}
	assert.Len(t, firsts, 20*200*3)
}

func TestLandmarksAreNewYearAndFirstOfJuly(t *testing.T) {
	d := landmarkOnOrBefore(rettidig.DayOf(2020, 7, 1))
	assert.Equal(t, "2020-07-01", d.String())
	for _, want := range []string{"2021-01-01", "2021-07-01", "2022-01-01", "2022-07-01", "2023-01-01", "2023-07-01", "2024-01-01", "2024-07-01"} {
		d = nextLandmark(d)
		assert.Equal(t, want, d.String())
	}
	assert.Equal(t, "2024-01-01", landmarkOnOrBefore(rettidig.DayOf(2024, 6, 30)).String())
}
