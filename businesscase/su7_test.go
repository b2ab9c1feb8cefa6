package businesscase

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func lines(t *testing.T) map[string]Line {
	t.Helper()
	m := map[string]Line{}
	for _, l := range SU7().Reproduce() {
		require.NotContains(t, m, l.ID, "two lines with one id")
		m[l.ID] = l
	}
	return m
}

// Every value is worked by hand from the document's own figures.
func TestEveryPrintedFigureOfSU7IsReproducedOrReportedAsADiscrepancy(t *testing.T) {
	const none = -1
	want := []struct {
		id                         string
		computed, rounded, printed float64
		verdict                    string
	}{
		{"baseline_citizens", 218.75, 219, 219, Match}, // half-up, to whole citizens
		{"alg1_citizens", 490, 490, 490, Match},
		{"alg1_extra_citizens", 271, 271, none, NotPrinted},
		{"alg1_saving", 10.84, 10.8, 10.8, Match},
		{"alg1_saving_unrounded", 10.85, 10.85, none, NotPrinted},
		{"earlier_gross_check", 8750, 8750, 8728, Mismatch},
		{"earlier_gross_check_whole", 8760, 8760, 8728, Mismatch},
		{"implied_value_earlier", 39899.428571, 39899.428571, none, NotPrinted},
		{"earlier_net_check", 4874, 4874, 4874, Match},
		{"implied_running_cost_per_course", 4404.571429, 4404.571429, none, NotPrinted},
		{"alg2_identified_citizens", 775, 775, none, NotPrinted},
		{"alg2_citizens", 155, 155, 155, Match},
		{"alg2_saving", 6.2, 6.2, 6.2, Match},
		{"alg2_hours_per_citizen", 75.4, 75.4, none, NotPrinted},
		{"alg2_hours", 11687, 11687, none, NotPrinted},
		{"implied_hour_price", 530.503979, 530.503979, none, NotPrinted}, // 40,000 / 75.4
		{"future_implementation", 3.175, 3.2, 3.2, Match},
		{"tentative_net_per_year", 16.3, 16.3, none, NotPrinted},
		{"advice_2022", 450, 450, 450, Match},
		{"advice_2023", 600, 600, 600, Match},
		{"legal_text_against_table_2022", 150, 150, 75, Mismatch},
		{"legal_text_against_table_2023", 200, 200, 100, Mismatch},
		{"development_text_against_table_2022", 525, 525, 525, Match},
		{"development_text_against_table_2023", 700, 700, 700, Match},
		{"pm_text_against_table_2022", 470, 470, 470, Match},
		{"pm_text_against_table_2023", 650, 650, 650, Match},
		{"total_table1_rows_2022", 1520, 1520, 1370, Mismatch},
		{"total_table1_rows_2023", 2050, 2050, 1850, Mismatch},
		{"total_table2_rows_2022", 1445, 1445, 1370, Mismatch},
		{"total_table2_rows_2023", 1950, 1950, 1850, Mismatch},
		{"total_reconciled_2022", 1370, 1370, 1370, Match},
		{"total_reconciled_2023", 1850, 1850, 1850, Match},
	}
	got := lines(t)
	for _, w := range want {
		l, ok := got[w.id]
		if !assert.True(t, ok, w.id) {
			continue
		}
		assert.InDelta(t, w.computed, l.Computed, 1e-6, w.id)
		assert.InDelta(t, w.rounded, l.Rounded, 1e-6, w.id)
		assert.Equal(t, w.verdict, l.Verdict, w.id)
		if w.printed == none {
			assert.Nil(t, l.Printed, w.id)
			assert.Nil(t, l.Difference, w.id)
			continue
		}
		require.NotNil(t, l.Printed, w.id)
		assert.Equal(t, w.printed, *l.Printed, w.id)
		assert.InDelta(t, w.rounded-w.printed, *l.Difference, 1e-9, w.id)
	}
	assert.Len(t, got, len(want), "a line without an expected value")
}

func TestRunningCostIsDeclaredAsPrinted(t *testing.T) {
	v, ok := SU7().parameter("future_running")
	require.True(t, ok)
	assert.Equal(t, 0.7, v)
}

