package extract

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// role is what a column means, whatever kind it is in.
type role int

const (
	roleCPR role = iota // a citizen by CPR number
	roleCitizen
	roleISO
	roleLent
	roleReturned
	roleParagraph
	rolePrice
	roleSerial
	roleHMI
	roleRegistered
	roleYear
	roleWeek
	roleService
	roleMinutes
	roleCount
	roleSupplier
	roleGender
	roleBirth
	roleDate
	roleNeed
	roleAbility
	roleNeedWhy
	roleAbilityWhy
	rolePatient
	roleStatus
	roleRating
	roleNone // nothing that is read
)

// roles of each kind's columns, in the order of layouts.
var roles = map[Kind][]role{
	A1: {roleCPR, roleISO, roleLent, roleReturned, roleParagraph, rolePrice, roleSerial, roleHMI, roleRegistered},
	A2: {roleCitizen, roleISO, roleLent, roleReturned, roleParagraph, rolePrice, roleSerial, roleHMI, roleRegistered},
	H1: {roleCPR, roleYear, roleWeek, roleService, roleMinutes, roleCount, roleSupplier, roleRegistered, roleGender, roleBirth},
	H2: {roleCitizen, roleYear, roleWeek, roleService, roleMinutes, roleCount, roleSupplier, roleRegistered, roleGender, roleBirth},
	D1: {roleCitizen, roleDate, roleNeed, roleAbility, roleNeedWhy, roleAbilityWhy, roleGender, roleBirth, rolePatient, roleRegistered},
	D2: {roleCitizen, roleDate, roleStatus, roleGender, roleBirth, rolePatient, roleRegistered},
	D3: {roleCitizen, roleDate, roleRating, roleGender, roleBirth, rolePatient, roleRegistered},
	A4: {roleCitizen, roleGender, roleBirth},
}

// hints are parts of folded names that speak for a role.
var hints = map[role][]string{
	roleCPR: {"cpr", "personn", "borger", "person"}, roleCitizen: {"borger", "cpr", "person", "citizen"}, roleISO: {"iso", "klasse", "class"},
	roleLent: {"udlever", "levere", "udlaan", "laant", "start", "fra"}, roleReturned: {"indlever", "retur", "tilbage", "slut", "aflever"},
	roleParagraph: {"paragraf", "lov"}, rolePrice: {"pris", "beloeb", "price", "kroner"}, roleSerial: {"serie"}, roleHMI: {"hmi"},
	roleRegistered: {"registr", "oprettet"}, roleYear: {"aar", "year"}, roleWeek: {"uge", "week"}, roleService: {"ydelse", "indsats", "service"},
	roleMinutes: {"minut", "tid", "timer", "varighed"}, roleCount: {"antal", "besoeg", "count"}, roleSupplier: {"leverandoer", "organisation", "udfoerer", "supplier"},
	roleGender: {"koen", "gender", "sex"}, roleBirth: {"foed", "birth"}, roleDate: {"dato", "date", "dag"},
	roleNeed: {"behov", "need"}, roleAbility: {"fysisk", "formaa", "ability"}, roleNeedWhy: {"behov", "need"}, roleAbilityWhy: {"fysisk", "formaa", "ability"},
	rolePatient: {"patient"}, roleStatus: {"status", "tilstand"}, roleRating: {"rating", "karakter", "score"},
}

func hinted(r role, folded string) bool {
	if r == roleLent && hinted(roleReturned, folded) { // "indleveret" holds "levere"
		return false
	}
	return slices.ContainsFunc(hints[r], func(h string) bool { return strings.Contains(folded, h) })
}

