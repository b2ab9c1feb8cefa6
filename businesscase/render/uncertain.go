package render

import "github.com/rettidig/rettidig/businesscase/proposal"

// spreadText says how far off a value may be and why; "" where it is taken as known.
func spreadText(q *proposal.Param, language string) string {
	u := q.Uncertain
	if u == nil {
		return ""
	}
	in := func(n proposal.Number) string { return inUnit(n.Value, q.Unit, language) }
	plain := func(n proposal.Number) string { return shortest(n.Value, 6, language) }
	var text string
	switch {
	case u.Uniform != nil:
		text = say(language, "uniform", in(u.Uniform[0]), in(u.Uniform[1]))
	case u.Triangular != nil:
		text = say(language, "triangular", in(u.Triangular[0]), in(u.Triangular[2]), in(u.Triangular[1]))
	case u.Pert != nil:
		text = say(language, "pert", in(u.Pert[0]), in(u.Pert[2]), in(u.Pert[1]))
	case u.Normal != nil:
		text = say(language, "normal", in(u.Normal[0]), in(u.Normal[1]))
	case u.Lognormal != nil:
		text = say(language, "lognormal", in(u.Lognormal[0]), plain(u.Lognormal[1]))
	case u.Counted != nil:
		text = say(language, "counted", plain(u.Counted[0]), plain(u.Counted[1]))
	}
	if u.Why != "" {
		text += ". " + u.Why
	}
	return say(language, "uncertain") + ": " + text
}
