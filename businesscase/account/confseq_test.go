package account

import (
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/mathext"
)

// peeked simulates courses with the true share and looks after each; it returns how often the confidence sequence and
// the plain interval left the true share out at some look.
func peeked(share float64, courses, towns int, seed uint64) (sequence, plain float64) {
	q := Sequence{DefaultAlpha, DefaultTunedFor}
	for town := range uint64(towns) {
		rng := rand.New(rand.NewPCG(seed, town))
		s, byQ, byPlain := 0, false, false
		for n := 1; n <= courses; n++ {
			if rng.Float64() < share {
				s++
			}
			byQ = byQ || q.Rejects(float64(s), float64(n), share)
			byPlain = byPlain || outsideExact(s, n, share)
		}
		if byQ {
			sequence += 1 / float64(towns)
		}
		if byPlain {
			plain += 1 / float64(towns)
		}
	}
	return sequence, plain
}

// outsideExact tells whether the share is outside the exact 95 % interval by the tails that define it, which is a hundred times
// faster than its ends.
func outsideExact(s, n int, share float64) bool {
	few := s > 0 && mathext.RegIncBeta(float64(s), float64(n-s+1), share) < DefaultAlpha/2 // P(K >= s)
	many := s < n && 1-mathext.RegIncBeta(float64(s+1), float64(n-s), share) < DefaultAlpha/2
	return few || many
}

// The exact interval is the most cautious of the plain ones; looked at after every course it still says something false in one town
// of four or more. 300 towns: 5 % has a standard error of 1.3 points.
func TestLookingDailyIsSafeWithTheSequenceOnly(t *testing.T) {
	for _, share := range []float64{0.7, 0.8} {
		sequence, plain := peeked(share, 2000, 300, 7)
		t.Logf("share %v: sequence %.3f, plain %.3f", share, sequence, plain)
		assert.LessOrEqual(t, sequence, 0.05+0.025, "share %v", share)
		assert.Greater(t, plain, 0.20, "share %v", share)
	}
}

func TestLookingDailyAtManyTowns(t *testing.T) {
	if testing.Short() || os.Getenv("RETTIDIG_LONG") != "1" {
		t.Log("set RETTIDIG_LONG=1 to run 5000 towns")
		return
	}
	for _, share := range []float64{0.7, 0.8} {
		sequence, plain := peeked(share, 2000, 5000, 11)
		t.Logf("share %v: sequence %.4f, plain %.4f", share, sequence, plain)
		assert.LessOrEqual(t, sequence, 0.05, "share %v", share)
		assert.Greater(t, plain, 0.25, "share %v", share)
	}
}
