package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A name that no table knows has no row: the engines keep it under its own name, as the reader does.
func TestKnownNamesHaveARowAndUnknownOnesNone(t *testing.T) {
	dir := t.TempDir()
	names, out := filepath.Join(dir, "names"), filepath.Join(dir, "out")
	require.NoError(t, os.WriteFile(names, []byte("Rengøring\nNo Such Service\nTræning ved hjælper\n"), 0o644))
	require.NoError(t, table(names, out, []string{"name", "code", "concept", "training"}, service))
	got, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Equal(t, "name,code,concept,training\nrengøring,H1.8,practical_help,false\ntræning ved hjælper,L.TVH,rehabilitation,true\n", string(got))
}

// An alarm under its number of an older edition is the same class as one under today's, 22 27 18.
func TestOldAndNewNumbersOfAClassAreOne(t *testing.T) {
	assert.Equal(t, []string{"21510303", "222718", "alarms"}, class("21510303"))
	assert.Equal(t, []string{"22271801", "222718", "alarms"}, class("22271801"))
}
