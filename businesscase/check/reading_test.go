package check

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What the text says, with the unit that the file gives, in kr, hours and shares.
func TestSentencesAreReadAsDanishFigures(t *testing.T) {
	for _, c := range []struct {
		says, unit string
		want       float64
		doubt      bool
	}{
		{"4,4 mio. kr.", "kr", 4_400_000, false},
		{"1,120 mio. kr.", "kr", 1_120_000, false}, // a comma is a decimal comma
		{"2mio. kr.", "1000 kr", 2_000_000, false}, // the text's unit goes before the file's
		{"2.684", "1000 kr", 2_684_000, false},
		{"-140 t.kr.", "kr/year", -140_000, false},
		{"3.000 kr.", "1000 kr", 3_000, false},
		{"14.800 kr.", "kr/citizen", 14_800, false},
		{"75 pct.", "share", 0.75, false},
		{"0,03 %", "%", 0.0003, false},
		{"ca. 26 timer", "hours", 26, false},
		{"90", "minutes", 1.5, false},
		{"2 3/4", "years", 2.75, false},
		{"½", "share", 0.5, false},
		{"- 1.690", "1000 kr", -1_690_000, true},
		{"14.30", "hours", 14.3, true},
	} {
		got, ok := readSaid(c.says, c.unit)
		assert.True(t, ok, c.says)
		assert.InDelta(t, c.want, got.base, 1e-9*math.Abs(c.want), c.says)
		assert.Equal(t, c.doubt, got.doubt != "", "%s: %s", c.says, got.doubt)
	}
	for _, s := range []string{"", "medio 2022", "september 2022", "80% i 2026 og 100% i 2026", "2020-2021", "1. august 2022", "12. januar", "X", "ca.", "1.2.3 kr., 4"} {
		_, ok := readSaid(s, "kr")
		assert.False(t, ok, s)
	}
}

// 525.00 is 525,000 with a 0 too few where that is what it should be, and 525 where nothing says otherwise.
func TestADoubtfulFigureIsReadAsWhatItShouldBe(t *testing.T) {
	x, ok := readSaid("525.00", "kr")
	assert.True(t, ok)
	assert.Equal(t, 525_000.0, x.settle(525_000).base)
	assert.Equal(t, 525.0, x.settle(700_000).base)
}

func FuzzReadSaid(f *testing.F) {
	for _, s := range []string{"4,4 mio. kr.", "14.30", "½", "- 1.690", "1/0", "ca. 26 timer"} {
		f.Add(s, "kr")
	}
	f.Fuzz(func(t *testing.T, s, unit string) {
		if x, ok := readSaid(s, unit); ok && (math.IsNaN(x.base) || math.IsInf(x.base, 0)) {
			t.Errorf("%q in %q is %v", s, unit, x.base)
		}
	})
}

// Worked by hand: each printed figure and the roundings that give it from the exact one.
func TestRoundingsThatExplain(t *testing.T) {
	for _, c := range []struct {
		printed, exact float64
		want           string
	}{
		{7000, 7030, "rounded to the nearest 100"},
		{-1000, -1053, "rounded down to the next 100"},
		{240, 245, "rounded down to the next 10"},
		{1400, 1375, "rounded to the nearest 100"},
		{10.8, 10.84, "rounded to the nearest 0.1"},
		{265, 265.2, "rounded to the nearest 1"},
		{490, 487.5, "rounded to the nearest 10"},
		{4400, 4563, ""}, // 500s would do it, and are too coarse
		{6930, 6975, ""},
		{-9230, -9300, ""},
		{1000, -1000, ""},
		{0, 3, ""},
	} {
		r, ok := roundedTo(c.printed, c.exact)
		assert.Equal(t, c.want != "", ok, "%v from %v: %+v", c.printed, c.exact, r)
		if ok {
			assert.Equal(t, c.want, roundingText(r).EN, "%v from %v", c.printed, c.exact)
		}
	}
}

func TestFiguresInBothLanguages(t *testing.T) {
	for x, want := range map[float64][2]string{
		1234567.891: {"1.234.567,89", "1,234,567.89"}, -0.5: {"-0,5", "-0.5"}, 0.00376: {"0,0038", "0.0038"},
		-0.00001: {"0", "0"}, 999: {"999", "999"}, -1000: {"-1.000", "-1,000"}, 100.10: {"100,1", "100.1"},
	} {
		assert.Equal(t, want[0], figure(x, Danish))
		assert.Equal(t, want[1], figure(x, English))
	}
	assert.Equal(t, "2022, 2024-2026 og 2028", years([]int{2022, 2024, 2025, 2026, 2028}).DA)
	assert.Equal(t, "2022 and 2023", years([]int{2022, 2023}).EN)
}
