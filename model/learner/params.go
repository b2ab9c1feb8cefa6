package learner

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/internal/near"
)

// Kind is what a parameter takes.
type Kind int

const (
	Number Kind = iota // a decimal number from Low to High
	Whole              // a whole number from Low to High
	Word               // one of Words only
	Signed             // columns, + or - before each, commas between them; or nothing
	Lists              // lists of columns, + between the columns and commas between the lists; or nothing
)

// Param is one parameter of a learner. Its range is said here and checked from here, so that help and
// refusals agree.
type Param struct {
	Name, Default, Help string
	Kind                Kind
	Low, High           float64  // inclusive
	Above               bool     // Low itself is not allowed
	Words               []string // taken beside a number
}

// Range says in words what the parameter takes.
func (p Param) Range() string {
	var parts []string
	switch p.Kind {
	case Signed:
		return "columns, each with + or - before it and commas between them, such as +age,-strength"
	case Lists:
		return "lists of columns, + between the columns and commas between the lists, such as age+strength,home"
	}
	if p.Kind != Word {
		what := "a number"
		if p.Kind == Whole {
			what = "a whole number"
		}
		low := "from " + number(p.Low)
		if p.Above {
			low = "above " + number(p.Low)
		}
		switch {
		case math.IsInf(p.High, 1) && p.Above:
			parts = append(parts, fmt.Sprintf("%s %s", what, low))
		case math.IsInf(p.High, 1):
			parts = append(parts, fmt.Sprintf("%s, %s or more", what, number(p.Low)))
		case p.Above:
			parts = append(parts, fmt.Sprintf("%s %s and up to %s", what, low, number(p.High)))
		default:
			parts = append(parts, fmt.Sprintf("%s %s to %s", what, low, number(p.High)))
		}
	}
	return strings.Join(append(parts, p.Words...), " or ")
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// take returns the number that the text stands for, or the word.
func (p Param) take(text string) (float64, string, error) {
	if slices.Contains(p.Words, text) {
		return math.NaN(), text, nil
	}
	if p.Kind == Signed {
		for part := range strings.SplitSeq(text, ",") {
			if text != "" && (len(part) < 2 || part[0] != '+' && part[0] != '-') {
				return 0, "", fmt.Errorf("parameter %s is %q, want %s", p.Name, text, p.Range())
			}
		}
		return math.NaN(), text, nil
	}
	if p.Kind == Lists {
		for list := range strings.SplitSeq(text, ",") {
			if text != "" && slices.Contains(strings.Split(list, "+"), "") {
				return 0, "", fmt.Errorf("parameter %s is %q, want %s", p.Name, text, p.Range())
			}
		}
		return math.NaN(), text, nil
	}
	bad := fmt.Errorf("parameter %s is %q, want %s", p.Name, text, p.Range())
	if p.Kind == Word {
		return 0, "", bad
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= p.Low && x <= p.High) || p.Above && x == p.Low || p.Kind == Whole && x != math.Trunc(x) {
		return 0, "", bad
	}
	return x, "", nil
}

// Values are the parameters of one fit, all checked.
type Values struct {
	learner string
	number  map[string]float64
	word    map[string]string
}

// ReadParams fills in the defaults and refuses what is not known or out of range.
func ReadParams(l Learner, given map[string]string) (Values, error) {
	v := Values{learner: l.Name(), number: map[string]float64{}, word: map[string]string{}}
	params := l.Params()
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	unknown := make([]string, 0, len(given))
	for name := range given {
		if !slices.Contains(names, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	if len(unknown) > 0 {
		name := unknown[0]
		if len(names) == 0 {
			return v, fmt.Errorf("%s has no parameter %q; it has none at all", l.Name(), name)
		}
		return v, fmt.Errorf("%s has no parameter %q%s; it has %s", l.Name(), name, DidYouMean(name, names), strings.Join(names, ", "))
	}
	for _, p := range params {
		text, ok := given[p.Name]
		if !ok {
			text = p.Default
		}
		x, word, err := p.take(text)
		if err != nil {
			return v, fmt.Errorf("%s: %w", l.Name(), err)
		}
		v.number[p.Name], v.word[p.Name] = x, word
	}
	return v, nil
}

// CheckParams tells what is wrong with the parameters, before any data is read.
func CheckParams(l Learner, given map[string]string) error {
	_, err := ReadParams(l, given)
	return err
}

func (v Values) has(name string) {
	if _, ok := v.number[name]; !ok {
		panic(fmt.Sprintf("learner: %s asks for its parameter %s, which it does not declare", v.learner, name))
	}
}

// Num returns a number; NaN if a word was given.
func (v Values) Num(name string) float64 { v.has(name); return v.number[name] }

// Whole returns a whole number. It must not be asked of a parameter that was given a word.
func (v Values) Whole(name string) int { v.has(name); return int(v.number[name]) }

// Is tells whether the parameter is this word.
func (v Values) Is(name, word string) bool { v.has(name); return v.word[name] == word }

// Signs returns +1, -1 or 0 for each column; nil if no column was given a sign.
func (v Values) Signs(name string, columns []Column) ([]int8, error) {
	v.has(name)
	if v.word[name] == "" {
		return nil, nil
	}
	ids := make([]string, len(columns))
	for j, c := range columns {
		ids[j] = c.ID
	}
	out := make([]int8, len(columns))
	for part := range strings.SplitSeq(v.word[name], ",") {
		j := slices.Index(ids, part[1:])
		switch {
		case j < 0:
			return nil, fmt.Errorf("%s: parameter %s: there is no column %q%s", v.learner, name, part[1:], DidYouMean(part[1:], ids))
		case columns[j].Levels != nil:
			return nil, fmt.Errorf("%s: parameter %s: column %s is categorical, its levels have no order", v.learner, name, part[1:])
		case out[j] != 0:
			return nil, fmt.Errorf("%s: parameter %s: column %s is there twice", v.learner, name, part[1:])
		}
		out[j] = 1
		if part[0] == '-' {
			out[j] = -1
		}
	}
	return out, nil
}

// Lists returns the columns of each list by number; nil if there is no list.
func (v Values) Lists(name string, columns []Column) ([][]int, error) {
	v.has(name)
	if v.word[name] == "" {
		return nil, nil
	}
	ids := make([]string, len(columns))
	for j, c := range columns {
		ids[j] = c.ID
	}
	var out [][]int
	for text := range strings.SplitSeq(v.word[name], ",") {
		var list []int
		for id := range strings.SplitSeq(text, "+") {
			j := slices.Index(ids, id)
			switch {
			case j < 0:
				return nil, fmt.Errorf("%s: parameter %s: there is no column %q%s", v.learner, name, id, orWhy(id, v.word[name], ids))
			case slices.Contains(list, j):
				return nil, fmt.Errorf("%s: parameter %s: column %s is twice in the list %s", v.learner, name, id, text)
			}
			list = append(list, j)
		}
		out = append(out, list)
	}
	return out, nil
}

// orWhy says of a name in lists that is no column's which one is meant, or that the text names a column with a sign in its
// name by which names are parted.
func orWhy(name, text string, ids []string) string {
	for _, id := range ids {
		if strings.ContainsAny(id, ",+") && strings.Contains(text, id) {
			return fmt.Sprintf(": names are parted by + and commas, one of which is in the name of column %q; call it something else in the table", id)
		}
	}
	return DidYouMean(name, ids)
}

// DidYouMean names the nearest of the known words, unless nothing is near.
func DidYouMean(name string, known []string) string {
	if word := near.Word(name, known); word != "" {
		return fmt.Sprintf(" (did you mean %s?)", word)
	}
	return ""
}
