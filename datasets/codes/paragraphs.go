package codes

import (
	"slices"
	"strings"
	"time"

	"github.com/rettidig/rettidig"
)

// Paragraph is a ground on which an aid is lent or help is given: a paragraph of a law, or what registers write in its
// place.
type Paragraph struct {
	Code   string // canonical: "112", "83a", "APV", "Hoftepakke"
	Law    string // in Danish, as people cite it; empty if it is no law
	DA, EN string
	From   rettidig.Day // the first day on which it was in force; NoDay: not told
	Until  rettidig.Day // the first day on which it no longer was; NoDay: still is, or not told
}

// Valid tells whether the paragraph was in force on a day. Registers write old paragraphs for a while after their end
// (a quarter of the aids of 2007 were still lent under 97), so this describes a row and does not refuse one.
func (p Paragraph) Valid(d rettidig.Day) bool {
	return (p.From == rettidig.NoDay || d >= p.From) && (p.Until == rettidig.NoDay || d < p.Until)
}

const open = rettidig.NoDay

var (
	reform2007   = rettidig.DayOf(2007, time.January, 1)
	hip2011      = rettidig.DayOf(2011, time.January, 1)
	apv2012      = rettidig.DayOf(2012, time.January, 1)
	alarms2013   = rettidig.DayOf(2013, time.January, 1)
	rehab2015    = rettidig.DayOf(2015, time.January, 1)
	elderlyAct25 = rettidig.DayOf(2025, time.July, 1)
)

// paragraphs is sorted by code. The Elderly Act took over 83, 83a and 86 for older people; they remain in force for
// younger ones and so have no end.
var paragraphs = []Paragraph{
	{"112", "SEL §112", "Hjælpemidler ved varig nedsat funktionsevne", "Aids for lasting impairment", reform2007, open},
	{"113", "SEL §113", "Forbrugsgoder", "Consumer goods", open, open},
	{"114", "SEL §114", "Støtte til bil", "Support for a car", open, open},
	{"116", "SEL §116", "Boligindretning", "Home adaptation", open, open},
	{"138", "SUL §138", "Hjemmesygepleje", "Home nursing", open, open},
	{"140", "SUL §140", "Genoptræning efter udskrivning", "Rehabilitation after hospital discharge", open, open},
	{"83", "SEL §83", "Personlig og praktisk hjælp", "Personal and practical help", open, open},
	{"83a", "SEL §83a", "Rehabiliteringsforløb", "Time-limited rehabilitation", rehab2015, open},
	{"84", "SEL §84", "Afløsning, aflastning og midlertidigt ophold", "Respite and temporary stay", open, open},
	{"86", "SEL §86", "Genoptræning og vedligeholdelsestræning", "Rehabilitation and maintenance training", open, open},
	{"97", "SEL §97", "Hjælpemidler (før 2007)", "Aids (before 2007)", open, reform2007},
	{"APV", "", "Hjælperens arbejdsmiljø", "The helper's work environment", open, open},
	{"Hoftepakke", "", "Hoftepakke efter hofteoperation", "Package after a hip operation", hip2011, apv2012},
}

// Paragraphs lists the known paragraphs by code.
func Paragraphs() []Paragraph { return slices.Clone(paragraphs) }

// ParagraphOf returns the paragraph of a canonical code. An unknown one gives a Paragraph named after itself and false.
func ParagraphOf(code string) (Paragraph, bool) {
	if i, found := slices.BinarySearchFunc(paragraphs, code, func(p Paragraph, s string) int { return strings.Compare(p.Code, s) }); found {
		return paragraphs[i], true
	}
	return Paragraph{Code: code, DA: code, EN: code, From: open, Until: open}, false
}

// ParagraphByName maps a paragraph as an extract has it to its canonical code: case, blanks, "§", the law's short name
// before it and a section after it ("86, stk. 1", "86,2") are dropped, and a number that a spreadsheet made of it
// ("112.0") is one again. Blank gives "" and true.
//
// isISO tells that the value is an ISO class instead, 6 to 8 digits that begin with a class that ISO 9999 has: in 2018
// those were typed into the paragraph's column. canonical is then the class's digits and ok is false. Anything else
// unknown gives the value without blanks and false.
func ParagraphByName(raw string) (canonical string, ok, isISO bool) {
	tidy := strings.Join(strings.Fields(strings.ReplaceAll(raw, "\u00a0", " ")), "")
	if tidy == "" {
		return "", true, false
	}
	key := strings.ToLower(strings.ReplaceAll(tidy, "§", ""))
	for _, law := range []string{"serviceloven", "servicelov", "sundhedsloven", "sundhedslov", "sel", "sul"} {
		key = strings.TrimPrefix(key, law)
	}
	digits := strings.TrimSuffix(strings.TrimSuffix(key, ".0"), ",0")
	if n := len(digits); n >= 6 && n <= 8 && allDigits(digits) {
		if n == 7 {
			digits = "0" + digits // the leading zero was lost
		}
		if ValidTop(digits[:2]) {
			return digits, false, true
		}
	}
	for _, p := range paragraphs {
		rest, found := strings.CutPrefix(key, strings.ToLower(p.Code))
		if found && isSection(rest) {
			return p.Code, true, false
		}
	}
	return tidy, false, false
}

// isSection tells whether what follows a paragraph is a section or nothing: ",1", "stk.2", ".0", ",stk.1,nr.2".
func isSection(rest string) bool {
	if rest == "" {
		return true
	}
	if rest[0] != ',' && rest[0] != '.' && !strings.HasPrefix(rest, "stk") {
		return false
	}
	rest = strings.NewReplacer("stk", "", "nr", "", ",", "", ".", "").Replace(rest)
	return len(rest) <= 2 && allDigits(rest)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
