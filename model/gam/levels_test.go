package gam

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/model/metric"
)

// slowLevels writes the first step on a column of levels into out[1:]. The expected spread is not taken from a formula but worked out from
// the weights with which each level's residual enters each deviation: residuals of noise have the variance h, those of
// an effect of variance 1 have h².
func slowLevels(o grow, g, h, out []float64) {
	var sum, all float64
	for b := 1; b < len(g); b++ {
		sum, all = sum+g[b], all+h[b]
	}
	if all == 0 {
		return
	}
	var found, noise, effect float64
	rest := make([]float64, len(g))
	for b := 1; b < len(g); b++ {
		rest[b] = g[b] - h[b]*sum/(all+o.lambda)
		found += rest[b] * rest[b] / (h[b] + o.lambda)
		for c := 1; c < len(g); c++ {
			enters := -h[b] / all
			if b == c {
				enters++
			}
			noise += enters * enters * h[c] / (h[b] + o.lambda)
			effect += enters * enters * h[c] * h[c] / (h[b] + o.lambda)
		}
	}
	for b := 1; b < len(g); b++ {
		to := sum / (all + o.lambda)
		if variance := (found - noise) / effect; variance > 0 && effect > 1e-12 { // a level alone has nothing to differ from
			to += rest[b] / (h[b] + 1/variance)
		}
		out[b] = (1 - math.Pow(1-o.rate, least)) * math.Max(-steep, math.Min(steep, to))
	}
}

// TestAStepOnLevelsEndsAtTheirRandomEffects repeats the step on one quadratic until nothing moves. Each level must then stand where the
// best linear prediction of a random effect puts it: its residual is its distance from the mean over the variance.
func TestAStepOnLevelsEndsAtTheirRandomEffects(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 3))
		k := rapid.IntRange(2, 40).Draw(rt, "levels")
		spread := rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(rt, "spread")
		c := binned{bins: k + 1}
		o := grow{rate: 0.2, lambda: 1, unit: 1.0 / whole}
		var h [maxBins]float64
		var target [maxBins]float64 // each level's own estimate
		for b := 1; b <= k; b++ {
			h[b] = 0.2 * float64(1+rng.IntN(200))
			target[b] = 0.3 + spread*rng.NormFloat64() + rng.NormFloat64()/math.Sqrt(h[b])
		}
		shape := make([]float64, maxBins)
		step := func() (out [maxBins]float32) {
			var g [maxBins]int64
			for b := 1; b <= k; b++ {
				g[b] = int64(h[b] * (target[b] - shape[b]) * whole)
			}
			o.stepLevels(&c, shape, &g, &h, &out)
			return out
		}
		for range 60 {
			for b, v := range step() {
				shape[b] += float64(v)
			}
		}
		// What the residuals are in proportion to is the same for all levels; 0 of a column of noise.
		var sum, all float64
		for b := 1; b <= k; b++ {
			sum, all = sum+h[b]*target[b], all+h[b]
		}
		mean := sum / (all + 1)
		variance := math.NaN()
		for b := 1; b <= k; b++ {
			own, shrunk := target[b]-mean, shape[b]-mean
			if math.Abs(own) < 1e-3 {
				continue
			}
			share := shrunk / own
			assert.GreaterOrEqual(rt, share, -1e-6)
			assert.Less(rt, share, 1.0)
			if v := share / (1 - share) / h[b]; variance != variance {
				variance = v
			} else {
				assert.InEpsilon(rt, 1+variance, 1+v, 1e-3, "level %d", b)
			}
		}
	})
}

func TestBinsDoNotDependOnTheLabels(t *testing.T) {
	tab, _ := additive(500, 3, 0)
	opt := Options{Bags: 3}.filled(500)
	before := newData(&tab, &opt)
	for i := range tab.Y {
		tab.Y[i] = float64(i % 2)
	}
	after := newData(&tab, &opt)
	for j := range before.cols {
		assert.Equal(t, before.cols[j], after.cols[j])
	}
}

