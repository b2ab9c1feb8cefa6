package main

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/learner"
	"github.com/rettidig/rettidig/model/registry"
)

// foreign is a folder with a model of model/tree/testdata, and rows.csv with the rows that the library scored. word, if there is
// one, writes a code of a categorical column.
func foreign(t *testing.T, name string, columns []string, word map[string]func(code float64) string) (dir string, logOdds []float64, reasons [][]float64) {
	t.Helper()
	dir = t.TempDir()
	const from = "../../model/tree/testdata/"
	b, err := os.ReadFile(from + name)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "model"), b, 0o600))
	said, _, _ := strings.Cut(name, ".")
	b, err = os.ReadFile(from + said + ".json")
	require.NoError(t, err)
	var s struct {
		Rows          [][]*float64
		LogOdds       []float64 `json:"log_odds"`
		Contributions [][]float64
	}
	require.NoError(t, json.Unmarshal(b, &s))
	f, err := os.Create(filepath.Join(dir, "rows.csv"))
	require.NoError(t, err)
	defer f.Close()
	w := csv.NewWriter(f)
	require.NoError(t, w.Write(columns))
	for _, r := range s.Rows {
		record := make([]string, len(r))
		for j, v := range r {
			if v == nil {
				continue
			}
			record[j] = strconv.FormatFloat(*v, 'g', -1, 64)
			if name := word[columns[j]]; name != nil {
				record[j] = name(*v)
			}
		}
		require.NoError(t, w.Write(record))
	}
	w.Flush()
	require.NoError(t, w.Error())
	return dir, s.LogOdds, s.Contributions
}

// same checks predict against what the library said.
func same(t *testing.T, dir string, logOdds []float64, reasons [][]float64) {
	t.Helper()
	command(t, dir, "table", "predict", "--csv", "rows.csv", "--model", "model.json", "--reasons", "--out", "scores.csv")
	got := recordsOf(t, filepath.Join(dir, "scores.csv"))[1:]
	require.Len(t, got, len(logOdds))
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		return v
	}
	for i, r := range got {
		require.InDelta(t, 1/(1+math.Exp(-logOdds[i])), number(r[1]), 1e-6, "row %d", i+1)
		sum := number(r[2])
		for _, v := range r[3:] {
			sum += number(v)
		}
		require.InDelta(t, logOdds[i], sum, 1e-6, "row %d", i+1)
		if i < len(reasons) {
			want := reasons[i]
			for j, v := range r[3:] {
				require.InDelta(t, want[j], number(v), 2e-6, "row %d, column %d", i+1, j+1)
			}
			require.InDelta(t, want[len(want)-1], number(r[2]), 2e-6, "row %d, base", i+1)
		}
	}
}

var coded = []string{"f0", "f1", "f2", "f3", "f4", "f5", "f6"}

// TestImportedModelsPredictAsTheLibrariesDo: probabilities and reasons of rows that the libraries scored, categories by code.
func TestImportedModelsPredictAsTheLibrariesDo(t *testing.T) {
	for name, columns := range map[string][]string{"xgb3_numbers.model.json": coded[:5], "xgb17_numbers.model.json": coded[:5],
		"xgb3_categories.model.json": coded, "xgb17_categories.model.json": coded} {
		t.Run(name, func(t *testing.T) {
			dir, logOdds, reasons := foreign(t, name, columns, nil)
			out := command(t, dir, "table", "import", "--model", "model", "--label", "fell", "--out", "model.json")
			assert.Contains(t, out, "14 trees of xgboost-json, probability of fell = 1")
			same(t, dir, logOdds, reasons)
		})
	}
	named := []string{"age", "weight", "aids", "steps", "x", "home", "town"}
	for _, name := range []string{"lgb_missing.model.txt", "lgb_zero.model.txt", "lgb_none.model.txt"} {
		t.Run(name, func(t *testing.T) {
			dir, logOdds, reasons := foreign(t, name, named, nil)
			got := tableJSON(t, dir, "table", "import", "--model", "model", "--label", "fell", "--positive", "yes", "--columns", strings.Join(named, " , "), "--out", "model.json")
			assert.Equal(t, map[string]any{"home": 6., "town": 70.}, got["imported"].(map[string]any)["codes"])
			assert.Equal(t, "yes", got["positive"])
			same(t, dir, logOdds, reasons)
		})
	}
}

