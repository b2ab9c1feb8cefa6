package risk

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// sobolDraws is how many draws each of the two samples behind the variance shares has: the standard error of a share is
// then about 0.02.
const sobolDraws = 4096

// Bar is one line of a tornado: the outcome with one parameter at its low and its high end, and all others at their
// values.
type Bar struct {
	ID string `json:"id"`
	Label
	Unit     string  `json:"unit"`
	Basis    string  `json:"basis"` // proposal, measured or our convention
	Low      float64 `json:"low"`   // of the parameter: 5 % lie below
	High     float64 `json:"high"`  // 5 % lie above
	GainLow  float64 `json:"gain_low"`
	GainHigh float64 `json:"gain_high"` // below GainLow where more is worse
	// First is the share of the outcome's variance that would go if just this were known, and Total the share that
	// would stay if just this were unknown. Nil for what has no distribution, and where nothing varies.
	First *float64 `json:"variance_share,omitempty"`
	Total *float64 `json:"variance_share_total,omitempty"`
}

// Swing is how far the outcome moves.
func (b Bar) Swing() float64 { return math.Abs(b.GainHigh - b.GainLow) }

// Torn is a tornado.
type Torn struct {
	Proposal string  `json:"proposal"`
	Outcome  Outcome `json:"outcome"`
	Value    float64 `json:"value"` // of the outcome, everything at its value
	Bars     []Bar   `json:"bars"`  // widest first
	Method   string  `json:"variance_method"`
	Notes    []Note  `json:"notes"`
}

const sobolMethod = "first-order and total Sobol indices, Jansen (1999), stratified samples"

// Tornado tells which parameters the outcome hangs on, one at a time, and which share of its variance each brings.
// With convention, parameters without a distribution are moved 10 % up and down as well, and marked.
func Tornado(m *proposal.Model, o Options, convention bool) (*Torn, error) {
	e, err := newEngine(m, o)
	if err != nil {
		return nil, err
	}
	f := e.frame()
	x := e.drivers.values()
	f.run(x)
	out := &Torn{Proposal: m.Proposal().ID, Outcome: e.outcome, Value: f.gain(), Method: sobolMethod, Bars: []Bar{}, Notes: append([]Note{}, e.drivers.notes...)}
	first, total, err := e.sobol()
	if err != nil {
		return nil, err
	}
	for i, d := range e.drivers.list {
		b := Bar{ID: d.id, Label: Label{d.da, d.en}, Unit: d.unit, Basis: d.basis, Low: d.at(0.05), High: d.at(0.95)}
		b.GainLow, b.GainHigh = f.with(x, i, b.Low), f.with(x, i, b.High)
		if first != nil {
			b.First, b.Total = &first[i], &total[i]
		}
		out.Bars = append(out.Bars, b)
	}
	if convention {
		out.Bars = append(out.Bars, e.byConvention(f, x)...)
	}
	slices.SortStableFunc(out.Bars, func(a, b Bar) int {
		return cmp.Or(-cmp.Compare(a.Swing(), b.Swing()), strings.Compare(a.ID, b.ID))
	})
	if len(m.Proposal().Correlated) > 0 {
		out.Notes = append(out.Notes, Note{ID: "tornado_without_correlation",
			DA: "Hver parameter flyttes for sig, og variansen fordeles, som om parametrene var uafhængige; forslaget siger, at nogle følges ad.",
			EN: "Each parameter is moved by itself and the variance is shared as if they were independent; the proposal says that some go together."})
	}
	if convention {
		out.Notes = append(out.Notes, Note{ID: "convention",
			DA: "Parametre uden fordeling er flyttet 10 % op og ned. Det er vores konvention og siger ikke, hvor usikre de er.",
			EN: "Parameters without a distribution were moved 10 % up and down. That is our convention and does not say how uncertain they are."})
	}
	return out, nil
}

// with is the outcome when driver i has the value v.
func (f *frame) with(x []float64, i int, v float64) float64 {
	before := x[i]
	x[i] = v
	f.run(x)
	x[i] = before
	return f.gain()
}