// profile is what the values of one column look like. Counts are of the cells that are not blank.
type profile struct {
	rows, n int // all, and not blank

	cpr, borger, iso8, iso6       int
	date, monthDate, serial       int // day first, month first, Excel's day number
	yearWeek, year                int // 2020-07; 2020
	number, whole, fraction       int
	inWeek, inRating, inBirth     int // whole numbers of 1 to 53, 1 to 6, and of years of birth
	gender, status, reason        int
	paragraph, service, serialNos int
	letters, long                 int // cells with a letter; cells longer than a name

	values   []float64 // of the numbers, where 1.200 is 1200
	decimals []float64 // the same, where 1.200 is 1.2: of scores
	decimal  int       // of those, with a fraction
	perRow   bool      // it differs between rows of one citizen
	perHead  bool      // it is the same in all rows of a citizen, and there are citizens with several
	distinct map[string]bool
	days     []rettidig.Day // by row; NoDay where there is none
	byRow    []float64      // the numbers by row; 0 where there is none
	weeks    []int          // by row, the week that a text such as 2020-07 names; 0 where there is none
}

const mostDistinct = 1000

// Day numbers outside these are taken for something else: registers begin in 1977.
var (
	firstRegister = rettidig.DayOf(1977, 1, 1)
	lastRegister  = rettidig.DayOf(2050, 1, 1)
)

// sniff looks at the values of one column.
func sniff(cells [][]byte, epoch int) *profile {
	p := &profile{rows: len(cells), distinct: map[string]bool{}, days: make([]rettidig.Day, len(cells)), weeks: make([]int, len(cells)),
		byRow: make([]float64, len(cells))}
	for i, cell := range cells {
		p.days[i] = rettidig.NoDay
		if cell = trim(cell); len(cell) > 0 {
			p.n++
			p.look(i, cell, epoch)
		}
	}
	slices.Sort(p.values)
	slices.Sort(p.decimals)
	return p
}

// compareCitizens finds out which columns are the same in all rows of a citizen.
func compareCitizens(columns [][][]byte, ps []*profile) {
	id := -1
	for i, p := range ps {
		if share := p.share(max(p.cpr, p.borger)); share >= 0.5 && (id < 0 || share > ps[id].share(max(ps[id].cpr, ps[id].borger))) {
			id = i
		}
	}
	if id < 0 {
		return
	}
	for j, p := range ps {
		first := map[string][]byte{}
		differs := map[string]bool{}
		rows := map[string]int{}
		several := 0
		for r, cell := range columns[id] {
			who := string(trim(cell))
			if who == "" || r >= len(columns[j]) {
				continue
			}
			if rows[who]++; rows[who] == 1 {
				first[who] = columns[j][r]
				continue
			}
			if rows[who] == 2 {
				several++
			}
			if !bytes.Equal(first[who], columns[j][r]) {
				differs[who] = true
			}
		}
		p.perRow = several >= 5 && 2*len(differs) > several
		p.perHead = several >= 5 && 20*len(differs) < several
	}
}

