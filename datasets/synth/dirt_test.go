package synth

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryFaultHasANameAndRates(t *testing.T) {
	names := DirtNames()
	assert.Len(t, names, reflect.TypeFor[Dirt]().NumField())
	assert.Len(t, dirtRates, len(names), "no rate without a fault")
	for _, n := range names {
		rates, ok := dirtRates[n]
		assert.True(t, ok, n)
		assert.True(t, rates[0] >= 0 && rates[0] <= 1 && rates[1] >= 0 && rates[1] <= 1, n)
	}
	f := reflect.TypeFor[Dirt]()
	for i := range f.NumField() {
		assert.Equal(t, f.Field(i).Tag.Get("yaml"), f.Field(i).Tag.Get("json"))
	}
	for _, r := range AllDirt().Rates() {
		assert.Positive(t, r.Rate, "%s is among all", r.Name)
	}
}

func TestRatesAreRead(t *testing.T) {
	d, err := ParseDirt("none")
	require.NoError(t, err)
	assert.Equal(t, Dirt{}, d)
	d, err = ParseDirt("documented")
	require.NoError(t, err)
	assert.Equal(t, DocumentedDirt(), d)
	d, err = ParseDirt("none,bogus_id=0.25, duplicate=1")
	require.NoError(t, err)
	assert.Equal(t, Dirt{BogusID: 0.25, Duplicate: 1}, d)
	d, err = ParseDirt("hmi_misc=0")
	require.NoError(t, err)
	want := DocumentedDirt()
	want.HMIMisc = 0
	assert.Equal(t, want, d)
	for text, problem := range map[string]string{
		"filth": `"filth": want none, documented or all`, "bogus_id=2": "bogus_id is 2, want a rate from 0 to 1", "bogus_id=NaN": "want a rate",
		"mud=0.1": `"mud" is no fault`, "bogus_id=0.1,none": "once and first", "bogus_id=": "want a rate",
	} {
		_, err := ParseDirt(text)
		assert.ErrorContains(t, err, problem, text)
	}
}

func TestRatesAreReadFromYAML(t *testing.T) {
	d, err := ReadDirt(strings.NewReader("# little\nbogus_id: 0.25\nbase: none\nduplicate: 1\n"))
	require.NoError(t, err)
	assert.Equal(t, Dirt{BogusID: 0.25, Duplicate: 1}, d, "the base comes first, wherever it stands")
	d, err = ReadDirt(strings.NewReader(""))
	require.NoError(t, err)
	assert.Equal(t, DocumentedDirt(), d)
	for text, problem := range map[string]string{
		"base: none\nmud: 0.1\n":           `line 2: "mud" is no fault`,
		"bogus_id: 0.1\n\nbogus_id: 0.2\n": "line 3: bogus_id stands twice",
		"\nbogus_id: 1.5\n":                "line 2: bogus_id is 1.5, want a rate from 0 to 1",
		"bogus_id: .nan\n":                 "line 1: bogus_id is .nan",
		"bogus_id: [1]\n":                  "line 1: bogus_id is",
		"base: everything\n":               `line 1: base is "everything"`,
		"base: bogus_id=0.1\n":             "line 1: base is",
		"- bogus_id\n":                     "line 1: want NAME: RATE",
		"bogus_id: 0.1: 2\n":               "yaml",
	} {
		_, err := ReadDirt(strings.NewReader(text))
		assert.ErrorContains(t, err, problem, text)
	}
}

func FuzzReadDirt(f *testing.F) {
	f.Add("base: none\nbogus_id: 0.1\n")
	f.Add("? [a]\n: b")
	f.Add("*x")
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := ReadDirt(strings.NewReader(text)); err == nil {
			cfg := Default()
			cfg.Dirt = d
			assert.NoError(t, cfg.Validate())
		}
	})
}
