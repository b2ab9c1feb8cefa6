package check

import (
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// written is a number as a reader writes it: 25 % stays a percentage, 8_400 is 8.400.
func written(n proposal.Number) Text { return alike(n.Value, n) }

// alike writes x in the manner of n.
func alike(x float64, n proposal.Number) Text {
	if strings.ContainsAny(n.String(), "%") || strings.Contains(n.String(), "pct") {
		return say("%s", "%s", percent(x))
	}
	return say("%s", "%s", amount(x))
}

// short is the beginning of a long text.
func short(s string) string {
	if r := []rune(strings.Join(strings.Fields(s), " ")); len(r) > 70 {
		return string(r[:69]) + "…"
	}
	return strings.Join(strings.Fields(s), " ")
}
