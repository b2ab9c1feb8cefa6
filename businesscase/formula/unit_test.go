package formula

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func mustUnit(t require.TestingT, s string) Unit {
	u, err := ParseUnit(s)
	require.NoError(t, err)
	return u
}

// The units that occur in the seven proposals, and ways people write them.
func TestUnitsAsWritten(t *testing.T) {
	for _, c := range []struct {
		written, canonical string
		scale              float64
	}{
		{"1.000 kr.", "1000 kr", 1000}, {"1000 kr", "1000 kr", 1000}, {"t.kr", "1000 kr", 1000}, {"t.kr.", "1000 kr", 1000},
		{"tkr", "1000 kr", 1000}, {"1_000 kr", "1000 kr", 1000}, {"1 000 kr", "1000 kr", 1000}, {"1,000 kr", "1000 kr", 1000},
		{"mio. kr", "mio. kr", 1e6}, {"mio kr", "mio. kr", 1e6}, {"mio.kr.", "mio. kr", 1e6}, {"m kr", "mio. kr", 1e6},
		{"m. kr.", "mio. kr", 1e6}, {"million kr", "mio. kr", 1e6}, {"mia. kr", "mia. kr", 1e9}, {"mia kr.", "mia. kr", 1e9},
		{"0.5 kr", "0.5 kr", 0.5}, {"KR", "kr", 1}, {"kroner", "kr", 1},
		{"1000 kr/FTE/year", "1000 kr/FTE/year", 1000}, {"kr. pr. årsværk pr. år", "kr/FTE/year", 1}, {"kr per hour", "kr/hour", 1},
		{"hours/citizen/week", "hours/citizen/week", 1}, {"timer/borger/uge", "hours/citizen/week", 1},
		{"minutes/day", "minutes/day", 1.0 / 60}, {"minutter pr. dag", "minutes/day", 1.0 / 60}, {"kr/minute", "60 kr/hour", 60},
		{"share", "1", 1}, {"andel", "1", 1}, {"share (upper)", "1", 1}, {"share of year", "1", 1}, {"share of full effect", "1", 1},
		{"share of citizens found by the algorithm", "1", 1}, {"andel af borgere", "1", 1}, {"share of citizens/year", "1/year", 1},
		{"percent", "percent", 0.01}, {"pct.", "percent", 0.01}, {"%", "percent", 0.01}, {"percentage points", "percent", 0.01}, {"procentpoint", "percent", 0.01},
		{"percent of citizens", "percent", 0.01}, {"1", "1", 1}, {"1/year", "1/year", 1}, {"number of citizens", "citizens", 1}, {"antal borgere", "citizens", 1},
		{"citizens/year", "citizens/year", 1}, {"borgere/år", "citizens/year", 1}, {"forløb/år", "courses/year", 1}, {"course", "courses", 1},
		{"FTE", "FTE", 1}, {"fte", "FTE", 1}, {"centres", "centres", 1}, {"center", "centres", 1}, {"licenses", "licences", 1}, {"licenser", "licences", 1},
		{"km", "km", 1}, {"passenger-km", "passenger-km", 1}, {"passagerer/bus", "passengers/bus", 1}, {"home care units", "home care unit", 1},
		{"budget process", "budget process", 1}, {"dementia diagnosis", "dementia diagnosis", 1}, {"kr*citizen", "kr*citizens", 1},
		{"kr^2/kr", "kr", 1}, {"km^2", "km^2", 1}, {"minutes^2", "0.0002777777777777778 hours^2", 1.0 / 3600}, {"citizens/year/citizen", "1/year", 1},
		{"kr/1000 citizens", "0.001 kr/citizen", 0.001}, {"mio. passengers", "1000000 passengers", 1e6}, {"arbejdsdage/år", "arbejdsdage/year", 1},
		{" 1000  kr / year ", "1000 kr/year", 1000}, {"budget-processes", "budget-process", 1}, {"2.5e3 kr", "2500 kr", 2500}, {"1.2345 kr", "1.2345 kr", 1.2345}, {"1125e-3 kr", "1125e-3 kr", 1.125},
	} {
		u, err := ParseUnit(c.written)
		if assert.NoError(t, err, c.written) {
			assert.Equal(t, c.canonical, u.String(), c.written)
			assert.InEpsilon(t, c.scale, u.Scale(), 1e-15, c.written)
			assert.Equal(t, u, mustUnit(t, u.String()), c.written)
		}
	}
}

