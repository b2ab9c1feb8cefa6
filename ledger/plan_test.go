package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestVerifyLooksRowsUpByIndex: without it a ledger of n rows takes n times n steps.
func TestVerifyLooksRowsUpByIndex(t *testing.T) {
	l := full(t)
	for table, columns := range map[string]string{"judgements": judgementColumns, "scores": scoreColumns, "decisions": decisionColumns} {
		rows, err := l.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+eventOf(table, columns))
		require.NoError(t, err)
		plan := ""
		for rows.Next() {
			var a, b, c int
			var text string
			require.NoError(t, rows.Scan(&a, &b, &c, &text))
			plan += text + "\n"
		}
		require.NoError(t, rows.Err())
		require.Contains(t, plan, "USING INDEX events_ref", table)
		require.NotContains(t, plan, "AUTOMATIC", table)
	}
}
