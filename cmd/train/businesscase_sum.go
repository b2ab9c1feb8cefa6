package main

import (
	"fmt"
	"io"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/render"
)

// added is what --json prints of several proposals.
type added struct {
	PriceLevel int                `json:"price_level"`
	Unit       string             `json:"unit"`
	Sum        render.Sum         `json:"sum"`
	Proposals  []*proposal.Result `json:"proposals"`
}

// showSum adds proposals up. Amounts of different price levels are not added.
func (b *businesscaseFlags) showSum(out io.Writer, all []computed) error {
	results := make([]*proposal.Result, len(all))
	seen := map[string]string{}
	for i, c := range all {
		results[i] = c.result
		if c.result.PriceLevel != all[0].result.PriceLevel {
			return fmt.Errorf("%s is in %d prices and %s in %d: amounts of different price levels are not added; give --index FILE.yaml and --prices YEAR",
				b.proposals[0], all[0].result.PriceLevel, b.proposals[i], c.result.PriceLevel)
		}
		if first, twice := seen[c.result.Proposal]; twice {
			return fmt.Errorf("--proposal %s and --proposal %s have the same id, %s: a proposal is added once", first, b.proposals[i], c.result.Proposal)
		}
		seen[c.result.Proposal] = b.proposals[i]
	}
	sum := render.Add(results)
	if b.asJSON {
		return printJSON(out, added{results[0].PriceLevel, results[0].Unit, sum, results})
	}
	return render.TextSum(out, results, sum, b.options)
}

// builtIn is a built-in case as --list --json prints it.
type builtIn struct {
	Name       string `json:"name"`
	Title      string `json:"title"`
	Type       string `json:"type"`
	Years      string `json:"years"`
	PriceLevel int    `json:"price_level"`
}

func (b *businesscaseFlags) showList(out io.Writer) error {
	var all []builtIn
	for _, name := range cases.Names() {
		p, err := cases.Load(name)
		if err != nil {
			return err
		}
		all = append(all, builtIn{name, p.Title, p.Type, p.Years.String(), p.PriceLevel})
	}
	if b.asJSON {
		return printJSON(out, map[string]any{"cases": all})
	}
	for _, c := range all {
		fmt.Fprintf(out, "%-5s %-11s %s  %d p/l  %s\n", c.Name, c.Type, c.Years, c.PriceLevel, c.Title)
	}
	return nil
}

// showCatalogue prints the catalogue as the proposals give it, and where its printed figures are others.
func (b *businesscaseFlags) showCatalogue(out io.Writer) error {
	c, err := cases.Catalogue()
	if err != nil {
		return err
	}
	if b.asJSON {
		return printJSON(out, c)
	}
	o := render.Overview{Title: c.Title, PriceLevel: c.PriceLevel, Years: c.Years.List(), Note: c.Note}
	line := func(r cases.OverviewRow) render.OverviewLine {
		l := render.OverviewLine{Label: r.Label, Section: r.Section, Computed: r.Permanent, Printed: make([]*float64, len(o.Years))}
		for k, a := range r.Printed {
			if a != nil {
				l.Printed[k] = &a.Value
			}
		}
		return l
	}
	for _, r := range c.Rows {
		o.Lines = append(o.Lines, line(r))
	}
	o.Total = line(c.Total)
	return render.TextOverview(out, o, b.options)
}
