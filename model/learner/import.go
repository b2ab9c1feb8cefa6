package learner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

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

// Naming is what the file of another library may not say.
type Naming struct {
	Columns []string            // of all columns, in the model's order; nil keeps what the file has
	Levels  map[string][]string // by column: of codes 0, 1, ...; see tree.Ensemble.NameLevels
	Trees   int                 // that are taken, the first ones; 0 for all
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

// trimNames takes away the blanks around the names of columns and levels, as they are taken away from a table's.
func trimNames(columns []tree.Column) error {
	for j := range columns {
		c := &columns[j]
		c.ID = strings.TrimSpace(c.ID)
		if _, ok := c.Coded(); ok {
			continue
		}
		seen := make(map[string]string, len(c.Levels))
		for l, name := range c.Levels {
			short := strings.TrimSpace(name)
			if short == "" {
				return fmt.Errorf("column %s: the category %q is what a table has for missing: give it a name and train again, or make it missing there", c.ID, name)
			}
			if other, twice := seen[short]; twice {
				return fmt.Errorf("column %s: the categories %q and %q differ only in the blanks around them, which a table does not keep: rename one and train again", c.ID, other, name)
			}
			seen[short], c.Levels[l] = name, short
		}
	}
	return nil
}

// rename gives columns and levels their names.
func (n Naming) rename(e *tree.Ensemble) error {
	if n.Columns != nil {
		if len(n.Columns) != len(e.Columns) {
			return fmt.Errorf("%d names for the %d columns of the model", len(n.Columns), len(e.Columns))
		}
		for j, name := range n.Columns {
			e.Columns[j].ID = name
		}
	}
	ids := make([]string, len(e.Columns))
	for j, c := range e.Columns {
		ids[j] = c.ID
	}
	var unknown []string
	for column := range n.Levels {
		if !slices.Contains(ids, column) {
			unknown = append(unknown, column)
		}
	}
	if slices.Sort(unknown); unknown != nil {
		return fmt.Errorf("the model has no column %q to name the levels of%s; it has %s", unknown[0], DidYouMean(unknown[0], ids), strings.Join(ids[:min(12, len(ids))], ", "))
	}
	for j, id := range ids {
		if names, ok := n.Levels[id]; ok {
			if err := e.NameLevels(j, names); err != nil {
				return err
			}
		}
	}
	return nil
}

// xgbNotes is what XGBoost says beside the trees.
type xgbNotes struct {
	Learner struct {
		Attributes struct {
			Best json.Number `json:"best_iteration"`
		} `json:"attributes"`
		Booster struct {
			Model struct {
				Cats struct {
					Enc []struct {
						Offsets []json.Number `json:"offsets"`
					} `json:"enc"`
				} `json:"cats"`
				Param struct {
					Parallel json.Number `json:"num_parallel_tree"`
				} `json:"gbtree_model_param"`
			} `json:"model"`
		} `json:"gradient_booster"`
	} `json:"learner"`
}

// xgbNotesOf is empty for a model of LightGBM, which saves no trees after the best, and names of levels whole.
func xgbNotesOf(model []byte, format string) (x xgbNotes) {
	if format != XGBoostJSON || json.Unmarshal(bytes.ReplaceAll(model, []byte("NaN"), []byte("0")), &x) != nil {
		return xgbNotes{}
	}
	return x
}

// best returns how many trees early stopping found best, if it was used.
func (x *xgbNotes) best() (trees int, ok bool) {
	best, err := x.Learner.Attributes.Best.Int64()
	if err != nil {
		return 0, false
	}
	each, err := x.Learner.Booster.Model.Param.Parallel.Int64()
	if err != nil {
		each = 1
	}
	return int((best + 1) * each), true
}

// namesLevels tells whether the file has names for the levels of column j, be they whole or not.
func (x *xgbNotes) namesLevels(j int) bool {
	enc := x.Learner.Booster.Model.Cats.Enc
	return j < len(enc) && len(enc[j].Offsets) > 0
}
