package tree

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// said is what testdata/libraries.py wrote of a model.
type said struct {
	Rows          [][]*float64 `json:"rows"`
	LogOdds       []float64    `json:"log_odds"`
	Contributions [][]float64  `json:"contributions"`
	Interactions  [][]float64  `json:"interactions"`
	Background    [][]*float64 `json:"background"`
	Against       [][]float64  `json:"against"`
}

func numbers(r []*float64) []float64 {
	x := make([]float64, len(r))
	for j, v := range r {
		x[j] = math.NaN()
		if v != nil {
			x[j] = *v
		}
	}
	return x
}

// ofLibraries runs a test on every model of testdata.
func ofLibraries(t *testing.T, test func(t *testing.T, name string, e *Ensemble, s *said)) {
	models, err := filepath.Glob("testdata/*.model.*")
	require.NoError(t, err)
	require.Len(t, models, 8)
	for _, path := range models {
		name, _, _ := strings.Cut(filepath.Base(path), ".")
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile("testdata/" + name + ".json")
			require.NoError(t, err)
			s := new(said)
			require.NoError(t, json.Unmarshal(b, s))
			test(t, name, readModel(t, path), s)
		})
	}
}

func readModel(t testing.TB, path string) *Ensemble {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	read := ReadLightGBMText
	if strings.HasSuffix(path, ".json") {
		read = ReadXGBoostJSON
	}
	e, err := read(f)
	require.NoError(t, err, path)
	return e
}

func TestModelsOfTheLibrariesScoreAsTheyDoThere(t *testing.T) {
	ofLibraries(t, func(t *testing.T, name string, e *Ensemble, s *said) {
		require.Len(t, s.Rows, 60)
		sc := e.Compile()
		for i, r := range s.Rows {
			x := numbers(r)
			got := sc.LogOdds(x)
			assert.InDelta(t, s.LogOdds[i], got, 1e-6, "row %d: %v", i, x)
			if strings.HasPrefix(name, "lgb") && name != "lgb_none" {
				assert.Equal(t, s.LogOdds[i], got, "row %d: LightGBM's sum is ours bit for bit", i)
			}
		}
	})
}

func TestModelsOfTheLibrariesAreWrittenAndReadAgain(t *testing.T) {
	ofLibraries(t, func(t *testing.T, _ string, e *Ensemble, _ *said) {
		var b bytes.Buffer
		require.NoError(t, e.Write(&b))
		again, err := Read(&b)
		require.NoError(t, err)
		assert.Equal(t, e, again)
	})
}

func TestLevelsHaveTheNamesOfTheFrame(t *testing.T) {
	e := readModel(t, "testdata/lgb_frame.model.txt")
	assert.Equal(t, []string{"k0", "k1", "k2", "k3", "k4", "k5"}, e.Columns[5].Levels)
	assert.Equal(t, "690", e.Columns[6].Levels[69])
	assert.Nil(t, e.Columns[4].Levels)
	names, err := lgbNames(`[[false, true], ["true"], [1.0, 2.5]]`)
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"False", "True"}, {"true"}, {"1.0", "2.5"}}, names)
}

func TestRoundingOfInputsIsInTheThreshold(t *testing.T) {
	for _, f := range []float32{0, 1, -1, 0.1, 16777216, 16777217, -3.7, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32,
		1e-40, math.MaxFloat32, -math.MaxFloat32, 0x1p-126, 5e-39} {
		at := below(f)
		assert.Less(t, float32(at), f, "%v: the threshold itself goes left", f)
		assert.GreaterOrEqual(t, float32(math.Nextafter(at, math.Inf(1))), f, "%v: what follows goes right", f)
	}
}

func edit(t *testing.T, path, from, to string) io.Reader {
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(b), from)
	return strings.NewReader(strings.Replace(string(b), from, to, 1))
}

