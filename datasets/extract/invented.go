package extract

import (
	"fmt"
	"strconv"

	"github.com/rettidig/rettidig/datasets/cpr"
)

// The generator of synthetic municipalities marks every id that it makes up, so that a delivery of nobody can be
// told from one of real people: CPR numbers that were never issued, BorgerIDs that begin with 99, replacement
// numbers with a Z as their first letter. It takes all ids of a delivery to be marked for it to be synthetic.

// inventedBorger tells whether a BorgerID is in the generator's range, or is undone by arithmetic to a CPR number
// that was never issued.
func inventedBorger(id []byte) bool {
	if string(id[:2]) == "99" {
		return true
	}
	n, ok := reversed(id)
	return ok && n.NeverIssued()
}

func inventedReplacement(n cpr.Number) bool { return n.Replacement() && n.Reveal()[7] == 'Z' }

// reversed undoes the arithmetic by which a published pseudonym was made: (CPR number times 8 plus 286) times 3.
func reversed(id []byte) (cpr.Number, bool) {
	v, err := strconv.ParseUint(string(id), 10, 64)
	if err != nil || v%3 != 0 || v/3 < 286 || (v/3-286)%8 != 0 {
		return cpr.Number{}, false
	}
	n, err := cpr.Parse(fmt.Sprintf("%010d", (v/3-286)/8))
	return n, err == nil
}

// A few ids come out of the arithmetic as numbers by chance, about one in three thousand.
const (
	fewReversible   = 10
	shareReversible = 0.05
)
