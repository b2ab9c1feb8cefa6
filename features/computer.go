package features

import (
	"fmt"
	"slices"
	"sync"

	"github.com/rettidig/rettidig"
)

// Computer computes some columns of the catalogue and reads no facts but those they are made of. It is safe for
// concurrent use.
type Computer struct {
	columns []column
	steps   []step
	reads   reading
	weeks   int
	views   sync.Pool
}

// step is what of a column is needed for each row, side by side: a column's texts fill more than a kilobyte.
type step struct {
	value func(v *view, c cell) float64
	cell  cell
}

var whole = newComputer(columns)

func newComputer(cs []column) *Computer {
	c := &Computer{columns: cs}
	for i := range cs {
		c.reads |= cs[i].reads
		c.weeks = max(c.weeks, cs[i].weeks)
		c.steps = append(c.steps, step{cs[i].value, cs[i].cell})
	}
	c.views.New = func() any { return new(view) }
	return c
}

// Select returns the computer of the columns of the given ids, in that order. It is an error if the catalogue has no
// column of an id or an id comes twice.
func Select(ids ...string) (*Computer, error) {
	cs := make([]column, len(ids))
	for i, id := range ids {
		at, ok := index[id]
		if !ok {
			return nil, fmt.Errorf("features: no column %q: the catalogue lists all (train features --catalogue markdown)", id)
		}
		if slices.Contains(ids[:i], id) {
			return nil, fmt.Errorf("features: column %q is selected twice", id)
		}
		cs[i] = columns[at]
	}
	return newComputer(cs), nil
}

// All returns the computer of every column, in the order of the catalogue.
func All() *Computer { return whole }

// Count returns the number of columns.
func (c *Computer) Count() int { return len(c.columns) }

// Columns returns the declarations of the columns, in order.
func (c *Computer) Columns() []Feature { return published(c.columns) }

// Part returns which facts the columns are computed from on mornings of the given days: what Part.Of leaves of a history
// gives the same numbers as the history on each of them.
func (c *Computer) Part(asOf ...rettidig.Day) rettidig.Part {
	p := rettidig.Part{
		Citizen:    c.reads&readCitizen != 0,
		Aids:       c.reads&readAids != 0,
		Services:   c.reads&(readWeeks|readSince) != 0,
		Screenings: c.reads&(readScreenings|readCourses) != 0,
		Sessions:   c.reads&readCourses != 0,
		Statuses:   c.reads&readCourses != 0,
		Conditions: c.reads&readAbilities != 0,
		From:       rettidig.NoDay, To: rettidig.NoDay,
	}
	if !p.Services || len(asOf) == 0 {
		return p
	}
	p.To = lastKnownWeek(slices.Max(asOf))
	if c.reads&readSince == 0 {
		p.From, p.Begins = firstWeek(lastKnownWeek(slices.Min(asOf)), c.weeks), begins
	}
	return p
}

// Compute writes what was known about h on the morning of asOf into dst, one number for each column, NaN for missing.
// Every slice of h must be in canonical order. It panics if dst has another length or asOf is missing. It does not
// allocate, and the same column has the same value whichever others are computed with it.
func (c *Computer) Compute(dst []float64, h *rettidig.History, asOf rettidig.Day) {
	if len(dst) != len(c.columns) {
		panic(fmt.Sprintf("features: Compute into %d numbers, want %d", len(dst), len(c.columns)))
	}
	v := c.views.Get().(*view)
	c.compute(v, dst, h, asOf)
	c.put(v)
}

// put gives back a view, which must keep no history in memory.
func (c *Computer) put(v *view) {
	v.citizen = nil
	c.views.Put(v)
}

func (c *Computer) compute(v *view, dst []float64, h *rettidig.History, asOf rettidig.Day) {
	if !asOf.Valid() {
		panic("features: Compute as of a missing day")
	}
	v.look(h, asOf, c.reads, c.weeks)
	for i := range c.steps {
		s := &c.steps[i]
		dst[i] = s.value(v, s.cell)
	}
}

