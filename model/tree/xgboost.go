package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rettidig/rettidig/internal/strictjson"
)

// xgbFile is what is read of XGBoost's JSON; the rest says how the model was made.
type xgbFile struct {
	Learner struct {
		FeatureNames []string `json:"feature_names"`
		FeatureTypes []string `json:"feature_types"`
		Booster      struct {
			Name  string `json:"name"`
			Model struct {
				Cats struct {
					Enc []json.RawMessage `json:"enc"`
				} `json:"cats"`
				Param struct {
					NumTrees string `json:"num_trees"`
				} `json:"gbtree_model_param"`
				TreeInfo []int     `json:"tree_info"`
				Trees    []xgbTree `json:"trees"`
			} `json:"model"`
		} `json:"gradient_booster"`
		Param struct {
			BaseScore  string `json:"base_score"`
			NumClass   string `json:"num_class"`
			NumFeature string `json:"num_feature"`
			NumTarget  string `json:"num_target"`
		} `json:"learner_model_param"`
		Objective struct {
			Name string `json:"name"`
		} `json:"objective"`
	} `json:"learner"`
}

type xgbTree struct {
	Categories         []int32   `json:"categories"`
	CategoriesNodes    []int32   `json:"categories_nodes"`
	CategoriesSegments []int     `json:"categories_segments"`
	CategoriesSizes    []int     `json:"categories_sizes"`
	DefaultLeft        []flag    `json:"default_left"`
	Left               []int32   `json:"left_children"`
	Right              []int32   `json:"right_children"`
	Conditions         []number  `json:"split_conditions"` // of a leaf: its value
	Indices            []int32   `json:"split_indices"`
	Types              []int     `json:"split_type"`
	SumHessian         []float64 `json:"sum_hessian"`
	Param              struct {
		SizeLeafVector string `json:"size_leaf_vector"`
	} `json:"tree_param"`
}

// flag is true or false, written so by some versions and as 1 or 0 by others.
type flag bool

func (f *flag) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "1", "true":
		*f = true
	case "0", "false":
		*f = false
	default:
		return fmt.Errorf("%q is neither true nor false", b)
	}
	return nil
}

// number is a float32; null is NaN.
type number float32

func (n *number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float32)(n))
}

// nullForNaN replaces the NaN that older versions write for the threshold of a categorical split, which is
// no JSON.
func nullForNaN(b []byte) []byte {
	if !bytes.Contains(b, []byte("NaN")) {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/64)
	for inString, i := false, 0; i < len(b); i++ {
		switch {
		case inString && b[i] == '\\' && i+1 < len(b):
			out = append(out, b[i])
			i++
		case b[i] == '"':
			inString = !inString
		case !inString && bytes.HasPrefix(b[i:], []byte("NaN")):
			out = append(out, "null"...)
			i += 2
			continue
		}
		out = append(out, b[i])
	}
	return out
}

// ReadXGBoostJSON reads a gbtree model with objective binary:logistic as XGBoost 1.6 to 3 save it
// (save_model with a name that ends in .json). Anything else is refused by an error that says what it is.
//
// XGBoost rounds inputs to float32 and asks x < t; the thresholds here are the largest float64 whose
// rounding still goes left, so that inputs need not be rounded. Its sums are float32, ours float64: log odds
// agree to some 1e-6. Covers are the sums of hessians, as its own contributions use them. All trees are
// read, also those after the best iteration of early stopping; cut the model before saving it if it should
// score with fewer.
//
// A categorical column has the names that the file holds (XGBoost 3.1 and later, from data frames) or the
// codes 0 and up, also where names have letters beyond ASCII: see anyCut. XGBoost asks of a code it has no name for as of any other that the split does not list,
// and so the last level, "" , stands for all such codes: see Column.Other. With names, a name it does not
// know is missing; XGBoost refuses it or takes the next in alphabetical order for it.
func ReadXGBoostJSON(r io.Reader) (*Ensemble, error) {
	b, err := all(r)
	if err != nil {
		return nil, err
	}
	b = nullForNaN(b)
	if err := tooMany(b); err != nil {
		return nil, err
	}
	var f xgbFile
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("tree: xgboost: %w%s", err, strictjson.Place(b, err))
	}
	e, err := f.ensemble()
	if err != nil {
		return nil, fmt.Errorf("tree: xgboost: %w", err)
	}
	if err := e.Check(); err != nil {
		return nil, fmt.Errorf("xgboost: %w", err)
	}
	return e, nil
}

