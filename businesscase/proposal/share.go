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

// percent finds a number that is written with a per cent sign in a unit that has it already: 70 % in per cent would be
// 0.7 per cent.
func (c *checker) percent(path string, n Number, u formula.Unit) bool {
	if u.Scale() != 0.01 || !u.IsNumber() || !percentage.MatchString(n.text) {
		return false
	}
	bare := percentage.FindStringSubmatch(n.text)[1]
	c.bad(path, "write "+bare+", or let the unit be share", "is %s and its unit is per cent already", n)
	return true
}

// percentTwice looks at all numbers of a parameter.
func (c *checker) percentTwice(path string, q *Param, u formula.Unit) {
	if q.Value != nil {
		c.percent(path+".value", *q.Value, u)
	}
	for _, t := range sortedYears(q.ByYear) {
		c.percent(fmt.Sprintf("%s.by-year.%d", path, t), q.ByYear[t], u)
	}
	for i, o := range q.Also {
		c.percent(fmt.Sprintf("%s.also[%d].value", path, i), o.Value, u)
	}
	if d := q.Uncertain; d != nil {
		var all []Number
		for _, two := range []*[2]Number{d.Uniform, d.Normal} {
			if two != nil {
				all = append(all, two[:]...)
			}
		}
		for _, three := range []*[3]Number{d.Triangular, d.Pert} {
			if three != nil {
				all = append(all, three[:]...)
			}
		}
		for _, n := range all {
			if c.percent(path+".uncertain", n, u) {
				return
			}
		}
	}
}
