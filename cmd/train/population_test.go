package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func lines(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return all
}

func TestThePopulationByMonth(t *testing.T) {
	dir := town(t)
	args := []string{"cohort", "--work", "work", "--population", "--from", "2024-01-01", "--to", "2025-06-30", "--every", "quarter"}
	table := command(t, dir, append(args, "--out", "population.csv")...)
	rows := lines(t, filepath.Join(dir, "population.csv"))
	assert.Equal(t, []string{"citizen", "date", "offered", "at_risk"}, rows[0])
	perDate, offered := map[string]int{}, map[string]int{}
	for _, r := range rows[1:] {
		perDate[r[1]]++
		if r[2] == "1" {
			offered[r[1]]++
		}
	}
	var s struct {
		Rows   int
		Months []struct {
			Date            string
			Known, Eligible int
			Offered         int
			NotEligible     map[string]int `json:"not_eligible"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(command(t, dir, append(args, "--json")...)), &s))
	assert.Equal(t, len(rows)-1, s.Rows)
	require.Len(t, s.Months, 6)
	total := 0
	for _, m := range s.Months {
		assert.Equal(t, perDate[m.Date], m.Eligible)
		assert.Equal(t, offered[m.Date], m.Offered)
		assert.Contains(t, table, m.Date)
		sum := m.Eligible
		for _, n := range m.NotEligible {
			sum += n
		}
		assert.Equal(t, m.Known, sum)
		total += m.Offered
	}
	assert.Positive(t, total)

	// The same rows with features; the label is whether they were offered.
	command(t, dir, "features", "--work", "work", "--population", "--from", "2024-01-01", "--to", "2025-06-30", "--every", "quarter", "--out", "features.csv")
	wide := lines(t, filepath.Join(dir, "features.csv"))
	require.Len(t, wide, len(rows))
	for i, r := range wide[1:] {
		assert.Equal(t, rows[i+1][:3], []string{r[0], r[1], r[3]})
		assert.Equal(t, population, r[2])
	}
	command(t, dir, "features", "--work", "work", "--population", "--target", "decline", "--from", "2024-01-01", "--to", "2025-06-30", "--every", "quarter", "--out", "risk.csv")
	risk := lines(t, filepath.Join(dir, "risk.csv"))
	n := 0
	for _, r := range rows[1:] {
		if r[3] == "1" {
			n++
		}
	}
	require.Len(t, risk, n+1)
	for _, r := range risk[1:] {
		assert.Empty(t, r[3], "whether they were offered training is no label of decline")
	}
	assert.Equal(t, command(t, dir, "features", "--work", "work", "--population", "--from", "2026-01-01", "--out", "a.parquet")[:20],
		command(t, dir, "features", "--work", "work", "--population", "--from", "2026-01-01", "--out", "b.parquet")[:20])
	a, err := os.ReadFile(filepath.Join(dir, "a.parquet"))
	require.NoError(t, err)
	b, err := os.ReadFile(filepath.Join(dir, "b.parquet"))
	require.NoError(t, err)
	assert.Equal(t, a, b, "same input, same bytes")
}

func TestWhatDoesNotGoTogetherIsRefused(t *testing.T) {
	dir := town(t)
	for says, args := range map[string][]string{
		"either --target or --population": {"cohort", "--work", "work", "--target", "completion", "--population"},
		"go with --population":            {"cohort", "--work", "work", "--target", "completion", "--from", "2024-01-01"},
		"not month or quarter":            {"cohort", "--work", "work", "--population", "--every", "week"},
		"--from":                          {"cohort", "--work", "work", "--population", "--from", "1.1.2024"},
		"no date of the population":       {"cohort", "--work", "work", "--population", "--from", "2024-01-02", "--to", "2024-01-20"},
		"ends in neither":                 {"features", "--work", "work", "--population", "--out", "x.txt"},
	} {
		_, _, err := try(dir, "", args...)
		require.ErrorContains(t, err, says)
		assert.NoFileExists(t, filepath.Join(dir, "x.txt"))
	}
}

func TestTheCatalogueIsPrintedOrWritten(t *testing.T) {
	dir := t.TempDir()
	text := command(t, dir, "features", "--catalogue")
	assert.True(t, strings.HasPrefix(text, "#"), "Markdown")
	asJSON := command(t, dir, "features", "--catalogue", "--json")
	assert.True(t, json.Valid([]byte(asJSON)))
	for file, want := range map[string]string{"c.md": text, "c.json": asJSON} {
		command(t, dir, "features", "--catalogue", "--out", file)
		got, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
}
