package model

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/internal/hostile"
)

// TestDamagedModelsBehindARightHashAreRefusedOrAnswer tries every damage on a model of each learner, hashes it anew, and asks
// what is read all the same.
func TestDamagedModelsBehindARightHashAreRefusedOrAnswer(t *testing.T) {
	models := []*Model{small(LearnerCard), small(LearnerGLM), smallShapes(), smallTrees()}
	if testing.Short() {
		models = models[:2] // the race detector has nothing to show here, and takes a minute
	}
	for _, m := range models {
		t.Run(m.Learner, func(t *testing.T) {
			var whole bytes.Buffer
			require.NoError(t, m.Write(&whole))
			_, err := Read(bytes.NewReader(whole.Bytes()))
			require.NoError(t, err)
			hostile.Values(whole.Bytes(), func(damage string, b []byte) {
				var bad Model
				var again bytes.Buffer
				if json.Unmarshal(b, &bad) != nil || bad.Write(&again) != nil {
					return
				}
				read, err := Read(&again)
				if err != nil {
					return
				}
				for _, x := range [][]float64{{90, 5}, {70, 0}, {80, math.NaN()}} {
					if len(read.Columns) != len(x) {
						return
					}
					p := read.Predict(x)
					if p.Status == Scored && !(0 < p.Lower && p.Lower <= p.Probability && p.Probability <= p.Upper && p.Upper < 1) {
						t.Errorf("%s: %v to %v around %v", damage, p.Lower, p.Upper, p.Probability)
					}
				}
			})
		})
	}
}
