package check_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

func write(t testing.TB, f func(w *bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, f(&b))
	return b.String()
}

func TestTheTextNamesPlaceAndDifference(t *testing.T) {
	r := reviewed(t, edited(t, consistent(t), `-500, -1000, -2000, -2000, -2000], lines: "41"`, `-500, -1100, -2000, -2000, -2000], lines: "41"`))
	da := write(t, func(w *bytes.Buffer) error { return r.Text(w, check.Danish) })
	assert.Contains(t, da, "2028: -1.100 i table1, beregnet -1.000, forskel -100.")
	assert.Contains(t, da, "dokumentets linje 41, 30; case.yaml:")
	assert.Contains(t, da, "FEJL")
	en := write(t, func(w *bytes.Buffer) error { return r.Text(w, check.English) })
	assert.Contains(t, en, "2028: -1,100 in table1, computed -1,000, difference -100.")
	for line := range strings.SplitSeq(da+en, "\n") {
		assert.LessOrEqual(t, len([]rune(line)), 110)
	}
	assert.Equal(t, da, write(t, func(w *bytes.Buffer) error { return r.Text(w, "") }), "Danish by default")
}

func TestNothingFoundIsSaidWithTheRulesThatLooked(t *testing.T) {
	r := reviewed(t, consistent(t))
	da := write(t, func(w *bytes.Buffer) error { return r.Text(w, check.Danish) })
	assert.Contains(t, da, "Intet fundet. 35 regler har set efter.")
	for _, q := range r.Rules {
		assert.Contains(t, da, q.Title.DA)
	}
	assert.Contains(t, write(t, func(w *bytes.Buffer) error { return r.HTML(w, check.Danish) }), "Rækker mod total")
	b, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"findings":[]`)
}

// The gravest first, then as the file goes; the counts are those of the list.
func TestOrderAndCounts(t *testing.T) {
	for _, c := range catalogued(t) {
		r, err := check.Run(c.Model, c.Result)
		require.NoError(t, err)
		order := map[check.Severity]int{check.Error: 0, check.Warning: 1, check.Note: 2}
		seen, classes := map[string]bool{}, map[string]int{}
		for i, f := range r.Findings {
			assert.False(t, seen[f.ID], "%s twice", f.ID)
			seen[f.ID] = true
			classes[f.Class]++
			if i > 0 {
				before := r.Findings[i-1]
				assert.LessOrEqual(t, order[before.Severity], order[f.Severity])
				if before.Severity == f.Severity {
					assert.LessOrEqual(t, before.Line, f.Line)
				}
			}
			assert.Positive(t, f.Line, f.ID)
			assert.NotContains(t, f.Title.DA+f.Title.EN+f.Explain.DA+f.Explain.EN, "%!", f.ID)
		}
		for _, n := range r.Classes {
			assert.Equal(t, classes[n.Name], n.N, n.Name)
		}
		sum := 0
		for _, n := range r.Severities {
			sum += n.N
		}
		assert.Equal(t, len(r.Findings), sum)
		sum = 0
		for _, q := range r.Rules {
			sum += q.N
		}
		assert.Equal(t, len(r.Findings), sum)
	}
}

func TestTheSameBytesEachTime(t *testing.T) {
	list := catalogued(t)
	for _, c := range list {
		var first string
		for range 5 {
			r, err := check.Run(c.Model, c.Result, list...)
			require.NoError(t, err)
			b, err := json.Marshal(r)
			require.NoError(t, err)
			if first == "" {
				first = string(b)
			}
			require.Equal(t, first, string(b))
		}
	}
}

// A page is well formed whatever the file says, and nothing in it is fetched or run.
func TestTheFragmentEscapesAndFetchesNothing(t *testing.T) {
	r := reviewed(t, edited(t, consistent(t), "title: Gåture med frivillige", "title: <script>alert(1)</script>", "says: januar 2026.", "says: <img src=x>"))
	page := write(t, func(w *bytes.Buffer) error { return r.HTML(w, check.English) })
	assert.Contains(t, page, `lang="en"`)
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	ids := map[string]bool{}
	for n := range root.Descendants() {
		assert.NotContains(t, []string{"script", "img", "link", "iframe"}, n.Data)
		for _, a := range n.Attr {
			if a.Key == "id" {
				assert.False(t, ids[a.Val], "id %s twice", a.Val)
				assert.NotContains(t, a.Val, " ")
				ids[a.Val] = true
			}
		}
	}
	assert.Len(t, ids, len(r.Findings))
}

func TestAScenarioIsNotHeldAgainstWhatIsPrinted(t *testing.T) {
	p := cases.MustLoad("su7")
	m, err := p.Compile()
	require.NoError(t, err)
	r, err := m.Compute(proposal.Options{Scenario: proposal.NewScenario("half", map[string]float64{"courses_per_year": 400})})
	require.NoError(t, err)
	_, err = check.Run(m, r)
	assert.ErrorContains(t, err, `scenario "half"`)
	index, err := proposal.ReadIndex(strings.NewReader("rettidig-price-index: 1\nsource: x\ntypes: {general: {2022: 100, 2023: 102}}\n"), "prices.yaml")
	require.NoError(t, err)
	r, err = m.Compute(proposal.Options{Index: index, PriceLevel: 2022})
	require.NoError(t, err)
	_, err = check.Run(m, r)
	assert.ErrorContains(t, err, "in 2022 prices")
	other := catalogued(t)[0]
	assert.PanicsWithValue(t, "check: the result is of another proposal: su1", func() { check.Run(m, other.Result) })
}

func BenchmarkRun(b *testing.B) {
	list := catalogued(b)
	for b.Loop() {
		for _, c := range list {
			if _, err := check.Run(c.Model, c.Result, list...); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// A coordinator at 600 in 2025 prices is 630 in those of 2026, 5 % up: half a post is 315, and so the text must say.
func TestARowOfAnotherPriceLevelIsHeldAgainstItsConvertedFigure(t *testing.T) {
	index, err := proposal.ReadIndex(strings.NewReader("rettidig-price-index: 1\nsource: x\ntypes: {general: {2025: 100, 2026: 105}}\n"), "prices.yaml")
	require.NoError(t, err)
	for says, want := range map[string]int{"315.000 kr.": 0, "300.000 kr.": 1} {
		text := edited(t, consistent(t), "    from: 2027\n", "    from: 2027\n    price-level: 2025\n",
			"  - {about: Start, says: Januar 2026,", "  - {about: Koordinator, says: "+says+", unit: kr/year, equals: \"at(running, 2031)\"}\n  - {about: Start, says: Januar 2026,")
		p, err := proposal.Read(strings.NewReader(text), "case.yaml")
		require.NoError(t, err)
		m, err := p.Compile()
		require.NoError(t, err)
		r, err := m.Compute(proposal.Options{Index: index})
		require.NoError(t, err)
		report, err := check.Run(m, r)
		require.NoError(t, err)
		n := 0
		for _, f := range report.Findings {
			if f.Rule == "text-against-formula" {
				n++
			}
		}
		assert.Equal(t, want, n, says)
	}
}
