package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/datasets/quality"
)

func TestQualityIsShownAgainAsTextPageAndJSON(t *testing.T) {
	dir := town(t)
	text := command(t, dir, "quality", "--work", "work")
	assert.Contains(t, text, "Each row has one fate")
	assert.Contains(t, text, "Verdict: ")
	assert.Contains(t, text, "Ask the vendor for")

	q := &quality.Quality{}
	require.NoError(t, json.Unmarshal([]byte(command(t, dir, "quality", "--work", "work", "--json")), q))
	assert.Equal(t, quality.Format, q.Format)
	assert.NotEmpty(t, q.Extract.Files)

	command(t, dir, "quality", "--work", "work", "--html", "page.html")
	page, err := os.ReadFile(filepath.Join(dir, "page.html"))
	require.NoError(t, err)
	kept, err := os.ReadFile(filepath.Join(dir, "work", "quality.html"))
	require.NoError(t, err)
	assert.Equal(t, string(kept), string(page))
}

func TestIngestComparesWithTheQualityThatIsNamed(t *testing.T) {
	dir := t.TempDir()
	command(t, dir, "synth", "--out", "in1", "--citizens", "400", "--seed", "3", "--to", "2025-12-31")
	command(t, dir, "synth", "--out", "in2", "--citizens", "400", "--seed", "4", "--to", "2025-12-31")
	command(t, dir, "ingest", "--in", "in1", "--work", "work1")
	command(t, dir, "ingest", "--in", "in2", "--work", "work2", "--previous", "work1/quality.json", "--html", "page.html")
	page, err := os.ReadFile(filepath.Join(dir, "page.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "Since the delivery of 2025-12-31")
	assert.Contains(t, string(page), "citizens-gone", "they are other people")

	_, _, err = try(dir, "", "ingest", "--in", "in2", "--work", "work2", "--previous", "page.html")
	assert.ErrorContains(t, err, "--previous")
}
