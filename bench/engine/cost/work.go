package main

import (
	"math"

	"github.com/rettidig/rettidig/model/glm"
	"github.com/rettidig/rettidig/model/tree"
)

// work is what a training cannot do without, whoever programs the algorithm. README.md derives each figure.
type work struct {
	Bytes  float64 `json:"bytes"`   // that pass between the processor and where the table's size puts them
	Live   float64 `json:"live"`    // bytes gone through again and again: they say where they lie
	Adds   float64 `json:"adds"`    // to a cell of a histogram
	Exps   float64 `json:"exps"`    // exponentials
	MulAdd float64 `json:"mul_add"` // multiplications with an addition
}

// Bytes of one row in the steps of a tree; README.md names them.
const (
	gradientBytes  = 8 + 8 + 8 + 2 + 8 // log odds read and written, label, leaf of the last tree, cell
	cellBytes      = 8
	partitionBytes = 1 + 4 + 4 // bin, row number read and written
	leafBytes      = 4 + 8 + 2 // row number, derivatives, leaf
)

// boostWork counts the rows of the trees that were grown.
func boostWork(trees []tree.Tree, rows, columns, leaves, minRows int) work {
	n, p := float64(rows), float64(columns)
	w := work{Bytes: n * p * (8 + 1), Live: n * (p + cellBytes)}
	for _, t := range trees {
		counted, parted := counts(t, leaves, minRows)
		w.Bytes += n*(gradientBytes+leafBytes) + counted*(p+cellBytes) + parted*partitionBytes
		w.Adds += counted * p
		w.Exps += n
	}
	return w
}

// counts returns for how many rows histograms are needed, all rows first and then the smaller of each two
// siblings, and how many rows are parted at the nodes. The two of the last split need no histogram if the tree
// has all its leaves, nor do two that are too small to be split.
func counts(t tree.Tree, leaves, minRows int) (counted, parted float64) {
	counted = t.Nodes[0].Cover
	full := len(t.Nodes) == 2*leaves-1
	for _, n := range t.Nodes {
		if n.Column < 0 {
			continue
		}
		parted += n.Cover
		l, r := t.Nodes[n.Left].Cover, t.Nodes[n.Right].Cover
		if last := full && int(max(n.Left, n.Right)) == len(t.Nodes)-1; !last && max(l, r) >= float64(2*minRows) {
			counted += min(l, r)
		}
	}
	return counted, parted
}

// gamWork is that of so many cycles over columns and over pairs, in each of the bags.
func gamWork(rows, columns, pairs, bags, cycles, pairCycles int) work {
	n, p, q, b := float64(rows), float64(columns), float64(pairs), float64(bags)
	const row = 4 * 4               // residual, curvature, change read and written
	const cycle = 4 + 8 + 1 + 8 + 4 // the quadratic: score read and written, residual and curvature written, label
	steps := float64(cycles) * p
	pairSteps := float64(pairCycles) * q
	ranked := p * (p - 1) / 2
	return work{
		Bytes: n*p*(8+2) + b*n*(steps*(row+2)+pairSteps*(row+4)+float64(cycles+pairCycles)*cycle) + n*ranked*(8+2),
		Live:  n * row,
		Adds:  n*ranked + b*n*(steps+pairSteps),
		Exps:  b * n * float64(cycles+pairCycles),
	}
}

// glmWork is one pass over the rows for each penalty: the columns with a coefficient move the log odds, and
// the gradient of every column is looked at.
func glmWork(t table, path []glm.Step) work {
	n := float64(len(t.y))
	kept := make([]float64, len(t.x)) // values that a column cannot leave out
	holes := make([]float64, len(t.x))
	for j, x := range t.x {
		zeros := 0.0
		for _, v := range x {
			if v == 0 {
				zeros++
			}
			if math.IsNaN(v) {
				holes[j]++
			}
		}
		kept[j] = n - zeros
	}
	w := work{}
	var all float64
	for j := range t.x {
		w.Bytes += n*8 + kept[j]*8
		all += kept[j] + holes[j]
	}
	w.Live = all*8 + n*48
	for _, s := range path {
		w.Bytes += all*8 + n*48 // log odds read and written, label, weight, probability and residual written
		w.Exps += n
		w.MulAdd += all
		for j, term := range s.Model.Terms {
			if term.Coef != 0 {
				w.MulAdd += kept[j]
			}
			if term.MissingCoef != 0 {
				w.MulAdd += holes[j]
			}
		}
	}
	return w
}
