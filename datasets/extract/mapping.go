package extract

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// Mapping is what is local to one municipality's deliveries: what its columns, services and codes are called. It
// is a YAML file, mapping.yaml, with what is theirs on the left and what is ours on the right:
//
//	version: 1                # of this format; required
//	minutes_are: hours        # home care's minutes: total (in the week), per_visit or hours
//	date_order: mdy           # 12/31/2020; without it 31/12/2020. Years first (2020-12-31) need nothing
//	columns:                  # per kind of table (A1, A2, A4, H1, H2, D1, D2, D3), their title: ours
//	  H1:
//	    Borgerens nr: Personnummer
//	services:                 # home care, their name: a code of datasets/codes, or its name
//	  Bad med lift: H1.1
//	paragraphs:               # their text: a law paragraph of datasets/codes
//	  Varigt udlån: "112"
//	statuses:                 # DigiRehab, their word: one of DigiRehab's
//	  Afsluttet: Terminated
//	reasons:                  # of a screening, their word: a reason of datasets/codes, or its name
//	  Indlagt: illness
//	leave_out:                # files, members (delivery.zip/old.csv) and sheets (book.xlsx/Pivot); * and ? may stand in them
//	  - "*.pdf"
//
// Every part may be left out, and so may the value of a name: then nothing is told of it. Names are compared without regard to case, blanks and signs. What is unknown, or said
// twice, is an error that names the line. D4 has D3's columns. A column that is mapped is read as what it is mapped to
// and nothing else.
type Mapping struct {
	MinutesAre MinutesAre // empty: not told

	dates      dateOrder
	columns    map[Kind]map[string]string // by folded name: our title
	services   map[string]string
	paragraphs map[string]string
	statuses   map[string]rettidig.Status
	reasons    map[string]string
	leaveOut   []string
	untold     int // names without a value
	sum        string
}

// SHA256 identifies the mapping: the hash of the file it was read from, in hexadecimal.
func (m *Mapping) SHA256() string { return m.sum }

// MappingFile is the name under which a mapping lies beside the extracts.
const MappingFile = "mapping.yaml"

const mostMapping = 1 << 20 // bytes

// ReadMapping reads a mapping from a file.
func ReadMapping(name string) (*Mapping, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read mapping: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostMapping+1))
	if err != nil {
		return nil, fmt.Errorf("read mapping %s: %w", name, err)
	}
	return parseMapping(b, cpr.Hide(filepath.Base(name)))
}

// ParseMapping reads a mapping. All that is wrong is reported at once, each with its line.
func ParseMapping(b []byte) (*Mapping, error) { return parseMapping(b, MappingFile) }

func parseMapping(b []byte, name string) (*Mapping, error) {
	r := mappingReader{name: name, m: &Mapping{columns: map[Kind]map[string]string{}}}
	if len(b) > mostMapping {
		r.bad(0, "it is larger than a mapping can be", "Write down only what is local")
		return nil, errors.Join(r.errs...)
	}
	var doc yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(b))
	err := d.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF):
		r.bad(1, "it is empty", `Begin with "version: 1"`)
	case err != nil:
		r.bad(0, "it is no YAML ("+strings.TrimPrefix(err.Error(), "yaml: ")+")", "Mend the line. Names with a colon or other signs need quotation marks")
	case d.Decode(new(yaml.Node)) != io.EOF:
		r.bad(1, "there is more than one document in it", "Remove what follows the line ---")
	default:
		r.read(doc.Content[0])
	}
	if len(r.errs) > 0 {
		return nil, errors.Join(r.errs...)
	}
	sum := sha256.Sum256(b)
	r.m.sum = hex.EncodeToString(sum[:])
	return r.m, nil
}

type mappingReader struct {
	name string
	m    *Mapping
	errs []error
}

func (r *mappingReader) bad(line int, problem, do string) {
	r.errs = append(r.errs, &FileError{File: r.name, Line: line, Code: "mapping", Problem: cpr.Hide(problem), Do: do})
}

