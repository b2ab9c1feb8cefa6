package businesscase

import "encoding/json"

// Expr is a formula. It is a tree and not a Go function, so that the text on the screen and the number
// beside it come from the same thing and cannot drift apart.
type Expr struct {
	op   op
	name string  // opRef: a parameter, or an earlier derivation
	num  float64 // opNum: the number; opRound: what is rounded to
	args []Expr
}

type op uint8

const (
	opRef op = iota
	opNum
	opAdd
	opSub
	opMul
	opDiv
	opRound
)

func ref(name string) Expr              { return Expr{op: opRef, name: name} }
func num(x float64) Expr                { return Expr{op: opNum, num: x} }
func add(args ...Expr) Expr             { return Expr{op: opAdd, args: args} }
func sub(a, b Expr) Expr                { return Expr{op: opSub, args: []Expr{a, b}} }
func mul(args ...Expr) Expr             { return Expr{op: opMul, args: args} }
func div(a, b Expr) Expr                { return Expr{op: opDiv, args: []Expr{a, b}} }
func rounded(a Expr, unit float64) Expr { return Expr{op: opRound, num: unit, args: []Expr{a}} }

// value computes the formula; lookup gives the value of a name.
func (e Expr) value(lookup func(string) float64) float64 {
	switch e.op {
	case opRef:
		return lookup(e.name)
	case opNum:
		return e.num
	case opRound:
		return HalfUp(e.args[0].value(lookup), e.num)
	}
	v := e.args[0].value(lookup)
	for _, a := range e.args[1:] {
		x := a.value(lookup)
		switch e.op {
		case opAdd:
			v += x
		case opSub:
			v -= x
		case opMul:
			v *= x
		case opDiv:
			v /= x
		}
	}
	return v
}

var (
	symbol     = map[op]string{opAdd: " + ", opSub: " − ", opMul: " × ", opDiv: " / "}
	precedence = map[op]int{opAdd: 1, opSub: 1, opMul: 2, opDiv: 2, opRef: 3, opNum: 3, opRound: 3}
)

// text writes the formula with as few brackets as keep its meaning; leaf writes a name, a number or a
// rounding.
func (e Expr) text(leaf func(Expr) string) string {
	switch e.op {
	case opRef, opNum, opRound:
		return leaf(e)
	}
	var s string
	for i, a := range e.args {
		t := a.text(leaf)
		same := precedence[a.op] == precedence[e.op] && i > 0 && (e.op == opSub || e.op == opDiv)
		if precedence[a.op] < precedence[e.op] || same {
			t = "(" + t + ")"
		}
		if i > 0 {
			s += symbol[e.op]
		}
		s += t
	}
	return s
}

// String writes the formula over its names: courses_per_year × baseline_completion.
func (e Expr) String() string {
	return e.text(func(l Expr) string {
		switch l.op {
		case opRef:
			return l.name
		case opRound:
			return "round(" + l.args[0].String() + ", " + Number(l.num, 6, English) + ")"
		}
		return Number(l.num, 6, English)
	})
}

// MarshalJSON writes String.
func (e Expr) MarshalJSON() ([]byte, error) { return json.Marshal(e.String()) }
