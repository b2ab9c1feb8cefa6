package conformal

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestBinsHoldAboutFortyCitizensOrMore: a range over fewer would be of no use, and one bin for thousands would know
// nothing of who asks. A fifth of the citizens sets the edges and is counted in none.
func TestBinsHoldAboutFortyCitizensOrMore(t *testing.T) {
	for _, n := range []int{30, 120, 400, 2000, 8000} {
		rng := rand.New(rand.NewPCG(uint64(n), 2))
		var r Rows
		for range n {
			r.LogOdds, r.Y = append(r.LogOdds, rng.NormFloat64()), append(r.Y, float64(rng.IntN(2)))
		}
		p, _ := Fit(r, Options{Seed: 1})
		c := p.Pooled
		total, least := 0, n
		for _, k := range c.Count {
			total += k
			least = min(least, k)
		}
		assert.InDelta(t, 0.8*float64(n), float64(total), 0.12*float64(n))
		assert.Equal(t, max(1, min(10, total/40)), len(c.Count), "%d citizens", n)
		assert.Greater(t, least, min(total, 40)/3, "%d citizens: bins of about equal size", n)
	}
	var same Rows
	for i := range 800 {
		same.LogOdds, same.Y = append(same.LogOdds, 1), append(same.Y, float64(i%2))
	}
	p, _ := Fit(same, Options{Seed: 1})
	assert.LessOrEqual(t, len(p.Pooled.Edges), 1, "one score is one edge, however often it is there")
	assert.NoError(t, p.Check())
}
