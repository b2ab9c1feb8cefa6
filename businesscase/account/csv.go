package account

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/internal/strictjson"
)

// column is one of a realised file.
type column struct {
	name string
	kind Kind // of a value; zero: something else
}

var realisedColumns = []column{
	{name: "quarter"}, {name: "data_as_of"}, {name: "started"}, {name: "ended"}, {name: "completed"}, {name: "effect"},
	{"minutes_cashable", Kind{Minutes, Cashable}}, {"minutes_capacity", Kind{Minutes, Capacity}}, {"minutes_quality", Kind{Minutes, Quality}},
	{"kroner_cashable", Kind{Kroner, Cashable}}, {"kroner_capacity", Kind{Kroner, Capacity}}, {"kroner_quality", Kind{Kroner, Quality}},
}

const required = 6 // the first so many

var looksColumns = []string{"as_of", "courses", "completed", "effect"}

// CSVTemplate is a file of realised figures to begin with; LooksTemplate one of looks. The figures are invented.
const (
	CSVTemplate = "quarter,data_as_of,started,ended,completed,effect,minutes_cashable,minutes_capacity,minutes_quality,kroner_cashable,kroner_capacity,kroner_quality\n" +
		"2026Q1,2026-08-15,210,210,142,101,,8450,,,1960000,\n"
	LooksTemplate = "as_of,courses,completed,effect\n2026-06-01,64,43,30\n2026-06-08,80,55,38\n"
)

// largestCSV is far more than a century of quarters.
const largestCSV = 1 << 20

// table is a CSV file with the line on which each row begins.
type table struct {
	name string
	at   map[string]int
	rows [][]string
	line []int
	sep  rune
}

// readTable reads a file with commas, semicolons or tabs, as the first line has them.
func readTable(r io.Reader, name string, known []string, need int) (*table, error) {
	b, err := strictjson.All(r, largestCSV, "table")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	first, _ := bufio.NewReader(bytes.NewReader(b)).ReadString('\n')
	t := &table{name: name, at: map[string]int{}, sep: ','}
	for _, sep := range ";\t" {
		if strings.ContainsRune(first, sep) {
			t.sep = sep
			break
		}
	}
	cr := csv.NewReader(bytes.NewReader(b))
	cr.Comma = t.sep
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return nil, fmt.Errorf("%s:%d: %w", name, bad.Line, bad.Err)
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := cr.FieldPos(0)
		t.rows, t.line = append(t.rows, row), append(t.line, line)
	}
	if len(t.rows) < 2 {
		return nil, fmt.Errorf("%s: no rows under a header; new-csv prints a file to begin with", name)
	}
	for i, h := range t.rows[0] {
		h = strings.ToLower(strings.TrimSpace(h))
		if !slices.Contains(known, h) {
			return nil, fmt.Errorf("%s:1: unknown column %q, want some of %s; counts only, nothing about a citizen", name, h, strings.Join(known, ", "))
		}
		if _, twice := t.at[h]; twice {
			return nil, fmt.Errorf("%s:1: column %s is there twice", name, h)
		}
		t.at[h] = i
	}
	for _, h := range known[:need] {
		if _, ok := t.at[h]; !ok {
			return nil, fmt.Errorf("%s:1: column %s is missing; new-csv prints a file to begin with", name, h)
		}
	}
	t.rows, t.line = t.rows[1:], t.line[1:]
	return t, nil
}

func (t *table) cell(row int, column string) string {
	if i, ok := t.at[column]; ok {
		return strings.TrimSpace(t.rows[row][i])
	}
	return ""
}

func (t *table) fault(row int, column string, got, want string) error {
	return fmt.Errorf("%s:%d: %s is %q, want %s", t.name, t.line[row], column, got, want)
}

func (t *table) count(row int, column string) (int, error) {
	s := t.cell(row, column)
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, t.fault(row, column, s, "a whole number, 0 or more, without thousands separators")
	}
	return n, nil
}

func (t *table) day(row int, column string) (rettidig.Day, error) {
	s := t.cell(row, column)
	d, err := rettidig.ParseDay(s)
	if err != nil {
		return d, t.fault(row, column, s, "a date such as 2026-08-15")
	}
	return d, nil
}

