package learner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/rettidig/rettidig/model/tree"
)

// The formats of other libraries' models that ImportTrees reads.
const (
	XGBoostJSON  = "xgboost-json"
	LightGBMText = "lightgbm-text"
)

// Import says of what file a model was made that another library learned.
type Import struct {
	Format string         `json:"format"`          // XGBoostJSON or LightGBMText
	SHA256 string         `json:"sha256"`          // of the file, 64 hexadecimal digits
	Trees  int            `json:"trees"`           // that were taken, the first ones
	Codes  map[string]int `json:"codes,omitempty"` // by column: categorical, the table holds the codes 0, 1, ..., of which the model knows so many
}

func (i *Import) check(learner string, columns []Column) error {
	sum, err := hex.DecodeString(i.SHA256)
	switch {
	case i.Format != XGBoostJSON && i.Format != LightGBMText:
		return fmt.Errorf("format is %q, want %s or %s", i.Format, XGBoostJSON, LightGBMText)
	case err != nil || len(sum) != sha256.Size:
		return fmt.Errorf("sha256 is %q, want 64 hexadecimal digits", i.SHA256)
	case i.Trees < 0:
		return fmt.Errorf("trees is %d, want 0 or more", i.Trees)
	case learner != Boost{}.Name():
		return fmt.Errorf("the learner is %s, want %s", learner, Boost{}.Name())
	}
	for _, id := range slices.Sorted(maps.Keys(i.Codes)) {
		j := slices.IndexFunc(columns, func(c Column) bool { return c.ID == id })
		if known := i.Codes[id]; known < 0 || j < 0 || columns[j].Levels != nil {
			return fmt.Errorf("codes: %d of %s, want 0 or more of a column without levels", known, id)
		}
	}
	return nil
}

// mark is the byte order mark that editors put before a text.
var mark = []byte("\uFEFF")

// FormatOf tells which library wrote the model by how the file begins, "" if none that is known.
func FormatOf(model []byte) string {
	text := bytes.TrimSpace(bytes.TrimPrefix(model, mark))
	inside, open := bytes.CutPrefix(text, []byte("{"))
	switch inside = bytes.TrimSpace(inside); {
	case open && (len(inside) == 0 || inside[0] == '"' || inside[0] == '}'): // else XGBoost's binary .ubj
		return XGBoostJSON
	case bytes.HasPrefix(text, []byte("tree")):
		return LightGBMText
	}
	return ""
}

// ImportTrees makes a file of a model that XGBoost or LightGBM saved: boost's, which scores as the library does and
// gives reasons. Label and Positive are left to fill in. A categorical column without names is a column of numbers, which
// are its codes, and is in Import.Codes. What is to be wary of is in the notes.
func ImportTrees(model []byte, format string, naming Naming) (f *File, notes []string, err error) {
	sum := sha256.Sum256(model)
	model = bytes.TrimPrefix(model, mark)
	var e *tree.Ensemble
	switch format {
	case XGBoostJSON:
		e, err = tree.ReadXGBoostJSON(bytes.NewReader(model))
	case LightGBMText:
		e, err = tree.ReadLightGBMText(bytes.NewReader(model))
	default:
		return nil, nil, fmt.Errorf("format %q is not known, want %s or %s", format, XGBoostJSON, LightGBMText)
	}
	if err != nil {
		return nil, nil, err
	}
	if err := trimNames(e.Columns); err != nil {
		return nil, nil, err
	}
	named := slices.Clone(e.Columns)
	if err := naming.rename(e); err != nil {
		return nil, nil, err
	}
	x := xgbNotesOf(model, format)
	switch n := naming.Trees; {
	case n < 0 || n > len(e.Trees):
		return nil, nil, fmt.Errorf("%d trees are asked for, the model has %d", n, len(e.Trees))
	case n > 0:
		e.Trees = e.Trees[:n]
	default:
		if best, ok := x.best(); ok && best < len(e.Trees) {
			notes = append(notes, fmt.Sprintf("all %d trees are taken, but early stopping found %d best: XGBClassifier scores with these alone (--trees %d), Booster.predict with all", len(e.Trees), best, best))
		}
	}
	columns, codes := make([]Column, len(e.Columns)), map[string]int{}
	for j, c := range e.Columns {
		columns[j] = Column{ID: c.ID, Levels: c.Levels}
		if known, ok := c.Coded(); ok {
			columns[j].Levels, codes[c.ID] = nil, known
			if named[j].Other && x.namesLevels(j) {
				notes = append(notes, fmt.Sprintf("column %s: the names of its categories have letters beyond ASCII, and XGBoost cuts such names when it saves them: the table must have the codes 0 to %d, or --levels names them", c.ID, known-1))
			}
		}
	}
	if err := checkColumns(columns); err != nil {
		return nil, nil, err
	}
	return &File{Learner: Boost{}.Name(), Columns: columns, Model: &boostModel{e, e.Compile(), nil},
		Imported: &Import{format, hex.EncodeToString(sum[:]), len(e.Trees), codes}}, notes, nil
}
