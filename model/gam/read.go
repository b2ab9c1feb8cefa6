package gam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// largest is the most that Read takes in.
const largest = 256 << 20

// Read reads a model written by Write and checks it: what it returns can be compiled and scored without further checks.
func Read(r io.Reader) (*Model, error) { return read(r, largest) }

func read(r io.Reader, largest int64) (*Model, error) {
	b, err := io.ReadAll(io.LimitReader(r, largest+1))
	if err != nil {
		return nil, fmt.Errorf("gam: read model: %w", err)
	}
	if int64(len(b)) > largest {
		return nil, fmt.Errorf("gam: larger than %d MB: not a model", largest>>20)
	}
	d := json.NewDecoder(bytes.NewReader(b))
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
