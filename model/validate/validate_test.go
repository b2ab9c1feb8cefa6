package validate

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// cohort is n rows over four years, the given number per citizen half a year apart, with a score per row
// that tells something about the label.
func cohort(n, perCitizen int, seed uint64) (*Rows, []float64) {
	rng := rand.New(rand.NewPCG(seed, 3))
	r, x := &Rows{}, make([]float64, n)
	for i := range n {
		g := i / perCitizen
		x[i] = rng.NormFloat64()
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-x[i])) {
			y = 1
		}
		day := int32(g*7919%1400) + int32(i%perCitizen)*182
		r.Y, r.W, r.Group = append(r.Y, y), append(r.W, 1), append(r.Group, int32(g))
		r.Time, r.Matured, r.Test = append(r.Time, day), append(r.Matured, day+112), append(r.Test, true)
	}
	return r, x
}

// told is a learner that has nothing to learn: it says the score, bent.
type told []float64

func (s told) Score(rows []int32, out []float64) {
	for i, r := range rows {
		out[i] = 2*s[r] + 1
	}
}

func tell(x []float64, seen *[][]int32) Learner {
	return func(_ context.Context, _ []float64, extra [][]float64, train []int32) (Scorer, error) {
		if seen != nil {
			*seen = append(*seen, train)
		}
		if extra != nil {
			return told(extra[0]), nil
		}
		return told(x), nil
	}
}

var plain = Options{Seed: 1, Windows: 4, First: 0.5, Gap: 14, Least: 10}

func TestWindowsKeepCitizensAndUnripeLabelsApart(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, _ := cohort(rapid.IntRange(200, 600).Draw(rt, "rows"), rapid.IntRange(1, 6).Draw(rt, "rows per citizen"), rapid.Uint64().Draw(rt, "seed"))
		for i := range r.Test {
			r.Test[i] = i%5 != 0
		}
		gap := int32(rapid.IntRange(0, 60).Draw(rt, "gap"))
		plan := Rolling(r, rapid.IntRange(1, 5).Draw(rt, "windows"), 0.5, gap, 1, Deal(rapid.Uint64().Draw(rt, "deal")))
		tested := map[int32]bool{}
		for _, w := range plan.Windows {
			require.NoError(rt, w.Check(r))
			in := map[int32]bool{}
			for _, i := range w.Test {
				assert.False(rt, tested[i], "row %d is tested twice", i)
				assert.True(rt, r.Test[i] && r.Time[i] >= w.From && r.Time[i] < w.To)
				tested[i], in[r.Group[i]] = true, true
			}
			for _, i := range w.Train {
				assert.False(rt, in[r.Group[i]], "citizen %d on both sides", r.Group[i])
				assert.Less(rt, r.Matured[i], w.From-gap)
			}
		}
	})
}

func TestOneRowPerCitizenTestsEveryLaterRow(t *testing.T) {
	r, _ := cohort(1000, 1, 1)
	plan := Rolling(r, 4, 0.5, 0, 10, Deal(1))
	require.Len(t, plan.Windows, 4)
	assert.False(t, plan.Rotated)
	n := 0
	for _, w := range plan.Windows {
		n += len(w.Test)
		assert.InDelta(t, 125, len(w.Test), 15, "windows of about equal size")
	}
	assert.InDelta(t, 500, n, 15)
}

func TestCitizensWhoComeBackAreDealtNotDropped(t *testing.T) {
	// Six rows per citizen: dropping every tested citizen's earlier rows would leave few, and the wrong ones.
	r, _ := cohort(3000, 6, 1)
	plan := Rolling(r, 4, 0.5, 0, 10, Deal(1))
	require.True(t, plan.Rotated)
	require.NotEmpty(t, plan.Notes)
	for _, w := range plan.Windows {
		usable := 0
		for i := range r.Y {
			if r.Matured[i] < w.Cut {
				usable++
			}
		}
		assert.InDelta(t, 0.75, float64(len(w.Train))/float64(usable), 0.06, "three quarters of the citizens are learned from")
	}
}

func TestCrossingsAreNoticed(t *testing.T) {
	r, _ := cohort(400, 1, 1)
	w := Rolling(r, 3, 0.5, 10, 5, Deal(1)).Windows[1]
	require.NoError(t, w.Check(r))
	planted := w
	planted.Train = append(slices.Clone(w.Train), w.Test[3])
	assert.ErrorContains(t, planted.Check(r), "is in training")
	for i := range r.Y {
		if r.Matured[i] >= w.Cut && r.Time[i] < w.From {
			planted.Train = append(slices.Clone(w.Train), int32(i))
			break
		}
	}
	assert.ErrorContains(t, planted.Check(r), "label known on day")
	planted = w
	planted.Test = append(slices.Clone(w.Test), w.Train[0])
	planted.Train = w.Train[1:]
	assert.ErrorContains(t, planted.Check(r), "outside its window")
}

