package check

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Rounding counts as an explanation only where it is small beside the figure: 4,400 is not 4,563 rounded to 500.
const (
	coarsest      = 0.15 // the step, as a share of the figure, when the nearest multiple is taken
	coarsestAside = 0.12 // when it is rounded up or down
)

// steps are the multiples that people round to, the usual ones first.
func steps(x float64) []float64 {
	var out []float64
	for _, digit := range []float64{1, 5} {
		for e := -4.0; e <= 6; e++ {
			if to := digit * math.Pow(10, e); to <= coarsest*math.Abs(x)*(1+1e-9) {
				out = append(out, to)
			}
		}
	}
	return out
}

// roundedTo finds a rounding that makes exact the printed figure: to the nearest multiple before down before up, and
// the usual steps before the others. Up and down are in size: -1,053 rounded down is -1,000.
func roundedTo(printed, exact float64) (r proposal.Rounding, ok bool) {
	if printed == 0 || exact == 0 || (printed < 0) != (exact < 0) {
		return r, false
	}
	p, x := math.Abs(printed), math.Abs(exact)
	for _, mode := range []string{"nearest", "down", "up"} {
		for _, to := range steps(x) {
			if mode != "nearest" && to > coarsestAside*x {
				continue
			}
			r = proposal.Rounding{To: to, Mode: mode}
			if same(r.Apply(x), p) {
				return r, true
			}
		}
	}
	return r, false
}

// rounding says a rounding in words.
func roundingText(r proposal.Rounding) Text {
	switch r.Mode {
	case "down", "toward zero":
		return say("rundet ned til nærmeste %s", "rounded down to the next %s", amount(r.To))
	case "up":
		return say("rundet op til nærmeste %s", "rounded up to the next %s", amount(r.To))
	}
	return say("afrundet til nærmeste %s", "rounded to the nearest %s", amount(r.To))
}

// asWritten tells that a printed figure is the computed one written with fewer decimals: within 0.05 %.
func asWritten(printed, exact float64) bool {
	return agrees(printed, exact) && math.Abs(printed-exact) <= 5e-4*math.Abs(exact)
}

// agrees tells whether a printed figure is the computed one, or its rounding to the nearest multiple.
func agrees(printed, exact float64) bool {
	if same(printed, exact) {
		return true
	}
	r, ok := roundedTo(printed, exact)
	return ok && r.Mode == "nearest"
}

// thousandfold tells that the printed figure is 10^3, 10^6, 10^-3 ... times the computed one, but for rounding.
func thousandfold(printed, exact float64) (power int, ok bool) {
	if printed == 0 || exact == 0 {
		return 0, false
	}
	for _, e := range []int{3, -3, 6, -6, 9, -9} {
		if agrees(printed, exact*math.Pow(10, float64(e))) {
			return e, true
		}
	}
	return 0, false
}

// slip tells how a slip of the pen would turn the computed figure into the printed one.
func slip(printed, computed float64) Text {
	p, c := digits(printed), digits(computed)
	if p == c || len(c) < 3 {
		return Text{}
	}
	switch {
	case len(p) == len(c):
		for i := 0; i+1 < len(p); i++ {
			if p[:i]+p[i+1:i+2]+p[i:i+1]+p[i+2:] == c {
				return say("To cifre er byttet om.", "Two digits are swapped.")
			}
		}
		wrong := 0
		for i := range p {
			if p[i] != c[i] {
				wrong++
			}
		}
		if wrong == 1 && len(p) >= 4 {
			return say("Kun ét ciffer er anderledes.", "Only one digit differs.")
		}
	case len(p) == len(c)+1 && without(p, c):
		return say("Et ciffer er skrevet for meget.", "There is one digit too many.")
	case len(p)+1 == len(c) && without(c, p):
		return say("Et ciffer mangler.", "A digit is missing.")
	}
	return Text{}
}

// significant is how many digits a figure has but for zeros at its ends: 9,300 has 2.
func significant(x float64) int { return len(strings.Trim(digits(x), "0")) }

