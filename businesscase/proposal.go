package businesscase

import (
	"fmt"
	"math"
)

// Where a parameter's value comes from.
const (
	Stated  = "stated"     // the text prints it as an input
	Table   = "from_table" // read from a table of the document
	Derived = "derived"    // follows from the text, which does not print it
	Goal    = "target"     // a follow-up target, not used in a formula
)

// Parameter is one declared input.
type Parameter struct {
	ID       string  `json:"id"`
	LabelDA  string  `json:"label_da"`
	LabelEN  string  `json:"label_en"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	UnitDA   string  `json:"unit_da"`
	Status   string  `json:"status"`
	Source   string  `json:"source"` // English: "SU7 section 4"
	SourceDA string  `json:"source_da"`
	Quote    string  `json:"quote"` // the document's own words
	NoteDA   string  `json:"note_da,omitempty"`
	NoteEN   string  `json:"note_en,omitempty"`
}

// Derivation is one figure that follows from parameters and from earlier derivations.
type Derivation struct {
	ID       string   `json:"id"`
	LabelDA  string   `json:"label_da"`
	LabelEN  string   `json:"label_en"`
	Unit     string   `json:"unit"`
	UnitDA   string   `json:"unit_da"`
	Formula  Expr     `json:"formula"`
	Printed  *float64 `json:"printed"`  // nil: the document does not print it
	RoundTo  float64  `json:"round_to"` // the document's rounding, half-up; 0: none
	Source   string   `json:"source"`
	SourceDA string   `json:"source_da"`
	NoteDA   string   `json:"note_da,omitempty"`
	NoteEN   string   `json:"note_en,omitempty"`
}

// Proposal is a business case as it was written.
type Proposal struct {
	ID           string       `json:"id"`
	TitleDA      string       `json:"title_da"`
	TitleEN      string       `json:"title_en"`
	PriceLevel   string       `json:"price_level"`
	PriceLevelDA string       `json:"price_level_da"`
	Parameters   []Parameter  `json:"parameters"`
	Derivations  []Derivation `json:"derivations"`
}

// What comparing a computed figure with the printed one can give.
const (
	Match      = "match"
	Mismatch   = "mismatch"    // the document's figure does not follow from its own inputs
	NotPrinted = "not_printed" // nothing to compare with: implied by the document, not stated
)

// Line is one reproduced figure.
type Line struct {
	ID            string   `json:"id"`
	LabelDA       string   `json:"label_da"`
	LabelEN       string   `json:"label_en"`
	Unit          string   `json:"unit"`
	UnitDA        string   `json:"unit_da"`
	Formula       string   `json:"formula"`        // over ids
	CalculationDA string   `json:"calculation_da"` // the same with the values in it
	CalculationEN string   `json:"calculation_en"`
	Computed      float64  `json:"computed"` // not rounded
	Rounded       float64  `json:"rounded"`  // as the document rounds; equal to Computed where it does not
	RoundTo       float64  `json:"round_to"`
	Printed       *float64 `json:"printed"`
	Difference    *float64 `json:"difference"` // Rounded - *Printed; nil where nothing is printed
	Verdict       string   `json:"verdict"`
	Source        string   `json:"source"`
	SourceDA      string   `json:"source_da"`
	NoteDA        string   `json:"note_da,omitempty"`
	NoteEN        string   `json:"note_en,omitempty"`
}

// Reproduce computes every derivation in order. It panics if a formula uses a name that is neither a
// parameter nor an earlier derivation, or gives no number: proposals are written in code.
func (p Proposal) Reproduce() []Line {
	values, units := map[string]float64{}, map[string]string{}
	for _, q := range p.Parameters {
		values[q.ID], units[q.ID] = q.Value, q.Unit
	}
	lines := make([]Line, 0, len(p.Derivations))
	for _, d := range p.Derivations {
		l := d.line(values, units)
		values[d.ID], units[d.ID] = l.Computed, d.Unit
		lines = append(lines, l)
	}
	return lines
}

func (d Derivation) line(values map[string]float64, units map[string]string) Line {
	lookup := func(name string) float64 {
		v, ok := values[name]
		if !ok {
			panic(fmt.Sprintf("businesscase: derivation %s uses %s, which is not known before it", d.ID, name))
		}
		return v
	}
	calculation := func(lang string) string {
		return d.Formula.text(func(l Expr) string {
			switch l.op {
			case opRef:
				return quantity(values[l.name], units[l.name], lang)
			case opRound: // what enters the sum: 219, not round(218.75)
				return Number(l.value(lookup), 6, lang)
			}
			return Number(l.num, 6, lang)
		})
	}
	l := Line{
		ID: d.ID, LabelDA: d.LabelDA, LabelEN: d.LabelEN, Unit: d.Unit, UnitDA: d.UnitDA,
		Formula: d.Formula.String(), Computed: d.Formula.value(lookup), RoundTo: d.RoundTo, Printed: d.Printed,
		Verdict: NotPrinted, Source: d.Source, SourceDA: d.SourceDA, NoteDA: d.NoteDA, NoteEN: d.NoteEN,
	}
	l.CalculationDA, l.CalculationEN = calculation(Danish), calculation(English)
	if math.IsNaN(l.Computed) || math.IsInf(l.Computed, 0) {
		panic(fmt.Sprintf("businesscase: derivation %s gives %v", d.ID, l.Computed))
	}
	l.Rounded = HalfUp(l.Computed, d.RoundTo)
	if l.Printed != nil {
		diff := l.Rounded - *l.Printed
		l.Verdict = Mismatch
		if math.Abs(diff) <= 1e-9*math.Max(1, math.Abs(*l.Printed)) {
			diff, l.Verdict = 0, Match
		}
		l.Difference = &diff
	}
	return l
}

// parameter returns the value of a declared parameter.
func (p Proposal) parameter(id string) (float64, bool) {
	for _, q := range p.Parameters {
		if q.ID == id {
			return q.Value, true
		}
	}
	return 0, false
}
