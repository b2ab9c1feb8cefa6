package account

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/businesscase"
)

// A forecast of invented citizens looks like any other unless it says so, in the file and wherever it is shown.
func TestAForecastOfInventedCitizensSaysSo(t *testing.T) {
	for _, synthetic := range []bool{true, false} {
		p, err := businesscase.FromPrecision(inventedParams, businesscase.Measured{Benefit: businesscase.RateOf(100, 240, "x"), Synthetic: synthetic}, businesscase.MCOptions{Draws: 200, Seed: 1})
		require.NoError(t, err)
		f, err := FromProjection(p, Plan{Made: rettidig.DayOf(2024, 12, 1), By: "x", First: Quarter{2025, 1}, Courses: []int{219}, PriceLevel: "2023"})
		require.NoError(t, err)
		assert.Equal(t, synthetic, f.Synthetic)
		path := filepath.Join(t.TempDir(), "a")
		put(t, path, day(2024, 12, 1), &f)
		r := reportOf(t, path, Options{Today: rettidig.DayOf(2025, 1, 1)})
		for lang, want := range map[Language][2]string{Danish: {"SYNTETISK: en prognose", "af x; SYNTETISK"}, English: {"SYNTHETIC: a forecast", "by x; SYNTHETIC"}} {
			var text, page bytes.Buffer
			require.NoError(t, r.WriteText(&text, lang))
			require.NoError(t, r.WriteHTML(&page, lang))
			for _, w := range want {
				assert.Equal(t, synthetic, bytes.Contains(text.Bytes(), []byte(w)), "%s in the text", w)
				assert.Equal(t, synthetic, bytes.Contains(page.Bytes(), []byte(w)), "%s on the page", w)
			}
		}
	}
}
