package xlsx

import (
	"fmt"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Columns of the sheet of paybacks: labels, then years.
const paidFrom = 2

// dust is what sums of decimal fractions leave behind, as in [proposal.Flows.Repaid].
const dust = "0.000001"

// payback writes the rule step by step: year 1 is the first with any figure; an investment is paid back in the first
// year in which the accumulated effect is at or below 0 and after which no implementation cost comes. The plain
// answers leave out the last condition.
func (b *book) payback() {
	sheet := b.paybackSheet()
	n := len(b.years)
	b.text(sheet, 1, 1, b.say("Tilbagebetalingstid", "Payback"), "title")
	b.text(sheet, 1, 2, b.say("År 1 er det første år med et tal. Investeringen er betalt tilbage i det første år, hvor den akkumulerede virkning er 0 eller derunder, og der ikke kommer flere implementeringsomkostninger.",
		"Year 1 is the first with a figure. It is paid back in the first year in which the accumulated effect is at or below 0 and no implementation cost comes later."), "")
	b.heads(sheet, 4, "")
	row := 5
	line := func(label string, f func(k int) string) (at5 int) {
		b.text(sheet, 1, row, label, "label")
		for k := range n {
			b.formula(sheet, paidFrom+k, row, f(k), "value")
		}
		row++
		return row - 1
	}
	cell := func(row, k int) string { return at(paidFrom+k, row) }
	span := func(row int) string { return fixed(paidFrom, row) + ":" + fixed(paidFrom+n-1, row) }
	anyOf := func(cells []string) string { // whether a figure is there
		if len(cells) == 0 {
			return "0"
		}
		abs := make([]string, len(cells))
		for i, c := range cells {
			abs[i] = "ABS(" + c + ")"
		}
		return "IF(" + sum(abs) + ">" + dust + ",1,0)"
	}
	oneOff := func(r proposal.RowResult) bool { return r.Kind == proposal.OneOff }
	permanent := func(r proposal.RowResult) bool { return r.Kind != proposal.OneOff }
	serving := func(r proposal.RowResult) bool { return permanent(r) && r.Area == proposal.Service }

	invested := line(b.say("Implementeringsomkostninger", "Implementation costs"), func(k int) string { return sum(b.figures(oneOff, k)) })
	service := line(b.say("Varige ændringer, service", "Permanent changes, service"), func(k int) string { return sum(b.figures(serving, k)) })
	total := line(b.say("Varige ændringer, i alt", "Permanent changes, in total"), func(k int) string { return sum(b.figures(permanent, k)) })
	begun := line(b.say("Er forslaget begyndt?", "Has the proposal begun?"), func(k int) string {
		own := anyOf(append(b.figures(oneOff, k), b.figures(permanent, k)...))
		if k == 0 {
			return own
		}
		return "MAX(" + cell(row, k-1) + "," + own + ")"
	})
	paying := line(b.say("Er der investeret?", "Is anything invested?"), func(k int) string {
		own := "IF(ABS(" + cell(invested, k) + ")>" + dust + ",1,0)"
		if k == 0 {
			return own
		}
		return "MAX(" + cell(row, k-1) + "," + own + ")"
	})
	done := line(b.say("Er investeringen afsluttet?", "Is the investment complete?"), func(k int) string {
		var later []string
		for j := k + 1; j < n; j++ {
			later = append(later, cell(invested, j))
		}
		return "1-" + anyOf(later)
	})
	b.paid = map[string]string{}
	answers := func(name string, change int) {
		sofar := line(b.say("Akkumuleret, "+name, "Accumulated, "+name), func(k int) string {
			own := cell(invested, k) + "+" + cell(change, k)
			if k == 0 {
				return own
			}
			return cell(row, k-1) + "+(" + own + ")"
		})
		lasting := line(b.say("Er der en varig ændring?", "Is there a permanent change?"), func(k int) string { return "IF(ABS(" + cell(change, k) + ")>" + dust + ",1,0)" })
		for _, rule := range []struct{ key, danish, english, done string }{
			{"", "Betalt tilbage", "Paid back", "done"},
			{"plain ", "Betalt tilbage, simpel", "Paid back, plain", ""},
		} {
			paid := line(b.say(rule.danish, rule.english), func(k int) string {
				conditions := []string{cell(begun, k) + "=1", cell(paying, k) + "=1", cell(sofar, k) + "<=" + dust}
				if rule.done != "" {
					conditions = append(conditions, cell(done, k)+"=1")
				}
				return "IF(AND(" + strings.Join(conditions, ",") + "),1,0)"
			})
			b.text(sheet, 1, row, b.say("Tilbagebetalingstid, år", "Payback, years")+", "+b.say(rule.danish, rule.english)+", "+name, "bold")
			b.formula(sheet, paidFrom, row, fmt.Sprintf(`IF(MAX(%s)=0,"%s",IF(MAX(%s)=0,"%s",IF(MAX(%s)=0,"%s",MATCH(1,%s,0)-MATCH(1,%s,0)+1)))`,
				span(lasting), b.say("ingen tilbagebetaling", "no payback"), span(paying), b.say("intet at betale tilbage", "nothing to pay back"),
				span(paid), b.say("ikke inden for årene", "not within the years"), span(paid), span(begun)), "answer")
			b.paid[rule.key+name] = in(sheet, paidFrom, row)
			row += 2
		}
	}
	answers("service", service)
	answers("total", total)
	b.widths(sheet, 56)
	b.page(sheet, 4, 1)
}

// figures are the tables' cells in the year at place k of the rows that are kept; parts are in their row already, and a
// blank cell is no figure.
func (b *book) figures(keep func(proposal.RowResult) bool, k int) []string {
	var out []string
	for _, r := range b.r.Rows {
		if r.Parent == "" && keep(r) && !r.Values[k].Blank {
			out = append(out, b.rounded[r.ID][k])
		}
	}
	return out
}
