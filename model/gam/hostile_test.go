package gam

import (
	"bytes"
	"math"
	"testing"

	"github.com/rettidig/rettidig/internal/hostile"
)

func TestDamagedModelsAreRefusedOrFinite(t *testing.T) {
	try := func(damage string, b []byte) {
		m, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		s := m.Compile()
		x, c := make([]float64, len(m.Columns)), make([]float64, len(m.Columns))
		for _, v := range []float64{0, 1, 70, 1e9, math.NaN()} {
			for j := range x {
				x[j] = v
			}
			for _, got := range append(c, s.Contributions(c, x), s.LogOdds(x)) {
				if !finite(got) {
					t.Fatalf("%s: log odds or a contribution is %v at %v", damage, got, v)
				}
			}
		}
	}
	good := []byte(written(t, small()))
	hostile.Bytes(good, try)
	hostile.Values(good, try)
}
