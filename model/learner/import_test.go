package learner

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/tree"
)

func foreign(t testing.TB, name string) []byte {
	b, err := os.ReadFile("../tree/testdata/" + name)
	require.NoError(t, err)
	return b
}

// TestAnImportedModelIsReadAgain: with the same answers, and refused once what it says of its origin cannot be.
func TestAnImportedModelIsReadAgain(t *testing.T) {
	b := foreign(t, "xgb3_categories.model.json")
	require.Equal(t, XGBoostJSON, FormatOf(b))
	f, notes, err := ImportTrees(b, XGBoostJSON, Naming{})
	require.NoError(t, err)
	require.Empty(t, notes)
	f.Label, f.Positive = "fell", "yes"
	var w bytes.Buffer
	require.NoError(t, f.Write(&w))
	again, err := Builtin().ReadFile(bytes.NewReader(w.Bytes()))
	require.NoError(t, err)
	require.Equal(t, f.Imported, again.Imported)
	require.Equal(t, map[string]int{"f5": 6, "f6": 70}, again.Imported.Codes)
	require.Equal(t, "boost", again.Learner)
	x := [][]float64{{0, 1}, {2, math.NaN()}, {0.5, -1}, {0, 1}, {1e-3, -1e-3}, {5, 17}, {math.NaN(), 80}}
	want, got := make([]float64, 2), make([]float64, 2)
	f.Model.LogOdds(want, x)
	again.Model.LogOdds(got, x)
	require.Equal(t, want, got)
	for change, says := range map[string]string{
		`"format": "xgboost-json"|"format": "onnx"`: `imported: format is "onnx"`,
		`"sha256": "|"sha256": "00`:                 "imported: sha256 is",
		`"trees": 14|"trees": -1`:                   "imported: trees is -1",
		`"learner": "boost"|"learner": "glm"`:       "imported: the learner is glm, want boost",
		`"f5": 6|"f5": -1`:                          "imported: codes: -1 of f5, want 0 or more of a column without levels",
		`"f5": 6|"f55": 6`:                          "imported: codes: 6 of f55, want",
	} {
		from, to, _ := strings.Cut(change, "|")
		require.Contains(t, w.String(), from)
		_, err := Builtin().ReadFile(strings.NewReader(strings.Replace(w.String(), from, to, 1)))
		assert.ErrorContains(t, err, says)
	}
}

func TestTheFormatIsToldByTheBeginning(t *testing.T) {
	assert.Equal(t, LightGBMText, FormatOf(foreign(t, "lgb_frame.model.txt")))
	assert.Equal(t, "", FormatOf([]byte("PK")))
	assert.Equal(t, "", FormatOf(nil))
	assert.Equal(t, "", FormatOf([]byte("{L\x00\x00\x00\x00\x00\x00\x00\x07learner")), "XGBoost's .ubj")
	for name, format := range map[string]string{"lgb_frame.model.txt": LightGBMText, "xgb3_numbers.model.json": XGBoostJSON} {
		b := append([]byte("\uFEFF"), foreign(t, name)...)
		require.Equal(t, format, FormatOf(b))
		f, _, err := ImportTrees(b, format, Naming{})
		require.NoError(t, err, "a byte order mark does not count")
		assert.Equal(t, fmt.Sprintf("%x", sha256.Sum256(b)), f.Imported.SHA256)
	}
	_, _, err := ImportTrees(nil, "onnx", Naming{})
	assert.EqualError(t, err, `format "onnx" is not known, want xgboost-json or lightgbm-text`)
}

// TestEarlyStoppingIsToldInTrees: of which a round of XGBoost may grow several.
func TestEarlyStoppingIsToldInTrees(t *testing.T) {
	for text, want := range map[string]int{
		`{"learner":{"attributes":{"best_iteration":"9"}}}`: 10,
		`{"learner":{"attributes":{"best_iteration":"9"},"gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"4"},"trees":[NaN]}}}}`: 40,
		`{"learner":{"attributes":{}}}`:                        -1,
		`{"learner":{"attributes":{"best_iteration":"many"}}}`: -1,
		`{`: -1,
	} {
		x := xgbNotesOf([]byte(text), XGBoostJSON)
		n, ok := x.best()
		assert.Equal(t, want >= 0, ok, text)
		if ok {
			assert.Equal(t, want, n, text)
		}
	}
	assert.Empty(t, xgbNotesOf([]byte(`{"learner":{"attributes":{"best_iteration":"9"}}}`), LightGBMText))
}

