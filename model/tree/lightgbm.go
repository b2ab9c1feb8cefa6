package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// ReadLightGBMText reads a model with objective binary as LightGBM 2.3 to 4 save it (save_model). Linear
// trees, random forests, several classes and other objectives are refused by an error that says what it is.
//
// Sums of the leaves' values are the same float64, bit for bit, as LightGBM's raw scores, if the sigmoid
// parameter is 1; otherwise the values are multiplied by it. Covers are counts of rows, as its own
// contributions use them.
//
// LightGBM decides for each question what missing means. Where NaN is asked about as 0 it goes the way of
// 0 here. Where 0 is missing too (zero_as_missing), a question that sends 0 another way than its neighbours
// becomes three, and what is below it is there twice, each with half the cover, which changes neither
// scores nor reasons; a model in which that grows beyond the limits is refused.
//
// A categorical column has the names of the data frame's categories, if there was one, or else the codes 0
// and up. A code that no split lists goes right, as a missing one does.
func ReadLightGBMText(r io.Reader) (*Ensemble, error) {
	b, err := all(r)
	if err != nil {
		return nil, err
	}
	e, err := lgbRead(string(b))
	if err != nil {
		return nil, fmt.Errorf("tree: lightgbm: %w", err)
	}
	if err := e.Check(); err != nil {
		return nil, fmt.Errorf("lightgbm: %w", err)
	}
	return e, nil
}

// lgbSection is a part of the file: lines key=value.
type lgbSection map[string]string

// lgbSplit cuts the file into its head, its trees and the lists of category names.
func lgbSplit(text string) (head lgbSection, trees []lgbSection, pandas string, err error) {
	head = lgbSection{}
	at, ended := head, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if names, ok := strings.CutPrefix(line, "pandas_categorical:"); ok {
			pandas = names
		}
		if line == "end of trees" {
			ended = true
		}
		if ended {
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		if key == "Tree" {
			if len(trees) == maxTrees {
				return nil, nil, "", fmt.Errorf("more than %d trees", maxTrees)
			}
			at = lgbSection{}
			trees = append(trees, at)
		}
		if line != "" {
			at[key] = value
		}
	}
	if _, ok := head["tree"]; !ok {
		return nil, nil, "", errors.New("the first line is not \"tree\": not a model saved as text")
	}
	if !ended {
		return nil, nil, "", errors.New("no line \"end of trees\": the file is cut")
	}
	return head, trees, pandas, nil
}

// lgbNumbers reads a list of numbers; want < 0 takes any length.
func lgbNumbers[T any](s lgbSection, key string, want int, parse func(string) (T, error)) ([]T, error) {
	words := strings.Fields(s[key])
	if want >= 0 && len(words) != want {
		return nil, fmt.Errorf("%s has %d entries, want %d", key, len(words), want)
	}
	out := make([]T, len(words))
	for i, w := range words {
		var err error
		if out[i], err = parse(w); err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", key, i, err)
		}
	}
	return out, nil
}

func parseFloat(s string) (float64, error) { return strconv.ParseFloat(s, 64) }

func parseInt(s string) (int32, error) {
	v, err := strconv.ParseInt(s, 10, 32)
	return int32(v), err
}

func parseBits(s string) (uint32, error) {
	v, err := strconv.ParseUint(s, 10, 32)
	return uint32(v), err
}

// lgbTree is one tree as the file has it: questions and leaves are numbered apart, and a child below 0 is
// the leaf with that number's complement.
type lgbTree struct {
	column, kind, left, right []int32
	threshold                 []float64
	value                     []float64
	leafCount, count          []float64
	bounds                    []int32
	bits                      []uint32
}

// The bits of decision_type.
const (
	lgbCategorical = 1
	lgbDefaultLeft = 2
	lgbMissing     = 12 // none, zero or NaN
	lgbMissingZero = 4
	lgbMissingNaN  = 8
)

// lgbZero is what LightGBM takes for zero: anything not further from it.
const lgbZero = float64(float32(1e-35))

