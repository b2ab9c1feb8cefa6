package codes

import (
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
)

// Ability is one functional ability (FSIII funktionsevnetilstand) that is assessed on the levels 0 to 4.
type Ability struct {
	Code   string // FSIII's legacy key, "J3.8"; our own for the broad ones of 2025, "J3.MB"
	DA, EN string
	Area   string // "J1" to "J5"
	// Series is the ability that this one is part of since the simplification: the code of the broad one, or its own
	// code if it went on as it was, or if nothing took over. Levels are compared within a series.
	Series string
	From   rettidig.Day // the first day; NoDay: before the data begin
	Until  rettidig.Day // the day on which the broad one took over; NoDay: goes on. Old codes run on in a transition.
	ID     string       // the UUID of FK-klassifikation; empty if not known
}

// Broad tells whether the ability is one of those that the simplification made of several.
func (a Ability) Broad() bool { return a.From.Valid() }

const (
	care, eating, health   = "J1.PP", "J1.SD", "J1.SK"
	moving                 = "J3.MB"
	talking, thinking, joy = "J4.KO", "J4.KF", "J4.TR"
)

// abilities is in the order of FSIII, the broad ones after the single ones of their area.
//
// Which single ability went into which broad one is our reading of the definitions that the catalogue gives to the
// broad ones (the examples of "Personlig pleje" name washing, hair, teeth, dressing and the toilet). Nothing there takes
// over daily routines (J2.3), muscle strength (J3.7), endurance (J3.9) and paid work (J5.1): their series end. J3.6 went
// into transfers (J3.5), which kept its code.
var abilities = []Ability{
	{"J1.1", "Vaske sig", "Washing", "J1", care, open, elderlyAct25, "4d46bd94-9518-431c-82e8-ebb91bca307a"},
	{"J1.2", "Kropspleje", "Care of the body", "J1", care, open, elderlyAct25, "581f65f9-cd0a-4630-8cc5-c8c125ae2d0c"},
	{"J1.3", "Af- og påklædning", "Dressing and undressing", "J1", care, open, elderlyAct25, "e853d3e7-1de5-44f0-ab48-1fb20c449035"},
	{"J1.4", "Drikke", "Drinking", "J1", eating, open, elderlyAct25, "0285a61e-e563-4f2a-a33f-fedf28a57661"},
	{"J1.5", "Fødeindtagelse", "Taking in food", "J1", eating, open, elderlyAct25, "56291a75-960d-4fbb-8f28-ae27da8851dc"},
	{"J1.6", "Spise", "Eating", "J1", eating, open, elderlyAct25, "888c8f63-c059-46c3-8f36-f9649dbd0771"},
	{"J1.7", "Varetage egen sundhed", "Looking after one's health", "J1", health, open, elderlyAct25, "91762d6a-fd77-454c-88cd-8d9bc49b1ab8"},
	{"J1.8", "Gå på toilet", "Using the toilet", "J1", care, open, elderlyAct25, "5eecf025-ae93-4256-8df5-bc304c149b96"},
	{care, "Personlig pleje", "Personal care", "J1", care, elderlyAct25, open, "feb38b55-c2d7-4d57-99c2-93622eaa0025"},
	{eating, "Spise og drikke", "Eating and drinking", "J1", eating, elderlyAct25, open, "41c201d5-6d3d-4576-b3d2-510a9b105631"},
	{health, "Sundhedskompetence", "Health literacy", "J1", health, elderlyAct25, open, "98cfcc91-682e-4777-bfa5-6dcae59ff77f"},

	{"J2.1", "Lave husligt arbejde", "Housework", "J2", "J2.1", open, open, "a7ac8429-513f-43cd-bc69-96a8d0e0f0ff"},
	{"J2.2", "Lave mad", "Cooking", "J2", "J2.2", open, open, "75bfc8db-a220-4801-a8c7-5e968e94d44b"},
	{"J2.3", "Udføre daglige rutiner", "Daily routines", "J2", "J2.3", open, elderlyAct25, "e40942af-08a1-49ef-90c3-93541c53b47a"},
	{"J2.4", "Indkøb", "Shopping", "J2", "J2.4", open, open, "293bd85b-d9b4-4e2c-83d9-d3df32ce9d82"},

	{"J3.1", "Løfte og bære", "Lifting and carrying", "J3", moving, open, elderlyAct25, "ba4683f8-4700-4059-a2f6-0598e2e9e15a"},
	{"J3.2", "Bevæge sig omkring", "Moving around", "J3", moving, open, elderlyAct25, "4f915ee9-9f30-47b5-b582-c0f1467dd271"},
	{"J3.3", "Bruge transportmidler", "Using transport", "J3", moving, open, elderlyAct25, "3770dcf7-8285-45c9-90e6-d3efa1d85f99"},
	{"J3.4", "Færden i forskellige omgivelser", "Getting about in different surroundings", "J3", moving, open, elderlyAct25, "0266853a-f222-4955-a2ce-687e26161144"},
	{"J3.5", "Forflytte sig", "Transferring oneself", "J3", "J3.5", open, open, "d39cd035-eb12-4a18-8a68-f43d4c0c62ef"},
	{"J3.6", "Ændre kropsstilling", "Changing position", "J3", "J3.5", open, elderlyAct25, "8d848883-6da7-4a7a-91a9-83fc9ffa2e06"},
	{"J3.7", "Muskelstyrke", "Muscle strength", "J3", "J3.7", open, elderlyAct25, "346de9b3-4ba4-4ebd-b41d-b863b611159a"},
	{"J3.8", "Gå", "Walking", "J3", moving, open, elderlyAct25, "51697715-965a-40f3-b4a5-819103bf9d49"},
	{"J3.9", "Udholdenhed", "Endurance", "J3", "J3.9", open, elderlyAct25, "b1d490a4-229c-465e-99b8-554e1e68513a"},
	{moving, "Mobilitet og bevægelse", "Mobility and movement", "J3", moving, elderlyAct25, open, "d8aa5f09-cd9c-4996-a853-1c95ee98f25c"},

	{"J4.1", "Kommunikationsudstyr", "Using means of communication", "J4", talking, open, elderlyAct25, "c8b28097-70b7-41d8-b91f-57aa68ddac51"},
	{"J4.2", "Hukommelse", "Memory", "J4", "J4.2", open, open, "a3ac7928-77c9-425c-a7f1-1248a3764d0a"},
	{"J4.3", "Orienteringsevne", "Orientation", "J4", thinking, open, elderlyAct25, "3b29a8ea-282b-4118-8d83-2f494a509c27"},
	{"J4.4", "Overordnede kognitive funktioner", "Higher cognitive functions", "J4", thinking, open, elderlyAct25, "bc6a1539-a606-4032-875f-f7cd062f8364"},
	{"J4.5", "Følelsesfunktioner", "Emotional functions", "J4", joy, open, elderlyAct25, "12ada406-5ed6-44fb-8ba3-86828c157167"},
	{"J4.6", "Energi og handlekraft", "Energy and drive", "J4", "J4.6", open, open, "ff8312dc-442a-43f8-831a-faa18918c1ee"},
	{"J4.7", "Tilegne sig færdigheder", "Acquiring skills", "J4", thinking, open, elderlyAct25, "986028e0-3f13-4fa8-b059-c0ae7f161a1c"},
	{"J4.8", "Problemløsning", "Solving problems", "J4", thinking, open, elderlyAct25, "1054554c-2178-4b4a-8edf-cbf68345226e"},
	{talking, "Kommunikation", "Communication", "J4", talking, elderlyAct25, open, "08267627-cf37-49e9-ae2a-4cafdca51ba0"},
	{thinking, "Kognitive funktioner", "Cognitive functions", "J4", thinking, elderlyAct25, open, "d7687a4e-d848-4931-940e-8ef338eb3f85"},
	{joy, "Trivsel", "Well-being", "J4", joy, elderlyAct25, open, "ea9d19bc-d513-4f4b-936f-8f0a405ae134"},

	{"J5.1", "Have lønnet beskæftigelse", "Having paid work", "J5", "J5.1", open, elderlyAct25, "589d1a12-9be3-4d4c-bb72-3de133731e2f"},
}

