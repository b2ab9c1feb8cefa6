package cases

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// expected is what testdata/expected.json holds: a reading of the document by another hand, and its formulas worked by
// another program.
type expected struct {
	Proposals map[string]struct {
		Parameters map[string]float64
		Scalars    map[string]struct {
			Computed float64
			Printed  *float64
			Status   string
		}
		Rows map[string]struct {
			Computed map[string][2]float64
			Status   string
		}
		Tables map[string]struct {
			Rows   map[string][]*float64
			Totals map[string][]*float64
		}
		Payback map[string]int
		Targets []*float64
	}
	Catalogue struct {
		Rows  map[string][]*float64
		Total []*float64
	}
}

func reading(t *testing.T) expected {
	t.Helper()
	b, err := os.ReadFile("testdata/expected.json")
	require.NoError(t, err)
	var e expected
	require.NoError(t, json.Unmarshal(b, &e))
	require.Len(t, e.Proposals, 7)
	return e
}

// elsewhere says where a parameter of the other reading stands in our files: as a step that has it as its printed
// figure, as a follow-up target, or in another parameter's by-year.
var elsewhere = map[string]string{
	"su1/impl_therapist_cost_2022": "impl_therapist_cost_2022", "su1/weekly_gap_transition": "gap_transition", "su1/weekly_gap_maintaining": "gap_maintaining",
	"su1/text_saving_transition": "saving_transition_text", "su1/text_saving_maintaining": "saving_maintaining_text",
	"su2/citizens_more_independent": "citizens", "su2/hours_per_year": "hours_year", "su2/hours_saved_per_citizen": "hours_saved", "su2/text_saving_home_care": "saving_home_care",
	"su3/weeks_saved": "weeks", "su3/competence_total_2022": "competence_2022",
	"su4/pm_total_text": "pm_total", "su4/consultant_total_text": "consultant_total", "su4/running_total_text": "running_total",
	"su5/reviewed_2022": "reviewed_2022", "su5/reviewed_2023": "reviewed_2023", "su5/follow_up_cost_text": "follow_up_cost",
	"su5/follow_up_target_total": "target_total", "su5/follow_up_target_per_citizen": "target_per_citizen",
	"su6/smokers": "smokers", "su6/smokers_affected_breaks": "smokers_affected", "su6/days_saved_per_quitter": "days", "su6/hours_saved_per_quitter": "hours", "su6/saving_per_quitter": "value",
	"su6/break_hours_total": "break_hours", "su6/communication_total": "communication_total", "su6/process_total": "process_total",
	"su6/release_per_employee": "release_price", "su6/release_total": "release_sum", "su6/follow_up_days": "follow_up_days_check",
	"su7/citizens_with_effect_today": "baseline_citizens", "su7/citizens_with_effect_algorithm": "alg1_citizens", "su7/alg1_saving_text": "alg1_saving", "su7/earlier_net": "earlier_net_check",
	"su7/alg2_citizens_text": "alg2_citizens", "su7/alg2_saving_text": "alg2_saving", "su7/future_implementation_text": "future_implementation",
	"su7/target_completion": "target_completion", "su7/target_effect": "target_effect",
}

// stated finds the figure that a proposal gives under a name.
func stated(p *proposal.Proposal, id string) (float64, bool) {
	for _, q := range p.Parameters {
		if q.ID == id && q.Value != nil {
			return q.Value.Value, true
		}
	}
	for _, q := range p.Quantities {
		if q.ID == id && q.Printed != nil {
			return q.Printed.Value, true
		}
	}
	for _, q := range p.FollowUp {
		if q.ID == id && q.AtLeast != nil {
			return q.AtLeast.Value, true
		}
	}
	return 0, false
}

func TestEveryParameterOfTheDocumentIsInItsFile(t *testing.T) {
	for name, e := range reading(t).Proposals {
		p := MustLoad(name)
		for id, want := range e.Parameters {
			if year, ok := strings.CutPrefix(id, "phase_in_"); ok {
				shared := false
				for _, r := range p.Rows {
					k, _ := strconv.Atoi(year)
					if x, ok := r.PhaseIn[k]; ok {
						assert.InDelta(t, want, x.Value, 1e-12, "%s %s %s", name, r.ID, id)
						shared = true
					}
				}
				assert.True(t, shared, "%s %s", name, id)
				continue
			}
			at := id
			if other, ok := elsewhere[name+"/"+id]; ok {
				at = other
			}
			if id == "start_fraction_2023" {
				assert.Equal(t, want, p.Rows[1].PhaseIn[2023].Value)
			}
			got, ok := stated(p, at)
			if assert.True(t, ok, "%s has no %s", name, at) {
				assert.InDelta(t, want, got, 1e-9*math.Max(1, math.Abs(want)), "%s %s", name, id)
			}
		}
	}
}

