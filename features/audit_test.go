package features

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

func TestTheAuditNamesExactlyThePlantedLeaks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, asOf, seed := drawHistory(rt), drawDay(rt, "as of"), rapid.Uint64().Draw(rt, "seed")
		ids, compute := PlantedLeaks()
		var named []string
		for _, j := range Audit(&h, asOf, compute, len(ids), rand.New(rand.NewPCG(seed, 1))) {
			named = append(named, ids[j])
		}
		require.Equal(rt, []string{LeakFuture, LeakLate}, named)
	})
}

// Facts of synthetic and of most real histories are known the day they happen, and an as-of day can lie
// after all of them: the audit must bring the late facts itself.
func TestTheAuditFindsLeaksInAnEmptyHistory(t *testing.T) {
	ids, compute := PlantedLeaks()
	got := Audit(&rettidig.History{}, day0, compute, len(ids), rand.New(rand.NewPCG(1, 2)))
	assert.Equal(t, []int{len(ids) - 2, len(ids) - 1}, got)
}

// Every kind of fact is altered: a column that counts any one of them whenever it is known is named.
func TestTheAuditReachesEveryKindOfFact(t *testing.T) {
	h := rettidig.History{Aids: []rettidig.Aid{{ISO: "12060609", Lent: day0 - 50, KnownLent: day0 - 50, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay}}}
	peek := func(dst []float64, h *rettidig.History, _ rettidig.Day) {
		returned := 0
		for _, a := range h.Aids {
			if a.Lent == day0-50 && a.Returned.Valid() {
				returned++
			}
		}
		copy(dst, []float64{float64(len(h.Aids)), float64(returned), float64(len(h.Services)), float64(len(h.Screenings)), float64(len(h.Sessions)), float64(len(h.Statuses)), float64(len(h.Conditions)), 7})
	}
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6}, Audit(&h, day0, peek, 8, rand.New(rand.NewPCG(1, 2))))
}

func TestTheAuditLeavesTheHistoryAlone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, asOf := drawHistory(rt), drawDay(rt, "as of")
		before := computed(&h, day0+900)
		Audit(&h, asOf, Compute, Count(), rand.New(rand.NewPCG(3, 4)))
		after := computed(&h, day0+900)
		for j := range before {
			require.True(rt, same(before[j], after[j]), catalogue[j].ID)
		}
	})
}
