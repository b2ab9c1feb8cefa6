package gam

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Read reads a model written by Write and checks it: what it returns can be compiled and scored without further checks.
func Read(r io.Reader) (*Model, error) {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	m := new(Model)
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("gam: read model: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("gam: read model: something follows the model")
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
