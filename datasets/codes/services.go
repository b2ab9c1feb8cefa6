package codes

import (
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
)

// Service is one home-care service (ydelse).
type Service struct {
	Code    string // FSIII level 2, e.g. "H1.8"; our own for what has no public code: "L.…" local, "E.…" of 2025
	DA, EN  string
	Law     string
	Concept Concept
	Series  Series

	// Administrative: a 0-ydelse. It is time spent about a citizen and not with one: an importer counts and drops it.
	Administrative bool
	// Successor is the broad code that took over in 2025; empty if the code goes on, or nothing took over.
	Successor string
	ID        string // the UUID under which FK-klassifikation has it since the simplification; empty if not known
}

// TrainingByHelper is the local service under which DigiRehab sessions are delivered.
const TrainingByHelper = "L.TVH"

// UnknownPrefix starts the code of a service that no table knows; the rest is its local name.
const UnknownPrefix = "X:"

// Series is what the successive codes of one kind of help have in common.
type Series string

// The series of services.
const (
	PersonalCareSeries  Series = "personal_care"
	PracticalHelpSeries Series = "practical_help"
	MealsSeries         Series = "meals"
	RehabilitationHome  Series = "rehabilitation_83a"
	TrainingSeries      Series = "training"
	HelperTraining      Series = "training_by_helper"
	RespiteStay         Series = "respite_stay"
	RespiteAtHome       Series = "respite_at_home"
	TemporaryStay       Series = "temporary_stay"
	NursingSeries       Series = "nursing"
	AdministrativeTime  Series = "administrative"
	OtherSeries         Series = "other"
)

var seriesNames = []struct {
	s      Series
	da, en string
}{
	{PersonalCareSeries, "Personlig pleje", "Personal care"},
	{PracticalHelpSeries, "Praktisk hjælp", "Practical help"},
	{MealsSeries, "Madservice", "Meals service"},
	{RehabilitationHome, "Rehabiliteringsforløb", "Time-limited rehabilitation"},
	{TrainingSeries, "Genoptræning og vedligeholdelse", "Rehabilitation and maintenance training"},
	{HelperTraining, "Træning ved hjælper", "Training with the helper"},
	{RespiteStay, "Aflastningsophold", "Respite stay"},
	{RespiteAtHome, "Afløsning i hjemmet", "Respite at home"},
	{TemporaryStay, "Midlertidigt ophold", "Temporary stay"},
	{NursingSeries, "Sygepleje", "Home nursing"},
	{AdministrativeTime, "Administrativ tid", "Administrative time"},
	{OtherSeries, "Anden ydelse", "Other services"},
}

// AllSeries lists the series of services.
func AllSeries() []Series {
	out := make([]Series, len(seriesNames))
	for i, n := range seriesNames {
		out[i] = n.s
	}
	return out
}

// Label returns the series' name in Danish ("da") or English (anything else).
func (s Series) Label(lang string) string {
	for _, n := range seriesNames {
		if n.s == s {
			if lang == "da" {
				return n.da
			}
			return n.en
		}
	}
	return string(s)
}

// Regime is a catalogue of services and the time in which it is the current one.
type Regime struct {
	ID     string // "local", "fsiii", "aeldrelov" or "unknown"
	DA, EN string
	From   rettidig.Day // the first day; NoDay: before the data begin
	Until  rettidig.Day // the first day of the next; NoDay: still current
}

// The regimes. The days are the laws'; registers go over to the new codes during a transition of their own, so a code
// outside its regime's days is a note and no error.
var (
	LocalCatalogue = Regime{"local", "Kommunens eget katalog", "The municipality's own catalogue", open, open}
	FSIII          = Regime{"fsiii", "FSIII", "FSIII", open, elderlyAct25}
	FSIIINursing   = Regime{"fsiii", "FSIII, sygepleje", "FSIII, nursing", open, open}
	ElderlyAct     = Regime{"aeldrelov", "Ældreloven", "The Elderly Act", elderlyAct25, open}
	NoRegime       = Regime{"unknown", "Ukendt ydelse", "Unknown service", open, open}
)

