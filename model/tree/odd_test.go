package tree

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fray gives every node a cover that does not add up, as far as Check lets pass.
func fray(rng *rand.Rand, e *Ensemble) {
	for t := range e.Trees {
		for i := range e.Trees[t].Nodes {
			e.Trees[t].Nodes[i].Cover *= 1 + 4e-4*(2*rng.Float64()-1)
		}
	}
}

// stretch gives an ensemble covers from the smallest to the largest, so that shares round to 0 and 1, and values up to
// the largest that Check lets pass.
func stretch(rng *rand.Rand, e *Ensemble) {
	covers := []float64{math.SmallestNonzeroFloat64, 1e-300, 1e-17, 1, 1, 1, 3, 1e16, 1e300}
	values := []float64{0, 1e-300, -1, 1, 2, -1e100, 1e100}
	for t := range e.Trees {
		nodes := e.Trees[t].Nodes
		for i := len(nodes) - 1; i >= 0; i-- {
			if n := &nodes[i]; n.Column < 0 {
				n.Cover, n.Value = covers[rng.IntN(len(covers))], values[rng.IntN(len(values))]
			} else {
				n.Cover = nodes[n.Left].Cover + nodes[n.Right].Cover
			}
		}
	}
}

// size is as much as the trees can pay.
func size(e *Ensemble) float64 {
	sum := math.Abs(e.Base)
	for _, t := range e.Trees {
		most := 0.0
		for _, n := range t.Nodes {
			most = max(most, math.Abs(n.Value))
		}
		sum += most
	}
	return sum
}

// explainedAsBySlowTwins compares the log odds and the reasons of a row with those of the slow twins. A row of the square
// of interactions adds up to the column's contribution.
func explainedAsBySlowTwins(t require.TestingT, e *Ensemble, sc *Scorer, x []float64) {
	p := len(x)
	dst, square := make([]float64, p+1), make([]float64, (p+1)*(p+1))
	require.Equal(t, math.Float64bits(plain(e, x)), math.Float64bits(sc.LogOdds(x)), "log odds of %v", x)
	want, pairs := shapley(p, func(known uint) float64 { return coalition(e, x, known) })
	slack := 1e-11 * max(1, size(e))
	sc.Contributions(dst, x)
	require.InDeltaSlice(t, want, dst, slack, "contributions of %v", x)
	sc.Interactions(square, x)
	for i := range p {
		sum := 0.0
		for j := range p {
			sum += square[i*(p+1)+j]
			if i != j {
				require.InDelta(t, pairs[i][j], square[i*(p+1)+j], slack, "columns %d and %d of %v", i, j, x)
			}
		}
		require.InDelta(t, dst[i], sum, slack, "row %d of the square of %v", i, x)
	}
}

func TestCoversThatDoNotAddUpAndExtremesAreExplainedExactly(t *testing.T) {
	for name, change := range map[string]func(*rand.Rand, *Ensemble){"frayed": fray, "stretched": stretch} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				s := drawSmall(t)
				rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
				e := grow(rng, s)
				change(rng, e)
				explainedAsBySlowTwins(t, e, e.Compile(), row(values(rng, s, 1), 0))
			})
		})
	}
}

// full is a tree of 2^depth leaves whose question q of level l asks about ask(l, q).
func full(depth int, ask func(level, q int) int32) Tree {
	nodes := make([]Node, 2<<depth-1)
	for i := range nodes {
		nodes[i] = Node{Column: -1, Value: float64(i%7) - 3, Cover: 1 + float64(i%3)}
	}
	for i := 1<<depth - 2; i >= 0; i-- {
		level := 0
		for 2<<level <= i+1 {
			level++
		}
		l, r := 2*i+1, 2*i+2
		nodes[i] = Node{Column: ask(level, i+1-1<<level), Threshold: float64(i%5)/2 - 1, Left: int32(l), Right: int32(r), MissingLeft: i%2 == 0, Cover: nodes[l].Cover + nodes[r].Cover}
	}
	return Tree{Nodes: nodes}
}