func (f *xgbFile) ensemble() (*Ensemble, error) {
	l := &f.Learner
	said, trees := l.Booster.Model.Param.NumTrees, l.Booster.Model.Trees
	switch {
	case l.Booster.Name == "":
		return nil, errors.New("there is no learner.gradient_booster: not a model that XGBoost saved as JSON (save_model)")
	case l.Booster.Name != "gbtree":
		return nil, fmt.Errorf("booster is %q, want gbtree: train without dart or linear boosting", l.Booster.Name)
	case l.Objective.Name != "binary:logistic":
		return nil, fmt.Errorf("objective is %q, want binary:logistic", l.Objective.Name)
	case !oneOf(l.Param.NumClass, "", "0", "1") || !oneOf(l.Param.NumTarget, "", "0", "1"):
		return nil, fmt.Errorf("%s classes and %s targets, want one", l.Param.NumClass, l.Param.NumTarget)
	case trees == nil:
		return nil, errors.New("there is no list of trees: settings alone, as of save_config, are no model; use save_model")
	case said != "" && said != strconv.Itoa(len(trees)):
		return nil, fmt.Errorf("num_trees is %q, and there are %d: the file was changed after it was saved", said, len(trees))
	}
	columns, err := strconv.Atoi(l.Param.NumFeature)
	if err != nil || columns < 0 || columns > maxColumns {
		return nil, fmt.Errorf("num_feature is %q, want 0 to %d", l.Param.NumFeature, maxColumns)
	}
	e := &Ensemble{Columns: make([]Column, columns)}
	if e.Base, err = xgbBase(l.Param.BaseScore); err != nil {
		return nil, err
	}
	for _, group := range l.Booster.Model.TreeInfo {
		if group != 0 {
			return nil, fmt.Errorf("a tree of output %d, want one output", group)
		}
	}
	if err := f.columns(e.Columns); err != nil {
		return nil, err
	}
	room := maxNodes
	for t := range trees {
		nodes, err := trees[t].nodes(e.Columns, &room)
		if err != nil {
			return nil, fmt.Errorf("trees[%d]: %w", t, err)
		}
		e.Trees = append(e.Trees, Tree{Nodes: nodes})
	}
	return e, nil
}

func oneOf(s string, of ...string) bool {
	for _, o := range of {
		if s == o {
			return true
		}
	}
	return false
}

// xgbBase turns the base score, a probability written as 5E-1 or [5E-1], into log odds as XGBoost does, in
// float32.
func xgbBase(s string) (float64, error) {
	p, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"), 32)
	if err != nil || !(p > 0 && p < 1) {
		return 0, fmt.Errorf("base_score is %q, want one probability in (0, 1)", s)
	}
	return float64(float32(-math.Log(float64(1/float32(p) - 1)))), nil
}