// RegimeOf returns the catalogue that a service's code belongs to.
func RegimeOf(code string) Regime {
	if _, known := ServiceOf(code); !known {
		return NoRegime
	}
	switch code[0] {
	case 'L':
		return LocalCatalogue
	case 'E':
		return ElderlyAct
	case 'G':
		return FSIIINursing
	}
	return FSIII
}

// Regime returns the catalogue that the service belongs to.
func (s Service) Regime() Regime { return RegimeOf(s.Code) }

const (
	sel83, sel83a, sel84, sel86, sul138, act = "SEL §83", "SEL §83a", "SEL §84", "SEL §86", "SUL §138", "Ældreloven"

	broadCare, broadHome, broadMeals, broadTraining    = "E.PP", "E.PH", "E.MS", "E.GT"
	broadRelief, broadStay, broadRespite, broadContact = "E.AH", "E.MO", "E.AO", "E.DK"
)

// services is in the order in which a list shows them. The first with a name is the one that the name means: "Madservice"
// and a few others are called the same before and after 2025, and are then read as the older code of the same series.
//
// The time-limited rehabilitation of 83a (H2) has no successor among the broad codes: after 2025 it is part of the
// personal and practical help that it used to precede, and no longer told apart.
var services = []Service{
	{"H1.1", "Personlig hygiejne", "Personal hygiene", sel83, PersonalCare, PersonalCareSeries, false, broadCare, "17312894-b23f-43d9-9723-b725ac25d872"},
	{"H1.2", "Udskillelser", "Excretion", sel83, PersonalCare, PersonalCareSeries, false, broadCare, "4a4add40-ee74-4090-bd70-48d9bda9c5c4"},
	{"H1.3", "Ernæring", "Nutrition", sel83, PersonalCare, PersonalCareSeries, false, broadCare, "ac68ca34-bfad-4254-a715-6fd758838e67"},
	{"H1.4", "Mobilitet", "Mobility", sel83, PersonalCare, PersonalCareSeries, false, broadCare, "ef8ee035-00d2-48b9-b366-27753ccd5504"},
	{"H1.5", "Hverdagens aktiviteter", "Everyday activities", sel83, PersonalCare, PersonalCareSeries, false, broadCare, "1ae7906b-5f16-4ba4-9077-7f59067cbedb"},
	{"H1.6", "Tilsyn/omsorg", "Supervision and care", sel83, PersonalCare, PersonalCareSeries, false, broadCare, "a3af0522-e228-4a6a-b5c2-c9fcf0f3b2c4"},
	{"H1.7", "Indkøb", "Shopping", sel83, PracticalHelp, PracticalHelpSeries, false, broadHome, "bc0306e2-5090-4bc8-b878-9814cafea403"},
	{"H1.8", "Rengøring", "Cleaning", sel83, PracticalHelp, PracticalHelpSeries, false, broadHome, "43608562-e356-4990-8b96-e35128bbdc4f"},
	{"H1.9", "Tøjvask", "Laundry", sel83, PracticalHelp, PracticalHelpSeries, false, broadHome, "8bf6aa06-6e1f-47b6-96ab-4b7d153305f0"},
	{"H1.10", "Tilberede/anrette mad", "Preparing food", sel83, PracticalHelp, PracticalHelpSeries, false, broadHome, "1d25d761-72a9-41c8-a29d-d6a47975dc05"},
	{"H1.11", "Madservice", "Meals service", sel83, PracticalHelp, MealsSeries, false, broadMeals, "9aad7654-b9f9-40a3-84d9-2ae1dec4228a"},
	{"H1.12", "Praktiske indsatser vedr. børn", "Practical help with children", sel83, PracticalHelp, PracticalHelpSeries, false, broadHome, "074078e1-b78b-4167-b125-f7b76923469e"},

	{"H2.1", "RH-Ernæring", "Rehabilitation: nutrition", sel83a, Rehabilitation, RehabilitationHome, false, "", "754c06a7-d6f1-4f8d-ad3e-a5c109efaca6"},
	{"H2.2", "RH-Hverdagens aktiviteter", "Rehabilitation: everyday activities", sel83a, Rehabilitation, RehabilitationHome, false, "", "f9cd3ded-f8af-4060-aad5-7e7c342d0230"},
	{"H2.3", "RH-Indkøb", "Rehabilitation: shopping", sel83a, Rehabilitation, RehabilitationHome, false, "", "17e261ba-e33b-467a-af08-094dc38b4190"},
	{"H2.4", "RH-Mobilitet", "Rehabilitation: mobility", sel83a, Rehabilitation, RehabilitationHome, false, "", "0b654911-f2b6-47d3-948b-3e9fb315b4c9"},
	{"H2.5", "RH-Personlig hygiejne", "Rehabilitation: personal hygiene", sel83a, Rehabilitation, RehabilitationHome, false, "", "2912752c-2e9e-4702-8787-b45f73ff5b05"},
	{"H2.6", "RH-Rengøring", "Rehabilitation: cleaning", sel83a, Rehabilitation, RehabilitationHome, false, "", "b3c16115-d0d9-4229-a526-df366d44f948"},
	{"H2.7", "RH-Tilberede/anrette mad", "Rehabilitation: preparing food", sel83a, Rehabilitation, RehabilitationHome, false, "", "6b3c5af0-22ac-40eb-bc50-c7734da2bf6d"},
	{"H2.8", "RH-Tilsyn/omsorg", "Rehabilitation: supervision and care", sel83a, Rehabilitation, RehabilitationHome, false, "", "42a41f1d-80a5-4a3e-8de2-db8bb684a889"},
	{"H2.9", "RH-Tøjvask", "Rehabilitation: laundry", sel83a, Rehabilitation, RehabilitationHome, false, "", "dae030b6-2807-4a99-aebb-9309f5997082"},
	{"H2.10", "RH-Udskillelser", "Rehabilitation: excretion", sel83a, Rehabilitation, RehabilitationHome, false, "", "a6199582-15a7-4c3d-bbdf-21f5059031c6"},
	{"H2.11", "RH-Praktiske indsatser vedr. børn", "Rehabilitation: practical help with children", sel83a, Rehabilitation, RehabilitationHome, false, "", "8cbba31e-ae0c-4fb4-9389-21acf9805ad2"},

	{"H3.1", "Aflastningsophold", "Respite stay", sel84, OtherServices, RespiteStay, false, broadRespite, "406a5834-76fc-42fb-a1d5-c471e39f9ef0"},
	{"H3.2", "Afløsning", "Respite at home", sel84, OtherServices, RespiteAtHome, false, broadRelief, "06ebbe96-1f58-4f77-b06e-217ac754c597"},
	{"H3.3", "Praktisk hjælp efter §84", "Practical respite at home", sel84, OtherServices, RespiteAtHome, false, broadRelief, "78bdd2d6-c5cc-446f-8f68-78a9416134ec"},
	{"H4.1", "Midlertidigt ophold", "Temporary stay", sel84, OtherServices, TemporaryStay, false, broadStay, "82d29975-53e4-4634-bd1c-87278376bb9e"},
	{"H5.1", "Genoptræning af funktionsnedsættelse", "Rehabilitation training", sel86, Rehabilitation, TrainingSeries, false, broadTraining, "49b9601f-eff7-43a4-8263-56296ec82601"},
	{"H6.1", "Vedligehold af færdigheder", "Maintenance training", sel86, Rehabilitation, TrainingSeries, false, broadTraining, "c7d79b23-a53d-4ad5-a536-24d7c7fe8e18"},
	{"H7.1", "Generel 0-ydelse", "General administrative time", "", OtherServices, AdministrativeTime, true, "", "4e5198d5-7d1b-44bc-9ab0-98ca8964a521"},
	{"H7.2", "Koordinerende 0-ydelse", "Coordinating administrative time", "", OtherServices, AdministrativeTime, true, broadContact, "4e6ac795-fc5d-433a-9d0a-1b1006132525"},

	{broadCare, "Personlig hjælp og pleje", "Personal help and care", act, PersonalCare, PersonalCareSeries, false, "", ""},
	{broadHome, "Praktisk hjælp i hjemmet", "Practical help at home", act, PracticalHelp, PracticalHelpSeries, false, "", ""},
	{broadMeals, "Madservice efter ældreloven", "Meals service under the Elderly Act", act, PracticalHelp, MealsSeries, false, "", ""},
	{broadTraining, "Genoptræning", "Rehabilitation training under the Elderly Act", act, Rehabilitation, TrainingSeries, false, "", ""},
	{broadRelief, "Afløsning i hjemmet", "Respite at home under the Elderly Act", act, OtherServices, RespiteAtHome, false, "", ""},
	{broadStay, "Midlertidigt ophold efter ældreloven", "Temporary stay under the Elderly Act", act, OtherServices, TemporaryStay, false, "", ""},
	{broadRespite, "Aflastningsophold efter ældreloven", "Respite stay under the Elderly Act", act, OtherServices, RespiteStay, false, "", ""},
	{broadContact, "Dialog og koordinering", "Dialogue and coordination", act, OtherServices, AdministrativeTime, true, "", ""},

	{TrainingByHelper, "Træning ved hjælper", "Training with the helper", "SEL §83a/§86", Rehabilitation, HelperTraining, false, "", ""},
	{"L.DYING", "Pleje af alvorligt syge og døende", "Care of the gravely ill and dying", sel83, PersonalCare, PersonalCareSeries, false, broadCare, ""},
	{"L.MEALS", "Hjælp og støtte til mad og måltider", "Help with food and meals", sel83, PracticalHelp, PracticalHelpSeries, false, broadHome, ""},
	{"L.PED", "Målrettede pædagogiske opgaver", "Pedagogical support", "", OtherServices, OtherSeries, false, "", ""},

	{"G1.5", "Anlæggelse og pleje af kateter", "Catheter care", sul138, Nursing, NursingSeries, false, "", "04393d04-a756-41d8-b0b0-f88577526443"},
	{"G1.6", "Behandling med ortopædiske hjælpemidler", "Treatment with orthopaedic aids", sul138, Nursing, NursingSeries, false, "", "61bbabf0-40a9-4e4c-ae73-5eea09928299"},
	{"G1.7", "Behandling og pleje af hudproblem", "Skin care", sul138, Nursing, NursingSeries, false, "", "1219579a-0c73-4777-957c-f2fa78c3cd3e"},
	{"G1.8", "Behandling og pleje af mave-tarmproblem", "Care of stomach and bowel", sul138, Nursing, NursingSeries, false, "", "27ff5930-0a20-4b48-b22e-aa0a01175702"},
	{"G1.9", "Cirkulationsbehandling", "Circulation treatment", sul138, Nursing, NursingSeries, false, "", "967855e5-386d-4c00-8e42-de05a8672e6d"},
	{"G1.10", "Dialyse", "Dialysis", sul138, Nursing, NursingSeries, false, "", "363f2ea2-6781-497b-969d-71221c676883"},
	{"G1.11", "Drænpleje", "Drain care", sul138, Nursing, NursingSeries, false, "", "2db1c5e7-9744-4faf-b874-4edab43e17b6"},
	{"G1.12", "Ernæringsindsats", "Nutrition nursing", sul138, Nursing, NursingSeries, false, "", "2793feb9-a99e-4157-81bb-9ce9d8ae0657"},
	{"G1.14", "Forflytning og mobilisering", "Transfer and mobilisation", sul138, Nursing, NursingSeries, false, "", "932da174-e1ee-4991-bfd8-5b5fd18b7301"},
	{"G1.15", "Iltbehandling", "Oxygen treatment", sul138, Nursing, NursingSeries, false, "", "bce1125d-3f4e-4be4-b1eb-f26b7454b2d2"},
	{"G1.16", "Inkontinensbehandling", "Incontinence treatment", sul138, Nursing, NursingSeries, false, "", "e6c95074-ce45-488a-af8b-b6b39d20808f"},
	{"G1.17", "Intravenøs medicinsk behandling", "Intravenous medicine", sul138, Nursing, NursingSeries, false, "", "f0d23296-29c5-4dc4-942e-3ce4cfdf6741"},
	{"G1.18", "Intravenøs væskebehandling", "Intravenous fluid", sul138, Nursing, NursingSeries, false, "", "e3eabbbe-b1a2-499f-beff-cca6e28c5e5c"},
	{"G1.19", "Kompressionsbehandling", "Compression therapy", sul138, Nursing, NursingSeries, false, "", "23eb1228-e878-4960-8d3c-2c022c66a489"},
	{"G1.20", "Medicinadministration", "Medicine administration", sul138, Nursing, NursingSeries, false, "", "d2d42368-9d6d-4ca2-affe-f7116da86e1b"},
	{"G1.21", "Medicindispensering", "Medicine dispensing", sul138, Nursing, NursingSeries, false, "", "81ad7190-f253-47c2-a7c9-3d61dd4f7275"},
	{"G1.22", "Nonfarmakologisk smertelindring", "Pain relief without drugs", sul138, Nursing, NursingSeries, false, "", "a0c9f295-7608-4d80-b6e7-fb37908b330a"},
	{"G1.23", "Oplæring", "Teaching", sul138, Nursing, NursingSeries, false, "", "c77c0972-df47-4ebe-a274-75c470dc010a"},
	{"G1.24", "Parenteral ernæring", "Parenteral nutrition", sul138, Nursing, NursingSeries, false, "", "021b4fae-e0f2-46a7-ad3e-26044d207e03"},
	{"G1.25", "Pleje ved anvendelse af personlige hjælpemidler", "Care of personal aids", sul138, Nursing, NursingSeries, false, "", "84538b56-8405-4662-ac59-d9d443ca4508"},
	{"G1.26", "Psykiatrisk pleje", "Psychiatric care", sul138, Nursing, NursingSeries, false, "", "4374f01c-494b-4fc6-9d95-a0022fa515cf"},
	{"G1.27", "Psykisk støtte", "Mental support", sul138, Nursing, NursingSeries, false, "", "476708f4-505d-4575-9e1f-e9dadb7d7759"},
	{"G1.28", "Rehabilitering", "Rehabilitating nursing", sul138, Nursing, NursingSeries, false, "", "8f8ee1d1-df6f-4c1c-8293-0b47a46b5c21"},
	{"G1.29", "Respirationsbehandling", "Respiratory treatment", sul138, Nursing, NursingSeries, false, "", "3198a6ba-879c-4d2e-914b-560ba1e0d63a"},
	{"G1.30", "Respiratorbehandling", "Ventilator treatment", sul138, Nursing, NursingSeries, false, "", "c37b573b-d4a8-4784-8751-b54c70249902"},
	{"G1.31", "Samarbejde med netværk", "Work with relatives", sul138, Nursing, NursingSeries, false, "", "c926c94f-137e-4317-9fb0-ad074ba5c5be"},
	{"G1.32", "Sekretsugning", "Suction of secretions", sul138, Nursing, NursingSeries, false, "", "e8e49a3f-9b29-4486-9274-1c8bcd478c5e"},
	{"G1.34", "Sondeernæring", "Tube feeding", sul138, Nursing, NursingSeries, false, "", "0eda48a1-b117-47d8-b4f0-a2e1fc12a053"},
	{"G1.35", "Stomipleje", "Stoma care", sul138, Nursing, NursingSeries, false, "", "58091c74-aa47-4c34-acd5-96fbb4f2ebd8"},
	{"G1.36", "Støtte til ADL-aktivitet", "Support of daily activities", sul138, Nursing, NursingSeries, false, "", "d615e2f1-4fe8-491f-84de-40d97a8d51f0"},
	{"G1.37", "Subkutan væskebehandling", "Subcutaneous fluid", sul138, Nursing, NursingSeries, false, "", "999e4908-106e-49b8-bc5f-8f9778df8a8d"},
	{"G1.38", "Særlig kommunikationsform", "Special communication", sul138, Nursing, NursingSeries, false, "", "a13ec0ec-b525-4b42-89e1-a75c743fcca5"},
	{"G1.39", "Sårbehandling", "Wound care", sul138, Nursing, NursingSeries, false, "", "76878386-b3d2-4320-828a-a700e8a66234"},
	{"G1.40", "Trakeostomipleje", "Tracheostomy care", sul138, Nursing, NursingSeries, false, "", "1cb4bf0a-da39-44fa-b9c8-52093d3ae956"},
	{"G1.41", "Undersøgelser og måling af værdier", "Measurements", sul138, Nursing, NursingSeries, false, "", "34b8b9a0-41bf-4dce-88f6-409de21fb175"},
	{"G1.42", "Vejledning", "Guidance", sul138, Nursing, NursingSeries, false, "", "0204a44a-29ca-4ac0-9f08-a8dcb35b44d9"},
	{"G1.44", "Væske per os", "Fluid by mouth", sul138, Nursing, NursingSeries, false, "", "399fb4f4-b1e0-48a1-8d92-05f5c5ba7d3b"},
	{"G1.46", "Personlig pleje", "Personal care by nurses", sul138, Nursing, NursingSeries, false, "", "fdf43795-6499-4a5b-a1d9-d045975682b2"},
	{"G1.47", "Supplerende udredning", "Further examination", sul138, Nursing, NursingSeries, false, "", "b2634ff3-544b-46e8-8908-b056b3c4e27c"},
	{"G2.1", "Sygeplejefaglig udredning", "Nursing assessment", sul138, Nursing, AdministrativeTime, true, "", "96546362-359b-401f-8760-f2c54f62d804"},
	{"G2.2", "Opfølgning", "Follow-up", sul138, Nursing, AdministrativeTime, true, "", "f2ac3b5e-ff62-4510-88ce-7a916fc24a90"},
	{"G2.3", "Koordinering", "Coordination", sul138, Nursing, AdministrativeTime, true, "", "0899186c-200c-4048-8cda-929b4d629343"},
	{"G2.4", "Generel 0-ydelse i sygeplejen", "General administrative time in nursing", sul138, Nursing, AdministrativeTime, true, "", "ccbed25e-da29-4c4e-9f6c-0b3132125336"},
}

