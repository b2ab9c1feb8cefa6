package model

import (
	"bytes"
	"context"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/validate"
)

func quick(learner string) TrainOptions {
	return TrainOptions{Target: "completion", Learner: learner, Seed: 1, Bootstrap: 100, Refits: 20,
		TrainingManifest: "abc", Protocol: "def", CodeVersion: "test"}
}

func train(t testing.TB, tab *Table, opt TrainOptions) (*Model, *Report) {
	m, r, err := Train(context.Background(), tab, opt)
	require.NoError(t, err)
	return m, r
}

func row(tab *Table, i int) []float64 {
	x := make([]float64, len(tab.X))
	for j := range x {
		x[j] = tab.X[j][i]
	}
	return x
}

func TestFiguresComeNearThoseOfTheTruth(t *testing.T) {
	tab, truth := municipality(4000, 12, 1, 1)
	_, r := train(t, tab, quick(LearnerAuto))
	assert.Equal(t, LearnerGLM, r.Learner, "the truth is a line in every column: %s", r.Choice.Why)
	best := metric.AUROC(truth[2000:], tab.Y[2000:], nil)
	assert.InDelta(t, best, float64(r.AUROC), 0.03)
	assert.Less(t, float64(r.Card.AUROC), float64(r.AUROC))
	assert.LessOrEqual(t, float64(r.SlopeLower), 1.0)
	assert.GreaterOrEqual(t, float64(r.SlopeUpper), 1.0)
	assert.Less(t, math.Abs(float64(r.InTheLarge)), 0.15)
	assert.Equal(t, 4, len(r.Folds))
	for _, l := range r.Leaks {
		assert.True(t, l.Caught, "%s: %s", l.Name, l.Evidence)
	}
}

// head is the first n rows of a table.
func head(t *Table, n int) *Table {
	out := *t
	out.X = make([][]float64, len(t.X))
	for j := range t.X {
		out.X[j] = t.X[j][:n]
	}
	out.Y, out.W, out.Group, out.Time, out.Matured, out.Test = t.Y[:n], t.W[:n], t.Group[:n], t.Time[:n], t.Matured[:n], t.Test[:n]
	return &out
}

func TestShippedModelHoldsOnCitizensNobodyHasSeen(t *testing.T) {
	for _, learner := range []string{LearnerGLM, LearnerCard} {
		var slopes, large, held float64
		const runs = 5
		for seed := range uint64(runs) {
			tab, truth := municipality(6000, 12, 1, seed)
			m, _ := train(t, head(tab, 1000), quick(learner))
			var x, y []float64
			inside := 0.0
			for i := 1000; i < len(tab.Y); i++ {
				p := m.Predict(row(tab, i))
				if p.Status != Scored {
					continue
				}
				x, y = append(x, p.LogOdds), append(y, tab.Y[i])
				if p.Lower <= truth[i] && truth[i] <= p.Upper {
					inside++
				}
			}
			assert.Greater(t, len(y), 4900, "%s: hardly anyone of the same kind is withheld", learner)
			_, slope, ok := metric.Line(x, y, nil)
			require.True(t, ok)
			slopes += slope / runs
			large += metric.InTheLarge(x, y, nil) / runs
			held += inside / float64(len(y)) / runs
		}
		// What is learned from all rows is a little better than what its calibrator was fitted on, so the
		// probabilities of so small a table err on the side of caution, a card's more than a line's.
		assert.Greater(t, slopes, 0.95, "%s: too sure", learner)
		assert.Less(t, slopes, map[string]float64{LearnerGLM: 1.15, LearnerCard: 1.3}[learner], "%s: too cautious", learner)
		assert.InDelta(t, 0, large, 0.1, "%s: calibration in the large, mean of the runs", learner)
		if learner == LearnerGLM {
			assert.Greater(t, held, 0.6, "the range holds the true probability of most citizens")
		}
		t.Logf("%s: slope %.3f, in the large %.3f, truth in range %.2f", learner, slopes, large, held)
	}
}

