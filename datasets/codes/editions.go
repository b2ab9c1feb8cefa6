package codes

import (
	"slices"
	"strings"
)

// Edition is an edition of ISO 9999, by its year. 0 is "not known which".
type Edition int

// Evidence says how well a statement about a code is supported.
type Evidence uint8

const (
	Seen      Evidence = iota // a public source shows it
	Knowledge                 // general knowledge of the standard; not confirmed in a public source
)

// Alias is a class number of an older edition of ISO 9999 that now is another one.
type Alias struct {
	Old    string // six digits, or four for a whole subclass
	Today  string // six digits; four if the last two are kept
	DA, EN string // what the old number was called
	Until  Edition
	Source Evidence
}

// olderNumbers is sorted by the old number. Until is the first edition with the new number. Public extracts show old
// numbers long after their edition, so the year says where a number comes from and is no reason to refuse it.
//
// 18 12 18 was also used for pressure mattresses. A plain foam mattress has the same number, so it stays what it is.
// 09 33 03 held bath boards, seats and chairs alike; the fourth level does not tell which, and most were chairs.
var olderNumbers = []Alias{
	{Old: "0333", Today: "043306", DA: "Tryksårsforebyggende madrasser", EN: "Products for tissue integrity when lying", Until: 2007, Source: Knowledge},
	{Old: "093303", Today: "093307", DA: "Badestole, badebrætter og badetaburetter", EN: "Bath and shower chairs, boards and stools", Until: 2011, Source: Knowledge},
	{Old: "1230", Today: "1231", DA: "Hjælpemidler til vending og forflytning", EN: "Turning and transfer aids", Until: 2007, Source: Knowledge},
	{Old: "123903", Today: "120803", DA: "Hvide stokke", EN: "White canes", Until: 2022, Source: Seen},
	{Old: "180942", Today: "043303", DA: "Siddepuder og underlag", EN: "Seat cushions", Source: Seen},
	{Old: "215103", Today: "222718", DA: "Nødkald og nødalarmer", EN: "Personal emergency alarms", Until: 2007, Source: Seen},
}

// Aliases lists the numbers of older editions by their old number.
func Aliases() []Alias { return slices.Clone(olderNumbers) }

// AliasOf returns the alias by which a class of 6 or 8 digits is read as another one today; false if its number is
// today's (or unknown). An importer notes such a class as being of an older edition.
func AliasOf(iso string) (Alias, bool) {
	if len(iso) < 6 {
		return Alias{}, false
	}
	i, found := slices.BinarySearchFunc(olderNumbers, iso[:6], func(a Alias, six string) int {
		return strings.Compare(a.Old, six[:len(a.Old)])
	})
	if !found {
		return Alias{}, false
	}
	return olderNumbers[i], true
}

// Canonical returns today's number for a class of 6 or 8 digits: that of its alias if its first six digits have one,
// else those six digits.
func Canonical(iso string) string {
	six := iso[:min(6, len(iso))]
	a, ok := AliasOf(six)
	switch {
	case !ok:
		return six
	case len(a.Today) == 4:
		return a.Today + six[4:]
	}
	return a.Today
}
