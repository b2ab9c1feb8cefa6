package gam

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/rettidig/rettidig/internal/parallel"
)

// Table is what is learned from. X[j][i] is column j of row i; NaN is missing. Of a categorical column Levels[j] names the levels and
// X[j] holds their numbers; of a numeric column Levels[j] is nil, and so may Levels be. IDs names the columns. Y is 0 or 1. W are
// weights above 0, nil for one each. Rows of one Group (a citizen) are never parted by the bags; nil: each row is its own. Offset are log
// odds that are known beforehand and are no part of the model; nil for none.
type Table struct {
	IDs          []string
	Levels       [][]string
	X            [][]float64
	Y, W, Offset []float64
	Group        []int32
}

// Options of a fit. The zero value of a field takes the default in brackets.
type Options struct {
	Seed     uint64  // decides which groups each bag holds out
	Workers  int     // [one for each processor] goroutines; the model is the same for any number
	Bags     int     // [8] fits that are averaged; up to 8 of them hold out equal parts, more begin a new deal
	Bins     int     // [256] of a column, with the missing bin
	PairBins int     // [32] of a column in pairs, with the missing bin
	Leaves   int     // [3, or 6 from 10,000 rows on] of a tree on one column at most, besides the missing bin
	MinLeaf  float64 // [5] weight of the rows of a leaf
	Lambda   float64 // [1] added to the curvature of a leaf; a row has up to 1/4
	Rate     float64 // [0.2] share of a step that is taken
	Heat     float64 // [2] how far cuts that gain less than the best are listened to; near 0 only the best counts
	Cycles   int     // [1000] at most, over the columns and again over the pairs
	Patience int     // [10] cycles without improvement before it ends
	Pairs    int     // [0: as many as prove worth it, up to three for each column] terms on pairs at most; negative: none
	Monotone []int8  // of each column: 1 rising, -1 falling, 0 free; nil: all free. Numeric columns only
	Smooth   float64 // [0: as boosted] how strongly the shapes of numbers are smoothed

	Progress func(done, total int) // called from one goroutine at a time; total is an upper bound until done reaches it
}

func (o Options) filled(n int) Options {
	set := func(v *int, to int) {
		if *v == 0 {
			*v = to
		}
	}
	setf := func(v *float64, to float64) {
		if *v == 0 {
			*v = to
		}
	}
	set(&o.Workers, runtime.GOMAXPROCS(0))
	set(&o.Bags, 8)
	set(&o.Bins, maxBins)
	set(&o.PairBins, maxPairBins)
	if n >= large {
		set(&o.Leaves, 6)
	}
	set(&o.Leaves, 3)
	setf(&o.MinLeaf, 5)
	setf(&o.Lambda, 1)
	setf(&o.Rate, 0.2)
	setf(&o.Heat, 2)
	set(&o.Cycles, 1000)
	set(&o.Patience, 10)
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return o
}

func (o *Options) check(t *Table) error {
	var errs []error
	check := func(ok bool, field string, got any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("gam: %s is %v, want %s", field, got, want))
		}
	}
	check(o.Workers > 0, "workers", o.Workers, "1 or more")
	check(o.Bags >= 2, "bags", o.Bags, "2 or more")
	check(o.Bins >= 3 && o.Bins <= maxBins, "bins", o.Bins, "in [3, 256]")
	check(o.PairBins >= 3 && o.PairBins <= maxPairBins, "pair bins", o.PairBins, "in [3, 32]")
	check(o.Leaves >= 2, "leaves", o.Leaves, "2 or more")
	check(o.MinLeaf > 0 && finite(o.MinLeaf), "min leaf", o.MinLeaf, "above 0")
	check(o.Lambda > 0 && finite(o.Lambda), "lambda", o.Lambda, "above 0")
	check(o.Rate > 0 && o.Rate <= 1, "rate", o.Rate, "in (0, 1]")
	check(o.Heat > 0 && finite(o.Heat), "heat", o.Heat, "above 0")
	check(o.Cycles > 0, "cycles", o.Cycles, "1 or more")
	check(o.Patience > 0, "patience", o.Patience, "1 or more")
	check(o.Smooth >= 0 && finite(o.Smooth), "smooth", o.Smooth, "0 or more")
	for j, m := range o.Monotone {
		check(m >= -1 && m <= 1, fmt.Sprintf("monotone of column %s", t.id(j)), m, "-1, 0 or 1")
		check(m == 0 || t.levels(j) == nil, fmt.Sprintf("monotone of column %s", t.id(j)), m, "0, as levels have no order")
	}
	return errors.Join(errs...)
}

