package extract

import (
	"bytes"
	"errors"
	"hash/maphash"
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/pseudonym"
)

// person is a citizen as the id tells.
type person struct {
	id    rettidig.CitizenID
	birth rettidig.Day // from a CPR number; NoDay if it has none
	sex   rettidig.Sex // from a CPR number
	cpr   bool
}

// register gives each citizen of a delivery a number, and makes each pseudonym once. Many may ask at once; the numbers
// depend on who comes first, so nothing that is given out may depend on them.
type register struct {
	key    pseudonym.Key
	seed   maphash.Seed
	shards [registerShards]registerShard
}

const registerShards = 64

type registerShard struct {
	mu     sync.Mutex
	byCPR  map[cpr.Number]int32
	byID   map[uint64]int32
	people []person

	neverIssued, failing, replacements int // distinct CPR numbers
	invented, reversible               int // ids, see invented.go
}

func newRegister(key pseudonym.Key) *register {
	r := &register{key: key, seed: maphash.MakeSeed()}
	for i := range r.shards {
		r.shards[i].byCPR, r.shards[i].byID = map[cpr.Number]int32{}, map[uint64]int32{}
	}
	return r
}

// person returns what is known of a citizen.
func (r *register) person(no int32) person {
	s := &r.shards[no%registerShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.people[no/registerShards]
}

// size is one more than the largest number.
func (r *register) size() int {
	n := 0
	for i := range r.shards {
		n = max(n, len(r.shards[i].people))
	}
	return n * registerShards
}

// each visits all citizens; nobody may ask meanwhile.
func (r *register) each(visit func(no int32, p *person)) {
	for i := range r.shards {
		for j := range r.shards[i].people {
			visit(int32(j*registerShards+i), &r.shards[i].people[j])
		}
	}
}

func (r *register) add(s *registerShard, shard uint64, who person) int32 {
	no := int32(len(s.people)*registerShards) + int32(shard)
	s.people = append(s.people, who)
	return no
}

func (r *register) number(n cpr.Number) (int32, person) {
	shard := maphash.Comparable(r.seed, n) % registerShards
	s := &r.shards[shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	if no, ok := s.byCPR[n]; ok {
		return no, s.people[no/registerShards]
	}
	who := person{id: r.key.OfCPR(n), sex: n.Sex(), birth: rettidig.NoDay, cpr: true}
	if d, ok := n.Birth(); ok {
		who.birth = d
	}
	switch {
	case n.NeverIssued():
		s.neverIssued++
	case n.Replacement():
		s.replacements++
	}
	if !n.Replacement() && !n.Modulus11() {
		s.failing++
	}
	if inventedReplacement(n) {
		s.invented++
	}
	no := r.add(s, shard, who)
	s.byCPR[n] = no
	return no, who
}

// borger takes a BorgerID of twelve digits.
func (r *register) borger(id []byte) (int32, person) {
	v := uint64(0)
	for _, c := range id {
		v = v*10 + uint64(c-'0')
	}
	shard := maphash.Comparable(r.seed, v) % registerShards
	s := &r.shards[shard]
	s.mu.Lock()
	defer s.mu.Unlock()
	if no, ok := s.byID[v]; ok {
		return no, s.people[no/registerShards]
	}
	who := person{id: r.key.OfBorgerID(string(id)), birth: rettidig.NoDay}
	no := r.add(s, shard, who)
	s.byID[v] = no
	if inventedBorger(id) {
		s.invented++
	}
	if _, ok := reversed(id); ok {
		s.reversible++
	}
	return no, who
}

// partitionOf tells in which of n partitions a pseudonym lies. Partitions are in the order of the ids: what counts is
// the first two letters, ten bits, behind the key's name, whose alphabet sorts digits before letters.
func partitionOf(id rettidig.CitizenID, n int) int {
	at := strings.IndexByte(string(id), '_') + 1
	v := 0
	for _, c := range []byte(id[at : at+2]) {
		if c <= '9' {
			v = v*32 + int(c-'2')
		} else {
			v = v*32 + int(c-'a') + 6
		}
	}
	return v * n / mostPartitions
}

const mostPartitions = 1 << 10

// people is one goroutine's view of the register: it remembers the last citizen, since most exports are sorted by them.
type people struct {
	reg        *register
	partitions int
	last       []byte // the previous row's cell
	lastCPR    bool   // whether it was to be a CPR number
	no         int32  // of the citizen who was found last
	now        person
	shelf      int // the partition of now
}

func newPeople(reg *register, partitions int) *people {
	return &people{reg: reg, partitions: partitions, no: nobody}
}

func (p *people) found(no int32, who person) int32 {
	p.no, p.now, p.shelf = no, who, partitionOf(who.id, p.partitions)
	return no
}

const nobody = int32(-1)

// of returns the number of the citizen whose id stands in cell (trimmed), or nobody and why. repair is the
// cause of a repair, or empty. only says that the column holds CPR numbers and nothing else.
func (p *people) of(cell []byte, onlyCPR bool) (no int32, repair, refused string) {
	if len(cell) > 0 && onlyCPR == p.lastCPR && bytes.Equal(cell, p.last) {
		return p.no, "", ""
	}
	p.last, p.lastCPR = p.last[:0], onlyCPR
	if bogusID(cell) {
		if len(cell) == 0 {
			return nobody, "", "id_missing"
		}
		return nobody, "", "id_bogus"
	}
	cell, repair, refused = plainID(cell, onlyCPR)
	switch {
	case refused != "":
		return nobody, "", refused
	case !onlyCPR && len(cell) == 12 && allDigits(cell):
		no = p.found(p.reg.borger(cell))
	default:
		n, err := cpr.ParseBytes(cell)
		if err != nil {
			return nobody, "", idCause(err, onlyCPR)
		}
		no = p.found(p.reg.number(n))
	}
	if repair == "" {
		p.last = append(p.last, cell...)
	}
	return no, repair, ""
}

func idCause(err error, onlyCPR bool) string {
	switch {
	case errors.Is(err, cpr.ErrDate):
		return "cpr_date"
	case errors.Is(err, cpr.ErrLetter):
		return "cpr_letters"
	case onlyCPR:
		return "cpr_length"
	}
	return "id_length"
}

// plainID undoes what spreadsheets do to ids: 1.63957000012E+11, 303381239 without its leading zero, 123.0.
func plainID(cell []byte, onlyCPR bool) (plain []byte, repair, refused string) {
	if bytes.ContainsAny(cell, ".,Ee") && bytes.IndexFunc(cell, func(r rune) bool { return !bytes.ContainsRune([]byte("0123456789.,Ee+"), r) }) < 0 {
		f, ok := parseNumber(cell)
		if !ok {
			return nil, "", "cpr_letters"
		}
		mantissa, _, _ := bytes.Cut(bytes.ReplaceAll(bytes.ToUpper(cell), []byte(","), []byte(".")), []byte("E"))
		digits := len(bytes.ReplaceAll(bytes.TrimRight(bytes.Replace(mantissa, []byte("."), nil, 1), "0"), []byte("+"), nil))
		exponent := bytes.ContainsAny(cell, "Ee")
		if f != math.Trunc(f) || f <= 0 || f >= 1e15 || (exponent && digits < 8) {
			return nil, "", "id_rounded" // digits were lost: it may be anybody
		}
		cell, repair = strconv.AppendInt(nil, int64(f), 10), "id_number_format"
	}
	short := len(cell) == 9 && allDigits(cell) || len(cell) == 10 && cell[5] == '-' && allDigits(cell[:5]) && allDigits(cell[6:])
	if short {
		return append([]byte{'0'}, cell...), "cpr_leading_zero", ""
	}
	return cell, repair, ""
}

// bogusID finds the ids that hold many people: what is left of an empty or broken cell. 681 is what an
// arithmetic pseudonym makes of an empty CPR number.
func bogusID(cell []byte) bool {
	if len(cell) == 0 || cell[0] == '#' || string(cell) == "681" {
		return true
	}
	for _, c := range cell {
		if c != '0' && c != '-' && c != ' ' && c != '.' {
			return false
		}
	}
	return true
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