var abilityAliases = []struct{ name, code string }{
	{"skaffe sig varer og tjenesteydelser", "J2.4"},
	{"anvende kommunikationsudstyr og -teknikker", "J4.1"},
	{"trivsel_funktionsevnetilstand", joy},
}

// areas are the five areas of abilities.
var areas = [][3]string{
	{"J1", "Egenomsorg", "Self-care"},
	{"J2", "Praktiske opgaver", "Practical tasks"},
	{"J3", "Mobilitet", "Mobility"},
	{"J4", "Mentale funktioner", "Mental functions"},
	{"J5", "Samfundsliv", "Community life"},
}

// AreaLabel returns the name of an area of abilities ("J3") in Danish ("da") or English (anything else).
func AreaLabel(area, lang string) string {
	for _, a := range areas {
		if a[0] == area {
			if lang == "da" {
				return a[1]
			}
			return a[2]
		}
	}
	return area
}

var abilityPlace, abilityName = func() (place, name map[string]int) {
	place, name = make(map[string]int, len(abilities)), make(map[string]int, 4*len(abilities))
	for i, a := range abilities {
		place[a.Code] = i
		for _, key := range []string{a.Code, a.DA, a.ID, legacyKey(a.DA)} {
			name[fold(key)] = i
		}
	}
	for _, a := range abilityAliases {
		name[fold(a.name)] = place[a.code]
	}
	return place, name
}()

