package proposal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"
)

func TestNumbersOfAFile(t *testing.T) {
	for text, want := range map[string]float64{"1250": 1250, "1_250": 1250, "-3200": -3200, "0.25": 0.25, "25 %": 0.25, "25%": 0.25, "2.5 pct.": 0.025,
		"1/3": 1.0 / 3, "-1/4": -0.25, "0": 0, "12_345_678": 12345678, "0.125": 0.125, "3.36": 3.36} {
		var n Number
		require.NoError(t, yaml.Unmarshal([]byte(text), &n), text)
		assert.Equal(t, want, n.Value, text)
		assert.Equal(t, text, n.String())
	}
}

func TestWhatCouldBeTwoNumbersIsRefused(t *testing.T) {
	for text, hint := range map[string]string{
		"2.100": "write 2100 or 2.1", "-9.300": "write -9300 or -9.3", "1.025": "write 1025 or 1.0250", "1.250.000": "write 1250000", "0,25": "decimal point", "1e6": "write it as", "abc": "not a number",
		".5": "write it as", "5.": "write it as", "12_34": "write it as", "1/0": "not a number", ".inf": "write it as", ".nan": "not a number", "0x10": "write it as", "9999999999999999": "too large", "~": "not a number", "50 %%": "not a number",
	} {
		_, err := parseNumber(text)
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), hint, text)
		}
	}
}

// The examples are those that the proposals of 2022 print.
func TestDanishNumbers(t *testing.T) {
	for text, want := range map[string]float64{"2.100": 2100, "-2. 750": -2750, "- 1.690": -1690, "1,120 mio.": 1.12e6, "2mio.": 2e6, "½": 0.5, "¾": 0.75, "2 3/4": 2.75, "2¾": 2.75,
		"2,75": 2.75, "10,8 mio. kr.": 10.8e6, "25 %": 0.25, "25 pct.": 0.25, "0": 0, "1.234.567,5": 1234567.5, "−300": -300, "8.728 t.kr.": 8728, "+ 5": 5} {
		x, _, err := ParseDanish(text)
		require.NoError(t, err, text)
		assert.InDelta(t, want, x, 1e-9, text)
	}
}

func TestARepairIsTold(t *testing.T) {
	_, repairs, err := ParseDanish("-2. 750")
	require.NoError(t, err)
	assert.Equal(t, []string{`"-2. 750" has a blank inside the figure`}, repairs)
	_, repairs, err = ParseDanish("- 1.690")
	require.NoError(t, err)
	assert.Equal(t, []string{`"- 1.690" has a blank after its sign`}, repairs)
	_, repairs, err = ParseDanish("2.100")
	require.NoError(t, err)
	assert.Empty(t, repairs)
}

// A note's mark glued to a figure cannot be told from a digit.
func TestWhatIsNoDanishNumberSaysWhy(t *testing.T) {
	for text, why := range map[string]string{"2.01": "note 1", "1.6780": "point", "525.00": "point", "API3": "not a number", "": "not a number", "1..000": "not a number", "1/0": "divides by 0", "12.34.567": "groups of three"} {
		_, _, err := ParseDanish(text)
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), why, text)
		}
	}
}

func TestDanishFormatIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-999_999_999, 999_999_999).Draw(t, "n")
		digits := strings.TrimPrefix(Num(float64(n)).String(), "-")
		text := ""
		for i, d := range digits {
			if i > 0 && (len(digits)-i)%3 == 0 {
				text += "."
			}
			text += string(d)
		}
		if n < 0 {
			text = "-" + text
		}
		x, repairs, err := ParseDanish(text)
		if err != nil || x != float64(n) || repairs != nil {
			t.Fatalf("%s: %v %v %v", text, x, repairs, err)
		}
	})
}

func TestAPrintedFigure(t *testing.T) {
	read := func(text string) (*AsPrinted, error) {
		var v struct{ X *AsPrinted }
		err := yaml.Unmarshal([]byte("x: "+text), &v)
		return v.X, err
	}
	for text, want := range map[string]*AsPrinted{
		"-3200": {Value: -3200}, "null": nil, "'2.100'": {Value: 2100, Text: "2.100"}, "'-2. 750'": {Value: -2750, Text: "-2. 750", Doubt: `"-2. 750" has a blank inside the figure`},
	} {
		got, err := read(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	got, err := read("{as: '1.6780', read: 1680}")
	require.NoError(t, err)
	assert.Equal(t, 1680.0, got.Value)
	assert.Contains(t, got.Doubt, "no Danish number")
	got, err = read("{as: '4.600', read: 4500}")
	require.NoError(t, err)
	assert.Contains(t, got.Doubt, "is read as 4500")
	for text, want := range map[string]string{"2.100": "in quotes", "'1.6780'": "write {as:", "{as: '1'}": "both", "{as: '1', red: 2}": "not known", "[1]": "want a figure"} {
		_, err := read(text)
		if assert.Error(t, err, text) {
			assert.Contains(t, err.Error(), want, text)
		}
	}
}

func TestTheAxis(t *testing.T) {
	var y Years
	require.NoError(t, yaml.Unmarshal([]byte("2022-2027"), &y))
	assert.Equal(t, []int{2022, 2023, 2024, 2025, 2026, 2027}, y.List())
	assert.True(t, y.Has(2022) && y.Has(2027) && !y.Has(2028))
	for _, bad := range []string{"2027-2022", "2022", "2022-2122", "[2022, 2023]", "abc"} {
		assert.Error(t, yaml.Unmarshal([]byte(bad), &y), bad)
	}
	assert.Empty(t, Years{}.List())
}

// Halves away from zero; a figure that floating point puts a hair below a half counts as on it.
func TestRounding(t *testing.T) {
	for _, c := range []struct {
		to   float64
		mode string
		x    float64
		want float64
	}{
		{100, "", -3194.1, -3200}, {100, "toward zero", -1053, -1000}, {100, "toward zero", 1099.9, 1000}, {50, "", -1375, -1400}, {10, "", 487.5, 490}, {5, "", -88.4, -90}, {5, "nearest", 442, 440},
		{1, "", 218.75, 219}, {1, "", 0.5, 1}, {1, "", -0.5, -1}, {0.1, "", 10.84, 10.8}, {0.1, "", 10.85, 10.9}, {1, "down", -1.2, -2}, {1, "up", -1.2, -1}, {1, "up", 1.2, 2}, {0.1, "", 0.7 * 3, 2.1},
		{10, "toward zero", 245, 240}, {100, "", 0, 0}, {1000, "", -1, 0},
	} {
		got := (&Rounding{To: c.to, Mode: c.mode}).Apply(c.x)
		assert.Equal(t, c.want, got, "%v to %v %s", c.x, c.to, c.mode)
	}
	assert.Equal(t, 1.23, (*Rounding)(nil).Apply(1.23))
}