func TestTermsAddUpToTheProbability(t *testing.T) {
	for _, learner := range simplest {
		tab, _ := municipality(600, 7, 1, 2)
		trained, _ := train(t, tab, quick(learner))
		var b bytes.Buffer
		require.NoError(t, trained.Write(&b))
		m, err := Read(&b)
		require.NoError(t, err)
		for i := range 300 {
			p := m.Predict(row(tab, i))
			if p.Status != Scored {
				continue
			}
			sum := p.Intercept + p.Calibration
			for _, v := range p.Terms {
				sum += v
			}
			require.InDelta(t, math.Log(p.Probability/(1-p.Probability)), sum, 1e-9, "%s, row %d", learner, i)
			require.InDelta(t, p.LogOdds, sum, 1e-9)
			require.True(t, p.Lower <= p.Probability && p.Probability <= p.Upper && p.Lower >= 0 && p.Upper <= 1, "%s, row %d: %v", learner, i, p)
		}
	}
}

func TestAnyNumberOfThreadsGivesTheSameBytes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, learner := range []string{LearnerGLM, LearnerGAM, LearnerBoost} {
		tab, _ := municipality(500, 6, 2, 3)
		var want []byte
		for _, threads := range []int{1, 2, 4} {
			runtime.GOMAXPROCS(threads)
			m, r := train(t, tab, quick(learner))
			var b bytes.Buffer
			require.NoError(t, m.Write(&b))
			require.NoError(t, r.Write(&b))
			if want == nil {
				want = b.Bytes()
			}
			assert.True(t, bytes.Equal(want, b.Bytes()), "%s, %d threads", learner, threads)
		}
	}
}

func TestCardIsPreferredWhenItIsAsGood(t *testing.T) {
	// The truth is a card: two yes-or-no columns.
	tab, _ := municipality(3000, 6, 1, 4)
	for i := range tab.Y {
		tab.X[0][i], tab.X[2][i] = float64(i*7%3%2), float64(i*11%5%2)
		tab.Y[i] = 0
		if float64(i*7919%1000)/1000 < 0.2+0.25*(tab.X[0][i]+tab.X[2][i]) {
			tab.Y[i] = 1
		}
	}
	_, r := train(t, tab, quick(LearnerAuto))
	assert.Equal(t, LearnerCard, r.Learner, "%+v", *r.Choice)
}

func TestUnlikeCitizensAreWithheldWithAReason(t *testing.T) {
	tab, _ := municipality(2000, 12, 1, 5)
	m, r := train(t, tab, quick(LearnerGLM))
	assert.Less(t, float64(r.Withheld), 0.005)
	typical := make([]float64, 12)
	for j, e := range m.Support.Columns {
		typical[j] = e.Mean
	}
	require.Equal(t, Scored, m.Predict(typical).Status)
	for reason, change := range map[string]func(x []float64){
		OutsideAgeRange: func(x []float64) { x[1] = 20 },
		TooLittleKnown: func(x []float64) {
			for j := range x {
				x[j] = math.NaN()
			}
		},
		UnlikeTraining: func(x []float64) {
			for j := range x {
				if j != 1 {
					x[j] = m.Support.Columns[j].Mean + 4.5*m.Support.Columns[j].SD
				}
			}
		},
	} {
		x := slices.Clone(typical)
		change(x)
		p := m.Predict(x)
		assert.Equal(t, Withheld, p.Status, reason)
		assert.Equal(t, reason, p.WithheldReason)
		assert.True(t, math.IsNaN(p.Probability) && math.IsNaN(p.Lower) && math.IsNaN(p.LogOdds) && p.Terms == nil, "no number that could be read as a score")
	}
	x := slices.Clone(typical)
	x[0] = math.Inf(1)
	assert.Equal(t, UnlikeTraining, m.Predict(x).WithheldReason)
	assert.Panics(t, func() { m.Predict(x[1:]) })
}

