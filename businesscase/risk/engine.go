package risk

import (
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Options say what is computed. Seed is part of the result's identity.
type Options struct {
	Draws    int                    // 0: DefaultDraws
	Seed     uint64                 //
	Scenario *proposal.Scenario     // other values; what it sets is taken as known
	Index    *proposal.Index        // needed where price levels differ
	Measured *businesscase.Measured // rates of a model, in the place of parameters with `measured-by`
	Outcome  string                 // what the words are about; "" chooses, see [Outcome]
	Threads  int                    // 0: as many as there are processors. The result does not depend on it
}

// Bounds of Options.Draws.
const (
	DefaultDraws = 10_000
	fewestDraws  = 200
	mostDraws    = 1_000_000
)

// The outcomes that every proposal with rows has.
const (
	Permanent   = "permanent"   // savings less running costs in the last year
	Accumulated = "accumulated" // everything up to the last year, implementation as well
)

// Outcome is what the words are about, as an amount that is positive for a gain: Permanent, Accumulated, or the name
// of a quantity in its last year. If nothing is asked for it is Permanent for a proposal with a saving among its
// rows, else the last quantity of kroner a year, else Permanent.
type Outcome struct {
	ID      string `json:"id"`
	LabelDA string `json:"label_da"`
	LabelEN string `json:"label_en"`
	Unit    string `json:"unit"` // kr, or the quantity's own if that is not money
	Yearly  bool   `json:"yearly"`
}

// line is a row that counts in the sums.
type line struct {
	id, kind, area, gain string
	cells                proposal.Cells
}

// engine is a proposal made ready for drawing. It is not changed by use.
type engine struct {
	m       *proposal.Model
	opt     Options
	years   []int
	lines   []line
	drivers *drivers
	outcome Outcome
	scale   float64 // of the outcome: base units to Outcome.Unit
	gains   []string
}

func newEngine(m *proposal.Model, o Options) (*engine, error) {
	p := m.Proposal()
	if o.Draws == 0 {
		o.Draws = DefaultDraws
	}
	if o.Draws < fewestDraws || o.Draws > mostDraws {
		return nil, fmt.Errorf("draws is %d, want %d to %d", o.Draws, fewestDraws, mostDraws)
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	e := &engine{m: m, opt: o, years: m.Years()}
	if err := m.Runner().Apply(o.Scenario); err != nil {
		return nil, err
	}
	var fixed map[string]proposal.Number
	if o.Scenario != nil {
		fixed = o.Scenario.Set
	}
	var err error
	if e.drivers, err = driversOf(m, fixed, o.Measured); err != nil {
		return nil, err
	}
	for i, r := range p.Rows {
		if r.Parent != "" {
			continue
		}
		l := line{id: r.ID, kind: r.Kind, area: r.Area, gain: r.Gain}
		if l.area == "" {
			l.area = proposal.Service
		}
		if l.gain == "" && r.Kind == proposal.Saving {
			l.gain = proposal.Cashable
		}
		if l.cells, err = m.Cells(i, p.PriceLevel, o.Index); err != nil {
			return nil, err
		}
		e.lines = append(e.lines, l)
	}
	for _, gain := range []string{proposal.Cashable, proposal.Capacity, proposal.Quality} {
		for _, l := range e.lines {
			if l.gain == gain {
				e.gains = append(e.gains, gain)
				break
			}
		}
	}
	return e, e.choose(o.Outcome)
}

// choose finds the outcome.
func (e *engine) choose(id string) error {
	p := e.m.Proposal()
	if id == "" {
		id = Permanent
		for i := len(p.Quantities) - 1; i >= 0 && len(e.gains) == 0; i-- {
			if u, _ := e.m.Unit(p.Quantities[i].ID); u.Same(kronerAYear) {
				id = p.Quantities[i].ID
				break
			}
		}
	}
	last := e.years[len(e.years)-1]
	switch id {
	case Permanent:
		e.outcome = Outcome{id, fmt.Sprintf("varig besparelse fratrukket varige udgifter, %d", last), fmt.Sprintf("lasting saving less lasting cost, %d", last), "kr", true}
	case Accumulated:
		e.outcome = Outcome{id, fmt.Sprintf("samlet gevinst til og med %d", last), fmt.Sprintf("total gain up to and including %d", last), "kr", false}
	default:
		for _, q := range p.Quantities {
			if q.ID != id {
				continue
			}
			u, _ := e.m.Unit(id)
			e.outcome, e.scale = Outcome{id, q.Label, englishOf(q.Label, q.LabelEN), q.Unit, u.Same(kronerAYear)}, 1/u.Scale()
			if u.SameButYear(kroner) || kroner.SameButYear(u) {
				e.outcome.Unit, e.scale = "kr", 1
			}
			return nil
		}
		return fmt.Errorf("there is no outcome %q: want %s, %s or a quantity of %s", id, Permanent, Accumulated, p.ID)
	}
	return nil
}

// frame is one worker's memory.
type frame struct {
	e          *engine
	r          *proposal.Runner
	lines      [][]float64 // by line and year, kr: the runner's own
	quantities [][]float64
	outcome    []float64 // of a quantity; nil otherwise

	permanent, implementation []float64 // by year, 1,000 kr, not rounded
	cash                      float64   // permanent in the last year with only cashable savings counted
	change, service, printed  []float64 // as printed: what payback follows from
	gains                     []float64 // in the last year, 1,000 kr
	flows                     proposal.Flows
	total, onService          proposal.Payback
	accumulated               []float64
}

func (e *engine) frame() *frame {
	f := &frame{e: e, r: e.m.Runner()}
	if err := f.r.Apply(e.opt.Scenario); err != nil {
		panic("risk: " + err.Error()) // newEngine has applied it before
	}
	for _, l := range e.lines {
		f.lines = append(f.lines, f.r.Slot(l.id))
	}
	for _, q := range e.m.Proposal().Quantities {
		f.quantities = append(f.quantities, f.r.Slot(q.ID))
	}
	if e.outcome.ID != Permanent && e.outcome.ID != Accumulated {
		f.outcome = f.r.Slot(e.outcome.ID)
	}
	for _, x := range []*[]float64{&f.permanent, &f.implementation, &f.change, &f.service, &f.printed, &f.accumulated} {
		*x = make([]float64, len(e.years))
	}
	f.gains = make([]float64, len(e.gains))
	return f
}

// run computes everything from the drivers' values.
func (f *frame) run(x []float64) {
	f.e.drivers.set(f.r, x)
	f.compute()
}

// compute computes everything from the runner's parameters.
func (f *frame) compute() {
	f.r.Run()
	n := len(f.e.years)
	first := n
	sum := 0.0
	for k := range n {
		f.permanent[k], f.implementation[k], f.change[k], f.service[k], f.printed[k] = 0, 0, 0, 0, 0
		for i := range f.e.lines {
			l := &f.e.lines[i]
			if l.cells.Blank[k] {
				continue
			}
			x := f.lines[i][k] * l.cells.Factor / 1000
			cell := l.cells.Round[k].Apply(x)
			if cell != 0 {
				first = min(first, k)
			}
			if l.kind == proposal.OneOff {
				f.implementation[k] += x
				f.printed[k] += cell
				continue
			}
			f.permanent[k] += x
			f.change[k] += cell
			if l.area == proposal.Service {
				f.service[k] += cell
			}
		}
		sum += f.permanent[k] + f.implementation[k]
		f.accumulated[k] = sum
	}
	f.flows = proposal.Flows{Years: f.e.years, First: first, Implementation: f.printed}
	f.total, f.onService = f.flows.Repaid(f.change, false), f.flows.Repaid(f.service, false)
	f.cash = f.permanent[n-1]
	for g, gain := range f.e.gains {
		f.gains[g] = 0
		for i, l := range f.e.lines {
			if l.gain == gain && !l.cells.Blank[n-1] {
				f.gains[g] += f.lines[i][n-1] * l.cells.Factor / 1000
			}
		}
		if gain != proposal.Cashable {
			f.cash -= f.gains[g]
		}
	}
}

// gain is the outcome: positive is good.
func (f *frame) gain() float64 {
	last := len(f.e.years) - 1
	switch {
	case f.outcome != nil:
		return f.outcome[last] * f.e.scale
	case f.e.outcome.ID == Permanent:
		return 0 - 1000*f.permanent[last]
	}
	return 0 - 1000*f.accumulated[last]
}

// each calls do for 0 to n-1, on several threads with a frame each. What do keeps, it keeps by its number.
func (e *engine) each(n int, do func(f *frame, i int)) {
	threads := max(1, min(e.opt.Threads, n))
	var wg sync.WaitGroup
	for t := range threads {
		wg.Go(func() {
			f := e.frame()
			for i := t * n / threads; i < (t+1)*n/threads; i++ {
				do(f, i)
			}
		})
	}
	wg.Wait()
}

// finite says which figure is no number, if any.
func finite(what string, draws []float64) error {
	bad := 0
	for _, x := range draws {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			bad++
		}
	}
	if bad == 0 {
		return nil
	}
	return fmt.Errorf("%s is no number in %d of %d draws: it divides by something that may be 0; give that parameter a distribution that keeps off 0", what, bad, len(draws))
}
