package extract

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// reading is what a part learns of its file beside the facts.
type reading struct {
	epoch   int // of day numbers: the workbook's; 1900 for text
	mapping *Mapping

	series  series
	unknown struct{ services, classes, paragraphs, abilities map[string]int64 }
	classes map[string]int64 // rows of each class that was read
	listed  map[string]bool  // classes that a list of classes has; nil: the file is none

	shortYears [100]int64 // rows with a birth year of two digits, by it
}

// join adds what a fork of the part has learned.
func (r *reading) join(o *reading) {
	for name, i := range o.series.number {
		to := r.series.of(name)
		for month, n := range o.series.counts[i] {
			if n > 0 {
				r.series.plus(to, month, n)
			}
		}
	}
	for _, u := range []struct {
		to   *map[string]int64
		from map[string]int64
	}{{&r.unknown.services, o.unknown.services}, {&r.unknown.classes, o.unknown.classes}, {&r.unknown.paragraphs, o.unknown.paragraphs},
		{&r.unknown.abilities, o.unknown.abilities}, {&r.classes, o.classes}} {
		for name, n := range u.from {
			count(u.to, name, n)
		}
	}
	if o.listed != nil {
		if r.listed == nil {
			r.listed = map[string]bool{}
		}
		maps.Copy(r.listed, o.listed)
	}
	for y, n := range o.shortYears {
		r.shortYears[y] += n
	}
}

// rowReader turns a row into a fact, or counts why not.
type rowReader interface{ row(fields [][]byte) }

func (p *part) rowReader(o Options) rowReader {
	switch p.head.kind {
	case A1, A2:
		return newAidRows(p)
	case A3:
		return newClassRows(p)
	case A4:
		return &citizenRows{p}
	case H1, H2:
		return newCareRows(p, o)
	case D1:
		return &screenRows{digi{p}}
	case D2:
		return &statusRows{digi{p}}
	}
	return &sessionRows{digi{p}}
}

// adopt takes a header, and reports how its columns are read.
func (p *part) adopt(h header) {
	p.head = h
	used := map[int]bool{}
	for j, i := range h.at {
		if i < 0 || h.theirs == nil {
			continue
		}
		used[i] = true
		p.report.Mapping = append(p.report.Mapping, ColumnUse{Column: h.titles[j], Header: shown(h.theirs[i]), How: h.how[j]})
	}
	for i, title := range h.theirs {
		if title := shown(title); !used[i] && title != "" {
			p.report.Unread = append(p.report.Unread, title)
		}
	}
}

// lastNeeded is the rightmost column that a row must reach. A blank return date at the end of a line is
// often left out together with its separator.
func (p *part) lastNeeded() int {
	last := 0
	for j, c := range layoutOf(p.head.kind).columns {
		mayEnd := (p.head.kind == A1 || p.head.kind == A2) && j == aidReturned
		if c.required && !mayEnd && p.head.at[j] > p.head.at[last] {
			last = j
		}
	}
	return last
}

// onlyCPR tells whether the citizens' column can hold nothing but CPR numbers.
func (p *part) onlyCPR() bool {
	return (p.head.kind == A1 || p.head.kind == H1) && p.head.how[colID] == howName
}

// date reads a date in any spelling, or an Excel day number. In a text file a day number is a repair.
func (p *part) date(cell []byte) (day rettidig.Day, ok bool) {
	if day, ok = p.mapping.order().parse(cell); ok {
		return day, true
	}
	if day, ok = parseSerial(cell, p.epoch); ok && p.report.Container == "CSV" {
		p.repair("date_excel_number")
	}
	return day, ok
}

// required reads a date that a row must have; false when the row is thereby quarantined.
func (p *part) required(fields [][]byte, col int) (rettidig.Day, bool) {
	cell := p.cell(fields, col)
	if len(cell) == 0 {
		p.quarantine("date_missing", col)
		return rettidig.NoDay, false
	}
	day, ok := p.date(cell)
	if !ok {
		p.quarantine("date_unreadable", col)
		return rettidig.NoDay, false
	}
	return day, p.happened(day, col)
}

