package metric

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dca.json is written by testdata/dca.py: dcurves on the example data that it ships.
func TestNetBenefitEqualsDcurvesOnItsExampleData(t *testing.T) {
	b, err := os.ReadFile("testdata/dca.json")
	require.NoError(t, err)
	var ref struct {
		Y, Thresholds []float64
		Models        map[string]struct {
			P          []float64
			NetBenefit []float64 `json:"net_benefit"`
		}
	}
	require.NoError(t, json.Unmarshal(b, &ref))
	require.Len(t, ref.Y, 750)
	all := ref.Models["all"].NetBenefit
	compared := 0
	for _, name := range []string{"cancerpredmarker", "famhistory"} {
		m := ref.Models[name]
		for i, p := range m.P {
			if p == 0 {
				m.P[i] = -1e-300 // dcurves takes a risk of 0 to be below a threshold of 0; to us it is at it
			}
		}
		for k, d := range DecisionCurve(m.P, ref.Y, nil, nil, ref.Thresholds, 0.95) {
			assert.InDelta(t, m.NetBenefit[k], float64(d.Model.Value), 1e-9, "%s at %v", name, d.Threshold)
			assert.InDelta(t, all[k], float64(d.All.Value), 1e-9, "all at %v", d.Threshold)
			assert.InDelta(t, m.NetBenefit[k], NetBenefit(m.P, ref.Y, nil, d.Threshold), 1e-9, "%s at %v", name, d.Threshold)
			compared++
		}
	}
	assert.Equal(t, 2*100, compared)
}
