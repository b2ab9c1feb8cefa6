package scoring_test

import (
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/datasets/synth"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/pipeline"
	"github.com/rettidig/rettidig/scoring"
)

// town is a small municipality.
func town(t *testing.T) *pipeline.Data {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	cfg := synth.Default()
	cfg.Citizens, cfg.Seed = 2500, 5
	_, err := synth.Write(ctx, filepath.Join(dir, "extracts"), cfg, nil, nil)
	require.NoError(t, err)
	_, _, err = pipeline.Ingest(ctx, pipeline.IngestOptions{In: filepath.Join(dir, "extracts"), Work: dir, Extract: extract.Options{Key: pseudonym.DemoKey()}})
	require.NoError(t, err)
	d, err := pipeline.Load(ctx, dir)
	require.NoError(t, err)
	return d
}

// answerer has a model of completion.
func answerer(t *testing.T, d *pipeline.Data, learner string) (*scoring.Answerer, *model.Model) {
	t.Helper()
	f, err := pipeline.Fit(context.Background(), d, pipeline.FitOptions{
		Target: rettidig.Completion, Learner: learner, Seed: 1, Protocol: cohort.Default(), Until: rettidig.NoDay,
		Capacity: 0.3, AllowFew: true, CodeVersion: "test",
	})
	require.NoError(t, err)
	a, err := scoring.NewAnswerer(rettidig.ModelRef{ID: "completion-1", SHA256: "x"}, rettidig.Completion, f.Model, cohort.Default())
	require.NoError(t, err)
	return a, f.Model
}

func TestAnswers(t *testing.T) {
	d := town(t)
	learners := model.Learners()[1:]
	if testing.Short() {
		learners = learners[:2] // under the race detector shapes and trees take minutes to learn, and do so in their own packages' tests
	}
	for _, learner := range learners {
		t.Run(learner, func(t *testing.T) {
			a, m := answerer(t, d, learner)
			testAnswers(t, d, a, m)
		})
	}
}

func testAnswers(t *testing.T, d *pipeline.Data, a *scoring.Answerer, m *model.Model) {
	asOf := d.DataAsOf() + 1
	scored, withheld := 0, 0
	for i := range d.Histories {
		s := a.Score(d.At(i), asOf, "da")
		assert.NotEmpty(t, s.Unseen)
		if s.Status != rettidig.Scored {
			withheld++
			assert.NotEmpty(t, s.WithheldReason)
			assert.Nil(t, s.Probability, "no failure looks like a score")
			assert.Nil(t, s.Frequency)
			assert.Empty(t, s.Reasons)
			continue
		}
		scored++
		p := *s.Probability
		assert.True(t, *s.Lower <= p && p <= *s.Upper)

		// The reasons add up to the log odds of the probability, and their facts to the reason.
		sum := 0.0
		for k, r := range s.Reasons {
			sum += r.LogOdds
			assert.NotEmpty(t, r.Text)
			if r.Concept == scoring.InterceptLine || r.Concept == scoring.CalibrationLine {
				assert.GreaterOrEqual(t, k, len(s.Reasons)-2, "the lines that belong to no concept come last")
				continue
			}
			facts := 0.0
			for _, f := range r.Facts {
				facts += f.LogOdds
				assert.Equal(t, f.Value == nil, f.Missing != "", "%s: a missing value, and no other, says what that means", f.Feature)
				assert.False(t, f.NotApplicable && f.Value != nil, f.Feature)
			}
			assert.InDelta(t, r.LogOdds, facts, 1e-12)
			if k > 0 && k < len(s.Reasons)-2 {
				assert.GreaterOrEqual(t, math.Abs(s.Reasons[k-1].LogOdds), math.Abs(r.LogOdds), "by falling weight")
			}
		}
		assert.InDelta(t, math.Log(p/(1-p)), sum, 1e-9)

		// The frequency is the nearest whole number of citizens.
		assert.LessOrEqual(t, math.Abs(float64(s.Frequency.Count)-p*float64(s.Frequency.Of)), 0.5)

		english := a.Score(d.At(i), asOf, "en")
		assert.Equal(t, s.Probability, english.Probability)
		assert.NotEqual(t, s.Reasons[len(s.Reasons)-1].Text, english.Reasons[len(english.Reasons)-1].Text)
	}
	assert.Greater(t, scored, 100)
	assert.Greater(t, withheld, 0, "somebody in the municipality cannot be asked about")

	t.Run("what is known later changes no answer", func(t *testing.T) {
		before := rettidig.DayOf(2025, 3, 1)
		rng := rand.New(rand.NewPCG(1, 1))
		for range 50 {
			h := *d.At(rng.IntN(d.Len()))
			cut := h
			cut.Services = nil
			for _, s := range h.Services {
				if s.Known < before {
					cut.Services = append(cut.Services, s)
				}
			}
			assert.Equal(t, a.Score(&h, before, "da"), a.Score(&cut, before, "da"))
		}
	})
	t.Run("a column of another version is refused", func(t *testing.T) {
		other := *m
		other.Columns = append([]model.Column{}, m.Columns...)
		other.Columns[3].ID = "moon_phase"
		_, err := scoring.NewAnswerer(a.Ref(), rettidig.Completion, &other, cohort.Default())
		assert.ErrorContains(t, err, "moon_phase")
	})
}