// byConvention moves what nobody gave a distribution.
func (e *engine) byConvention(f *frame, x []float64) []Bar {
	var bars []Bar
	for _, k := range e.free() {
		q := e.m.Proposal().Parameters[k.param]
		if q.Uncertain != nil && !k.fixed {
			continue
		}
		low, high := limits(e.m, k.param)
		b := Bar{ID: q.ID, Label: Label{q.Label, englishOf(q.Label, q.LabelEN)}, Unit: q.Unit, Basis: ByConvention}
		b.Low, b.High = businesscase.HalfUp(k.value-0.1*math.Abs(k.value), 1e-9), businesscase.HalfUp(k.value+0.1*math.Abs(k.value), 1e-9)
		b.Low, b.High = math.Max(b.Low, low), math.Min(b.High, high)
		b.GainLow, b.GainHigh = f.set(x, k, b.Low), f.set(x, k, b.High)
		if b.Swing() > 0 {
			bars = append(bars, b)
		}
	}
	return bars
}

// knob is a parameter with one value that no measured rate stands for.
type knob struct {
	param int
	value float64
	fixed bool // by the scenario
}

// free are the parameters that can be set one at a time, besides the measured rates.
func (e *engine) free() []knob {
	taken := map[int]bool{}
	for _, d := range e.drivers.list {
		if d.basis == FromMeasured {
			for _, i := range d.params {
				taken[i] = true
			}
		}
	}
	for _, i := range slices.Concat(e.drivers.completion, e.drivers.effect) {
		taken[i] = true
	}
	var out []knob
	for i, q := range e.m.Proposal().Parameters {
		if q.Value == nil || taken[i] {
			continue
		}
		k := knob{param: i, value: q.Value.Value}
		if e.opt.Scenario != nil {
			if v, ok := e.opt.Scenario.Set[q.ID]; ok {
				k.value, k.fixed = v.Value, true
			}
		}
		out = append(out, k)
	}
	return out
}

// set is the outcome when the parameter has the value v, everything else as it was.
func (f *frame) set(x []float64, k knob, v float64) float64 {
	f.e.drivers.set(f.r, x)
	f.r.Set(k.param, v)
	f.compute()
	gain := f.gain()
	f.r.Set(k.param, k.value)
	return gain
}

// sobol estimates the indices by Jansen (1999), Analysis of variance designs for model output, in the form of Saltelli
// et al. (2010), table 2. With a and b two samples and ab the first with one column of the second, first = 1 -
// mean (f(b) - f(ab))^2 / 2V and total = mean (f(a) - f(ab))^2 / 2V. 2V is taken from the same pairs, mean (f(b) -
// f(a))^2: what matters alone then has just 1, and what does not matter just 0. Estimates outside 0 to 1 are moved there.
// Nil where the outcome does not vary.
func (e *engine) sobol() (first, total []float64, err error) {
	n, d := sobolDraws, len(e.drivers.list)
	if d == 0 {
		return nil, nil, nil
	}
	sample := func(which string) [][]float64 {
		x := make([][]float64, d)
		for i, driver := range e.drivers.list {
			x[i] = businesscase.Stratified(e.opt.Seed, "variance/"+which+"/"+driver.id, n)
		}
		e.each(d, func(_ *frame, i int) { transform(e.drivers.list[i].at, x[i]) })
		return x
	}
	a, b := sample("a"), sample("b")
	fa, fb := make([]float64, n), make([]float64, n)
	sumFirst, sumTotal := make([][]float64, d), make([][]float64, d)
	for j := range d {
		sumFirst[j], sumTotal[j] = make([]float64, n), make([]float64, n)
	}
	e.each(n, func(f *frame, i int) {
		x, y := make([]float64, d), make([]float64, d)
		for j := range d {
			x[j], y[j] = a[j][i], b[j][i]
		}
		f.run(x)
		fa[i] = f.gain()
		f.run(y)
		fb[i] = f.gain()
		for j := range d {
			ab := f.with(x, j, y[j])
			sumFirst[j][i], sumTotal[j][i] = (fb[i]-ab)*(fb[i]-ab), (fa[i]-ab)*(fa[i]-ab)
		}
	})
	if err := finite("the outcome", slices.Concat(fa, fb)); err != nil {
		return nil, nil, err
	}
	mean := func(x []float64) float64 {
		sum := 0.0
		for _, y := range x {
			sum += y
		}
		return sum / float64(n)
	}
	pairs := make([]float64, n)
	for i := range pairs {
		pairs[i] = (fb[i] - fa[i]) * (fb[i] - fa[i])
	}
	twice := mean(pairs)
	if twice == 0 {
		return nil, nil, nil
	}
	share := func(x float64) float64 { return math.Min(math.Max(x, 0), 1) }
	for j := range d {
		first, total = append(first, share(1-mean(sumFirst[j])/twice)), append(total, share(mean(sumTotal[j])/twice))
	}
	return first, total, nil
}
