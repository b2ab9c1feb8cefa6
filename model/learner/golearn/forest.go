package golearn

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/sjwhitworth/golearn/trees"

	"github.com/rettidig/rettidig/model/learner"
)

var forestParams = []learner.Param{
	{Name: "trees", Default: "100", Kind: learner.Whole, Low: 1, High: 10000, Help: "how many"},
	{Name: "columns", Default: "auto", Kind: learner.Whole, Low: 1, High: 1e6, Words: []string{"auto"}, Help: "drawn for each tree; auto is half of them"},
}

// fitForest grows golearn's ID3 trees as its forest does: each on as many rows as there are, drawn with
// replacement, and on columns drawn for the whole tree, and a majority decides; a tie is no. The drawing is ours,
// as golearn's source of chance cannot be seeded and its trees grow on goroutines, whose panics end the program. Its
// trees take no numbers, which are cut at their quarters.
func fitForest(ctx context.Context, _ string, v learner.Values, t *learner.Table, seed uint64) (classify, error) {
	c := cutsOf(t)
	binned := binsOf(c, t.X)
	take := (len(c) + 1) / 2
	if !v.Is("columns", "auto") {
		take = min(v.Whole("columns"), len(c))
	}
	rng := rand.New(rand.NewPCG(seed, 0x666f72657374)) // "forest"
	type grown struct {
		tree    *trees.ID3DecisionTree
		grid    *grid
		columns []int
	}
	forest := make([]grown, v.Whole("trees"))
	for k := range forest {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		g := grown{trees.NewID3DecisionTree(0), newGrid(), rng.Perm(len(c))[:take]}
		var bins []int
		x, y := make([][]float64, take), make([]float64, len(t.Y))
		for _, j := range g.columns {
			bins = append(bins, c[j].bins())
		}
		g.grid.categorical(bins)
		for i := range y {
			r := rng.IntN(len(y))
			y[i] = t.Y[r]
			for at, j := range g.columns {
				x[at] = append(x[at], binned[j][r])
			}
		}
		if err := g.tree.Fit(g.grid.fill(x, y)); err != nil {
			return nil, err
		}
		forest[k] = g
	}
	return func(x [][]float64) ([]bool, error) {
		binned := binsOf(c, x)
		votes := make([]int, len(x[0]))
		for _, g := range forest {
			mine := make([][]float64, take)
			for at, j := range g.columns {
				mine[at] = binned[j]
			}
			said, err := g.grid.answers(g.tree.Predict(g.grid.fill(mine, nil)))
			if err != nil {
				return nil, err
			}
			for i, yes := range said {
				votes[i] += map[bool]int{true: 1, false: -1}[yes]
			}
		}
		out := make([]bool, len(votes))
		for i, n := range votes {
			out[i] = n > 0
		}
		return out, nil
	}, nil
}

func binsOf(c []cuts, x [][]float64) [][]float64 {
	out := make([][]float64, len(c))
	for j := range c {
		out[j] = make([]float64, len(x[j]))
		for i, v := range x[j] {
			out[j][i] = float64(c[j].bin(v))
		}
	}
	return out
}

var inf = math.Inf(1)

var knnParams = []learner.Param{
	{Name: "neighbours", Default: "15", Kind: learner.Whole, Low: 1, High: 10001, Help: "that vote"},
}

var logisticParams = []learner.Param{
	{Name: "c", Default: "1", Kind: learner.Number, Low: 0, Above: true, High: inf, Help: "weight of the loss against the squared penalty"},
	{Name: "eps", Default: "1e-6", Kind: learner.Number, Low: 0, Above: true, High: 1, Help: "when to stop"},
}
