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
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0) // fails when a Release is missing
	for _, n := range []int{0, 1, 300, 9000} {
		t.Run(fmt.Sprint(n, " citizens"), func(t *testing.T) {
			work, f := t.TempDir(), someFacts(uint64(n), n, 60)
			m, err := write(context.Background(), &disk{}, mem, work, f, someManifest())
			require.NoError(t, err)
			s, err := Open(work)
			require.NoError(t, err)
			s.mem = mem
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
