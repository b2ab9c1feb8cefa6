package tree

import (
	"errors"
	"fmt"
	"math"
)

// What an ensemble may be at most. A model of ours is a thousandth of it; a file that claims more was not
// made to be scored, and a chain of questions longer than maxDepth would make exact reasons take hours.
const (
	maxColumns = 1 << 16
	maxLevels  = 1 << 20 // in all columns together
	maxTrees   = 1 << 16
	maxNodes   = 1 << 22 // in all trees together; a question about k levels counts k/levelsPerKey times
	maxDepth   = 512     // questions on one path
)

// coverSlack is how far the covers of two children may be from their parent's, relative to it. Libraries
// store covers as float32 sums, so they do not add up exactly.
const coverSlack = 1e-3

// Check returns the first thing in the ensemble that scoring or explaining could not rely on: a child that
// does not come after its parent, is out of range or has two parents, a number that is not finite, a cover
// that is not positive or not the sum of its children's, a set on a numeric column or one that names levels
// the column does not have, and anything beyond the limits. The error names tree and node.
func (e *Ensemble) Check() error {
	levels, nodes := 0, 0
	if len(e.Columns) > maxColumns || len(e.Trees) > maxTrees {
		return fmt.Errorf("tree: %d columns and %d trees, want at most %d and %d", len(e.Columns), len(e.Trees), maxColumns, maxTrees)
	}
	seen := make(map[string]bool, len(e.Columns))
	for j, c := range e.Columns {
		if c.ID == "" || seen[c.ID] {
			return fmt.Errorf("tree: columns[%d]: id %q is empty or used twice", j, c.ID)
		}
		seen[c.ID] = true
		if c.Levels != nil && len(c.Levels) == 0 {
			return fmt.Errorf("tree: columns[%d] %s: an empty list of levels; a numeric column has none at all", j, c.ID)
		}
		if c.Other && len(c.Levels) == 0 {
			return fmt.Errorf("tree: columns[%d] %s: other without levels", j, c.ID)
		}
		named := make(map[string]bool, len(c.Levels))
		for l, s := range c.Levels {
			if named[s] {
				return fmt.Errorf("tree: columns[%d] %s: level %d: %q is there twice", j, c.ID, l, s)
			}
			named[s] = true
		}
		if levels += len(c.Levels); levels > maxLevels {
			return fmt.Errorf("tree: columns[%d] %s: more than %d levels in all", j, c.ID, maxLevels)
		}
	}
	if !logOdds(e.Base) {
		return fmt.Errorf("tree: base is %v, want a finite number", e.Base)
	}
	for ti := range e.Trees {
		for i := range e.Trees[ti].Nodes {
			nodes++
			if j := int(e.Trees[ti].Nodes[i].Column); j >= 0 && j < len(e.Columns) {
				nodes += len(e.Columns[j].Levels) / levelsPerKey
			}
		}
		if nodes > maxNodes {
			return fmt.Errorf("tree: trees[%d]: more than %d nodes in all (a question about many levels counts as several)", ti, maxNodes)
		}
		if ni, err := e.checkTree(e.Trees[ti].Nodes); err != nil {
			return fmt.Errorf("tree: trees[%d].nodes[%d]: %w", ti, ni, err)
		}
	}
	return nil
}

// checkTree returns the node with a fault. One pass is enough: children come after their parent, so a
// node's depth is known before it is looked at, and one that has no parent by then never gets one.
func (e *Ensemble) checkTree(nodes []Node) (int, error) {
	if len(nodes) == 0 {
		return 0, errors.New("a tree without nodes, want at least a leaf")
	}
	depth := make([]int16, len(nodes)) // 1 + questions above; 0: no parent seen
	depth[0] = 1
	for ni := range nodes {
		n := &nodes[ni]
		switch {
		case depth[ni] == 0:
			return ni, errors.New("no node before it has it as a child")
		case !(n.Cover > 0) || math.IsInf(n.Cover, 1):
			return ni, fmt.Errorf("cover is %v, want more than 0", n.Cover)
		case !finite(n.Threshold) || !logOdds(n.Value):
			return ni, fmt.Errorf("threshold %v, value %v, want finite numbers", n.Threshold, n.Value)
		case n.Column == -1:
			if n.Left != 0 || n.Right != 0 || n.Threshold != 0 || n.Set != nil || n.MissingLeft {
				return ni, errors.New("a leaf (column -1) with children, threshold, set or missing_left")
			}
			continue
		case n.Column < 0 || int(n.Column) >= len(e.Columns):
			return ni, fmt.Errorf("column is %d, want -1 to %d", n.Column, len(e.Columns)-1)
		case n.Value != 0:
			return ni, fmt.Errorf("value %v on a question, want it on leaves only", n.Value)
		}
		for _, c := range [2]int32{n.Left, n.Right} {
			if int(c) <= ni || int(c) >= len(nodes) {
				return ni, fmt.Errorf("children %d and %d, want %d to %d", n.Left, n.Right, ni+1, len(nodes)-1)
			}
			if depth[c] != 0 {
				return ni, fmt.Errorf("child %d has another parent too", c)
			}
			if depth[ni] > maxDepth {
				return ni, fmt.Errorf("more than %d questions on a path", maxDepth)
			}
			depth[c] = depth[ni] + 1
		}
		levels := len(e.Columns[n.Column].Levels)
		switch {
		case levels == 0 && n.Set != nil:
			return ni, fmt.Errorf("a set on the numeric column %s", e.Columns[n.Column].ID)
		case levels > 0 && n.Threshold != 0:
			return ni, fmt.Errorf("a threshold on the categorical column %s", e.Columns[n.Column].ID)
		}
		for w, bits := range n.Set {
			if beyond := 64*(w+1) - levels; bits != 0 && beyond > 0 && (beyond >= 64 || bits>>(64-beyond) != 0) {
				return ni, fmt.Errorf("the set names levels beyond the %d of column %s", levels, e.Columns[n.Column].ID)
			}
		}
		if len(n.Set) > (levels+63)/64 {
			return ni, fmt.Errorf("a set of %d words for the %d levels of column %s", len(n.Set), levels, e.Columns[n.Column].ID)
		}
	}
	for ni := range nodes {
		n := &nodes[ni]
		if n.Column < 0 {
			continue
		}
		if below := nodes[n.Left].Cover + nodes[n.Right].Cover; !(math.Abs(below-n.Cover) <= coverSlack*n.Cover) {
			return ni, fmt.Errorf("cover is %v, its children's are %v together", n.Cover, below)
		}
	}
	return 0, nil
}

// logOdds leaves room for the sums of all trees and for what reasons multiply them by.
func logOdds(x float64) bool { return math.Abs(x) <= 1e100 }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
