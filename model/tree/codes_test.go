package tree

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNamedCodesScoreAsCodesDo: with as many names as codes are known, or many more.
func TestNamedCodesScoreAsCodesDo(t *testing.T) {
	ofLibraries(t, func(t *testing.T, name string, _ *Ensemble, s *said) {
		path := "testdata/" + name + ".model.txt"
		if strings.HasPrefix(name, "xgb") {
			path = "testdata/" + name + ".model.json"
		}
		for _, more := range []int{0, 1, 100} {
			plain, named := readModel(t, path), readModel(t, path)
			known := make([]int, len(named.Columns))
			for j := range named.Columns {
				n, ok := named.Columns[j].Coded()
				if !ok {
					continue
				}
				known[j] = n
				var names []string
				for l := range n + more {
					names = append(names, "level "+strconv.Itoa(l))
				}
				require.NoError(t, named.NameLevels(j, names))
				require.Equal(t, names, named.Columns[j].Levels)
				require.False(t, named.Columns[j].Other)
			}
			require.NoError(t, named.Check())
			a, b := plain.Compile(), named.Compile()
			compared := 0
			for _, r := range s.Rows {
				if x := numbers(r); allNamed(x, known, more) {
					require.Equal(t, a.LogOdds(x), b.LogOdds(x), "%v", x)
					compared++
				}
			}
			require.GreaterOrEqual(t, compared, 40)
			for j, n := range known {
				for l := range n + more {
					x := numbers(s.Rows[0])
					x[j] = float64(l)
					if n > 0 {
						require.Equal(t, a.LogOdds(x), b.LogOdds(x), "column %d, code %d of %d", j, l, n)
					}
				}
			}
		}
	})
}

// allNamed tells whether every code of the row has a name: one that has none is another than the model knows, or missing.
func allNamed(x []float64, known []int, more int) bool {
	for j, n := range known {
		if n > 0 && x[j] >= float64(n+more) {
			return false
		}
	}
	return true
}

func TestNamesThatDoNotFitTheCodesAreRefused(t *testing.T) {
	e := &Ensemble{Columns: []Column{{ID: "age"}, {ID: "home", Levels: []string{"alone", "couple"}}, {ID: "aid", Levels: []string{"0", "1", ""}, Other: true}},
		Trees: []Tree{{Nodes: []Node{{Column: 2, Left: 1, Right: 2, Set: []uint64{0b101}, Cover: 2}, {Column: -1, Value: -1, Cover: 1}, {Column: -1, Value: 1, Cover: 1}}}}}
	require.NoError(t, e.Check())
	for want, try := range map[string]struct {
		column int
		names  []string
	}{
		"column age is numeric and has no levels to name":                                 {0, []string{"a"}},
		`column home has names already: "alone" and so on`:                                {1, []string{"a", "b"}},
		"column aid: 1 names, want one for each of the codes 0 to 1 that the model knows": {2, []string{"a"}},
		`column aid: the name of code 1, "a", is empty or there twice`:                    {2, []string{"a", "a"}},
		`column aid: the name of code 0, "", is empty or there twice`:                     {2, []string{"", "a"}},
	} {
		assert.EqualError(t, e.NameLevels(try.column, try.names), want)
	}
	assert.Equal(t, []uint64{0b101}, e.Trees[0].Nodes[0].Set)
	require.NoError(t, e.NameLevels(2, []string{"stick", "frame"}))
	assert.Equal(t, []uint64{0b01}, e.Trees[0].Nodes[0].Set, "what stands for others has no level any more")
	require.NoError(t, e.Check())
}