func numeric(columns int) (all []Column) {
	for j := range columns {
		all = append(all, Column{ID: fmt.Sprint("c", j)})
	}
	return all
}

// odd returns ensembles of which some lists that reasons are laid out in are empty, or long.
func odd() map[string]*Ensemble {
	rng := rand.New(rand.NewPCG(5, 1))
	leaf := Tree{Nodes: []Node{{Column: -1, Value: 2, Cover: 1}}}
	turns := func(columns int) func(level, q int) int32 {
		return func(level, _ int) int32 { return int32(level % columns) }
	}
	all := map[string]*Ensemble{
		"no tree":                  {Columns: numeric(2), Base: 1},
		"no column":                {Trees: []Tree{leaf, leaf}},
		"leaves only":              {Columns: numeric(2), Trees: []Tree{leaf, leaf}},
		"one question":             {Columns: numeric(1), Trees: []Tree{full(1, turns(1))}},
		"stumps":                   grow(rng, shape{levels: make([]int, 5), trees: 300, leaves: 2}),
		"only ends below the root": {Columns: numeric(2), Trees: []Tree{full(2, turns(2))}},
		"no end":                   {Columns: numeric(1), Trees: []Tree{full(5, turns(1)), leaf}},
		"ends that ask again, too": {Columns: numeric(6), Trees: []Tree{full(2, func(level, q int) int32 { return int32(level * q) }), full(1, turns(1))}},
		"several depths":           {Columns: numeric(5), Trees: []Tree{full(6, turns(5)), full(3, turns(3)), leaf, full(1, turns(1))}},
		"wide and narrow": {
			Columns: numeric(300),
			Trees:   []Tree{full(8, func(level, q int) int32 { return int32(level*31+q) % 300 }), full(2, turns(2)), full(9, func(_, q int) int32 { return int32(q % 300) })},
		},
		"many levels":     grow(rng, shape{levels: []int{0, 64, 400, 63, 126}, trees: 9, leaves: 40}),
		"many columns":    {Columns: numeric(maxColumns), Trees: []Tree{full(7, func(_, q int) int32 { return int32(maxColumns - 1 - q) })}},
		"many leaves":     {Columns: numeric(7), Trees: []Tree{full(1, turns(1)), full(15, turns(7))}},
		"a chain":         chain(maxDepth),
		"a chain, again":  chain(maxDepth),
		"chains and more": chain(40),
	}
	for i := range all["a chain, again"].Trees[0].Nodes {
		if n := &all["a chain, again"].Trees[0].Nodes[i]; n.Column >= 0 {
			n.Column %= 100
		}
	}
	more := all["chains and more"]
	more.Trees = append(more.Trees, full(1, turns(1)), leaf, full(5, turns(4)), chain(17).Trees[0], chain(16).Trees[0], chain(33).Trees[0])
	return all
}

// TestOddEnsemblesAreExplained: at missing and infinite values, at thresholds and around them.
func TestOddEnsemblesAreExplained(t *testing.T) {
	for name, e := range odd() {
		require.NoError(t, e.Check(), name)
		sc := e.Compile()
		x, dst := make([]float64, len(e.Columns)), make([]float64, len(e.Columns)+1)
		rng := rand.New(rand.NewPCG(8, 1))
		for i, v := range []float64{0, math.NaN(), math.Inf(1), math.Inf(-1), -1, 0.3} {
			for j := range x {
				if x[j] = v; i == 5 {
					x[j] = float64(rng.IntN(6))/2 - 1
				}
			}
			sc.Contributions(dst, x)
			sum := 0.0
			for _, v := range dst {
				sum += v
			}
			require.Equal(t, plain(e, x), sc.LogOdds(x), "%s, values %v", name, v)
			require.InDelta(t, plain(e, x), sum, 1e-11*max(1, size(e)), "%s, values %v", name, v)
			if len(x) < 8 && len(e.Trees) < 100 && name != "many leaves" {
				explainedAsBySlowTwins(t, e, sc, slices.Clone(x))
			}
		}
	}
}

