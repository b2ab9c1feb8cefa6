package risk

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// What a search for the value at which the outcome is 0 can find.
const (
	Found     = "found"
	NoValue   = "no value does"
	NoBearing = "has no bearing on it"
	NoScale   = "is 0: it says not how far to look"
)

// How an outcome follows a parameter over the range searched.
const (
	Rising    = "rising"
	Falling   = "falling"
	NotSteady = "not monotone"
)

// Even is the value of one parameter, all others at theirs, at which the outcome is 0.
type Even struct {
	ID string `json:"id"`
	Label
	Unit     string    `json:"unit"`
	Basis    string    `json:"basis,omitempty"`  // measured, of a measured rate
	Value    float64   `json:"value"`            // now
	Outcome  string    `json:"outcome"`          // found, or why not
	At       *float64  `json:"at,omitempty"`     // nearest to the present
	Others   []float64 `json:"others,omitempty"` // further values that do as well
	From     float64   `json:"searched_from"`
	To       float64   `json:"searched_to"`
	Follows  string    `json:"follows,omitempty"`  // rising, falling, not monotone
	Distance *float64  `json:"distance,omitempty"` // (At - Value) / |Value|; of shares, At - Value in points of the whole
	// Probability is the share of the parameter's own distribution on the wrong side of At, if it has one.
	Probability *float64 `json:"probability_beyond,omitempty"`
	WordsDA     string   `json:"words_da"`
	WordsEN     string   `json:"words_en"`
}

// Evens are the break-evens of one outcome, nearest first.
type Evens struct {
	Proposal string  `json:"proposal"`
	Outcome  Outcome `json:"outcome"`
	Gain     float64 `json:"gain"` // now
	Evens    []Even  `json:"break_even"`
	ByYear   []Label `json:"left_out_by_year"` // parameters with a value for each year: no one value to search for
	Notes    []Note  `json:"notes"`
}

// steps is how finely the range is searched before halving: two zeros within a 400th of the range may be missed.
const steps = 400

// poleFrom times what the outcome is on both sides is more than it can be where it changes sign, other than by a division by 0.
const poleFrom = 1e3

// BreakEven searches, for every parameter with one value and every measured rate, the value at which the outcome is 0:
// over 0 to 1 for a share, else 0 to ten times what it is now. Where whole citizens are counted the outcome jumps, and
// the value is where it changes sign. Where the outcome is no number, as at 0 of what is divided by, nothing is searched.
func BreakEven(m *proposal.Model, o Options) (*Evens, error) {
	e, err := newEngine(m, o)
	if err != nil {
		return nil, err
	}
	f := e.frame()
	x := e.drivers.values()
	f.run(x)
	out := &Evens{Proposal: m.Proposal().ID, Outcome: e.outcome, Gain: f.gain(), Evens: []Even{}, ByYear: []Label{}, Notes: append([]Note{}, e.drivers.notes...)}
	if !finiteNumber(out.Gain) {
		return nil, fmt.Errorf("%s is no number as it is now: something is divided by 0", out.Outcome.LabelEN)
	}
	for _, q := range m.Proposal().Parameters {
		if q.Value == nil {
			out.ByYear = append(out.ByYear, Label{q.Label, englishOf(q.Label, q.LabelEN)})
		}
	}
	distribution := map[string]quantile{}
	for i, d := range e.drivers.list {
		distribution[d.id] = d.at
		if d.basis == FromMeasured {
			v := Even{ID: d.id, Label: Label{d.da, d.en}, Unit: d.unit, Basis: d.basis, Value: d.value, From: 0, To: 1}
			v.search(1, out.Gain, func(y float64) float64 { return f.with(x, i, y) })
			out.Evens = append(out.Evens, v)
		}
	}
	for _, k := range e.free() {
		q := m.Proposal().Parameters[k.param]
		v := Even{ID: q.ID, Label: Label{q.Label, englishOf(q.Label, q.LabelEN)}, Unit: q.Unit, Value: k.value, From: math.Min(0, 10*k.value), To: math.Max(0, 10*k.value)}
		whole, share := isShare(m, k.param)
		if share {
			v.From, v.To = 0, whole
		} else {
			whole = 0
		}
		v.search(whole, out.Gain, func(y float64) float64 { return f.set(x, k, y) })
		out.Evens = append(out.Evens, v)
	}
	for i := range out.Evens {
		v := &out.Evens[i]
		if at := distribution[v.ID]; at != nil && v.At != nil && v.Follows != NotSteady {
			v.Probability = beyond(at, *v.At, v.Follows, out.Gain)
		}
		v.say(e.outcome)
	}
	slices.SortStableFunc(out.Evens, func(a, b Even) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.far(), b.far()))
	})
	return out, nil
}

