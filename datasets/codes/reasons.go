package codes

import (
	"slices"
	"strings"
)

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
