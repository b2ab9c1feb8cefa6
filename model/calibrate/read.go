package calibrate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// largest is the most that Read takes in.
const largest = 64 << 20

// A Form is what Read reads and Write writes: *Calibrator, *VennAbers or *CrossVennAbers.
type Form interface{ Check() error }

// Write writes c as indented JSON, the same bytes for the same calibrator. It is an error if Check has one.
func Write(w io.Writer, c Form) error {
	if err := c.Check(); err != nil {
		return fmt.Errorf("calibrate: write: %w", err)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	if err := e.Encode(c); err != nil {
		return fmt.Errorf("calibrate: write: %w", err)
	}
	return nil
}

// Read reads what Write wrote into c and checks it; after that every answer is a number. Unknown fields and anything
// behind the calibrator are errors.
func Read(r io.Reader, c Form) error {
	b, err := io.ReadAll(io.LimitReader(r, largest+1))
	if err != nil {
		return fmt.Errorf("calibrate: read: %w", err)
	}
	if len(b) > largest {
		return fmt.Errorf("calibrate: larger than %d MB: not a calibrator", largest>>20)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return fmt.Errorf("calibrate: at byte %d: %w", d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("calibrate: something follows the calibrator at byte %d", d.InputOffset())
	}
	if err := c.Check(); err != nil {
		return fmt.Errorf("calibrate: %w", err)
	}
	return nil
}
