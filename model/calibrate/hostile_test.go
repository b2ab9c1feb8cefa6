package calibrate

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/internal/hostile"
)

func TestDamagedCalibratorsAreRefusedOrFinite(t *testing.T) {
	x, y, _ := bent(24, 5, func(v float64) float64 { return v })
	inside := func(t *testing.T, damage string, v ...float64) {
		for _, p := range v {
			if !(p >= 0 && p <= 1) {
				t.Fatalf("%s: probability %v", damage, p)
			}
		}
	}
	at := []float64{-30, -1, 0, 0.5, 30}
	for _, c := range []struct {
		name string
		full Form
		try  func(t *testing.T, damage string, b []byte)
	}{
		{KindPlatt, Platt(x, y, nil), calibrator}, {KindBeta, Beta(x, y, nil), calibrator}, {KindIsotonic, Isotonic(x, y, nil), calibrator},
		{KindVennAbers, FitVennAbers(x, y, nil), func(t *testing.T, damage string, b []byte) {
			var v VennAbers
			if Read(bytes.NewReader(b), &v) != nil {
				return
			}
			for _, q := range at {
				lower, upper := v.Interval(q)
				inside(t, damage, lower, upper, upper-lower, v.Probability(q))
			}
		}},
		{"cross", FitCrossVennAbers(x, y, nil, make([]int, len(x)), 1), func(t *testing.T, damage string, b []byte) {
			var v CrossVennAbers
			if Read(bytes.NewReader(b), &v) != nil {
				return
			}
			for _, q := range at {
				p, lower, upper := v.Probability(append(make([]float64, len(v.Folds)-1), q))
				inside(t, damage, p, lower, upper)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, Write(&b, c.full))
			try := func(damage string, b []byte) { c.try(t, damage, b) }
			hostile.Bytes(b.Bytes(), try)
			hostile.Values(b.Bytes(), try)
		})
	}
}

func calibrator(t *testing.T, damage string, b []byte) {
	var c Calibrator
	if Read(bytes.NewReader(b), &c) != nil {
		return
	}
	if c.Positive < 0 || c.N < c.Positive {
		t.Fatalf("%s: %d of %d", damage, c.Positive, c.N)
	}
	last := math.Inf(-1)
	for _, q := range []float64{-30, -1, 0, 0.5, 30} {
		v := c.At(q)
		if math.IsNaN(v) || math.IsInf(v, 0) || v < last {
			t.Fatalf("%s: %v at %v, after %v", damage, v, q, last)
		}
		last = v
	}
}