// TestTermsThatAreNotKeptAreTheSame: models that have too many work them out for each row.
func TestTermsThatAreNotKeptAreTheSame(t *testing.T) {
	defer func(most int) { mostKept = most }(mostKept)
	for _, s := range []shape{{levels: make([]int, 5), trees: 30, leaves: 40}, {levels: make([]int, 90), trees: 3, leaves: 900}} {
		rng := rand.New(rand.NewPCG(3, 1))
		e := grow(rng, s)
		x := row(values(rng, s, 1), 0)
		var said [3][]float64
		for i, most := range []int{1 << 18, 500, 0} {
			mostKept = most
			sc := e.Compile()
			said[i] = make([]float64, len(x)+1)
			sc.Contributions(said[i], x)
			r := sc.reasons()
			assert.LessOrEqual(t, r.kept, most)
			assert.Equal(t, most == 1<<18, r.fresh == 0)
		}
		assert.Equal(t, said[0], said[1])
		assert.Equal(t, said[0], said[2])
	}
}

// spoil leaves what no row would in a room.
func spoil(w *room) {
	for i := range w.keys {
		for l := range w.keys[i] {
			w.keys[i][l] = allBits
		}
		w.row[i] = allBits
	}
	for i := range w.leaf {
		w.leaf[i] = math.NaN()
	}
	for i := range w.says {
		w.says[i] = 0xff
	}
	for i := range w.right {
		w.right[i] = true
	}
	nan := math.NaN()
	bad := vec{nan, nan, nan, nan, nan, nan, nan, nan}
	for i := range w.at {
		w.at[i] = bad
	}
	for i := range w.phi {
		w.phi[i] = bad
	}
	for i := range w.terms {
		w.terms[i] = term{bad, bad}
	}
	for i := range w.track.does {
		w.track.does[i], w.track.sum[i] = 0xff, [fours]float64{nan, nan, nan, nan}
	}
	for i := range w.bytes {
		w.bytes[i] = [bundle]uint64{allBits, allBits, allBits, allBits}
	}
}

// TestScorersThatShareRoomsDoNotDisturbOneAnother: small models after large ones and at the same time, in rooms that were
// left in disorder.
func TestScorersThatShareRoomsDoNotDisturbOneAnother(t *testing.T) {
	shapes := []shape{
		{levels: make([]int, 3), trees: 4, leaves: 8},
		{levels: make([]int, 300), trees: 2, leaves: 500},
		{levels: []int{0, 0, 130, 3}, trees: 20, leaves: 20},
		{levels: make([]int, 1), trees: 1, leaves: 1},
		{levels: make([]int, 40), trees: 30, leaves: 2},
		{levels: make([]int, 9), trees: 12, leaves: 31},
	}
	const rows = 9
	type model struct {
		sc    *Scorer
		x     [][]float64
		table [][]float64
	}
	answers := func(m *model, i int) []float64 {
		p := len(m.table)
		all := make([]float64, p+1, 3*p+3+rows)
		m.sc.Contributions(all, m.x[i])
		if p < 50 {
			square := make([]float64, (p+1)*(p+1))
			m.sc.Interactions(square, m.x[i])
			all = append(all, square...)
		}
		all = append(all, m.sc.LogOdds(m.x[i]))
		batch := make([]float64, rows)
		m.sc.Batch(batch, m.table, 1)
		return append(all, batch...)
	}
	var models []*model
	var want [rows][][]float64
	for k, s := range shapes {
		rng := rand.New(rand.NewPCG(uint64(k), 1))
		m := &model{sc: grow(rng, s).Compile(), table: values(rng, s, rows)}
		for i := range rows {
			m.x = append(m.x, row(m.table, i))
			rooms = sync.Pool{New: func() any { return new(room) }}
			want[i] = append(want[i], answers(m, i))
		}
		models = append(models, m)
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range rows {
				for k := range models {
					k = (k*(1+4*(g&1)) + g) % len(models)
					w := rooms.Get().(*room)
					spoil(w)
					rooms.Put(w)
					assert.Equal(t, want[i][k], answers(models[k], i), "row %d of model %d", i, k)
				}
			}
		})
	}
	wg.Wait()
}