// TestImportedCategoriesHaveNames: from the data frame, or by --levels.
func TestImportedCategoriesHaveNames(t *testing.T) {
	frame := map[string]func(float64) string{
		"k": func(code float64) string { return fmt.Sprintf("k%g", code) },
		"l": func(code float64) string { return strconv.FormatFloat(10*code, 'g', -1, 64) },
	}
	dir, logOdds, reasons := foreign(t, "lgb_frame.model.txt", []string{"a", "b", "c", "d", "e", "k", "l"}, frame)
	out := command(t, dir, "table", "import", "--model", "model", "--label", "fell", "--out", "model.json")
	assert.Contains(t, out, "  k: one of k0, k1, k2, k3, k4, k5\n")
	same(t, dir, logOdds, reasons)

	dir, logOdds, reasons = foreign(t, "xgb3_categories.model.json", coded, map[string]func(float64) string{
		"f5": func(code float64) string {
			return []string{"alone", "couple", "a, b", "d", "e", "f", "g", "h", "i", "j"}[int(min(code, 9))]
		}})
	out = command(t, dir, "table", "import", "--model", "model", "--label", "fell", "--levels", ` f5 =alone, couple ,"a, b",d,e,f,g,h,i,j`, "--out", "model.json")
	assert.Contains(t, out, "  f5: one of alone, couple, a, b, d, e, f, g, h, i, j\n  f6: code of a category, of which 0 to 69 are known; --levels names them\n")
	same(t, dir, logOdds, reasons)
	assert.Contains(t, command(t, dir, "table", "explain", "--csv", "rows.csv", "--model", "model.json"), "f5")
	model, err := os.ReadFile(filepath.Join(dir, "model"))
	require.NoError(t, err)
	explained := tableJSON(t, dir, "table", "explain", "--csv", "rows.csv", "--model", "model.json")
	assert.Contains(t, explained["notes"], fmt.Sprintf("another library learned this model: 14 trees of xgboost-json, from the file with the SHA-256 %x", sha256.Sum256(model)))
}

func TestImportRefusesWhatItCannotUse(t *testing.T) {
	dir, _, _ := foreign(t, "xgb3_categories.model.json", coded, nil)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pickle"), []byte("\x80\x04\x95"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "other.json"), []byte(`{"a": 1}`), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "binary.ubj"), []byte("{L\x00\x00\x00\x00\x00\x00\x00\x07learner"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "nothing"), nil, 0o600))
	for want, args := range map[string][]string{
		"nor as LightGBM's text (tree): save it so in the library":                     {"--model", "pickle"},
		"there is no learner.gradient_booster: not a model that XGBoost saved as JSON": {"--model", "other.json"},
		"begins neither as XGBoost's JSON ({ and a name in quotation marks)":           {"--model", "binary.ubj"},
		"nothing is empty": {"--model", "nothing"},
		`--format is "onnx", want xgboost-json or lightgbm-text`:                         {"--model", "model", "--format", "onnx"},
		`the first line is not "tree": not a model saved as text`:                        {"--model", "model", "--format", "lightgbm-text"},
		"2 names for the 7 columns of the model":                                         {"--model", "model", "--columns", "a,b"},
		`column 2: the name "a" is empty or used twice`:                                  {"--model", "model", "--columns", "a,a,c,d,e,f,g"},
		`the model has no column "f55" to name the levels of (did you mean f5?)`:         {"--model", "model", "--levels", "f55=a"},
		"column f0 is numeric and has no levels to name":                                 {"--model", "model", "--levels", "f0=a"},
		"column f5: 2 names, want one for each of the codes 0 to 5 that the model knows": {"--model", "model", "--levels", "f5=a,b"},
		`--levels "f5": want COLUMN=NAME,NAME,...`:                                       {"--model", "model", "--levels", "f5"},
		"--levels: column f5 is named twice":                                             {"--model", "model", "--levels", "f5=a,b,c,d,e,f", "--levels", "f5=a,b,c,d,e,f"},
		"15 trees are asked for, the model has 14":                                       {"--model", "model", "--trees", "15"},
		"-1 trees are asked for, the model has 14":                                       {"--model", "model", "--trees", "-1"},
		"--label: f5 is a column that the model asks about":                              {"--model", "model", "--label", "f5"},
		`--label is "" and --positive "1": both must say something`:                      {"--model", "model", "--label", ""},
		"model is the file that is read, and would be lost":                              {"--model", "model", "--out", "model"},
	} {
		args := append([]string{"table", "import", "--label", "fell", "--out", "out.json"}, args...)
		_, _, err := try(dir, "", args...)
		assert.ErrorContains(t, err, want)
	}
	assert.NoFileExists(t, filepath.Join(dir, "out.json"))
	_, _, err := try(dir, "", "table", "predict", "--csv", "rows.csv", "--model", "model", "--out", "out.csv")
	assert.ErrorContains(t, err, "is a model of XGBoost: train table import takes it over")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lightgbm"), []byte("tree\nversion=v4\n"), 0o600))
	_, _, err = try(dir, "", "table", "predict", "--csv", "rows.csv", "--model", "lightgbm", "--out", "out.csv")
	assert.ErrorContains(t, err, "is a model of LightGBM: train table import takes it over")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "registered.json"), []byte(`{"format": "`+registry.Format+`"}`), 0o600))
	_, _, err = try(dir, "", "table", "import", "--model", "registered.json", "--label", "fell", "--out", "again.json")
	assert.ErrorContains(t, err, "needs no import: it is the manifest of a model that train fit registered")
	command(t, dir, "table", "import", "--model", "model", "--label", "fell", "--out", "model.json")
	_, _, err = try(dir, "", "table", "import", "--model", "model.json", "--label", "fell", "--out", "again.json")
	assert.ErrorContains(t, err, "needs no import: it is a model that predict takes as it is")
}

