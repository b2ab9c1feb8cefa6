//go:build !race

package features

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// Under the race detector sync.Pool throws away a quarter of what is put back, so that nothing can be said there.
func TestComputeDoesNotAllocate(t *testing.T) {
	h := rapid.Custom(drawHistory).Example(7)
	long := longHistory()
	row := make([]float64, Count())
	for name, h := range map[string]*rettidig.History{"random": &h, "very long": &long} {
		Compute(row, h, day0+500) // the first time, lists grow
		assert.Zero(t, testing.AllocsPerRun(100, func() { Compute(row, h, day0+500) }), name)
	}
}
