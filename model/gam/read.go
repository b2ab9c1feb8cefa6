package gam

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/rettidig/rettidig/internal/strictjson"
)

// largest is the most that Read takes in.
const largest = 256 << 20

// Read reads a model written by Write and checks it: what it returns can be compiled and scored without further checks.
func Read(r io.Reader) (*Model, error) { return read(r, largest) }

func read(r io.Reader, largest int64) (*Model, error) {
	m := new(Model)
	if err := strictjson.Read(r, largest, "model", m); err != nil {
		return nil, fmt.Errorf("gam: read model: %w", err)
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	return m, nil
}

// Write writes the model as JSON. The same model gives the same bytes.
func (m *Model) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	if err := e.Encode(m); err != nil {
		return fmt.Errorf("gam: write model: %w", err)
	}
	return nil
}
