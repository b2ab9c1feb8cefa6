package formula

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

// Unit is a product of base dimensions with integer powers, and a scale: "1000 kr/citizen/year" is
// kr · citizen⁻¹ · year⁻¹ with scale 1000. The zero Unit is a plain number. Units compare with ==; what they
// measure, without the scale, with [Unit.Same].
type Unit struct {
	dims  string  // "citizen^-1|kr^1|year^-1", sorted; "" is a plain number
	scale float64 // 0 stands for 1, so that the zero Unit is a plain number
}

// maxPower is the largest power of a dimension. Nothing in a budget has one above 2 or 3.
const maxPower = 99

// words is the written rule for which words are one dimension; what is not in it is a dimension of its own,
// singular and plural alike by [singular]. An empty dimension is a plain number.
var words = map[string]struct {
	dim   string
	scale float64
}{
	"kr": {"kr", 1}, "krone": {"kr", 1}, "kroner": {"kr", 1}, "dkk": {"kr", 1},
	"tkr": {"kr", 1e3}, "t kr": {"kr", 1e3},
	"mkr": {"kr", 1e6}, "m kr": {"kr", 1e6}, "miokr": {"kr", 1e6}, "miakr": {"kr", 1e9},

	"hour": {"hour", 1}, "time": {"hour", 1}, "timer": {"hour", 1},
	"minute": {"hour", 1.0 / 60}, "minut": {"hour", 1.0 / 60}, "minutter": {"hour", 1.0 / 60}, "min": {"hour", 1.0 / 60},
	"day": {"day", 1}, "dag": {"day", 1}, "dage": {"day", 1}, "døgn": {"day", 1},
	"week": {"week", 1}, "uge": {"week", 1}, "uger": {"week", 1},
	"month": {"month", 1}, "måned": {"month", 1}, "måneder": {"month", 1},
	"quarter": {"quarter", 1}, "kvartal": {"quarter", 1}, "kvartaler": {"quarter", 1},
	"year": {"year", 1}, "år": {"year", 1},

	"1": {"", 1}, "number": {"", 1}, "antal": {"", 1}, "ratio": {"", 1}, "factor": {"", 1}, "faktor": {"", 1},
	"share": {"", 1}, "andel": {"", 1}, "andele": {"", 1},
	"%": {"", 0.01}, "percent": {"", 0.01}, "pct": {"", 0.01}, "procent": {"", 0.01},
	"percentage point": {"", 0.01}, "procentpoint": {"", 0.01}, "pctpoint": {"", 0.01},
	"thousand": {"", 1e3}, "tusind": {"", 1e3}, "tusinde": {"", 1e3},
	"mio": {"", 1e6}, "million": {"", 1e6}, "millioner": {"", 1e6},
	"mia": {"", 1e9}, "milliard": {"", 1e9}, "milliarder": {"", 1e9}, "billion": {"", 1e9},

	"citizen": {"citizen", 1}, "borger": {"citizen", 1}, "borgere": {"citizen", 1},
	"person": {"person", 1}, "people": {"person", 1}, "personer": {"person", 1},
	"course": {"course", 1}, "forløb": {"course", 1},
	"employee": {"employee", 1}, "medarbejder": {"employee", 1}, "medarbejdere": {"employee", 1},
	"fte": {"FTE", 1}, "årsværk": {"FTE", 1}, "full-time equivalent": {"FTE", 1},
	"licence": {"licence", 1}, "license": {"licence", 1}, "licens": {"licence", 1}, "licenser": {"licence", 1},
	"centre": {"centre", 1}, "center": {"centre", 1}, "centret": {"centre", 1},
	"unit": {"unit", 1}, "enhed": {"unit", 1}, "enheder": {"unit", 1},
	"visit": {"visit", 1}, "besøg": {"visit", 1},
	"passenger": {"passenger", 1}, "passager": {"passenger", 1}, "passagerer": {"passenger", 1},
	"bus": {"bus", 1}, "busse": {"bus", 1}, "busser": {"bus", 1}, "buses": {"bus", 1},
	"km": {"km", 1}, "kilometre": {"km", 1}, "kilometer": {"km", 1},
}