const knownLate = 7 // days between what happened and its registration that nobody wonders about

// here is the origin of a fact that happened on a day.
func (p *part) here(fields [][]byte, happened rettidig.Day, registered int) origin {
	o := origin{who: p.who, line: int32(p.line), registered: rettidig.NoDay}
	if cell := p.cell(fields, registered); len(cell) > 0 {
		day, ok := p.date(cell)
		switch {
		case !ok:
			p.note("registered_unreadable")
		case day > happened+knownLate:
			p.note("known_late")
		}
		o.registered = day
	}
	o.repaired = p.repaired
	return o
}

// hear takes what a row says about its citizen's sex and year of birth.
func (p *part) hear(gender, birth []byte) {
	if len(gender) == 0 && len(birth) == 0 {
		return
	}
	sex := rettidig.SexUnknown
	if len(gender) > 0 {
		s, _ := p.text(gender)
		switch fold(s) {
		case "kvinde", "k", "female", "f", "kvinder":
			sex = rettidig.Female
		case "mand", "m", "male", "maend":
			sex = rettidig.Male
		default:
			p.note("gender_unknown")
		}
	}
	year, hasYear := 0, false
	if len(birth) > 0 {
		if year, hasYear = smallInt(birth); !hasYear {
			p.note("birth_year_unreadable")
		} else if year < len(p.shortYears) {
			p.shortYears[year]++
			p.note("birth_year_two_digits")
		}
	}
	p.hand.heard(p.file, sex, int16(year), hasYear)
}

// noteShortYears counts, when the extract date is known, the birth years of two digits that another century
// would fit almost as well: see ambiguousYear.
func (p *part) noteShortYears(extract rettidig.Day) {
	if !extract.Valid() {
		return // nobody has a fact
	}
	for y, n := range p.shortYears {
		if n > 0 && ambiguousYear(y, extract) {
			p.report.Notes.add("birth_year_ambiguous", n)
		}
	}
}

// ambiguousYear tells whether somebody born in either of two centuries could be alive at the extract date: 12
// in 2022 is 110 years or 10. fullYear decides for the one that is 18 to 110 years old.
func ambiguousYear(year int, extract rettidig.Day) bool {
	const oldest = 120
	alive := 0
	for _, century := range []int{1800, 1900, 2000} {
		if age := extract.Time().Year() - century - year; age >= 0 && age <= oldest {
			alive++
		}
	}
	return alive > 1
}

// hearPatient takes DigiRehab's own id of the citizen.
func (p *part) hearPatient(cell []byte) {
	if len(cell) > 0 {
		h := hashOf(cell)
		p.hand.heardPatient(p.file, max(uint32(h)^uint32(h>>32), 1))
	}
}

func count(m *map[string]int64, name string, n int64) {
	if *m == nil {
		*m = map[string]int64{}
	}
	if _, ok := (*m)[name]; ok || len(*m) < mostNames {
		(*m)[name] += n
	}
}

const shownUnknown = 50

// learn brings together what the files tell about names, when all are read: which classes no list has, and
// the names that no table knows. It also writes each file's series into its report.
func learn(parts []*part, r *Report) {
	var listed map[string]bool
	for _, p := range parts {
		for iso := range p.listed {
			if listed == nil {
				listed = map[string]bool{}
			}
			listed[iso], listed[iso[:min(6, len(iso))]+"*"] = true, true
		}
	}
	var services, classes, paragraphs, abilities map[string]int64
	unlisted := int64(0)
	for _, p := range parts {
		p.report.Series = p.series.months()
		for _, u := range []struct {
			all *map[string]int64
			of  map[string]int64
		}{{&services, p.unknown.services}, {&classes, p.unknown.classes}, {&paragraphs, p.unknown.paragraphs}, {&abilities, p.unknown.abilities}} {
			for name, n := range u.of {
				count(u.all, name, n)
			}
		}
		for iso, n := range p.classes {
			if listed == nil || listed[iso] || listed[iso[:6]] || len(iso) == 6 && listed[iso+"*"] {
				continue
			}
			p.report.Notes.add("iso_class_not_listed", n)
			unlisted += n
		}
	}
	if unlisted > 0 {
		r.warn("classes-not-listed", unlisted, "loans of aids whose class is not in the delivered list of classes; they are kept")
	}
	r.Unknown = Unknown{topNames(services), topNames(classes), topNames(paragraphs), topNames(abilities)}
}