func (v Even) rank() int {
	return slices.Index([]string{Found, NoValue, NoScale, NoBearing}, v.Outcome)
}

func (v Even) far() float64 {
	if v.Distance == nil {
		return 0
	}
	return math.Abs(*v.Distance)
}

// search finds the zeros of gain over From to To; whole is 1 (or 100 of per cent) for a share and 0 for others.
func (v *Even) search(whole, now float64, gain func(float64) float64) {
	if v.From == v.To {
		v.Outcome = NoScale
		return
	}
	at := make([]float64, steps+1)
	y := make([]float64, steps+1)
	rises, falls := false, false
	scale := math.Abs(now)
	for i := range at {
		at[i] = v.From + float64((v.To-v.From)*float64(i)/steps)
		if y[i] = gain(at[i]); finiteNumber(y[i]) {
			scale = math.Max(scale, math.Abs(y[i]))
		}
	}
	// Where an end of the range is divided by, the search begins just inside it.
	for _, end := range []struct{ i, towards int }{{0, 1}, {steps, steps - 1}} {
		if i := end.i; !finiteNumber(y[i]) {
			at[i] += (at[end.towards] - at[i]) / 1e6
			y[i] = gain(at[i])
		}
	}
	for i := 1; i <= steps; i++ {
		if finiteNumber(y[i]) && finiteNumber(y[i-1]) {
			rises, falls = rises || y[i]-y[i-1] > 1e-12*scale, falls || y[i-1]-y[i] > 1e-12*scale
		}
	}
	switch {
	case !rises && !falls:
		v.Outcome = NoBearing
		return
	case rises && falls:
		v.Follows = NotSteady
	case rises:
		v.Follows = Rising
	default:
		v.Follows = Falling
	}
	var zeros []float64
	for i := range at {
		switch {
		case y[i] == 0 && (i == 0 || y[i-1] != 0 || i == steps): // of a stretch of zeros the ends
			zeros = append(zeros, at[i])
		case y[i] == 0 && y[i+1] != 0:
			zeros = append(zeros, at[i])
		case i > 0 && finiteNumber(y[i-1]) && finiteNumber(y[i]) && y[i-1]*y[i] < 0:
			// Between the two ends of a pole the sign changes as well, and no value there gives 0.
			if x := halve(at[i-1], at[i], y[i-1] < 0, gain); math.Abs(gain(x)) <= poleFrom*math.Max(math.Abs(y[i-1]), math.Abs(y[i])) {
				zeros = append(zeros, x)
			}
		}
	}
	zeros = slices.Compact(zeros)
	if len(zeros) == 0 {
		v.Outcome = NoValue
		return
	}
	slices.SortStableFunc(zeros, func(a, b float64) int { return cmp.Compare(math.Abs(a-v.Value), math.Abs(b-v.Value)) })
	v.Outcome, v.At, v.Others = Found, &zeros[0], zeros[1:]
	d := zeros[0] - v.Value
	if whole > 0 {
		d /= whole
	} else {
		d /= math.Abs(v.Value)
	}
	v.Distance = &d
}

