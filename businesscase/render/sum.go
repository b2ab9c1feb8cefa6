package render

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Sum is what several proposals come to together. Innovation proposals are tentative and not added.
type Sum struct {
	Years     []int             `json:"years"` // from the first of any to the last of any
	Added     []string          `json:"added"` // ids
	NotAdded  []string          `json:"not_added,omitempty"`
	Permanent []proposal.Amount `json:"permanent"`
	Overall   []proposal.Amount `json:"overall"`
}

// Add adds proposals of one price level up, year by year; a proposal is blank in years that are not on its axis. It
// panics if there are none or if price levels differ.
func Add(results []*proposal.Result) Sum {
	if len(results) == 0 {
		panic("render: nothing to add")
	}
	first, last := math.MaxInt, math.MinInt
	for _, r := range results {
		if r.PriceLevel != results[0].PriceLevel {
			panic("render: different price levels")
		}
		first, last = min(first, r.Years[0]), max(last, r.Years[len(r.Years)-1])
	}
	var s Sum
	for t := first; t <= last; t++ {
		s.Years = append(s.Years, t)
	}
	s.Permanent, s.Overall = blank(len(s.Years)), blank(len(s.Years))
	for _, r := range results {
		if r.Type == "innovation" {
			s.NotAdded = append(s.NotAdded, r.Proposal)
			continue
		}
		s.Added = append(s.Added, r.Proposal)
		for k := range s.Years {
			plus(&s.Permanent[k], s.at(r, r.Totals.Permanent, k))
			plus(&s.Overall[k], s.at(r, r.Totals.Overall, k))
		}
	}
	return s
}

func blank(n int) []proposal.Amount {
	out := make([]proposal.Amount, n)
	for k := range out {
		out[k].Blank = true
	}
	return out
}

func plus(sum *proposal.Amount, a proposal.Amount) {
	if a.Blank {
		return
	}
	sum.Blank = false
	sum.Exact += a.Exact
	sum.Rounded += a.Rounded
}

// at is a proposal's figure in the sum's year at place k.
func (s Sum) at(r *proposal.Result, values []proposal.Amount, k int) proposal.Amount {
	if i := slices.Index(r.Years, s.Years[k]); i >= 0 {
		return values[i]
	}
	return proposal.Amount{Blank: true}
}

// TextSum prints the permanent change and the overall effect of each proposal, and their sums.
func TextSum(w io.Writer, results []*proposal.Result, s Sum, o Options) error {
	b := bufio.NewWriter(w)
	t := tables{r: &proposal.Result{PriceLevel: results[0].PriceLevel, Years: s.Years}, o: o, lang: o.language()}
	permanent := func(r *proposal.Result) []proposal.Amount { return r.Totals.Permanent }
	overall := func(r *proposal.Result) []proposal.Amount { return r.Totals.Overall }
	for i, part := range []struct {
		caption string
		of      func(*proposal.Result) []proposal.Amount
		total   []proposal.Amount
	}{{"totals", permanent, s.Permanent}, {"totals overall", overall, s.Overall}} {
		var lines []Line
		for _, r := range results {
			cells := make([]proposal.Amount, len(s.Years))
			for k := range s.Years {
				cells[k] = s.at(r, part.of(r), k)
			}
			label, second := r.Title, ""
			if r.Type == "innovation" {
				label += " *"
			}
			if p := r.Payback.Total; p.Outcome == proposal.Repaid {
				second = Payback(p, r.Years, t.lang)
			}
			lines = append(lines, Line{Style: Item, ID: r.Proposal, Label: label, Second: second, Cells: t.cells(cells)})
		}
		lines = append(lines, Line{Style: Total, Label: t.say("total"), Cells: t.cells(part.total)})
		table := t.table("sum", t.say(part.caption), t.say("payback"), lines)
		if len(s.NotAdded) > 0 {
			table.Notes = append(table.Notes, "* "+t.say("not added"))
		}
		if i > 0 {
			table.Notes = append(table.Notes, t.say("sign"))
			fmt.Fprintln(b)
		}
		table.print(b, t.lang, table.width(t.lang))
	}
	return b.Flush()
}
