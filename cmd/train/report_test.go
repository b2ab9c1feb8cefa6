package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/store"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/pipeline"
)

type nowhere struct{ pipeline.Source }

func (nowhere) Snapshot() store.Manifest { return store.Manifest{} }

func TestASlopeThatIsOffIsPointedOut(t *testing.T) {
	r := &model.Report{Target: "decline", Learner: "glm", Figures: model.Figures{AUROCLower: 0.6, SlopeLower: 0.5, Slope: 0.7, SlopeUpper: 0.9}}
	text := func() (string, string) {
		var a, b bytes.Buffer
		require.NoError(t, printReport(&a, r, nowhere{}))
		require.NoError(t, writeReportHTML(&b, r, cohort.Summary{}, false))
		return a.String(), b.String()
	}
	plain, page := text()
	assert.Regexp(t, `calibration slope +0\.700 .* too sure: see the note on calibration\n`, plain)
	assert.Contains(t, page, "0.900 (too sure: see the warnings)")
	r.SlopeUpper = 1.1
	plain, page = text()
	assert.NotContains(t, plain, "see the note")
	assert.NotContains(t, page, "see the warnings")
}

func TestThePageBeginsWithTheVerdictAndTheBaseRate(t *testing.T) {
	f := model.Figures{N: 400, NPositive: 100, Citizens: 390, AUROC: 0.7, AUROCLower: 0.65, AUROCUpper: 0.75, Slope: 1, SlopeLower: 0.8, SlopeUpper: 1.2}
	page := func(r *model.Report) string {
		var b bytes.Buffer
		require.NoError(t, writeReportHTML(&b, r, cohort.Summary{}, false))
		return b.String()
	}
	good := page(&model.Report{Target: "decline", Learner: "glm", Figures: f})
	top, _, _ := strings.Cut(good, "<h2>")
	assert.Contains(t, top, "This model may be used: it ranks later citizens better than chance, with an AUROC of 0.700 (0.650 to 0.750).</p>")
	assert.Contains(t, top, "100 of 400 rows had the event, 25.0 %")
	assert.Contains(t, good, "saying the base rate of everybody gives 0.188", "0.25 times 0.75")
	assert.Contains(t, good, "0.5 is chance")
	assert.Contains(t, good, "two percentage points")

	warned, _, _ := strings.Cut(page(&model.Report{Figures: f, Warnings: []string{"few"}}), "<h2>")
	assert.Contains(t, warned, "Read the warnings at the end first.")
	beaten, _, _ := strings.Cut(page(&model.Report{Learner: "boost", Figures: f, OverCard: &model.Compared{Clearly: model.LearnerCard}}), "<h2>")
	assert.Contains(t, beaten, "The card is clearly better than the boost")
	assert.NotContains(t, beaten, "may be used")
	f.AUROCLower = 0.49
	bad, _, _ := strings.Cut(page(&model.Report{Figures: f}), "<h2>")
	assert.Contains(t, bad, "The AUROC of 0.700 may be chance (0.490 to 0.750): do not use this model")
	assert.NotContains(t, bad, "may be used")
}

// TestAGroupOfOneRowIsNotDrawnAsEvidence: its interval is nearly as wide as the picture, and says nothing.
func TestAGroupOfOneRowIsNotDrawnAsEvidence(t *testing.T) {
	r := &model.Report{Curve: []metric.Point{{N: 9, Mean: 0.1, Observed: 0.1, Upper: 0.4}, {N: 10, Mean: 0.5, Observed: 0.5, Lower: 0.3, Upper: 0.7}}}
	var b bytes.Buffer
	require.NoError(t, writeReportHTML(&b, r, cohort.Summary{}, false))
	page := b.String()
	assert.Equal(t, 1, strings.Count(page, `stroke="#0b4f71" stroke-width="2"`), "one bar")
	assert.Equal(t, 1, strings.Count(page, `r="4" fill="#0b4f71"`))
	assert.Equal(t, 1, strings.Count(page, `r="4" fill="none"`))
	assert.Contains(t, page, ">9</text>")
	assert.Contains(t, page, ">10</text>")
	assert.Contains(t, page, "9 (too few)")
	assert.Contains(t, page, "fewer than 10 rows")
	assert.Contains(t, page, ">observed share</text>")
}
