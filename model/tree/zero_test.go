package tree

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestThresholdsAtZeroAreThoseOfLightGBM: what testdata/zero_threshold.py was told by the library for thresholds of 0
// and next to it, where NaN is asked about as 0.
func TestThresholdsAtZeroAreThoseOfLightGBM(t *testing.T) {
	b, err := os.ReadFile("testdata/zero_threshold.json")
	require.NoError(t, err)
	var ref struct {
		Rows  []*float64 `json:"rows"`
		Cases []struct {
			Threshold float64   `json:"threshold"`
			Model     string    `json:"model"`
			Scores    []float64 `json:"scores"`
		} `json:"cases"`
	}
	require.NoError(t, json.Unmarshal(b, &ref))
	require.Len(t, ref.Cases, 10)
	for _, c := range ref.Cases {
		e, err := ReadLightGBMText(strings.NewReader(c.Model))
		require.NoError(t, err)
		sc := e.Compile()
		for i, x := range numbers(ref.Rows) {
			assert.Equal(t, c.Scores[i], sc.LogOdds([]float64{x}), "threshold %v, value %v", c.Threshold, x)
		}
	}
}
