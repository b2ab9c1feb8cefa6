package learner

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/rettidig/rettidig/internal/strictjson"
)

// largest is the most that ReadFile takes in.
const largest = 512 << 20

// Format names the version of the form in which fitted models are written.
const Format = "rettidig-table-model/1"

// File is a fitted model with what is needed to use it on another table.
type File struct {
	Learner  string
	Columns  []Column
	Label    string            // the label column's name
	Positive string            // the label's value whose probability is given
	Missing  []string          // words that were missing in the table learned from, and are so in others
	Params   map[string]string // that were given, of this learner
	Seed     uint64
	Rows     int     // learned from
	Hits     int     // of those, positive
	Chosen   *Choice // nil if the learner was asked for by name
	Imported *Import // nil if it was learned here; Rows and Hits are 0 else
	Model    Model
}

// Choice says who took the learner of a file, and why.
type Choice struct {
	By     string            `json:"by"`
	Params map[string]string `json:"params,omitempty"` // that were given, of By
	Why    string            `json:"why"`
}

// fileJSON is the form. Its model part is read by the learner that is named.
type fileJSON struct {
	Format   string            `json:"format"`
	Learner  string            `json:"learner"`
	Label    string            `json:"label"`
	Positive string            `json:"positive"`
	Missing  []string          `json:"missing,omitempty"`
	Params   map[string]string `json:"params,omitempty"`
	Seed     uint64            `json:"seed"`
	Rows     int               `json:"n"`
	Hits     int               `json:"n_positive"`
	Chosen   *Choice           `json:"chosen,omitempty"`
	Imported *Import           `json:"imported,omitempty"`
	Columns  []Column          `json:"columns"`
	Model    json.RawMessage   `json:"model"`
}

// Write writes the model as JSON that a person can read and compare.
func (f *File) Write(w io.Writer) error {
	raw, err := f.Model.Marshal()
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(fileJSON{Format, f.Learner, f.Label, f.Positive, f.Missing, f.Params, f.Seed, f.Rows, f.Hits, f.Chosen, f.Imported, f.Columns, raw})
}

// ReadFile reads what Write wrote and checks all of it once. Nothing unknown is passed over.
func (s Set) ReadFile(r io.Reader) (*File, error) { return s.readFile(r, largest) }

func (s Set) readFile(r io.Reader, largest int64) (*File, error) {
	b, err := strictjson.All(r, largest, "model")
	if err != nil {
		return nil, err
	}
	var j fileJSON
	if err := strictly(b, &j); err != nil {
		return nil, err
	}
	if j.Format != Format {
		return nil, fmt.Errorf("format is %q, want %q", j.Format, Format)
	}
	l, err := s.Find(j.Learner)
	if err != nil {
		return nil, err
	}
	if j.Label == "" || j.Positive == "" {
		return nil, errors.New("label and positive must be named")
	}
	if j.Hits < 0 || j.Rows < j.Hits {
		return nil, fmt.Errorf("n is %d and n_positive %d: more than there are", j.Rows, j.Hits)
	}
	if len(j.Columns) == 0 {
		return nil, errNothing("columns")
	}
	if err := checkColumns(j.Columns); err != nil {
		return nil, err
	}
	if len(j.Model) == 0 {
		return nil, errNothing("model")
	}
	if j.Imported != nil {
		if err := j.Imported.check(j.Learner, j.Columns); err != nil {
			return nil, fmt.Errorf("imported: %w", err)
		}
	}
	m, err := l.Read(inPlace(b, j.Model), j.Columns)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if err := CheckParams(l, j.Params); err != nil {
		return nil, fmt.Errorf("params: %w", err)
	}
	return &File{j.Learner, j.Columns, j.Label, j.Positive, j.Missing, j.Params, j.Seed, j.Rows, j.Hits, j.Chosen, j.Imported, m}, nil
}

// inPlace returns a part of b with as many lines and blanks before it as make errors about it give line and column
// in b.
func inPlace(b []byte, part json.RawMessage) json.RawMessage {
	before := b[:max(0, bytes.Index(b, part))]
	lines := bytes.Count(before, []byte("\n"))
	blanks := len(before) - 1 - bytes.LastIndexByte(before, '\n')
	return slices.Concat(bytes.Repeat([]byte("\n"), lines), bytes.Repeat([]byte(" "), blanks), part)
}

func errNothing(field string) error { return fmt.Errorf("%s is not there", field) }

func strictly(b []byte, v any) error { return strictjson.Decode(b, "model", v) }

// NewFile makes a file of a model that the learner fitted to the table with these options; what the label means and
// which words are missing is left to fill in. If auto took another learner, that is the one that is named, and the
// options are those of the choice.
func NewFile(l Learner, m Model, t *Table, opt Options) *File {
	f := &File{Learner: l.Name(), Columns: t.Columns, Params: opt.Params, Seed: opt.Seed, Rows: len(t.Y), Model: m}
	if c, ok := m.(*Chosen); ok {
		f.Learner, f.Params = c.Learner, nil
		f.Chosen = &Choice{l.Name(), opt.Params, c.Why}
	}
	for _, y := range t.Y {
		f.Hits += int(y)
	}
	return f
}
