package synth

import (
	"fmt"
	"strconv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// number11 is the CPR number as these exports print it, six digits of the date, a hyphen and four more.
func number11(n cpr.Number) string {
	s := n.Reveal()
	return s[:6] + "-" + s[6:]
}

// borgerID is the BorgerID of citizen n: twelve digits that begin with 99. The other ten are a permutation of n,
// so no two citizens have the same; they say nothing about a CPR number.
func borgerID(seed uint64, n int) string {
	const range10, step = 10_000_000_000, 7_919_000_003 // coprime
	offset := mix(seed) % range10
	return strconv.FormatUint(99*range10+(uint64(n)*step+offset)%range10, 10)
}

// reversibleID is a BorgerID of the kind that arithmetic makes of a CPR number, and undoes.
func reversibleID(n cpr.Number) string {
	v, err := strconv.ParseUint(n.Reveal(), 10, 64)
	if err != nil {
		panic("synth: a CPR number with letters has no reversible id")
	}
	return fmt.Sprintf("%012d", (v*8+286)*3)
}

// replacementID is a replacement number (X-eCPR) with the citizen's birthday. The letters begin with Z, by which an
// importer can tell invented ones: that no such number was ever given out, nobody can promise.
func replacementID(seed uint64, n int, p person) string {
	h := mix(seed ^ mix(uint64(n)+1<<40))
	return number11(p.number)[:7] + string("17"[h%2]) + "Z" + string(rune('A'+h/2%26)) + string(rune('0'+h/52%10))
}

// patientID is DigiRehab's own number for the kth enrolment of citizen n: five digits as long as they suffice, in no
// visible order.
func (p *plan) patientID(n, k int) int {
	width := 90000
	for width < p.slots {
		width *= 10
	}
	return width/9 + (3*n+min(k, 2))*7919%width
}

// identity is under which ids a citizen stands.
type identity struct {
	number      string // in aids and home care
	training    string // in DigiRehab's tables
	replacement string // until the day below; empty for most
	until       rettidig.Day
	digits      bool // the number is twelve digits: a sheet holds it as a number
}

// identify draws what becomes of a citizen's id.
func (l *life) identify(p *plan, n int, b *block) identity {
	d, rng := &l.cfg.Dirt, l.dirt
	id := identity{until: rettidig.NoDay}
	if p.borger() {
		id.number, id.digits = borgerID(l.cfg.Seed, n), true
		if rng.Float64() < d.ReversibleID {
			id.number, id.digits = reversibleID(l.number), false
			b.plant("reversible_id", 1)
		}
		id.training = id.number
	} else {
		id.number = number11(l.number)
		id.training = id.number
		if rng.Float64() < d.MixedKeys {
			id.training = borgerID(l.cfg.Seed, n)
			if len(l.courses) > 0 {
				b.plant("mixed_keys", 1)
			}
		}
		if rng.Float64() < d.ReplacementCPR {
			id.replacement, id.until = replacementID(l.cfg.Seed, n, l.person), l.cfg.share(0.2+0.6*rng.Float64())
		}
	}
	if rng.Float64() < d.CrowdedID {
		id.number, id.replacement = l.crowd(p), ""
		if l.servedAtAll() || len(l.loans) > 0 {
			b.plant("crowded_id", 1)
		}
	}
	return id
}

// crowd is the one id under which the rows of many stand.
func (l *life) crowd(p *plan) string {
	if p.borger() {
		return borgerID(l.cfg.Seed, 9_999_999)
	}
	birth := rettidig.DayOf(1930, 1, 1)
	return number11(cpr.Generate(stream(l.cfg.Seed, 0, forPeople), birth, rettidig.Female))
}

func (l *life) servedAtAll() bool {
	return len(l.personal)+len(l.practical)+len(l.spells)+len(l.courses) > 0
}
