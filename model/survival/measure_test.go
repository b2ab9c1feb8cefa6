package survival

import (
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/model/metric"
)

func drawnScores(rt *rapid.T, n int) []float64 {
	var out []float64
	for range n {
		out = append(out, float64(rapid.IntRange(0, 4).Draw(rt, "score"))/5)
	}
	return out
}

// same asserts that two figures are alike, undefined together or refused together.
func same(rt *rapid.T, name string, a float64, errA error, b float64, errB error) {
	if errA != nil || errB != nil {
		assert.Equal(rt, errA == nil, errB == nil, "%s: %v and %v", name, errA, errB)
		return
	}
	if math.IsNaN(a) || math.IsNaN(b) {
		assert.Equal(rt, math.IsNaN(a), math.IsNaN(b), "%s: %v and %v", name, a, b)
		return
	}
	assert.InDelta(rt, a, b, 1e-9, name)
}

func TestMeasuresTakeWeightsAsCopies(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt, 2, false)
		x := drawnScores(rt, len(d.Time))
		many, xs := copied(d, x)
		g, err := Censoring(d)
		require.NoError(rt, err)
		at := float64(rapid.IntRange(1, 8).Draw(rt, "horizon"))
		a, errA := Brier(d, g, x, 1, at)
		b, errB := Brier(many, g, xs, 1, at)
		same(rt, "Brier", a, errA, b, errB)
		a, errA = AUROC(d, g, x, 1, at, NotCases)
		b, errB = AUROC(many, g, xs, 1, at, NotCases)
		same(rt, "AUROC", a, errA, b, errB)
		a, errA = Harrell(d, x, 1)
		b, errB = Harrell(many, xs, 1)
		same(rt, "Harrell", a, errA, b, errB)
		a, errA = Uno(d, g, x, 1, at)
		b, errB = Uno(many, g, xs, 1, at)
		same(rt, "Uno", a, errA, b, errB)
	})
}

func TestWithoutCensoringTheMeasuresAreThoseOfYesAndNo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt, 2, false)
		for i := range d.Cause {
			d.Cause[i] = max(d.Cause[i], 1)
		}
		x := drawnScores(rt, len(d.Time))
		g, err := Censoring(d)
		require.NoError(rt, err)
		at := float64(rapid.IntRange(2, 15).Draw(rt, "half horizon")) / 2 // at the times and between them
		y := make([]float64, len(x))
		for i := range y {
			if d.Time[i] <= at && d.Cause[i] == 1 {
				y[i] = 1
			}
		}
		b, err := Brier(d, g, x, 1, at)
		require.NoError(rt, err, "also beyond the last follow-up: everybody's state is known")
		assert.InDelta(rt, metric.Brier(x, y, d.W), b, 1e-12)
		a, err := AUROC(d, g, x, 1, at, NotCases)
		same(rt, "AUROC", metric.AUROC(x, y, d.W), nil, a, err)
	})
}

// slowUno is the share of pairs, pair by pair.
func slowUno(d Data, g *Curve, x []float64, cause int32, tau float64) float64 {
	var won, all float64
	for i := range x {
		if d.Cause[i] != cause || !(d.Time[i] < tau) {
			continue
		}
		for j := range x {
			gi, gj := 1.0, 1.0
			if g != nil {
				gi, gj = g.Before(d.Time[i]), g.Before(d.Time[j])
			}
			v := 0.0
			switch {
			case d.Time[j] > d.Time[i] || d.Time[j] == d.Time[i] && d.Cause[j] == 0:
				v = d.W[i] * d.W[j] / (gi * gi)
			case d.Cause[j] != 0 && d.Cause[j] != cause:
				v = d.W[i] * d.W[j] / (gi * gj)
			}
			all += v
			if x[i] > x[j] {
				won += v
			} else if x[i] == x[j] {
				won += v / 2
			}
		}
	}
	return won / all
}

