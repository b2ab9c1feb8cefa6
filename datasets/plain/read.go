package plain

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Options of Read.
type Options struct {
	Missing []string        // values that are missing, beside the empty one
	Levels  map[string]bool // columns by name: true is levels whatever it looks like, false must be numbers
	Raw     []string        // columns by name whose values are also wanted as they are written
	Truth   bool            // in columns that must be numbers, True and False are 1 and 0, with a note
}

// Column is one column. Numbers is nil for one of levels; otherwise Codes and Levels are.
type Column struct {
	Name    string
	Numbers []float64 // NaN is missing
	Codes   []int32   // the number of the level, -1 is missing
	Levels  []string  // rising, each there at least once
	Raw     []string  // as written, but for white space around it; nil unless asked for
}

// Table is what a file holds.
type Table struct {
	Columns []Column
	Rows    int
	Notes   []string // what a person should know about how it was read
}

// Column returns the column of this name, or nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Names lists the columns.
func (t *Table) Names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// Text returns the value of a row as a level; a number as short as it reads back. Missing is empty.
func (c *Column) Text(row int) string {
	if c.Numbers != nil {
		if v := c.Numbers[row]; v == v {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return ""
	}
	if c.Codes[row] < 0 {
		return ""
	}
	return c.Levels[c.Codes[row]]
}

// Read reads a file with a header. The separator is the one of comma, semicolon and tab that is most often in
// the header. A column is numbers if every value that is there reads as one, all with a dot or all with a comma as decimal sign;
// thousands separators and infinities are no numbers; a note tells of what looks like such, or like numbers with a unit. White space around a value does not count. A file that is not
// UTF-8 is read as Windows-1252, with a note.
//
// The usual words for a value that is not there (see usual) are missing in a column whose other values are all
// numbers, with a note; in a column of levels they are levels, as "NA" may be Namibia and "-" the opposite of "+".
func Read(b []byte, opt Options) (*Table, error) {
	t := &Table{}
	b, err := t.decode(b)
	if err != nil {
		return nil, err
	}
	sep := separator(b)
	names, err := header(b, sep)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Concat(slices.Sorted(maps.Keys(opt.Levels)), opt.Raw) {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("there is no column %q; there are %s", name, strings.Join(names, ", "))
		}
	}
	cols := make([]column, len(names))
	for j := range cols {
		levels, given := opt.Levels[names[j]]
		cols[j] = column{name: names[j], levels: levels, truth: opt.Truth && given && !levels, keep: slices.Contains(opt.Raw, names[j])}
	}
	missing := map[string]bool{"": true}
	for _, m := range opt.Missing {
		missing[m] = true
	}
	// Numbers are taken as they come; a second pass is made only for the columns that turned out to be levels.
	t.Rows, err = each(b, sep, len(names), func(line int, record []string) {
		for j := range cols {
			cols[j].number(strings.TrimSpace(record[j]), line, missing)
		}
	})
	if err != nil {
		return nil, err
	}
	if t.Rows == 0 {
		return nil, errors.New("there are no rows below the header")
	}
	var second []*column
	for j := range cols {
		c := &cols[j]
		if want, given := opt.Levels[c.name]; given && !want && !c.isNumbers() {
			return nil, fmt.Errorf("line %d: %q is no number, and column %s must have numbers; if it means missing, say so with --missing", c.line, c.bad, c.name)
		}
		if !c.isNumbers() {
			if c.there > 0 && c.dots+c.commas == c.there && !c.levels {
				return nil, fmt.Errorf("column %s has numbers with a decimal comma and with a decimal point (line %d: %q): which is it?", c.name, c.line, c.bad)
			}
			c.codes, c.index, c.numbers = make([]int32, 0, t.Rows), map[string]int32{}, nil
			second = append(second, c)
		}
	}
	if len(second) > 0 {
		at := make([]int, 0, len(second))
		for j := range cols {
			if cols[j].index != nil {
				at = append(at, j)
			}
		}
		if _, err := each(b, sep, len(names), func(_ int, record []string) {
			for _, j := range at {
				cols[j].level(strings.TrimSpace(record[j]), missing)
			}
		}); err != nil {
			return nil, err
		}
	}
	for j := range cols {
		t.Columns = append(t.Columns, cols[j].done())
		for _, n := range []string{cols[j].note(), cols[j].sign(sep)} {
			if n != "" {
				t.Notes = append(t.Notes, n)
			}
		}
	}
	return t, nil
}

