// Package codes holds the code tables that readers, features, the generator and the screen share: aid
// classes (ISO 9999 with Danish level 4), law paragraphs, home-care services (FSIII level 2, local names and the
// broad ones of the Elderly Act of 2025), functional abilities (FSIII before and after 2025), screening reasons,
// and the care concepts that they are grouped to.
//
// The same thing has had several codes: the standard was renumbered, laws replaced laws, and in 2025 one broad code
// took over many. A Series is what such codes have in common; whoever counts over years counts series, and Breaks says
// on which days the codes under them changed.
//
// The package decides what a code is called, which other codes it goes on from, and to which concept it belongs. It
// leaves to datasets/extract what to do with an unknown one (count and show it, never drop it), and to features what
// a concept means.
package codes

import (
	"slices"
	"strings"
)

// Concept is a thing that a caregiver talks about. Reasons are grouped to concepts.
type Concept string

// The concepts, in the order in which a screen lists them.
const (
	Demography      Concept = "demography"
	MobilityAids    Concept = "mobility_aids"
	Wheelchairs     Concept = "wheelchairs"
	TransferAids    Concept = "transfer_aids"
	Beds            Concept = "beds"
	PressureAids    Concept = "pressure_aids"
	ToiletAids      Concept = "toilet_aids"
	BathAids        Concept = "bath_aids"
	Alarms          Concept = "alarms"
	HomeAdaptation  Concept = "home_adaptation"
	SensoryAids     Concept = "sensory_aids"
	OtherAids       Concept = "other_aids"
	AidsOverall     Concept = "aids_overall"
	PersonalCare    Concept = "personal_care"
	PracticalHelp   Concept = "practical_help"
	Nursing         Concept = "nursing"
	Rehabilitation  Concept = "rehabilitation"
	OtherServices   Concept = "other_services"
	ServicesOverall Concept = "services_overall"
	Training        Concept = "training"
	Screening       Concept = "screening"
	Functioning     Concept = "functioning"
	Season          Concept = "season"
)

var conceptNames = []struct {
	c      Concept
	da, en string
}{
	{Demography, "Alder og køn", "Age and sex"},
	{MobilityAids, "Ganghjælpemidler", "Walking aids"},
	{Wheelchairs, "Kørestole", "Wheelchairs"},
	{TransferAids, "Forflytningshjælpemidler", "Transfer aids"},
	{Beds, "Plejeseng og sengeudstyr", "Care bed and bedding"},
	{PressureAids, "Tryksårsforebyggelse", "Pressure-ulcer prevention"},
	{ToiletAids, "Toilethjælpemidler", "Toilet aids"},
	{BathAids, "Badehjælpemidler", "Bathing aids"},
	{Alarms, "Nødkald og alarmer", "Alarms"},
	{HomeAdaptation, "Boligindretning og møbler", "Home adaptation and furniture"},
	{SensoryAids, "Syn, hørelse og kommunikation", "Sight, hearing and communication"},
	{OtherAids, "Andre hjælpemidler", "Other aids"},
	{AidsOverall, "Hjælpemidler i alt", "Aids overall"},
	{PersonalCare, "Personlig pleje", "Personal care"},
	{PracticalHelp, "Praktisk hjælp", "Practical help"},
	{Nursing, "Sygepleje", "Home nursing"},
	{Rehabilitation, "Rehabilitering og træning efter serviceloven", "Rehabilitation"},
	{OtherServices, "Anden ydelse", "Other services"},
	{ServicesOverall, "Hjemmehjælp i alt", "Home care overall"},
	{Training, "Tidligere træningsforløb", "Earlier training courses"},
	{Screening, "Screening (behov for hjælp og fysisk formåen)", "Screening (need of help and physical ability)"},
	{Functioning, "Funktionsevne", "Functional ability"},
	{Season, "Årstid", "Season"},
}

// Concepts lists every concept in screen order.
func Concepts() []Concept {
	out := make([]Concept, len(conceptNames))
	for i, n := range conceptNames {
		out[i] = n.c
	}
	return out
}

// Label returns the concept's name in Danish ("da") or English (anything else).
func (c Concept) Label(lang string) string {
	for _, n := range conceptNames {
		if n.c == c {
			if lang == "da" {
				return n.da
			}
			return n.en
		}
	}
	return string(c)
}

// Class is one aid class.
type Class struct {
	ISO     string // 4 or 6 digits
	DA, EN  string // our own short names
	Concept Concept
}

// Classes lists the known classes by code.
func Classes() []Class { return slices.Clone(classes) }

// ClassOf finds the class of an ISO code of 4 to 8 digits: by its canonical six digits, then by four. ok
// is false for a class that we have no name for; it is then called by its group of four digits, or by its
// number if that is unknown too, and gets the concept that its number implies.
func ClassOf(iso string) (c Class, ok bool) {
	six := Canonical(iso)
	for n := len(six); n >= 4; n -= 2 {
		if i, found := slices.BinarySearchFunc(classes, six[:n], func(c Class, s string) int { return strings.Compare(c.ISO, s) }); found {
			return classes[i], true
		}
	}
	c = Class{ISO: six, DA: "Andet hjælpemiddel (" + iso + ")", EN: "Other aid (" + iso + ")", Concept: conceptOfISO(six)}
	if g, found := groups[six[:min(4, len(six))]]; found {
		c.DA, c.EN = g[0], g[1]
	}
	return c, false
}

// ValidTop tells whether two digits are a class that ISO 9999 has (03 until 2007).
func ValidTop(two string) bool {
	return slices.Contains([]string{"03", "04", "05", "06", "09", "12", "15", "18", "21", "22", "24", "26", "27", "28", "30"}, two)
}

func conceptOfISO(six string) Concept {
	for _, p := range []struct {
		prefix string
		c      Concept
	}{
		{"1203", MobilityAids}, {"1206", MobilityAids}, {"1207", MobilityAids}, {"1208", MobilityAids},
		{"1222", Wheelchairs}, {"1223", Wheelchairs}, {"1224", Wheelchairs}, {"1231", TransferAids}, {"1236", TransferAids},
		{"1812", Beds}, {"0433", PressureAids}, {"0912", ToiletAids}, {"0933", BathAids}, {"2227", Alarms},
		{"18", HomeAdaptation}, {"22", SensoryAids},
	} {
		if strings.HasPrefix(six, p.prefix) {
			return p.c
		}
	}
	return OtherAids
}
