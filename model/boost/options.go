package boost

import (
	"errors"
	"fmt"
	"math"
)

// Growth is the order in which leaves are split.
type Growth int

const (
	LeafWise  Growth = iota // the leaf with the largest gain next
	DepthWise               // the shallowest leaf next; of equally deep ones the older
)

// Objective names what the outcome is. Both have the same loss.
type Objective int

const (
	// Binary: a row is a case, and the trees give the log odds that it is a 1.
	Binary Objective = iota
	// Hazard: a row is a person in a period at whose beginning the event had not yet happened, and a 1 is
	// the event in that period. The trees give the log odds of the hazard: the likelihood of discrete-time
	// survival is that of a logistic regression on such rows (Singer and Willett 1993). Period is a column
	// if the effects may differ between periods; the base hazard of each period enters as the offset (see
	// BaseHazard). Group must be given, since a person has many rows.
	Hazard
)

// Options of Train; start from Defaults. The range of each field stands beside it.
type Options struct {
	Objective Objective
	Trees     int     // 1 or more; the most there can be when stopping early
	Rate      float64 // (0, 1]: what each tree's values are multiplied by
	Leaves    int     // 2 to 65535 in a tree
	Depth     int     // most questions on a path; 0: as many as the leaves allow
	Growth    Growth
	Bins      int // 2 to 255 for the values of a column; missing has a bin of its own

	Lambda   float64 // 0 or more: squared penalty on the values of leaves
	Alpha    float64 // 0 or more: absolute penalty on the values of leaves
	MinChild float64 // 0 or more: least sum of hessians, weight times p(1-p), in a leaf
	MinRows  int     // 1 or more: fewest rows in a leaf
	MinGain  float64 // 0 or more: a split must lower the loss by more than this

	RowShare    float64 // (0, 1]: of the groups, drawn anew for each tree
	ColumnShare float64 // (0, 1]: of the columns, at least one, drawn anew for each tree

	// Categorical columns. With at most OneVsRest levels in a node each is tried against the rest.
	// Otherwise levels are put in order of G/(H+Smooth) and cut in two (Fisher 1958), the two sides being
	// penalised with CatLambda on top of Lambda, since the order was learned from the same rows.
	OneVsRest int     // 0 or more
	Smooth    float64 // 0 or more
	CatLambda float64 // 0 or more
	CatCharge float64 // 0 or more: times what the best cut of as many levels gains when they say nothing; 1 takes just that off the gain

	Monotone     []int8  // per column +1: never falls with it, -1: never rises, 0: free; nil: all free
	Interactions [][]int // only columns that share a list may meet on a path; a column in no list stands alone; nil: all may

	// The number of trees is chosen on rows held out, and then all rows are learned from with as many.
	Held       float64 // [0, 1): share of the groups that is held out; 0: none
	Folds      int     // 2 or more: by cross-validation with so many folds; 0: not so
	MoreLeaves int     // with Folds, taken instead of Leaves if the loss is lower by more than its standard error; 0: not tried
	Patience   int     // 1 or more trees without a lower held-out loss end the search; only with Held or Folds

	Seed     uint64
	Workers  int                   // threads; 0: as many as there are processors. The result does not depend on it
	Progress func(done, total int) // called after each tree; nil: not
}

func (o Options) check(columns int, t Table) error {
	var errs []error
	check := func(ok bool, field string, got any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("boost: %s is %v, want %s", field, got, want))
		}
	}
	atLeast0 := func(x float64, field string) { check(x >= 0 && x < math.MaxFloat64, field, x, "0 or more") }
	check(o.Objective == Binary || o.Objective == Hazard, "objective", int(o.Objective), "Binary or Hazard")
	check(o.Objective != Hazard || t.Group != nil, "group", "nil", "the person of each row, since the objective is Hazard")
	check(o.Trees >= 1, "trees", o.Trees, "1 or more")
	check(o.Rate > 0 && o.Rate <= 1, "rate", o.Rate, "in (0, 1]")
	check(o.Leaves >= 2 && o.Leaves <= math.MaxUint16, "leaves", o.Leaves, "2 to 65535")
	check(o.Depth >= 0, "depth", o.Depth, "0 or more")
	check(o.Growth == LeafWise || o.Growth == DepthWise, "growth", int(o.Growth), "LeafWise or DepthWise")
	check(o.Bins >= 2 && o.Bins <= 255, "bins", o.Bins, "2 to 255")
	atLeast0(o.Lambda, "lambda")
	atLeast0(o.Alpha, "alpha")
	atLeast0(o.MinChild, "min child weight")
	check(o.MinRows >= 1, "min rows", o.MinRows, "1 or more")
	atLeast0(o.MinGain, "min gain")
	check(o.RowShare > 0 && o.RowShare <= 1, "row share", o.RowShare, "in (0, 1]")
	check(o.ColumnShare > 0 && o.ColumnShare <= 1, "column share", o.ColumnShare, "in (0, 1]")
	check(o.OneVsRest >= 0, "one-vs-rest levels", o.OneVsRest, "0 or more")
	atLeast0(o.Smooth, "category smoothing")
	atLeast0(o.CatLambda, "category lambda")
	atLeast0(o.CatCharge, "category charge")
	check(o.Monotone == nil || len(o.Monotone) == columns, "monotone", len(o.Monotone), fmt.Sprintf("nothing or a sign for each of the %d columns", columns))
	for j, m := range o.Monotone {
		check(m >= -1 && m <= 1, fmt.Sprintf("monotone[%d]", j), m, "-1, 0 or 1")
		check(m == 0 || j >= columns || !t.categorical(j), fmt.Sprintf("monotone[%d]", j), m, "0, since the column is categorical and has no order")
	}
	for k, list := range o.Interactions {
		for _, j := range list {
			check(j >= 0 && j < columns, fmt.Sprintf("interactions[%d]", k), j, fmt.Sprintf("column numbers below %d", columns))
		}
	}
	check(o.Held >= 0 && o.Held < 1, "held share", o.Held, "in [0, 1)")
	check(o.Folds == 0 || o.Folds >= 2, "folds", o.Folds, "0, or 2 or more")
	check(o.Folds == 0 || o.Held == 0, "held share", o.Held, "0 when there are folds")
	check(o.MoreLeaves == 0 || o.MoreLeaves > o.Leaves && o.MoreLeaves <= math.MaxUint16, "more leaves", o.MoreLeaves, "0 or more than leaves, to 65535")
	check(o.Held == 0 && o.Folds == 0 || o.Patience >= 1, "patience", o.Patience, "1 or more")
	check(o.Workers >= 0, "workers", o.Workers, "0 or more")
	return errors.Join(errs...)
}
