package tree

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// small is one tree: is c0 at most 1? if not, is c1 level 0 or 2?
func small() *Ensemble {
	return &Ensemble{
		Columns: []Column{{ID: "c0"}, {ID: "c1", Levels: []string{"a", "b", "c"}}},
		Base:    -1,
		Trees: []Tree{{Nodes: []Node{
			{Column: 0, Threshold: 1, Left: 1, Right: 2, MissingLeft: true, Cover: 10},
			{Column: -1, Value: 0.5, Cover: 4},
			{Column: 1, Set: []uint64{0b101}, Left: 3, Right: 4, Cover: 6},
			{Column: -1, Value: -0.25, Cover: 1},
			{Column: -1, Value: 2, Cover: 5},
		}}},
	}
}

func TestCheckNamesEachFault(t *testing.T) {
	require.NoError(t, small().Check())
	cases := []struct {
		name   string
		damage func(e *Ensemble, n []Node)
		want   string
	}{
		{"no id", func(e *Ensemble, _ []Node) { e.Columns[0].ID = "" }, "columns[0]: id"},
		{"same id", func(e *Ensemble, _ []Node) { e.Columns[1].ID = "c0" }, "columns[1]: id"},
		{"empty levels", func(e *Ensemble, _ []Node) { e.Columns[0].Levels = []string{} }, "an empty list of levels"},
		{"other of numbers", func(e *Ensemble, _ []Node) { e.Columns[0].Other = true }, "other without levels"},
		{"same level", func(e *Ensemble, _ []Node) { e.Columns[1].Levels[2] = "a" }, `"a" is there twice`},
		{"base", func(e *Ensemble, _ []Node) { e.Base = math.NaN() }, "base is NaN"},
		{"empty tree", func(e *Ensemble, _ []Node) { e.Trees[0].Nodes = nil }, "without nodes"},
		{"child before parent", func(_ *Ensemble, n []Node) { n[2].Left = 1 }, "nodes[2]: children 1 and 4, want 3 to 4"},
		{"child of itself", func(_ *Ensemble, n []Node) { n[2].Right = 2 }, "nodes[2]: children 3 and 2, want 3 to 4"},
		{"child beyond", func(_ *Ensemble, n []Node) { n[2].Right = 5 }, "nodes[2]: children 3 and 5, want 3 to 4"},
		{"two parents", func(_ *Ensemble, n []Node) { n[0].Right = 3 }, "nodes[2]: no node before it"},
		{"same child twice", func(_ *Ensemble, n []Node) { n[2].Right = 3 }, "nodes[2]: child 3 has another parent"},
		{"threshold", func(_ *Ensemble, n []Node) { n[0].Threshold = math.Inf(1) }, "nodes[0]: threshold +Inf"},
		{"value", func(_ *Ensemble, n []Node) { n[4].Value = math.NaN() }, "nodes[4]: threshold 0, value NaN"},
		{"value whose sum may overflow", func(_ *Ensemble, n []Node) { n[1].Value = 1e308 }, "nodes[1]: threshold 0, value 1e+308"},
		{"base whose sum may overflow", func(e *Ensemble, _ []Node) { e.Base = -1e308 }, "base is -1e+308"},
		{"value on a question", func(_ *Ensemble, n []Node) { n[0].Value = 1 }, "nodes[0]: value 1 on a question"},
		{"cover 0", func(_ *Ensemble, n []Node) { n[1].Cover = 0 }, "nodes[1]: cover is 0"},
		{"cover NaN", func(_ *Ensemble, n []Node) { n[1].Cover = math.NaN() }, "nodes[1]: cover is NaN"},
		{"cover not the sum", func(_ *Ensemble, n []Node) { n[4].Cover = 5.1 }, "nodes[2]: cover is 6, its children's are 6.1"},
		{"column", func(_ *Ensemble, n []Node) { n[0].Column = 2 }, "nodes[0]: column is 2, want -1 to 1"},
		{"column below", func(_ *Ensemble, n []Node) { n[0].Column = -2 }, "nodes[0]: column is -2"},
		{"leaf with child", func(_ *Ensemble, n []Node) { n[1].Left = 3 }, "nodes[1]: a leaf"},
		{"set on numeric", func(_ *Ensemble, n []Node) { n[0].Set = []uint64{1} }, "a set on the numeric column c0"},
		{"threshold on levels", func(_ *Ensemble, n []Node) { n[2].Threshold = 1 }, "a threshold on the categorical column c1"},
		{"level beyond", func(_ *Ensemble, n []Node) { n[2].Set[0] = 0b1000 }, "levels beyond the 3 of column c1"},
		{"long set", func(_ *Ensemble, n []Node) { n[2].Set = []uint64{1, 0} }, "a set of 2 words for the 3 levels"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := small()
			c.damage(e, e.Trees[0].Nodes)
			assert.ErrorContains(t, e.Check(), c.want)
		})
	}
}

