package cases

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func overviewSource(t testing.TB) string {
	b, err := files.ReadFile("catalogue.yaml")
	require.NoError(t, err)
	return string(b)
}

func TestACatalogueIsReadStrictly(t *testing.T) {
	good := overviewSource(t)
	_, err := readOverview(strings.NewReader(good), "c.yaml")
	require.NoError(t, err)
	for _, c := range []struct{ name, old, new, want string }{
		{"version", "rettidig-catalogue: 1", "rettidig-catalogue: 2", "c.yaml: rettidig-catalogue is 2, want 1"},
		{"a field", "section: INNOVATIONSFORSLAG", "secton: INNOVATIONSFORSLAG", "field secton not found"},
		{"no years", "years: 2023-2026\n", "", "c.yaml: years is missing"},
		{"unit", "unit: 1000 kr", "unit: kr", `c.yaml: unit is "kr", want 1000 kr`},
		{"too few figures", `["-970", "-1.300", "-1.300", "-1.300"]`, `["-970"]`, `row "su5" has 1 figures for the years 2023-2026`},
		{"two alike", "id: su8", "id: su9", `row "su9" is given twice`},
		{"no such proposal", "proposal: su1,", "proposal: su11,", `row "su1": there is no proposal "su11"`},
		{"no label", "label: Effektiviseringskatalog i alt, ", "", `row "" has no label`},
		{"no Danish figure", `"-970"`, `"-9700.1"`, "is no Danish number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			require.NotEqual(t, good, text)
			_, err := readOverview(strings.NewReader(text), "c.yaml")
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestACatalogueOfOtherPricesOrYearsIsRefused(t *testing.T) {
	for old, want := range map[string]string{"price-level: 2023": "su1 is in 2023 prices, the catalogue in 2024", "years: 2023-2026": "su1 has no year 2020"} {
		text := strings.Replace(overviewSource(t), old, strings.Replace(strings.Replace(old, "2023-2026", "2020-2023", 1), "level: 2023", "level: 2024", 1), 1)
		c, err := readOverview(strings.NewReader(text), "c.yaml")
		require.NoError(t, err)
		assert.ErrorContains(t, c.compute(), want)
	}
}

func FuzzReadCatalogue(f *testing.F) {
	f.Add([]byte(overviewSource(f)))
	f.Add([]byte("rettidig-catalogue: 1\nyears: 2023-2023\nunit: 1000 kr\nrows: [{label: x, values: [null]}]\ntotal: {label: y, values: [1]}\n"))
	f.Add([]byte("rettidig-catalogue: 1\nyears: 2023-2023\nunit: 1000 kr\nrows: [{label: x, values: [null]}]\ntotal: {label: y, values: [null]}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := readOverview(bytes.NewReader(b), "c.yaml"); err == nil {
			for _, r := range c.Rows {
				if len(r.Printed) != len(c.Years.List()) {
					t.Fatalf("%d figures for %s", len(r.Printed), c.Years)
				}
			}
			if c.compute() == nil {
				c.figures()
			}
		}
	})
}
