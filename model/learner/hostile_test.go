package learner

import (
	"bytes"
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/internal/hostile"
)

func TestDamagedFilesAreRefusedOrFinite(t *testing.T) {
	table := people(120, 5)
	for _, l := range []Learner{Card{}, GLM{}} { // gam and tree try their own
		t.Run(l.Name(), func(t *testing.T) {
			m, err := l.Fit(context.Background(), table, Options{Params: quick(l)})
			require.NoError(t, err)
			f := NewFile(l, m, table, Options{})
			f.Label, f.Positive = "fell", "yes"
			var b bytes.Buffer
			require.NoError(t, f.Write(&b))
			try := func(damage string, b []byte) {
				f, err := Builtin().ReadFile(bytes.NewReader(b))
				if err != nil {
					return
				}
				dst, row := make([]float64, 4), make([]float64, len(f.Columns))
				x := make([][]float64, len(f.Columns))
				for j := range x {
					x[j] = []float64{0, 1, math.NaN(), 1e6}
				}
				f.Model.LogOdds(dst, x)
				part := make([]float64, len(row)+1)
				f.Model.Contributions(part, row)
				for _, v := range append(dst, part...) {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						t.Fatalf("%s: log odds %v, contributions %v", damage, dst, part)
					}
				}
			}
			hostile.Values(b.Bytes(), try)
			_, err = Builtin().ReadFile(bytes.NewReader(append(slices.Clone(b.Bytes()[:bytes.Index(b.Bytes(), []byte(`"model":`))]), `"model":null}`...)))
			require.ErrorContains(t, err, "null")
			for i := 0; i < b.Len(); i += max(1, b.Len()/400) {
				try("cut", b.Bytes()[:i:i])
			}
		})
	}
}
