package codes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig/datasets/codes"
)

func TestTablesAreSortedUniqueAndNamedInBothLanguages(t *testing.T) {
	classes := codes.Classes()
	assert.True(t, slices.IsSortedFunc(classes, func(a, b codes.Class) int { return strings.Compare(a.ISO, b.ISO) }), "ClassOf searches by halving")
	seen := map[string]bool{}
	for _, c := range classes {
		assert.Falsef(t, seen[c.ISO], "%s twice", c.ISO)
		seen[c.ISO] = true
		assert.NotEmpty(t, c.DA, c.ISO)
		assert.NotEmpty(t, c.EN, c.ISO)
		assert.Truef(t, codes.ValidTop(c.ISO[:2]), "class %s", c.ISO)
		assert.Contains(t, codes.Concepts(), c.Concept, c.ISO)
	}
	for _, c := range classes {
		assert.NotRegexp(t, `[()/;]`, c.DA+c.EN, "%s: a name is read in the middle of a line", c.ISO)
		for _, w := range strings.Fields(c.DA) {
			assert.Less(t, len([]rune(w)), 23, "%s: are two words glued together in %q?", c.ISO, w)
		}
	}
	for _, c := range codes.Concepts() {
		assert.NotEqual(t, c.Label("da"), c.Label("en"), c)
	}
}

func TestAnUnknownClassIsNamedByItsGroupOrNumberAndPlacedByItsPrefix(t *testing.T) {
	c, ok := codes.ClassOf("12069999")
	assert.False(t, ok)
	assert.Equal(t, codes.MobilityAids, c.Concept)
	assert.Equal(t, "Ganghjælpemidler", c.DA)
	c, ok = codes.ClassOf("18030303")
	assert.False(t, ok)
	assert.Equal(t, [2]string{"Borde", "Tables"}, [2]string{c.DA, c.EN})
	c, ok = codes.ClassOf("27990303")
	assert.False(t, ok)
	assert.Equal(t, [2]string{"Andet hjælpemiddel (27990303)", "Other aid (27990303)"}, [2]string{c.DA, c.EN})
	c, ok = codes.ClassOf("27")
	assert.False(t, ok)
	assert.Equal(t, "Andet hjælpemiddel (27)", c.DA)
	c, ok = codes.ClassOf("12390300") // an older number of the white canes
	assert.True(t, ok)
	assert.Equal(t, "Hvide stokke", c.DA)
	c, ok = codes.ClassOf("09300401") // known on four digits
	assert.True(t, ok)
	assert.Equal(t, "0930", c.ISO)
}

func TestTheVendorsMisspeltReasonIsRecognised(t *testing.T) {
	code, ok := codes.ReasonByName("Gerelt ustabil")
	assert.True(t, ok)
	assert.Equal(t, "unstable", code)
	code, ok = codes.ReasonByName("  ")
	assert.True(t, ok)
	assert.Empty(t, code)
	_, ok = codes.ReasonByName("vejret")
	assert.False(t, ok)
}