// serviceAliases are other spellings and the names of older local catalogues, to codes.
var serviceAliases = []struct{ name, code string }{
	{"bad og hårvask", "H1.1"},
	{"bad", "H1.1"},
	{"sengeredning/forflytning/lejring", "H1.4"},
	{"sengeredning, forflytning og lejring", "H1.4"},
	{"psykisk pleje og omsorg", "H1.6"},
	{"tilsyn", "H1.6"},
	{"tilberede mad", "H1.10"},
	{"anrette mad", "H1.10"},
	{"madservice med udbringning", "H1.11"},
	{"madservice uden udbringning", "H1.11"},
	{"madservice (med udbringning)", "H1.11"},
	{"madservice (uden udbringning)", "H1.11"},
	{"praktiske indsatser i relation til børn i husstanden", "H1.12"},
	{"praktiske indsatser vedrørende børn", "H1.12"},
	{"rh praktiske indsatser i relation til børn i husstanden", "H2.11"},
	{"rh tilberede mad", "H2.7"},
	{"aflastningsophold uden for hjemmet", "H3.1"},
	{"praktisk hjælp §84", "H3.3"},
	{"midlertidig ophold", "H4.1"},
	{"vedligeholdelsestræning", "H6.1"},
	{"personlig pleje og praktisk hjælp", broadCare},
	{"praktisk hjælp og støtte", broadHome},
	{"dialog/koordinering", broadContact},
	{"kateter", "G1.5"},
	{"hjælp til medicinindtagelse", "G1.20"},
	{"måling af værdier", "G1.41"},
	{"psykisk pleje og støtte", "G1.27"},
	{"træning ved hjælper i eget hjem", TrainingByHelper},
	{"digirehab", TrainingByHelper},
}

