package codes_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

func TestAbilitiesAreUniqueAndNamedInBothLanguages(t *testing.T) {
	taken := map[string]bool{}
	perArea := map[string]int{}
	for _, a := range codes.Abilities() {
		for _, name := range []string{a.Code, a.DA, a.EN, a.ID} {
			assert.NotEmpty(t, name, a.Code)
			assert.Falsef(t, taken[name], "%s twice", name)
			taken[name] = true
		}
		assert.NotEqual(t, a.Area, codes.AreaLabel(a.Area, "da"))
		assert.NotEqual(t, codes.AreaLabel(a.Area, "en"), codes.AreaLabel(a.Area, "da"))
		assert.Equal(t, a.Area, a.Code[:2])
		for _, name := range []string{a.Code, a.DA, a.ID} {
			got, ok := codes.AbilityByName(" " + name + " ")
			assert.True(t, ok, name)
			assert.Equal(t, a.Code, got, name)
		}
		if !a.Broad() {
			perArea[a.Area]++
		}
	}
	assert.Equal(t, map[string]int{"J1": 8, "J2": 4, "J3": 9, "J4": 8, "J5": 1}, perArea)
}

func TestAnOldAbilityAndItsSuccessorAreOneSeries(t *testing.T) {
	for _, a := range codes.Abilities() {
		to, ok := codes.AbilityOf(a.Series)
		assert.True(t, ok, a.Code)
		assert.Equal(t, to.Series, a.Series, "%s: a series is named after its last code", a.Code)
		assert.Equal(t, a.Area, to.Area, a.Code)
		if to.Code != a.Code {
			assert.True(t, a.Until.Valid(), "%s went on elsewhere and must have ended", a.Code)
		}
		assert.False(t, a.Until.Valid() && a.Broad(), a.Code)
	}
	assert.Len(t, codes.AbilitySeries(), 30-20+7, "30 single ones, of which 20 went into others, and 7 broad ones")
}

// Worked by hand from the catalogue: washing, care of the body, dressing and the toilet are personal care.
func TestTheSimplificationMergesTheseAbilities(t *testing.T) {
	members := map[string][]string{}
	for _, a := range codes.Abilities() {
		if a.Code != a.Series {
			members[a.Series] = append(members[a.Series], a.Code)
		}
	}
	assert.Equal(t, map[string][]string{
		"J1.PP": {"J1.1", "J1.2", "J1.3", "J1.8"},
		"J1.SD": {"J1.4", "J1.5", "J1.6"},
		"J1.SK": {"J1.7"},
		"J3.MB": {"J3.1", "J3.2", "J3.3", "J3.4", "J3.8"},
		"J3.5":  {"J3.6"},
		"J4.KO": {"J4.1"},
		"J4.KF": {"J4.3", "J4.4", "J4.7", "J4.8"},
		"J4.TR": {"J4.5"},
	}, members)
}

func TestAbilitiesAreFoundByLegacyKeyAndOldAndNewTitle(t *testing.T) {
	for name, want := range map[string]string{
		"J3.8": "J3.8", "j3.8": "J3.8", "Gå": "J3.8", "Mobilitet_og_bevaegelse": "J3.MB", "Mobilitet og bevægelse": "J3.MB",
		"Personlig_pleje": "J1.PP", "Trivsel_funktionsevnetilstand": "J4.TR", "Indkøb": "J2.4",
		"Skaffe sig varer og tjenesteydelser": "J2.4", "Anvende kommunikationsudstyr og -teknikker": "J4.1",
		"D8AA5F09-CD9C-4996-A853-1C95EE98F25C": "J3.MB",
	} {
		got, ok := codes.AbilityByName(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, got, name)
	}
	got, ok := codes.AbilityByName(" J9.9 ")
	assert.False(t, ok)
	assert.Equal(t, "J9.9", got)
	a, ok := codes.AbilityOf("J9.9")
	assert.False(t, ok)
	assert.Equal(t, "J9.9", a.Series)
}

func TestLevelsAreFoundByKeyDigitAndUUID(t *testing.T) {
	for name, want := range map[string]int8{
		"B1": 0, "B2": 1, "B3": 2, "B4": 3, "b5": 4, "B6": rettidig.NotRelevant, "0": 0, "3": 3, "4": 4, "9": rettidig.NotRelevant,
		"1ceef776-0cfa-4acd-b222-c5bb2424e0c1": 3, "Svære begrænsninger": 3, " moderate begrænsninger": 2,
	} {
		got, ok := codes.LevelByName(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, got, name)
	}
	for _, name := range []string{"", "B7", "B0", "5", "-1", "svær"} {
		_, ok := codes.LevelByName(name)
		assert.False(t, ok, name)
	}
	for level := rettidig.NotRelevant; level <= 4; level++ {
		back, ok := codes.LevelByName(codes.LevelKey(level))
		assert.True(t, ok)
		assert.Equal(t, level, back)
		assert.NotEqual(t, codes.LevelLabel(level, "da"), codes.LevelLabel(level, "en"))
	}
	assert.Empty(t, codes.LevelKey(5))
}

func TestNursingConditionsAreToldFromAbilities(t *testing.T) {
	for _, code := range []string{"I7.1", "i12.1", "I2.1", "dae40f60-8dab-4bd3-ab72-b07d0f278692", "Problemer_med_smerter", "0C0C9388-da32-4cfd-af9b-33c39896424b"} {
		assert.True(t, codes.NursingCondition(code), code)
	}
	for _, code := range []string{"J3.8", "I", "I7", "I7.", "I.1", "Ix.1", "", "indkøb"} {
		assert.False(t, codes.NursingCondition(code), code)
	}
	for _, a := range codes.Abilities() {
		assert.False(t, codes.NursingCondition(a.Code) || codes.NursingCondition(a.ID), a.Code)
	}
}

func TestFollowUpsAreFoundByKeyAndUUID(t *testing.T) {
	for name, want := range map[string]string{"E1": "E1", "e4": "E4", "59753987-c38d-41c5-b201-0eeff3032fef": "E3"} {
		got, ok := codes.FollowUpByName(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, got)
	}
	_, ok := codes.FollowUpByName("E5")
	assert.False(t, ok)
}
