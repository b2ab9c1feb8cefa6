package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/internal/filelock"
)

// dump prints a history so that NaN equals NaN.
func dump(hs []rettidig.History) string {
	sum := sha256.New()
	for _, h := range hs {
		fmt.Fprintf(sum, "%v\n", h)
	}
	return fmt.Sprintf("%d citizens %x", len(hs), sum.Sum(nil))
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator()) // of the writer
	defer mem.AssertSize(t, 0)                                 // fails when a Release is missing
	for _, n := range []int{0, 1, 300, 1000} {
		t.Run(fmt.Sprint(n, " citizens"), func(t *testing.T) {
			perCitizen := 60
			if n == 1000 {
				perCitizen = 300 // several blocks
			}
			work, f := t.TempDir(), someFacts(uint64(n), n, perCitizen)
			if n == 1000 {
				require.Greater(t, len(f.Services), 2*RowGroup)
			}
			m, err := write(context.Background(), &disk{}, mem, work, 2, f, someManifest())
			require.NoError(t, err)
			s, err := Open(work)
			require.NoError(t, err)
			defer s.Close()
			hs, err := s.Histories(context.Background())
			require.NoError(t, err)
			if n <= 300 {
				for i, h := range histories(f) {
					require.Equal(t, fmt.Sprintf("%+v", h), fmt.Sprintf("%+v", hs[i]), "citizen %d", i)
				}
			}
			assert.Equal(t, dump(histories(f)), dump(hs))
			assert.Equal(t, m, s.Manifest())
			assert.Equal(t, int64(len(f.Services)), m.Rows("services"))
			assert.Equal(t, "A1", m.Sources[0].Kind, "sources are sorted")
		})
	}
}

func TestSameFactsGiveTheSameBytes(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for _, work := range []string{a, b} {
		_, err := Write(context.Background(), work, someFacts(3, 2000, 40), someManifest())
		require.NoError(t, err)
	}
	assert.Equal(t, tree(t, a), tree(t, b))
}

func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[rel] = hashOf(b)
		return err
	}))
	return out
}

func TestTwoWritersAtOnceOneIsRefused(t *testing.T) {
	work := t.TempDir()
	_, err := Write(context.Background(), work, someFacts(1, 10, 2), someManifest())
	require.NoError(t, err)
	unlock, err := filelock.Lock(filepath.Join(work, folder, lockFile))
	require.NoError(t, err)
	_, err = Write(context.Background(), work, someFacts(2, 10, 2), someManifest())
	assert.Equal(t, rettidig.Conflict, rettidig.KindOf(err))
	assert.ErrorContains(t, err, "another process is writing")
	unlock()
	_, err = Write(context.Background(), work, someFacts(2, 10, 2), someManifest())
	assert.NoError(t, err)
}

// A reader that opened before, during or after a write has a whole snapshot in its hands.
func TestReadersDuringWritesSeeWholeSnapshots(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	expected := map[string]string{}
	for i := range generations {
		expected[dump(histories(generation(i)))] = fmt.Sprint(i)
	}
	_, err := Write(context.Background(), work, generation(0), someManifest())
	require.NoError(t, err)
	done := make(chan error)
	go func() {
		var err error
		for i := 1; i < 20 && err == nil; i++ {
			_, err = Write(context.Background(), work, generation(i), someManifest())
		}
		done <- err
	}()
	for {
		content(t, work, expected)
		select {
		case err := <-done:
			require.NoError(t, err)
			return
		default:
		}
	}
}

func TestACancelledWriteLeavesTheOldAndNothingElse(t *testing.T) {
	work, f := t.TempDir(), someFacts(1, 10, 2)
	_, err := Write(context.Background(), work, f, someManifest())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Write(ctx, work, someFacts(2, 10, 2), someManifest())
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "old", content(t, work, map[string]string{dump(histories(f)): "old"}))
	assertTidy(t, work)
	s, err := Open(work)
	require.NoError(t, err)
	_, err = s.Histories(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.NotEqual(t, rettidig.Invalid, rettidig.KindOf(err), "a cancelled read is not damage")
}

func TestUnsortedFactsAreTheCallersBug(t *testing.T) {
	for _, c := range []struct {
		claim string
		spoil func(f *rettidig.Facts)
	}{
		{"citizens out of order", func(f *rettidig.Facts) { f.Citizens[0], f.Citizens[1] = f.Citizens[1], f.Citizens[0] }},
		{"a citizen twice", func(f *rettidig.Facts) { f.Citizens[1].ID = f.Citizens[0].ID }},
		{"rows out of order", func(f *rettidig.Facts) {
			n := len(f.Services) - 1
			f.Services[0], f.Services[n] = f.Services[n], f.Services[0]
		}},
		{"a row of nobody", func(f *rettidig.Facts) { f.Services[len(f.Services)-1].Citizen = int32(len(f.Citizens)) }},
	} {
		t.Run(c.claim, func(t *testing.T) {
			f := someFacts(1, 20, 5)
			c.spoil(f)
			assert.Panics(t, func() { _, _ = Write(context.Background(), t.TempDir(), f, someManifest()) })
		})
	}
}

// Growing one citizen's history must not write into the next one's.
func TestHistoriesDoNotShareRoomToGrow(t *testing.T) {
	work, f := t.TempDir(), someFacts(1, 50, 20)
	_, err := Write(context.Background(), work, f, someManifest())
	require.NoError(t, err)
	s, err := Open(work)
	require.NoError(t, err)
	hs, err := s.Histories(context.Background())
	require.NoError(t, err)
	for i := range hs {
		hs[i].Services = append(hs[i].Services, rettidig.ServiceWeek{Code: "intruder"})
	}
	for i := range hs {
		hs[i].Services = hs[i].Services[:len(hs[i].Services)-1]
	}
	assert.Equal(t, dump(histories(f)), dump(hs))
}
