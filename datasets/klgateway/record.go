package klgateway

import (
	"hash/fnv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// Kind is what a record tells.
type Kind uint8

// The kinds of records.
const (
	Ability   Kind = iota + 1 // an ability was assessed
	Delivered                 // a service was delivered once
	Planned                   // a service was granted
	Death                     // the citizen is dead
)

// String returns "ability", "delivered", "planned" or "death".
func (k Kind) String() string {
	switch k {
	case Ability:
		return "ability"
	case Delivered:
		return "delivered"
	case Planned:
		return "planned"
	case Death:
		return "death"
	}
	return "none"
}

// Position is where in a file an entry stands.
type Position struct {
	Bundle int // from 1
	Entry  int // from 1; 0: the bundle as a whole
	Line   int // of the entry's first character, from 1
}

// Record is one version of what one entry tells.
type Record struct {
	Citizen  cpr.Number
	Kind     Kind
	Void     bool   // entered in error: all that this resource told is wrong; only Resource and Known are then meant
	Code     string // ability or service, see datasets/codes; codes.UnknownPrefix and its name if no table knows it
	Level    int8   // of an ability: 0 to 4 or rettidig.NotRelevant
	Date     rettidig.Day
	End      rettidig.Day // of a planned service: the last day; NoDay: not ended, or not told
	Known    rettidig.Day // never before Date, except for a planned service
	Updated  int64        // the moment behind Known, seconds since 1970: the order of versions of one day
	Resource uint64       // the same for all versions of one resource, see ResourceHash
	At       Position

	Retracted rettidig.Retraction // set by Settle
}

// ResourceHash names a resource by its type and id.
func ResourceHash(resourceType, id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(resourceType))
	_, _ = h.Write([]byte{'/'})
	_, _ = h.Write([]byte(id))
	return h.Sum64()
}