func TestUnitsThatCannotBeRead(t *testing.T) {
	for written, says := range map[string]string{
		"": "write 1 for a plain number", "  ": "empty", "kr/": "nothing follows \"/\"", "/year": "a word is missing", "kr//year": "a word is missing",
		"kr/(citizen*year)": "brackets", "kr$": "not a unit", "0 kr": "not an amount", "1.2.3 kr": "not an amount", "kr^3.5": "not a unit",
		"1e400 kr": "not an amount", "kr^99*kr": "beyond", "1e300*1e300 kr": "scale", strings.Repeat("kr/", 100): "bytes long",
	} {
		_, err := ParseUnit(written)
		assert.ErrorContains(t, err, says, written)
	}
}

func TestSameButYear(t *testing.T) {
	for _, c := range []struct {
		a, b       string
		same, year bool
	}{
		{"kr", "1000 kr", true, true}, {"kr", "mio. kr/year", false, true}, {"kr/year", "kr", false, true},
		{"kr", "kr/year^2", false, false}, {"kr", "kr*year", false, true}, {"kr", "kr/week", false, false}, {"kr", "hours", false, false},
		{"share", "percent", true, true}, {"minutes/day", "hours/day", true, true}, {"citizens", "borgere", true, true},
	} {
		a, b := mustUnit(t, c.a), mustUnit(t, c.b)
		assert.Equal(t, c.same, a.Same(b), "%s, %s", c.a, c.b)
		assert.Equal(t, c.year, a.SameButYear(b), "%s, %s", c.a, c.b)
		assert.Equal(t, c.year, b.SameButYear(a), "%s, %s", c.b, c.a)
	}
}

func TestTheZeroUnitIsAPlainNumber(t *testing.T) {
	assert.Equal(t, Unit{}, mustUnit(t, "1"))
	assert.Equal(t, 1.0, Unit{}.Scale())
	assert.True(t, Unit{}.IsNumber())
	assert.Equal(t, "1", Unit{}.String())
	assert.True(t, mustUnit(t, "hours/kr").IsMoney())
	assert.False(t, mustUnit(t, "hours").IsMoney())
}

// anyUnit writes a unit at random.
func anyUnit(t *rapid.T) string {
	factor := rapid.SampledFrom([]string{"kr", "1000 kr", "mio. kr", "hours", "minutes", "citizens", "week", "year", "FTE", "percent", "share of year",
		"0.125", "home care unit", "forløb", "bus", "3 km"})
	s := factor.Draw(t, "factor")
	for range rapid.IntRange(0, 4).Draw(t, "more") {
		s += rapid.SampledFrom([]string{"/", "*"}).Draw(t, "sign") + factor.Draw(t, "factor")
	}
	if rapid.Bool().Draw(t, "raised") {
		s += "^" + rapid.SampledFrom([]string{"2", "-1", "0", "3"}).Draw(t, "power")
	}
	return s
}

func TestAUnitIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := mustUnit(t, anyUnit(t))
		require.Equal(t, u, mustUnit(t, u.String()))
	})
}

func TestUnitAlgebra(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := mustUnit(t, anyUnit(t)), mustUnit(t, anyUnit(t))
		ab, ok := a.times(b, 1)
		require.True(t, ok)
		ba, _ := b.times(a, 1)
		require.True(t, ab.Same(ba))
		back, _ := ab.times(b, -1)
		require.True(t, back.Same(a))
		none, _ := a.times(a, -1)
		require.True(t, none.IsNumber())
		require.True(t, ab.Same(mustUnit(t, a.String()+"*"+b.String())), "%s times %s is %s", a, b, ab)
		require.Equal(t, a.Same(b), b.Same(a))
	})
}
