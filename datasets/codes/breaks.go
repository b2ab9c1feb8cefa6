package codes

import (
	"slices"

	"github.com/rettidig/rettidig"
)

// Break is a day on which what the registers write changed although nobody's life did. A count over a break compares
// two ways of writing.
type Break struct {
	ID       string
	Date     rettidig.Day // the first day of the new way
	DA, EN   string       // what changed, in one clause
	Concepts []Concept    // whose counts and minutes are touched; none if only paragraphs are
}

var breaks = []Break{
	{"paragraph_97_112", reform2007, "SEL §97 blev til §112", "SEL §97 became §112", nil},
	{"iso_2007", reform2007, "ISO 9999 fik nye klassenumre", "ISO 9999 was renumbered", []Concept{Alarms, PressureAids, TransferAids}},
	{"hoftepakke_2011", hip2011, "\"Hoftepakke\" skrives som paragraf i ét år", "\"Hoftepakke\" is written as a paragraph for one year", nil},
	{"apv_2012", apv2012, "APV skrives som grundlag for omkring hvert tredje udlån", "APV is given as the ground of about every third loan", nil},
	{"alarms_2013", alarms2013, "Nødkald med tovejstale får deres egen klasse", "Two-way alarms get a class of their own", []Concept{Alarms}},
	{"rehabilitation_2015", rehab2015, "Rehabilitering efter SEL §83a skal tilbydes først", "Rehabilitation under SEL §83a must be offered first", []Concept{PersonalCare, PracticalHelp, Rehabilitation}},
	{"elderly_act_2025", elderlyAct25, "Ældreloven og det forenklede FSIII: en bred kode i stedet for mange", "The Elderly Act and the simplified FSIII: one broad code in place of many", []Concept{PersonalCare, PracticalHelp, Rehabilitation, OtherServices}},
}

// Breaks lists the breaks by date.
func Breaks() []Break {
	out := slices.Clone(breaks)
	for i := range out {
		out[i].Concepts = slices.Clone(out[i].Concepts)
	}
	return out
}

// BreakWithin returns the first break that touches a concept after the first day of a window and no later than its
// last day, so that the window has days on both sides of it. Sums over the concept are safe, as old and new codes are
// of one concept; what is counted by single codes in such a window is not. ServicesOverall and AidsOverall are touched
// by every break of a service or of an aid.
func BreakWithin(c Concept, first, last rettidig.Day) (Break, bool) {
	for _, b := range breaks {
		if b.Date > first && b.Date <= last && slices.ContainsFunc(b.Concepts, func(t Concept) bool {
			return t == c || c == ServicesOverall && t.isService() || c == AidsOverall && !t.isService()
		}) {
			return b, true
		}
	}
	return Break{}, false
}

func (c Concept) isService() bool {
	switch c {
	case PersonalCare, PracticalHelp, Nursing, Rehabilitation, OtherServices, ServicesOverall:
		return true
	}
	return false
}
