package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Listing is a catalogue: what it prints of each proposal, and the total.
type Listing struct {
	Title string
	Years []int
	Rows  []Listed
	Total []*proposal.AsPrinted // 1,000 kr; nil is blank
	Lines string                // of the total
}

// Listed is a line of a catalogue.
type Listed struct {
	ID       string
	Label    string
	Proposal string                // id of the proposal; "" if it is not at hand
	Values   []*proposal.AsPrinted // 1,000 kr; nil is blank
	Lines    string
}

var acrossRules = []Rule{
	{ID: "catalogue-against-total", Title: Text{"Katalogets rækker mod total", "Catalogue rows against total"}},
	{ID: "catalogue-against-proposals", Title: Text{"Katalog mod forslag", "Catalogue against proposals"}},
	{ID: "catalogue-scope", Title: Text{"Hvad kataloget viser", "What the catalogue shows"}},
	{ID: "catalogue-without-proposal", Title: Text{"Rækker uden forslag", "Rows without proposal"}},
	{ID: "catalogue-without-figures", Title: Text{"Rækker uden tal", "Rows without figures"}},
	{ID: "double-counting", Title: Text{"Dobbelttælling", "Double counting"}},
	{ID: "unit-prices", Title: unitPrices.title},
}

// across collects findings between proposals.
type across struct {
	cases   []Case
	listing *Listing
	out     []Finding
}

// Across reviews several proposals together: what is counted in two of them, prices that differ, and the catalogue
// that lists them. listing may be nil.
func Across(list []Case, listing *Listing) *Report {
	a := &across{cases: list, listing: listing}
	out := &Report{Title: "", Rules: slices.Clone(acrossRules)}
	if listing != nil {
		out.Title = listing.Title
		a.total()
		a.figures()
		a.scope()
		a.missing()
	}
	a.double()
	a.prices()
	for i := range out.Rules {
		for _, f := range a.out {
			if f.Rule == out.Rules[i].ID {
				out.Rules[i].N++
			}
		}
	}
	out.settle(a.out)
	return out
}

func (a *across) find(rule, at string, f Finding) {
	f.Rule, f.ID = rule, rule+":"+at
	if f.Path == "" {
		f.Path = at
	}
	f.Lines = once(f.Lines)
	a.out = append(a.out, f)
}

// of is the computed proposal of a row; nil if it is not at hand.
func (a *across) of(id string) *Case {
	for i := range a.cases {
		if a.cases[i].Result.Proposal == id && id != "" {
			return &a.cases[i]
		}
	}
	return nil
}

func at(cells []*proposal.AsPrinted, k int) float64 {
	if k >= len(cells) || cells[k] == nil {
		return 0
	}
	return cells[k].Value
}

func (a *across) total() {
	f := Finding{Class: Sums, Severity: Error, Lines: []string{a.listing.Lines}, Rows: []string{"total"}}
	var printed, sums []float64
	for k, t := range a.listing.Years {
		sum := 0.0
		for _, r := range a.listing.Rows {
			sum += at(r.Values, k)
		}
		if x := at(a.listing.Total, k); !same(x, sum) {
			f.Years, printed, sums = append(f.Years, t), append(printed, x), append(sums, sum)
			f.Explain = f.Explain.then(say("%s: rækkerne giver %s, totalen er %s, forskel %s.", "%s: the rows give %s, the total is %s, difference %s.", t, amount(sum), amount(x), amount(x-sum)))
		}
	}
	if len(f.Years) > 0 {
		f.Printed, f.Computed = slashed(printed), slashed(sums)
		f.Title = say("Katalogets rækker giver ikke totalen", "The catalogue's rows do not add up to its total")
		a.find("catalogue-against-total", "total", f)
	}
}

// figures holds each row against the proposal's permanent change.
func (a *across) figures() {
	for _, r := range a.listing.Rows {
		c := a.of(r.Proposal)
		if c == nil {
			continue
		}
		f := Finding{Class: CarryOver, Severity: Warning, Case: r.Proposal, Lines: []string{r.Lines}, Rows: []string{r.ID}}
		blank := true
		for k, t := range a.listing.Years {
			n := slices.Index(c.Result.Years, t)
			if k >= len(r.Values) || r.Values[k] == nil || n < 0 {
				continue
			}
			blank = false
			x, want := r.Values[k].Value, c.Result.Totals.Permanent[n].Rounded
			if same(x, want) {
				continue
			}
			f.Years = append(f.Years, t)
			f.Printed, f.Computed = slash(f.Printed, say("%s", "%s", amount(x))), slash(f.Computed, say("%s", "%s", amount(want)))
			f.Explain = f.Explain.then(say("%s: kataloget har %s, forslaget giver %s, forskel %s.", "%s: the catalogue has %s, the proposal gives %s, difference %s.", t, amount(x), amount(want), amount(x-want)))
			if y, ok := printedPermanent(c, t); ok && same(x, y) {
				f.Explain = f.Explain.then(say("Forslagets egen tabel har det samme tal: fejlen er ført videre.", "The proposal's own table has the same figure: the error is carried over."))
			}
			if total := at(a.listing.Total, k); total != 0 {
				f.Explain = f.Explain.then(say("Totalen ville være %s og ikke %s.", "The total would be %s and not %s.", amount(total-x+want), amount(total)))
			}
		}
		switch {
		case blank:
			f.Class, f.Severity = Scope, Note
			f.Title = say("%s har ingen tal i kataloget", "%s has no figures in the catalogue", plain(short(r.Label)))
			f.Explain = say("Forslaget er med i listen og ikke i totalen.", "The proposal is listed and is not in the total.")
			a.find("catalogue-without-figures", r.ID, f)
		case len(f.Years) > 0:
			f.Title = say("%s: katalogets tal er ikke forslagets", "%s: the catalogue's figure is not the proposal's", plain(short(r.Label)))
			a.find("catalogue-against-proposals", r.ID, f)
		}
	}
}

