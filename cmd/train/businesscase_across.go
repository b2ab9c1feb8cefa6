package main

import (
	"fmt"
	"io"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/render"
)

// reviewTogether prints what is found between proposals: what two of them count, prices that differ, the catalogue.
func (b *businesscaseFlags) reviewTogether(out io.Writer, all []computed, listing *check.Listing) error {
	var list []check.Case
	for _, c := range all {
		list = append(list, check.Case{Model: c.model, Result: c.result})
	}
	report := check.Across(list, listing)
	if err := b.reviewed(out, report); err != nil || b.asJSON {
		return err
	}
	note := "\nHvert forslag for sig er ikke kontrolleret her: train businesscase --proposal %s --check\n"
	if b.language == render.English {
		note = "\nEach proposal by itself is not reviewed here: train businesscase --proposal %s --check\n"
	}
	_, err := fmt.Fprintf(out, note, list[0].Model.Proposal().ID)
	return err
}

// reviewCatalogue holds the built-in catalogue against its proposals.
func (b *businesscaseFlags) reviewCatalogue(out io.Writer) error {
	c, err := cases.Catalogue()
	if err != nil {
		return err
	}
	listing := &check.Listing{Title: c.Title, Years: c.Years.List(), Total: c.Total.Printed, Lines: c.Total.Lines}
	for _, r := range c.Rows {
		listing.Rows = append(listing.Rows, check.Listed{ID: r.ID, Label: r.Label, Proposal: r.Proposal, Values: r.Printed, Lines: r.Lines})
	}
	var all []computed
	for _, name := range cases.Names() {
		one, err := b.compute(name)
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	return b.reviewTogether(out, all, listing)
}
