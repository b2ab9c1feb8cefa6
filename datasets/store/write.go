package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/internal/filelock"
)

// Names inside WORK/store.
const (
	folder       = "store"
	currentFile  = "CURRENT"
	lockFile     = "LOCK"
	manifestFile = "manifest.json"
	half         = "unfinished-" // what a killed write may leave starts with this
)

// Write makes f the snapshot of work and returns m completed with the tables. Citizens must be sorted by id,
// without repeats, and every table by citizen and rettidig's Compare functions: anything else is a bug in the
// caller and panics. Write replaces Format and Tables and sorts Sources.
//
// A process killed during Write leaves the old snapshot or the new one. An error leaves the old one, with one
// exception that is no loss: if only removing the replaced snapshot fails, the new one is in place, the error
// is not reported, and the next Write removes it.
func Write(ctx context.Context, work string, f *rettidig.Facts, m Manifest) (Manifest, error) {
	return write(ctx, &disk{}, memory.NewGoAllocator(), work, f, m)
}

func write(ctx context.Context, d *disk, mem memory.Allocator, work string, f *rettidig.Facts, m Manifest) (Manifest, error) {
	mustBeSorted(f)
	root := filepath.Join(work, folder)
	if err := makeRoot(d, work, root); err != nil {
		return m, writeError(root, err)
	}
	unlock, err := filelock.Lock(filepath.Join(root, lockFile))
	if errors.Is(err, filelock.ErrLocked) {
		return m, rettidig.E(rettidig.Conflict, "store-locked", fmt.Sprintf("another process is writing the event store %s; try again when it has finished", root), err)
	}
	if err != nil {
		return m, writeError(root, err)
	}
	defer unlock()
	out, err := replace(ctx, d, mem, root, f, m.tidied())
	if err != nil {
		return m, writeError(root, err)
	}
	return out, nil
}

func writeError(root string, err error) error {
	return fmt.Errorf("write event store %s: %w", root, err)
}

func makeRoot(d *disk, work, root string) error {
	if err := d.mkdirAll(root); err != nil {
		return err
	}
	return d.syncDir(work)
}

// replace is the whole way from facts to the swapped-in snapshot; the lock is held.
func replace(ctx context.Context, d *disk, mem memory.Allocator, root string, f *rettidig.Facts, m Manifest) (Manifest, error) {
	if err := sweep(d, root, func(name string) bool { return strings.HasPrefix(name, half) }); err != nil {
		return m, err
	}
	beside := filepath.Join(root, half+"snapshot")
	m, name, err := writeSnapshot(ctx, d, mem, beside, f, m)
	if err == nil {
		err = swapIn(d, root, beside, name)
	}
	if err != nil {
		// Best effort: what cannot be removed now, the next write removes.
		_ = d.removeAll(beside)
		return m, err
	}
	// The new snapshot counts. Whatever else is here is an old one, or one that never came to count.
	_ = sweep(d, root, func(n string) bool { return strings.HasPrefix(n, half) || isHash(n) && n != name })
	return m, nil
}