func printedPermanent(c *Case, year int) (float64, bool) {
	p := c.Model.Proposal()
	if p.Printed == nil {
		return 0, false
	}
	for i := range p.Printed.Tables {
		t := &p.Printed.Tables[i]
		s := &sheet{Table: t, years: t.Years.List(), scale: moneyScale(t.Unit)}
		if len(s.years) == 0 {
			s.years = c.Result.Years
		}
		if x, ok := s.value(t.Totals["permanent"], year); ok {
			return x, true
		}
	}
	return 0, false
}

// scope tells what the catalogue's figures leave out of the overall effect of the proposals it lists.
func (a *across) scope() {
	f := Finding{Class: Scope, Severity: Note, Lines: []string{a.listing.Lines}}
	var left []float64
	any := false
	for _, t := range a.listing.Years {
		sum := 0.0
		for _, r := range a.listing.Rows {
			c := a.of(r.Proposal)
			if c == nil || len(r.Values) == 0 || r.Values[0] == nil {
				continue
			}
			if n := slices.Index(c.Result.Years, t); n >= 0 {
				sum += c.Result.Totals.Implementation[n].Rounded
			}
		}
		any = any || sum != 0
		left = append(left, sum)
	}
	if !any {
		return
	}
	f.Years, f.Computed = slices.Clone(a.listing.Years), slashed(left)
	f.Title = say("Kataloget viser varige ændringer; implementering er ikke trukket fra", "The catalogue shows permanent change; implementation is not deducted")
	f.Explain = say("Implementering i de samme år: %s.", "Implementation in the same years: %s.", f.Computed)
	outside := 0.0
	for _, r := range a.listing.Rows {
		if c := a.of(r.Proposal); c != nil && len(r.Values) > 0 && r.Values[0] != nil {
			for n, t := range c.Result.Years {
				if !slices.Contains(a.listing.Years, t) {
					outside += c.Result.Totals.Implementation[n].Rounded
				}
			}
		}
	}
	if outside != 0 {
		f.Explain = f.Explain.then(say("I år, som kataloget ikke viser: %s.", "In years that the catalogue does not show: %s.", amount(outside)))
	}
	a.find("catalogue-scope", "implementation", f)
}

func (a *across) missing() {
	for _, r := range a.listing.Rows {
		if a.of(r.Proposal) != nil {
			continue
		}
		f := Finding{Class: Scope, Severity: Note, Lines: []string{r.Lines}, Rows: []string{r.ID}}
		var xs []float64
		for _, v := range r.Values {
			if v != nil {
				xs = append(xs, v.Value)
			}
		}
		f.Printed = slashed(xs)
		f.Title = say("%s: forslaget er ikke med, tallene kan ikke efterregnes", "%s: the proposal is not at hand, the figures cannot be computed", plain(short(r.Label)))
		f.Explain = say("Kataloget har %s.", "The catalogue has %s.", f.Printed)
		a.find("catalogue-without-proposal", r.ID, f)
	}
}

// double names pairs of proposals that say themselves that their savings meet, and how much both count in the last year.
func (a *across) double() {
	done := map[string]bool{}
	for i := range a.cases {
		p := a.cases[i].Model.Proposal()
		for k, s := range p.SeeAlso {
			other := a.of(s.Case)
			if other == nil || (s.How != "same saving" && s.How != "overlaps") {
				continue
			}
			pair := []string{p.ID, s.Case}
			slices.Sort(pair)
			key := strings.Join(pair, "/")
			if done[key] {
				continue
			}
			done[key] = true
			f := Finding{Class: Overlap, Severity: Warning, Case: p.ID, Path: fmt.Sprintf("see-also[%d]", k), Line: p.Line(fmt.Sprintf("see-also[%d]", k))}
			x, y := lastSaving(&a.cases[i]), lastSaving(other)
			f.Computed = say("%s og %s", "%s and %s", amount(x), amount(y))
			f.Title = say("%s og %s kan tælle den samme besparelse", "%s and %s may count the same saving", plain(strings.ToUpper(pair[0])), plain(strings.ToUpper(pair[1])))
			f.Explain = say("%s regner med %s i sidste år og %s med %s. Højst det mindste af de to kan være talt med to gange.", "%s counts on %s in the last year and %s on %s. At most the smaller of the two can be counted twice.",
				plain(strings.ToUpper(p.ID)), amount(x), plain(strings.ToUpper(s.Case)), amount(y)).then(plain(s.Note))
			a.find("double-counting", key, f)
		}
	}
}

func lastSaving(c *Case) float64 {
	sum := 0.0
	for _, r := range c.Result.Rows {
		if r.Kind == proposal.Saving && r.Parent == "" {
			sum += r.Values[len(r.Values)-1].Rounded
		}
	}
	return sum
}

// prices gives each spread of unit prices once, from the proposal that comes first.
func (a *across) prices() {
	told := map[string]bool{}
	for _, c := range a.cases {
		v, err := newView(c.Model, c.Result, a.cases)
		if err != nil {
			continue // a scenario's prices are not those of the document
		}
		v.rule = &unitPrices
		v.unitPrices()
		for _, f := range v.out {
			if key := f.Computed.DA; !told[key] {
				told[key] = true
				a.out = append(a.out, f)
			}
		}
	}
}
