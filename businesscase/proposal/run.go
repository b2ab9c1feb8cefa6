package proposal

import "github.com/rettidig/rettidig/businesscase/formula"

// Runner computes a model again and again without allocating. It is not for concurrent use; each has its own memory.
type Runner struct {
	m        *Model
	programs [][]*formula.Program // by step
	values   [][]float64          // [slot][year], base units (kr, hours, persons)
	carried  [][]float64          // the same, as later formulas see them
	scratch  []float64
}

// Runner returns a new runner with every parameter at its value in the file.
func (m *Model) Runner() *Runner {
	r := &Runner{m: m, scratch: make([]float64, len(m.years))}
	for range m.names {
		r.values = append(r.values, make([]float64, len(m.years)))
	}
	r.carried = append([][]float64{}, r.values...)
	for _, s := range m.steps {
		if s.quantity != nil && s.quantity.Carry {
			r.carried[s.slot] = make([]float64, len(m.years))
		}
		own := make([]*formula.Program, len(s.programs))
		for i, q := range s.programs {
			if q != nil {
				own[i] = q.Clone()
			}
		}
		r.programs = append(r.programs, own)
	}
	r.Reset()
	return r
}

// Reset gives every parameter its value in the file.
func (r *Runner) Reset() {
	for i := range r.m.p.Parameters {
		q := &r.m.p.Parameters[i]
		scale := r.m.units[i].Scale()
		for k, t := range r.m.years {
			r.values[i][k] = q.at(t) * scale
		}
	}
}

// at is the parameter's value in a year, own unit.
func (q *Param) at(t int) float64 {
	if q.Value != nil {
		return q.Value.Value
	}
	x := 0.0
	for _, from := range sortedYears(q.ByYear) {
		if from <= t {
			x = q.ByYear[from].Value
		}
	}
	return x
}

// Set gives the i-th parameter of the file one value for all years, in its own unit.
func (r *Runner) Set(i int, x float64) {
	x *= r.m.units[i].Scale()
	for k := range r.values[i] {
		r.values[i][k] = x
	}
}

// Apply gives the scenario's parameters its values; a scenario that does not fit is an error.
func (r *Runner) Apply(s *Scenario) error {
	_, err := r.m.apply(r, s)
	return err
}

// Run computes quantities and rows from the parameters.
func (r *Runner) Run() {
	for i := range r.m.steps {
		s := &r.m.steps[i]
		out := r.values[s.slot]
		switch {
		case s.amounts != nil:
			copy(out, s.amounts)
		case s.byYear:
			for k, q := range r.programs[i] {
				out[k] = 0
				if q != nil {
					q.Eval(r.m.years, r.carried, r.scratch)
					out[k] = r.scratch[k]
				}
			}
		default:
			r.programs[i][0].Eval(r.m.years, r.carried, out)
		}
		if s.row != nil {
			for k := range out {
				if s.blank[k] {
					out[k] = 0
				} else {
					out[k] *= s.phase[k]
				}
			}
		} else if s.quantity.Carry {
			for k, x := range out {
				r.carried[s.slot][k] = s.quantity.Round.Apply(x/s.scale) * s.scale
			}
		}
	}
}

// Value is the value of a parameter, quantity (not rounded) or row in the year at place k, in base units (kr for rows).
// It panics if there is no such name.
func (r *Runner) Value(name string, k int) float64 {
	i, ok := r.m.slot[name]
	if !ok {
		panic("proposal: no " + name)
	}
	return r.values[i][k]
}

// Slot is the series of a name for all years, in base units; it belongs to the runner and is overwritten by Run.
func (r *Runner) Slot(name string) []float64 {
	i, ok := r.m.slot[name]
	if !ok {
		panic("proposal: no " + name)
	}
	return r.values[i]
}