func (t *Table) id(j int) string {
	if t.IDs != nil {
		return t.IDs[j]
	}
	return fmt.Sprintf("x%d", j)
}

func (t *Table) levels(j int) []string {
	if t.Levels != nil {
		return t.Levels[j]
	}
	return nil
}

func (t *Table) check() error {
	n, p := len(t.Y), len(t.X)
	if (t.IDs != nil && len(t.IDs) != p) || (t.Levels != nil && len(t.Levels) != p) ||
		(t.W != nil && len(t.W) != n) || (t.Offset != nil && len(t.Offset) != n) || (t.Group != nil && len(t.Group) != n) {
		panic(fmt.Sprintf("gam: %d columns with %d ids and %d levels, %d rows with %d weights, %d offsets and %d groups",
			p, len(t.IDs), len(t.Levels), n, len(t.W), len(t.Offset), len(t.Group)))
	}
	if p == 0 || n == 0 {
		return fmt.Errorf("gam: %d columns and %d rows, want some of each", p, n)
	}
	if err := t.checkRows(); err != nil {
		return err
	}
	if !slices.Contains(t.Y, 0) || !slices.Contains(t.Y, 1) {
		return errors.New("gam: the rows have one class only")
	}
	for j, x := range t.X {
		if len(x) != n {
			panic(fmt.Sprintf("gam: column %d has %d rows, y has %d", j, len(x), n))
		}
		if l := t.levels(j); l != nil && len(l) == 0 {
			return fmt.Errorf("gam: column %s is categorical without levels; leave it out", t.id(j))
		}
		for i, v := range x {
			if math.IsInf(v, 0) {
				return fmt.Errorf("gam: column %s of row %d is %v, want a finite number or NaN for missing", t.id(j), i, v)
			}
		}
	}
	return nil
}

// checkRows returns what is wrong with a label, a weight or an offset.
func (t *Table) checkRows() error {
	for i, y := range t.Y {
		switch {
		case y != 0 && y != 1:
			return fmt.Errorf("gam: y of row %d is %v, want 0 or 1", i, y)
		case t.W != nil && !(t.W[i] > 0 && finite(t.W[i])):
			return fmt.Errorf("gam: weight of row %d is %v, want above 0; leave out rows that do not count", i, t.W[i])
		case t.Offset != nil && !finite(t.Offset[i]):
			return fmt.Errorf("gam: offset of row %d is %v, want a finite number", i, t.Offset[i])
		}
	}
	return nil
}

// Train fits a model. The same table, options and seed give the same model for any number of workers. The order of the rows changes
// nothing but the last digits, if they have groups. Errors say what is wrong with the table or the options, or that ctx ended.
func Train(ctx context.Context, t Table, opt Options) (*Model, error) {
	m, _, err := TrainBags(ctx, t, opt)
	return m, err
}

// Bag is one of the fits of which a model is the mean: of the same terms, learned without the rows it held out. With up to eight bags
// every group is held out by just one, and anything that is worked out from each bag has the standard error of a delete-a-group
// jackknife: the root of (bags-1)/bags times the sum of the squared deviations from the mean.
type Bag struct {
	Intercept float64
	Values    [][]float64 // of each term of the model, as Term.Value
	Held      []bool      // by row
}

// TrainBags is Train, and returns the bags too.
func TrainBags(ctx context.Context, t Table, opt Options) (*Model, []Bag, error) {
	if err := t.check(); err != nil {
		return nil, nil, err
	}
	if opt.Monotone != nil && len(opt.Monotone) != len(t.X) {
		panic(fmt.Sprintf("gam: %d monotone for %d columns", len(opt.Monotone), len(t.X)))
	}
	opt = opt.filled(len(t.Y))
	if err := opt.check(&t); err != nil {
		return nil, nil, err
	}
	f, err := newFitting(&t, &opt)
	if err != nil {
		return nil, nil, err
	}
	columns, err := f.boost(ctx)
	if err != nil {
		return nil, nil, err
	}

	// Now the pairs, on top of the columns as they are: letting the columns move along was tried, and fits worse.
	got := fit{shapes: columns.shapes, loss: columns.loss}
	if opt.Pairs >= 0 {
		if got, err = f.addPairs(ctx, got); err != nil {
			return nil, nil, err
		}
	}
	m, single := f.d.assemble(got.shapes, got.pairs, &opt)
	for k := range single {
		single[k].Held = f.bags[k].held
	}
	m.Training = Training{Rows: len(t.Y), Bags: opt.Bags, Cycles: columns.cycles, PairCycles: got.cycles, Logloss: got.loss / f.d.heldWeight(f.bags), Seed: opt.Seed}
	opt.Progress(f.total, f.total)
	return m, single, nil
}