// plural is how a dimension is written when there are several of it and not one per something.
var plural = map[string]string{
	"hour": "hours", "day": "days", "week": "weeks", "month": "months", "quarter": "quarters", "year": "years",
	"citizen": "citizens", "person": "persons", "course": "courses", "employee": "employees", "licence": "licences",
	"centre": "centres", "unit": "units", "visit": "visits", "passenger": "passengers", "bus": "buses",
}

// rank puts money first and calendar time last: kr/citizen/week.
var rank = map[string]int{"kr": -2, "hour": -1, "day": 1, "week": 2, "month": 3, "quarter": 4, "year": 5}

// singular takes the plural ending off an English word, the last one of several; Danish plurals are in the table.
func singular(words string) string {
	i := strings.LastIndex(words, " ") + 1
	return words[:i] + singularWord(words[i:])
}

func singularWord(w string) string {
	for _, e := range []struct{ from, to string }{{"sses", "ss"}, {"xes", "x"}, {"ches", "ch"}, {"shes", "sh"}, {"ies", "y"}} {
		if len(w) > len(e.from)+1 && strings.HasSuffix(w, e.from) {
			return strings.TrimSuffix(w, e.from) + e.to
		}
	}
	if len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is") {
		return strings.TrimSuffix(w, "s")
	}
	return w
}

var (
	thousands  = regexp.MustCompile(`^[1-9][0-9]{0,2}([.,_ ][0-9]{3})+$`)
	amount     = regexp.MustCompile(`^([0-9][0-9_,.]*(?: [0-9]{3})*(?:e[+-]?[0-9]{1,3})?) *`)
	perWords   = regexp.MustCompile(`(?i)[ .](per|pr\.?) `)
	inBrackets = regexp.MustCompile(` \([^()/*]*\)`)
	spaces     = regexp.MustCompile(`\s+`)
	power      = regexp.MustCompile(`\^ *(-?[0-9]{1,2})$`)
)

// ParseUnit reads a unit: words joined by "/" (or "per", "pr.") and "*", each with an optional amount before it
// and power after it ("1000 kr/citizen/year", "mio. kr", "minutes/day", "share of citizens", "1"). The doc
// comment of the package says which words are one dimension. The error says which word is wrong and what to write.
func ParseUnit(s string) (Unit, error) {
	if len(s) > 200 {
		return Unit{}, fmt.Errorf("unit is %d bytes long, want at most 200", len(s))
	}
	text := strings.ToLower(spaces.ReplaceAllString(strings.TrimSpace(s), " "))
	text = inBrackets.ReplaceAllString(text, "")
	text = strings.NewReplacer("×", "*", "·", "*").Replace(perWords.ReplaceAllString(text, "/"))
	if strings.ContainsAny(text, "()") {
		return Unit{}, fmt.Errorf("unit %q: brackets cannot be read; write kr/citizen/year for kr per citizen per year", s)
	}
	if text == "" {
		return Unit{}, fmt.Errorf("unit is empty; write 1 for a plain number")
	}
	dims, scale := map[string]int{}, 1.0
	sign := 1
	for len(text) > 0 {
		end := strings.IndexAny(text, "/*")
		part, next := text, byte(0)
		if end >= 0 {
			part, next = text[:end], text[end]
		}
		f, err := parseFactor(strings.TrimSpace(part))
		if err != nil {
			return Unit{}, fmt.Errorf("unit %q: %w", s, err)
		}
		if f.dim != "" {
			dims[f.dim] += sign * f.power
		}
		scale *= whole(f.amount, sign) * whole(f.scale, sign*f.power)
		if end < 0 {
			break
		}
		if text = text[end+1:]; strings.TrimSpace(text) == "" {
			return Unit{}, fmt.Errorf("unit %q: nothing follows %q", s, string(next))
		}
		sign = 1
		if next == '/' {
			sign = -1
		}
	}
	if !(scale > 0) || math.IsInf(scale, 0) {
		return Unit{}, fmt.Errorf("unit %q: its scale is %v, want a positive number", s, scale)
	}
	u, ok := makeUnit(dims, scale)
	if !ok {
		return Unit{}, fmt.Errorf("unit %q: a power is beyond ±%d", s, maxPower)
	}
	return u, nil
}

