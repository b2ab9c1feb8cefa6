package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// killed starts the command as a process of its own and kills it (SIGKILL) after a while. It tells whether the
// command had finished by then.
func killed(t *testing.T, dir string, after time.Duration, args ...string) (finished bool) {
	t.Helper()
	for i, a := range args {
		if i > 0 && isPath(args[i-1], a) {
			args[i] = filepath.Join(dir, a)
		}
	}
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "RETTIDIG_TEST_AS_COMMAND=1")
	require.NoError(t, cmd.Start())
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		require.NoError(t, err)
		return true
	case <-time.After(after):
	}
	require.NoError(t, cmd.Process.Kill())
	<-done
	return false
}

// took is how long one undisturbed run of a command takes here, from which the moments of killing are drawn.
func took(t *testing.T, dir string, args ...string) time.Duration {
	begin := time.Now()
	require.True(t, killed(t, dir, time.Hour, args...))
	return time.Since(begin)
}

func TestAKilledIngestLeavesTheOldStoreOrTheNew(t *testing.T) {
	dir := t.TempDir()
	command(t, dir, "synth", "--out", "old", "--citizens", "600", "--seed", "1")
	command(t, dir, "synth", "--out", "new", "--citizens", "600", "--seed", "2")
	events := func() string { return command(t, dir, "cohort", "--work", "work", "--target", "decline", "--json") }
	command(t, dir, "ingest", "--in", "new", "--work", "work")
	after := events()
	command(t, dir, "ingest", "--in", "old", "--work", "work", "--replace") // they are other people
	before := events()
	require.NotEqual(t, before, after)

	ingest := func() []string { return []string{"ingest", "--in", "new", "--work", "work", "--replace"} }
	whole := took(t, t.TempDir(), "cohort", "--help") // the process itself
	full := took(t, dir, ingest()...)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		command(t, dir, "ingest", "--in", "old", "--work", "work", "--replace") // they are other people
		finished := killed(t, dir, whole+time.Duration(rng.Float64()*float64(full-whole)), ingest()...)
		got := events() // opens the store, which verifies every table's hash
		if finished || got != before {
			assert.Equal(t, after, got, "the new store, whole")
		}
	}
}

func TestAKilledFitLeavesARegistryOfWholeModels(t *testing.T) {
	dir := town(t)
	command(t, dir, "fit", "--work", "work", "--target", "completion", "--registry", "models", "--allow-few", "--seed", "1", "--learner", "card")
	fit := func() []string {
		return []string{"fit", "--work", "work", "--target", "completion", "--registry", "models", "--allow-few", "--seed", "2", "--learner", "card"}
	}
	full := took(t, dir, fit()...)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "models", "completion-2")))
		finished := killed(t, dir, time.Duration((0.3+0.75*rng.Float64())*float64(full)), fit()...)
		command(t, dir, "models", "--registry", "models", "verify")
		list := command(t, dir, "models", "--registry", "models", "list")
		assert.Contains(t, list, "completion-1 ", "what was registered stays")
		assert.NotContains(t, list, "DAMAGED")
		if finished {
			assert.Contains(t, list, "completion-2 ", "what was acknowledged is there")
		}
	}
}
