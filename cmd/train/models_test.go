package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/registry"
)

// TestAModelThatShouldNotBeUsedIsNotUsedSilently: the report said so, and who scores may never have read it.
func TestAModelThatShouldNotBeUsedIsNotUsedSilently(t *testing.T) {
	dir := town(t)
	command(t, dir, "fit", "--work", "work", "--target", "decline", "--registry", "models", "--learner", "card")
	predict := []string{"predict", "--work", "work", "--registry", "models", "--target", "decline", "--as-of", "2026-06-01", "--out", "o.csv"}
	_, diag, err := try(dir, "", predict...)
	require.NoError(t, err)
	require.NotContains(t, diag, "do not use")
	assert.NotContains(t, command(t, dir, "models", "--registry", "models", "list"), "do not use")

	// The same model with a report that found nothing.
	reg := registry.Open(filepath.Join(dir, "models"))
	m, rep, _, err := reg.Load("decline-1")
	require.NoError(t, err)
	rep.AUROC, rep.AUROCLower, rep.AUROCUpper = 0.512, 0.471, 0.553
	_, err = reg.Add(m, rep)
	require.NoError(t, err)
	const words = "the AUROC of 0.512 may be chance (0.471 to 0.553): do not use this model"
	_, diag, err = try(dir, "", predict...)
	require.NoError(t, err)
	assert.Contains(t, diag, "warning: decline-2: "+words)
	lines := strings.Split(command(t, dir, "models", "--registry", "models", "list"), "\n")
	assert.NotContains(t, lines[0], "do not use")
	assert.Regexp(t, `auroc 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\)`, lines[0])
	assert.Contains(t, lines[1], "auroc 0.512 (0.471 to 0.553)")
	assert.Contains(t, lines[1], words)
	var list struct {
		Models []struct {
			ID      string
			Figures struct{ AUROC float64 }
			Doubts  []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(command(t, dir, "models", "--registry", "models", "list", "--json")), &list))
	require.Len(t, list.Models, 2)
	assert.Empty(t, list.Models[0].Doubts)
	assert.Equal(t, "decline-2", list.Models[1].ID)
	assert.Equal(t, 0.512, list.Models[1].Figures.AUROC)
	assert.Contains(t, list.Models[1].Doubts[0], words)
}

func TestARegistryThatIsNotThereIsNoEmptyOne(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"list"}, {"list", "--json"}, {"verify"}, {"show", "decline-1"}} {
		_, _, err := try(dir, "", append([]string{"models", "--registry", "modles"}, args...)...)
		assert.ErrorContains(t, err, "modles: no such file or directory; train fit makes it", args)
	}
}
