package tree

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// plain walks the trees as their types say: the slow twin of everything that scores.
func plain(e *Ensemble, x []float64) float64 {
	sum := e.Base
	for t := range e.Trees {
		nodes := e.Trees[t].Nodes
		i := int32(0)
		for nodes[i].Column >= 0 {
			if goesLeft(e, &nodes[i], x) {
				i = nodes[i].Left
			} else {
				i = nodes[i].Right
			}
		}
		sum += nodes[i].Value
	}
	return sum
}

func goesLeft(e *Ensemble, n *Node, x []float64) bool {
	v, levels := x[n.Column], len(e.Columns[n.Column].Levels)
	if levels == 0 {
		return v <= n.Threshold || math.IsNaN(v) && n.MissingLeft
	}
	l := slices.IndexFunc(e.Columns[n.Column].Levels, func(s string) bool { return "l"+fmt.Sprint(v+0) == s })
	if l < 0 && e.Columns[n.Column].Other && !math.IsNaN(v) {
		l = levels - 1
	}
	if l < 0 {
		return n.MissingLeft
	}
	return l/64 < len(n.Set) && n.Set[l/64]>>(l%64)&1 == 1
}

// shape says what a random ensemble is like. Levels holds a column's number of levels, 0 for numeric ones.
type shape struct {
	levels        []int
	trees, leaves int
}

// grow returns an ensemble of that shape, grown leaf by leaf at random, with few thresholds so that values
// meet them.
func grow(rng *rand.Rand, s shape) *Ensemble {
	e := &Ensemble{Base: rng.NormFloat64()}
	for j, k := range s.levels {
		c := Column{ID: fmt.Sprint("c", j), Other: k > 0 && rng.IntN(2) == 0}
		for l := range k {
			c.Levels = append(c.Levels, fmt.Sprint("l", l))
		}
		e.Columns = append(e.Columns, c)
	}
	for range s.trees {
		nodes := []Node{{Column: -1, Value: rng.NormFloat64(), Cover: 1 + 1000*rng.Float64()}}
		leaves := []int32{0}
		for len(leaves) < s.leaves {
			k := rng.IntN(len(leaves))
			n := &nodes[leaves[k]]
			share := 0.05 + 0.9*rng.Float64()
			l, r := n.Cover*share, n.Cover*(1-share)
			j := rng.IntN(len(s.levels))
			*n = Node{Column: int32(j), MissingLeft: rng.IntN(2) == 0, Cover: n.Cover, Left: int32(len(nodes)), Right: int32(len(nodes)) + 1}
			if levels := s.levels[j]; levels > 0 {
				n.Set = make([]uint64, rng.IntN((levels+63)/64+1))
				for w := range n.Set {
					n.Set[w] = rng.Uint64()
					if rest := levels - 64*w; rest < 64 {
						n.Set[w] &= 1<<rest - 1
					}
				}
			} else {
				n.Threshold = []float64{-1.5, -1, math.Copysign(0, -1), 0, 0.25, 1, 2, math.SmallestNonzeroFloat64, -math.MaxFloat64, math.MaxFloat64, rng.NormFloat64(), rng.NormFloat64()}[rng.IntN(12)]
			}
			leaves[k] = n.Left
			leaves = append(leaves, n.Right)
			nodes = append(nodes, Node{Column: -1, Value: rng.NormFloat64(), Cover: l}, Node{Column: -1, Value: rng.NormFloat64(), Cover: r})
		}
		e.Trees = append(e.Trees, Tree{Nodes: nodes})
	}
	return e
}

// values returns columns of random values: missing ones, values at thresholds, infinities, and numbers that
// are no level.
func values(rng *rand.Rand, s shape, rows int) [][]float64 {
	x := make([][]float64, len(s.levels))
	for j, k := range s.levels {
		x[j] = make([]float64, rows)
		for i := range x[j] {
			odd := []float64{math.NaN(), -math.NaN(), math.Inf(1), math.Inf(-1), -1, math.Copysign(0, -1), 0, 0.25, 1, 2, 2.5, float64(k), math.SmallestNonzeroFloat64, -math.MaxFloat64, math.MaxFloat64}
			switch {
			case rng.IntN(3) == 0:
				x[j][i] = odd[rng.IntN(len(odd))]
			case k > 0:
				x[j][i] = float64(rng.IntN(k))
			default:
				x[j][i] = rng.NormFloat64()
			}
		}
	}
	return x
}

func row(x [][]float64, i int) []float64 {
	r := make([]float64, len(x))
	for j := range x {
		r[j] = x[j][i]
	}
	return r
}