// TestCutNamesAreToldOf: the table must have codes then, or names that are given.
func TestCutNamesAreToldOf(t *testing.T) {
	b := foreign(t, "xgb3_categories.model.json")
	enc := `{"offsets":[0,3,9,12,21,22,23],"values":[-61,-122,114,-61,-72,-61,-123,108,98,111,114,103,77,-61,-72,110,75,-61,-72,98,101,120,121]}` // Ær øÅlb org MønKøbe x y
	require.Contains(t, string(b), `"enc":[]`)
	b = bytes.Replace(b, []byte(`"enc":[]`), []byte(`"enc":[{},{},{},{},{},`+enc+`,{}]`), 1)
	f, notes, err := ImportTrees(b, XGBoostJSON, Naming{})
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"f5": 6, "f6": 70}, f.Imported.Codes)
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0], "column f5: the names of its categories have letters beyond ASCII")
	assert.Contains(t, notes[0], "the codes 0 to 5, or --levels names them")
	f, notes, err = ImportTrees(b, XGBoostJSON, Naming{Levels: map[string][]string{"f5": {"Ærø", "Ålborg", "Møn", "København", "x", "y"}}})
	require.NoError(t, err)
	assert.Empty(t, notes)
	assert.Equal(t, "København", f.Columns[5].Levels[3])
}

// TestLevelsThatLookLikeCodesAreLevels: where the table has them as levels; as numbers they are codes.
func TestLevelsThatLookLikeCodesAreLevels(t *testing.T) {
	e := &tree.Ensemble{Columns: []tree.Column{{ID: "k", Levels: []string{"0", "1"}}}, Trees: []tree.Tree{{Nodes: []tree.Node{
		{Column: 0, Left: 1, Right: 2, Set: []uint64{0b01}, Cover: 2}, {Column: -1, Value: -1, Cover: 1}, {Column: -1, Value: 1, Cover: 1}}}}}
	var b bytes.Buffer
	require.NoError(t, e.Write(&b))
	for _, levels := range [][]string{{"0", "1"}, nil} {
		_, err := Boost{}.Read(b.Bytes(), []Column{{ID: "k", Levels: levels}})
		require.NoError(t, err)
	}
	_, err := Boost{}.Read(b.Bytes(), []Column{{ID: "k", Levels: []string{"0", "2"}}})
	require.ErrorContains(t, err, "column 1 is k with 2 levels")
	_, err = Boost{}.Read(b.Bytes(), nil)
	require.ErrorContains(t, err, "1 columns, the table has 0")
}

// FuzzImportTrees: what is taken over can be written, read again and scores the same, finite or not at all.
func FuzzImportTrees(f *testing.F) {
	for _, name := range []string{"xgb3_categories.model.json", "xgb17_numbers.model.json", "lgb_frame.model.txt", "lgb_zero.model.txt"} {
		f.Add(foreign(f, name), uint8(3), uint8(8))
	}
	f.Fuzz(func(t *testing.T, b []byte, trees, names uint8) {
		naming := Naming{Trees: int(trees), Levels: map[string][]string{}}
		for l := range names {
			naming.Levels["f5"] = append(naming.Levels["f5"], "level "+string(rune('a'+l)))
		}
		m, _, err := ImportTrees(b, FormatOf(b), naming)
		if err != nil {
			return
		}
		m.Label, m.Positive = "fell", "yes"
		var w bytes.Buffer
		require.NoError(t, m.Write(&w))
		again, err := Builtin().ReadFile(&w)
		if len(m.Columns) == 0 {
			return // a model of nothing but its base is none of a table
		}
		require.NoError(t, err)
		x := make([][]float64, len(m.Columns))
		for j := range x {
			x[j] = []float64{0, 1, math.NaN(), 1e6, -0.5}
		}
		want, got := make([]float64, 5), make([]float64, 5)
		m.Model.LogOdds(want, x)
		again.Model.LogOdds(got, x)
		require.Equal(t, want, got)
		for _, v := range got {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0))
		}
	})
}