// pairs visits the entries of a mapping node. Anchors and merges are refused: they hide what is mapped.
func (r *mappingReader) pairs(n *yaml.Node, what string, visit func(key, value *yaml.Node)) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return // a heading with nothing below it
	}
	if n.Kind != yaml.MappingNode {
		r.bad(n.Line, what+" is no list of \"name: value\"", "Write one pair on each line below it, indented")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!merge":
			r.bad(key.Line, "a name in "+what+" is no text", "Write the name as it stands in the file, in quotation marks")
			continue
		case seen[key.Value] > 0:
			r.bad(key.Line, fmt.Sprintf("%q is in %s twice (also on line %d)", key.Value, what, seen[key.Value]), "Remove one of them")
			continue
		}
		seen[key.Value] = key.Line
		visit(key, value)
	}
}

// text returns a value that is one word or text.
func (r *mappingReader) text(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
		r.bad(n.Line, what+" has no value", "Write what it is read as, or remove the line")
		return "", false
	}
	return n.Value, true
}

func (r *mappingReader) read(n *yaml.Node) {
	versioned := false
	r.pairs(n, "the mapping", func(key, value *yaml.Node) {
		switch key.Value {
		case "version":
			versioned = true
			if v, ok := r.text(value, "version"); ok && v != "1" {
				r.bad(value.Line, fmt.Sprintf("version %s is not known", v), "This program reads version 1")
			}
		case "minutes_are":
			if v, ok := r.text(value, "minutes_are"); ok {
				if r.m.MinutesAre = MinutesAre(v); !r.m.MinutesAre.Valid() {
					r.bad(value.Line, fmt.Sprintf("minutes_are is %q", v), "Write total, per_visit or hours")
				}
			}
		case "date_order":
			if v, ok := r.text(value, "date_order"); ok {
				if r.m.dates = dateOrder(v); r.m.dates != dayFirst && r.m.dates != monthFirst {
					r.bad(value.Line, fmt.Sprintf("date_order is %q", v), "Write dmy or mdy")
				}
			}
		case "columns":
			r.pairs(value, "columns", r.kind)
		case "services":
			r.m.services = r.names(value, "services", foldService, func(v string) (string, bool) { return codes.ServiceByName(v) },
				"a home-care service", "Write a code such as H1.1, or the FSIII name; train ingest --services lists them")
		case "paragraphs":
			r.m.paragraphs = r.names(value, "paragraphs", fold, func(v string) (string, bool) {
				code, ok, _ := codes.ParagraphByName(v)
				return code, ok
			}, "a law paragraph", `Write one such as "112", "83a" or "APV"`)
		case "statuses":
			found := r.names(value, "statuses", fold, func(v string) (string, bool) { s, ok := statuses[fold(v)]; return string(s), ok },
				"one of DigiRehab's statuses", "Write Active, Pause, Re-activated, Significant progress, Monitor, Maintenance, Terminated, Has died, Opted out or Should be screened")
			r.m.statuses = map[string]rettidig.Status{}
			for name, s := range found {
				r.m.statuses[name] = rettidig.Status(s)
			}
		case "reasons":
			r.m.reasons = r.names(value, "reasons", fold, func(v string) (string, bool) {
				for _, reason := range codes.Reasons() {
					if v == reason.Code {
						return v, true
					}
				}
				code, ok := codes.ReasonByName(v)
				return code, ok && code != ""
			}, "a reason", "Write illness, fall, unstable, motivation, medication, other or unexplained")
		case "leave_out":
			r.leave(value)
		default:
			r.bad(key.Line, fmt.Sprintf("%q is no part of a mapping", key.Value),
				"The parts are version, minutes_are, date_order, columns, services, paragraphs, statuses, reasons and leave_out")
		}
	})
	if !versioned {
		r.bad(1, "it does not say its version", `Begin with "version: 1"`)
	}
}

// kind reads the columns of one kind.
func (r *mappingReader) kind(key, value *yaml.Node) {
	k := Kind(key.Value)
	if k == A3 || k == D4 || !slices.ContainsFunc(layouts, func(l layout) bool { return l.kind == k }) {
		do := "The kinds are A1, A2, A4, H1, H2, D1, D2 and D3"
		if k == D4 {
			do = "Write D3: sessions cancelled have the columns of sessions done"
		}
		r.bad(key.Line, fmt.Sprintf("%q is no kind with columns", key.Value), do)
		return
	}
	columns := layoutOf(k).columns
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.title
	}
	r.m.columns[k] = r.names(value, "columns of "+string(k), fold, func(v string) (string, bool) {
		for _, c := range columns {
			if fold(c.title) == fold(v) {
				return c.title, true
			}
		}
		return "", false
	}, "a column of "+string(k), "Its columns are "+quoteAll(titles))
}