func TestXGBoostModelsThatCannotBeScoredAreRefused(t *testing.T) {
	const numeric, categories = "testdata/xgb3_numbers.model.json", "testdata/xgb3_categories.model.json"
	for _, c := range []struct{ path, from, to, want string }{
		{numeric, `"gradient_booster"`, `"booster"`, "there is no learner.gradient_booster"},
		{numeric, `"trees":[`, `"logs":[`, "there is no list of trees"},
		{numeric, `"num_trees":"14"`, `"num_trees":"15"`, `num_trees is "15", and there are 14`},
		{numeric, `"name":"gbtree"`, `"name":"dart"`, `booster is "dart", want gbtree`},
		{numeric, `"binary:logistic"`, `"reg:squarederror"`, `objective is "reg:squarederror", want binary:logistic`},
		{numeric, `"num_class":"0"`, `"num_class":"3"`, "3 classes"},
		{numeric, `"num_target":"1"`, `"num_target":"2"`, "2 targets"},
		{numeric, `"num_feature":"5","num_t`, `"num_feature":"50000000","num_t`, "num_feature"},
		{numeric, `"base_score":"[`, `"base_score":"[2,`, "base_score"},
		{numeric, `"tree_info":[0`, `"tree_info":[1`, "a tree of output 1"},
		{numeric, `"default_left":[`, `"default_left":[1,`, "trees[0]: the lists of nodes differ in length"},
		{numeric, `"default_left":[`, `"default_left":[7`, "neither true nor false"},
		{numeric, `"left_children":[1`, `"left_children":[0`, "trees[0]: child 0 is out of range or has two parents"},
		{numeric, `"sum_hessian":[`, `"sum_hessian":[9`, "trees[0].nodes[0]: cover is"},
		{numeric, `"split_indices":[`, `"split_indices":[7`, "column 7"},
		{categories, `"categories_nodes":[`, `"categories_nodes":[99,`, "differ in length"},
		{categories, `"categories_sizes":[`, `"categories_sizes":[9999`, "trees[0]: categories_nodes[0]"},
		{categories, `"categories":[`, `"categories":[-9,`, "code -9"},
		{numeric, `{`, `[`, "line 1"},
	} {
		_, err := ReadXGBoostJSON(edit(t, c.path, c.from, c.to))
		assert.ErrorContains(t, err, c.want, "%s to %s", c.from, c.to)
	}
}

func TestNaNIsReplacedOutsideOfStrings(t *testing.T) {
	assert.Equal(t, `[null,"NaN","\"NaN",null]`, string(nullForNaN([]byte(`[NaN,"NaN","\"NaN",NaN]`))))
	_, err := ReadXGBoostJSON(edit(t, "testdata/xgb3_numbers.model.json", `"split_conditions":[`, `"split_conditions":[NaN,`))
	assert.ErrorContains(t, err, "differ in length")
}

