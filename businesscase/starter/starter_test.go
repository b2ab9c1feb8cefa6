package starter

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

func TestEveryStarterComputesAsItStands(t *testing.T) {
	for _, kind := range Kinds() {
		t.Run(kind, func(t *testing.T) {
			text, err := Text(kind, "ny.yaml")
			require.NoError(t, err)
			assert.Contains(t, text, "train businesscase --proposal ny.yaml")
			p, err := proposal.Read(strings.NewReader(text), "ny.yaml")
			require.NoError(t, err)
			m, err := p.Compile()
			require.NoError(t, err)
			r, err := m.Compute(proposal.Options{})
			require.NoError(t, err)
			assert.Empty(t, r.Warnings)
			assert.Equal(t, proposal.Repaid, r.Payback.Total.Outcome, "one begins with a case that pays")
		})
	}
}

// 200 citizens x 4 trips x 52 weeks x 70 % = 29,120 trips; x 95 kr = 2,766,400 kr: 2,770; 60 % of it 1,659.84: 1,660.
// Drivers 3 x 430 and 2 buses x 160 make 1,610; the planner 600 x 8/12 = 400; the buses 2 x 900 = 1,800.
func TestTheBusByHand(t *testing.T) {
	text, err := Text("bus", "ny.yaml")
	require.NoError(t, err)
	p, err := proposal.Read(strings.NewReader(text), "ny.yaml")
	require.NoError(t, err)
	m, err := p.Compile()
	require.NoError(t, err)
	r, err := m.Compute(proposal.Options{})
	require.NoError(t, err)
	rounded := func(id string) []any {
		i := slices.IndexFunc(r.Rows, func(row proposal.RowResult) bool { return row.ID == id })
		var out []any
		for _, a := range r.Rows[i].Values {
			if a.Blank {
				out = append(out, nil)
			} else {
				out = append(out, a.Rounded)
			}
		}
		return out
	}
	assert.Equal(t, []any{nil, -1660.0, -2770.0, -2770.0, -2770.0, -2770.0}, rounded("taxis"))
	assert.Equal(t, []any{nil, 1610.0, 1610.0, 1610.0, 1610.0, 1610.0}, rounded("drivers_and_running"))
	assert.Equal(t, []any{400.0, nil, nil, nil, nil, nil}, rounded("planner"))
	assert.Equal(t, []any{1800.0, nil, nil, nil, nil, nil}, rounded("bus_purchase"))
	assert.Equal(t, []float64{2200, 2150, 990, -170, -1330, -2490}, r.Payback.Accumulated)
	assert.Equal(t, proposal.Payback{Outcome: proposal.Repaid, Years: 4, Year: 2029}, r.Payback.Total)
}

func TestAKindThatIsNotThere(t *testing.T) {
	_, err := Text("tram", "ny.yaml")
	assert.EqualError(t, err, `there is no starter "tram", only bus, staff, licences, training, empty`)
	_, err = Text("../starter/bus", "ny.yaml")
	assert.Error(t, err)
}
