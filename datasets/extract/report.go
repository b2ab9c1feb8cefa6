package extract

import (
	"cmp"
	"slices"

	"github.com/rettidig/rettidig"
)

// Report is what became of a delivery: for each file and row, what was read, repaired, merged, dropped and
// set aside. It holds no CPR number and no raw text of any cell.
type Report struct {
	Format          string       `json:"format"`
	KeyID           string       `json:"key_id"`
	ExtractDate     rettidig.Day `json:"extract_date"`
	ExtractDateFrom string       `json:"extract_date_from"` // FromPreamble or FromFacts
	MinutesAre      MinutesAre   `json:"minutes_are"`       // how minutes of home care were read
	MappingSHA256   string       `json:"mapping_sha256,omitempty"`
	Files           []File       `json:"files"`   // by kind, then content
	Ignored         []Ignored    `json:"ignored"` // what lay beside them
	Rows            Rows         `json:"rows"`    // of all files
	Facts           FactCounts   `json:"facts"`
	Citizens        People       `json:"citizens"`
	Care            *CareCheck   `json:"care,omitempty"`
	Unknown         Unknown      `json:"unknown"`
	Warnings        []Warning    `json:"warnings"`
}

// Where the extract date comes from.
const (
	FromPreamble = "preamble"          // the latest date that a file says it was made
	FromFacts    = "latest date seen"  // no file says, so the latest date on which something happened
	reportFormat = "rettidig-report/1" // of the JSON
)

// Rows is one fate per row: Read = Kept + Repaired + Merged + Dropped + Quarantined.
type Rows struct {
	Read        int64 `json:"read"`
	Kept        int64 `json:"kept"`     // became a fact as it stood
	Repaired    int64 `json:"repaired"` // became a fact after a repair
	Merged      int64 `json:"merged"`
	Dropped     int64 `json:"dropped"`
	Quarantined int64 `json:"quarantined"`
}

func (r *Rows) add(o Rows) {
	r.Read += o.Read
	r.Kept += o.Kept
	r.Repaired += o.Repaired
	r.Merged += o.Merged
	r.Dropped += o.Dropped
	r.Quarantined += o.Quarantined
}

// Causes counts by cause. What a cause means is in Meaning.
type Causes map[string]int64

func (c *Causes) add(cause string, n int64) {
	if *c == nil {
		*c = Causes{}
	}
	(*c)[cause] += n
}

func (c *Causes) join(o Causes) {
	for cause, n := range o {
		c.add(cause, n)
	}
}

func (c Causes) sum() (n int64) {
	for _, v := range c {
		n += v
	}
	return n
}

// sorted lists the causes, most frequent first, then by name.
func (c Causes) sorted() []string {
	names := make([]string, 0, len(c))
	for k := range c {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(c[b], c[a]), cmp.Compare(a, b)) })
	return names
}

// File is what became of one file.
type File struct {
	Name       string       `json:"name"`
	SHA256     string       `json:"sha256"`
	Bytes      int64        `json:"bytes"`
	Kind       Kind         `json:"kind"`
	Container  string       `json:"container"`           // CSV or XLSX
	Encoding   string       `json:"encoding"`            // ASCII, UTF-8, Windows-1252 or mixed
	Separator  string       `json:"separator,omitempty"` // of a CSV file
	Member     string       `json:"member,omitempty"`    // of an archive
	Sheet      string       `json:"sheet,omitempty"`     // of a workbook
	HeaderLine int          `json:"header_line"`
	Made       rettidig.Day `json:"made"` // date in the preamble; empty if there is none
	First      rettidig.Day `json:"first"`
	Last       rettidig.Day `json:"last"` // first and last day of the facts that were read

	Rows        Rows   `json:"rows"`
	Merged      Causes `json:"merged"`      // rows, by cause
	Dropped     Causes `json:"dropped"`     // rows, by cause
	Quarantined Causes `json:"quarantined"` // rows, by cause
	Repairs     Causes `json:"repairs"`     // values, by cause, whatever became of their rows
	Notes       Causes `json:"notes"`       // rows, by what is worth knowing about them

	Examples map[string][]Example `json:"examples"` // by cause of dropping and quarantine, the first three lines

	Mapping []ColumnUse `json:"mapping,omitempty"` // the columns that are read
	Unread  []string    `json:"unread,omitempty"`  // titles of the columns that are not

	// Series counts rows as they were read, before any repair, by month ("2024-03"): which services, paragraphs and
	// classes are in use when, as "service:fsiii_suffix", "paragraph:97" or "class:215103".
	Series map[string]map[string]int64 `json:"series,omitempty"`
}

// ColumnUse is how one of our columns was found in a file.
type ColumnUse struct {
	Column string `json:"column"` // our name for it
	Header string `json:"header"` // the file's
	How    string `json:"how"`    // "name", "alias" or "mapping.yaml"
}