// TestCutNamesOfXGBoostAreNotUsed: XGBoost 3.2.0 writes the categories Ærø, Ålborg, Møn, København of a data frame as Ær, øÅlb,
// org, MønKøbe, all of which are UTF-8.
func TestCutNamesOfXGBoostAreNotUsed(t *testing.T) {
	text := func(offsets []int, names string) string {
		values := make([]int, len(names))
		for i := range len(names) {
			values[i] = int(int8(names[i]))
		}
		b, err := json.Marshal(map[string]any{"offsets": offsets, "values": values})
		require.NoError(t, err)
		return string(b)
	}
	const path = "testdata/xgb3_categories.model.json"
	for names, enc := range map[string]string{
		"Ær,øÅlb,org,MønKøbe,x,y,z": text([]int{0, 3, 9, 12, 21, 22, 23, 24}, "ÆrøÅlborgMønKøbexyz"),
		"a,b,c,d,e,f,g":             text([]int{0, 1, 2, 3, 4, 5, 6, 7}, "abcdefg"),
	} {
		read, err := xgbNames([]byte(enc))
		require.NoError(t, err)
		require.Equal(t, names, strings.Join(read, ","))
		e, err := ReadXGBoostJSON(edit(t, path, `"enc":[]`, `"enc":[{},{},{},{},{},`+enc+`,{}]`))
		require.NoError(t, err)
		if names[0] == 'a' {
			assert.Equal(t, Column{ID: "f5", Levels: read}, e.Columns[5])
			continue
		}
		assert.Equal(t, Column{ID: "f5", Levels: []string{"0", "1", "2", "3", "4", "5", "6", ""}, Other: true}, e.Columns[5])
	}
	_, err := xgbNames([]byte(`{"offsets":[0,3],"values":[1,2]}`))
	assert.ErrorContains(t, err, "offsets[0]")
	names, err := xgbNames([]byte(`{"type":15,"values":[0,10]}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"0", "10"}, names)
}

func TestLightGBMModelsThatCannotBeScoredAreRefused(t *testing.T) {
	const missing, frame = "testdata/lgb_missing.model.txt", "testdata/lgb_frame.model.txt"
	for _, c := range []struct{ path, from, to, want string }{
		{missing, "tree\n", "", "the first line"},
		{missing, "end of trees", "", "the file is cut"},
		{missing, "objective=binary", "objective=regression", `objective is "regression`},
		{missing, "sigmoid:1", "sigmoid:-1", "sigmoid"},
		{missing, "num_class=1", "num_class=3", `num_class "3"`},
		{missing, "label_index", "average_output\nlabel_index", "random forest"},
		{missing, "is_linear=0", "is_linear=1", "Tree=0: a linear tree"},
		{missing, "num_leaves=8", "num_leaves=9", "Tree=0: split_feature has 7 entries, want 8"},
		{missing, "num_leaves=8", "num_leaves=0", "num_leaves"},
		{missing, "left_child=", "left_child=1", "out of range or has two parents"},
		{missing, "max_feature_idx=6", "max_feature_idx=700000", "max_feature_idx"},
		{missing, "max_feature_idx=6", "max_feature_idx=5", "7 feature_names and 7 feature_infos, want 6"},
		{missing, "cat_boundaries=0", "cat_boundaries=-1", "cat_threshold from"},
		{missing, "decision_type=", "decision_type=12", "Tree=0"},
		{missing, "leaf_count=", "leaf_count=1", "cover is"},
		{frame, `[["k0", "k1", `, `[["k0"], ["k1", `, "code 5 of 1 names"},
		{frame, `"k0", "k1", `, `"k0", "k0", `, `"k0" is there twice`},
		{frame, "pandas_categorical:[", "pandas_categorical:{", "pandas_categorical"},
	} {
		_, err := ReadLightGBMText(edit(t, c.path, c.from, c.to))
		assert.ErrorContains(t, err, c.want, "%s to %s", c.from, c.to)
	}
}

// safe scores and explains a row of zeros, one of missing values and one at thresholds: an accepted model must neither
// panic nor go on for ever, and small ones say what the slow twins say. A table of pairs is the square of the columns, so
// that of many columns is left out.
func safe(t *testing.T, e *Ensemble) {
	p, nodes := len(e.Columns), 0
	rows := [3][]float64{make([]float64, p), make([]float64, p), make([]float64, p)}
	for j := range p {
		rows[1][j] = math.NaN()
	}
	named := *e // its levels have the names by which the slow twins know them
	named.Columns = slices.Clone(e.Columns)
	for _, tr := range e.Trees {
		nodes += len(tr.Nodes)
		for _, n := range tr.Nodes {
			if n.Column < 0 {
				continue
			}
			rows[2][n.Column] = n.Threshold
			if levels := e.Columns[n.Column].Levels; levels != nil {
				rows[2][n.Column] = float64(len(levels) - 1)
			}
		}
	}
	few := p <= 7 && nodes <= 500
	for j, c := range e.Columns {
		if few && c.Levels != nil {
			named.Columns[j].Levels = nil
			for l := range c.Levels {
				named.Columns[j].Levels = append(named.Columns[j].Levels, fmt.Sprint("l", l))
			}
		}
	}
	sc, dst := e.Compile(), make([]float64, p+1)
	for _, x := range rows {
		sc.LogOdds(x)
		sc.Contributions(dst, x)
		if p < 100 {
			sc.Interactions(make([]float64, len(dst)*len(dst)), x)
		}
		if few {
			explainedAsBySlowTwins(t, &named, sc, x)
		}
	}
}

// TestSmallFilesDoNotTakeMuchMemory: files of a few MB that name billions of levels, or thousands of questions
// about many, are refused before that is laid out.
func TestSmallFilesDoNotTakeMuchMemory(t *testing.T) {
	many := func(s, between string, n int) string {
		return strings.TrimSuffix(strings.Repeat(s+between, n), between)
	}
	count := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%d,", i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	xgb := func(columns, questions int, column string) string {
		n := 2*questions + 1
		left, right := make([]int32, n), make([]int32, n)
		for i := range n {
			left[i], right[i] = -1, -1
			if i%2 == 0 && i < 2*questions {
				left[i], right[i] = int32(i+1), int32(i+2)
			}
		}
		list := func(v []int32) string { return strings.ReplaceAll(strings.Trim(fmt.Sprint(v), "[]"), " ", ",") }
		nodes := strings.Split(count(n), ",")
		var asking []string
		for i := 0; i < 2*questions; i += 2 {
			asking = append(asking, nodes[i])
		}
		indices := many("0,0", ",", questions) + ",0"
		if column != "0" {
			indices = ""
			for q := range questions {
				indices += fmt.Sprintf("%d,0,", q)
			}
			indices += "0"
		}
		return `{"learner":{"gradient_booster":{"name":"gbtree","model":{"trees":[{"categories":[` + many("65535", ",", questions) + `],"categories_nodes":[` + strings.Join(asking, ",") +
			`],"categories_segments":[` + count(questions) + `],"categories_sizes":[` + many("1", ",", questions) + `],"default_left":[` + many("0", ",", n) + `],"left_children":[` + list(left) +
			`],"right_children":[` + list(right) + `],"split_conditions":[` + many("0", ",", n) + `],"split_indices":[` + indices + `],"split_type":[` + many("1,0", ",", questions) +
			`,0],"sum_hessian":[` + many("1", ",", n) + `],"tree_param":{}}]}},"learner_model_param":{"base_score":"0.5","num_feature":"` + fmt.Sprint(columns) + `"},"objective":{"name":"binary:logistic"}}}`
	}
	lgb := "tree\nnum_class=1\nnum_tree_per_iteration=1\nobjective=binary sigmoid:1\nmax_feature_idx=65534\nfeature_names=" +
		strings.ReplaceAll(count(65535), ",", " ") + "\nfeature_infos=" + many("65535", " ", 65535) + "\nend of trees\n"
	for _, c := range []struct {
		name, text, says string
		read             func(io.Reader) (*Ensemble, error)
	}{
		{"LightGBM levels", lgb, "more than 1048576 levels", ReadLightGBMText},
		{"XGBoost levels", xgb(4000, 4000, "each"), "more than 1048576 levels", ReadXGBoostJSON},
		{"XGBoost sets", xgb(1, 100_000, "0"), "more than 4194304 nodes", ReadXGBoostJSON},
		{"XGBoost trees", `{"learner":{"gradient_booster":{"model":{"trees":[` + many("{}", ",", 5_000_000) + `]}}}}`, "objects: not a model", ReadXGBoostJSON},
		{"nodes", `{"trees":[{"nodes":[` + many("{}", ",", 5_000_000) + `]}]}`, "objects: not a model", Read},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := c.read(strings.NewReader(c.text))
		runtime.ReadMemStats(&after)
		assert.ErrorContains(t, err, c.says, c.name)
		assert.Less(t, int64(after.TotalAlloc-before.TotalAlloc), int64(300<<20), c.name)
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	require.NoError(f, small().Write(&b))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := Read(bytes.NewReader(b)); err == nil {
			safe(t, e)
		}
	})
}

