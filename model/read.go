package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/rettidig/rettidig/internal/strictjson"
)

// largest is the most that Read takes in, and Write gives out.
const largest = 256 << 20

// mostObjects is the most JSON objects in an artifact: two bytes of text can become a node of a tree, a hundred in memory.
const mostObjects = 1 << 22

// Write writes the artifact: indented JSON, fields in a fixed order, numbers as short as they read back.
// The same model gives the same bytes. It sets SHA256.
func (m *Model) Write(w io.Writer) error {
	sum, err := m.sum()
	if err != nil {
		return err
	}
	m.SHA256 = sum
	b, err := m.encode()
	if err != nil {
		return err
	}
	if len(b) > largest || bytes.Count(b, []byte("{")) > mostObjects {
		return fmt.Errorf("model: write: %d MB, and at most %d MB could be read again: learn from fewer columns, or with a simpler learner", len(b)>>20, largest>>20)
	}
	_, err = w.Write(b)
	return err
}

func (m *Model) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("model: write: %w", err)
	}
	return b.Bytes(), nil
}

// sum returns the hash of the artifact with an empty sha256.
func (m *Model) sum() (string, error) {
	bare := *m
	bare.SHA256 = ""
	b, err := bare.encode()
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:]), nil
}

// Read reads an artifact and checks everything that scoring relies on. A damaged artifact is an error
// that says where.
func Read(r io.Reader) (*Model, error) {
	b, err := strictjson.All(r, largest, "model")
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if n := bytes.Count(b, []byte("{")); n > mostObjects {
		return nil, fmt.Errorf("model: %d objects: not a model", n)
	}
	m := new(Model)
	if err := strictjson.Decode(b, "model", m); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	sum, err := m.sum()
	if err != nil {
		return nil, err
	}
	if sum != m.SHA256 {
		return nil, fmt.Errorf("model: sha256 is %.12s, the content has %.12s: the file was changed after it was written; train again or take a whole copy", m.SHA256, sum)
	}
	m.prepare()
	return m, nil
}

func (m *Model) check() error {
	if m.Format != Format {
		return fmt.Errorf("format is %q, want %q", m.Format, Format)
	}
	if m.Target == "" || len(m.Columns) == 0 || !(m.BaseRate > 0 && m.BaseRate < 1) {
		return fmt.Errorf("target %q, %d columns, base_rate %v: want a target, columns, a rate in (0, 1)", m.Target, len(m.Columns), m.BaseRate)
	}
	seen := map[string]bool{}
	for j, c := range m.Columns {
		if c.ID == "" || seen[c.ID] {
			return fmt.Errorf("columns[%d]: id %q is empty or used twice", j, c.ID)
		}
		seen[c.ID] = true
	}
	if err := m.checkLearner(); err != nil {
		return err
	}
	if m.Calibrator == nil {
		return errors.New("calibrator is missing")
	}
	if err := m.Calibrator.Check(); err != nil {
		return err
	}
	if err := m.checkRange(); err != nil {
		return err
	}
	return m.Support.check(len(m.Columns))
}