// columns names the columns and the levels of those that are categorical.
func (f *xgbFile) columns(columns []Column) error {
	l := &f.Learner
	if n := len(l.FeatureNames); n != 0 && n != len(columns) {
		return fmt.Errorf("%d feature_names for %d features", n, len(columns))
	}
	if n := len(l.FeatureTypes); n != 0 && n != len(columns) {
		return fmt.Errorf("%d feature_types for %d features", n, len(columns))
	}
	if n := len(l.Booster.Model.Cats.Enc); n != 0 && n != len(columns) {
		return fmt.Errorf("cats.enc has %d entries for %d features", n, len(columns))
	}
	codes := make([]int32, len(columns)) // categorical: how many codes some split knows
	for t := range l.Booster.Model.Trees {
		if err := l.Booster.Model.Trees[t].codes(codes); err != nil {
			return fmt.Errorf("trees[%d]: %w", t, err)
		}
	}
	levels := 0
	for j := range columns {
		if levels += int(codes[j]); levels > maxLevels {
			return fmt.Errorf("categories: more than %d levels in all", maxLevels)
		}
		c := &columns[j]
		c.ID = "f" + strconv.Itoa(j)
		if len(l.FeatureNames) > 0 {
			c.ID = l.FeatureNames[j]
		}
		if len(l.Booster.Model.Cats.Enc) > 0 {
			names, err := xgbNames(l.Booster.Model.Cats.Enc[j])
			if err != nil {
				return fmt.Errorf("cats.enc[%d]: %w", j, err)
			}
			if c.Levels = names; len(names) > 0 && anyCut(names) {
				c.Levels, codes[j] = nil, max(codes[j], int32(len(names)))
			}
		}
		categorical := codes[j] > 0 || len(l.FeatureTypes) > 0 && l.FeatureTypes[j] == "c"
		switch {
		case !categorical:
			c.Levels = nil
		case c.Levels == nil:
			for k := range codes[j] {
				c.Levels = append(c.Levels, strconv.Itoa(int(k)))
			}
			c.Levels, c.Other = append(c.Levels, ""), true
		case int(codes[j]) > len(c.Levels):
			return fmt.Errorf("column %s: a split on code %d of %d categories", c.ID, codes[j]-1, len(c.Levels))
		}
	}
	return nil
}

// xgbNames reads the categories of one column: strings as offsets into bytes, or numbers.
func xgbNames(raw json.RawMessage) ([]string, error) {
	var enc struct {
		Offsets []int     `json:"offsets"`
		Values  []float64 `json:"values"`
	}
	if err := json.Unmarshal(raw, &enc); err != nil {
		return nil, err
	}
	var names []string
	if len(enc.Offsets) == 0 {
		for _, v := range enc.Values {
			names = append(names, strconv.FormatFloat(v, 'g', -1, 64))
		}
		return names, nil
	}
	text := make([]byte, len(enc.Values))
	for i, v := range enc.Values {
		if !(v >= -128 && v < 256) {
			return nil, fmt.Errorf("values[%d] is %v, want a byte", i, v)
		}
		text[i] = byte(int(v)) // bytes from 128 on are written as negative numbers
	}
	for i, to := range enc.Offsets[1:] {
		from := enc.Offsets[i]
		if from < 0 || to < from || to > len(text) {
			return nil, fmt.Errorf("offsets[%d] and its next are %d and %d, want them in order and at most %d", i, from, to, len(text))
		}
		names = append(names, string(text[from:to]))
	}
	return names, nil
}

// anyCut tells whether a name has a byte beyond ASCII. XGBoost 3 counts letters where bytes are meant, so that "Ærø" is
// written as "Ær", the next name begins with "ø", and the last lacks as many bytes; such names may well be UTF-8 all the
// same, and it cannot be told whether they are right.
func anyCut(names []string) bool {
	for _, name := range names {
		for i := range len(name) {
			if name[i] >= utf8.RuneSelf {
				return true
			}
		}
	}
	return false
}

// categories calls do with each categorical node and the codes that go right from it.
func (t *xgbTree) categories(do func(node int32, right []int32)) error {
	n := len(t.CategoriesNodes)
	if len(t.CategoriesSegments) != n || len(t.CategoriesSizes) != n {
		return errors.New("categories_nodes, categories_segments and categories_sizes differ in length")
	}
	for i, node := range t.CategoriesNodes {
		from, size := t.CategoriesSegments[i], t.CategoriesSizes[i]
		if node < 0 || int(node) >= len(t.Indices) || from < 0 || size < 0 || from > len(t.Categories)-size {
			return fmt.Errorf("categories_nodes[%d]: node %d, codes %d to %d of %d", i, node, from, from+size, len(t.Categories))
		}
		do(node, t.Categories[from:from+size])
	}
	return nil
}

