package check

import (
	"cmp"
	"slices"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Severity says how grave a finding is.
type Severity string

// Severities, the gravest first.
const (
	Error   Severity = "error"   // two figures that must be equal are not, and no rounding explains it
	Warning Severity = "warning" // something that the reader must take a stand on before the case is believed
	Note    Severity = "note"    // rounding, slips of the pen, what is not said
)

var severities = []Severity{Error, Warning, Note}

// Classes of findings.
const (
	TextTable   = "text_vs_table"
	TextText    = "text_vs_text"
	TableTable  = "table_vs_table"
	Sums        = "sum"
	Arithmetic  = "arithmetic"
	Rounded     = "rounding"
	PhaseIn     = "phase_in"
	Payback     = "payback"
	Parameters  = "parameter"
	Logic       = "logic"
	NotDerived  = "not_derivable"
	UnitError   = "unit"
	UnitPrice   = "inconsistent_unit_price"
	Timing      = "timing"
	Typographic = "typographic"
	Wording     = "wording"
	Structure   = "structure"
	Scope       = "scope"
	PriceLevel  = "price_level"
	Governance  = "governance"
	Overlap     = "overlap"
	CarryOver   = "carry_over"
)

// Finding is one thing that does not fit.
type Finding struct {
	ID       string   `json:"id"`   // rule and place: the same for as long as both keep their names
	Rule     string   `json:"rule"` // which rule found it
	Class    string   `json:"class"`
	Severity Severity `json:"severity"`
	Case     string   `json:"case"`             // the proposal
	Path     string   `json:"path"`             // in the YAML file, such as rows[2].formula
	Line     int      `json:"line,omitempty"`   // of the YAML file; 0 for a proposal that was not read from one
	Lines    []string `json:"lines,omitempty"`  // of the document, such as "3108-3109", in the order they are named
	Tables   []string `json:"tables,omitempty"` // ids of the printed tables it is about
	Rows     []string `json:"rows,omitempty"`   // ids of rows, or total:permanent, total:implementation, total:overall
	Years    []int    `json:"years,omitempty"`
	Title    Text     `json:"title"`
	Printed  Text     `json:"printed"`  // what stands there; may be empty
	Computed Text     `json:"computed"` // what it is held against; may be empty
	Explain  Text     `json:"explain"`  // what differs, by how much, and what would make it fit
}

// Count is how many findings there are of a class or severity.
type Count struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// Report is what was found in one proposal, or between several.
type Report struct {
	Proposal   string    `json:"proposal"` // "" between proposals
	Title      string    `json:"title"`
	File       string    `json:"file,omitempty"`
	Rules      []Rule    `json:"rules"` // those that looked
	Findings   []Finding `json:"findings"`
	Severities []Count   `json:"severities"`
	Classes    []Count   `json:"classes"`
}

// Rule is one way of looking.
type Rule struct {
	ID    string `json:"id"`
	Title Text   `json:"title"`
	N     int    `json:"n"` // findings
}

// Case is a proposal that was computed.
type Case struct {
	Model  *proposal.Model
	Result *proposal.Result
}

type rule struct {
	id    string
	title Text
	look  func(*view)
}

var rules = []rule{cells, totals, sums, missingTotals, overruns, tableAgainstTable, breakdowns, phaseIns, paybacks,
	statements, contradictions, quantities, roundings, twoValues, sameLabels, targets, accuracies, untreated, hopes,
	unused, underived, calibrated, unitPrices, longOneOffs, keptForFree, atOnce, populations, hearings, timePlans,
	captions, figures, priceLevels, risks, followUps, related}

// Run reviews one proposal. others are proposals that it is compared with: unit prices and cases to be seen together.
// r must be a result of m without a scenario; another proposal's result is a bug of the caller and panics.
func Run(m *proposal.Model, r *proposal.Result, others ...Case) (*Report, error) {
	v, err := newView(m, r, others)
	if err != nil {
		return nil, err
	}
	out := &Report{Proposal: v.p.ID, Title: v.p.Title, File: v.p.File()}
	for i := range rules {
		v.rule = &rules[i]
		before := len(v.out)
		rules[i].look(v)
		out.Rules = append(out.Rules, Rule{rules[i].id, rules[i].title, len(v.out) - before})
	}
	out.settle(v.out)
	return out, nil
}

// settle sorts the findings, the gravest first, then as the file goes, then by id, and counts them.
func (r *Report) settle(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity)),
			cmp.Compare(a.Case, b.Case), cmp.Compare(a.Line, b.Line), cmp.Compare(a.ID, b.ID))
	})
	r.Findings = list
	if r.Findings == nil {
		r.Findings = []Finding{}
	}
	r.Severities, r.Classes = []Count{}, []Count{}
	for _, s := range severities {
		r.Severities = append(r.Severities, Count{string(s), r.count(func(f Finding) bool { return f.Severity == s })})
	}
	seen := map[string]bool{}
	for _, f := range list {
		if !seen[f.Class] {
			seen[f.Class] = true
			r.Classes = append(r.Classes, Count{f.Class, r.count(func(g Finding) bool { return g.Class == f.Class })})
		}
	}
	slices.SortFunc(r.Classes, func(a, b Count) int { return cmp.Compare(a.Name, b.Name) })
}

func (r *Report) count(is func(Finding) bool) int {
	n := 0
	for _, f := range r.Findings {
		if is(f) {
			n++
		}
	}
	return n
}

// Count is the number of findings of a severity.
func (r *Report) Count(s Severity) int {
	return r.count(func(f Finding) bool { return f.Severity == s })
}
