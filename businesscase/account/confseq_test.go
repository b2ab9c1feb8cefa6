package account

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"pgregory.net/rapid"
)

// testdata/reference.py wrote the file.
func TestEqualsTheAuthorsImplementation(t *testing.T) {
	b, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	var cases []struct {
		Good      int                `json:"good"`
		N         int                `json:"n"`
		Alpha     float64            `json:"alpha"`
		TunedFor  float64            `json:"tuned_for"`
		Lower     float64            `json:"lower"`
		Upper     float64            `json:"upper"`
		LogWealth map[string]float64 `json:"log_wealth"`
		Exact     [2]float64         `json:"exact"`
	}
	require.NoError(t, json.Unmarshal(b, &cases))
	require.Len(t, cases, 58)
	for _, c := range cases {
		q := Sequence{c.Alpha, c.TunedFor}
		lower, upper := q.Interval(c.Good, c.N)
		assert.InDelta(t, c.Lower, lower, 1e-8, "lower of %+v", c)
		assert.InDelta(t, c.Upper, upper, 1e-8, "upper of %+v", c)
		require.Len(t, c.LogWealth, 4)
		for share, want := range c.LogWealth {
			p, err := strconv.ParseFloat(share, 64)
			require.NoError(t, err)
			assert.InDelta(t, want, q.LogWealth(float64(c.Good), float64(c.N), p), 1e-8*max(1, math.Abs(want)), "wealth against %s of %+v", share, c)
		}
		lower, upper = Exact(c.Good, c.N, 1-c.Alpha)
		assert.InDelta(t, c.Exact[0], lower, 1e-8, "exact lower of %+v", c)
		assert.InDelta(t, c.Exact[1], upper, 1e-8, "exact upper of %+v", c)
	}
}

// The bet is fair: whatever has happened, the expected wealth after one more course is the wealth now. That is what Ville's inequality needs.
func TestTheBetIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Sequence{0.05, rapid.Float64Range(1, 2000).Draw(t, "tuned")}
		n := rapid.IntRange(0, 3000).Draw(t, "n")
		s := float64(rapid.IntRange(0, n).Draw(t, "s"))
		p := rapid.Float64Range(0.01, 0.99).Draw(t, "p")
		now := q.LogWealth(s, float64(n), p)
		good, bad := q.LogWealth(s+1, float64(n+1), p), q.LogWealth(s, float64(n+1), p)
		assert.InDelta(t, 1, float64(p*math.Exp(good-now))+float64((1-p)*math.Exp(bad-now)), 1e-9)
	})
}

// A verdict and the interval shown beside it never disagree, and the mean is always inside.
func TestRejectedIsOutsideTheInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Sequence{rapid.SampledFrom([]float64{0.01, 0.05, 0.2}).Draw(t, "alpha"), rapid.Float64Range(1, 2000).Draw(t, "tuned")}
		n := rapid.IntRange(1, 3000).Draw(t, "n")
		s := rapid.IntRange(0, n).Draw(t, "s")
		p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		lower, upper := q.Interval(s, n)
		assert.Equal(t, q.Rejects(float64(s), float64(n), p), p < lower || p > upper, "%d of %d, %v: %v to %v", s, n, p, lower, upper)
		mean := float64(s) / float64(n)
		assert.True(t, lower <= mean && mean <= upper)
	})
}

// More is the first number of courses that tells, by trying them all.
func TestMoreIsTheFirstThatTells(t *testing.T) {
	q := Sequence{DefaultAlpha, DefaultTunedFor}
	for _, c := range []struct {
		s, n int
		p    float64
	}{{75, 100, 0.7}, {60, 100, 0.7}, {150, 200, 0.8}, {9, 10, 0.7}, {0, 3, 0.7}, {5, 5, 0.7}} {
		got, ok := q.More(c.s, c.n, c.p)
		require.True(t, ok, "%+v", c)
		rate, want := float64(c.s)/float64(c.n), 0
		for all := float64(c.n); !q.Rejects(min(float64(rate*all), all), all, c.p); all++ {
			want++
		}
		assert.Equal(t, want, got, "%+v", c)
	}
	_, ok := q.More(70, 100, 0.7)
	assert.False(t, ok, "at the goal itself no number of courses tells")
	_, ok = q.More(0, 0, 0.7)
	assert.False(t, ok, "without a course there is no rate to go on with")
	got, ok := q.More(700, 875, 0.6)
	assert.True(t, ok)
	assert.Zero(t, got, "told already")
}

func TestNonsenseIsTheCallersBug(t *testing.T) {
	for name, f := range map[string]func(){
		"alpha 0":         func() { Sequence{0, 400}.Interval(1, 2) },
		"tuned for 0":     func() { Sequence{0.05, 0}.Interval(1, 2) },
		"more than all":   func() { Sequence{0.05, 400}.LogWealth(3, 2, 0.5) },
		"share 0":         func() { Sequence{0.05, 400}.LogWealth(1, 2, 0) },
		"exact, level 1":  func() { Exact(1, 2, 1) },
		"exact, negative": func() { Exact(-1, 2, 0.9) },
	} {
		assert.Panics(t, f, name)
	}
	lower, upper := Sequence{0.05, 400}.Interval(0, 0)
	assert.Equal(t, [2]float64{0, 1}, [2]float64{lower, upper}, "nothing is known before the first course")
}

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
// of four or more. 200 towns: 5 % has a standard error of 1.5 points.
func TestLookingDailyIsSafeWithTheSequenceOnly(t *testing.T) {
	for _, share := range []float64{0.7, 0.8} {
		sequence, plain := peeked(share, 2000, 200, 7)
		t.Logf("share %v: sequence %.3f, plain %.3f", share, sequence, plain)
		assert.LessOrEqual(t, sequence, 0.05+0.03, "share %v", share)
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