// TestImportTakesTheFirstTrees: as many as are asked for; without that it tells that early stopping had found fewer best.
func TestImportTakesTheFirstTrees(t *testing.T) {
	dir, _, _ := foreign(t, "xgb3_numbers.model.json", coded[:5], nil)
	b, err := os.ReadFile(filepath.Join(dir, "model"))
	require.NoError(t, err)
	require.Contains(t, string(b), `"attributes":{}`)
	b = []byte(strings.Replace(string(b), `"attributes":{}`, `"attributes":{"best_iteration":"9","best_score":"0.4"}`, 1))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "model"), b, 0o600))
	out := command(t, dir, "table", "import", "--model", "model", "--label", "fell", "--out", "all.json")
	assert.Contains(t, out, "note: all 14 trees are taken, but early stopping found 10 best: XGBClassifier scores with these alone (--trees 10), Booster.predict with all\n")
	got := tableJSON(t, dir, "table", "import", "--model", "model", "--label", "fell", "--trees", "10", "--out", "ten.json")
	assert.Empty(t, got["notes"])
	assert.EqualValues(t, 10, got["imported"].(map[string]any)["trees"])
	var whole, ten struct {
		Model struct{ Trees []json.RawMessage }
	}
	for file, to := range map[string]any{"all.json": &whole, "ten.json": &ten} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(b, to))
	}
	assert.Equal(t, whole.Model.Trees[:10], ten.Model.Trees)
}

// TestTablesAreReadAsTheFrameWas: the same rows as other programs may write them give what the library gave.
func TestTablesAreReadAsTheFrameWas(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "k", "l"}
	dir, logOdds, reasons := foreign(t, "lgb_frame.model.txt", names, map[string]func(float64) string{
		"k": func(code float64) string { return fmt.Sprintf(" k%g ", code) },
		"l": func(code float64) string { return strconv.FormatFloat(10*code, 'f', 1, 64) }, // as a frame writes whole numbers once one is missing
	})
	edit := func(from, to string) {
		b, err := os.ReadFile(filepath.Join(dir, "model"))
		require.NoError(t, err)
		require.Contains(t, string(b), from)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "model"), []byte(strings.Replace(string(b), from, to, 1)), 0o600))
	}
	edit(`"k1", `, `" k1", `)
	out := command(t, dir, "table", "import", "--model", "model", "--label", "fell", "--out", "model.json")
	assert.Contains(t, out, "  k: one of k0, k1, k2, k3, k4, k5\n")
	same(t, dir, logOdds, reasons)

	edit(`"k2", `, `"k1 ", `)
	_, _, err := try(dir, "", "table", "import", "--model", "model", "--label", "fell", "--out", "model.json")
	assert.ErrorContains(t, err, `column k: the categories " k1" and "k1 " differ only in the blanks around them`)
	edit(`"k1 ", `, `"", `)
	_, _, err = try(dir, "", "table", "import", "--model", "model", "--label", "fell", "--out", "model.json")
	assert.ErrorContains(t, err, `column k: the category "" is what a table has for missing`)
}