func (p *profile) look(i int, cell []byte, epoch int) {
	if len(p.distinct) < mostDistinct {
		p.distinct[string(cell)] = true
	}
	is := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	s, _ := decode(cell)
	s, _ = repairMojibake(s)
	folded := fold(s)
	is(&p.letters, strings.ContainsFunc(s, unicode.IsLetter))
	is(&p.long, len(s) > 40)
	if d, ok := parseDateIn(cell, false); ok {
		p.date++
		p.days[i] = d
	}
	_, ok := parseDateIn(cell, true)
	is(&p.monthDate, ok)
	if d, ok := parseSerial(cell, epoch); ok && d >= firstRegister && d < lastRegister { // other numbers of five digits are ids
		p.serial++
		p.days[i] = d
	}
	if plain, _, refused := plainID(cell, false); refused == "" && !bogusID(cell) {
		_, err := cpr.ParseBytes(plain)
		is(&p.cpr, err == nil)
		is(&p.borger, len(plain) == 12 && allDigits(plain))
	}
	digits := classDigits(cell)
	if n := len(digits); allDigits(digits) && bytes.IndexByte(cell, '-') < 0 {
		if n == 7 || n == 5 {
			digits = append([]byte{'0'}, digits...)
		}
		top := codes.ValidTop(string(digits[:min(2, len(digits))]))
		is(&p.iso8, top && n >= 7 && n <= 8)
		is(&p.iso6, top && n == 6)
	}
	if before, after, found := bytes.Cut(cell, hyphen); found {
		year, ok := smallInt(trim(before))
		week, isWeek := smallInt(trim(after))
		if ok && isWeek && year >= 1990 && year < 2100 && week >= 1 && week <= 53 {
			p.yearWeek++
			p.weeks[i] = week
		}
	}
	if v, ok := parseNumber(cell); ok {
		p.decimals = append(p.decimals, v)
		is(&p.decimal, v != math.Trunc(v))
	}
	if v, _, ok := parseWhole(cell); ok {
		p.number++
		p.values = append(p.values, v)
		p.byRow[i] = v
		whole := v == math.Trunc(v)
		is(&p.whole, whole)
		is(&p.fraction, !whole)
		is(&p.year, whole && v >= 1990 && v < 2100)
		is(&p.inWeek, whole && v >= 1 && v <= 53)
		is(&p.inRating, whole && v >= 1 && v <= 6)
		is(&p.inBirth, whole && (v >= 0 && v <= 99 || v >= 1890 && v <= 2015))
	}
	is(&p.gender, slices.Contains([]string{"kvinde", "k", "mand", "m", "female", "male", "f"}, folded))
	_, ok = statuses[folded]
	is(&p.status, ok)
	_, ok = codes.ReasonByName(s)
	is(&p.reason, ok)
	_, ok, isISO := codes.ParagraphByName(s)
	is(&p.paragraph, ok || isISO)
	_, ok = codes.ServiceByName(s)
	is(&p.service, ok)
	is(&p.serialNos, len(cell) == 13 && cell[6] == '-' && allDigits(cell[:6]) && allDigits(cell[7:]))
}

func (p *profile) share(n int) float64 {
	if p.n == 0 {
		return 0
	}
	return float64(n) / float64(p.n)
}

func (p *profile) blanks() float64 {
	if p.rows == 0 {
		return 0
	}
	return 1 - float64(p.n)/float64(p.rows)
}

// quantile of the numbers; NaN if there are none.
func (p *profile) quantile(q float64) float64 { return quantile(p.values, q) }

func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	return sorted[int(q*float64(len(sorted)-1))]
}

// isDecimal tells whether the numbers of a role are read as decimals; in all others 1.200 can only have a thousands dot.
func isDecimal(r role) bool { return r == roleNeed || r == roleAbility || r == roleRating }

// dates is the share of dates in either order of day and month, or of day numbers.
func (p *profile) dates() float64 { return p.share(max(p.date, p.monthDate)) + 0.8*p.share(p.serial) }

