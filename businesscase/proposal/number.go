package proposal

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/rettidig/rettidig/businesscase/formula"
)

// Number is a number of a proposal file: 1250, 1_250, 0.25, 25 %, 1/3. "1.250" is refused, since it is 1,250 to a
// Dane and 1.25 to a program, and so is a decimal comma.
type Number struct {
	Value float64
	text  string
}

// Num returns x as a Number.
func Num(x float64) Number { return Number{Value: x} }

// String gives the number as it was written.
func (n Number) String() string {
	if n.text != "" {
		return n.text
	}
	return strconv.FormatFloat(n.Value, 'f', -1, 64)
}

// UnmarshalYAML reads the number.
func (n *Number) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: want a number", node.Line)
	}
	x, err := parseNumber(node.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	*n = Number{Value: x, text: node.Value}
	return nil
}

// MarshalYAML writes the number as it was read.
func (n Number) MarshalYAML() (any, error) {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: n.String()}, nil
}

// MarshalJSON writes the value.
func (n Number) MarshalJSON() ([]byte, error) { return json.Marshal(n.Value) }

var (
	plainNumber = regexp.MustCompile(`^-?(\d{1,3}(_\d{3})+|\d+)(\.\d+)?$`)
	fraction    = regexp.MustCompile(`^(-?\d+) ?/ ?(\d+)$`)
	percentage  = regexp.MustCompile(`^(.*?) ?(%|percent|pct\.?)$`)
)

// ParseNumber reads a number as a proposal file may have it.
func ParseNumber(s string) (float64, error) { return parseNumber(s) }

// largest is beyond every amount, count and share of a municipality, in any unit.
const largest = 1e15

func parseNumber(s string) (float64, error) {
	s = strings.TrimSpace(s)
	scale := 1.0
	if m := percentage.FindStringSubmatch(s); m != nil {
		s, scale = m[1], 100
	}
	if err := thousands(s); err != nil {
		return 0, err
	}
	switch {
	case strings.Contains(s, ","):
		return 0, fmt.Errorf("%q has a comma: write a decimal point, and no mark or _ between thousands", s)
	case fraction.MatchString(s):
		m := fraction.FindStringSubmatch(s)
		a, _ := strconv.ParseFloat(m[1], 64)
		b, _ := strconv.ParseFloat(m[2], 64)
		if b == 0 || math.Abs(a) > largest {
			return 0, fmt.Errorf("%q is not a number", s)
		}
		return a / b / scale, nil
	case !plainNumber.MatchString(s):
		return 0, fmt.Errorf("%q is not a number: write it as 1250, 0.25, 25 %% or 1/3", s)
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil || math.Abs(x) > largest {
		return 0, fmt.Errorf("%s is too large", s)
	}
	return x / scale, nil
}

// thousands refuses a number that can be read in two ways.
func thousands(s string) error {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign = "-"
	}
	whole, fraction, ok := formula.Thousands(strings.TrimPrefix(s, "-"))
	switch {
	case !ok:
		return nil
	case fraction == "":
		return fmt.Errorf("%s has points between thousands: write %s", s, sign+whole)
	}
	return fmt.Errorf("%s could be %s or %s: write %s or %s", s, sign+whole, sign+fraction, sign+whole, sign+fraction)
}

// AsPrinted is a figure of a printed table. Without quotes it is a number as [Number]; in quotes it is read as a Danish
// document prints it ([ParseDanish]); and where that cannot be read, {as: "1.6780", read: 1680} says both.
type AsPrinted struct {
	Value float64
	Text  string // as printed; "" when it was given as a number
	Doubt string // why Text cannot be read as it stands, or how it had to be repaired; "" if there is nothing to say
}

// UnmarshalYAML reads the figure.
func (a *AsPrinted) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.MappingNode {
		var as, read *yaml.Node
		for i := 0; i+1 < len(node.Content); i += 2 {
			switch node.Content[i].Value {
			case "as":
				as = node.Content[i+1]
			case "read":
				read = node.Content[i+1]
			default:
				return fmt.Errorf("line %d: field %s is not known: a printed figure has `as` and `read`", node.Content[i].Line, node.Content[i].Value)
			}
		}
		if as == nil || read == nil {
			return fmt.Errorf("line %d: a printed figure has both `as` (the text) and `read` (the number)", node.Line)
		}
		var n Number
		if err := n.UnmarshalYAML(read); err != nil {
			return err
		}
		*a = AsPrinted{Value: n.Value, Text: as.Value}
		switch x, repairs, err := ParseDanish(as.Value); {
		case err != nil:
			a.Doubt = err.Error()
		case x != n.Value:
			a.Doubt = fmt.Sprintf("%q is %s to a Danish reader, and is read as %s", as.Value, formatPlain(x), n)
		case len(repairs) > 0:
			a.Doubt = strings.Join(repairs, "; ")
		}
		return nil
	}
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: want a figure, null for a blank cell, or {as: ..., read: ...}", node.Line)
	}
	if node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		x, repairs, err := ParseDanish(node.Value)
		if err != nil {
			return fmt.Errorf("line %d: %w; write {as: %q, read: NUMBER}", node.Line, err, node.Value)
		}
		*a = AsPrinted{Value: x, Text: node.Value, Doubt: strings.Join(repairs, "; ")}
		return nil
	}
	x, err := parseNumber(node.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w; in quotes it is read as a Danish document prints it", node.Line, err)
	}
	*a = AsPrinted{Value: x}
	return nil
}

// MarshalJSON writes the number.
func (a AsPrinted) MarshalJSON() ([]byte, error) { return json.Marshal(a.Value) }

// Years is the time axis, first to last without gaps: "2022-2027".
type Years struct{ First, Last int }

// List gives the years.
func (y Years) List() []int {
	var out []int
	for t := y.First; t <= y.Last && y.First > 0; t++ {
		out = append(out, t)
	}
	return out
}

// Has tells whether t is on the axis.
func (y Years) Has(t int) bool { return y.First <= t && t <= y.Last }

func (y Years) String() string { return fmt.Sprintf("%d-%d", y.First, y.Last) }

// MarshalYAML writes the axis.
func (y Years) MarshalYAML() (any, error) { return y.String(), nil }

// IsZero tells that no axis is given.
func (y Years) IsZero() bool { return y == Years{} }

var yearSpan = regexp.MustCompile(`^(\d{4}) ?[-–] ?(\d{4})$`)

// UnmarshalYAML reads the axis.
func (y *Years) UnmarshalYAML(node *yaml.Node) error {
	m := yearSpan.FindStringSubmatch(node.Value)
	if node.Kind != yaml.ScalarNode || m == nil {
		return fmt.Errorf("line %d: want the years as 2022-2027", node.Line)
	}
	y.First, _ = strconv.Atoi(m[1])
	y.Last, _ = strconv.Atoi(m[2])
	if y.First < 1990 || y.Last < y.First || y.Last-y.First > 39 {
		return fmt.Errorf("line %d: years are %s, want 1 to 40 years from 1990 on", node.Line, node.Value)
	}
	return nil
}