// factor is what stands between two "/" or "*": an amount and a word. The power raises the word, not the amount:
// 1000 kr^2 is 1000 times kr^2.
type factor struct {
	amount float64
	dim    string
	scale  float64
	power  int
}

func parseFactor(text string) (factor, error) {
	f := factor{amount: 1, scale: 1, power: 1}
	word := text
	if m := power.FindStringSubmatch(word); m != nil {
		f.power, _ = strconv.Atoi(m[1]) // at most two digits: cannot fail
		word = strings.TrimSpace(strings.TrimSuffix(word, m[0]))
	}
	had := false
	if m := amount.FindStringSubmatch(word); m != nil {
		n, err := parseAmount(m[1])
		if err != nil {
			return f, err
		}
		f.amount, had = n, true
		word = word[len(m[0]):]
	}
	for {
		word = strings.TrimSpace(undot(word))
		first, rest, more := strings.Cut(word, " ")
		if w, ok := words[first]; more && ok && w.dim == "" && w.scale > 1 { // thousand, mio, mia
			f.amount, word = f.amount*w.scale, rest
			continue
		}
		break
	}
	for _, counted := range []string{"number of ", "antal "} {
		word = strings.TrimPrefix(word, counted)
	}
	switch {
	case word == "" && had:
		return f, nil
	case word == "":
		return f, fmt.Errorf("a word is missing; write kr/year for kr per year, 1/year for a plain number per year")
	}
	for _, share := range []string{"share ", "andel ", "percent ", "pct ", "procent ", "% "} {
		if strings.HasPrefix(word, share) { // a share of whatever is a share
			f.scale = words[strings.TrimSpace(share)].scale
			return f, nil
		}
	}
	w, known := words[word]
	if !known {
		word = singular(word)
		w, known = words[word]
	}
	if known {
		f.dim, f.scale = w.dim, w.scale
		return f, nil
	}
	for i, r := range word {
		if !unicode.IsLetter(r) && (i == 0 || !(r == ' ' || r == '-' || r == '\'' || unicode.IsDigit(r))) {
			return f, fmt.Errorf("%q is not a unit; write words joined by / and *, as in 1000 kr/citizen/year", text)
		}
	}
	f.dim = word
	return f, nil
}

// undot takes the full stops of abbreviations away: "kr.", "t.kr", "pct.".
func undot(s string) string {
	var b strings.Builder
	letter := false
	for _, r := range s {
		if r == '.' && letter {
			continue
		}
		letter = unicode.IsLetter(r)
		b.WriteRune(r)
	}
	return b.String()
}

// parseAmount reads 1000, 1_000, 1.000, 1,000, 1 000 and 0.5. Three digits after a separator are thousands, as
// the documents write them.
func parseAmount(s string) (float64, error) {
	plain := strings.NewReplacer("_", "", " ", "").Replace(s)
	if thousands.MatchString(s) {
		plain = strings.NewReplacer(".", "", ",", "", "_", "", " ", "").Replace(s)
	}
	n, err := strconv.ParseFloat(plain, 64)
	if err != nil || !(n > 0) || math.IsInf(n, 0) {
		return 0, fmt.Errorf("%q is not an amount; write 1000 or 0.5", s)
	}
	return n, nil
}

type dimension struct {
	name  string
	power int
}

func makeUnit(dims map[string]int, scale float64) (Unit, bool) {
	list := make([]string, 0, len(dims))
	for d, p := range dims {
		if p < -maxPower || p > maxPower {
			return Unit{}, false
		}
		if p != 0 {
			list = append(list, d+"^"+strconv.Itoa(p))
		}
	}
	slices.Sort(list)
	if scale == 1 {
		scale = 0
	}
	return Unit{strings.Join(list, "|"), scale}, true
}

func (u Unit) list() []dimension {
	if u.dims == "" {
		return nil
	}
	var ds []dimension
	for part := range strings.SplitSeq(u.dims, "|") {
		name, p, _ := strings.Cut(part, "^")
		n, err := strconv.Atoi(p)
		if err != nil {
			panic("formula: unit " + strconv.Quote(u.dims))
		}
		ds = append(ds, dimension{name, n})
	}
	return ds
}

