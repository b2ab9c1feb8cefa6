package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/render"
	"github.com/rettidig/rettidig/businesscase/starter"
	"github.com/rettidig/rettidig/model/learner"
)

func businesscaseCommand() *cobra.Command {
	var b businesscaseFlags
	cmd := &cobra.Command{
		Use:   "businesscase --proposal FILE.yaml",
		Short: "Compute a proposal's economy: Tables 1 to 3, payback, workbook, page",
		Long: `businesscase computes a business-case proposal from its YAML file: the effect by year, implementation costs and
payback, in the municipality's tables. Savings are negative, costs positive, in 1,000 kr. What the file may say is in
businesscase/README.md, and --schema prints it.`,
		Example: `  train businesscase --new bus.yaml --kind bus           a commented file to begin with
  train businesscase --proposal bus.yaml                 Tables 1 to 3; su1 to su7 are built in
  train businesscase --proposal bus.yaml --formulas      how each figure comes about
  train businesscase --proposal bus.yaml --scenario low.yaml --json
  train businesscase --proposal bus.yaml --html bus.html --xlsx bus.xlsx
  train businesscase --proposal bus.yaml --index pl.yaml --prices 2027
  train businesscase --proposal su7 --simulate 10000 --seed 1 --tornado --break-even
  train businesscase --proposal su7 --registry models --outcome alg1_saving`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error { return b.run(cmd) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&b.proposals, "proposal", nil, "a proposal, a YAML `FILE` or the name of a built-in case; given again, the proposals are added up")
	f.StringVar(&b.scenario, "scenario", "", "other values for some parameters, a YAML `FILE`")
	f.StringVar(&b.index, "index", "", "price indices, a YAML `FILE`; needed where price levels differ")
	f.IntVar(&b.prices, "prices", 0, "the `YEAR` whose prices the result is in; without it the proposal's")
	f.StringVar(&b.language, "language", render.Danish, "of the tables: da or en")
	f.BoolVar(&b.rounded, "rounded", false, "figures as the rows round them (the default)")
	f.BoolVar(&b.exact, "exact", false, "figures before rounding")
	f.BoolVar(&b.formulas, "formulas", false, "also show each formula in words and with its values")
	f.BoolVar(&b.asJSON, "json", false, "print one JSON object")
	f.StringVar(&b.html, "html", "", "also write one page that needs nothing else to this `FILE`")
	f.StringVar(&b.xlsx, "xlsx", "", "also write a workbook whose formulas are live to this `FILE`")
	f.BoolVar(&b.check, "check", false, "review it instead: sums, phase-in, payback, text against figures; several proposals and --catalogue against each other; --html takes the review into the page")
	f.BoolVar(&b.strict, "strict", false, "with --check: exit status 1 when there are errors; warnings and notes do not count")
	f.BoolVar(&b.list, "list", false, "name the built-in cases")
	f.BoolVar(&b.catalogue, "catalogue", false, "show the catalogue of the built-in cases")
	f.BoolVar(&b.schema, "schema", false, "print what a proposal file may say, field by field")
	f.StringVar(&b.newFile, "new", "", "write a proposal to begin with to this `FILE`, which must not be there yet")
	f.StringVar(&b.kind, "kind", "empty", "of --new: "+strings.Join(starter.Kinds(), ", "))
	b.risk.flags(f)
	cmd.AddCommand(accountCommand())
	return cmd
}

// businesscaseFlags are what is asked for.
type businesscaseFlags struct {
	proposals                 []string
	scenario, index, language string
	prices                    int
	rounded, exact, formulas  bool
	asJSON                    bool
	html, xlsx                string
	check, strict             bool
	list, catalogue, schema   bool
	newFile, kind             string
	options                   render.Options
	scenarioRead              *proposal.Scenario
	indexRead                 *proposal.Index
	risk                      riskFlags
}

// computed is a proposal with what it comes to.
type computed struct {
	model  *proposal.Model
	result *proposal.Result
}

func (b *businesscaseFlags) run(cmd *cobra.Command) error {
	if b.language != render.Danish && b.language != render.English {
		return fmt.Errorf("--language is %q, want da or en", b.language)
	}
	if err := b.takes(cmd.Flags()); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	b.options = render.Options{Language: b.language, Exact: b.exact}
	switch {
	case b.newFile != "":
		return b.writeNew(out)
	case b.list:
		return b.showList(out)
	case b.schema:
		_, err := io.WriteString(out, proposal.Schema())
		return err
	case b.catalogue && b.check:
		return b.reviewCatalogue(out)
	case b.catalogue:
		return b.showCatalogue(out)
	case len(b.proposals) == 0:
		return errors.New("--proposal FILE.yaml is missing; --new FILE.yaml writes one to begin with, --list names the built-in ones, and --help shows examples")
	}
	if err := b.fits(); err != nil {
		return err
	}
	if err := b.readOthers(); err != nil {
		return err
	}
	all, err := b.computeAll(cmd.ErrOrStderr())
	switch {
	case err != nil:
		return err
	case len(all) > 1 && b.check:
		return b.reviewTogether(out, all, nil)
	case len(all) > 1:
		return b.showSum(out, all)
	case b.risk.asked():
		return b.showRisk(out, all[0])
	}
	return b.show(out, all[0])
}

// fits refuses flags that do not go together before anything is read.
func (b *businesscaseFlags) fits() error {
	several := len(b.proposals) > 1
	switch {
	case b.rounded && b.exact:
		return errors.New("--rounded and --exact ask for different figures: give one")
	case several && (b.html != "" || b.xlsx != "" || b.formulas || b.scenario != "" || b.risk.asked()):
		return errors.New("--html, --xlsx, --formulas, --scenario and the uncertainty flags go with one --proposal; several are added up, or with --check held against each other")
	case b.check && b.scenario != "":
		return errors.New("--check reviews the proposal as it is written: leave --scenario out")
	case b.check && b.prices != 0:
		return errors.New("--check reviews the proposal in its own price level: leave --prices out")
	case b.index != "" && b.prices == 0 && several:
		return errors.New("--index needs --prices YEAR: the price level that the proposals are added up in")
	}
	if b.html != "" && b.xlsx != "" && filepath.Clean(b.html) == filepath.Clean(b.xlsx) {
		return fmt.Errorf("--html and --xlsx would both write %s: give two names", b.html)
	}
	for _, f := range []struct {
		flag, path string
		endings    []string
	}{{"--html", b.html, pageEndings}, {"--xlsx", b.xlsx, []string{".xlsx"}}} {
		if f.path != "" {
			if err := checkOut(f.path, append(slices.Clone(b.proposals), b.scenario, b.index)...); err != nil {
				return errors.New(f.flag + strings.TrimPrefix(err.Error(), "--out"))
			}
			if err := endsWith(f.path, f.endings...); err != nil {
				return fmt.Errorf("%s: %w", f.flag, err)
			}
		}
	}
	return nil
}

var pageEndings = []string{".html", ".htm"}

// endsWith refuses a name that a reader would take for something else, such as that of a proposal: what is there is written over.
func endsWith(path string, endings ...string) error {
	if slices.Contains(endings, strings.ToLower(filepath.Ext(path))) {
		return nil
	}
	return fmt.Errorf("%s: the name ends in %s, so that no other file is written over by mistake", path, strings.Join(endings, " or "))
}

func (b *businesscaseFlags) computeAll(diag io.Writer) ([]computed, error) {
	var all []computed
	for _, name := range b.proposals {
		c, err := b.compute(name)
		if err != nil {
			return nil, err
		}
		for _, w := range c.result.Warnings {
			fmt.Fprintf(diag, "warning: %s: %s\n", name, w)
		}
		all = append(all, c)
	}
	return all, nil
}

// readOthers reads the scenario and the index.
func (b *businesscaseFlags) readOthers() (err error) {
	if b.scenario != "" {
		if b.scenarioRead, err = proposal.ReadScenarioFile(b.scenario); err != nil {
			return err
		}
	}
	if b.index != "" {
		if b.indexRead, err = proposal.ReadIndexFile(b.index); err != nil {
			return err
		}
	}
	return nil
}

// readProposal reads a file, or a built-in case if there is no file of that name.
func readProposal(name string) (*proposal.Proposal, error) {
	if slices.Contains(cases.Names(), name) {
		if _, err := os.Stat(name); err != nil {
			return cases.Load(name)
		}
	}
	p, err := proposal.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("--proposal %s: there is no such file%s; built in are %s", name, learner.DidYouMean(name, cases.Names()), strings.Join(cases.Names(), ", "))
	}
	return p, err
}

func (b *businesscaseFlags) compute(name string) (computed, error) {
	p, err := readProposal(name)
	if err != nil {
		return computed{}, err
	}
	m, err := p.Compile()
	if err != nil {
		return computed{}, err
	}
	r, err := m.Compute(proposal.Options{Scenario: b.scenarioRead, Index: b.indexRead, PriceLevel: b.prices})
	return computed{m, r}, err
}
