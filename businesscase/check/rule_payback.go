package check

import (
	"math"
	"regexp"
	"strconv"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// paybacks holds the printed payback against the computed one, and says which rule would give the printed one.
var paybacks = rule{"payback", Text{"Tilbagebetalingstid", "Payback"}, (*view).paybacks}

// paybackNames are the two paybacks of a table in the order in which tables print them.
var paybackNames = []string{"service", "total economy"}

var paybackLabels = map[string]Text{
	"service":       {"Tilbagebetalingstid, service", "Payback, service"},
	"total economy": {"Tilbagebetalingstid, totaløkonomi", "Payback, total economy"},
}

var firstNumber = regexp.MustCompile(`\d+`)

func (v *view) paybacks() {
	done := map[string]bool{}
	for _, s := range v.sheets {
		for _, name := range paybackNames {
			text, ok := s.Payback[name]
			if !ok {
				continue
			}
			computed, simple := v.r.Payback.Total, v.r.Payback.PlainTotal
			if name == "service" {
				computed, simple = v.r.Payback.Service, v.r.Payback.PlainService
			}
			f := Finding{Class: Payback, Tables: []string{s.ID}, Lines: []string{s.Lines}, Printed: plain(text), Computed: outcome(computed)}
			path := s.path + ".payback." + name
			if years, ok := printedYears(text); ok && years != computed.Years {
				f.Severity = Error
				f.Title = say("%s: trykt %s, beregnet %s", "%s: printed %s, computed %s", paybackLabels[name], plain(text), f.Computed)
				f.Explain = accumulated(v.r).then(v.otherRule(years, name))
				v.find(s.ID+"/"+name, path, f)
			} else if !ok && computed.Outcome == proposal.Repaid {
				f.Severity = Note
				f.Title = say("%s er ikke trykt som et antal år", "%s is not printed as a number of years", paybackLabels[name])
				v.find(s.ID+"/"+name, path, f)
			}
			if simple != computed && computed.Outcome == proposal.Repaid && !done[name] {
				done[name] = true
				f.Severity, f.Computed = Note, outcome(simple)
				f.Title = say("%s: den opsamlede økonomi er allerede i nul efter %s", "%s: the accumulated economy is at zero already after %s", paybackLabels[name], outcome(simple))
				f.Explain = accumulated(v.r).then(say("Der kommer implementeringsomkostninger senere, så investeringen regnes først for tilbagebetalt efter %s.", "Implementation cost comes later, so the investment counts as repaid after %s only.", outcome(computed)))
				v.find(s.ID+"/"+name+"/plain", path, f)
			}
		}
	}
}

// printedYears reads "2", "3 år" and "-": nothing to pay back is 0 years.
func printedYears(s string) (int, bool) {
	if m := firstNumber.FindString(s); m != "" {
		n, err := strconv.Atoi(m)
		return n, err == nil
	}
	return 0, false
}

func outcome(p proposal.Payback) Text {
	switch p.Outcome {
	case proposal.Repaid:
		return say("%s år", "%s years", p.Years)
	case proposal.NotRepaid:
		return say("ikke tilbagebetalt i perioden", "not repaid within the horizon")
	case proposal.NoInvested:
		return say("intet investeret", "nothing invested")
	}
	return say("ingen tilbagebetaling", "no payback")
}

func accumulated(r *proposal.Result) Text {
	var parts []Text
	for k, x := range r.Payback.Accumulated {
		parts = append(parts, say("%s (%s)", "%s (%s)", amount(x), r.Years[k]))
	}
	var out Text
	for i, t := range parts {
		if i > 0 {
			out.DA, out.EN = out.DA+", ", out.EN+", "
		}
		out.DA, out.EN = out.DA+t.DA, out.EN+t.EN
	}
	return say("Opsamlet effekt: %s.", "Accumulated effect: %s.", out)
}

// otherRule names the rules that would give the printed number of years.
func (v *view) otherRule(printed int, name string) Text {
	p := v.r.Payback
	simple, other := p.PlainTotal, p.Service
	otherName := Text{"for service", "for service"}
	if name == "service" {
		simple, other, otherName = p.PlainService, p.Total, Text{"for totaløkonomi", "for total economy"}
	}
	var found []Text
	if simple.Outcome == proposal.Repaid && simple.Years == printed {
		found = append(found, say("det første år, hvor den opsamlede effekt er i nul, uanset senere omkostninger", "the first year in which the accumulated effect is at zero, later cost or not"))
	}
	if other.Outcome == proposal.Repaid && other.Years == printed {
		found = append(found, say("tilbagebetalingstiden %s", "the payback %s", otherName))
	}
	if x := v.simpleRatio(name); x == printed {
		found = append(found, say("implementering delt med den varige ændring i sidste år, rundet op", "implementation divided by the permanent change of the last year, rounded up"))
	}
	if len(found) == 0 {
		return Text{}
	}
	return say("De trykte %s år er %s.", "The printed %s years are %s.", printed, listed(found))
}

// simpleRatio is investment over yearly gain in whole years, or -1.
func (v *view) simpleRatio(name string) int {
	invested, gain := 0.0, 0.0
	for _, r := range v.r.Rows {
		if r.Parent != "" {
			continue
		}
		for k, a := range r.Values {
			switch {
			case r.Kind == proposal.OneOff:
				invested += a.Rounded
			case k == len(v.years)-1 && (name != "service" || r.Area == proposal.Service):
				gain -= a.Rounded
			}
		}
	}
	if gain <= 0 || invested <= 0 {
		return -1
	}
	return int(math.Ceil(invested/gain - 1e-9))
}
