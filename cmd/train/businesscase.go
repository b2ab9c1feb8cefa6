package main

import (
	"bytes"
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
	"github.com/rettidig/rettidig/businesscase/xlsx"
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
  train businesscase --proposal su7 --simulate 10000 --seed 1 --tornado --break-even`,
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
	f.StringVar(&b.newFile, "new", "", "write a proposal to begin with to this `FILE`, which must not be there yet")
	f.StringVar(&b.kind, "kind", "empty", "of --new: "+strings.Join(starter.Kinds(), ", "))
	b.risk.flags(f)
	cmd.MarkFlagsMutuallyExclusive("rounded", "exact")
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
	if b.newFile != "" {
		return b.writeNew(cmd.OutOrStdout())
	}
	if len(b.proposals) == 0 {
		return errors.New("--proposal FILE.yaml is missing; --new FILE.yaml writes one to begin with, and --help shows examples")
	}
	b.options = render.Options{Language: b.language, Exact: b.exact}
	if err := b.readOthers(); err != nil {
		return err
	}
	var all []computed
	for _, name := range b.proposals {
		c, err := b.compute(name)
		if err != nil {
			return err
		}
		for _, w := range c.result.Warnings {
			fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s: %s\n", name, w)
		}
		all = append(all, c)
	}
	if len(all) > 1 {
		return errors.New("one --proposal at a time")
	}
	if b.risk.asked() {
		return b.showRisk(cmd.OutOrStdout(), all[0].model)
	}
	return b.show(cmd.OutOrStdout(), all[0])
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

func (b *businesscaseFlags) show(out io.Writer, c computed) error {
	b.options.Disbursed = c.model.Proposal().DisbursedIn
	if err := b.write(c); err != nil {
		return err
	}
	if b.asJSON {
		return printJSON(out, c.result)
	}
	if err := render.Text(out, c.result, b.options); err != nil {
		return err
	}
	if b.formulas {
		fmt.Fprintln(out)
		return render.TextFormulas(out, c.model, c.result, b.options)
	}
	return nil
}

// write writes the files that are asked for.
func (b *businesscaseFlags) write(c computed) error {
	if b.html != "" {
		if err := writeFile(b.html, func(w io.Writer) error { return render.HTML(w, c.model, c.result, nil, b.options) }); err != nil {
			return err
		}
	}
	if b.xlsx == "" {
		return nil
	}
	return writeFile(b.xlsx, func(w io.Writer) error {
		return xlsx.Write(w, c.model, c.result, xlsx.Options{Language: b.language, Index: b.indexRead})
	})
}

// writeNew writes a starter; what is there already is never overwritten.
func (b *businesscaseFlags) writeNew(out io.Writer) error {
	if !slices.Contains(starter.Kinds(), b.kind) {
		return fmt.Errorf("--kind is %q, want one of %s%s", b.kind, strings.Join(starter.Kinds(), ", "), learner.DidYouMean(b.kind, starter.Kinds()))
	}
	text, err := starter.Text(b.kind, filepath.Base(b.newFile))
	if err != nil {
		return err
	}
	f, err := os.OpenFile(b.newFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("--new %s: the file is there already and is not overwritten; give another name", b.newFile)
	}
	if err != nil {
		return fmt.Errorf("--new: %w", err)
	}
	if _, err := io.Copy(f, bytes.NewBufferString(text)); err != nil {
		return errors.Join(err, f.Close(), os.Remove(b.newFile))
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Fprintf(out, "wrote %s; next: train businesscase --proposal %s\n", b.newFile, b.newFile)
	return nil
}
