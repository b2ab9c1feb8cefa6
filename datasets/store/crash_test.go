package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// content names what is in a store: nothing, or one of the expected contents.
func content(t *testing.T, work string, expected map[string]string) string {
	t.Helper()
	s, err := Open(work)
	if rettidig.KindOf(err) == rettidig.NotFound {
		return "nothing"
	}
	require.NoError(t, err)
	defer s.Close()
	hs, err := s.Histories(context.Background())
	require.NoError(t, err)
	name, ok := expected[dump(hs)]
	require.True(t, ok, "the store holds neither the old nor the new")
	return name
}

// writeLazily is Write without waiting for the disk.
func writeLazily(work string, f *rettidig.Facts) (Manifest, error) {
	return writeOn(&disk{lazy: true}, work, f)
}

// writeOn writes in several blocks, so that a process can also be killed between two of them.
func writeOn(d *disk, work string, f *rettidig.Facts) (Manifest, error) {
	w, err := create(context.Background(), d, memory.DefaultAllocator, work, 2)
	if err != nil {
		return Manifest{}, err
	}
	defer w.Abort()
	w.rowGroup = 150
	if err := eachChunk(f, w.Append); err != nil {
		return Manifest{}, err
	}
	return w.Commit(someManifest())
}

// Kill the process after its first operation, its second, and so on until a write gets through: each time the
// store must hold the old or the new, and the next write must succeed and leave nothing else behind.
func TestACrashAfterAnyOperationLeavesTheOldOrTheNew(t *testing.T) {
	t.Parallel()
	older, newer := someFacts(1, 30, 5), someFacts(2, 31, 5)
	expected := map[string]string{dump(histories(older)): "old", dump(histories(newer)): "new"}
	for _, before := range []string{"nothing", "old", "new"} {
		t.Run("over "+before, func(t *testing.T) {
			t.Parallel() // the time goes to waiting for the disk
			var seen []string
			for kill := 1; ; kill++ {
				work := t.TempDir()
				switch before {
				case "old":
					_, err := writeLazily(work, older)
					require.NoError(t, err)
				case "new":
					_, err := writeLazily(work, newer)
					require.NoError(t, err)
				}
				n, killedAt := 0, ""
				d := &disk{lazy: true, hook: func(op string) error {
					if n++; n == kill {
						killedAt = op
						return errors.New("killed")
					}
					return nil
				}}
				_, err := writeOn(d, work, newer)
				got := content(t, work, expected)
				assert.Contains(t, []string{before, "new"}, got, "killed after %q", killedAt)
				if err == nil {
					assert.Equal(t, "new", got, "Write said it succeeded; killed after %q", killedAt)
				}
				_, err = writeLazily(work, newer)
				require.NoError(t, err, "the write after one killed at %q", killedAt)
				assert.Equal(t, "new", content(t, work, expected))
				assertTidy(t, work)
				if killedAt == "" {
					break
				}
				seen = append(seen, killedAt)
			}
			// So that the test cannot pass because nothing was ever killed.
			groups := 0
			for _, op := range seen {
				if op == "write services.parquet" {
					groups++
				}
			}
			assert.Greater(t, groups, 2, "killed between blocks, too")
			for _, op := range []string{"write services.parquet", "sync manifest.json", "sync unfinished-snapshot"} {
				assert.Contains(t, seen, op)
			}
			if before != "new" {
				assert.Contains(t, seen, "rename unfinished-snapshot")
				assert.Contains(t, seen, "rename unfinished-CURRENT")
			}
		})
	}
}

// assertTidy fails unless the store holds one snapshot, CURRENT and LOCK.
func assertTidy(t *testing.T, work string) {
	t.Helper()
	s, err := Open(work)
	require.NoError(t, err)
	entries, err := os.ReadDir(filepath.Join(work, folder))
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	assert.ElementsMatch(t, []string{s.ID(), currentFile, lockFile}, names)
}

// A damaged snapshot is replaced by writing the same facts again, also when the process is killed at any
// operation of that.
func TestWritingAgainRepairsADamagedStore(t *testing.T) {
	t.Parallel()
	f := someFacts(1, 30, 5)
	expected := map[string]string{dump(histories(f)): "new"}
	for kill := 1; ; kill++ {
		work := t.TempDir()
		m, err := writeLazily(work, f)
		require.NoError(t, err)
		s, err := Open(work)
		require.NoError(t, err)
		require.NoError(t, os.Truncate(filepath.Join(work, folder, s.ID(), "aids.parquet"), 10))
		n, killed := 0, false
		d := &disk{lazy: true, hook: func(string) error {
			if n++; n == kill {
				killed = true
				return errors.New("killed")
			}
			return nil
		}}
		_, _ = writeOn(d, work, f)
		again, err := writeLazily(work, f)
		require.NoError(t, err)
		assert.Equal(t, m, again)
		assert.Equal(t, "new", content(t, work, expected))
		assertTidy(t, work)
		if !killed {
			return
		}
	}
}

const childVar = "RETTIDIG_STORE_TEST_CHILD"

// TestMain runs the writer that TestKilledProcessLeavesTheOldOrTheNew kills, if it was started as that.
func TestMain(m *testing.M) {
	if work := os.Getenv(childVar); work != "" {
		writeForever(work)
	}
	os.Exit(m.Run())
}

// writeForever writes one content after the other and prints a line for each that is acknowledged.
func writeForever(work string) {
	for i := 0; ; i++ {
		if _, err := Write(context.Background(), work, generation(i), someManifest()); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println("wrote", i%generations)
	}
}

const generations = 4

func generation(i int) *rettidig.Facts {
	return someFacts(uint64(100+i%generations), 200+i%generations, 30)
}

func TestKilledProcessLeavesTheOldOrTheNew(t *testing.T) {
	t.Parallel()
	expected := map[string]string{}
	for i := range generations {
		expected[dump(histories(generation(i)))] = fmt.Sprint(i)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	work, last := t.TempDir(), ""
	for round := range 10 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childVar+"="+work)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewScanner(out)
		wait := 1 + rng.IntN(3)
		for range wait {
			require.True(t, lines.Scan())
			last = lines.Text()
		}
		time.Sleep(time.Duration(rng.IntN(40_000)) * time.Microsecond)
		require.NoError(t, child.Process.Kill())
		for lines.Scan() { // acknowledged before the kill, read after it
			last = lines.Text()
		}
		_ = child.Wait()
		require.Regexp(t, `^wrote \d$`, last)
		acknowledged := last[len("wrote "):]
		next := fmt.Sprint((int(acknowledged[0]-'0') + 1) % generations)
		assert.Contains(t, []string{acknowledged, next}, content(t, work, expected), "round %d: lost what was acknowledged", round)
	}
	_, err := Write(context.Background(), work, generation(0), someManifest())
	require.NoError(t, err)
	assertTidy(t, work)
}