func topNames(m map[string]int64) []NameCount {
	out := make([]NameCount, 0, len(m))
	for name, n := range m {
		out = append(out, NameCount{shown(name), n})
	}
	slices.SortFunc(out, func(a, b NameCount) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	if len(out) == 0 {
		return nil
	}
	return out[:min(len(out), shownUnknown)]
}

// series counts rows by name and month.
type series struct {
	number map[string]int
	counts [][]int64 // by number, then month since firstDay's
}

const noSeries = -1

// of numbers a series.
func (s *series) of(name string) int {
	if i, ok := s.number[name]; ok {
		return i
	}
	if s.number == nil {
		s.number = map[string]int{}
	}
	i := len(s.counts)
	s.number[name] = i
	s.counts = append(s.counts, nil)
	return i
}

// add counts a row of a month, see monthOf.
func (s *series) add(number, month int) {
	if number != noSeries {
		s.plus(number, month, 1)
	}
}

func (s *series) plus(number, month int, n int64) {
	c := s.counts[number]
	if month >= len(c) {
		c = append(c, make([]int64, month+1-len(c))...)
		s.counts[number] = c
	}
	c[month] += n
}

// months gives the series as the report has them; nil if there are none.
func (s *series) months() map[string]map[string]int64 {
	if len(s.number) == 0 {
		return nil
	}
	out := map[string]map[string]int64{}
	for name, i := range s.number {
		of := map[string]int64{}
		for m, n := range s.counts[i] {
			if n > 0 {
				of[monthName(m)] = n
			}
		}
		if len(of) > 0 {
			out[name] = of
		}
	}
	return out
}

func monthName(m int) string {
	y := 1950 + m/12
	return string([]byte{byte('0' + y/1000), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10), '-', byte('0' + (m%12+1)/10), byte('0' + (m%12+1)%10)})
}

// monthOf is the number of months from January 1950 to a day's, not below 0.
func monthOf(d rettidig.Day) int {
	if at := int(d - firstDay); at >= 0 && at < len(monthOfDay) {
		return int(monthOfDay[at])
	}
	return 0 // the first days of 1950's first week
}

var monthOfDay = func() []uint16 {
	out := make([]uint16, lastDay-firstDay+dayRoom)
	for i := range out {
		t := (firstDay + rettidig.Day(i)).Time()
		out[i] = uint16((t.Year()-1950)*12 + int(t.Month()) - 1)
	}
	return out
}()

// shown is a name as a report may show it: one line, not long, and without anything that may be a CPR number.
func shown(s string) string {
	s, _ = repairMojibake(s)
	out := make([]rune, 0, min(len(s), 80))
	blank := true
	for _, r := range s {
		if r <= ' ' || r == 0xA0 || r == 0x7F {
			if !blank {
				out = append(out, ' ')
			}
			blank = true
			continue
		}
		if blank = false; len(out) == 80 {
			out = append(out, '…')
			break
		}
		out = append(out, r)
	}
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	return cpr.Hide(string(out))
}

// hashOf is FNV-1a, never 0.
func hashOf(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return max(h, 1)
}

// renumbered tells whether a class has another number in an older edition of ISO 9999, or is one. Which of two
// is in use when says which edition a register follows.
func renumbered(six string) bool {
	if codes.Canonical(six) != six {
		return true
	}
	return slices.ContainsFunc(renumberedTo, func(today string) bool { return strings.HasPrefix(six, today) })
}

var renumberedTo = func() (out []string) {
	for _, a := range codes.Aliases() {
		out = append(out, a.Today)
	}
	return out
}()
