package model

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/calibrate"
	"github.com/rettidig/rettidig/model/conformal"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/validate"
)

func TestARunWhoseCalibratorKnowsItsTestLabelsFails(t *testing.T) {
	tab, _ := municipality(1200, 6, 1, 6)
	v, err := check(context.Background(), tab, quick(LearnerCard))
	require.NoError(t, err)
	require.Contains(t, v.report.Leaks[1].Evidence, "no calibrator changed")
	u := v.runs[v.learner]
	w := u.Plan.Windows[1]
	raw := make([]float64, len(w.Test))
	u.Scorers[1].Score(w.Test, raw)
	u.Calibrators[1] = validate.FitCalibrator(v.rows, w.Test, raw, v.opt.Seed)
	v.report.Leaks = nil
	require.NoError(t, v.leaks(context.Background()))
	assert.ErrorContains(t, v.report.Uncaught(), "the calibrator of window 2 changes with the labels")
}

func TestStandardErrorOverCitizensByHand(t *testing.T) {
	// Three citizens with the sums 1, 2 and 6: total 9, squares 41, 41-81/3 = 14, times 3/2 is 21. How many
	// rows a citizen has must not count.
	sums := map[int32]float64{7: 1, 8: 2, 9: 6}
	assert.InDelta(t, math.Sqrt(21), clusterSE(sums, []int32{7, 8, 8, 9, 7}), 1e-12)
	assert.Zero(t, clusterSE(map[int32]float64{1: 2, 2: 2, 3: 2}, []int32{1, 2, 3}), "citizens who agree leave no doubt")
}

// TestAutoTakesTheSimplestThatNoOtherIsClearlyBetterThan: where two columns work together, no line and no five lines of
// points see it, shapes with pairs and trees do; of those the shapes are simpler.
func TestAutoTakesTheSimplestThatNoOtherIsClearlyBetterThan(t *testing.T) {
	tab, _ := municipality(1600, 4, 1, 4)
	rng := rand.New(rand.NewPCG(4, 4))
	for i := range tab.Y {
		tab.X[0][i], tab.X[2][i], tab.Y[i] = rng.NormFloat64(), rng.NormFloat64(), 0
		if rng.Float64() < metric.Sigmoid(3*tab.X[0][i]*tab.X[2][i]) {
			tab.Y[i] = 1
		}
	}
	opt := quick(LearnerAuto)
	_, r := train(t, tab, opt)
	assert.Contains(t, []string{LearnerCard, LearnerGLM}, r.Learner, "nothing that was not asked for")
	opt.Among = simplest
	_, r = train(t, tab, opt)
	assert.Contains(t, []string{LearnerGAM, LearnerBoost}, r.Learner)
	require.Len(t, r.Choice.Compared, 6, "each pair of the four")
	for _, c := range r.Choice.Compared {
		if c.Other == r.Learner && (c.Simpler == LearnerCard || c.Simpler == LearnerGLM) {
			assert.Equal(t, r.Learner, c.Clearly, "%+v", c)
		}
		if c.Simpler == r.Learner || c.Other == r.Learner {
			assert.Contains(t, []string{"", r.Learner}, c.Clearly, "nobody is clearly better than the one taken: %+v", c)
		}
	}
	assert.Contains(t, r.Choice.Why, r.Learner)
}

// TestALearnerThatWasAskedForIsNotSaidToBeatTheCard unless it does.
func TestALearnerThatWasAskedForIsNotSaidToBeatTheCard(t *testing.T) {
	tab, _ := municipality(1600, 8, 1, 4)
	_, r := train(t, tab, quick(LearnerGLM))
	assert.True(t, r.BeatsCard(), "a line in every column is the truth: %+v", r.OverCard)
	for i := range tab.Y {
		tab.Y[i] = float64(i * 7919 % 997 % 2) // nothing to learn
	}
	_, r = train(t, tab, quick(LearnerGAM))
	assert.False(t, r.BeatsCard(), "%+v", r.OverCard)
	_, r = train(t, tab, quick(LearnerCard))
	assert.Nil(t, r.OverCard)
	assert.False(t, r.BeatsCard())
	assert.True(t, (&Report{Learner: LearnerGLM, Choice: &Choice{}}).BeatsCard(), "as older reports say it")
	assert.False(t, (&Report{Learner: LearnerGLM}).BeatsCard())
}

