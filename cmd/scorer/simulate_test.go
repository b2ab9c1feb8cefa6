package main

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/businesscase/cases"
)

func TestEveryDocumentCanBeShownAndSimulated(t *testing.T) {
	for _, id := range cases.Names() {
		v, ok := document(id)
		require.True(t, ok, id)
		assert.NotEmpty(t, v.Document, id)
		s, err := simulate(api.SimulationRequest{Proposal: id, Draws: 300, Seed: 1})
		require.NoError(t, err, id)
		assert.Equal(t, 300, s.Draws)
		assert.NotEmpty(t, s.Years)
		repaid := s.NotRepaid + s.NothingToRepay
		for _, y := range s.Years {
			repaid += y.Repaid
		}
		assert.InDelta(t, 1, repaid, 1e-9, id)
		assert.LessOrEqual(t, s.Gain.Lower, s.Gain.Upper)
	}
	_, ok := document("su8")
	assert.False(t, ok)
}

// With every rate of SU7 set, its 490 less 219 citizens at 40,000 kr are 10.84 m kr and nothing varies.
func TestASimulationTakesWhatIsSetAsKnown(t *testing.T) {
	set := map[string]float64{"baseline_completion": 0.5, "baseline_effect": 0.5, "algorithm_completion": 0.7, "algorithm_effect": 0.8, "value_per_citizen": 40000}
	s, err := simulate(api.SimulationRequest{Proposal: "su7", Draws: 200, Outcome: "alg1_saving", Set: set})
	require.NoError(t, err)
	assert.InDelta(t, 10.84e6, s.Gain.Lower, 1e-6)
	assert.InDelta(t, 10.84e6, s.Gain.Upper, 1e-6)
	assert.Equal(t, 1.0, s.Saves)
	for _, b := range s.Tornado {
		assert.Nil(t, b.Share, "nothing varies")
	}
}

func TestWrongSimulationsSayWhichFieldIsWrong(t *testing.T) {
	for _, c := range []struct {
		r             api.SimulationRequest
		pointer, code string
	}{
		{api.SimulationRequest{Proposal: "su7", Set: map[string]float64{"nothing": 1}}, "/set", "unknown"},
		{api.SimulationRequest{Proposal: "su7", Set: map[string]float64{"algorithm_effect": 2}}, "/set/algorithm_effect", "range"},
		{api.SimulationRequest{Proposal: "su7", Set: map[string]float64{"value_per_citizen": math.Inf(1)}}, "/set/value_per_citizen", "range"},
		{api.SimulationRequest{Proposal: "su7", Set: map[string]float64{"courses_per_year": 0}}, "/set", "range"},
		{api.SimulationRequest{Proposal: "su7", Outcome: "nothing"}, "/outcome", "unknown"},
	} {
		_, err := simulate(c.r)
		var in *api.InputError
		require.True(t, errors.As(err, &in), "%v: %v", c.r, err)
		assert.Equal(t, []api.FieldError{{Pointer: c.pointer, Code: c.code}}, in.Fields)
	}
	_, err := simulate(api.SimulationRequest{Proposal: "../su7"})
	assert.Equal(t, api.NoSuchCase().Error(), err.Error())
}
