package proposal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The row saves 1,000 a year from 2027 to 2029.
func TestPartsAreContainedInTheirRow(t *testing.T) {
	const text = "rettidig-proposal: 1\nid: h\ntitle: H\ntype: investment\nprice-level: 2026\nyears: 2026-2029\nrows:\n" +
		"  - {id: s, label: S, kind: saving, amounts: {2027: -1000, 2028: -1000}, why: x}\n" +
		"  - {id: s1, label: S1, kind: saving, amounts: {2027: -600, 2028: -700}, why: x, part-of: s}\n" +
		"  - {id: s2, label: S2, kind: saving, amounts: {2027: -400, 2028: -700}, why: x, part-of: s}\n"
	for change, want := range map[string][]string{
		"2028: -700->2028: -600":           {"the parts of row s sum to -1300 in 2028, more than the row's -1000: parts are contained in their row"},
		"2028: -700->2028: -300":           nil,
		"2028: -700->2028: -300, 2029: -5": {"row s has no figure in 2029 and its parts sum to -5: give them the same years"},
		"2028: -700->2028: -300.6":         nil,
	} {
		before, after, _ := strings.Cut(change, "->")
		assert.Equal(t, want, computed(t, compiled(t, strings.Replace(text, before, after, 1)), Options{}).Warnings, change)
	}
}
