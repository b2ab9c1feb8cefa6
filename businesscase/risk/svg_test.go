package risk

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheFragmentIsWholeAndNeedsNothingElse(t *testing.T) {
	m := chain(t, "value: 40_000, unit: kr/citizen", "value: 40_000, unit: kr/citizen, uncertain: {pert: [5_000, 40_000, 45_000]}", "label: Besparelse pr. borger", "label: Besparelse <b>pr. borger")
	s := simulated(t, m, Options{Draws: 500})
	torn, err := Tornado(m, Options{}, true)
	require.NoError(t, err)
	v, err := Capacity(unrounded(t), Options{Draws: 300}, falling(), CapacityOptions{Parameter: "courses", Price: 4405})
	require.NoError(t, err)
	for _, lang := range []string{danish, english} {
		text := Fragment(lang, s, torn, v)
		d := xml.NewDecoder(strings.NewReader(text))
		pictures := 0
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if e, ok := token.(xml.StartElement); ok {
				require.NotContains(t, []string{"script", "style", "b", "image"}, e.Name.Local)
				if e.Name.Local == "svg" {
					pictures++
				}
			}
		}
		assert.Equal(t, 3, pictures)
		assert.NotContains(t, text, "NaN")
		assert.NotContains(t, text, "http")
		assert.Equal(t, text, Fragment(lang, s, torn, v))
	}
	assert.True(t, strings.HasPrefix(Fragment(danish, s), "<section>\n<p>Med 90 % sikkerhed"), "words first")
}

func TestAxesHoldTheirValuesInEvenSteps(t *testing.T) {
	for _, c := range [][2]float64{{0, 1}, {-3.2, 10.9}, {5, 5}, {0, 0}, {-1e9, 2e9}, {0.001, 0.0042}} {
		from, to, ticks := span(c[0], c[1], 6)
		assert.LessOrEqual(t, from, c[0])
		assert.GreaterOrEqual(t, to, c[1])
		assert.Less(t, from, to)
		assert.GreaterOrEqual(t, len(ticks), 3)
		assert.LessOrEqual(t, len(ticks), 17)
		assert.InDelta(t, from, ticks[0], (to-from)/1000)
		assert.InDelta(t, to, ticks[len(ticks)-1], (to-from)/1000)
	}
}