func lgbRead(text string) (*Ensemble, error) {
	head, sections, pandas, err := lgbSplit(text)
	if err != nil {
		return nil, err
	}
	if _, ok := head["average_output"]; ok {
		return nil, errors.New("a random forest (average_output), want boosting gbdt, dart or goss")
	}
	if !oneOf(head["num_class"], "1") || !oneOf(head["num_tree_per_iteration"], "1") {
		return nil, fmt.Errorf("num_class %q, num_tree_per_iteration %q, want 1 and 1", head["num_class"], head["num_tree_per_iteration"])
	}
	objective := strings.Fields(head["objective"])
	if len(objective) == 0 || objective[0] != "binary" {
		return nil, fmt.Errorf("objective is %q, want binary", head["objective"])
	}
	scale := 1.0
	for _, word := range objective[1:] {
		if s, ok := strings.CutPrefix(word, "sigmoid:"); ok {
			if scale, err = parseFloat(s); err != nil || !(scale > 0) {
				return nil, fmt.Errorf("objective: sigmoid is %q, want more than 0", s)
			}
		}
	}
	trees := make([]lgbTree, len(sections))
	for t, s := range sections {
		if err := trees[t].read(s); err != nil {
			return nil, fmt.Errorf("section Tree=%d: %w", t, err)
		}
	}
	e := &Ensemble{}
	if e.Columns, err = lgbColumns(head, trees, pandas); err != nil {
		return nil, err
	}
	room := maxNodes
	for t := range trees {
		b := lgbBuilder{tree: &trees[t], columns: e.Columns, scale: scale, room: &room}
		if err := b.check(); err != nil {
			return nil, fmt.Errorf("section Tree=%d: %w", t, err)
		}
		root := int32(0)
		if len(trees[t].column) == 0 {
			root = -1
		}
		if _, err := b.build(root, 1, 0); err != nil {
			return nil, fmt.Errorf("section Tree=%d: %w", t, err)
		}
		e.Trees = append(e.Trees, Tree{Nodes: b.out})
	}
	return e, nil
}

func (t *lgbTree) read(s lgbSection) error {
	leaves, err := strconv.Atoi(s["num_leaves"])
	if err != nil || leaves < 1 || leaves > maxNodes {
		return fmt.Errorf("num_leaves is %q, want 1 or more", s["num_leaves"])
	}
	if oneOf(s["is_linear"], "1") {
		return errors.New("a linear tree, want constant leaves (linear_tree=false)")
	}
	questions := leaves - 1
	var errs [10]error
	t.column, errs[0] = lgbNumbers(s, "split_feature", questions, parseInt)
	t.kind, errs[1] = lgbNumbers(s, "decision_type", questions, parseInt)
	t.left, errs[2] = lgbNumbers(s, "left_child", questions, parseInt)
	t.right, errs[3] = lgbNumbers(s, "right_child", questions, parseInt)
	t.threshold, errs[4] = lgbNumbers(s, "threshold", questions, parseFloat)
	t.count, errs[5] = lgbNumbers(s, "internal_count", questions, parseFloat)
	t.value, errs[6] = lgbNumbers(s, "leaf_value", leaves, parseFloat)
	t.bounds, errs[7] = lgbNumbers(s, "cat_boundaries", -1, parseInt)
	t.bits, errs[8] = lgbNumbers(s, "cat_threshold", -1, parseBits)
	if t.leafCount = []float64{1}; leaves > 1 { // a lone leaf may count no rows, and none are needed
		t.leafCount, errs[9] = lgbNumbers(s, "leaf_count", leaves, parseFloat)
	}
	return errors.Join(errs[:]...)
}

// set returns the words of the categories that go left from question q.
func (t *lgbTree) set(q int32) ([]uint32, error) {
	k := t.threshold[q]
	if !(k >= 0 && k < float64(len(t.bounds)-1)) {
		return nil, fmt.Errorf("question %d: set %v of %d", q, k, len(t.bounds)-1)
	}
	from, to := t.bounds[int(k)], t.bounds[int(k)+1]
	if from < 0 || to < from || int(to) > len(t.bits) {
		return nil, fmt.Errorf("question %d: cat_threshold from %d to %d of %d", q, from, to, len(t.bits))
	}
	return t.bits[from:to], nil
}