// sweep removes the entries of root that gone accepts.
func sweep(d *disk, root string, gone func(name string) bool) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !gone(e.Name()) {
			continue
		}
		if err := d.removeAll(filepath.Join(root, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// writeSnapshot writes the tables and the manifest into a new folder, syncs it, and returns the snapshot's name.
func writeSnapshot(ctx context.Context, d *disk, mem memory.Allocator, dir string, f *rettidig.Facts, m Manifest) (Manifest, string, error) {
	if err := d.mkdirAll(dir); err != nil {
		return m, "", err
	}
	for _, name := range tableNames {
		if err := ctx.Err(); err != nil {
			return m, "", err
		}
		t, err := writeTable(d, mem, dir, name, f)
		if err != nil {
			return m, "", fmt.Errorf("table %s: %w", name, err)
		}
		m.Tables = append(m.Tables, t)
	}
	b, err := m.encode()
	if err != nil {
		return m, "", err
	}
	if err := d.writeFile(filepath.Join(dir, manifestFile), func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
		return m, "", err
	}
	return m, hashOf(b), d.syncDir(dir)
}

func writeTable(d *disk, mem memory.Allocator, dir, name string, f *rettidig.Facts) (Table, error) {
	sum := sha256.New()
	var size countWriter
	err := d.writeFile(filepath.Join(dir, name+".parquet"), func(w io.Writer) error {
		return encodeTable(io.MultiWriter(w, sum, &size), mem, name, f)
	})
	return Table{Name: name, Rows: rowsOf(f, name), Bytes: int64(size), SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

func encodeTable(w io.Writer, mem memory.Allocator, name string, f *rettidig.Facts) error {
	switch name {
	case citizensTable:
		return encode(w, mem, citizenColumns, len(f.Citizens), nil, func(i int) *rettidig.Citizen { return &f.Citizens[i] })
	case aidsTable:
		return encodeFacts(w, mem, aidColumns, f.Aids)
	case servicesTable:
		return encodeFacts(w, mem, serviceColumns, f.Services)
	case screeningsTable:
		return encodeFacts(w, mem, screeningColumns, f.Screenings)
	case sessionsTable:
		return encodeFacts(w, mem, sessionColumns, f.Sessions)
	case statusesTable:
		return encodeFacts(w, mem, statusColumns, f.Statuses)
	}
	panic("store: no table " + name)
}

func rowsOf(f *rettidig.Facts, name string) int64 {
	n := map[string]int{citizensTable: len(f.Citizens), aidsTable: len(f.Aids), servicesTable: len(f.Services),
		screeningsTable: len(f.Screenings), sessionsTable: len(f.Sessions), statusesTable: len(f.Statuses)}
	return int64(n[name])
}

type countWriter int64

func (c *countWriter) Write(b []byte) (int, error) {
	*c += countWriter(len(b))
	return len(b), nil
}

// swapIn gives the folder its name and lets CURRENT say it. A folder of that name can only be the same
// content, whole or damaged since; the one just written takes its place. Between the two steps of that CURRENT
// may name a missing folder, but only where it named a damaged one or one that is about to be identical; to
// keep even that safe, an undamaged one is left where it is.
func swapIn(d *disk, root, beside, name string) error {
	final := filepath.Join(root, name)
	if _, err := os.Stat(final); err == nil {
		if _, err := load(root, name); err == nil {
			if err := d.removeAll(beside); err != nil {
				return err
			}
			return pointTo(d, root, name)
		}
		if err := d.removeAll(final); err != nil {
			return err
		}
	}
	if err := d.rename(beside, final); err != nil {
		return err
	}
	if err := d.syncDir(root); err != nil {
		return err
	}
	return pointTo(d, root, name)
}

// pointTo replaces CURRENT.
func pointTo(d *disk, root, name string) error {
	if old, err := os.ReadFile(filepath.Join(root, currentFile)); err == nil && bytes.Equal(old, []byte(name+"\n")) {
		return d.syncDir(root)
	}
	next := filepath.Join(root, half+currentFile)
	if err := d.writeFile(next, func(w io.Writer) error { _, err := io.WriteString(w, name+"\n"); return err }); err != nil {
		return err
	}
	if err := d.rename(next, filepath.Join(root, currentFile)); err != nil {
		return err
	}
	return d.syncDir(root)
}

// mustBeSorted panics unless f is in the order that the store keeps.
func mustBeSorted(f *rettidig.Facts) {
	for i := 1; i < len(f.Citizens); i++ {
		if f.Citizens[i-1].ID >= f.Citizens[i].ID {
			panic(fmt.Sprintf("store: citizens are not sorted by id without repeats at index %d", i))
		}
	}
	n := len(f.Citizens)
	rowsMustBeSorted(aidsTable, n, f.Aids, rettidig.CompareAids)
	rowsMustBeSorted(servicesTable, n, f.Services, rettidig.CompareServices)
	rowsMustBeSorted(screeningsTable, n, f.Screenings, rettidig.CompareScreenings)
	rowsMustBeSorted(sessionsTable, n, f.Sessions, rettidig.CompareSessions)
	rowsMustBeSorted(statusesTable, n, f.Statuses, rettidig.CompareStatuses)
}

func rowsMustBeSorted[F any](table string, citizens int, rows []rettidig.Row[F], compare func(a, b F) int) {
	for i := range rows {
		if c := int(rows[i].Citizen); c < 0 || c >= citizens {
			panic(fmt.Sprintf("store: %s row %d belongs to citizen %d of %d", table, i, c, citizens))
		}
		if i > 0 && compareRows(rows[i-1], rows[i], compare) > 0 {
			panic(fmt.Sprintf("store: %s is not sorted at row %d", table, i))
		}
	}
}

func compareRows[F any](a, b rettidig.Row[F], compare func(a, b F) int) int {
	if a.Citizen != b.Citizen {
		return int(a.Citizen) - int(b.Citizen)
	}
	return compare(a.Fact, b.Fact)
}

// Sort puts f in the order that Write wants: citizens by id, rows by citizen and then as rettidig compares
// them. It panics if two citizens have the same id.
func Sort(f *rettidig.Facts) {
	order := make([]int, len(f.Citizens))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(string(f.Citizens[a].ID), string(f.Citizens[b].ID)) })
	citizens, to := make([]rettidig.Citizen, len(order)), make([]int32, len(order))
	for at, from := range order {
		citizens[at], to[from] = f.Citizens[from], int32(at)
	}
	f.Citizens = citizens
	sortRows(f.Aids, to, rettidig.CompareAids)
	sortRows(f.Services, to, rettidig.CompareServices)
	sortRows(f.Screenings, to, rettidig.CompareScreenings)
	sortRows(f.Sessions, to, rettidig.CompareSessions)
	sortRows(f.Statuses, to, rettidig.CompareStatuses)
	mustBeSorted(f)
}

func sortRows[F any](rows []rettidig.Row[F], to []int32, compare func(a, b F) int) {
	for i := range rows {
		rows[i].Citizen = to[rows[i].Citizen]
	}
	slices.SortStableFunc(rows, func(a, b rettidig.Row[F]) int { return compareRows(a, b, compare) })
}