func TestRunFailsWhenALeakIsNotCaught(t *testing.T) {
	tab, _ := municipality(1200, 6, 1, 6)
	opt := quick(LearnerCard)
	opt.Probes = []validate.ExternalProbe{{Name: "future-feature", Planted: tab.Y, CaughtByAudit: false}}
	m, _, err := Train(context.Background(), tab, opt)
	assert.ErrorContains(t, err, "future-feature")
	assert.Nil(t, m)
	opt.Probes[0].CaughtByAudit = true
	_, r, err := Train(context.Background(), tab, opt)
	require.NoError(t, err)
	require.Len(t, r.Leaks, 3)
	assert.Contains(t, r.Leaks[2].Evidence, "implausible")
}

func TestAColumnThatHoldsTheLabelIsReported(t *testing.T) {
	tab, _ := municipality(1200, 6, 1, 7)
	copy(tab.X[4], tab.Y)
	_, r := train(t, tab, quick(LearnerGLM))
	found := false
	for _, w := range r.Warnings {
		found = found || strings.HasPrefix(w, "column "+tab.Columns[4].ID+" alone")
	}
	assert.True(t, found, "%v", r.Warnings)
}

func TestTooFewEventsAreRefused(t *testing.T) {
	tab, _ := municipality(400, 4, 1, 8)
	events := 0
	for i := range tab.Y {
		if tab.Y[i] == 1 {
			if events++; events > 49 {
				tab.Y[i] = 0
			}
		}
	}
	_, _, err := Train(context.Background(), tab, quick(LearnerCard))
	assert.ErrorContains(t, err, "49 rows with the event and 351 without; at least 50")
}

func TestTooFewTestRowsAreNotCalledUntrustworthy(t *testing.T) {
	// 160 rows of 20 citizens who come back: each window tests a quarter of so few citizens.
	tab, _ := municipality(160, 3, 8, 0)
	_, _, err := Train(context.Background(), tab, quick(LearnerCard))
	assert.ErrorIs(t, err, ErrTooFew)
	assert.ErrorContains(t, err, "too few rows")
	assert.NotContains(t, err.Error(), "cannot be trusted")
}

func TestUselessTablesAndOptionsAreNamed(t *testing.T) {
	for want, f := range map[string]func(t *Table, o *TrainOptions){
		`learner "forest"`:     func(_ *Table, o *TrainOptions) { o.Learner = "forest" },
		"no target":            func(_ *Table, o *TrainOptions) { o.Target = "" },
		"capacity is NaN":      func(_ *Table, o *TrainOptions) { o.Capacity = math.NaN() },
		"refits 65":            func(_ *Table, o *TrainOptions) { o.Refits = 65 },
		"row 7, column caa":    func(t *Table, _ *TrainOptions) { t.X[0][7] = math.Inf(1) },
		"row 9: label is 0.5":  func(t *Table, _ *TrainOptions) { t.Y[9] = 0.5 },
		`id "age" is empty or`: func(t *Table, _ *TrainOptions) { t.Columns[2].ID = "age" },
	} {
		tab, _ := municipality(300, 4, 1, 9)
		opt := quick(LearnerCard)
		f(tab, &opt)
		_, _, err := Train(context.Background(), tab, opt)
		assert.ErrorContains(t, err, want)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	tab, _ := municipality(300, 4, 1, 9)
	_, _, err := Train(ctx, tab, quick(LearnerGLM))
	assert.ErrorIs(t, err, context.Canceled)
}

func TestValidateGivesTheReportOfTrain(t *testing.T) {
	tab, _ := municipality(1000, 6, 1, 10)
	_, want := train(t, tab, quick(LearnerCard))
	got, err := Validate(context.Background(), tab, quick(LearnerCard))
	require.NoError(t, err)
	assert.Equal(t, want.Figures, got.Figures)
	assert.Equal(t, want.Folds, got.Folds)
}

func TestDoubtfulFiguresAreSaid(t *testing.T) {
	tab, _ := municipality(1000, 5, 1, 14)
	for i := range tab.Y {
		tab.Y[i] = float64(i * 7919 % 997 % 2)
	}
	_, r := train(t, tab, quick(LearnerGLM))
	assert.Contains(t, strings.Join(r.Warnings, "\n"), "may be chance")
}
