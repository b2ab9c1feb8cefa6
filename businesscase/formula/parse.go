package formula

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Parse reads a formula. The error is an *[Error] with the column.
func Parse(src string) (*Formula, error) {
	text, back, bad := scan(src)
	if bad != nil {
		return nil, bad
	}
	r := &reader{src: []rune(src), text: []rune(text), back: back}
	if strings.TrimSpace(text) == "" {
		return nil, &Error{Column: 1, Msg: "the formula is empty", Hint: "write 0 for nothing"}
	}
	tree, bad := r.parse(text)
	if bad != nil {
		return nil, bad
	}
	root, bad := r.value(tree, 1)
	if bad != nil {
		return nil, bad
	}
	return &Formula{src, root}, nil
}

// reader turns the parser's tree into ours, refusing every node that is not needed.
type reader struct {
	src, text []rune
	back      []int // column of each rune of text
	nodes     int
	comparing int // > 0 inside a comparison, where alone year has a meaning
}

// parse calls the parser. A panic in it is an unreadable formula: the formula is foreign, and a service must not
// fall over it.
func (r *reader) parse(text string) (n ast.Node, bad *Error) {
	defer func() {
		if p := recover(); p != nil {
			n, bad = nil, &Error{Column: 1, Msg: "the formula cannot be read", Hint: "write it in smaller steps"}
		}
	}()
	tree, err := parser.Parse(text)
	if err == nil && tree.Node != nil {
		return tree.Node, nil
	}
	var e *file.Error
	if !errors.As(err, &e) {
		return nil, &Error{Column: 1, Msg: "the formula cannot be read"}
	}
	if len(strings.TrimSpace(string(r.text[min(e.From, len(r.text)):]))) == 0 || strings.Contains(e.Message, "EOF") {
		return nil, &Error{Column: r.column(len(r.text)), Msg: "the formula ends where a value is missing", Hint: "something must follow the last sign; a condition is c ? a : b"}
	}
	token := string(r.src[r.column(e.From)-1 : min(r.column(max(e.From, e.To-1)), len(r.src))])
	bad = &Error{Column: r.column(e.From), Msg: fmt.Sprintf("did not expect %s here", token)}
	switch {
	case token == ",":
		bad.Hint = "a comma separates arguments; decimals are written with a point"
	case token == ")":
		bad.Hint = "a value is missing before it"
	case token == ":":
		bad.Hint = "a condition is c ? a : b"
	case strings.ContainsAny(token, "*×·/÷^<>≤≥≠=!&|?"):
		bad.Hint = "a value is missing before it"
	default:
		bad.Hint = "a sign such as * or + is missing before it"
	}
	return nil, bad
}

// column of the i-th rune of the text; one past the last column when i is past the end.
func (r *reader) column(i int) int {
	if i < len(r.back) {
		return r.back[i]
	}
	if len(r.back) == 0 {
		return 1
	}
	return r.back[len(r.back)-1] + 1
}

// value reads a node that must be a value; condition one that must be a comparison.
func (r *reader) value(a ast.Node, depth int) (*node, *Error) {
	n, bad := r.node(a, depth)
	if bad == nil && n.condition() {
		return nil, &Error{Column: n.col, Msg: "a comparison is not a value", Hint: "write " + brief(n) + " ? 1 : 0, or choose between two values"}
	}
	return n, bad
}

func (r *reader) condition(a ast.Node, depth int) (*node, *Error) {
	n, bad := r.node(a, depth)
	if bad == nil && !n.condition() {
		return nil, &Error{Column: n.from, Msg: brief(n) + " is not a comparison", Hint: "write what it is compared with, such as " + brief(n) + " > 0"}
	}
	return n, bad
}

var binary = map[string]op{"+": opAdd, "-": opSub, "*": opMul, "/": opDiv, "^": opPow, "**": opPow,
	"<": opLess, "<=": opLessEq, ">": opMore, ">=": opMoreEq, "==": opEqual, "!=": opUnequal,
	"and": opAnd, "&&": opAnd, "or": opOr, "||": opOr}

func (r *reader) node(a ast.Node, depth int) (*node, *Error) {
	r.nodes++
	if r.nodes > maxNodes || depth > maxDepth {
		return nil, &Error{Column: 1, Msg: "the formula has too many parts", Hint: "divide it into steps"}
	}
	at := a.Location().From
	col := r.column(at)
	switch a := a.(type) {
	case *ast.IntegerNode:
		return r.number(a, float64(a.Value)), nil
	case *ast.FloatNode:
		return r.number(a, a.Value), nil
	case *ast.IdentifierNode:
		return r.name(a.Value, col)
	case *ast.UnaryNode:
		return r.unary(a, col, depth)
	case *ast.BinaryNode:
		return r.binary(a, col, depth)
	case *ast.ConditionalNode:
		return r.conditional(a, depth)
	case *ast.BuiltinNode:
		return r.call(a.Name, a.Arguments, col, depth)
	case *ast.CallNode:
		if f, ok := a.Callee.(*ast.IdentifierNode); ok {
			return r.call(f.Value, a.Arguments, col, depth)
		}
	}
	return nil, &Error{Column: col, Msg: "this cannot be used in a formula", Hint: "use numbers, names, + - * / ^, brackets, comparisons, c ? a : b and the functions"}
}