func TestCalibratorsKnowOnlyWhatHadRipened(t *testing.T) {
	for _, perCitizen := range []int{1, 5} {
		r, x := cohort(10000, perCitizen, 2)
		var seen [][]int32
		res, err := Run(context.Background(), r, tell(x, &seen), plain)
		require.NoError(t, err)
		for k, w := range res.Plan.Windows {
			tested := map[int32]bool{}
			for _, i := range w.Test {
				tested[r.Group[i]] = true
			}
			require.NotEmpty(t, res.CalRows[k])
			for _, i := range res.CalRows[k] {
				assert.Less(t, r.Matured[i], w.Cut)
				assert.False(t, tested[r.Group[i]])
			}
			// The learner says 2x+1 where x is the truth: the calibrator has to halve it.
			assert.InDelta(t, 0.5, res.Calibrators[k].Slope, 0.2, "window %d", k)
		}
		assert.Greater(t, len(seen), len(res.Plan.Windows), "the first window has no earlier one: an inner split serves it")
	}
}

// TestCalibratorsDoNotKnowTheLabelsTheyAreTestedOn runs everything again with the labels of one window's
// test rows turned round: up to that window nothing that is said may change.
func TestCalibratorsDoNotKnowTheLabelsTheyAreTestedOn(t *testing.T) {
	for _, perCitizen := range []int{1, 5} {
		r, x := cohort(3000, perCitizen, 3)
		want, err := Run(context.Background(), r, tell(x, nil), plain)
		require.NoError(t, err)
		require.NoError(t, want.CheckCalibrators(r, plain))
		for k, w := range want.Plan.Windows {
			turned := *r
			turned.Y = slices.Clone(r.Y)
			for _, i := range w.Test {
				turned.Y[i] = 1 - r.Y[i]
			}
			got, err := Run(context.Background(), &turned, tell(x, nil), plain)
			require.NoError(t, err)
			require.Equal(t, want.Plan.Windows[:k+1], got.Plan.Windows[:k+1])
			assert.Equal(t, want.Calibrators[:k+1], got.Calibrators[:k+1], "window %d", k)
			for i, p := range want.Predictions {
				if p.Fold <= k {
					require.Equal(t, p, got.Predictions[i])
				}
			}
		}
	}
}

func TestACalibratorOfTheTestLabelsIsNoticed(t *testing.T) {
	r, x := cohort(3000, 1, 3)
	res, err := Run(context.Background(), r, tell(x, nil), plain)
	require.NoError(t, err)
	honest := res.Calibrators[1]
	w := res.Plan.Windows[1]
	raw := make([]float64, len(w.Test))
	told(x).Score(w.Test, raw)
	res.Calibrators[1] = FitCalibrator(r, w.Test, raw, plain.Seed)
	assert.ErrorContains(t, res.CheckCalibrators(r, plain), "the calibrator of window 2 changes")
	res.Calibrators[1] = honest
	res.Predictions[len(res.Plan.Windows[0].Test)].LogOdds += 1e-9
	assert.ErrorContains(t, res.CheckCalibrators(r, plain), "was not calibrated by")
}

// call is one time that the learner was asked: what it learned from, and what it then scored.
type call struct {
	x             told
	train, scored []int32
}

func (c *call) Score(rows []int32, out []float64) {
	c.scored = append(c.scored, rows...)
	c.x.Score(rows, out)
}