// names reads pairs of their name and ours.
func (r *mappingReader) names(n *yaml.Node, what string, folded func(string) string, ours func(string) (string, bool), is, do string) map[string]string {
	out := map[string]string{}
	r.pairs(n, what, func(key, value *yaml.Node) {
		name := folded(key.Value)
		if value.Kind == yaml.ScalarNode && (value.Tag == "!!null" || strings.TrimSpace(value.Value) == "") {
			r.m.untold++
			return
		}
		v, ok := r.text(value, fmt.Sprintf("%q", key.Value))
		if !ok {
			return
		}
		code, known := ours(v)
		switch {
		case !known || code == "":
			r.bad(value.Line, fmt.Sprintf("%q is not %s", v, is), do)
		case name == "":
			r.bad(key.Line, fmt.Sprintf("%q has neither letters nor figures", key.Value), "Names are compared by letters and figures only: rename it in the file")
		case out[name] != "" && out[name] != code:
			r.bad(key.Line, fmt.Sprintf("%q reads like another name of %s that is mapped to something else", key.Value, what), "Case, blanks and signs make no difference: remove one of them")
		default:
			out[name] = code
		}
	})
	return out
}

func (r *mappingReader) leave(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.SequenceNode {
		r.bad(n.Line, "leave_out is no list", `Write one file on each line below it, as - "name.csv"`)
		return
	}
	for _, item := range n.Content {
		v, ok := r.text(item, "an entry of leave_out")
		if !ok {
			continue
		}
		if _, err := path.Match(v, ""); err != nil {
			r.bad(item.Line, fmt.Sprintf("%q is no pattern", v), "A [ needs its ]; * stands for any letters, ? for one")
			continue
		}
		r.m.leaveOut = append(r.m.leaveOut, v)
	}
}

// foldService is fold without FSIII's suffix.
func foldService(s string) string {
	s, _ = repairMojibake(s)
	plain, _ := codes.FSIIISuffix(s)
	return fold(plain)
}

// A nil Mapping maps nothing.

func (m *Mapping) columnsOf(k Kind) map[string]string {
	if m == nil {
		return nil
	}
	return m.columns[k]
}

func (m *Mapping) order() dateOrder {
	if m == nil {
		return dayFirst
	}
	return cmp.Or(m.dates, dayFirst)
}

func (m *Mapping) service(name string) (code string, ok bool) {
	if m == nil || len(m.services) == 0 {
		return "", false
	}
	code, ok = m.services[foldService(name)]
	return code, ok
}

func (m *Mapping) paragraph(name string) (code string, ok bool) {
	if m == nil || len(m.paragraphs) == 0 {
		return "", false
	}
	code, ok = m.paragraphs[fold(name)]
	return code, ok
}

func (m *Mapping) reason(name string) (code string, ok bool) {
	if m == nil || len(m.reasons) == 0 {
		return "", false
	}
	code, ok = m.reasons[fold(name)]
	return code, ok
}

func (m *Mapping) status(name string) (s rettidig.Status, ok bool) {
	if m == nil || len(m.statuses) == 0 {
		return "", false
	}
	s, ok = m.statuses[fold(name)]
	return s, ok
}

func (m *Mapping) leavesOut(name string) bool {
	return m != nil && slices.ContainsFunc(m.leaveOut, func(pattern string) bool {
		whole, _ := path.Match(pattern, name)
		last, _ := path.Match(pattern, path.Base(name))
		return whole || last && !strings.Contains(pattern, "/")
	})
}

// with returns a mapping that also reads columns of a kind as told.
func (m *Mapping) with(k Kind, columns map[string]string) *Mapping {
	out := Mapping{}
	if m != nil {
		out = *m
	}
	out.columns = maps.Clone(out.columns)
	if out.columns == nil {
		out.columns = map[Kind]map[string]string{}
	}
	out.columns[k] = maps.Clone(out.columns[k])
	if out.columns[k] == nil {
		out.columns[k] = map[string]string{}
	}
	maps.Copy(out.columns[k], columns)
	return &out
}