// power of one dimension in u; 0 when it has none.
func (u Unit) power(dim string) int {
	for _, d := range u.list() {
		if d.name == dim {
			return d.power
		}
	}
	return 0
}

// times returns u · vⁿ without scales, and whether the powers stay within bounds.
func (u Unit) times(v Unit, n int) (Unit, bool) {
	dims := map[string]int{}
	for _, d := range u.list() {
		dims[d.name] = d.power
	}
	for _, d := range v.list() {
		dims[d.name] += n * d.power
	}
	return makeUnit(dims, 1)
}

// Scale is what a value in u is multiplied with to be in base units (kr, hour, share, citizen ...): 1e6 for
// "mio. kr", 0.01 for "percent". It is positive and finite.
func (u Unit) Scale() float64 {
	if u.scale == 0 {
		return 1
	}
	return u.scale
}

// Same says whether u and v measure the same; scales are ignored, so kr and mio. kr are the same.
func (u Unit) Same(v Unit) bool { return u.dims == v.dims }

// SameButYear says whether u and v measure the same when one factor 1/year is ignored: an amount in a column of
// a table by year may be given as kr or as kr/year.
func (u Unit) SameButYear(v Unit) bool {
	if u.Same(v) {
		return true
	}
	year := Unit{dims: "year^1"}
	a, okA := u.times(year, 1)
	b, okB := v.times(year, 1)
	return okA && a.Same(v) || okB && b.Same(u)
}

// IsNumber says whether u is without dimension: a plain number, a share, a percentage.
func (u Unit) IsNumber() bool { return u.dims == "" }

// IsRate says whether nothing is counted in u: a number, or a number for each of something, as percent/year.
func (u Unit) IsRate() bool {
	return !slices.ContainsFunc(u.list(), func(d dimension) bool { return d.power > 0 })
}

// IsMoney says whether money is in u, in any power: kr, kr/hour, citizens/kr.
func (u Unit) IsMoney() bool { return u.power("kr") != 0 }

// String writes u so that [ParseUnit] reads the same unit: "1000 kr/citizen/year", "percent", "minutes/day".
func (u Unit) String() string {
	ds := u.list()
	sort.SliceStable(ds, func(i, j int) bool { return rank[ds[i].name] < rank[ds[j].name] })
	scale := u.Scale()
	var over, under []string
	for _, d := range ds {
		switch {
		case d.power > 0:
			word := d.name
			if p := plural[word]; p != "" {
				word = p
			}
			switch {
			case d.power > 1:
			case d.name == "kr" && (scale == 1e6 || scale == 1e9):
				word = map[float64]string{1e6: "mio. kr", 1e9: "mia. kr"}[scale]
				scale = 1
			case d.name == "hour" && scale == 1.0/60:
				word, scale = "minutes", 1
			}
			over = append(over, word+raised(d.power))
		default:
			under = append(under, "/"+d.name+raised(-d.power))
		}
	}
	s := strings.Join(over, "*")
	switch {
	case s == "" && scale == 0.01:
		s, scale = "percent", 1
	case s == "":
		s = writeAmount(scale)
		scale = 1
	}
	if scale != 1 {
		s = writeAmount(scale) + " " + s
	}
	return s + strings.Join(under, "")
}

func raised(p int) string {
	if p == 1 {
		return ""
	}
	return "^" + strconv.Itoa(p)
}

// writeAmount writes the shortest number that reads back as x, never one with three decimals, which would be
// read as thousands.
func writeAmount(x float64) string {
	if x >= 1e-6 && x < 1e15 {
		s := strconv.FormatFloat(x, 'f', -1, 64)
		if thousands.MatchString(s) {
			s = strings.Replace(s, ".", "", 1) + "e-3"
		}
		return s
	}
	return strconv.FormatFloat(x, 'e', -1, 64)
}

// whole returns xⁿ by multiplication, the same on every machine.
func whole(x float64, n int) float64 {
	v := 1.0
	for range max(n, -n) {
		v *= x
	}
	if n < 0 {
		return 1 / v
	}
	return v
}
