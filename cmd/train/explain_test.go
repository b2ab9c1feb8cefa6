package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// As a data person with files whose columns nobody knows: explain, propose, ingest.
func TestAFileOfUnknownColumnsIsReadWithTheProposedMapping(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "extracts"), 0o700))
	var sb strings.Builder
	sb.WriteString("Borger;Hjælpemiddel;Ud;Ind\n")
	for range 30 { // the same never-issued number over and over; loans that differ
		for _, row := range []string{"12060609;14-02-2019;", "09330701;15-02-2019;01-03-2020", "18121030;16-02-2019;01-04-2020"} {
			sb.WriteString("030338-1239;" + row + "\n")
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "extracts", "udlån.csv"), []byte(sb.String()), 0o600))

	_, _, err := try(dir, "", "ingest", "--in", "extracts", "--work", "work")
	require.ErrorContains(t, err, "train ingest --explain", "the refusal says how to go on")
	out := command(t, dir, "ingest", "--explain", "extracts/udlån.csv", "--propose", "extracts/mapping.yaml")
	assert.Contains(t, out, "fits A1 (aids)")
	assert.Contains(t, out, `"Ind": "Returneret dato"`)
	assert.NotContains(t, out, "030338")
	out = command(t, dir, "ingest", "--in", "extracts", "--work", "work")
	assert.Contains(t, out, "event store in ")
	own, err := os.ReadFile(filepath.Join(dir, "extracts", "mapping.yaml"))
	require.NoError(t, err)
	out = command(t, dir, "ingest", "--in", "extracts", "--work", "work", "--json")
	assert.Contains(t, out, fmt.Sprintf(`"mapping_sha256": "%x"`, sha256.Sum256(own)), "the store says with which mapping it was read")
	out = command(t, dir, "ingest", "--explain", "extracts/udlån.csv", "--json")
	assert.Contains(t, out, `"readable": true`, "the mapping beside the file is used")

	for _, c := range [][]string{
		{"ingest", "--explain", "extracts/udlån.csv", "--in", "extracts"},
		{"ingest", "--in", "extracts", "--work", "work", "--propose", "x"},
		{"ingest", "--in", "extracts"},
		{"ingest", "--in", "extracts", "--work", "work", "--mapping", "none.yaml"},
	} {
		_, _, err := try(dir, "", c...)
		assert.Error(t, err, strings.Join(c, " "))
	}
}

// A folder is explained as one, and what is proposed is never written over.
func TestAFolderIsExplained(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "extracts"), 0o700))
	for name, text := range map[string]string{"a.csv": "Personnummer;Kategori ISO nummer;Leveret dato;Returneret dato\n030338-1239;12060609;14-02-2019;\n", "menu.csv": "dag;ret\nmandag;fisk\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "extracts", name), []byte(text), 0o600))
	}
	out := command(t, dir, "ingest", "--explain", "extracts", "--propose", "extracts/mapping.yaml")
	assert.Contains(t, out, "a.csv -> A1 (aids) -> reads as it is")
	assert.Contains(t, out, `#  - "menu.csv"`)
	_, _, err := try(dir, "", "ingest", "--explain", "extracts", "--propose", "extracts/mapping.yaml")
	assert.ErrorContains(t, err, `extracts/mapping.yaml exists: give another name, or copy the part under "columns:"`)
	out = command(t, dir, "ingest", "--json", "--explain", "extracts/a.csv", "extracts/menu.csv")
	assert.Contains(t, out, `"files": [`)
	_, _, err = try(dir, "", "ingest", "extracts")
	assert.ErrorContains(t, err, `unknown argument "extracts"`)

	assert.Regexp(t, `H1\.8 +practical\S* +Rengøring`, command(t, dir, "ingest", "--services"))
	assert.Contains(t, command(t, dir, "ingest", "--services", "--json"), `"code": "H1.8"`)
}