// TestLearnerNeverSeesTheTestRows looks at every call of the learner, those for inner splits too: what it
// learned from had ripened more than the gap before the first day that it scored, and it had met none of
// the citizens.
func TestLearnerNeverSeesTheTestRows(t *testing.T) {
	opt := plain
	opt.Gap = 60
	for _, perCitizen := range []int{1, 3, 5} {
		r, x := cohort(3000, perCitizen, 4)
		var calls []*call
		res, err := Run(context.Background(), r, func(_ context.Context, _ []float64, _ [][]float64, train []int32) (Scorer, error) {
			calls = append(calls, &call{x: x, train: train})
			return calls[len(calls)-1], nil
		}, opt)
		require.NoError(t, err)
		windows := 0
		for n, c := range calls {
			require.NotEmpty(t, c.scored, "call %d", n)
			first, scored := int32(math.MaxInt32), map[int32]bool{}
			for _, i := range c.scored {
				first, scored[r.Group[i]] = min(first, r.Time[i]), true
			}
			for _, i := range c.train {
				require.Less(t, r.Matured[i], first-opt.Gap, "call %d learned from a label that was not known yet", n)
				require.False(t, scored[r.Group[i]], "call %d met citizen %d", n, r.Group[i])
			}
			if windows < len(res.Plan.Windows) && slices.Equal(c.train, res.Plan.Windows[windows].Train) {
				assert.Equal(t, res.Plan.Windows[windows].Test, c.scored)
				windows++
				continue
			}
			// Any other call is the inner split of the window before: all of it is that window's training.
			require.Positive(t, windows)
			known := map[int32]bool{}
			for _, i := range res.Plan.Windows[windows-1].Train {
				known[i] = true
			}
			for _, i := range slices.Concat(c.train, c.scored) {
				require.True(t, known[i], "call %d, row %d is not of the window's training", n, i)
			}
		}
		assert.Equal(t, len(res.Plan.Windows), windows)
		assert.Greater(t, len(calls), windows, "the first window needs an inner split, or this shows nothing about it")
	}
}

func TestIdentityLeakIsCaughtAndHonestSplitsPass(t *testing.T) {
	for _, perCitizen := range []int{1, 4} {
		r, _ := cohort(3000, perCitizen, 5)
		for i := range r.Y { // citizens keep their label: what a split by row would profit from
			r.Y[i] = float64(r.Group[i] * 7919 % 13 % 2)
		}
		l := PlantIdentity(r, Rolling(r, 4, 0.5, 0, 10, Deal(1)), 1)
		assert.True(t, l.Caught, l.Evidence)
		assert.Contains(t, l.Evidence, "has another row in training")
	}
}

func TestCitizensWhoComeBackHaveTwoRowsThatDiffer(t *testing.T) {
	r, x := cohort(300, 3, 5)
	rows := once(r, []int32{3, 4, 90, 150, 151, 299})
	require.Equal(t, []int32{3, 90, 150, 299}, rows)
	both, value, again := comingBack(r, func(i int32) float64 { return x[i] }, rows, rand.New(rand.NewPCG(1, 2)))
	require.Equal(t, []int32{300, 301, 302, 303}, again, "rows that were not there")
	for k, i := range rows {
		assert.Equal(t, x[i], value(i))
		assert.NotEqual(t, value(i), value(again[k]))
		assert.InDelta(t, value(i), value(again[k]), 1.0/1000/4)
		assert.Equal(t, r.Group[i], both.Group[again[k]])
		assert.Equal(t, r.Y[i], both.Y[again[k]])
	}
	assert.Len(t, r.Y, 300, "the run's own rows are left alone")
}

func TestIdentityLeakFailsOnASplitByRow(t *testing.T) {
	r, _ := cohort(3000, 6, 5)
	for i := range r.Y {
		r.Y[i] = float64(r.Group[i] * 7919 % 13 % 2)
	}
	var w Window
	w.To, w.Cut = 1<<30, 1<<30
	for i := range r.Y {
		if i%2 == 0 {
			w.Train = append(w.Train, int32(i))
		} else {
			w.Test = append(w.Test, int32(i))
		}
	}
	l := PlantIdentity(r, Plan{Windows: []Window{w}}, 1)
	assert.False(t, l.Caught, "this is the predecessor's split: %s", l.Evidence)
}

func TestShuffledLabelIsCaughtAndALeakingLearnerFails(t *testing.T) {
	r, x := cohort(3000, 1, 6)
	plan := Rolling(r, 4, 0.5, 0, 10, Deal(1))
	l, err := PlantShuffled(context.Background(), r, plan, tell(x, nil), 1)
	require.NoError(t, err)
	assert.True(t, l.Caught, l.Evidence)

	cheat := func(_ context.Context, y []float64, _ [][]float64, _ []int32) (Scorer, error) { return told(y), nil }
	l, err = PlantShuffled(context.Background(), r, plan, cheat, 1)
	require.NoError(t, err)
	assert.False(t, l.Caught, "a learner that sees the labels of the test rows: %s", l.Evidence)

	blind := func(_ context.Context, _ []float64, _ [][]float64, _ []int32) (Scorer, error) { return told(x), nil }
	l, err = PlantShuffled(context.Background(), r, plan, blind, 1)
	require.NoError(t, err)
	assert.False(t, l.Caught, "a probe that cannot see the planted column proves nothing: %s", l.Evidence)
}

