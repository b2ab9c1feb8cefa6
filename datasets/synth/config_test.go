package synth

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

func TestDefaultIsValid(t *testing.T) {
	require.NoError(t, Default().Validate())
	assert.Equal(t, rettidig.DayOf(2026, time.June, 30), Default().To)
}

func TestValidateNamesEveryBadField(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*Config)
		want string
	}{
		{"no citizens", func(c *Config) { c.Citizens = 0 }, "citizens is 0"},
		{"too many citizens", func(c *Config) { c.Citizens = 1e7 }, "citizens is 10000000"},
		{"other format", func(c *Config) { c.Format = "a9" }, `format is "a9", want "a1h1"`},
		{"other container", func(c *Config) { c.Containers = "rar" }, `containers is "rar"`},
		{"reports by BorgerID", func(c *Config) { c.Format, c.K1 = FormatA2H2, true }, "k1 is true"},
		{"an older delivery without a date", func(c *Config) { c.Format, c.Dirt.Overlap = FormatA2H2, 0.3 }, "dirt.overlap is 0.3"},
		{"no first day", func(c *Config) { c.From = rettidig.NoDay }, "from is "},
		{"births would reach 1960", func(c *Config) {
			c.From = rettidig.DayOf(2025, time.January, 1)
			c.To = rettidig.DayOf(2031, time.January, 1)
		}, "from is 2025-01-01"},
		{"too short", func(c *Config) { c.To = rettidig.DayOf(2025, time.June, 29) }, "to is 2025-06-29, want at least five years"},
		{"too long", func(c *Config) { c.To = rettidig.DayOf(2050, time.June, 29) }, "at most twenty years"},
		{"negative workers", func(c *Config) { c.Workers = -1 }, "workers is -1"},
		{"rate not a number", func(c *Config) { c.Dirt.Mojibake = math.NaN() }, "dirt.mojibake is NaN"},
		{"rate above one", func(c *Config) { c.Dirt.OldAlarm = 1.5 }, "dirt.old_alarm is 1.5"},
		{"assumption below", func(c *Config) { c.Assume.HomeCareDeath = 0.5 }, "assume.home_care_death is 0.5"},
		{"assumption not a number", func(c *Config) { c.Assume.Unobserved = math.NaN() }, "assume.unobserved is NaN"},
		{"negative courses", func(c *Config) { c.Assume.Courses = -1 }, "assume.courses is -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := Default()
			c.edit(&cfg)
			err := cfg.Validate()
			require.ErrorContains(t, err, c.want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "only the bad field is named")
			_, err = Write(context.Background(), t.TempDir(), cfg, nil, nil)
			assert.ErrorContains(t, err, c.want, "Write checks too")
		})
	}
	bad := Config{Format: "x", Workers: -1}
	assert.GreaterOrEqual(t, len(strings.Split(bad.Validate().Error(), "\n")), 4, "all at once")
}

func TestFiveYearsAreEnough(t *testing.T) {
	cfg := Default()
	cfg.From = rettidig.DayOf(2021, time.July, 1)
	require.NoError(t, cfg.Validate())
}