// TestWhatIsClearlyBetter by the signs of the two gains.
func TestWhatIsClearlyBetter(t *testing.T) {
	for _, c := range []struct {
		g    Gain
		want bool
	}{
		{Gain{0.02, 0.01, 0, 0.01}, true},
		{Gain{0.01, 0.01, 0, 0.01}, false},
		{Gain{0.02, 0.01, -0.02, 0.01}, false},
		{Gain{0, 0.01, 0.02, 0.01}, true},
		{Gain{-0.02, 0.01, 0.02, 0.01}, false},
	} {
		assert.Equal(t, c.want, c.g.clear(), "%+v", c.g)
		assert.Equal(t, c.g, c.g.turned().turned())
		assert.False(t, c.want && c.g.turned().clear(), "not both of two learners: %+v", c.g)
	}
}

// TestTheRangeHoldsTheTruthOfShapesAndTrees on many tables, with what Venn-Abers and conformal ranges of the same
// calibration rows would hold beside it.
func TestTheRangeHoldsTheTruthOfShapesAndTrees(t *testing.T) {
	if os.Getenv("RETTIDIG_LONG") == "" {
		t.Log("only with RETTIDIG_LONG=1")
		return
	}
	for _, learner := range []string{LearnerCard, LearnerGAM, LearnerBoost} { // a glm's scores are on another scale
		type tally struct{ held, width float64 }
		var ours, venn, flat tally
		n := 0.0
		for seed := range uint64(4) {
			tab, truth := municipality(4000, 12, 1, 40+seed)
			v, err := check(context.Background(), head(tab, 1000), quick(learner))
			require.NoError(t, err)
			m, err := v.final(context.Background())
			require.NoError(t, err)
			rows, raw := v.runs[learner].Pooled()
			y, group := make([]float64, len(rows)), make([]int32, len(rows))
			for i, r := range rows {
				y[i], group[i] = tab.Y[r], tab.Group[r]
			}
			va := calibrate.FitVennAbers(raw, y, nil)
			co, _ := conformal.Fit(conformal.Rows{LogOdds: raw, Y: y, Group: group}, conformal.Options{Seed: 1})
			for i := 1000; i < len(tab.Y); i++ {
				p := m.Predict(row(tab, i))
				if p.Status != Scored {
					continue
				}
				n++
				add := func(to *tally, lower, upper float64) {
					to.width += upper - lower
					if lower <= truth[i] && truth[i] <= upper {
						to.held++
					}
				}
				add(&ours, p.Lower, p.Upper)
				score := m.learned().LogOdds(row(tab, i), nil)
				lo, hi := va.Interval(score)
				add(&venn, lo, hi)
				r := co.Range(score, "", 0.9)
				add(&flat, r.Lower, r.Upper)
			}
		}
		t.Logf("%s: range holds %.2f of the true probabilities, width %.3f; Venn-Abers %.2f, %.3f; conformal %.2f, %.3f",
			learner, ours.held/n, ours.width/n, venn.held/n, venn.width/n, flat.held/n, flat.width/n)
		if learner != LearnerCard { // the truth is no card
			assert.Greater(t, ours.held/n, 0.75, learner)
			assert.Less(t, venn.held/n, 0.5*ours.held/n, "%s: the reason why Venn-Abers is not the range", learner)
		}
	}
}