func TestShuffledLabelsRarelyAccuseAnHonestLearner(t *testing.T) {
	r, x := cohort(800, 1, 7)
	plan := Rolling(r, 4, 0.5, 0, 10, Deal(1))
	for seed := range uint64(200) {
		l, err := PlantShuffled(context.Background(), r, plan, tell(x, nil), seed)
		require.NoError(t, err)
		assert.True(t, l.Caught, "seed %d: %s", seed, l.Evidence)
	}
}

func TestTooFewTestRowsAreNoDistrust(t *testing.T) {
	r, x := cohort(400, 1, 6)
	whole := Rolling(r, 1, 0.5, 0, 10, Deal(1)).Windows[0]
	var events, others []int32
	for _, i := range whole.Test {
		if r.Y[i] == 1 {
			events = append(events, i)
		} else {
			others = append(others, i)
		}
	}
	plan := func(n int) Plan {
		w := whole
		w.Test = slices.Concat(events[:n], others[:n])
		slices.Sort(w.Test)
		return Plan{Windows: []Window{w}}
	}
	// A perfect score on n events and n others is half of sqrt(12 n n/(2n+1)) standard errors from chance:
	// 3.13 with seven of each, 3.36 with eight.
	_, err := PlantShuffled(context.Background(), r, plan(7), tell(x, nil), 1)
	assert.ErrorIs(t, err, ErrTooFew)
	assert.ErrorContains(t, err, "too few rows: the test rows of all windows make 49 pairs")
	assert.ErrorContains(t, err, "at most 3.13 standard errors")
	_, err = PlantShuffled(context.Background(), r, plan(8), tell(x, nil), 1)
	assert.NoError(t, err)
	one := plan(7)
	one.Windows[0].Test = events
	_, err = PlantShuffled(context.Background(), r, one, tell(x, nil), 1)
	assert.ErrorIs(t, err, ErrTooFew)
	assert.ErrorContains(t, err, "at most 0.00 standard errors", "one class has no pairs at all")
}

func TestPlantedColumnsAreJudgedByTheAudit(t *testing.T) {
	r, x := cohort(1000, 1, 8)
	best := ColumnAUROC(r, x)
	future := slices.Clone(r.Y)
	for _, c := range []struct {
		name  string
		probe ExternalProbe
		want  bool
		said  string
	}{
		{"named", ExternalProbe{Planted: future, CaughtByAudit: true}, true, "implausible"},
		{"missed", ExternalProbe{Planted: future}, false, "did not name it"},
		{"false alarm", ExternalProbe{Planted: future, CaughtByAudit: true, FalseAlarms: 2}, false, "2 false alarms"},
		{"weak but named", ExternalProbe{Planted: x, CaughtByAudit: true}, true, "would not have given it away"},
		{"no column", ExternalProbe{CaughtByAudit: true}, true, "named it"},
	} {
		c.probe.Name = "future-feature"
		l := PlantColumn(r, c.probe, best)
		assert.Equal(t, c.want, l.Caught, c.name)
		assert.Contains(t, l.Evidence, c.said, c.name)
	}
	assert.True(t, Suspicious(ColumnAUROC(r, future)))
	assert.False(t, Suspicious(best))
}

func TestLabelsThatRipenEarlyForOneClassAreReported(t *testing.T) {
	r, _ := cohort(500, 1, 9)
	assert.NoError(t, EarlyLabels(r))
	for i, y := range r.Y {
		if y == 0 { // those who drop out are known at once
			r.Matured[i] = r.Time[i] + 20
		}
	}
	assert.ErrorContains(t, EarlyLabels(r), "20 days for those without the event and 112")
}

func TestRowsThatCannotBeUsedAreNamed(t *testing.T) {
	for want, f := range map[string]func(r *Rows){
		"row 3: label is NaN":  func(r *Rows) { r.Y[3] = math.NaN() },
		"row 4: weight is 0":   func(r *Rows) { r.W[4] = 0 },
		"row 5: weight is NaN": func(r *Rows) { r.W[5] = math.NaN() },
		"row 6: the label is known on day 0, before the index day": func(r *Rows) { r.Matured[6] = 0; r.Time[6] = 9 },
	} {
		r, _ := cohort(20, 1, 1)
		f(r)
		assert.ErrorContains(t, r.Check(), want)
	}
	r, _ := cohort(20, 1, 1)
	r.W = r.W[1:]
	assert.Panics(t, func() { _ = r.Check() })
}

func TestTooShortAHistoryIsAnError(t *testing.T) {
	r, x := cohort(16, 1, 1)
	_, err := Run(context.Background(), r, tell(x, nil), plain)
	assert.ErrorContains(t, err, "no window has enough rows")
}
