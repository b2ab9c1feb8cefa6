package cases

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

func (v *reproducer) tables() {
	if v.p.Printed == nil {
		return
	}
	for i := range v.p.Printed.Tables {
		t := &v.p.Printed.Tables[i]
		for _, r := range t.Rows {
			v.cells(t, r)
		}
		for _, kind := range []string{"permanent", "implementation", "overall"} {
			if printed, ok := t.Totals[kind]; ok {
				v.totals(t, kind, printed)
			}
		}
		for _, p := range []struct {
			name string
			got  proposal.Payback
		}{{"service", v.r.Payback.Service}, {"total economy", v.r.Payback.Total}} {
			if text, ok := t.Payback[p.name]; ok {
				v.payback(t, p.name, text, p.got)
			}
		}
	}
}

// years of a printed table, each with its place on the proposal's axis.
func (v *reproducer) years(t *proposal.Table) []int {
	if t.Years.IsZero() {
		return v.r.Years
	}
	return t.Years.List()
}

func text(a *proposal.AsPrinted) string {
	if a.Text != "" {
		return a.Text
	}
	return strconv.FormatFloat(a.Value, 'f', -1, 64)
}

func (v *reproducer) cells(t *proposal.Table, r proposal.TableRow) {
	i := v.row(r.Row)
	for k, year := range v.years(t) {
		at := year - v.r.Years[0]
		f := Figure{Place: fmt.Sprintf("%s / %s / %d", t.ID, r.Row, year), Label: r.Label, Lines: r.Lines, Unit: v.r.Unit, Rule: ByRow}
		if i < 0 {
			if a := r.Values[k]; a != nil {
				f.Place = fmt.Sprintf("%s / %s / %d", t.ID, r.Label, year)
				f.Printed, f.Computed, f.Exact, f.AsText = a.Value, a.Value, a.Value, text(a)
				v.add(f, true)
			}
			continue
		}
		if f.Label == "" {
			f.Label = v.p.Rows[i].Label
		}
		got := v.r.Rows[i].Values[at]
		f.Computed, f.Exact = got.Rounded, got.Exact
		a := r.Values[k]
		if a == nil {
			if got.Rounded == 0 {
				continue // a blank where there is nothing is no figure
			}
			f.Note = "blank"
			v.add(f, false)
			continue
		}
		f.Printed, f.AsText, f.Note = a.Value, text(a), a.Doubt
		if !same(f.Computed, f.Printed) && v.phasing(t, r, i, year) {
			f.Rule = ByPhaseIn
		}
		v.add(f, v.givenCell(r.Row, year))
	}
}

// phasing tells whether the year is one of phasing in to a full effect that the table prints too.
func (v *reproducer) phasing(t *proposal.Table, r proposal.TableRow, i, year int) bool {
	if v.share(&v.p.Rows[i], year) == 1 {
		return false
	}
	for k, full := range v.years(t) {
		if v.share(&v.p.Rows[i], full) == 1 && r.Values[k] != nil {
			return true
		}
	}
	return false
}

// of is what a total of this kind adds.
func of(kind string) func(proposal.RowResult) bool {
	return func(r proposal.RowResult) bool {
		return r.Parent == "" && (kind == "overall" || (kind == "implementation") == (r.Kind == proposal.OneOff))
	}
}

func (v *reproducer) totals(t *proposal.Table, kind string, printed []*proposal.AsPrinted) {
	in := v.added(t, kind)
	for k, year := range v.years(t) {
		at := year - v.r.Years[0]
		f := Figure{Place: fmt.Sprintf("%s / total %s / %d", t.ID, kind, year), Label: totalLabels[kind], Lines: t.Lines, Unit: v.r.Unit, Rule: BySum}
		for _, r := range v.r.Rows {
			if in(r) {
				f.Computed += r.Values[at].Rounded
				f.Exact += r.Values[at].Exact
			}
		}
		a := printed[k]
		if a == nil {
			if f.Computed != 0 {
				f.Note = "blank"
				v.add(f, false)
			}
			continue
		}
		f.Printed, f.AsText, f.Note = a.Value, text(a), a.Doubt
		sum := v.printedSum(t, kind, k)
		switch {
		case same(sum, f.Printed) && !same(f.Computed, f.Printed):
			f.Rule = ByCarry
		case !same(sum, f.Printed) && same(f.Computed, f.Printed):
			f.Note = fmt.Sprintf("the table's own rows add up to %s", strconv.FormatFloat(sum, 'f', -1, 64))
		}
		v.add(f, v.givenTotal(in, year))
	}
}

// added is what a total of the table adds: of an overall figure everything, else the rows of its kind that the table
// prints. SU7's Table 2 has no row for legal aid, and its total is held against the rows it has.
func (v *reproducer) added(t *proposal.Table, kind string) func(proposal.RowResult) bool {
	in := of(kind)
	if t.Kind == "breakdown" {
		return func(r proposal.RowResult) bool { return r.Parent == t.Of }
	}
	if kind == "overall" {
		return in
	}
	return func(r proposal.RowResult) bool {
		return in(r) && slices.ContainsFunc(t.Rows, func(q proposal.TableRow) bool { return q.Row == r.ID })
	}
}

var totalLabels = map[string]string{"permanent": "Samlet varig ændring", "implementation": "Samlede implementeringsomkostninger", "overall": "Samlet økonomisk påvirkning"}

// givenTotal tells that nothing is added: at most one row has a figure in the year, and it is given.
func (v *reproducer) givenTotal(in func(proposal.RowResult) bool, year int) bool {
	rows := 0
	given := true
	for _, r := range v.r.Rows {
		if a := r.Values[year-v.r.Years[0]]; !in(r) || a.Blank || a.Rounded == 0 {
			continue
		}
		rows++
		given = v.givenCell(r.ID, year)
	}
	return rows == 0 || rows == 1 && given
}

// printedSum adds what the table prints in a column: its rows of the kind, or of an overall figure its two totals, or
// the rows where a total is not printed.
func (v *reproducer) printedSum(t *proposal.Table, kind string, k int) float64 {
	sum := 0.0
	if kind == "overall" {
		for _, part := range []string{"permanent", "implementation"} {
			if values, ok := t.Totals[part]; !ok {
				sum += v.printedSum(t, part, k)
			} else if values[k] != nil {
				sum += values[k].Value
			}
		}
		return sum
	}
	in := v.added(t, kind)
	for _, r := range t.Rows {
		if i := v.row(r.Row); i >= 0 && in(v.r.Rows[i]) && r.Values[k] != nil {
			sum += r.Values[k].Value
		}
	}
	return sum
}

var firstNumber = regexp.MustCompile(`^\d+`)

func (v *reproducer) payback(t *proposal.Table, name, text string, got proposal.Payback) {
	printed, err := strconv.Atoi(firstNumber.FindString(text))
	f := Figure{Place: t.ID + " / payback " + name, Label: map[string]string{"service": "Tilbagebetalingstid, serviceeffektivisering", "total economy": "Tilbagebetalingstid, totaløkonomi"}[name],
		Lines: t.Lines, Unit: "years", AsText: text, Printed: float64(printed), Computed: float64(got.Years), Exact: float64(got.Years), Rule: ByPayback}
	if err != nil {
		panic(fmt.Sprintf("cases: %s: payback %q is not a number of years", v.p.ID, text))
	}
	if got.Outcome != proposal.Repaid {
		f.Computed, f.Exact, f.Note = 0, 0, got.Outcome
	}
	v.add(f, false)
}
