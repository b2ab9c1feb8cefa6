package formula

import (
	"slices"
	"strconv"
	"strings"
)

// op is what a node does with its arguments.
type op uint8

const (
	opNum   op = iota // num
	opName            // name: the caller's
	opConst           // name: weeks_per_year ...
	opYear
	opNeg
	opAdd
	opSub
	opMul
	opDiv
	opPow // by the whole number n
	opLess
	opLessEq
	opMore
	opMoreEq
	opEqual
	opUnequal
	opAnd
	opOr
	opIf // condition, then, else
	opMin
	opMax
	opAbs
	opRound
	opRoundDown
	opLag // n years
	opCumulative
	opTotal
	opAt // the year n
)

// node is one operation of a formula. Which operands are conditions (comparisons, and, or) and which are values
// is settled when it is read: a node never sees the wrong kind.
type node struct {
	op   op
	num  float64
	n    int    // opPow, opLag, opAt
	name string // opName, opConst; opNum: as it was written
	args []*node
	col  int // of the operator, the name, the function's name
	from int // of the first character
}

func (n *node) condition() bool { return n.op >= opLess && n.op <= opOr }

func (n *node) zero() bool { return n.op == opNum && n.num == 0 }

// function is what may stand before a bracket.
type function struct {
	op       op
	min, max int // number of arguments
	usage    string
}

const unlimited = 1 << 20

var functions = map[string]function{
	"min":        {opMin, 2, unlimited, "min(a, b)"},
	"max":        {opMax, 2, unlimited, "max(a, b)"},
	"abs":        {opAbs, 1, 1, "abs(x)"},
	"round":      {opRound, 1, 2, "round(x) or round(x, 1000)"},
	"round_down": {opRoundDown, 1, 2, "round_down(x) or round_down(x, 1000)"},
	"lag":        {opLag, 1, 2, "lag(x) or lag(x, 2)"},
	"cumulative": {opCumulative, 1, 1, "cumulative(x)"},
	"total":      {opTotal, 1, 1, "total(x)"},
	"at":         {opAt, 2, 2, "at(x, 2025)"},
}

// constant converts between calendar units, which never convert themselves.
type constant struct {
	value float64 // in base units
	unit  string
}

var constants = map[string]constant{
	"weeks_per_year":   {52, "weeks/year"},
	"months_per_year":  {12, "months/year"},
	"days_per_year":    {365, "days/year"},
	"days_per_week":    {7, "days/week"},
	"minutes_per_hour": {1, "1"}, // 60 minutes are an hour already
}

// Reserved says whether a name belongs to the language (a function, a constant, year, and, or ...) and cannot
// be given to a parameter.
func Reserved(name string) bool {
	_, f := functions[name]
	_, c := constants[name]
	_, k := keywords[name]
	return f || c || k || name == "year" || name == "and" || name == "or"
}

// ValidName says whether name can be used in a formula: small letters (a-z, æ, ø, å), digits and _, beginning with
// a letter, and not [Reserved].
func ValidName(name string) bool { return wellFormed(name) && !Reserved(name) }

func wellFormed(name string) bool {
	for i, r := range name {
		small := r >= 'a' && r <= 'z' || r == 'æ' || r == 'ø' || r == 'å'
		if !small && (i == 0 || !(r == '_' || r >= '0' && r <= '9')) {
			return false
		}
	}
	return name != ""
}

func (n *node) walk(f func(*node)) {
	f(n)
	for _, a := range n.args {
		a.walk(f)
	}
}

// Formula is a formula that was read. It holds no values and is safe for concurrent use.
type Formula struct {
	src  string
	root *node
}

// Source is the text the formula was read from.
func (f *Formula) Source() string { return f.src }

// Names returns the names the formula uses, sorted, each once; functions, constants and year are not among them.
func (f *Formula) Names() []string {
	var names []string
	f.root.walk(func(n *node) {
		if n.op == opName {
			names = append(names, n.name)
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// Years returns the calendar years the formula asks for with at(x, year), sorted, each once. Each must be on the
// axis: at gives NaN for any other.
func (f *Formula) Years() []int {
	var years []int
	f.root.walk(func(n *node) {
		if n.op == opAt {
			years = append(years, n.n)
		}
	})
	slices.Sort(years)
	return slices.Compact(years)
}

// IsZero says whether the formula is the bare number 0, which fits every unit.
func (f *Formula) IsZero() bool { return f.root.zero() }

// writeNumber writes x so that a formula and a spreadsheet read it back.
func writeNumber(x float64) string {
	if a := max(x, -x); a != 0 && (a < 1e-6 || a >= 1e15) {
		return strings.Replace(strconv.FormatFloat(x, 'E', -1, 64), "E+", "E", 1)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}
