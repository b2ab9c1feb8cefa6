package check_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

func listing(t testing.TB) *check.Listing {
	t.Helper()
	c, err := cases.Catalogue()
	require.NoError(t, err)
	out := &check.Listing{Title: c.Title, Years: c.Years.List(), Total: c.Total.Printed, Lines: c.Total.Lines}
	for _, r := range c.Rows {
		out.Rows = append(out.Rows, check.Listed{ID: r.ID, Label: r.Label, Proposal: r.Proposal, Values: r.Printed, Lines: r.Lines})
	}
	return out
}

// -5,025 in the catalogue is SU4's own printed total; 75 % of 9,300 gives -5,070, and the catalogue -37,750.
func TestTheCatalogueCarriesAnErrorOver(t *testing.T) {
	r := check.Across(catalogued(t), listing(t))
	i := slices.IndexFunc(r.Findings, func(f check.Finding) bool { return f.ID == "catalogue-against-proposals:su4" })
	require.GreaterOrEqual(t, i, 0, ids(r))
	assert.Equal(t, []int{2025}, r.Findings[i].Years)
	for _, s := range []string{"the catalogue has -5,025, the proposal gives -5,070, difference 45", "the error is carried over", "would be -37,750 and not -37,705"} {
		assert.Contains(t, r.Findings[i].Explain.EN, s)
	}
	for _, f := range r.Findings {
		assert.NotEqual(t, check.Error, f.Severity, "%s: the printed rows do add up", f.ID)
		assert.NotContains(t, f.Title.DA+f.Title.EN+f.Explain.DA+f.Explain.EN, "%!")
	}
}

func TestACatalogueThatDoesNotAddUp(t *testing.T) {
	l := listing(t)
	l.Total = slices.Clone(l.Total)
	l.Total[1] = &proposal.AsPrinted{Value: -34_000}
	r := check.Across(nil, l)
	require.NotEmpty(t, r.Findings)
	assert.Equal(t, "catalogue-against-total:total", r.Findings[0].ID)
	assert.Contains(t, r.Findings[0].Explain.EN, "2024: the rows give -34,070, the total is -34,000, difference 70")
}

// Two proposals that name each other are one finding; the smaller saving is the most that can be counted twice.
func TestTwoProposalsMayCountTheSameSaving(t *testing.T) {
	a := computed(t, edited(t, consistent(t), "\nrisk:\n", "\nsee-also:\n  - {case: choirs, how: overlaps}\n\nrisk:\n"))
	b := computed(t, edited(t, consistent(t), "id: walks", "id: choirs", "value: 25 %", "value: 20 %", "\nrisk:\n", "\nsee-also:\n  - {case: walks, how: same saving}\n\nrisk:\n"))
	r := check.Across([]check.Case{a, b}, nil)
	require.Equal(t, []string{"double-counting:choirs/walks"}, ids(r))
	assert.Contains(t, r.Findings[0].Explain.EN, "WALKS counts on -2,000 in the last year and CHOIRS on -1,600")
	assert.Empty(t, check.Across([]check.Case{a}, nil).Findings, "the other is not at hand")
}

// Home helpers at 400 and 440 kr an hour in two proposals: 10 %.
func TestUnitPricesAreComparedBetweenProposals(t *testing.T) {
	a := computed(t, consistent(t))
	b := computed(t, edited(t, consistent(t), "id: walks", "id: choirs", "value: 400, unit: kr/hour", "value: 440, unit: kr/hour"))
	r := check.Across([]check.Case{a, b}, nil)
	require.Equal(t, []string{"unit-prices:hour/hour_price"}, ids(r))
	assert.Contains(t, r.Findings[0].Explain.EN, "400 kr (Timepris hjemmehjælper) and 440 kr (CHOIRS: Timepris hjemmehjælper)")
	own := reviewed(t, consistent(t), a, b)
	assert.Equal(t, []string{"unit-prices:hour/hour_price"}, ids(own))
	assert.Empty(t, check.Across([]check.Case{a, a}, nil).Findings)
}

// Three proposals, two of which asked the elders' council.
func TestABodyThatTheOthersAskedIsMissed(t *testing.T) {
	own := computed(t, consistent(t))
	var others []check.Case
	for _, id := range []string{"a", "b", "c"} {
		text := edited(t, consistent(t), "id: walks", "id: "+id)
		if id != "c" {
			text = edited(t, text, "\ntime-plan:", "  - {body: Ældreråd, answer: \"yes\"}\n\ntime-plan:")
		}
		others = append(others, computed(t, text))
	}
	r := reviewed(t, consistent(t), append(others, own)...)
	require.Equal(t, []string{"hearings:others"}, ids(r))
	assert.Contains(t, r.Findings[0].Title.EN, "Ældreråd is not named")
	assert.Empty(t, reviewed(t, consistent(t), others[0], others[2]).Findings, "half is not most")
}

// SU7 does not cost the courses of the 775 citizens whom algorithm 2 finds. At the 3,854,000 kr of the 875 courses of
// today, 4,404.57 kr each, they would be 3.41 m kr a year.
func TestUncostedCoursesArePricedByTheirSiblings(t *testing.T) {
	list := catalogued(t)
	r, err := check.Run(list[6].Model, list[6].Result)
	require.NoError(t, err)
	i := slices.Index(ids(r), "treated-without-cost:alg2_identified_citizens")
	require.GreaterOrEqual(t, i, 0)
	assert.Contains(t, r.Findings[i].Explain.EN, "4,404.57 kr each, it would be 3.41 m kr")
}
