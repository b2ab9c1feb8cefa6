package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/datasets/quality"
	"github.com/rettidig/rettidig/pipeline"
)

// judged gives the work folder's quality report another verdict.
func judged(t *testing.T, work string, v quality.Verdict) {
	t.Helper()
	q, err := pipeline.Quality(work)
	require.NoError(t, err)
	q.Verdict = v
	f, err := os.Create(filepath.Join(work, "quality.json"))
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, q.WriteJSON(f))
}

func TestWhatIsTrainedOrScoredKnowsWhatTheDeliveryIsWorth(t *testing.T) {
	dir := t.TempDir()
	command(t, dir, "synth", "--out", "extracts", "--citizens", "400", "--dirt", "none")
	command(t, dir, "ingest", "--in", "extracts", "--work", "work")
	work := filepath.Join(dir, "work")
	fit := []string{"fit", "--work", "work", "--target", "decline", "--registry", "models", "--learner", "card"}
	read := []string{"cohort", "--work", "work", "--target", "decline"}

	judged(t, work, quality.Verdict{Code: quality.Doubts, Why: []string{"Half of March is missing.", "Another."}})
	_, diag, err := try(dir, "", read...)
	require.NoError(t, err)
	assert.Contains(t, diag, "usable with doubts: Half of March is missing. And 1 more.")

	judged(t, work, quality.Verdict{Code: quality.DoNotUse, Why: []string{"Home care of 2023 is missing."}})
	_, diag, err = try(dir, "", read...)
	require.NoError(t, err, "who only looks may look")
	assert.Contains(t, diag, "should not be used: Home care of 2023 is missing.")
	_, _, err = try(dir, "", fit...)
	require.ErrorContains(t, err, "Home care of 2023 is missing.")
	require.ErrorContains(t, err, "--despite-quality")
	_, _, err = try(dir, "", append(fit, "--despite-quality")...)
	if err != nil {
		assert.NotContains(t, err.Error(), "quality", "400 citizens may be too few, but that is another matter")
	}

	require.NoError(t, os.Remove(filepath.Join(work, "quality.json")))
	_, diag, err = try(dir, "", read...)
	require.NoError(t, err)
	assert.Contains(t, diag, "what the delivery is worth is not known")
}