// decode drops the byte order mark and turns what is not UTF-8 into it.
func (t *Table) decode(b []byte) ([]byte, error) {
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return nil, errors.New("the file is UTF-16; save it as CSV UTF-8")
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if like := otherKind(b); like != "" {
		return nil, fmt.Errorf("this is no CSV (it begins like %s): save it as CSV", like)
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return nil, errors.New("the file holds zero bytes: it is no CSV file")
	}
	if utf8.Valid(b) {
		return b, nil
	}
	t.Notes = append(t.Notes, "the file is not UTF-8; it was read as Windows-1252")
	return charmap.Windows1252.NewDecoder().Bytes(b)
}

// otherKind knows by its first bytes what is often given in the place of a CSV file.
func otherKind(b []byte) string {
	switch start := bytes.ToLower(bytes.TrimLeft(b[:min(len(b), 64)], " \t\r\n")); {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return "an Excel file or another ZIP"
	case bytes.HasPrefix(b, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return "an old Excel file"
	case bytes.HasPrefix(b, []byte{0x1f, 0x8b}):
		return "a gzip file"
	case bytes.HasPrefix(b, []byte("PAR1")):
		return "a Parquet file"
	case bytes.HasPrefix(start, []byte("<!doctype")), bytes.HasPrefix(start, []byte("<html")), bytes.HasPrefix(start, []byte("<?xml")):
		return "a web page or XML"
	}
	return ""
}

// separator returns the one that is most often in the first line outside quotes; of equal ones the first of
// comma, semicolon and tab.
func separator(b []byte) rune {
	var n [3]int
	quoted := false
	for _, c := range bytes.TrimLeft(b, "\r\n") {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			quoted = false
			return most(n)
		case c == ',':
			n[0]++
		case c == ';':
			n[1]++
		case c == '\t':
			n[2]++
		}
	}
	return most(n)
}

func most(n [3]int) rune {
	best := 0
	for k := range n {
		if n[k] > n[best] {
			best = k
		}
	}
	return []rune{',', ';', '\t'}[best]
}

func open(b []byte, sep rune) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(b))
	r.Comma, r.ReuseRecord = sep, true
	return r
}

func header(b []byte, sep rune) ([]string, error) {
	record, err := open(b, sep).Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(record[0], "sep=") {
		return nil, errors.New("the first line says to Excel what the separator is and is no header: delete it")
	}
	names := make([]string, len(record))
	for j, name := range record {
		names[j] = strings.TrimSpace(name)
		if names[j] == "" {
			return nil, fmt.Errorf("column %d has no name in the header: give it one, or delete the column; programs that number rows and a separator at the end of a line make such", j+1)
		}
		if slices.Contains(names[:j], names[j]) {
			return nil, fmt.Errorf("the header has the column %q twice", names[j])
		}
	}
	return names, nil
}

// each calls f with every record below the header and counts them.
func each(b []byte, sep rune, fields int, f func(line int, record []string)) (int, error) {
	r := open(b, sep)
	r.FieldsPerRecord = fields
	for n := -1; ; n++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return max(n, 0), nil
		}
		if errors.Is(err, csv.ErrFieldCount) {
			line, _ := r.FieldPos(0)
			return 0, fmt.Errorf("line %d has %d fields, the header has %d", line, len(record), fields)
		}
		if err != nil {
			return 0, err
		}
		if n >= 0 {
			line, _ := r.FieldPos(0)
			f(line, record)
		}
	}
}

// column is a column while it is read.
type column struct {
	name         string
	levels       bool // whatever it looks like
	truth        bool // True and False are 1 and 0
	truths       int  // how often they are there
	numbers      []float64
	keep         bool // what is written, in raw
	raw          []string
	usual        map[string]int // how often each usual word for missing is there
	there        int            // values that are not missing, nor such words
	dots, commas int            // of those, numbers with a point and without any sign; numbers with a comma
	whole        int            // of dots, without a sign
	threes       threes
	line         int // of the first value that is no number like those before
	bad          string
	codes        []int32
	missing      int // of codes
	index        map[string]int32
}

func (c *column) isNumbers() bool {
	return !c.levels && (c.dots == c.there || c.commas+c.whole == c.there)
}

// usual tells whether a word is one of those that are written for a value that is not there, capitals or not.
func usual(text string) bool {
	if len(text) > 4 {
		return false
	}
	switch strings.ToLower(text) {
	case "na", "n/a", "#n/a", "#na", "<na>", "nan", "null", "?", "-", "--", ".", `\n`:
		return true
	}
	return false
}

func (c *column) number(text string, line int, missing map[string]bool) {
	v := math.NaN()
	if c.keep {
		c.raw = append(c.raw, strings.Clone(text))
	}
	switch {
	case missing[text]:
	case !c.levels && usual(text):
		if c.usual == nil {
			c.usual = map[string]int{}
		}
		c.usual[strings.Clone(text)]++
	case c.truth && (strings.EqualFold(text, "true") || strings.EqualFold(text, "false")):
		c.there++
		c.dots++
		c.whole++
		c.truths++
		if v = 0; strings.EqualFold(text, "true") {
			v = 1
		}
	default:
		c.there++
		was := c.isNumbersBut(1)
		switch x, comma, ok := parse(text); {
		case ok && comma:
			c.commas++
			v = x
			c.threes.number(text, line)
		case ok:
			c.dots++
			v = x
			c.threes.number(text, line)
			if !strings.Contains(text, ".") {
				c.whole++
			}
		}
		if was && !c.isNumbersBut(0) {
			c.line, c.bad = line, text
		}
	}
	c.numbers = append(c.numbers, v)
}

