package cases

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every value is worked by hand from the document's own figures.
func TestTheLinesOfSU7(t *testing.T) {
	const none = -1
	want := []struct {
		id                         string
		computed, rounded, printed float64
		verdict                    string
	}{
		{"baseline_citizens", 218.75, 219, 219, Reproduced}, // half-up, to whole citizens
		{"alg1_citizens", 490, 490, 490, Reproduced},
		{"alg1_extra_citizens", 271, 271, none, ""},
		{"alg1_saving", 10.84, 10.8, 10.8, Reproduced},
		{"alg1_saving_unrounded", 10.85, 10.85, none, ""},
		{"earlier_gross_check", 8750, 8750, 8728, Discrepancy},
		{"earlier_gross_check_whole", 8760, 8760, 8728, Discrepancy},
		{"implied_value_earlier", 39899.428571, 39899.428571, none, ""},
		{"earlier_net_check", 4874, 4874, 4874, Reproduced},
		{"implied_running_cost_per_course", 4404.571429, 4404.571429, none, ""},
		{"alg2_identified_citizens", 775, 775, none, ""},
		{"alg2_citizens", 155, 155, 155, Reproduced},
		{"alg2_saving", 6.2, 6.2, 6.2, Reproduced},
		{"alg2_hours_per_citizen", 75.4, 75.4, none, ""},
		{"alg2_hours", 11687, 11687, none, ""},
		{"implied_hour_price", 530.503979, 530.503979, none, ""}, // 40,000 / 75.4
		{"alg2_course_cost", 2.730834, 2.730834, none, ""},       // 620 x 3,854,000 / 875
		{"alg2_running", 0, 0, none, ""},
		{"future_implementation", 3.175, 3.2, 3.2, Reproduced},
		{"tentative_net_per_year", 16.3, 16.3, none, ""},
		{"tentative_net_with_courses", 13.569166, 13.569166, none, ""},
		{"advice_2022", 450, 450, 450, Reproduced},
		{"legal_text_against_table_2022", 150, 150, 75, Discrepancy},
		{"development_text_against_table_2022", 525, 525, 525, Given},
		{"pm_text_against_table_2022", 470, 470, 470, Given},
		{"total_2022_as_printed_rows", 1520, 1520, 1370, Discrepancy},
		{"total_2022_table2", 1445, 1445, 1370, Discrepancy},
		{"total_2022_reconciled", 1370, 1370, 1370, Reproduced},
		{"advice_2023", 600, 600, 600, Reproduced},
		{"legal_text_against_table_2023", 200, 200, 100, Discrepancy},
		{"development_text_against_table_2023", 700, 700, 700, Given},
		{"pm_text_against_table_2023", 650, 650, 650, Given},
		{"total_2023_as_printed_rows", 2050, 2050, 1850, Discrepancy},
		{"total_2023_table2", 1950, 1950, 1850, Discrepancy},
		{"total_2023_reconciled", 1850, 1850, 1850, Reproduced},
	}
	got, err := Lines(MustLoad("su7"))
	require.NoError(t, err)
	require.Len(t, got, len(want))
	for i, w := range want {
		l := got[i]
		assert.Equal(t, w.id, l.ID)
		assert.InDelta(t, w.computed, l.Computed, 1e-6, w.id)
		assert.InDelta(t, w.rounded, l.Rounded, 1e-6, w.id)
		assert.Equal(t, w.verdict, l.Verdict, w.id)
		if w.printed == none {
			assert.Nil(t, l.Printed, w.id)
			continue
		}
		require.NotNil(t, l.Printed, w.id)
		assert.Equal(t, w.printed, *l.Printed, w.id)
	}
}

func TestTheCalculationSaysWhatWasComputed(t *testing.T) {
	list, err := Lines(MustLoad("su7"))
	require.NoError(t, err)
	l := map[string]Line{}
	for _, x := range list {
		l[x.ID] = x
	}
	assert.Equal(t, "courses_per_year × baseline_completion × baseline_effect", l["baseline_citizens"].Formula)
	assert.Equal(t, "875 × 50 % × 50 %", l["baseline_citizens"].CalculationDA)
	assert.Equal(t, "(490 − 219) × 40.000", l["alg1_saving"].CalculationDA)
	assert.Equal(t, "3.100 × 25 % × 25 % × (1 − 20 %)", l["alg2_citizens"].CalculationDA)
	assert.Equal(t, "225 + 150 + 2 × 650 × 2 + 200", l["future_implementation"].CalculationDA)
	assert.Equal(t, "40,000 / (2.9 × 26)", l["implied_hour_price"].CalculationEN)
	assert.Equal(t, "10,8 + 6,2 − 0,7 − 0", l["tentative_net_per_year"].CalculationDA)
	assert.Equal(t, "borgere/år", l["baseline_citizens"].UnitDA)
	assert.Equal(t, "mio. kr./år", l["alg1_saving"].UnitDA)
	assert.Equal(t, "1.000 kr./år", l["earlier_net_check"].UnitDA)
}

func TestEveryLineOfSU7IsLabelledInBothLanguages(t *testing.T) {
	p := MustLoad("su7")
	for _, q := range p.Parameters {
		assert.NotEmpty(t, q.LabelEN, q.ID)
	}
	for _, q := range p.Quantities {
		assert.NotEmpty(t, q.LabelEN, q.ID)
	}
}
