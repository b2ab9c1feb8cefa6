package formula

import (
	"fmt"
	"slices"
)

// Check computes the unit of the formula's value in base units (scale 1) from the units of its names; unit says
// whether a name is known. Sums, comparisons and choices need operands of the same dimensions; the bare number 0
// fits all. The error is an *[Error]; for an unknown name its Name is set.
func (f *Formula) Check(unit func(name string) (Unit, bool)) (Unit, error) {
	u, bad := checker{unit}.unitOf(f.root)
	if bad != nil {
		return Unit{}, bad
	}
	return u, nil
}

type checker struct{ unit func(string) (Unit, bool) }

func (c checker) unitOf(n *node) (Unit, *Error) {
	switch n.op {
	case opNum, opYear:
		return Unit{}, nil
	case opConst:
		return constantUnit(n.name), nil
	case opName:
		u, ok := c.unit(n.name)
		if !ok {
			return Unit{}, &Error{Column: n.col, Msg: n.name + " is not known", Hint: "give it as a parameter, or as a step before this one", Name: n.name}
		}
		return Unit{dims: u.dims}, nil
	}
	units := make([]Unit, len(n.args))
	for i, a := range n.args {
		var bad *Error
		if units[i], bad = c.unitOf(a); bad != nil {
			return Unit{}, bad
		}
	}
	switch n.op {
	case opMul, opDiv, opPow:
		return combine(n, units)
	case opAdd:
		return alike(n, "added", n.args, units)
	case opSub:
		return alike(n, "subtracted", n.args, units)
	case opMin, opMax:
		return alike(n, "compared", n.args, units)
	case opIf:
		return alike(n, "the two outcomes of one condition", n.args[1:], units[1:])
	case opRound, opRoundDown:
		if !units[1].IsNumber() && !units[1].Same(units[0]) {
			_, bad := alike(n, "rounded to one another", n.args, units)
			return Unit{}, bad
		}
	case opAnd, opOr:
		return Unit{}, nil
	}
	if n.condition() {
		_, bad := alike(n, "compared", n.args, units)
		return Unit{}, bad
	}
	return units[0], nil
}

func combine(n *node, units []Unit) (Unit, *Error) {
	var u Unit
	var ok bool
	switch n.op {
	case opMul:
		u, ok = units[0].times(units[1], 1)
	case opDiv:
		u, ok = units[0].times(units[1], -1)
	default:
		u, ok = Unit{}.times(units[0], n.n)
	}
	if !ok {
		return Unit{}, &Error{Column: n.col, Msg: fmt.Sprintf("the unit has a power beyond ±%d", maxPower), Hint: "write less of it"}
	}
	return u, nil
}

// alike demands one unit of all operands and returns it.
func alike(n *node, how string, args []*node, units []Unit) (Unit, *Error) {
	first := slices.IndexFunc(args, func(a *node) bool { return !a.zero() })
	if first < 0 {
		return Unit{}, nil
	}
	for i := first + 1; i < len(args); i++ {
		if args[i].zero() || units[i].Same(units[first]) {
			continue
		}
		a, b, ua, ub := args[first], args[i], units[first], units[i]
		col := n.col
		if n.op == opIf || len(args) > 2 {
			col = b.from
		}
		return Unit{}, &Error{
			Column: col,
			Msg:    fmt.Sprintf("%s is in %s and %s is in %s: they cannot be %s", brief(a), inUnit(ua), brief(b), inUnit(ub), how),
			Hint:   remedy(a, b, ua, ub),
		}
	}
	return units[first], nil
}

// brief is a part of a formula as it can be written in one, its middle left out when it is long.
func brief(n *node) string {
	const most = 80
	s := []rune(n.String())
	if len(s) <= most {
		return string(s)
	}
	return string(s[:most/2]) + " … " + string(s[len(s)-most/2:])
}

func inUnit(u Unit) string {
	if u.IsNumber() {
		return "plain numbers"
	}
	return u.String()
}

func constantUnit(name string) Unit {
	u, err := ParseUnit(constants[name].unit)
	if err != nil {
		panic("formula: " + err.Error())
	}
	return Unit{dims: u.dims}
}

// remedy says what would make two units fit: a conversion constant if the calendar alone differs, a price if one is
// money, else the unit that is missing.
func remedy(a, b *node, ua, ub Unit) string {
	year := Unit{dims: "year^1"}
	switch {
	case a.op == opYear || b.op == opYear:
		return "give what year is compared with the unit 1, a plain number"
	case a.op == opNum:
		return fmt.Sprintf("a number written out has no unit: make %s a parameter in %s", brief(a), ub)
	case b.op == opNum:
		return fmt.Sprintf("a number written out has no unit: make %s a parameter in %s", brief(b), ua)
	case ua.SameButYear(ub):
		if over, _ := ua.times(year, -1); over.Same(ub) {
			a, b = b, a
		}
		return fmt.Sprintf("%s is per year and %s is not: give both the same unit, or multiply %s by a number of years", brief(a), brief(b), brief(a))
	}
	for _, name := range constantNames() {
		k := constantUnit(name)
		for _, p := range []struct {
			power int
			how   string
		}{{1, "multiply %s by %s"}, {-1, "divide %s by %s"}} {
			if v, ok := ua.times(k, p.power); ok && v.Same(ub) {
				return fmt.Sprintf(p.how, brief(a), name)
			}
			if v, ok := ub.times(k, p.power); ok && v.Same(ua) {
				return fmt.Sprintf(p.how, brief(b), name)
			}
		}
	}
	if ua.IsMoney() && !ub.IsMoney() {
		a, ua, ub = b, ub, ua
	}
	missing, ok := ub.times(ua, -1)
	switch {
	case !ok:
		return "look at their units"
	case missing.power("kr") == 1:
		return fmt.Sprintf("multiply %s by %s", brief(a), price(missing))
	}
	return fmt.Sprintf("multiply %s by something in %s, or mend a unit", brief(a), missing)
}

// price divides kr*citizens*weeks/hour into a price in kr/hour and what it must be multiplied with.
func price(u Unit) string {
	over, rest := map[string]int{}, map[string]int{}
	per := false
	for _, d := range u.list() {
		switch {
		case d.name == "kr":
			over[d.name] = d.power
		case d.power < 0:
			over[d.name], per = d.power, true
		default:
			rest[d.name] = d.power
		}
	}
	money, _ := makeUnit(over, 1) // powers as in u: within bounds
	more, _ := makeUnit(rest, 1)
	s := "an amount in " + money.String()
	if per {
		s = "a price in " + money.String()
	}
	if len(rest) > 0 {
		s += " and by " + more.String()
	}
	return s
}

// constantNames in the order they are offered: multiplying weeks is commoner than dividing days.
func constantNames() []string {
	return []string{"weeks_per_year", "months_per_year", "days_per_year", "days_per_week"}
}