// TestManyLevelsOfNoiseDoNoHarm learns from a line and two columns of 200 levels that mean nothing. The loss that the training says it
// has on the rows it held out must move as that on new rows does, and hardly.
func TestManyLevelsOfNoiseDoNoHarm(t *testing.T) {
	draw := func(seed uint64) Table {
		rng := rand.New(rand.NewPCG(seed, 1))
		tab := Table{X: make([][]float64, 3), Levels: make([][]string, 3)}
		for l := range 200 {
			tab.Levels[1] = append(tab.Levels[1], fmt.Sprint(l))
		}
		tab.Levels[2] = tab.Levels[1]
		for range 1500 {
			v := rng.NormFloat64()
			tab.X[0] = append(tab.X[0], v)
			tab.X[1], tab.X[2] = append(tab.X[1], float64(rng.IntN(200))), append(tab.X[2], float64(rng.IntN(200)))
			y := 0.0
			if rng.Float64() < 1/(1+math.Exp(-v)) {
				y = 1
			}
			tab.Y = append(tab.Y, y)
		}
		return tab
	}
	loss := func(m *Model, tab Table) float64 {
		eta := make([]float64, len(tab.Y))
		m.Compile().Batch(eta, tab.X, 1)
		var sum float64
		for i, e := range eta {
			sum += metric.LoglossOf(e, tab.Y[i])
		}
		return sum / float64(len(eta))
	}
	learn, fresh := draw(1), draw(2)
	for _, pairs := range []int{0, 3} { // also if it must take them
		m := train(t, learn, Options{Seed: 1, Pairs: pairs})
		alone, err := Train(context.Background(), Table{X: learn.X[:1], Y: learn.Y}, Options{Seed: 1})
		require.NoError(t, err)
		of := fresh
		of.X = fresh.X[:1]
		assert.Less(t, loss(m, fresh), loss(alone, of)+0.01, "%d pairs", pairs)
		// By how much the columns of noise hurt is the same in its own words: which rows are easy is left out.
		assert.InDelta(t, loss(m, fresh)-loss(alone, of), m.Training.Logloss-alone.Training.Logloss, 0.01, "%d pairs", pairs)
		for _, v := range m.Terms[1].Value {
			assert.Less(t, math.Abs(v), 0.4)
		}
	}
}

// TestLevelsStandInTheirPlacesInPairs plants an interaction with three of six levels that are not neighbours by weight: without places
// no one cut parts them from the others.
func TestLevelsStandInTheirPlacesInPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	tab := Table{X: make([][]float64, 2), Levels: [][]string{{"a", "b", "c", "d", "e", "f"}, nil}}
	for range 6000 {
		l, v := float64(rng.IntN(6)), rng.NormFloat64()
		eta := -0.3
		if int(l)%2 == 0 {
			eta = 0.3
			if v > 0 {
				eta += 2
			}
		}
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-eta)) {
			y = 1
		}
		tab.X[0], tab.X[1], tab.Y = append(tab.X[0], l), append(tab.X[1], v), append(tab.Y, y)
	}
	m := train(t, tab, Options{Seed: 1})
	require.Len(t, m.Terms, 3)
	s := m.Compile()
	for l := range 6 {
		rise := s.LogOdds([]float64{float64(l), 1}) - s.LogOdds([]float64{float64(l), -1})
		assert.InDelta(t, []float64{2, 0}[l%2], rise, 0.5, "level %d", l)
	}
}

func TestPlacesAreByValueAndTiesByBin(t *testing.T) {
	c := binned{Column: Column{Levels: []string{"a"}, PairBin: []int{0, 1, 2, 3, 3}}, pairBins: 4}
	// Bin 3 of pairs holds two: (1*3 + 5*1)/4 = 2, as bin 1; bin 2 lies below both.
	assert.Equal(t, []uint8{0, 2, 1, 3}, c.places([]float64{9, 2, -1, 1, 5}, []float64{1, 7, 1, 3, 1}))
	assert.Equal(t, []uint8{0, 1, 2, 3}, c.places(make([]float64, 5), make([]float64, 5)), "nothing known")
	c.Levels = nil
	assert.Nil(t, c.places(nil, nil))
	var from, to [cells]int
	for k := range from {
		from[k] = k
	}
	moved(&from, []uint8{0, 2, 1}, nil, &to)
	assert.Equal(t, 1<<5|4, to[2<<5|4])
	assert.Equal(t, 2<<5|4, to[1<<5|4])
	assert.Equal(t, 3<<5|4, to[3<<5|4])
}
