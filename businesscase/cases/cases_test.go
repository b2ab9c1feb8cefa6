package cases

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryFileIsReadCompiledAndComputedWithoutAWarning(t *testing.T) {
	require.Equal(t, []string{"su1", "su2", "su3", "su4", "su5", "su6", "su7"}, Names())
	for _, name := range Names() {
		p, m, r, err := compute(name)
		require.NoError(t, err)
		assert.Equal(t, name, p.ID)
		assert.Empty(t, r.Warnings, name)
		for _, q := range p.Quantities {
			f := m.Formula(q.ID, 0)
			assert.Empty(t, f.Warnings(m.Unit), "%s %s", name, q.ID)
		}
	}
}

func TestAnUnknownNameSaysWhichThereAre(t *testing.T) {
	_, err := Load("su8")
	assert.EqualError(t, err, `there is no proposal "su8": there are su1, su2, su3, su4, su5, su6, su7`)
	assert.Nil(t, Source("../su1"))
	assert.Panics(t, func() { MustLoad("su8") })
}

func TestChangingOneCopyLeavesTheNext(t *testing.T) {
	a := MustLoad("su7")
	a.Parameters[0].Value.Value = 1
	assert.NotEqual(t, 1.0, MustLoad("su7").Parameters[0].Value.Value)
}