// Rows computes one row for each i, citizen hs[who[i]] as of asOf[i], into dst, row after row: with n columns, row i is
// dst[i*n : (i+1)*n]. Whoever reads histories block by block so needs room for the rows of one block only. Each number
// is computed on its own, so any number of workers gives the same bytes; less than one means one. It panics if who and
// asOf differ in length or dst has no room for exactly their rows.
func (c *Computer) Rows(dst []float64, hs []rettidig.History, who []int, asOf []rettidig.Day, workers int) {
	n := len(c.columns)
	if len(who) != len(asOf) || len(dst) != len(who)*n {
		panic(fmt.Sprintf("features: Rows of %d citizens and %d days into %d numbers of %d columns", len(who), len(asOf), len(dst), n))
	}
	inParallel(len(who), workers, func(from, to int) {
		v := c.views.Get().(*view)
		for i := from; i < to; i++ {
			c.compute(v, dst[i*n:(i+1)*n], &hs[who[i]], asOf[i])
		}
		c.put(v)
	})
}

// Matrix computes what Rows does and returns it by column: X[j][i].
func (c *Computer) Matrix(hs []rettidig.History, who []int, asOf []rettidig.Day, workers int) [][]float64 {
	rows, n := len(who), len(c.columns)
	all := make([]float64, rows*n)
	x := make([][]float64, n)
	for j := range x {
		x[j] = all[j*rows : (j+1)*rows : (j+1)*rows]
	}
	c.Fill(x, hs, who, asOf, workers)
	return x
}

// Fill is Matrix into room that there is: x has a list for each column, of which the first len(who) numbers are written.
func (c *Computer) Fill(x [][]float64, hs []rettidig.History, who []int, asOf []rettidig.Day, workers int) {
	n := len(c.columns)
	if len(who) != len(asOf) || len(x) != n {
		panic(fmt.Sprintf("features: %d citizens and %d days into %d of %d columns", len(who), len(asOf), len(x), n))
	}
	inParallel(len(who), workers, func(from, to int) {
		v, block := c.views.Get().(*view), make([]float64, n*blockRows)
		for ; from < to; from += blockRows {
			some := min(blockRows, to-from)
			for i := range some {
				c.compute(v, block[i*n:(i+1)*n], &hs[who[from+i]], asOf[from+i])
			}
			for j := range x {
				column := x[j][from : from+some]
				for i := range column {
					column[i] = block[i*n+j]
				}
			}
		}
		c.put(v)
	})
}

// blockRows are turned from rows to columns together, so that each column is written eight numbers, a cache line, at a
// time instead of one.
const blockRows = 8

// inParallel cuts rows into as many runs as there are workers.
func inParallel(rows, workers int, f func(from, to int)) {
	workers = max(1, min(workers, rows))
	if workers == 1 {
		f(0, rows)
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { f(w*rows/workers, (w+1)*rows/workers) })
	}
	wg.Wait()
}

// Compute is All().Compute: every column of the catalogue, in its order.
func Compute(dst []float64, h *rettidig.History, asOf rettidig.Day) { whole.Compute(dst, h, asOf) }

// Matrix is All().Matrix.
func Matrix(hs []rettidig.History, who []int, asOf []rettidig.Day, workers int) [][]float64 {
	return whole.Matrix(hs, who, asOf, workers)
}

// view is what is seen of one history on one day, after one pass over each kind of fact that is asked for.
type view struct {
	asOf      rettidig.Day
	citizen   *rettidig.Citizen
	aids      aidView
	help      helpView
	training  trainingView
	screening screeningView
	abilities abilityView
}

func (v *view) look(h *rettidig.History, asOf rettidig.Day, reads reading, weeks int) {
	v.asOf, v.citizen = asOf, &h.Citizen
	if reads&readAids != 0 {
		v.aids.look(h.Aids, asOf, reads)
	}
	if reads&(readWeeks|readSince) != 0 {
		v.help.look(h.Services, asOf, weeks, reads)
	}
	if reads&readCourses != 0 {
		v.training.look(h, asOf)
	}
	if reads&readScreenings != 0 {
		v.screening.look(h.Screenings, asOf)
	}
	if reads&readAbilities != 0 {
		v.abilities.look(h.Conditions, asOf)
	}
}
