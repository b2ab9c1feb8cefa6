package extract

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
)

// Kind is a vendor's table.
type Kind string

// The tables that this package reads.
const (
	A1 Kind = "A1" // aids, by CPR number
	A2 Kind = "A2" // aids, by BorgerID, with law paragraph and price
	A3 Kind = "A3" // list of ISO classes; has no header
	A4 Kind = "A4" // citizens with sex and year of birth
	H1 Kind = "H1" // home care per week, by CPR number
	H2 Kind = "H2" // home care per week, by BorgerID
	D1 Kind = "D1" // DigiRehab screenings
	D2 Kind = "D2" // DigiRehab status changes
	D3 Kind = "D3" // DigiRehab sessions done
	D4 Kind = "D4" // DigiRehab sessions cancelled; the same columns as D3, and every rating is 1
	K1 Kind = "K1" // delivery reports to KL Gateway: FHIR bundles, no table
)

// column is one column that a kind has, under every name seen. Names are folded, see fold.
type column struct {
	title    string // as the vendor prints it
	names    []string
	required bool
}

func need(title string, more ...string) column {
	return column{title, append([]string{fold(title)}, more...), true}
}

func may(title string, more ...string) column {
	return column{title, append([]string{fold(title)}, more...), false}
}

type layout struct {
	kind    Kind
	columns []column
}

// Columns that several kinds have. Registreringsdato is when a row was written down, where a register tells.
var (
	byCPR        = need("Personnummer", "cprnummer", "cprnr", "cpr", "borgerid")
	byBorger     = need("BorgerID", "personnummer", "cprnummer", "cprnr", "cpr")
	registered   = may("Registreringsdato", "registreret", "registreretdato", "registreringstidspunkt", "oprettet", "oprettetdato", "oprettelsesdato")
	gender       = may("Gender", "koen", "sex")
	birthYear    = may("Birth Year", "foedt", "foedselsaar", "birthyr")
	patient      = may("PatientID")
	lawColumn    = may("LOVPARAGRAFNAVN", "lovparagraf", "paragraf", "paragrafnavn")
	priceColumn  = may("PRIS", "price", "beloeb")
	serialColumn = may("HJAELPEMIDDELSERIENUMMER", "serienummer", "serienr")
	hmiColumn    = may("HJAELPEMIDDELHMINUMMER", "hminummer", "hminr")
)

// The columns of each kind; the constants below index them. A1 and A2 have the same places, and so have H1
// and H2. Free text (Ratingcomment) is deliberately in none of them: it can hold health information and is
// never looked at.
var layouts = []layout{
	{A1, []column{byCPR, need("Kategori ISO nummer", "isonummer", "isoklasse"), need("Leveret dato", "leveretdato"), need("Returneret dato"),
		lawColumn, priceColumn, serialColumn, hmiColumn, registered}},
	{A2, []column{byBorger, need("HJAELPEMIDDELISOKLASSE"), need("UDLEVERINGSDATO"), need("INDLEVERINGSDATO"),
		lawColumn, priceColumn, serialColumn, hmiColumn, registered}},
	{H1, []column{byCPR, need("År uge"), need("Ugenummer", "ugenr"), need("Ydelse navn", "ydelsesnavn"), need("Leveret tid (minutter)"),
		need("Antal ydelser"), supplier, registered, gender, birthYear}},
	{H2, []column{byBorger, need("År"), need("Kalender Uge Nr"), need("Ydelse"), need("Leveret Tid (min)"),
		need("Antal leverede ydelser"), supplier, registered, gender, birthYear}},
	{D1, []column{byBorger, need("Screeningsdate", "screeningdate"), need("behovforhjælpscore"), need("fysiskformåenscore", "fysikformaaenscore"),
		may("behovforhjælpreason"), may("fysiskformåenreason", "fysikformaaenreason"), gender, birthYear, patient, registered}},
	{D2, []column{byBorger, need("ChangeDate"), need("Status"), gender, birthYear, patient, registered}},
	{D3, []column{byBorger, need("RatingDate"), need("Ratingscore"), gender, birthYear, patient, registered}},
	{A4, []column{byBorger, need("Gender", gender.names[1:]...), need("Birth Year", birthYear.names[1:]...)}},
	{A3, []column{need("kode"), need("gruppestørrelse"), need("beskrivelse")}}, // titles are for messages only
}

var supplier = may("Leverandør", "leverandoernavn", "leverandoertype", "organisation", "organisationsnavn")

// Places of the columns in layouts.
const (
	colID = 0 // in every kind but A3

	aidISO, aidLent, aidReturned, aidParagraph, aidPrice, aidSerial, aidHMI, aidRegistered = 1, 2, 3, 4, 5, 6, 7, 8

	careYear, careWeek, careName, careMinutes, careCount, careSupplier, careRegistered, careGender, careBirth = 1, 2, 3, 4, 5, 6, 7, 8, 9

	screenDate, screenNeed, screenAbility, screenNeedWhy, screenAbilityWhy, screenGender, screenBirth, screenPatient, screenRegistered = 1, 2, 3, 4, 5, 6, 7, 8, 9

	statusDate, statusName, statusGender, statusBirth, statusPatient, statusRegistered = 1, 2, 3, 4, 5, 6

	sessionDate, sessionRating, sessionGender, sessionBirth, sessionPatient, sessionRegistered = 1, 2, 3, 4, 5, 6

	citizenGender, citizenBirth = 1, 2

	classCode, classSize, className = 0, 1, 2
)