// lgbColumns names the columns and the levels of those that are categorical.
func lgbColumns(head lgbSection, trees []lgbTree, pandas string) ([]Column, error) {
	last, err := strconv.Atoi(head["max_feature_idx"])
	if err != nil || last < -1 || last >= maxColumns {
		return nil, fmt.Errorf("max_feature_idx is %q, want less than %d", head["max_feature_idx"], maxColumns)
	}
	names, infos := strings.Fields(head["feature_names"]), strings.Fields(head["feature_infos"])
	if len(names) != last+1 || len(infos) != last+1 {
		return nil, fmt.Errorf("%d feature_names and %d feature_infos, want %d", len(names), len(infos), last+1)
	}
	codes := make([]int32, last+1) // categorical: how many codes are known
	for j, info := range infos {
		if info == "none" || strings.HasPrefix(info, "[") {
			continue
		}
		for code := range strings.SplitSeq(info, ":") {
			v, err := parseInt(code)
			if err != nil || v >= maxColumns {
				return nil, fmt.Errorf("feature_infos[%d]: %q is not a code below %d", j, code, maxColumns)
			}
			codes[j] = max(codes[j], v+1, 1)
		}
	}
	for t := range trees {
		for q, j := range trees[t].column {
			if j < 0 || int(j) > last {
				return nil, fmt.Errorf("section Tree=%d: question %d: column %d of %d", t, q, j, last+1)
			}
			if trees[t].kind[q]&lgbCategorical == 0 {
				continue
			}
			set, err := trees[t].set(int32(q))
			if err != nil {
				return nil, fmt.Errorf("section Tree=%d: %w", t, err)
			}
			if len(set) > maxColumns/32 {
				return nil, fmt.Errorf("section Tree=%d: question %d: codes up to %d, want less than %d", t, q, 32*len(set), maxColumns)
			}
			codes[j] = max(codes[j], 1)
			for w, bits := range set {
				for b := range int32(32) {
					if bits>>b&1 == 1 {
						codes[j] = max(codes[j], int32(32*w)+b+1)
					}
				}
			}
		}
	}
	lists, err := lgbNames(pandas)
	if err != nil {
		return nil, err
	}
	columns := make([]Column, last+1)
	used, levels := 0, 0
	for j := range columns {
		if levels += int(codes[j]); levels > maxLevels {
			return nil, fmt.Errorf("feature_infos and cat_threshold: more than %d levels in all", maxLevels)
		}
		columns[j].ID = names[j]
		if codes[j] == 0 {
			continue
		}
		if len(lists) > 0 {
			if used < len(lists) {
				columns[j].Levels = lists[used]
			}
			used++
			if n := len(columns[j].Levels); int(codes[j]) > n {
				return nil, fmt.Errorf("column %s: code %d of %d names in pandas_categorical: are all categorical columns of the data frame of type category?", names[j], codes[j]-1, n)
			}
			continue
		}
		for k := range codes[j] {
			columns[j].Levels = append(columns[j].Levels, strconv.Itoa(int(k)))
		}
	}
	if len(lists) > 0 && used != len(lists) {
		return nil, fmt.Errorf("pandas_categorical names %d columns, and %d are categorical in the model: it cannot be told which is which (an ordered category, and one of a single value, is no category to LightGBM); leave these out or use codes instead of category columns", len(lists), used)
	}
	return columns, nil
}

// lgbNames reads the category names of the data frame: a list of lists, or null.
func lgbNames(pandas string) ([][]string, error) {
	if pandas == "" {
		return nil, nil
	}
	var lists [][]json.RawMessage
	if err := json.Unmarshal([]byte(pandas), &lists); err != nil {
		return nil, fmt.Errorf("pandas_categorical: %w", err)
	}
	out := make([][]string, len(lists))
	for i, list := range lists {
		for _, raw := range list {
			name := string(raw) // a number is named as it is written
			switch {
			case strings.HasPrefix(name, "\""):
				if err := json.Unmarshal(raw, &name); err != nil {
					return nil, fmt.Errorf("pandas_categorical[%d]: %w", i, err)
				}
			case name == "true": // as the data frame itself writes it
				name = "True"
			case name == "false":
				name = "False"
			}
			out[i] = append(out[i], name)
		}
	}
	return out, nil
}

// lgbBuilder lays a tree's questions out in one list, each before what is below it.
type lgbBuilder struct {
	tree    *lgbTree
	columns []Column
	scale   float64
	room    *int // nodes that may still be made
	out     []Node
}

// check sees that every question but the first and every leaf is below exactly one question.
func (b *lgbBuilder) check() error {
	t := b.tree
	seen := make([]bool, len(t.column)+len(t.value))
	for q := range t.column {
		for _, c := range [2]int32{t.left[q], t.right[q]} {
			i := int64(c)
			if c < 0 {
				i = int64(len(t.column)) + int64(^c)
			}
			if c == 0 || int(c) >= len(t.column) || i >= int64(len(seen)) || seen[i] {
				return fmt.Errorf("question %d: child %d is out of range or has two parents", q, c)
			}
			seen[i] = true
		}
	}
	return nil
}

func (b *lgbBuilder) add(n Node) (int32, error) {
	if *b.room--; *b.room < 0 {
		return 0, fmt.Errorf("more than %d nodes", maxNodes)
	}
	b.out = append(b.out, n)
	return int32(len(b.out) - 1), nil
}