// Unknown lists the codes and names that no table knows, at most fifty of each, most frequent first.
type Unknown struct {
	Services   []NameCount `json:"services,omitempty"`
	Classes    []NameCount `json:"classes,omitempty"`
	Paragraphs []NameCount `json:"paragraphs,omitempty"`
	Abilities  []NameCount `json:"abilities,omitempty"`
}

// NameCount is how many rows have a name.
type NameCount struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// Example is where a cause was met. The value itself is never shown.
type Example struct {
	Line    int                `json:"line"`
	Column  string             `json:"column,omitempty"`
	Citizen rettidig.CitizenID `json:"citizen,omitempty"` // empty when the id was the problem
}

// Ignored is something in the delivery's folder that was not read.
type Ignored struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// FactCounts counts the facts that came out.
type FactCounts struct {
	Aids       int `json:"aids"`
	Services   int `json:"services"`
	Screenings int `json:"screenings"`
	Sessions   int `json:"sessions"`
	Statuses   int `json:"statuses"`
	Conditions int `json:"conditions"`
}

// People counts the citizens with at least one fact, and the CPR numbers that were read.
type People struct {
	Total         int `json:"total"`
	ByCPR         int `json:"by_cpr"`
	ByBorgerID    int `json:"by_borgerid"`
	Female        int `json:"female"`
	Male          int `json:"male"`
	SexUnknown    int `json:"sex_unknown"`
	BirthUnknown  int `json:"birth_unknown"`
	BirthYearOnly int `json:"birth_year_only"`

	// Of well-formed CPR numbers in any row, each counted once.
	CPRSeen          int `json:"cpr_seen"`
	NeverIssued      int `json:"cpr_never_issued"`
	FailingModulus11 int `json:"cpr_failing_modulus_11"` // allowed since 2007, rare in real data
	Replacements     int `json:"cpr_replacements"`
	BorgerIDSeen     int `json:"borgerid_seen"`
	Invented         int `json:"ids_invented"`   // BorgerIDs and replacement numbers of the generator's
	Reversible       int `json:"ids_reversible"` // BorgerIDs that arithmetic turns back into CPR numbers
}

// Warning is something usable but doubtful, and what to do about it.
type Warning struct {
	Code string `json:"code"`
	Text string `json:"text"`
	N    int64  `json:"n"`
}

func (r *Report) warn(code string, n int64, text string) {
	r.Warnings = append(r.Warnings, Warning{code, text, n})
}

// Synthetic tells whether nobody real can be in the delivery: there is at least one id, and every one of them is a CPR
// number that was never issued or is marked as invented.
func (r *Report) Synthetic() bool {
	c := r.Citizens
	return r.Ids() > 0 && c.NeverIssued+c.Invented == r.Ids()
}

// Ids is the number of distinct ids that were read.
func (r *Report) Ids() int { return r.Citizens.CPRSeen + r.Citizens.BorgerIDSeen }

const mostExamples = 3

// example keeps the examples with the smallest lines, whatever the order in which they come.
func (f *File) example(cause string, e Example) {
	if f.Examples == nil {
		f.Examples = map[string][]Example{}
	}
	have := f.Examples[cause]
	if len(have) == mostExamples && have[mostExamples-1].Line <= e.Line {
		return
	}
	i, _ := slices.BinarySearchFunc(have, e.Line, func(x Example, line int) int { return cmp.Compare(x.Line, line) })
	have = slices.Insert(have, i, e)
	f.Examples[cause] = have[:min(len(have), mostExamples)]
}

func newFile() File {
	return File{Encoding: ASCII, Made: rettidig.NoDay, First: rettidig.NoDay, Last: rettidig.NoDay,
		Merged: Causes{}, Dropped: Causes{}, Quarantined: Causes{}, Repairs: Causes{}, Notes: Causes{}, Examples: map[string][]Example{}}
}

// join adds what another goroutine has counted in the same file.
func (f *File) join(o *File) {
	f.Rows.add(o.Rows)
	f.Merged.join(o.Merged)
	f.Dropped.join(o.Dropped)
	f.Quarantined.join(o.Quarantined)
	f.Repairs.join(o.Repairs)
	f.Notes.join(o.Notes)
	for cause, examples := range o.Examples {
		for _, e := range examples {
			f.example(cause, e)
		}
	}
	for _, d := range []rettidig.Day{o.First, o.Last} {
		if d.Valid() {
			f.saw(d)
		}
	}
}

// The encodings of a file. Danish text in ISO 8859-1, -10 or -15 is Windows-1252 too.
const (
	ASCII       = "ASCII"
	UTF8        = "UTF-8"
	Windows1252 = "Windows-1252"
	Mixed       = "mixed UTF-8 and Windows-1252"
)

// saw widens the span of the file's facts.
func (f *File) saw(d rettidig.Day) {
	if !f.First.Valid() || d < f.First {
		f.First = d
	}
	if !f.Last.Valid() || d > f.Last {
		f.Last = d
	}
}

// close adds up the causes.
func (f *File) close() {
	f.Rows.Merged = f.Merged.sum()
	f.Rows.Dropped = f.Dropped.sum()
	f.Rows.Quarantined = f.Quarantined.sum()
}