func TestConcordanceIsTheShareOfPairs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt, 2, false)
		x := drawnScores(rt, len(d.Time))
		g, err := Censoring(d)
		require.NoError(rt, err)
		tau := float64(rapid.IntRange(2, 9).Draw(rt, "tau"))
		got, err := Uno(d, g, x, 1, tau)
		same(rt, "Uno", slowUno(d, g, x, 1, tau), nil, got, err)
		got, err = Harrell(d, x, 1)
		one := d
		one.Cause = make([]int32, len(d.Cause))
		for i, c := range d.Cause {
			one.Cause[i] = c % 2
		}
		same(rt, "Harrell", slowUno(one, nil, x, 1, math.Inf(1)), nil, got, err)
	})
}

func TestMirroredScoresMirrorTheOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt, 2, false)
		x := drawnScores(rt, len(d.Time))
		mirrored := make([]float64, len(x))
		for i := range x {
			mirrored[i] = -x[i]
		}
		g, err := Censoring(d)
		require.NoError(rt, err)
		for _, against := range []Controls{NotCases, Free} {
			a, errA := AUROC(d, g, x, 1, 4, against)
			b, errB := AUROC(d, g, mirrored, 1, 4, against)
			same(rt, "AUROC", a, errA, 1-b, errB)
		}
		a, errA := Uno(d, g, x, 1, 5)
		b, errB := Uno(d, g, mirrored, 1, 5)
		same(rt, "Uno", a, errA, 1-b, errB)
	})
}

func TestHorizonsNobodyWasSeenToAreRefused(t *testing.T) {
	d := Data{Time: []float64{1, 2, 3}, Cause: []int32{1, 1, 0}}
	g, err := Censoring(Data{Time: []float64{1, 2}, Cause: []int32{1, 0}})
	require.NoError(t, err)
	_, err = Brier(d, g, []float64{0.5, 0.5, 0.5}, 1, 2.5)
	assert.ErrorContains(t, err, "take a shorter horizon")
	_, err = AUROC(d, g, []float64{0.5, 0.5, 0.5}, 1, 2.5, Free)
	assert.ErrorContains(t, err, "take a shorter horizon")
	far := Data{Time: []float64{1, 2.5, 3}, Cause: []int32{1, 1, 0}}
	_, err = Uno(far, g, []float64{1, 2, 3}, 1, math.Inf(1))
	assert.ErrorContains(t, err, "take a smaller tau")
	d.Entry = []float64{0, 0, 1}
	_, err = Harrell(d, []float64{1, 2, 3}, 1)
	assert.ErrorIs(t, err, errEntry)
	_, err = Brier(d, g, []float64{1, 2, 3}, 1, 1)
	assert.ErrorIs(t, err, errEntry)
	assert.Panics(t, func() { _, _ = Brier(d, g, []float64{1}, 1, 1) })
}

func TestIntegratedIsTheMeanOverTime(t *testing.T) {
	// A figure of 1 from 0 to 2 and then falling to 0 at 4: (2 + 1)/4.
	assert.InDelta(t, 0.75, Integrated([]float64{0, 2, 4}, []float64{1, 1, 0}), 1e-15)
	assert.Panics(t, func() { Integrated([]float64{0, 0}, []float64{1, 1}) })
}