func TestLimitsEndHostileFiles(t *testing.T) {
	chain := func(questions int) *Ensemble {
		e := &Ensemble{Columns: []Column{{ID: "a"}}, Trees: []Tree{{}}}
		n := make([]Node, 2*questions+1)
		for q := range questions {
			n[2*q] = Node{Column: 0, Left: int32(2*q + 2), Right: int32(2*q + 1), Cover: 1}
			n[2*q+1] = Node{Column: -1, Cover: 1e-9}
		}
		n[2*questions] = Node{Column: -1, Cover: 1}
		e.Trees[0].Nodes = n
		return e
	}
	assert.NoError(t, chain(maxDepth).Check())
	assert.ErrorContains(t, chain(maxDepth+1).Check(), "more than 512 questions on a path")

	e := &Ensemble{Columns: []Column{{ID: "a"}}, Trees: make([]Tree, maxTrees+1)}
	assert.ErrorContains(t, e.Check(), "65537 trees, want at most")

	e = small() // 3 questions of 1,000,000 levels are as long as 16,000 nodes each
	levels := make([]string, 1_000_000)
	for l := range levels {
		levels[l] = string([]rune{rune('0' + l%1000), rune('0' + l/1000)})
	}
	e.Columns[1].Levels = levels
	assert.NoError(t, e.Check())
	for range 300 {
		e.Trees = append(e.Trees, e.Trees[0])
	}
	assert.ErrorContains(t, e.Check(), "more than 4194304 nodes")
}

func TestReadAndWriteGiveTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := grow(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), drawShape(t))
		var first, second bytes.Buffer
		require.NoError(t, e.Write(&first))
		r, err := Read(bytes.NewReader(first.Bytes()))
		require.NoError(t, err)
		require.NoError(t, r.Write(&second))
		assert.Equal(t, first.String(), second.String())
	})
}

func TestWrittenFormIsALineForEachNode(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, small().Write(&b))
	assert.Equal(t, `{"columns": [
  {"id":"c0"},
  {"id":"c1","levels":["a","b","c"]}
 ],
 "base": -1,
 "trees": [
  {"nodes": [
    {"column":0,"threshold":1,"left":1,"right":2,"missing_left":true,"cover":10},
    {"column":-1,"value":0.5,"cover":4},
    {"column":1,"left":3,"right":4,"set":[5],"cover":6},
    {"column":-1,"value":-0.25,"cover":1},
    {"column":-1,"value":2,"cover":5}
  ]}
 ]}
`, b.String())
	e, err := Read(&b)
	require.NoError(t, err)
	assert.Equal(t, small(), e)
}

func TestReadRefusesWhatIsNoEnsemble(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "it is empty, want one ensemble",
		"{\"base\": 1,\n \"x\"}": "line 2, column 5",
		`{"bias": 1}`:            `unknown field "bias"`,
		`{"base": 1, "base": 2}`: `"base" is there twice (line 1, column 13)`,
		`{"base": 1} {}`:         "something follows the ensemble",
		`{"base": "1"}`:          "line 1, column 12",
		`{"trees":[{"nodes":[{"column":0,"cover":1}]}]}`: "trees[0].nodes[0]: column is 0",
	} {
		_, err := Read(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
}

func TestWriteRefusesWhatReadWould(t *testing.T) {
	e := small()
	e.Base = math.Inf(1)
	var b bytes.Buffer
	assert.ErrorContains(t, e.Write(&b), "base is +Inf")
	assert.Zero(t, b.Len())
}