func TestEveryParameterSaysWhereItStands(t *testing.T) {
	for _, name := range Names() {
		for _, q := range MustLoad(name).Parameters {
			require.NotNil(t, q.Source, "%s %s", name, q.ID)
			assert.NotEmpty(t, q.Source.Lines, "%s %s", name, q.ID)
			assert.NotEmpty(t, q.Source.Quote, "%s %s", name, q.ID)
			if q.Uncertain != nil {
				assert.Contains(t, q.Uncertain.Why, "vores antagelse", "%s %s: the document gives no distribution", name, q.ID)
			}
		}
	}
}

func verdicts(t *testing.T) map[string]Figure {
	t.Helper()
	all, _ := Reproduce()
	out := map[string]Figure{}
	for _, f := range all {
		key := f.File + " " + f.Place
		if _, twice := out[key]; twice && f.Rule == ByStatement {
			key += " " + f.AsText
		}
		out[key] = f
	}
	return out
}

func TestEveryCalculationHasTheOtherReadingsVerdictAndValue(t *testing.T) {
	got := verdicts(t)
	compared := 0
	for name, e := range reading(t).Proposals {
		_, _, r, err := compute(name)
		require.NoError(t, err)
		for id, want := range e.Scalars {
			if want.Printed != nil {
				f, ok := got[name+" "+id]
				if !assert.True(t, ok, "%s %s", name, id) {
					continue
				}
				compared++
				assert.Equal(t, want.Status == "mismatch", f.Verdict == Discrepancy, "%s %s: %+v", name, id, f)
				assert.InDelta(t, *want.Printed, f.Printed, 1e-9, "%s %s", name, id)
				// The document carries rounded steps on; the other reading took each from the parameters.
				assert.InEpsilon(t, want.Computed, f.Exact, 2e-4, "%s %s", name, id)
				continue
			}
			i := slices.IndexFunc(r.Quantities, func(q proposal.Series) bool { return q.ID == id })
			if assert.GreaterOrEqual(t, i, 0, "%s %s", name, id) {
				compared++
				assert.InEpsilon(t, want.Computed, r.Quantities[i].Exact[0], 1e-9, "%s %s", name, id)
			}
		}
	}
	assert.Greater(t, compared, 60)
}

func TestEveryRowHasTheOtherReadingsVerdictAndValue(t *testing.T) {
	got := verdicts(t)
	cells := 0
	for name, e := range reading(t).Proposals {
		_, _, r, err := compute(name)
		require.NoError(t, err)
		for id, want := range e.Rows {
			i := slices.IndexFunc(r.Rows, func(q proposal.RowResult) bool { return q.ID == id })
			require.GreaterOrEqual(t, i, 0, "%s %s", name, id)
			kind, years, _ := strings.Cut(want.Status, ":")
			for year, x := range want.Computed {
				k, _ := strconv.Atoi(year)
				a := r.Rows[i].Values[k-r.Years[0]]
				assert.InDelta(t, x[0], a.Exact, 1e-6, "%s %s %s", name, id, year)
				assert.InDelta(t, x[1], a.Rounded, 1e-6, "%s %s %s", name, id, year)
				f, ok := got[fmt.Sprintf("%s table1 / %s / %s", name, id, year)]
				require.True(t, ok, "%s %s %s", name, id, year)
				differs := kind == "mismatch" && slices.Contains(strings.Split(years, ","), year)
				assert.Equal(t, differs, f.Verdict == Discrepancy, "%s %s %s: %+v", name, id, year, f)
				cells++
			}
		}
	}
	assert.Greater(t, cells, 100)
}