// fits says how well the values suit a role, in [0, 1]. What other columns hold is not looked at.
func (p *profile) fits(r role) float64 {
	switch r {
	case roleCPR:
		return max(p.share(p.cpr), 0.6*p.share(p.borger))
	case roleCitizen:
		return max(p.share(p.borger), 0.6*p.share(p.cpr))
	case roleISO:
		return p.share(p.iso8) + 0.8*p.share(p.iso6)
	case roleLent, roleDate:
		return p.dates() * (1 - p.blanks())
	case roleReturned:
		if p.blanks() > 0 {
			return p.dates()
		}
		return 0.9 * p.dates()
	case roleRegistered:
		return p.dates()
	case roleYear:
		return max(p.share(p.yearWeek), 0.9*p.share(p.year))
	case roleWeek:
		if p.quantile(1) < 7 { // what never is above 6 counts something
			return 0.3 * p.share(p.inWeek)
		}
		return 0.9 * p.share(p.inWeek)
	case roleService:
		if p.share(p.letters) < 0.9 || p.share(p.long) > 0.2 {
			return 0
		}
		known := p.share(p.service)
		if len(p.distinct) > 300 || 3*len(p.distinct) > 2*p.n+10 {
			return 0.5 * known
		}
		return 0.6 + 0.4*known
	case roleMinutes:
		if p.quantile(1) > minutesPerWeek || p.quantile(0) < 0 {
			return 0.3 * p.share(p.number)
		}
		return 0.75 * p.share(p.number)
	case roleCount:
		if p.quantile(0.5) > 100 || p.quantile(0) < 0 {
			return 0.3 * p.share(p.whole)
		}
		return 0.75 * p.share(p.whole)
	case roleNeed, roleAbility:
		if quantile(p.decimals, 1) > 1000 || quantile(p.decimals, 0) < 0 {
			return 0
		}
		if r == roleAbility && p.decimal > 0 {
			return 0.9 * p.share(len(p.decimals))
		}
		return 0.75 * p.share(len(p.decimals))
	case roleGender:
		return p.share(p.gender)
	case roleBirth:
		switch {
		case p.quantile(0.5) < 10:
			return 0
		case p.perRow:
			return 0.3 * p.share(p.inBirth)
		}
		return 0.8 * p.share(p.inBirth)
	case roleStatus:
		if p.share(p.letters) > 0.9 && p.long == 0 && len(p.distinct) <= 20 { // a municipality's own words
			return max(p.share(p.status), 0.5)
		}
		return p.share(p.status)
	case roleRating:
		if p.share(p.inRating) < 0.95 {
			return 0.4 * p.share(p.inRating)
		}
		return 0.95 * p.share(p.inRating)
	case roleNeedWhy, roleAbilityWhy:
		return p.share(p.reason)
	case roleParagraph:
		return p.share(p.paragraph)
	case roleSerial:
		return p.share(p.serialNos)
	case rolePrice, roleHMI:
		return 0.7 * p.share(p.number)
	case rolePatient:
		return 0.7 * p.share(p.whole)
	case roleSupplier:
		if p.share(p.letters) < 0.9 || len(p.distinct) > 100 {
			return 0
		}
		return 0.6
	}
	return 0
}

// describe says what the values look like, without showing any of them but the least and the largest. Numbers are read
// as those of the role, or, if it is not known, as decimals where one of them can be nothing else.
func (p *profile) describe(r role) string {
	if p.n == 0 {
		return "empty"
	}
	text := ""
	for _, c := range []struct {
		n    int
		what string
	}{
		{p.cpr, "CPR numbers"}, {p.borger, "numbers of 12 digits"}, {p.serialNos, "serial numbers"}, {p.yearWeek, "years and weeks"}, {max(p.date, p.monthDate), "dates"},
		{p.serial, "Excel day numbers"}, {p.iso8, "ISO classes"}, {p.paragraph, "law paragraphs"}, {p.gender, "sexes"}, {p.status, "DigiRehab statuses"}, {p.reason, "reasons"},
		{p.service, "known services"},
	} {
		if p.share(c.n) >= 0.5 {
			text = fmt.Sprintf("%s (%.0f %%)", c.what, math.Floor(100*p.share(c.n)))
			break
		}
	}
	switch {
	case text != "":
	case p.share(p.number) >= 0.5 && p.quantile(1) <= minutesPerWeek: // larger ones may be ids
		kind, values, fraction := "whole numbers", p.values, p.fraction
		if len(p.decimals) > 0 && (isDecimal(r) || r == roleNone && p.fraction > 0) {
			values, fraction = p.decimals, p.decimal
		}
		if fraction > 0 {
			kind = "numbers"
		}
		text = fmt.Sprintf("%s from %g to %g", kind, quantile(values, 0), quantile(values, 1))
	case p.share(p.number) >= 0.5:
		text = "large numbers"
	case p.freeText():
		text = "free text"
	default:
		text = fmt.Sprintf("text, %d different", len(p.distinct))
	}
	if b := p.blanks(); b > 0 {
		text += fmt.Sprintf(", %.0f %% blank", math.Ceil(100*b))
	}
	return text
}

// freeText tells whether people wrote sentences here.
func (p *profile) freeText() bool {
	return p.share(p.letters) > 0.5 && (p.share(p.long) > 0.1 || p.n >= 10 && 2*len(p.distinct) > p.n)
}
