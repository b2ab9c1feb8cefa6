package extract

import (
	"bytes"
	"errors"
	"math"
	"strconv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/pseudonym"
)

// person is a citizen as one file tells of them.
type person struct {
	id    rettidig.CitizenID
	sex   rettidig.Sex // from a CPR number
	birth rettidig.Day // from a CPR number; NoDay if it has none
	cpr   bool
	said  saying // what D-files print beside the id
}

// saying counts what the rows of a D-file print about sex and year of birth. Rows can contradict each other.
type saying struct {
	female, male int32
	years        []yearCount // as printed, so 24 may be 1924
}

type yearCount struct {
	year int16
	rows int32
}

func (s *saying) addYear(year int16, rows int32) {
	for i := range s.years {
		if s.years[i].year == year {
			s.years[i].rows += rows
			return
		}
	}
	if len(s.years) < 16 { // more contradictions than anybody can use
		s.years = append(s.years, yearCount{year, rows})
	}
}

// people gives each citizen of one file a number, and makes each id once.
type people struct {
	key    pseudonym.Key
	all    []person
	byCPR  map[cpr.Number]int32
	byID   map[string]int32
	last   []byte // the previous row's cell: most exports are sorted by citizen
	lastNo int32

	neverIssued, failing, replacements int // distinct CPR numbers
	invented, reversible               int // ids, see invented.go
}

func newPeople(key pseudonym.Key) *people {
	return &people{key: key, byCPR: map[cpr.Number]int32{}, byID: map[string]int32{}}
}

const nobody = int32(-1)

// of returns the number of the citizen whose id stands in cell (trimmed), or nobody and why. repair is the
// cause of a repair, or empty. only says that the column holds CPR numbers and nothing else.
func (p *people) of(cell []byte, onlyCPR bool) (no int32, repair, refused string) {
	if len(cell) > 0 && bytes.Equal(cell, p.last) {
		return p.lastNo, "", ""
	}
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
		no = p.borger(cell)
	default:
		n, err := cpr.ParseBytes(cell)
		if err != nil {
			return nobody, "", idCause(err, onlyCPR)
		}
		no = p.number(n)
	}
	if repair == "" {
		p.last, p.lastNo = append(p.last[:0], cell...), no
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

func (p *people) number(n cpr.Number) int32 {
	if no, ok := p.byCPR[n]; ok {
		return no
	}
	who := person{id: p.key.OfCPR(n), sex: n.Sex(), birth: rettidig.NoDay, cpr: true}
	if d, ok := n.Birth(); ok {
		who.birth = d
	}
	switch {
	case n.NeverIssued():
		p.neverIssued++
	case n.Replacement():
		p.replacements++
	}
	if inventedReplacement(n) {
		p.invented++
	}
	if !n.Replacement() && !n.Modulus11() {
		p.failing++
	}
	no := int32(len(p.all))
	p.all = append(p.all, who)
	p.byCPR[n] = no
	return no
}

func (p *people) borger(id []byte) int32 {
	if no, ok := p.byID[string(id)]; ok {
		return no
	}
	no := int32(len(p.all))
	p.all = append(p.all, person{id: p.key.OfBorgerID(string(id)), birth: rettidig.NoDay})
	p.byID[string(id)] = no
	if inventedBorger(id) {
		p.invented++
	}
	if _, ok := reversed(id); ok {
		p.reversible++
	}
	return no
}
