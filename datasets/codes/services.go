package codes

import (
	"slices"
	"strings"
)

// Service is one home-care service (ydelse).
type Service struct {
	Code    string // FSIII level 2, e.g. "H1.8"; "L.TVH" for the local Træning ved hjælper
	DA, EN  string
	Law     string
	Concept Concept
}

// TrainingByHelper is the local service under which DigiRehab sessions are delivered.
const TrainingByHelper = "L.TVH"

// UnknownPrefix starts the code of a service that no table knows; the rest is its local name.
const UnknownPrefix = "X:"

var services = []Service{
	{"H1.1", "Personlig hygiejne", "Personal hygiene", "SEL §83", PersonalCare},
	{"H1.2", "Udskillelser", "Excretion", "SEL §83", PersonalCare},
	{"H1.3", "Ernæring", "Nutrition", "SEL §83", PersonalCare},
	{"H1.4", "Mobilitet", "Mobility", "SEL §83", PersonalCare},
	{"H1.5", "Hverdagens aktiviteter", "Everyday activities", "SEL §83", PersonalCare},
	{"H1.6", "Tilsyn/omsorg", "Supervision and care", "SEL §83", PersonalCare},
	{"H1.7", "Indkøb", "Shopping", "SEL §83", PracticalHelp},
	{"H1.8", "Rengøring", "Cleaning", "SEL §83", PracticalHelp},
	{"H1.9", "Tøjvask", "Laundry", "SEL §83", PracticalHelp},
	{"H1.10", "Tilberede/anrette mad", "Preparing food", "SEL §83", PracticalHelp},
	{"H1.11", "Madservice", "Meals service", "SEL §83", PracticalHelp},
	{"H2.1", "RH-Ernæring", "Rehabilitation: nutrition", "SEL §83a", Rehabilitation},
	{"H2.2", "RH-Hverdagens aktiviteter", "Rehabilitation: everyday activities", "SEL §83a", Rehabilitation},
	{"H2.3", "RH-Indkøb", "Rehabilitation: shopping", "SEL §83a", Rehabilitation},
	{"H2.4", "RH-Mobilitet", "Rehabilitation: mobility", "SEL §83a", Rehabilitation},
	{"H2.5", "RH-Personlig hygiejne", "Rehabilitation: personal hygiene", "SEL §83a", Rehabilitation},
	{"H2.6", "RH-Rengøring", "Rehabilitation: cleaning", "SEL §83a", Rehabilitation},
	{"H3.1", "Aflastningsophold", "Respite stay", "SEL §84", OtherServices},
	{"H3.2", "Afløsning", "Respite at home", "SEL §84", OtherServices},
	{"H4.1", "Midlertidigt ophold", "Temporary stay", "SEL §84", OtherServices},
	{"H5.1", "Genoptræning af funktionsnedsættelse", "Rehabilitation training", "SEL §86,1", Rehabilitation},
	{"H6.1", "Vedligehold af færdigheder", "Maintenance training", "SEL §86,2", Rehabilitation},
	{"G1.5", "Anlæggelse og pleje af kateter", "Catheter care", "SUL §138", Nursing},
	{"G1.16", "Inkontinensbehandling", "Incontinence treatment", "SUL §138", Nursing},
	{"G1.19", "Kompressionsbehandling", "Compression therapy", "SUL §138", Nursing},
	{"G1.20", "Medicinadministration", "Medicine administration", "SUL §138", Nursing},
	{"G1.21", "Medicindispensering", "Medicine dispensing", "SUL §138", Nursing},
	{"G1.39", "Sårbehandling", "Wound care", "SUL §138", Nursing},
	{"G1.41", "Undersøgelser og måling af værdier", "Measurements", "SUL §138", Nursing},
	{TrainingByHelper, "Træning ved hjælper", "Training with the helper", "SEL §83a/§86", Rehabilitation},
}

// serviceAliases are other spellings and local names, folded as in fold, to codes.
var serviceAliases = map[string]string{
	"bad og hårvask":                  "H1.1",
	"bad":                             "H1.1",
	"måling af værdier":               "G1.41",
	"tilberede mad":                   "H1.10",
	"anrette mad":                     "H1.10",
	"hjælp til medicinindtagelse":     "G1.20",
	"træning ved hjælper i eget hjem": TrainingByHelper,
	"digirehab":                       TrainingByHelper,
}

// Services lists the known services in table order.
func Services() []Service { return slices.Clone(services) }

// ServiceByName maps a service's name as an extract has it (already repaired of mojibake) to its code: a
// trailing " (FSIII)" is dropped, blanks are collapsed, case is ignored; then the FSIII names and codes,
// then the local names. If nothing fits, the code is UnknownPrefix plus the tidied name, and ok is false.
func ServiceByName(name string) (code string, ok bool) {
	tidy := strings.Join(strings.Fields(strings.TrimSuffix(strings.TrimSpace(name), "(FSIII)")), " ")
	key := strings.ToLower(tidy)
	for _, s := range services {
		if key == strings.ToLower(s.DA) || key == strings.ToLower(s.Code) {
			return s.Code, true
		}
	}
	if code, ok := serviceAliases[key]; ok {
		return code, true
	}
	return UnknownPrefix + tidy, false
}

// ServiceOf returns the service of a code. An unknown code gives a Service of concept OtherServices named
// after its local name, and false.
func ServiceOf(code string) (Service, bool) {
	for _, s := range services {
		if s.Code == code {
			return s, true
		}
	}
	name := strings.TrimPrefix(code, UnknownPrefix)
	return Service{Code: code, DA: name, EN: name, Concept: OtherServices}, false
}

// Reason is why a screening score got worse.
type Reason struct{ Code, DA, EN string }

var reasons = []Reason{
	{"illness", "Sygdom", "Illness"},
	{"fall", "Fald/uheld", "Fall or accident"},
	{"unstable", "Generelt ustabil", "Generally unstable"},
	{"motivation", "Manglende motivation", "Lack of motivation"},
	{"medication", "Medicin", "Medication"},
	{"other", "Andet", "Other"},
	{"unexplained", "Ingen forklaring", "No explanation"},
}

// Reasons lists the screening reasons.
func Reasons() []Reason { return slices.Clone(reasons) }

// ReasonByName maps a reason as printed to its code; "Gerelt ustabil" is the vendor's own spelling. Blank
// gives "" and true; anything else unknown gives "" and false.
func ReasonByName(name string) (code string, ok bool) {
	key := strings.ToLower(strings.Join(strings.Fields(name), " "))
	switch key {
	case "":
		return "", true
	case "gerelt ustabil":
		return "unstable", true
	}
	for _, r := range reasons {
		if key == strings.ToLower(r.DA) {
			return r.Code, true
		}
	}
	return "", false
}
