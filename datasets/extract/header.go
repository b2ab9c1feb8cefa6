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
	H1 Kind = "H1" // home care per week, by CPR number
	D1 Kind = "D1" // DigiRehab screenings
	D2 Kind = "D2" // DigiRehab status changes
	D3 Kind = "D3" // DigiRehab sessions done
	D4 Kind = "D4" // DigiRehab sessions cancelled; the same columns as D3, and every rating is 1
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

// The columns of each kind; the constants below index them. Free text (Ratingcomment) is deliberately in
// none of them: it can hold health information and is never looked at.
var layouts = []struct {
	kind    Kind
	columns []column
}{
	{A1, []column{need("Personnummer"), need("Kategori ISO nummer"), need("Leveret dato"), need("Returneret dato")}},
	{H1, []column{need("Personnummer"), need("År uge"), need("Ugenummer"), need("Ydelse navn"), need("Leveret tid (minutter)"),
		need("Antal ydelser"), may("Leverandør", "leverandoernavn", "leverandoertype", "organisation", "organisationsnavn")}},
	{D1, []column{need("BorgerID"), need("Screeningsdate", "screeningdate"), need("behovforhjælpscore"), need("fysiskformåenscore", "fysikformaaenscore"),
		may("behovforhjælpreason"), may("fysiskformåenreason", "fysikformaaenreason"), may("Gender"), may("Birth Year")}},
	{D2, []column{need("BorgerID"), need("ChangeDate"), need("Status"), may("Gender"), may("Birth Year")}},
	{D3, []column{need("BorgerID"), need("RatingDate"), need("Ratingscore"), may("Gender"), may("Birth Year")}},
}

// Places of the columns in layouts.
const (
	colID = 0 // in every kind

	aidISO, aidLent, aidReturned = 1, 2, 3

	careYear, careWeek, careName, careMinutes, careCount, careSupplier = 1, 2, 3, 4, 5, 6

	screenDate, screenNeed, screenAbility, screenNeedWhy, screenAbilityWhy, screenGender, screenBirth = 1, 2, 3, 4, 5, 6, 7

	statusDate, statusName, statusGender, statusBirth = 1, 2, 3, 4

	sessionDate, sessionRating, sessionGender, sessionBirth = 1, 2, 3, 4
)

// header is a recognised header line.
type header struct {
	kind   Kind
	titles []string // of the layout's columns, for messages
	at     []int    // field of each of the layout's columns; -1: the file does not have it
	width  int      // fields of the header line
	line   int
}

// match compares one line with every layout and returns the one it fits best, with the required titles that
// are missing and the number that are there.
func match(fields []string, line int) (h header, missing []string, found int, twice string) {
	folded := make([]string, len(fields))
	for i, f := range fields {
		folded[i] = fold(f)
	}
	best := -1.0
	for _, l := range layouts {
		c := header{kind: l.kind, width: len(fields), line: line, at: make([]int, len(l.columns))}
		var lacking []string
		have, double := 0, ""
		for j, col := range l.columns {
			c.titles = append(c.titles, col.title)
			c.at[j] = -1
			for i, f := range folded {
				if slices.Contains(col.names, f) {
					if c.at[j] >= 0 {
						double = col.title
					}
					c.at[j] = i
				}
			}
			switch {
			case !col.required:
			case c.at[j] >= 0:
				have++
			default:
				lacking = append(lacking, col.title)
			}
		}
		if share := float64(have) / float64(have+len(lacking)); share > best {
			best, h, missing, found, twice = share, c, lacking, have, double
		}
	}
	return h, missing, found, twice
}

const headerWithin = 10 // lines

// preamble is what stands above the header.
type preamble struct{ lines []string }

// findHeader looks for the header among the first lines. candidates gives, for a line, the ways to cut it;
// the way that fits is returned as its index. If none fits entirely, the nearest miss makes the message.
func findHeader(cuts func() ([][]string, int, error)) (h header, cut int, pre preamble, err error) {
	var nearest *FileError
	nearestFound := 0
	for range headerWithin {
		ways, line, err := cuts()
		if err != nil {
			if nearest != nil && errors.Is(err, io.EOF) {
				return header{}, 0, pre, nearest
			}
			return header{}, 0, pre, err
		}
		for i, fields := range ways {
			h, missing, found, twice := match(fields, line)
			switch {
			case len(missing) == 0 && twice != "":
				return header{}, 0, pre, &FileError{Line: line, Column: twice, Code: "column-twice",
					Problem: "the header has this column twice", Do: "Remove or rename one of them"}
			case len(missing) == 0:
				return h, i, pre, nil
			case found >= 2 && found > nearestFound:
				nearestFound = found
				nearest = refusal(line, "column-missing",
					fmt.Sprintf("this looks like %s (%s) but lacks the column %s", h.kind, kindText[h.kind], quoteAll(missing)),
					"Export it again with all its columns: "+quoteAll(requiredOf(h.kind)))
				nearest.Column = missing[0]
			}
		}
		pre.lines = append(pre.lines, ways[0]...)
	}
	if nearest != nil {
		return header{}, 0, pre, nearest
	}
	return header{}, 0, pre, unknownKind()
}

func unknownKind() *FileError {
	return refusal(0, "unknown-kind", "no header of a known kind in the first 10 lines",
		"A delivery holds aids (A1), home care (H1) and DigiRehab's tables (D1-D4), comma, semicolon or tab separated or as XLSX; move other files elsewhere")
}

func requiredOf(k Kind) []string {
	var out []string
	for _, l := range layouts {
		for _, c := range l.columns {
			if l.kind == k && c.required {
				out = append(out, c.title)
			}
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
	A1: "aids", H1: "home care", D1: "DigiRehab screenings", D2: "DigiRehab statuses",
	D3: "DigiRehab sessions done", D4: "DigiRehab sessions cancelled",
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
