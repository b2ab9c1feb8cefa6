package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUncertaintyOfSU7IsShownWordsFirst(t *testing.T) {
	dir := t.TempDir()
	out := command(t, dir, "businesscase", "--proposal", "su7", "--simulate", "2000", "--seed", "1", "--tornado", "--break-even")
	assert.Regexp(t, `^Med 90 % sikkerhed mellem \d+,\d og \d+,\d mio\. kr\. om året`, out)
	assert.Contains(t, out, "Hvad resultatet hænger på")
	assert.Contains(t, out, "Hvornår resultatet er 0")
	assert.Equal(t, out, command(t, dir, "businesscase", "--proposal", "su7", "--simulate", "2000", "--seed", "1", "--tornado", "--break-even"))
	en := command(t, dir, "businesscase", "--proposal", "su7", "--simulate", "2000", "--language", "en")
	assert.Contains(t, en, "90 % sure between")
	var u struct {
		Simulation struct {
			Draws int
			Gain  struct{ Value, Lower, Upper float64 }
		}
		Tornado struct{ Bars []struct{ ID string } }
	}
	require.NoError(t, json.Unmarshal([]byte(command(t, dir, "businesscase", "--proposal", "su7", "--simulate", "500", "--tornado", "--outcome", "alg1_saving", "--json")), &u))
	assert.InDelta(t, 10.84e6, u.Simulation.Gain.Value, 1e-6)
	assert.Less(t, u.Simulation.Gain.Lower, u.Simulation.Gain.Upper)
	assert.Equal(t, "value_per_citizen", u.Tornado.Bars[0].ID)
	_, _, err := try(dir, "", "businesscase", "--proposal", "su7", "--simulate", "5")
	assert.ErrorContains(t, err, "--simulate: draws is 5, want 200 to 1000000")

	command(t, dir, "businesscase", "--proposal", "su1", "--simulate", "300", "--tornado", "--html", "su1.html")
	page, err := os.ReadFile(filepath.Join(dir, "su1.html"))
	require.NoError(t, err)
	assert.Equal(t, 3, strings.Count(string(page), "<svg"), "the effect by year, the fan and the tornado")
	assert.Contains(t, string(page), "Tabel 1.")
	assert.Contains(t, string(page), "Hvor sikre er tallene")
	command(t, dir, "businesscase", "--proposal", "su1", "--break-even", "--html", "even.html")
	page, err = os.ReadFile(filepath.Join(dir, "even.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "Hvornår resultatet er 0", "what was asked for is on the page")
	for _, args := range [][]string{{"--target-capacity", "900"}, {"--simulate", "300", "--check"}, {"--registry", "nowhere"}} {
		_, _, err := try(dir, "", append([]string{"businesscase", "--proposal", "su7", "--tornado"}, args...)...)
		assert.ErrorContains(t, err, "--", "%v", args)
	}
}