// newFitting readies a training for cycles over the columns.
func newFitting(t *Table, opt *Options) (*fitting, error) {
	d := newData(t, opt)
	bags, err := deals(d, t, opt)
	if err != nil {
		return nil, err
	}
	parallel.For(len(bags), opt.Workers, func(k int) { bags[k].begin() })
	f := &fitting{d: d, bags: bags, group: t.Group, opt: opt,
		grow: grow{leaves: opt.Leaves, rate: opt.Rate, lambda: opt.Lambda, minLeaf: opt.MinLeaf, unit: d.unit / whole, heat: opt.Heat, pairHeat: opt.Heat},
		stop: stopping{rounds: opt.Cycles, patience: opt.Patience, chunk: 4, tolerance: 1e-5}}
	if len(t.Y) < large {
		f.grow.sure, f.grow.pairHeat = sure, opt.Heat/colder
	}
	f.total = (2 + len(f.bars())) * opt.Cycles
	return f, nil
}

// newData bins the table.
func newData(t *Table, opt *Options) *data {
	n := len(t.Y)
	d := &data{cols: make([]binned, len(t.X)), y: make([]float32, n), unit: 1}
	parallel.For(len(t.X), opt.Workers, func(j int) {
		if l := t.levels(j); l != nil {
			d.cols[j] = binLevels(t.X[j], t.W, l, opt.Bins, opt.PairBins)
		} else {
			d.cols[j] = binNumeric(t.X[j], t.W, opt.Bins, opt.PairBins)
		}
		d.cols[j].ID = t.id(j)
		if opt.Monotone != nil {
			d.cols[j].monotone = opt.Monotone[j]
		}
	})
	for i, y := range t.Y {
		d.y[i] = float32(y)
	}
	if t.W != nil {
		d.unit = slices.Max(t.W)
		d.w = make([]float32, n)
		for i, w := range t.W {
			d.w[i] = float32(w / d.unit)
		}
	}
	if t.Offset != nil {
		d.offset = make([]float32, n)
		for i, o := range t.Offset {
			d.offset[i] = float32(o)
		}
	}
	d.start = d.level()
	return d
}

// level returns the log odds that, added to the offsets, expect as many hits as there were.
func (d *data) level() float64 {
	at := 0.0
	for range 50 {
		var g, h float64
		for i, y := range d.y {
			s := at
			if d.offset != nil {
				s += float64(d.offset[i])
			}
			p, w := 1/(1+math.Exp(-s)), float64(d.weight(i))
			g += w * (float64(y) - p)
			h += w * p * (1 - p)
		}
		step := min(max(g/(h+1e-12), -2), 2)
		at += step
		if math.Abs(step) < 1e-12 || d.offset == nil && math.Abs(step) < 1e-9 {
			break
		}
	}
	return at
}

// parts is into how many parts the groups are dealt for one deal of bags.
const parts = 8

// deals makes the bags.
func deals(d *data, t *Table, opt *Options) ([]*bag, error) {
	n := min(opt.Bags, parts)
	rng := rand.New(rand.NewPCG(opt.Seed, 0x67616d)) // "gam"
	bags := make([]*bag, 0, opt.Bags)
	for len(bags) < opt.Bags {
		of := deal(t.Group, len(t.Y), n, rng)
		some := make([]bool, n)
		for _, p := range of {
			some[p] = true
		}
		for p := 0; p < n && len(bags) < opt.Bags; p++ {
			if !some[p] {
				return nil, fmt.Errorf("gam: too few groups for %d bags to hold out a part each; want at least %d", opt.Bags, n)
			}
			held := make([]bool, len(of))
			for i, q := range of {
				held[i] = q == p
			}
			bags = append(bags, newBag(d, held))
		}
	}
	return bags, nil
}