func FuzzReadXGBoostJSON(f *testing.F) {
	seed(f, "testdata/xgb*.model.json")
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := ReadXGBoostJSON(bytes.NewReader(b)); err == nil {
			safe(t, e)
		}
	})
}

func FuzzReadLightGBMText(f *testing.F) {
	seed(f, "testdata/lgb*.model.txt")
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := ReadLightGBMText(bytes.NewReader(b)); err == nil {
			safe(t, e)
		}
	})
}

func seed(f *testing.F, pattern string) {
	paths, err := filepath.Glob(pattern)
	require.NoError(f, err)
	require.NotEmpty(f, paths)
	for _, p := range paths {
		b, err := os.ReadFile(p)
		require.NoError(f, err)
		f.Add(b)
	}
}

func TestZeroGoesWhereLightGBMSendsIt(t *testing.T) {
	const tiny = 1e-40
	points := []float64{math.NaN(), 0, math.Copysign(0, -1), tiny, -tiny, lgbZero, -lgbZero, math.Nextafter(lgbZero, 1), math.Nextafter(-lgbZero, -1), 1, -1, 2, -2, 3, -3}
	points = append(points, math.MaxFloat64, -math.MaxFloat64)
	for _, thr := range []float64{math.Inf(1), -2, -1, math.Nextafter(-lgbZero, -1), -lgbZero, -tiny, 0, tiny, lgbZero, math.Nextafter(lgbZero, 1), 1, 2} {
		for kind := int32(0); kind <= lgbMissingNaN+lgbDefaultLeft; kind += lgbDefaultLeft {
			missing := kind & lgbMissing
			if missing == lgbMissing {
				continue
			}
			room := maxNodes
			b := lgbBuilder{columns: []Column{{ID: "a"}}, scale: 1, room: &room, tree: &lgbTree{
				column: []int32{0}, kind: []int32{kind}, left: []int32{-1}, right: []int32{-2},
				threshold: []float64{thr}, value: []float64{-1, 1}, leafCount: []float64{3, 5}, count: []float64{8}}}
			_, err := b.build(0, 1, 0)
			require.NoError(t, err)
			e := &Ensemble{Columns: b.columns, Trees: []Tree{{Nodes: b.out}}}
			require.NoError(t, e.Check())
			for _, x := range points {
				v := x // NumericalDecision of LightGBM's tree.h, after c_api.cpp has read the row
				if math.Abs(v) <= lgbZero || math.IsNaN(v) && missing != lgbMissingNaN {
					v = 0
				}
				want := 1.0
				switch {
				case missing == lgbMissingZero && math.Abs(v) <= lgbZero, missing == lgbMissingNaN && math.IsNaN(v):
					if kind&lgbDefaultLeft != 0 {
						want = -1
					}
				case v <= thr:
					want = -1
				}
				assert.Equal(t, want, plain(e, []float64{x}), "threshold %v, decision_type %d, value %v", thr, kind, x)
			}
		}
	}
}
