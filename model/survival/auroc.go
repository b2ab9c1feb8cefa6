package survival

import (
	"cmp"
	"math"
	"slices"
)

// Controls says whom a case is compared with.
type Controls int

const (
	// NotCases are all who are known not to have had the cause by the horizon: free, or taken by another
	// cause (Blanche, Dartigues and Jacqmin-Gadda 2013, definition (ii)). The question a caseworker asks:
	// has it come by then or not.
	NotCases Controls = iota
	// Free are only those still free of every cause (the same, definition (i)).
	Free
)

// AUROC returns the probability that a citizen whom the cause took by the horizon has a higher score than
// one whom it did not, a tie being worth a half: cumulative cases and dynamic controls, weighted for
// censoring (Uno et al. 2007; Hung and Chiang 2010). Without competing causes both kinds of Controls are
// the same. NaN if there are no cases or no controls, an error if a row cannot be weighted.
func AUROC(d Data, g *Curve, score []float64, cause int, horizon float64, against Controls) (float64, error) {
	lengths("AUROC", d, score)
	states, w, err := known(d, g, cause, horizon)
	if err != nil {
		return 0, err
	}
	order := byScore(score)
	var won, below, cases float64
	for from := 0; from < len(order); {
		var c, o float64
		to := from
		for ; to < len(order) && score[order[to]] == score[order[from]]; to++ {
			i := order[to]
			switch s := states[i]; {
			case s == hit:
				c += w[i]
			case s == free || s == other && against == NotCases:
				o += w[i]
			}
		}
		won += float64(c * (below + o/2))
		cases += c
		below += o
		if to == from {
			return math.NaN(), nil // a score that is not a number
		}
		from = to
	}
	return won / (cases * below), nil // 0/0 is NaN
}

// byScore returns the rows by rising score, ties by row.
func byScore(score []float64) []int {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(score[a], score[b]), cmp.Compare(a, b)) })
	return order
}
