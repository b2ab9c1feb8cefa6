package cases

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Overview is the catalogue: the permanent change of every proposal, as printed and as its own file gives it.
type Overview struct {
	Format     int              `yaml:"rettidig-catalogue" json:"-"` // 1
	Title      string           `yaml:"title" json:"title"`
	Unit       string           `yaml:"unit" json:"unit"`
	PriceLevel int              `yaml:"price-level" json:"price_level"`
	Years      proposal.Years   `yaml:"years" json:"years"`
	Source     *proposal.Source `yaml:"source,omitempty" json:"source,omitempty"`
	Note       string           `yaml:"note,omitempty" json:"note,omitempty"`
	Rows       []OverviewRow    `yaml:"rows" json:"rows"`
	Total      OverviewRow      `yaml:"total" json:"total"`
}

// OverviewRow is one proposal. Printed is null in a year without a figure. Permanent and Overall (implementation cost
// included) are computed, by year; they are nil for a proposal that we have no file of, whose printed figures count as given.
type OverviewRow struct {
	ID           string                `yaml:"id,omitempty" json:"id,omitempty"`
	Label        string                `yaml:"label" json:"label"`
	Section      string                `yaml:"section,omitempty" json:"section,omitempty"`
	Proposal     string                `yaml:"proposal,omitempty" json:"proposal,omitempty"` // the file; "" if there is none
	Confidential bool                  `yaml:"confidential,omitempty" json:"confidential,omitempty"`
	Printed      []*proposal.AsPrinted `yaml:"values" json:"printed"`
	Lines        string                `yaml:"lines,omitempty" json:"lines,omitempty"`
	Permanent    []proposal.Amount     `yaml:"-" json:"permanent"`
	Overall      []proposal.Amount     `yaml:"-" json:"overall"`

	given []bool // by year: nothing was computed
}

// Catalogue reads the catalogue and computes its proposals.
func Catalogue() (*Overview, error) {
	b, err := files.ReadFile("catalogue.yaml")
	if err != nil {
		panic("cases: " + err.Error())
	}
	c, err := readOverview(bytes.NewReader(b), "catalogue.yaml")
	if err != nil {
		return nil, err
	}
	return c, c.compute()
}

// readOverview reads a catalogue: every field known, every row with one value a year.
func readOverview(r io.Reader, name string) (*Overview, error) {
	c := &Overview{}
	dec := yaml.NewDecoder(r)
	dec.KnownFields(true)
	if err := dec.Decode(c); err != nil {
		return nil, fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(name+": "+format, args...))
		}
	}
	check(c.Format == 1, "rettidig-catalogue is %d, want 1", c.Format)
	check(!c.Years.IsZero(), "years is missing")
	check(c.Unit == "1000 kr", "unit is %q, want 1000 kr", c.Unit)
	seen := map[string]bool{}
	for _, r := range append(slices.Clone(c.Rows), c.Total) {
		check(r.Label != "", "row %q has no label", r.ID)
		check(r.ID == "" || !seen[r.ID], "row %q is given twice", r.ID)
		seen[r.ID] = true
		check(len(r.Printed) == len(c.Years.List()), "row %q has %d figures for the years %s", r.ID, len(r.Printed), c.Years)
		check(r.Proposal == "" || slices.Contains(Names(), r.Proposal), "row %q: there is no proposal %q", r.ID, r.Proposal)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return c, nil
}

// compute fills in what the proposals give. Rows without a file count as printed.
func (c *Overview) compute() error {
	years := c.Years.List()
	c.Total.Permanent, c.Total.Overall = make([]proposal.Amount, len(years)), make([]proposal.Amount, len(years))
	for i := range c.Rows {
		r := &c.Rows[i]
		permanent, overall := make([]proposal.Amount, len(years)), make([]proposal.Amount, len(years))
		if r.Proposal == "" {
			for k, a := range r.Printed {
				permanent[k] = proposal.Amount{Blank: a == nil}
				if a != nil {
					permanent[k].Exact, permanent[k].Rounded = a.Value, a.Value
				}
				overall[k] = permanent[k]
			}
		} else {
			p, err := Load(r.Proposal)
			if err != nil {
				return err
			}
			v, err := newReproducer(p)
			if err != nil {
				return err
			}
			if p.PriceLevel != c.PriceLevel {
				return fmt.Errorf("catalogue.yaml: %s is in %d prices, the catalogue in %d", p.ID, p.PriceLevel, c.PriceLevel)
			}
			r.given = make([]bool, len(years))
			for k, t := range years {
				at := slices.Index(v.r.Years, t)
				if at < 0 {
					return fmt.Errorf("catalogue.yaml: %s has no year %d", p.ID, t)
				}
				permanent[k], overall[k] = v.r.Totals.Permanent[at], v.r.Totals.Overall[at]
				r.given[k] = v.givenTotal(of("permanent"), t)
			}
			r.Permanent, r.Overall = permanent, overall
		}
		for k := range years {
			add(&c.Total.Permanent[k], permanent[k])
			add(&c.Total.Overall[k], overall[k])
		}
	}
	return nil
}

func add(sum *proposal.Amount, a proposal.Amount) {
	sum.Exact += a.Exact
	sum.Rounded += a.Rounded
}

// figures holds the catalogue's figures against the proposals.
func (c *Overview) figures() []Figure {
	var out []Figure
	for i := range c.Rows {
		out = append(out, c.rowFigures(&c.Rows[i])...)
	}
	years := c.Years.List()
	for k, a := range c.Total.Printed {
		if a == nil {
			continue
		}
		f := Figure{File: "catalogue", Place: fmt.Sprintf("total / %d", years[k]), Label: c.Total.Label, Lines: c.Total.Lines, Unit: c.Unit, AsText: text(a), Printed: a.Value,
			Computed: c.Total.Permanent[k].Rounded, Exact: c.Total.Permanent[k].Exact, Rule: BySum, Verdict: Reproduced}
		if !same(f.Computed, f.Printed) {
			f.Verdict = Discrepancy
			sum := 0.0
			for _, r := range c.Rows {
				if r.Printed[k] != nil {
					sum += r.Printed[k].Value
				}
			}
			if same(sum, f.Printed) {
				f.Rule = ByCarry
			}
		}
		out = append(out, f)
	}
	return out
}

func (c *Overview) rowFigures(r *OverviewRow) []Figure {
	var out []Figure
	for k, year := range c.Years.List() {
		a := r.Printed[k]
		f := Figure{File: "catalogue", Place: fmt.Sprintf("%s / %d", r.ID, year), Label: r.Label, Lines: r.Lines, Unit: c.Unit, Verdict: Given}
		computed := 0.0
		if r.Proposal != "" {
			computed = r.Permanent[k].Rounded
		}
		switch {
		case a == nil && computed == 0:
			continue
		case a == nil:
			f.Computed, f.Exact, f.Verdict, f.Rule, f.Note = computed, r.Permanent[k].Exact, Discrepancy, ByCarry, "blank"
		case r.Proposal == "":
			f.AsText, f.Printed, f.Computed, f.Exact = text(a), a.Value, a.Value, a.Value
			f.Note = "no file of this proposal"
		default:
			f.AsText, f.Printed, f.Computed, f.Exact = text(a), a.Value, computed, r.Permanent[k].Exact
			switch {
			case !same(f.Computed, f.Printed):
				f.Verdict, f.Rule = Discrepancy, ByCarry
			case !r.given[k]:
				f.Verdict, f.Rule = Reproduced, BySum
			}
		}
		out = append(out, f)
	}
	return out
}
