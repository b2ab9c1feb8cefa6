package formula

import "math"

// Program is a formula ready to be computed many times. It holds scratch space: one Program is not for
// concurrent use; [Program.Clone] makes another.
type Program struct {
	code  []instruction
	deep  int // series on the stack at most
	stack []float64
}

// instruction takes its operands from the top of the stack, one series each, and leaves its result there.
type instruction struct {
	op   op
	num  float64
	n    int // slot of a name, power, lag, calendar year
	args int
}

// Compile translates the formula; slot gives the place of a name's series in the values of [Program.Eval]. It
// panics if slot returns a negative number: Check says beforehand which names are unknown.
func (f *Formula) Compile(slot func(name string) int) *Program {
	p := &Program{}
	p.emit(f.root, slot, 0)
	return p
}

func (p *Program) emit(n *node, slot func(string) int, depth int) {
	for i, a := range n.args {
		p.emit(a, slot, depth+i)
	}
	in := instruction{n.op, n.num, n.n, len(n.args)}
	switch n.op {
	case opName:
		if in.n = slot(n.name); in.n < 0 {
			panic("formula: no slot for " + n.name)
		}
	case opConst:
		in.op, in.num = opNum, constants[n.name].value
	}
	p.code = append(p.code, in)
	p.deep = max(p.deep, depth+max(1, len(n.args)))
}

// Clone returns a Program that can be used beside p.
func (p *Program) Clone() *Program { return &Program{code: p.code, deep: p.deep} }

// Eval computes the formula for each year: values[slot][t] is a name's value in base units in years[t], out[t]
// receives the result. years are consecutive. What cannot be computed is NaN, and so is all that follows from it: a
// division by zero (never an infinity, which 1/x would turn into a figure again), a year that at asks for and the axis
// has not, a choice whose comparison is NaN. The outcome of a choice that is not taken does no harm. Overflow
// gives an infinity. It panics if a slice is shorter than years. It allocates only when years is longer than before.
func (p *Program) Eval(years []int, values [][]float64, out []float64) {
	T := len(years)
	if T == 0 {
		return
	}
	if len(p.stack) < p.deep*T {
		p.stack = make([]float64, p.deep*T)
	}
	top := 0
	for i := range p.code {
		in := &p.code[i]
		top -= in.args
		x := p.stack[top*T : (top+1)*T]
		switch in.args {
		case 0:
			in.leaf(x, years, values)
		case 1:
			in.one(x, years)
		case 2:
			in.two(x, p.stack[(top+1)*T:(top+2)*T])
		default:
			for k := 1; k < in.args; k++ {
				in.more(x, p.stack[(top+k)*T:(top+k+1)*T], p.stack[(top+in.args-1)*T:(top+in.args)*T])
				if in.op == opIf {
					break
				}
			}
		}
		top++
	}
	for t, v := range p.stack[:T] {
		out[t] = v + 0 // minus zero becomes zero
	}
}

func (in *instruction) leaf(x []float64, years []int, values [][]float64) {
	switch in.op {
	case opName:
		copy(x, values[in.n][:len(x)])
	case opYear:
		for t := range x {
			x[t] = float64(years[t])
		}
	default:
		for t := range x {
			x[t] = in.num
		}
	}
}

func (in *instruction) one(x []float64, years []int) {
	switch in.op {
	case opNeg:
		for t := range x {
			x[t] = -x[t]
		}
	case opAbs:
		for t := range x {
			x[t] = math.Abs(x[t])
		}
	case opPow:
		for t := range x {
			x[t] = raise(x[t], in.n)
		}
	case opLag:
		for t := len(x) - 1; t >= 0; t-- {
			if t >= in.n {
				x[t] = x[t-in.n]
			} else {
				x[t] = 0
			}
		}
	case opCumulative:
		for t := 1; t < len(x); t++ {
			x[t] += x[t-1]
		}
	case opTotal:
		sum := x[0]
		for _, v := range x[1:] {
			sum += v
		}
		fill(x, sum)
	case opAt:
		v := math.NaN()
		for t, y := range years {
			if y == in.n {
				v = x[t]
			}
		}
		fill(x, v)
	}
}

func divide(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}

func raise(x float64, n int) float64 {
	if n < 0 && x == 0 {
		return math.NaN()
	}
	return whole(x, n)
}

func fill(x []float64, v float64) {
	for t := range x {
		x[t] = v
	}
}

// two computes x = x op y.
func (in *instruction) two(x, y []float64) {
	y = y[:len(x)]
	switch in.op {
	case opAdd:
		for t := range x {
			x[t] += y[t]
		}
	case opSub:
		for t := range x {
			x[t] -= y[t]
		}
	case opMul:
		for t := range x {
			x[t] *= y[t]
		}
	case opDiv:
		for t := range x {
			x[t] = divide(x[t], y[t])
		}
	case opMin:
		for t := range x {
			x[t] = math.Min(x[t], y[t])
		}
	case opMax:
		for t := range x {
			x[t] = math.Max(x[t], y[t])
		}
	case opRound:
		for t := range x {
			x[t] = Round(x[t], y[t])
		}
	case opRoundDown:
		for t := range x {
			x[t] = RoundDown(x[t], y[t])
		}
	default:
		for t := range x {
			x[t] = in.holds(x[t], y[t])
		}
	}
}

// holds is 1 when a comparison holds, 0 when not and NaN when one side is NaN, so that a value that could not be
// computed never chooses a figure.
func (in *instruction) holds(a, b float64) float64 {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.NaN()
	}
	var yes bool
	switch in.op {
	case opLess:
		yes = a < b
	case opLessEq:
		yes = a <= b
	case opMore:
		yes = a > b
	case opMoreEq:
		yes = a >= b
	case opEqual:
		yes = a == b
	case opUnequal:
		yes = a != b
	case opAnd:
		yes = a != 0 && b != 0
	case opOr:
		yes = a != 0 || b != 0
	}
	if yes {
		return 1
	}
	return 0
}

// more computes min and max of more than two, one at a time, and the choice between y and z.
func (in *instruction) more(x, y, z []float64) {
	if in.op != opIf {
		in.two(x, y)
		return
	}
	for t := range x {
		switch {
		case math.IsNaN(x[t]):
		case x[t] != 0:
			x[t] = y[t]
		default:
			x[t] = z[t]
		}
	}
}