func TestEveryPrintedTableIsAsTheOtherReadingHasIt(t *testing.T) {
	compare := func(want []*float64, got []*proposal.AsPrinted, where string) {
		for k, w := range want {
			if k >= len(got) {
				assert.Nil(t, w, where)
				continue
			}
			if w == nil || got[k] == nil {
				assert.True(t, w == nil && got[k] == nil, "%s column %d: blank in one of them", where, k)
				continue
			}
			assert.Equal(t, *w, got[k].Value, "%s column %d", where, k)
		}
	}
	for name, e := range reading(t).Proposals {
		p := MustLoad(name)
		require.Len(t, p.Printed.Tables, len(e.Tables), name)
		for _, table := range p.Printed.Tables {
			want, ok := e.Tables[table.ID]
			require.True(t, ok, "%s %s", name, table.ID)
			require.Len(t, table.Rows, len(want.Rows), "%s %s", name, table.ID)
			for _, r := range table.Rows {
				compare(want.Rows[r.Row], r.Values, name+" "+table.ID+" "+r.Row)
			}
			require.Len(t, table.Totals, len(want.Totals), "%s %s", name, table.ID)
			for kind, values := range table.Totals {
				compare(want.Totals[kind], values, name+" "+table.ID+" "+kind)
			}
		}
		require.Len(t, p.FollowUp, len(e.Targets), name)
		for i, want := range e.Targets {
			got := p.FollowUp[i].AtLeast
			require.Equal(t, want == nil, got == nil, "%s %s", name, p.FollowUp[i].ID)
			if want != nil {
				// The other reading has 0.03 % as a share, and a saving's target negative.
				scale := 1.0
				if p.FollowUp[i].Unit == "percent" {
					scale = 100
				}
				assert.InDelta(t, math.Abs(*want)*scale, got.Value, 1e-9, "%s %s", name, p.FollowUp[i].ID)
			}
		}
	}
	c, err := Catalogue()
	require.NoError(t, err)
	e := reading(t).Catalogue
	require.Len(t, c.Rows, len(e.Rows))
	for _, r := range c.Rows {
		compare(e.Rows[r.ID], r.Printed, "catalogue "+r.ID)
	}
	compare(e.Total, c.Total.Printed, "catalogue total")
}

func TestPaybackOfEveryProposal(t *testing.T) {
	want := map[string]proposal.Payback{
		"su1": {Outcome: proposal.Repaid, Years: 2, Year: 2023}, "su2": {Outcome: proposal.Repaid, Years: 6, Year: 2027},
		"su3": {Outcome: proposal.Repaid, Years: 3, Year: 2024}, "su4": {Outcome: proposal.Repaid, Years: 5, Year: 2026},
		"su5": {Outcome: proposal.Repaid, Years: 2, Year: 2023}, "su6": {Outcome: proposal.Repaid, Years: 3, Year: 2024},
		"su7": {Outcome: proposal.NoPayback},
	}
	got := verdicts(t)
	for name, e := range reading(t).Proposals {
		_, _, r, err := compute(name)
		require.NoError(t, err)
		assert.Equal(t, want[name], r.Payback.Service, name)
		assert.Equal(t, want[name], r.Payback.Total, name)
		for rule, years := range e.Payback {
			f := got[name+" table1 / payback "+rule]
			assert.Equal(t, float64(years), f.Printed, name)
			assert.Equal(t, Reproduced, f.Verdict, name)
		}
		plain := want[name]
		if name == "su6" { // the accumulated effect is below 0 in 2023, with implementation cost still to come
			plain = proposal.Payback{Outcome: proposal.Repaid, Years: 2, Year: 2023}
		}
		assert.Equal(t, plain, r.Payback.PlainTotal, name)
	}
}

func TestTheCatalogueIsWhatTheProposalsGive(t *testing.T) {
	c, err := Catalogue()
	require.NoError(t, err)
	// SU4 prints 6,930 for 75 % of 9,300: 45 too little, which the total for 2025 carries.
	want := []float64{-21625, -34070, -37750, -41325}
	for k, x := range want {
		assert.Equal(t, x, c.Total.Permanent[k].Rounded)
	}
	assert.Equal(t, -37705.0, c.Total.Printed[2].Value)
	byID := map[string]OverviewRow{}
	for _, r := range c.Rows {
		byID[r.ID] = r
	}
	assert.True(t, byID["su9"].Confidential)
	for _, id := range []string{"su8", "su9", "su10"} {
		assert.Nil(t, byID[id].Permanent, id)
	}
	for _, a := range byID["su7"].Permanent {
		assert.True(t, a.Blank, "an innovation has no permanent change")
	}
	// Implementation included, 2023: the overall effect of SU1 to SU7 as their tables have it, and SU8 to SU10.
	overall := 0.0
	for _, x := range []float64{-1500, 4760, -230, 3810, -630, -2800, 2050, -700, -7400, -1275} {
		overall += x
	}
	assert.Equal(t, overall, c.Total.Overall[0].Rounded)
	for _, f := range c.figures() {
		if strings.HasSuffix(f.Place, "/ 2025") && (strings.HasPrefix(f.Place, "su4") || strings.HasPrefix(f.Place, "total")) {
			assert.Equal(t, Discrepancy, f.Verdict, f.Place)
			assert.Equal(t, ByCarry, f.Rule, f.Place)
		} else {
			assert.NotEqual(t, Discrepancy, f.Verdict, f.Place)
		}
	}
}