// build adds child c and all below it with the given share of their covers, and returns where.
func (b *lgbBuilder) build(c int32, share float64, depth int) (int32, error) {
	t := b.tree
	if depth > maxDepth {
		return 0, fmt.Errorf("more than %d questions on a path", maxDepth)
	}
	if c < 0 {
		return b.add(Node{Column: -1, Value: t.value[^c] * b.scale, Cover: t.leafCount[^c] * share})
	}
	n := Node{Column: t.column[c], Cover: t.count[c] * share}
	kind, col := t.kind[c], &b.columns[t.column[c]]
	if kind&^(lgbCategorical|lgbDefaultLeft|lgbMissing) != 0 {
		return 0, fmt.Errorf("question %d: decision_type %d is unknown", c, kind)
	}
	if kind&lgbCategorical != 0 {
		set, err := t.set(c)
		if err != nil {
			return 0, err
		}
		if *b.room -= len(col.Levels) / levelsPerKey; *b.room < 0 { // as Check counts
			return 0, fmt.Errorf("more than %d nodes", maxNodes)
		}
		n.Set = make([]uint64, (len(col.Levels)+63)/64)
		for w, bits := range set {
			if bits != 0 {
				n.Set[w/2] |= uint64(bits) << (w % 2 * 32)
			}
		}
		return b.question(n, c, share, depth)
	}
	if col.Levels != nil {
		return 0, fmt.Errorf("question %d: column %s is asked about both as a number and as a category", c, col.ID)
	}
	thr, left := t.threshold[c], kind&lgbDefaultLeft != 0
	if math.IsInf(thr, 1) { // parts what is missing from all numbers
		thr = math.MaxFloat64
	}
	below := math.Nextafter(-lgbZero, math.Inf(-1))
	// Rows are read before they are asked: a value within lgbZero of 0 is 0, whatever missing means.
	switch {
	case thr >= 0 && thr < lgbZero:
		thr = lgbZero
	case thr < 0 && thr >= -lgbZero:
		thr = below
	}
	n.Threshold, n.MissingLeft = thr, left
	switch kind & lgbMissing {
	case 0: // NaN is asked about as 0
		n.MissingLeft = 0 <= thr
	case lgbMissingNaN:
	case lgbMissingZero: // what counts as zero goes where missing goes; see what that does to x <= thr
		switch {
		case left && thr >= lgbZero, !left && thr < -lgbZero:
		case left && thr >= -lgbZero:
			n.Threshold = lgbZero
		case !left && thr <= lgbZero:
			n.Threshold = below
		case left:
			return b.threeWays(n, c, [3]float64{thr, below, lgbZero}, share, depth)
		default:
			return b.threeWays(n, c, [3]float64{below, lgbZero, thr}, share, depth)
		}
	default:
		return 0, fmt.Errorf("question %d: decision_type %d is unknown", c, kind)
	}
	return b.question(n, c, share, depth)
}

// question adds n, which asks as question c does, and what is below it.
func (b *lgbBuilder) question(n Node, c int32, share float64, depth int) (int32, error) {
	at, err := b.add(n)
	if err != nil {
		return 0, err
	}
	if b.out[at].Left, err = b.build(b.tree.left[c], share, depth+1); err != nil {
		return 0, err
	}
	right, err := b.build(b.tree.right[c], share, depth+1)
	b.out[at].Right = right
	return at, err
}

// threeWays adds question c as three: values up to at[0] go left, from there to at[1] right, from there to
// at[2] left, and above right. n.MissingLeft says whether missing goes left, with those up to at[0] or
// right, with those up to at[1].
func (b *lgbBuilder) threeWays(n Node, c int32, thr [3]float64, share float64, depth int) (int32, error) {
	whole, missingLeft := n.Cover, n.MissingLeft
	half := share / 2
	l := b.coverOf(b.tree.left[c]) * half
	r := b.coverOf(b.tree.right[c]) * half
	var at [3]int32
	for i := range thr {
		n.Threshold = thr[i]
		n.Cover = [3]float64{whole, l + 2*r, l + r}[i]
		n.MissingLeft = i == 0 && missingLeft || i == 1 && !missingLeft
		var err error
		if at[i], err = b.add(n); err != nil {
			return 0, err
		}
		if i > 0 {
			b.out[at[i-1]].Right = at[i]
		}
		side := b.tree.left[c]
		if i == 1 {
			side = b.tree.right[c]
		}
		below, err := b.build(side, half, depth+1)
		if err != nil {
			return 0, err
		}
		b.out[at[i]].Left = below
	}
	last, err := b.build(b.tree.right[c], half, depth+1)
	b.out[at[2]].Right = last
	return at[0], err
}

func (b *lgbBuilder) coverOf(c int32) float64 {
	if c < 0 {
		return b.tree.leafCount[^c]
	}
	return b.tree.count[c]
}