// codes raises, for each column, the number of codes to what the splits list.
func (t *xgbTree) codes(codes []int32) error {
	var bad error
	err := t.categories(func(node int32, right []int32) {
		j := t.Indices[node]
		if j < 0 || int(j) >= len(codes) {
			bad = fmt.Errorf("node %d: column %d of %d", node, j, len(codes))
			return
		}
		for _, c := range right {
			if c < 0 || c >= maxColumns {
				bad = fmt.Errorf("node %d: code %d, want 0 to %d", node, c, maxColumns-1)
				return
			}
			codes[j] = max(codes[j], c+1)
		}
	})
	return errors.Join(err, bad)
}

// nodes returns the tree's nodes, each before its children, left before right. Nodes that pruning left
// behind are not reached. room is how many nodes may still be made, counted as Check does.
func (t *xgbTree) nodes(columns []Column, room *int) ([]Node, error) {
	n := len(t.Left)
	if len(t.Right) != n || len(t.Conditions) != n || len(t.Indices) != n || len(t.DefaultLeft) != n || len(t.SumHessian) != n || len(t.Types) != n && len(t.Types) != 0 {
		return nil, errors.New("the lists of nodes differ in length")
	}
	if n == 0 || !oneOf(t.Param.SizeLeafVector, "", "0", "1") {
		return nil, fmt.Errorf("%d nodes with %q outputs, want at least one node with one output", n, t.Param.SizeLeafVector)
	}
	right := make([][]int32, n)
	if err := t.categories(func(node int32, codes []int32) { right[node] = codes }); err != nil {
		return nil, err
	}
	var out []Node
	type visit struct {
		node, parent int32
		left         bool
	}
	visited := make([]bool, n)
	for stack := []visit{{parent: -1}}; len(stack) > 0; {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		i, at := v.node, int32(len(out))
		if i < 0 || int(i) >= n || visited[i] {
			return nil, fmt.Errorf("child %d is out of range or has two parents", i)
		}
		visited[i] = true
		if v.parent >= 0 {
			if v.left {
				out[v.parent].Left = at
			} else {
				out[v.parent].Right = at
			}
		}
		if t.Left[i] == -1 {
			out = append(out, Node{Column: -1, Value: float64(t.Conditions[i]), Cover: t.SumHessian[i]})
			continue
		}
		q := Node{Column: t.Indices[i], MissingLeft: bool(t.DefaultLeft[i]), Cover: t.SumHessian[i]}
		if q.Column < 0 || int(q.Column) >= len(columns) {
			return nil, fmt.Errorf("node %d: column %d of %d", i, q.Column, len(columns))
		}
		c := &columns[q.Column]
		switch asSet := len(t.Types) > 0 && t.Types[i] == 1; {
		case asSet != (c.Levels != nil):
			return nil, fmt.Errorf("node %d: column %s is asked about both as a number and as a category", i, c.ID)
		case asSet:
			if *room -= len(c.Levels) / levelsPerKey; *room < 0 {
				return nil, fmt.Errorf("more than %d nodes in all (a question about many levels counts as several)", maxNodes)
			}
			q.Set = allBut(right[i], len(c.Levels))
		default:
			q.Threshold = below(float32(t.Conditions[i]))
		}
		out = append(out, q)
		stack = append(stack, visit{t.Right[i], at, false}, visit{t.Left[i], at, true})
	}
	return out, nil
}

// allBut returns the set of all levels but those listed.
func allBut(codes []int32, levels int) []uint64 {
	set := make([]uint64, (levels+63)/64)
	for l := range levels {
		set[l/64] |= 1 << (l % 64)
	}
	for _, c := range codes {
		set[c/64] &^= 1 << (c % 64)
	}
	return set
}

// below returns the largest x with float32(x) < t. Between t and the float32 below it, x rounds to the
// nearer and from the middle to the one with an even last bit.
func below(t float32) float64 {
	p := math.Nextafter32(t, float32(math.Inf(-1)))
	low := float64(p)
	if math.IsInf(low, -1) {
		low = -0x1p128 // where the next float32 would be
	}
	middle := low + (float64(t)-low)/2
	if math.Float32bits(p)&1 == 0 {
		return middle
	}
	return math.Nextafter(middle, math.Inf(-1))
}