// servicePlace and serviceName find a service by code and by what fold makes of its name, code or UUID.
var servicePlace, serviceName = func() (place, name map[string]int) {
	place, name = make(map[string]int, len(services)), make(map[string]int, 4*len(services))
	add := func(key string, i int) {
		if _, taken := name[key]; !taken {
			name[key] = i
		}
	}
	for i, s := range services {
		place[s.Code] = i
		add(fold(s.DA), i)
		add(fold(s.Code), i)
		if s.ID != "" {
			add(fold(s.ID), i)
		}
	}
	for _, a := range serviceAliases {
		add(fold(a.name), place[a.code])
	}
	return place, name
}()

// fold makes spellings of a name alike: lower case, blanks collapsed, none beside a slash, a hyphen is a blank.
func fold(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(s), "-", " ")), " ")
	return strings.ReplaceAll(strings.ReplaceAll(s, " /", "/"), "/ ", "/")
}

// Services lists the known services in table order.
func Services() []Service { return slices.Clone(services) }

// FSIIISuffix tells whether a service's name ends in "(FSIII)", and returns it without.
func FSIIISuffix(name string) (without string, ok bool) {
	name = strings.TrimSpace(name)
	without, ok = strings.CutSuffix(name, "(FSIII)")
	return strings.TrimSpace(without), ok
}