func finiteNumber(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// halve finds where the sign changes between lo and hi.
func halve(lo, hi float64, negative bool, gain func(float64) float64) float64 {
	for range 200 {
		mid := lo + (hi-lo)/2
		if mid == lo || mid == hi {
			break
		}
		if y := gain(mid); y == 0 {
			return mid
		} else if (y < 0) == negative {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// beyond is the share of a distribution on the side of x where the sign of the outcome is another than now.
func beyond(at quantile, x float64, follows string, now float64) *float64 {
	lo, hi := 0.0, 1.0
	for range 60 {
		if mid := (lo + hi) / 2; at(mid) < x {
			lo = mid
		} else {
			hi = mid
		}
	}
	p := lo // share below x
	if (follows == Rising) != (now > 0) {
		p = 1 - p
	}
	return &p
}

func (v *Even) say(o Outcome) {
	write := func(x float64, lang string) string { return quantity(x, v.Unit, lang) }
	now := func(lang string) string { return write(v.Value, lang) }
	switch v.Outcome {
	case NoBearing:
		v.WordsDA, v.WordsEN = v.DA+": betyder intet for resultatet.", v.EN+": has no bearing on the result."
	case NoScale:
		v.WordsDA, v.WordsEN = v.DA+": er 0 og siger ikke, hvor langt der skal søges.", v.EN+": is 0 and does not say how far to look."
	case NoValue:
		v.WordsDA = fmt.Sprintf("%s: ingen værdi fra %s til %s gør resultatet 0.", v.DA, write(v.From, danish), write(v.To, danish))
		v.WordsEN = fmt.Sprintf("%s: no value from %s to %s makes the result 0.", v.EN, write(v.From, english), write(v.To, english))
	default:
		v.WordsDA = fmt.Sprintf("%s: resultatet er 0 ved %s; nu %s, %s.", v.DA, write(*v.At, danish), now(danish), v.away(danish))
		v.WordsEN = fmt.Sprintf("%s: the result is 0 at %s; now %s, %s.", v.EN, write(*v.At, english), now(english), v.away(english))
		if len(v.Others) > 0 {
			var da, en []string
			for _, x := range v.Others {
				da, en = append(da, write(x, danish)), append(en, write(x, english))
			}
			v.WordsDA += " Også ved " + strings.Join(da, ", ") + "."
			v.WordsEN += " Also at " + strings.Join(en, ", ") + "."
		}
	}
	if v.Follows == NotSteady {
		v.WordsDA += " Resultatet stiger og falder undervejs."
		v.WordsEN += " The result rises and falls on the way."
	}
}

// away says how far it is from the present value to the break-even.
func (v *Even) away(lang string) string {
	d := *v.Distance
	share := v.unitIsShare()
	var size string
	switch {
	case d == 0 && lang == danish:
		return "dér er den"
	case d == 0:
		return "that is where it is"
	case share && lang == danish:
		size = businesscase.Number(100*math.Abs(d), 1, lang) + " procentpoint"
	case share:
		size = businesscase.Number(100*math.Abs(d), 1, lang) + " percentage points"
	default:
		size = businesscase.Number(100*math.Abs(d), 1, lang) + " %"
	}
	switch {
	case d > 0 && lang == danish:
		return size + " højere"
	case d > 0:
		return size + " higher"
	case lang == danish:
		return size + " lavere"
	}
	return size + " lower"
}

func (v *Even) unitIsShare() bool {
	return v.From == 0 && (v.To == 1 || v.To == 100) && unit(v.Unit).IsNumber()
}

// BreakEvens are those of what was asked for; of nothing asked for, those of the usual outcome and, where the proposal
// has rows, of what has accumulated at the horizon.
func BreakEvens(m *proposal.Model, o Options) ([]*Evens, error) {
	first, err := BreakEven(m, o)
	if err != nil || o.Outcome != "" || first.Outcome.ID != Permanent {
		return []*Evens{first}, err
	}
	o.Outcome = Accumulated
	second, err := BreakEven(m, o)
	return []*Evens{first, second}, err
}