func layoutOf(k Kind) layout {
	if k == D4 {
		k = D3
	}
	return layouts[slices.IndexFunc(layouts, func(l layout) bool { return l.kind == k })]
}

// header is a recognised header line.
type header struct {
	kind   Kind
	titles []string // of the layout's columns, for messages
	at     []int    // field of each of the layout's columns; -1: the file does not have it
	how    []string // how each of them was found; see ColumnUse
	width  int      // fields of the header line
	line   int
	theirs []string // the line itself
}

// How a column was found.
const (
	howName    = "name"
	howAlias   = "alias"
	howMapping = "mapping.yaml"
)

// fit is how well a line fits a layout.
type fit struct {
	header
	missing []string // titles of required columns that are not there
	found   int      // required columns that are
	twice   string   // title of a column that is there twice
}

func (f fit) score() float64 { return float64(f.found) / float64(f.found+len(f.missing)) }

// fits compares one line with every layout that has a header.
func fits(fields []string, line int, m *Mapping) []fit {
	folded := make([]string, len(fields))
	for i, f := range fields {
		folded[i] = fold(f)
	}
	var out []fit
	for _, l := range layouts {
		if l.kind == A3 {
			continue
		}
		c := fit{header: header{kind: l.kind, width: len(fields), line: line, at: make([]int, len(l.columns)),
			how: make([]string, len(l.columns)), theirs: fields}}
		for j, col := range l.columns {
			c.titles = append(c.titles, col.title)
			c.place(j, col, folded, m.columnsOf(l.kind))
			switch {
			case !col.required:
			case c.at[j] >= 0:
				c.found++
			default:
				c.missing = append(c.missing, col.title)
			}
		}
		out = append(out, c)
	}
	return out
}

// place finds the field of one column. What a mapping says goes before the column's own names, and a field
// that a mapping uses for one column is no other.
func (f *fit) place(j int, col column, folded []string, mapped map[string]string) {
	f.at[j] = -1
	take := func(i int, how string) {
		if f.at[j] >= 0 {
			f.twice = col.title
		}
		f.at[j], f.how[j] = i, how
	}
	for i, name := range folded {
		if mapped[name] == col.title {
			take(i, howMapping)
		}
	}
	if f.at[j] >= 0 {
		return
	}
	for i, name := range folded {
		at := slices.Index(col.names, name)
		switch {
		case at < 0 || mapped[name] != "":
		case at == 0:
			take(i, howName)
		default:
			take(i, howAlias)
		}
	}
}

// match returns the layout that a line fits best. A list of citizens has columns that every table of
// DigiRehab has too, so a line is only one if it has no other kind's own columns.
func match(fields []string, line int, m *Mapping) fit {
	var best fit
	score := -1.0
	others := 0
	for _, f := range fits(fields, line, m) {
		if f.kind == A4 && others > 1 {
			continue
		}
		others = max(others, f.found)
		if s := f.score(); s > score {
			best, score = f, s
		}
	}
	return best
}

const headerWithin = 10 // lines

// preamble is what stands above the header.
type preamble struct{ lines []string }

// looked is what was read while looking for a header: for each line the ways to cut it.
type looked struct {
	ways  [][][]string
	lines []int
}

// findHeader looks for the header among the first lines. cuts gives, for a line, the ways to cut it; the way
// that fits is returned as its index. If none fits entirely, the nearest miss makes the message. A list of
// classes has no header; seen then begins with its rows.
func findHeader(cuts func() ([][]string, int, error), m *Mapping) (h header, cut int, seen looked, err error) {
	var nearest *FileError
	nearestFound := 0
	for range headerWithin {
		ways, line, err := cuts()
		if errors.Is(err, io.EOF) && len(seen.lines) > 0 {
			break
		}
		if err != nil {
			return header{}, 0, seen, err
		}
		seen.ways, seen.lines = append(seen.ways, ways), append(seen.lines, line)
		for i, fields := range ways {
			f := match(fields, line, m)
			switch {
			case len(f.missing) == 0 && f.twice != "":
				return header{}, 0, seen, &FileError{Line: line, Column: f.twice, Code: "column-twice",
					Problem: "the header has this column twice", Do: "Remove or rename one of them"}
			case len(f.missing) == 0:
				return f.header, i, seen, nil
			case f.found >= 2 && f.found > nearestFound:
				nearestFound = f.found
				nearest = refusal(line, "column-missing",
					fmt.Sprintf("this looks like %s (%s) but lacks the column %s", f.kind, kindText[f.kind], quoteAll(f.missing)),
					"Export it again with all its columns: "+quoteAll(requiredOf(f.kind))+"; or say in mapping.yaml what they are called here")
				nearest.Column = f.missing[0]
			}
		}
	}
	if nearest != nil {
		return header{}, 0, seen, nearest
	}
	for i := range seen.ways[0] {
		if isClassList(seen.cut(i)) {
			return classList(seen.lines[0]), i, seen, nil
		}
	}
	return header{}, 0, seen, unknownKind()
}