// TestTablesThatAnImportedModelCannotUse are told of, with what to do.
func TestTablesThatAnImportedModelCannotUse(t *testing.T) {
	dir, _, _ := foreign(t, "xgb3_categories.model.json", coded, nil)
	command(t, dir, "table", "import", "--model", "model", "--label", "fell", "--out", "model.json")
	predict := func(rows string) (out, diag string, err error) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "rows.csv"), []byte(rows), 0o600))
		return try(dir, "", "table", "predict", "--csv", "rows.csv", "--model", "model.json", "--out", "scores.csv")
	}
	_, _, err := predict("age,f1,f2,f3,f4,f5,f6\n1,1,1,1,1,1,1\n")
	assert.ErrorContains(t, err, "the model needs columns that are not there: f0; LightGBM writes _ for the blanks in a name and XGBoost f0, f1, ... for none: train table import --columns")
	_, _, err = predict("f0,f1,f2,f3,f4,f5,f6\n1,1,1,1,1,alone,1\n")
	assert.ErrorContains(t, err, "the codes 0, 1, ... in f5, f6: train table import --levels gives them the table's names")

	_, diag, err := predict("f0,f1,f2,f3,f4,f5,f6\nTrue,1,1,1,1,2,1\nFalse,1,1,1,1,2.5,1\n0,1,1,1,1,,1\n1,1,1,1,1,-1,1\n1,1,1,1,1,2,1\n")
	require.NoError(t, err)
	assert.Contains(t, diag, "note: column f0: True is taken as 1 and False as 0\n")
	assert.Contains(t, diag, "note: column f5: 2 rows have no code of a category, which are 0, 1, ..., such as -1; they are taken as missing\n")
	got := recordsOf(t, filepath.Join(dir, "scores.csv"))
	assert.Equal(t, got[5][1], got[1][1], "True is 1")
	assert.Equal(t, got[3][1], got[2][1], "2.5 is missing")
	assert.NotEqual(t, got[5][1], got[4][1])
}

// TestCodesAreExplainedOneByOne: they are no scale, and none is left out between.
func TestCodesAreExplainedOneByOne(t *testing.T) {
	dir, _, _ := foreign(t, "xgb3_categories.model.json", coded, nil)
	command(t, dir, "table", "import", "--model", "model", "--label", "fell", "--out", "model.json")
	var rows strings.Builder
	rows.WriteString(strings.Join(coded, ",") + ",fell\n")
	for i := range 40 {
		fmt.Fprintf(&rows, "%d,1,1,1,1,%d,%d,%d\n", i, i%6, i, i%2)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rows.csv"), []byte(rows.String()), 0o600))
	got := tableJSON(t, dir, "table", "explain", "--csv", "rows.csv", "--model", "model.json", "--column", "f6,f0")
	var levels []any
	for _, c := range got["columns"].([]any)[0].(map[string]any)["dependence"].([]any) {
		levels = append(levels, c.(map[string]any)["level"])
	}
	require.Len(t, levels, 40)
	assert.Equal(t, "39", levels[39])
	first := got["columns"].([]any)[1].(map[string]any)["dependence"].([]any)
	assert.Len(t, first, 20)
	assert.Nil(t, first[0].(map[string]any)["level"])
}

// TestLevelsAreFoundByTheirValue: only those of a model that was taken over, and only if all are numbers.
func TestLevelsAreFoundByTheirValue(t *testing.T) {
	for _, c := range []struct {
		levels []string
		from   *learner.Import
		name   string
		want   float64 // below 0: not found
	}{
		{[]string{"2.0", "1.0"}, &learner.Import{}, "1", 1},
		{[]string{"2.0", "1.0"}, &learner.Import{}, "1.5", -1},
		{[]string{"2.0", "1.0"}, nil, "1", -1},
		{[]string{"2.0", "1.0"}, nil, "1.0", 1},
		{[]string{"2.0", "1.0", "none"}, &learner.Import{}, "1", -1},
		{[]string{"2.0", "1.0", "none"}, &learner.Import{}, "none", 2},
		{[]string{"01", "1", "2"}, &learner.Import{}, "1.0", -1},
		{[]string{"01", "1", "2"}, &learner.Import{}, "1", 1},
	} {
		got, ok := levelNumbers(c.levels, c.from)(c.name)
		assert.Equal(t, c.want >= 0, ok, "%v", c)
		if ok {
			assert.Equal(t, c.want, got, "%v", c)
		}
	}
}
