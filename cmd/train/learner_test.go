package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestShapesAndTreesAreFittedAndScore goes from the event store to scores with the learners that auto does not take by
// itself.
func TestShapesAndTreesAreFittedAndScore(t *testing.T) {
	dir := town(t)
	for _, learner := range []string{"gam", "boost"} {
		t.Run(learner, func(t *testing.T) {
			var fitted struct {
				ID, Learner    string
				AUROC, Logloss float64
				Card           struct{ Logloss float64 }
			}
			require.NoError(t, json.Unmarshal([]byte(command(t, dir, "fit", "--work", "work", "--target", "effect", "--registry", learner, "--learner", learner, "--allow-few", "--json")), &fitted))
			assert.Equal(t, learner, fitted.Learner)
			assert.Less(t, fitted.Logloss, fitted.Card.Logloss+0.1, "nothing that is far worse than a card")
			assert.Contains(t, command(t, dir, "models", "--registry", learner, "list"), learner)
			assert.Contains(t, command(t, dir, "models", "--registry", learner, "verify"), "checked 1")

			command(t, dir, "predict", "--work", "work", "--registry", learner, "--target", "effect", "--as-of", "2026-06-01", "--out", learner+".csv")
			f, err := os.Open(filepath.Join(dir, learner+".csv"))
			require.NoError(t, err)
			defer f.Close()
			rows, err := csv.NewReader(f).ReadAll()
			require.NoError(t, err)
			scored := 0
			for _, r := range rows[1:] {
				if r[3] != "scored" {
					continue
				}
				var p [3]float64
				for i := range p {
					p[i], err = strconv.ParseFloat(r[4+i], 64)
					require.NoError(t, err)
				}
				assert.True(t, 0 < p[1] && p[1] <= p[0] && p[0] <= p[2] && p[2] < 1, "%v", p)
				scored++
			}
			assert.Greater(t, scored, 20)
		})
	}
}

// TestGolearnIsMeasuredAndNeverRegistered, since it gives no probability.
func TestGolearnIsMeasuredAndNeverRegistered(t *testing.T) {
	dir := town(t)
	_, _, err := try(dir, "", "fit", "--work", "work", "--target", "effect", "--registry", "models", "--learner", "golearn-bayes")
	require.ErrorContains(t, err, "gives no probability")
	assert.ErrorContains(t, err, "train validate --learner golearn-bayes", "and what to do instead")
	assert.NoDirExists(t, filepath.Join(dir, "models"))
	_, _, err = try(dir, "", "fit", "--work", "work", "--target", "effect", "--registry", "models", "--learner", "boots")
	require.ErrorContains(t, err, "auto, card, glm, gam, boost")
	_, _, err = try(dir, "", "fit", "--work", "work", "--target", "effect", "--registry", "models", "--learner", "gam", "--among", "card,gam")
	require.ErrorContains(t, err, "--learner is gam")
	_, _, err = try(dir, "", "fit", "--work", "work", "--target", "effect", "--registry", "models", "--among", "card,golearn-bayes")
	require.ErrorContains(t, err, "--among")

	out := command(t, dir, "validate", "--work", "work", "--target", "effect", "--learner", "golearn-bayes", "--allow-few", "--json", "--html", "effect.html")
	var report map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	assert.Contains(t, []any{"card", "glm"}, report["learner"], "the figures are those of our model")
	refs := report["references"].([]any)
	require.Len(t, refs, 1)
	ref := refs[0].(map[string]any)
	assert.Equal(t, "golearn-bayes", ref["learner"])
	for _, name := range []string{"auroc", "logloss", "brier", "ece", "slope", "probability"} {
		assert.NotContains(t, ref, name)
	}
	assert.Equal(t, report["n"], ref["n"], "the same rows")
	assert.Greater(t, ref["sensitivity"].(float64)+ref["specificity"].(float64), 0.7, "hardly worse than chance")
	page, err := os.ReadFile(filepath.Join(dir, "effect.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "Reference: golearn-bayes")
	assert.Contains(t, string(page), "What moves the answers")
}
