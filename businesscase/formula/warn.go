package formula

import "fmt"

// Warnings says what is allowed and doubtful: a conversion by hand that units already do (1000 beside money, 60 beside
// hours, 100 beside a share), a calendar conversion as a bare number (52 beside weeks). unit is as for [Formula.Check]; parts whose unit is unknown give no warning.
func (f *Formula) Warnings(unit func(string) (Unit, bool)) []Warning {
	var ws []Warning
	c := checker{unit}
	f.root.walk(func(n *node) {
		switch {
		case n.op == opConst && n.name == "minutes_per_hour":
			ws = append(ws, Warning{n.col, "minutes and hours convert themselves: minutes_per_hour changes nothing", "leave it out"})
		case n.op == opMul || n.op == opDiv:
			for i, a := range n.args {
				other := n.args[1-i]
				if a.op != opNum || other.op == opNum {
					continue
				}
				if u, bad := c.unitOf(other); bad == nil {
					if msg, hint := byHand(a, u); msg != "" {
						ws = append(ws, Warning{a.col, msg, hint})
					}
				}
			}
		}
	})
	return ws
}

// byHand says whether a bare number beside a value in u looks like a conversion.
func byHand(a *node, u Unit) (msg, hint string) {
	switch x := a.num; {
	case (x == 1e3 || x == 1e6 || x == 1e9 || x == 1e-3 || x == 1e-6) && u.IsMoney():
		return fmt.Sprintf("%s beside money (%s): kr, 1000 kr and mio. kr convert themselves", a, u), "leave it out"
	case x == 60 && u.power("hour") != 0:
		return fmt.Sprintf("%s beside %s: minutes and hours convert themselves", a, u), "leave it out"
	case (x == 100 || x == 0.01) && u.IsNumber():
		return fmt.Sprintf("%s beside a share: share and percent convert themselves", a), "leave it out if it turns a share into percent"
	case x == 52 && u.power("week") != 0:
		return fmt.Sprintf("%s beside %s has no unit", a, u), "write weeks_per_year"
	case x == 12 && u.power("month") != 0:
		return fmt.Sprintf("%s beside %s has no unit", a, u), "write months_per_year"
	case x == 365 && u.power("day") != 0:
		return fmt.Sprintf("%s beside %s has no unit", a, u), "write days_per_year"
	}
	return "", ""
}
