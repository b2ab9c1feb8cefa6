package proposal

import (
	"fmt"
	"strings"

	"github.com/rettidig/rettidig/businesscase/formula"
)

// IsShare tells whether a unit's words say that its values are shares of 1: "share", "andel", "share of citizens". A
// plain number or a factor, which has the same dimension, may be above 1.
func IsShare(unit string) bool { return firstWord(unit, "share", "andel") }

// IsPercent tells the same of shares of 100.
func IsPercent(unit string) bool { return firstWord(unit, "percent", "pct", "procent", "%") }

func firstWord(unit string, words ...string) bool {
	first, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(unit)), " ")
	for _, w := range words {
		if strings.TrimSuffix(first, ".") == w {
			return true
		}
	}
	return false
}

// number finds what cannot be meant as it stands: a per cent sign before citizens or kroner, one in a unit that has it
// already (70 % in per cent would be 0.7 per cent), and a share outside 0 to 1.
func (c *checker) number(path string, n Number, unit string, u formula.Unit) bool {
	if m := percentage.FindStringSubmatch(n.text); m != nil {
		switch {
		case u.Scale() == 0.01 && u.IsRate():
			c.bad(path, "write "+m[1]+", or let the unit be share", "is %s and its unit is per cent already", n)
			return true
		case !u.IsRate() || u.IsNumber() && u.Scale() > 1:
			c.bad(path, "write a number of "+unit+"; or let the unit be share, and multiply by it", "is %s and its unit is %s", n, unit)
			return true
		}
	}
	if IsShare(unit) && !(n.Value >= 0 && n.Value <= 1) {
		hint := "a share: 0.7 or 70 %; what may be less than nothing or more than the whole has the unit factor"
		if n.Value > 1 && n.Value <= 100 && percentage.FindStringIndex(n.text) == nil {
			hint = fmt.Sprintf("%s %% is written with its sign; what may be more than the whole has the unit factor", n)
		}
		c.bad(path, hint, "is %s, outside 0 to 1", n)
		return true
	}
	return false
}

// numbers looks at all numbers of a parameter.
func (c *checker) numbers(path string, q *Param, u formula.Unit) {
	if q.Value != nil {
		c.number(path+".value", *q.Value, q.Unit, u)
	}
	for _, t := range sortedYears(q.ByYear) {
		c.number(fmt.Sprintf("%s.by-year.%d", path, t), q.ByYear[t], q.Unit, u)
	}
	for i, o := range q.Also {
		c.number(fmt.Sprintf("%s.also[%d].value", path, i), o.Value, q.Unit, u)
	}
	for _, n := range q.Uncertain.ends() {
		if c.number(path+".uncertain", n, q.Unit, u) {
			return
		}
	}
}

// ends are the numbers of a distribution that are in the parameter's own unit.
func (u *Uncertain) ends() []Number {
	switch {
	case u == nil:
		return nil
	case u.Uniform != nil:
		return u.Uniform[:]
	case u.Triangular != nil:
		return u.Triangular[:]
	case u.Pert != nil:
		return u.Pert[:]
	case u.Normal != nil:
		return u.Normal[:]
	}
	return nil
}
