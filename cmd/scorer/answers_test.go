package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/metric"
)

func TestAModelThatMayBeChanceIsNotShownToAssessors(t *testing.T) {
	for _, c := range []struct {
		lower float64
		want  bool
	}{{0.501, true}, {0.5, false}, {0.48, false}, {math.NaN(), false}} {
		r := &model.Report{}
		r.AUROCLower = metric.Value(c.lower)
		assert.Equal(t, c.want, proven(r), "lower limit %v", c.lower)
	}
}

// Three groups with mean predictions 1/8, 3/8 and 5/8: the bands meet half way, at 0.25 and 0.5.
func TestTheTrackRecordIsThatOfTheNearestGroup(t *testing.T) {
	curve := []metric.Point{{N: 40, Mean: 0.125, Observed: 0.15}, {N: 40, Mean: 0.375, Observed: 0.25}, {N: 41, Mean: 0.625, Observed: 24.0 / 41}}
	for p, want := range map[float64]api.TrackRecord{
		0.02: {From: 0, To: 0.25, N: 40, Events: 6},
		0.31: {From: 0.25, To: 0.5, N: 40, Events: 10},
		0.25: {From: 0, To: 0.25, N: 40, Events: 6}, // as near to both: the lower
		0.99: {From: 0.5, To: 1, N: 41, Events: 24},
	} {
		got := trackRecord(curve, p)
		assert.InDelta(t, want.From, got.From, 1e-12, "%v", p)
		assert.InDelta(t, want.To, got.To, 1e-12, "%v", p)
		assert.Equal(t, []int{want.N, want.Events}, []int{got.N, got.Events}, "%v", p)
	}
	assert.Nil(t, trackRecord(nil, 0.5))
}

func TestATargetWithoutAModelSaysSo(t *testing.T) {
	a := &answers{loaded: map[rettidig.Target]*loaded{}}
	_, _, err := a.Score(&rettidig.History{}, rettidig.Effect, 0, "da")
	assert.Equal(t, rettidig.Unavailable, rettidig.KindOf(err))
	ok, why := a.Eligible(&rettidig.History{}, rettidig.Effect, 0)
	assert.False(t, ok)
	assert.Equal(t, "no-model", why)
}
