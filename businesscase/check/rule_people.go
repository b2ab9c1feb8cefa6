package check

import (
	"fmt"
	"slices"
	"strings"
)

// heads tells whether a unit counts people or courses.
func (v *view) heads(unit string) bool {
	u := strings.ToLower(unit)
	if strings.Contains(u, "kr") || strings.HasPrefix(u, "share") {
		return false
	}
	u, _, _ = strings.Cut(u, "/")
	for _, w := range []string{"citizen", "borger", "person", "employee", "medarbejder", "course", "forløb"} {
		if strings.Contains(u, w) {
			return true
		}
	}
	return false
}

// populations finds two ends of a proposal that are counted on different numbers of the same kind of people.
var populations = rule{"two-populations", Text{"To grundlag", "Two base populations"}, (*view).populations}

func (v *view) populations() {
	ends := v.ends()
	for k, b := range ends {
		for _, a := range ends[:k] {
			x, y := v.onlyIn(a, b), v.onlyIn(b, a)
			if x == "" || y == "" {
				continue
			}
			px, py := &v.p.Parameters[v.param(x)], &v.p.Parameters[v.param(y)]
			if !kindred(px.Label, py.Label) || px.Unit != py.Unit || px.Value == nil || py.Value == nil || same(px.Value.Value, py.Value.Value) {
				continue
			}
			f := Finding{Class: Logic, Severity: Note, Lines: linesOf(px.Source, py.Source), Printed: plain(px.Value.String() + " / " + py.Value.String())}
			f.Title = say("»%s« og »%s« regnes på hver sit antal", "“%s” and “%s” are counted on different numbers", v.name(a), v.name(b))
			f.Explain = say("%s er %s, %s er %s (%s).", "%s is %s, %s is %s (%s).", both(px.Label, px.LabelEN), amount(px.Value.Value), both(py.Label, py.LabelEN), amount(py.Value.Value), plain(px.Unit))
			v.find(a+"/"+b, fmt.Sprintf("parameters[%d]", v.param(y)), f)
			return
		}
	}
}

// ends are the savings with a formula, and the steps that count people and that nothing else uses.
func (v *view) ends() []string {
	var out []string
	for _, i := range v.savings() {
		if len(v.parametersOf(v.behind(v.p.Rows[i].ID))) > 0 {
			out = append(out, v.p.Rows[i].ID)
		}
	}
	for _, q := range v.p.Quantities {
		last := !slices.ContainsFunc(v.m.Names(), func(n string) bool { return slices.Contains(v.behind(n), q.ID) })
		if last && v.heads(q.Unit) {
			out = append(out, q.ID)
		}
	}
	return out
}

// onlyIn is a parameter that counts people, goes into a, and is not behind b; "" if a and b share one.
func (v *view) onlyIn(a, b string) string {
	found := ""
	for _, n := range v.parametersOf(v.behind(a)) {
		if !v.heads(v.p.Parameters[v.param(n)].Unit) {
			continue
		}
		if slices.Contains(v.behind(b), n) {
			return ""
		}
		if found == "" {
			found = n
		}
	}
	return found
}
