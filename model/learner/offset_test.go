package learner

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOffsetsCountWhereTheyAreMeasured: offsets that know the answer leave next to no loss. Without them a held-out row
// would be measured by what the model adds to them, which is another question.
func TestOffsetsCountWhereTheyAreMeasured(t *testing.T) {
	table := people(150, 8)
	for _, y := range table.Y {
		table.Offset = append(table.Offset, 8*(2*y-1))
	}
	fold, err := Folds(table.Y, table.Group, 2, 1)
	require.NoError(t, err)
	for _, l := range Builtin() {
		params := quick(l)
		if l.Name() == "gam" {
			params = map[string]string{"cycles": "20", "pairs": "0"}
		}
		r, err := CrossValidate(context.Background(), l, table, fold, Options{Params: params, Seed: 2})
		if l.Name() == "card" {
			assert.ErrorContains(t, err, "card: an offset is not taken: points are all that there is")
			continue
		}
		require.NoError(t, err, l.Name())
		assert.Less(t, float64(r.Logloss), 0.01, l.Name())
		assert.Greater(t, float64(r.AUROC), 0.999, l.Name())
		for i, eta := range r.LogOdds {
			require.Equal(t, table.Y[i] == 1, eta > 0, l.Name())
		}
		for _, f := range r.ByFold {
			assert.NotEqual(t, "card", f.Chosen, "a learner that takes no offset is no candidate of auto")
		}
	}
}