// isNumbersBut tells whether all values but the newest few were numbers.
func (c *column) isNumbersBut(few int) bool {
	return c.dots == c.there-few || c.commas+c.whole == c.there-few
}

func (c *column) level(text string, missing map[string]bool) {
	if missing[text] {
		c.codes = append(c.codes, -1)
		c.missing++
		return
	}
	k, ok := c.index[text]
	if !ok {
		k = int32(len(c.index))
		c.index[strings.Clone(text)] = k
	}
	c.codes = append(c.codes, k)
}

func (c *column) done() Column {
	if c.index == nil {
		return Column{Name: c.name, Numbers: c.numbers, Raw: c.raw}
	}
	out := Column{Name: c.name, Raw: c.raw, Codes: c.codes, Levels: make([]string, 0, len(c.index))}
	for l := range c.index {
		out.Levels = append(out.Levels, l)
	}
	slices.Sort(out.Levels)
	to := make([]int32, len(out.Levels))
	for k, l := range out.Levels {
		to[c.index[l]] = int32(k)
	}
	for i, k := range out.Codes {
		if k >= 0 {
			out.Codes[i] = to[k]
		}
	}
	return out
}

// note tells of words that were taken as missing, and of a column that is numbers but for a few words, which may mean
// missing and nobody told of.
func (c *column) note() string {
	switch {
	case c.truths > 0:
		return fmt.Sprintf("column %s: True is taken as 1 and False as 0", c.name)
	case c.index == nil && c.usual != nil:
		words, rows := slices.Sorted(maps.Keys(c.usual)), 0
		for i, w := range words {
			rows += c.usual[w]
			words[i] = strconv.Quote(w)
		}
		why := "the other values being numbers"
		if c.there == 0 {
			why = "there being no other value"
		}
		return fmt.Sprintf("column %s: %s (%d rows) is taken as missing, %s; --categorical %s makes levels of all of them", c.name, strings.Join(words, ", "), rows, why, flagList([]string{c.name}))
	case c.index == nil || c.levels:
		return ""
	}
	if n := c.looksLikeNumbers(); n != "" {
		return n
	}
	var words []string
	numbers := 0
	for l := range c.index {
		if _, _, ok := parse(l); ok {
			numbers++
		} else {
			words = append(words, l)
		}
	}
	nearly := 10*(c.dots+c.commas) >= 9*c.there
	if few := len(words) <= 3 && numbers >= 10; !few && !nearly {
		return ""
	}
	list := "VALUE"
	if len(words) <= 3 {
		slices.Sort(words)
		list = flagList(words)
	}
	return fmt.Sprintf("column %s is taken as categorical, though %d of its %d values are numbers: line %d has %q; if that means missing, say so with --missing %s",
		c.name, c.dots+c.commas, len(c.codes)-c.missing, c.line, c.bad, list)
}

// sign tells of a decimal sign that may be none.
func (c *column) sign(sep rune) string {
	if c.index != nil {
		return ""
	}
	return c.threes.doubt(c.name, sep)
}

// flagList writes values for a flag that takes several, in quotes where a shell or the flag wants them.
func flagList(values []string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(values) // to a string builder
	w.Flush()
	list := strings.TrimSuffix(b.String(), "\n")
	if strings.ContainsAny(list, " \"'\\$&|;<>()*?#`\n") {
		return "'" + strings.ReplaceAll(list, "'", `'\''`) + "'"
	}
	return list
}

// parse reads a number of digits, one decimal sign, an exponent and signs.
func parse(text string) (x float64, comma, ok bool) {
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9', c == '.', c == '-', c == '+', c == 'e', c == 'E':
		case c == ',':
			comma = true
		default:
			return 0, false, false // keeps out "inf", "nan", hexadecimal and underscores, which ParseFloat takes
		}
	}
	if comma {
		if strings.Contains(text, ".") {
			return 0, false, false
		}
		text = strings.Replace(text, ",", ".", 1)
	}
	x, err := strconv.ParseFloat(text, 64)
	return x, comma, err == nil
}

// Header returns the names in the header.
func Header(b []byte) ([]string, error) {
	b, err := (&Table{}).decode(b)
	if err != nil {
		return nil, err
	}
	return header(b, separator(b))
}
