package codes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig/datasets/codes"
)

func TestOldClassNumbersMeanTodaysClass(t *testing.T) {
	for old, want := range map[string]string{
		"215103":   "222718", // alarms
		"18094226": "043303", // pressure cushion
		"03330601": "043306", // pressure mattress before 2007
		"123009":   "123109", // turning
		"12060609": "120606",
		"181218":   "181218", // a plain foam mattress keeps its number
		"09330330": "093307", // bath bench
	} {
		assert.Equal(t, want, codes.Canonical(old), old)
	}
}

func TestEveryOlderNumberLeadsToAClassOfToday(t *testing.T) {
	aliases := codes.Aliases()
	assert.True(t, slices.IsSortedFunc(aliases, func(a, b codes.Alias) int { return strings.Compare(a.Old, b.Old) }), "AliasOf searches by halving")
	for _, a := range aliases {
		assert.NotEmpty(t, a.DA, a.Old)
		assert.NotEqual(t, a.DA, a.EN, a.Old)
		six := (a.Old + "03")[:6]
		found, ok := codes.AliasOf(six + "01")
		assert.True(t, ok, six)
		assert.Equal(t, a, found)
		today := codes.Canonical(six)
		_, again := codes.AliasOf(today)
		assert.False(t, again, "%s leads to %s, which is old itself", a.Old, today)
		c, known := codes.ClassOf(six)
		assert.True(t, known, "%s leads to %s, which has no name", a.Old, today)
		assert.Equal(t, today, c.ISO)
	}
	for _, c := range codes.Classes() {
		_, old := codes.AliasOf((c.ISO + "03")[:6])
		assert.False(t, old, "%s can be reached under two numbers", c.ISO)
	}
	for _, today := range []string{"222718", "12060609", "0930", ""} {
		_, old := codes.AliasOf(today)
		assert.False(t, old, today)
	}
}

// The classes of the extract format's class table, with the two that are older numbers (18 09 42 and 12 39 03).
func TestEveryClassOfTheExtractsHasANameAndAConcept(t *testing.T) {
	const table = `040606 041904 042424 042603 043303 043304 043306 044803 044818 090709 090903 090906 090912 091203
		091206 091209 091212 091215 091218 091221 091224 091225 091233 091236 092406 0930 093304 093305 093307 093308 093312
		093903 120303 120306 120312 120316 120603 120606 120609 120612 120724 120727 121212 121806 122203 122218 122303 122306
		122409 123103 123106 123109 123112 123115 123121 123603 123604 123612 123621 123903 150303 150306 150913 150927 180315
		180903 180904 180907 180909 180942 181207 181210 181215 181218 181227 181228 181230 181503 181803 181806 181810 182103
		182415 183010 183011 183015 183018 220309 2206 221830 222403 222704 222712 222715 222718 222724 240603 242103 243612`
	reached := map[string]bool{}
	for iso := range strings.FieldsSeq(table) {
		c, ok := codes.ClassOf(iso)
		assert.True(t, ok, iso)
		reached[c.ISO] = true
	}
	for _, c := range codes.Classes() {
		assert.True(t, reached[c.ISO], "%s is not in the extracts' table", c.ISO)
	}
}

func TestTheCushionsOldAndNewNumberAreOneClass(t *testing.T) {
	old, _ := codes.ClassOf("18094226")
	today, _ := codes.ClassOf("04330301")
	assert.Equal(t, today, old)
	assert.Equal(t, codes.PressureAids, old.Concept)
}
