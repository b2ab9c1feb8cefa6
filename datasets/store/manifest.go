package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/internal/strictjson"
)

// Format is the version of the layout that this package writes and reads.
const Format = "rettidig-store/2"

// Manifest says what a snapshot is made of. It has no wall-clock time: the same input gives the same bytes.
type Manifest struct {
	Format      string           `json:"format"`
	ExtractDate rettidig.Day     `json:"extract_date"` // nothing later is in the extracts
	Synthetic   bool             `json:"synthetic"`    // every id was one that belongs to nobody
	KeyID       string           `json:"key_id"`       // the pseudonym key's short id
	CodeVersion string           `json:"code_version,omitempty"`
	MinutesAre  string           `json:"minutes_are,omitempty"`    // how minutes of home care were read
	Mapping     string           `json:"mapping_sha256,omitempty"` // the mapping of local names that the extracts were read with
	Sources     []Source         `json:"sources"`                  // sorted by kind, then hash
	Counts      map[string]int64 `json:"counts,omitempty"`         // rows by cause: repaired, merged, dropped, quarantined
	Warnings    []string         `json:"warnings,omitempty"`       // what the reader of the extracts wants known, as "code: how many"
	Tables      []Table          `json:"tables"`                   // filled in by Commit
}

// Source is one extract file.
type Source struct {
	Kind   string `json:"kind"` // as datasets/extract names it, such as A1
	Name   string `json:"name,omitempty"`
	SHA256 string `json:"sha256"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
}

// Table is one Parquet file.
type Table struct {
	Name   string `json:"name"` // the file is Name + ".parquet"
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// encode returns the bytes of manifest.json.
func (m Manifest) encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}

// Rows returns the number of rows of a table, 0 if there is no such table.
func (m Manifest) Rows(table string) int64 {
	for _, t := range m.Tables {
		if t.Name == table {
			return t.Rows
		}
	}
	return 0
}

// tidied returns a manifest that does not depend on the order of the sources and shares no slice with m.
func (m Manifest) tidied() Manifest {
	m.Format = Format
	m.Sources = slices.Clone(m.Sources)
	slices.SortFunc(m.Sources, func(a, b Source) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.SHA256, b.SHA256), cmp.Compare(a.Name, b.Name))
	})
	if m.Sources == nil {
		m.Sources = []Source{}
	}
	m.Tables = nil
	return m
}

// parseManifest reads and checks manifest.json.
func parseManifest(b []byte) (Manifest, error) {
	var m Manifest
	var format struct{ Format string }
	if err := json.Unmarshal(b, &format); err == nil && format.Format != Format {
		return m, &otherFormatError{format.Format}
	}
	if err := strictjson.Decode(b, "manifest", &m); err != nil {
		return m, err
	}
	if len(m.Tables) != len(tableNames) {
		return m, fmt.Errorf("lists %d tables, want %d", len(m.Tables), len(tableNames))
	}
	for i, t := range m.Tables {
		if t.Name != tableNames[i] {
			return m, fmt.Errorf("table %d is %q, want %q", i, t.Name, tableNames[i])
		}
		if t.Rows < 0 || t.Rows > 1<<48 || t.Bytes < 0 {
			return m, fmt.Errorf("table %s has %d rows in %d bytes", t.Name, t.Rows, t.Bytes)
		}
	}
	return m, nil
}

// otherFormatError is a whole manifest of another version.
type otherFormatError struct{ format string }

func (e *otherFormatError) Error() string {
	return fmt.Sprintf("its format is %q, this version reads %q", e.format, Format)
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// isHash tells whether s looks like the name of a snapshot.
func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == s
}
