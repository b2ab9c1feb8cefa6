package quality

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/rettidig/rettidig"
)

const mostBytes = 64 << 20 // a document is a few hundred kilobytes

// Read reads a document that WriteJSON wrote and checks what a comparison relies on. Fields that it does not know are
// passed over: they are of a newer program, and the format says what must be there.
func Read(r io.Reader) (*Quality, error) {
	b, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > mostBytes {
		return nil, invalid("it is larger than 64 MiB")
	}
	q := &Quality{}
	if err := json.Unmarshal(b, q); err != nil {
		return nil, invalid("it is no JSON document of this kind: " + err.Error())
	}
	if q.Format != Format {
		return nil, invalid(fmt.Sprintf("its format is %.40q, not %q", q.Format, Format))
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	return q, nil
}

func invalid(problem string) error {
	return rettidig.E(rettidig.Invalid, "quality-unreadable", "the quality document cannot be used: "+problem+". Make it again with `train ingest`", nil)
}

// check verifies what the rest of the package takes for granted.
func (q *Quality) check() error {
	if q.Extract == nil {
		return invalid("it has no report of the extracts")
	}
	seen := map[string]bool{}
	for _, c := range q.Coverage {
		if !slices.Contains(kindKeys[:], c.Kind) || seen[c.Kind] || len(c.Months) == 0 || c.Rows < 0 || c.Citizens < 0 {
			return invalid(fmt.Sprintf("its coverage of %.40q is unknown, told twice, empty or negative", c.Kind))
		}
		seen[c.Kind] = true
		for i, m := range c.Months {
			if m.Month != c.Months[0].Month+Month(i) || m.Month < month0 || m.Month >= month0+months || m.Rows < 0 || m.Citizens < 0 || m.Minutes < 0 {
				return invalid(fmt.Sprintf("a month of its coverage of %s is out of order or negative", c.Kind))
			}
		}
	}
	if q.Minutes.Citizens < 0 || q.Minutes.Citizens > 0 && len(q.Minutes.Ways) == 0 {
		return invalid("its minutes have no reading")
	}
	for _, w := range q.Minutes.Ways {
		if !(w.Median >= 0) || math.IsInf(w.Median, 0) {
			return invalid("its median of minutes is no number")
		}
	}
	for _, list := range [][]string{q.Sample.Aids, q.Sample.Care, q.Sample.Training} {
		if len(list) > sampleSize || !slices.IsSorted(list) {
			return invalid("its sample is not sorted or too large")
		}
	}
	return nil
}

// WriteJSON writes the document. The same quality gives the same bytes.
func (q *Quality) WriteJSON(w io.Writer) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(q); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
