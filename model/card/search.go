package card

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"
)

// SearchOptions of a thorough search. The zero value of a field takes the default in brackets.
type SearchOptions struct {
	Candidates int           // [32] lines that cards are made of
	PerColumn  int           // [3] of them that may come from one column, or one level
	Most       int           // [no limit] sets of lines to look at; a limit that gives the same card on every machine
	Limit      time.Duration // [no limit] how long to look; how far it gets depends on the machine
}

// Proof says how good a card is among all cards of at most MaxLines of the candidate lines, one to a column
// (of a column of levels, one to a level), with 1 to MaxPoints points each.
type Proof struct {
	// Objective is that of the card: log loss summed over the rows, weights scaled to 1 on average, plus 0.05
	// times the squares of the lines' log odds, plus log(rows)/2 for each line and a thirtieth of that for each
	// of its points beyond the first.
	Objective  float64
	Bound      float64 // no such card has an objective below this
	Optimal    bool    // the card is the best there is: Bound is its objective
	Candidates []Line  // what cards could be made of; Points is 0
	Looked     int     // sets of lines looked at
}

// Gap is how much better another card of the candidates could be, at most.
func (p *Proof) Gap() float64 { return p.Objective - p.Bound }

// Search finds the best card of the candidate lines and proves it, or says how far from the best it may be.
//
// Candidates are found by a greedy choice. Lines are taken one at a time: of all columns not yet used and all
// cuts at weighted quantiles (of all levels with 3 % of the weight), the one with the largest score statistic
// given the lines so far, then all weights are fitted again. It stops at MaxLines or when the statistic is
// below log(n). The candidates are its lines and, after them, those with the largest statistic at any of its
// stages; of equal statistics the lower column, then the lower threshold or level, then "above" or "is".
//
// Every set of at most five is looked at: the logistic regression on its lines, with
// free weights, is what no points can better. A part of the sets is left out when even the regression on all
// lines they are drawn from is no better than the best card so far. Then, from the most promising set on,
// points are tried for each until no set is left that could hold something better.
//
// Of equal cards the first wins: sets go by what free weights make of them, then by the order of the
// candidates; points by their sum, then by those of the first line.
// Most and Limit end the first part early; points are still tried, and the bound then covers what was not
// looked at. It returns an error if only one class is there or the context ends.
func Search(ctx context.Context, t Table, opt SearchOptions) (*Card, *Proof, error) {
	opt.Candidates, opt.PerColumn = cmp.Or(opt.Candidates, 32), cmp.Or(opt.PerColumn, 3)
	opt.Most = cmp.Or(opt.Most, math.MaxInt)
	f, err := look(ctx, &t, opt, true)
	if err != nil {
		return nil, nil, err
	}
	p := &Proof{Objective: f.best.objective, Bound: min(f.best.objective, f.unseen), Looked: f.looked}
	p.Optimal = p.Bound == p.Objective
	for _, c := range f.lines {
		p.Candidates = append(p.Candidates, f.s.line(c.column, c.cut, c.below, c.rate))
	}
	return f.card(), p, nil
}

// look searches; bounds for what is not looked at cost more than they save where there are few candidates.
func look(ctx context.Context, t *Table, opt SearchOptions, bounds bool) (*finder, error) {
	s, err := newBinned(t)
	if err != nil {
		return nil, err
	}
	lines, err := s.candidates(ctx, opt)
	if err != nil {
		return nil, err
	}
	f := newFinder(s, lines)
	if opt.Limit > 0 {
		f.end = time.Now().Add(opt.Limit)
	}
	f.begin()
	if bounds {
		f.relax()
	}
	f.enumerate(ctx, opt.Most)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.settle()
	return f, nil
}

// candidate is a line that a card may have.
type candidate struct {
	column, cut int
	below       bool
	rate        float64
}

// key is what a card may ask about once: a column of numbers, or one level of another.
type key struct{ column, level int }

