package tree

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/internal/hostile"
)

// finiteOrRefused returns a try that wants a refusal, or an ensemble that answers with finite numbers, and with those of
// the slow twins.
func finiteOrRefused(t *testing.T, read func(io.Reader) (*Ensemble, error)) func(damage string, b []byte) {
	return func(damage string, b []byte) {
		e, err := read(bytes.NewReader(b))
		if err != nil {
			return
		}
		sc := e.Compile()
		x, dst := make([]float64, len(e.Columns)), make([]float64, len(e.Columns)+1)
		for _, v := range []float64{0, 1, -3, math.NaN()} {
			for j := range x {
				x[j] = v
			}
			sum := sc.LogOdds(x)
			sc.Contributions(dst, x)
			for _, c := range append(dst, sum) {
				if !finite(c) {
					t.Fatalf("%s: at %v the log odds are %v, the contributions %v", damage, v, sum, dst)
				}
			}
		}
		safe(t, e)
	}
}

func TestDamagedEnsemblesAreRefusedOrFinite(t *testing.T) {
	var b bytes.Buffer
	e := small()
	e.Trees = append(e.Trees, e.Trees[0])
	require.NoError(t, e.Write(&b))
	hostile.Bytes(b.Bytes(), finiteOrRefused(t, Read))
	hostile.Values(b.Bytes(), finiteOrRefused(t, Read))
}

func TestDamagedModelsOfXGBoostAreRefusedOrFinite(t *testing.T) {
	hostile.Values([]byte(smallXGBoost), finiteOrRefused(t, ReadXGBoostJSON))
	hostile.Bytes([]byte(smallXGBoost), finiteOrRefused(t, ReadXGBoostJSON))
}

// smallXGBoost is written by hand: a question about a number, and below it one about a category.
const smallXGBoost = `{"learner":{"feature_names":["a","b"],"feature_types":["float","c"],
"gradient_booster":{"name":"gbtree","model":{"tree_info":[0],"trees":[{
"left_children":[1,-1,3,-1,-1],"right_children":[2,-1,4,-1,-1],"split_conditions":[0.5,0.1,0,0.3,-0.2],"split_indices":[0,0,1,0,0],
"split_type":[0,0,1,0,0],"default_left":[1,0,0,0,0],"sum_hessian":[10,4,6,1,5],"categories":[0,2],"categories_nodes":[2],
"categories_segments":[0],"categories_sizes":[2],"tree_param":{"size_leaf_vector":"1"}}]}},
"learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},"objective":{"name":"binary:logistic"}}}`

func TestDamagedModelsOfLightGBMAreRefusedOrFinite(t *testing.T) {
	hostile.Bytes([]byte(smallLightGBM), finiteOrRefused(t, ReadLightGBMText))
	// Each line's value in turn, or one word of it.
	lines := bytes.Split([]byte(smallLightGBM), []byte("\n"))
	for i, was := range lines {
		key, value, found := bytes.Cut(was, []byte("="))
		if !found {
			continue
		}
		words := bytes.Fields(value)
		for k := -1; k < len(words); k++ {
			for _, text := range []string{"", "0", "-1", "-2", "1", "2", "3", "0.5", "1e300", "1e308", "-1e308", "1e999", "nan", "inf", "255", "2147483647", "-2147483648", "99999999999999999999", "x", "0 0 0 0 0 0 0 0 0"} {
				changed := []byte(text)
				if k >= 0 {
					with := append([][]byte(nil), words...)
					with[k] = []byte(text)
					changed = bytes.Join(with, []byte(" "))
				}
				lines[i] = bytes.Join([][]byte{key, changed}, []byte("="))
				finiteOrRefused(t, ReadLightGBMText)(string(lines[i]), bytes.Join(lines, []byte("\n")))
			}
		}
		lines[i] = []byte("")
		finiteOrRefused(t, ReadLightGBMText)("without "+string(was), bytes.Join(lines, []byte("\n")))
		lines[i] = bytes.Join([][]byte{was, was}, []byte("\n"))
		finiteOrRefused(t, ReadLightGBMText)("twice "+string(was), bytes.Join(lines, []byte("\n")))
		lines[i] = was
	}
}

func TestTheSmallModelsOfOthersAreRead(t *testing.T) {
	e, err := ReadXGBoostJSON(bytes.NewReader([]byte(smallXGBoost)))
	require.NoError(t, err)
	require.Len(t, e.Trees[0].Nodes, 5)
	e, err = ReadLightGBMText(bytes.NewReader([]byte(smallLightGBM)))
	require.NoError(t, err)
	require.Len(t, e.Trees, 1)
}

// smallLightGBM is written by hand: as smallXGBoost.
const smallLightGBM = `tree
version=v4
num_class=1
num_tree_per_iteration=1
max_feature_idx=1
objective=binary sigmoid:1
feature_names=a b
feature_infos=[0:5] 0:1:2

Tree=0
num_leaves=3
num_cat=1
split_feature=0 1
threshold=1.5 0
decision_type=2 1
left_child=-1 -2
right_child=1 -3
leaf_value=0.1 -0.2 0.3
leaf_count=4 1 5
internal_count=10 6
cat_boundaries=0 1
cat_threshold=5
is_linear=0

end of trees

pandas_categorical:[["x","y","z"]]
`

// TestAQuestionBeyondTheLastIsRefused: the number of one that is not there was taken for that of a leaf.
func TestAQuestionBeyondTheLastIsRefused(t *testing.T) {
	for _, child := range []string{"2", "3", "4", "5"} {
		text := strings.Replace(smallLightGBM, "right_child=1", "right_child="+child, 1)
		_, err := ReadLightGBMText(strings.NewReader(text))
		require.ErrorContains(t, err, "question 0: child "+child+" is out of range")
	}
}
