package store

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

func TestNoStoreYetSaysWhatToRun(t *testing.T) {
	_, err := Open(t.TempDir())
	require.Error(t, err)
	assert.Equal(t, rettidig.NotFound, rettidig.KindOf(err))
	assert.Contains(t, err.Error(), "run train ingest first")
}

// Any changed, missing, cut or grown file is an error that names it.
func TestDamageIsAnErrorThatNamesTheFile(t *testing.T) {
	work := t.TempDir()
	_, err := Write(context.Background(), work, someFacts(1, 40, 5), someManifest())
	require.NoError(t, err)
	s, err := Open(work)
	require.NoError(t, err)
	files := []string{manifestFile}
	for _, n := range tableNames {
		files = append(files, n+".parquet")
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range files {
		path := filepath.Join(work, folder, s.ID(), name)
		good, err := os.ReadFile(path)
		require.NoError(t, err)
		check := func(claim string, bad []byte) {
			if bad == nil {
				require.NoError(t, os.Remove(path))
			} else {
				require.NoError(t, os.WriteFile(path, bad, 0o600))
			}
			_, err := Open(work)
			require.Error(t, err, "%s %s", name, claim)
			assert.Equal(t, rettidig.Invalid, rettidig.KindOf(err))
			assert.Contains(t, err.Error(), name, claim)
		}
		for range 20 {
			bad := append([]byte{}, good...)
			bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
			check("with a flipped bit", bad)
		}
		check("cut", good[:len(good)/2])
		check("empty", []byte{})
		check("grown", append(append([]byte{}, good...), 0))
		check("missing", nil)
		require.NoError(t, os.WriteFile(path, good, 0o600))
	}
	for claim, b := range map[string]string{"empty": "", "no newline": s.ID(), "not a hash": "../../etc\n", "other": strings.Repeat("0", 64) + "\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(work, folder, currentFile), []byte(b), 0o600))
		_, err := Open(work)
		require.Error(t, err, claim)
		assert.Equal(t, rettidig.Invalid, rettidig.KindOf(err), claim)
	}
}

// A manifest that is whole but says other things than the tables: its own hash protects it from accident, not
// from somebody who renames the folder.
func TestAForgedManifestIsRefused(t *testing.T) {
	for _, c := range []struct {
		claim string
		edit  func(m *Manifest)
		want  string
	}{
		{"other format", func(m *Manifest) { m.Format = "rettidig-store/9" }, "another version"},
		{"table missing", func(m *Manifest) { m.Tables = m.Tables[1:] }, "lists 6 tables"},
		{"tables swapped", func(m *Manifest) { m.Tables[0], m.Tables[1] = m.Tables[1], m.Tables[0] }, "want \"citizens\""},
		{"negative rows", func(m *Manifest) { m.Tables[2].Rows = -1 }, "services has -1 rows"},
		{"fewer rows", func(m *Manifest) { m.Tables[2].Rows-- }, "the manifest says"},
		{"fewer citizens", func(m *Manifest) { m.Tables[0].Rows-- }, "the manifest says"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			work := t.TempDir()
			_, err := Write(context.Background(), work, someFacts(1, 40, 5), someManifest())
			require.NoError(t, err)
			s, err := Open(work)
			require.NoError(t, err)
			m := s.Manifest()
			m.Tables = append([]Table{}, m.Tables...)
			c.edit(&m)
			b, err := m.encode()
			require.NoError(t, err)
			root := filepath.Join(work, folder)
			require.NoError(t, os.Rename(filepath.Join(root, s.ID()), filepath.Join(root, hashOf(b))))
			require.NoError(t, os.WriteFile(filepath.Join(root, hashOf(b), manifestFile), b, 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(root, currentFile), []byte(hashOf(b)+"\n"), 0o600))
			if s, err = Open(work); err == nil {
				_, err = s.Histories(context.Background())
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

// The decoder itself must survive damage too: behind the hashes it is the second line.
func TestFlippedBytesInATableNeverPanic(t *testing.T) {
	f := someFacts(5, 60, 10)
	rng := rand.New(rand.NewPCG(3, 3))
	for _, name := range tableNames {
		good := encoded(t, name, f)
		require.NoError(t, decodeTable(name, good, rowsOf(f, name)))
		for range 400 {
			bad := append([]byte{}, good...)
			for range 1 + rng.IntN(3) {
				bad[rng.IntN(len(bad))] ^= byte(1 + rng.IntN(255))
			}
			_ = decodeTable(name, bad, rowsOf(f, name)) // an error or other values, no panic
		}
		for n := 0; n < len(good); n += 7 {
			require.Error(t, decodeTable(name, good[:n], rowsOf(f, name)), "%s cut to %d bytes", name, n)
		}
	}
}

func TestATableReadAsAnotherIsRefused(t *testing.T) {
	f := someFacts(5, 60, 10)
	for _, a := range tableNames {
		for _, b := range tableNames {
			if a != b {
				require.ErrorContains(t, decodeTable(b, encoded(t, a, f), rowsOf(f, a)), "column", "%s read as %s", a, b)
			}
		}
	}
}

// encoded is one table as it lies on the disk, in one row group.
func encoded(t testing.TB, name string, f *rettidig.Facts) []byte {
	t.Helper()
	w := newWriter()
	switch name {
	case citizensTable:
		return encodedTable(t, w.citizens, func() { w.citizens.rows = f.Citizens })
	case aidsTable:
		return encodedTable(t, w.aids, func() { addAll(w.aids, f.Aids) })
	case servicesTable:
		return encodedTable(t, w.services, func() { addAll(w.services, f.Services) })
	case screeningsTable:
		return encodedTable(t, w.screenings, func() { addAll(w.screenings, f.Screenings) })
	case sessionsTable:
		return encodedTable(t, w.sessions, func() { addAll(w.sessions, f.Sessions) })
	case statusesTable:
		return encodedTable(t, w.statuses, func() { addAll(w.statuses, f.Statuses) })
	}
	return encodedTable(t, w.conditions, func() { addAll(w.conditions, f.Conditions) })
}

func addAll[F any](w *tableWriter[F], rows []rettidig.Row[F]) {
	for _, r := range rows {
		w.add(r.Citizen, []F{r.Fact})
	}
}

func encodedTable[F any](t testing.TB, w *tableWriter[F], add func()) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, w.open(&b, memory.DefaultAllocator))
	add()
	w.turn()
	for _, task := range w.encode() {
		require.NoError(t, task.run())
	}
	require.NoError(t, w.closeGroup())
	require.NoError(t, w.closeFooter())
	return b.Bytes()
}

// decodeTable reads a table as Open and Each do.
func decodeTable(name string, b []byte, rows int64) error {
	switch name {
	case citizensTable:
		return decodeAs(b, citizenColumns, false, rows)
	case aidsTable:
		return decodeAs(b, aidColumns, true, rows)
	case servicesTable:
		return decodeAs(b, serviceColumns, true, rows)
	case screeningsTable:
		return decodeAs(b, screeningColumns, true, rows)
	case sessionsTable:
		return decodeAs(b, sessionColumns, true, rows)
	case statusesTable:
		return decodeAs(b, statusColumns, true, rows)
	}
	return decodeAs(b, conditionColumns, true, rows)
}

func decodeAs[F any](b []byte, cols []column[F], facts bool, rows int64) error {
	r := &tableReader[F]{cols: cols, give: func(*rettidig.History, []F) {}}
	blocks := []block{{0, 60}}
	if !facts {
		s := &Store{words: newInterner(), citizens: any(r).(*tableReader[rettidig.Citizen])}
		if err := r.open(bytes.NewReader(b), memory.DefaultAllocator, false, rows); err != nil {
			return err
		}
		s.blocks = r.blocks()
		if err := s.orderIDs(); err != nil {
			return err
		}
		for i := range s.blocks {
			if _, err := s.block(context.Background(), i); err != nil {
				return err
			}
		}
		return nil
	}
	if err := r.openFacts(bytes.NewReader(b), memory.DefaultAllocator, blocks, rows); err != nil {
		return err
	}
	return r.read(context.Background(), 0, blocks[0], make([]rettidig.History, 60), newInterner(), allColumns)
}

func rowsOf(f *rettidig.Facts, name string) int64 {
	return map[string]int64{citizensTable: int64(len(f.Citizens)), aidsTable: int64(len(f.Aids)), servicesTable: int64(len(f.Services)),
		screeningsTable: int64(len(f.Screenings)), sessionsTable: int64(len(f.Sessions)), statusesTable: int64(len(f.Statuses)), conditionsTable: int64(len(f.Conditions))}[name]
}

func FuzzTable(f *testing.F) {
	facts := someFacts(5, 6, 2)
	for i, name := range tableNames {
		f.Add(uint8(i), encoded(f, name, facts))
	}
	f.Fuzz(func(t *testing.T, table uint8, b []byte) {
		name := tableNames[int(table)%len(tableNames)]
		_ = decodeTable(name, b, rowsOf(facts, name)) // must end and not panic
	})
}

func FuzzManifest(f *testing.F) {
	m := someManifest().tidied()
	for _, n := range tableNames {
		m.Tables = append(m.Tables, Table{Name: n, Rows: 1, Bytes: 2, SHA256: hashOf(nil)})
	}
	b, err := m.encode()
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseManifest(b)
		if err != nil {
			return
		}
		out, err := m.encode()
		require.NoError(t, err)
		again, err := parseManifest(out)
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}