func (s *binned) key(c candidate) key {
	if s.cols[c.column].levels == nil {
		return key{c.column, -1}
	}
	return key{c.column, c.cut}
}

// yes returns the rows that answer the line with yes.
func (s *binned) yes(c candidate) []int32 {
	col := &s.cols[c.column]
	out := make([]int32, 0, int(c.rate*float64(len(s.rows)))+16)
	for i, b := range col.bin {
		b := int(b)
		there := b <= len(col.cuts)
		low := b <= c.cut
		if col.levels != nil {
			low = b != c.cut
		}
		if there && low == c.below {
			out = append(out, int32(i))
		}
	}
	return out
}

func (s *binned) candidates(ctx context.Context, opt SearchOptions) ([]candidate, error) {
	type seen struct {
		candidate
		stat float64
	}
	top := make([][]seen, len(s.cols)) // by column, cut and direction
	for j, c := range s.cols {
		top[j] = make([]seen, 2*len(c.cuts))
	}
	place := func(c candidate) *seen {
		at := 2 * c.cut
		if c.below {
			at++
		}
		return &top[c.column][at]
	}
	g, err := s.greedy(ctx, func(c candidate, stat float64) {
		if p := place(c); stat > p.stat {
			*p = seen{c, stat}
		}
	})
	if err != nil {
		return nil, err
	}
	for _, c := range g.lines {
		place(c).stat = math.Inf(1)
	}
	var all []seen
	for _, col := range top {
		for _, c := range col {
			if c.stat > 0 {
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b seen) int { return cmp.Compare(b.stat, a.stat) })
	of := map[key]int{}
	var out []candidate
	for _, c := range all {
		k := s.key(c.candidate)
		if of[k] == opt.PerColumn || len(out) == opt.Candidates {
			continue
		}
		of[k]++
		out = append(out, c.candidate)
	}
	return out, nil
}

// open is a set of lines that may hold a better card.
type open struct {
	lines [MaxLines]int16
	k     int
	bound float64 // on the objective
}

// node is a set with what is known of its rows.
type node struct {
	open
	sum  tally
	beta weights
}

// finder looks through the sets of lines.
type finder struct {
	s      *binned
	lines  []candidate
	yes    [][]int32
	keys   []key
	best   pointed
	of     []int // lines of the best card
	relief []relief
	root   node
	open   []open
	looked int
	end    time.Time // zero: none
	stop   bool
	unseen float64 // no card of the sets that were not looked at is below this
	codes  [MaxLines + 1][]uint8
}

// relief is the loss of the regression on all candidates from one on.
type relief struct {
	from int
	loss float64
}

func newFinder(s *binned, lines []candidate) *finder {
	f := &finder{s: s, lines: lines, unseen: math.Inf(1)}
	for _, c := range lines {
		f.yes, f.keys = append(f.yes, s.yes(c)), append(f.keys, s.key(c))
	}
	for k := range f.codes {
		f.codes[k] = make([]uint8, len(s.rows))
	}
	var root tally
	for i, y := range s.y {
		f.codes[0][i] = uint8(y)
		root.all[0] += s.v[i]
		root.pos[0] += s.v[i] * y
	}
	var b weights
	b[0] = math.Log(root.pos[0] / (root.all[0] - root.pos[0]))
	f.best = pointed{base: b[0], objective: root.at(&b).loss}
	f.root = node{sum: root, beta: b}
	return f
}

// begin tries the first lines, which the greedy choice put there, so that there is a card to beat.
func (f *finder) begin() {
	at := f.root
	for j := range min(MaxLines, len(f.lines)) {
		if slices.Contains(f.keys[:j], f.keys[j]) {
			break
		}
		at = f.child(&at, j)
	}
	if at.k > 0 {
		f.point(&at)
	}
}

// child adds a line to a set; the codes of the child are those of its depth.
func (f *finder) child(parent *node, j int) node {
	counted := count(f.codes[parent.k], f.s.v, f.yes[j])
	out := node{open: open{lines: parent.lines, k: parent.k + 1}, sum: parent.sum.split(&counted), beta: parent.beta}
	out.lines[parent.k] = int16(j)
	out.bound = out.sum.fit(&out.beta) + price(len(f.s.rows), out.k, out.k)
	// In whole slacks, so that sets that say the same are equal in spite of rounding.
	out.bound = (math.Floor(out.bound/slack) - 1) * slack
	if out.k < MaxLines {
		code := f.codes[out.k]
		copy(code, f.codes[parent.k])
		for _, i := range f.yes[j] {
			code[i] |= 2 << parent.k
		}
	}
	return out
}

// slack is far more than a fit leaves to be gained: what bounds rest on must not be above the truth. Objectives
// that differ by less are equal.
const slack = 1e-6

// enumerate looks at every set of lines that may hold a better card than the best, but no more than most.
func (f *finder) enumerate(ctx context.Context, most int) {
	f.extend(ctx, &f.root, 0, most)
}

// extend looks at the sets that add lines from the from-th on to a set.
func (f *finder) extend(ctx context.Context, at *node, from, most int) {
	for j := from; j < len(f.lines) && !f.stop; j++ {
		if at.k < 2 {
			// Every set not yet looked at is drawn from the first line and what comes after it.
			first := j
			if at.k == 1 {
				first = int(at.lines[0])
			}
			if f.looked >= most || ctx.Err() != nil || !f.end.IsZero() && time.Now().After(f.end) {
				f.stop, f.unseen = true, f.floor(first)
				return
			}
			if at.k == 0 && f.floor(j) >= f.best.objective {
				return
			}
		}
		if f.clash(at, j) {
			continue
		}
		next := f.child(at, j)
		f.looked++
		if next.bound < f.best.objective {
			f.open = append(f.open, next.open)
		}
		if next.k < MaxLines {
			f.extend(ctx, &next, j+1, most)
		}
	}
}

func (f *finder) clash(at *node, j int) bool {
	for _, m := range at.lines[:at.k] {
		if f.keys[m] == f.keys[j] {
			return true
		}
	}
	return false
}

// floor is what no card of lines from the j-th on is below.
func (f *finder) floor(j int) float64 {
	out := math.Inf(-1)
	for _, r := range f.relief {
		if r.from <= j {
			out = r.loss
		}
	}
	return out + price(len(f.s.rows), 1, 1)
}

// relax fits the regression on all candidates, on those from the fourth on, and so forth: the loss can only
// rise, so each stands for the three after it, too.
func (f *finder) relax() {
	for from := 0; from < len(f.lines); from += 4 {
		f.relief = append(f.relief, relief{from, f.relaxed(f.lines[from:], f.yes[from:])})
	}
}

// settle tries points, the most promising set first, until no set is left that could hold something better.
func (f *finder) settle() {
	slices.SortStableFunc(f.open, func(a, b open) int { return cmp.Compare(a.bound, b.bound) })
	for _, o := range f.open {
		if o.bound >= f.best.objective {
			break
		}
		at := f.root
		for _, j := range o.lines[:o.k] {
			at = f.child(&at, int(j))
		}
		f.point(&at)
	}
}

// point finds the best points for a set.
func (f *finder) point(at *node) {
	n := len(f.s.rows)
	if p, ok := at.sum.inPoints(n, at.bound-price(n, at.k, at.k), f.best.objective, &at.beta); ok {
		f.best = p
		f.of = f.of[:0]
		for _, j := range at.lines[:at.k] {
			f.of = append(f.of, int(j))
		}
	}
}

// card is the best that was found.
func (f *finder) card() *Card {
	c := &Card{Base: f.best.base, PerPoint: f.best.perPoint}
	for k, j := range f.of {
		l := f.lines[j]
		line := f.s.line(l.column, l.cut, l.below, l.rate)
		line.Points = f.best.points[k]
		c.Lines = append(c.Lines, line)
	}
	return c
}