// ServiceByName maps a service's name as an extract has it (already repaired of mojibake) to its code: a trailing
// " (FSIII)" is dropped, blanks are collapsed, case is ignored; then the names, codes and UUIDs of the table, then the
// names of older catalogues. If nothing fits, the code is UnknownPrefix plus the tidied name, and ok is false.
func ServiceByName(name string) (code string, ok bool) {
	plain, _ := FSIIISuffix(name)
	if i, found := serviceName[fold(plain)]; found {
		return services[i].Code, true
	}
	return UnknownPrefix + strings.Join(strings.Fields(plain), " "), false
}

// ServiceOf returns the service of a code. An unknown code gives a Service of concept OtherServices named
// after its local name, and false.
func ServiceOf(code string) (Service, bool) {
	if i, found := servicePlace[code]; found {
		return services[i], true
	}
	name := strings.TrimPrefix(code, UnknownPrefix)
	return Service{Code: code, DA: name, EN: name, Concept: OtherServices, Series: OtherSeries}, false
}

// SuggestService returns the known service whose name is nearest to an unknown one, and in how many letters they differ
// (insertions, deletions and replacements). ok is false if more than a quarter of the longer name's letters do, or if
// the name has fewer than four. Of equally near names the one that comes first in the table wins, names of the table
// before names of older catalogues. A suggestion is for a person to confirm: nothing is ever read by it.
func SuggestService(name string) (code string, letters int, ok bool) {
	plain, _ := FSIIISuffix(name)
	want := []rune(fold(plain))
	if len(want) < 4 {
		return "", 0, false
	}
	letters = len(want) + 1
	try := func(known, c string) {
		have := []rune(fold(known))
		if d := editDistance(want, have); d < letters && 4*d <= max(len(want), len(have)) {
			code, letters, ok = c, d, true
		}
	}
	for _, s := range services {
		try(s.DA, s.Code)
	}
	for _, a := range serviceAliases {
		try(a.name, a.code)
	}
	if !ok {
		return "", 0, false
	}
	return code, letters, true
}

// editDistance is Levenshtein's, by one row at a time.
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			step := diagonal
			if x != y {
				step++
			}
			diagonal = row[j+1]
			row[j+1] = min(step, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