func TestFormulaAndCalculationSayWhatWasComputed(t *testing.T) {
	l := lines(t)
	assert.Equal(t, "courses_per_year × baseline_completion × baseline_effect", l["baseline_citizens"].Formula)
	assert.Equal(t, "875 × 50 % × 50 %", l["baseline_citizens"].CalculationDA)
	assert.Equal(t, "(round(alg1_citizens, 1) − round(baseline_citizens, 1)) × value_per_citizen / 1,000,000", l["alg1_saving"].Formula)
	assert.Equal(t, "(490 − 219) × 40.000 / 1.000.000", l["alg1_saving"].CalculationDA)
	assert.Equal(t, "(490 − 218.75) × 40,000 / 1,000,000", l["alg1_saving_unrounded"].CalculationEN)
	assert.Equal(t, "3.100 × 25 % × 25 % × (1 − 20 %)", l["alg2_citizens"].CalculationDA)
	assert.Equal(t, "(225 + 150 + 2 × 650 × 2 + 200) / 1.000", l["future_implementation"].CalculationDA)
	assert.Equal(t, "40,000 / (2.9 × 26)", l["implied_hour_price"].CalculationEN)
}

func TestEveryParameterAndLineIsLabelledInBothLanguagesWithUnitAndSource(t *testing.T) {
	p := SU7()
	seen := map[string]bool{}
	for _, q := range p.Parameters {
		assert.False(t, seen[q.ID], q.ID)
		seen[q.ID] = true
		for field, s := range map[string]string{"da": q.LabelDA, "en": q.LabelEN, "unit": q.Unit, "unit_da": q.UnitDA, "source": q.Source, "source_da": q.SourceDA, "quote": q.Quote} {
			assert.NotEmpty(t, s, "%s %s", q.ID, field)
		}
		assert.Contains(t, []string{Stated, Table, Derived, Goal}, q.Status, q.ID)
		assert.Equal(t, q.NoteDA == "", q.NoteEN == "", q.ID)
		assert.True(t, strings.HasPrefix(q.Source, "SU7 section ") || strings.HasPrefix(q.Source, "SU7 table "), q.ID)
	}
	for _, l := range p.Reproduce() {
		assert.False(t, seen[l.ID], l.ID)
		seen[l.ID] = true
		for field, s := range map[string]string{"da": l.LabelDA, "en": l.LabelEN, "unit": l.Unit, "unit_da": l.UnitDA, "source": l.Source, "source_da": l.SourceDA} {
			assert.NotEmpty(t, s, "%s %s", l.ID, field)
		}
		assert.Equal(t, l.NoteDA == "", l.NoteEN == "", l.ID)
	}
}

func TestChangingOneCopyOfSU7LeavesTheNext(t *testing.T) {
	a := SU7()
	*a.Derivations[0].Printed = 1
	a.Parameters[0].Value = 1
	assert.NotEqual(t, a, SU7())
	assert.Equal(t, SU7(), SU7())
}

func TestProposalAndLinesAreJSON(t *testing.T) {
	p := SU7()
	b, err := json.Marshal(p)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"formula":"courses_per_year × baseline_completion × baseline_effect"`)
	_, err = json.Marshal(p.Reproduce())
	require.NoError(t, err)
}

func TestAFormulaOverAnUnknownNamePanics(t *testing.T) {
	p := SU7()
	p.Parameters = p.Parameters[1:]
	assert.PanicsWithValue(t, "businesscase: derivation advice_2022 uses kit_2022, which is not known before it", func() { p.Reproduce() })
}

func TestParamsAreTakenFromTheProposal(t *testing.T) {
	p, err := SU7().Params()
	require.NoError(t, err)
	assert.Equal(t, Params{
		CoursesPerYear: 875, BaselineCompletion: 0.5, BaselineEffect: 0.5, ValuePerCitizen: 40000, RunningPerYear: 700000,
		DeclinePopulation: 3100, DeclineIdentified: 0.25, DeclinePostponed: 0.25, DeclineOverlap: 0.2,
	}, p)

	_, err = Proposal{ID: "bus"}.Params()
	assert.ErrorContains(t, err, "proposal bus has no parameter courses_per_year")
}
