package conformal

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Rows are calibration rows: predictions for citizens whom the learner has not seen, and what became of them.
type Rows struct {
	LogOdds  []float64 // or any score, higher more likely
	Y        []float64 // 1 it happened, 0 it did not
	Group    []int32   // citizen; nil: each row is another one
	Category []string  // judged by itself (Mondrian); nil: all are one
}

// Options of a fit.
type Options struct {
	Seed  uint64 // draws a row of each citizen, and who sets the edges of bins
	Least int    // citizens that a category must have to be judged by itself; 0: 100
	Bins  int    // most bins of the range; 0: 10
}

// Predictor holds the calibration rows in the form in which questions are answered. It is immutable.
type Predictor struct {
	Kind       string `json:"kind"` // "conformal"
	Least      int    `json:"least"`
	Pooled     Cell   `json:"pooled"`
	Categories []Cell `json:"categories"`       // those large enough, by name
	TooSmall   []Few  `json:"judged_by_pooled"` // those that are not, by name
}

// Cell is one category, or all citizens pooled.
type Cell struct {
	Name  string    `json:"name"`
	Zero  []float64 `json:"zero"`  // scores of those to whom it did not happen, rising
	One   []float64 `json:"one"`   // and of those to whom it did
	Edges []float64 `json:"edges"` // of the bins, rising: bin b is (Edges[b-1], Edges[b]]
	Count []int     `json:"count"` // citizens in each bin, not those who set the edges
	Hits  []int     `json:"hits"`  // of them those to whom it happened
}

// Few is a category that is too small.
type Few struct {
	Name string `json:"name"`
	Zero int    `json:"zero"`
	One  int    `json:"one"`
}

const kind = "conformal"

// Fit draws one row of each citizen and sorts what it needs. The warnings name what is too small and what follows from
// it; the predictor can be used all the same. It panics if the slices differ in length, a score is NaN or infinite, or
// a label is not 0 or 1.
func Fit(r Rows, opt Options) (p *Predictor, warnings []error) {
	r.check()
	if opt.Least == 0 {
		opt.Least = 100
	}
	if opt.Bins == 0 {
		opt.Bins = 10
	}
	if opt.Least < 1 || opt.Bins < 1 {
		panic("conformal: Fit with options below 0")
	}
	rows := onePerCitizen(r, opt.Seed)
	p = &Predictor{Kind: kind, Least: opt.Least, Categories: []Cell{}, TooSmall: []Few{}}
	p.Pooled = r.cell("", rows, opt)
	warnings = p.Pooled.scarce(warnings)
	of := map[string][]int{}
	for _, i := range rows {
		if r.Category != nil {
			of[r.Category[i]] = append(of[r.Category[i]], i)
		}
	}
	var names []string
	for name := range of {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c := r.cell(name, of[name], opt)
		// The labels must not decide this: where events are rare they would choose the categories that had many by chance.
		if len(of[name]) >= opt.Least {
			p.Categories = append(p.Categories, c)
			warnings = c.scarce(warnings)
			continue
		}
		p.TooSmall = append(p.TooSmall, Few{name, len(c.Zero), len(c.One)})
		warnings = append(warnings, fmt.Errorf("conformal: category %q has %d calibration citizens, fewer than %d: it is judged by all citizens together, and what is guaranteed is not guaranteed for it alone",
			name, len(of[name]), opt.Least))
	}
	return p, warnings
}

// scarce warns of a label that too few citizens have: 19 is what a level of 0.95 needs.
func (c *Cell) scarce(warnings []error) []error {
	of := "all citizens together"
	if c.Name != "" {
		of = fmt.Sprintf("category %q", c.Name)
	}
	for label, n := range []int{len(c.Zero), len(c.One)} {
		if n < 19 {
			warnings = append(warnings, fmt.Errorf("conformal: %s: %d calibration citizens have the label %d; above a level of %.3f it is in every set",
				of, n, label, float64(n)/float64(n+1)))
		}
	}
	return warnings
}

func (r *Rows) check() {
	n := len(r.LogOdds)
	if len(r.Y) != n || r.Group != nil && len(r.Group) != n || r.Category != nil && len(r.Category) != n {
		panic("conformal: Fit of slices of different lengths")
	}
	for i := range r.Y {
		if math.IsNaN(r.LogOdds[i]) || math.IsInf(r.LogOdds[i], 0) {
			panic(fmt.Sprintf("conformal: row %d has the score %v", i, r.LogOdds[i]))
		}
		if r.Y[i] != 0 && r.Y[i] != 1 {
			panic(fmt.Sprintf("conformal: row %d has the label %v", i, r.Y[i]))
		}
	}
}

// onePerCitizen returns the rows that count: of each citizen one, each as likely as the others. Which one depends on
// the seed, the citizen's number and how many rows there are, never on a score or a label.
func onePerCitizen(r Rows, seed uint64) []int {
	rows := make([]int, 0, len(r.Y))
	if r.Group == nil {
		for i := range r.Y {
			rows = append(rows, i)
		}
		return rows
	}
	many := map[int32]int{}
	for _, g := range r.Group {
		many[g]++
	}
	left := map[int32]int{} // rows of the citizen to pass by before the one that is taken
	for i, g := range r.Group {
		if _, met := left[g]; !met {
			left[g] = rand.New(rand.NewPCG(seed, uint64(uint32(g))|0x726f77<<32)).IntN(many[g]) // "row"
		}
		if left[g] == 0 {
			rows = append(rows, i)
		}
		left[g]--
	}
	return rows
}

// cell sorts rows and counts them in bins. A fifth of them, drawn at random, sets the edges and is not counted: an edge
// must not know the labels of those whom it parts.
func (r *Rows) cell(name string, rows []int, opt Options) Cell {
	c := Cell{Name: name, Zero: []float64{}, One: []float64{}, Edges: []float64{}}
	var edges []float64
	var counted []int
	hands := rand.New(rand.NewPCG(opt.Seed, 0x65646765)) // "edge"
	for _, i := range rows {
		if r.Y[i] == 1 {
			c.One = append(c.One, r.LogOdds[i])
		} else {
			c.Zero = append(c.Zero, r.LogOdds[i])
		}
		if hands.IntN(5) == 0 {
			edges = append(edges, r.LogOdds[i])
		} else {
			counted = append(counted, i)
		}
	}
	slices.Sort(c.One)
	slices.Sort(c.Zero)
	slices.Sort(edges)
	bins := max(1, min(opt.Bins, len(counted)/40))
	for b := 1; b < bins && len(edges) > 0; b++ {
		e := edges[min(len(edges)-1, b*len(edges)/bins)]
		if n := len(c.Edges); n == 0 || c.Edges[n-1] < e {
			c.Edges = append(c.Edges, e)
		}
	}
	c.Count, c.Hits = make([]int, len(c.Edges)+1), make([]int, len(c.Edges)+1)
	for _, i := range counted {
		b := c.bin(r.LogOdds[i])
		c.Count[b]++
		c.Hits[b] += int(r.Y[i])
	}
	return c
}

// bin is the first whose edge is not below x.
func (c *Cell) bin(x float64) int {
	b, _ := slices.BinarySearch(c.Edges, x)
	return b
}