// TestARefitAndItsCalibrationLeaveOutTheSameCitizens: who is held out by a gam's bag is held out of the line on top of the
// calibrator too, and where there are no bags the parts are even.
func TestARefitAndItsCalibrationLeaveOutTheSameCitizens(t *testing.T) {
	tab, _ := municipality(700, 4, 2, 6)
	for _, learner := range []string{LearnerGAM, LearnerBoost} {
		v, err := check(context.Background(), tab, quick(learner))
		require.NoError(t, err)
		s := v.spreadOf(v.runs[learner], 2)
		part := s.dealt(7)
		assert.Equal(t, part, s.dealt(7), "the same for the same seed")
		var sizes [parts]int
		for _, g := range s.citizens() {
			k, ok := part[g]
			require.True(t, ok, "a citizen of no part")
			sizes[k]++
		}
		assert.Len(t, part, len(s.citizens()))
		assert.LessOrEqual(t, slices.Max(sizes[:])-slices.Min(sizes[:]), 2, "%s: %v", learner, sizes)
		for k, b := range s.bags {
			for i, held := range b.Held {
				require.Equal(t, held, part[s.t.Group[s.train[i]]] == k)
			}
		}
		r, err := s.leaveOut(context.Background(), 0.9, 7, func() {})
		require.NoError(t, err)
		for k, one := range r.Refits {
			times := map[int32]float64{}
			for g, p := range part {
				if p != k {
					times[g] = 1
				}
			}
			a, b := s.recalibrate(times)
			assert.Equal(t, []float64{a, b}, []float64{one.CalIntercept, one.CalSlope})
			if learner == LearnerBoost {
				assert.Len(t, one.Trees, len(s.trees.ensemble.Trees), "as many trees")
				rest := map[int32]bool{}
				for _, row := range s.train {
					rest[row] = part[tab.Group[row]] != k
				}
				cover := 0.0
				for _, left := range rest {
					if left {
						cover++
					}
				}
				if len(one.Trees) > 0 {
					assert.InDelta(t, cover, one.Trees[0].Nodes[0].Cover, 1e-9, "learned from the rows of the others, each of weight 1")
				}
			}
		}
	}
}

func TestReferenceByHand(t *testing.T) {
	var f ReferenceFigures
	f.measure([]bool{true, true, false, false, false}, []float64{0.9, 0.5, 0.5, 0.2, 0.1}, []float64{1, 0, 1, 0, 0})
	// It finds one of two, and rightly leaves two of three. The model, saying yes to two as well, takes the first, and the
	// second and third by halves: one and a half of two, and two and a half of three left.
	assert.Equal(t, 2, f.Yes)
	assert.InDelta(t, 3.0/5, float64(f.Accuracy), 1e-12)
	assert.InDelta(t, 1.0/2, float64(f.Sensitivity), 1e-12)
	assert.InDelta(t, 2.0/3, float64(f.Specificity), 1e-12)
	assert.InDelta(t, 1.5/2, float64(f.ModelSensitivity), 1e-12)
	assert.InDelta(t, 2.5/3, float64(f.ModelSpecificity), 1e-12)
}

// TestAReferenceLearnsFromTheWindowsRowsOnly and answers their test rows, in the order of the predictions.
func TestAReferenceLearnsFromTheWindowsRowsOnly(t *testing.T) {
	tab, _ := municipality(1200, 4, 2, 6)
	for i := range tab.Y {
		tab.X[3][i] = float64(i) // tells which row it is
	}
	var windows []map[int32]bool // citizens learned from
	opt := quick(LearnerCard)
	opt.References = []Reference{{Name: "oracle", Learn: func(_ context.Context, ids []string, x [][]float64, y []float64, group []int32, _ uint64) (func([]float64, [][]float64), []string, error) {
		assert.Len(t, ids, 4)
		seen := map[int32]bool{}
		for i, g := range group {
			seen[g] = true
			assert.Equal(t, tab.Y[int(x[3][i])], y[i])
		}
		windows = append(windows, seen)
		return func(out []float64, x [][]float64) {
			for i := range out {
				row := int(x[3][i])
				assert.False(t, seen[tab.Group[row]], "a citizen on both sides")
				out[i] = 2*tab.Y[row] - 1
			}
		}, nil, nil
	}}}
	r, err := Validate(context.Background(), tab, opt)
	require.NoError(t, err)
	assert.Len(t, windows, 4)
	require.Len(t, r.References, 1)
	assert.EqualValues(t, 1, r.References[0].Accuracy, "answers and labels are of the same rows")
	assert.Less(t, float64(r.References[0].ModelSensitivity), 1.0)

	opt.References[0].Learn = func(context.Context, []string, [][]float64, []float64, []int32, uint64) (func([]float64, [][]float64), []string, error) {
		return func(out []float64, _ [][]float64) { out[0] = math.NaN() }, nil, nil
	}
	_, err = Validate(context.Background(), tab, opt)
	assert.ErrorContains(t, err, "oracle gave no answer", "no failure looks like a no")
}

