package metric

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// Value is a figure that may be undefined: NaN and the infinities are null in JSON, and null is NaN.
type Value float64

// Defined tells whether there is a number.
func (v Value) Defined() bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }

// MarshalJSON writes the shortest number that reads back the same, or null.
func (v Value) MarshalJSON() ([]byte, error) {
	if !v.Defined() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(v))
}

// UnmarshalJSON reads a number or null.
func (v *Value) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*v = Value(math.NaN())
		return nil
	}
	var f float64
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	*v = Value(f)
	return nil
}

func check(name string, n int, slices ...[]float64) {
	for _, s := range slices {
		if s != nil && len(s) != n {
			panic(fmt.Sprintf("metric: %s of slices of %d and %d rows", name, n, len(s)))
		}
	}
}

func weight(w []float64, i int) float64 {
	if w == nil {
		return 1
	}
	return w[i]
}
