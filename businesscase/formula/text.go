package formula

import (
	"cmp"
	"strconv"
	"strings"
)

// how an operation is written, and how strongly it binds.
type notation struct {
	plain, print string
	binds        int
}

const (
	bindsIf = iota
	bindsOr
	bindsAnd
	bindsCompare
	bindsAdd
	bindsMul
	bindsNeg
	bindsPow
	bindsAll
)

var notations = map[op]notation{
	opIf: {binds: bindsIf}, opOr: {"or", "or", bindsOr}, opAnd: {"and", "and", bindsAnd},
	opLess: {"<", "<", bindsCompare}, opLessEq: {"<=", "≤", bindsCompare}, opMore: {">", ">", bindsCompare}, opMoreEq: {">=", "≥", bindsCompare},
	opEqual: {"==", "=", bindsCompare}, opUnequal: {"!=", "≠", bindsCompare},
	opAdd: {"+", "+", bindsAdd}, opSub: {"-", "−", bindsAdd}, opMul: {"*", "×", bindsMul}, opDiv: {"/", "/", bindsMul},
	opNeg: {"-", "−", bindsNeg}, opPow: {"^", "^", bindsPow},
}

func (n *node) binds() int {
	if b, ok := notations[n.op]; ok {
		return b.binds
	}
	return bindsAll
}

// function names, by operation.
var functionName = func() map[op]string {
	names := map[op]string{}
	for name, f := range functions {
		names[f.op] = name
	}
	return names
}()

// Text writes the formula for reading: ×, − and ≤, as few brackets as keep the meaning, and name(n) for each
// name, which may be a label or a value. With name returning its argument, [Parse] reads the text as a formula
// of the same value.
func (f *Formula) Text(name func(string) string) string {
	return writer{name: name, print: true}.text(f.root)
}

// Words are how the parts of a formula are written for a reader.
type Words struct {
	Name     func(name string) string                             // a label or a value
	Number   func(x float64) string                               // of one written in the formula, such as 0,5 for a Danish reader, and ; between arguments; nil: as it was written
	Constant func(name string, value float64, unit string) string // of weeks_per_year and its like; nil: its name
	Year     string                                               // "": year
}

// TextWith is [Formula.Text] in other words.
func (f *Formula) TextWith(w Words) string {
	return writer{name: w.Name, number: w.Number, constant: w.Constant, year: w.Year, print: true}.text(f.root)
}

// String writes a part of a formula as it can be written in one.
func (n *node) String() string {
	return writer{name: func(s string) string { return s }}.text(n)
}

type writer struct {
	name     func(string) string
	number   func(float64) string                 // nil: as it was written
	constant func(string, float64, string) string // nil: its name
	year     string                               // "": year
	print    bool
}

func (w writer) sign(o op) string {
	if w.print && o != opEqual {
		return notations[o].print
	}
	return notations[o].plain
}

func (w writer) text(n *node) string {
	switch n.op {
	case opNum:
		if w.number != nil {
			return w.number(n.num)
		}
		return n.name
	case opName:
		return w.name(n.name)
	case opConst:
		if w.constant != nil {
			return w.constant(n.name, constants[n.name].value, constants[n.name].unit)
		}
		return n.name
	case opYear:
		return cmp.Or(w.year, "year")
	case opNeg:
		return w.sign(opNeg) + w.operand(n.args[0], bindsNeg)
	case opPow:
		return w.operand(n.args[0], bindsAll) + "^" + strconv.Itoa(n.n)
	case opIf:
		return w.operand(n.args[0], bindsOr) + " ? " + w.text(n.args[1]) + " : " + w.text(n.args[2])
	}
	if b := n.binds(); b < bindsAll {
		right := b
		if n.op == opSub || n.op == opDiv || b == bindsCompare {
			right++ // a − (b + c), a / (b × c)
		}
		return w.operand(n.args[0], b) + " " + w.sign(n.op) + " " + w.operand(n.args[1], right)
	}
	parts := make([]string, len(n.args), len(n.args)+1)
	for i, a := range n.args {
		parts[i] = w.text(a)
	}
	switch {
	case (n.op == opRound || n.op == opRoundDown) && n.args[1].op == opNum && n.args[1].num == 1:
		parts = parts[:1]
	case n.op == opLag && n.n != 1, n.op == opAt:
		parts = append(parts, strconv.Itoa(n.n))
	}
	between := ", "
	if w.number != nil {
		between = "; " // a decimal comma is no separator
	}
	return functionName[n.op] + "(" + strings.Join(parts, between) + ")"
}

// operand puts n in brackets when it binds less strongly than its place asks for.
func (w writer) operand(n *node, least int) string {
	if n.binds() < least {
		return "(" + w.text(n) + ")"
	}
	return w.text(n)
}