// TestImportanceIsTheMeanSizeOfATerm over the test rows of the last window, largest first.
func TestImportanceIsTheMeanSizeOfATerm(t *testing.T) {
	tab, _ := municipality(1200, 4, 1, 6)
	for _, learner := range simplest {
		v, err := check(context.Background(), tab, quick(learner))
		require.NoError(t, err)
		u := v.runs[learner]
		k := len(u.Plan.Windows) - 1
		f := u.Scorers[k].(*fitted)
		require.NotEmpty(t, v.report.Importance)
		want := map[string]float64{}
		terms := make([]float64, 4)
		for _, i := range u.Plan.Windows[k].Test {
			f.raw().LogOdds(row(tab, int(i)), terms)
			for j, term := range terms {
				want[tab.Columns[j].ID] += math.Abs(term) / float64(len(u.Plan.Windows[k].Test))
			}
		}
		for i, c := range v.report.Importance {
			assert.InDelta(t, want[c.Column], c.LogOdds, 1e-9, "%s, %s", learner, c.Column)
			if i > 0 {
				assert.LessOrEqual(t, c.LogOdds, v.report.Importance[i-1].LogOdds)
			}
		}
	}
}

func TestRangeIsTheCentralPartOfWhatTheRefitsSay(t *testing.T) {
	m := small(LearnerCard)
	m.Calibrator.Intercept, m.Calibrator.Slope = 0, 1
	m.Range.Level = 0.5
	m.Range.Refits = nil
	for _, says := range []float64{4, -4, 2, -2, 0} {
		m.Range.Refits = append(m.Range.Refits, Refit{Intercept: says, CalSlope: 1})
	}
	m.prepare()
	odds := func(p float64) float64 { return math.Log(p / (1 - p)) }
	x := []float64{80, 0}
	// Five log odds from -4 to 4: a quarter lies at the second of them, three quarters at the fourth.
	lower, upper := m.between(x, 0.5)
	assert.InDelta(t, -2, odds(lower), 1e-9)
	assert.InDelta(t, 2, odds(upper), 1e-9)
	// At 0.9 the ends lie at ranks 0.2 and 3.8, a fifth of the way from the last to the one before.
	m.Range.Level = 0.9
	lower, upper = m.between(x, 0.5)
	assert.InDelta(t, -3.6, odds(lower), 1e-9)
	assert.InDelta(t, 3.6, odds(upper), 1e-9)
	// The range is widened to hold the probability itself.
	m.Range.Level = 0.5
	lower, upper = m.between(x, 0.01)
	assert.Equal(t, 0.01, lower)
	assert.InDelta(t, 2, odds(upper), 1e-9)
}

func TestASlopeThatIsOffIsSaidWithWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		lower, slope, upper, below, above metric.Value
		verdict, says                     string
	}{
		"one is inside":   {0.8, 0.9, 1.0, -0.1, 0.1, "", ""},
		"not defined":     {metric.Value(math.NaN()), metric.Value(math.NaN()), metric.Value(math.NaN()), -0.1, 0.1, "", ""},
		"too sure":        {0.5, 0.7, 0.9, -0.1, 0.1, "too sure", "A slope of 0.70 says that the model is too sure"},
		"too careful":     {1.1, 1.4, 1.9, -0.1, 0.1, "too careful", "A slope of 1.40 says that the model is too careful"},
		"too high only":   {0.8, 0.9, 1.0, -0.4, -0.1, "", "less happened than the model said"},
		"too low as well": {0.5, 0.7, 0.9, 0.1, 0.4, "too sure", "more happened than the model said"},
	} {
		f := Figures{AUROCLower: 0.6, AUROCUpper: 0.8, SlopeLower: c.lower, Slope: c.slope, SlopeUpper: c.upper, InTheLargeLower: c.below, InTheLargeUpper: c.above}
		assert.Equal(t, c.verdict, f.SlopeVerdict(), name)
		if c.says == "" {
			assert.NoError(t, f.offCalibration(), name)
		} else {
			assert.ErrorContains(t, f.offCalibration(), c.says, name)
		}
	}
}