func TestInputsAreNotCountedAsReproduced(t *testing.T) {
	all, counts := Reproduce()
	for _, f := range all {
		switch {
		case f.File == "su6" && strings.Contains(f.Place, "sick_leave /"), f.File == "su1" && strings.Contains(f.Place, "therapist_staff /"),
			f.File == "su3" && strings.Contains(f.Place, "treatment_time / 2024"), f.File == "catalogue" && strings.HasPrefix(f.Place, "su9"):
			assert.Equal(t, Given, f.Verdict, "%s %s", f.File, f.Place)
		}
		if f.Verdict == Given {
			assert.Empty(t, f.Rule, "%s %s", f.File, f.Place)
			assert.Equal(t, f.Printed, f.Computed, "%s %s", f.File, f.Place)
		} else {
			assert.NotEmpty(t, f.Rule, "%s %s", f.File, f.Place)
			assert.Equal(t, f.Verdict == Reproduced, same(f.Printed, f.Computed), "%s %s", f.File, f.Place)
		}
		assert.False(t, math.IsNaN(f.Printed) || math.IsNaN(f.Computed), "%s %s", f.File, f.Place)
	}
	sum := Count{File: "all"}
	for _, c := range counts.Files {
		sum.Figures += c.Figures
		sum.Reproduced += c.Reproduced
		sum.Discrepancies += c.Discrepancies
		sum.Carried += c.Carried
		sum.Given += c.Given
		assert.Equal(t, c.Figures, c.Reproduced+c.Discrepancies+c.Given, c.File)
	}
	assert.Equal(t, sum, counts.All)
	assert.Len(t, all, counts.All.Figures)
}

func TestEveryNumberOfATableIsAFigureOnce(t *testing.T) {
	got := map[string]int{}
	all, _ := Reproduce()
	for _, f := range all {
		if f.AsText != "" {
			got[f.File+" "+f.Place]++
		}
	}
	for name, e := range reading(t).Proposals {
		for table, x := range e.Tables {
			each := func(kind string, rows map[string][]*float64) {
				for id, values := range rows {
					for k, v := range values {
						if v != nil {
							assert.Equal(t, 1, got[fmt.Sprintf("%s %s / %s%s / %d", name, table, kind, id, 2022+k)], "%s %s %s %d", name, table, id, 2022+k)
						}
					}
				}
			}
			each("", x.Rows)
			each("total ", x.Totals)
		}
	}
}

func TestAnotherFigureIsADiscrepancy(t *testing.T) {
	find := func(p *proposal.Proposal, place string) Figure {
		all, err := figures(p)
		require.NoError(t, err)
		for _, f := range all {
			if f.Place == place {
				return f
			}
		}
		require.Fail(t, place)
		return Figure{}
	}
	p := MustLoad("su5")
	assert.Equal(t, Reproduced, find(p, "table1 / stoma_products / 2024").Verdict)
	p.Printed.Tables[0].Rows[1].Values[2].Value = -1500
	f := find(p, "table1 / stoma_products / 2024")
	assert.Equal(t, Discrepancy, f.Verdict)
	assert.Equal(t, -1400.0, f.Computed)
	assert.Equal(t, Reproduced, find(p, "table1 / total permanent / 2024").Verdict, "the total is still what follows")

	p = MustLoad("su1")
	p.Parameters[3].Value.Value *= 2 // eight months of 2022
	f = find(p, "table1 / total implementation / 2022")
	assert.Equal(t, Discrepancy, f.Verdict)
	assert.Equal(t, ByCarry, f.Rule)

	p = MustLoad("su6")
	p.Printed.Tables[0].Payback["service"] = "2 år"
	assert.Equal(t, Discrepancy, find(p, "table1 / payback service").Verdict)
}