// cut gives the lines as one way cuts them.
func (l looked) cut(way int) (rows [][]string) {
	for _, ways := range l.ways {
		rows = append(rows, ways[way])
	}
	return rows
}

// preamble is what stands above the header; nothing if there is no header.
func (l looked) preamble(h header) preamble {
	var p preamble
	for i, ways := range l.ways {
		if l.lines[i] < h.line {
			p.lines = append(p.lines, ways[0]...)
		}
	}
	return p
}

// replay gives rows that were read while looking for a header that is not there, and then the others.
type replay struct {
	rows  [][]string
	lines []int
	rest  table
}

func (r *replay) next() ([][]byte, int, error) {
	if len(r.rows) == 0 {
		return r.rest.next()
	}
	fields := make([][]byte, len(r.rows[0]))
	for i, f := range r.rows[0] {
		fields[i] = []byte(f)
	}
	line := r.lines[0]
	r.rows, r.lines = r.rows[1:], r.lines[1:]
	if blank(fields) {
		return r.next()
	}
	return fields, line, nil
}

// below gives the rows below a header; for a list of classes, all.
func (l looked) below(h header, cut int, rest table) table {
	if h.kind != A3 {
		return rest
	}
	return &replay{l.cut(cut), l.lines, rest}
}

func unknownKind() *FileError {
	return refusal(0, "unknown-kind", "no header of a known kind in the first 10 lines", leaveOrExplain("its name"))
}

// leaveOrExplain is what to do about a file of no known kind.
func leaveOrExplain(name string) string {
	return "If it is no extract, leave it out with leave_out: [" + name + "] in mapping.yaml, or move it elsewhere; if its columns have other names, train ingest --explain proposes a mapping.yaml"
}

// knownKinds follows the refusals of files of no known kind, once.
func knownKinds() error {
	return rettidig.E(rettidig.Invalid, "unknown-kind", "A delivery holds aids (A1, A2), class lists (A3), citizens (A4), home care (H1, H2) and DigiRehab's tables (D1-D4), "+
		"comma, semicolon or tab separated or as XLSX, and reports to KL Gateway (K1) as JSON; also in ZIP or gzip", nil)
}

func requiredOf(k Kind) []string {
	var out []string
	for _, c := range layoutOf(k).columns {
		if c.required {
			out = append(out, c.title)
		}
	}
	return out
}

func quoteAll(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = `"` + n + `"`
	}
	return strings.Join(q, ", ")
}

var kindText = map[Kind]string{
	A1: "aids", A2: "aids by BorgerID", A3: "list of ISO classes", A4: "citizens",
	H1: "home care", H2: "home care by BorgerID", D1: "DigiRehab screenings", D2: "DigiRehab statuses",
	D3: "DigiRehab sessions done", D4: "DigiRehab sessions cancelled", K1: "reports to KL Gateway",
}

// runWords start the line that says when the extract was made, folded.
var runWords = []string{"koert", "koersel", "dannet", "genereret", "udtrukket", "udskrevet", "dato", "created", "generated", "run"}

// date returns the day on which the extract says it was made: the first date of a line that says so, else
// the latest date above the header, NoDay if there is none.
func (p preamble) date() rettidig.Day {
	latest := rettidig.NoDay
	for _, cell := range p.lines {
		dates := datesIn(cell)
		if len(dates) == 0 {
			continue
		}
		folded := fold(cell)
		for _, w := range runWords {
			if strings.HasPrefix(folded, w) || strings.Contains(folded, "rapport"+w) || strings.Contains(folded, "udtraeks"+w) {
				return dates[0]
			}
		}
		latest = max(latest, slices.Max(dates))
	}
	return latest
}

var monthNames = []string{"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"}

// datesIn finds the dates in a text: in figures, or as "3. august 2022".
func datesIn(s string) []rettidig.Day {
	s, _ = repairMojibake(s)
	var out []rettidig.Day
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;:()\t", r) })
	for i, w := range words {
		if d, ok := parseDate([]byte(strings.TrimRight(w, "."))); ok {
			out = append(out, d)
			continue
		}
		if i+2 >= len(words) {
			continue
		}
		m := slices.IndexFunc(monthNames, func(name string) bool {
			lower := strings.TrimSuffix(strings.ToLower(words[i+1]), ".")
			return lower == name || (len(lower) >= 3 && lower == name[:3])
		})
		if d, ok := parseDate(fmt.Appendf(nil, "%s-%d-%s", strings.TrimSuffix(w, "."), m+1, strings.TrimRight(words[i+2], "."))); ok {
			out = append(out, d)
		}
	}
	return out
}
