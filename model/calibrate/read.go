package calibrate

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/rettidig/rettidig/internal/strictjson"
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
	if err := strictjson.Read(r, largest, "calibrator", c); err != nil {
		return fmt.Errorf("calibrate: %w", err)
	}
	if err := c.Check(); err != nil {
		return fmt.Errorf("calibrate: %w", err)
	}
	return nil
}