// assemble averages the bags and makes the terms pure.
func (d *data) assemble(boosted [][][]float64, pairs []pair, opt *Options) (*Model, []Bag) {
	bags := float64(len(boosted))
	m := &Model{Intercept: d.start, Columns: make([]Column, len(d.cols)), Terms: make([]Term, len(d.cols)+len(pairs))}
	weights := make([][]float64, len(d.cols))
	for j := range d.cols {
		c := &d.cols[j]
		m.Columns[j] = c.Column
		weights[j] = make([]float64, c.bins)
		for i, b := range c.fine {
			weights[j][b] += float64(d.weight(i)) * d.unit
		}
	}
	// Purification is linear, so that the mean of the bags' pure terms is the pure term of the mean; the spread needs each.
	shapes := make([][][]float64, len(boosted))
	single := make([]Bag, len(boosted))
	for k := range boosted {
		shapes[k] = make([][]float64, len(m.Terms))
		for j := range d.cols {
			shapes[k][j] = append([]float64(nil), boosted[k][j][:d.cols[j].bins]...)
		}
	}
	pairWeight := make([][]float64, len(pairs))
	parallel.For(len(pairs), opt.Workers, func(q int) {
		x, y := &d.cols[pairs[q].a], &d.cols[pairs[q].b]
		w := make([]float64, x.pairBins*y.pairBins)
		for i, a := range x.coarse {
			w[int(a)*y.pairBins+int(y.coarse[i])] += float64(d.weight(i)) * d.unit
		}
		pairWeight[q] = w
	})
	parallel.For(len(boosted), opt.Workers, func(k int) {
		for q, p := range pairs {
			x, y := &d.cols[p.a], &d.cols[p.b]
			t := make([]float64, 0, x.pairBins*y.pairBins)
			for a := range x.pairBins {
				t = append(t, boosted[k][len(d.cols)+q][a<<5:a<<5+y.pairBins]...)
			}
			row, col := purify(t, pairWeight[q], x.pairBins, y.pairBins)
			for b, to := range x.PairBin {
				shapes[k][p.a][b] += row[to]
			}
			for b, to := range y.PairBin {
				shapes[k][p.b][b] += col[to]
			}
			shapes[k][len(d.cols)+q] = t
		}
	})
	for j := range d.cols {
		for k := range shapes {
			if opt.Smooth > 0 && d.cols[j].Levels == nil {
				smooth(shapes[k][j][1:], weights[j][1:], opt.Smooth)
			}
			off := centre(shapes[k][j], weights[j])
			m.Intercept += off / bags
			single[k].Intercept += off
		}
		m.Terms[j] = average(shapes, j, min(len(boosted), parts))
		m.Terms[j].Columns, m.Terms[j].Weight = []int{j}, weights[j]
	}
	for q, p := range pairs {
		t := len(d.cols) + q
		m.Terms[t] = average(shapes, t, min(len(boosted), parts))
		m.Terms[t].Columns, m.Terms[t].Weight = []int{p.a, p.b}, pairWeight[q]
	}
	for k := range single {
		single[k].Intercept += d.start
		single[k].Values = shapes[k]
	}
	return m, single
}

// average returns the mean of a term over the bags and its standard error. Each bag leaves out one part of the groups in so many,
// so the variance is that of the delete-a-group jackknife: (parts-1) times the mean squared deviation.
func average(shapes [][][]float64, t, parts int) Term {
	n := float64(len(shapes))
	out := Term{Value: make([]float64, len(shapes[0][t])), SE: make([]float64, len(shapes[0][t]))}
	for b := range out.Value {
		var sum, dev float64
		for k := range shapes {
			sum += shapes[k][t][b]
		}
		mean := sum / n
		for k := range shapes {
			d := shapes[k][t][b] - mean
			dev += float64(d * d)
		}
		out.Value[b], out.SE[b] = mean, math.Sqrt(float64(parts-1)*dev/n)
	}
	return out
}

// heldWeight is the weight of the rows held out, over all bags.
func (d *data) heldWeight(bags []*bag) float64 {
	var sum float64
	for _, b := range bags {
		for i, held := range b.held {
			if held {
				sum += float64(d.weight(i))
			}
		}
	}
	return sum
}

// large is the number of rows from which on cuts are made outright, and more of them: the noise that a single best cut fits is small
// there, and what needs many leaves is what is left to learn.
const large = 10000
