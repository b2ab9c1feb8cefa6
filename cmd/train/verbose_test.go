package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheDetailsOfEachFileComeWhenAskedFor(t *testing.T) {
	dir := t.TempDir()
	command(t, dir, "synth", "--out", "extracts", "--citizens", "400", "--dirt", "none,bogus_id=0.05")
	short := command(t, dir, "ingest", "--in", "extracts", "--work", "work")
	assert.Contains(t, short, "Verdict: ")
	assert.NotContains(t, short, "(id_bogus)")
	assert.Less(t, strings.Index(short, "Verdict: "), 3500, "in reach of one screen or two")
	assert.Contains(t, short, "--verbose")
	long := command(t, dir, "quality", "--work", "work", "--verbose")
	assert.Contains(t, long, "(id_bogus)")
	assert.NotContains(t, command(t, dir, "quality", "--work", "work"), "(id_bogus)")
}