// legacyKey spells a title as the keys of the simplified catalogue are spelled: "Mobilitet_og_bevaegelse".
func legacyKey(title string) string {
	return strings.NewReplacer(" ", "_", "æ", "ae", "ø", "oe", "å", "aa", "Æ", "Ae", "Ø", "Oe", "Å", "Aa").Replace(title)
}

// Abilities lists the abilities in the order of FSIII.
func Abilities() []Ability { return slices.Clone(abilities) }

// AbilityByName maps a legacy key ("J3.8", "Personlig_pleje"), a UUID or an old or new title to an ability's code; ok
// is false if it is none of them, and the code is then what was given, without blanks around it.
func AbilityByName(name string) (code string, ok bool) {
	if i, found := abilityName[fold(name)]; found {
		return abilities[i].Code, true
	}
	return strings.TrimSpace(name), false
}

// AbilityOf returns the ability of a code. An unknown one gives an Ability named after its code, a series of its own,
// and false.
func AbilityOf(code string) (Ability, bool) {
	if i, found := abilityPlace[code]; found {
		return abilities[i], true
	}
	return Ability{Code: code, DA: code, EN: code, Series: code, From: open, Until: open}, false
}

// AbilitySeries lists the series of abilities in the order of FSIII.
func AbilitySeries() []string {
	var out []string
	for _, a := range abilities {
		if !slices.Contains(out, a.Series) {
			out = append(out, a.Series)
		}
	}
	return out
}

// levels are FSIII's five levels and "not relevant".
var levels = []struct {
	key, id string
	level   int8
	shown   string // the digit that the simplified catalogue shows
	da, en  string
}{
	{"B1", "9c5cfb57-a498-40e5-98a7-792bf5fb205b", 0, "0", "Ingen/ubetydelige begrænsninger", "No or negligible limitations"},
	{"B2", "fcc16cb1-41f0-4832-b834-110fba0aaabe", 1, "1", "Lette begrænsninger", "Slight limitations"},
	{"B3", "d984ad21-48fe-4619-845e-2aa0303048e7", 2, "2", "Moderate begrænsninger", "Moderate limitations"},
	{"B4", "1ceef776-0cfa-4acd-b222-c5bb2424e0c1", 3, "3", "Svære begrænsninger", "Severe limitations"},
	{"B5", "f4c9f159-5806-4c06-95e9-e69b83bab1a1", 4, "4", "Totale begrænsninger", "Total limitations"},
	{"B6", "d7ff926a-4955-478f-b300-0b0ec0785013", rettidig.NotRelevant, "9", "Ikke relevant", "Not relevant"},
}

// LevelByName maps a level's key ("B3"), UUID, digit (0 to 4, 9 for not relevant) or label to the level: 0 to 4, or
// rettidig.NotRelevant. ok is false for anything else.
func LevelByName(name string) (level int8, ok bool) {
	key := strings.ToLower(strings.TrimSpace(name))
	for _, l := range levels {
		if key == strings.ToLower(l.key) || key == l.id || key == l.shown || key == strings.ToLower(l.da) {
			return l.level, true
		}
	}
	return 0, false
}

// LevelKey returns the legacy key of a level, "B1" to "B6"; empty if there is no such level.
func LevelKey(level int8) string {
	for _, l := range levels {
		if l.level == level {
			return l.key
		}
	}
	return ""
}

// LevelLabel returns a level's name in Danish ("da") or English (anything else); empty if there is no such level.
func LevelLabel(level int8, lang string) string {
	for _, l := range levels {
		if l.level == level {
			if lang == "da" {
				return l.da
			}
			return l.en
		}
	}
	return ""
}
