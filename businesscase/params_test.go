package businesscase

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

func TestParamsAreTakenFromTheProposal(t *testing.T) {
	p, err := ParamsOf(cases.MustLoad("su7"))
	require.NoError(t, err)
	assert.Equal(t, Params{
		CoursesPerYear: 875, BaselineCompletion: 0.5, BaselineEffect: 0.5, ValuePerCitizen: 40000, RunningPerYear: 700000,
		DeclinePopulation: 3100, DeclineIdentified: 0.25, DeclinePostponed: 0.25, DeclineOverlap: 0.2,
	}, p)

	_, err = ParamsOf(&proposal.Proposal{ID: "bus"})
	assert.ErrorContains(t, err, "proposal bus has no parameter courses_per_year")
}

func TestParamsOutOfRangeAreRefused(t *testing.T) {
	p := cases.MustLoad("su7")
	for i := range p.Parameters {
		if p.Parameters[i].ID == "alg2_overlap" {
			p.Parameters[i].Value.Value = 1.5
		}
	}
	_, err := ParamsOf(p)
	assert.ErrorContains(t, err, "params.decline_overlap is 1.5, want a share in [0, 1]")
}
