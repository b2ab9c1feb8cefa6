package learner

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seeded notes the seeds it is given.
type seeded struct {
	given
	saw *[]uint64
}

func (s seeded) Fit(_ context.Context, _ *Table, opt Options) (Model, error) {
	*s.saw = append(*s.saw, opt.Seed)
	return s.given, nil
}

// TestEachFoldHasASeedOfItsOwn, counted from the one given: folds that shared one would repeat each other's luck.
func TestEachFoldHasASeedOfItsOwn(t *testing.T) {
	table := people(60, 1)
	fold, err := Folds(table.Y, table.Group, 3, 1)
	require.NoError(t, err)
	var saw []uint64
	_, err = CrossValidate(context.Background(), seeded{saw: &saw}, table, fold, Options{Seed: 40})
	require.NoError(t, err)
	assert.Equal(t, []uint64{40, 41, 42}, saw)
}
