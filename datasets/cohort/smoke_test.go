package cohort

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

func TestDefaultProtocolIsValid(t *testing.T) {
	require.NoError(t, Default().Validate())
	for _, target := range rettidig.Targets() {
		c, err := Build(nil, target, Default(), rettidig.DayOf(2025, 1, 1))
		require.NoError(t, err)
		require.Empty(t, c.Rows)
		t.Log(c.Summary())
	}
}