// couldBeThousands is 1.250 or 1,250: a thousand more to one reader than to another.
var couldBeThousands = regexp.MustCompile(`^[-+]?[1-9]\d{0,2}([.,]\d{3})+$`)

// amount reads a number with a decimal point, or with a decimal comma where columns are not separated by commas.
func (t *table) amount(row int, column string) (x float64, given bool, err error) {
	s := t.cell(row, column)
	if s == "" {
		return 0, false, nil
	}
	plain := s
	if t.sep != ',' && strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		plain = strings.Replace(s, ",", ".", 1)
	}
	if couldBeThousands.MatchString(s) {
		whole := strings.NewReplacer(".", "", ",", "").Replace(s)
		return 0, false, t.fault(row, column, s, "a number that cannot be read in two ways: "+whole+" if the mark is for thousands, else fewer decimals")
	}
	x, err = strconv.ParseFloat(plain, 64)
	if err != nil || !(x >= -mostValue && x <= mostValue) || strings.ContainsAny(plain, "xXpP_") {
		return 0, false, t.fault(row, column, s, "a number without thousands separators, or nothing if it is not known")
	}
	return x, true, nil
}

// ReadRealised reads a table of realised figures: a header with the columns of CSVTemplate in any order, of which the first
// six must be there; an empty value is not known, which is not 0. Errors name file and line.
func ReadRealised(r io.Reader, name string) ([]RealisedQuarter, error) {
	var known []string
	for _, c := range realisedColumns {
		known = append(known, c.name)
	}
	t, err := readTable(r, name, known, required)
	if err != nil {
		return nil, err
	}
	type placed struct {
		RealisedQuarter
		row int
	}
	var all []placed
	for i := range t.rows {
		q, err := t.realised(i)
		if err != nil {
			return nil, err
		}
		all = append(all, placed{q, i})
	}
	slices.SortStableFunc(all, func(a, b placed) int { return a.Quarter.Compare(b.Quarter) })
	var out []RealisedQuarter
	for i, q := range all {
		if i > 0 && q.Quarter == all[i-1].Quarter {
			return nil, fmt.Errorf("%s:%d: quarter %s is there twice, first in line %d", name, t.line[q.row], q.Quarter, t.line[all[i-1].row])
		}
		out = append(out, q.RealisedQuarter)
	}
	return out, nil
}

func (t *table) realised(row int) (q RealisedQuarter, err error) {
	if q.Quarter, err = ParseQuarter(t.cell(row, "quarter")); err != nil {
		return q, t.fault(row, "quarter", t.cell(row, "quarter"), "one such as 2026Q1")
	}
	if q.DataAsOf, err = t.day(row, "data_as_of"); err != nil {
		return q, err
	}
	for _, c := range []struct {
		name string
		into *int
	}{{"started", &q.Started}, {"ended", &q.Ended}, {"completed", &q.Completed}, {"effect", &q.Effect}} {
		if *c.into, err = t.count(row, c.name); err != nil {
			return q, err
		}
	}
	for _, c := range realisedColumns[required:] {
		x, given, err := t.amount(row, c.name)
		if err != nil {
			return q, err
		}
		if given {
			q.Values = append(q.Values, Value{c.kind, x})
		}
	}
	var e faults
	if q.validate(&e); len(e) > 0 {
		return q, fmt.Errorf("%s:%d: %w", t.name, t.line[row], e.err("realised"))
	}
	return q, nil
}

// ReadLooks reads a table of looks with the columns of LooksTemplate. Errors name file and line.
func ReadLooks(r io.Reader, name string) ([]Look, error) {
	t, err := readTable(r, name, looksColumns, len(looksColumns))
	if err != nil {
		return nil, err
	}
	var out []Look
	for i := range t.rows {
		var l Look
		if l.AsOf, err = t.day(i, "as_of"); err != nil {
			return nil, err
		}
		for _, c := range []struct {
			name string
			into *int
		}{{"courses", &l.Courses}, {"completed", &l.Completed}, {"effect", &l.Effect}} {
			if *c.into, err = t.count(i, c.name); err != nil {
				return nil, err
			}
		}
		out = append(out, l)
		if err := (&Looks{By: "-", Looks: out[max(0, len(out)-2):]}).Validate(); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, t.line[i], err)
		}
	}
	return out, nil
}