func (r *reader) number(a ast.Node, x float64) *node {
	loc := a.Location()
	col := r.column(loc.From)
	return &node{op: opNum, num: x, name: string(r.text[loc.From:min(loc.To, len(r.text))]), col: col, from: col}
}

func (r *reader) name(name string, col int) (*node, *Error) {
	n := &node{op: opName, name: name, col: col, from: col}
	if name == "year" {
		n.op = opYear
		if r.comparing == 0 {
			return nil, &Error{Column: col, Msg: "year can only be compared", Hint: "write year >= 2025 ? a : b; a number of years is a parameter in years"}
		}
	}
	if _, ok := constants[name]; ok {
		n.op = opConst
	}
	return n, nil
}

func (r *reader) unary(a *ast.UnaryNode, col, depth int) (*node, *Error) {
	x, bad := r.value(a.Node, depth+1)
	if bad != nil {
		return nil, bad
	}
	switch a.Operator {
	case "-":
		return &node{op: opNeg, args: []*node{x}, col: col, from: col}, nil
	case "+":
		return x, nil
	}
	return nil, &Error{Column: col, Msg: a.Operator + " cannot be used in a formula", Hint: "turn the comparison round"}
}

func (r *reader) binary(a *ast.BinaryNode, col, depth int) (*node, *Error) {
	o, ok := binary[a.Operator]
	if !ok {
		return nil, &Error{Column: col, Msg: a.Operator + " cannot be used in a formula"}
	}
	if at := a.Location().From; o == opAnd && (r.text[at] == '<' || r.text[at] == '>') {
		// The parser reads a < b < c as a < b && b < c with one b in both.
		return nil, &Error{Column: col, Msg: "a comparison has two sides", Hint: "write a < b and b < c"}
	}
	read := r.value
	switch {
	case o == opAnd || o == opOr:
		read = r.condition
	case o >= opLess && o <= opUnequal:
		r.comparing++
		defer func() { r.comparing-- }()
	}
	left, bad := read(a.Left, depth+1)
	if bad != nil {
		return nil, bad
	}
	right, bad := read(a.Right, depth+1)
	if bad != nil {
		return nil, bad
	}
	n := &node{op: o, args: []*node{left, right}, col: col, from: left.from}
	if o != opPow {
		return n, nil
	}
	p, ok := right.wholeNumber()
	if !ok || p < -maxPower || p > maxPower {
		return nil, &Error{Column: right.from, Msg: "a power is a whole number from -99 to 99, written out", Hint: "write x^2, or multiply"}
	}
	n.args, n.n = n.args[:1], p
	return n, nil
}

// wholeNumber reads n as a whole number written out, with a minus or without.
func (n *node) wholeNumber() (int, bool) {
	sign := 1.0
	for n.op == opNeg {
		sign, n = -sign, n.args[0]
	}
	if n.op != opNum || n.num != math.Trunc(n.num) || n.num > 1e9 {
		return 0, false
	}
	return int(sign * n.num), true
}

func (r *reader) conditional(a *ast.ConditionalNode, depth int) (*node, *Error) {
	cond, bad := r.condition(a.Cond, depth+1)
	if bad != nil {
		return nil, bad
	}
	yes, bad := r.value(a.Exp1, depth+1)
	if bad != nil {
		return nil, bad
	}
	no, bad := r.value(a.Exp2, depth+1)
	if bad != nil {
		return nil, bad
	}
	return &node{op: opIf, args: []*node{cond, yes, no}, col: cond.from, from: cond.from}, nil
}

func (r *reader) call(name string, arguments []ast.Node, col, depth int) (*node, *Error) {
	f, ok := functions[name]
	if !ok {
		return nil, &Error{Column: col, Msg: name + " is not a function", Hint: nearestFunction(name)}
	}
	if len(arguments) < f.min || len(arguments) > f.max {
		return nil, &Error{Column: col, Msg: fmt.Sprintf("%s has %d arguments", name, len(arguments)), Hint: "write " + f.usage}
	}
	n := &node{op: f.op, n: 1, col: col, from: col}
	for _, a := range arguments {
		x, bad := r.value(a, depth+1)
		if bad != nil {
			return nil, bad
		}
		n.args = append(n.args, x)
	}
	switch {
	case f.op == opRound || f.op == opRoundDown:
		if len(n.args) == 1 {
			n.args = append(n.args, &node{op: opNum, num: 1, name: "1", col: col, from: col})
		}
		if to := n.args[1]; to.op == opNum && to.num == 0 || to.op == opNeg {
			return nil, &Error{Column: to.from, Msg: "what is rounded to must be positive", Hint: "write " + f.usage}
		}
	case len(n.args) == 2 && (f.op == opLag || f.op == opAt):
		whole := n.args[1]
		if n.n, ok = whole.wholeNumber(); !ok || n.n < 0 {
			return nil, &Error{Column: whole.from, Msg: fmt.Sprintf("%s takes a whole number, written out", name), Hint: "write " + f.usage}
		}
		if f.op == opAt && (n.n < 1900 || n.n > 2200) {
			return nil, &Error{Column: whole.from, Msg: fmt.Sprintf("%d is not a calendar year", n.n), Hint: "write " + f.usage}
		}
		n.args = n.args[:1]
	}
	return n, nil
}
