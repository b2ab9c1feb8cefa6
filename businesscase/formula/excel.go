package formula

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A spreadsheet takes at most so many characters in a formula, and brackets inside one another.
const (
	maxExcel         = 8192
	maxExcelBrackets = 64
)

// Excel writes the formula of the year with index t as a spreadsheet formula without "=": cell gives the
// reference of a name's value, in base units, in the year with index t. Sums over years are written out. It is an
// error if it would be longer than a spreadsheet takes, or if at asks for a year that is not among years.
func (f *Formula) Excel(cell func(name string, t int) string, years []int, t int) (string, error) {
	if t < 0 || t >= len(years) {
		panic(fmt.Sprintf("formula: year index %d of %d", t, len(years)))
	}
	e := &excel{cell: cell, years: years}
	s := e.text(f.root, t)
	if e.err == nil && (len(s) > maxExcel || nesting(s) > maxExcelBrackets) {
		e.err = errTooLong
	}
	if e.err != nil {
		return "", e.err
	}
	return s, nil
}

var errTooLong = errors.New("the formula is too long or too deep for a spreadsheet: divide it into steps")

func nesting(s string) int {
	deep, open := 0, 0
	for _, r := range s {
		switch r {
		case '(':
			open++
			deep = max(deep, open)
		case ')':
			open--
		}
	}
	return deep
}

type excel struct {
	cell  func(string, int) string
	years []int
	size  int // characters of all leaves so far: bounds the work of sums in sums
	err   error
}

func (e *excel) leaf(s string) string {
	if e.size += len(s) + 1; e.size > maxExcel && e.err == nil {
		e.err = errTooLong
	}
	return s
}

func (e *excel) text(n *node, t int) string {
	if e.err != nil {
		return ""
	}
	switch n.op {
	case opNum:
		return e.leaf(writeNumber(n.num))
	case opConst:
		return e.leaf(writeNumber(constants[n.name].value))
	case opName:
		return e.leaf(e.cell(n.name, t))
	case opYear:
		return e.leaf(strconv.Itoa(e.years[t]))
	case opNeg: // a spreadsheet reads -2^2 as 4
		return "-" + e.operand(n.args[0], t, bindsAll)
	case opPow:
		return e.operand(n.args[0], t, bindsAll) + "^" + bracketed(n.n)
	case opLag:
		if t < n.n {
			return e.leaf("0")
		}
		return e.text(n.args[0], t-n.n)
	case opAt:
		i := slices.Index(e.years, n.n)
		if i < 0 {
			e.err = fmt.Errorf("at asks for %d, which is not among the years", n.n)
			return ""
		}
		return e.text(n.args[0], i)
	case opCumulative:
		return e.sum(n.args[0], t)
	case opTotal:
		return e.sum(n.args[0], len(e.years)-1)
	case opRound, opRoundDown:
		return e.rounded(n, t)
	case opIf:
		return e.call("IF", n.args, t)
	case opAnd:
		return e.call("AND", n.args, t)
	case opOr:
		return e.call("OR", n.args, t)
	case opMin:
		return e.call("MIN", n.args, t)
	case opMax:
		return e.call("MAX", n.args, t)
	case opAbs:
		return e.call("ABS", n.args, t)
	}
	sign := map[op]string{opEqual: "=", opUnequal: "<>"}[n.op]
	if sign == "" {
		sign = notations[n.op].plain
	}
	b := n.binds()
	// A bracket on the right even after + and *: the sheet then adds in the same order as we do.
	return e.operand(n.args[0], t, b) + sign + e.operand(n.args[1], t, b+1)
}

func (e *excel) call(name string, args []*node, t int) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = e.text(a, t)
	}
	return name + "(" + strings.Join(parts, ",") + ")"
}

func (e *excel) sum(n *node, last int) string {
	parts := make([]string, last+1)
	for t := range parts {
		parts[t] = e.text(n, t)
	}
	return "SUM(" + strings.Join(parts, ",") + ")"
}

// operand puts n in brackets when it binds less strongly than its place asks for. What is written as a call
// (rounding, sums, lag of a name) may still be an operation: lag(a + b) of the year before is a1+b1.
func (e *excel) operand(n *node, t, least int) string {
	inner := n
	for inner.op == opLag || inner.op == opAt {
		inner = inner.args[0]
	}
	s := e.text(n, t)
	b := inner.binds()
	if inner.op == opRound || inner.op == opRoundDown {
		b = bindsMul // ROUND(x/5,0)*5
	}
	if inner.op == opIf || inner.op == opAnd || inner.op == opOr {
		b = bindsAll // IF(...)
	}
	if b < least {
		return "(" + s + ")"
	}
	return s
}

// rounded uses the sheet's own rounding, to digits where the step is a power of ten, and multiplies with 20
// rather than divide by 0.05 where [Round] does. A sheet's ROUND, too, takes a value a few last bits below a tie
// for a tie.
func (e *excel) rounded(n *node, t int) string {
	x, to := n.args[0], n.args[1]
	if to.op != opNum { // may turn out to be 0 or below
		step := e.text(to, t)
		return "IF(" + step + ">0," + e.steps(n.op, e.operand(x, t, bindsMul)+"/"+e.operand(to, t, bindsAll)) + "*" + e.operand(to, t, bindsAll) + ",NA())"
	}
	if digits, ok := powerOfTen(to.num); ok && n.op == opRound {
		return "ROUND(" + e.text(x, t) + "," + strconv.Itoa(-digits) + ")"
	}
	if to.num == 1 {
		return e.steps(n.op, e.text(x, t))
	}
	over, back, step := "/", "*", to.num
	if per := perUnit(to.num); per > 0 {
		over, back, step = "*", "/", per
	}
	return e.steps(n.op, e.operand(x, t, bindsMul)+over+writeNumber(step)) + back + writeNumber(step)
}

// powerOfTen gives -2 for 0.01 and 3 for 1000. A logarithm would not be exact.
func powerOfTen(x float64) (int, bool) {
	digits, ok := strings.CutPrefix(strconv.FormatFloat(x, 'e', -1, 64), "1e")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n >= -15 && n <= 15
}

// steps rounds a number of steps to a whole one.
func (e *excel) steps(o op, scaled string) string {
	if o == opRound {
		return "ROUND(" + scaled + ",0)"
	}
	return "TRUNC(ROUND(" + scaled + ",6))"
}

func bracketed(n int) string {
	if n < 0 {
		return "(" + strconv.Itoa(n) + ")"
	}
	return strconv.Itoa(n)
}