// TestWithoutAnOrderNothingIsSaidOfItsUse: "too sure, use its order" is wrong of a model that has none.
func TestWithoutAnOrderNothingIsSaidOfItsUse(t *testing.T) {
	nan := metric.Value(math.NaN())
	for name, c := range map[string]struct {
		auroc, lower, upper, slope metric.Value
		says                       string
	}{
		"the interval holds chance":  {0.52, 0.48, 0.56, 0.3, "may be chance (0.480 to 0.560)"},
		"the interval ends there":    {0.55, 0.5, 0.6, 0.3, "may be chance"},
		"the wrong way round":        {0.4, 0.35, 0.45, -0.3, "is worse than chance (0.350 to 0.450)"},
		"not defined":                {nan, nan, nan, 0.3, "may be chance"},
		"a slope the wrong way down": {0.6, 0.55, 0.65, -0.3, "less happens where the model says more"},
		"an order":                   {0.6, 0.55, 0.65, 0.3, ""},
	} {
		f := Figures{AUROC: c.auroc, AUROCLower: c.lower, AUROCUpper: c.upper, SlopeLower: c.slope - 0.1, Slope: c.slope, SlopeUpper: c.slope + 0.1, InTheLargeUpper: -0.1}
		if c.says == "" {
			assert.Empty(t, f.Unfit(), name)
			assert.Equal(t, "too sure", f.SlopeVerdict(), name)
			assert.ErrorContains(t, f.offCalibration(), "Use its order", name)
			continue
		}
		assert.Contains(t, f.Unfit(), c.says, name)
		assert.Contains(t, f.Unfit(), "neither its order nor its probabilities", name)
		assert.Empty(t, f.SlopeVerdict(), name)
		assert.NoError(t, f.offCalibration(), name)
	}
}

func TestAModelThatTheCardBeatsSaysSo(t *testing.T) {
	r := &Report{Learner: LearnerBoost, OverCard: &Compared{Simpler: LearnerCard, Other: LearnerBoost, Gain: Gain{-0.02, 0.005, -0.03, 0.01}, Clearly: LearnerCard}}
	assert.Contains(t, r.WorseThanCard(), "the card is clearly better than the boost (log loss lower by 0.0200")
	r.OverCard.Clearly = ""
	assert.Empty(t, r.WorseThanCard())
	r.OverCard = nil
	assert.Empty(t, r.WorseThanCard(), "of the card itself, and of a report from before the two were compared")
}

// TestARefitThatHasNothingToLearnHasFewerTrees: only the citizens that are left out differ in the one column.
func TestARefitThatHasNothingToLearnHasFewerTrees(t *testing.T) {
	tab := &Table{X: [][]float64{make([]float64, 400)}, Columns: []Column{{"aid", "aid"}}}
	for i := range 400 {
		y := float64(i % 2)
		if i < 100 {
			tab.X[0][i], y = 1, 1
		}
		tab.Y, tab.W, tab.Group = append(tab.Y, y), append(tab.W, 1), append(tab.Group, int32(i))
	}
	all := make([]int32, 400)
	for i := range all {
		all[i] = int32(i)
	}
	s := &spread{fitted: &fitted{trees: newTrees(smallTrees().Boost)}, t: tab, train: all}
	var with, without Refit
	require.NoError(t, s.regrowWithout(context.Background(), &with, func(citizen int32) bool { return citizen > 350 }))
	assert.Len(t, with.Trees, 1, "as many as were grown")
	require.NoError(t, s.regrowWithout(context.Background(), &without, func(citizen int32) bool { return citizen < 100 }))
	assert.Empty(t, without.Trees)
	assert.InDelta(t, 0, without.Intercept, 1e-9, "half of the others had the event")
}