func digits(x float64) string {
	s := strconv.FormatFloat(math.Abs(x), 'f', -1, 64)
	return strings.ReplaceAll(s, ".", "")
}

// without tells whether long is short with one digit more.
func without(long, short string) bool {
	for i := range long {
		if long[:i]+long[i+1:] == short {
			return true
		}
	}
	return false
}

// suspect is a printed figure that differs from the computed one, with all that is known about how it came to be.
type suspect struct {
	printed, exact float64
	value          func(values [][]float64) float64 // the computed figure from values of all names, in the printed figure's unit
	names          []string                         // what it is computed from
	byYear         []float64                        // the computed figures of all years; nil where the year cannot be mistaken
	year           int
}

// fits says what would make the printed figure come out: a slip of the pen, another year, another value that the
// document gives for a parameter, or a parameter at a value of few digits. It is empty when nothing tried fits.
func (v *view) fits(s suspect) Text {
	var out Text
	if t := slip(s.printed, s.exact); !t.empty() {
		out = t
	}
	for k, x := range s.byYear {
		if v.years[k] != s.year && x != 0 && agrees(s.printed, x) {
			out = out.then(say("Tallet passer til %s.", "The figure fits %s.", v.years[k]))
			break
		}
	}
	if t := v.otherValue(s); !t.empty() {
		return out.then(t)
	}
	if out.empty() {
		out = v.implied(s)
	}
	return out
}

// otherValue tries the other values that the document states for a parameter.
func (v *view) otherValue(s suspect) Text {
	for _, name := range s.names {
		i := v.param(name)
		if i < 0 {
			continue
		}
		q := &v.p.Parameters[i]
		for _, o := range q.Also {
			if agrees(s.printed, s.value(v.values(map[int]float64{i: o.Value.Value}))) {
				return say("Det passer med den anden oplyste værdi af »%s«, %s.", "It fits the other value stated for “%s”, %s.", both(q.Label, q.LabelEN), written(o.Value))
			}
		}
	}
	return Text{}
}

// implied solves for each parameter alone. A value of two digits, or three, is worth naming; the formulas are linear in
// nearly every parameter, and one that is not fails the check that follows.
func (v *view) implied(s suspect) Text {
	for digits := 2; digits <= 3; digits++ {
		var found []Text
		for _, name := range s.names {
			i := v.param(name)
			if i < 0 || v.p.Parameters[i].Value == nil || v.p.Parameters[i].Value.Value == 0 {
				continue
			}
			q := &v.p.Parameters[i]
			x0 := q.Value.Value
			y1 := s.value(v.values(map[int]float64{i: x0 * 1.1}))
			if same(y1, s.exact) || math.IsNaN(y1) {
				continue
			}
			x, err := strconv.ParseFloat(strconv.FormatFloat(x0+0.1*x0*(s.printed-s.exact)/(y1-s.exact), 'g', digits, 64), 64)
			if err != nil || x/x0 < 0.5 || x/x0 > 2 || same(x, x0) || digits > significant(x0)+1 {
				continue
			}
			if y := s.value(v.values(map[int]float64{i: x})); math.Abs(y-s.printed) <= 5e-4*math.Abs(s.printed) {
				found = append(found, say("»%s« var %s og ikke %s", "“%s” were %s and not %s", both(q.Label, q.LabelEN), alike(x, *q.Value), alike(x0, *q.Value)))
			}
		}
		if len(found) > 0 {
			found = found[:min(2, len(found))]
			alternatives := found[0]
			if len(found) == 2 {
				alternatives = Text{found[0].DA + " eller " + found[1].DA, found[0].EN + " or " + found[1].EN}
			}
			return say("Det ville passe, hvis %s.", "It would fit if %s.", alternatives)
		}
	}
	return Text{}
}

// parametersOf keeps the parameters of a list of names.
func (v *view) parametersOf(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return v.param(n) < 0 })
}
