package xlsx

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// randomProposal draws a proposal whose values lie on quarters and halves, where rounding is decided, with every kind of
// row, unit, phase-in and rounding. choices says whether formulas may choose between values.
func randomProposal(t *rapid.T, choices bool) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("rettidig-proposal: 1\nid: drawn\ntitle: \"=drawn\"\ntype: investment\nprice-level: 2024\nyears: 2024-2028\nparameters:")
	quarter := func(label string, most int) float64 {
		return float64(rapid.IntRange(1, most).Draw(t, label)) / 4
	}
	for i := range 3 {
		line("  - {id: n%d, label: Borgere %d, value: %v, unit: citizens/year}", i, i, quarter("n", 4000))
	}
	line("  - {id: grows, label: Vokser, by-year: {2025: %v, 2027: %v}, unit: citizens/year}", quarter("grows", 800), quarter("grows", 800))
	for i, unit := range []string{"kr/citizen", "1000 kr/citizen", "mio. kr/citizen"} {
		line("  - {id: price%d, label: Pris %d, value: %v, unit: %s}", i, i, quarter("price", []int{40000, 400, 4}[i]), unit)
	}
	line("  - {id: part, label: Andel, value: %v, unit: share}", quarter("share", 4))
	line("  - {id: pct, label: Procent, value: %v, unit: percent}", quarter("percent", 400))
	line("  - {id: minutes, label: Minutter, value: %v, unit: minutes/citizen}", quarter("minutes", 400))
	line("  - {id: hour_price, label: Timepris, value: %v, unit: kr/hour}", quarter("hour", 2000))
	line("quantities:")
	names := []string{"n0", "n1", "n2", "grows"}
	one := func() string { return rapid.SampledFrom(names).Draw(t, "name") }
	for i := range rapid.IntRange(1, 5).Draw(t, "quantities") {
		forms := []func() string{
			func() string { return one() + " * part" },
			func() string { return one() + " * (1 - pct)" },
			func() string { return one() + " - " + one() + " / 4" },
			func() string { return "min(" + one() + ", " + one() + ")" },
			func() string { return "max(" + one() + ", lag(" + one() + "), 3 * " + one() + ")" },
			func() string { return "cumulative(" + one() + ") * part" },
			func() string { return "abs(" + one() + " - " + one() + ")" },
			func() string { return "round(" + one() + " * part, 5)" },
			func() string { return "round_down(" + one() + " * pct)" },
			func() string { return "-(" + one() + ") * part^2" },
			func() string { return "at(" + one() + ", 2026) + total(" + one() + ") / 8" },
		}
		if choices {
			forms = append(forms, func() string { return "year > 2025 and " + one() + " > " + one() + " ? " + one() + " : " + one() })
		}
		q := fmt.Sprintf("  - {id: q%d, label: Trin %d, formula: %q, unit: citizens/year", i, i, rapid.SampledFrom(forms).Draw(t, "form")())
		if r := randomRounding(t, []float64{1, 0.5, 0.1, 5, 3}); r != "" {
			q += ", round: " + r
			if rapid.Bool().Draw(t, "carry") {
				q += ", carry-rounded: true"
			}
		}
		line("%s}", q)
		names = append(names, fmt.Sprintf("q%d", i))
	}
	line("rows:")
	kinds := []string{proposal.Saving, proposal.Running, proposal.OneOff}
	for i := range rapid.IntRange(1, 6).Draw(t, "rows") {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		row := fmt.Sprintf("  - {id: r%d, label: \"+Række %d\", kind: %s, area: %s, appropriation: Ældre", i, i, kind, rapid.SampledFrom([]string{"service", "anlæg"}).Draw(t, "area"))
		money := func() string {
			sign := map[bool]string{true: "-", false: ""}[kind == proposal.Saving]
			if rapid.Bool().Draw(t, "time") {
				return sign + one() + " * minutes * hour_price"
			}
			return sign + one() + fmt.Sprintf(" * price%d", rapid.IntRange(0, 2).Draw(t, "price"))
		}
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			row += fmt.Sprintf(", formula: %q, phase-in: {2025: %d %%, 2027: 100 %%}", money(), rapid.IntRange(0, 100).Draw(t, "phase"))
		case 1:
			row += fmt.Sprintf(", formula: %q, from: 2025, to: %d", money(), rapid.IntRange(2025, 2028).Draw(t, "to"))
		case 2:
			row += fmt.Sprintf(", by-year: {2024: %q, 2026: %q}", money(), money())
		default:
			row += fmt.Sprintf(", amounts: {2024: %v, 2025: null, 2026: 0}, why: given", quarter("amount", 4000))
		}
		if r := randomRounding(t, []float64{1, 5, 10, 50, 100, 0.1}); r != "" {
			row += ", round: " + r
		}
		line("%s}", row)
	}
	return b.String()
}

func randomRounding(t *rapid.T, to []float64) string {
	if rapid.Bool().Draw(t, "round") {
		return ""
	}
	return fmt.Sprintf("{to: %v, mode: %s}", rapid.SampledFrom(to).Draw(t, "to"), rapid.SampledFrom([]string{"nearest", "toward zero", "down", "up"}).Draw(t, "mode"))
}

func TestRandomProposals(t *testing.T) {
	agree := func(t require.TestingT, text string) {
		m := model(t, text)
		r := compute(t, m, proposal.Options{})
		f := open(t, workbook(t, m, r, Options{}))
		agrees(t, f, computing(t, f), r)
	}
	if os.Getenv("RETTIDIG_LONG") == "1" {
		rapid.Check(t, func(t *rapid.T) { agree(t, randomProposal(t, false)) })
		return
	}
	for seed := range 10 {
		agree(t, rapid.Custom(func(t *rapid.T) string { return randomProposal(t, false) }).Example(seed))
	}
}