func TestCalibrationIsAalenJohansenInBins(t *testing.T) {
	x, _ := table(t, "pbc.csv")
	d := Data{Time: x["time"], Cause: causesOf(x["status"], map[float64]int32{2: 1, 1: 2}), W: thirds(len(x["time"]))}
	p := predicted(1460, x["bili"])
	all, err := Calibration(d, p, 1, 1460, 1)
	require.NoError(t, err)
	inc, err := AalenJohansen(d, 2)
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.InDelta(t, inc.At(1, 1460), all[0].Observed, 1e-12)
	lo, hi := inc.Interval(1, 1460, 0.95)
	assert.InDelta(t, lo, all[0].Lower, 1e-12)
	assert.InDelta(t, hi, all[0].Upper, 1e-12)

	points, err := Calibration(d, p, 1, 1460, 5)
	require.NoError(t, err)
	require.Len(t, points, 5)
	n, predicted := 0, 0.0
	for k, pt := range points {
		n += pt.N
		predicted += pt.Weight * pt.Predicted / all[0].Weight
		assert.InDelta(t, 0.2, pt.Weight/all[0].Weight, 0.05, "bins of equal weight, ties kept together")
		assert.True(t, pt.Lower < pt.Observed && pt.Observed < pt.Upper)
		if k > 0 {
			assert.Greater(t, pt.Predicted, points[k-1].Predicted)
			assert.Greater(t, pt.Observed, points[k-1].Observed, "bilirubin tells who dies")
		}
	}
	assert.Equal(t, len(p), n)
	assert.InDelta(t, all[0].Predicted, predicted, 1e-12)

	// A quarter of the weight is below 0.2, which holds the half around the middle: its rows are in the
	// second of two bins.
	tied, err := Calibration(Data{Time: []float64{2, 1, 2, 2}, Cause: []int32{1, 1, 0, 0}}, []float64{0.1, 0.2, 0.2, 0.3}, 1, 1.5, 2)
	require.NoError(t, err)
	require.Len(t, tied, 2)
	assert.Equal(t, 1, tied[0].N)
	assert.Equal(t, 3, tied[1].N)
	assert.InDelta(t, 1.0/3, tied[1].Observed, 1e-15)

	level, err := Calibration(d, make([]float64, len(p)), 1, 1460, 5)
	require.NoError(t, err)
	assert.Len(t, level, 1, "one and the same prediction is one bin")
}

func TestResampledRangesAreOfCitizens(t *testing.T) {
	x, _ := table(t, "pbc.csv")
	d := Data{Time: x["time"], Cause: causesOf(x["status"], map[float64]int32{2: 1, 1: 2})}
	figures := func(d Data, score []float64) func([]float64) []float64 {
		return func(w []float64) []float64 {
			d := d
			d.W = w
			g, err := Censoring(d)
			if err != nil {
				return []float64{math.NaN(), math.NaN()}
			}
			b, err := Brier(d, g, predicted(1460, score), 1, 1460)
			if err != nil {
				b = math.NaN()
			}
			c, err := Uno(d, g, score, 1, 2500)
			if err != nil {
				c = math.NaN()
			}
			return []float64{b, c}
		}
	}
	own := make([]int32, len(d.Time))
	for i := range own {
		own[i] = int32(i)
	}
	one := Resample(own, nil, 60, 1, 0.9, figures(d, x["bili"]))
	require.Len(t, one, 2)
	whole := figures(d, x["bili"])(nil)
	for k, r := range one {
		assert.True(t, r.Lower < whole[k] && whole[k] < r.Upper, "%v in %v", whole[k], r)
	}
	before := runtime.GOMAXPROCS(1)
	again := Resample(own, nil, 60, 1, 0.9, figures(d, x["bili"]))
	runtime.GOMAXPROCS(4)
	four := Resample(own, nil, 60, 1, 0.9, figures(d, x["bili"]))
	runtime.GOMAXPROCS(before)
	assert.Equal(t, one, again)
	assert.Equal(t, one, four)

	// Twins are one citizen: the ranges are no narrower for their rows being there twice.
	two, bili := Data{}, []float64(nil)
	var group []int32
	for i := range d.Time {
		for range 2 {
			two.Time, two.Cause = append(two.Time, d.Time[i]), append(two.Cause, d.Cause[i])
			bili, group = append(bili, x["bili"][i]), append(group, int32(i))
		}
	}
	twins := Resample(group, nil, 60, 1, 0.9, figures(two, bili))
	for k := range one {
		assert.InDelta(t, one[k].Lower, twins[k].Lower, 1e-9)
		assert.InDelta(t, one[k].Upper, twins[k].Upper, 1e-9)
	}
	none := Resample(own, nil, 9, 1, 0.9, func([]float64) []float64 { return []float64{math.NaN()} })
	assert.True(t, math.IsNaN(none[0].Lower), "draws without a number give no range")
}
