package check_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

func consistent(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/consistent.yaml")
	require.NoError(t, err)
	return string(b)
}

func computed(t testing.TB, text string) check.Case {
	t.Helper()
	p, err := proposal.Read(strings.NewReader(text), "case.yaml")
	require.NoError(t, err)
	m, err := p.Compile()
	require.NoError(t, err)
	r, err := m.Compute(proposal.Options{})
	require.NoError(t, err)
	return check.Case{Model: m, Result: r}
}

func reviewed(t testing.TB, text string, others ...check.Case) *check.Report {
	t.Helper()
	c := computed(t, text)
	r, err := check.Run(c.Model, c.Result, others...)
	require.NoError(t, err)
	return r
}

// edited replaces old, new, old, new ...; each old stands once.
func edited(t testing.TB, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		require.Equal(t, 1, strings.Count(text, pairs[i]), "%q", pairs[i])
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

func TestAConsistentProposalHasNoFindings(t *testing.T) {
	r := reviewed(t, consistent(t))
	for _, f := range r.Findings {
		t.Errorf("%s: %s %s", f.ID, f.Title.EN, f.Explain.EN)
	}
	assert.Equal(t, 0, r.Count(check.Error))
	for _, q := range r.Rules {
		assert.Zero(t, q.N, q.ID)
	}
}

// Each rule fires on one edit of the consistent proposal and is silent on a near one. The words are what the finding
// must say, worked out by hand.
var ruleCases = []struct {
	rule, id string
	severity check.Severity
	fires    []string // edits
	says     []string // parts of the English title, printed, computed and explanation
	silent   []string // edits that look alike and are in order
}{
	{"parts-above-row", "parts-above-row:start", check.Error,
		[]string{"2026: coordinator * posts * 0.5, 2027: coordinator * posts * 0.25", "2026: coordinator * posts * 0.5, 2027: coordinator * posts * 0.75"},
		[]string{"The parts of “Opstart” are more than the row", "2027: the parts give 225, the row 150"},
		[]string{"2026: coordinator * posts * 0.5, 2027: coordinator * posts * 0.25", "2026: coordinator * posts * 0.5, 2027: coordinator * posts * 0.5"}},
	{"row-against-formula", "row-against-formula:care", check.Error,
		[]string{`-500, -1000, -2000, -2000, -2000], lines: "41"`, `-500, -1100, -2000, -2000, -2000], lines: "41"`},
		[]string{"-1,100 in table1, computed -1,000, difference -100"},
		[]string{`-500, -1000, -2000, -2000, -2000], lines: "41"`, `"- 500", "-1.000", -2_000, -2000, -2000], lines: "41"`}},
	{"row-against-formula", "row-against-formula:care", check.Error, // a blank cell is not a 0 that was left out
		[]string{`values: [null, -500, -1000, -2000, -2000, -2000], lines: "41"`, `values: [null, null, -1000, -2000, -2000, -2000], lines: "41"`},
		[]string{"2027: table1 is blank, computed -500"},
		[]string{`values: [null, -500, -1000, -2000, -2000, -2000], lines: "41"`, `values: [0, -500, -1000, -2000, -2000, -2000], lines: "41"`}},
	{"row-against-formula", "row-against-formula:care/rounding", check.Note, // 26 % of 400: 104 citizens, 2,080
		[]string{"value: 25 %", "value: 26 %", "printed: 100", "printed: 104"},
		[]string{"printed -1,000, computed -1,040: rounded to the nearest 100", "2029-2031: printed -2,000, computed -2,080: rounded down to the next 100"},
		nil},
	{"row-against-formula", "row-against-formula:running", check.Error, // a tenth of the other figures: not a rounding
		[]string{`values: [null, 300, 300, 300, 300, 300], lines: "42"`, `values: [null, 300, 300, 300, 300, 0.3], lines: "42"`},
		[]string{"1,000 times too small: a wrong unit"}, nil},
	{"total-against-computed", "total-against-computed:implementation", check.Error,
		[]string{"implementation: [300, 150,", "implementation: [300, 450,"},
		[]string{"2027: 450 in table1, computed 150, difference 300"},
		[]string{"implementation: [300, 150, null", `implementation: ["300", "150", 0`}},
	{"rows-against-total", "rows-against-total:table1/implementation", check.Error,
		[]string{"implementation: [300, 150,", "implementation: [300, 450,"},
		[]string{"the rows give 150, the total is 450"},
		nil},
	{"rows-against-total", "rows-against-total:table1/of-totals", check.Error,
		[]string{"overall: [300, -50, -700", "overall: [300, -50, -710"},
		[]string{"permanent and implementation give -700, overall is printed -710"},
		nil},
	{"missing-total", "missing-total:table1/implementation", check.Note,
		[]string{"        implementation: [300, 150, null, null, null, null]\n", ""},
		[]string{"The row would be 300 / 150 / 0"},
		nil},
	{"table-against-table", "table-against-table:table1/table2/running", check.Error,
		[]string{`values: [null, 300, 300, 300, 300, 300], lines: "62"`, `values: [null, 300, 300, 310, 300, 300], lines: "62"`},
		[]string{"2029: 300 in table1 and 310 in table2, difference 10", "The computed figure is that of table1"},
		nil},
	{"table-against-table", "table-against-table:table1/table2/total:permanent", check.Error,
		[]string{"permanent: [null, -200, -700, -1700, -1700, -1700]\n    - id: table3", "permanent: [null, -200, -700, -1700, -1700, -1600]\n    - id: table3"},
		[]string{"2031: -1,700 in table1 and -1,600 in table2"},
		nil},
	{"breakdown-against-row", "breakdown-against-row:table3", check.Error,
		[]string{`label: Andet, values: [150, 75`, `label: Andet, values: [140, 75`},
		[]string{"2026: the parts give 290, the row is 300 in table1, difference 10"},
		[]string{`label: Andet, values: [150, 75`, `label: Alt andet, values: [150, 75`}},
	{"phase-in", "phase-in:table1/care", check.Error,
		[]string{`-500, -1000, -2000, -2000, -2000], lines: "41"`, `-500, -1200, -2000, -2000, -2000], lines: "41"`},
		[]string{"-1,200 is 60 % of -2,000; 50 % would be -1,000"},
		nil},
	{"phase-in", "phase-in:table1/care/falling", check.Warning,
		[]string{`-500, -1000, -2000, -2000, -2000], lines: "41"`, `-500, -1000, -2000, -2000, -1900], lines: "41"`},
		[]string{"2031: -1,900 after -2,000 the year before"},
		nil},
	{"payback", "payback:table1/service", check.Error, // 300, 250, -450: the third year
		[]string{`service: "3"`, `service: "2"`},
		[]string{"printed 2, computed 3 years", "300 (2026), 250 (2027), -450 (2028)"},
		[]string{`service: "3"`, `service: 3 år`}},
	{"payback", "payback:table1/service/plain", check.Note, // at zero in 2028, with a cost to come in 2029
		[]string{"2027: coordinator * posts * 0.5}", "2027: coordinator * posts * 0.5, 2029: coordinator * posts * 0.1}", `service: "3"`, `service: "4"`, "3 år", "4 år"},
		[]string{"at zero already after 3 years", "repaid after 4 years only"},
		nil},
	{"text-against-formula", "text-against-formula:Besparelse ved fuld effekt", check.Error,
		[]string{"2,0 mio. kr.", "2,3 mio. kr."},
		[]string{"the text says 2,3 mio. kr., computed 2 m kr"},
		[]string{"2,0 mio. kr.", "ca. 2 mio. kr."}},
	{"text-against-formula", "text-against-formula:Besparelse ved fuld effekt", check.Error, // a factor of 1,000
		[]string{"2,0 mio. kr.", "2.000 mio. kr."},
		[]string{"1,000 times too large: a wrong unit"},
		nil},
	{"text-against-formula", "text-against-formula:Indfasning 2028", check.Error, // the right share of another year
		[]string{`says: "50 %"`, `says: "25 %"`},
		[]string{"the text says 25 %, computed 50 %", "The text fits if 2027 is meant and not 2028"},
		nil},
	{"text-against-text", "text-against-text:Start", check.Warning,
		[]string{"says: januar 2026.", "says: juli 2026"},
		[]string{"»Januar 2026« (82) and »juli 2026« (83)"},
		[]string{"says: januar 2026.", "says: JANUAR 2026"}},
	{"text-against-text", "text-against-text:Start", check.Warning, // years are not rounded
		[]string{"says: Januar 2026", "says: \"2024\"", "says: januar 2026.", "says: \"2025\""},
		[]string{"»2024« (82) and »2025« (83)"},
		nil},
	{"text-against-text", "text-against-text:Start", check.Note, // amounts are
		[]string{"says: Januar 2026", "says: \"0,27 mio. kr.\", unit: kr", "says: januar 2026.", "says: 265.000 kr., unit: kr"},
		[]string{"A rounding explains it"},
		[]string{"says: Januar 2026", "says: \"0,265 mio. kr.\", unit: kr", "says: januar 2026.", "says: 265.000 kr., unit: kr"}},
	{"step-against-formula", "step-against-formula:better", check.Error, // 130 of 400
		[]string{"printed: 100", "printed: 130"},
		[]string{"printed 130, computed 100", "would fit if “Borgere med gåtur” were 520 and not 400"},
		nil},
	{"rounding-of-row", "rounding-of-row:care", check.Note, // 500 to 300s: 600, the largest of the moves
		[]string{"2029: 100 %}\n", "2029: 100 %}\n    round: {to: 300}\n"},
		[]string{"-500 is rounded to the nearest 300 to -600"},
		[]string{"2029: 100 %}\n", "2029: 100 %}\n    round: {to: 100}\n"}},
	{"two-values", "two-values:citizens/1", check.Warning, // 360: 90 better, 1,800 saved, 300 spent
		[]string{"value: 400, unit: citizens/year,", "value: 400, unit: citizens/year, also: [{value: 360}],"},
		[]string{"400 and 360", "The other gives -1,500 in 2031 instead of -1,700"},
		[]string{"value: 400, unit: citizens/year,", "value: 400, unit: citizens/year, also: [{value: 400.0}],"}},
	{"same-label", "same-label:posts/more_posts", check.Warning,
		[]string{"\nquantities:", "  - {id: more_posts, label: koordinatorer, value: 0.7, unit: FTE, status: context}\n\nquantities:"},
		[]string{"posts is 0.5 and more_posts is 0.7"},
		[]string{"\nquantities:", "  - {id: more_posts, label: koordinatorer, value: 0.5, unit: FTE, status: context}\n\nquantities:"}},
	{"target-against-formula", "target-against-formula:walked", check.Error,
		[]string{"at-least: 400", "at-least: 40"},
		[]string{"The target is 40, the calculation gives 400", "The target is met at 10 % of what is counted on"},
		nil},
	{"share-used-as-another", "share-used-as-another:share_better", check.Warning,
		[]string{"value: 25 %, unit: share,", "value: 25 %, unit: share, means: accuracy, used-as: rate among selected,"},
		[]string{"is “accuracy” and is used as “rate among selected”"},
		[]string{"value: 25 %, unit: share,", "value: 25 %, unit: share, means: sensitivity, used-as: Sensitivity,"}},
	{"treated-without-cost", "treated-without-cost:better", check.Warning,
		[]string{"costed-by: running", "costed-by: none"},
		[]string{"The saving counts on 100 (citizens/year), and nothing holds what they cost"},
		nil},
	{"counts-on-hope", "counts-on-hope:share_better", check.Warning,
		[]string{"value: 25 %, unit: share,", "value: 25 %, unit: share, status: target,"},
		[]string{"counts on a target"},
		[]string{"value: 25 %, unit: share,", "value: 25 %, unit: share, status: measured,"}},
	{"unused-parameter", "unused-parameter:weather", check.Note,
		[]string{"\nquantities:", "  - {id: weather, label: Regnvejrsdage, value: 170, unit: days/year}\n\nquantities:"},
		[]string{"Regnvejrsdage is used in no formula"},
		[]string{"\nquantities:", "  - {id: weather, label: Regnvejrsdage, value: 170, unit: days/year, status: context}\n\nquantities:"}},
	{"follows-from-nothing", "follows-from-nothing:running", check.Note,
		[]string{"    formula: coordinator * posts\n    from: 2027\n", "    amounts: {2027: 300, 2028: 300, 2029: 300, 2030: 300, 2031: 300}\n    why: et skøn.\n"},
		[]string{"What is told of them: et skøn."},
		nil},
	{"calibrated", "calibrated:hours", check.Note,
		[]string{"value: 50, unit: hours/citizen,", "value: 50, unit: hours/citizen, status: calibrated,"},
		[]string{"»Mindre hjemmehjælp« builds on it"},
		nil},
	{"unit-prices", "unit-prices:hour/hour_price", check.Note, // 400 and 460: 15 %
		[]string{"\nquantities:", "  - {id: evening, label: Aftentimepris hjemmehjælper, value: 460, unit: kr/hour, status: context}\n\nquantities:"},
		[]string{"An hour costs from 400 to 460 kr in one proposal", "15 % above"},
		[]string{"\nquantities:", "  - {id: doctor, label: Timepris læge, value: 900, unit: kr/hour, status: context}\n\nquantities:"}},
	{"long-one-off", "long-one-off:start", check.Warning,
		[]string{"2027: coordinator * posts * 0.5}", "2027: coordinator * posts, 2028: coordinator * posts, 2029: coordinator * posts, 2030: coordinator * posts}"},
		[]string{"one-off cost in 5 years", "1,500 of 1,500 of implementation stands in 2026-2030", "would be -1,400 and not -1,700"},
		[]string{"by-year: {2026: coordinator * posts, 2027: coordinator * posts * 0.5}", "by-year: {2028: coordinator * posts, 2029: coordinator * posts, 2030: coordinator * posts}"}},
	{"kept-for-free", "kept-for-free:last-year", check.Note,
		[]string{"    from: 2027\n", "    from: 2027\n    to: 2030\n"},
		[]string{"The saving is 2,000 in 2031, and no cost is left"},
		nil},
	{"full-effect-at-once", "full-effect-at-once:falls", check.Note,
		[]string{"  - id: running\n", "  - {id: falls, label: Færre fald, kind: saving, formula: -better * hours * hour_price * 0.1, from: 2027}\n  - id: running\n"},
		[]string{"Færre fald: full effect from the first year"},
		[]string{"  - id: running\n", "  - {id: falls, label: Færre fald, kind: saving, formula: -better * hours * hour_price * 0.1, phase-in: {2027: 50 %, 2028: 100 %}}\n  - id: running\n"}},
	{"two-populations", "two-populations:care/falls", check.Note,
		[]string{"\nquantities:", "  - {id: walkers, label: Borgere til spadseretur, value: 300, unit: citizens/year}\n\nquantities:",
			"  - id: running\n", "  - {id: falls, label: Færre fald, kind: saving, formula: -walkers * share_better * hours * hour_price * 0.1, phase-in: {2027: 50 %, 2028: 100 %}}\n  - id: running\n",
			"label: Borgere med gåtur", "label: Borgere på spadseretur"},
		nil, nil},
	{"hearings", "hearings:Center for Økonomi", check.Note,
		[]string{`Center for Økonomi, answer: "yes"`, `Center for Økonomi, answer: "no"`},
		[]string{"“no”, but with a date"},
		[]string{`Center for Økonomi, answer: "yes", date: 1. marts 2026`, `Center for Økonomi, answer: "no"`}},
	{"hearings", "hearings:med", check.Note,
		[]string{"body: MED-udvalg", "body: Ældreråd"},
		[]string{"The others are Center for Økonomi and Ældreråd"},
		[]string{"body: MED-udvalg", "body: SUF MED"}},
	{"time-plan", "time-plan:first-step", check.Warning,
		[]string{"when: 2026H1", "when: 2027H1"},
		[]string{"The time plan begins in 2027", "“Opstart” 300 in 2026"},
		[]string{"when: 2026H1", "when: 2026Q4"}},
	{"same-caption", "same-caption:table1/table2", check.Note,
		[]string{"caption: Tabel 2. Varige", "caption: Tabel 1. Varige"},
		[]string{"Two tables are called “Tabel 1”"},
		[]string{"caption: Tabel 2. Varige", "caption: Tabel 12. Varige"}},
	{"not-a-danish-number", "not-a-danish-number:table2/care", check.Note,
		[]string{`"-1.000", "-2.000", "-2.000", "-2.000"]`, `"-1. 000", {as: "-2.0000", read: -2000}, "-2.000", "-2.000"]`},
		[]string{"-1. 000 / -2.0000", "blank inside the figure"},
		nil},
	{"not-a-danish-number", "not-a-danish-number:Åbningsår", check.Note,
		[]string{"  - {about: Start, says: Januar 2026,", "  - {about: Åbningsår, says: \"20262\", unit: year}\n  - {about: Start, says: Januar 2026,"},
		[]string{"“20262” is no Danish number"},
		[]string{"  - {about: Start, says: Januar 2026,", "  - {about: Åbningsår, says: \"2026\", unit: year}\n  - {about: Start, says: Januar 2026,"}},
	{"price-level", "price-level:disbursed-in", check.Note,
		[]string{"price-level: 2026\n", "price-level: 2026\ndisbursed-in: 2025\n"},
		[]string{"Computed in 2026 prices, disbursed in 2025 prices"},
		[]string{"price-level: 2026\n", "price-level: 2026\ndisbursed-in: 2026\n"}},
	{"risk", "risk:level", check.Note,
		[]string{"  level: medium\n  reasons: [{text: Frivillige kan falde fra}]\n", "  level: not stated\n"},
		[]string{"not stated as low, medium or high"},
		[]string{"  level: medium\n  reasons: [{text: Frivillige kan falde fra}]\n", "  level: low\n"}},
	{"follow-up", "follow-up:number", check.Note,
		[]string{"    at-least: 400\n", ""},
		[]string{"1 of 1 follow-up targets lack a number"},
		nil},
	{"see-also", "see-also:choirs", check.Warning,
		[]string{"\nrisk:\n", "\nsee-also:\n  - {case: choirs, how: overlaps}\n\nrisk:\n"},
		[]string{"choirs overlaps"},
		[]string{"\nrisk:\n", "\nsee-also:\n  - {case: choirs, how: builds on}\n\nrisk:\n"}},
}

func TestEachRuleFiresAndIsSilent(t *testing.T) {
	base := consistent(t)
	tested := map[string]bool{}
	for _, c := range ruleCases {
		tested[c.rule] = true
		t.Run(c.id, func(t *testing.T) {
			r := reviewed(t, edited(t, base, c.fires...))
			i := slices.IndexFunc(r.Findings, func(f check.Finding) bool { return f.ID == c.id })
			require.GreaterOrEqual(t, i, 0, "not found; there are %v", ids(r))
			f := r.Findings[i]
			assert.Equal(t, c.rule, f.Rule)
			assert.Equal(t, c.severity, f.Severity)
			assert.Positive(t, f.Line, "a place in the file")
			assert.NotEmpty(t, f.Title.DA)
			all := strings.Join([]string{f.Title.EN, f.Printed.EN, f.Computed.EN, f.Explain.EN}, " ")
			for _, s := range c.says {
				assert.Contains(t, all, s)
			}
			if c.silent != nil {
				for _, f := range reviewed(t, edited(t, base, c.silent...)).Findings {
					assert.NotEqual(t, c.rule, f.Rule, "%s: %s", f.Title.EN, f.Explain.EN)
				}
			}
		})
	}
	for _, q := range reviewed(t, base).Rules {
		assert.True(t, tested[q.ID], "rule %s has no test", q.ID)
	}
}

func ids(r *check.Report) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.ID)
	}
	return out
}
